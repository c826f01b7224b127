"""What zones say of their silence, over HTTP: appended, never changed; saying otherwise is another row."""

from datetime import date

import django_filters as filters
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.response import Response

from organizations import api
from organizations.access import Act
from organizations.api import once
from organizations.api.filters import (
    AnyOfFilter,
    DayFilter,
    IdFilter,
    MomentFilter,
    NamesFilter,
    OrderFilter,
    YearFilter,
    ZoneFilter,
)
from organizations.api.inputs import TextField
from organizations.api.ledger import REFUSALS, batch_of_row, said_as
from organizations.api.registers import SUBTREE

from .models import Declaration, Indicator
from .periods import Period
from .saying import Saying, declare_all


class IndicatorCode(serializers.CharField):
    """An indicator by its code."""

    default_error_messages = {"unknown": gettext_lazy("There is no indicator “{code}”.")}

    def to_internal_value(self, data):
        code = super().to_internal_value(data)
        found = Indicator.objects.filter(code=code).first() if code.isprintable() else None
        if found is None:
            self.fail("unknown", code=code[:60])
        return found


class PeriodField(serializers.CharField):
    """``2025``, ``2025-Q1`` … ``2025-Q4``, ``2025-6M`` or ``2025-9M``."""

    def to_internal_value(self, data):
        text = super().to_internal_value(data)
        try:
            return Period.parse(text)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


class DeclarationRow(serializers.ModelSerializer):
    """``period`` is null when the days are none an office reports."""

    zone = api.Code("zone")
    indicator = api.Code("indicator")
    period = serializers.SerializerMethodField()
    batch = serializers.IntegerField(read_only=True, allow_null=True, help_text="The import that wrote the row.")
    recorded_by = serializers.CharField(source="recorded_by.username", read_only=True)

    class Meta:
        model = Declaration
        fields = [
            "id", "zone", "indicator", "period", "first_day", "last_day", "value", "reason", "batch", "recorded_by",
            "recorded_at",
        ]  # fmt: skip

    def get_period(self, row) -> str | None:
        period = Period.between(row.first_day, row.last_day)
        return period.code if period else None


class DeclarationInput(serializers.Serializer):
    """What holds of an indicator in a period. ``reason`` is needed for what does not apply, and against events."""

    zone = serializers.CharField(help_text="The code of a zone.")
    indicator = IndicatorCode(help_text="The code of an indicator.")
    period = PeriodField(help_text="2025, 2025-Q1 … 2025-Q4, 2025-6M or 2025-9M.")
    value = serializers.ChoiceField(Declaration.Value.choices)
    reason = TextField(max_length=500, required=False)


class DeclaredFilter(filters.CharFilter):
    """The declarations of an indicator, by its code."""

    def filter(self, queryset, value):
        if not value:
            return queryset
        indicator = Indicator.objects.filter(code=value).first()
        if indicator is None:
            message = IndicatorCode.default_error_messages["unknown"].format(code=value[:60])
            raise serializers.ValidationError({"indicator": [message]})
        return queryset.filter(indicator=indicator)


@extend_schema_field(serializers.IntegerField)
class OfYearFilter(YearFilter):
    """Declarations that speak of some day of the year."""

    def filter(self, queryset, value):
        if value is None:
            return queryset
        return queryset.filter(first_day__lte=date(value, 12, 31), last_day__gte=date(value, 1, 1))


class DeclarationFilters(filters.FilterSet):
    zone = ZoneFilter(field_name="zone", help_text=SUBTREE)
    indicator = DeclaredFilter(help_text=gettext_lazy("Code of an indicator."))
    year = OfYearFilter(help_text=gettext_lazy("Declarations about some day of this year."))
    value = AnyOfFilter(choices=Declaration.Value.choices)
    first_day__gte = DayFilter(field_name="first_day", lookup_expr="gte")
    last_day__lte = DayFilter(field_name="last_day", lookup_expr="lte")
    batch = IdFilter(field_name="batch_row__batch", help_text=gettext_lazy("Id of an import."))
    known_at = MomentFilter(method="by_moment", help_text=gettext_lazy("What was recorded by this moment."))
    search = NamesFilter(
        lambda row: (row.zone.code, row.zone.name, row.zone.short_name, row.indicator.code, row.indicator.name),
        help_text=gettext_lazy("Words of the zone's and the indicator's name."),
    )
    ordering = OrderFilter("first_day", "last_day", "recorded_at", ("zone__code", "zone"), "id")

    def by_moment(self, queryset, name, value):
        return queryset.known_at(value)


class Declarations(api.Rows):
    """What it means that nothing was recorded: complete, nothing to report, or not applicable.

    Of several rows about a day the last recorded holds. Rows are appended: PUT, PATCH and DELETE are 405.
    """

    queryset = Declaration.objects.none()
    serializer_class = DeclarationRow
    filterset_class = DeclarationFilters

    def rows(self):
        rows = Declaration.objects.select_related("zone", "indicator", "recorded_by")
        return rows.annotate(batch=batch_of_row()).order_by("-id")

    @extend_schema(request=DeclarationInput, responses={201: DeclarationRow} | REFUSALS, parameters=[once.PARAMETER])
    @once.once
    def create(self, request):
        self.require_somewhere(Act.ENTER)
        given = self.read(DeclarationInput)
        zone = self.zone_to_write(Act.ENTER, given["zone"])
        saying = Saying.of(zone, given["indicator"], given["period"], given["value"])
        with said_as(first_day="period", last_day="period"):
            row = declare_all(sayings=[saying], by=request.user, reason=given["reason"])[0]
        return Response(self.get_serializer(self.rows().get(pk=row.pk)).data, status=status.HTTP_201_CREATED)
