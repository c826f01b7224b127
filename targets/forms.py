"""Sheets filled in at once: the targets of a zone and the zones below it for a year, and what silence means in it."""

from collections.abc import Iterable, Mapping, Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.fields import DateFormField, PercentFormField, RangeFormField
from organizations.forms.base import ActForm
from organizations.lookups import known_issuers
from organizations.models import Decision, Zone
from organizations.problems import Refused
from organizations.widgets import TextWithList
from vietnamese.text import clean

from .actions import TargetDraft
from .models import Declaration, Indicator, TargetVersion, plain

Current = Mapping[tuple[int, int], TargetVersion]  # (zone id, indicator id) → the version last recorded


def range_name(zone: Zone, indicator: Indicator) -> str:
    return f"range_{zone.pk}_{indicator.pk}"


def percent_name(zone: Zone, indicator: Indicator) -> str:
    return f"published_{zone.pk}_{indicator.pk}"


def seen_name(zone: Zone, indicator: Indicator) -> str:
    return f"seen_{zone.pk}_{indicator.pk}"


class TargetSheetForm(ActForm):
    """The ranges of ``zones`` × ``indicators`` for ``year``; an empty box takes a target back.

    ``current`` are the versions last recorded, ``offered`` ranges to begin with where nothing is assigned (another
    year's). Only what differs from ``current`` is written, all of it or none.
    """

    called = {"low": "", "high": "", "year": "", "decided_on": "issued_on", "published_percent": ""}

    number = forms.CharField(
        label=gettext_lazy("Number-symbol of the decision"), required=False, max_length=80,
        widget=forms.TextInput({"size": 20, "autocomplete": "off"}),
        help_text=gettext_lazy("Of the decision or plan that assigns these targets."),
    )  # fmt: skip
    issued_on = DateFormField(
        label=gettext_lazy("Date of the decision"), required=False, event=True,
        widget=forms.TextInput({"size": 12, "inputmode": "numeric"}),
        help_text=gettext_lazy("dd/mm/yyyy. The targets hold from this day; without one from 1 January of the year."),
    )  # fmt: skip
    issuer = forms.CharField(label=gettext_lazy("Issued by"), required=False, max_length=250, widget=TextWithList())
    everywhere = forms.BooleanField(
        label=gettext_lazy("This decision also stands behind the targets of this page that I leave as they are"),
        required=False,
    )

    def __init__(
        self, *arguments, zones: Sequence[Zone], indicators: Iterable[Indicator], year: int, current: Current,
        offered: Mapping[tuple[int, int], tuple] | None = None, **options,
    ):  # fmt: skip
        super().__init__(*arguments, **options)
        self.zones, self.indicators, self.year, self.current = list(zones), list(indicators), year, current
        self.cells = [(zone, indicator) for zone in self.zones for indicator in self.indicators]
        self.drafted: list[tuple[Zone, Indicator]] = []  # the cell of each draft
        del self.fields["note"]
        if "reason" not in self.fields:
            self.fields["reason"] = self.kept_reason
        self.fields["reason"].label = _("Reason for revising")
        self.fields["reason"].help_text = _(
            "Needed when a target that was assigned is changed or taken back; it is kept with the new version."
        )
        self.fields["issuer"].widget.offered = known_issuers(self.user)
        for zone, indicator in self.cells:
            self._add(zone, indicator, (offered or {}).get((zone.pk, indicator.pk)))

    def _add(self, zone, indicator, offered):
        last = self.current.get((zone.pk, indicator.pk))
        given = None if last is None or last.low is None else (plain(last.low), plain(last.high))
        label = f"{zone}: {indicator.short_name or indicator.name}"
        box = {"size": 9, "aria-label": label}
        self.fields[range_name(zone, indicator)] = RangeFormField(
            label=label,
            required=False,
            initial=given or offered,
            whole=not indicator.is_rate,
            widget=forms.TextInput(box),
        )
        self.fields[seen_name(zone, indicator)] = forms.IntegerField(
            required=False, min_value=0, initial=last.number if last else 0, widget=forms.HiddenInput
        )
        if zone == self.zones[0]:
            published = _("%(indicator)s: percent published") % {"indicator": indicator.short_name or indicator.name}
            self.fields[percent_name(zone, indicator)] = PercentFormField(
                label=published, required=False, initial=last and last.published_percent,
                widget=forms.TextInput({"size": 7, "aria-label": published}),
            )  # fmt: skip

    def clean(self):
        data = super().clean()
        data["number"], data["issuer"] = clean(data.get("number") or ""), clean(data.get("issuer") or "")
        if data["number"] and not data.get("issued_on") and "issued_on" not in self.errors:
            self.add_error("issued_on", _("Give the date of the decision %(number)s.") % {"number": data["number"]})
        if data["issuer"] and not data["number"] and "number" not in self.errors:
            self.add_error("number", _("Give the number-symbol of the decision, or clear who issued it."))
        if data.get("everywhere") and not data["number"]:
            self.add_error("everywhere", _("Give the decision that is meant."))
        for zone, indicator in self.cells:
            percent = percent_name(zone, indicator)
            name = range_name(zone, indicator)
            if percent in self.fields and data.get(percent) is not None and data.get(name) is None:
                if name not in self.errors and percent not in self.errors:
                    self.add_error(percent, _("A percent was published of no target: give the target too."))
        return data

    def decision_values(self) -> dict | None:
        """What identifies the decision, for ``record_decision``; None when there is none."""
        data = self.cleaned_data
        return {name: data[name] for name in ("number", "issued_on", "issuer")} if data["number"] else None

    def drafts(self, decision: Decision | None) -> list[TargetDraft]:
        """What the sheet says otherwise than ``current``, of a valid form."""
        data = self.cleaned_data
        drafts = []
        self.drafted = []
        for zone, indicator in self.cells:
            last = self.current.get((zone.pk, indicator.pk))
            low, high = data[range_name(zone, indicator)] or (None, None)
            same_range = (low, high) == ((last.low, last.high) if last else (None, None))
            published = last.published_percent if last else None
            if (name := percent_name(zone, indicator)) in self.fields:
                published = data[name]
            if low is None:
                published = None
            signed = decision if not same_range or data["everywhere"] else last and last.decision
            decided_on = None if signed else data["issued_on"] if not same_range else last and last.holds_from
            draft = TargetDraft(
                zone, indicator, self.year, low, high, signed, decided_on, published,
                seen=data[seen_name(zone, indicator)],
            )  # fmt: skip
            if same_range and (low is None or draft.values() == _held(last)):
                continue
            drafts.append(draft)
            self.drafted.append((zone, indicator))
        return drafts

    def typed(self) -> dict[tuple[int, int], tuple]:
        """The ranges that stand in the boxes, (zone id, indicator id) → (low, high); wrong and empty ones left out."""
        found = {}
        for zone, indicator in self.cells:
            name = range_name(zone, indicator)
            value = self.cleaned_data.get(name) if self.is_bound else self.fields[name].initial
            if value:
                found[zone.pk, indicator.pk] = tuple(value)
        return found

    def take(self, refused: Refused) -> None:
        """Show each problem at the box of its target; a target revised meanwhile may be saved at the second try."""
        for index, problems in refused.by_row.items():
            cell = self.drafted[index] if index < len(self.drafted) else None
            for problem in problems:
                place = self.called.get(problem.field, problem.field)
                if not place and cell is not None:
                    place = range_name(*cell)
                self.refuse(place, ValidationError(str(problem), code=problem.code))

    def show_again(self, current: Current) -> None:
        """Draw the form against what is recorded now, so that the next save is meant against it."""
        self.data = self.data.copy()
        for zone, indicator in self.cells:
            last = current.get((zone.pk, indicator.pk))
            self.data[seen_name(zone, indicator)] = str(last.number if last else 0)


