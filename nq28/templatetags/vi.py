"""Figures as offices write them, the same in both languages: ``{% load vi %}{{ total|count }}``.

Nothing is "—" (None: not reported, no target); 0 is "0".
"""

import datetime
from decimal import Decimal

from django import template
from django.utils import timezone

from vietnamese.dates import format_date
from vietnamese.numbers import format_count, format_decimal, format_percent

register = template.Library()

NOTHING = "—"


@register.filter(is_safe=True)
def count(value):
    """38555 → "38.555". For counts only: years, codes and ids are never grouped."""
    if value is None:
        return NOTHING
    if isinstance(value, int):
        return format_count(value)
    return format_decimal(value) if isinstance(value, Decimal) else value


@register.filter(is_safe=True)
def percent(value):
    """Decimal("105.25") → "105,3%"; text with a decimal dot ("275.0", as in the API) too."""
    if value is None:
        return NOTHING
    if value == "":  # a misspelt variable stays visible as what it is
        return value
    return format_percent(Decimal(value) if isinstance(value, str) else value)


@register.filter(is_safe=True)
def day(value):
    """A date, or a moment's day in Viet Nam → "03/02/2026"."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return format_date(value) if isinstance(value, datetime.date) else value
