"""The sentence at the top of a page of figures, written from the data: whole sentences only, so each language is right.

It says how many of the assigned targets are met, which is exceeded most, which lags most and what it still needs,
who has not reported and what was never assigned. Words in bold come from the data and are escaped.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.attainment import PaceStanding, Standing, difference
from reports.counting import counting
from reports.figures import Figure
from targets.periods import Period
from vietnamese.dates import format_date

from .wording import has_ended, is_final, names, number, percent_of, zone_list

DONE = (Standing.MET, Standing.EXCEEDED)


def lede(figures: Sequence[Figure], as_of: date, zone_names: dict[str, str] | None = None) -> SafeString:
    """The paragraph for the figures of one zone and one year; ``zone_names`` names the zones that are missing."""
    if not figures:
        return SafeString("")
    period = figures[0].period
    said = [_headline(figures, period.year, as_of) if period.is_year else _headline_of_part(figures, period, as_of)]
    if as_of >= period.first_day:
        said += [
            _best(figures),
            *_behind(figures, as_of),
            _silent(figures, period, as_of),
            _missing(figures, zone_names),
        ]
    said.append(_unassigned(figures))
    return format_html_join(" ", "{}", ((sentence,) for sentence in said if sentence))


def _given(figures):
    return [
        figure
        for figure in figures
        if figure.attainment.low is not None and figure.attainment.standing is not Standing.NOT_APPLICABLE
    ]


def _headline(figures, year, as_of):
    given = _given(figures)
    met = [figure for figure in given if figure.attainment.standing in DONE]
    values = {"day": format_date(as_of), "year": year, "met": len(met), "given": len(given)}
    if not given:
        return format_html(_("No target has been assigned for {year}."), **values)
    if as_of < date(year, 1, 1):
        text = ngettext(
            "The year {year} has not begun by {day}; <b>{given} target</b> has been assigned.",
            "The year {year} has not begun by {day}; <b>{given} targets</b> have been assigned.",
            len(given),
        )
    elif all(figure.attainment.standing is Standing.NOT_REPORTED for figure in given):
        if has_ended(Period(year), as_of):
            text = ngettext(
                "In {year} {given} target was assigned and <b>nothing has been reported</b> of it.",
                "In {year} {given} targets were assigned and <b>nothing has been reported</b> of them.",
                len(given),
            )
        else:
            text = ngettext(
                "By {day} there are <b>no figures yet</b> for the {given} target assigned.",
                "By {day} there are <b>no figures yet</b> for the {given} targets assigned.",
                len(given),
            )
    elif has_ended(Period(year), as_of):
        if len(met) == len(given):
            text = (
                _("In {year} <b>the one target assigned was met</b>.")
                if len(given) == 1
                else _("In {year} <b>all {given} targets assigned were met</b>.")
            )
        elif met:
            text = _("In {year} <b>{met} of the {given} targets assigned were met</b>.")
        else:
            text = (
                _("In {year} <b>the one target assigned was not met</b>.")
                if len(given) == 1
                else _("In {year} <b>none of the {given} targets assigned was met</b>.")
            )
    elif len(met) == len(given):
        text = (
            _("By {day} <b>the one target assigned has been met</b>.")
            if len(given) == 1
            else _("By {day} <b>all {given} targets assigned have been met</b>.")
        )
    elif met:
        text = _("By {day} <b>{met} of the {given} targets assigned have been met</b>.")
    else:
        text = (
            _("By {day} <b>the one target assigned has not been reached yet</b>.")
            if len(given) == 1
            else _("By {day} <b>none of the {given} targets assigned has been reached yet</b>.")
        )
    return format_html(text, **values)


def _headline_of_part(figures, period, as_of):
    """A part of a year is not asked whether it met the year's target, but whether it is on the way there."""
    given = _given(figures)
    values = {"day": format_date(min(as_of, period.last_day)), "period": capfirst(period.label), "given": len(given)}
    if not given:
        return format_html(_("No target has been assigned for {year}."), year=period.year)
    if as_of < period.first_day:
        return format_html(_("{period} has not begun by {day}."), **values)
    if all(figure.attainment.standing is Standing.NOT_REPORTED for figure in given):
        if has_ended(period, as_of):
            return format_html(_("{period}: <b>nothing has been reported</b> of the targets of the year."), **values)
        return format_html(_("{period}: by {day} there are <b>no figures yet</b>."), **values)
    paces = [figure.attainment.pace.standing for figure in given if _is_on_the_way(figure)]
    values |= {
        "met": sum(figure.attainment.standing in DONE for figure in given),
        "on": paces.count(PaceStanding.ON_TRACK),
        "late": paces.count(PaceStanding.BEHIND),
    }
    text = ngettext(
        "{period}, by {day}: of {given} target of the year <b>{met} met, {on} on pace, {late} behind pace</b>.",
        "{period}, by {day}: of {given} targets of the year <b>{met} met, {on} on pace, {late} behind pace</b>.",
        len(given),
    )
    return format_html(text, **values)


