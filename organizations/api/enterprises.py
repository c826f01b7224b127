"""Enterprises over HTTP: recorded and changed by the same act as on the page, with the same questions."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status

from organizations import actions
from organizations.access import Act
from organizations.alike import Alike, alike_enterprises
from organizations.api_fields import CountField, DateField, NameField, TaxCodeField
from organizations.doubts import ahead_of_its_start, doubt_of_capital
from organizations.models import EnterpriseStatus, LegalForm, Ownership, Park, Zone
from organizations.placing import cannot_sit_in, nearer_keeper

from . import once, registers, seen
from .filters import park_is
from .inputs import TextField, refuse_otherwise
from .ledger import REFUSALS, said_as

FIELDS = ("name", "tax_code", "park", "legal_form", "ownership", "countries", "status", "started_on")
USUAL = {
    "tax_code": "", "legal_form": LegalForm.UNKNOWN.value, "ownership": Ownership.UNKNOWN.value, "countries": "",
    "status": EnterpriseStatus.OPERATING.value, "started_on": None,
}  # fmt: skip


@extend_schema_field(
    {"oneOf": [{"type": "integer"}, {"type": "string"}], "nullable": True, "description": "Id or code; null: in none."}
)
class ParkField(serializers.Field):
    """A park as it is sent; which ones there are to choose from, the zone says."""

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, int | str) or not str(data).isprintable():
            raise serializers.ValidationError(_("Give the id or the code of a park."))
        return str(data).strip()


class EnterpriseInput(serializers.Serializer):
    """An enterprise. What is not given is not known; `workers` are counted on `workers_on`, or today."""

    zone = serializers.CharField(help_text="The code of a zone.")
    name = NameField()
    tax_code = TaxCodeField(required=False, allow_blank=True)
    park = ParkField(allow_null=True)
    legal_form = serializers.ChoiceField(LegalForm.choices, required=False)
    ownership = serializers.ChoiceField(Ownership.choices, required=False, help_text="`none` is for no enterprise.")
    countries = TextField(max_length=250, required=False)
    status = serializers.ChoiceField(EnterpriseStatus.choices, required=False)
    started_on = DateField(required=False, allow_null=True)
    workers = CountField(required=False, allow_null=True)
    workers_on = DateField(event=True, required=False, allow_null=True)
    reason = TextField(max_length=500, required=False)
    different_from = serializers.ListField(
        child=serializers.IntegerField(), required=False, default=list,
        help_text="Ids of recorded enterprises that look like this one and are not: as the refusal named them.",
    )  # fmt: skip
    zone_is_meant = serializers.BooleanField(
        required=False, default=False, help_text="That it belongs to the zone itself, though another keeps its park."
    )


class EnterpriseChange(EnterpriseInput):
    """What an enterprise is to be. PATCH keeps what is not given; zone and workers are changed elsewhere."""

    zone = serializers.CharField(required=False, help_text="As it is.")
    workers = CountField(required=False, allow_null=True, help_text="As it is: another count is posted to headcounts.")
    workers_on = DateField(required=False, allow_null=True, help_text="As it is.")
    moved_on = DateField(
        event=True, required=False, allow_null=True, help_text="In another park since; today when not given."
    )
    zone_is_meant = None

    def get_fields(self):
        fields = super().get_fields()
        for name in ("name", "park"):
            fields[name].required = not self.partial
        return fields


class EnterpriseWritten(registers.EnterpriseRow):
    warnings = serializers.SerializerMethodField(help_text="What looks wrong and was written all the same.")

    class Meta(registers.EnterpriseRow.Meta):
        fields = [*registers.EnterpriseRow.Meta.fields, "warnings"]

    def get_warnings(self, row) -> list[str]:
        return self.context.get("warnings", [])


class Enterprises(registers.Enterprises):
    """Hosts of organisations. ``workers`` is the latest headcount; rows withdrawn or merged away are not listed.

    One that may be recorded already is refused at `different_from`, naming those it may be.
    """

    @extend_schema(request=EnterpriseInput, responses={201: EnterpriseWritten} | REFUSALS, parameters=[once.PARAMETER])
    @once.once
    def create(self, request):
        self.require_somewhere(Act.ENTER)
        given, warnings = self._read(EnterpriseInput)
        zone = self.zone_to_write(Act.ENTER, given["zone"])
        values = USUAL | {name: given[name] for name in FIELDS if name in given}
        values["park"] = park_of(values["park"], Park.objects.visible_to(request.user))
        errors = self._wrong(values, zone, None)
        nearer = None if given["zone_is_meant"] else nearer_keeper(values["park"], zone, timezone.localdate())
        if nearer is not None:
            message = _(
                "“%(park)s” is looked after by %(nearer)s: choose that zone. "
                "If the enterprise does belong to %(zone)s itself, send zone_is_meant too."
            )
            errors["zone"] = [message % {"park": values["park"], "nearer": nearer, "zone": zone}]
        if errors:
            raise serializers.ValidationError(errors)
        self._ask_whether_another(values, zone, given["different_from"])
        counted = {name: given.get(name) for name in ("workers", "workers_on")}
        draft = actions.EnterpriseDraft(values, **counted)
        with said_as(on="workers_on", total="workers"):
            row = actions.save_enterprises(zone=zone, drafts=[draft], by=request.user, reason=given["reason"])[0]
        return self._written(row.pk, values, warnings, status.HTTP_201_CREATED)

    @seen.changes(EnterpriseChange, EnterpriseWritten, REFUSALS)
    def update(self, request, pk, partial=False):
        row = self.get_object()
        self.require_of_role(Act.ENTER, row.zone_id)
        version = seen.seen_version(request, row.version)
        given, warnings = self._read(EnterpriseChange, partial=partial)
        counted = {"workers": row.workers, "workers_on": row.workers_on}
        refuse_otherwise({"zone": row.zone.code}, given, _("An enterprise stays in the zone that recorded it."))
        refuse_otherwise(counted, given, _("Post another count to headcounts/."))
        held = {name: getattr(row, name) for name in FIELDS}
        values = (held if partial else USUAL) | {name: given[name] for name in FIELDS if name in given}
        if "park" in given:
            near = Park.objects.filter(Q(pk__in=Park.objects.near(row.zone).values("pk")) | Q(pk=row.park_id))
            values["park"] = park_of(given["park"], near)
        if errors := self._wrong(values, row.zone, row):
            raise serializers.ValidationError(errors)
        if any(values[name] != held[name] for name in ("name", "tax_code")):
            self._ask_whether_another(values, row.zone, given["different_from"], but=row)
        moved_on = given.get("moved_on") if values["park"].pk != row.park_id else None
        with seen.or_stale():
            actions.change_enterprise(
                enterprise=row, by=request.user, version=version, reason=given["reason"], moved_on=moved_on, **values
            )
        return self._written(row.pk, values, warnings)

    @seen.changes(EnterpriseChange, EnterpriseWritten, REFUSALS)
    def partial_update(self, request, pk):
        return self.update(request, pk, partial=True)

    def _read(self, serializer_class, **options):
        body = serializer_class(data=self.request.data, context=self.get_serializer_context(), **options)
        body.is_valid(raise_exception=True)
        given = {"reason": "", "different_from": []} | body.validated_data
        return given, list(body.fields["tax_code"].warnings)

    def _wrong(self, values, zone, row) -> dict[str, list[str]]:
        errors = {}
        if problem := ahead_of_its_start(values["started_on"], values["status"], timezone.localdate()):
            errors["started_on"] = [problem]
        if (row is None or values["park"].pk != row.park_id) and (problem := cannot_sit_in(values["park"], zone)):
            errors["park"] = [problem]
        return errors

    def _ask_whether_another(self, values, zone: Zone, said, but=None):
        alike = alike_enterprises(
            name=values["name"], tax_code=values["tax_code"], zone=zone, user=self.request.user, but=but
        )
        if any(one.same_code and one.row.zone_id == zone.pk for one in alike):
            return  # the act refuses it
        if {one.row.pk for one in alike} <= set(said):
            return
        message = _("It may be recorded already: %(rows)s. If it is another enterprise, send different_from: %(ids)s.")
        ids = [one.row.pk for one in alike]
        raise serializers.ValidationError(
            {"different_from": [message % {"rows": "; ".join(map(in_words, alike)), "ids": ids}]}
        )

    def _written(self, pk, values, warnings, code=status.HTTP_200_OK):
        if doubt := doubt_of_capital(values["ownership"], values["countries"]):
            warnings.append(doubt)
        self.serializer_class = EnterpriseWritten
        self.warnings = warnings
        return self.written(pk, code)

    def get_serializer_context(self):
        return super().get_serializer_context() | {"warnings": getattr(self, "warnings", [])}


def in_words(alike: Alike) -> str:
    row = alike.row
    code = f" ({row.tax_code})" if row.tax_code else ""
    return f"#{row.pk} “{row.name}”{code}, {row.zone}"


def park_of(said: str | Park | None, among: QuerySet[Park]) -> Park:
    """The park of this id or code; null and "none" say that it sits in none."""
    if isinstance(said, Park):
        return said
    if said in (None, "", Park.NONE):
        return Park.objects.get(code=Park.NONE)
    found = among.filter(park_is("pk", said) if said.isascii() and said.isdigit() else Q(code=said)).first()
    if found is None:
        message = gettext_lazy("There is no park “%(value)s” to choose: give the id or the code of one.")
        raise serializers.ValidationError({"park": [message % {"value": said[:60]}]})
    return found
