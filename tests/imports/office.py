"""Workbooks as offices send them, made in memory, and the door they go through."""

import io

import xlsxwriter

from imports.intake import import_file
from tests import make

TODAY = make.date(2026, 11, 23)


def workbook(*rows, sheet="Sheet1", title=(), merges=(), sheets=()):
    """The bytes of an .xlsx with ``title`` lines above ``rows``; ``merges`` are (row, column, row, column, text)."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, lines in [(sheet, [*title, *rows]), *sheets]:
        page = book.add_worksheet(name)
        for line, cells in enumerate(lines):
            for place, cell in enumerate(cells):
                if hasattr(cell, "isoformat"):
                    page.write_datetime(line, place, cell, day)
                elif isinstance(cell, str) and not cell.startswith("="):
                    page.write_string(line, place, cell)
                elif cell is not None:
                    page.write(line, place, cell)
        if name == sheet:
            for top, left, bottom, right, text in merges:
                page.merge_range(top, left, bottom, right, text)
    book.close()
    return stream.getvalue()


def take_in(data, *, by, zone=None, name="so-lieu.xlsx", today=TODAY, **options):
    """Import ``data`` (bytes, or rows of which a workbook is made), as the command does."""
    if not isinstance(data, bytes):
        data = workbook(*data)
    return import_file(data, name=name, by=by, zone=zone, today=today, **options)


def said(findings):
    """What is found, shortly: (row, column, message)."""
    return [(finding.row, finding.column, finding.message) for finding in findings]
