"""Imports over HTTP: a file in, what came of it, the file back with its wrong cells marked, and the way back."""

from io import BytesIO
from pathlib import PurePath
from uuid import UUID

import django_filters as filters
from django.db import transaction
from django.db.models import Count, F
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, parsers, serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.settings import api_settings

from organizations import api
from organizations.access import Act, may_somewhere
from organizations.api import once
from organizations.api.filters import (
    DayFilter,
    NamesFilter,
    OrderFilter,
    ZoneFilter,
    refuse_unknown,
    today,
    visible_zone,
)
from organizations.api.inputs import TextField
from organizations.api.registers import SUBTREE, WORDS
from organizations.api_fields import DateField
from organizations.models import Batch, BatchRow
from organizations.problems import Conflict, Refused

from . import programs, tasks
from .intake import Reading, read_file, unusable
from .kinds import KINDS
from .limit import Limit
from .models import Upload
from .reader import LARGEST_FILE, Unusable
from .result import CHECKED, FORBIDDEN, REFUSED, UNREADABLE, WRITTEN, Result
from .undo import undo_batch

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_WORKBOOK = frozenset({"not_a_workbook", "other_office_file", "web_page"})
STATES = [programs.QUEUED, programs.RUNNING, WRITTEN, CHECKED, REFUSED, UNREADABLE]
ID = OpenApiParameter(
    "id", str, OpenApiParameter.PATH, description="The `id` an import was answered with: a number, or a UUID."
)


# ------------------------------------------------------------------------------------------ bodies


class ImportInput(serializers.Serializer):
    """A file and what holds for the whole of it."""

    file = serializers.FileField(allow_empty_file=True, help_text="xlsx, xls, ods or csv; at most 10 MB.")
    kind = serializers.ChoiceField([*KINDS, "auto"], default="auto", help_text="auto: found by the columns.")
    zone = TextField(required=False, help_text="Code; not needed when you may import in exactly one.")
    sheet = TextField(required=False, help_text="Not needed when only one holds such a table.")
    park = TextField(required=False, help_text="The park of every enterprise in the file.")
    date = DateField(required=False, help_text="The day of the counts in the file.")
    corrections = TextField(
        max_length=500, required=False, help_text="The reason under which facts of another quantity are corrected."
    )
    legacy = serializers.ChoiceField(
        ["convert", "keep"], required=False, help_text="What to do with text in fonts older than Unicode."
    )
    dry_run = serializers.BooleanField(default=False, help_text="Check everything, write nothing: 200, `checked`.")
    background = serializers.BooleanField(
        default=False, help_text="Answer 202 at once where the server has a worker; files above 2 MB always do."
    )

    def asked(self) -> dict:
        """The options of ``read_file``, the zone still by its code."""
        given = self.validated_data
        legacy = given.get("legacy")
        return {
            "kind": None if given["kind"] == "auto" else given["kind"],
            "zone": given["zone"] or None,
            "sheet": given["sheet"] or None,
            "park": given["park"] or None,
            "counted": given.get("date"),
            "corrections": given["corrections"] or None,
            "converts_legacy": None if legacy is None else legacy == "convert",
        }


class UndoInput(serializers.Serializer):
    reason = TextField(max_length=500, required=False)


# ------------------------------------------------------------------------------------------ answers


class FindingRow(serializers.Serializer):
    sheet = serializers.CharField()
    row = serializers.IntegerField(allow_null=True, help_text="The line in the workbook; the first is 1.")
    column = serializers.CharField()
    value = serializers.CharField(help_text="The cell as read.")
    message = serializers.CharField()


class ImportAnswer(serializers.Serializer):
    """What came of an import. The counts are of workbook rows; a dry run counts what would be."""

    id = serializers.CharField(allow_null=True, help_text="Ask for it later: a number once written, else a UUID.")
    status = serializers.ChoiceField(STATES)
    batch = serializers.IntegerField(allow_null=True, help_text="null: nothing was written, or nothing was new.")
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    errors = FindingRow(many=True)
    warnings = FindingRow(many=True)
    kind = serializers.CharField(allow_null=True)
    sheet = serializers.CharField(allow_null=True)
    zone = serializers.CharField(allow_null=True)
    cure = serializers.CharField(help_text="The fields that would settle the errors, in words.")
    file = serializers.CharField(allow_null=True, help_text="Where the file as sent can be fetched.")
    errors_xlsx = serializers.CharField(allow_null=True, help_text="Where the same file, wrong cells marked, is.")


