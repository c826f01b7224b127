"""A new workbook with the rows of one that cannot be edited in place, marked as that would have been."""

import io
from collections import defaultdict
from datetime import date, datetime, time

import xlsxwriter

from vietnamese.spreadsheets import FORMULA_STARTS
from vietnamese.text import clean

from ..reader.sheet import Sheet, any_filled, blank, text_of
from .findings import (
    AUTHOR,
    COMMENT_WIDTH,
    FILLS,
    LINE,
    REASON_COLOURS,
    REASON_WIDTH,
    Findings,
    lines_of,
    writable,
)

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MANY = 20_000  # lines from which memory matters more than cells merged downwards
FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
MERGED = 50_000  # cells of merged ones that are kept so
LOOKED_AT = 400  # lines that decide how wide a column is
NARROWEST, WIDEST = 9, 44  # characters
FREEZABLE = 15  # title lines that leave room to work in
FIRST_DAY = date(1900, 3, 1)  # Excel's days before are off by one, or none
FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
GRID = {"border": 1, "border_color": "#BFBFBF"}
HEADER = {"bold": True, "text_wrap": True, "border": 1, "border_color": "#8C8478", "align": "center",
          "bg_color": "#F0EBE3"}  # fmt: skip
A4 = 9


def rebuild(sheets: list[Sheet], order: dict) -> bytes:
    """The sheets with their values, dates and merged cells, and the findings of ``order`` on one of them."""
    stream = io.BytesIO()
    marked = next((sheet for sheet in sheets if sheet.name == order["sheet"]), sheets[0])
    many = any(len(sheet.rows) > MANY for sheet in sheets)
    book = xlsxwriter.Workbook(stream, SAFE | {"constant_memory": many})
    looks = _Looks(book)
    names: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(_name(sheet.name, names))
        if sheet is marked:
            _MarkedPage(page, sheet, order, looks, many).write()
            page.activate()
        else:
            for line, cells in enumerate(sheet.rows):
                for place, cell in enumerate(cells):
                    _put(page, line, place, cell, looks)
            if not sheet.visible:
                page.hide()
    book.close()
    return stream.getvalue()


def _name(name, taken):
    name = clean(name).translate(FORBIDDEN_IN_NAMES).strip(" '")[:31] or "Sheet1"
    base, number = name[:26], 1
    while name.lower() in taken:
        number += 1
        name = f"{base} ({number})"
    taken.add(name.lower())
    return name


