"""Which rows of a sheet are its titles when none of them is known: found by how titles differ from what stands below.

Titles are short different texts, in words that titles are made of ("Ngày …", "Số …", "Tên …"), above cells of another
nature (numbers, days), or above a row that numbers the columns.
"""

import re
from collections.abc import Sequence
from datetime import date

from vietnamese.text import search_key

from .sheet import Cell, any_filled, blank, text_of
from .titles import NUMBERING, words

HEADER_WITHIN = 60  # lines above and in the header
BELOW = 12  # rows below a title that are looked at
LONG = 90  # characters; what is longer says something, it names nothing
ENOUGH = 2  # points of proof, beside being text

# What titles begin with, and data seldom; and titles that data begin with too. Without accents, short forms in full.
WORDS = frozenset(
    "stt so ma ten ngay thang loai ghi muc mst sdt email website cot stk column id no code name type date year number "
    "area province ward note source indicator target actual total address status title period value".split()
)
STARTS = frozenset(
    "ho ten|ho va|nam sinh|nam thanh|nam hoat|gioi tinh|dia chi|dia diem|dan toc|ton giao|que quan|noi sinh|noi cap|"
    "noi dung|trinh do|chuc vu|chuc danh|tong so|tong cong|tong von|ket qua|ke hoach|linh vuc|nganh nghe|von dau|"
    "von dieu|hinh thuc|trang thai|tinh trang|lao dong|nguoi lao|du an|truc thuoc|co quan|co cau|van ban|can cu|"
    "nguoi ky|nguoi dai|thoi gian|thoi diem|danh gia|xep loai|khen thuong|ky luat|doi tuong|nghe nghiep|tin hoc|"
    "ngoai ngu|quan he|thuc hien|thuc nhan|ty le|thue suat|don vi|dien thoai|dien tich|quoc gia|quoc tich|noi o".split(
        "|"
    )
)
PHRASES = frozenset(
    {"khu cong nghiep", "doanh nghiep", "to chuc", "chi tieu", "cong doan", "chi bo", "dang bo", "su kien", "cong ty",
     "chi doan", "nam", "nu", "quan", "tinh", "huyen", "xa"}
)  # fmt: skip
# Words in the names of firms; a register of them is known by these even where no title is.
FIRM = re.compile(
    r"\b(?:cong ty|cty|tnhh|ctcp|co phan|doanh nghiep|dntn|hop tac xa|htx|tap doan|nha may|xi nghiep|"
    r"co ltd|ltd|jsc|inc|corp|corporation|company|limited)\b"
)
FIRMS_AMONG = 50  # lines below the titles
_NUMBER = re.compile(r"[-+(]?[\d\s.,]*\d[\d\s.,]*\)?\s*%?|-|—|x", re.I)
_DAY = re.compile(r"\d{1,4}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{1,4}")
_YEAR = re.compile(r"(?:19|20)\d\d")

Rows = Sequence[Sequence[Cell]]


def header_among(rows: Rows, within: int, wide: frozenset[tuple[int, int]] = frozenset()) -> tuple[int, int] | None:
    """The first and last title row among the first ``within`` of ``rows``; None when these are no titles.

    Merged cells are filled in ``rows``; ``wide`` are the places of those merged over several columns.
    """
    natures = [[_nature(cell) for cell in row] for row in rows]
    best, best_points = None, 0.0
    for first, row in enumerate(rows[:within]):
        if not any_filled(row) or NUMBER in natures[first] or _numbers(row):
            continue
        points = _points(rows, natures, first, _titles(row), first)
        last = first
        if first + 1 < len(rows) and _is_double(rows, natures, first, wide):
            double = _points(rows, natures, first + 1, _joined(_titles(row), _titles(rows[first + 1])), first)
            if double >= points:
                last, points = first + 1, double
        if points > 1.25 * best_points:  # of two tables alike, the upper one
            best, best_points = (first, last), points
    return best


