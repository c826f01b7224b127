"""Figures as the JSON other programs rely on: command, API and every report say it from here."""

from datetime import date, datetime
from urllib.parse import urlencode

from organizations.models import Zone
from targets.periods import Part

from .attainment import Basis, Number, half_up
from .counting import Counting, counting, percent_text
from .figures import Figure, Table


def figure_json(figure: Figure, as_of: date, known_at: datetime | None = None) -> dict:
    """One row of the attainment answer, as CONTRACT states it."""
    attainment, chosen = figure.attainment, counting()
    question = {
        "indicator": figure.indicator.code,
        "zone": figure.zone.code,
        "year": figure.year,
        "as_of": as_of.isoformat(),
    }
    if not figure.period.is_year:
        question["part"] = figure.part.value
    if known_at is not None:
        question["known_at"] = known_at.isoformat()
    row = {
        "indicator": figure.indicator.code,
        "year": figure.year,
        "low": _number(attainment.low),
        "high": _number(attainment.high),
        "actual": _number(attainment.actual),
        "reported": figure.reported,
        "percent": percent_text(chosen.percent(attainment)),
        "percent_of_high": percent_text(attainment.percent_of_high),
        "standing": attainment.standing.value,
        "published_percent": _text(figure.published_percent),
        "events": f"/api/v1/events/?{urlencode(question)}",
    }
    if chosen.basis is Basis.HIGH:
        row["percent_of_low"] = percent_text(attainment.percent)
    if share := figure.share:
        row |= {
            "numerator": share.numerator,
            "denominator": share.denominator,
            "factor": _number(share.factor),
            "unknown": len(share.unknown),
        }
    if figure.missing:
        row["missing"] = list(figure.missing)
    if pace := attainment.pace:
        row |= {
            "pace": pace.standing.value,
            "expected": _tenth(pace.expected),
            "projected": _tenth(pace.projected),
            "needed": _number(pace.needed),
        }
    return row


def table_json(table: Table, zone: Zone) -> dict:
    """The attainment answer for one zone, as CONTRACT states it. Parts of years name their part and have no terms."""
    rows = [
        figure_json(table.figure(zone, indicator, year), table.as_of, table.known_at)
        for indicator in table.indicators
        for year in table.years
    ]
    terms = []
    for first_year, last_year in table.terms:
        for indicator in table.indicators:
            term = table.over(zone, indicator, first_year, last_year)
            terms.append(
                {
                    "indicator": indicator.code,
                    "from": first_year,
                    "to": last_year,
                    "actual": _number(term.actual),
                    "years_with_target": term.years_with_target,
                    "years_met": term.years_met,
                    "percent_min": percent_text(term.percent_min),
                    "percent_max": percent_text(term.percent_max),
                    "years_without_target": list(term.years_without_target),
                    "years_not_reported": list(term.years_not_reported),
                }
            )
    chosen = counting()
    rounding = {} if chosen.code == Counting().code else {"rounding": chosen.code}
    part = {} if table.part is Part.YEAR else {"part": table.part.value}
    return {
        "zone": zone.code,
        **part,
        "as_of": table.as_of.isoformat(),
        "known_at": table.known_at.isoformat() if table.known_at else None,
        "basis": chosen.basis.value,
        **rounding,
        "rows": rows,
        "terms": terms,
    }


def _number(value):
    """A figure for JSON: counts stay whole numbers, a rate is a decimal text."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == int(value) else format(half_up(value, 4).normalize(), "f")


def _tenth(value: Number) -> str:
    return format(half_up(value, 1), "f")


def _text(value):
    return None if value is None else format(value.normalize(), "f")
