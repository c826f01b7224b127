"""Zones and parks: what an act can record is a form here, everything else is read."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations import actions
from organizations.access import Act, may
from organizations.fields import DateFormField, NameFormField
from organizations.models import (
    Park,
    ParkAlias,
    ParkZone,
    Zone,
)
from vietnamese.text import clean

from .base import ZONE, ActForm, RowsAdmin
from .site import office


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
