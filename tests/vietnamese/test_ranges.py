"""Targets are given as ranges; what Excel made of a range is recognised and never counted."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from vietnamese.errors import Unreadable
from vietnamese.numbers import format_decimal
from vietnamese.ranges import format_range, parse_range


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("5-7", 5, 7),
        ("5 – 7", 5, 7),
        ("5—7", 5, 7),
        ("5−7", 5, 7),
        ("5 ÷ 7", 5, 7),
        ("5 đến 7", 5, 7),
        ("từ 5 đến 7", 5, 7),
        ("Từ 5 đến\u00a07", 5, 7),
        ("tu 5 den 7", 5, 7),
        ("8", 8, 8),
        (8, 8, 8),
        (8.0, 8, 8),
        ("12.000", 12000, 12000),
        ("190-200", 190, 200),
        ("10-20", 10, 20),
        ("1.000 - 2.000", 1000, 2000),
        ("1 000–2 000", 1000, 2000),
        ("5,5-7,5", Decimal("5.5"), Decimal("7.5")),
        ("0", 0, 0),
        ("7-7", 7, 7),
        ("2020", 2020, 2020),
    ],
)
def test_a_target_is_read_with_both_its_ends(value, low, high):
    assert parse_range(value) == (low, high)
    assert all(isinstance(end, Decimal) for end in parse_range(value))


@pytest.mark.parametrize(
    ("value", "suggestion"),
    [
        ("5-Jul", "5-7"),
        ("05-jul", "5-7"),
        ("Jul-05", "5-7"),
        ("7-May", "5-7"),
        ("5-thg 7", "5-7"),
        ("05-Thg7", "5-7"),
        ("Jul-50", "7-50"),
        ("5/7", "5-7"),
        ("05/07/2026", "5-7"),
        ("07/05/2026", "5-7"),
        ("2026-07-05", "5-7"),
        ("5-7-2026", "5-7"),
        ("05/07/26", "5-7"),
        (datetime.date(2026, 7, 5), "5-7"),
        (datetime.date(2026, 5, 7), "5-7"),
        (datetime.datetime(2026, 7, 5, tzinfo=datetime.UTC), "5-7"),
        (datetime.date(1950, 7, 1), "7-50"),
        (datetime.date(2026, 5, 1), "1-5"),
        (datetime.date(2026, 5, 5), "5"),
    ],
)
def test_a_range_that_excel_made_a_date_is_refused_and_offered_back(value, suggestion):
    with pytest.raises(Unreadable, match="which Excel makes of a range") as refused:
        parse_range(value)
    assert (refused.value.code, refused.value.suggestion) == ("made_a_date", suggestion)
    assert parse_range(suggestion)


@pytest.mark.parametrize(
    ("value", "code", "suggestion"),
    [
        ("7-5", "low_above_high", "5-7"),
        ("2.000-1.000", "low_above_high", "1.000-2.000"),
        ("5-7-9", "not_a_range", None),
        ("5-", "not_a_range", None),
        ("đến 7", "not_a_range", None),
        ("từ 5", "not_a_range", None),
        ("5-abc", "not_a_range", None),
        ("năm đến bảy", "not_a_range", None),
        ("-5", "negative", None),
        (-5, "negative", None),
        ("-", "dash", None),
        ("12.5", "decimal_dot", Decimal("12.5")),
        ("5-7.5", "decimal_dot", Decimal("7.5")),
        (38.555, "eaten_dot", 38555),
        (True, "boolean", None),
        (float("nan"), "not_a_range", None),
        ("٥-٧", "foreign_digits", None),
        (None, "empty", None),
        (" ", "empty", None),
    ],
)
def test_what_is_no_target_is_refused_with_its_own_reason(value, code, suggestion):
    with pytest.raises(Unreadable) as refused:
        parse_range(value)
    assert (refused.value.code, refused.value.suggestion) == (code, suggestion)


def test_a_refusal_quotes_the_whole_cell():
    with pytest.raises(Unreadable, match="“5-abc”"):
        parse_range("5-abc")


def test_a_target_of_counts_has_no_fraction():
    assert parse_range("5-7", whole=True) == (5, 7)
    for value in ("5,5-7", 12.5, "12,5"):
        with pytest.raises(Unreadable) as refused:
            parse_range(value, whole=True)
        assert refused.value.code == "fraction"


def test_a_target_is_shown_as_one_number_or_two():
    assert format_range(5, 7) == "5–7"
    assert format_range(Decimal("8.0"), Decimal(8)) == "8"
    assert format_range(1000, Decimal("2000.5")) == "1.000–2.000,5"


def test_a_target_shown_is_read_back(for_all):
    ends = st.decimals(0, 1_000_000, places=2)

    @for_all(ends, ends)
    def holds(one, other):
        low, high = sorted((one, other))
        assert parse_range(format_range(low, high)) == (low, high)
        assert parse_range(f"từ {format_decimal(low)} đến {format_decimal(high)}") == (low, high)


def test_a_range_that_became_a_date_is_always_offered_back(for_all):
    @for_all(st.integers(1, 12), st.integers(1, 12), st.integers(2000, 2031))
    def holds(one, other, year):
        low, high = sorted((one, other))
        for day in (datetime.date(year, high, low), datetime.date(year, low, high)):
            with pytest.raises(Unreadable) as refused:
                parse_range(day)
            assert parse_range(refused.value.suggestion) == (low, high)


def test_no_value_makes_the_reader_fall(for_all):
    pieces = st.lists(st.sampled_from(["5", "7", "-", "–", "đến", "từ", " ", ".", ",", "Jul", "/", "%", "000"])).map(
        "".join
    )

    @for_all(st.one_of(st.text(), pieces, st.integers(), st.floats(), st.decimals(), st.dates()))
    def holds(value):
        try:
            low, high = parse_range(value)
        except Unreadable as refused:
            assert str(refused)
        else:
            assert 0 <= low <= high


def test_hostile_lines_are_read_or_refused(hostile_lines):
    for line in hostile_lines:
        try:
            low, high = parse_range(line)
        except Unreadable as refused:
            assert str(refused).isprintable()
        else:
            assert low <= high
