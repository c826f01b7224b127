"""Reports by name. A report is a class that says its rows once; page, docx, xlsx, pdf, csv and JSON draw those rows.

For whoever serves reports (page, API, command)::

    from reports import registry
    from reports.forms import ReportForm

    Report = registry.get("attainment")                # KeyError → 404
    registry.names()                                   # ["attainment", "inspection", …]
    form = ReportForm(request.GET, user=request.user)  # zone, year, from, as_of, format; user None: every zone
    form.is_valid()                                    # else form.errors; form.zone_unknown → answer 404
    report = form.report(Report)                       # or Report(zone=…, year=…, as_of=…), below

    report = Report(zone=zone, year=2025, first_year=None, as_of=day, user=None, part=Part.YEAR)
    report.tables()          # [Table(name, title, columns, rows, total, notes)]: reports/tables.py
    report.render("docx")    # (bytes, content type, file name); docx, xlsx, pdf, csv or json; else UnknownFormat
    report.as_json()         # plain dict: report, zone, year, from, as_of, basis, rounding, tables, figures

``zone`` is a Zone that the caller found through ``visible_to``; ``first_year`` None is the first year of the term that
holds ``year``; ``as_of`` is a date. WrongPeriod (a ValueError) when ``first_year`` is after ``year``, or the years are
more than ``MOST_YEARS``, and for a ``part`` of a year when the report does not take one. ``user`` narrows the rows that
name organisations to what that person may see; None (commands) shows all of the zone.

To add a report: one module in ``reports/library/`` with a class under ``@registry.register``. It appears on the page of
reports, at /reports/<name>/, in the API and in ``manage.py report`` without another line.
"""

import importlib
import pkgutil
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from organizations.models import Zone
from organizations.snapshot_read import one_snapshot
from targets.models import Term
from targets.periods import Part, Period
from vietnamese.dates import format_date

from .counting import counting
from .tables import Table

MOST_YEARS = 30  # a table of more columns takes a minute to lay out and nobody reads it
DOCUMENT_LANGUAGE = "vi"  # files and API; only the screen follows the reader's language

_reports: dict[str, type["Report"]] = {}


class WrongPeriod(ValueError):
    """The years asked for are no period, or too many; the message is for the person who asked."""


