"""Events over HTTP: what happened, appended and corrected by the same acts as everywhere."""

import django_filters as filters
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from organizations import actions
from organizations.access import Act
from organizations.actions.checks import zones_touched
from organizations.api_fields import CountField, DateField
from organizations.ledger import writing
from organizations.lifecycle import RULES
from organizations.models import (
    Event,
    Kind,
    Organization,
    Ownership,
    Park,
    Sector,
)
from organizations.problems import Conflict

from . import once
from .base import Code
from .filters import (
    AnyOfFilter,
    AsOfFilter,
    DayFilter,
    FlagFilter,
    IdFilter,
    MomentFilter,
    OrderFilter,
    ParkFilter,
    SearchFilter,
    YearFilter,
    ZoneFilter,
)
from .inputs import DecisionField, RowField, TextField, TypeField, decision_of
from .ledger import CORRECTION_REFUSALS, REFUSALS, Correction, LedgerRows, LedgerSerializer, batch_of_row, said_as
from .registers import SUBTREE


class EventRow(LedgerSerializer):
    park = serializers.SerializerMethodField()
    park_name = serializers.SerializerMethodField()
    type = Code("type")
    from_type = Code("from_type", allow_null=True)
    reversed_by = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Event
        fields = [
            "id", "kind", "organization", "organization_name", "zone", "park", "park_name", "enterprise",
            "enterprise_name", "ownership", "sector", "type", "from_type", "effective_on", "quantity", "female",
            "workers", "stock_delta", "counts_as_new", "decision", "reverses", "reversed_by", "old_name", "new_name",
            "note", "reason", "batch", "recorded_by", "recorded_at",
        ]  # fmt: skip

    def get_park(self, row) -> int | None:
        return None if row.park.code == Park.NONE else row.park_id

    def get_park_name(self, row) -> str | None:
        return None if row.park.code == Park.NONE else row.park.name


class EventFilters(filters.FilterSet):
    zone = ZoneFilter(field_name="zone", help_text=SUBTREE)
    search = SearchFilter(
        "organization__search_key__contains", "enterprise__search_key__contains",
        help_text=gettext_lazy("Words of the organisation's and the enterprise's name."),
    )  # fmt: skip
    ordering = OrderFilter("effective_on", "recorded_at", "quantity", "kind", "id")
    kind = AnyOfFilter(choices=Kind.choices)
    sector = AnyOfFilter(choices=Sector.choices)
    type = filters.CharFilter(field_name="type__code")
    ownership = AnyOfFilter(choices=Ownership.choices)
    organization = IdFilter()
    enterprise = IdFilter()
    decision = IdFilter()
    park = ParkFilter(help_text=gettext_lazy("Id or code of a park."))
    batch = IdFilter(field_name="batch_row__batch", help_text=gettext_lazy("Id of an import."))
    counts_as_new = FlagFilter()
    live = FlagFilter(method="standing", help_text=gettext_lazy("Only what stands, or only reversals and reversed."))
    year = YearFilter(field_name="effective_on", lookup_expr="year")
    effective_on = DayFilter()
    effective_on__gte = DayFilter(field_name="effective_on", lookup_expr="gte")
    effective_on__lte = DayFilter(field_name="effective_on", lookup_expr="lte")
    as_of = AsOfFilter(method="by_day", help_text=gettext_lazy("What had taken effect by this day."))
    known_at = MomentFilter(method="by_moment", help_text=gettext_lazy("What was recorded by this moment."))

    def standing(self, queryset, name, value):
        return queryset.live() if value else queryset.filter(~Q(reverses=None) | ~Q(reversal=None))

    def by_day(self, queryset, name, value):
        return queryset.as_of(value)

    def by_moment(self, queryset, name, value):
        return queryset.known_at(value)


class EventInput(serializers.Serializer):
    """One fact. ``quantity`` is the number people say, never negative; kinds of one organisation take none."""

    kind = serializers.ChoiceField(Kind.choices)
    organization = RowField(Organization)
    effective_on = DateField(required=False, allow_null=True, help_text="Not needed with a decision: it is its date.")
    decision = DecisionField(required=False, allow_null=True)
    quantity = CountField(required=False, allow_null=True)
    female = CountField(required=False, allow_null=True)
    workers = CountField(required=False, allow_null=True)
    note = TextField(max_length=500, required=False)
    reason = TextField(max_length=500, required=False)
    to_type = TypeField(required=False, allow_null=True, help_text="The code of the new type.")
    new_name = TextField(max_length=250, required=False)

    def validate(self, values):
        if values.get("quantity") is None:
            if RULES[values["kind"]].counted:
                raise serializers.ValidationError({"quantity": [_("Give the number.")]})
            values["quantity"] = 1
        return values


class Events(LedgerRows):
    """What happened, decision by decision. Every figure is a sum of ``quantity`` over these rows, reversals included.

    Kinds that take away, and reversals, are stored negative.
    """

    queryset = Event.objects.none()
    serializer_class = EventRow
    filterset_class = EventFilters

    def rows(self):
        related = ("zone", "organization", "park", "enterprise", "type", "from_type", "decision__issuer", "recorded_by")
        reversal = Event.objects.filter(reverses=OuterRef("pk")).order_by().values("pk")
        return Event.objects.select_related(*related).annotate(reversed_by=Subquery(reversal), batch=batch_of_row())

    @extend_schema(request=EventInput, responses={201: EventRow} | REFUSALS, parameters=[once.PARAMETER])
    @once.once
    def create(self, request):
        self.require_somewhere(Act.ENTER)
        given = self.read(EventInput)
        kind, reason = given.pop("kind"), given.pop("reason")
        organization, decision = given.pop("organization"), given.pop("decision", None)
        self.require(Act.ENTER, organization.zone_id)
        with writing(zones=zones_touched([organization.pk]), by=request.user):
            organization.refresh_from_db()
            decision = decision_of(decision, zone=organization.zone, by=request.user)
            draft = actions.Draft(kind, organization, decision=decision, **given)
            event = actions.record(drafts=[draft], by=request.user, reason=reason)[0]
        return self.answer(event.pk)

    @extend_schema(request=Correction, responses={201: EventRow} | CORRECTION_REFUSALS, parameters=[once.PARAMETER])
    @action(detail=True, methods=["post"])
    @once.once
    def correct(self, request, pk):
        shown = self.get_object()
        given = self.correction(shown, bool(shown.reverses_id or shown.reversed_by), Correction)
        event = Event.objects.select_related("organization", "zone", "decision__issuer").get(pk=shown.pk)
        with said_as(effective_on="date"), writing(zones=zones_touched(organizations_of(event)), by=request.user):
            if "decision" in given:
                given["decision"] = decision_of(given["decision"], zone=event.zone, by=request.user)
            try:
                event = actions.correct(event=event, by=request.user, **given)
            except Conflict:
                raise Conflict(_("This row was corrected or taken back already, or is itself a reversal.")) from None
        return self.answer(event.pk)


def organizations_of(event) -> set[int]:
    """The organisations an act on ``event`` touches: its own, and those of the other sides of its act."""
    sides = Event.objects.filter(act=event.act).values_list("organization_id", flat=True) if event.act else ()
    return {event.organization_id, *sides}
