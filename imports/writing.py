"""From judged rows to rows in the database: one comparison, one transaction, all of it or nothing."""

from collections.abc import Sequence
from contextlib import contextmanager, nullcontext

from django.db import OperationalError, connection, transaction
from django.db.models import Count
from django.utils.translation import ngettext
from psycopg2.errorcodes import DEADLOCK_DETECTED, LOCK_NOT_AVAILABLE

from organizations import bulk
from organizations.ledger import writing
from organizations.models import Batch, BatchRow, LedgerHead
from organizations.problems import Conflict, Problem
from vietnamese.numbers import format_count
from vietnamese.text import clean, search_key

from .job import CREATED, ELSEWHERE, UNCHANGED, UPDATED, Job, Row
from .kinds import KINDS, RowsRefused, WorkbookKind
from .marking.findings import HEADING
from .result import CHECKED, REFUSED, WRITTEN, Result

ORDER = frozenset({"stt", "tt", "so tt", "so thu tu"})  # the column that only numbers the lines
ATTEMPTS = 5  # when others write in the zones between comparison and lock, or do not let go of them
REHEARSALS = 5  # how often good rows are tried again without those an action refused, to find all errors at once
TURN = 28_000  # first half of the key of the advisory lock that lets imports of one kind and zone take turns


class _TakenBack(Exception):
    """A rehearsal is over."""


class _Moved(Exception):
    """Somebody wrote in one of the zones (the argument) between the comparison and the lock: compare again."""


def compare(job: Job, kind: WorkbookKind) -> dict[int, int]:
    """Resolve the rows against what is recorded; returns the versions of the ledgers this holds for, by zone.

    Of all zones: the lines of one may be about organisations of those below it, or handed over by another.
    """
    versions = dict(LedgerHead.objects.order_by().values_list("zone_id", "version"))
    kind.resolve(job)
    return versions


@bulk.seldom_collected()
def judge(job: Job, kind: WorkbookKind) -> None:
    """Name all that is wrong and all that writing would change. Nothing stays written."""
    versions = compare(job, kind)
    if job.errors:
        if kind.rehearsed:
            _find_more(job, kind)
    elif kind.rehearsed and job.changed_rows():
        try:
            _record(job, kind, "", versions, dry_run=True)
        except _Moved:
            pass  # judged again before it is written
        except RowsRefused as refused:
            _name(job, kind, refused)
            _find_more(job, kind)


@bulk.seldom_collected()
def write(job: Job, kind: WorkbookKind, digest: str, dry_run: bool = False) -> Result:
    """Compare the rows that were read with what is recorded, and write them, or say all that is wrong.

    Raises Conflict when others keep writing in the same zones meanwhile.
    """
    as_read, zones = _AsRead(job), set()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            # who lost the race holds the ledgers from the comparison on, and wins
            with _turn(job, kind), _held(zones) if attempt > 1 else nullcontext():
                return _write(job, kind, digest, dry_run)
        except _Moved as moved:
            zones |= moved.args[0]
        except OperationalError as error:
            if not _is_crowded(error) or connection.in_atomic_block or attempt == ATTEMPTS:
                raise
        as_read.restore()
    raise Conflict


class _AsRead:
    """The rows and findings of a job before they were compared, to be compared again."""

    def __init__(self, job):
        self.job = job
        self.errors, self.warnings, self.unsaid = list(job.errors), list(job.warnings), job.unsaid
        self.rows = [(row, dict(row.values), row.failed, row.wrong) for row in job.rows]

    def restore(self):
        self.job.errors, self.job.warnings, self.job.unsaid = list(self.errors), list(self.warnings), self.unsaid
        for row, values, failed, wrong in self.rows:
            row.values, row.failed, row.wrong = dict(values), failed, wrong
            row.outcome, row.draft, row.existing, row.before = UNCHANGED, None, None, {}


@contextmanager
def _turn(job, kind):
    """Wait until no other import of this kind and zone is between its comparison and its end."""
    key = [TURN + list(KINDS).index(kind.name), job.zone.pk if job.zone else 0]
    if connection.vendor != "postgresql":
        yield
    elif connection.in_atomic_block:  # then the turn ends when that is committed, not before
        _ask("SELECT pg_advisory_xact_lock(%s, %s)", key)
        yield
    else:
        _ask("SELECT pg_advisory_lock(%s, %s)", key)
        try:
            yield
        finally:
            _ask("SELECT pg_advisory_unlock(%s, %s)", key)


@contextmanager
def _held(zones):
    """Keep all others from writing in the zones; on SQLite, which has one writer, from writing at all."""
    with transaction.atomic():
        list(LedgerHead.objects.select_for_update().filter(zone__in=zones).order_by("zone_id"))
        yield


def _is_crowded(error: OperationalError) -> bool:
    """Whether others held for too long what this waited for, or waited for each other in a circle."""
    cause = error.__cause__
    if connection.vendor == "sqlite":
        return getattr(cause, "sqlite_errorname", "").startswith("SQLITE_BUSY")
    return getattr(cause, "pgcode", None) in (LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED)


def _ask(statement, parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _write(job, kind, digest, dry_run) -> Result:
    versions = compare(job, kind)
    if job.errors:
        if kind.rehearsed:
            _find_more(job, kind)
        return _result(job, kind, REFUSED)
    if not job.changed_rows():
        return _result(job, kind, CHECKED if dry_run else WRITTEN)
    try:
        batch = _record(job, kind, digest, versions, dry_run)
    except RowsRefused as refused:
        _name(job, kind, refused)
        if kind.rehearsed:
            _find_more(job, kind)
        return _result(job, kind, REFUSED)
    return _result(job, kind, CHECKED if dry_run else WRITTEN, batch)


def _record(job, kind, digest, versions, dry_run):
    """Batch, lines and acts in one transaction; returns the batch, None after a rehearsal."""
    batch = None
    try:
        with transaction.atomic(), writing(zones=kind.zones(job), by=job.by) as book:
            if any(head.version != versions.get(zone_id, 0) for zone_id, head in book.heads.items()):
                raise _Moved(set(book.heads))
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
            if job.keep:
                job.keep(batch)
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
    """Store each line's warnings with it; they are known only when the acts are done.

    What tells of another zone is not stored: whoever reads this zone reads the batch.
    """
    if not warned:
        return
    texts: dict[int, list] = {}
    for finding in (one for one in job.warnings if one.code != ELSEWHERE):
        texts.setdefault(finding.row, []).append(
            {"column": clean(finding.column), "value": clean(finding.value)[:200], "message": finding.message}
        )
    told = [BatchRow(pk=row.batch_row, warnings=texts[row.number]) for row in warned if row.number in texts]
    bulk.update(BatchRow, told, ["warnings"])


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
    if job.unsaid:
        words = ngettext(
            "Errors of %(count)s more line are not listed.",
            "Errors of %(count)s more lines are not listed.",
            job.unsaid,
        )
        job.general_error(words % {"count": format_count(job.unsaid)})
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
            if place not in used and title and search_key(title) not in ORDER and not title.endswith(HEADING)
        ],
    )  # fmt: skip
