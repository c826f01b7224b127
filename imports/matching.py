"""From a file just brought to columns that are known: found by their titles, remembered, or matched by a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from organizations.access import Act, may, may_somewhere, require
from organizations.fields import explain
from organizations.models import Park, Zone
from vietnamese.dates import format_date
from vietnamese.errors import Unreadable
from vietnamese.numbers import format_count, format_decimal
from vietnamese.ranges import format_range
from vietnamese.tax_codes import TaxCode
from vietnamese.text import clean

from . import intake, reader, staging
from .detection import Candidate, best_of, survey
from .job import Job, NoTable
from .kinds import KINDS, WorkbookKind
from .kinds.enterprises import CHOICES
from .memory import Memory, remember
from .models import KEPT, Upload, keep_file
from .reader import legacy
from .reader.guess import column_of_firms
from .reader.sheet import Sheet, blank, text_of
from .reader.table import Header, guess_header, read_body, titles_of

SAMPLES = 3  # of a column
MOST_COLUMNS = 60  # shown to be matched: a page of all 200 would be as long as a book


def bring(
    source: Path | bytes,
    name: str,
    *,
    by,
    now: datetime,
    today: date,
    kind: str = "",
    zone: Zone | None = None,
    park: Park | None = None,
    counted_on: date | None = None,
) -> Upload:
    """Keep the file and, where all is clear, stage its rows. Raises Unusable or PermissionDenied, keeping nothing.

    What is not clear (old fonts, columns, several sheets) leaves the upload open, with the reason in ``trouble``.
    """
    name = clean(name)[:255]
    data = reader.load(source, name)
    sheets = reader.read(data, name)
    zone = zone or default_zone(by, kind)
    if zone is not None:
        require(by, KINDS[kind].act if kind else _act(by, zone), zone)
    elif not (may_somewhere(by, Act.IMPORT) or may_somewhere(by, Act.ASSIGN_TARGETS)):
        require(by, Act.IMPORT, zone)
    file, digest = keep_file(data)
    upload = Upload.objects.create(
        owner=by, name=name, file=file, sha256=digest, size=len(data), kind=kind, zone=zone, park=park,
        counted_on=counted_on, created_at=now, expires_at=now + KEPT,
    )  # fmt: skip
    try:
        go_on(upload, sheets, today=today)
    except PermissionDenied:
        upload.delete()
        raise
    return upload


def _act(by, zone):
    return Act.IMPORT if may(by, Act.IMPORT, zone) else Act.ASSIGN_TARGETS


def default_zone(by, kind: str = "") -> Zone | None:
    """The zone a file is for when nobody said: the only one in which ``by`` may import, if there is just one."""
    if kind and not KINDS[kind].needs_zone:
        return None
    try:
        return intake.only_zone(by)
    except (NoTable, PermissionDenied):
        return None


def go_on(upload: Upload, sheets: list[Sheet] | None = None, *, today: date) -> None:
    """Take an open upload as far as it goes without asking: old fonts, columns, rows."""
    try:
        if sheets is None:
            sheets = intake.read_sheets(upload.bytes(), upload.name, upload.converts_legacy)
        if upload.converts_legacy is None and legacy.doubt(sheets):
            return
        if find_columns(upload, sheets):
            staging.stage(upload, today=today, sheets=sheets)
            return
    except (NoTable, reader.Unusable) as refusal:
        message = refusal.args[0] if isinstance(refusal, NoTable) else str(refusal)
        upload.trouble, upload.state = message, Upload.State.OPEN
    with transaction.atomic():
        staging.locked(upload)
        upload.save()


def convert(upload: Upload, *, agreed: bool, today: date) -> None:
    """Go on with text in fonts older than Unicode converted, or left; what was staged before is dropped.

    Raises Conflict when its rows are being written.
    """
    with transaction.atomic():
        found = staging.locked(upload)
        found.rows.all().delete()
        found.state, found.converts_legacy, found.titles, found.columns = Upload.State.OPEN, agreed, [], {}
        found.version += 1
        found.save()
    go_on(found, today=today)


# ------------------------------------------------------------------------------------------ columns


def find_columns(upload: Upload, sheets: list[Sheet]) -> bool:
    """Set sheet, kind, title rows and columns as far as they are clear; whether all is settled."""
    job = Job(by=upload.owner, today=upload.created_at.date(), file_name=upload.name, zone=upload.zone)
    job.park = upload.park
    surveyed = survey(job, sheets, sheet_name=upload.sheet or None, kind_name=upload.kind or None)
    recalled = Memory(upload.zone, upload.kind).recall(job, surveyed, _guessed(sheets))
    # a file of which every title is remembered is what such a file was; one of which most are, if it is whole then
    matched = [one for one in recalled if one.share == 1]
    matched = matched or [one for one in recalled if one.share >= 0.5 and not one.table.missing]
    if matched:
        last = max(one.latest for one in matched)
        found = [one.table for one in matched if one.latest == last]
    else:
        found = [one.table for one in recalled]
    tables = [one for one in found if not one.missing]
    best = best_of(tables)
    near = found if matched else [one for one in found if _tells_enough(one, bool(upload.kind))]
    nearest = (best or near or [None])[0]
    firms = None if tables or matched or upload.kind else _of_firms(sheets)
    if firms is not None and (nearest is None or nearest.kind.name != "enterprises"):
        nearest = _as_far_as_known(job, KINDS["enterprises"], *firms)
    elif nearest is None:
        kind = KINDS[upload.kind] if upload.kind else next(iter(KINDS.values()))
        nearest = _as_far_as_known(job, kind, *next(_guessed(sheets)))
    _take(upload, nearest.sheet, nearest.kind, nearest.header, nearest.header.fields)
    upload.trouble = _unclear(upload, nearest, tables, best)
    return not upload.trouble


def _tells_enough(table: Candidate, is_said: bool) -> bool:
    """Whether the columns of a table that lacks some tell its title rows, and its kind unless a person has said it.

    One known word may stand anywhere, and two stand in many tables of no kind of ours.
    """
    columns = table.kind.layout.columns.values()
    required = sum(column.required for column in columns) + len(table.kind.layout.either)
    found = len(table.header.fields)
    return found > 2 or found == 2 and (is_said or 2 * len(table.missing) < required)


def _of_firms(sheets):
    """The first sheet that lists firms, with the rows that look most like its titles and the column of their names."""
    for sheet, header in _guessed(sheets):
        if (place := column_of_firms(sheet.rows, header.last)) is not None:
            return sheet, header, place
    return None


def _as_far_as_known(job: Job, kind: WorkbookKind, sheet: Sheet, header: Header, names: int | None = None) -> Candidate:
    """The table as ``kind``, by the titles that are known; ``names`` is the column of names when no title says so."""
    header.fields = kind.layout.known(header.titles)
    if names is not None and names not in header.fields.values():
        header.fields.setdefault("name", names)
    return Candidate(sheet, kind, header, kind.layout.missing(header.fields, kind.given(job)))


def _guessed(sheets):
    """Each sheet that can be read, with the rows that look most like titles."""
    for sheet in sheets:
        if sheet.problem is None and not sheet.is_empty:
            first, last = guess_header(sheet)
            yield sheet, Header(first, last, titles_of(sheet, first, last))


def _unclear(upload, nearest, tables, best) -> str:
    if not nearest.header.fields:
        return _("No column of this file is known: say what each of them is.")
    if not tables:
        return _say_which(nearest.missing)
    if len({one.sheet.name for one in tables}) > 1:
        return _("Several sheets hold such a table: choose one.")
    if len(best) > 1:
        return _("The columns fit several kinds of workbook: choose one.")
    if best[0].header.twice:
        return _("Two columns say the same thing: choose one of them.")
    if upload.zone is None and best[0].kind.needs_zone:
        return _("Say for which zone the file is.")
    return ""


def _say_which(missing):
    return _("Say which columns hold: %(missing)s.") % {"missing": ", ".join(missing)}


def _take(upload, sheet: Sheet, kind: WorkbookKind, header: Header, fields: Mapping[str, int]) -> None:
    upload.sheet, upload.kind = sheet.name[:120], kind.name
    upload.first_header, upload.last_header = header.first, header.last
    width = max(header.titles, default=-1) + 1
    upload.titles = [header.titles.get(place, "") for place in range(width)]
    upload.columns = dict(fields)


def choose(
    upload: Upload, *, sheet: str, kind: str, zone: Zone | None, header: tuple[int, int], columns: Mapping[str, int],
    now: datetime, today: date, park: Park | None = None,
) -> None:  # fmt: skip
    """Match as a person says, remember it, and stage the rows. Raises NoTable with what is still missing."""
    kind_ = KINDS[kind]
    sheets = intake.read_sheets(upload.bytes(), upload.name, upload.converts_legacy)
    chosen = next((one for one in sheets if one.name == sheet), None)
    if chosen is None or chosen.problem:
        raise NoTable(_("There is no sheet “%(sheet)s” in the file.") % {"sheet": sheet})
    if kind_.needs_zone and zone is None:
        raise NoTable(_("Say for which zone the file is."))
    job = Job(by=upload.owner, today=today, file_name=upload.name, zone=zone, park=park)
    if missing := kind_.layout.missing(columns, kind_.given(job)):
        raise NoTable(_say_which(missing))
    upload.zone, upload.park = zone, park
    _take(upload, chosen, kind_, Header(*header, titles_of(chosen, *header)), columns)
    staging.stage(upload, today=today, sheets=sheets)
    remember(upload, now)


# ------------------------------------------------------------------------------------------ what the page shows


@dataclass(slots=True)
class ColumnShown:
    """One column of the file: its title, samples as (cell, what we understood, whether we did), and what it is."""

    place: int
    title: str
    field: str
    samples: list[tuple[str, str, bool]]


def columns_shown(upload: Upload, sheet: Sheet, kind: WorkbookKind, header: Header, fields, *, today) -> list:
    """Every column of the sheet, with what our reading of it would be."""
    job = Job(by=upload.owner, today=today, file_name=upload.name, zone=upload.zone, park=upload.park)
    job.sheet, job.header, job.layout = sheet, header, kind.layout
    lines = read_body(sheet, Header(header.first, header.last, header.titles, dict(fields)), kind.layout).lines[:50]
    if not lines:
        rows = sheet.rows[header.last + 1 : header.last + 51]
        lines = [reader.table.Line(header.last + 2 + index, row) for index, row in enumerate(rows)]
    can_read = upload.zone is not None or not kind.needs_zone
    if can_read:
        kind.prepare(job)
    by_place = {place: name for name, place in fields.items()}
    width = max([*header.titles, *(len(line.cells) - 1 for line in lines)], default=-1) + 1
    shown = []
    for place in range(width):
        name = by_place.get(place, "")
        cells = [cell for line in lines if not blank(cell := line.cell(place))][:SAMPLES]
        column = kind.layout.columns.get(name)
        shown.append(
            ColumnShown(
                place,
                header.titles.get(place, "")[:120],
                name,
                [(text_of(cell)[:40], *_understood(column, cell, job, can_read)) for cell in cells],
            )
        )
    found = [one for one in shown if one.title or one.samples]
    return sorted(found, key=lambda one: not one.field)[:MOST_COLUMNS] if len(found) > MOST_COLUMNS else found


def _understood(column, cell, job, can_read) -> tuple[str, bool]:
    if column is None or not can_read:
        return "", True
    try:
        return in_words(column.parse(cell, job), column.field), True
    except Unreadable as error:
        return explain(error), False


def in_words(value, name: str = "") -> str:
    """A value that a cell of the column ``name`` was read as, as people write it."""
    if name in CHOICES and isinstance(value, str):
        return capfirst(str(CHOICES[name](value).label))
    if isinstance(value, TaxCode):
        return value.text
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int):
        return str(value) if name == "year" else format_count(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, tuple) and len(value) == 2 and not isinstance(value[0], str):
        return format_range(*value)
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    if hasattr(value, "as_tuple"):
        return format_decimal(value)
    return str(getattr(value, "label", value))


@transaction.atomic
def discard(upload: Upload) -> None:
    """Drop what was staged; nothing of it was ever written. The kept file is cleaned away with those nobody needs."""
    found = Upload.objects.select_for_update().get(pk=upload.pk)
    if found.state in (Upload.State.OPEN, Upload.State.STAGED):
        found.delete()
