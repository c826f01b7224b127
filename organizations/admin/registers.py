"""Enterprises and organisations: what an act can record or change is a form here, everything else is read."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations import actions
from organizations.actions.amend import OrganizationAmendment, amend_organizations
from organizations.fields import CountFormField, DateFormField, NameFormField, TaxCodeFormField
from organizations.models import (
    Coverage,
    Distinct,
    Enterprise,
    Event,
    Organization,
    Ownership,
    Park,
    ParkStay,
    SavedView,
    Succession,
)

from .base import ZONE, ActForm, RowsAdmin, SeenFilter, row_field
from .site import office

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


@admin.register(Distinct, site=office)
class DistinctAdmin(RowsAdmin):
    list_display = ("of", "first", "second", "zone", "said_by", "said_at")
    list_select_related = ("zone", "said_by")
    list_filter = ("of",)


@admin.register(SavedView, site=office)
class SavedViewAdmin(RowsAdmin):
    list_display = ("name", "screen", "owner", "shared_with", "query")
    list_select_related = ("owner", "shared_with")
    list_filter = ("screen",)
