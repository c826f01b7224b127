"""The renderers: each draws a report into the bytes of one kind of file."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from .delimited import draw_csv
from .pdf import draw_pdf
from .word import draw_docx
from .workbook import draw_xlsx


@dataclass(frozen=True, slots=True)
class Renderer:
    label: str
    content_type: str
    draw: Callable


def draw_json(report) -> bytes:
    return json.dumps(report.as_json(), ensure_ascii=False, indent=1).encode()


OFFICE = "application/vnd.openxmlformats-officedocument"
RENDERERS = {
    "docx": Renderer("Word (.docx)", f"{OFFICE}.wordprocessingml.document", draw_docx),
    "xlsx": Renderer("Excel (.xlsx)", f"{OFFICE}.spreadsheetml.sheet", draw_xlsx),
    "pdf": Renderer("PDF", "application/pdf", draw_pdf),
    "csv": Renderer("CSV", "text/csv; charset=utf-8", draw_csv),
    "json": Renderer("JSON", "application/json", draw_json),
}
