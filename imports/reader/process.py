"""Hands an untrusted workbook to the reading process, and takes back rows or a refusal, in bounded time."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

from vietnamese.legacy import FONT_PREFIXES

from . import child
from .refusals import Unusable
from .sheet import Sheet, take_errors

WALL_SECONDS = 20  # where the machine is busy; alone, the processor time allowed ends first
PROGRAM = Path(child.__file__)
ENDS = {-24: "too_slow", -9: "too_slow", -6: "too_much_memory"}  # the signal that ended the process


def read_workbook(data: bytes) -> list[Sheet]:
    """The sheets of an xls, xlsx, xlsb or ods file. Raises Unusable."""
    command = [sys.executable, "-I", str(PROGRAM), *FONT_PREFIXES]
    pipe, started = subprocess.PIPE, time.monotonic()
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        clock = threading.Timer(WALL_SECONDS, process.kill)
        clock.start()
        try:
            with contextlib.suppress(OSError):  # it ended before it had read the file; how, its code says
                process.stdin.write(data)
                process.stdin.close()
            sheets = _sheets(process.stdout)
            process.wait()
        finally:
            clock.cancel()
            process.kill()
    if process.returncode == -9 and time.monotonic() - started < min(WALL_SECONDS, child.CPU_SECONDS):
        raise Unusable("stopped")  # neither its limits nor we have ended it
    if process.returncode:
        raise Unusable(ENDS.get(process.returncode, "unreadable"))
    return sheets


def _sheets(lines):
    """The sheets that the process tells of, line by line while it reads on."""
    sheets: list[Sheet] = []
    for line in lines:
        if not line.endswith(b"\n"):
            break  # it was ended in the middle
        part = json.loads(line.decode(), parse_float=_number, parse_constant=str)
        if isinstance(part, list):
            for row in part:
                for place, cell in enumerate(row):
                    if type(cell) is list:
                        row[place] = date.fromisoformat(cell[0])
            first, sheet = len(sheets[-1].rows), sheets[-1]
            sheet.rows += part
            if b'"#' in line:
                take_errors(sheet, first)
        elif "sheet" in part:
            sheets.append(_sheet(part))
        elif "fonts" in part:
            for sheet in sheets:
                sheet.fonts = _fonts(part["fonts"].get(sheet.name, ()))
        else:
            raise Unusable(part["problem"], name="", inflated=child.INFLATED // 2**20)
    return sheets


def _sheet(about):
    problem = about["problem"]
    return Sheet(
        about["sheet"],
        visible=about["visible"],
        merges=about.get("merges", []),
        errors=frozenset(map(tuple, about.get("errors", []))),
        problem=problem and Unusable(problem, sheet=about["sheet"], rows="100.000", columns=child.COLUMNS),
    )


def _fonts(cells):
    """The fonts by cell; names of fonts, and runs that are alike, are kept once."""
    known: dict = {}
    fonts = {}
    for row, column, runs in cells:
        if isinstance(runs, list):
            runs = tuple((start, font) for start, font in runs)
        fonts[row, column] = known.setdefault(runs, runs)
    return fonts


def _number(text):
    """A number as people see it in the cell: 5.0 is 5."""
    number = float(text)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number
