"""Decisions with their scans and issuers, and the catalogue of types."""

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations import actions
from organizations.actions.catalogue import save_catalogue_row
from organizations.fields import DateFormField
from organizations.models import (
    Attachment,
    Decision,
    Issuer,
    OrganizationType,
    Zone,
)
from organizations.seeds import UNKNOWN_ISSUER, issuer_key
from vietnamese.text import clean

from .base import EVERYBODY, ZONE, ActForm, RowsAdmin
from .map import MapAdmin
from .site import office


@admin.register(Attachment, site=office)
class AttachmentAdmin(RowsAdmin):
    exclude = ("file",)  # a scan is opened on the page of its decision, where the right to it is asked
    list_display = ("name", "decision", "zone", "content_type", "size", "uploaded_by", "uploaded_at", "withdrawn_at")
    list_select_related = ("decision", "zone", "uploaded_by")
    list_filter = ("content_type",)


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
            known = (
                Decision.objects.live()
                .visible_to(self.user)
                .filter(
                    issuer__search_key=issuer,
                    number_key=Decision.key_of(values["number"]),
                    issued_on=values["issued_on"],
                )
            )
            if not self.refusal and known.exists():
                self.add_error("number", _("This issuer has a decision of this number and date already."))
        return values


@admin.register(Decision, site=office)
class DecisionAdmin(RowsAdmin):
    form = DecisionForm
    list_display = ("number", "issued_on", "issuer", "signer", "where")
    list_select_related = ("issuer", "zone")
    list_filter = (ZONE, "issued_on")
    search_fields = ("search_key",)
    on_add = ("number", "issued_on", "issuer_name", "zone", "signer", "summary")
    in_words = ("where",)

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(is_ours=Exists(
            Zone.objects.visible_to(request.user).filter(pk=OuterRef("zone"))
        ))  # fmt: skip

    def columns(self):
        return [name for name in super().columns() if name != "zone"]

    @admin.display(description=gettext_lazy("zone"), ordering="is_ours")
    def where(self, row):
        """Where it was recorded first; of another zone nothing is said."""
        return row.zone if row.is_ours else "—"

    def record(self, by, values):
        given = {name: values[name] for name in ("number", "issued_on", "zone", "signer", "summary")}
        return actions.record_decision(by=by, issuer=values["issuer_name"], **given)


@admin.register(Issuer, site=office)
class IssuerAdmin(RowsAdmin):
    """Recorded with the first decision that names it; known to who sees such a decision."""

    zone_path = "decisions__zone"
    list_display = ("name",)
    search_fields = ("search_key",)

    def of_zones(self, rows, ids, user):
        return rows.filter(pk__in=Decision.objects.live().visible_to(user).values("issuer"))


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
