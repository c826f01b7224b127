"""The one door for workbooks: command, page and API all call ``import_file``.

Reading, checking and comparing come first, without a transaction; then everything is written in one, or nothing.
"""

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organizations.access import Act, may, require, scope_of
from organizations.bulk import seldom_collected
from organizations.fields import explain
from organizations.models import Assignment, Batch, Park, Zone
from organizations.problems import Conflict
from vietnamese.errors import Unreadable
from vietnamese.text import clean

from . import reader
from .detection import find_table
from .job import Finding, Job, NoTable
from .kinds import KINDS, WorkbookKind
from .lookups import Parks
from .models import Upload, keep_file
from .reader import legacy
from .reader.refusals import nothing_written
from .reader.table import counted_on, read_body
from .result import FORBIDDEN, REFUSED, UNREADABLE, Result
from .writing import write


@seldom_collected()
@dataclass(slots=True)
class Reading:
    """A file that was read for ``job``: all that writing it needs, or the ``refusal`` it met before that."""

    job: Job
    data: bytes = b""
    kind: WorkbookKind | None = None
    refusal: Result | None = None
    sheets: list[reader.Sheet] = field(default_factory=list)
    converts_legacy: bool | None = None
    upload: Upload | None = None  # what keeps the file already; without one, a batch gets its own

    def write(self, *, dry_run: bool = False) -> Result:
        """Write the rows, all or nothing; ``dry_run`` judges them as if. Never raises for what a file may hold."""
        if self.refusal:
            return self.refusal
        self.job.keep = self.keep
        try:
            with transaction.atomic() if connection.in_atomic_block else nullcontext():
                return write(self.job, self.kind, hashlib.sha256(self.data).hexdigest(), dry_run)
        except STOPPED as error:
            return refused(self.job, error)

    def keep(self, batch: Batch) -> None:
        """Keep the file the batch was read from, so that any row leads back to its line."""
        upload = self.upload or self.new_upload(at=batch.recorded_at)
        self.describe(upload)
        upload.state, upload.batch, upload.kind, upload.zone = Upload.State.WRITTEN, batch, batch.kind, batch.zone
        upload.answer = None
        upload.save()

    def new_upload(self, *, at: datetime) -> Upload:
        """A row, not yet saved, that keeps the file."""
        file, digest = keep_file(self.data)
        return Upload(
            owner=self.job.by, name=self.job.file_name, file=file, sha256=digest, size=len(self.data),
            created_at=at, expires_at=at,
        )  # fmt: skip

    def describe(self, upload: Upload) -> None:
        """Tell the upload where the table stands in the file and what was said about it, as far as reading came."""
        job = self.job
        upload.zone, upload.converts_legacy = job.zone, self.converts_legacy
        upload.counted_on, upload.corrections = job.counted_on, clean(job.corrections or "")[:500]
        upload.park = job.park if isinstance(job.park, Park) else None
        upload.sheet = job.sheet.name.replace("\0", "")[:120] if job.sheet else ""
        if job.header:
            width = max(job.header.titles, default=-1) + 1
            upload.titles = [job.header.titles.get(place, "") for place in range(width)]
            upload.first_header, upload.last_header = job.header.first, job.header.last
            upload.columns = job.header.fields


def import_file(source: Path | bytes, *, dry_run: bool = False, **asked) -> Result:
    """Take in the workbook ``source`` as ``read_file`` reads it, all or nothing. ``dry_run`` only judges it."""
    return read_file(source, **asked).write(dry_run=dry_run)


def read_file(
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
    converts_legacy: bool | None = None,
) -> Reading:
    """Read the workbook ``source`` (a path or the bytes sent), brought by the user ``by``; no transaction is open yet.

    ``kind`` and ``sheet`` are found when they are not given; ``zone`` is needed unless ``by`` has exactly one.
    ``park`` names the park of every row, ``counted`` dates counts of workers and members, ``corrections`` is the
    reason under which facts recorded with another quantity are corrected. ``converts_legacy`` says what to do with
    text in fonts older than Unicode; None refuses it, for nobody has agreed. Never raises for what a file may hold
    or a person may not do.
    """
    job = Job(by=by, today=today, file_name=clean(name)[:255], counted_on=counted, corrections=corrections or None)
    reading = Reading(job, converts_legacy=converts_legacy)
    try:
        reading.data = reader.load(source, job.file_name)
        reading.sheets = read_sheets(reading.data, job.file_name, converts_legacy)
        if converts_legacy is None and (found := legacy.doubt(reading.sheets)):
            raise NoTable(
                _("%(found)s Say whether it is to be converted.") % {"found": found.sentence()}, code="needs_legacy"
            )
        if kind is not None and kind not in KINDS:
            raise NoTable(
                _("There is no kind “%(kind)s”; there are: %(kinds)s.") % {"kind": kind, "kinds": ", ".join(KINDS)}
            )
        job.zone = zone
        job.park = park  # until the zone is known, that there is one is enough
        reading.kind = find_table(job, reading.sheets, sheet_name=sheet, kind_name=kind)
        settle_place(job, reading.kind, park)
        read_lines(job)
        parse_lines(job, reading.kind)
    except reader.Unusable as refusal:
        reading.refusal = unusable(refusal)
    except STOPPED as error:
        reading.refusal = refused(job, error)
    return reading


