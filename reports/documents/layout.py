"""A table on paper: its header rows, the size of its type, the widths of its columns, and where it is cut apart.

Word and PDF draw the same layout. The largest type at which every number and word stays whole is taken; a table too
wide for the smallest is cut between its groups of columns (years), and its first columns are repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.tables import Column, Kind, Table, cell_text

SIZES = (13, 12, 11, 10, 9)  # points
POINT = 25.4 / 72  # millimetres
PADDING = 1.0  # millimetres at either side of a cell
READABLE = 26  # millimetres a column of long text wants at least
SLACK = 1.06  # letters are a little wider in bold, and programs round
TITLE_LINES = 3  # a column is at least so wide that its title takes no more


@dataclass(frozen=True, slots=True)
class Head:
    """A cell of the header: how many columns it spans, and rows; ``at`` is its first column."""

    text: str
    at: int
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    align: str  # left, center, right

    @property
    def is_figure(self) -> bool:
        """Whether it must stay on one line; words such as "not reported" may wrap."""
        return self.align == "right" and self.text[:1].isdigit()


@dataclass(frozen=True, slots=True)
class Line:
    cells: list[Cell]
    bold: bool


@dataclass(frozen=True, slots=True)
class Chunk:
    """What stands side by side on a page."""

    size: int
    widths: list[float]
    heads: list[list[Head]]
    lines: list[Line]


def heads(table: Table, columns: Sequence[Column] | None = None) -> list[list[Head]]:
    """The header: one row, or two when columns are grouped."""
    groups: list[tuple[str, list[Column]]] = []
    for column in table.columns if columns is None else columns:
        if column.group and groups and groups[-1][0] == column.group:
            groups[-1][1].append(column)
        else:
            groups.append((column.group, [column]))
    two = any(name for name, _columns in groups)
    upper, lower, at = [], [], 0
    for name, held in groups:
        if name:
            upper.append(Head(name, at, across=len(held)))
            lower += [Head(column.title, at + offset) for offset, column in enumerate(held)]
        else:
            upper.append(Head(held[0].title, at, down=2 if two else 1))
        at += len(held)
    return [upper, lower] if two else [upper]


def text_width(text: str) -> float:
    """About how wide ``text`` is in the type of Times New Roman, in ems."""
    return sum(_em(char) for char in text)


def _em(char: str) -> float:
    if char in ".,;:/|il'()’ -\N{NO-BREAK SPACE}":
        return 0.3
    if char.isdigit():
        return 0.5
    if char in "%mMWw—":
        return 0.9
    return 0.72 if char.isupper() else 0.5 if char.isascii() or char == "–" else 0.55


def lay_out(table: Table, width: float) -> list[Chunk]:
    """``table`` on pages ``width`` millimetres wide, in one chunk when it can be."""
    for parts in _cuts(table):
        chunks = [_fit(table, columns, width) for columns in parts]
        if all(chunks):
            size = min(chunk.size for chunk in chunks)
            return [_fit(table, columns, width, sizes=(size,)) for columns in parts]
    return [_fit(table, columns, width, sizes=SIZES[-1:], force=True) for columns in parts]


def _cuts(table):
    """The table in one piece, in two, in three … each with the first columns, the last with the closing ones."""
    groups = [columns for name, columns in table.groups if name]
    names = [name for name, _columns in table.groups]
    yield [list(table.columns)]
    if not groups:
        return
    opening = [column for name, columns in table.groups[: names.index(next(filter(None, names)))] for column in columns]
    grouped = [column for columns in groups for column in columns]
    closing = [column for column in table.columns if column not in opening and column not in grouped]
    for pieces in range(2, len(groups) + 1):
        share = -(-len(groups) // pieces)
        parts = [groups[start : start + share] for start in range(0, len(groups), share)]
        yield [
            [*opening, *(column for columns in part for column in columns), *(closing if part is parts[-1] else [])]
            for part in parts
        ]


def _fit(table, columns, width, sizes=SIZES, force=False):
    lines = [
        Line(
            [Cell(cell_text(row.cell(column), column.kind), column.align) for column in columns],
            bold=row.heading or row is table.total,
        )
        for row in table.lines
    ]
    for size in sizes:
        em = size * POINT
        needs = [ems(column, [line.cells[at].text for line in lines]) for at, column in enumerate(columns)]
        least, wanted = [], []
        for column, (need, natural) in zip(columns, needs, strict=True):
            long_text = min(natural * em, READABLE) if column.kind is Kind.TEXT else 0
            least.append(max(need * em, long_text) + 2 * PADDING)
            wanted.append(max(least[-1], natural * em + 2 * PADDING))
        if sum(least) <= width or force:
            return Chunk(size, _share(least, wanted, width), heads(table, columns), lines)
    return None


def ems(column: Column, texts: Sequence[str]) -> tuple[float, float]:
    """How wide a column must be for every word and figure to stay whole, and how wide it would like to be, in ems."""
    words = [word for text in [column.title, *texts] for word in text.split(" ")]
    figures = [text for text in texts if text[:1].isdigit()] if column.kind is not Kind.TEXT else []
    need = max([*map(text_width, [*words, *figures]), text_width(column.title) / TITLE_LINES]) * SLACK
    return need, max([need, *map(text_width, texts)])


def _share(least, wanted, width):
    """Give what is left of the page to the columns that want more, then to all alike."""
    spare = width - sum(least)
    if spare < 0:
        return [each * width / sum(least) for each in least]
    wish = sum(wanted) - sum(least)
    given = min(1.0, spare / wish) if wish else 0
    widths = [low + given * (high - low) for low, high in zip(least, wanted, strict=True)]
    return [round(each * width / sum(widths), 2) for each in widths]
