"""Reads one untrusted workbook in a process of its own, with little memory and time; no Django, nothing of ours.

The file comes on standard input; the arguments are how the names of fonts of interest begin. Standard output is lines
of JSON, each written as soon as it is known: for each sheet an object that describes it and then lists of rows; when
there are such fonts, one object ``{"fonts": …}`` at the end; or ``{"problem": code}``, after which nothing is worth
anything. Run as a program by ``imports.reader.process``.
"""

import datetime
import importlib.util
import io
import json
import re
import resource
import sys
import zipfile
import zlib
from pathlib import Path

MEMBERS = 200  # parts of a zip; an ordinary workbook has 10 to 30
SHEETS = 100
INFLATED = 100 * 2**20  # bytes
ROWS = 100_000
COLUMNS = 200
CELLS = 1_500_000  # of all sheets, without the empty ends of rows
LONGEST = 32_767  # characters of a cell, as in Excel
MERGED = 300_000  # lines that merged cells cover, each counted by itself
MEMORY = 280 * 2**20  # bytes of address space
CPU_SECONDS = 3
FONT_SECONDS = 1.5
CHUNK = 1000  # rows to a line of output
OUTPUT = 60 * 2**20  # bytes: one shared text may stand in a million cells

DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
FORBIDDEN = tuple(
    mark.decode().encode(coding) for mark in DECLARATIONS for coding in ("utf-8", "utf-16-le", "utf-16-be")
)
TAIL = 64  # bytes of a piece that are looked at again with the next one


class Stop(Exception):
    """The file is refused; the argument is the code of the reason."""


class Signs:
    """What is met on the way through a zip and makes a second look worth its time."""

    def __init__(self, prefixes):
        names = b"|".join(re.escape(prefix.encode()) for prefix in prefixes)
        self.font = re.compile(rb"val\s*=\s*[\"']\s*(?i:" + names + b")") if prefixes else None
        self.fonts = False
        self.errors = set()  # the parts with cells that hold an error

    def look(self, name, piece):
        name = name.lower()
        if self.font and not self.fonts and name.endswith(("styles.xml", "sharedstrings.xml")):
            self.fonts = self.font.search(piece) is not None
        elif name.startswith("xl/worksheets/") or name == "content.xml":
            if any(mark in piece for mark in ERROR_MARKS):
                self.errors.add(name)


ERROR_MARKS = (b't="e"', b"t='e'", b'value-type="error"')


def guard_zip(data, signs):
    """Refuse a zip that is no plain workbook, before any parser sees it."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, RuntimeError, UnicodeError):
        raise Stop("unreadable") from None
    if len(members) > MEMBERS:
        raise Stop("too_many_members")
    names = {member.filename.replace("\\", "/").lower() for member in members}
    if any(member.flag_bits & 1 for member in members):
        raise Stop("password")
    if any("vbaproject" in name or "/macrosheets/" in name or name.startswith("basic/") for name in names):
        raise Stop("macro")
    if not any(name.endswith(("xl/workbook.xml", "xl/workbook.bin")) or name == "content.xml" for name in names):
        if any(name.startswith(("word/", "ppt/")) for name in names):
            raise Stop("other_office_file")
        if not any(name.startswith("xl/") or name == "[content_types].xml" for name in names):
            raise Stop("not_a_workbook")
    left = INFLATED
    for member in members:
        left -= guard_member(data, member, left, signs)
    if locked(archive):
        raise Stop("password")


def locked(archive):
    """Whether an OpenDocument names an encryption in its list of parts."""
    try:
        with archive.open("META-INF/manifest.xml") as manifest:
            return b"encryption-data" in manifest.read(2**20)
    except (KeyError, zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError):
        return False


def guard_member(data, member, left, signs):
    """Inflate one part, counting; its own word about its size is not believed."""
    start = member.header_offset
    header = data[start : start + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise Stop("unreadable")
    start += 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = data[start : start + member.compress_size]
    text = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    if member.compress_type == zipfile.ZIP_STORED:
        if len(packed) > left:
            raise Stop("inflates_too_much")
        guard_text(packed, text)
        signs.look(member.filename, packed)
        return len(packed)
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise Stop("unreadable")
    inflater, size, tail = zlib.decompressobj(-15), 0, b""
    while packed and not inflater.eof:
        try:
            piece = inflater.decompress(packed, 2**20)
        except zlib.error:
            raise Stop("unreadable") from None
        size += len(piece)
        if size > left:
            raise Stop("inflates_too_much")
        piece = tail + piece
        guard_text(piece, text)
        signs.look(member.filename, piece)
        tail = piece[-TAIL:]
        packed = inflater.unconsumed_tail
    return size


def guard_text(piece, text):
    if text and any(mark in piece for mark in FORBIDDEN):
        raise Stop("declarations")


def encrypted(data):
    """Whether the file says so: a locked package, or the record FILEPASS near the start of an old workbook."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return True
    for start in re.finditer(rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]\x05\x00", data):
        place = start.start()
        for _record in range(4):
            kind, size = data[place : place + 2], int.from_bytes(data[place + 2 : place + 4], "little")
            if kind == b"\x2f\x00":
                return True
            place += 4 + size
    return False


