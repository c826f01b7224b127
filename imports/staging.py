"""Rows on their way in: staged in the database, judged as if written, mended in place, then written in one go.

What a row means is decided by the same kinds as for a whole file (``imports.kinds``); here it only waits.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _

from organizations import bulk
from organizations.access import may_somewhere, require
from organizations.actions.checks import chunks
from organizations.problems import Conflict
from vietnamese.errors import shown as quoted
from vietnamese.text import search_key

from . import intake
from .backfile import Mark
from .job import UPDATED, Finding, Job, NoTable
from .kinds import KINDS, WorkbookKind
from .models import StagedRow, Upload
from .reader.refusals import nothing_written
from .reader.sheet import Sheet, text_of
from .reader.table import Body, Header, Line, is_ditto
from .result import REFUSED, Result
from .writing import ORDER, judge, write

LEASE = timedelta(minutes=10)  # longer than any import is written
PART = 500  # rows brought up to date in one statement
State = StagedRow.State


# ------------------------------------------------------------------------------------------ cells as stored


def pack(cells: Sequence, wrong: Iterable[int] = ()) -> list:
    """Cells as JSON holds them: a date as ``{"d": "2026-11-23"}``, an error of the spreadsheet as ``{"e": 1}``."""
    packed = [_packed(cell) for cell in cells]
    for place in wrong:
        packed += [None] * (place + 1 - len(packed))
        packed[place] = {"e": 1}
    return packed


def _packed(cell):
    if isinstance(cell, str):
        return cell.replace("\x00", "") or None
    return {"d": cell.isoformat()} if isinstance(cell, date) else cell


def unpack(cells: Sequence) -> tuple[list, list[int]]:
    """The cells as the reader gave them, and the places of those that held an error."""
    plain, wrong = [], []
    for place, cell in enumerate(cells):
        if isinstance(cell, dict):
            if "e" in cell:
                wrong.append(place)
            cell = date.fromisoformat(cell["d"]) if "d" in cell else None
        plain.append(cell)
    return plain, wrong


def shown(cell) -> str:
    """A stored cell in words: a number with a comma, as people see it, which is no thousands point typed by them."""
    plain, wrong = unpack([cell])
    if wrong:
        return "#N/A"
    return quoted(plain[0]) if isinstance(plain[0], float) else text_of(plain[0])


def finding_json(finding: Finding, is_error: bool) -> dict:
    return {
        "field": finding.field,
        "place": finding.place,
        "value": finding.value[:200],
        "message": finding.message,
        "error": is_error,
        "offers": list(finding.offers),
        "code": finding.code,
    }


# ------------------------------------------------------------------------------------------ jobs of uploads


def job_of(upload: Upload, *, today: date, rows: Sequence[StagedRow]) -> tuple[Job, WorkbookKind]:
    """The job that the staged ``rows`` make, read but not yet compared. Raises PermissionDenied, NoTable."""
    kind = KINDS[upload.kind]
    job = Job(
        by=upload.owner, today=today, file_name=upload.name, zone=upload.zone, park=upload.park,
        counted_on=upload.counted_on, corrections=upload.corrections or None,
    )  # fmt: skip
    if job.zone is not None or kind.needs_zone:
        require(job.by, kind.act, job.zone)
    titles = dict(enumerate(upload.titles))
    job.header = Header(upload.first_header, upload.last_header, titles, dict(upload.columns))
    job.layout = kind.layout
    body, errors = Body(ignored=[tuple(one) for one in upload.ignored]), set()
    for row in rows:
        cells, wrong = unpack(row.cells)
        line = Line(row.line, cells)
        body.lines.append(line)
        errors |= {(row.line, place) for place in wrong}
        body.orphan_dittos += [
            (line, place) for place in upload.columns.values() if place < len(cells) and is_ditto(cells[place])
        ]
    job.sheet, job.body = Sheet(upload.sheet, errors=frozenset(errors)), body
    kind.prepare(job)
    job.read_rows()
    return job, kind


# ------------------------------------------------------------------------------------------ staging


def stage(upload: Upload, *, today: date, sheets: list[Sheet] | None = None) -> None:
    """Read the file by the upload's columns and stage its rows, judged. What was staged before is replaced.

    Raises Unusable, NoTable, PermissionDenied.
    """
    kind = KINDS[upload.kind]
    if not may_somewhere(upload.owner, kind.act):
        require(upload.owner, kind.act, upload.zone)
    job = Job(
        by=upload.owner, today=today, file_name=upload.name, zone=upload.zone, park=upload.park,
        counted_on=upload.counted_on, corrections=upload.corrections or None,
    )  # fmt: skip
    if sheets is None:
        sheets = intake.read_sheets(upload.bytes(), upload.name, upload.converts_legacy)
    job.sheet = next((sheet for sheet in sheets if sheet.name[:120] == upload.sheet), None)
    if job.sheet is None:
        raise NoTable(_("There is no sheet “%(sheet)s” in the file.") % {"sheet": upload.sheet})
    job.header = Header(
        upload.first_header, upload.last_header, dict(enumerate(upload.titles)), dict(upload.columns)
    )  # fmt: skip
    job.layout = kind.layout
    intake.settle_place(job, kind, upload.park and upload.park.name)
    intake.read_lines(job)
    intake.parse_lines(job, kind)
    judge(job, kind)
    wrong: dict[int, list[int]] = {}
    for line, place in job.sheet.errors:
        wrong.setdefault(line, []).append(place)
    judged = _judged(job)
    with transaction.atomic():
        found = locked(upload)
        found.rows.all().delete()
        ids = bulk.reserve(StagedRow, len(job.rows))
        bulk.write(
            StagedRow,
            {
                "id": ids,
                "upload_id": [upload.pk] * len(job.rows),
                "line": [row.number for row in job.rows],
                "cells": [pack(row.line.cells, wrong.get(row.number, ())) for row in job.rows],
                "typed": [{}] * len(job.rows),
                **{name: [judged[row.number][name] for row in job.rows] for name in JUDGED},
            },
        )
        upload.zone, upload.counted_on = job.zone, job.counted_on
        upload.ignored = [[line, str(reason)] for line, reason in job.body.ignored]
        upload.trouble = _trouble(job)
        upload.asks_day = bool(upload.trouble)
        upload.state = Upload.State.STAGED
        upload.version = found.version + 1
        upload.save()


def recheck(upload: Upload, *, today: date) -> None:
    """Judge the staged rows anew and store what has become of each. Call it with the upload locked."""
    rows = list(upload.rows.all())
    waiting = [row for row in rows if row.state != State.SKIPPED]
    job, kind = job_of(upload, today=today, rows=waiting)
    judge(job, kind)
    judged = _judged(job)
    changed = []
    for row in waiting:
        values = judged[row.line]
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    StagedRow.objects.bulk_update(changed, JUDGED, batch_size=PART)
    if not upload.asks_day or upload.counted_on:
        upload.trouble = _trouble(job)
    upload.version += 1
    upload.save()


JUDGED = ("state", "warned", "findings", "before")


def _judged(job: Job) -> dict[int, dict]:
    """What became of each line, by number: the judged columns of its staged row."""
    findings: dict[int, list] = {}
    for found, is_error in ((job.errors, True), (job.warnings, False)):
        for finding in found:
            if finding.row is not None:
                findings.setdefault(finding.row, []).append(finding_json(finding, is_error))
    judged = {}
    for row in job.rows:
        found = findings.get(row.number, [])
        if row.failed and not found:  # one of too many to be told
            found = [finding_json(Finding("", row.number, "", "", _("Mend the other lines first.")), True)]
        if row.failed:
            outside = any(one["code"] == "outside" for one in found if one["error"])
            state = State.OUTSIDE if outside else State.ERROR
        else:
            state = State(row.outcome)
        judged[row.number] = {
            "state": state.value,
            "warned": any(not one["error"] for one in found),
            "findings": found,
            "before": _before(row),
        }
    return judged


def _before(row):
    """What is recorded where a line that is stored with changes says otherwise."""
    return row.before if row.outcome == UPDATED and not row.failed else {}


def _trouble(job):
    """What is wrong with no line of data but with the file as a whole."""
    lines = {row.number for row in job.rows}
    return "\n".join(str(finding) for finding in job.errors if finding.row not in lines)


def locked(upload: Upload) -> Upload:
    """The upload as the database holds it, locked until the transaction ends. Raises Conflict when it is written."""
    found = Upload.objects.select_for_update().get(pk=upload.pk)
    if found.state not in (Upload.State.OPEN, Upload.State.STAGED):
        raise Conflict(_("These rows are being written or were written already."))
    return found


# ------------------------------------------------------------------------------------------ writing


def claim(upload: Upload, *, version: int, now: datetime) -> bool:
    """Take the upload up for writing, as the person saw it (``version``); False when it is taken or done already.

    Raises Conflict when its rows have changed since.
    """
    with transaction.atomic():
        found = Upload.objects.select_for_update().get(pk=upload.pk)
        if found.state != Upload.State.STAGED:
            return False
        if found.version != version:
            raise Conflict(_("The rows have changed since you saw them: look again."))
        found.state, found.claimed_at, found.trouble = Upload.State.QUEUED, now, ""
        found.save()
    return True


def run(upload_id: int, *, today: date) -> Result | None:
    """Write a claimed upload. What is wrong meanwhile sends it back to be mended; None when nothing was to run."""
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=upload_id)
        if upload.state != Upload.State.QUEUED:
            return None
        upload.state = Upload.State.RUNNING
        upload.save(update_fields=["state"])
    with translation.override(upload.owner.language):
        try:
            return _write(upload, today)
        except (PermissionDenied, NoTable, Conflict, OperationalError) as error:
            send_back(upload, intake.reason(error))
        except BaseException:
            send_back(upload, _("The import stopped unexpectedly."))
            raise
    return None


def has_died(upload: Upload, *, now: datetime) -> bool:
    """Whether the process that took the upload up for writing must have died: what it wrote was undone with it."""
    under_way = upload.state in (Upload.State.QUEUED, Upload.State.RUNNING)
    return under_way and upload.batch_id is None and upload.claimed_at < now - LEASE


def send_back(upload: Upload, trouble: str) -> None:
    """Nothing was written: the rows wait again, and the page says why."""
    Upload.objects.filter(pk=upload.pk, batch=None).update(
        state=Upload.State.STAGED, trouble=f"{trouble} {nothing_written()}"
    )


class _NotAsSeen(Exception):
    """Others have recorded something meanwhile: a line would not write what the person confirmed."""


def _write(upload, today) -> Result | None:
    rows = list(upload.rows.exclude(state=State.SKIPPED))
    job, kind = job_of(upload, today=today, rows=rows)
    seen = {row.line: (row.state, row.before) for row in rows}
    done = said_of_lines(upload)

    def keep(batch):
        if any((row.outcome, _before(row)) != seen[row.number] for row in job.changed_rows()):
            raise _NotAsSeen
        Upload.objects.filter(pk=upload.pk).update(batch=batch, state=Upload.State.WRITTEN, answer=done)

    job.keep = keep
    try:
        result = write(job, kind, upload.sha256)
    except _NotAsSeen:
        result = None
    if result is None or result.status == REFUSED:
        with transaction.atomic():
            send_back(upload, _("Something has changed since the rows were checked: look at the lines marked."))
            found = locked(upload)
            trouble = found.trouble
            recheck(found, today=today)
            _mark_refused(found, job)
            Upload.objects.filter(pk=upload.pk).update(trouble=trouble)
    elif result.batch is None:
        Upload.objects.filter(pk=upload.pk).update(state=Upload.State.WRITTEN, answer={"result": result.as_json()})
    return result


def _mark_refused(upload, job):
    """Show what only writing found wrong: judging alone would call the lines right again, and again refuse them."""
    judged = _judged(job)
    failed = [row.number for row in job.rows if row.failed]
    rows = [row for part in chunks(failed, PART) for row in upload.rows.filter(line__in=part)]
    for row in rows:
        for name, value in judged[row.line].items():
            setattr(row, name, value)
    StagedRow.objects.bulk_update(rows, JUDGED, batch_size=PART)


def unused(upload: Upload) -> list[str]:
    """The titles of columns that are not read; the one that only numbers the lines aside."""
    read = set(upload.columns.values())
    return [
        title
        for place, title in enumerate(upload.titles)
        if place not in read and title and search_key(title) not in ORDER
    ]


def said_of_lines(upload: Upload) -> dict:
    """What a person did to the lines before they were written: left out, and cells typed over (at most 500)."""
    skipped = list(upload.rows.filter(state=State.SKIPPED).order_by("line").values_list("line", flat=True)[:500])
    titles = dict(enumerate(upload.titles))
    mended = [
        [row.line, titles.get(int(place), ""), shown(before)[:80], shown(row.cells[int(place)])[:80]]
        for row in upload.rows.exclude(typed={}).exclude(state=State.SKIPPED).order_by("line")[:500]
        for place, before in row.typed.items()
    ]
    return {"skipped": skipped, "mended": mended}


def marks(upload: Upload) -> list[Mark]:
    """What is wrong with the staged rows, for the marked workbook."""
    rows = upload.rows.exclude(state=State.SKIPPED).exclude(findings=[]).order_by("line")
    return [
        Mark(line, one["place"], one["message"], one["error"])
        for line, findings in rows.values_list("line", "findings")
        for one in findings
    ]


def typed(upload: Upload) -> dict[tuple[int, int], str]:
    """The cells a person has mended, with what they hold now: (line, column from 0) → text."""
    rows = upload.rows.exclude(typed={})
    return {
        (row.line, int(place)): shown(row.cells[int(place)]) for row in rows for place in row.typed
    }  # fmt: skip


def counts(upload: Upload) -> Mapping[str, int]:
    """How many staged rows are in each state, with "warned" and "all"."""
    by_state = {state.value: Count("pk", filter=Q(state=state)) for state in State}
    return upload.rows.aggregate(**by_state, warned=Count("pk", filter=Q(warned=True)), all=Count("pk"))
