"""Organisations over HTTP: founded by a decision; of what the register says, code, superior and coverage change."""

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status

from organizations import actions
from organizations.access import Act, zone_ids_for
from organizations.api_fields import CountField, DateField
from organizations.entry.happenings import proposed_name
from organizations.ledger import writing
from organizations.models import Enterprise, Organization

from . import once, registers, seen
from .inputs import DecisionField, RowField, TextField, TypeField, decision_of, refuse_otherwise
from .ledger import REFUSALS, said_as

ONCE = "name", "type", "zone", "sector", "status", "founded_on", "dissolved_on", "enterprise", "enterprises"
MOST = 100  # enterprises of a joint organisation


class OwnField(RowField):
    """A row of the zones in which the person enters facts; also ``kept``, which stands there already."""

    def get_queryset(self):
        ids = zone_ids_for(self.context["request"].user, Act.ENTER)
        own = super().get_queryset()
        if ids is not None:
            own = own.filter(zone__in=ids)
        kept = self.context.get("kept")
        return own | self.model._default_manager.filter(pk=kept) if kept else own


class Founding(serializers.Serializer):
    """An organisation and the decision that founds it. Without a name it is called after its type and enterprise."""

    zone = serializers.CharField(help_text="The code of a zone.")
    type = TypeField(help_text="The code of a type of organisation.")
    name = TextField(max_length=250, required=False)
    code = TextField(max_length=40, required=False)
    parent = OwnField(Organization, required=False, allow_null=True)
    enterprise = OwnField(
        Enterprise, required=False, allow_null=True, help_text="The one that gives park and ownership."
    )
    enterprises = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=MOST,
        help_text="Ids of the others of a joint organisation; without `enterprise` the first one leads.",
    )  # fmt: skip
    members = CountField(required=False, allow_null=True, help_text="At founding.")
    decision = DecisionField()
    note = TextField(max_length=500, required=False)
    reason = TextField(max_length=500, required=False)


class CoverInput(serializers.Serializer):
    enterprise = OwnField(Enterprise)
    since = DateField(
        event=True, required=False, allow_null=True,
        help_text="Without it since the founding; of one that leads, since today.",
    )  # fmt: skip
    lead = serializers.BooleanField(required=False, default=False, help_text="It gives park and ownership from then.")


class UncoverInput(serializers.Serializer):
    enterprise = serializers.IntegerField(help_text="The id of an enterprise that is covered.")
    last_day = DateField(event=True)


@extend_schema_field(OpenApiTypes.ANY)
class AsItIsField(serializers.Field):
    """What another act changes: compared with the row, never written."""

    def to_internal_value(self, data):
        return data


class OrganizationChange(serializers.Serializer):
    """Code and superior; `cover` and `uncover` change the enterprises. PATCH keeps what is not given.

    Name, type and zone are changed by events; they may be said as they are.
    """

    code = TextField(max_length=40, required=True, allow_blank=True)
    parent = OwnField(Organization, allow_null=True)
    cover = CoverInput(required=False)
    uncover = UncoverInput(required=False, many=True)
    reason = TextField(max_length=500, required=False)

    def get_fields(self):
        fields = super().get_fields()
        for name in ("code", "parent"):
            fields[name].required = not self.context.get("partial")
        kept = {name: AsItIsField(required=False, allow_null=True, help_text="As it is.") for name in ONCE}
        return fields | kept


