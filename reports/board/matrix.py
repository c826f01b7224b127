"""The figures laid out as tables: indicator × year with the total of each term, and zone × indicator for one year."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from organizations.models import Zone
from reports.attainment import Standing
from reports.figures import Figure, Table
from reports.shares import unknown_in_words
from reports.tables import Kind, Span, cell_text
from targets.models import Indicator
from targets.periods import Part

from .question import Question, Years
from .rows import percents_of, years_met_text
from .wording import gap, number, say, target_of, zone_list

DONE = (Standing.MET, Standing.EXCEEDED)
TINT = {"ok": "ok", "warn": "warn", "bad": "bad", "muted": "muted", "": ""}


@dataclass(frozen=True, slots=True)
class Cell:
    """``text`` is the number (empty when there is none), ``mark`` percent and symbol, ``word`` what they mean."""

    text: str
    url: str
    mark: str
    word: str
    css: str
    spoken: bool = False  # the word is for those who do not see the symbol; else it is printed
    partial: bool = False  # zones below are missing


@dataclass(frozen=True, slots=True)
class Head:
    text: str
    url: str = ""
    here: bool = False
    css: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    head: Head
    cells: tuple[Cell, ...]
    kind: str = ""  # CSS class of the row


@dataclass(frozen=True, slots=True)
class Matrix:
    corner: str
    groups: tuple[tuple[str, int], ...]  # heading above several columns, and how many; empty when there is none
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    foot: tuple[Line, ...]
    sentence: str
    notes: tuple[str, ...] = ()


def cell(figure: Figure, url: str, as_of) -> Cell:
    said = say(figure, as_of)
    has_number = figure.attainment.actual is not None
    return Cell(
        text=number(figure.attainment.actual) if has_number else "",
        url=url if has_number else "",
        mark=said.mark,
        word=said.word,
        css=TINT[said.tone] if figure.attainment.standing is not Standing.EXCEEDED else "ok-strong",
        spoken=has_number,
        partial=bool(figure.missing) or (has_number and bool(unknown_in_words(figure.share))),
    )


def short(indicator: Indicator) -> str:
    return indicator.short_name or indicator.name


# ---------------------------------------------------------------------------------------------- indicator × year


def by_year(table: Table, zone: Zone, question: Question, years: Years) -> Matrix:
    """One row an indicator, one column a year, one more a term for its total."""
    terms = table.terms or ((table.first_year, table.last_year),)
    heads, groups = [], []
    for first, last in terms:
        heads += [
            Head(str(year), question.dashboard(zone=zone.code, year=year), year == question.year)
            for year in range(first, last + 1)
        ]
        total = first < last and table.part is Part.YEAR  # a sum of quarters of years is the figure of no term
        if total:
            heads.append(Head(_("Term total"), css="sum"))
        if table.part is Part.YEAR:
            groups.append((_("Term %(years)s") % {"years": years.term_of(first)}, last - first + 1 + total))
        else:
            groups.append((table.part.label, last - first + 1))
    lines = []
    for indicator in table.indicators:
        cells = []
        for first, last in terms:
            for year in range(first, last + 1):
                url = question.events(indicator, zone=zone.code, year=year)
                cells.append(cell(table.figure(zone, indicator, year), url, question.as_of))
            if first < last and table.part is Part.YEAR:
                cells.append(_term_total(table, zone, indicator, first, last, question))
        lines.append(Line(Head(short(indicator)), tuple(cells)))
    return Matrix(
        corner=_("Indicator"),
        groups=tuple(groups),
        heads=tuple(heads),
        lines=tuple(lines),
        foot=(),
        sentence=_ranges(table, zone, (terms[0][0], terms[-1][1])),
        notes=tuple(_missing_notes(table, zone, question, table.years)),
    )


def _term_total(table, zone, indicator, first, last, question):
    term = table.over(zone, indicator, first, last)
    said = [percents_of(term), years_met_text(term)]
    return Cell(
        text="" if term.actual is None else number(term.actual),
        url=question.events(indicator, zone=zone.code, from_=first, year=last) if term.actual is not None else "",
        mark=" · ".join(text for text in said if text) or "—",
        word="",
        css="sum",
    )


def span(first, last):
    return str(first) if first == last else f"{first}–{last}"


def _ranges(table, zone, years):
    """ "Yearly rates 2020–2022: A 100–133%; B 40–275%." """
    parts = []
    for indicator in table.indicators:
        percents = percents_of(table.over(zone, indicator, *years))
        if percents:
            parts.append(f"{short(indicator)} {percents}")
    if not parts:
        return _("No year of %(years)s has a rate: no target was assigned, or nothing was reported.") % {
            "years": span(*years)
        }
    if table.part is not Part.YEAR:
        text = _("%(part)s, rates %(years)s: %(ranges)s.")
        return text % {"part": table.part.label, "years": span(*years), "ranges": "; ".join(parts)}
    return _("Yearly rates %(years)s: %(ranges)s.") % {"years": span(*years), "ranges": "; ".join(parts)}


# ---------------------------------------------------------------------------------------------- zone × indicator


def by_zone(table: Table, zone: Zone, children: Sequence[Zone], question: Question) -> Matrix:
    """One row a zone directly below ``zone``, one column an indicator, and rows under the line that must add up."""
    year = question.year
    shown = [child for child in children if _exists_in(child, table, year)]
    lines = [
        Line(
            Head(str(child), question.dashboard(zone=child.code)),
            tuple(
                cell(table.figure(child, indicator, year), question.events(indicator, zone=child.code), question.as_of)
                for indicator in table.indicators
            ),
        )
        for child in shown
    ]
    own = [_own(table, zone, shown, indicator, question) for indicator in table.indicators]
    if any(each.text for each in own):
        lines.append(Line(Head(_("Recorded by %(zone)s itself") % {"zone": zone}), tuple(own), "own"))
    total = Line(
        Head(_("Total of %(zone)s") % {"zone": zone}),
        tuple(
            cell(table.figure(zone, indicator, year), question.events(indicator, zone=zone.code), question.as_of)
            for indicator in table.indicators
        ),
        "total",
    )
    targets = Line(
        Head(_("Target of %(zone)s") % {"zone": zone}),
        tuple(_compared(table, zone, shown, indicator, year) for indicator in table.indicators),
        "targets",
    )
    return Matrix(
        corner=_("Zone"),
        groups=(),
        heads=tuple(Head(short(indicator)) for indicator in table.indicators),
        lines=tuple(lines),
        foot=(total, targets),
        sentence=_met_by_zone(table, shown, year),
        notes=tuple(_missing_notes(table, zone, question, [year])),
    )


def _exists_in(zone, table, year):
    """Zones closed before the year or opened after it are left out, unless they have figures in it."""
    is_open = (zone.valid_from is None or zone.valid_from.year <= year) and (
        zone.valid_to is None or zone.valid_to.year >= year
    )
    return is_open or any(
        table.figure(zone, indicator, year).attainment.actual is not None for indicator in table.indicators
    )


def recorded_by_itself(table: Table, zone: Zone, children: Sequence[Zone], indicator: Indicator, year: int):
    """What ``zone`` recorded itself: its figure less those of the zones directly below it; of rates nothing."""
    if indicator.is_rate:
        return 0
    total = table.figure(zone, indicator, year).attainment.actual or 0
    return total - sum(table.figure(child, indicator, year).attainment.actual or 0 for child in children)


def _own(table, zone, children, indicator, question):
    actual = recorded_by_itself(table, zone, children, indicator, question.year)
    if not actual:
        return Cell("", "", "", "", "")
    return Cell(number(actual), question.events(indicator, zone=zone.code, own="1"), "", "", "")


def _compared(table, zone, children, indicator, year):
    """The zone's own target beside the sum of those it assigned on, with the difference at both ends."""
    own = table.figure(zone, indicator, year).attainment
    given = [table.figure(child, indicator, year).attainment for child in children]
    given = [attainment for attainment in given if attainment.low is not None]
    if not given or indicator.is_rate:  # shares of different wholes are not added up
        return Cell(target_of(own), "", "", "", "muted")
    low, high = sum(each.low for each in given), sum(each.high for each in given)
    said = _("zones: %(target)s") % {"target": cell_text(Span(low, high), Kind.COUNT)}
    if own.low is not None and (low, high) != (own.low, own.high):
        said += " · " + _("difference %(count)s") % {"count": gap(low - own.low, high - own.high)}
    return Cell(target_of(own), "", said, "", "muted")


