"""The register as the API shows it: zones, parks, enterprises, organisations, decisions."""

import django_filters as filters
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from organizations.access import scope_of
from organizations.models import (
    Coverage,
    Decision,
    Enterprise,
    EnterpriseStatus,
    LegalForm,
    Organization,
    OrganizationStatus,
    Ownership,
    Park,
    ParkZone,
    Sector,
    Zone,
    latest_of,
)

from .base import Code, Rows
from .filters import (
    AnyOfFilter,
    AsOfFilter,
    DayFilter,
    IdFilter,
    InZonesFilter,
    NamesFilter,
    OrderFilter,
    ParkFilter,
    WordsFilter,
    YearFilter,
    ZoneFilter,
    park_is,
    today,
)

SUBTREE = _("Code of a zone: its rows and those of every zone below it.")
WORDS = _("Every word must occur; accents and case do not matter.")


class ZoneRow(serializers.ModelSerializer):
    parent = Code("parent", allow_null=True)
    successor = Code("successor", allow_null=True)

    class Meta:
        model = Zone
        fields = [
            "id",
            "code",
            "name",
            "short_name",
            "kind",
            "parent",
            "valid_from",
            "valid_to",
            "successor",
            "version",
        ]


class ZoneFilters(filters.FilterSet):
    zone = ZoneFilter(field_name="pk", help_text=SUBTREE)
    search = NamesFilter(lambda zone: (zone.code, zone.name, zone.short_name), help_text=WORDS)
    ordering = OrderFilter("code", "name", "id")
    code = filters.CharFilter()
    parent = filters.CharFilter(field_name="parent__code")
    kind = AnyOfFilter(choices=Zone.Kind.choices)
    as_of = AsOfFilter(method="open_on", help_text=_("Only zones that exist on this day."))

    def open_on(self, queryset, name, value):
        return queryset.open(on=value)


class Zones(Rows):
    """Units that are given targets and whose staff enter data: the person's own and all below them."""

    queryset = Zone.objects.none()
    serializer_class = ZoneRow
    filterset_class = ZoneFilters

    def rows(self):
        return Zone.objects.select_related("parent", "successor")


class ParkZoneRow(serializers.ModelSerializer):
    zone = Code("zone")

    class Meta:
        model = ParkZone
        fields = ["zone", "valid_from", "valid_to"]


class ParkRow(serializers.ModelSerializer):
    aliases = serializers.SlugRelatedField("name", many=True, read_only=True)
    zone = serializers.SerializerMethodField(help_text="Where it belongs today.")
    zones = ParkZoneRow(many=True, read_only=True)

    class Meta:
        model = Park
        fields = ["id", "code", "name", "aliases", "area_ha", "zone", "zones", "version"]

    def get_zone(self, park) -> str | None:
        day = today()
        return next((stay.zone.code for stay in park.zones.all() if stay.holds(day)), None)


class ParkFilters(filters.FilterSet):
    zone = InZonesFilter(help_text=SUBTREE)
    search = NamesFilter(
        lambda park: (park.code, park.name, *(alias.name for alias in park.aliases.all())), help_text=WORDS
    )
    ordering = OrderFilter(("sort_key", "name"), "code", "area_ha", "id")
    code = filters.CharFilter()


class Parks(Rows):
    """Industrial parks of the person's zones, with their other names."""

    queryset = Park.objects.none()
    serializer_class = ParkRow
    filterset_class = ParkFilters

    def rows(self):
        zones = ParkZone.objects.filter(zone__in=Zone.objects.visible_to(self.request.user)).select_related("zone")
        return Park.objects.prefetch_related("aliases", Prefetch("zones", zones.order_by("valid_from", "id")))


class EnterpriseRow(serializers.ModelSerializer):
    park = serializers.SerializerMethodField()
    park_name = serializers.SerializerMethodField()
    zone = Code("zone")
    workers = serializers.IntegerField(allow_null=True, read_only=True, help_text="The latest headcount.")
    workers_on = serializers.DateField(allow_null=True, read_only=True, help_text="The day of that headcount.")

    class Meta:
        model = Enterprise
        fields = [
            "id", "name", "tax_code", "park", "park_name", "zone", "ownership", "legal_form", "countries", "status",
            "started_on", "workers", "workers_on", "duplicate_of", "version",
        ]  # fmt: skip

    def get_park(self, row) -> int | None:
        return None if row.park.code == Park.NONE else row.park_id

    def get_park_name(self, row) -> str | None:
        return None if row.park.code == Park.NONE else row.park.name


class EnterpriseFilters(filters.FilterSet):
    zone = ZoneFilter(field_name="zone", help_text=SUBTREE)
    search = WordsFilter(help_text=WORDS)
    ordering = OrderFilter(("sort_key", "name"), "tax_code", "started_on", "workers", "id")
    park = ParkFilter(help_text=_("Id or code of a park."))
    tax_code = filters.CharFilter()
    status = AnyOfFilter(choices=EnterpriseStatus.choices)
    ownership = AnyOfFilter(choices=[choice for choice in Ownership.choices if choice[0] != Ownership.NONE])
    legal_form = AnyOfFilter(choices=LegalForm.choices)
    started_on__gte = DayFilter(field_name="started_on", lookup_expr="gte")
    started_on__lte = DayFilter(field_name="started_on", lookup_expr="lte")


