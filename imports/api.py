"""Imports over HTTP: what was written together from one file."""

import django_filters as filters
from django.db.models import F
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from organizations import api
from organizations.api.filters import DayFilter, NamesFilter, OrderFilter, ZoneFilter
from organizations.api.registers import SUBTREE, WORDS
from organizations.models import Batch


class ImportRow(serializers.ModelSerializer):
    zone = api.Code("zone")
    recorded_by = serializers.CharField(source="recorded_by.username", read_only=True)
    undone_by = serializers.IntegerField(
        source="undone_by_id", read_only=True, allow_null=True, help_text="The import that took this one back."
    )

    class Meta:
        model = Batch
        fields = [
            "id", "kind", "zone", "file_name", "sheet", "created", "updated", "unchanged", "reason", "undoes",
            "undone_by", "recorded_by", "recorded_at",
        ]  # fmt: skip


class ImportFilters(filters.FilterSet):
    zone = ZoneFilter(field_name="zone", help_text=SUBTREE)
    search = NamesFilter(lambda row: (row.file_name, row.sheet), help_text=WORDS)
    ordering = OrderFilter("recorded_at", "kind", "id")
    kind = filters.CharFilter(help_text=gettext_lazy("enterprises, organizations, events, headcounts or targets."))
    recorded_on__gte = DayFilter(field_name="recorded_at", lookup_expr="date__gte")
    recorded_on__lte = DayFilter(field_name="recorded_at", lookup_expr="date__lte")


class Imports(api.Rows):
    """What was written from one file: how many rows were created, updated, unchanged, and what undid it."""

    queryset = Batch.objects.none()
    serializer_class = ImportRow
    filterset_class = ImportFilters

    def rows(self):
        return Batch.objects.select_related("zone", "recorded_by").annotate(undone_by_id=F("undone_by__pk"))
