"""Dates: the day first, ``dd/mm/yyyy``. Months where a month is asked, and never one for the other."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from vietnamese.errors import N_, Unreadable, empty, foreign_digits, has_foreign_digits, shown
from vietnamese.text import clean

PARTY_FOUNDED = datetime.date(1930, 2, 3)
VIETNAM = datetime.timezone(datetime.timedelta(hours=7))  # no summer time since 1975

# Excel counts days from here (its day 60 is the 29/02/1900 that never was, so only later ones are right).
_SERIAL_ZERO = datetime.date(1899, 12, 30)
_SERIALS = range(3654, 73051)  # 01/01/1910 to 31/12/2099; 1900 to 2100 are taken for years and lie below

_MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"  # what exports append to a day
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}}) ?([/.-]) ?([0-9]{{1,2}}) ?\2 ?([0-9]{{4}}){_MIDNIGHT}")
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})([/.-])([0-9]{{1,2}})\2([0-9]{{1,2}}){_MIDNIGHT}")
_TWO_DIGIT_YEAR = re.compile(r"([0-9]{1,2}) ?([/.-]) ?([0-9]{1,2}) ?\2 ?([0-9]{2})")
_LONG = re.compile(r"(?:ngày )?([0-9]{1,2}) tháng ([0-9]{1,2}),? năm ([0-9]{4})\.?")
_MONTH = re.compile(r"(?:tháng |t)?([0-9]{1,2})(?: ?[/.-] ?|,? năm )([0-9]{4})")
_YEAR_MONTH = re.compile(r"([0-9]{4})[/-]([0-9]{1,2})")
_YEAR = re.compile(r"(?:năm )?(?:19|20)[0-9]{2}")


def parse_date(value: object) -> datetime.date:
    """Return the day that ``value`` says: ``03/02/2026`` is 3 February, ``2026-02-03`` and Excel's 46056 too.

    Text, a date, a moment (its day in Viet Nam) or an Excel serial number; the month never comes first.
    """
    if isinstance(value, str):
        return _date_of_text(clean(value))
    return _date_of_cell(value)


def parse_month(value: object) -> datetime.date:
    """Return the first day of the month that ``value`` says: ``03/2021``, ``tháng 3/2021``, or the date 01/03/2021."""
    if isinstance(value, str):
        text = clean(value)
        if match := _MONTH.fullmatch(text.lower()):
            return _real_month(text, int(match[1]), int(match[2]))
        if match := _YEAR_MONTH.fullmatch(text):
            return _real_month(text, int(match[2]), int(match[1]))
        try:
            day = _date_of_text(text)
        except Unreadable as error:
            if error.code in {"not_real", "empty", "foreign_digits"}:
                raise
            raise _not_a_month(text) from None
    else:
        try:
            day = _date_of_cell(value)
        except Unreadable as error:
            if error.code == "empty":
                raise
            raise _not_a_month(value) from None
    if day.day != 1:
        offer = day.replace(day=1)
        raise Unreadable(
            "day_given",
            N_("“%(value)s” is a day where a month is asked: write %(offer)s."),
            suggestion=offer,
            value=shown(value),
            offer=f"{offer.month:02}/{offer.year:04}",
        )
    return day


def check_event_date(day: datetime.date, today: datetime.date) -> datetime.date:
    """Return ``day``; refuse one before the Party was founded (03/02/1930) or after ``today``."""
    if day < PARTY_FOUNDED:
        raise Unreadable(
            "before_1930",
            N_("%(value)s is before %(limit)s, the day the Party was founded."),
            value=format_date(day),
            limit=format_date(PARTY_FOUNDED),
        )
    if day > today:
        raise Unreadable(
            "after_today",
            N_("%(value)s is in the future: today is %(limit)s."),
            value=format_date(day),
            limit=format_date(today),
        )
    return day


def format_date(day: datetime.date) -> str:
    """Return ``03/02/2026``."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def format_date_long(day: datetime.date) -> str:
    """Return ``ngày 03 tháng 02 năm 2026``: days below 10 and months 1 and 2 take a zero (Hướng dẫn 05-HD/VPTW)."""
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def _date_of_text(text: str) -> datetime.date:
    if not text:
        raise empty()
    if match := _DAY_FIRST.fullmatch(text):
        day, _separator, month, year = match.groups()
        return _real(text, int(day), int(month), int(year))
    if match := _YEAR_FIRST.fullmatch(text):
        year, _separator, month, day = match.groups()
        return _real(text, int(day), int(month), int(year), year_first=True)
    if match := _LONG.fullmatch(text.lower()):
        return _real(text, int(match[1]), int(match[2]), int(match[3]))
    if has_foreign_digits(text):
        raise foreign_digits(text)
    if match := _TWO_DIGIT_YEAR.fullmatch(text):
        day, _separator, month, year = match.groups()
        # Nothing here is older than the Party, so 30 to 99 offer the last century.
        offer = _real(text, int(day), int(month), int(year) + (1900 if int(year) >= 30 else 2000))
        raise Unreadable(
            "two_digit_year",
            N_("“%(value)s”: write the year with four digits, for example %(offer)s."),
            suggestion=offer,
            value=shown(text),
            offer=format_date(offer),
        )
    if _YEAR.fullmatch(text.lower()):
        raise _only_year(text)
    if _MONTH.fullmatch(text.lower()) or _YEAR_MONTH.fullmatch(text):
        raise Unreadable("only_month", N_("“%(value)s” is only a month: the day is missing."), value=shown(text))
    raise _not_a_date(text)


