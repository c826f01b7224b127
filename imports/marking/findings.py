"""What is to be shown of each cell and line, and how it is put so that a workbook can hold it."""

import re
from math import ceil

AUTHOR = "nq28"
HEADING = "Lý do cần sửa"  # of the column of reasons; the reader has no use for it when the file comes back
FILLS = {"error": "FFC4C0", "warning": "FFF0A8", "fixed": "CDEBC5"}
REASON_COLOURS = {True: "B3261E", False: "8A6100"}
REASON_WIDTH = 66  # characters
COMMENT_WIDTH = 36
LONGEST = 32_000  # characters; a cell holds 32,767
LINE = 15.0  # points

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Findings:
    """The marks by place: the colour of a cell, the words of its comment, the reasons of a line.

    ``titles`` are the titles by column; a mark without a column colours the columns ``first`` to ``last``.
    """

    def __init__(self, order, titles, first=0, last=None):
        self.order, self.titles = order, titles
        self.table = range(first, (max(titles, default=0) if last is None else last) + 1)
        self.cells, self.lines, self.whole = {}, {}, {}
        for line, column, message, is_error in order["marks"]:
            self.lines.setdefault(line, []).append((column, message, is_error))
            self.cells.setdefault((line, first if column is None else column), []).append((message, is_error))
            if column is None:
                self.whole[line] = is_error or self.whole.get(line, False)
        wrong = [place for place, found in self.cells.items() if any(is_error for _message, is_error in found)]
        self.first_place = min(wrong or self.cells or [(order["header"] + 1, first)])

    def colour(self, line, column):
        """The name of the colour, one of FILLS, or None."""
        found = self.cells.get((line, column), ())
        whole = self.whole.get(line) if column in self.table else None
        if whole or any(is_error for _message, is_error in found):
            return "error"
        return "warning" if found or whole is not None else None

    def places(self):
        """Every place that has a colour."""
        return set(self.cells) | {(line, column) for line in self.whole for column in self.table}

    def comment(self, line, column):
        found = self.cells.get((line, column), ())
        return writable("\n".join(dict.fromkeys(message for message, _is_error in found)))

    def reason(self, line):
        """All that is said of the line, errors first; and whether one of it is an error."""
        said = {True: [], False: []}
        for column, message, is_error in sorted(self.lines[line], key=lambda one: -1 if one[0] is None else one[0]):
            if column is not None:
                title = self.titles.get(column) or letters(column)
                message = self.order["said"] % {"column": title, "message": message}
            said[is_error].append(message if is_error else self.order["warned"] % {"message": message})
        return writable("\n".join(dict.fromkeys(said[True] + said[False]))), bool(said[True])


def writable(text):
    """``text`` as a cell of a workbook can hold it."""
    return _NOT_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST]


def lines_of(text, width=1.05 * REASON_WIDTH):
    """About how many lines ``text`` takes in a box so many characters wide."""
    return sum(max(1, ceil(len(line) / width)) for line in text.split("\n"))


# ------------------------------------------------------------------------------------------ places


def letters(column):
    """0 → "A"."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_of(reference):
    """ "$C$12" → 2."""
    column = 0
    for letter in reference.replace("$", "").rstrip("0123456789"):
        column = column * 26 + ord(letter) - 64
    return column - 1


def corners(reference):
    """ "B3:D7" → (3, 1, 7, 3): line and column of the first and the last cell."""
    ends = reference.replace("$", "").split(":")
    first, last = ends[0], ends[-1]
    return _line(first), column_of(first), _line(last), column_of(last)


def _line(reference):
    return int(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
