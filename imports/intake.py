"""The one door for workbooks: command, page and API all call ``import_file``.

Reading, checking and comparing come first, without a transaction; then everything is written in one, or nothing.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from organizations import bulk
from organizations.access import Act, may, require, scope_of
from organizations.fields import explain
from organizations.ledger import writing
from organizations.models import Assignment, Batch, BatchRow, LedgerHead, Zone
from organizations.problems import Conflict, Problem
from vietnamese.errors import Unreadable
from vietnamese.text import clean, search_key

from . import reader
from .detection import find_table
from .job import CREATED, UNCHANGED, UPDATED, Finding, Job, NoTable, Row
from .kinds import KINDS, RowsRefused, WorkbookKind
from .lookups import Parks
from .reader.refusals import nothing_written
from .reader.table import counted_on, read_body
from .result import CHECKED, REFUSED, UNREADABLE, WRITTEN, Result

ORDER = frozenset({"stt", "tt", "so tt", "so thu tu"})  # the column that only numbers the lines
REHEARSALS = 5  # how often good rows are tried again without those an action refused, to find all errors at once


class _TakenBack(Exception):
    """A rehearsal is over."""


class _Moved(Exception):
    """Somebody wrote in the zone between the comparison and the lock: compare again."""


def import_file(
    source: Path | bytes,
    *,
    name: str,
    by,
    today: date,
    kind: str | None = None,
    zone: Zone | None = None,
    sheet: str | None = None,
    park: str | None = None,
    counted: date | None = None,
    corrections: str | None = None,
    dry_run: bool = False,
) -> Result:
    """Take in the workbook ``source`` (a path or the bytes sent), recorded by the user ``by``.

    ``kind`` and ``sheet`` are found when they are not given; ``zone`` is needed unless ``by`` has exactly one.
    ``park`` names the park of every row, ``counted`` dates counts of workers and members, ``corrections`` is the
    reason under which facts recorded with another quantity are corrected. All or nothing; never raises for what a
    file may hold or a person may not do.
    """
    job = Job(by=by, today=today, file_name=clean(name)[:255], counted_on=counted, corrections=corrections or None)
    try:
        data = reader.load(source, job.file_name)
        sheets = reader.read(data, job.file_name)
        if kind is not None and kind not in KINDS:
            raise NoTable(
                _("There is no kind “%(kind)s”; there are: %(kinds)s.") % {"kind": kind, "kinds": ", ".join(KINDS)}
            )
        job.zone = zone
        job.park = park  # until the zone is known, that there is one is enough
        workbook_kind = find_table(job, sheets, sheet_name=sheet, kind_name=kind)
        _settle_place(job, workbook_kind, park)
        _read(job, workbook_kind)
        return _write(job, workbook_kind, hashlib.sha256(data).hexdigest(), dry_run)
    except reader.Unusable as refusal:
        finding = Finding(refusal.params.get("sheet", ""), None, "", "", str(refusal))
        return Result(UNREADABLE, errors=[finding], code=refusal.code, too_large=refusal.is_too_large)
    except NoTable as refusal:
        message, *place = refusal.args
        line, sheet_name = (*place, None, None)[:2]
        finding = Finding(
            sheet_name or (job.sheet.name if job.sheet else ""), line, "", "", f"{message} {nothing_written()}"
        )
        return _refused(job, [finding])
    except (PermissionDenied, Conflict, OperationalError) as error:
        return _refused(job, [Finding("", None, "", "", f"{_reason(error)} {nothing_written()}")])


def _reason(error):
    if isinstance(error, Conflict):
        return _("Somebody else has changed these rows meanwhile: import the file again.")
    if isinstance(error, OperationalError):
        return _("The database is busy: import the file again in a moment.")
    return str(error)


def _refused(job, errors):
    return Result(REFUSED, errors=errors, sheet=job.sheet.name if job.sheet else None)


# ------------------------------------------------------------------------------------------ before writing


def _settle_place(job, kind: WorkbookKind, park):
    """The zone and the park that hold for the whole file, and the right to import there."""
    if kind.needs_zone:
        job.zone = job.zone or _only_zone(job.by)
        require(job.by, kind.act, job.zone)
    elif job.zone is not None:
        require(job.by, kind.act, job.zone)
    job.park = None
    if park:
        if job.zone is None:
            return
        try:
            job.park = Parks(job.zone).find(park)
        except Unreadable as error:
            raise NoTable(explain(error)) from None


def _only_zone(user) -> Zone:
    """The one zone in which ``user`` may import; NoTable when there are several."""
    if scope_of(user).zone_ids is None and may(user, Act.IMPORT, None):
        zones = list(Zone.objects.all()[:2])
    else:
        roles = Assignment.objects.in_force(timezone.localdate()).filter(user=user).select_related("zone")
        zones = list({row.zone_id: row.zone for row in roles if row.zone and may(user, Act.IMPORT, row.zone)}.values())
    if len(zones) == 1:
        return zones[0]
    if not zones:
        raise PermissionDenied(_("%(user)s may import in no zone: ask an administrator for the role.") % {"user": user})
    raise NoTable(_("Say for which zone the file is, with its code (“--zone”)."))


def _read(job, kind):
    job.body = read_body(job.sheet, job.header, job.layout)
    if not job.body.lines and not job.body.orphan_dittos:
        raise NoTable(
            _("There is no line of data below the title row of sheet “%(sheet)s”.") % {"sheet": job.sheet.name},
            job.header.last + 1,
        )
    if job.counted_on is None:
        job.counted_on, wrong = counted_on(job.sheet, job.header)
        if wrong:
            line, text, error = wrong
            job.general_error(explain(error), line=line, value=text)
    kind.prepare(job)
    job.read_rows()


def _compare(job, kind):
    """Resolve the rows against what is recorded; returns the versions of the ledgers this holds for."""
    zones = kind.zones(job) if not kind.needs_zone else {job.zone.pk}
    versions = dict(LedgerHead.objects.filter(zone__in=zones).values_list("zone_id", "version"))
    kind.resolve(job)
    return versions


# ------------------------------------------------------------------------------------------ writing


def _write(job, kind, digest, dry_run) -> Result:
    read_errors, read_warnings = list(job.errors), list(job.warnings)
    read_rows = [(row, dict(row.values), row.failed) for row in job.rows]
    for _attempt in range(5):
        versions = _compare(job, kind)
        if job.errors:
            if kind.rehearsed:
                _find_more(job, kind)
            return _result(job, kind, REFUSED)
        if not job.changed_rows():
            return _result(job, kind, CHECKED if dry_run else WRITTEN)
        try:
            batch = _record(job, kind, digest, versions, dry_run)
        except _Moved:
            job.errors, job.warnings = list(read_errors), list(read_warnings)
            for row, values, failed in read_rows:
                row.values, row.failed = dict(values), failed
                row.outcome, row.draft, row.existing = UNCHANGED, None, None
            continue
        except RowsRefused as refused:
            _name(job, kind, refused)
            if kind.rehearsed:
                _find_more(job, kind)
            return _result(job, kind, REFUSED)
        return _result(job, kind, CHECKED if dry_run else WRITTEN, batch)
    raise Conflict


def _record(job, kind, digest, versions, dry_run):
    """Batch, lines and acts in one transaction; returns the batch, None after a rehearsal."""
    batch = None
    try:
        with transaction.atomic(), writing(zones=kind.zones(job), by=job.by) as book:
            for zone_id, version in versions.items():
                if zone_id in book.heads and book.heads[zone_id].version != version:
                    raise _Moved
            rows = job.changed_rows()
            batch = _batch(job, kind, digest, book)
            warned = _lines(job, batch, rows)
            for row, problems in kind.write(job, rows).items():
                for problem in problems:
                    _warn(job, kind, row, problem)
                warned.add(row)
            _keep_warnings(job, batch, warned)
            if dry_run:
                raise _TakenBack
    except _TakenBack:
        return None
    return batch


def _batch(job, kind, digest, book):
    outcomes = [row.outcome for row in job.rows]
    zone = job.zone or kind.zone_of_batch(job)
    return Batch.objects.create(
        kind=kind.name, zone=zone, file_name=job.file_name, sha256=digest, sheet=clean(job.sheet.name)[:120],
        recorded_by=job.by, recorded_at=book.recorded_at, created=outcomes.count(CREATED),
        updated=outcomes.count(UPDATED), unchanged=outcomes.count(UNCHANGED), reason=clean(job.corrections or "")[:500],
    )  # fmt: skip


def _lines(job, batch, rows: Sequence[Row]) -> set[Row]:
    """Store a line for each row that writes, and for each that was warned about; returns the latter."""
    numbers = {finding.row for finding in job.warnings}
    warned = {row for row in job.rows if row.number in numbers}
    kept = [row for row in job.rows if row.outcome != UNCHANGED or row in warned]
    ids = bulk.reserve(BatchRow, len(kept))
    bulk.write(
        BatchRow,
        {
            "id": ids,
            "batch_id": [batch.pk] * len(kept),
            "sheet": [batch.sheet] * len(kept),
            "line": [row.number for row in kept],
            "outcome": [row.outcome for row in kept],
            "warnings": [[]] * len(kept),
        },
    )
    for pk, row in zip(ids, kept, strict=True):
        row.batch_row = pk
    return warned


def _keep_warnings(job, batch, warned):
    """Store each line's warnings with it; they are known only when the acts are done."""
    if not warned:
        return
    texts: dict[int, list] = {}
    for finding in job.warnings:
        texts.setdefault(finding.row, []).append(
            {"column": clean(finding.column), "value": clean(finding.value)[:200], "message": finding.message}
        )
    BatchRow.objects.bulk_update(
        [BatchRow(pk=row.batch_row, warnings=texts[row.number]) for row in warned if row.number in texts],
        ["warnings"],
        batch_size=500,
    )