STOPPED = (NoTable, PermissionDenied, Conflict, OperationalError)  # what stops an import as a whole


def unusable(refusal: reader.Unusable) -> Result:
    """The answer about a file that cannot be read."""
    finding = Finding(refusal.params.get("sheet", ""), None, "", "", str(refusal))
    return Result(UNREADABLE, errors=[finding], code=refusal.code, too_large=refusal.is_too_large)


def refused(job: Job, error: Exception) -> Result:
    """The answer when ``error`` (one of STOPPED) has stopped the import of ``job``."""
    known = job.sheet.name if job.sheet else None
    sheet, line, code = known or "", None, FORBIDDEN if isinstance(error, PermissionDenied) else ""
    if isinstance(error, NoTable):
        sheet, line, code = error.sheet or sheet, error.line, error.code
    finding = Finding(sheet, line, "", "", f"{reason(error)} {nothing_written()}", code=code)
    return Result(REFUSED, errors=[finding], sheet=known, code=code)


def read_sheets(data: bytes, name: str, converts_legacy: bool | None) -> list[reader.Sheet]:
    """The sheets of the file, text in fonts older than Unicode converted when that was agreed to. Raises Unusable."""
    sheets = reader.read(data, name)
    return legacy.converted(sheets) if converts_legacy else sheets


def reason(error: Exception) -> str:
    """Why nothing could be written, for what stopped an import as a whole."""
    if isinstance(error, Conflict):
        return _("Somebody else has changed these rows meanwhile: import the file again.")
    if isinstance(error, OperationalError):
        return _("The database is busy: import the file again in a moment.")
    return str(error)


# ------------------------------------------------------------------------------------------ before writing


def settle_place(job, kind: WorkbookKind, park):
    """The zone and the park that hold for the whole file, and the right to import there."""
    if kind.needs_zone:
        job.zone = job.zone or only_zone(job.by)
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


def only_zone(user) -> Zone:
    """The one zone in which ``user`` may import facts; NoTable when there are several."""
    if scope_of(user).zone_ids is None and may(user, Act.IMPORT, None):
        zones = list(Zone.objects.all()[:2])
    else:
        roles = Assignment.objects.in_force(timezone.localdate()).filter(user=user).select_related("zone")
        zones = list({row.zone_id: row.zone for row in roles if row.zone and may(user, Act.IMPORT, row.zone)}.values())
    if len(zones) == 1:
        return zones[0]
    if not zones:
        raise PermissionDenied(_("%(user)s may import in no zone: ask an administrator for the role.") % {"user": user})
    raise NoTable(_("Say for which zone the file is."), code="needs_zone")


def read_lines(job: Job) -> None:
    """Take the lines of data from the job's sheet, and the day of the counts when it is said above them."""
    job.body = read_body(job.sheet, job.header, job.layout)
    if not job.body.lines and not job.body.orphan_dittos:
        raise NoTable(
            _("There is no line of data below the title row of sheet “%(sheet)s”: fill in the table.")
            % {"sheet": job.sheet.name},
            job.header.last + 1,
        )
    if job.counted_on is None:
        job.counted_on, wrong = counted_on(job.sheet, job.header)
        if wrong:
            line, text, error = wrong
            job.general_error(explain(error), line=line, value=text)


def parse_lines(job: Job, kind: WorkbookKind) -> None:
    """Read every cell of the lines taken; what cannot be read becomes an error of its row."""
    kind.prepare(job)
    job.read_rows()


__all__ = ["Reading", "Result", "import_file", "read_file"]
