"""What a spreadsheet on a Vietnamese Windows expects of a file, and what must never reach it as a formula.

There the comma is the decimal mark, so a semicolon parts the cells of a CSV file, which begins with a byte order mark.
"""

from __future__ import annotations

from typing import Any

DELIMITER = ";"
BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")

# for xlsxwriter: text stays text, whatever it looks like
SAFE_WORKBOOK: dict[str, Any] = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


def inert(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS) else text
