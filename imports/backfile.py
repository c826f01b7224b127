"""The way back: the office's own workbook with the wrong cells red, the reason on each, and a column of reasons.

An .xlsx is edited in place by ``marking.program``, in a process of its own, so that all else in it stays as it was.
What cannot be edited so (.xls, .ods, CSV, pasted text, a workbook built in a strange way) is built anew from the rows
as read.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from django.utils.translation import gettext as _

from . import reader
from .marking import program
from .marking.anew import rebuild
from .marking.findings import HEADING
from .reader import Sheet

WALL_SECONDS = 40
PROGRAM = Path(program.__file__)


@dataclass(frozen=True, slots=True)
class Mark:
    """What is wrong at a place: ``line`` from 1, ``column`` from 0, None when the whole line is meant."""

    line: int
    column: int | None
    message: str
    is_error: bool = True


def marked(
    data: bytes,
    name: str,
    *,
    sheet: str,
    header_line: int,
    marks: Sequence[Mark],
    fixed: Mapping[tuple[int, int], str] | None = None,
    sheets: list[Sheet] | None = None,
) -> bytes:
    """An .xlsx: the workbook ``data`` with ``marks`` shown in ``sheet``, opened at the first of them.

    ``header_line`` is the line of the titles (the last, when there are two). ``fixed`` are cells a person has mended
    already, (line, column) → the text typed: it is written in, green. ``sheets`` are the sheets as read, when the
    caller has them (text of an old font converted); they matter only when the workbook must be built anew.
    """
    order = {
        "sheet": sheet,
        "header": header_line,
        "heading": HEADING,
        "said": _("Column “%(column)s”: %(message)s"),
        "warned": _("Please check: %(message)s"),
        "marks": [[mark.line, mark.column, mark.message, mark.is_error] for mark in marks],
        "fixed": [[line, column, text] for (line, column), text in (fixed or {}).items()],
    }
    return _edited(data, order) or rebuild(sheets or reader.read(data, name), order)


def marked_name(name: str) -> str:
    """What the marked workbook of the file ``name`` is called."""
    return f"{PurePath(name).stem}-danh-dau-loi.xlsx"


def _edited(data, order) -> bytes | None:
    """``data`` edited in place; None when it is no workbook that can be."""
    if not data.startswith(reader.ZIP):
        return None
    command = [sys.executable, "-I", str(PROGRAM)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        try:
            output, _errors = process.communicate(json.dumps(order).encode() + b"\n" + data, timeout=WALL_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return None
    return output if process.returncode == 0 and output.startswith(reader.ZIP) else None


__all__ = ["HEADING", "Mark", "marked"]
