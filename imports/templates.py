"""Workbooks to fill in, and lists to correct: one for each kind, which the reader takes back without being asked.

The columns are those of ``KINDS``, what is said of them comes from ``kinds.guidance``. A template is known by its
stamp, "Mẫu nq28 enterprises v1", in the sheet and in the file's properties.
"""

import io
from datetime import date, datetime, time
from itertools import zip_longest
from math import ceil

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organizations.models import Zone
from vietnamese.dates import PARTY_FOUNDED, format_date
from vietnamese.spreadsheets import FORMULA_STARTS

from .kinds import KINDS
from .kinds.guidance import ABOUT, FIRST, Entry, Guide
from .marking.findings import letters, writable
from .offers import Offers
from .prefill import HELP, PREFILLS
from .reader.table import EXAMPLE

VERSION = 1
PROPERTY = "nq28-template"
SAFE = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "default_date_format": "dd/mm/yyyy",
}  # fmt: skip
A4 = 9
FONT = {"font_name": "Times New Roman", "font_size": 12}
RED, GOLD, PAPER, INK, PALE = "#9E1B1E", "#FFCD00", "#F0EBE3", "#1B1B1B", "#8C8478"
GRID = {"border": 1, "border_color": "#C9C2B8"}
ORDER_TITLE = "STT"
HELPER = 2  # where the column stands that is for people only
EMPTY_LINES = 30  # drawn; more may be filled
CHECKED_LINES = 2000  # under the last filled one, that have drop-downs
FIRST_DAY = date(1900, 3, 1)
LAST_DAY = date(2100, 12, 31)
FORMATS = {
    Entry.TEXT: {"num_format": "@", "text_wrap": True},
    Entry.DAY: {"num_format": "dd/mm/yyyy", "align": "center"},
    Entry.PLANNED_DAY: {"num_format": "dd/mm/yyyy", "align": "center"},
    Entry.COUNT: {"num_format": "#,##0"},
    Entry.YEAR: {"num_format": "0", "align": "center"},
    Entry.PERCENT: {"num_format": "General"},
}


def stamp(kind: str) -> str:
    """The words that name a template and its version."""
    return f"Mẫu nq28 {kind} v{VERSION}"


def can_prefill(kind: str) -> bool:
    """Whether there is a list of this kind to correct. Events are facts: they are corrected one by one."""
    return kind in PREFILLS


def template(kind: str, *, zone: Zone | None, user, today: date, prefill=False) -> bytes:
    """An .xlsx of this kind for ``zone`` (None only for targets: every zone the user may give them to).

    With ``prefill`` it holds what is recorded and ``user`` may see, or the lines that are given (see ``Prefill``);
    sent in as it is, it changes nothing.
    """
    if zone is None and KINDS[kind].needs_zone:
        raise ValueError(f"a template of {kind} is for one zone")
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, SAFE)
    book.set_properties({"title": str(ABOUT[kind].title), "author": "NQ28", "created": datetime.combine(today, time())})
    book.set_custom_property(PROPERTY, f"{kind} v{VERSION}")
    looks = _Looks(book)
    offered = Offers(zone, user, today)
    names = dict.fromkeys(guide.offers for guide in ABOUT[kind].columns.values() if guide.offers)
    lists = {name: values for name in names if (values := offered(name))}
    rows = PREFILLS[kind](zone, user, today) if prefill is True else prefill or None
    page = _Table(book.add_worksheet(_sheet_name(ABOUT[kind].title)), kind, zone, today, looks, lists)
    page.write(rows)
    _write_guide(book.add_worksheet(_sheet_name(_("Guide"))), kind, looks, lists)
    _write_lists(book, lists)
    book.close()
    return stream.getvalue()


def _sheet_name(title):
    return str(title)[:31]


