"""Workbooks: one sheet a table, numbers as numbers, dates as dates, text never as a formula or a link."""

from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from math import ceil

import xlsxwriter

from reports.attainment import half_up
from reports.counting import counting
from reports.tables import Kind, State, cell_text
from vietnamese.spreadsheets import FORMULA_STARTS, SAFE_WORKBOOK

from .layout import ems, heads, text_width
from .party_format import body

A4 = 9
FORBIDDEN_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
WIDEST = 19  # ems of a column of long text
CHARACTERS = 2.2  # an em of our type in the widths a workbook counts in
LINE = 16.5  # points


def draw_xlsx(report) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **SAFE_WORKBOOK})
    kind, about = report.heading()
    book.set_properties(
        {"title": f"{kind} {about}", "author": body(report.zone), "created": datetime.combine(report.as_of, time())}
    )
    formats = _Formats(book)
    for number, table in enumerate(report.tables(), start=1):
        name = f"{table.number or number} {table.title}".translate(FORBIDDEN_IN_SHEET_NAMES)[:31].strip()
        _sheet(book.add_worksheet(name), report, table, formats)
    book.close()
    return out.getvalue()


class _Formats:
    """Each look once: a workbook keeps every format that is added."""

    def __init__(self, book):
        self.book = book
        self.made = {}

    def __call__(self, **looks):
        key = tuple(sorted(looks.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({"font_name": "Times New Roman", "font_size": 12, **looks})
        return self.made[key]

    def cell(self, bold=False, **looks):
        return self(border=1, valign="vcenter", **({"bold": True} if bold else {}), **looks)


def _sheet(sheet, report, table, formats):
    kind, about = report.heading()
    title = f"{table.number}. {table.title}" if table.number else table.title
    for line, (text, look) in enumerate(
        [
            (body(report.zone), formats(bold=True)),
            (f"{kind} {about}", formats(bold=True)),
            (title, formats(bold=True, font_size=14)),
            (report.basis, formats(italic=True)),
        ]
    ):
        sheet.write_string(line, 0, text, look)
    first = 5
    head = formats.cell(bold=True, align="center", text_wrap=True, bg_color="#F0EBE3")
    rows = heads(table)
    for line, cells in enumerate(rows, start=first):
        for cell in cells:
            if cell.across > 1 or cell.down > 1:
                last = (line + cell.down - 1, cell.at + cell.across - 1)
                sheet.merge_range(line, cell.at, *last, "", head)
            sheet.write_string(line, cell.at, cell.text, head)
    line = first + len(rows)
    sheet.repeat_rows(first, line - 1)
    sheet.freeze_panes(line, min(2, len(table.columns)))
    for row in table.lines:
        bold = row.heading or row is table.total
        for at, column in enumerate(table.columns):
            _write(sheet, line, at, row.cell(column), column, formats, bold)
        line += 1
    for note in [table.empty] if table.empty and not table.rows else table.notes:
        sheet.write_string(line + 1, 0, note, formats(italic=True))
        line += 1
    _shape(sheet, table, first)


def _write(sheet, line, at, value, column, formats, bold):
    match value:
        case None:
            sheet.write_blank(line, at, None, formats.cell(bold))
        case int() | Decimal() | Fraction() if column.kind is Kind.PERCENT:
            shown = counting().shorten(value)
            places = "" if shown == shown.to_integral_value() else f".{'0' * counting().decimals}"
            sheet.write_number(line, at, float(shown / 100), formats.cell(bold, num_format=f"0{places}%"))
        case bool():
            raise TypeError(f"{value!r}: a cell is a figure, a day or a text")
        case int():
            sheet.write_number(line, at, value, formats.cell(bold, num_format="#,##0", align=column.align))
        case Decimal() | Fraction():
            sheet.write_number(line, at, float(half_up(value, 4)), formats.cell(bold, num_format="#,##0.####"))
        case date():
            moment = datetime.combine(value, time())
            sheet.write_datetime(line, at, moment, formats.cell(bold, num_format="dd/mm/yyyy", align="center"))
        case _:
            text = cell_text(value, column.kind)
            look = {"align": column.align, "text_wrap": column.kind is Kind.TEXT or isinstance(value, State)}
            if text.startswith(FORMULA_STARTS):
                look["quote_prefix"] = True  # stays text when somebody types into the cell
            sheet.write_string(line, at, text, formats.cell(bold, **look))


def _shape(sheet, table, first):
    """Widths at which every figure is whole, heights for what wraps; A4 landscape, one page wide, header repeated."""
    texts = table.texts()
    widths = []
    for at, column in enumerate(table.columns):
        least, wanted = ems(column, [row[at] for row in texts])
        width = min(WIDEST, wanted) if column.kind is Kind.TEXT else least
        widths.append(max(least, width))
        sheet.set_column(at, at, widths[-1] * CHARACTERS + 1)
    top = first + len(heads(table)) - 1
    titles = [column.title for column in table.columns]
    for line, row in enumerate([titles, *texts], start=top):
        deepest = max(ceil(text_width(text) / width) for text, width in zip(row, widths, strict=True))
        sheet.set_row(line, LINE * max(1, deepest))
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=1.18, right=0.59, top=0.79, bottom=0.79)
    sheet.set_footer("&C&P/&N")
