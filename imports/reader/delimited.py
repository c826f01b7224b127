"""CSV and TSV: UTF-8, or UTF-16 with its mark; cells apart by ``;``, ``,`` or a tab."""

import codecs
import csv
from collections import Counter

from . import child
from .refusals import Unusable
from .sheet import Sheet

DELIMITERS = ";\t,"
LOOKED_AT = 60  # records that decide which delimiter it is


def decode(data: bytes) -> str:
    """The text of ``data``. Raises Unusable when it is no text, or in another encoding."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        coding = "utf-16"
    elif b"\0" in data:
        raise Unusable("not_a_workbook", name="")
    else:
        coding = "utf-8-sig"
    try:
        text = data.decode(coding)
    except UnicodeDecodeError:
        raise Unusable("encoding") from None
    if "\0" in text:
        raise Unusable("not_a_workbook", name="")
    return text


def read_delimited(data: bytes, name: str) -> list[Sheet]:
    """The one sheet of a delimited text; a row's line is its place among the records, as Excel counts them."""
    text = decode(data)
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype", "<html", "<?xml", "<table", "<office:")):
        raise Unusable("web_page", name=name)
    lines = text.splitlines(keepends=True)
    delimiter = max(DELIMITERS, key=lambda mark: _regularity(lines, mark))
    sheet = Sheet(name, rows=[])
    for record in _records(lines, delimiter):
        if len(sheet.rows) >= child.ROWS:
            raise Unusable("too_many_rows", sheet=name, rows="100.000")
        cells = [cell or None for cell in record]
        while cells and cells[-1] is None:
            cells.pop()
        if len(cells) > child.COLUMNS:
            raise Unusable("too_many_columns", sheet=name, columns=child.COLUMNS)
        sheet.rows.append(cells)
    return [sheet]


def _records(lines, delimiter):
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        yield from reader
    except csv.Error:
        raise Unusable("csv", line=reader.line_num) from None


def _regularity(lines, delimiter):
    """How much the first records look like a table when cut at ``delimiter``: cells of rows of the usual width."""
    widths = []
    try:
        for record in _records(lines[: 4 * LOOKED_AT], delimiter):
            widths.append(len(record))
            if len(widths) == LOOKED_AT:
                break
    except Unusable:
        return 0
    usual = Counter(width for width in widths if width > 1).most_common(1)
    return (usual[0][0] - 1) * usual[0][1] if usual else 0
