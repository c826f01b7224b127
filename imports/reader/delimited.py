"""CSV and TSV: UTF-8, or UTF-16 with its mark; cells apart by ``;``, ``,`` or a tab."""

import codecs
import csv
import io
import re
from collections import Counter
from itertools import islice

from vietnamese.spreadsheets import FORMULA_STARTS

from . import child
from .refusals import Unusable
from .sheet import Sheet, take_errors

DELIMITERS = ";\t,"
LOOKED_AT = 60  # records that decide which delimiter it is

_SEPARATOR = re.compile(r"sep=([;,\t|])\r?\n", re.I)


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
    said = _SEPARATOR.match(text)  # Excel's own way of saying it, which is no row
    if said:
        delimiter, text = said[1], text[said.end() :]
    else:
        delimiter = max(DELIMITERS, key=lambda mark: _regularity(text, mark))
    sheet = Sheet(name, rows=[])
    left = child.CELLS
    for record in _records(_lines(text), delimiter):
        if len(sheet.rows) >= child.ROWS:
            raise Unusable("too_many_rows", sheet=name, rows="100.000")
        while record and not record[-1]:
            record.pop()
        if len(record) > child.COLUMNS:
            raise Unusable("too_many_columns", sheet=name, columns=child.COLUMNS)
        left -= len(record)
        if left < 0:
            raise Unusable("too_much_text")
        sheet.rows.append([_plain(cell) or None for cell in record])
    if "#" in text:
        take_errors(sheet)
    return [sheet]


def _plain(cell):
    """The cell without the apostrophe that our own lists put before what a spreadsheet would take for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS) else cell


def _lines(text):
    """The lines one by one: a list of them all would take more memory than the text."""
    return io.StringIO(text, newline="")


def _records(lines, delimiter):
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        yield from reader
    except csv.Error:
        raise Unusable("csv", line=reader.line_num) from None


def _regularity(text, delimiter):
    """How much the first records look like a table when cut at ``delimiter``: cells of rows of the usual width."""
    widths = []
    try:
        for record in _records(islice(_lines(text), 4 * LOOKED_AT), delimiter):
            widths.append(len(record))
            if len(widths) == LOOKED_AT:
                break
    except Unusable:
        return 0
    usual = Counter(width for width in widths if width > 1).most_common(1)
    return (usual[0][0] - 1) * usual[0][1] if usual else 0
