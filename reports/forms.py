"""What a report is asked for; page, API and command read it here."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from organizations.api.filters import DayFormField, YearFormField
from organizations.models import Zone
from targets.fields import PartFormField
from targets.periods import Part

from .documents import RENDERERS
from .registry import Report, WrongPeriod

# A box of text: a box of numbers forgets what was typed wrongly
YEAR_BOX = forms.TextInput({"inputmode": "numeric", "size": 6, "autocomplete": "off"})
FORMATS = ["html", *RENDERERS]


class ReportForm(forms.Form):
    """zone (a code), year, from, part, as_of and format. Without a ``user`` every zone can be asked for.

    After ``is_valid`` is False, ``zone_unknown`` says whether to answer 404: there is no such zone, or not for this
    person. ``cleaned_data`` has the Zone, the years, the day (today when none was given) and the format ("" for none).
    """

    zone = forms.ModelChoiceField(
        Zone.objects.none(),
        to_field_name="code",
        label=gettext_lazy("Zone"),
        empty_label=None,
        error_messages={"invalid_choice": gettext_lazy("There is no zone “%(value)s”: check its code.")},
    )
    year = YearFormField(label=gettext_lazy("Year of the report"), widget=YEAR_BOX)
    part = PartFormField(label=gettext_lazy("Period"))
    as_of = DayFormField(
        required=False,
        label=gettext_lazy("Figures as of"),
        widget=forms.TextInput({"size": 12}),
        help_text=gettext_lazy("dd/mm/yyyy; today when left empty. It is also the date of the document."),
    )
    format = forms.ChoiceField(choices=[(name, name) for name in FORMATS], required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, user=None, **options):
        super().__init__(data, **options)
        zones = Zone.objects.order_by("code")
        self.fields["zone"].queryset = zones if user is None else zones.visible_to(user)
        self.user = user

    @property
    def zone_unknown(self) -> bool:
        return any(error.code == "invalid_choice" for error in self.errors.as_data().get("zone", ()))

    def clean_as_of(self):
        return self.cleaned_data["as_of"] or timezone.localdate()

    def clean(self):
        data = super().clean()
        part = data.get("part") or Part.YEAR
        if "year" in data and "from" in data:
            try:
                Report.first_of(data["year"], data["from"], part)
            except WrongPeriod as error:
                self.add_error("from", str(error))
        return data

    def is_valid_for(self, report: type[Report]) -> bool:
        """Whether ``report`` can be drawn of what was asked."""
        if self.is_valid():
            try:
                report.check_part(self.cleaned_data["part"])
            except WrongPeriod as error:
                self.add_error("part", str(error))
        return self.is_valid()

    def report(self, report: type[Report]) -> Report:
        """The report that was asked for, of a valid form."""
        asked = self.cleaned_data
        return report(
            zone=asked["zone"],
            year=asked["year"],
            first_year=asked["from"],
            as_of=asked["as_of"],
            user=self.user,
            part=asked["part"],
        )


ReportForm.base_fields["from"] = YearFormField(  # "from" is no name in Python
    required=False,
    label=gettext_lazy("From year"),
    widget=YEAR_BOX,
    help_text=gettext_lazy("The first year of the term when left empty."),
)
ReportForm.base_fields = {
    name: ReportForm.base_fields[name] for name in ("zone", "from", "year", "part", "as_of", "format")
}
