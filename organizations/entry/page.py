"""Rows as the page shows them: each box with what was typed and what is wrong with it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from organizations.models import OrganizationType
from vietnamese.numbers import format_count

from .happenings import Column, Happening, name_begins
from .rows import Fault, Row

SUMMARY = 20  # faults that the summary tells; each box tells its own


@dataclass(slots=True)
class Cell:
    column: Column
    name: str
    text: str
    faults: list[Fault]
    linked: bool = False  # from the summary


@dataclass(slots=True)
class Line:
    """``number`` is what people call the row, ``name`` the beginning of its boxes' names."""

    number: int
    name: str
    cells: list[Cell]
    warnings: list[str]
    reason: str


def lines(rows: list[Row], happening: Happening, types, blank: int = 0) -> list[Line]:
    """The rows, and ``blank`` empty ones behind them."""
    type_ = next((row.typed["type"] for row in reversed(rows) if row.typed.get("type")), usual(types))
    empty = [Row({"type": type_}) for _number in range(blank)]
    return [_line(number, f"r{number}", row, happening) for number, row in enumerate([*rows, *empty], 1)]


def pattern(happening: Happening, types) -> Line:
    """The row that the script copies."""
    return _line(0, "r__", Row({"type": usual(types)}), happening)


def usual(types) -> str:
    """The type that most foundings are of: the first one of a cell."""
    return next((str(type_.pk) for type_ in types if type_.level == OrganizationType.Level.CELL), "")


def _line(number, name, row, happening):
    cells = [
        Cell(column, f"{name}-{column.name}", row.typed.get(column.name, ""), row.faults.get(column.name, []))
        for column in happening.columns
    ]
    return Line(number, name, cells, row.warnings, row.reason)


def summary(shown: list[Line]) -> dict[str, Any]:
    """What is wrong in the rows: the first faults with the box of each, and how many more there are."""
    wrong = [(line, cell, fault) for line in shown for cell in line.cells for fault in cell.faults]
    for _line, cell, _fault in wrong[:SUMMARY]:
        cell.linked = True
    faults = [
        (cell.name, _("Row %(row)s, %(column)s: %(fault)s")
         % {"row": line.number, "column": cell.column.label, "fault": fault.message})
        for line, cell, fault in wrong[:SUMMARY]
    ]  # fmt: skip
    silent = [line for line in shown if line.warnings]
    return {
        "faults": faults,
        "more": max(0, len(wrong) - SUMMARY),
        "silent": silent[:SUMMARY],
        "silent_more": max(0, len(silent) - SUMMARY),
    }


def totals(rows: list[Row], happening: Happening) -> list[tuple[Column, str]]:
    """The sums of the numbers that could be read, by column."""
    return [
        (column, format_count(sum(row.values.get(column.name) or 0 for row in rows)))
        for column in happening.columns
        if column.kind == "count"
    ]


def beginnings(types) -> dict[str, str]:
    """How names begin, by the id of the type: what the script proposes."""
    return {str(type_.pk): name_begins(type_) for type_ in types}
