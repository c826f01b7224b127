"""A report as plain words for paper: what the Word template and the PDF template both draw."""

from dataclasses import asdict

from vietnamese.dates import format_date

from .layout import lay_out
from .party_format import FONT, PAGE, PARTY_FORMAT, body, letterhead, signature

WIDE = PAGE["height"] - PAGE["left"] - PAGE["right"]  # of a landscape page between its margins


def paper(report) -> dict:
    """Everything that is printed, as texts, lists and dicts only: a template can show it but reach nothing else."""
    said = report.said()
    kind, about = report.heading()
    return {
        "letterhead": letterhead(report.zone, report.as_of),
        "signature": signature(report.zone),
        "is_draft": report.is_draft,
        "zone": report.zone.name,
        "issuer": body(report.zone),
        "kind": kind,
        "about": about,
        "basis": report.basis,
        "as_of": format_date(report.as_of),
        "opening": said.opening,
        "author": PARTY_FORMAT["author"],
        "sections": [asdict(section) for section in said.sections],
        "annexes": [
            {
                "number": table.number,
                "title": table.title,
                "of": f"kèm theo {kind.capitalize()} {about} của {body(report.zone)}" if report.is_draft else "",
                "chunks": [asdict(chunk) for chunk in lay_out(table, WIDE)] if table.rows else [],
                "notes": list(table.notes) if table.rows else [table.empty],
            }
            for table in said.tables
        ],
        "page": PAGE,
        "font": FONT,
    }
