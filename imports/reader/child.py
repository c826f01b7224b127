"""Reads one untrusted workbook in a process of its own, with little memory and time; no Django, nothing of ours.

The file comes on standard input. Standard output is lines of JSON: for each sheet an object that describes it and
then lists of rows, or one object ``{"problem": code}``. Run as a program by ``imports.reader.process``.
"""

import datetime
import io
import json
import re
import resource
import sys
import zipfile
import zlib

MEMBERS = 200  # parts of a zip; an ordinary workbook has 10 to 30
INFLATED = 100 * 2**20  # bytes
ROWS = 100_000
COLUMNS = 200
MEMORY = 768 * 2**20  # bytes of address space
CPU_SECONDS = 15
CHUNK = 1000  # rows to a line of output
OUTPUT = 80 * 2**20  # characters: one shared text may stand in a million cells

DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
FORBIDDEN = tuple(
    mark.decode().encode(coding) for mark in DECLARATIONS for coding in ("utf-8", "utf-16-le", "utf-16-be")
)
TAIL = max(map(len, FORBIDDEN))


class Stop(Exception):
    """The file is refused; the argument is the code of the reason."""


def guard_zip(data):
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
    if locked(archive):
        raise Stop("password")
    left = INFLATED
    for member in members:
        left -= guard_member(data, member, left)


def locked(archive):
    """Whether an OpenDocument names an encryption in its list of parts."""
    try:
        with archive.open("META-INF/manifest.xml") as manifest:
            return b"encryption-data" in manifest.read(2**20)
    except (KeyError, zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError):
        return False


def guard_member(data, member, left):
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
        guard_text(tail + piece, text)
        tail = piece[-TAIL:]
        packed = inflater.unconsumed_tail
    return size


def guard_text(piece, text):
    if text and any(mark in piece for mark in FORBIDDEN):
        raise Stop("declarations")


def error_cells(data):
    """The cells that hold #N/A, #REF! …, by sheet: the parser shows them as empty, which they are not."""
    found = {}
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        sheets = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        wrong = {}
        for name in sheets:
            text = archive.read(name)
            if b't="e"' in text:
                wrong[name] = [
                    _place(match[1].decode())
                    for match in re.finditer(rb'<c (?=[^>]*t="e")[^>]*?r="([A-Z]{1,3}[0-9]{1,7})"', text)
                ]
        if wrong:
            book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
            links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
            targets = {}
            for link in re.findall(r"<Relationship\b[^>]*>", links):
                pair = re.search(r'\bId="([^"]*)"', link), re.search(r'\bTarget="([^"]*)"', link)
                if all(pair):
                    targets[pair[0][1]] = pair[1][1].split("/")[-1]
            for place, sheet in enumerate(re.findall(r"<sheet\b[^>]*>", book)):
                link = re.search(r'r:id="([^"]*)"', sheet)
                found[place] = wrong.get(f"xl/worksheets/{targets.get(link[1]) if link else ''}", [])
    except (KeyError, zipfile.BadZipFile, ValueError, zlib.error, OSError):
        return {}
    return found


def _place(reference):
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return [int(reference[len(letters) :]), column - 1]


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


def read(data):
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = book.sheets_metadata
    except calamine.PasswordError:
        raise Stop("password") from None
    except Exception:
        raise Stop("password" if encrypted(data) else "unreadable") from None
    wrong = error_cells(data) if data[:2] == b"PK" else {}
    for place, about in enumerate(sheets):
        if about.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = book.get_sheet_by_name(about.name)
        except calamine.WorksheetNotFound:
            continue
        except Exception as error:
            code = "too_many_rows" if "Cell limit" in str(error) else "unreadable"
            yield {"sheet": about.name, "visible": True, "problem": code}
            continue
        header = {"sheet": about.name, "visible": about.visible == calamine.SheetVisibleEnum.Visible, "problem": None}
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
        yield header | {"merges": sheet.merged_cell_ranges or [], "errors": wrong.get(place, [])}
        rows = sheet.to_python(skip_empty_area=False)
        for cells in rows:
            while cells and cells[-1] == "":
                cells.pop()
        for start in range(0, len(rows), CHUNK):
            yield rows[start : start + CHUNK]


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    encode = json.JSONEncoder(default=plain, separators=(",", ":")).encode
    lines, size = [], 0
    try:
        if data[:2] == b"PK":
            guard_zip(data)
        for part in read(data):
            line = encode(part)
            size += len(line)
            if size > OUTPUT:
                raise Stop("too_much_text")
            lines.append(line)
    except Stop as stop:
        lines = [encode({"problem": stop.args[0]})]
    except MemoryError:
        lines = ['{"problem":"too_much_memory"}']
    sys.stdout.write("\n".join(lines))


if __name__ == "__main__":
    main()
