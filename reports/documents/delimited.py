"""CSV as Excel on a Vietnamese Windows opens it: UTF-8 with a byte order mark, semicolons, decimal commas.

There the comma is the decimal mark, so a semicolon parts the cells. Counts are written without grouping and percents
as "105,3%", which Excel reads as numbers. Text that a spreadsheet would take for a formula gets an apostrophe.
"""

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import StringIO

from reports.tables import Kind, Span, State, cell_text
from vietnamese.spreadsheets import BYTE_ORDER_MARK, DELIMITER, inert

from .party_format import body


def draw_csv(report) -> bytes:
    out = StringIO()
    writer = csv.writer(out, delimiter=DELIMITER, lineterminator="\r\n")
    kind, about = report.heading()
    for line in (body(report.zone), f"{kind}: {about}", report.basis):
        writer.writerow([inert(line)])
    for table in report.tables():
        writer.writerow([])
        writer.writerow([inert(": ".join(filter(None, (table.number, table.title))))])
        writer.writerow([inert(": ".join(filter(None, (column.group, column.title)))) for column in table.columns])
        for row in table.lines:
            writer.writerow([_cell(row.cell(column), column.kind) for column in table.columns])
        for note in [table.empty] if table.empty and not table.rows else table.notes:
            writer.writerow([inert(note)])
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def _cell(value, kind):
    match value:
        case int() if kind is not Kind.PERCENT:
            return str(value)
        case int() | Decimal() | Fraction():
            return cell_text(value, kind).replace(".", "")
        case Span() | State() | date() | None:
            return cell_text(value, kind)
    return inert(str(value))
