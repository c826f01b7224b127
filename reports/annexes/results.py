"""Phụ lục 1: what was achieved of each target, year by year and over the whole period."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from organizations.models import Zone
from reports.attainment import Standing
from reports.counting import counting
from reports.figures import Figure
from reports.figures import Table as Figures
from reports.shares import unknown_in_words
from reports.tables import Column, Kind, Row, Span, State, Table
from targets.periods import Part
from vietnamese.dates import format_date

STANDING_TEXT = {
    Standing.BELOW: gettext_noop("below target"),
    Standing.MET: gettext_noop("on target"),
    Standing.EXCEEDED: gettext_noop("above target"),
    Standing.NO_TARGET: gettext_noop("no target"),
    Standing.NOT_REPORTED: gettext_noop("not reported"),
    Standing.NOT_APPLICABLE: gettext_noop("not applicable"),
}


def silence(figure: Figure, as_of) -> State | None:
    """Why the figure has no number, or None when it has one. Of a year or part that still runs nobody is late."""
    match figure.attainment.standing:
        case Standing.NOT_APPLICABLE:
            return State.NOT_APPLICABLE
        case Standing.NOT_REPORTED:
            return State.NOT_REPORTED if as_of >= figure.period.last_day else State.NO_DATA
    return None


def target_cell(figure: Figure):
    attainment = figure.attainment
    if attainment.low is None:
        return State.NOT_APPLICABLE if attainment.standing is Standing.NOT_APPLICABLE else State.NO_TARGET
    return attainment.low if attainment.low == attainment.high else Span(attainment.low, attainment.high)


def results(figures: Figures, zone: Zone) -> Table:
    """One row an indicator; three columns a year, three for the period when it has several years, and the remarks.

    Parts of years are not added up: only whole years make a period.
    """
    years = list(figures.years)
    columns = [
        Column("number", _("No."), centred=True),
        Column("indicator", _("Content")),
        Column("unit", _("Unit"), centred=True),
    ]
    for year in years:
        period = figures.period(year)
        group = _("Year %(year)s") % {"year": year} if period.is_year else capfirst(period.label)
        columns += [
            Column(f"target_{year}", _("Target"), Kind.COUNT, group),
            Column(f"actual_{year}", _("Result"), Kind.COUNT, group),
            Column(f"percent_{year}", _("Rate (%)"), Kind.PERCENT, group),
        ]
    adds_up = len(years) > 1 and figures.part is Part.YEAR
    if adds_up:
        group = _("Whole period %(first)s–%(last)s") % {"first": years[0], "last": years[-1]}
        columns += [
            Column("actual_total", _("Result"), Kind.COUNT, group),
            Column("years_met", _("Years met"), Kind.TEXT, group, centred=True),
            Column("percent_range", _("Rate (%)"), Kind.PERCENT, group),
        ]
    columns.append(Column("note", _("Remarks")))
    rows = []
    for number, indicator in enumerate(figures.indicators, start=1):
        values = {"number": number, "indicator": indicator.name, "unit": indicator.unit}
        for year in years:
            figure = figures.figure(zone, indicator, year)
            silent = silence(figure, figures.as_of)
            percent = counting().percent(figure.attainment)
            values |= {
                f"target_{year}": target_cell(figure),
                f"actual_{year}": silent or figure.attainment.actual,
                f"percent_{year}": silent or (State.NO_TARGET if percent is None else percent),
            }
        if adds_up:
            values |= _over(figures, zone, indicator)
        values["note"] = _remarks(figures, zone, indicator)
        rows.append(Row(values))
    return Table(
        name="results",
        number=_("Annex %(number)s") % {"number": 1},
        title=_("Results against targets by year"),
        columns=columns,
        rows=rows,
    )


def _over(figures, zone, indicator):
    term = figures.over(zone, indicator, figures.first_year, figures.last_year)
    silent = None
    if term.actual is None:
        states = {silence(figures.figure(zone, indicator, year), figures.as_of) for year in figures.years}
        states_first = (State.NOT_REPORTED, State.NO_DATA, State.NOT_APPLICABLE)
        silent = next((state for state in states_first if state in states), None)
    met = State.NO_TARGET
    if term.years_judged:
        # "5/6" alone would be read by a spreadsheet as the fifth of June
        met = _("%(met)s/%(all)s years") % {"met": term.years_met, "all": term.years_judged}
    elif term.years_with_target:
        met = _("no year is over yet")
    percents = State.NO_TARGET if term.percent_min is None else Span(term.percent_min, term.percent_max)
    return {"actual_total": silent or term.actual, "years_met": met, "percent_range": silent or percents}


def _remarks(figures, zone, indicator):
    """What a reader must know before comparing the years; "" when there is nothing."""
    found = []
    term = figures.over(zone, indicator, figures.first_year, figures.last_year)
    if term.years_without_target:
        found.append(_("no target: %(years)s") % {"years": years_text(term.years_without_target)})
    for year in figures.years:
        figure = figures.figure(zone, indicator, year)
        if figure.attainment.actual is not None and (unknown := unknown_in_words(figure.share)):
            found.append(f"{year}: {unknown}")
        if figure.missing:
            found.append(
                _("%(year)s still without %(zones)s") % {"year": year, "zones": ", ".join(figure.missing_names)}
            )
    now = figures.period(figures.as_of.year)
    if now.year in figures.years and now.first_day <= figures.as_of < now.last_day:
        found.append(_("%(year)s up to %(day)s") % {"year": now.year, "day": format_date(figures.as_of)})
    return "; ".join(found)


def years_text(years):
    """ "2021", "2020, 2022", and three or more in a row as "2020–2025"."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)
