"""What programs bring: refused files kept for the marked workbook, large ones for a worker, and their answers."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from organizations.models import Batch, BatchRow, Zone
from vietnamese.text import clean

from . import backfile, intake
from .backfile import Mark
from .intake import Reading, read_file
from .job import Finding
from .models import KEPT, Upload, keep_file
from .reader import nothing_written
from .result import REFUSED, WRITTEN, Result

BACKGROUND_FROM = 2 * 2**20  # bytes
GIVEN_UP = timedelta(hours=1)  # a worker that has not answered by then was stopped: its transaction went with it
QUEUED, RUNNING = "queued", "running"


def has_worker() -> bool:
    """Whether another process does the long work (TASKS=database)."""
    return not settings.TASKS["default"]["BACKEND"].endswith("ImmediateBackend")


# ------------------------------------------------------------------------------------------ refused


def keep_refused(reading: Reading, result: Result, *, now: datetime) -> Upload:
    """Keep the file with all that was said about it, so that its marked workbook can be fetched for a while."""
    upload = reading.upload or reading.new_upload(at=now)
    reading.describe(upload)
    upload.kind, upload.expires_at = result.kind or "", now + KEPT
    upload.state = Upload.State.WRITTEN if result.status == WRITTEN else Upload.State.SENT
    upload.answer = {"result": result.as_json()} | _places(reading, result)
    upload.save()
    return upload


def _places(reading, result) -> dict:
    """Where the findings belong in the file: those about the file as a whole beside its titles."""
    job, findings = reading.job, [(one, True) for one in result.errors] + [(one, False) for one in result.warnings]
    named = next((one.sheet for one, _is_error in findings if one.sheet), "")
    readable = [sheet.name for sheet in reading.sheets if sheet.problem is None]
    line = job.header.last + 1 if job.header else next((one.row for one, _is_error in findings if one.row), 1)
    return {
        "sheet": named or (readable[0] if readable else ""),
        "header_line": line,
        "marks": [[one.row or line, one.place, one.message, is_error] for one, is_error in findings],
    }


# ------------------------------------------------------------------------------------------ by a worker


def queue(data: bytes, *, name: str, by, now: datetime, dry_run: bool, **asked) -> Upload:
    """Keep the file with what was asked (the options of ``read_file``) until a worker takes it in."""
    file, digest = keep_file(data)
    zone, counted = asked.pop("zone", None), asked.pop("counted", None)
    told = asked | {"zone": zone and zone.code, "counted": counted and counted.isoformat(), "dry_run": dry_run}
    return Upload.objects.create(
        owner=by, name=clean(name)[:255], file=file, sha256=digest, size=len(data), state=Upload.State.QUEUED,
        zone=zone, answer={"asked": told}, created_at=now, expires_at=now + KEPT,
    )  # fmt: skip


def take_in(upload_id: int, *, now: datetime, today: date) -> None:
    """Import a queued file and store what came of it. A file taken up already is left alone."""
    with transaction.atomic():
        upload = Upload.objects.select_for_update().filter(pk=upload_id, state=Upload.State.QUEUED).first()
        if upload is None:
            return
        upload.state, upload.claimed_at = Upload.State.RUNNING, now
        upload.save(update_fields=["state", "claimed_at"])
    with translation.override(upload.owner.language):
        asked = dict(upload.answer["asked"])
        dry_run, zone, counted = asked.pop("dry_run"), asked.pop("zone"), asked.pop("counted")
        reading = Reading(job=intake.Job(by=upload.owner, today=today, file_name=upload.name), upload=upload)
        result = _stopped()
        try:
            reading = read_file(
                upload.bytes(), name=upload.name, by=upload.owner, today=today,
                zone=zone and Zone.objects.get(code=zone), counted=counted and date.fromisoformat(counted), **asked,
            )  # fmt: skip
            reading.upload = upload
            result = reading.write(dry_run=dry_run)
        finally:
            if result.batch is None:
                keep_refused(reading, result, now=now)


def _stopped() -> Result:
    message = f"{_('The import stopped unexpectedly.')} {nothing_written()}"
    return Result(REFUSED, errors=[Finding("", None, "", "", message)])


# ------------------------------------------------------------------------------------------ answers


def answer(upload: Upload, *, now: datetime) -> dict:
    """What is known of a file without a batch: waiting, at work, or what came of it. Nothing is said twice."""
    if upload.state == Upload.State.QUEUED:
        return Result(QUEUED).as_json()
    if upload.state == Upload.State.RUNNING:
        given_up = upload.claimed_at is None or upload.claimed_at < now - GIVEN_UP
        return (_stopped() if given_up else Result(RUNNING)).as_json()
    return upload.answer["result"]


def warnings(batch: Batch) -> list[dict]:
    """The warnings stored with the lines of a batch."""
    rows = BatchRow.objects.filter(batch=batch).exclude(warnings=[]).order_by("line")
    return [
        {"sheet": row.sheet, "row": row.line, "column": "", "value": "", "message": ""} | warning
        for row in rows
        for warning in row.warnings
    ]


def can_be_marked(upload: Upload | None) -> bool:
    return bool(upload and upload.answer and upload.answer.get("marks") and upload.answer["sheet"])


def marked_refusal(upload: Upload) -> bytes:
    """The refused file with its wrong cells red and a reason for each line."""
    told = upload.answer
    return _marked(upload, told["sheet"], told["header_line"], [Mark(*mark) for mark in told["marks"]])


def marked_batch(upload: Upload, warned: Iterable[Mapping]) -> bytes:
    """The file of a batch with what was warned about."""
    places = {clean(title): place for place, title in reversed(list(enumerate(upload.titles)))}
    marks = [Mark(one["row"], places.get(one["column"]), one["message"], False) for one in warned]
    return _marked(upload, upload.sheet, upload.last_header + 1, marks)


def _marked(upload, sheet, header_line, marks):
    data = upload.bytes()
    sheets = intake.read_sheets(data, upload.name, True) if upload.converts_legacy else None
    return backfile.marked(data, upload.name, sheet=sheet, header_line=header_line, marks=marks, sheets=sheets)
