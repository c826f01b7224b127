"""What was said of stretches of days: of several statements about a day the one made last holds. Pure: no database."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")
DAY = timedelta(days=1)


class Timeline(Generic[T]):
    """Built from (first day, last day, what was said) in the order said; later words cover earlier ones.

    None takes back what was said of these days before: then nothing is said of them.
    """

    __slots__ = ("_pieces",)

    def __init__(self, said: Iterable[tuple[date, date, T | None]] = ()):
        self._pieces: list[tuple[date, date, T]] = []
        for first, last, what in said:
            self._pieces = list(self._outside(first, last))
            if what is not None:
                self._pieces.append((first, last, what))
        self._pieces.sort(key=lambda piece: piece[0])

    def _outside(self, first, last) -> Iterator[tuple[date, date, T]]:
        """What of the pieces lies before ``first`` and after ``last``."""
        for begins, ends, what in self._pieces:
            if begins < first:
                yield begins, min(ends, first - DAY), what
            if ends > last:
                yield max(begins, last + DAY), ends, what

    def within(self, first: date, last: date) -> list[tuple[date, date, T]]:
        """What holds from ``first`` to ``last``, day after day; days of which nothing was said are left out."""
        return [
            (max(begins, first), min(ends, last), what)
            for begins, ends, what in self._pieces
            if begins <= last and ends >= first
        ]

    def covers(self, first: date, last: date) -> bool:
        """Whether something was said of every day from ``first`` to ``last``."""
        day = first
        for begins, ends, _what in self.within(first, last):
            if begins != day:
                return False
            day = ends + DAY
        return day > last
