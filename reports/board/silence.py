"""Which indicators are silent in which periods of a year: of a zone, and of the zones below it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from organizations.actions.checks import Locks
from reports.attainment import Standing
from reports.figures import Figure, counted
from reports.heard import Declared, Reports, Tree
from targets.models import Indicator
from targets.periods import Part, Period, periods_of


def is_silent(figure: Figure) -> bool:
    """Whether something is yet to be reported of it: a rate of nothing to divide by lacks no event."""
    unsaid = figure.share is None or figure.share.numerator is None
    return figure.attainment.standing is Standing.NOT_REPORTED and unsaid


QUARTERS = {Part.Q1: 1, Part.Q2: 2, Part.Q3: 3, Part.Q4: 4}


class Silence:
    """Who has reported what of ``year`` by ``today``; as many queries for one zone as for thirty."""

    def __init__(
        self, zone_ids: Iterable[int], indicators: Sequence[Indicator], year: int, today: date,
        asked: Iterable[Period] | None = None,
    ):  # fmt: skip
        self.indicators = [indicator for indicator in indicators if indicator.counts_events]
        asked = periods_of(year) if asked is None else asked
        self.periods = [period for period in asked if period.first_day <= today]  # those that have begun
        self.tree = Tree()
        covered = {pk for zone_id in zone_ids for pk in self.tree.below(zone_id)}
        declared = Declared(covered, self.indicators, date(year, 1, 1), date(year, 12, 31))
        wanted = {number for period in self.periods for number in quarters_of(period)}
        quarters = {
            number: counted(covered, self.indicators, Period(year, part), today)
            for part, number in QUARTERS.items()
            if number in wanted and Period(year, part).first_day <= today
        }
        self._reports = {}
        for period in self.periods:
            sums = _together(quarters[number] for number in quarters_of(period) if number in quarters)
            for indicator in self.indicators:
                self._reports[indicator.pk, period] = Reports(self.tree, sums, declared, indicator.pk, period, today)

    def reports(self, indicator: Indicator, period: Period) -> Reports:
        return self._reports[indicator.pk, period]

    def missing(self, zone_id: int, indicator: Indicator, period: Period) -> list[int]:
        """The lowest zones that are silent, of a period that has begun."""
        return self.reports(indicator, period).missing(zone_id)

    def silent(self, zone_id: int, period: Period) -> list[Indicator]:
        """The indicators of which the zone, or a zone below it, has said nothing."""
        return [indicator for indicator in self.indicators if self.missing(zone_id, indicator, period)]


@dataclass(frozen=True, slots=True)
class Quiet:
    """An indicator of which a zone said nothing in a period."""

    zone_id: int
    zone: str
    code: str  # of the zone
    indicator: Indicator
    period: Period


def quiet_now(zone_ids: Iterable[int], today: date) -> list[Quiet]:
    """What is silent of the quarter that ended last, among zones given with all zones below them.

    Where the whole quarter is closed nothing waits: nobody could say it any more.
    """
    period = last_ended(today)
    indicators = Indicator.objects.filter(is_active=True).prefetch_related("types", "parks")
    silence = Silence(zone_ids, indicators, period.year, today, asked=[period])
    tree, among = silence.tree, set(zone_ids)
    tops = [pk for pk in tree.rows if pk in among and tree.rows[pk][1] not in among]
    locks = Locks(pk for top in tops for pk in tree.below(top))
    return [
        Quiet(pk, tree.name(pk), tree.code(pk), indicator, period)
        for indicator in silence.indicators
        for top in tops
        for pk in silence.missing(top, indicator, period)
        if not locks.is_closed(pk, period.first_day, period.last_day)
    ]


def quarters_of(period: Period) -> range:
    """The numbers of the quarters that make up a period."""
    first, last = period.part.months
    return range((first + 2) // 3, last // 3 + 1)


def last_ended(today: date) -> Period:
    """The quarter that ended last before ``today``."""
    ended = (
        Period(year, part) for year in (today.year, today.year - 1) for part in (Part.Q4, Part.Q3, Part.Q2, Part.Q1)
    )
    return next(period for period in ended if period.last_day < today)


def _together(sums):
    found = {}
    for part in sums:
        for key, (quantity, live) in part.items():
            before = found.get(key, (0, 0))
            found[key] = before[0] + quantity, before[1] + live
    return found
