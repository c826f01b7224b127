"""What was recorded, and what is derived from it: read, searched, never written here."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from organizations.models import (
    AdmissionSource,
    Batch,
    BatchRow,
    Change,
    Event,
    Headcount,
    IdempotentAnswer,
    LedgerHead,
    MonthTotal,
    OrganizationRating,
    PeriodLock,
    YearTotal,
)

from .base import ZONE, RowsAdmin, listed
from .site import office


@admin.register(Event, site=office)
class EventAdmin(RowsAdmin):
    list_display = (
        "effective_on",
        "kind",
        "organization",
        "quantity",
        "zone",
        "decision",
        "recorded_by",
        "recorded_at",
    )
    list_select_related = ("organization", "zone", "decision", "recorded_by")
    list_filter = (ZONE, "sector", "kind", "effective_on")
    search_fields = ("organization__search_key", "organization__code", "enterprise__search_key")


@admin.register(Headcount, site=office)
class HeadcountAdmin(RowsAdmin):
    list_display = ("on", "subject", "total", "official", "female", "workers", "zone", "withdrawn", "recorded_at")
    list_select_related = ("organization", "enterprise", "zone")
    list_filter = (ZONE, "withdrawn", "on")
    search_fields = ("organization__search_key", "enterprise__search_key", "enterprise__tax_code")

    @admin.display(description=_("of whom"))
    def subject(self, row):
        return row.enterprise or row.organization


@admin.register(OrganizationRating, site=office)
class OrganizationRatingAdmin(RowsAdmin):
    list_display = ("year", "organization", "grade", "decision", "zone", "withdrawn", "recorded_at")
    list_select_related = ("organization", "decision", "zone")
    list_filter = (ZONE, "grade", "withdrawn", "year")
    search_fields = ("organization__search_key",)


@admin.register(AdmissionSource, site=office)
class AdmissionSourceAdmin(RowsAdmin):
    list_display = (
        "year", "organization", "introduced", "trained", "under_review", "zone", "withdrawn", "recorded_at",
    )  # fmt: skip
    list_select_related = ("organization", "zone")
    list_filter = (ZONE, "withdrawn", "year")
    search_fields = ("organization__search_key",)


@admin.register(Change, site=office)
class ChangeAdmin(RowsAdmin):
    list_display = ("recorded_at", "recorded_by", "zone", "action", "model", "object_id", "before", "after", "reason")
    list_select_related = ("recorded_by", "zone")
    list_filter = (ZONE, "action", "model", "recorded_at")
    search_fields = ("model", "object_id", "reason")


@admin.register(LedgerHead, site=office)
class LedgerHeadAdmin(RowsAdmin):
    zone_path = "zone"
    list_display = ("zone", "seq", "last_recorded_at", "version", "chain_hash")
    list_select_related = ("zone",)


class TotalsAdmin(RowsAdmin):
    zone_path = "zone"
    list_display = (
        "zone", "sector", "type", "kind", "counts_as_new", "year", "quantity", "female", "workers", "stock_delta",
        "live",
    )  # fmt: skip
    list_select_related = ("zone", "type")
    list_filter = (ZONE, "sector", "kind", "year")


@admin.register(YearTotal, site=office)
class YearTotalAdmin(TotalsAdmin):
    pass


@admin.register(MonthTotal, site=office)
class MonthTotalAdmin(TotalsAdmin):
    list_display = (*TotalsAdmin.list_display[:6], "month", "park", "ownership", *TotalsAdmin.list_display[6:])
    list_select_related = ("zone", "type", "park")


@admin.register(PeriodLock, site=office)
class PeriodLockAdmin(RowsAdmin):
    zone_path = "zone"
    list_display = ("zone", "valid_from", "valid_to", "reason", "set_by", "set_at", "lifted_by", "lifted_at")
    list_select_related = ("zone", "set_by", "lifted_by")
    list_filter = (ZONE,)


@admin.register(Batch, site=office)
class BatchAdmin(RowsAdmin):
    list_display = (
        "id", "kind", "zone", "file_name", "sheet", "created", "updated", "unchanged", "undoes", "recorded_by",
        "recorded_at",
    )  # fmt: skip
    list_select_related = ("zone", "undoes", "recorded_by")
    list_filter = (ZONE, "kind", "recorded_at")
    search_fields = ("file_name", "sheet")


@admin.register(BatchRow, site=office)
class BatchRowAdmin(RowsAdmin):
    zone_path = "batch__zone"
    list_display = ("batch", "sheet", "line", "outcome", "warned")
    list_select_related = ("batch",)
    list_filter = ("outcome",)
    search_fields = ("batch__file_name", "sheet")
    hidden, in_words = ("warnings",), ("warned",)

    @admin.display(description=_("warnings"))
    def warned(self, row):
        return listed((one.get("column", ""), one["message"]) for one in row.warnings)


@admin.register(IdempotentAnswer, site=office)
class IdempotentAnswerAdmin(RowsAdmin):
    """What programs were answered: another person's answers only to the administrator of the whole city."""

    zone_path = "user"
    list_display = ("claimed_at", "user", "path", "status")
    list_select_related = ("user",)

    def of_zones(self, rows, ids, user):
        return rows.filter(user=user)
