"""Hands an untrusted workbook to the reading process, and takes back rows or a refusal, in bounded time."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

from . import child
from .refusals import Unusable
from .sheet import Sheet

WALL_SECONDS = 30
PROGRAM = Path(child.__file__)


def read_workbook(data: bytes) -> list[Sheet]:
    """The sheets of an xls, xlsx, xlsb or ods file. Raises Unusable."""
    command = [sys.executable, "-I", str(PROGRAM)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        try:
            output, _errors = process.communicate(data, timeout=WALL_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Unusable("too_slow") from None
    if process.returncode:
        raise Unusable({-24: "too_slow", -9: "too_slow", -6: "too_much_memory"}.get(process.returncode, "unreadable"))
    return _sheets(output)


def _sheets(output):
    sheets: list[Sheet] = []
    for line in output.splitlines():
        part = json.loads(line, parse_float=_number, parse_constant=str)
        if isinstance(part, list):
            for row in part:
                for place, cell in enumerate(row):
                    if type(cell) is list:
                        row[place] = date.fromisoformat(cell[0])
            sheets[-1].rows += part
        elif "sheet" not in part:
            raise Unusable(part["problem"], name="", inflated=child.INFLATED // 2**20)
        else:
            sheets.append(
                Sheet(
                    part["sheet"],
                    visible=part["visible"],
                    merges=part.get("merges", []),
                    errors=frozenset(map(tuple, part.get("errors", []))),
                    problem=part["problem"]
                    and Unusable(part["problem"], sheet=part["sheet"], rows="100.000", columns=child.COLUMNS),
                )
            )
    return sheets


def _number(text):
    """A number as people see it in the cell: 5.0 is 5."""
    number = float(text)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number