class _Looks:
    """Each look once: a workbook keeps every format that is added."""

    def __init__(self, book):
        self.book = book
        self.made = {}

    def __call__(self, **look):
        key = tuple(sorted(look.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({**FONT, **look})
        return self.made[key]


def _put(page, line, place, cell, looks, **look):
    """Write a cell as it was read: text stays text, whatever it begins with, and keeps its zeros when typed again."""
    if isinstance(cell, bool):
        page.write_boolean(line, place, cell, looks(**look))
    elif isinstance(cell, int | float) and abs(cell) < 10**15:
        page.write_number(line, place, cell, looks(**look))
    elif isinstance(cell, date) and cell >= FIRST_DAY:
        moment = datetime.combine(cell, time())
        page.write_datetime(line, place, moment, looks(num_format="dd/mm/yyyy", **look))
    elif cell is None or cell == "":
        if look:
            page.write_blank(line, place, None, looks(num_format="@", **look))
    else:
        text = writable(text_of(cell) if isinstance(cell, date) else str(cell))
        if text.startswith(FORMULA_STARTS):
            look["quote_prefix"] = True
        page.write_string(line, place, text, looks(num_format="@", **look))


class _MarkedPage:
    """The sheet with the findings. Lines and columns count from 0 here."""

    def __init__(self, page, sheet, order, looks, many):
        self.page, self.sheet, self.looks = page, sheet, looks
        self.header = order["header"] - 1
        self.heading = order["heading"]
        self.fixed = {(line - 1, place): text for line, place, text in order["fixed"]}
        titles = self._titles()
        own = [place for place, title in titles.items() if title.endswith(self.heading)]
        below = [len(row) for row in sheet.rows[self.header :]]
        marked = [mark[1] + 1 for mark in order["marks"] if mark[1] is not None]
        self.reason_at = own[0] if own else max([*below, *marked, 1])
        titles = {place: title for place, title in titles.items() if place != self.reason_at}
        self.findings = Findings(order, titles, min(titles, default=0), max([self.reason_at - 1, 0]))
        self.last = self.header
        self.merges, self.covered, self.repeated = {}, set(), defaultdict(dict)
        self._merge(many)
        self.is_double = any(bottom == self.header > top for (top, _left), (bottom, _right) in self.merges.items())

    def _titles(self):
        found = {}
        for index in (self.header - 1, self.header):
            if 0 <= index < len(self.sheet.rows):
                cells = self.sheet.rows[index] if index == self.header else self._merged_over(index)
                found |= {place: text_of(cell) for place, cell in enumerate(cells) if not blank(cell)}
        return found

    def _merged_over(self, index):
        cells = self.sheet.rows[index]
        down = {left for (top, left), (bottom, _right) in self.sheet.merges if top == index and bottom == self.header}
        return [cell if place in down else None for place, cell in enumerate(cells)]

    def _merge(self, many):
        """Keep merged cells, but for those with a finding, or merged downwards in a long table: their value repeats."""
        touched = {(line - 1, place) for line, place in self.findings.places()} | set(self.fixed)
        for (top, left), (bottom, right) in self.sheet.merges:
            if bottom >= len(self.sheet.rows) or right >= self.reason_at or (top, left) == (bottom, right):
                continue
            size = (bottom - top + 1) * (right - left + 1)
            cells = {(line, place) for line in range(top, bottom + 1) for place in range(left, right + 1)} \
                if len(self.covered) + size <= MERGED else touched  # fmt: skip
            if cells.isdisjoint(touched) and cells.isdisjoint(self.covered) and (top == bottom or not many):
                self.merges[(top, left)] = (bottom, right)
                self.covered |= cells
            elif top > self.header and left < len(self.sheet.rows[top]):
                for index in range(top + 1, bottom + 1):
                    if any_filled(self.sheet.rows[index]):
                        self.repeated[index][left] = self.sheet.rows[top][left]

    def write(self):
        rows = self.sheet.rows
        self._shape()
        while self.last + 1 < len(rows) and any_filled(rows[self.last + 1]):
            self.last += 1
        self.last = max([self.last, *(number - 1 for number in self.findings.lines)])
        for index, cells in enumerate(rows):
            self._line(index, cells)
        line, place = self.findings.first_place[0] - 1, self.findings.first_place[1]
        if self.header < FREEZABLE:
            self.page.freeze_panes(self.header + 1, 0, max(self.header + 1, line - 2))
        self.page.autofilter(self.header, 0, self.last, self.reason_at)
        self.page.set_selection(line, place, line, place)
        self.page.set_landscape()
        self.page.set_paper(A4)
        self.page.fit_to_pages(1, 0)
        self.page.repeat_rows(self.header)

    def _shape(self):
        body = self.sheet.rows[self.header : self.header + LOOKED_AT]
        for place in range(self.reason_at):
            texts = [text_of(row[place]) for row in body[1:] if place < len(row) and not blank(row[place])]
            title = max((len(word) for word in self.findings.titles.get(place, "").split()), default=0)
            longest = max([title + 2, *(len(text) for text in texts)])
            self.page.set_column(place, place, min(WIDEST, max(NARROWEST, longest + 2)))
        self.page.set_column(self.reason_at, self.reason_at, REASON_WIDTH)

    def _line(self, index, cells):
        number = index + 1
        inside = self.header < index <= self.last
        for place in range(self.reason_at if inside or index == self.header else len(cells)):
            if place != self.reason_at:
                self._cell(index, place, cells[place] if place < len(cells) else None, inside)
        if index == self.header:
            if self.is_double:
                self.page.merge_range(index - 1, self.reason_at, index, self.reason_at, "", self.looks(**HEADER))
            self.page.write_string(index - self.is_double, self.reason_at, self.heading, self.looks(**HEADER))
            self.page.set_row(index, 2.2 * LINE)
        elif number in self.findings.lines:
            text, is_error = self.findings.reason(number)
            look = self.looks(
                text_wrap=True, indent=1, font_color=f"#{REASON_COLOURS[is_error]}", quote_prefix=True, **GRID
            )
            self.page.write_string(index, self.reason_at, text, look)
            self.page.set_row(index, (LINE + 1) * lines_of(text))

    def _cell(self, index, place, cell, inside):
        look: dict = {}
        if index == self.header or (index == self.header - 1 and self.is_double):
            look = dict(HEADER)
        elif inside and place in self.findings.table:
            look = dict(GRID)
        elif index < self.header:
            look = {"bold": True}
        cell = self.repeated[index].get(place, cell)
        if (text := self.fixed.get((index, place))) is not None:
            cell = text
            look["bg_color"] = f"#{FILLS['fixed']}"
        if colour := self.findings.colour(index + 1, place):
            look["bg_color"] = f"#{FILLS[colour]}"
        if merge := self.merges.get((index, place)):
            look |= {"align": "center"} if index < self.header else {}
            self.page.merge_range(index, place, *merge, "", self.looks(**look))
        elif (index, place) in self.covered:
            return
        _put(self.page, index, place, cell, self.looks, **look)
        if words := self.findings.comment(index + 1, place):
            height = 18 * lines_of(words, COMMENT_WIDTH) + 12
            self.page.write_comment(
                index, place, words, {"author": AUTHOR, "width": 290, "height": height, "font_size": 9}
            )
