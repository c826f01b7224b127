"""One row an indicator: the year's figure drawn and said, and what the term has come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from organizations.models import Zone
from reports.annexes.results import years_text
from reports.attainment import TermAttainment, half_up, published_flag
from reports.counting import counting
from reports.figures import Figure, Table
from reports.tables import Kind, Span, cell_text
from targets.models import Indicator

from .bullet import Bullet, bullet
from .question import Question, Years
from .wording import Said, number, percent_of, say, target_of, zone_list


@dataclass(frozen=True, slots=True)
class TermCell:
    """What the years of a term come to; never one percent of the sums (DOMAIN §6)."""

    total: str
    url: str
    percents: str  # "100–275%"
    met: str  # "đạt 3/3 năm"
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    indicator: Indicator
    actual: str
    url: str
    target: str
    said: Said
    bullet: Bullet
    term: TermCell | None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """The numbers behind one bullet."""

    indicator: Indicator
    actual: str
    low: str
    high: str
    percent: str
    percent_of_high: str
    expected: str
    projected: str
    needed: str
    published: str
    differs: bool


def rows(table: Table, zone: Zone, question: Question, years: Years | None, zone_names: dict[str, str]) -> list[Row]:
    """The rows of ``zone`` in the question's year; without ``years`` the term is left out."""
    return [_row(table, zone, indicator, question, years, zone_names) for indicator in table.indicators]


def _row(table, zone, indicator, question, years, zone_names):
    figure = table.figure(zone, indicator, question.year)
    said = say(figure, question.as_of)
    term = None
    if years is not None:
        over = table.over(zone, indicator, years.term_first, years.term_last)
        url = question.events(indicator, zone=zone.code, from_=years.term_first, year=years.term_last)
        term = term_cell(over, url)
    return Row(
        indicator=indicator,
        actual="" if figure.attainment.actual is None else number(figure.attainment.actual),
        url=question.events(indicator, zone=zone.code),
        target=target_of(figure.attainment),
        said=said,
        bullet=bullet(figure.attainment, said, indicator.name),
        term=term,
        missing=missing_text(figure, zone_names),
    )


def missing_text(figure: Figure, zone_names: dict[str, str]) -> str:
    if not figure.missing:
        return ""
    return _("without %(zones)s") % {
        "zones": zone_list((zone_names.get(code, code) for code in figure.missing), most=2)
    }


def years_met_text(term: TermAttainment) -> str:
    """In how many of the years that can be judged the target was met; a year still running is not missed."""
    if term.years_judged:
        return _("%(met)s/%(all)s years met") % {"met": term.years_met, "all": term.years_judged}
    return _("no year is over yet") if term.years_with_target else ""


def term_cell(term: TermAttainment, url: str) -> TermCell:
    notes = []
    if term.years_without_target and term.years_with_target:
        notes.append(_("no target: %(years)s") % {"years": years_text(term.years_without_target)})
    silent = [year for year in term.years_not_reported]
    if silent and term.actual is not None:
        notes.append(_("without figures: %(years)s") % {"years": years_text(silent)})
    return TermCell(
        total="" if term.actual is None else number(term.actual),
        url=url,
        percents=percents_of(term),
        met=years_met_text(term) or _("no target assigned"),
        notes=tuple(notes),
    )


def percents_of(term: TermAttainment) -> str:
    if term.percent_min is None:
        return ""
    return cell_text(Span(term.percent_min, term.percent_max), Kind.PERCENT)


def details(table: Table, zone: Zone, year: int) -> list[Detail]:
    """The numbers behind the bullets, one line an indicator."""
    found = []
    for indicator in table.indicators:
        figure = table.figure(zone, indicator, year)
        attainment, pace = figure.attainment, figure.attainment.pace
        published = figure.published_percent
        found.append(
            Detail(
                indicator=indicator,
                actual=number(attainment.actual),
                low=number(attainment.low),
                high=number(attainment.high),
                percent=percent_of(attainment.percent) or "—",
                percent_of_high=percent_of(attainment.percent_of_high) or "—",
                expected=_tenth(pace.expected) if pace else "—",
                projected=_tenth(pace.projected) if pace else "—",
                needed=number(pace.needed) if pace else "—",
                published=percent_of(published) or "—",
                differs=published_flag(attainment.actual, counting().end(attainment), published),
            )
        )
    return found


def _tenth(value: Fraction) -> str:
    return number(half_up(value, 1))


def all_of(table: Table, zone: Zone, year: int) -> Sequence[Figure]:
    """The figures of one zone and year, in the order of the indicators."""
    return [table.figure(zone, indicator, year) for indicator in table.indicators]
