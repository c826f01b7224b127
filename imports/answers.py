"""What an import is told over HTTP, and what it answers: bodies, answers, and the codes that say the same."""

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema_field
from rest_framework import serializers, status
from rest_framework.response import Response

from organizations import api
from organizations.access import reads_all_of
from organizations.api.inputs import TextField
from organizations.api_fields import DateField
from organizations.models import Batch, BatchRow

from . import programs
from .kinds import KINDS
from .models import Upload
from .reader import nothing_written
from .result import CHECKED, FORBIDDEN, REFUSED, UNREADABLE, WRITTEN, Result

NO_WORKBOOK = frozenset({"not_a_workbook", "other_office_file", "web_page"})
STATES = [programs.QUEUED, programs.RUNNING, WRITTEN, CHECKED, REFUSED, UNREADABLE]


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


class LeftOut(serializers.Serializer):
    row = serializers.IntegerField()
    reason = serializers.CharField()


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string", "format": "uuid"}], "nullable": True})
class ImportId(serializers.CharField):
    pass


class ImportAnswer(serializers.Serializer):
    """What came of an import. The counts are of workbook rows; a dry run counts what would be."""

    id = ImportId(allow_null=True, help_text="Ask for it later: a number once written, else a UUID.")
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
    ignored = LeftOut(many=True, required=False, help_text="Lines left out: totals, signatures. Not said of a batch.")
    unused_columns = serializers.ListField(child=serializers.CharField(), required=False)
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


def links(pk, *, file: bool, marked: bool) -> dict:
    address = f"/api/v1/imports/{pk}/"
    return {"file": f"{address}file/" if file else None, "errors_xlsx": f"{address}errors.xlsx" if marked else None}


def of_upload(upload: Upload) -> dict:
    """The answer about a file that became no batch, or not yet."""
    told = {"id": str(upload.key)} | programs.answer(upload, now=timezone.now())
    return told | {"file_name": upload.name} | links(upload.key, file=True, marked=programs.can_be_marked(upload))


def of_batch(batch: Batch, user) -> dict:
    """The answer about a batch: what the database holds."""
    told = ImportRow(batch).data | {"status": WRITTEN, "batch": batch.pk, "rejected": 0, "errors": [], "cure": ""}
    if batch.undoes_id is None:
        stored = dict(batch.rows.order_by().values_list("outcome").annotate(Count("pk")))
        told |= {outcome: stored.get(outcome, 0) for outcome in (BatchRow.Outcome.CREATED, BatchRow.Outcome.UPDATED)}
    told["warnings"] = programs.warnings(batch)
    kept = hasattr(batch, "upload") and reads_all_of(user, batch.upload.owner)
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
        whole = [finding.message for finding in result.errors if finding.row is None]
        body["detail"] = " ".join(whole) or nothing_written()
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
