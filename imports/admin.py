"""Files on their way in as administrators see them, and the buttons that bring and fetch workbooks."""

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ImportExportMixin

from organizations.access import may_somewhere
from organizations.admin import EVERYBODY, RowsAdmin, SeenFilter, listed, office
from organizations.models import Enterprise, Event, Headcount, Organization, Zone
from targets.models import Target

from .exports import as_csv, as_workbook
from .forms import BringForm
from .kinds import KINDS, WorkbookKind
from .models import StagedRow, TitleMemory, Upload
from .reader import Unusable
from .resources import RESOURCES, NotTheWay
from .views.front import XLSX, bring_sent


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
    list_display = ("upload", "line", "state", "warned", "said")
    list_select_related = ("upload",)
    list_filter = ("state", "warned")
    hidden, in_words = ("findings",), ("said",)

    @admin.display(description=gettext_lazy("what was found"))
    def said(self, row):
        columns = KINDS[row.upload.kind].layout.columns if row.upload.kind in KINDS else {}
        titles = {name: column.title for name, column in columns.items()}
        return listed((titles.get(one["field"], ""), one["message"]) for one in row.findings)

    def get_queryset(self, request):
        return super().get_queryset(request).filter(upload__owner=request.user)


@admin.register(TitleMemory, site=office)
class TitleMemoryAdmin(RowsAdmin):
    zone_path = "zone_code"
    list_display = ("zone_code", "kind", "title", "field", "remembered_at")
    list_filter = ("kind",)
    search_fields = ("title",)

    def of_zones(self, rows, ids, user):
        return rows.filter(zone_code__in=Zone.objects.visible_to(user).values("code"))


# ------------------------------------------------------------------------------------------ Import and Export


class ExportForm(forms.Form):
    """A workbook is of one zone: then it can be corrected and sent in again."""

    zone = forms.ModelChoiceField(Zone.objects.none(), label=gettext_lazy("Zone"), required=False)
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=[("xlsx", "Excel (.xlsx)"), ("csv", "CSV")])

    def __init__(self, *args, user, kind, **options):
        super().__init__(*args, **options)
        zone = self.fields["zone"]
        zone.queryset = Zone.objects.visible_to(user)
        zone.required = kind.needs_zone
        if not kind.needs_zone:
            zone.empty_label = _("all zones")


class WorkbookAdmin(ImportExportMixin):
    """The pages of django-import-export before our reader, writer and messages."""

    workbook: WorkbookKind

    def get_resource_classes(self, request):
        return [RESOURCES[self.workbook.name]]

    def get_urls(self):
        return [url for url in super().get_urls() if not (url.name or "").endswith("_process_import")]

    def process_import(self, request, **options):
        raise NotTheWay("what an upload holds is confirmed on its page")

    def has_import_permission(self, request):
        return self.admin_site.has_permission(request) and may_somewhere(request.user, self.workbook.act)

    def has_export_permission(self, request):
        return self.admin_site.has_permission(request)

    def import_action(self, request, **options):
        """Bring a file; its page goes on from there."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = BringForm(request.POST or None, request.FILES or None, user=request.user)
        form.fields["kind"].initial, form.fields["kind"].disabled = self.workbook.name, True
        if form.is_bound and form.is_valid():
            try:
                return redirect("imports:upload", bring_sent(form, request.user).key)
            except (Unusable, PermissionDenied) as refusal:
                form.add_error("file" if form.cleaned_data.get("file") else "text", str(refusal))
        return self._page(request, form, _("Import"), self.import_template_name)

    def export_action(self, request):
        """The rows of the list as it is filtered, as a workbook that can be sent in again."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        asked = {"user": request.user, "kind": self.workbook}
        form = ExportForm(request.POST or None, initial={"zone": request.GET.get("zone__id__exact")}, **asked)
        if not form.is_valid():
            return self._page(request, form, _("Export"), self.export_template_name)
        zone, ending = form.cleaned_data["zone"], form.cleaned_data["format"]
        try:
            among, today = self.get_export_queryset(request), timezone.localdate()
        except IncorrectLookupParameters:  # the list itself says so
            meta = self.model._meta
            return redirect(f"{reverse(f'admin:{meta.app_label}_{meta.model_name}_changelist')}?{ERROR_FLAG}=1")
        rows = {"zone": zone, "user": request.user, "today": today}
        name = "-".join(filter(None, [self.workbook.name, zone and zone.code, f"{today:%Y%m%d}"]))
        headers = {"Content-Disposition": content_disposition_header(True, f"{name}.{ending}")}
        if ending == "csv":
            lines = as_csv(self.workbook.name, among, **rows)
            return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
        return HttpResponse(as_workbook(self.workbook.name, among, **rows), content_type=XLSX, headers=headers)

    def _page(self, request, form, title, template):
        context = self.init_request_context_data(request, form) | {"title": title, "media": self.media + form.media}
        return TemplateResponse(request, [template], context)


def give_buttons(model, kind: WorkbookKind) -> None:
    """Administer ``model`` as before, with the buttons of its kind of workbook."""
    lower = type(office.get_model_admin(model))
    office.unregister(model)
    office.register(model, type(lower.__name__, (WorkbookAdmin, lower), {"workbook": kind}))


for model, name in (
    (Enterprise, "enterprises"),
    (Organization, "organizations"),
    (Event, "events"),
    (Headcount, "headcounts"),
    (Target, "targets"),
):
    give_buttons(model, KINDS[name])
