"""Snapshots over HTTP: frozen figures, the steps that are taken with them, and what has become of the figures since."""

import django_filters as filters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from organizations import api
from organizations.access import Act, may
from organizations.api import once, seen
from organizations.api.filters import (
    AnyOfFilter,
    FlagFilter,
    NamesFilter,
    OrderFilter,
    YearFilter,
    ZoneFilter,
    today,
    visible_zone,
)
from organizations.api.inputs import TextField
from organizations.api.registers import SUBTREE
from organizations.api_fields import DateField
from organizations.models import PeriodLock
from organizations.problems import Conflict
from targets.api import RANGE_END, number
from targets.periods import Period

from .models import Snapshot, SnapshotFigure, State
from .snapshots import actions
from .snapshots.difference import difference
from .snapshots.steps import ACT, Step, WrongState, steps_for
from .snapshots.verify import verify


def person(name):
    """The account of who did something; null while nobody has."""
    return serializers.CharField(source=f"{name}.username", read_only=True, default=None, allow_null=True)


class SnapshotRow(serializers.ModelSerializer):
    """A zone's figures of a period, frozen as of a day from what was known at a moment, and where they stand."""

    zone = api.Code("zone")
    drafted_by = person("drafted_by")
    submitted_by = person("submitted_by")
    decided_by = person("decided_by")
    ended_by = person("ended_by")
    steps = serializers.SerializerMethodField()

    class Meta:
        model = Snapshot
        fields = [
            "id", "zone", "period", "first_day", "last_day", "number", "as_of", "known_at", "basis", "rounding", "note",
            "state", "drafted_by", "drafted_at", "submitted_by", "submitted_at", "decided_by", "decided_at", "ended_by",
            "ended_at", "reason", "hash", "steps", "version",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField([step.value for step in Step])))
    def get_steps(self, row):
        """What the person asking can do with it now."""
        return [step.value for step in steps_for(row, self.context["request"].user)]


class RemarkRow(serializers.Serializer):
    reason = serializers.CharField()
    by = serializers.CharField(source="by.username")
    at = serializers.DateTimeField()


class FigureRow(serializers.ModelSerializer):
    """One indicator as it was frozen. ``events`` are the ids of the rows whose quantities add up to it."""

    indicator = serializers.CharField(source="code")
    low = serializers.SerializerMethodField()
    high = serializers.SerializerMethodField()
    actual = serializers.SerializerMethodField()
    percent = serializers.SerializerMethodField()
    percent_of_high = serializers.SerializerMethodField()
    missing = serializers.ListField(child=serializers.CharField())
    definition = serializers.JSONField()
    events = serializers.ListField(child=serializers.IntegerField(), source="event_ids")
    target_version = serializers.IntegerField(source="target_version_id", allow_null=True)
    remarks = RemarkRow(many=True)

    class Meta:
        model = SnapshotFigure
        fields = [
            "id", "indicator", "name", "unit", "low", "high", "actual", "numerator", "denominator", "unknown",
            "read_on", "no_figure", "percent", "percent_of_high", "standing", "reported", "missing", "pace", "expected",
            "target_version", "definition", "events", "remarks",
        ]  # fmt: skip

    @extend_schema_field(RANGE_END)
    def get_low(self, row):
        return number(row.low)

    @extend_schema_field(RANGE_END)
    def get_high(self, row):
        return number(row.high)

    @extend_schema_field(RANGE_END)
    def get_actual(self, row):
        return number(row.actual)

    def get_percent(self, row) -> str | None:
        return row.percent or None

    def get_percent_of_high(self, row) -> str | None:
        return row.percent_of_high or None


class ClosedDays(serializers.ModelSerializer):
    """Days of a zone, and of all below it, that are closed to facts."""

    zone = api.Code("zone")
    first_day = serializers.DateField(source="valid_from")
    last_day = serializers.DateField(source="valid_to")

    class Meta:
        model = PeriodLock
        fields = ["zone", "first_day", "last_day", "reason", "lifted_at"]


class SnapshotDetail(SnapshotRow):
    zones = serializers.SerializerMethodField()
    lock = ClosedDays(allow_null=True)
    figures = FigureRow(many=True)

    class Meta(SnapshotRow.Meta):
        fields = [*SnapshotRow.Meta.fields, "zones", "lock", "figures"]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_zones(self, row):
        """The codes of the zones it covers."""
        return row.zone_codes


class PeriodField(serializers.CharField):
    """A period by its code: 2025, 2025-Q1, 2025-6M, 2025-9M."""

    def to_internal_value(self, data):
        try:
            return Period.parse(super().to_internal_value(data)[:20])
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


class DraftInput(serializers.Serializer):
    zone = serializers.CharField(max_length=30, help_text="Code of the zone; its figures include all zones below.")
    period = PeriodField(help_text="2025, 2025-Q1 … 2025-Q4, 2025-6M or 2025-9M.")
    as_of = DateField(required=False, help_text="The day of the figures (today).")
    note = TextField(max_length=500, required=False)


