"""Snapshots over HTTP: frozen figures, the steps that are taken with them, and what has become of the figures since."""

import django_filters as filters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
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
)
from organizations.api.registers import SUBTREE
from organizations.problems import Conflict
from targets.api import number
from targets.periods import Period

from .models import Snapshot, SnapshotFigure, State
from .snapshots import actions
from .snapshots.difference import difference
from .snapshots.knowingly import LeftBehind
from .snapshots.shapes import (
    AnywayInput,
    DraftInput,
    ReasonInput,
    Reopened,
    ReturnInput,
    SnapshotDetail,
    SnapshotRow,
    Verified,
)
from .snapshots.steps import ACT, Step, WrongState
from .snapshots.verify import verify


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
            return queryset.of_period(Period.parse(value))
        except ValueError as error:
            raise serializers.ValidationError({"period": [str(error)]}) from None

    def by_latest(self, queryset, name, value):
        return queryset.latest() if value else queryset


REFUSED = {
    400: OpenApiResponse(description='Refused, nothing written: {"field": ["message"]}.'),
    403: OpenApiResponse(description="Visible, but not for this role, or not for who drafted or submitted it."),
    404: OpenApiResponse(description="Not visible."),
}
MOVED = {
    400: OpenApiResponse(
        description='Refused, nothing written: {"field": ["message"]}. Under `anyway` each figure that the ledger '
        "gives otherwise by now, and then under `seen` the text that confirms exactly these."
    )
}
STEP_REFUSED = REFUSED | seen.REFUSALS | {409: OpenApiResponse(description="Not from the state it is in.")}


def takes(body, answer=SnapshotDetail, refused=STEP_REFUSED):
    """What every step takes and answers."""
    return extend_schema(request=body, responses={200: answer} | refused, parameters=[seen.PARAMETER, once.PARAMETER])


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
        zone = self.zone_to_write(Act.DRAFT, given.pop("zone"))
        row = actions.draft(zone=zone, by=request.user, **({"as_of": given["period"].report_day(today())} | given))
        return self._answer(row.pk, status.HTTP_201_CREATED)

    @takes(AnywayInput, refused=STEP_REFUSED | MOVED)
    @action(detail=True, methods=["post"])
    @once.once
    def submit(self, request, pk):
        return self._step(Step.SUBMIT, actions.submit, AnywayInput)

    @takes(AnywayInput, refused=STEP_REFUSED | MOVED)
    @action(detail=True, methods=["post"])
    @once.once
    def accept(self, request, pk):
        return self._step(Step.ACCEPT, actions.accept, AnywayInput)

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
        except LeftBehind as refused:
            raise serializers.ValidationError(refused.message_dict | {"seen": [refused.seen]}) from None
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
        """Every figure against now, and what was recorded since that made it so.

        Of what another zone recorded, which you do not read, ``elsewhere`` tells how many lines there were by day.
        """
        row = self.get_object()
        figures = [difference_json(one) for one in difference(row, request.user)]
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
        "elsewhere": [
            {"recorded_on": day, "count": count} for day, count in row.register.elsewhere.items()
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
