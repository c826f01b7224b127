"""From a file somebody sent to rows of cells: guarded first, parsed in a process of its own, headers found."""

from pathlib import Path

from .clipboard import from_clipboard
from .delimited import read_delimited
from .process import read_workbook
from .refusals import Unusable, nothing_written
from .sheet import Sheet

LARGEST_FILE = 10 * 2**20  # bytes

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")  # workbooks before OLE
MACROS_IN_OLE = "_VBA_PROJECT_CUR".encode("utf-16-le")
OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ", b"{\\rtf")


def load(source: Path | bytes, name: str) -> bytes:
    """The bytes of the file, when it may be looked at: it is there, not empty and not too large."""
    if isinstance(source, bytes):
        size = len(source)
    else:
        try:
            size = source.stat().st_size if source.is_file() else None
        except (OSError, ValueError):
            size = None
        if size is None:
            raise Unusable("no_file", name=name)
    if size == 0:
        raise Unusable("empty_file")
    if size > LARGEST_FILE:
        raise Unusable("too_large", megabytes=_megabytes(size), limit=LARGEST_FILE // 2**20)
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError:
        raise Unusable("no_file", name=name) from None


def read(data: bytes, name: str) -> list[Sheet]:
    """The sheets of a workbook or delimited text; what it is, its first bytes say, not its name.

    Raises Unusable when there is no sheet that can be read.
    """
    try:
        if data.startswith(ZIP):
            sheets = read_workbook(data)
        elif data.startswith(OLE):
            if MACROS_IN_OLE in data:
                raise Unusable("macro")
            sheets = read_workbook(data)
        elif data.startswith(OTHER_KINDS):
            raise Unusable("not_a_workbook")
        elif data.startswith(OLD_EXCEL):
            raise Unusable("unreadable")
        else:
            sheets = read_delimited(data, name)
    except Unusable as refusal:
        refusal.params["name"] = name
        raise
    filled = [sheet for sheet in sheets if sheet.problem or not sheet.is_empty]
    if not filled:
        raise Unusable("empty_workbook")
    if all(sheet.problem for sheet in filled):
        raise filled[0].problem
    return sheets


def _megabytes(size):
    return f"{size / 2**20:.1f}".replace(".", ",")


__all__ = ["LARGEST_FILE", "Sheet", "Unusable", "from_clipboard", "load", "nothing_written", "read"]
