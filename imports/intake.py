"""The one door for workbooks: command, page and API all call ``import_file``.

Reading, checking and comparing come first, without a transaction; then everything is written in one, or nothing.
"""

import hashlib
from datetime import date
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from organizations.access import Act, may, require, scope_of
from organizations.bulk import seldom_collected
from organizations.fields import explain
from organizations.models import Assignment, Batch, Zone
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
from .result import REFUSED, UNREADABLE, Result
from .writing import write


@seldom_collected()
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
    converts_legacy: bool | None = None,
    dry_run: bool = False,
) -> Result:
    """Take in the workbook ``source`` (a path or the bytes sent), recorded by the user ``by``.

    ``kind`` and ``sheet`` are found when they are not given; ``zone`` is needed unless ``by`` has exactly one.
    ``park`` names the park of every row, ``counted`` dates counts of workers and members, ``corrections`` is the
    reason under which facts recorded with another quantity are corrected. ``converts_legacy`` says what to do with
    text in fonts older than Unicode; None refuses it, for nobody has agreed. All or nothing; never raises for what
    a file may hold or a person may not do.
    """
    job = Job(by=by, today=today, file_name=clean(name)[:255], counted_on=counted, corrections=corrections or None)
    try:
        data = reader.load(source, job.file_name)
        sheets = read_sheets(data, job.file_name, converts_legacy)
        if converts_legacy is None and (found := legacy.doubt(sheets)):
            raise NoTable(
                _("%(found)s Say whether it is to be converted: “--legacy convert”, or “--legacy keep”.")
                % {"found": found.sentence()}
            )
        if kind is not None and kind not in KINDS:
            raise NoTable(
                _("There is no kind “%(kind)s”; there are: %(kinds)s.") % {"kind": kind, "kinds": ", ".join(KINDS)}
            )
        job.zone = zone
        job.park = park  # until the zone is known, that there is one is enough
        workbook_kind = find_table(job, sheets, sheet_name=sheet, kind_name=kind)
        settle_place(job, workbook_kind, park)
        read_lines(job)
        parse_lines(job, workbook_kind)
        job.keep = lambda batch: keep_with(batch, job, data)
        return write(job, workbook_kind, hashlib.sha256(data).hexdigest(), dry_run)
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
        return _refused(job, [Finding("", None, "", "", f"{reason(error)} {nothing_written()}")])


def keep_with(batch: Batch, job: Job, data: bytes) -> None:
    """Keep the file a batch was read from, so that any row leads back to its line."""
    file, digest = keep_file(data)
    Upload.objects.create(
        owner=job.by, name=job.file_name, file=file, sha256=digest, size=len(data), state=Upload.State.WRITTEN,
        kind=batch.kind, zone=batch.zone, park=job.park, sheet=batch.sheet, counted_on=job.counted_on,
        corrections=batch.reason, first_header=job.header.first, last_header=job.header.last,
        columns=job.header.fields, batch=batch, created_at=batch.recorded_at, expires_at=batch.recorded_at,
    )  # fmt: skip


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


def _refused(job, errors):
    return Result(REFUSED, errors=errors, sheet=job.sheet.name if job.sheet else None)


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
    raise NoTable(_("Say for which zone the file is, with its code (“--zone”)."))


def read_lines(job: Job) -> None:
    """Take the lines of data from the job's sheet, and the day of the counts when it is said above them."""
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


def parse_lines(job: Job, kind: WorkbookKind) -> None:
    """Read every cell of the lines taken; what cannot be read becomes an error of its row."""
    kind.prepare(job)
    job.read_rows()


__all__ = ["Result", "import_file"]
