"""A count is what the office wrote, or a refusal that says why: never a number cut short."""

import datetime
import random
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from vietnamese.errors import Unreadable
from vietnamese.numbers import (
    LARGEST,
    format_count,
    format_decimal,
    format_percent,
    parse_count,
    parse_decimal,
)

anything = st.one_of(
    st.text(),
    st.text(alphabet="0123456789.,- %\u00a0\u202f", max_size=14),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.binary(max_size=4),
    st.lists(st.integers(), max_size=2),
)


@pytest.mark.parametrize(
    "value",
    [
        "38555",
        "38.555",
        "38 555",
        "38\u00a0555",
        "38\u202f555",
        " 38.555 ",
        "038555",
        38555,
        38555.0,
        Decimal("38555.0"),
    ],
)
def test_every_writing_of_a_count_is_the_same_count(value):
    count = parse_count(value)
    assert count == 38555
    assert type(count) is int


@pytest.mark.parametrize(
    ("value", "count"), [("0", 0), ("05", 5), (12.0, 12), ("1.234.567", 1234567), (0.0, 0), (-0.0, 0)]
)
def test_small_and_large_counts_are_read(value, count):
    assert parse_count(value) == count


@pytest.mark.parametrize(
    ("value", "code", "suggestion"),
    [
        (38.555, "eaten_dot", 38555),
        (38.55, "eaten_dot", 38550),
        (Decimal("38.555"), "eaten_dot", 38555),
        (12.5, "fraction", None),
        (0.5, "fraction", None),
        (1234.567, "fraction", None),
        (1.0000000000000002, "fraction", None),
        ("38,555", "decimal_comma", 38555),
        ("1,234,567", "decimal_comma", 1234567),
        ("1,5", "fraction", None),
        ("1.234,5", "fraction", None),
        ("12.5", "grouping", None),
        ("3.85.55", "grouping", None),
        ("38.5555", "grouping", None),
        ("0.555", "grouping", None),
        ("1.000 000", "grouping", None),
        ("12 34", "grouping", None),
        ("abc", "not_a_number", None),
        ("12 người", "not_a_number", None),
        ("1e3", "not_a_number", None),
        ("+5", "not_a_number", None),
        ("0x10", "not_a_number", None),
        ("1_000", "not_a_number", None),
        ("#N/A", "not_a_number", None),
        (float("nan"), "not_a_number", None),
        (float("inf"), "not_a_number", None),
        (float("-inf"), "not_a_number", None),
        (Decimal("sNaN"), "not_a_number", None),
        ([5], "not_a_number", None),
        (datetime.time(5), "not_a_number", None),
        (True, "boolean", None),
        (False, "boolean", None),
        (-3, "negative", None),
        (-0.5, "negative", None),
        ("-3", "negative", None),
        ("−3", "negative", None),
        ("-", "dash", None),
        ("—", "dash", None),
        ("٣", "foreign_digits", None),
        ("１２", "foreign_digits", None),
        ("²", "foreign_digits", None),
        (LARGEST + 1, "too_large", None),
        ("9" * 5000, "too_large", None),
        pytest.param(10**5000, "too_large", None, id="5001 digits"),
        (1e300, "too_large", None),
        (Decimal("1E+999999"), "too_large", None),
        (Decimal("1E-999999"), "fraction", None),
        (datetime.date(2026, 7, 5), "date", None),
        (None, "empty", None),
        ("", "empty", None),
        (" \u00a0", "empty", None),
    ],
)
def test_what_is_no_count_is_refused_with_its_own_reason(value, code, suggestion):
    with pytest.raises(Unreadable) as refused:
        parse_count(value)
    assert (refused.value.code, refused.value.suggestion) == (code, suggestion)
    assert "%(" not in str(refused.value)


def test_the_dot_that_excel_ate_is_explained_in_office_figures():
    with pytest.raises(Unreadable) as refused:
        parse_count(38.555)
    assert str(refused.value) == (
        "The cell holds the decimal number 38,555. If 38.555 is meant, type it without the dot."
    )


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("12,5", "12.5"),
        ("12", "12"),
        ("1.234,50", "1234.5"),
        ("1 234,5", "1234.5"),
        ("105,3%", "105.3"),
        ("105 %", "105"),
        ("12.500", "12500"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (Decimal("-0.0"), "0"),
        (100, "100"),
    ],
)
def test_decimals_have_a_comma(value, number):
    assert str(parse_decimal(value)) == number


