"""Where the errors of a spreadsheet stand (#N/A, #REF! …): the parser shows such cells as empty, which they are not.

Each function returns the (line, column) of such cells by the place of their sheet in the workbook. Like ``child``,
which asks, this imports nothing of ours. What cannot be found out gives no cells, never an error.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from xml.parsers import expat

CHUNK = 2**20
CELLS = 100_000  # of a workbook: a file with more of them is refused for those

_DAMAGED = (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, expat.ExpatError)
_CELL = re.compile(rb"<(?:\w+:)?c\s(?=[^>]*\bt=[\"']e[\"'])[^>]*?\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")


class _Enough(ValueError):
    """As many cells as are listed were found."""


def of_package(data, parts):
    """The cells of an .xlsx or .ods file; ``parts`` are the names, in lower case, of those that hold any."""
    found = {}
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        if "content.xml" in parts:
            _read_content(archive, found)
        else:
            for place, path in enumerate(_sheet_paths(archive)):
                if path.lower() in parts:
                    _read_sheet(archive, path, found.setdefault(place, []))
    except _DAMAGED:
        pass
    return found


def _sheet_paths(archive):
    """The part of each sheet, in the order of the workbook."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    names = {name.lower(): name for name in archive.namelist()}
    targets = {}
    for link in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", links):
        one, target = _attribute(link, "Id"), _attribute(link, "Target")
        path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        targets[one] = names.get(path.lower(), path)
    for sheet in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book):
        yield targets.get(_attribute(sheet, r"\w+:id"), "")


def _attribute(tag, name):
    match = re.search(rf"""\s{name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    return (match[1] or match[2] or "") if match else ""


def _read_sheet(archive, path, cells):
    rest = b""
    with archive.open(path) as part:
        while piece := part.read(CHUNK):
            text = rest + piece
            end = text.rfind(b"<") if len(piece) == CHUNK else len(text)
            for match in _CELL.finditer(text, 0, max(end, 0)):
                cells.append([int(match[2]), _column(match[1])])
                if len(cells) > CELLS:
                    raise _Enough
            rest = text[max(end, 0) :][-1000:]


def _column(letters):
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


# ---------------------------------------------------------------------------------------------------- ods


def _read_content(archive, found):
    """Walk the tables of an OpenDocument, counting repeated rows and cells."""
    sheet = row = column = -1
    rows = 1

    def start(tag, attributes):
        nonlocal sheet, row, column, rows
        name = tag.rpartition(":")[2]
        if name == "table" and tag.startswith("table:"):
            sheet, row, rows = sheet + 1, 0, 1
        elif name == "table-row":
            column, rows = 0, int(attributes.get("table:number-rows-repeated", 1))
        elif name in ("table-cell", "covered-table-cell"):
            if "error" in (attributes.get("calcext:value-type"), attributes.get("office:value-type")):
                for line in range(row, row + min(rows, 10)):
                    found.setdefault(sheet, []).append([line + 1, column])
                if len(found[sheet]) > CELLS:
                    raise _Enough
            column += int(attributes.get("table:number-columns-repeated", 1))

    def end(tag):
        nonlocal row
        if tag == "table:table-row":
            row += rows

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    with archive.open("content.xml") as part:
        while piece := part.read(CHUNK):
            parser.Parse(piece, False)


# ---------------------------------------------------------------------------------------------------- xls

_CODE = rb"[\x00\x07\x0f\x17\x1d\x24\x2a\x2b]"
_ERROR = re.compile(
    rb"(?:\x05\x02\x08\x00(....)..%b\x01|\x06\x00..(....)..\x02.%b...\xff\xff)" % (_CODE, _CODE), re.DOTALL
)
_BOUNDSHEET = b"\x85\x00"
_BEGIN, _END = 0x0809, 0x000A


def of_xls(data):
    """The cells of an .xls file: records of an error, and of a formula whose result is one."""
    try:
        stream = _workbook_stream(data)
        starts = _sheet_starts(stream)
        found = {}
        for count, match in enumerate(_ERROR.finditer(stream)):
            places = [place for place, start in enumerate(starts) if start <= match.start()]
            if places and count < CELLS:
                row, column = struct.unpack("<HH", match[1] or match[2])
                place = max(places, key=starts.__getitem__)
                found.setdefault(place, []).append([row + 1, column])
        return found
    except Exception:  # the container is read by a library that fails in many ways; the parser judges the file
        return {}


def _workbook_stream(data):
    from xlrd.compdoc import CompDoc

    document = CompDoc(data, logfile=io.StringIO())
    for name in ("Workbook", "Book"):
        memory, base, length = document.locate_named_stream(name)
        if memory:
            return bytes(memory[base : base + length])
    return b""


def _sheet_starts(stream):
    """Where each sheet begins, in the order of the workbook: the records at the start of the stream say it."""
    place, starts = 0, []
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        if kind == _END:
            break
        if stream[place : place + 2] == _BOUNDSHEET:
            starts.append(struct.unpack_from("<I", stream, place + 4)[0])
        place += 4 + size
    return starts
