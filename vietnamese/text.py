"""Text as it is stored, searched and sorted.

Sorting follows Vietnamese dictionaries (and CLDR ``vi``): letters first, in the alphabet
a ă â b c d đ e ê … o ô ơ … u ư …, then tones: none, huyền, hỏi, ngã, sắc, nặng.
"""

from __future__ import annotations

import re
import unicodedata

from vietnamese.errors import N_, Unreadable, empty, shown

KEY_LENGTH = 600  # longest sort key: a name that differs only behind it sorts equal

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền hỏi ngã sắc nặng, after no tone
_SHAPES = {"a\u0306": "ă", "a\u0302": "â", "e\u0302": "ê", "o\u0302": "ô", "o\u031b": "ơ", "u\u031b": "ư"}

# A sort key is made of digits alone, because every collation of every database agrees on those. Two digits each, in
# this order: end of a part, tones, space between words, numbers (11 to 26, see _by_value), letters, other scripts.
_PART, _TONES, _WORD, _OTHER = "00", "01", "02", "99"
_CODES = {letter: str(40 + place) for place, letter in enumerate(ALPHABET)}

_INVISIBLE = (
    *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A),
    *range(0xFFF9, 0xFFFC), 0xFEFF, 0x180E, 0x061C, 0x034F, 0x115F, 0x1160,
)  # fmt: skip
_ODD: dict[int, str | None] = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2800, 0x3164, 0xFFA0), " ")
_ODD |= dict.fromkeys(_INVISIBLE, None)  # zero-width and direction marks; U+00AD stays: in TCVN3 it is the letter ư
_ODD |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # half a character: no database can store it
_ODD[0xD0] = "Đ"  # Icelandic Ð looks the same and was typed for Đ
_FIND_ODD = re.compile("[" + "".join(re.escape(chr(code)) for code in _ODD) + "]")


def clean(text: str) -> str:
    """Return ``text`` in the one form it is stored in: NFC, real Đ, plain single spaces, nothing invisible.

    Letters stay as written: uỷ and ủy, hoà and hòa are both somebody's official name.
    """
    if not text.isascii() or not text.isprintable():
        if _FIND_ODD.search(text):
            text = text.translate(_ODD)
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def parse_name(value: object, max_length: int = 255) -> str:
    """Return the cleaned name in ``value``; refuse one without a letter or digit, or longer than ``max_length``."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)  # a name of digits only, which the workbook keeps as a number
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
        value = str(value)
    if value is None:
        raise empty()
    if not isinstance(value, str):
        raise Unreadable("not_text", N_("“%(value)s” is not a name."), value=shown(value))
    name = clean(value)
    if not name:
        raise empty()
    if not _search_key(name):
        raise Unreadable("no_letters", N_("“%(value)s” has no letter or digit."), value=shown(name))
    if len(name) > max_length:
        raise Unreadable(
            "too_long", N_("“%(value)s” is longer than %(limit)s characters."), value=shown(name), limit=max_length
        )
    return name


def _bare(char: str) -> str:
    """Return ``char`` without case, accents and compatibility shapes, combining marks kept behind their letter."""
    while (folded := unicodedata.normalize("NFKD", char).casefold()) != char:
        char = folded
    return char


class _SearchTable(dict[int, str]):
    """For ``str.translate``: filled as characters are met, so that a name costs one look-up a character."""

    def __missing__(self, code: int) -> str:
        key = ""
        for char in _bare(chr(code)):
            category = unicodedata.category(char)
            if char in "đðɖ":
                key += "d"
            elif category == "Nd":
                key += str(unicodedata.decimal(char))
            elif char.isalnum():
                key += char
            elif category not in {"Mn", "Me", "Cf"}:
                key += " "
        if code < 0x10000:  # hostile text shall not fill the memory
            self[code] = key
        return key


class _LetterTable(dict[int, str]):
    """For ``str.translate``: each letter's code in alphabet order, a to j for digits, the rest a space."""

    def __missing__(self, code: int) -> str:
        key = "".join(letter for letter, _tone in _letters(chr(code)))
        if code < 0x10000:
            self[code] = key
        return key


