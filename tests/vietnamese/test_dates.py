"""A date has its day first, is one the calendar has, and never stands in for a month or a year."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from vietnamese.dates import check_event_date, format_date, format_date_long, parse_date, parse_month
from vietnamese.errors import Unreadable

D = datetime.date
UTC = datetime.UTC


def moment(*parts):
    """A date cell as a workbook reader gives it: Excel knows no time zones."""
    return datetime.datetime(*parts)  # noqa: DTZ001


@pytest.mark.parametrize(
    "value",
    [
        "03/02/2026", "3/2/2026", "03-02-2026", "3.2.2026", "03 / 02 / 2026", "\u00a003/02/2026 ",
        "2026-02-03", "2026/02/03", "2026-02-03T00:00:00", "03/02/2026 00:00", "ngày 03 tháng 02 năm 2026",
        "Ngày 3 tháng 2 năm 2026.",
        D(2026, 2, 3), moment(2026, 2, 3, 14, 30), datetime.datetime(2026, 2, 2, 20, tzinfo=UTC),
        46056, 46056.0, 46056.75, Decimal(46056),
    ],
)  # fmt: skip
def test_the_third_of_february_in_every_writing(value):
    day = parse_date(value)
    assert day == D(2026, 2, 3)
    assert type(day) is D


def test_the_last_day_of_a_year_and_a_leap_day_are_read():
    assert parse_date("31/12/2025") == D(2025, 12, 31)
    assert parse_date("29/02/2024") == D(2024, 2, 29)


@pytest.mark.parametrize(
    ("value", "code", "suggestion"),
    [
        ("31/02/2024", "not_real", None),
        ("29/02/2023", "not_real", None),
        ("32/01/2024", "not_real", None),
        ("00/01/2024", "not_real", None),
        ("13/13/2024", "not_real", None),
        ("2024-02-31", "not_real", None),
        ("2024-31-12", "not_real", None),
        ("03/02/0000", "not_real", None),
        ("12/31/2025", "month_first", D(2025, 12, 31)),
        ("03/02/26", "two_digit_year", D(2026, 2, 3)),
        ("03/02/85", "two_digit_year", D(1985, 2, 3)),
        ("31/02/26", "not_real", None),
        ("03/2021", "only_month", None),
        ("tháng 3/2021", "only_month", None),
        ("2021", "only_year", None),
        (2021, "only_year", None),
        (2021.0, "only_year", None),
        (45, "not_a_date", None),
        (20260203, "not_a_date", None),
        (-1, "not_a_date", None),
        pytest.param(10**5000, "not_a_date", None, id="5001 digits"),
        (float("nan"), "not_a_date", None),
        (float("inf"), "not_a_date", None),
        (Decimal("1E+999999"), "not_a_date", None),
        (Decimal("sNaN"), "not_a_date", None),
        (True, "not_a_date", None),
        ([3], "not_a_date", None),
        (datetime.time(3), "not_a_date", None),
        (datetime.datetime.max.replace(tzinfo=UTC), "not_a_date", None),
        ("46056", "not_a_date", None),
        ("Feb 3, 2026", "not_a_date", None),
        ("03/02-2026", "not_a_date", None),
        ("2026-02-03T17:00:00Z", "not_a_date", None),
        ("hôm nay", "not_a_date", None),
        ("٣/٢/2026", "foreign_digits", None),
        (None, "empty", None),
        ("  ", "empty", None),
    ],
)
def test_what_is_no_date_is_refused_with_its_own_reason(value, code, suggestion):
    with pytest.raises(Unreadable) as refused:
        parse_date(value)
    assert (refused.value.code, refused.value.suggestion) == (code, suggestion)
    assert "%(" not in str(refused.value)


def test_the_31st_of_february_is_called_what_it_is():
    with pytest.raises(Unreadable, match="“31/02/2024” is not a real date"):
        parse_date("31/02/2024")


@pytest.mark.parametrize(
    "value",
    ["03/2021", "3/2021", "3-2021", "3.2021", "tháng 3/2021", "Tháng 03 năm 2021", "T3/2021", "2021-03", "01/03/2021",
     D(2021, 3, 1), moment(2021, 3, 1), 44256],
)  # fmt: skip
def test_march_2021_in_every_writing(value):
    assert parse_month(value) == D(2021, 3, 1)


@pytest.mark.parametrize(
    ("value", "code", "suggestion"),
    [
        ("13/2021", "not_real", None),
        ("0/2021", "not_real", None),
        ("15/03/2021", "day_given", D(2021, 3, 1)),
        (D(2021, 3, 15), "day_given", D(2021, 3, 1)),
        ("31/02/2021", "not_real", None),
        ("2021", "not_a_month", None),
        (3.2021, "not_a_month", None),
        ("03/21", "not_a_month", None),
        ("quý I/2021", "not_a_month", None),
        (None, "empty", None),
        ("", "empty", None),
    ],
)
def test_what_is_no_month_is_refused_with_its_own_reason(value, code, suggestion):
    with pytest.raises(Unreadable) as refused:
        parse_month(value)
    assert (refused.value.code, refused.value.suggestion) == (code, suggestion)


def test_party_papers_write_zeros_before_small_days_and_the_first_two_months():
    assert format_date_long(D(2026, 2, 3)) == "ngày 03 tháng 02 năm 2026"
    assert format_date_long(D(2026, 3, 9)) == "ngày 09 tháng 3 năm 2026"
    assert format_date_long(D(2026, 12, 31)) == "ngày 31 tháng 12 năm 2026"


def test_an_event_lies_between_the_founding_of_the_party_and_today():
    today = D(2026, 11, 23)
    assert check_event_date(today, today) == today
    assert check_event_date(D(1930, 2, 3), today) == D(1930, 2, 3)
    with pytest.raises(Unreadable, match="02/02/1930 is before 03/02/1930") as early:
        check_event_date(D(1930, 2, 2), today)
    with pytest.raises(Unreadable, match="24/11/2026 is in the future: today is 23/11/2026") as late:
        check_event_date(D(2026, 11, 24), today)
    assert (early.value.code, late.value.code) == ("before_1930", "after_today")


def test_a_date_shown_is_read_back(for_all):
    @for_all(st.dates())
    def holds(day):
        assert parse_date(format_date(day)) == parse_date(day.isoformat()) == day
        assert parse_date(f"{day.day}.{day.month}.{day.year:04}") == day
        assert parse_month(f"{day.month}/{day.year:04}") == day.replace(day=1)
        if day.year >= 1000:
            assert parse_date(format_date_long(day)) == day
        if 1911 <= day.year <= 2099:
            assert parse_date((day - D(1899, 12, 30)).days) == day


def test_no_value_makes_the_readers_fall(for_all):
    digits = st.text(alphabet="0123456789/-. tháng", max_size=14)

    @for_all(
        st.one_of(st.text(), digits, st.integers(), st.floats(), st.decimals(), st.datetimes(timezones=st.timezones()))
    )
    def holds(value):
        for read in (parse_date, parse_month):
            try:
                assert type(read(value)) is D
            except Unreadable as refused:
                assert str(refused)


def test_hostile_lines_are_read_or_refused(hostile_lines):
    for line in hostile_lines:
        for read in (parse_date, parse_month):
            try:
                read(line)
            except Unreadable as refused:
                assert str(refused).isprintable()
