"""What an administrator types of an indicator: its names, the measure it counts by, and what narrows it."""

from itertools import groupby

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.fields import DecimalFormField
from organizations.forms.base import ActForm
from organizations.models import OrganizationType, Ownership, Park, Sector
from organizations.problems import Problem, Refused
from targets.actions import save_indicator
from targets.measures import registry
from targets.models import Indicator
from vietnamese.text import clean

DEFINITION = ("measure", "factor", "types", "ownerships", "parks")  # what the figures hang on
PLAIN = ("name", "short_name", "hint", "unit", "measure", "factor", "ownerships")


def measure_choices():
    """The measures by kind: counts, then rates."""
    rows = sorted(registry.values(), key=lambda one: one.is_rate)
    titles = {False: _("Counts"), True: _("Rates")}
    return [
        (titles[is_rate], [(one.code, capfirst(str(one.label))) for one in group])
        for is_rate, group in groupby(rows, key=lambda one: one.is_rate)
    ]


def ownership_choices():
    return [(code, capfirst(str(label))) for code, label in Ownership.choices if code != Ownership.NONE]


class TypesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, row):
        return f"{row.name} ({row.get_sector_display()})"


class IndicatorForm(ActForm):
    """A new indicator, or (with ``row``) one that is changed: then code and sector stay, and a reason is asked."""

    note = None
    field_order = [
        "key", "code", "name", "short_name", "hint", "unit", "sector", "measure", "factor", "types", "ownerships",
        "parks", "version",
    ]  # fmt: skip

    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, widget=forms.TextInput({"size": 24, "autocomplete": "off"}),
        help_text=gettext_lazy("Letters without accents, digits, “_”. Workbooks and programs quote it: it stays."),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    short_name = forms.CharField(
        label=gettext_lazy("Short name"), max_length=60, required=False,
        help_text=gettext_lazy("For narrow columns."),
    )  # fmt: skip
    hint = forms.CharField(
        label=gettext_lazy("How it is counted, in short"), max_length=200, required=False,
        help_text=gettext_lazy("It stands under the name in reports."),
    )  # fmt: skip
    unit = forms.CharField(
        label=gettext_lazy("Unit"), max_length=30, widget=forms.TextInput({"size": 14}),
        help_text=gettext_lazy("Such as organisations, Party members, %."),
    )  # fmt: skip
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), choices=Sector.choices, widget=forms.RadioSelect)
    measure = forms.ChoiceField(
        label=gettext_lazy("Measure"), choices=measure_choices,
        help_text=gettext_lazy("What is counted. Each one is explained under this form."),
    )  # fmt: skip
    factor = DecimalFormField(
        label=gettext_lazy("Factor"), required=False, widget=forms.TextInput({"size": 8}),
        help_text=gettext_lazy("Of a rate only: 100 for percent, 1000 for “per 1,000”."),
    )  # fmt: skip
    types = TypesField(
        OrganizationType.objects.order_by("sector", "order"), label=gettext_lazy("Only of types"), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("Tick none to count all types of the sector."),
    )  # fmt: skip
    ownerships = forms.MultipleChoiceField(
        label=gettext_lazy("Only of ownership"), choices=ownership_choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("Tick none to count all."),
    )  # fmt: skip
    parks = forms.ModelMultipleChoiceField(
        Park.objects.exclude(code=Park.NONE).order_by("sort_key"), label=gettext_lazy("Only in parks"), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("Tick none to count all."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *arguments, row: Indicator | None = None, **options):
        self.row, self.reason_always = row, row is not None
        super().__init__(*arguments, **options)
        if row is None:
            del self.fields["version"]
            return
        for name in ("code", "sector"):
            del self.fields[name]
        self.fields["types"].queryset = self.fields["types"].queryset.filter(sector=row.sector)
        self.fields["reason"].help_text = _("It is kept in the history of the indicator, with what was before.")
        self.initial |= {name: getattr(row, name) for name in (*PLAIN, "version")}
        self.initial |= {name: [one.pk for one in getattr(row, name).all()] for name in ("types", "parks")}

    def clean(self):
        data = super().clean()
        for name in ("name", "short_name", "hint", "unit"):
            if name in data:
                data[name] = clean(data[name])
        sector = self.row.sector if self.row else data.get("sector")
        for one in data.get("types", ()):
            if sector and one.sector != sector:
                message = _("“%(type)s” is no type of the sector that was chosen: untick it, or change the sector.")
                self.add_error("types", message % {"type": one.name})
        if data.get("measure"):
            self._check_factor(data)
        return data

    def _check_factor(self, data):
        """What the row itself would refuse, said before it is saved, so that a preview can be drawn."""
        try:
            Indicator(measure=data["measure"], factor=data.get("factor")).clean()
        except ValidationError as error:
            if "factor" not in self.errors:
                self.add_error("factor", error.message_dict["factor"])
        if data.get("factor") == 0 and "factor" not in self.errors:
            self.add_error("factor", _("The factor of a rate must be greater than 0: 100 for percent."))

    def typed(self) -> Indicator:
        """The indicator as typed, not saved; ``types`` and ``parks`` are read from it as from a stored one."""
        data = self.cleaned_data
        row = Indicator(pk=self.row.pk if self.row else 0, sector=self.row.sector if self.row else data["sector"])
        if self.row:
            row.code, row.order, row.is_active = self.row.code, self.row.order, self.row.is_active
            row.resolution_id, row.version = self.row.resolution_id, self.row.version
            row._state.adding, row._state.db = False, self.row._state.db
        else:
            row.code = data["code"]
        for name in PLAIN:
            setattr(row, name, data[name])
        row._prefetched_objects_cache = {name: list(data[name]) for name in ("types", "parks")}
        return row

    def changed(self) -> list[str]:
        """The fields that say otherwise than the stored row."""
        return [name for name in self.changed_data if name not in ("key", "version", "reason")]

    def changes_figures(self) -> bool:
        return self.row is not None and bool(set(self.changed()) & set(DEFINITION))

    def save(self) -> Indicator:
        """Write what was typed by the one act; raises Refused, at the fields, Conflict, PermissionDenied."""
        row, data = self.typed(), self.cleaned_data
        seen = {"reason": data["reason"], "version": data["version"]} if self.row else {}
        if self.row is None:
            row.pk = None
        several = {name: data[name] for name in ("types", "parks")}
        row._prefetched_objects_cache = {}
        try:
            return save_indicator(indicator=row, by=self.user, **several, **seen)
        except Refused:
            raise
        except ValidationError as error:
            raise Refused({0: [Problem(message, field=name) for name, message in _messages(error)]}) from None


class InUseForm(ActForm):
    """Why an indicator is retired, or taken into use again."""

    note = None
    reason_always = True
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *arguments, row: Indicator, **options):
        super().__init__(*arguments, **options)
        self.initial["version"] = row.version
        self.fields["reason"].help_text = _("It is kept in the history of the indicator, with what was before.")


def _messages(error: ValidationError):
    return [(name, message) for name, messages in error.message_dict.items() for message in messages]
