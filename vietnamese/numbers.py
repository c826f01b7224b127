"""Numbers: a dot groups thousands, a comma is the decimal mark.

A count typed as 38.555 into an English Excel becomes the number 38.555 and is never cut down to 38: it is refused and
38555 is offered. No reader here turns a fraction into a whole number.
"""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Context, Decimal

from vietnamese.errors import N_, Unreadable, empty, foreign_digits, has_foreign_digits, shown
from vietnamese.text import clean

LARGEST = 999_999_999  # fits 32 bits in every database, and sums of such counts fit 64
DECIMAL_PLACES = 20  # a longer fraction is no figure of an office

_PLAIN = re.compile(r"[0-9]+")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?: [0-9]{3})+)")
_DECIMAL = re.compile(r"([0-9]+|[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?: [0-9]{3})+)),([0-9]+)")
_COMMA_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_GROUPED_WRONGLY = re.compile(r"[0-9]+(?:[. ][0-9]+)+")
_NEGATIVE = re.compile(r"[-−–]\s?[0-9][0-9., ]*%?")
_DASH = re.compile(r"[-−–—]+")

_WIDE = Context(prec=60)  # exact for every number let through here


def parse_count(value: object) -> int:
    """Return the whole number of 0 or more that ``value`` (text, number, a cell) says; refuse everything else."""
    if isinstance(value, str):
        return _count_of_text(value)
    number = _number_of_cell(value)
    _limit(number, value)
    if isinstance(number, Decimal) and number != number.to_integral_value():
        offer = _eaten_dot(number)
        if offer is None:
            raise _fraction(value)
        raise Unreadable(
            "eaten_dot",
            N_("The cell holds the decimal number %(value)s. If %(offer)s is meant, type it without the dot."),
            suggestion=offer,
            value=shown(value),
            offer=format_count(offer),
        )
    return int(number)


def parse_decimal(value: object) -> Decimal:
    """Return the decimal of 0 or more that ``value`` says: ``12,5``, ``1.234,5``, ``105,3%`` (→ 105.3, not 1.053).

    A numeric cell is read to the 15 significant digits that Excel shows.
    """
    if isinstance(value, str):
        return _decimal_of_text(value)
    number = _number_of_cell(value)
    if isinstance(value, float):
        number = Decimal(format(value, ".15g"))
    _limit(number, value)
    number = _plain(Decimal(number))
    if -int(number.as_tuple().exponent) > DECIMAL_PLACES:
        raise _too_fine(value)
    return number


def parse_percent(value: object) -> Decimal:
    """Return the percent an office published, to three decimals at most: 275, "275%", "105,3"."""
    number = parse_decimal(value)
    if number >= 10**6:
        raise Unreadable("too_large", N_("“%(value)s” is not a percent."), value=shown(value))
    return round(number, 3)


def format_count(count: int) -> str:
    """Return a count with its thousands grouped by dots: ``38.555``. Never for years, codes and ids."""
    return f"{count:,}".replace(",", ".")


def format_signed(count: int) -> str:
    """Return a change: ``31``, or ``−1.200`` with the minus sign of printed tables."""
    return format_count(count) if count >= 0 else f"−{format_count(-count)}"


def format_decimal(number: Decimal | int, places: int | None = None) -> str:
    """Return ``12,5``: half-up to ``places`` decimals, or all of them without trailing zeros."""
    number = Decimal(number)
    number = _plain(number) if places is None else _rounded(number, places)
    text = format(number, ",f")
    return text.translate({ord(","): ".", ord("."): ","})


def format_percent(percent: Decimal | int, places: int = 1) -> str:
    """Return ``105,3%``: half-up to ``places`` decimals, whole numbers without ",0", no space before the sign."""
    number = _rounded(Decimal(percent), places)
    return f"{format_decimal(number, 0 if number == number.to_integral_value() else places)}%"


def _rounded(number: Decimal, places: int) -> Decimal:
    number = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_WIDE)
    return number if number else abs(number)  # no −0


def _plain(number: Decimal) -> Decimal:
    """Return ``number`` without trailing zeros, exponent or minus zero."""
    if number == number.to_integral_value():
        return abs(Decimal(0)) if not number else number.quantize(Decimal(1), context=_WIDE)
    return number.normalize(_WIDE)