class Enterprises(Rows):
    """Hosts of organisations. ``workers`` is the latest headcount; rows withdrawn or merged away are not listed."""

    queryset = Enterprise.objects.none()
    serializer_class = EnterpriseRow
    filterset_class = EnterpriseFilters

    def rows(self):
        day = today()
        return (
            Enterprise.objects.filter(voided_by=None)
            .select_related("park", "zone")
            .annotate(workers=latest_of("enterprise", day), workers_on=latest_of("enterprise", day, column="on"))
        )

    def listed(self, queryset):
        return queryset.live()


class OrganizationRow(serializers.ModelSerializer):
    zone = Code("zone")
    type = Code("type")
    type_name = serializers.CharField(source="type.name", read_only=True)
    enterprise = serializers.SerializerMethodField(help_text="The enterprise that gives park and ownership.")
    enterprises = serializers.SerializerMethodField(help_text="The enterprises covered today, the leading one first.")
    members = serializers.IntegerField(allow_null=True, read_only=True, help_text="The latest headcount.")

    class Meta:
        model = Organization
        fields = [
            "id", "name", "code", "zone", "sector", "type", "type_name", "parent", "status", "founded_on",
            "dissolved_on", "enterprise", "enterprises", "members", "duplicate_of", "version",
        ]  # fmt: skip

    def get_enterprise(self, row) -> int | None:
        return next((cover.enterprise_id for cover in self._covers(row) if cover.is_lead), None)

    def get_enterprises(self, row) -> list[int]:
        return [cover.enterprise_id for cover in self._covers(row)]

    def _covers(self, row):
        day = today()
        return [cover for cover in row.coverage.all() if cover.holds(day)]


class OrganizationFilters(filters.FilterSet):
    zone = ZoneFilter(field_name="zone", help_text=SUBTREE)
    search = WordsFilter(help_text=WORDS)
    ordering = OrderFilter(("sort_key", "name"), "code", "founded_on", "dissolved_on", "id")
    code = filters.CharFilter()
    sector = AnyOfFilter(choices=Sector.choices)
    type = filters.CharFilter(field_name="type__code", help_text=_("Code of a type of organisation."))
    status = AnyOfFilter(choices=OrganizationStatus.choices)
    parent = IdFilter(field_name="parent")
    enterprise = IdFilter(method="covering", help_text=_("Id of an enterprise that is or was covered."))
    park = filters.CharFilter(method="in_park", help_text=_("Id or code of the park of the leading enterprise."))
    active_on = AsOfFilter(method="in_existence", help_text=_("Only organisations in existence on this day."))
    founded_on__gte = DayFilter(field_name="founded_on", lookup_expr="gte")
    founded_on__lte = DayFilter(field_name="founded_on", lookup_expr="lte")

    def covering(self, queryset, name, value):
        return queryset.filter(pk__in=Coverage.objects.filter(enterprise=value).values("organization"))

    def in_park(self, queryset, name, value):
        leads = Coverage.objects.filter(is_lead=True, valid_to=None).filter(park_is("enterprise__park", value))
        return queryset.filter(pk__in=leads.values("organization"))

    def in_existence(self, queryset, name, value):
        return queryset.active(on=value)


class Organizations(Rows):
    """Party, union and youth organisations: those of the person's zones, and those with an event there."""

    queryset = Organization.objects.none()
    serializer_class = OrganizationRow
    filterset_class = OrganizationFilters

    def rows(self):
        return (
            Organization.objects.filter(voided_by=None)
            .select_related("zone", "type")
            .prefetch_related("coverage")
            .annotate(members=latest_of("organization", today()))
        )

    def listed(self, queryset):
        return queryset.live()


class SeenZone(Code):
    """The code of the row's zone; null when the person does not read that zone."""

    def get_attribute(self, row):
        ids = scope_of(self.context["request"].user).zone_ids
        return None if ids is not None and row.zone_id not in ids else super().get_attribute(row)


class DecisionRow(serializers.ModelSerializer):
    issuer = serializers.CharField(source="issuer.name", read_only=True)
    zone = SeenZone(
        "zone", allow_null=True, help_text=_("Where it was recorded first; null: in a zone you do not see.")
    )

    class Meta:
        model = Decision
        fields = ["id", "number", "issuer", "issued_on", "signer", "summary", "zone", "version"]


class DecisionFilters(filters.FilterSet):
    zone = InZonesFilter(help_text=_("Code of a zone: what it, or a zone below it, recorded or cites."))
    search = WordsFilter(help_text=WORDS)
    ordering = OrderFilter("issued_on", ("number_key", "number"), ("issuer__sort_key", "issuer"), "id")
    number = filters.CharFilter(method="of_number", help_text=_("The whole number-symbol; blanks and case aside."))
    year = YearFilter(field_name="issued_on", lookup_expr="year")
    issued_on = DayFilter()
    issued_on__gte = DayFilter(field_name="issued_on", lookup_expr="gte")
    issued_on__lte = DayFilter(field_name="issued_on", lookup_expr="lte")

    def of_number(self, queryset, name, value):
        return queryset.filter(number_key=Decision.key_of(value))


class Decisions(Rows):
    """Signed papers that the person's zones recorded or cite."""

    queryset = Decision.objects.none()
    serializer_class = DecisionRow
    filterset_class = DecisionFilters

    def rows(self):
        return Decision.objects.live().select_related("issuer", "zone")


__all__ = ["Decisions", "Enterprises", "Organizations", "Parks", "Zones"]
