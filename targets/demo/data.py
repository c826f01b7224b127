"""The files of the demonstration, read into plain values."""

import csv
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from vietnamese.ranges import parse_range

FOLDER = Path(__file__).parent
OPENING = date(2020, 1, 2)  # the books are opened: what existed is taken over as stock, nothing is counted before
LAST_DAY = date(2026, 10, 31)  # nothing is dated later, so the demonstration loads on any day after it
YEARS = range(2020, LAST_DAY.year + 1)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of figures.csv. ``actual`` is None when the zone did not report or its zones below do the work."""

    zone: str
    indicator: str
    year: int
    actual: int | None
    targets: tuple[tuple[Decimal, Decimal], ...]  # the first assigned, then each revision
    published: Decimal | None
    applicable: bool


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def words() -> dict:
    return json.loads((FOLDER / "words.json").read_text(encoding="utf-8"))


@cache
def cells() -> list[Cell]:
    return [
        _cell(row["zone"], row["indicator"], year, row[str(year)])
        for row in rows("figures.csv")
        for year in YEARS
        if row[str(year)]
    ]


def _cell(zone, indicator, year, text):
    actual, _, rest = text.partition("/")
    target, _, published = rest.partition("@")
    return Cell(
        zone, indicator, year,
        actual=int(actual) if actual.isdigit() else None,
        targets=tuple(parse_range(part, whole=True) for part in target.split(">") if part),
        published=Decimal(published) if published else None,
        applicable=actual != "x",
    )  # fmt: skip


def optional_date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
