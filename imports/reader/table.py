"""Finds the table in a sheet: its title rows, what each column is, and which lines below are data."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from vietnamese.dates import parse_date
from vietnamese.errors import Unreadable
from vietnamese.text import clean, search_key

from .groups import Headings, adds_up, adds_up_some
from .guess import BELOW, HEADER_WITHIN, header_among
from .sheet import Sheet, any_filled, blank, text_of
from .titles import LONGEST, NUMBERING, forms, known, words

TITLES = 300  # different texts above the title row; an office's table has at most some dozens there
WIDE = 200  # columns of a merged cell
FOR_READERS = "(để tra cứu)"  # ends the title of a column that only helps a person; it is not read
EXAMPLE = "Ví dụ"  # before the table's columns: the line only shows how a template is filled in

DITTO = frozenset({'"', "“", "”", "″", "''", "‘’", "’’", ",,", "„", "〃", "nt", "-nt-", "như trên", "- như trên -"})
_DITTO_STARTS = frozenset({mark[0] for mark in DITTO} | {"N", " ", "\n", "\t", "\u00a0"})
_SIGNATURE = re.compile(
    r"^(?:nguoi lap|lap bieu|nguoi tong hop|thu truong|noi nhan|t m |k t |tl |xac nhan|ky ghi ro|ky ten|dai dien"
    r"|chu tich$|bi thu$|pho bi thu$|giam doc$|ke toan|truong ban$"
    r"|.{0,40}ngay (?:\d{1,2} )?thang (?:\d{1,2} )?nam(?: \d{4})?$)"
)
_ASIDE = re.compile(r"\([^()]*\)")
_WRITTEN_DAY = r"(\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\d{1,2} tháng \d{1,2},? năm \d{4})"
_AS_OF = re.compile(
    r"(?:số liệu|tính|thời điểm|có)[^0-9]{0,40}?đến[^0-9]{0,20}?"
    + _WRITTEN_DAY, re.I,
)  # fmt: skip
_AS_OF_ALONE = re.compile(r"\W*(?:tính )?đến\s+(?:hết )?(?:ngày )?" + _WRITTEN_DAY + r"\W*", re.I)


@dataclass(frozen=True, slots=True)
class Column:
    """One column a kind of workbook may have: its title, other titles it goes by, and who reads its cells."""

    field: str
    title: str
    synonyms: tuple[str, ...] = ()
    parse: Callable | None = None
    required: bool = False


class Layout:
    """The columns of one kind of workbook; ``either`` are groups of columns of which one must be there.

    ``also`` are further titles of the columns, by field.
    """

    def __init__(
        self,
        columns: Iterable[Column],
        either: Iterable[tuple[str, ...]] = (),
        also: Mapping[str, Iterable[str]] | None = None,
    ):
        self.columns = {column.field: column for column in columns}
        self.either = tuple(either)
        self.by_form: dict[str, str] = {}
        self.also = {search_key(title): name for name, titles in (also or {}).items() for title in titles}
        self.ends = {title.split()[-1] for title in self.also}
        self.longest = max((len(title.split()) for title in self.also), default=0)
        for column in self.columns.values():
            for form in known((column.title, *column.synonyms, *(also or {}).get(column.field, ()))):
                if self.by_form.setdefault(form, column.field) != column.field:
                    raise ValueError(f"“{form}” stands for {self.by_form[form]} and for {column.field}")

    def field_of(self, *titles) -> str | None:
        """The column that one of ``titles`` names, the first one first."""
        for title in titles:
            for form in forms(title):
                if found := self.by_form.get(form):
                    return found
        return next(filter(None, map(self._said_twice, titles)), None)

    def _said_twice(self, title) -> str | None:
        """The column of a title in two languages, ours first: "Mã số thuế / Tax code", "Số lao động Employees"."""
        last = title.replace("/", " ").split()[-1:] if len(title) <= LONGEST else []
        if not last or last[0].casefold().strip("()[]*:.,%") not in self.ends:  # as of nearly all cells
            return None
        found = search_key(title).split()
        for length in range(1, min(len(found), self.longest + 1)):
            field_ = self.also.get(" ".join(found[-length:]))
            if field_ and self.by_form.get(" ".join(sorted(set(words(" ".join(found[:-length])).split())))) == field_:
                return field_
        return None

    def known(self, titles: Mapping[int, str]) -> dict[str, int]:
        """The columns that ``titles`` name, the first of each."""
        fields: dict[str, int] = {}
        for place, title in titles.items():
            if name := self.field_of(title):
                fields.setdefault(name, place)
        return fields

    def missing(self, found, given) -> list[str]:
        """The titles of required columns that are neither found nor ``given`` from outside."""
        have = set(found) | set(given)
        titles = [column.title for column in self.columns.values() if column.required and column.field not in have]
        for group in self.either:
            if not have & set(group):
                titles.append(_(" or ").join(self.columns[name].title for name in group))
        return titles


@dataclass(slots=True)
class Header:
    """Where the title rows stand (``first`` to ``last``, from 0) and which column is what."""

    first: int
    last: int
    titles: dict[int, str] = field(default_factory=dict)  # every title by column
    fields: dict[str, int] = field(default_factory=dict)  # what we know, by field
    twice: list[tuple[int, int]] = field(default_factory=list)

    def title(self, name):
        return self.titles.get(self.fields[name], "") if name in self.fields else ""


def find_header(sheet: Sheet, layout: Layout) -> Header | None:
    """The title rows that name the most columns of ``layout``; None when no row names one."""
    rows = _filled(sheet, HEADER_WITHIN)
    best, best_score = None, (0, False, False)
    seen: set[str] = set()
    for first, row in enumerate(rows):
        if not any_filled(row):
            continue
        candidates = [_header(layout, first, first, _own_titles(row))]
        if first + 1 < len(rows) and any_filled(rows[first + 1]):
            double = _header(layout, first, first + 1, _grouped_titles(row, rows[first + 1]))
            candidates = [double] if double.titles and _is_tall(sheet, first) else [*candidates, double]
        for header in candidates:
            # one text alone above a row is the title of the table, no group of columns, unless it adds something
            is_group = header.last == first or len({text_of(cell) for cell in row if not blank(cell)}) > 1
            is_whole = header.last > first and first + 2 < len(rows) and _is_numbering(rows[first + 2])
            score = (len(header.fields), is_group, is_whole)
            if score > best_score and header.fields:
                best, best_score = header, score
        seen.update(cell for cell in row if type(cell) is str)
        if len(seen) > TITLES:
            break
    return best


def _is_tall(sheet, first):
    """Whether titles of row ``first`` are merged with the cells below: then the next row is of titles too."""
    return any(top == first and bottom == first + 1 for (top, _left), (bottom, _right) in sheet.merges)


def titles_of(sheet: Sheet, first: int, last: int) -> dict[int, str]:
    """The titles that rows ``first`` to ``last`` (from 0; one row or two) give the columns, by place."""
    rows = _filled(sheet, last + 1)
    if last >= len(rows):
        return {}
    found = _own_titles(rows[first]) if first == last else _grouped_titles(rows[first], rows[last])
    return {place: clean(titles[0]) for place, titles in _read(found)}


def guess_header(sheet: Sheet) -> tuple[int, int]:
    """The first and last row, from 0, of what looks most like titles when none is known; row 0 when nothing does."""
    rows = _filled(sheet, HEADER_WITHIN + BELOW)
    wide = {(top, place) for (top, left), (_bottom, right) in sheet.merges for place in range(left, right + 1)
            if left < right <= left + WIDE and top < HEADER_WITHIN}  # fmt: skip
    return header_among(rows, HEADER_WITHIN, frozenset(wide)) or (0, 0)


def _own_titles(row):
    return {place: (text_of(cell),) for place, cell in enumerate(row) if isinstance(cell, str) and not blank(cell)}


def _grouped_titles(groups, row):
    """Titles of a double header: what stands below, after its group, alone, or the group where nothing is below."""
    titles, group = {}, ""
    for place in range(max(len(groups), len(row))):
        above = text_of(groups[place]) if place < len(groups) else ""
        below = text_of(row[place]) if place < len(row) and isinstance(row[place], str) else ""
        if place < len(row) and not blank(row[place]) and not below:
            return {}  # a number below: these are data
        group = above or (group if below else "")
        if below and below != above:
            titles[place] = (f"{group} {below}", below) if group else (below,)
        elif above:
            titles[place] = (above,)
    return titles


def _read(titles):
    return [(place, variants) for place, variants in titles.items() if not clean(variants[-1]).endswith(FOR_READERS)]


def _header(layout, first, last, titles):
    header = Header(first, last)
    read = _read(titles)
    bare = {place: {clean(_ASIDE.sub("", text)).casefold() for text in variants} for place, variants in read}
    sexes = any("nữ" in texts for texts in bare.values())
    for place, variants in read:
        header.titles[place] = clean(variants[0])
        if sexes and "nam" in bare[place]:
            continue  # men, beside women: no year
        name = layout.field_of(*variants)
        if name is None:
            continue
        if name in header.fields:
            header.twice.append((header.fields[name], place))
        else:
            header.fields[name] = place
    return header


def _filled(sheet, count):
    """The first rows with the text of merged cells in each of their places."""
    rows = [list(row) for row in sheet.rows[:count]]
    for (top, left), (bottom, right) in sheet.merges:
        if top >= len(rows) or left >= len(rows[top]) or right - left > WIDE:
            continue
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            row.extend([None] * (right + 1 - len(row)))
            row[left : right + 1] = [value] * (right + 1 - left)
    return rows


# ------------------------------------------------------------------------------------------ below the header


@dataclass(slots=True)
class Line:
    """One line of data: its number in the workbook (the first is 1) and its cells."""

    number: int
    cells: list

    def cell(self, place):
        cell = self.cells[place] if place < len(self.cells) else None
        return None if cell == "" else cell


@dataclass(slots=True)
class Body:
    """The lines of data, and those left out with the reason."""

    lines: list[Line] = field(default_factory=list)
    ignored: list[tuple[int, str]] = field(default_factory=list)
    orphan_dittos: list[tuple[Line, int]] = field(default_factory=list)


def read_body(sheet: Sheet, header: Header, layout: Layout) -> Body:
    """The lines below ``header``: ditto marks and merged cells filled, totals, numbering and signatures left out."""
    body = Body()
    rows = _with_merges(sheet, header.last + 1)
    mapped = set(header.fields.values())
    required = [place for name, place in header.fields.items() if layout.columns[name].required]
    is_heading = Headings(rows[header.last + 1 :], header.titles, header.fields)
    above: dict[int, object] = {}
    signed = False
    for index in range(header.last + 1, len(rows)):
        cells = rows[index]
        if not any_filled(cells):
            continue
        number = index + 1
        if not body.lines and _is_numbering(cells):
            body.ignored.append((number, _("numbering of the columns")))
            continue
        if _is_example(cells, mapped):
            body.ignored.append((number, _("example of the template")))
            continue
        written = sheet.rows[index]  # a cell merged downwards says nothing about a line that adds up
        if adds_up(written, mapped):
            body.ignored.append((number, _("total line")))
            continue
        if adds_up_some(written, mapped):
            body.ignored.append((number, _("subtotal line")))
            continue
        if is_heading(cells):
            body.ignored.append((number, _("group heading")))
            continue
        filled = sum(1 for place in mapped if place < len(cells) and not blank(cells[place]))
        whole = filled >= 3 and all(place < len(cells) and not blank(cells[place]) for place in required)
        if not whole and (signed or _is_signature(cells)):
            signed = True
            body.ignored.append((number, _("signatures and notes below the table")))
            continue
        if filled == 0:
            body.ignored.append((number, _("nothing in the columns that are read")))
            continue
        line = Line(number, cells)
        for place in mapped:
            cell = line.cell(place)
            if is_ditto(cell):
                if above.get(place) is None:
                    body.orphan_dittos.append((line, place))
                    continue
                if cells is sheet.rows[index]:
                    cells = line.cells = list(cells)
                line.cells[place] = above[place]
            else:
                above[place] = None if blank(cell) else cell
        body.lines.append(line)
    return body


def is_ditto(cell) -> bool:
    """Whether the cell only says "as above"."""
    return type(cell) is str and cell[:1] in _DITTO_STARTS and len(cell) < 16 and clean(cell).lower() in DITTO


def _with_merges(sheet, start):
    """The rows with a cell merged downwards repeated in each line it covers (in its first column)."""
    tall = [merge for merge in sheet.merges if merge[1][0] > merge[0][0] and merge[1][0] >= start]
    if not tall:
        return sheet.rows
    rows = list(sheet.rows)
    for (top, left), (bottom, _right) in tall:
        if top < start or top >= len(rows) or left >= len(rows[top]) or blank(rows[top][left]):
            continue
        for index in range(top + 1, min(bottom + 1, len(rows))):
            if not any_filled(rows[index]):
                continue
            row = rows[index] = list(rows[index]) + [None] * (left + 1 - len(rows[index]))
            row[left] = rows[top][left]
    return rows


def _is_numbering(cells):
    texts = [text_of(cell) for cell in cells if not blank(cell)]
    if len(texts) < 2 or not all(NUMBERING.fullmatch(text) for text in texts):
        return False
    numbers = [int(match[0]) for text in texts if (match := re.search(r"\d+", text))]
    return len(numbers) > 1 and numbers[0] <= 3 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _is_example(cells, mapped):
    first = next(place for place, cell in enumerate(cells) if not blank(cell))
    return first not in mapped and isinstance(cells[first], str) and clean(cells[first]) == EXAMPLE


def _is_signature(cells):
    texts = [search_key(cell)[:80] for cell in cells if isinstance(cell, str) and not blank(cell)]
    return 0 < len(texts) <= 4 and any(_SIGNATURE.match(text) for text in texts)


def counted_on(sheet: Sheet, header: Header) -> tuple[date | None, tuple[int, str, Unreadable] | None]:
    """The day of "số liệu đến dd/mm/yyyy" above or in the title rows; or the line, text and reason it is no day.

    "Đến ngày dd/mm/yyyy" is enough when the cell says nothing else.
    """
    for index in range(header.last + 1):
        for cell in sheet.rows[index]:
            text = clean(cell) if isinstance(cell, str) else ""
            if match := _AS_OF.search(text) or _AS_OF_ALONE.fullmatch(text):
                try:
                    return parse_date(match[1]), None
                except Unreadable as error:
                    return None, (index + 1, match[1], error)
    return None, None