def _date_of_cell(value: object) -> datetime.date:
    if value is None:
        raise empty()
    if isinstance(value, datetime.datetime):
        try:
            return (value.astimezone(VIETNAM) if value.tzinfo else value).date()
        except OverflowError:
            raise _not_a_date(value) from None
    if isinstance(value, datetime.date):
        return value
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
        raise _not_a_date(value)
    if isinstance(value, int) and 1900 <= value <= 2100:
        raise _only_year(value)
    try:
        serial = int(value // 1)  # the rest is the time of day
    except (ArithmeticError, ValueError):  # infinite or not a number
        raise _not_a_date(value) from None
    if 1900 <= serial <= 2100:
        raise _only_year(value)
    if serial not in _SERIALS:
        raise _not_a_date(value)
    return _SERIAL_ZERO + datetime.timedelta(days=serial)


def _real_month(text: str, month: int, year: int) -> datetime.date:
    try:
        return datetime.date(year, month, 1)
    except ValueError:
        raise Unreadable("not_real", N_("“%(value)s” is not a real month."), value=shown(text)) from None


def _real(text: str, day: int, month: int, year: int, year_first: bool = False) -> datetime.date:
    """Return the date, if the calendar has it; one that only makes sense month first is offered turned round."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        pass
    try:
        if year_first or month <= 12:
            raise ValueError
        offer = datetime.date(year, day, month)
    except ValueError:
        raise Unreadable("not_real", N_("“%(value)s” is not a real date."), value=shown(text)) from None
    raise Unreadable(
        "month_first",
        N_("“%(value)s” has the month first: write the day first, %(offer)s."),
        suggestion=offer,
        value=shown(text),
        offer=format_date(offer),
    )


def _not_a_date(value: object) -> Unreadable:
    return Unreadable(
        "not_a_date", N_("“%(value)s” is not a date: write day/month/year, for example 03/02/2026."), value=shown(value)
    )


def _not_a_month(value: object) -> Unreadable:
    return Unreadable(
        "not_a_month", N_("“%(value)s” is not a month: write month/year, for example 03/2021."), value=shown(value)
    )


def _only_year(value: object) -> Unreadable:
    return Unreadable(
        "only_year", N_("“%(value)s” is only a year: the day and the month are missing."), value=shown(value)
    )