class UndoneItem(serializers.Serializer):
    sheet = serializers.CharField()
    row = serializers.IntegerField()
    what = serializers.CharField()
    why = serializers.CharField()


class UndoAnswer(serializers.Serializer):
    """Line by line: taken back, kept because touched since, or blocked by a closed period."""

    batch = serializers.IntegerField(allow_null=True, help_text="The import that undid; null when nothing could be.")
    undoes = serializers.IntegerField()
    reversed = UndoneItem(many=True)
    kept = UndoneItem(many=True)
    blocked = UndoneItem(many=True)
    reversed_count = serializers.IntegerField()
    kept_count = serializers.IntegerField()
    blocked_count = serializers.IntegerField()


class ImportRow(serializers.ModelSerializer):
    zone = api.Code("zone")
    recorded_by = serializers.CharField(source="recorded_by.username", read_only=True)
    undone_by = serializers.IntegerField(
        source="undone_by_id", read_only=True, allow_null=True, help_text="The import that took this one back."
    )

    class Meta:
        model = Batch
        fields = [
            "id", "kind", "zone", "file_name", "sheet", "created", "updated", "unchanged", "reason", "undoes",
            "undone_by", "recorded_by", "recorded_at",
        ]  # fmt: skip


class ImportFilters(filters.FilterSet):
    zone = ZoneFilter(field_name="zone", help_text=SUBTREE)
    search = NamesFilter(lambda row: (row.file_name, row.sheet), help_text=WORDS)
    ordering = OrderFilter("recorded_at", "kind", "id")
    kind = filters.CharFilter(help_text=gettext_lazy("enterprises, organizations, events, headcounts or targets."))
    recorded_on__gte = DayFilter(field_name="recorded_at", lookup_expr="date__gte")
    recorded_on__lte = DayFilter(field_name="recorded_at", lookup_expr="date__lte")


def links(pk, *, file: bool, marked: bool) -> dict:
    address = f"/api/v1/imports/{pk}/"
    return {"file": f"{address}file/" if file else None, "errors_xlsx": f"{address}errors.xlsx" if marked else None}


def of_upload(upload: Upload) -> dict:
    """The answer about a file that became no batch, or not yet."""
    told = {"id": str(upload.key)} | programs.answer(upload, now=timezone.now())
    return told | {"file_name": upload.name} | links(upload.key, file=True, marked=programs.can_be_marked(upload))


def of_batch(batch: Batch) -> dict:
    """The answer about a batch: what the database holds."""
    told = ImportRow(batch).data | {"status": WRITTEN, "batch": batch.pk, "rejected": 0, "errors": [], "cure": ""}
    if batch.undoes_id is None:
        stored = dict(batch.rows.order_by().values_list("outcome").annotate(Count("pk")))
        told |= {outcome: stored.get(outcome, 0) for outcome in (BatchRow.Outcome.CREATED, BatchRow.Outcome.UPDATED)}
    told["warnings"] = programs.warnings(batch)
    kept = hasattr(batch, "upload")
    return told | links(batch.pk, file=kept, marked=kept and bool(told["warnings"]))


def status_of(result: Result) -> int:
    """The status code that says the same as the result."""
    match result.status:
        case "written":
            return status.HTTP_201_CREATED
        case "checked":
            return status.HTTP_200_OK
        case "refused":
            return status.HTTP_403_FORBIDDEN if result.code == FORBIDDEN else status.HTTP_422_UNPROCESSABLE_ENTITY
    if result.too_large:
        return status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    if result.code in NO_WORKBOOK:
        return status.HTTP_415_UNSUPPORTED_MEDIA_TYPE
    return status.HTTP_400_BAD_REQUEST


def reply(result: Result, extra: dict, code: int | None = None) -> Response:
    if result.options:
        fields = ", ".join(f"“{name}”" for name in result.options)
        result.cure = _("Send the file again with the field %(fields)s.") % {"fields": fields}
    body = {"id": None} | result.as_json() | {"file": None, "errors_xlsx": None} | extra
    code = code or status_of(result)
    if code >= 400:
        body["detail"] = " ".join(finding.message for finding in result.errors if finding.row is None)
    return Response(body, status=code)


