"""Frozen figures as administrators see them: read, never written here."""

from django.contrib import admin

from organizations.admin import ZONE, RowsAdmin, office

from .models import Snapshot, SnapshotFigure, SnapshotRemark


@admin.register(Snapshot, site=office)
class SnapshotAdmin(RowsAdmin):
    list_display = (
        "zone", "period", "number", "as_of", "state", "drafted_by", "drafted_at", "submitted_by", "decided_by",
        "decided_at",
    )  # fmt: skip
    list_select_related = ("zone", "drafted_by", "submitted_by", "decided_by")
    list_filter = (ZONE, "state", "period")


@admin.register(SnapshotFigure, site=office)
class SnapshotFigureAdmin(RowsAdmin):
    zone_path = "snapshot__zone"
    list_display = ("snapshot", "name", "low", "high", "actual", "percent", "standing")
    list_select_related = ("snapshot__zone",)
    list_filter = ("code", "standing", "snapshot__period")
    hidden = ("event_ids",)


@admin.register(SnapshotRemark, site=office)
class SnapshotRemarkAdmin(RowsAdmin):
    zone_path = "figure__snapshot__zone"
    list_display = ("figure", "reason", "by", "at")
    list_select_related = ("figure__snapshot__zone", "by")
