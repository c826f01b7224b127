"""What was copied out of a spreadsheet and pasted into a page, as a file that is read like any other.

Spreadsheets copy cells apart by tabs. They put a cell in quotation marks only when it has several lines or a tab in
it; any other cell stands as it is, with its own quotation marks: a lone one repeats the cell above.
"""

import re

from django.utils.translation import gettext as _

from .child import COLUMNS
from .guess import BELOW, HEADER_WITHIN, header_among

_BREAK = re.compile(r"[\t\n]|\Z")


def from_clipboard(text: str) -> bytes:
    """The pasted ``text`` as the bytes of a file for ``read``: UTF-8, cells apart by tabs and quoted where need be.

    Cells copied without their titles get a first line that says "Cột A", "Cột B" …, by which they can be matched.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip("\n")
    text = text.encode("utf-8", "replace").decode()
    if not text.strip():
        return b""
    rows = list(_rows(text))
    if header_among(rows[: HEADER_WITHIN + BELOW], HEADER_WITHIN) is None:
        width = min(max(map(len, rows)), COLUMNS)
        rows.insert(0, [_("Column %(letter)s") % {"letter": _letter(place)} for place in range(width)])
    return ("sep=\t\n" + "\n".join("\t".join(map(_quoted, row)) for row in rows) + "\n").encode()


def _rows(text):
    row, place, bare = [], 0, 0  # no cell that begins before ``bare`` is in quotation marks
    while True:
        end = place
        if text.startswith('"', place) and place >= bare:
            end = bare = _closing(text, place + 1)
        if end < len(text) and _is_quoted(text[place + 1 : end]) and _BREAK.match(text, end + 1):
            cell, place = text[place + 1 : end].replace('""', '"'), end + 1
        else:
            end = _BREAK.search(text, place).start()
            cell, place = text[place:end], end
        row.append(cell)
        if place == len(text) or text[place] == "\n":
            yield row
            row = []
        if place == len(text):
            return
        place += 1


def _closing(text, place):
    """Where the quotation mark stands that ends a cell, from ``place`` on: the first that is not doubled."""
    while (place := text.find('"', place)) >= 0:
        if not text.startswith('"', place + 1):
            return place
        place += 2
    return len(text)


def _is_quoted(inside):
    """Whether this, between marks, asked for them; else they are ditto marks, or marks of the text itself."""
    if not inside or inside[0] in "\t\n" or inside[-1] == "\t":
        return False
    return "\n" in inside or "\t" in inside or '""' in inside


def _quoted(cell):
    return '"' + cell.replace('"', '""') + '"' if '"' in cell or "\n" in cell or "\t" in cell else cell


def _letter(place):
    """A to Z, then AA, as spreadsheets name their columns."""
    return ("" if place < 26 else chr(64 + place // 26)) + chr(65 + place % 26)
