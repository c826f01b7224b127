"""Decisions over HTTP: recorded by their key, which never changes; what they say of themselves may be mended."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status

from organizations import actions
from organizations.access import Act, may
from organizations.api_fields import DateField
from organizations.models import Decision
from organizations.seeds import issuer_key

from . import once, registers, seen
from .filters import visible_zone
from .inputs import DecisionInput, TextField, refuse_otherwise
from .ledger import REFUSALS

KEY = ("number", "issuer", "issued_on", "zone")


class NewDecision(DecisionInput):
    """A decision by what identifies it, with what it says of itself."""

    zone = serializers.CharField(help_text="The code of the zone that records it.")


class DecisionChange(serializers.Serializer):
    """Signer and summary; PATCH keeps what is not given. What identifies the decision may be said as it is."""

    signer = TextField(max_length=120, required=True, allow_blank=True)
    summary = TextField(max_length=500, required=True, allow_blank=True)
    reason = TextField(max_length=500, required=False)
    number = TextField(max_length=80, required=False, help_text="As it is.")
    issuer = TextField(max_length=250, required=False, help_text="As it is.")
    issued_on = DateField(required=False, help_text="As it is.")
    zone = serializers.CharField(required=False, allow_null=True, help_text="As it is.")

    def get_fields(self):
        fields = super().get_fields()
        for name in ("number", "issuer"):
            fields[name].default = serializers.empty  # not said is not ""
        return fields


class Decisions(registers.Decisions):
    """Signed papers that the person's zones recorded or cite. Number, issuer and date of one never change."""

    def _require(self, zone_id: int):
        self.require_somewhere(Act.ENTER, Act.ASSIGN_TARGETS)
        if not may(self.request.user, Act.ASSIGN_TARGETS, zone_id):
            self.require(Act.ENTER, zone_id)

    @extend_schema(
        request=NewDecision,
        responses={
            201: registers.DecisionRow,
            200: OpenApiResponse(registers.DecisionRow, "The zone knew it already: as it was recorded."),
        }
        | REFUSALS,
        parameters=[once.PARAMETER],
    )
    @once.once
    def create(self, request):
        self.require_somewhere(Act.ENTER, Act.ASSIGN_TARGETS)
        given = self.read(NewDecision)
        zone = visible_zone(request.user, given.pop("zone"))
        self._require(zone.pk)
        row, known = actions.register_decision(zone=zone, by=request.user, **given)
        return self.written(row.pk, status.HTTP_200_OK if known else status.HTTP_201_CREATED)

    @seen.changes(DecisionChange, registers.DecisionRow, REFUSALS)
    def update(self, request, pk, partial=False):
        row = self.get_object()
        self._require(row.zone_id)
        version = seen.seen_version(request, row.version)
        body = DecisionChange(data=request.data, partial=partial, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        self._refuse_another_key(row, {name: given.pop(name) for name in KEY if name in given})
        with seen.or_stale():
            actions.change_decision(decision=row, by=request.user, version=version, **given)
        return self.written(row.pk)

    @seen.changes(DecisionChange, registers.DecisionRow, REFUSALS)
    def partial_update(self, request, pk):
        return self.update(request, pk, partial=True)

    def _refuse_another_key(self, row, said):
        held = {
            "number": row.number, "issuer": row.issuer.name, "issued_on": row.issued_on, "zone": row.zone.code,
        }  # fmt: skip
        if Decision.key_of(said.get("number", "")) == row.number_key:
            said["number"] = row.number
        if issuer_key(said.get("issuer", "")) == row.issuer.search_key:
            said["issuer"] = row.issuer.name
        refuse_otherwise(held, said, _("What cites a wrong decision is corrected, line by line."))