class Organizations(registers.Organizations):
    """Party, union and youth organisations: those of the person's zones, and those with an event there."""

    @extend_schema(request=Founding, responses={201: registers.OrganizationRow} | REFUSALS, parameters=[once.PARAMETER])
    @once.once
    def create(self, request):
        self.require_somewhere(Act.ENTER)
        given = self.read(Founding)
        zone = self.zone_to_write(Act.ENTER, given.pop("zone"))
        lead = given.pop("enterprise", None)
        others = self._enterprises(given.pop("enterprises", []))
        enterprises = list(dict.fromkeys([*([lead] if lead else []), *others]))
        if not given["name"]:
            if not enterprises:
                message = _("Give the name, or the enterprise it is called after.")
                raise serializers.ValidationError({"name": [message]})
            given["name"] = proposed_name(given["type"], enterprises[0].name)
        said, decision = dict.fromkeys(("effective_on", "on"), "decision"), given.pop("decision")
        with said_as(total="members", **said), writing(zones=[zone], by=request.user):
            decision = decision_of(decision, zone=zone, by=request.user)
            row = actions.establish(
                zone=zone, by=request.user, decision=decision, enterprises=enterprises, **given
            )  # fmt: skip
        return self.written(row.pk, status.HTTP_201_CREATED)

    @seen.changes(OrganizationChange, registers.OrganizationRow, REFUSALS)
    def update(self, request, pk, partial=False):
        row = self.get_object()
        self.require_of_role(Act.ENTER, row.zone_id)
        version = seen.seen_version(request, row.version)
        context = self.get_serializer_context() | {"kept": row.parent_id, "partial": partial}
        body = OrganizationChange(data=request.data, context=context)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        cure = _("Record the event that changes it; enterprises change by cover and uncover.")
        refuse_otherwise({name: self.get_serializer(row).data[name] for name in ONCE}, given, cure)
        reason, by = given["reason"], request.user
        values = {name: given[name] for name in ("code", "parent") if name in given}
        ends = self._ends(row, given.get("uncover", []))
        cover = given.get("cover")
        if cover and not cover["lead"]:
            open_ones = {one.enterprise_id for one in row.coverage.all() if one.valid_to is None}
            if cover["enterprise"].pk in open_ones - {one.enterprise_id for one, _day in ends}:
                message = _("“%(name)s” is covered already.") % {"name": cover["enterprise"].name}
                raise serializers.ValidationError({"cover": [message]})
        names = {"last_day": "uncover", "organization": "parent"} | dict.fromkeys(
            ("enterprises", "valid_from"), "cover"
        )
        with seen.or_stale(), said_as(**names), writing(zones=[row.zone_id], by=by):
            actions.change_organization(organization=row, by=by, version=version, reason=reason, **values)
            for coverage, day in ends:
                actions.uncover(coverage=coverage, last_day=day, by=by, reason=reason)
            if cover:
                actions.cover(
                    organization=row, enterprise=cover["enterprise"], by=by, valid_from=cover.get("since"),
                    lead=cover["lead"],
                )  # fmt: skip
        return self.written(row.pk)

    @seen.changes(OrganizationChange, registers.OrganizationRow, REFUSALS)
    def partial_update(self, request, pk):
        return self.update(request, pk, partial=True)

    def _enterprises(self, ids) -> list[Enterprise]:
        """The enterprises of these ids among those the person writes for, in that order; a query for all."""
        field = OwnField(Enterprise)
        field.bind("enterprises", Founding(context=self.get_serializer_context()))
        found = field.get_queryset().in_bulk(ids)
        if missing := [pk for pk in dict.fromkeys(ids) if pk not in found]:
            message = _("There is no row {pk_value}.")
            raise serializers.ValidationError({"enterprises": [message.format(pk_value=pk) for pk in missing]})
        return [found[pk] for pk in ids]

    def _ends(self, row, said):
        """(row of coverage, its last day) of those that end."""
        days = {one["enterprise"]: one["last_day"] for one in said}
        covered = [one for one in row.coverage.all() if one.valid_to is None]
        if missing := days.keys() - {one.enterprise_id for one in covered}:
            message = _("“%(value)s” is no enterprise that is covered.")
            raise serializers.ValidationError({"uncover": [message % {"value": pk} for pk in sorted(missing)]})
        return [(one, days[one.enterprise_id]) for one in covered if one.enterprise_id in days]
