"""Tax codes keep their leading 0, their dependent unit and their check digit; a wrong digit warns."""

from decimal import Decimal

import pytest
from hypothesis import strategies as st

from vietnamese.errors import Unreadable
from vietnamese.tax_codes import check_digit, is_valid, parse_tax_code


def test_every_published_code_is_read_without_a_warning(shared_data):
    codes = (shared_data / "tax_codes_valid.txt").read_text().split("\n")
    codes = [code for code in codes if code.strip()]

    assert len(codes) == 60
    assert [str(warning) for code in codes for warning in parse_tax_code(code).warnings] == []
    assert {len(parse_tax_code(code).text) for code in codes} == {10, 14}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0100112437", "0100112437"),
        ("01.00.112.437", "0100112437"),
        ("0100 112 437", "0100112437"),
        ("\u00a00100112437 ", "0100112437"),
        ("'0100112437", "0100112437"),
        ("0100112437-011", "0100112437-011"),
        ("0100112437–011", "0100112437-011"),
        ("0100112437 - 011", "0100112437-011"),
        ("0100112437011", "0100112437-011"),
        ("031085000123", "031085000123"),
    ],
)
def test_a_code_is_stored_in_one_form(value, text):
    code = parse_tax_code(value)
    assert (code.text, code.warnings) == (text, [])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (100112437, "0100112437"),
        (100112437.0, "0100112437"),
        (Decimal(100112437), "0100112437"),
        ("100112437", "0100112437"),
        (100112437011, "0100112437-011"),
        ("100112437-011", "0100112437-011"),
    ],
)
def test_the_leading_0_that_excel_ate_is_put_back_and_said(value, text):
    code = parse_tax_code(value)
    assert code.text == text
    assert [warning.code for warning in code.warnings] == ["leading_zero"]
    assert text in str(code.warnings[0])


@pytest.mark.parametrize(
    ("value", "offer"),
    [
        (100112438, "0100112438"),
        ("100112438", "0100112438"),
        (100112438.0, "0100112438"),
        ("100112438-011", "0100112438-011"),
        ("299700025", "0299700025"),
        (10011243, None),
    ],
)
def test_a_0_before_digits_whose_check_then_fails_is_offered_and_never_put_there(value, offer):
    with pytest.raises(Unreadable) as refused:
        parse_tax_code(value)
    assert (refused.value.code, refused.value.suggestion) == ("length", offer)
    assert offer is None or offer in str(refused.value)


def test_a_twelve_digit_personal_id_is_not_taken_for_a_dependent_unit():
    assert parse_tax_code("100112437011").text == "100112437011"
    assert parse_tax_code(310850001234).text == "310850001234"


def test_a_wrong_check_digit_warns_with_the_right_one():
    code = parse_tax_code("0100112438-011")
    assert code.text == "0100112438-011"
    assert [warning.code for warning in code.warnings] == ["check_digit"]
    assert "expected 7" in str(code.warnings[0])


def test_nine_digits_without_a_possible_check_digit_warn_whatever_follows():
    assert check_digit("000000000") is None
    for last in "0123456789":
        assert [warning.code for warning in parse_tax_code("000000000" + last).warnings] == ["check_digit"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("123", "length"),
        ("01001124370", "length"),
        ("01001124370110", "length"),
        ("MST 0100112437", "letters"),
        ("0100112437/011", "letters"),
        ("01OO112437", "letters"),
        (0.5, "letters"),
        (True, "letters"),
        (-100112437, "letters"),
        (float("nan"), "letters"),
        pytest.param(10**5000, "letters", id="5001 digits"),
        (Decimal("sNaN"), "letters"),
        ([], "letters"),
        ("0100112437-01", "hyphen"),
        ("-0100112437", "hyphen"),
        ("01-00112437", "hyphen"),
        ("٠100112437", "foreign_digits"),
        (None, "empty"),
        (" ", "empty"),
        (".", "empty"),
    ],
)
def test_what_is_no_tax_code_is_refused_with_its_own_reason(value, code):
    with pytest.raises(Unreadable) as refused:
        parse_tax_code(value)
    assert refused.value.code == code


def test_validity_is_reading_without_a_warning():
    assert is_valid("0100112437")
    assert is_valid("0100112437-011")
    assert not is_valid("0100112438")
    assert not is_valid("100112437")
    assert not is_valid("abc")


def test_each_of_the_nine_digits_has_its_own_weight():
    # 31 29 23 19 17 13 7 5 3 leave 9 7 1 8 6 2 7 5 3 when divided by 11
    alone = [f"{10**place:09}" for place in reversed(range(9))]
    assert [check_digit(nine) for nine in alone] == [1, 3, 9, 2, 4, 8, 3, 5, 7]


def test_the_check_digit_needs_nine_digits():
    with pytest.raises(ValueError, match="nine digits"):
        check_digit("12345678")


def test_one_wrong_digit_is_always_noticed(for_all):
    nine = st.from_regex("[0-9]{9}", fullmatch=True)

    @for_all(nine, st.integers(0, 8), st.integers(1, 9))
    def holds(first_nine, place, step):
        digit = check_digit(first_nine)
        if digit is None:
            return
        code = f"{first_nine}{digit}"
        assert parse_tax_code(code).warnings == []
        if code[0] == "0":
            assert parse_tax_code(int(f"1{code}") - 10**10).text == code if code[1] != "0" else True
        mistyped = f"{code[:place]}{(int(code[place]) + step) % 10}{code[place + 1 :]}"
        assert [warning.code for warning in parse_tax_code(mistyped).warnings] == ["check_digit"]


def test_a_code_is_read_back_as_it_is_stored(for_all):
    @for_all(st.from_regex(r"[0-9]{10}(-?[0-9]{3})?|[0-9]{12}", fullmatch=True))
    def holds(text):
        stored = parse_tax_code(text).text
        assert parse_tax_code(stored).text == stored
        assert stored.replace("-", "") == text.replace("-", "")


def test_no_value_makes_the_reader_fall(for_all):
    digits = st.text(alphabet="0123456789-. ", max_size=16)

    @for_all(st.one_of(st.text(), digits, st.integers(), st.floats(), st.decimals(), st.none(), st.booleans()))
    def holds(value):
        try:
            code = parse_tax_code(value)
        except Unreadable as refused:
            assert str(refused)
        else:
            assert len(code.text) in {10, 12, 14}


def test_hostile_lines_are_read_or_refused(hostile_lines):
    for line in hostile_lines:
        try:
            parse_tax_code(line)
        except Unreadable as refused:
            assert str(refused).isprintable()