class SubmitInput(serializers.Serializer):
    anyway = serializers.BooleanField(
        default=False, help_text="Submit though the ledger gives other figures by now; without it that is refused."
    )


class ReturnInput(serializers.Serializer):
    reason = TextField(max_length=500, required=False, help_text="What is to be mended, of the whole.")
    reasons = serializers.DictField(
        child=TextField(max_length=500), required=False, default=dict, help_text="The same by the code of an indicator."
    )


class ReasonInput(serializers.Serializer):
    reason = TextField(max_length=500)


class NothingInput(serializers.Serializer):
    pass


class Reopened(SnapshotDetail):
    still_closed = ClosedDays(many=True, help_text="What else closes some of its days.")

    class Meta(SnapshotDetail.Meta):
        fields = [*SnapshotDetail.Meta.fields, "still_closed"]


class Finding(serializers.Serializer):
    figure = serializers.CharField(source="code", help_text="Code of an indicator; empty: the whole.")
    column = serializers.CharField()
    text = serializers.CharField()


class Verified(serializers.Serializer):
    snapshot = serializers.IntegerField()
    hash = serializers.CharField()
    differences = serializers.IntegerField()
    rows = Finding(many=True)


class SnapshotFilters(filters.FilterSet):
    zone = ZoneFilter(field_name="zone", help_text=SUBTREE)
    search = NamesFilter(
        lambda row: (row.zone.code, row.zone.name, row.zone.short_name, row.period, row.note),
        help_text=gettext_lazy("Words of the zone's name, the period and the note."),
    )
    ordering = OrderFilter(
        "first_day", "last_day", "as_of", "drafted_at", "submitted_at", "decided_at", "number", ("zone__code", "zone"),
        "id",
    )  # fmt: skip
    state = AnyOfFilter(choices=State.choices)
    period = filters.CharFilter(method="by_period", help_text=gettext_lazy("2025, 2025-Q1, 2025-6M, 2025-9M."))
    year = YearFilter(field_name="first_day", lookup_expr="year")
    latest = FlagFilter(method="by_latest", help_text=gettext_lazy("Of each zone and period the last one only."))

    def by_period(self, queryset, name, value):
        try:
            return queryset.of_period(Period.parse(value[:20]))
        except ValueError as error:
            raise serializers.ValidationError({"period": [str(error)]}) from None

    def by_latest(self, queryset, name, value):
        return queryset.latest() if value else queryset


REFUSED = {
    400: OpenApiResponse(description='Refused, nothing written: {"field": ["message"]}.'),
    403: OpenApiResponse(description="Visible, but not for this role, or not for who drafted or submitted it."),
    404: OpenApiResponse(description="Not visible."),
}
STEP_REFUSED = REFUSED | seen.REFUSALS | {409: OpenApiResponse(description="Not from the state it is in.")}


def takes(body, answer=SnapshotDetail):
    """What every step takes and answers."""
    return extend_schema(
        request=body, responses={200: answer} | STEP_REFUSED, parameters=[seen.PARAMETER, once.PARAMETER]
    )