def _held(version: TargetVersion) -> tuple:
    return version.low, version.high, version.decision_id, version.holds_from, version.published_percent


class DeclareForm(ActForm):
    """What is said of the chosen boxes of a sheet of indicators × periods: cells, whole rows, silent columns.

    ``offered`` are the boxes there are, by these names.
    """

    called = {"first_day": "", "last_day": ""}

    cells = forms.MultipleChoiceField(label=gettext_lazy("Cells"), required=False)
    rows = forms.MultipleChoiceField(label=gettext_lazy("Whole rows"), required=False)
    columns = forms.MultipleChoiceField(label=gettext_lazy("Silent indicators of a period"), required=False)
    value = forms.ChoiceField(
        label=gettext_lazy("What holds for the chosen boxes"), choices=Declaration.Value.choices,
        widget=forms.RadioSelect, error_messages={"required": gettext_lazy("Say what holds for the chosen boxes.")},
    )  # fmt: skip

    def __init__(self, *arguments, offered: Mapping[str, Sequence[str]], **options):
        super().__init__(*arguments, **options)
        for name, choices in offered.items():
            self.fields[name].choices = [(choice, choice) for choice in choices]
        del self.fields["note"]
        if "reason" not in self.fields:
            self.fields["reason"] = self.kept_reason
        self.fields["reason"].help_text = _(
            "Needed for “not applicable”, for taking back, and for “nothing to report” beside events that stand."
        )

    def clean(self):
        data = super().clean()
        data["reason"] = clean(data.get("reason") or "")
        if not self.errors and not any(data[name] for name in ("cells", "rows", "columns")):
            raise ValidationError(_("Choose what you declare: a cell, a whole row, or the silent ones of a period."))
        return data

    def chosen(self) -> dict[str, list[str]]:
        """The boxes as they were sent, of a form that may be wrong."""
        return {name: self.data.getlist(name) if self.is_bound else [] for name in ("cells", "rows", "columns")}