class UnknownFormat(ValueError):
    """There is no renderer for the format asked for."""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph of a text, by ``style``.

    ``text``, ``point`` (begins with a dash), ``heading``, ``closing``, or ``todo``: a dotted line that
    the author fills.
    """

    style: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Said:
    """All that a report has to say: drawn as it is by every renderer."""

    tables: list[Table]
    opening: str = ""
    sections: list[Section] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)  # the attainment answer, for JSON


class Report:
    """One report, asked of one zone and period. A subclass names itself and implements ``say``."""

    name: ClassVar[str]
    title: ClassVar[Any]  # lazy translation, on the page of reports
    description: ClassVar[Any]
    template: ClassVar[str] = "tables"  # the Word template, reports/documents/templates/<template>.docx
    do_not_call_in_templates: ClassVar[bool] = True  # the page of reports lists the classes themselves
    takes_part: ClassVar[bool] = False  # can report a part of each year
    is_draft: ClassVar[bool] = False  # bears the mark DỰ THẢO, a signature and a list of addressees

    def __init__(
        self,
        *,
        zone: Zone,
        year: int,
        as_of: date,
        first_year: int | None = None,
        user: User | None = None,
        part: Part = Part.YEAR,
    ) -> None:
        self.check_part(part)
        self.first_year = self.first_of(year, first_year, part)
        self.part = part
        self.zone = zone
        self.year = year
        self.as_of = as_of
        self.user = user
        self._said: dict[str, Said] = {}

    @staticmethod
    def first_of(year: int, first_year: int | None, part: Part = Part.YEAR) -> int:
        """The first year of a report that ends with ``year``; raises WrongPeriod. A part of a year stands alone."""
        if first_year is None:
            if part is not Part.YEAR:
                return year
            term = Term.holding(year)
            return term.first_year if term else year
        if first_year > year:
            raise WrongPeriod(
                _("%(first)s is after %(last)s: give the earlier year first.") % {"first": first_year, "last": year}
            )
        if year - first_year >= MOST_YEARS:
            raise WrongPeriod(_("Ask for at most %(years)s years at a time.") % {"years": MOST_YEARS})
        return first_year

    @classmethod
    def check_part(cls, part: Part) -> None:
        """Raise WrongPeriod for a part of a year in a report that only knows whole ones."""
        if part is not Part.YEAR and not cls.takes_part:
            raise WrongPeriod(
                _("“%(report)s” reports whole years: leave the period out, or ask for another report.")
                % {"report": cls.title}
            )

    def say(self) -> Said:
        """Work out the whole report. Called once, over one consistent reading of the database."""
        raise NotImplementedError

    def heading(self) -> tuple[str, str]:
        """The two lines of the title on paper, in Vietnamese: the kind of paper, and what it is about."""
        raise NotImplementedError

    def said(self) -> Said:
        language = get_language() or DOCUMENT_LANGUAGE
        if language not in self._said:
            with one_snapshot():
                self._said[language] = self.say()
        return self._said[language]

    def tables(self) -> list[Table]:
        return self.said().tables

    @property
    def period(self) -> str:
        """What is reported, in words: năm 2026, giai đoạn 2020–2025, 6 tháng đầu năm 2026."""
        if self.part is not Part.YEAR:
            with translation.override(DOCUMENT_LANGUAGE):
                if self.first_year == self.year:
                    return Period(self.year, self.part).label
                label = self.part.label.removesuffix(" năm")
                return f"{label[0].lower()}{label[1:]} các năm {self.first_year}–{self.year}"
        if self.first_year == self.year:
            return f"năm {self.year}"
        return f"giai đoạn {self.first_year}–{self.year}"

    @property
    def basis(self) -> str:
        """What every document prints of how it was counted."""
        of = "" if self.part is Part.YEAR else f", của {self.period}, so với chỉ tiêu cả năm"
        return f"Số liệu tính đến ngày {format_date(self.as_of)}{of}; {counting().paper}."

    @property
    def filename(self) -> str:
        span = f"{self.year}" if self.first_year == self.year else f"{self.first_year}-{self.year}"
        if self.part is not Part.YEAR:
            span += f"-{self.part}"
        return f"{self.name}_{self.zone.code}_{span}_{self.as_of.isoformat()}"

    def as_json(self) -> dict:
        with translation.override(DOCUMENT_LANGUAGE):
            said = self.said()
            return {
                "report": self.name,
                "title": " ".join(self.heading()),
                "zone": self.zone.code,
                "from": self.first_year,
                "year": self.year,
                **({} if self.part is Part.YEAR else {"part": self.part.value}),
                "as_of": self.as_of.isoformat(),
                "basis": counting().basis.value,
                "rounding": counting().code,
                "note": self.basis,
                "sections": [
                    {"heading": section.heading, "paragraphs": [block.text for block in section.blocks]}
                    for section in said.sections
                ],
                "tables": [table.as_json() for table in said.tables],
                "figures": said.figures,
            }

    def render(self, format: str) -> tuple[bytes, str, str]:
        """The report as a file: its bytes, its content type and a name for it."""
        from .documents import RENDERERS

        try:
            renderer = RENDERERS[format]
        except KeyError:
            raise UnknownFormat(f"{format!r}: choose one of {', '.join(RENDERERS)}") from None
        with translation.override(DOCUMENT_LANGUAGE):
            return renderer.draw(self), renderer.content_type, f"{self.filename}.{format}"


def register(report: type[Report]) -> type[Report]:
    """Make a report known by its name."""
    if report.name in _reports and _reports[report.name].__module__ != report.__module__:
        raise ValueError(f"{report.name!r}: two reports of one name")
    _reports[report.name] = report
    return report


def _known() -> dict[str, type[Report]]:
    from . import library

    for module in pkgutil.iter_modules(library.__path__):
        importlib.import_module(f"{library.__name__}.{module.name}")
    return _reports


def get(name: str) -> type[Report]:
    """The report of this name; KeyError when there is none."""
    return _known()[name]


def names() -> list[str]:
    return sorted(_known())
