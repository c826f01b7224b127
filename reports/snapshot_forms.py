"""What is asked of a person when figures are frozen, and at each step a snapshot takes afterwards."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.api.filters import DayFormField
from organizations.forms.base import ActForm
from organizations.models import Zone
from reports.models import SnapshotFigure
from reports.snapshots.difference import moved
from targets.periods import Period, periods_of
from vietnamese.dates import format_date


class AskFiguresForm(forms.Form):
    """Which figures are to be frozen: zone and period, as of which day. Read from the address."""

    zone = forms.ModelChoiceField(
        Zone.objects.none(), to_field_name="code", label=gettext_lazy("Zone"), empty_label=None,
        error_messages={"invalid_choice": gettext_lazy("There is no zone “%(value)s”: check its code.")},
    )  # fmt: skip
    period = forms.ChoiceField(label=gettext_lazy("Period"))
    as_of = DayFormField(
        required=False, label=gettext_lazy("Figures as of"), widget=forms.TextInput({"size": 11, "autocomplete": "off"})
    )

    def __init__(self, data=None, *, zones, years, today: date, **options):
        super().__init__(data, **options)
        self.today = today
        self.fields["zone"].queryset = zones
        self.fields["period"].choices = [
            (str(year), [(one.code, one.label) for one in periods_of(year) if one.first_day <= today])
            for year in sorted(years, reverse=True)
            if date(year, 1, 1) <= today
        ]
        self.fields["period"].error_messages["invalid_choice"] = _("“%(value)s”: choose a period that has begun.")

    def clean_period(self) -> Period:
        return Period.parse(self.cleaned_data["period"])

    def clean_as_of(self):
        """The day typed; without one the period's last day, or today while it runs."""
        day, period = self.cleaned_data["as_of"], self.cleaned_data.get("period")
        if period is None:
            return day
        if day is None:
            return min(self.today, period.last_day)
        if day > self.today:
            values = {"value": format_date(day), "limit": format_date(self.today)}
            raise ValidationError(_("%(value)s is in the future: today is %(limit)s.") % values)
        if day < period.first_day:
            values = {"value": format_date(day), "first": format_date(period.first_day)}
            raise ValidationError(_("%(value)s is before the period begins on %(first)s.") % values)
        return day


class FreezeForm(ActForm):
    """Freeze the figures that were looked at."""

    called = {"period": "", "as_of": "", "zone": ""}


class StepForm(ActForm):
    """A step of a snapshot. ``version`` is the one the person saw."""

    called = {"version": ""}

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *arguments, snapshot, **options):
        self.snapshot = snapshot
        super().__init__(*arguments, **options)
        self.fields["version"].initial = snapshot.version
        del self.fields["note"]

    def values(self) -> dict:
        """What the action is given beside snapshot, person and version."""
        return {}

    def box_of(self, figure: SnapshotFigure) -> forms.BoundField | None:
        """The box for what is said of one figure, when anything is."""
        return None


class SubmitForm(StepForm):
    """Whoever submits figures that have moved since says so."""

    anyway = forms.BooleanField(
        label=gettext_lazy("Submit the frozen figures although the ledger says otherwise now"), required=False
    )

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        if not moved(self.snapshot):
            del self.fields["anyway"]

    def clean(self):
        data = super().clean()
        if "anyway" in self.fields and not data.get("anyway") and "anyway" not in self.errors:
            self.add_error("anyway", _("The ledger has moved: tick this box, or have the figures frozen anew."))
        return data

    def values(self):
        return {"anyway": self.cleaned_data.get("anyway", False)}


class ReasonForm(StepForm):
    reason_always = True

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.fields["reason"].help_text = _("It is kept with the snapshot and read by the zone.")

    def values(self):
        return {"reason": self.cleaned_data["reason"]}


class ReturnForm(ReasonForm):
    """A reason for each figure that is returned, at least one, and one for the whole."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.figures = list(self.snapshot.figures.order_by("order"))
        for figure in self.figures:
            self.fields[self.box_name(figure)] = forms.CharField(
                label=_("%(indicator)s: why it is returned") % {"indicator": figure.name},
                required=False, max_length=500,
                widget=forms.Textarea({"rows": 2}),
            )  # fmt: skip
        self.fields["reason"] = self.fields.pop("reason")
        self.fields["reason"].label = _("Reason for the whole")
        self.fields["reason"].required = False

    @staticmethod
    def box_name(figure: SnapshotFigure) -> str:
        return f"reason-{figure.pk}"

    def box_of(self, figure):
        return self[self.box_name(figure)]

    def clean(self):
        data = super().clean()
        boxes = [self.box_name(figure) for figure in self.figures]
        if not any((data.get(name) or "").strip() for name in boxes) and not any(name in self.errors for name in boxes):
            raise ValidationError(_("Say of at least one figure why it is returned."))
        return data

    def values(self):
        found = {figure.pk: self.cleaned_data[self.box_name(figure)].strip() for figure in self.figures}
        return super().values() | {"reasons": {pk: text for pk, text in found.items() if text}}
