"""The register: what an act can record or change is a form here, everything else is read."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations import actions
from organizations.access import Act, may
from organizations.actions.amend import OrganizationAmendment, amend_organizations
from organizations.actions.catalogue import save_catalogue_row
from organizations.fields import CountFormField, DateFormField, NameFormField, TaxCodeFormField
from organizations.models import (
    Coverage,
    Decision,
    Enterprise,
    Event,
    Issuer,
    Organization,
    OrganizationType,
    Ownership,
    Park,
    ParkAlias,
    ParkStay,
    ParkZone,
    Succession,
    Zone,
)
from organizations.seeds import UNKNOWN_ISSUER, issuer_key
from vietnamese.text import clean

from .base import EVERYBODY, ActForm, RowsAdmin, SeenFilter, row_field
from .site import office

ZONE = ("zone", SeenFilter)


def wanted(values, *names):
    """The values of ``names`` that were filled in."""
    return {name: values[name] for name in names if values.get(name) not in (None, "")}


# ------------------------------------------------------------------------------------------ the map


class ZoneForm(ActForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if parent := self.fields.get("parent"):
            parent.required = Zone.objects.exists()  # there is one city


@admin.register(Zone, site=office)
class ZoneAdmin(RowsAdmin):
    form = ZoneForm
    act = Act.CATALOGUE
    list_display = ("code", "name", "kind", "parent", "valid_from", "valid_to", "successor")
    list_select_related = ("parent", "successor")
    list_filter = ("kind",)
    search_texts = ("code", "name", "short_name")
    on_add = ("code", "name", "short_name", "kind", "parent", "valid_from")

    def record(self, by, values):
        return actions.create_zone(by=by, **{name: values[name] for name in self.on_add})


class MapAdmin(RowsAdmin):
    """Parks belong to the map of the city: who draws it, draws all of it."""

    act = Act.CATALOGUE

    def may(self, user, row=None):
        return may(user, Act.CATALOGUE, None)


class ParkForm(ActForm):
    name = NameFormField(label=gettext_lazy("name"))
    zone = forms.ModelChoiceField(Zone.objects.all(), label=gettext_lazy("zone"), required=False)
    valid_from = DateFormField(label=gettext_lazy("belongs to the zone from"), required=False)
    aliases = forms.CharField(
        label=gettext_lazy("other names"), required=False, widget=forms.Textarea,
        help_text=gettext_lazy("Whole names by which workbooks call it, one a line."),
    )  # fmt: skip


class RelatedRows(admin.TabularInline):
    """What belongs to a row, read."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_view_permission(self, request, obj=None):
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission


class AliasesOfPark(RelatedRows):
    model = ParkAlias


class ZonesOfPark(RelatedRows):
    model = ParkZone

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("park", "zone").filter(
            zone__in=Zone.objects.visible_to(request.user)
        )  # fmt: skip


@admin.register(Park, site=office)
class ParkAdmin(MapAdmin):
    form = ParkForm
    list_display = ("name", "code", "area_ha")
    search_fields = ("search_key", "code")
    on_add = ("name", "code", "area_ha", "zone", "valid_from", "aliases")

    def get_inlines(self, request, obj):
        return [AliasesOfPark, ZonesOfPark] if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "code" in form.base_fields:
            form.base_fields["code"].required = False
            form.base_fields["code"].help_text = _("Made of the name when it is left empty.")
        return form

    def record(self, by, values):
        aliases = [clean(line) for line in values["aliases"].splitlines() if clean(line)]
        given = {name: values[name] for name in ("name", "area_ha", "zone", "valid_from", "code")}
        return actions.create_park(by=by, aliases=aliases, **given)


@admin.register(ParkAlias, site=office)
class ParkAliasAdmin(MapAdmin):
    zone_path = "park__zones__zone"
    list_display = ("name", "park")
    list_select_related = ("park",)
    search_texts = ("name", "park__name")
    on_add = ("park", "name")

    def of_zones(self, rows, ids, user):
        return rows.filter(park__in=Park.objects.visible_to(user))

    def record(self, by, values):
        return actions.name_park(park=values["park"], alias=values["name"], by=by)


@admin.register(ParkZone, site=office)
class ParkZoneAdmin(MapAdmin):
    zone_path = "zone"
    list_display = ("park", "zone", "valid_from", "valid_to")
    list_select_related = ("park", "zone")
    list_filter = (ZONE,)
    search_fields = ("park__search_key",)
    on_add = ("park", "zone", "valid_from", "valid_to")

    def record(self, by, values):
        return actions.place_park(by=by, **{name: values[name] for name in self.on_add})


