"""The catalogue of what is counted over HTTP: read by everybody, written by administrators through the one act."""

import django_filters as filters
from django.db import transaction
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from organizations import api
from organizations.access import Act, may
from organizations.api import once, seen
from organizations.api.filters import AnyOfFilter, EveryZoneFilter, FlagFilter, NamesFilter, OrderFilter
from organizations.api.inputs import TextField, TypeField
from organizations.api.registers import WORDS
from organizations.models import Ownership, Park, Sector

from . import measures
from .actions import save_indicator
from .models import Indicator, Resolution


class IndicatorRow(serializers.ModelSerializer):
    types = serializers.SlugRelatedField("code", many=True, read_only=True)
    ownerships = serializers.ListField(child=serializers.CharField(), read_only=True)
    factor = serializers.DecimalField(
        12, 4, allow_null=True, read_only=True, normalize_output=True, help_text="Of a rate only: 100 for percent."
    )
    resolution = api.Code("resolution", allow_null=True)

    class Meta:
        model = Indicator
        fields = [
            "id", "code", "name", "short_name", "hint", "unit", "sector", "measure", "factor", "types", "ownerships",
            "parks", "order", "is_active", "resolution", "version",
        ]  # fmt: skip


class IndicatorInput(serializers.Serializer):
    """What an administrator says of an indicator. PATCH keeps what is not given; a change needs its ``reason``."""

    code = serializers.SlugField(max_length=40)
    name = TextField(max_length=120)
    short_name = TextField(max_length=60, required=False)
    hint = TextField(max_length=200, required=False)
    unit = TextField(max_length=30)
    sector = serializers.ChoiceField(Sector.choices)
    measure = serializers.ChoiceField([(one.code, one.code) for one in measures.registry.values()])
    factor = serializers.DecimalField(
        12, 4, allow_null=True, required=False, default=None, help_text="Needed by a rate, refused to a count."
    )
    types = serializers.ListField(child=TypeField(), required=False, default=list, help_text="Codes; empty: all.")
    ownerships = serializers.ListField(
        child=serializers.ChoiceField([choice for choice in Ownership.choices if choice[0] != Ownership.NONE]),
        required=False, default=list,
    )  # fmt: skip
    parks = serializers.PrimaryKeyRelatedField(
        queryset=Park.objects.exclude(code=Park.NONE), many=True, required=False, default=list
    )
    order = serializers.IntegerField(min_value=0, max_value=30_000, required=False, default=0)
    is_active = serializers.BooleanField(required=False, default=True)
    resolution = serializers.SlugRelatedField(
        "code", queryset=Resolution.objects.all(), allow_null=True, required=False, default=None
    )


class IndicatorChange(IndicatorInput):
    reason = TextField(max_length=500, required=False)


class IndicatorFilters(filters.FilterSet):
    zone = EveryZoneFilter(help_text=gettext_lazy("Checked only: an indicator holds in every zone."))
    search = NamesFilter(lambda row: (row.code, row.name, row.short_name), help_text=WORDS)
    ordering = OrderFilter("order", "code", "id")
    code = filters.CharFilter()
    sector = AnyOfFilter(choices=Sector.choices)
    is_active = FlagFilter()


REFUSED = {400: OpenApiResponse(description='Refused, nothing written: {"field": ["message"]}.')}
SEVERAL = ("types", "parks")


class Indicators(api.Rows):
    """What is counted. The same for everybody; written by administrators."""

    queryset = Indicator.objects.none()
    serializer_class = IndicatorRow
    filterset_class = IndicatorFilters

    def get_queryset(self):
        return Indicator.objects.select_related("resolution").prefetch_related("types", "parks")

    def _require(self):
        if not may(self.request.user, Act.CATALOGUE, None):
            raise PermissionDenied(gettext_lazy("Your role may read this but not write it."))

    def _answer(self, pk, code):
        row = self.get_queryset().get(pk=pk)
        return Response(self.get_serializer(row).data, status=code, headers={"ETag": f'"{row.version}"'})

    @extend_schema(request=IndicatorInput, responses={201: IndicatorRow} | REFUSED, parameters=[once.PARAMETER])
    @once.once
    def create(self, request):
        self._require()
        given = self.read(IndicatorInput)
        several = {name: given.pop(name) for name in SEVERAL}
        row = save_indicator(indicator=Indicator(**given), by=request.user, **several)
        return self._answer(row.pk, status.HTTP_201_CREATED)

    @seen.changes(IndicatorChange, IndicatorRow, REFUSED)
    def update(self, request, pk, partial=False):
        row = self.get_object()
        self._require()
        version = seen.seen_version(request, row.version)
        body = IndicatorChange(data=request.data, partial=partial, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        reason = given.pop("reason", "")
        several = {name: given.pop(name, list(getattr(row, name).all())) for name in SEVERAL}
        for name, value in given.items():
            setattr(row, name, value)
        with seen.or_stale(), transaction.atomic():
            save_indicator(indicator=row, by=request.user, reason=reason, version=version, **several)
        return self._answer(row.pk, status.HTTP_200_OK)

    @seen.changes(IndicatorChange, IndicatorRow, REFUSED)
    def partial_update(self, request, pk):
        return self.update(request, pk, partial=True)
