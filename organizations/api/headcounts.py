"""Headcounts over HTTP: levels on a day, replaced by later rows and never overwritten."""

import django_filters as filters
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from organizations import actions
from organizations.access import Act
from organizations.api_fields import CountField, DateField
from organizations.ledger import writing
from organizations.models import (
    Enterprise,
    Headcount,
    Organization,
)

from . import once
from .filters import (
    AsOfFilter,
    DayFilter,
    FlagFilter,
    IdFilter,
    MomentFilter,
    OrderFilter,
    SearchFilter,
    YearFilter,
    ZoneFilter,
)
from .inputs import DecisionField, RowField, decision_of
from .ledger import CORRECTION_REFUSALS, REFUSALS, Correction, LedgerRows, LedgerSerializer, batch_of_row, said_as
from .registers import SUBTREE


class HeadcountRow(LedgerSerializer):
    replaced_by = serializers.IntegerField(source="replaced_by_id", read_only=True, allow_null=True)

    class Meta:
        model = Headcount
        fields = [
            "id", "enterprise", "enterprise_name", "organization", "organization_name", "zone", "on", "total",
            "official", "female", "workers", "decision", "replaces", "replaced_by", "withdrawn", "reason", "batch",
            "recorded_by", "recorded_at",
        ]  # fmt: skip


class HeadcountFilters(filters.FilterSet):
    zone = ZoneFilter(field_name="zone", help_text=SUBTREE)
    search = SearchFilter(
        "organization__search_key__contains", "enterprise__search_key__contains",
        help_text=gettext_lazy("Words of the organisation's and the enterprise's name."),
    )  # fmt: skip
    ordering = OrderFilter("on", "recorded_at", "total", "id")
    organization = IdFilter()
    enterprise = IdFilter()
    decision = IdFilter()
    batch = IdFilter(field_name="batch_row__batch", help_text=gettext_lazy("Id of an import."))
    live = FlagFilter(method="standing", help_text=gettext_lazy("Only counts that stand, or only replaced ones."))
    year = YearFilter(field_name="on", lookup_expr="year")
    on = DayFilter()
    on__gte = DayFilter(field_name="on", lookup_expr="gte")
    on__lte = DayFilter(field_name="on", lookup_expr="lte")
    as_of = AsOfFilter(method="by_day", help_text=gettext_lazy("Counts of this day or before."))
    known_at = MomentFilter(method="by_moment", help_text=gettext_lazy("What was recorded by this moment."))

    def standing(self, queryset, name, value):
        return queryset.live() if value else queryset.filter(Q(withdrawn=True) | ~Q(replaced_by=None))

    def by_day(self, queryset, name, value):
        return queryset.as_of(value)

    def by_moment(self, queryset, name, value):
        return queryset.known_at(value)


class HeadcountInput(serializers.Serializer):
    """A level on a day: the workers of an enterprise or the members of an organisation. ``total`` or ``quantity``."""

    enterprise = RowField(Enterprise, required=False, allow_null=True)
    organization = RowField(Organization, required=False, allow_null=True)
    on = DateField(required=False, help_text="The day; `date` says the same.")
    date = DateField(required=False)
    total = CountField(required=False)
    quantity = CountField(required=False, help_text="The same as `total`.")
    official = CountField(required=False, allow_null=True)
    female = CountField(required=False, allow_null=True)
    workers = CountField(required=False, allow_null=True)
    decision = DecisionField(required=False, allow_null=True)

    def validate(self, values):
        values["said"] = one_name(values, "total", "quantity") | one_name(values, "on", "date")
        errors = {name: [_("This field is required.")] for name in ("total", "on") if name not in values}
        subjects = [row for name in ("enterprise", "organization") if (row := values.pop(name, None))]
        if len(subjects) != 1:
            errors["enterprise"] = [_("Give either an enterprise or an organisation.")]
        if errors:
            raise serializers.ValidationError(errors)
        return values | {"subject": subjects[0]}


def one_name(values, name, other) -> dict[str, str]:
    """Move ``other`` to ``name``, of which it is a second name. Returns which name was said, if it was the other."""
    if other not in values:
        return {}
    if values.get(name, values[other]) != values[other]:
        message = _("“%(name)s” and “%(other)s” are two names of one value: give one of them.")
        raise serializers.ValidationError({other: [message % {"name": name, "other": other}]})
    values[name] = values.pop(other)
    return {name: other}


class HeadcountCorrection(Correction):
    total = CountField(required=False, help_text="The same as `quantity`.")
    official = CountField(required=False, allow_null=True)

    def validate(self, values):
        values = super().validate(values)
        values["said"] = one_name(values, "total", "quantity") | one_name(values, "on", "date")
        return values


class Headcounts(LedgerRows):
    """Levels on a day. A count is replaced by a later row of the same day, and stays readable."""

    queryset = Headcount.objects.none()
    serializer_class = HeadcountRow
    filterset_class = HeadcountFilters

    def rows(self):
        later = Headcount.objects.filter(replaces=OuterRef("pk")).order_by().values("pk")
        return Headcount.objects.select_related(
            "zone", "organization", "enterprise", "decision__issuer", "recorded_by"
        ).annotate(replaced_by_id=Subquery(later), batch=batch_of_row())

    @extend_schema(
        request=HeadcountInput,
        responses={201: HeadcountRow, 200: OpenApiResponse(HeadcountRow, "The same count was recorded already.")}
        | REFUSALS,
        parameters=[once.PARAMETER],
    )
    @once.once
    def create(self, request):
        self.require_somewhere(Act.ENTER)
        given = self.read(HeadcountInput)
        subject, decision = given["subject"], given.pop("decision", None)
        self.require(Act.ENTER, subject.zone_id)
        with said_as(**given.pop("said")), writing(zones=[subject.zone_id], by=request.user):
            decision = decision_of(decision, zone=subject.zone, by=request.user)
            count = actions.record_headcount(by=request.user, decision=decision, **given)
        if count is None:
            name = "enterprise" if isinstance(subject, Enterprise) else "organization"
            row = self.rows().live().get(**{name: subject}, on=given["on"])
            return Response(self.get_serializer(row).data)
        return self.answer(count.pk)

    @extend_schema(
        request=HeadcountCorrection, responses={201: HeadcountRow} | CORRECTION_REFUSALS, parameters=[once.PARAMETER]
    )
    @action(detail=True, methods=["post"])
    @once.once
    def correct(self, request, pk):
        shown = self.get_object()
        given = self.correction(shown, bool(shown.withdrawn or shown.replaced_by_id), HeadcountCorrection)
        count = Headcount.objects.select_related("organization", "enterprise", "zone", "decision").get(pk=shown.pk)
        with said_as(**{"on": "date"} | given.pop("said")), writing(zones=[count.zone_id], by=request.user):
            if "decision" in given:
                given["decision"] = decision_of(given["decision"], zone=count.zone, by=request.user)
            count = actions.correct_headcount(headcount=count, by=request.user, **given)
        return self.answer(count.pk)
