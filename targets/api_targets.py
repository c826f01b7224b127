"""Targets over HTTP: given, revised and taken back by the same act as on the page."""

import re
from datetime import date
from decimal import Decimal

import django_filters as filters
from django.core.exceptions import ValidationError
from django.db.models import F, Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status

from organizations import api
from organizations.access import Act
from organizations.api import once, seen
from organizations.api.filters import (
    IdFilter,
    NamesFilter,
    OrderFilter,
    YearFilter,
    YearFormField,
    ZoneFilter,
    year_refusal,
)
from organizations.api.inputs import DecisionField, TextField, decision_of
from organizations.api.ledger import REFUSALS, Quoted, said_as
from organizations.api.registers import SUBTREE
from organizations.api_fields import DateField
from organizations.fields import explain
from organizations.ledger import writing
from organizations.models import Decision
from vietnamese.dates import check_event_date, format_date
from vietnamese.errors import Unreadable
from vietnamese.numbers import format_decimal, parse_count, parse_decimal, parse_percent
from vietnamese.ranges import parse_range

from .actions import TargetDraft, assign_targets
from .api_declarations import IndicatorCode
from .models import Indicator, Target, TargetVersion, first_of_year, plain


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


# ------------------------------------------------------------------------------------------ what is sent


class YearField(serializers.IntegerField):
    """A year that targets are given for."""

    def to_internal_value(self, data):
        try:
            return YearFormField().clean(data if isinstance(data, str | int) and not isinstance(data, bool) else "?")
        except ValidationError:
            raise serializers.ValidationError(year_refusal() % {"value": str(data)[:20]}) from None


class AsSentField(serializers.Field):
    """A value that is read once the indicator is known: a count takes whole numbers, a rate decimals."""

    def to_internal_value(self, data):
        return data


@extend_schema_field(RANGE_END)
class EndField(AsSentField):
    """An end of the range, as it is answered."""


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "number"}], "nullable": True})
class RangeAsSentField(AsSentField):
    """Both ends, as the office writes them."""


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "number"}], "nullable": True})
class PublishedField(serializers.Field):
    """A percent as it was published, or as it is answered."""

    def to_internal_value(self, data):
        try:
            return parse_percent(exact(data))
        except Unreadable as error:
            raise serializers.ValidationError(explain(error), code=error.code) from None


class TargetInput(serializers.Serializer):
    """A range for a zone, an indicator and a year: `low` and `high`, or both at once as `range`."""

    zone = serializers.CharField(help_text="The code of a zone.")
    indicator = IndicatorCode(help_text="The code of an indicator.")
    year = YearField()
    low = EndField(required=False, allow_null=True)
    high = EndField(required=False, allow_null=True)
    range = RangeAsSentField(required=False, allow_null=True, help_text="5-7, từ 5 đến 7, or one number.")
    decision = DecisionField(required=False, allow_null=True)
    holds_from = DateField(
        required=False, allow_null=True, help_text="Without a decision: from when; 1 January when not given."
    )
    published_percent = PublishedField(required=False, allow_null=True)
    reason = TextField(max_length=500, required=False)


class TargetChange(TargetInput):
    """What is to hold of a target from now on. PATCH keeps what is not given; null ends, or a null range, take it back.

    Zone, indicator and year never change: they may be left out, or said as they are.
    """

    zone = serializers.CharField(required=False, help_text="As it is.")
    indicator = serializers.CharField(required=False, help_text="As it is.")
    year = YearField(required=False, help_text="As it is.")


def exact(value):
    """A decimal text as this API answers it ("0.55") as that number; what an office writes stays as it is."""
    return Decimal(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}\.[0-9]{1,20}", value) else value


def one_end(value, whole: bool) -> Decimal | None:
    if value is None:
        return None
    return Decimal(parse_count(value)) if whole else parse_decimal(exact(value))


def both_ends(given: dict, whole: bool) -> tuple[Decimal | None, Decimal | None]:
    """The ends that ``given`` says, (None, None) for no target; refused at the name under which they were sent."""
    ends, errors = {}, {}
    for name in ("low", "high", "range"):
        value = given.get(name)
        if name not in given or value is None:
            continue
        try:
            ends[name] = parse_range(value, whole=whole) if name == "range" else one_end(value, whole)
        except Unreadable as error:
            errors[name] = [explain(error)]
    if "range" in given and {"low", "high"} & given.keys():
        errors["range"] = [_("Give the range, or its two ends: not both.")]
    elif "range" not in given and not errors and len(ends) == 1:
        errors["high" if "low" in ends else "low"] = [_("Give both ends, or neither.")]
    if errors:
        raise serializers.ValidationError(errors)
    if "range" in given:
        return ends.get("range", (None, None))
    low, high = ends.get("low"), ends.get("high")
    if low is not None and low > high:
        try:
            parse_range(f"{format_decimal(low)}-{format_decimal(high)}")
        except Unreadable as error:
            raise serializers.ValidationError({"low": [explain(error)]}) from None
    return low, high


