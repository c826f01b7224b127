"""What rates are made of: for each zone and period the numerator, the denominator and what of them is not known.

Things are listed one by one, so that what two zones both have (an enterprise of one tax code) counts once above them.
The number of queries depends on neither zones nor periods.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import ngettext

from organizations.then import Register
from targets.levels import Filters, Level, Thing
from targets.measures import Rate
from targets.models import Indicator
from targets.periods import Period
from vietnamese.dates import format_date
from vietnamese.numbers import format_count

from .attainment import rate
from .heard import Tree


@dataclass(frozen=True, slots=True)
class Share:
    """A rate before it is divided. ``numerator`` is None when nothing was reported of it.

    ``on`` is the day of the denominator; ``unknown`` are the ids of things that have no amount: they are named and
    left out, never taken for 0.
    """

    numerator: int | None
    denominator: int
    factor: Decimal
    on: date
    unknown: tuple[int, ...] = ()

    @property
    def value(self) -> Fraction | None:
        """The rate, unrounded; None of nothing, or of nothing known."""
        return None if self.numerator is None else rate(self.numerator, self.denominator, self.factor)


def unknown_in_words(share: Share | None) -> str:
    """How many organisations of a rate nobody had counted; "" when all are known, and of what is no rate."""
    if share is None or not share.unknown:
        return ""
    count = len(share.unknown)
    return ngettext(
        "%(count)s organisation has no headcount by %(day)s",
        "%(count)s organisations have no headcount by %(day)s",
        count,
    ) % {"count": format_count(count), "day": format_date(share.on)}


@dataclass(frozen=True, slots=True)
class Amount:
    """What a level comes to: the sum of what is known, and the things whose amount is not."""

    total: int
    things: tuple[Thing, ...]

    @property
    def unknown(self) -> tuple[int, ...]:
        return tuple(thing.row for thing in self.things if thing.amount is None)


class Shares:
    """The levels of rates for ``zone_ids``, those asked for and all below. Nothing is read before it is asked."""

    def __init__(self, tree: Tree, zone_ids: Collection[int], as_of: date, known_at: datetime | None = None):
        self.tree, self.as_of = tree, as_of
        self.register = Register(zone_ids, known_at)
        self._filters: dict[int, Filters] = {}
        self._listed: dict[tuple, dict[int, list[Thing]]] = {}

    def share(self, indicator: Indicator, zone_id: int, period: Period, counted: int | None) -> Share | None:
        """The rate of a zone and all below it; None before the period has begun.

        ``counted`` is the sum of the numerator's events, None when nothing was reported; of a level it is not looked
        at.
        """
        if self.as_of < period.first_day:
            return None
        measure: Rate = indicator.counted
        whole = self.amount(measure.denominator, indicator, zone_id, period)
        unknown = whole.unknown
        if isinstance(measure.numerator, Level):
            part = self.amount(measure.numerator, indicator, zone_id, period)
            counted, unknown = part.total, (*part.unknown, *unknown)
        day = self.day(measure.denominator, period)
        return Share(counted, whole.total, indicator.factor, day, tuple(dict.fromkeys(unknown)))

    def day(self, level: Level, period: Period) -> date:
        return level.day(period.first_day, min(period.last_day, self.as_of))

    def amount(self, level: Level, indicator: Indicator, zone_id: int, period: Period) -> Amount:
        """What ``level`` comes to in a zone and all below it; a key that several zones have counts once."""
        by_zone = self._things(level, indicator, self.day(level, period))
        once: dict[str, Thing] = {}
        for pk in self.tree.below(zone_id):
            for thing in by_zone.get(pk, ()):
                once.setdefault(thing.key, thing)
        return Amount(sum(thing.amount or 0 for thing in once.values()), tuple(once.values()))

    def _things(self, level, indicator, on) -> dict[int, list[Thing]]:
        filters = self._filters.get(indicator.pk) or self._filters.setdefault(indicator.pk, indicator.filters())
        key = level.code, filters, on
        if key not in self._listed:
            found = defaultdict(list)
            for thing in level.things(self.register, filters, on):
                found[thing.zone_id].append(thing)
            self._listed[key] = found
        return self._listed[key]
