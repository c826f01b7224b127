"""Tax codes (mã số thuế): ten digits with a check digit, ten and three for a dependent unit, or twelve (personal ID).

Check digit: weights 31 29 23 19 17 13 7 5 3 on the first nine digits, tenth = 10 − (sum mod 11). A remainder of 0 gives
ten, which no digit can say: such nine digits were never issued.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from vietnamese.errors import N_, Unreadable, empty, foreign_digits, has_foreign_digits, shown
from vietnamese.text import clean

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)

_SHAPE = re.compile(r"([0-9]{10})(?:-?([0-9]{3}))?")
_DASHES = str.maketrans("‐‑‒–—−", "------")


@dataclass(frozen=True)
class TaxCode:
    """``text`` as stored: ``0100112437``, ``0100112437-011`` or twelve digits; ``warnings`` never forbid saving."""

    text: str
    warnings: list[Unreadable] = field(default_factory=list)


def parse_tax_code(value: object) -> TaxCode:
    """Return the tax code in ``value``: dots and spaces are left out, the hyphen is set.

    A leading 0 that Excel ate is put back only when the check digit then holds, with a warning that says so; otherwise
    it is offered and the code refused. A wrong check digit warns. Letters and any other length are refused.
    """
    text, numeric = _text_of(value), not isinstance(value, str)
    if not text:
        raise empty()
    if has_foreign_digits(text):
        raise foreign_digits(value)
    digits = text.replace("-", "")
    if not (digits.isascii() and digits.isdigit()):
        raise _letters(value)
    if "-" in text and not re.fullmatch(r"[0-9]+-[0-9]{3}", text):
        message = N_("“%(value)s”: a hyphen stands only between the first ten digits and the last three.")
        raise Unreadable("hyphen", message, value=shown(value))
    if len(digits) == 12 and "-" not in text and not (numeric and is_valid(f"0{text}")):
        return TaxCode(text)
    padded = text if len(digits) in {10, 13} else f"0{text}"
    match = _SHAPE.fullmatch(padded)
    if not match:
        raise _wrong_length(value, len(digits))
    ten, branch = match.groups()
    expected = check_digit(ten[:9])
    code = f"{ten}-{branch}" if branch else ten
    if padded != text:
        if ten[9] != str(expected):
            message = N_(
                "“%(value)s” has %(digits)s digits and a tax code 10 or 13: with a leading 0 it is %(offer)s, "
                "whose check digit is wrong too. Compare it with the tax registration."
            )
            raise Unreadable("length", message, code, value=shown(value), digits=len(digits), offer=code)
        message = N_("“%(value)s” has lost its leading 0: read as %(offer)s.")
        return TaxCode(code, [Unreadable("leading_zero", message, code, value=shown(value), offer=code)])
    if expected is None:
        message = N_(
            "“%(value)s” can be no tax code, for no check digit fits it: compare it with the tax registration."
        )
        return TaxCode(code, [Unreadable("check_digit", message, value=code)])
    if ten[9] != str(expected):
        message = N_(
            "“%(value)s” has a wrong check digit (expected %(expected)s): compare it with the tax registration."
        )
        return TaxCode(code, [Unreadable("check_digit", message, value=code, expected=expected)])
    return TaxCode(code)


def check_digit(first_nine: str) -> int | None:
    """Return the tenth digit of a tax code, or None when these nine digits cannot have one."""
    if not re.fullmatch("[0-9]{9}", first_nine):
        raise ValueError(f"nine digits are needed: {first_nine!r}")
    digit = 10 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_nine, strict=True)) % 11
    return digit if digit < 10 else None


def is_valid(text: str) -> bool:
    """Tell whether ``text`` is a tax code that needs no warning."""
    try:
        return not parse_tax_code(text).warnings
    except Unreadable:
        return False


def _text_of(value: object) -> str:
    """Return the digits and hyphens of ``value`` as text, without dots, spaces and Excel's text mark (')."""
    if value is None:
        raise empty()
    if isinstance(value, str):
        return clean(value).removeprefix("'").translate(_DASHES).replace(".", "").replace(" ", "")
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = Decimal(value)
        if number.is_finite() and 0 <= number < 10**15 and number == number.to_integral_value():
            return str(int(number))
    raise _letters(value)


def _letters(value: object) -> Unreadable:
    message = N_("“%(value)s” has other characters than digits: a tax code is written in digits.")
    return Unreadable("letters", message, value=shown(value))


def _wrong_length(value: object, digits: int) -> Unreadable:
    return Unreadable(
        "length",
        N_("“%(value)s” has %(digits)s digits: a tax code has 10, or 13 for a dependent unit, or 12."),
        value=shown(value),
        digits=digits,
    )