def day_of(given: dict, decision: Decision | None, year: int, held: date | None = None) -> date | None:
    """From when a target without a decision holds; with one it is the decision's day, which may be said once more."""
    day = given.get("holds_from")
    if decision is not None:
        if day is not None and day != decision.issued_on:
            message = _("“%(value)s”: a target holds from the day of its decision, %(day)s.")
            params = {"value": format_date(day), "day": format_date(decision.issued_on)}
            raise serializers.ValidationError({"holds_from": [message % params]})
        return None
    if day is None or day in (held, first_of_year(year)):
        return day
    try:
        return check_event_date(day, timezone.localdate())
    except Unreadable as error:
        raise serializers.ValidationError({"holds_from": [explain(error)]}) from None


class Targets(api.Rows):
    """The range each zone was given for an indicator and a year. A revision is a new version under the same id.

    POST gives a zone its first range. PUT and PATCH append a version, with the reason; the same range again is none.
    """

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

    @extend_schema(request=TargetInput, responses={201: TargetRow} | REFUSALS, parameters=[once.PARAMETER])
    @once.once
    def create(self, request):
        self.require_somewhere(Act.ASSIGN_TARGETS)
        given = self.read(TargetInput)
        zone = self.zone_to_write(Act.ASSIGN_TARGETS, given["zone"])
        indicator, year = given["indicator"], given["year"]
        low, high = both_ends(given, whole=not indicator.is_rate)
        if low is None:
            raise serializers.ValidationError({"range" if "range" in given else "low": [_("Give the target.")]})
        with writing(zones=[zone], by=request.user):
            if held := Target.objects.filter(zone=zone, indicator=indicator, year=year, voided_by=None).first():
                message = _("“%(target)s” has a target already, of the id %(id)s: revise that one by PUT.")
                raise serializers.ValidationError({"year": [message % {"target": held_name(given), "id": held.pk}]})
            row = self._assign(given, zone, indicator, year, low, high)
        return self.written(row.pk, status.HTTP_201_CREATED)

    @seen.changes(
        TargetChange,
        OpenApiResponse(TargetRow, "The version that holds now; the same one when nothing differs."),
        REFUSALS,
    )
    def update(self, request, pk, partial=False):
        row = self.get_object()
        self.require_of_role(Act.ASSIGN_TARGETS, row.zone_id)
        version = seen.seen_version(request, row.version)
        given = self.read(TargetChange)
        refuse_another(row, given)
        last = row.versions.all()[0]
        says_range = bool({"low", "high", "range"} & given.keys())
        if partial and "range" not in given:
            given = {"low": plain(last.low), "high": plain(last.high)} | given
        elif not says_range:
            raise serializers.ValidationError({"low": [_("Give the target, or null to take it back.")]})
        low, high = both_ends(given, whole=not row.indicator.is_rate)
        if partial and low is not None:
            held = {"published_percent": last.published_percent}
            if "decision" not in given:
                held |= {"decision": last.decision} | ({} if last.decision else {"holds_from": last.holds_from})
            given = held | given
        with seen.or_stale(), writing(zones=[row.zone], by=request.user):
            self._assign(given, row.zone, row.indicator, row.year, low, high, last.holds_from, version)
        return self.written(row.pk)

    @seen.changes(TargetChange, TargetRow, REFUSALS)
    def partial_update(self, request, pk):
        return self.update(request, pk, partial=True)

    def _assign(self, given, zone, indicator, year, low, high, held=None, version=None):
        published = given.get("published_percent")
        if low is None and published is not None:
            message = _("A percent was published of no target: give the target too.")
            raise serializers.ValidationError({"published_percent": [message]})
        decision = decision_of(given.get("decision"), zone=zone, by=self.request.user)
        day = day_of(given, decision, year, held)
        draft = TargetDraft(zone, indicator, year, low, high, decision, day, published)
        names = {"low": "range", "high": "range"} if "range" in given else {}
        with said_as(**names):
            rows, _outcomes = assign_targets(
                drafts=[draft], by=self.request.user, reason=given["reason"], version=version
            )  # fmt: skip
        return rows[0]


def held_name(given: dict) -> str:
    return f"{given['zone']} · {given['indicator'].code} · {given['year']}"


def refuse_another(row: Target, given: dict) -> None:
    """Refuse a zone, an indicator or a year that is not the row's."""
    held = {"zone": row.zone.code, "indicator": row.indicator.code, "year": row.year}
    message = _("“%(value)s”: this target is of %(held)s, which never changes. Give another target by POST.")
    errors = {
        name: [message % {"value": given[name], "held": value}]
        for name, value in held.items()
        if given.get(name, value) != value
    }
    if errors:
        raise serializers.ValidationError(errors)