class Snapshots(api.Rows):
    """Frozen figures: drafted by a clerk, submitted by the leader, accepted or returned by the City Organization Board.

    Acceptance closes the days to facts. What was frozen never changes; ``difference/`` compares it with now and
    ``verify/`` computes it again from the ledger.
    """

    queryset = Snapshot.objects.none()
    serializer_class = SnapshotRow
    filterset_class = SnapshotFilters

    def rows(self):
        rows = Snapshot.objects.with_people()
        if self.action == "list":
            return rows
        remarked = SnapshotFigure.objects.order_by("order").prefetch_related("remarks__by")
        return rows.prefetch_related(Prefetch("figures", remarked))

    @extend_schema(responses=SnapshotDetail)
    def retrieve(self, request, pk):
        return self._answer(pk)

    def _answer(self, pk, code=status.HTTP_200_OK, serializer=SnapshotDetail, **more):
        row = self.get_queryset().filter(pk=pk).first() or self.get_object()
        for name, value in more.items():
            setattr(row, name, value)
        data = serializer(row, context=self.get_serializer_context()).data
        return Response(data, status=code, headers={"ETag": f'"{row.version}"'})

    @extend_schema(request=DraftInput, responses={201: SnapshotDetail} | REFUSED, parameters=[once.PARAMETER])
    @once.once
    def create(self, request):
        self.require_somewhere(Act.DRAFT)
        given = self.read(DraftInput)
        zone = visible_zone(request.user, given.pop("zone"))
        self.require(Act.DRAFT, zone.pk)
        row = actions.draft(zone=zone, by=request.user, **({"as_of": today()} | given))
        return self._answer(row.pk, status.HTTP_201_CREATED)

    @takes(SubmitInput)
    @action(detail=True, methods=["post"])
    @once.once
    def submit(self, request, pk):
        return self._step(Step.SUBMIT, actions.submit, SubmitInput)

    @takes(NothingInput)
    @action(detail=True, methods=["post"])
    @once.once
    def accept(self, request, pk):
        return self._step(Step.ACCEPT, actions.accept, NothingInput)

    @takes(ReturnInput)
    @action(detail=True, methods=["post"], url_path="return")
    @once.once
    def send_back(self, request, pk):
        return self._step(Step.RETURN, self._send_back, ReturnInput)

    @takes(ReasonInput, Reopened)
    @action(detail=True, methods=["post"])
    @once.once
    def reopen(self, request, pk):
        return self._step(Step.REOPEN, actions.reopen, ReasonInput)

    @takes(ReasonInput)
    @action(detail=True, methods=["post"])
    @once.once
    def withdraw(self, request, pk):
        return self._step(Step.WITHDRAW, actions.withdraw, ReasonInput)

    def _step(self, step, act, body):
        """404, then 403 of the role, 428 and 412, what is wrong with the body, 409, 403 of the author."""
        row = self.get_object()
        if not may(self.request.user, ACT[step], row.zone_id):
            raise PermissionDenied(_("Your role may read this but not write it."))
        version = seen.seen_version(self.request, row.version)
        given = self.read(body)
        try:
            with transaction.atomic():
                row = act(snapshot=row, by=self.request.user, version=version, **given)
        except WrongState:
            raise
        except Conflict:
            raise seen.Stale from None
        if step is Step.REOPEN:
            return self._answer(row.pk, serializer=Reopened, still_closed=actions.still_closing(row))
        return self._answer(row.pk)

    def _send_back(self, *, snapshot, reasons, **given):
        ids = dict(snapshot.figures.values_list("code", "pk"))
        if unknown := sorted(reasons.keys() - ids.keys()):
            message = _("There is no figure %(figure)s in this snapshot.") % {"figure": unknown[0]}
            raise serializers.ValidationError({"reasons": [message]})
        return actions.send_back(
            snapshot=snapshot, reasons={ids[code]: text for code, text in reasons.items()}, **given
        )

    @extend_schema(responses=Verified)
    @action(detail=True)
    def verify(self, request, pk):
        """Compute every figure again from the ledger as it was known: what differs, in words. 0 is the right answer."""
        row = self.get_object()
        found = verify(row)
        answer = {"snapshot": row.pk, "hash": row.hash, "differences": len(found), "rows": found}
        return Response(Verified(answer).data)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def difference(self, request, pk):
        """Every figure against now, and what was recorded since that made it so."""
        row = self.get_object()
        figures = [difference_json(one) for one in difference(row)]
        return Response({"snapshot": row.pk, "as_of": row.as_of, "known_at": row.known_at, "figures": figures})


def difference_json(row) -> dict:
    """One figure against now. ``was`` plus ``event_sum`` plus ``definition_change`` is ``now``, for a count."""
    return {
        "indicator": row.indicator.code,
        "name": row.name,
        "was": _values(row.was),
        "now": _values(row.now),
        "change": number(row.change),
        "differs": row.differs,
        "event_count": row.event_count,
        "event_sum": row.event_sum,
        "events": [
            {"id": event.pk, "kind": event.kind, "zone": event.zone.code, "organization": event.organization_id,
             "organization_name": event.organization.name, "effective_on": event.effective_on,
             "quantity": event.quantity, "reverses": event.reverses_id, **_recorded(event)}
            for event in row.events
        ],
        "targets": [
            {"low": number(version.low), "high": number(version.high), "holds_from": version.holds_from,
             "reason": version.reason, **_recorded(version)}
            for version in row.targets
        ],
        "declarations": [
            {"zone": said.zone.code, "value": said.value, "first_day": said.first_day, "last_day": said.last_day,
             **_recorded(said)}
            for said in row.declarations
        ],
        "register_count": row.register.count,
        "headcounts": [
            {"id": count.pk, "organization": count.organization_id, "on": count.on, "total": count.total,
             "replaces": count.replaces_id, "withdrawn": count.withdrawn, **_recorded(count)}
            for count in row.register.headcounts
        ],
        "steps": [
            {"id": event.pk, "kind": event.kind, "zone": event.zone.code, "organization": event.organization_id,
             "effective_on": event.effective_on, "reverses": event.reverses_id, **_recorded(event)}
            for event in row.register.steps
        ],
        "changes": [
            {"id": change.pk, "table": change.model, "row": change.object_id, "zone": change.zone.code,
             "action": change.action, **_recorded(change)}
            for change in row.register.changes
        ],
        "redefined": row.redefined,
        "definition_change": number(row.definition_change),
    }  # fmt: skip


def _recorded(row):
    return {"recorded_at": row.recorded_at, "recorded_by": row.recorded_by.username}


def _values(values):
    if values is None:
        return None
    names = ("low", "high", "actual")
    shown = {name: number(values[name]) for name in names}
    return shown | {name: values[name] for name in ("percent", "standing", "reported", "missing")}