def _number_of_cell(value: object) -> int | Decimal:
    """Return the finite number of 0 or more in a cell that is not text; a float by its shortest writing."""
    if value is None:
        raise empty()
    if isinstance(value, bool):
        raise Unreadable("boolean", N_("“%(value)s” is a yes or no, not a number."), value=shown(value))
    if isinstance(value, datetime.date):
        raise Unreadable("date", N_("The cell holds the date %(value)s, not a number."), value=shown(value))
    if not isinstance(value, int | float | Decimal):
        raise _no_number(value)
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if isinstance(number, Decimal) and not number.is_finite():
        raise _no_number(value)
    if number < 0:
        raise _negative(value)
    return number


def _count_of_text(text: str) -> int:
    text = clean(text)
    if _PLAIN.fullmatch(text) or _GROUPED.fullmatch(text):
        digits = text.replace(".", "").replace(" ", "").lstrip("0") or "0"
        count = int(digits[:20])  # far above the limit already, and Python converts no more than 4,300 digits
        _limit(count, text)
        return count
    _refuse_common(text)
    if _COMMA_GROUPED.fullmatch(text) and len(text) < 12:
        offer = int(text.replace(",", ""))
        raise Unreadable(
            "decimal_comma",
            N_("“%(value)s” is a decimal number: the comma is the decimal mark. If %(offer)s is meant, write that."),
            suggestion=offer,
            value=shown(text),
            offer=format_count(offer),
        )
    if _DECIMAL.fullmatch(text):
        raise _fraction(text)
    if _GROUPED_WRONGLY.fullmatch(text):
        raise _grouping(text)
    raise _no_number(text)


def _decimal_of_text(text: str) -> Decimal:
    text = clean(text)
    bare = text.removesuffix("%").rstrip()
    if _PLAIN.fullmatch(bare) or _GROUPED.fullmatch(bare):
        return Decimal(_count_of_text(bare))
    if match := _DECIMAL.fullmatch(bare):
        whole, fraction = match.groups()
        if len(fraction) > DECIMAL_PLACES:
            raise _too_fine(text)
        return _plain(Decimal(f"{_count_of_text(whole)}.{fraction}"))
    _refuse_common(text)
    if re.fullmatch(r"[0-9]{1,9}\.[0-9]{1,20}", bare):
        offer = _plain(Decimal(bare))
        raise Unreadable(
            "decimal_dot",
            N_("“%(value)s”: the decimal mark is a comma. If %(offer)s is meant, write that."),
            suggestion=offer,
            value=shown(text),
            offer=format_decimal(offer),
        )
    if _GROUPED_WRONGLY.fullmatch(bare):
        raise _grouping(text)
    raise _no_number(text)


def _refuse_common(text: str) -> None:
    if not text:
        raise empty()
    if has_foreign_digits(text):
        raise foreign_digits(text)
    if _DASH.fullmatch(text):
        raise Unreadable(
            "dash", N_("“%(value)s” is not a number: write 0 for none, leave it empty if unknown."), value=shown(text)
        )
    if _NEGATIVE.fullmatch(text):
        raise _negative(text)


def _eaten_dot(number: Decimal) -> int | None:
    """Return 38555 for 38.555 and 38550 for 38.55: two or three decimals are what Excel leaves of a grouped count.

    One decimal is more often a true fraction than a count of full hundreds.
    """
    places = -int(number.normalize(_WIDE).as_tuple().exponent)
    return int(number * 1000) if 2 <= places <= 3 and 1 <= number < 1000 else None


def _limit(number: int | Decimal, value: object) -> None:
    if number > LARGEST:
        raise Unreadable(
            "too_large",
            N_("“%(value)s” is too large: at most %(limit)s."),
            value=shown(value),
            limit=format_count(LARGEST),
        )


def _no_number(value: object) -> Unreadable:
    return Unreadable("not_a_number", N_("“%(value)s” is not a number."), value=shown(value))


def _negative(value: object) -> Unreadable:
    return Unreadable("negative", N_("“%(value)s” is negative: write 0 or more."), value=shown(value))


def _too_fine(value: object) -> Unreadable:
    return Unreadable("too_fine", N_("“%(value)s” has too many decimals."), value=shown(value))


def _fraction(value: object) -> Unreadable:
    return Unreadable("fraction", N_("“%(value)s” is not a whole number."), value=shown(value))


def _grouping(text: str) -> Unreadable:
    return Unreadable(
        "grouping",
        N_("“%(value)s” is grouped wrongly: a dot stands before three digits, as in 38.555; decimals take a comma."),
        value=shown(text),
    )
