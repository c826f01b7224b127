"""Sheets of a workbook from before Unicode: whether they look so, with samples to show, and the sheets converted.

Nothing is converted unasked: ``doubt`` says what a person is to be asked, ``converted`` is what they agree to.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import ngettext

from vietnamese.legacy import Column, Encoding, Finding, detect, may_hold, suspects
from vietnamese.numbers import format_count

from .sheet import Sheet

SAMPLES = 8
SHORT = 120  # characters of a sample

FONTS = {"TCVN3": "TCVN3, .VnTime", "VNI": "VNI, VNI-Times"}  # encodings as people know them


@dataclass(frozen=True, slots=True)
class Sample:
    """A cell as it is stored and as it reads; the line counts from 1, the column from 0."""

    sheet: str
    line: int
    column: int
    before: str
    after: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """What looks like legacy text: the encodings, the most used first, how many cells, and samples of them."""

    encodings: tuple[str, ...]
    cells: int
    samples: list[Sample]

    def sentence(self) -> str:
        """Tệp có 214 ô viết bằng phông cũ (TCVN3, .VnTime)."""
        return ngettext(
            "The file has %(cells)s cell written in an old font (%(fonts)s).",
            "The file has %(cells)s cells written in an old font (%(fonts)s).",
            self.cells,
        ) % {"cells": format_count(self.cells), "fonts": "; ".join(FONTS[name] for name in self.encodings)}


def doubt(sheets: Iterable[Sheet]) -> Doubt | None:
    """What in these sheets looks like legacy text; None when nothing does, as in nearly every file."""
    found = [(sheet, _suspects(sheet)) for sheet in sheets]
    encodings: Counter[Encoding] = Counter()
    for _sheet, columns in found:
        for column in columns:
            encodings[column.encoding] += len(column.cells)
    if not encodings:
        return None
    names = tuple(encoding.name for encoding, _cells in encodings.most_common())
    return Doubt(names, encodings.total(), _samples(found))


def converted(sheets: Iterable[Sheet]) -> list[Sheet]:
    """The sheets with every cell of legacy text, and names of sheets in it, in Unicode; those given stay as they are.

    What is Vietnamese as it stands, in whatever font, is left alone: ``doubt`` finds nothing in the result.
    """
    return [_converted(sheet) for sheet in sheets]


def _converted(sheet: Sheet) -> Sheet:
    columns = _suspects(sheet)
    rows = list(sheet.rows)
    copied: set[int] = set()
    for column in columns:
        for (row, place), finding in column.cells.items():
            if row not in copied:
                copied.add(row)
                rows[row] = list(rows[row])
            rows[row][place] = finding.after
    return replace(sheet, name=_name(sheet, columns), rows=rows, fonts={})


def _name(sheet, columns):
    """The name of the sheet: a tab has no font, so that only its letters tell, and what the cells are written in."""
    cells: Counter[Encoding] = Counter()
    for column in columns:
        cells[column.encoding] += len(column.cells)
    finding = detect(sheet.name, near=cells.most_common(1)[0][0] if cells else None)
    return finding.after if finding else sheet.name


def _suspects(sheet: Sheet) -> list[Column]:
    if not sheet.fonts:
        texts = {cell for row in sheet.rows for cell in row if type(cell) is str and not cell.isascii()}
        if not may_hold(texts):
            return []
    return suspects(sheet.rows, sheet.fonts)


def _samples(found: list[tuple[Sheet, list[Column]]]) -> list[Sample]:
    """The top cells of some columns, which are titles, then of each column in turn what says most; none twice."""
    columns = [(place, _telling(column)) for place, (_sheet, some) in enumerate(found) for column in some]
    tops = [(place, cells[0]) for place, cells in columns]
    rest = [(place, cells[turn]) for turn in range(1, SAMPLES + 1) for place, cells in columns if turn < len(cells)]
    samples: dict[str, tuple[int, Sample]] = {}
    for place, (row, column, finding) in [*tops[: SAMPLES // 2], *rest, *tops]:
        if finding.before not in samples and len(samples) < SAMPLES:
            before, after = (" ".join(text.split())[:SHORT] for text in (finding.before, finding.after))
            sample = Sample(found[place][0].name, row + 1, column, before, after, finding.encoding.name)
            samples[finding.before] = place, sample
    ordered = sorted(samples.values(), key=lambda one: (one[0], one[1].line, one[1].column))
    return [sample for _place, sample in ordered]


def _telling(column: Column) -> list[tuple[int, int, Finding]]:
    """The first cell of the column, then those that differ, the longest first."""
    once: dict[str, tuple[int, int, Finding]] = {}
    for (row, place), finding in column.cells.items():
        once.setdefault(finding.before, (row, place, finding))
    first, *others = once.values()
    return [first, *sorted(others, key=lambda cell: -len(cell[2].before))[:SAMPLES]]
