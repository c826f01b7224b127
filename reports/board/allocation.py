"""What the zones below could be given of a zone's targets: equally, by last year's results, or by workers."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from organizations.models import Enterprise, Zone, latest_of
from reports.figures import attainment_table
from reports.heard import Tree
from targets.models import Indicator
from targets.periods import YEARS
from targets.shares import share_out

WAYS = {"equally": _("equally"), "results": _("by last year's results"), "workers": _("by workers")}
Ranges = Mapping[tuple[int, int], tuple]  # (zone id, indicator id) → (low, high)


def proposed(
    way: str, zone: Zone, children: Sequence[Zone], indicators: Sequence[Indicator], year: int, held: Ranges,
    today: date,
) -> dict[tuple[int, int], tuple]:  # fmt: skip
    """Ranges to begin with for the zones below that have none, so that all together come to the zone's own target.

    ``held`` are the ranges already promised. A rate is no sum: each zone is offered the same. Nothing is offered of an
    indicator without a whole-numbered target of the zone, and nothing below what the zones have already.
    """
    weights = _weights(way, children, indicators, year, today)
    found = {}
    for indicator in indicators:
        own = held.get((zone.pk, indicator.pk))
        free = [child for child in children if (child.pk, indicator.pk) not in held]
        if own is None or not free:
            continue
        if indicator.is_rate:
            found |= {(child.pk, indicator.pk): own for child in free}
            continue
        given = [held[child.pk, indicator.pk] for child in children if (child.pk, indicator.pk) in held]
        low, high = (Decimal(end) - sum(Decimal(each[place]) for each in given) for place, end in enumerate(own))
        if low % 1 or high % 1 or low < 0:
            continue
        by = [weights.get((child.pk, indicator.pk), 0) for child in free]
        lows, highs = share_out(int(low), by), share_out(max(int(high), int(low)), by)
        if any(least > most for least, most in zip(lows, highs, strict=True)):  # rounded the other way: share the rest
            rest = share_out(sum(highs) - sum(lows), by)
            highs = [least + more for least, more in zip(lows, rest, strict=True)]
        for child, least, most in zip(free, lows, highs, strict=True):
            found[child.pk, indicator.pk] = least, most
    return found


def _weights(way, children, indicators, year, today):
    """(zone id, indicator id) → by what the zone is weighed; none for equal shares."""
    if way == "results":
        if year - 1 not in YEARS:
            return {}
        last = date(year - 1, 12, 31)
        table = attainment_table(
            zones=children, first_year=year - 1, last_year=year - 1, as_of=min(last, today), indicators=indicators
        )
        return {
            (child.pk, indicator.pk): max(int(table.figure(child, indicator, year - 1).attainment.actual or 0), 0)
            for child in children
            for indicator in indicators
        }
    if way == "workers":
        tree = Tree()
        workers = _workers(today)
        total = {child.pk: sum(workers.get(pk, 0) for pk in tree.below(child.pk)) for child in children}
        return {(child.pk, indicator.pk): total[child.pk] for child in children for indicator in indicators}
    return {}


def _workers(on):
    """Workers of the operating enterprises by zone, as last counted; one query."""
    operating = Enterprise.objects.operating().filter(Q(started_on=None) | Q(started_on__lte=on)).order_by()
    rows = operating.annotate(latest=latest_of("enterprise", on)).values_list("zone").annotate(workers=Sum("latest"))
    return {zone_id: workers or 0 for zone_id, workers in rows}
