"""Indicators and targets over HTTP, and what they add to events: ``?indicator=``."""

import django_filters as filters
from django.db.models import F, Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from organizations import api
from organizations.api.filters import (
    IdFilter,
    NamesFilter,
    OrderFilter,
    YearFilter,
    ZoneFilter,
)
from organizations.api.ledger import Quoted
from organizations.api.registers import SUBTREE

from .api_declarations import Declarations
from .api_indicators import Indicators
from .fields import PartFormField
from .models import Indicator, Target, TargetVersion, plain
from .periods import Part

__all__ = ["Declarations", "Events", "Indicators", "Targets"]


class IndicatorFilter(filters.CharFilter):
    """The rows of an indicator, by its code."""

    def filter(self, queryset, value):
        if not value:
            return queryset
        indicator = Indicator.objects.filter(code=value).first()
        if indicator is None:
            message = _("There is no indicator “%(code)s”.") % {"code": value}
            raise serializers.ValidationError({"indicator": [message]})
        return self.narrow(queryset, indicator)

    def narrow(self, queryset, indicator):
        return queryset.filter(indicator=indicator)


class CountedByFilter(IndicatorFilter):
    """The events an indicator counts: their quantities add up to its figure."""

    def narrow(self, queryset, indicator):
        return queryset.of_indicator(indicator)


@extend_schema_field({"type": "string", "enum": [part.value for part in Part]})
class PartFilter(filters.Filter):
    """The events of one part of their year."""

    field_class = PartFormField

    def filter(self, queryset, value):
        return queryset.in_months(*value.months)


class EventFilters(api.EventFilters):
    indicator = CountedByFilter(help_text=gettext_lazy("Code of an indicator: the events it counts."))
    part = PartFilter(help_text=gettext_lazy("Part of the year: a quarter, or its first 6 or 9 months."))


class Events(api.Events):
    """What happened, decision by decision. Every figure is a sum of ``quantity`` over these rows, reversals included.

    Kinds that take away, and reversals, are stored negative.
    """

    filterset_class = EventFilters


def number(value):
    """An end of a range for JSON: counts stay whole numbers, a rate is a decimal text."""
    value = None if value is None else plain(value)
    return value if value is None or isinstance(value, int) else format(value, "f")


RANGE_END = {"oneOf": [{"type": "integer"}, {"type": "string", "format": "decimal"}], "nullable": True}


class TargetRow(serializers.ModelSerializer):
    """A target with the version last recorded; null ends say that the target was taken back."""

    zone = api.Code("zone")
    indicator = api.Code("indicator")
    low = serializers.SerializerMethodField()
    high = serializers.SerializerMethodField()
    decision = serializers.SerializerMethodField()
    holds_from = serializers.SerializerMethodField()
    published_percent = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    recorded_at = serializers.SerializerMethodField()

    class Meta:
        model = Target
        fields = [
            "id", "zone", "indicator", "year", "low", "high", "decision", "holds_from", "published_percent", "reason",
            "recorded_at", "version",
        ]  # fmt: skip

    def _last(self, row) -> TargetVersion:
        return row.versions.all()[0]

    @extend_schema_field(RANGE_END)
    def get_low(self, row):
        return number(self._last(row).low)

    @extend_schema_field(RANGE_END)
    def get_high(self, row):
        return number(self._last(row).high)

    @extend_schema_field(Quoted(allow_null=True))
    def get_decision(self, row):
        decision = self._last(row).decision
        return Quoted(decision).data if decision else None

    @extend_schema_field(OpenApiTypes.DATE)
    def get_holds_from(self, row):
        return self._last(row).holds_from.isoformat()

    def get_published_percent(self, row) -> str | None:
        percent = self._last(row).published_percent
        return None if percent is None else format(percent.normalize(), "f")

    def get_reason(self, row) -> str:
        return self._last(row).reason

    @extend_schema_field(OpenApiTypes.DATETIME)
    def get_recorded_at(self, row):
        return serializers.DateTimeField().to_representation(self._last(row).recorded_at)


class TargetFilters(filters.FilterSet):
    zone = ZoneFilter(field_name="zone", help_text=SUBTREE)
    search = NamesFilter(
        lambda row: (row.zone.code, row.zone.name, row.zone.short_name, row.indicator.code, row.indicator.name),
        help_text=gettext_lazy("Words of the zone's and the indicator's name."),
    )
    ordering = OrderFilter("year", ("zone__code", "zone"), ("indicator__order", "indicator"), "id")
    indicator = IndicatorFilter(help_text=gettext_lazy("Code of an indicator."))
    year = YearFilter()
    year__gte = YearFilter(field_name="year", lookup_expr="gte")
    year__lte = YearFilter(field_name="year", lookup_expr="lte")
    decision = IdFilter(method="by_decision")

    def by_decision(self, queryset, name, value):
        last = TargetVersion.objects.filter(decision=value, number=F("target__version"))
        return queryset.filter(pk__in=last.values("target"))


class Targets(api.Rows):
    """The range each zone was given for an indicator and a year. A revision is a new version under the same id."""

    queryset = Target.objects.none()
    serializer_class = TargetRow
    filterset_class = TargetFilters

    def rows(self):
        last = TargetVersion.objects.filter(number=F("target__version")).select_related("decision__issuer")
        return (
            Target.objects.filter(voided_by=None, version__gt=0)
            .select_related("zone", "indicator")
            .prefetch_related(Prefetch("versions", last))
            .order_by("-year", "zone__code", "indicator__order", "id")
        )
