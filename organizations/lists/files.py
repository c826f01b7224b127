"""A list as a file: the same filters, order and columns as on the screen, every row, text that no spreadsheet runs."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from tempfile import TemporaryFile

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _

from organizations.snapshot_read import one_snapshot
from vietnamese.dates import format_date
from vietnamese.numbers import format_count
from vietnamese.spreadsheets import BYTE_ORDER_MARK, DELIMITER, FORMULA_STARTS, SAFE_WORKBOOK, inert

from .question import Listing

AT_ONCE = 1000  # rows read together
PIECE = 64 * 1024  # bytes sent together
A4 = 9
FONT = {"font_name": "Times New Roman", "font_size": 12}


class Sheet:
    """The lines of a list: what it is, its titles, its rows."""

    def __init__(self, listing: Listing, title: str):
        self.listing = listing
        self.heading = [
            title,
            _("Figures as of %(day)s · %(count)s rows")
            % {"day": format_date(listing.today), "count": format_count(listing.total)},
        ]
        if listing.chips:
            asked = "; ".join(f"{chip.label}: {chip.text}" for chip in listing.chips)
            self.heading.append(_("Filtered by %(filters)s") % {"filters": asked})
        files = [pair for column in listing.shown for pair in column.files]
        self.titles = [_("No."), *(str(title) for title, _value in files)]
        self.values = [value for _title, value in files]

    def rows(self) -> Iterator[list]:
        pks = list(self.listing.ids())
        for start in range(0, len(pks), AT_ONCE):
            for number, row in enumerate(self.listing.rows(pks[start : start + AT_ONCE]), start=start + 1):
                yield [number, *(value(row) for value in self.values)]


@contextmanager
def _speaking(language):
    """What is sent while it is read is written after the request's language was put away."""
    with translation.override(language), one_snapshot():
        yield


class _Echo:
    def write(self, text):
        return text


def as_csv(sheet: Sheet) -> Iterator[str]:
    """The lines of a CSV file as they are read."""
    writer = csv.writer(_Echo(), delimiter=DELIMITER, lineterminator="\r\n")
    language = translation.get_language()

    def lines():
        with _speaking(language):
            yield BYTE_ORDER_MARK + writer.writerow([inert(sheet.heading[0])])
            for line in sheet.heading[1:]:
                yield writer.writerow([inert(line)])
            yield writer.writerow(map(inert, sheet.titles))
            for row in sheet.rows():
                yield writer.writerow([_text(value) for value in row])

    return lines()


def _text(value) -> str:
    match value:
        case None:
            return ""
        case int():
            return str(value)
        case date():
            return format_date(value)
    return inert(str(value))


def as_workbook(sheet: Sheet) -> Iterator[bytes]:
    """The pieces of an .xlsx, written row by row to a file of the machine that is gone once it is sent."""
    language = translation.get_language()

    def pieces():
        with TemporaryFile() as out:
            with _speaking(language), xlsxwriter.Workbook(out, {"constant_memory": True, **SAFE_WORKBOOK}) as book:
                _fill(book, sheet)
            out.seek(0)
            while piece := out.read(PIECE):
                yield piece

    return pieces()


def _fill(book, sheet):
    looks = {
        "title": book.add_format({**FONT, "bold": True, "font_size": 14}),
        "note": book.add_format({**FONT, "italic": True}),
        "head": book.add_format(
            {**FONT, "bold": True, "border": 1, "text_wrap": True, "bg_color": "#F0EBE3", "valign": "vcenter"}
        ),
        "text": book.add_format({**FONT, "border": 1}),
        "quoted": book.add_format({**FONT, "border": 1, "quote_prefix": True}),
        "count": book.add_format({**FONT, "border": 1, "num_format": "#,##0"}),
        "day": book.add_format({**FONT, "border": 1, "num_format": "dd/mm/yyyy", "align": "center"}),
    }
    page = book.add_worksheet(sheet.heading[0][:31])
    page.set_column(0, 0, 6)
    page.set_column(1, 1, 44)
    page.set_column(2, len(sheet.titles) - 1, 20)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.set_footer("&C&P/&N")
    for line, text in enumerate(sheet.heading):
        page.write_string(line, 0, text, looks["note" if line else "title"])
    head = len(sheet.heading) + 1
    page.repeat_rows(head)
    page.freeze_panes(head + 1, 2)
    for at, title in enumerate(sheet.titles):
        page.write_string(head, at, title, looks["head"])
    for line, row in enumerate(sheet.rows(), start=head + 1):
        for at, value in enumerate(row):
            _write(page, line, at, value, looks)


def _write(page, line, at, value, looks):
    match value:
        case None:
            page.write_blank(line, at, None, looks["text"])
        case int():
            page.write_number(line, at, value, looks["count"])
        case date():
            page.write_datetime(line, at, datetime.combine(value, time()), looks["day"])
        case _:
            text = str(value)
            page.write_string(line, at, text, looks["quoted" if text.startswith(FORMULA_STARTS) else "text"])
