"""The periods offices report: a year, one of its quarters, its first six or nine months. Pure: no database.

A period is written ``2025``, ``2025-Q1`` … ``2025-Q4``, ``2025-6M`` or ``2025-9M`` wherever one is asked or stored.
Six and nine months are counted from 1 January, so they read as the year did on their last day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

_WRITTEN = re.compile(r"(\d{4})(?:-(Q[1-4]|6M|9M))?", re.ASCII)
YEARS = range(1930, 2101)  # what is promised and reported; others are slips of the hand
_ROMAN = {"Q1": "I", "Q2": "II", "Q3": "III", "Q4": "IV"}


class Part(StrEnum):
    """Which part of its year a period is."""

    YEAR = "year"
    Q1 = "Q1"
    Q2 = "Q2"
    Q3 = "Q3"
    Q4 = "Q4"
    SIX_MONTHS = "6M"
    NINE_MONTHS = "9M"

    @classmethod
    def parse(cls, text: str) -> Part:
        """The part that ``text`` writes, in either case; raises ValueError, with what may be written."""
        for part in cls:
            if part.lower() == text.strip().lower():
                return part
        raise ValueError(_("“%(value)s”: write year, Q1, Q2, Q3, Q4, 6M or 9M.") % {"value": text[:40]})

    @property
    def months(self) -> tuple[int, int]:
        """The first and the last month."""
        return _MONTHS[self]

    @property
    def label(self) -> str:
        """How the part is called without its year."""
        if self in _ROMAN:
            return _("Quarter %(number)s") % {"number": _ROMAN[self]}
        return {Part.YEAR: _("Whole year"), Part.SIX_MONTHS: _("First 6 months")}.get(self, _("First 9 months"))


_MONTHS = {
    Part.YEAR: (1, 12), Part.Q1: (1, 3), Part.Q2: (4, 6), Part.Q3: (7, 9), Part.Q4: (10, 12),
    Part.SIX_MONTHS: (1, 6), Part.NINE_MONTHS: (1, 9),
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A year or a part of it; ``str`` gives its code. Raises ValueError for a year out of ``YEARS``."""

    year: int
    part: Part = Part.YEAR

    def __post_init__(self):
        if self.year not in YEARS:
            raise ValueError(_("“%(value)s”: give a year from 1930 to 2100.") % {"value": f"{self.year:04}"})

    @classmethod
    def parse(cls, code: str) -> Period:
        """The period that ``code`` writes; raises ValueError, with what may be written, for anything else."""
        match = _WRITTEN.fullmatch(code.strip().upper())
        if match is None:
            raise ValueError(_("“%(code)s”: write 2025, 2025-Q1, 2025-6M or 2025-9M.") % {"code": code[:40]})
        return cls(int(match[1]), Part(match[2]) if match[2] else Part.YEAR)

    @classmethod
    def between(cls, first_day: date, last_day: date) -> Period | None:
        """The period of exactly these days, if there is one."""
        if first_day.year not in YEARS:
            return None
        found = (period for period in periods_of(first_day.year) if period.first_day == first_day)
        return next((period for period in found if period.last_day == last_day), None)

    @property
    def code(self) -> str:
        return f"{self.year:04}" if self.part is Part.YEAR else f"{self.year:04}-{self.part}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.part.months[0], 1)

    @property
    def last_day(self) -> date:
        last = self.part.months[1]
        return date(self.year, 12, 31) if last == 12 else date.fromordinal(date(self.year, last + 1, 1).toordinal() - 1)

    def report_day(self, today: date) -> date:
        """The day its figures are told as of when nobody says another: its last, or ``today`` while it runs."""
        return min(today, self.last_day)

    @property
    def is_year(self) -> bool:
        return self.part is Part.YEAR

    @property
    def label(self) -> str:
        """In words, in the language in force: năm 2025, quý II năm 2025, 6 tháng đầu năm 2025."""
        words = {
            Part.YEAR: _("year %(year)s"),
            Part.SIX_MONTHS: _("first 6 months of %(year)s"),
            Part.NINE_MONTHS: _("first 9 months of %(year)s"),
        }.get(self.part, _("quarter %(number)s of %(year)s"))
        return words % {"year": self.year, "number": _ROMAN.get(self.part, "")}

    def __str__(self) -> str:
        return self.code


def periods_of(year: int) -> tuple[Period, ...]:
    """Every period of ``year``, in the order in which they end, the longer last: Q1, Q2, 6M, Q3, 9M, Q4, year."""
    found = [Period(year, part) for part in Part]
    return tuple(sorted(found, key=lambda period: (period.last_day, -period.first_day.toordinal())))
