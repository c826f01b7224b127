"""Serializer fields over ``vietnamese/``: the API reads and refuses as pages and imports do, and answers plain JSON."""

import datetime

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from organizations.fields import explain
from vietnamese.dates import check_event_date, parse_date
from vietnamese.errors import Unreadable
from vietnamese.numbers import parse_count
from vietnamese.ranges import format_range, parse_range
from vietnamese.tax_codes import parse_tax_code
from vietnamese.text import parse_name


class ReadsVietnamese:
    """For serializer fields: ``read`` gives the value, a refusal becomes the field's error."""

    def to_internal_value(self, data):
        try:
            return self.read(data)
        except Unreadable as error:
            raise serializers.ValidationError(explain(error), code=error.code) from error


class CountField(ReadsVietnamese, serializers.IntegerField):
    """A whole number of 0 or more: 38555, or text as the office writes it ("38.555"). JSON 38.555 is refused."""

    def read(self, data):
        return parse_count(data)


class DateField(ReadsVietnamese, serializers.DateField):
    """A day: ISO 8601 or "dd/mm/yyyy" in, ISO 8601 out. ``event=True`` refuses those before 1930 or after today."""

    def __init__(self, *, event: bool = False, **options):
        super().__init__(**options)
        self.event = event

    def read(self, data):
        # A bare number in JSON is no Excel serial: it is refused like any other text that is not a date.
        day = parse_date(data if isinstance(data, str | datetime.date) else str(data))
        return check_event_date(day, timezone.localdate()) if self.event else day


@extend_schema_field(OpenApiTypes.STR)
class RangeField(ReadsVietnamese, serializers.Field):
    """A target, as (low, high): "5-7", "từ 5 đến 7", 8 in; "5–7" out. ``whole=False`` lets rates have decimals."""

    def __init__(self, *, whole: bool = True, **options):
        super().__init__(**options)
        self.whole = whole

    def read(self, data):
        return parse_range(data, whole=self.whole)

    def to_representation(self, value):
        return format_range(*value)


class TaxCodeField(ReadsVietnamese, serializers.CharField):
    """A tax code, in and out as canonical text. What only warns is in ``warnings``, in words, after validation.

    In a list of rows the field is shared: ``warnings`` are those of the row read last.
    """

    def __init__(self, **options):
        super().__init__(**options)
        self.warnings: list[str] = []

    def run_validation(self, data=empty):
        self.warnings = []
        return super().run_validation(data)

    def read(self, data):
        code = parse_tax_code(data)
        self.warnings = [explain(warning) for warning in code.warnings]
        return code.text


class NameField(ReadsVietnamese, serializers.CharField):
    """A name, cleaned but never corrected (uỷ stays uỷ)."""

    def __init__(self, *, max_length: int = 250, **options):
        super().__init__(max_length=max_length, **options)

    def read(self, data):
        return parse_name(data, self.max_length)