def _find_more(job, kind):
    """Try the good rows and take them back, so that one run names every error. Nothing stays written."""
    for _attempt in range(REHEARSALS):
        spoilt = kind.spoilt(job)
        rows = [row for row in job.changed_rows() if row not in spoilt]
        if not rows:
            return
        try:
            with transaction.atomic(), writing(zones=kind.zones(job), by=job.by):
                kind.write(job, rows)
                raise _TakenBack
        except _TakenBack:
            return
        except RowsRefused as refused:
            _name(job, kind, refused)


def _name(job, kind, refused: RowsRefused):
    """Turn an action's problems into errors of cells: one for each row and field."""
    for row, problems in refused.by_row.items():
        for name, problem in {kind.fields.get(one.field, one.field): one for one in reversed(problems)}.items():
            job.error(row, name, problem)


def _warn(job, kind, row, problem: Problem):
    job.warn(row, kind.fields.get(problem.field, problem.field), problem)


def _result(job, kind, status, batch=None) -> Result:
    outcomes = [row.outcome for row in job.rows if not row.failed]
    stored = {}
    if batch is not None:  # what the database holds, not what was meant
        stored = dict(batch.rows.order_by().values_list("outcome").annotate(Count("pk")))
    elif status == CHECKED:
        stored = {outcome: outcomes.count(outcome) for outcome in (CREATED, UPDATED)}
    used = set(job.header.fields.values())
    order = {row.number: place for place, row in enumerate(job.rows)}

    def by_line(finding):
        return order.get(finding.row, -1)

    return Result(
        status, batch and batch.pk,
        created=stored.get(CREATED, 0),
        updated=stored.get(UPDATED, 0),
        unchanged=outcomes.count(UNCHANGED),
        rejected=sum(row.failed for row in job.rows),
        errors=sorted(job.errors, key=by_line),
        warnings=sorted(job.warnings, key=by_line),
        kind=kind.name, sheet=job.sheet.name, zone=job.zone.code if job.zone else None,
        ignored=job.body.ignored,
        unused_columns=[
            title
            for place, title in job.header.titles.items()
            if place not in used and title and search_key(title) not in ORDER
        ],
    )  # fmt: skip


__all__ = ["Result", "import_file"]