# ------------------------------------------------------------------------------------------ enterprises


class EnterpriseForm(ActForm):
    also = {"on": "workers_on", "total": "workers"}
    name = NameFormField(label=gettext_lazy("name"))
    tax_code = TaxCodeFormField(label=gettext_lazy("tax code"), required=False)
    ownership = forms.ChoiceField(
        label=gettext_lazy("ownership"), initial=Ownership.UNKNOWN,
        choices=[choice for choice in Ownership.choices if choice[0] != Ownership.NONE],
    )  # fmt: skip
    workers = CountFormField(label=gettext_lazy("workers"), required=False)
    workers_on = DateFormField(label=gettext_lazy("workers counted on"), required=False, event=True)
    moved_on = DateFormField(
        label=gettext_lazy("in the new park from"), required=False,
        help_text=gettext_lazy("When the park changes; left empty, from today."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if park := self.fields.get("park"):  # an enterprise may sit in none, though "none" is listed nowhere
            seen = park.queryset.order_by().values("pk")
            park.queryset = Park.objects.filter(Q(pk__in=seen) | Q(code=Park.NONE))


@admin.register(Enterprise, site=office)
class EnterpriseAdmin(RowsAdmin):
    form = EnterpriseForm
    list_display = ("name", "tax_code", "zone", "park", "ownership", "status", "started_on")
    list_select_related = ("zone", "park")
    list_filter = (ZONE, "ownership", "legal_form", "status")
    search_fields = ("search_key", "tax_code")
    facts = actions.enterprises.FIELDS
    on_add = ("zone", *facts, "workers", "workers_on")
    on_change = (*facts, "moved_on")

    def record(self, by, values):
        given = {name: values[name] for name in ("zone", *self.facts)}
        return actions.record_enterprise(by=by, workers=values["workers"], workers_on=values["workers_on"], **given)

    def amend(self, by, row, values, changed):
        actions.change_enterprise(
            enterprise=row, by=by, version=values["seen"], reason=values["reason"], **changed
        )  # fmt: skip


@admin.register(ParkStay, site=office)
class ParkStayAdmin(RowsAdmin):
    zone_path = "enterprise__zone"
    list_display = ("enterprise", "park", "valid_from", "valid_to")
    list_select_related = ("enterprise", "park")
    search_fields = ("enterprise__search_key", "park__search_key")


# ------------------------------------------------------------------------------------------ organisations


class OrganizationForm(ActForm):
    also = {"enterprises": "enterprise", "on": "members", "total": "members"}
    name = NameFormField(label=gettext_lazy("name"))
    decision = row_field(Event._meta.get_field("decision"), gettext_lazy("decision"), required=False)
    effective_on = DateFormField(
        label=gettext_lazy("founded on"), required=False, event=True,
        help_text=gettext_lazy("Only when the decision is not known; else its date counts."),
    )  # fmt: skip
    enterprise = row_field(
        Coverage._meta.get_field("enterprise"), gettext_lazy("enterprise"), required=False,
        help_text=gettext_lazy("The one that gives park and ownership."),
    )  # fmt: skip
    members = CountFormField(label=gettext_lazy("members at founding"), required=False)

    def clean(self):
        values = super().clean()
        if self.instance.pk and "parent" in self.changed_data and values.get("parent") is None:
            self.add_error("parent", _("Choose the organisation it belongs to now: it cannot be left without one."))
        return values


@admin.register(Organization, site=office)
class OrganizationAdmin(RowsAdmin):
    """Name, type, zone and status are what the events say: they are changed by recording one."""

    form = OrganizationForm
    list_display = ("name", "code", "type", "zone", "parent", "status", "founded_on", "dissolved_on")
    list_select_related = ("type", "zone", "parent")
    list_filter = (ZONE, "sector", ("type", SeenFilter), "status")
    search_fields = ("search_key", "code")
    raw_id_fields = ("parent",)
    on_add = (
        "zone", "name", "code", "type", "parent", "decision", "effective_on", "enterprise", "members", "reason",
    )  # fmt: skip
    on_change = ("parent",)

    def record(self, by, values):
        given = {name: values[name] for name in ("zone", "name", "code", "type", "parent", "decision", "members")}
        return actions.establish(
            by=by, reason=values["reason"], enterprises=[values["enterprise"]] if values["enterprise"] else [],
            effective_on=None if values["decision"] else values["effective_on"], **given,
        )  # fmt: skip

    def amend(self, by, row, values, changed):
        if parent := changed.get("parent"):
            draft = OrganizationAmendment(row, parent)
            amend_organizations(zone=row.zone, drafts=[draft], by=by, reason=values["reason"])


@admin.register(Coverage, site=office)
class CoverageAdmin(RowsAdmin):
    zone_path = "organization__zone"
    list_display = ("organization", "enterprise", "is_lead", "valid_from", "valid_to")
    list_select_related = ("organization", "enterprise")
    list_filter = ("is_lead",)
    search_fields = ("organization__search_key", "enterprise__search_key", "enterprise__tax_code")
    raw_id_fields = ("organization", "enterprise")
    on_add = ("organization", "enterprise", "is_lead", "valid_from", "valid_to")

    def record(self, by, values):
        given = {name: values[name] for name in ("organization", "enterprise", "valid_from", "valid_to")}
        return actions.cover(by=by, lead=values["is_lead"], **given)


@admin.register(Succession, site=office)
class SuccessionAdmin(RowsAdmin):
    zone_path = "successor__zone"
    list_display = ("predecessor", "successor", "on")
    list_select_related = ("predecessor", "successor")
    search_fields = ("predecessor__search_key", "successor__search_key")


# ------------------------------------------------------------------------------------------ papers and catalogues


class DecisionForm(ActForm):
    issuer_name = forms.CharField(
        label=gettext_lazy("issuing body"), max_length=250, required=False,
        help_text=gettext_lazy("A body that is not known yet is recorded with the decision."),
    )  # fmt: skip
    issued_on = DateFormField(label=gettext_lazy("date"), event=True)
    also = {"issuer": "issuer_name"}

    def clean(self):
        values = super().clean()
        if {"number", "issued_on"} <= values.keys():
            issuer = issuer_key(clean(values.get("issuer_name", "")) or UNKNOWN_ISSUER)
            known = Decision.objects.live().filter(
                issuer__search_key=issuer, number_key=Decision.key_of(values["number"]), issued_on=values["issued_on"]
            )
            if not self.refusal and known.exists():
                self.add_error("number", _("This issuer has a decision of this number and date already."))
        return values


@admin.register(Decision, site=office)
class DecisionAdmin(RowsAdmin):
    form = DecisionForm
    list_display = ("number", "issued_on", "issuer", "signer", "zone")
    list_select_related = ("issuer", "zone")
    list_filter = (ZONE, "issued_on")
    search_fields = ("search_key", "issuer__search_key")
    on_add = ("number", "issued_on", "issuer_name", "zone", "signer", "summary")

    def record(self, by, values):
        given = {name: values[name] for name in ("number", "issued_on", "zone", "signer", "summary")}
        return actions.record_decision(by=by, issuer=values["issuer_name"], **given)


@admin.register(Issuer, site=office)
class IssuerAdmin(RowsAdmin):
    """Recorded with the first decision that names it."""

    zone_path = EVERYBODY
    list_display = ("name",)
    search_fields = ("search_key",)


class CatalogueAdmin(MapAdmin):
    """Rows that hold everywhere. What they are known by stays; a change tells its reason."""

    zone_path = EVERYBODY
    needs_reason = True
    several: tuple[str, ...] = ()  # fields that lead to several rows

    def record(self, by, values):
        row = self.model(**{name: values[name] for name in self.on_add if name not in self.several})
        return save_catalogue_row(row=row, by=by, several={name: values[name] for name in self.several})

    def amend(self, by, row, values, changed):
        save_catalogue_row(
            row=row, by=by, reason=values["reason"], version=values["seen"],
            several={name: values[name] for name in self.several},
        )  # fmt: skip


@admin.register(OrganizationType, site=office)
class OrganizationTypeAdmin(CatalogueAdmin):
    list_display = ("name", "code", "sector", "level", "counts_as_new", "founding_members", "valid_from", "valid_to")
    list_filter = ("sector", "level")
    search_fields = ("search_key", "code")
    on_change = ("name", "level", "counts_as_new", "founding_members", "order", "valid_from", "valid_to")
    on_add = ("code", "sector", *on_change)
