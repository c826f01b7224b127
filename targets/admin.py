"""Promises as administrators see them: targets are assigned and revised by the act, catalogues kept by theirs."""

from django import forms
from django.contrib import admin
from django.db.models import F, Prefetch
from django.utils.translation import gettext_lazy

from organizations.access import Act
from organizations.admin import ZONE, ActForm, RowsAdmin, SeenFilter, office
from organizations.admin.base import row_field
from organizations.admin.papers import CatalogueAdmin
from organizations.fields import RangeFormField
from organizations.models import Ownership
from vietnamese.ranges import format_range

from . import measures
from .actions import assign_target, save_indicator
from .models import Declaration, Indicator, Resolution, Target, TargetVersion, Term, plain


class TargetForm(ActForm):
    also = {"low": "range", "high": "range"}
    range = RangeFormField(
        label=gettext_lazy("target"), whole=False, help_text=gettext_lazy("A range, “5-7”, or one number.")
    )
    decision = row_field(
        TargetVersion._meta.get_field("decision"), gettext_lazy("assigning decision"), required=False
    )  # fmt: skip
    published_percent = forms.DecimalField(
        label=gettext_lazy("percent published (%)"), required=False, max_digits=9, decimal_places=3, localize=True
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        last = last_version(self.instance)
        if last is not None and last.low is not None:
            self.initial |= {
                "range": (plain(last.low), plain(last.high)), "decision": last.decision_id,
                "published_percent": plain(last.published_percent),
            }  # fmt: skip


def last_version(target: Target) -> TargetVersion | None:
    return target.versions.filter(number=target.version).first() if target.pk else None


@admin.register(Target, site=office)
class TargetAdmin(RowsAdmin):
    form = TargetForm
    act = Act.ASSIGN_TARGETS
    list_display = ("zone", "indicator", "year", "range", "decision", "version")
    list_select_related = ("zone", "indicator")
    list_filter = (ZONE, ("indicator", SeenFilter), "year")
    search_texts = ("zone__code", "zone__name", "indicator__code", "indicator__name")
    on_add = ("zone", "indicator", "year", "range", "decision", "published_percent")
    on_change = ("range", "decision", "published_percent")

    def get_queryset(self, request):
        last = TargetVersion.objects.filter(number=F("target__version")).select_related("decision")
        return super().get_queryset(request).filter(voided_by=None).prefetch_related(Prefetch("versions", last))

    @admin.display(description=gettext_lazy("target"))
    def range(self, row):
        last = self._last(row)
        return "—" if last is None or last.low is None else format_range(plain(last.low), plain(last.high))

    @admin.display(description=gettext_lazy("assigning decision"))
    def decision(self, row):
        last = self._last(row)
        return last and last.decision

    def _last(self, row):
        return next(iter(row.versions.all()), None)

    def record(self, by, values):
        return self._assign(by, values, **{name: values[name] for name in ("zone", "indicator", "year")})

    def amend(self, by, row, values, changed):
        self._assign(
            by, values, zone=row.zone, indicator=row.indicator, year=row.year, reason=values["reason"],
            version=values["seen"],
        )  # fmt: skip

    def _assign(self, by, values, **those):
        low, high = values["range"]
        given = {name: values[name] for name in ("decision", "published_percent")}
        return assign_target(by=by, low=low, high=high, **given, **those)


@admin.register(TargetVersion, site=office)
class TargetVersionAdmin(RowsAdmin):
    list_display = ("target", "number", "low", "high", "decision", "holds_from", "reason", "recorded_by", "recorded_at")
    list_select_related = ("target__zone", "target__indicator", "decision", "recorded_by")
    list_filter = (ZONE, "target__year")


@admin.register(Declaration, site=office)
class DeclarationAdmin(RowsAdmin):
    list_display = ("zone", "indicator", "first_day", "last_day", "value", "reason", "recorded_by", "recorded_at")
    list_select_related = ("zone", "indicator", "recorded_by")
    list_filter = (ZONE, ("indicator", SeenFilter), "value")


class IndicatorForm(ActForm):
    measure = forms.ChoiceField(
        label=gettext_lazy("measure"),
        choices=lambda: [(one.code, one.label) for one in measures.registry.values()],
        help_text=gettext_lazy("Which events are counted; the filters below narrow it."),
    )
    ownerships = forms.MultipleChoiceField(
        label=gettext_lazy("only of ownership"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[choice for choice in Ownership.choices if choice[0] != Ownership.NONE],
    )  # fmt: skip


@admin.register(Indicator, site=office)
class IndicatorAdmin(CatalogueAdmin):
    form = IndicatorForm
    list_display = ("name", "code", "sector", "measure", "unit", "order", "is_active")
    list_filter = ("sector", "is_active")
    search_texts = ("code", "name", "short_name")
    several = ("types", "parks")
    on_change = (
        "name", "short_name", "hint", "unit", "measure", "factor", "ownerships", "types", "parks", "order", "is_active",
        "resolution",
    )  # fmt: skip
    on_add = ("code", "sector", *on_change)

    def record(self, by, values):
        given = {name: values[name] for name in self.on_add if name not in self.several}
        return self._save(by, Indicator(**given), values)

    def amend(self, by, row, values, changed):
        self._save(by, row, values, reason=values["reason"], version=values["seen"])

    def _save(self, by, row, values, **seen):
        several = {name: values[name] for name in self.several}
        return save_indicator(indicator=row, by=by, **several, **seen)


@admin.register(Term, site=office)
class TermAdmin(CatalogueAdmin):
    list_display = on_add = on_change = ("name", "first_year", "last_year")


@admin.register(Resolution, site=office)
class ResolutionAdmin(CatalogueAdmin):
    list_display = ("number", "code", "title", "issuer", "issued_on")
    on_change = ("number", "title", "issuer", "issued_on")
    on_add = ("code", *on_change)