class _Looks:
    """Each look once: a workbook keeps every format that is added."""

    def __init__(self, book):
        self.book = book
        self.made = {}

    def __call__(self, **look):
        key = tuple(sorted(look.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({**FONT, "valign": "vcenter", **look})
        return self.made[key]


def put(page, line, place, value, looks, **look):
    """Write a value as what it is: a number, a day, or text that nothing takes for a formula."""
    if value is None or value == "":
        page.write_blank(line, place, None, looks(**look))
    elif isinstance(value, date) and value >= FIRST_DAY:
        page.write_datetime(line, place, datetime.combine(value, time()), looks(**look))
    elif isinstance(value, str | date):
        text = writable(format_date(value) if isinstance(value, date) else value)
        quoted = {"quote_prefix": True} if text.startswith(FORMULA_STARTS) else {}
        page.write_string(line, place, text, looks(**look, **quoted))
    else:
        page.write_number(line, place, float(value), looks(**look))


class _Table:
    """The sheet to fill in: titles, header, example, lines."""

    def __init__(self, page, kind, zone, today, looks, lists):
        self.page, self.kind, self.zone, self.today, self.looks, self.lists = page, kind, zone, today, looks, lists
        self.columns = KINDS[kind].columns
        self.either = {field for group in KINDS[kind].either for field in group}
        self.guides: dict[str, Guide] = ABOUT[kind].columns
        self.header = 6 if ABOUT[kind].counts else 5
        self.helper = ""
        self.places = list(enumerate(self.columns, start=1))

    def write(self, rows):
        page = self.page
        if rows is not None and rows.helper:  # beside the first column, which it explains
            self.helper = rows.helper
            self.places = [(place + (place > 1), column) for place, column in self.places]
            page.set_column(HELPER, HELPER, 42)
        page.hide_gridlines(2)
        page.set_column(0, 0, 7)
        for place, column in self.places:
            guide = self.guides[column.field]
            page.set_column(place, place, guide.width, self.looks(**FORMATS[guide.entry]))
        self._titles(rows)
        self._header()
        line = self.header + 1
        if rows is None:
            page.set_row(line, 18)
            self._line(line, EXAMPLE, self._example(), italic=True, font_color="#6B6459", bg_color="#FAF7F2")
            line += 1
        else:
            for number, values in enumerate(rows.lines(), start=1):
                page.set_row(line, 16 * self._deepest(values))
                self._line(line, number, values)
                line += 1
        self._checks(self.header + 1, line + CHECKED_LINES)
        for _line in range(EMPTY_LINES if rows is None else EMPTY_LINES // 6):
            page.set_row(line, 18)
            self._line(line, None, {})
            line += 1
        if rows is not None and rows.left_out:
            text = ngettext(
                "%(count)s entry that a line cannot tell whole is not in this list.",
                "%(count)s entries that a line cannot tell whole are not in this list.",
                rows.left_out,
            )
            put(page, line + 1, 0, text % {"count": rows.left_out}, self.looks, italic=True, font_color=PALE)
            line += 2
        first = self.header + (2 if rows is None else 1)
        page.freeze_panes(self.header + 1, 0)
        page.set_selection(first, 1, first, 1)
        self._print(line)

    def _titles(self, rows):
        page, about = self.page, ABOUT[self.kind]
        plain = {"italic": True, "font_color": PALE}
        page.set_row(0, 26)
        put(page, 0, 0, str(about.title).upper(), self.looks, bold=True, font_size=16, font_color=RED)
        put(page, 0, self.places[-1][0], stamp(self.kind), self.looks, font_size=8, font_color=PALE, align="right")
        zone = _("the zones you give targets to") if self.zone is None else f"{self.zone.name} ({self.zone.code})"
        put(page, 1, 0, _("Zone: %(zone)s") % {"zone": zone}, self.looks, bold=True)
        line = 2
        if about.counts:
            # Vietnamese in every language: the reader knows this line by its words
            put(page, line, 0, f"Số liệu đến ngày {format_date(self.today)}", self.looks, bold=True)
            line += 1
        put(page, line, 0, str(about.purpose), self.looks, **plain)
        put(page, line + 1, 0, _("Red titles with * must be filled in. What each column means is on the next sheet."),
            self.looks, **plain)  # fmt: skip

    def _header(self):
        self.page.set_row(self.header, 36)
        look = {"bold": True, "text_wrap": True, "align": "center", "border": 1, "border_color": PALE}
        look |= {"bottom": 5, "bottom_color": GOLD}
        put(self.page, self.header, 0, ORDER_TITLE, self.looks, bg_color=PAPER, **look)
        for place, column in self.places:
            mark = " *" if column.required else " (*)" if column.field in self.either else ""
            colours = {"bg_color": RED, "font_color": "#FFFFFF"} if mark else {"bg_color": PAPER, "font_color": INK}
            put(self.page, self.header, place, column.title + mark, self.looks, **look, **colours)
            if place == 1 and self.helper:
                plain = {"italic": True, "font_color": PALE, "bg_color": PAPER}
                put(self.page, self.header, HELPER, self.helper, self.looks, **look | {"bold": False}, **plain)

    def _example(self):
        return {field: _shown(guide, self.lists) for field, guide in self.guides.items()}

    def _deepest(self, values):
        """How many lines the longest text of the row takes in its column."""
        texts = [(values.get(field), guide.width) for field, guide in self.guides.items()]
        return max(ceil(len(text) / (1.2 * width)) for text, width in texts if isinstance(text, str)) or 1

    def _line(self, line, number, values, **look):
        put(self.page, line, 0, number, self.looks, align="center", **GRID, **look)
        for place, column in self.places:
            entry = FORMATS[self.guides[column.field].entry]
            put(self.page, line, place, values.get(column.field), self.looks, **entry, **GRID, **look)
            if place == 1 and self.helper:
                plain = {"italic": True, "font_color": PALE, "text_wrap": True}
                put(self.page, line, HELPER, values.get(HELP), self.looks, **GRID, **plain | look)

    def _checks(self, first, last):
        for place, column in self.places:
            guide = self.guides[column.field]
            rule = {
                "ignore_blank": True,
                "error_type": "warning",
                "error_title": column.title[:32],
                "input_title": column.title[:32],
                "input_message": _fitting(str(guide.help)),
            } | self._rule(guide)
            self.page.data_validation(first, place, last, place, rule)

    def _rule(self, guide):
        days = _("Write the day as dd/mm/yyyy, such as 15/03/2021. Keep it as it is?")
        if guide.offers in self.lists:
            return {
                "validate": "list",
                "source": f"=DS_{guide.offers}",
                "error_message": _("This is not in the list. Keep it as it is?"),
            }
        match guide.entry:
            case Entry.DAY:
                return {
                    "validate": "date", "criteria": "between", "minimum": PARTY_FOUNDED, "maximum": "=TODAY()",
                    "error_message": days,
                }  # fmt: skip
            case Entry.PLANNED_DAY:
                return {
                    "validate": "date", "criteria": "between", "minimum": PARTY_FOUNDED, "maximum": LAST_DAY,
                    "error_message": days,
                }  # fmt: skip
            case Entry.COUNT:
                return {
                    "validate": "integer", "criteria": ">=", "value": 0,
                    "error_message": _("Write a whole number, such as 385. Keep it as it is?"),
                }  # fmt: skip
            case Entry.YEAR:
                return {
                    "validate": "integer", "criteria": "between", "minimum": 1930, "maximum": 2100,
                    "error_message": _("Write a year of four digits. Keep it as it is?"),
                }  # fmt: skip
            case Entry.PERCENT:
                return {
                    "validate": "decimal", "criteria": ">=", "value": 0,
                    "error_message": _("Write a percent as a number, such as 105,3. Keep it as it is?"),
                }  # fmt: skip
        return {"validate": "any"}

    def _print(self, last):
        page = self.page
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.6, right=0.6, top=0.75, bottom=0.75)
        page.repeat_rows(self.header)
        page.print_area(0, 0, last - 1, self.places[-1][0])
        page.set_footer(f"&L&8{stamp(self.kind)}&C&P/&N")


def _shown(guide, lists):
    """The example of a column; where none fits all zones, the first entry of its list."""
    return lists.get(guide.offers, [None])[0] if guide.example == FIRST else guide.example


def _fitting(text, limit=255):
    """Excel shows at most so many characters of a hint."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _write_guide(page, kind, looks, lists):
    """What each column means, which must be filled in, what may be chosen, and other titles it goes by."""
    about = ABOUT[kind]
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    for place, width in enumerate((26, 12, 58, 26, 44)):
        page.set_column(place, place, width)
    page.set_row(0, 26)
    put(page, 0, 0, f"{_('Guide')}: {about.title}", looks, bold=True, font_size=16, font_color=RED)
    put(page, 1, 0, str(about.purpose), looks, italic=True, font_color=PALE)
    steps = [
        _("1. Fill in one line for each entry, directly under the titles; columns may be left out or moved."),
        _("2. The line “Ví dụ” only shows how: it is never taken in, and may be deleted."),
        _("3. Save as .xlsx and send it in under “Imports”: everything is checked first, and errors are shown in red."),
        _("4. The same file may be sent in again: what is recorded already is not recorded twice."),
    ]
    for line, text in enumerate(steps, start=3):
        put(page, line, 0, text, looks)
    line = 3 + len(steps) + 1
    head = {"bold": True, "bg_color": RED, "font_color": "#FFFFFF", "align": "center", "text_wrap": True, **GRID}
    titles = (_("Column"), _("Required"), _("How to fill it in"), _("Example"), _("Other titles that are understood"))
    for place, title in enumerate(titles):
        put(page, line, place, title, looks, **head)
    page.freeze_panes(line + 1, 0)
    page.repeat_rows(line)
    cell = {"text_wrap": True, "valign": "top", **GRID}
    either = {field for group in KINDS[kind].either for field in group}
    for column in KINDS[kind].columns:
        line += 1
        guide = about.columns[column.field]
        others = "; ".join(column.synonyms[:5])
        example = _shown(guide, lists)
        page.set_row(line, 16.5 * max(1, -(-len(str(guide.help)) // 66), -(-len(others) // 50)))
        put(page, line, 0, column.title, looks, **cell, bold=True)
        required = _("yes") if column.required else _("one of the two") if column.field in either else ""
        put(page, line, 1, required, looks, **cell | {"align": "center"})
        put(page, line, 2, str(guide.help), looks, **cell)
        put(page, line, 3, example, looks, **cell | FORMATS[guide.entry] | {"align": "left"})
        put(page, line, 4, others, looks, **cell, font_color=PALE)


def _write_lists(book, lists):
    """The lists to choose from, a column each on a hidden sheet, by name."""
    page = book.add_worksheet("DanhMuc")
    page.hide()
    for place, (name, values) in enumerate(lists.items()):
        letter = letters(place)
        book.define_name(f"DS_{name}", f"=DanhMuc!${letter}$2:${letter}${len(values) + 1}")
    for line, row in enumerate([tuple(lists), *zip_longest(*lists.values())]):
        for place, value in enumerate(row):
            if value:
                page.write_string(line, place, writable(value))