def plain(value):
    """A cell that JSON has no form for; a date is a list of one text."""
    if isinstance(value, datetime.datetime):
        value = value.date()
    return [value.isoformat()] if isinstance(value, datetime.date) else str(value)


def read(data, signs):
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = book.sheets_metadata
    except calamine.PasswordError:
        raise Stop("password") from None
    except Exception:
        raise Stop("password" if encrypted(data) else "unreadable") from None
    if len(sheets) > SHEETS:
        raise Stop("too_many_members")
    wrong = error_cells(data, signs)
    left = CELLS
    for place, about in enumerate(sheets):
        if about.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        header = {"sheet": about.name, "visible": about.visible == calamine.SheetVisibleEnum.Visible, "problem": None}
        try:
            sheet = book.get_sheet_by_name(about.name)
        except calamine.WorksheetNotFound:
            continue
        except Exception as error:
            code = "too_many_rows" if "Cell limit" in str(error) else "unreadable"
            yield header | {"visible": True, "problem": code}
            continue
        if sheet.end is None:
            yield header
            continue
        last_row, last_column = sheet.end
        if last_row >= ROWS:
            yield header | {"problem": "too_many_rows", "rows": last_row + 1}
            continue
        if last_column >= COLUMNS:
            yield header | {"problem": "too_many_columns", "columns": last_column + 1}
            continue
        merges = sheet.merged_cell_ranges or []
        if sum(min(bottom, last_row) - top + 1 for (top, _left), (bottom, _right) in merges) > MERGED:
            yield header | {"problem": "too_much_text"}
            continue
        yield header | {"merges": merges, "errors": wrong.get(place, [])}
        for rows in chunks(sheet):
            left -= sum(map(len, rows))
            if left < 0:
                raise Stop("too_much_text")
            yield rows


def chunks(sheet):
    """The rows without their empty ends, some at a time; what stands left of the first filled column is empty too."""
    margin, rows = [""] * sheet.start[1], []
    for cells in sheet.iter_rows():
        while cells and cells[-1] == "":
            cells.pop()
        rows.append(margin + cells if margin and cells else cells)
        if len(rows) == CHUNK:
            yield rows
            rows = []
    if rows:
        yield rows


def error_cells(data, signs):
    """The cells that hold #N/A, #REF! …, by sheet: the parser shows them as empty, which they are not."""
    if data[:2] == b"PK":
        return neighbour("wrong_cells").of_package(data, signs.errors) if signs.errors else {}
    return neighbour("wrong_cells").of_xls(data)


def fonts(data, signs, prefixes):
    """Where a font of interest is in use: the cells with other than ASCII text, by sheet, as [row, column, font]."""
    if data[:2] != b"PK":
        lower = data.lower()
        signs.fonts = any(prefix.encode(coding) in lower for prefix in prefixes for coding in ("ascii", "utf-16-le"))
    if not signs.fonts:
        return {}
    found = neighbour("fonts").read_fonts(data, prefixes, FONT_SECONDS)
    return {name: [[*place, runs] for place, runs in cells.items()] for name, cells in found.items()}


def neighbour(name):
    """A module beside this file, which is no part of a package when it runs as a program."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def answer(data, prefixes):
    signs = Signs(prefixes)
    if data[:2] == b"PK":
        guard_zip(data, signs)
    yield from read(data, signs)
    if by_sheet := fonts(data, signs, prefixes):
        yield {"fonts": by_sheet}


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    encode = json.JSONEncoder(default=plain, separators=(",", ":"), ensure_ascii=False).encode
    left = OUTPUT
    try:
        for part in answer(data, tuple(sys.argv[1:])):
            line = encode(part).encode("utf-8", "replace")
            left -= len(line)
            if left < 0 or (len(line) > 10 * LONGEST and isinstance(part, list) and too_long(part)):
                raise Stop("too_much_text")
            sys.stdout.buffer.write(line + b"\n")
    except Stop as stop:
        sys.stdout.buffer.write(encode({"problem": stop.args[0]}).encode() + b"\n")
    except MemoryError:
        sys.stdout.buffer.write(b'{"problem":"too_much_memory"}\n')


def too_long(rows):
    return any(type(cell) is str and len(cell) > LONGEST for cells in rows for cell in cells)


if __name__ == "__main__":
    main()