def _met_by_zone(table, children, year):
    given = met = 0
    for child in children:
        for indicator in table.indicators:
            attainment = table.figure(child, indicator, year).attainment
            if attainment.low is not None and attainment.standing is not Standing.NOT_APPLICABLE:
                given += 1
                met += attainment.standing in DONE
    if not given:
        return _("No target has been assigned to the zones below for %(year)s.") % {"year": year}
    if table.part is not Part.YEAR:
        text = _("%(period)s: the zones below have met %(met)s of the %(given)s targets of the year assigned to them.")
        return text % {"period": capfirst(table.period(year).label), "met": met, "given": given}
    return _("%(year)s: the zones below have met %(met)s of the %(given)s targets assigned to them.") % {
        "year": year,
        "met": met,
        "given": given,
    }


def _missing_notes(table, zone, question, years):
    """Of every figure that is not complete, who has yet to report."""
    zone_names = {place.zone.code: str(place.zone) for place in question.places}
    for year in years:
        for indicator in table.indicators:
            figure = table.figure(zone, indicator, year)
            codes = figure.missing
            if figure.attainment.actual is not None and (unknown := unknown_in_words(figure.share)):
                yield f"{short(indicator)} {year}: {unknown}."
            if codes:
                yield _("%(indicator)s %(year)s: not yet reported by %(zones)s.") % {
                    "indicator": short(indicator),
                    "year": year,
                    "zones": zone_list((zone_names.get(code, code) for code in codes), most=6),
                }