@pytest.mark.parametrize(
    ("value", "code", "suggestion"),
    [
        ("105.3", "decimal_dot", Decimal("105.3")),
        ("1,234.5", "not_a_number", None),
        ("1.23.4", "grouping", None),
        ("-1,5", "negative", None),
        ("%", "not_a_number", None),
        ("1,5,5", "not_a_number", None),
        (1e-300, "too_fine", None),
        ("0," + "1" * 30, "too_fine", None),
        ("12,٣", "foreign_digits", None),
        ("", "empty", None),
        (True, "boolean", None),
    ],
)
def test_what_is_no_decimal_is_refused_with_its_own_reason(value, code, suggestion):
    with pytest.raises(Unreadable) as refused:
        parse_decimal(value)
    assert (refused.value.code, refused.value.suggestion) == (code, suggestion)


@pytest.mark.parametrize(
    ("percent", "shown"),
    [
        ("105.25", "105,3%"),
        ("105.24", "105,2%"),
        ("100.0", "100%"),
        ("99.96", "100%"),
        ("275", "275%"),
        ("1250.5", "1.250,5%"),
        ("0.04", "0%"),
        ("-0.04", "0%"),
        ("0", "0%"),
    ],
)
def test_a_percent_is_half_up_with_a_comma_and_no_idle_zero(percent, shown):
    assert format_percent(Decimal(percent)) == shown


@pytest.mark.parametrize(
    ("number", "places", "shown"),
    [
        ("1234.50", None, "1.234,5"),
        ("1234.5", 2, "1.234,50"),
        ("2.5", 0, "3"),
        ("-0.04", 1, "0,0"),
        ("1E+3", None, "1.000"),
    ],
)
def test_decimals_are_shown_with_a_comma(number, places, shown):
    assert format_decimal(Decimal(number), places) == shown


def test_a_count_shown_is_read_back(for_all):
    @for_all(st.integers(0, LARGEST))
    def holds(count):
        assert parse_count(format_count(count)) == parse_count(str(count)) == parse_count(float(count)) == count
        assert parse_decimal(format_count(count)) == count


def test_a_decimal_shown_is_read_back(for_all):
    @for_all(st.decimals(0, LARGEST, places=6))
    def holds(number):
        assert parse_decimal(format_decimal(number)) == number
        assert parse_decimal(format_percent(number)) == pytest.approx(number, abs=Decimal("0.05"))


def test_no_value_makes_the_reader_fall_or_change_a_number(for_all):
    @for_all(anything)
    def holds(value):
        try:
            count = parse_count(value)
        except Unreadable as refused:
            assert str(refused)
            assert len(str(refused)) < 250
        else:
            assert type(count) is int
            assert 0 <= count <= LARGEST
            assert isinstance(value, str) or count == value
        try:
            assert 0 <= parse_decimal(value) <= LARGEST + 1
        except Unreadable as refused:
            assert str(refused)


def test_no_fraction_becomes_a_whole_number(for_all):
    @for_all(st.floats(0, 1e9).filter(lambda number: not number.is_integer()))
    def holds(number):
        with pytest.raises(Unreadable):
            parse_count(number)
        with pytest.raises(Unreadable):
            parse_count(format_decimal(Decimal(repr(number))))


def test_hostile_lines_are_read_or_refused(hostile_lines):
    for line in hostile_lines:
        for read in (parse_count, parse_decimal):
            try:
                number = read(line)
            except Unreadable as refused:
                assert str(refused).isprintable()
            else:
                bare = line.strip().removesuffix("%").replace(".", "").replace(" ", "")
                assert number == Decimal(bare.replace(",", "."))


def test_a_column_of_ten_thousand_counts_is_read_whole():
    dice = random.Random(28)
    counts = [dice.randrange(100_000) for _ in range(10_000)]
    assert [parse_count(format_count(count)) for count in counts] == counts
