"""What a list may be asked: scope, words, order, page. What is not understood is refused, never passed over."""

import re

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, pagination

from organizations.fields import DateFormField
from organizations.models import Zone
from organizations.search import with_words
from vietnamese.text import search_key

FIRST_YEAR, LAST_YEAR = 1930, 2100
LARGEST_ID = 2**63 - 1


# ------------------------------------------------------------------------------------------ values


class MomentFormField(forms.CharField):
    """A moment, ISO 8601 with its offset. A "+" that a client forgot to escape arrives as a blank."""

    def to_python(self, value):
        text = re.sub(r" (?=\d\d:?\d\d$)", "+", super().to_python(value))
        if not text:
            return None
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValidationError(_("“%(value)s”: write it as 2026-11-23T08:30:00+07:00.") % {"value": value[:60]})
        return moment


class DayFormField(DateFormField):
    """The day figures are asked as of."""

    def to_python(self, value):
        day = super().to_python(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(year_refusal() % {"value": day.year})
        return day


class YearFormField(forms.IntegerField):
    def __init__(self, **options):
        super().__init__(**options)
        self.error_messages["invalid"] = gettext_lazy("Give a year from 1930 to 2100.")

    def to_python(self, value):
        year = super().to_python(value)
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValidationError(year_refusal() % {"value": str(year)[:20]})
        return year


def year_refusal():
    return _("“%(value)s”: give a year from 1930 to 2100.")


class IdFormField(forms.IntegerField):
    def __init__(self, **options):
        super().__init__(min_value=1, max_value=LARGEST_ID, **options)


# ------------------------------------------------------------------------------------------ filters


class DayFilter(filters.DateFilter):
    field_class = DateFormField


class AsOfFilter(filters.DateFilter):
    field_class = DayFormField


class MomentFilter(filters.DateTimeFilter):
    field_class = MomentFormField


@extend_schema_field(OpenApiTypes.INT)
class YearFilter(filters.Filter):
    field_class = YearFormField


@extend_schema_field(OpenApiTypes.INT)
class IdFilter(filters.Filter):
    field_class = IdFormField


@extend_schema_field(OpenApiTypes.BOOL)
class FlagFilter(filters.TypedChoiceFilter):
    """true or false; anything else is refused."""

    def __init__(self, **options):
        super().__init__(
            choices=[("true", "true"), ("false", "false")], coerce=lambda value: value == "true", **options
        )


class AnyOfFilter(filters.MultipleChoiceFilter):
    """One of several values: ``?kind=joined&kind=left``."""

    def __init__(self, **options):
        super().__init__(distinct=False, **options)


class ParkFilter(filters.CharFilter):
    """A park by id or code."""

    def filter(self, queryset, value):
        return queryset.filter(park_is(self.field_name, value)) if value else queryset


def park_is(path, value) -> Q:
    """That the park ``path`` leads to has the id or the code ``value``."""
    if value.isascii() and value.isdigit():
        return Q(**{path: int(value)}) if len(value) < 19 else Q(pk__in=[])
    return Q(**{f"{path}__code": value})


class ZoneFilter(filters.CharFilter):
    """The rows of a zone and of every zone below it; ``field_name`` leads to the zone."""

    def filter(self, queryset, value):
        if not value:
            return queryset
        return self.narrow(queryset, visible_zone(self.parent.request.user, value).subtree_ids())

    def narrow(self, queryset, ids):
        return queryset.filter(**{f"{self.field_name}__in": ids})


class InZonesFilter(ZoneFilter):
    """The same for rows that belong to zones in their own way."""

    def narrow(self, queryset, ids):
        return queryset.in_zones(ids)


class EveryZoneFilter(ZoneFilter):
    """For rows that hold in every zone: the code is checked and narrows nothing."""

    def narrow(self, queryset, ids):
        return queryset


def visible_zone(user, code) -> Zone:
    """The zone of this code; one that is not visible is no more there than one that is not at all (404)."""
    zone = Zone.objects.visible_to(user).filter(code=code).first()
    if zone is None:
        raise exceptions.NotFound(_("There is no zone “%(code)s”.") % {"code": code})
    return zone


class SearchFilter(filters.CharFilter):
    """Every word must be found by one of ``lookups``, most often ``search_key__contains``."""

    def __init__(self, *lookups, **options):
        super().__init__(max_length=200, **options)
        self.lookups = lookups

    def filter(self, queryset, value):
        for word in search_key(value or "").split():
            found = Q()
            for lookup in self.lookups:
                found |= Q(**{lookup: word})
            queryset = queryset.filter(found)
        return queryset


class WordsFilter(filters.CharFilter):
    """Every word must occur in what a row of a register is found by: its name, and its tax code or code."""

    def __init__(self, **options):
        super().__init__(max_length=200, **options)

    def filter(self, queryset, value):
        return with_words(queryset, search_key(value or "").split())


class NamesFilter(filters.CharFilter):
    """The same over a few rows that store no search key: ``texts`` of a row are compared here."""

    def __init__(self, texts, **options):
        super().__init__(max_length=200, **options)
        self.texts = texts

    def filter(self, queryset, value):
        words = search_key(value or "").split()
        if not words:
            return queryset
        keys = {row.pk: search_key(" ".join(self.texts(row))) for row in queryset}
        return queryset.filter(pk__in=[pk for pk, key in keys.items() if all(word in key for word in words)])


class OrderFilter(filters.OrderingFilter):
    """The columns named, then the id, so that pages never overlap."""

    def __init__(self, *names, **options):
        fields = [(name, name) if isinstance(name, str) else name for name in names]
        super().__init__(fields=fields, **options)

    def filter(self, queryset, value):
        if not value:
            return queryset
        return queryset.order_by(*dict.fromkeys(self.get_ordering_value(name) for name in value if name), "pk")


def refuse_unknown(params, known, several=()):
    """Raise a 400 that names parameters nobody understands or that are given twice: a typo must not widen a result."""
    errors = {}
    for name in params:
        if name not in known:
            errors[name] = [
                _("There is no such parameter. There are: %(names)s.") % {"names": ", ".join(sorted(known))}
            ]
        elif name not in several and len(params.getlist(name)) > 1:
            errors[name] = [_("Give this parameter once.")]
    if errors:
        raise exceptions.ValidationError(errors)


class ListBackend(DjangoFilterBackend):
    """Applies the filters of a list, and only there: a detail is found by its id alone."""

    def filter_queryset(self, request, queryset, view):
        if view.action != "list":
            return queryset
        known = view.filterset_class.base_filters
        several = [name for name, field in known.items() if isinstance(field, filters.MultipleChoiceFilter)]
        refuse_unknown(request.query_params, {*known, "page", "page_size"}, several)
        asked = self.get_filterset(request, queryset, view)
        if not asked.is_valid():  # not through django-filter's own words: they choke on a "%" in the value
            raise exceptions.ValidationError(asked.errors)
        return asked.qs


class Pages(pagination.PageNumberPagination):
    """``page`` from 1, ``page_size`` from 1 to 500."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500

    def get_page_size(self, request):
        size = self._whole(request, "page_size", self.page_size)
        if size > self.max_page_size:
            raise exceptions.ValidationError(
                {"page_size": [_("At most %(limit)s rows a page.") % {"limit": self.max_page_size}]}
            )
        return size

    def get_page_number(self, request, paginator):
        return self._whole(request, "page", 1)

    def _whole(self, request, name, default):
        text = request.query_params.get(name) or str(default)
        if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) == 0:
            raise exceptions.ValidationError({name: [_("Give a whole number from 1 up.")]})
        return int(text)


def today():
    """The day at the edge of the API."""
    return timezone.localdate()
