"""The attainment of targets as a table: what was given, what was done, year by year."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports import registry
from reports.annexes.results import STANDING_TEXT, results, silence
from reports.answers import table_json
from reports.attainment import PaceStanding, Standing, half_up
from reports.figures import attainment_table
from reports.tables import Column, Kind, Row, State, Table


@registry.register
class Attainment(registry.Report):
    name = "attainment"
    title = gettext_lazy("Attainment of targets")
    takes_part = True
    description = gettext_lazy("Target, result and rate of every indicator, year by year and over the period.")

    def heading(self):
        return "BẢNG TỔNG HỢP", f"kết quả thực hiện chỉ tiêu {self.period}"

    def say(self):
        figures = attainment_table(
            zones=[self.zone], first_year=self.first_year, last_year=self.year, as_of=self.as_of, part=self.part
        )
        return registry.Said(
            tables=[results(figures, self.zone), details(figures, self.zone)], figures=table_json(figures, self.zone)
        )


def details(figures, zone) -> Table:
    """One row an indicator and year, with both ends of the target, the standing and what was published.

    While any of them is judged by its pace: what was expected by the day, what is projected and what is still needed.
    """
    rows, paced = [], False
    for indicator in figures.indicators:
        for year in figures.years:
            figure = figures.figure(zone, indicator, year)
            attainment = figure.attainment
            silent = silence(figure, figures.as_of)
            standing = silent or _standing(attainment)
            pace = attainment.pace
            paced = paced or pace is not None
            rows.append(
                Row(
                    {
                        "indicator": indicator.name,
                        "unit": indicator.unit,
                        "year": str(year),
                        "low": _or(attainment.low),
                        "high": _or(attainment.high),
                        "actual": silent or attainment.actual,
                        "percent": silent or _or(attainment.percent),
                        "percent_of_high": silent or _or(attainment.percent_of_high),
                        "expected": half_up(pace.expected, 1) if pace else "",
                        "projected": half_up(pace.projected, 1) if pace else "",
                        "needed": pace.needed if pace else "",
                        "standing": standing,
                        "published": "" if figure.published_percent is None else figure.published_percent,
                    }
                )
            )
    return Table(
        name="details",
        number=_("Annex %(number)s") % {"number": 2},
        title=_("Every indicator and year in detail"),
        columns=[
            Column("indicator", _("Content")),
            Column("unit", _("Unit"), centred=True),
            Column("year", _("Year"), centred=True),
            Column("low", _("Low end"), Kind.COUNT, _("Target")),
            Column("high", _("High end"), Kind.COUNT, _("Target")),
            Column("actual", _("Result"), Kind.COUNT),
            Column("percent", _("Rate on the low end (%)"), Kind.PERCENT),
            Column("percent_of_high", _("Rate on the high end (%)"), Kind.PERCENT),
            *(_pace_columns() if paced else ()),
            Column("standing", _("Standing")),
            Column("published", _("Published rate (%)"), Kind.PERCENT),
        ],
        rows=rows,
    )


def _pace_columns():
    group = _("Pace towards the target of the year")
    return [
        Column("expected", _("Expected"), Kind.COUNT, group),
        Column("projected", _("Projected"), Kind.COUNT, group),
        Column("needed", _("Still needed"), Kind.COUNT, group),
    ]


def _standing(attainment):
    """Of a year that still runs nobody is below: it is in progress, on track or behind."""
    if attainment.pace and attainment.standing is Standing.BELOW:
        on_track = attainment.pace.standing is PaceStanding.ON_TRACK
        return _("in progress, on track") if on_track else _("in progress, behind")
    return _(STANDING_TEXT[attainment.standing])


def _or(value):
    return State.NO_TARGET if value is None else value
