"""Why a value could not be read: in words for people, in a code for programs, with an offer where one is safe."""

from __future__ import annotations

import datetime
from decimal import Decimal

SHOWN_LENGTH = 40


def N_(message: str) -> str:
    """Mark ``message`` for the catalogue; it is translated where it is shown."""
    return message


class Unreadable(ValueError):
    """A value that is refused, or read with a warning.

    ``code`` is for programs. ``message`` is an English template, ``params`` fill it:
    ``gettext(error.message) % error.params`` is the sentence in the reader's language. ``suggestion`` is what we
    offer instead, of the type the parser returns (text for ranges and tax codes); it is never taken unasked.
    """

    def __init__(self, code: str, message: str, suggestion: object = None, **params: object) -> None:
        self.code = code
        self.message = message
        self.params = params
        self.suggestion = suggestion
        super().__init__(code, message)

    def __str__(self) -> str:
        return self.message % self.params


def empty() -> Unreadable:
    return Unreadable("empty", N_("No value is given."))


def foreign_digits(value: object) -> Unreadable:
    return Unreadable("foreign_digits", N_("“%(value)s” has digits other than 0–9."), value=shown(value))


def has_foreign_digits(text: str) -> bool:
    """Tell whether ``text`` has digits of another script or shape (٣, ３, ²), which ``int`` would quietly accept."""
    return not text.isascii() and any(char.isdigit() and not char.isascii() for char in text)


def shown(value: object) -> str:
    """Return ``value`` as a message quotes it: short, printable, figures and dates in Vietnamese writing."""
    if isinstance(value, bool):
        text = "TRUE" if value else "FALSE"
    elif isinstance(value, datetime.date):  # a datetime is one too: its day is what the office sees
        text = f"{value.day:02}/{value.month:02}/{value.year:04}"
    elif isinstance(value, int):
        text = str(value) if value.bit_length() < 256 else "10^" + str(value.bit_length() * 30103 // 100000)
    elif isinstance(value, float | Decimal):
        text = _shown_fraction(Decimal(repr(value)) if isinstance(value, float) else value)
    else:
        text = str(value)
    text = text[: 4 * SHOWN_LENGTH]  # enough to fill the quotation whatever the spaces; a cell may hold 32,767
    text = " ".join("".join(char if char.isprintable() or char.isspace() else "�" for char in text).split())
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def _shown_fraction(number: Decimal) -> str:
    if not number.is_finite() or abs(number.adjusted()) > SHOWN_LENGTH:
        return str(number)
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
