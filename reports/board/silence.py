"""Which indicators are silent in which periods of a year: of a zone, and of the zones below it."""

from collections.abc import Iterable, Sequence
from datetime import date

from organizations.models import Zone
from organizations.snapshot_read import one_snapshot
from reports.figures import counted
from reports.heard import Declared, Reports, Tree
from targets.models import Indicator
from targets.periods import Part, Period, periods_of

QUARTERS = {Part.Q1: 1, Part.Q2: 2, Part.Q3: 3, Part.Q4: 4}


class Silence:
    """Who has reported what of ``year`` by ``today``; as many queries for one zone as for thirty."""

    def __init__(self, zone_ids: Iterable[int], indicators: Sequence[Indicator], year: int, today: date):
        self.indicators = list(indicators)
        self.periods = [period for period in periods_of(year) if period.first_day <= today]  # those that have begun
        self.tree = Tree()
        covered = {pk for zone_id in zone_ids for pk in self.tree.below(zone_id)}
        declared = Declared(covered, self.indicators, date(year, 1, 1), date(year, 12, 31))
        quarters = {
            number: counted(covered, self.indicators, Period(year, part), today)
            for part, number in QUARTERS.items()
            if Period(year, part) in self.periods
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


def silence_of(zone: Zone, indicators: Sequence[Indicator], year: int, today: date) -> Silence:
    """The silence of a zone and the zones below it, read in one consistent moment."""
    with one_snapshot():
        return Silence([zone.pk], indicators, year, today)


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
