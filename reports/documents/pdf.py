"""PDF by typst, with its own letters: the same words and tables as the Word paper, in the same format.

The report reaches the template as JSON text, so nothing in it can be taken for markup. No system font, no clock and
no network: the same figures make the same bytes.
"""

import json
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from pathlib import Path

import typst

from .paper import paper

HERE = Path(str(files(__package__)))


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(HERE / "fonts")])


def draw_pdf(report) -> bytes:
    words = json.dumps(paper(report), ensure_ascii=False)
    return typst.compile(
        str(HERE / "templates" / "paper.typ"),
        root=str(HERE / "templates"),
        font_paths=_fonts(),
        sys_inputs={"paper": words},
        timestamp=datetime.combine(report.as_of, time(), tzinfo=UTC),
    )
