"""Form fields over ``vietnamese/``: page, API and import read a value by one parser and refuse it in the same words.

The importer calls the parsers themselves and takes its words from :func:`explain` and :func:`offer`.
"""

import datetime
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext

from vietnamese.dates import check_event_date, format_date, parse_date
from vietnamese.errors import Unreadable
from vietnamese.numbers import format_count, format_decimal, parse_count, parse_decimal, parse_percent
from vietnamese.ranges import format_range, parse_range
from vietnamese.tax_codes import parse_tax_code
from vietnamese.text import parse_name


def explain(error: Unreadable) -> str:
    """Return the reason in the language of the person who reads it."""
    return gettext(error.message) % error.params


def offers(error: Unreadable) -> tuple[str, ...]:
    """Return what is offered instead, as the office writes it; nothing when nothing safe can be offered."""
    if isinstance(error.suggestion, tuple):  # several rows of the register it may be
        return tuple(str(one) for one in error.suggestion)
    return tuple(filter(None, [offer(error)]))


def offer(error: Unreadable) -> str:
    """Return the one thing that is offered, "" when nothing is."""
    match error.suggestion:
        case None:
            return ""
        case int() as count:
            return format_count(count)
        case Decimal() as number:
            return format_decimal(number)
        case datetime.date() as day:
            return format_date(day)
        case text:
            return str(text)


class ReadField(forms.Field):
    """One box of text: ``read`` turns what was typed into the value, ``write`` a value into what the box shows."""

    input_attributes: dict[str, str] = {"autocomplete": "off"}

    def read(self, value):
        raise NotImplementedError

    def write(self, value) -> str:
        return str(value)

    def to_python(self, value):
        try:
            return self.read(value)
        except Unreadable as error:
            if error.code == "empty":
                return None
            raise ValidationError(explain(error), code=error.code) from error

    def prepare_value(self, value):
        """Show a value as the office writes it, and what was typed as it was typed."""
        return value if value is None or isinstance(value, str) else self.write(value)

    def has_changed(self, initial, data):
        """Compare what is meant, not how it is written: 38.555 and 38555 are no change."""
        if self.disabled:
            return False
        try:
            if isinstance(initial, str):
                initial = self.to_python(initial)
            data = self.to_python(data)
            return (None if data == "" else data) != (None if initial == "" else initial)
        except ValidationError:
            return True

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | self.input_attributes


class CountFormField(ReadField):
    """A whole number of 0 or more: 38555, 38.555, "38 555". ``min_value`` and ``max_value`` bound it."""

    input_attributes = {"autocomplete": "off", "inputmode": "numeric"}

    def __init__(self, *, min_value=None, max_value=None, **options):
        super().__init__(**options)
        if min_value is not None:
            self.validators.append(MinValueValidator(min_value))
        if max_value is not None:
            self.validators.append(MaxValueValidator(max_value))

    def read(self, value):
        return parse_count(value)

    def write(self, value):
        return format_count(value)


class DateFormField(ReadField):
    """A day, dd/mm/yyyy. ``event=True`` refuses days before the Party was founded or after today."""

    def __init__(self, *, event: bool = False, **options):
        super().__init__(**options)
        self.event = event

    def read(self, value):
        day = parse_date(value)
        return check_event_date(day, timezone.localdate()) if self.event else day

    def write(self, value):
        return format_date(value)


class RangeFormField(ReadField):
    """A target, as (low, high): 5-7, từ 5 đến 7, 8. ``whole=False`` lets rates have decimals."""

    def __init__(self, *, whole: bool = True, **options):
        super().__init__(**options)
        self.whole = whole

    def read(self, value):
        return parse_range(value, whole=self.whole)

    def write(self, value):
        return format_range(*value)


class PercentFormField(ReadField):
    """A percent as an office published it, with the decimals it was printed with: 275, "105,3%"."""

    def read(self, value):
        return parse_percent(value)

    def write(self, value):
        return format_decimal(value)


class DecimalFormField(ReadField):
    """A decimal of 0 or more: 0,5, 100, "1.000"."""

    input_attributes = {"autocomplete": "off", "inputmode": "decimal"}

    def read(self, value):
        return parse_decimal(value)

    def write(self, value):
        return format_decimal(value)


class TaxCodeFormField(ReadField):
    """A tax code, as canonical text or "". What only warns is in ``warnings``, in words, after cleaning."""

    def __init__(self, **options):
        super().__init__(**options)
        self.warnings: list[str] = []

    def read(self, value):
        code = parse_tax_code(value)
        self.warnings = [explain(warning) for warning in code.warnings]
        return code.text

    def to_python(self, value):
        self.warnings = []
        return super().to_python(value) or ""


class NameFormField(ReadField):
    """A name, cleaned but never corrected (uỷ stays uỷ), or ""."""

    def __init__(self, *, max_length: int = 250, **options):
        self.max_length = max_length
        super().__init__(**options)

    def read(self, value):
        return parse_name(value, self.max_length)

    def to_python(self, value):
        return super().to_python(value) or ""
