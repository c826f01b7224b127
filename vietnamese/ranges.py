"""Ranges as targets are given: ``5-7``, ``5 – 7``, ``từ 5 đến 7``, or one number, which is both ends."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from vietnamese.dates import parse_date
from vietnamese.errors import N_, Unreadable, empty, foreign_digits, has_foreign_digits, shown
from vietnamese.numbers import format_decimal, parse_count, parse_decimal
from vietnamese.text import clean

_BETWEEN = re.compile(r"\s*(?:[-‐‑‒–—―−~÷→]|->|đến|tới|den|toi)\s*")
_FROM = re.compile(r"(?:từ|tu)\s+(?=[0-9])")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_VIETNAMESE_MONTH = re.compile(r"(?:thg|tháng) ?(1[0-2]|0?[1-9])(?![0-9])")
_DAY_MONTH = re.compile(r"([0-9]{1,2})[-/. ]?([a-z]{3,9})")
_MONTH_DAY = re.compile(r"([a-z]{3,9})[-/. ]?([0-9]{1,2})")
_LIKE_GROUPED = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})")


def parse_range(value: object, whole: bool = False) -> tuple[Decimal, Decimal]:
    """Return (low, high) of the target in ``value``; ``whole`` refuses fractions, as counts must.

    A cell that Excel turned into a date (5-7 → 5-Jul) is refused with that explanation, offering ``5-7``: a range is
    written low first, so the offer is the same whether the day or the month stood first.
    """
    if isinstance(value, datetime.date):
        raise _made_a_date(value, _offer_for(value))
    if not isinstance(value, str):
        if isinstance(value, float) and _LIKE_GROUPED.fullmatch(repr(value)):
            whole = True  # 12.345 is a grouped count that lost its dot far sooner than a rate of three decimals
        number = _end(value, whole, value)
        return number, number
    text = clean(value)
    if not text:
        raise empty()
    if has_foreign_digits(text):
        raise foreign_digits(text)
    _refuse_date(text)
    bare = _FROM.sub("", text.lower(), count=1)
    ends = _BETWEEN.split(bare)
    if len(ends) == 1 and bare == text.lower():
        number = _end(text, whole, text)
        return number, number
    if len(ends) != 2 or not all(ends):
        if text[0] in "-−–":
            _end(text, whole, text)  # says that it is negative, or a dash
        raise _not_a_range(text)
    low, high = (_end(end, whole, text) for end in ends)
    if low > high:
        offer = f"{format_decimal(high)}-{format_decimal(low)}"
        raise Unreadable(
            "low_above_high",
            N_("“%(value)s”: the low end is above the high end. If %(offer)s is meant, write that."),
            suggestion=offer,
            value=shown(text),
            offer=offer,
        )
    return low, high


def format_range(low: Decimal | int, high: Decimal | int) -> str:
    """Return ``5–7``, or ``8`` when both ends are the same."""
    return format_decimal(low) if low == high else f"{format_decimal(low)}–{format_decimal(high)}"


def _end(value: object, whole: bool, cell: object) -> Decimal:
    """Return one end, by the rules of counts or of decimals; words are no range rather than no number."""
    try:
        return Decimal(parse_count(value)) if whole else parse_decimal(value)
    except Unreadable as error:
        if error.code == "not_a_number":
            raise _not_a_range(cell) from None
        raise


def _refuse_date(text: str) -> None:
    """Refuse text in which Excel's date is still to be seen: 5-Jul, Jul-50, 5-thg 7, 5/7, 05/07/2026."""
    lowered = _VIETNAMESE_MONTH.sub(lambda match: _MONTHS[int(match[1]) - 1], text.lower())
    pair: tuple[int, int] | None = None
    if match := _SLASHED.fullmatch(lowered):
        pair = int(match[1]), int(match[2])
    elif match := _DAY_MONTH.fullmatch(lowered):
        pair = int(match[1]), _month(match[2])
    elif match := _MONTH_DAY.fullmatch(lowered):
        pair = _month(match[1]), int(match[2])
    if pair and all(pair):
        raise _made_a_date(text, _pair(*pair))
    try:
        day = parse_date(text)
    except Unreadable as error:
        if error.code in {"month_first", "two_digit_year"} and isinstance(error.suggestion, datetime.date):
            raise _made_a_date(text, _offer_for(error.suggestion)) from None
    else:
        raise _made_a_date(text, _offer_for(day))


def _month(word: str) -> int:
    """Return the number of an English month, 0 for any other word."""
    return _MONTHS.index(word[:3]) + 1 if word[:3] in _MONTHS else 0


def _offer_for(day: datetime.date) -> str:
    """Return the range that Excel read as ``day``: 5-7 became 5 July or 7 May, 7-50 became 1 July 1950."""
    short_year = day.year % 100
    if day.day == 1 and short_year > 31:
        return _pair(day.month, short_year)
    return _pair(day.day, day.month)


def _pair(first: int, second: int) -> str:
    return str(first) if first == second else f"{min(first, second)}-{max(first, second)}"


def _made_a_date(value: object, offer: str) -> Unreadable:
    return Unreadable(
        "made_a_date",
        N_("“%(value)s” is a date, which Excel makes of a range. If %(offer)s is meant, type it in a text cell."),
        suggestion=offer,
        value=shown(value),
        offer=offer,
    )


def _not_a_range(value: object) -> Unreadable:
    message = N_("“%(value)s” is not a target: write one number or a range, for example 5-7.")
    return Unreadable("not_a_range", message, value=shown(value))
