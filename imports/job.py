"""One intake in the making: the file's rows with what became of each, and everything found on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from organizations.actions.checks import Locks
from organizations.fields import explain, offers
from organizations.models import Park, Zone
from vietnamese.errors import Unreadable

from .reader.sheet import Sheet, blank, text_of
from .reader.table import Body, Header, Layout, Line

ELSEWHERE = "elsewhere"  # the code of what tells of another zone: for the eyes of the person who was told
CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
UNSAID = "…"  # among the wrong fields of a line of which not everything is told
MOST_ERRORS = 20_000  # told of one file: nobody reads as many, and they take memory


@dataclass(slots=True)
class Finding:
    """One error or warning: where it stands and why, in the words of the person who reads it.

    ``field`` is the column's name in the code ("" for the whole line or file) and ``place`` where it stands (from 0);
    ``offers`` are values that may be written there instead; ``code`` is the reason for programs: "outside" (not of
    the person's zone), "needs_corrections" and the like (an option that would settle it: see ``result.OPTIONS``).
    """

    sheet: str
    row: int | None
    column: str
    value: str
    message: str
    field: str = ""
    place: int | None = None
    offers: tuple[str, ...] = ()
    code: str = ""

    def as_json(self):
        return {
            "sheet": self.sheet, "row": self.row, "column": self.column, "value": self.value, "message": self.message
        }  # fmt: skip

    def said(self):
        """The message with its column, for several lines at once."""
        if not self.column:
            return self.message
        return _("Column “%(column)s”: %(message)s") % {"column": self.column, "message": self.message}

    def __str__(self):
        """Dòng 17, cột "Ngày thành lập": "31/02/2024" không phải ngày có thật."""
        if self.row is None:
            return self.message
        if not self.column:
            return _("Line %(row)s: %(message)s") % {"row": self.row, "message": self.message}
        return _("Line %(row)s, column “%(column)s”: %(message)s") % {
            "row": self.row, "column": self.column, "message": self.message
        }  # fmt: skip


@dataclass(slots=True, eq=False)
class Row:
    """One line of data: its values by field (None where the cell is blank) and what it will do."""

    line: Line
    values: dict[str, Any]
    outcome: str = UNCHANGED
    failed: bool = False
    draft: Any = None
    existing: Any = None
    batch_row: int | None = None
    wrong: frozenset[str] = frozenset()  # the fields whose cells are known to be wrong
    before: dict[str, str] = field(default_factory=dict)  # what is recorded where the line says otherwise, in words

    @property
    def number(self):
        return self.line.number


class NoTable(Exception):
    """The workbook was read, but no table of a known kind was found in it.

    ``line`` and ``sheet`` say where that shows; ``code`` is "needs_…" when an option of the intake would settle it.
    """

    def __init__(self, message, line=None, sheet=None, *, code=""):
        super().__init__(message)
        self.line, self.sheet, self.code = line, sheet, code


@dataclass(slots=True)
class Job:
    """What was asked, the table found, and its rows. ``counted_on`` dates counts, None when nobody said."""

    by: Any
    today: date
    file_name: str
    zone: Zone | None = None
    park: Park | None = None
    counted_on: date | None = None
    corrections: str | None = None
    sheet: Sheet | None = None
    header: Header | None = None
    layout: Layout | None = None
    body: Body | None = None
    rows: list[Row] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    unsaid: int = 0  # lines with errors beyond those that are told
    locks: Locks | None = None
    names: Any = None  # what the kind's cells are looked up in, made by its ``prepare``
    keep: Callable[[Any], None] | None = None  # what else to store, given the batch, in the transaction that writes it

    # ------------------------------------------------------------------ findings

    def finding(self, row: Row | None, name: str, why) -> Finding:
        """``why`` is an Unreadable, a Problem, or a sentence."""
        unreadable = isinstance(why, Unreadable)
        place = self.header.fields.get(name) if self.header else None
        value = text_of(row.line.cell(place)) if row is not None and place is not None else ""
        return Finding(
            sheet=self.sheet.name if self.sheet else "",
            row=row.number if row is not None else None,
            column=(self.header.title(name) or self.layout.columns[name].title) if place is not None else "",
            value=value,
            message=explain(why) if unreadable else str(why),
            field=name if place is not None else "",
            place=place if row is not None else None,
            offers=offers(why) if unreadable else (),
            code=getattr(why, "code", ""),
        )

    def error(self, row: Row, name: str, why):
        """Say what is wrong with a cell, or with the line (""); of a wrong cell no more is said."""
        if name and name in row.wrong:
            return
        row.failed, row.wrong = True, row.wrong | {name}
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(self.finding(row, name, why))
        elif UNSAID not in row.wrong:
            row.wrong |= {UNSAID}
            self.unsaid += 1

    def warn(self, row: Row, name: str, why):
        self.warnings.append(self.finding(row, name, why))

    def general_error(self, message, *, line=None, column="", value=""):
        self.errors.append(Finding(self.sheet.name if self.sheet else "", line, column, value, str(message)))

    # ------------------------------------------------------------------ reading

    def read_rows(self):
        """Parse every cell. A cell that cannot be read gives one error; equal cells of a column are parsed once."""
        columns = [(self.layout.columns[name], place) for name, place in self.header.fields.items()]
        absent = dict.fromkeys(name for name in self.layout.columns if name not in self.header.fields)
        orphans = {(line.number, place) for line, place in self.body.orphan_dittos}
        known: list[dict] = [{} for _column in columns]
        wrong_cells = self.sheet.errors
        for line in self.body.lines:
            cells, width = line.cells, len(line.cells)
            values = dict(absent)
            row = Row(line, values)
            for index, (column, place) in enumerate(columns):
                cell = cells[place] if place < width else None
                if cell is None or (type(cell) is str and blank(cell)):
                    values[column.field] = None
                    if wrong_cells and (line.number, place) in wrong_cells:
                        self.error(row, column.field, _("The cell holds an error of the spreadsheet (#N/A, #REF! …)."))
                    elif column.required:
                        self.error(row, column.field, _("This cell must be filled in."))
                    continue
                if orphans and (line.number, place) in orphans:
                    values[column.field] = None
                    self.error(row, column.field, _("There is nothing above that this mark could repeat."))
                    continue
                memo = known[index]
                key = (cell.__class__, cell)
                found = memo.get(key)
                if found is None:
                    try:
                        found = (column.parse(cell, self), None)
                    except Unreadable as error:
                        found = (None, error.with_traceback(None))  # which would hold all the frames
                    if found[1] is None or not self.unsaid:
                        memo[key] = found
                values[column.field] = found[0]
                if found[1] is not None:
                    self.error(row, column.field, found[1])
                    if self.unsaid:  # the line is wrong; in how many ways nobody will be told
                        break
            self.rows.append(row)

    def good_rows(self):
        return [row for row in self.rows if not row.failed]

    def wrong_rows(self):
        """Rows with a cell that cannot be read: their other cells are looked at, too, so that all is said at once."""
        return [] if self.unsaid else [row for row in self.rows if row.failed]

    def changed_rows(self):
        return [row for row in self.rows if not row.failed and row.outcome != UNCHANGED]

    # ------------------------------------------------------------------ checks that kinds share

    def lock_problem(self, zone_id, day, until=None):
        """Why nothing may be recorded in the zone on that day (or on any from it to ``until``), or None."""
        if self.locks is None:
            self.locks = Locks([zone_id])
        elif zone_id not in self.locks.by_zone and self.locks.by_zone:
            self.locks.by_zone |= Locks([zone_id]).by_zone
        return self.locks.problem(zone_id, day, until=until)

    def repeats(self, row: Row, first: Row, name: str):
        """``row`` has the key of ``first``: the same again only warns, anything else contradicts."""
        if row.values == first.values:
            self.warn(row, name, _("The same as line %(line)s; it is counted once.") % {"line": first.number})
        else:
            message = _(
                "Line %(line)s is about the same and differs in %(differences)s: mend the wrong line or drop it."
            )
            self.error(row, name, message % {"line": first.number, "differences": self._differences(row, first)})

    def _differences(self, row, first):
        """Where two lines say different things, in the words of the file."""
        found = []
        for field_, place in self.header.fields.items():
            if row.values[field_] != first.values[field_]:
                there, here = (text_of(one.line.cell(place)) or _("nothing") for one in (first, row))
                found.append(
                    _("“%(column)s” (line %(line)s: %(there)s, this line: %(here)s)")
                    % {"column": self.header.title(field_), "line": first.number, "there": there, "here": here}
                )
        return ", ".join(found)
