"""What the page of staged rows shows: some lines of the upload, what each cell says, what is wrong, what helps."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.problems import Conflict
from vietnamese.errors import Unreadable
from vietnamese.numbers import format_count

from . import staging
from .job import NoTable
from .kinds import KINDS
from .kinds.base import read_count
from .matching import in_words
from .models import StagedRow, Upload

LINES = 30  # a page: with the bounds below it stays under 200 kB whatever the file holds
LONGEST = 80  # characters of a cell that are shown; the page of the line has them all
WORDS = 20_000  # characters of notes that are shown whole on a page; of further ones the beginning
OFFERED = 5000  # wrong lines whose offers are counted

REASON = object()  # stands among the offers: what a contradiction needs
State = StagedRow.State
FILTERS = {  # code → (words, which rows)
    "all": (gettext_lazy("All"), Q()),
    "error": (gettext_lazy("To be mended"), Q(state=State.ERROR)),
    "warned": (gettext_lazy("Warnings"), Q(warned=True)),
    "created": (gettext_lazy("New"), Q(state=State.CREATED)),
    "updated": (gettext_lazy("Changed"), Q(state=State.UPDATED)),
    "unchanged": (gettext_lazy("The same"), Q(state=State.UNCHANGED)),
    "outside": (gettext_lazy("Outside your zone"), Q(state=State.OUTSIDE)),
    "skipped": (gettext_lazy("Left out"), Q(state=State.SKIPPED)),
}
TONES = {"error": "bad", "outside": "bad", "created": "ok", "updated": "info", "unchanged": "muted", "skipped": "muted"}


@dataclass(slots=True)
class Column:
    """A column that is read: its field and title, and how a sample of it was understood."""

    field: str
    place: int
    title: str
    is_number: bool
    sample: str = ""


@dataclass(slots=True)
class Note:
    message: str
    is_error: bool
    offers: list[tuple[str, int]] = field(default_factory=list)  # what may be written instead, and in how many lines
    value: str = ""


@dataclass(slots=True)
class CellShown:
    column: Column
    text: str
    old: str | None = None
    was: str | None = None  # what the file said, when the cell was mended
    notes: list[Note] = field(default_factory=list)

    is_cut: bool = False  # the page of the line has all of it

    @property
    def is_wrong(self):
        return any(note.is_error for note in self.notes)


@dataclass(slots=True)
class RowShown:
    line: int
    state: str
    word: str
    tone: str
    cells: list[CellShown]
    notes: list[Note]  # of the line as a whole


@dataclass(slots=True)
class Chip:
    code: str
    word: str
    count: int
    is_on: bool


@dataclass(slots=True)
class Grid:
    """One page of staged rows under one filter."""

    columns: list[Column]
    rows: list[RowShown]
    chips: list[Chip]
    chosen: str
    counts: dict
    page: object
    offers: int  # cells for which exactly one value is offered
    needs_reason: bool  # lines contradict the ledger: they are written as corrections when a reason is given

    @property
    def to_write(self) -> int:
        return self.counts["created"] + self.counts["updated"]

    @property
    def in_the_way(self) -> int:
        return self.counts["error"] + self.counts["outside"]

    def address(self, page: int) -> str:
        return "?" + urlencode({"show": self.chosen, "page": page})


def grid(upload: Upload, *, show: str, page: str, today: date) -> Grid:
    counts = dict(staging.counts(upload))
    if show not in FILTERS:
        show = "error" if counts["error"] else "all"
    pages = Paginator(upload.rows.filter(FILTERS[show][1]).order_by("line"), LINES)
    shown = pages.get_page(page)
    rows = list(shown.object_list)
    columns = _columns(upload, rows, today)
    offered = _offered(upload)
    drawn = [_row(row, columns, offered) for row in rows]
    _shorten(drawn)
    return Grid(
        columns,
        drawn,
        [
            Chip(code, str(word), counts[code], code == show)
            for code, (word, _which) in FILTERS.items()
            if counts[code] or code in ("all", "error", show)
        ],
        show,
        counts,
        shown,
        sum(count for (_field, _value, offer, is_only), count in offered.items() if is_only and offer is not REASON),
        any(offer is REASON for _field, _value, offer, _only in offered),
    )


def _columns(upload, rows, today):
    layout = KINDS[upload.kind].layout
    titles = upload.titles
    columns = [
        Column(
            name,
            place,
            cut(titles[place] if place < len(titles) and titles[place] else layout.columns[name].title, 60),
            layout.columns[name].parse is read_count,
        )
        for name, place in sorted(upload.columns.items(), key=lambda pair: pair[1])
        if name in layout.columns
    ]
    try:
        job, _kind = staging.job_of(upload, today=today, rows=rows[:1])
    except (PermissionDenied, NoTable, Conflict):
        return columns
    for column in columns:
        for row in rows:
            cell = row.cells[column.place] if column.place < len(row.cells) else None
            if text := staging.shown(cell):
                column.sample = _sample(layout.columns[column.field], cell, text, job)
                break
    return columns


def _sample(column, cell, text, job):
    """How a cell was understood, when that is not what it says: "38.555 → 38 555 người"."""
    plain, _wrong = staging.unpack([cell])
    try:
        value = column.parse(plain[0], job)
    except Unreadable:
        return ""
    if column.parse is read_count:  # set apart by spaces, which cannot be taken for a decimal sign
        words = _("%(count)s people") % {"count": format_count(value).replace(".", "\u202f")}
        return f"{text[:30]} → {words}"
    words = in_words(value, column.field)
    return f"{text[:30]} → {words[:40]}" if words != text else ""


def _offered(upload) -> Counter:
    """How often each offer is made for each value of each column: one press of a button takes them all."""
    found: Counter = Counter()
    wrong = upload.rows.filter(state__in=[State.ERROR, State.OUTSIDE]).order_by("line")
    for findings in wrong.values_list("findings", flat=True)[:OFFERED]:
        for one in findings:
            if one["code"] == "needs_corrections":
                found[("", "", REASON, False)] += 1
            for offer in one["offers"]:
                found[(one["field"], one["value"], offer, one["error"] and len(one["offers"]) == 1)] += 1
    return found


def _shorten(rows: list[RowShown]) -> None:
    """Cut what is said of cells where a page would grow too long."""
    left = WORDS
    for row in rows:
        for note in [note for cell in row.cells for note in cell.notes] + row.notes:
            left -= len(note.message)
            if left < 0:
                note.message = cut(note.message, 40)
                note.offers = note.offers[:1]


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _row(row, columns, offered):
    by_field: dict[str, list[Note]] = {}
    for one in row.findings:
        offers = [
            (offer, max(1, offered[(one["field"], one["value"], offer, one["error"] and len(one["offers"]) == 1)]))
            for offer in one["offers"]
        ]
        by_field.setdefault(one["field"], []).append(Note(one["message"], one["error"], offers, one["value"]))
    cells = []
    for column in columns:
        cell = row.cells[column.place] if column.place < len(row.cells) else None
        text = staging.shown(cell)
        typed = row.typed.get(str(column.place), ...)
        cells.append(
            CellShown(
                column,
                cut(text, LONGEST),
                cut(row.before[column.field], LONGEST) if column.field in row.before else None,
                None if typed is ... else cut(staging.shown(typed), LONGEST),
                by_field.pop(column.field, []),
                len(text) > LONGEST,
            )
        )
    state = State(row.state)
    rest = [note for notes in by_field.values() for note in notes]
    return RowShown(row.line, row.state, str(state.label), TONES[row.state], cells, rest)