def column_of_firms(rows: Rows, last: int) -> int | None:
    """The first column below row ``last`` of which most cells are names of firms; None when there is none."""
    below = [row for row in rows[last + 1 :] if any_filled(row)][:FIRMS_AMONG]
    for place in range(max((len(row) for row in below), default=0)):
        texts = [text_of(row[place]) for row in below if place < len(row) and not blank(row[place])]
        firms = sum(FIRM.search(search_key(text[:LONG])) is not None for text in texts)
        if firms >= 2 and firms > len(texts) / 2:
            return place
    return None


BLANK, TEXT, NUMBER, YEAR = "blank", "text", "number", "year"


def _nature(cell: Cell) -> str:
    if blank(cell):
        return BLANK
    if isinstance(cell, date):
        return NUMBER
    text = text_of(cell)
    if _YEAR.fullmatch(text):
        return YEAR
    return NUMBER if _NUMBER.fullmatch(text) or _DAY.fullmatch(text) else TEXT


def _titles(row: Sequence[Cell]) -> dict[int, str]:
    return {place: text_of(cell) for place, cell in enumerate(row) if not blank(cell)}


def _joined(above: dict[int, str], below: dict[int, str]) -> dict[int, str]:
    """The titles of two rows as one: those of the group first."""
    titles = {}
    for place in sorted(above.keys() | below.keys()):
        both = dict.fromkeys(text for text in (above.get(place), below.get(place)) if text)
        titles[place] = " ".join(both)
    return titles


def _numbers(row: Sequence[Cell]) -> bool:
    """Whether the row only numbers the columns: "(1) (2) …"."""
    texts = list(_titles(row).values())
    return len(texts) > 1 and sum(NUMBERING.fullmatch(text) is not None for text in texts) > 0.8 * len(texts)


def _is_usual(text: str) -> bool:
    plain = words(text[:LONG]).split()
    first = plain[0].rstrip("0123456789") if plain else ""
    return first in WORDS or " ".join(plain[:2]) in STARTS or " ".join(plain) in PHRASES


def _points(rows, natures, last, titles, first) -> float:
    """How much the titles that end in row ``last`` look like titles; 0 when there is no proof."""
    different = {text.casefold() for text in titles.values() if len(text) <= LONG}
    if len(different) < 2:
        return 0
    same = rows[first]
    below = [index for index in range(last + 1, len(rows)) if any_filled(rows[index]) and rows[index] != same]
    numbered = bool(below) and _numbers(rows[below[0]])
    below = below[numbered:][:BELOW]
    proof = 3.0 * numbered
    for place, text in titles.items():
        proof += _is_usual(text)
        column = [index for index in below if place < len(rows[index]) and natures[index][place] != BLANK]
        if column and place < len(natures[first]) and natures[first][place] == TEXT:
            other = sum(natures[index][place] in (NUMBER, YEAR) for index in column)
            proof += other >= 0.6 * len(column)
            proof -= any(text_of(rows[index][place]) == text for index in column)
    if proof < max(ENOUGH, 0.2 * len(titles)) and not (proof > 0 and len(titles) == len(different) == 2):
        return 0
    spoiled = len(titles) - len(different)
    return len(different) - 0.5 * spoiled + 1.5 * proof


def _is_double(rows, natures, first, wide) -> bool:
    """Whether row ``first`` groups the titles of the next: some stand under a group, others have nothing below."""
    above, below = rows[first], rows[first + 1]
    if NUMBER in natures[first + 1] or not any_filled(below) or _numbers(below):
        return False
    grouped, single = 0, 0
    for place in range(max(len(above), len(below))):
        top = text_of(above[place]) if place < len(above) else ""
        under = text_of(below[place]) if place < len(below) else ""
        if under and under != top:
            grouped += not top or (first, place) in wide
        elif top:
            single += 1
    titled = sum(1 for cell in above if not blank(cell))
    return grouped > 0 and (single >= 0.3 * titled or any((first, place) in wide for place in range(len(above))))