class _ToneTable(dict[int, str]):
    """For ``str.translate``: each letter's tone as a digit, spaces between words, nothing for digits."""

    def __missing__(self, code: int) -> str:
        key = "".join(" " if letter == " " else tone for letter, tone in _letters(chr(code)))
        if code < 0x10000:
            self[code] = key
        return key


def _letters(char: str) -> list[tuple[str, str]]:
    """Return (code, tone) of every letter, digit or space that ``char`` stands for."""
    found: list[tuple[str, str]] = []
    tone = {mark: str(place) for place, mark in enumerate(TONES, start=2)}
    for part in _bare(char):
        if unicodedata.category(part) in {"Mn", "Me", "Cf"}:
            if found and found[-1][1]:
                letter, old = found[-1]
                shaped = _SHAPES.get(next((plain for plain, code in _CODES.items() if code == letter), "") + part)
                found[-1] = (_CODES[shaped], old) if shaped else (letter, tone.get(part, "7"))
        elif part in "đðɖ":
            found.append((_CODES["đ"], "1"))
        elif part in _CODES:
            found.append((_CODES[part], "1"))
        elif unicodedata.category(part) == "Nd":
            found.append(("abcdefghij"[unicodedata.decimal(part)], ""))
        elif part.isalnum():
            found.append((f"{_OTHER}{ord(part):07}", "1"))
        else:
            found.append((" ", ""))
    return found


_SEARCH, _LETTER, _TONE = _SearchTable(), _LetterTable(), _ToneTable()
_NUMBER = re.compile("[a-j]+")
_TO_DIGITS = str.maketrans("abcdefghij", "0123456789")


def search_key(text: str) -> str:
    """Return what ``text`` is found by: no accents, no case, đ as d, words apart by one space.

    uỷ = ủy and hoà = hòa because the mark is gone wherever it stood. The key may be longer than the text (ﬁ → fi).
    """
    return _search_key(clean(text))


def sort_key(text: str) -> str:
    """Return a string of digits whose order is the Vietnamese order of ``text``; case is ignored.

    Tones count by syllable, so that hoà and hòa sort alike. Numbers sort by value, so "Chi bộ 2" stands before
    "Chi bộ 10". At most ``KEY_LENGTH`` characters; alike on SQLite and on PostgreSQL with any collation.
    """
    return _sort_key(clean(text), KEY_LENGTH)


def name_keys(name: str) -> tuple[str, str, str]:
    """Return ``clean(name)``, its search key and its sort key, cleaning it once."""
    name = clean(name)
    return name, _search_key(name), _sort_key(name, KEY_LENGTH)


def person_sort_key(full_name: str) -> str:
    """Return the sort key of a person: given name first (the last word), then family and middle names."""
    family, _space, given = clean(full_name).rpartition(" ")
    third = KEY_LENGTH // 3
    key = _sort_key(given, third)
    return f"{key}{_PART}{_sort_key(family, 2 * third - 2)}" if family else key


def _search_key(text: str) -> str:
    return " ".join(text.translate(_SEARCH).split())


def _sort_key(text: str, length: int) -> str:
    letters = _WORD.join(text.translate(_LETTER).split())
    if _NUMBER.search(letters):
        letters = _NUMBER.sub(_by_value, letters)
    tones = "".join([word.replace("1", "") or "1" for word in text.translate(_TONE).split()]).rstrip("1")
    letters = letters[: length * 5 // 6]
    return f"{letters}{_TONES}{tones}"[:length] if tones else letters


def _by_value(match: re.Match[str]) -> str:
    """Return the number with the count of its digits in front (10 → 12 10): longer ones sort later."""
    digits = match[0].translate(_TO_DIGITS).lstrip("0") or "0"
    return f"{10 + min(len(digits), 16)}{digits}"
