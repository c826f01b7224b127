"""Files on their way in as administrators see them: each person's own, read."""

from django.contrib import admin

from organizations.admin import EVERYBODY, RowsAdmin, SeenFilter, office

from .models import ColumnMemory, StagedRow, Upload


@admin.register(Upload, site=office)
class UploadAdmin(RowsAdmin):
    """Nobody else sees a file before it is written."""

    zone_path = EVERYBODY
    list_display = ("name", "state", "kind", "zone", "size", "batch", "created_at", "expires_at")
    list_select_related = ("zone", "batch")
    list_filter = ("state", "kind", ("zone", SeenFilter))
    search_fields = ("name", "sheet")
    hidden = ("file",)

    def get_queryset(self, request):
        return super().get_queryset(request).of(request.user)


@admin.register(StagedRow, site=office)
class StagedRowAdmin(RowsAdmin):
    zone_path = EVERYBODY
    list_display = ("upload", "line", "state", "warned", "findings")
    list_select_related = ("upload",)
    list_filter = ("state", "warned")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(upload__owner=request.user)


@admin.register(ColumnMemory, site=office)
class ColumnMemoryAdmin(RowsAdmin):
    zone_path = EVERYBODY
    list_display = ("kind", "columns", "remembered_at")
    list_filter = ("kind",)
