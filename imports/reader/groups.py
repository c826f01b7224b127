"""Lines of a table that are no data: they head a group of lines, or add lines up."""

import re
from collections.abc import Sequence

from vietnamese.text import clean

from .sheet import Cell, blank
from .titles import words

COUNTED = frozenset({"workers", "members", "total", "female", "official", "quantity"})  # fields a group may add up
IDENTITY = 10  # digits; so long is no count, but a tax code

_TOTAL = re.compile(
    r"(?:tổng cộng|tổng số|cộng|tổng|cộng chung|tổng chung)(?:\s*[:.(]|\s+(?:các|toàn|\d|[ivx]+\b)|$)", re.I
)
_SUBTOTAL = re.compile(
    r"(?:tổng|cộng)\s+(?!c(?:ông )?ty|kho|đại lý|hợp|đồng|sự|hòa|hoà|liên|cục|lãnh|thầu|lực|tác|sinh|hưởng)\w", re.I
)
_FIGURE = re.compile(r"[\d\s.,%–-]+|x", re.I)
_NUMBER = re.compile(r"\d+(?:\.0)?\s*[.)]?")
_NUMERAL = re.compile(r"\(?(?:[IVXL]+|[A-ZĐ]|[a-zđ](?=[.)]))\s*[.)]?")
_GROUP = re.compile(
    r"(?:(?:[IVXL]+|[A-HĐ])\s*[.)/:-]\s|(?i:các|kcn|ccn|kkt|kcx|cụm|địa bàn|khối"
    r"|khu (?:công nghiệp|kinh tế|chế xuất|vực|phi thuế quan)"
    r"|(?:doanh nghiệp|dn|công ty|cty) (?:fdi|có vốn|trong nước|nhà nước|ngoài nhà nước|nước ngoài))\b)"
)
_ONE = re.compile(
    r"(?:(?:tổng )?(?:công ty|cty)|tập đoàn|dntn|doanh nghiệp|htx|hợp tác xã|chi nhánh|văn phòng|nhà máy|xí nghiệp"
    r"|trường|bệnh viện|chi bộ|đảng bộ|công đoàn|đoàn|chi đoàn|hộ kinh doanh)\b", re.I,
)  # fmt: skip
_ORDER = frozenset({"stt", "so stt", "so thu tu", "thu tu", "no"})  # titles of the column that numbers the lines


def adds_up(cells: Sequence[Cell], mapped: set[int]) -> bool:
    """A line that begins with "Tổng cộng", and beside it holds nothing but numbers."""
    return _begins(_TOTAL, cells) and _only_figures(cells, mapped)


def adds_up_some(cells: Sequence[Cell], mapped: set[int]) -> bool:
    """A line such as "Cộng KCN Đình Vũ", with nothing but numbers beside it. "Tổng công ty …" is an enterprise."""
    return _begins(_SUBTOTAL, cells) and _only_figures(cells, mapped)


class Headings:
    """Which lines head a group: "I | KCN Nomura | | 30" among lines whose order is told by numbers.

    A line that holds another text, a day or a tax code is data; so is one that may be named after an enterprise.
    """

    def __init__(self, rows: Sequence[Sequence[Cell]], titles: dict[int, str], fields: dict[str, int]):
        self.order = next((place for place, title in titles.items() if words(title) in _ORDER), None)
        self.counted = {place for name, place in fields.items() if name in COUNTED}
        self.identity = fields.get("tax_code")
        self.holds = self.order not in (None, *fields.values()) and any(map(self._is_numbered, rows))

    def __call__(self, cells: Sequence[Cell]) -> bool:
        if not self.holds or self._is_numbered(cells):
            return False
        order = _text(cells[self.order]) if self.order < len(cells) else ""
        others = [(place, cell) for place, cell in enumerate(cells) if place != self.order and not blank(cell)]
        named = [(place, cell) for place, cell in others if not (place in self.counted and is_figure(cell))]
        if not named:
            return bool(others) and _GROUP.match(order) is not None  # the heading stands where the number would
        (place, text), *more = named
        if more or place in self.counted or place == self.identity or not isinstance(text, str):
            return False
        text = clean(text)
        if order:
            return _NUMERAL.fullmatch(order) is not None and (not _ONE.match(text) or _GROUP.match(text) is not None)
        return _GROUP.match(text) is not None

    def _is_numbered(self, cells):
        cell = cells[self.order] if self.order < len(cells) else None
        return isinstance(cell, int | float) or (type(cell) is str and _NUMBER.fullmatch(cell.strip()) is not None)


def is_figure(cell: Cell) -> bool:
    """Whether the cell holds a count, or a dash or cross where one would stand."""
    if isinstance(cell, str):
        text = clean(cell)
        return _FIGURE.fullmatch(text) is not None and sum(map(str.isdigit, text)) < IDENTITY
    return isinstance(cell, int | float) and abs(cell) < 10 ** (IDENTITY - 1)


def _begins(pattern, cells):
    first = next(cell for cell in cells if not blank(cell))
    return isinstance(first, str) and pattern.match(clean(first)) is not None


def _only_figures(cells, mapped):
    first = next(place for place, cell in enumerate(cells) if not blank(cell))
    return all(is_figure(cells[place]) for place in mapped if first != place < len(cells) and not blank(cells[place]))


def _text(cell):
    return clean(cell) if isinstance(cell, str) else ""
