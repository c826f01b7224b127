"""A year's grades of many organisations, given by one decision."""

from collections.abc import Sequence

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.models import Organization, OrganizationRating
from organizations.problems import Refused

from .handover import ChooseForm
from .ratings import RateForm, year_to_rate

GRADES = [("", "—"), *OrganizationRating.Grade.choices]


class ChooseYearForm(ChooseForm):
    """Which organisations, and for which year; without one it is the year rated now."""

    field_order = ["year", "sector", "zone", "q"]

    year = forms.IntegerField(
        label=gettext_lazy("Year"), required=False, min_value=1930,
        widget=forms.TextInput({"size": 6, "inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.today = timezone.localdate()
        self.fields["year"].widget.attrs["placeholder"] = year_to_rate(self.today)

    def clean_year(self):
        year = self.cleaned_data["year"]
        if year is not None and year > self.today.year:
            told = {"value": year, "last": self.today.year}
            raise forms.ValidationError(_("“%(value)s”: give a year up to %(last)s.") % told)
        return year or year_to_rate(self.today)

    @property
    def asked_year(self) -> int:
        self.is_valid()
        return self.cleaned_data.get("year") or year_to_rate(self.today)


def grade_name(organization: Organization) -> str:
    """The name of an organisation's box."""
    return f"grade-{organization.pk}"


class RatingsForm(RateForm):
    """A box for each of ``rows``; ``rest`` is the grade of every box left empty."""

    rest = forms.ChoiceField(
        label=gettext_lazy("Grade of all left empty above"), required=False, choices=GRADES,
        help_text=gettext_lazy("Leave it empty, too, to rate only those chosen above."),
    )  # fmt: skip

    def __init__(self, *arguments, rows: Sequence[Organization], **options):
        super().__init__(*arguments, **options)
        self.rows = list(rows)
        del self.fields["grade"], self.fields["year"]
        for row in self.rows:
            self.fields[grade_name(row)] = forms.ChoiceField(
                label=_("Grade of %(organization)s") % {"organization": row},
                choices=GRADES,
                required=False,
                widget=forms.Select({"class": "control"}),
            )

    def grades(self) -> dict[Organization, str]:
        data = self.cleaned_data
        found = {row: data.get(grade_name(row)) or data.get("rest", "") for row in self.rows}
        return {row: grade for row, grade in found.items() if grade}

    def clean(self):
        data = super().clean()
        if not self.errors and not self.grades():
            raise forms.ValidationError(_("Choose the grade of at least one organisation."))
        return data

    def take(self, refused: Refused) -> None:
        """What is wrong with an organisation is told at its box."""
        rated = list(self.grades())
        for place, problems in refused.by_row.items():
            for problem in problems:
                of_row = problem.field in ("year", "grade", "organization") and place < len(rated)
                self.refuse(grade_name(rated[place]) if of_row else problem.field, problem.error())