ANSWERS = {
    200: OpenApiResponse(ImportAnswer, description="A dry run that would succeed."),
    201: OpenApiResponse(ImportAnswer, description="Written; `batch` is null when nothing was new."),
    202: OpenApiResponse(ImportAnswer, description="Queued: ask for `id` again."),
    400: OpenApiResponse(ImportAnswer, description="The workbook cannot be read, or a field is wrong."),
    403: OpenApiResponse(ImportAnswer, description="Your role does not allow it there."),
    404: OpenApiResponse(description="There is no such zone."),
    413: OpenApiResponse(ImportAnswer, description="Too large."),
    415: OpenApiResponse(ImportAnswer, description="No workbook, or the body is not multipart/form-data."),
    422: OpenApiResponse(
        ImportAnswer, description="Refused, nothing written: `errors`, and `errors_xlsx` for a while."
    ),
}
UNDO_ANSWERS = {
    201: UndoAnswer,
    403: OpenApiResponse(description="Visible, but the role does not allow it."),
    404: OpenApiResponse(description="Not visible."),
    409: OpenApiResponse(UndoAnswer, description="Nothing could be undone, or it was undone already."),
}


class Imports(api.Rows):
    """What was written from one file: how many rows were created, updated, unchanged, and what undid it.

    POST takes in a workbook, all of it or nothing.
    """

    queryset = Batch.objects.none()
    serializer_class = ImportRow
    filterset_class = ImportFilters
    parser_classes = [parsers.MultiPartParser]
    lookup_value_regex = "[0-9]+|[0-9a-fA-F-]{36}"

    def rows(self):
        related = ("zone", "recorded_by", *([] if self.action == "list" else ["upload"]))
        return Batch.objects.select_related(*related).annotate(undone_by_id=F("undone_by__pk"))

    def get_object(self) -> Batch | Upload:
        """A batch by its number, or a file that the person sent by its UUID: the batch it became, else the file."""
        pk = self.kwargs["pk"]
        if len(pk) != 36:
            return super().get_object()
        try:
            mine = Upload.objects.of(self.request.user).get(key=UUID(pk))
        except (ValueError, Upload.DoesNotExist):
            raise exceptions.NotFound from None
        if mine.state in (Upload.State.OPEN, Upload.State.STAGED):  # waits on its page
            raise exceptions.NotFound
        if mine.batch_id is None:
            return mine
        self.kwargs["pk"] = str(mine.batch_id)
        return super().get_object()

    def initialize_request(self, request, *args, **kwargs):
        request.upload_handlers.insert(0, Limit(request))
        return super().initialize_request(request, *args, **kwargs)

    def perform_content_negotiation(self, request, force=False):
        """A client that fetches a file need not accept JSON."""
        return super().perform_content_negotiation(request, force=True)

    def handle_exception(self, exc):
        response = super().handle_exception(exc)
        code = response.status_code
        if self.action == "create" and code >= 400 and code not in (401, 404):
            response.data |= {"status": UNREADABLE if code in (400, 413, 415) else REFUSED, "batch": None}
        return response

    # ---------------------------------------------------------------- reading

    @extend_schema(parameters=[ID], responses=ImportAnswer)
    def retrieve(self, request, *args, **kwargs):
        found = self.get_object()
        return Response(of_upload(found) if isinstance(found, Upload) else of_batch(found))

    @extend_schema(parameters=[ID], responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request, *args, **kwargs):
        """The file as it was sent."""
        upload = kept_file(self.get_object())
        return as_download(self.fetched(upload.bytes), upload.name, "application/octet-stream")

    @extend_schema(parameters=[ID], responses={(200, XLSX): OpenApiTypes.BINARY})
    def marked(self, request, *args, **kwargs):
        """The same workbook with its wrong cells red and a reason for each line; of a batch, what was warned."""
        found = self.get_object()
        upload = kept_file(found)
        if found is upload:
            data = programs.can_be_marked(upload) and self.fetched(programs.marked_refusal, upload)
        else:
            warned = programs.warnings(found)
            data = warned and self.fetched(programs.marked_batch, upload, warned)
        if not data:
            raise exceptions.NotFound(_("There is nothing to mark in this file."))
        return as_download(data, f"{PurePath(upload.name).stem}-danh-dau-loi.xlsx", XLSX)

    def fetched(self, read, *args) -> bytes:
        try:
            return read(*args)
        except FileNotFoundError:
            raise exceptions.NotFound(_("The file of this import was not kept.")) from None
        except Unusable as refusal:
            raise exceptions.NotFound(str(refusal)) from None

    # ---------------------------------------------------------------- writing

    @extend_schema(request={"multipart/form-data": ImportInput}, responses=ANSWERS, parameters=[once.PARAMETER])
    def create(self, request, *args, **kwargs):
        if not may_somewhere(request.user, Act.IMPORT):
            self.require_somewhere(Act.ASSIGN_TARGETS)
        refuse_unknown(request.query_params, ())
        refuse_unknown(request.data, ImportInput().fields)
        if size := request.upload_handlers[0].exceeded:
            megabytes = f"{size / 2**20:.1f}".replace(".", ",")
            refusal = Unusable("too_large", megabytes=megabytes, limit=LARGEST_FILE // 2**20)
            return reply(unusable(refusal), {})
        return self.take_in(request)

    @once.once_prepared
    def take_in(self, request):
        body = ImportInput(data=request.data)
        body.is_valid(raise_exception=True)
        file, dry_run, asked = body.validated_data["file"], body.validated_data["dry_run"], body.asked()
        if asked["zone"]:
            asked["zone"] = visible_zone(request.user, asked["zone"])
        told = {"name": file.name, "by": request.user} | asked
        wanted = body.validated_data["background"] or file.size > programs.BACKGROUND_FROM
        if wanted and programs.has_worker():
            data = file.read()
            return lambda: self.queued(data, dry_run, told)
        reading = read_file(file.read(), today=today(), **told)
        return lambda: self.written(reading, dry_run)

    @transaction.atomic
    def queued(self, data, dry_run, told):
        upload = programs.queue(data, now=timezone.now(), dry_run=dry_run, **told)
        tasks.take_in.enqueue(upload.pk)
        return Response(of_upload(upload), status=status.HTTP_202_ACCEPTED)

    def written(self, reading: Reading, dry_run):
        result = reading.write(dry_run=dry_run)
        extra: dict = {"file_name": reading.job.file_name}
        if result.batch is not None:
            marked = bool(result.warnings)
            extra |= {"id": str(result.batch)} | links(result.batch, file=True, marked=marked)
        response = reply(result, extra)
        if response.status_code == status.HTTP_422_UNPROCESSABLE_ENTITY:
            upload = programs.keep_refused(reading, result, now=timezone.now())
            marked = programs.can_be_marked(upload)
            response.data |= {"id": str(upload.key)} | links(upload.key, file=True, marked=marked)
        return response

    @extend_schema(parameters=[ID, once.PARAMETER], request=UndoInput, responses=UNDO_ANSWERS)
    @action(detail=True, methods=["post"], parser_classes=api_settings.DEFAULT_PARSER_CLASSES)
    @once.once
    def undo(self, request, *args, **kwargs):
        """Take an import back: reversals and before-images, line by line, in one act."""
        found = self.get_object()
        if isinstance(found, Upload):
            raise Conflict(_("Nothing was written from this file, so there is nothing to undo."))
        reason = self.read(UndoInput)["reason"]
        try:
            undone = undo_batch(found, by=request.user, reason=reason)
        except Refused as refused:
            if any(problem.code == "undone" for problems in refused.by_row.values() for problem in problems):
                raise Conflict(" ".join(refused.messages)) from None
            raise
        code = status.HTTP_409_CONFLICT if undone.batch is None else status.HTTP_201_CREATED
        return Response(undone.as_json(), status=code)


def kept_file(found: Batch | Upload) -> Upload:
    upload = found if isinstance(found, Upload) else getattr(found, "upload", None)
    if upload is None:
        raise exceptions.NotFound(_("The file of this import was not kept."))
    return upload


def as_download(data: bytes, name: str, content_type: str) -> FileResponse:
    return FileResponse(BytesIO(data), as_attachment=True, filename=name, content_type=content_type)
