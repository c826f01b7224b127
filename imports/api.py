"""Imports over HTTP: a file in, what came of it, the file back with its wrong cells marked, and the way back."""

from io import BytesIO
from uuid import UUID

import django_filters as filters
from django.db import transaction
from django.db.models import F
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, parsers, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.settings import api_settings

from organizations import api
from organizations.access import Act, may_somewhere, reads_all_of
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
from organizations.api.registers import SUBTREE, WORDS
from organizations.models import Batch
from organizations.problems import Conflict, Refused

from . import programs, tasks
from .answers import (
    ANSWERS,
    UNDO_ANSWERS,
    ImportAnswer,
    ImportInput,
    ImportRow,
    UndoInput,
    links,
    of_batch,
    of_upload,
    reply,
)
from .backfile import marked_name
from .intake import Reading, read_file, unusable
from .limit import Limit
from .models import Upload
from .reader import LARGEST_FILE, Unusable
from .result import REFUSED, UNREADABLE
from .undo import undo_batch

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ID = OpenApiParameter(
    "id", str, OpenApiParameter.PATH, description="The `id` an import was answered with: a number, or a UUID."
)


class ImportFilters(filters.FilterSet):
    zone = ZoneFilter(field_name="zone", help_text=SUBTREE)
    search = NamesFilter(lambda row: (row.file_name, row.sheet), help_text=WORDS)
    ordering = OrderFilter("recorded_at", "kind", "id")
    kind = filters.CharFilter(help_text=gettext_lazy("enterprises, organizations, events, headcounts or targets."))
    recorded_on__gte = DayFilter(field_name="recorded_at", lookup_expr="date__gte")
    recorded_on__lte = DayFilter(field_name="recorded_at", lookup_expr="date__lte")


class Imports(api.Rows):
    """What was written from one file: how many rows were created, updated, unchanged, and what undid it.

    POST takes in a workbook, all of it or nothing.
    """

    queryset = Batch.objects.none()
    serializer_class = ImportRow
    filterset_class = ImportFilters
    parser_classes = [parsers.MultiPartParser]
    lookup_value_regex = "[0-9]{1,18}|[0-9a-fA-F-]{36}"

    def rows(self):
        related = ("zone", "recorded_by", *([] if self.action == "list" else ["upload__owner"]))
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
        return Response(of_upload(found) if isinstance(found, Upload) else of_batch(found, request.user))

    @extend_schema(parameters=[ID], responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request, *args, **kwargs):
        """The file as it was sent."""
        upload = kept_file(self.get_object(), request.user)
        return as_download(self.fetched(upload.bytes), upload.name, "application/octet-stream")

    @extend_schema(parameters=[ID], responses={(200, XLSX): OpenApiTypes.BINARY})
    def marked(self, request, *args, **kwargs):
        """The same workbook with its wrong cells red and a reason for each line; of a batch, what was warned."""
        found = self.get_object()
        upload = kept_file(found, request.user)
        if found is upload:
            data = programs.can_be_marked(upload) and self.fetched(programs.marked_refusal, upload)
        else:
            warned = programs.warnings(found)
            data = warned and self.fetched(programs.marked_batch, upload, warned)
        if not data:
            raise exceptions.NotFound(_("There is nothing to mark in this file."))
        return as_download(data, marked_name(upload.name), XLSX)

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
            extra |= {"id": result.batch} | links(result.batch, file=True, marked=marked)
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


def kept_file(found: Batch | Upload, user) -> Upload:
    upload = found if isinstance(found, Upload) else getattr(found, "upload", None)
    if upload is None or not reads_all_of(user, upload.owner):
        raise exceptions.NotFound(_("The file of this import was not kept."))
    return upload


def as_download(data: bytes, name: str, content_type: str) -> FileResponse:
    return FileResponse(BytesIO(data), as_attachment=True, filename=name, content_type=content_type)