def _is_on_the_way(figure):
    return figure.attainment.standing is Standing.BELOW and figure.attainment.pace is not None


def _best(figures):
    """The one exceeded most."""
    exceeded = [
        figure for figure in figures if figure.attainment.standing is Standing.EXCEEDED and _percent(figure) is not None
    ]
    if not exceeded:
        return ""
    best = max(exceeded, key=_percent)
    text = _("{name} is furthest above its target ({percent}).") if len(exceeded) > 1 else _(
        "{name} is above its target ({percent})."
    )  # fmt: skip
    return format_html(text, name=_name(best), percent=percent_of(_percent(best)))


def _behind(figures, as_of):
    below = sorted(
        (
            figure
            for figure in figures
            if figure.attainment.standing is Standing.BELOW
            and (figure.attainment.pace or is_final(figure.period, as_of))  # a rate of one day is not late before
        ),
        key=lambda figure: _percent(figure) or Fraction(0),
    )
    if not below:
        return
    if not below[0].attainment.pace:  # the year is over
        worst = below[0]
        yield format_html(
            _("{name} reached <b>{percent}</b>, <b>{short} {unit}</b> short of the target."),
            name=_name(worst),
            percent=percent_of(_percent(worst)),
            short=number(difference(worst.attainment.low, worst.attainment.actual)),
            unit=worst.indicator.unit,
        )
        yield _others(_("Also below target: {names}."), below[1:])
        return
    late = [figure for figure in below if figure.attainment.pace.standing is PaceStanding.BEHIND]
    if not late:
        yield _("The one not yet reached is on pace.") if len(below) == 1 else _("Those not yet reached are on pace.")
        return
    if late[0].attainment.pace.needed is None:
        yield _others(_("Behind the pace of the quarter: {names}."), late)
        return
    worst = late[0]
    yield format_html(
        _("{name} stands at <b>{percent}</b>, behind pace; <b>{needed} {unit}</b> more by {last}."),
        name=_name(worst),
        percent=percent_of(_percent(worst)),
        needed=number(worst.attainment.pace.needed),
        unit=worst.indicator.unit,
        last=f"31/12/{worst.year}",
    )
    yield _others(_("Also behind pace: {names}."), late[1:])


def _silent(figures, period, as_of):
    given = _given(figures)
    silent = [figure for figure in given if figure.attainment.standing is Standing.NOT_REPORTED]
    if len(silent) == len(given):  # the headline has said so
        return ""
    text = _("Not reported: {names}.") if has_ended(period, as_of) else _("No figures yet: {names}.")
    return _others(text, silent)


def _missing(figures, zone_names):
    """The zones below that have not reported everything."""
    codes = sorted({code for figure in figures for code in figure.missing})
    if not codes:
        return ""
    who = zone_list(((zone_names or {}).get(code, code) for code in codes), most=2)
    return format_html(_("Figures are incomplete: {zones} not yet reported."), zones=who)


def _unassigned(figures):
    if not _given(figures):
        return ""
    none = [figure for figure in figures if figure.attainment.low is None]
    return _others(
        _("No target assigned: {names}."),
        [figure for figure in none if figure.attainment.standing is not Standing.NOT_APPLICABLE],
    )


def _percent(figure):
    return counting().percent(figure.attainment)


def _others(text, figures: Iterable[Figure]):
    figures = list(figures)
    return format_html(text, names=names(_name(figure) for figure in figures)) if figures else ""


def _name(figure):
    return figure.indicator.short_name or figure.indicator.name
