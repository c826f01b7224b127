"""Rows as a report says them: columns with a kind, cells that are values, and four kinds of silence kept apart.

A cell is a value, never a formatted text: a count (int, or Decimal for a rate), an exact percent (Fraction,
printed as the office chose), a day, a year as text, a ``Span``, a ``State`` or plain text. ``cell_text`` is what every
screen and paper prints, ``cell_json`` what the API answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext, gettext_noop

from vietnamese.dates import format_date
from vietnamese.numbers import format_count, format_decimal

from .attainment import half_up
from .counting import counting, percent_text


class Kind(StrEnum):
    TEXT = "text"
    COUNT = "count"
    PERCENT = "percent"
    DATE = "date"


class State(StrEnum):
    """Why there is no figure. Zero is a figure; these are not, and none looks like another."""

    NO_TARGET = "no_target"
    NOT_REPORTED = "not_reported"
    NO_DATA = "no_data"  # a year that still runs, or has not begun: nobody is late yet
    NOT_APPLICABLE = "not_applicable"


STATE_TEXT = {
    State.NO_TARGET: "—",
    State.NOT_REPORTED: gettext_noop("not reported"),
    State.NO_DATA: gettext_noop("no figures yet"),
    State.NOT_APPLICABLE: gettext_noop("not applicable"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A range, "5–7" or "100–275%"; one number when both ends print alike."""

    low: int | Decimal | Fraction
    high: int | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``group`` is the heading above several columns ("Năm 2025"); ``key`` names it in JSON."""

    key: str
    title: str
    kind: Kind = Kind.TEXT
    group: str = ""
    centred: bool = False  # short text: a number in a list, a unit, a year

    @property
    def align(self) -> str:
        if self.kind is Kind.TEXT:
            return "center" if self.centred else "left"
        return "center" if self.kind is Kind.DATE else "right"


@dataclass(frozen=True, slots=True)
class Row:
    """One line. ``heading`` rows name and count the rows below them; ``values`` holds what is not empty."""

    values: Mapping[str, Any]
    heading: bool = False

    def cell(self, column: Column):
        return self.values.get(column.key)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title, its last line (``total``, or None) and the notes printed under it."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: Row | None = None
    notes: Sequence[str] = field(default=())
    number: str = ""  # of an annex: "Phụ lục 1"
    empty: str = ""  # said when there is no row

    @property
    def lines(self) -> list[Row]:
        return [*self.rows, *([self.total] if self.total else [])]

    @property
    def groups(self) -> list[tuple[str, list[Column]]]:
        """Neighbouring columns under one heading; a column without one stands alone."""
        found: list[tuple[str, list[Column]]] = []
        for column in self.columns:
            if column.group and found and found[-1][0] == column.group:
                found[-1][1].append(column)
            else:
                found.append((column.group, [column]))
        return found

    @property
    def is_grouped(self) -> bool:
        return any(column.group for column in self.columns)

    def texts(self) -> list[list[str]]:
        """The printed body, the total last."""
        return [[cell_text(row.cell(column), column.kind) for column in self.columns] for row in self.lines]

    def as_json(self) -> dict:
        def line(row):
            return {column.key: cell_json(row.cell(column), column.kind) for column in self.columns} | (
                {"heading": True} if row.heading else {}
            )

        return {
            "name": self.name,
            "title": self.title,
            "columns": [
                {"key": column.key, "title": column.title, "kind": column.kind.value, "group": column.group}
                for column in self.columns
            ],
            "rows": [line(row) for row in self.rows],
            "total": line(self.total) if self.total else None,
            "notes": list(self.notes),
        }


def cell_text(value, kind: Kind = Kind.TEXT) -> str:
    """Return a cell as it is printed, in the language now active; None is an empty cell."""
    match value:
        case None:
            return ""
        case State():
            return gettext(STATE_TEXT[value])
        case Span(low=low, high=high):
            first, last = cell_text(low, kind), cell_text(high, kind)
            return first if first == last else f"{first.removesuffix('%')}–{last}"
        case date():
            return format_date(value)
        case bool():
            raise TypeError(f"{value!r}: a cell is a figure, a day or a text")
        case int() | Decimal() | Fraction() if kind is Kind.PERCENT:
            return counting().text(value)
        case int():
            return format_count(value)
        case Decimal() | Fraction():
            return format_decimal(value if isinstance(value, Decimal) else half_up(value, 1))
    return str(value)


def cell_json(value, kind: Kind = Kind.TEXT):
    """Return a cell for JSON: counts are numbers, a percent is "275.0", a day ISO, a silence its name."""
    match value:
        case None:
            return None
        case State():
            return value.value
        case Span(low=low, high=high):
            return {"low": cell_json(low, kind), "high": cell_json(high, kind)}
        case date():
            return value.isoformat()
        case int() | Decimal() | Fraction() if kind is Kind.PERCENT:
            return percent_text(value)
        case int():
            return value
        case Decimal() | Fraction():
            return format(half_up(value, 4).normalize(), "f")
    return str(value)
