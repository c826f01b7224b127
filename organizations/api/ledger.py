"""The ledger as the API shows it: events and headcounts, appended and corrected, never changed."""

from contextlib import contextmanager
from dataclasses import replace

import django_filters as filters
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from organizations import actions
from organizations.access import Act
from organizations.actions.checks import zones_touched
from organizations.api_fields import CountField, DateField
from organizations.ledger import writing
from organizations.lifecycle import RULES
from organizations.models import Decision, Enterprise, Event, Headcount, Kind, Organization, Ownership, Park, Sector
from organizations.problems import Conflict, Refused

from . import once
from .base import Code, Rows
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
from .registers import SUBTREE

REFUSALS = {
    400: OpenApiResponse(
        description='Refused, nothing written: {"field": ["message"]}. `code` "needs_reason" when the act is unusual '
        "but possible: send it again with a `reason`. A date in a closed period is refused here too."
    ),
    403: OpenApiResponse(description="Visible, but the role does not allow it."),
}
CORRECTION_REFUSALS = REFUSALS | {
    404: OpenApiResponse(description="Not visible."),
    409: OpenApiResponse(description="Corrected or taken back already, or itself a reversal."),
}


class Quoted(serializers.ModelSerializer):
    """A decision as the row that cites it shows it."""

    issuer = serializers.CharField(source="issuer.name", read_only=True)

    class Meta:
        model = Decision
        fields = ["id", "number", "issuer", "issued_on"]


class LedgerSerializer(serializers.ModelSerializer):
    zone = Code("zone")
    organization_name = serializers.CharField(source="organization.name", read_only=True, default=None, allow_null=True)
    enterprise_name = serializers.CharField(source="enterprise.name", read_only=True, default=None, allow_null=True)
    decision = Quoted(read_only=True, allow_null=True)
    batch = serializers.IntegerField(read_only=True, allow_null=True, help_text="The import that wrote the row.")
    recorded_by = serializers.CharField(source="recorded_by.username", read_only=True)


# ------------------------------------------------------------------------------------------ events


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


class Correction(serializers.Serializer):
    """What is given replaces what was recorded; what is not given stays."""

    reason = TextField(max_length=500)
    quantity = CountField(required=False)
    female = CountField(required=False, allow_null=True)
    workers = CountField(required=False, allow_null=True)
    date = DateField(required=False)
    decision = DecisionField(required=False, allow_null=True)

    def validate(self, values):
        if len(values) == 1:
            names = ", ".join(name for name in self.fields if name != "reason")
            raise serializers.ValidationError(_("Give what is to be corrected: %(names)s.") % {"names": names})
        return values


@contextmanager
def said_as(**names: str):
    """Refuse under the names the client used: the act calls ``date`` of a correction ``effective_on``."""
    try:
        yield
    except Refused as refused:
        raise type(refused)(
            {
                row: [replace(problem, field=names.get(problem.field, problem.field)) for problem in problems]
                for row, problems in refused.by_row.items()
            }
        ) from None


class LedgerRows(Rows):
    """POST appends, ``correct/`` replaces by a reversal and a new row. PUT, PATCH and DELETE are 405."""

    def answer(self, pk):
        row = self.rows().get(pk=pk)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    def correction(self, row, refused_already: bool, serializer_class) -> dict:
        """The body of ``correct/``: 403 and 409 come before what is wrong with it."""
        self.require(Act.ENTER, row.zone_id)
        if refused_already:
            raise Conflict(_("This row was corrected or taken back already, or is itself a reversal."))
        return self.read(serializer_class)


class Events(LedgerRows):
    """What happened, decision by decision. Every figure is a sum of ``quantity`` over these rows, reversals included.

    Kinds that take away, and reversals, are stored negative.
    """

    queryset = Event.objects.none()
    serializer_class = EventRow
    filterset_class = EventFilters

    def rows(self):
        related = ("zone", "organization", "park", "enterprise", "type", "from_type", "decision__issuer", "recorded_by")
        return Event.objects.select_related(*related).annotate(
            reversed_by=F("reversal__pk"), batch=F("batch_row__batch")
        )

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


# ------------------------------------------------------------------------------------------ headcounts


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
        return Headcount.objects.select_related(
            "zone", "organization", "enterprise", "decision__issuer", "recorded_by"
        ).annotate(replaced_by_id=F("replaced_by__pk"), batch=F("batch_row__batch"))

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
