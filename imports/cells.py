"""Cells into values: each parser takes a cell that is not blank and returns its value, or raises Unreadable."""

from datetime import date

from organizations.actions.checks import LARGEST
from vietnamese.dates import check_event_date, parse_date
from vietnamese.errors import N_, Unreadable, shown
from vietnamese.numbers import parse_count, parse_percent
from vietnamese.text import clean, parse_name, search_key

from .reader.sheet import text_of


def text(limit):
    """Free text of at most ``limit`` characters."""

    def parse(cell):
        value = text_of(cell)
        if len(value) > limit:
            raise Unreadable(
                "too_long", N_("“%(value)s” is longer than %(limit)s characters."), value=shown(value), limit=limit
            )
        return value

    return parse


def name(cell):
    return parse_name(cell, 250)


def count(cell) -> int:
    """A number of people, as large as the acts take it."""
    value = parse_count(cell)
    if value > LARGEST:
        message = N_("“%(value)s”: give a whole number from %(least)s to %(largest)s.")
        raise Unreadable("too_large", message, value=shown(cell), least=0, largest=LARGEST)
    return value


def past_day(today: date):
    """A day from the founding of the Party to ``today``."""

    def parse(cell):
        return check_event_date(parse_date(cell), today)

    return parse


def year(cell) -> int:
    """A year from 1930 to 2100, as a number or as text ("Năm 2024")."""
    value = clean(cell).lower().removeprefix("năm").strip() if isinstance(cell, str) else cell
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:9])
    if isinstance(value, bool) or not isinstance(value, int) or not 1930 <= value <= 2100:
        raise Unreadable("not_a_year", N_("“%(value)s” is not a year from 1930 to 2100."), value=shown(cell))
    return value


def percent(cell):
    """A published percent: 275, "275%", "105,3"."""
    return parse_percent(cell)


def choice(words: dict[str, str], shown_choices: list[str]):
    """One of a fixed list, by any of its ``words`` (search key → value)."""

    def parse(cell):
        if (found := words.get(search_key(text_of(cell)))) is None:
            raise Unreadable(
                "unknown",
                N_("“%(value)s” is not in the list: write one of %(choices)s."),
                value=shown(cell),
                choices=", ".join(shown_choices),
            )
        return found

    return parse
