"""Zones and parks over HTTP: added by administrators through the acts of the map. No act renames or moves them."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status

from organizations import actions
from organizations.access import Act
from organizations.api_fields import DateField, NameField
from organizations.models import Zone

from . import once, registers
from .filters import visible_zone
from .inputs import TextField
from .ledger import REFUSALS


class ZoneInput(serializers.Serializer):
    """A zone below another. Its code and its parent never change."""

    code = TextField(max_length=30)
    name = NameField(max_length=200)
    short_name = TextField(max_length=80, required=False)
    kind = serializers.ChoiceField(
        Zone.Kind.choices, required=False, default=Zone.Kind.COMMITTEE.value, help_text="Not city: there is one."
    )
    parent = serializers.CharField(help_text="The code of the zone above it.")
    valid_from = DateField(required=False, allow_null=True)

    def validate_kind(self, kind):
        if kind == Zone.Kind.CITY:
            raise serializers.ValidationError(_("“%(value)s”: there is one city, above all zones.") % {"value": kind})
        return kind


class Zones(registers.Zones):
    """Units that are given targets and whose staff enter data: the person's own and all below them."""

    @extend_schema(request=ZoneInput, responses={201: registers.ZoneRow} | REFUSALS, parameters=[once.PARAMETER])
    @once.once
    def create(self, request):
        self.require_somewhere(Act.CATALOGUE)
        given = self.read(ZoneInput)
        parent = self.zone_to_write(Act.CATALOGUE, given.pop("parent"))
        row = actions.create_zone(parent=parent, by=request.user, **given)
        return self.written(row.pk, status.HTTP_201_CREATED)


class ParkInput(serializers.Serializer):
    """A park with its other names, in a zone since a day. Without a code it is made of the name."""

    name = NameField()
    code = TextField(max_length=40, required=False)
    aliases = serializers.ListField(child=TextField(max_length=250), required=False, default=list, max_length=50)
    area_ha = serializers.DecimalField(9, 2, min_value=0, required=False, allow_null=True, default=None)
    zone = serializers.CharField(required=False, allow_null=True, default=None, help_text="The code of a zone.")
    valid_from = DateField(required=False, allow_null=True, help_text="In the zone since; not given: always was.")

    def validate(self, values):
        if values.get("valid_from") and not values["zone"]:
            raise serializers.ValidationError({"zone": [_("Say in which zone it is since then.")]})
        return values


class Parks(registers.Parks):
    """Industrial parks of the person's zones, with their other names."""

    @extend_schema(request=ParkInput, responses={201: registers.ParkRow} | REFUSALS, parameters=[once.PARAMETER])
    @once.once
    def create(self, request):
        self.require_somewhere(Act.CATALOGUE)
        self.require(Act.CATALOGUE, None)  # the map is the city's: who draws it, draws all of it
        given = self.read(ParkInput)
        zone = visible_zone(request.user, given["zone"]) if given["zone"] else None
        row = actions.create_park(by=request.user, **given | {"zone": zone})
        return self.written(row.pk, status.HTTP_201_CREATED)
