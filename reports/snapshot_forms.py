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
from reports.snapshots.knowingly import LeftBehind
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
            return period.report_day(self.today)
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


class AnywayForm(StepForm):
    """Whoever submits or accepts figures that have moved since says so; the act asks, the page shows the box then.

    ``seen`` goes with the box and says of which differences it was ticked.
    """

    anyway = forms.BooleanField(
        label=gettext_lazy("I have seen that the ledger says otherwise now; the frozen figures shall stand"),
        required=False,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def take(self, refused):
        """Say once, at the box, what the page tells figure by figure."""
        if not isinstance(refused, LeftBehind):
            super().take(refused)
        elif self.cleaned_data["anyway"]:
            words = _("The ledger has moved again: look at what it says now, then tick this box anew.")
            self.add_error("anyway", words)
        else:
            self.add_error("anyway", _("The ledger has moved: tick this box, or have the figures frozen anew."))

    def ask_of(self, seen: str) -> None:
        """Ask about the differences that are shown now; a box ticked beside others is ticked no more."""
        self.initial["seen"] = seen
        if self.is_bound and self.data.get("seen") != seen:
            self.data = self.data.copy()
            self.data["seen"] = seen
            self.data.pop("anyway", None)

    def values(self):
        return {"anyway": self.cleaned_data["anyway"], "seen": self.cleaned_data["seen"]}


class ReasonForm(StepForm):
    reason_always = True

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.fields["reason"].help_text = _("It is kept with the snapshot and read by the zone.")

    def values(self):
        return {"reason": self.cleaned_data["reason"]}


class ReturnForm(ReasonForm):
    """A reason for each figure that is returned, or one for the whole, or both."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.figures = list(self.snapshot.figures.defer("event_ids").order_by("order"))
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
        boxes.append("reason")
        if not any((data.get(name) or "").strip() for name in boxes) and not any(name in self.errors for name in boxes):
            raise ValidationError(_("Say of the whole, or of at least one figure, why it is returned."))
        return data

    def values(self):
        found = {figure.pk: self.cleaned_data[self.box_name(figure)].strip() for figure in self.figures}
        return super().values() | {"reasons": {pk: text for pk, text in found.items() if text}}
