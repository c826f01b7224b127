"""A sheet as it was read: rows of plain cells, before anybody asks what they mean."""

from dataclasses import dataclass, field
from typing import Any

from vietnamese.text import clean

Cell = Any  # None, str, int, float, bool or datetime.date
Runs = str | tuple[tuple[int, str], ...]  # the font of a cell, or the first character and font of each of its runs

ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)


@dataclass(slots=True)
class Sheet:
    """Rows as lists without their empty ends (an empty cell is None or ""); line 1 of the workbook is ``rows[0]``.

    ``merges`` are (first row, first column), (last row, last column), from 0. ``errors`` are the (line, column) of
    cells that hold an error of the spreadsheet; such cells are empty. ``fonts`` are those of the cells with other
    than ASCII text, by (row, column) from 0, in a workbook that uses a font of legacy Vietnamese: none in most files.
    ``problem`` says why the sheet was not read.
    """

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    visible: bool = True
    merges: list = field(default_factory=list)
    errors: frozenset = frozenset()
    fonts: dict[tuple[int, int], Runs] = field(default_factory=dict)
    problem: Exception | None = None

    @property
    def is_empty(self):
        return not any(map(any_filled, self.rows))


def take_errors(sheet: Sheet, first: int = 0):
    """Empty the cells that say #N/A, #REF! … in words, from the row ``first`` on, and list them as errors."""
    found = []
    for index, row in enumerate(sheet.rows[first:], start=first):
        for place, cell in enumerate(row):
            if type(cell) is str and cell[:1] == "#" and cell.strip().upper() in ERRORS:
                row[place] = None
                found.append((index + 1, place))
    if found:
        sheet.errors |= frozenset(found)


def blank(cell) -> bool:
    return cell is None or (type(cell) is str and not cell[:1].isalnum() and not clean(cell))


def any_filled(row) -> bool:
    return any(not blank(cell) for cell in row)


def text_of(cell) -> str:
    """The cell in words, "" when it is blank."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return clean(cell)
    if hasattr(cell, "isoformat"):
        return f"{cell.day:02}/{cell.month:02}/{cell.year:04}"
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return str(cell)
