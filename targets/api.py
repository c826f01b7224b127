"""Indicators and targets over HTTP, and what they add to events: ``?indicator=``."""

import django_filters as filters
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field

from organizations import api

from .api_declarations import Declarations
from .api_indicators import Indicators
from .api_targets import RANGE_END, IndicatorFilter, Targets, number
from .fields import PartFormField
from .periods import Part

__all__ = ["RANGE_END", "Declarations", "Events", "Indicators", "Targets", "number"]


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
