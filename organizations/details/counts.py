"""How many people there were: the stock that events add up to, and the levels that were counted on days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from django.db.models import Sum

from organizations.lifecycle import COUNTS_MEMBERS

from .sparkline import Sparkline, sparkline

SHOWN = 36  # rows of a table behind a picture; older ones are said to exist


@dataclass(frozen=True, slots=True)
class Levels:
    """A level over time: the picture, and the rows behind it, the newest first."""

    spark: Sparkline | None
    rows: Sequence
    more: int  # rows that are older than those
    last: int | None = None
    last_on: date | None = None
    first_on: date | None = None


def stock(events, user, day: date) -> Levels:
    """The members that ``events`` which ``user`` sees add up to, day by day until ``day``; a row a year."""
    of_members = events.visible_to(user).filter(kind__in=COUNTS_MEMBERS)
    by_day = of_members.as_of(day).order_by("effective_on").values_list("effective_on").annotate(Sum("stock_delta"))
    changes = [(on, change) for on, change in by_day if change]
    totals = list(accumulate(change for _on, change in changes))
    points = [(on, total) for (on, _change), total in zip(changes, totals, strict=True)]
    years: dict[int, list[int]] = {}  # year → came, went, at its end
    for (on, change), total in zip(changes, totals, strict=True):
        row = years.setdefault(on.year, [0, 0])
        row[0] += change
        row[1] = total
    rows = [(year, *years[year]) for year in sorted(years, reverse=True)]
    return _levels(points, rows, day)


def headcounts(counts, user, day: date) -> Levels:
    """The live counts among ``counts`` that ``user`` sees, until ``day``; a row a count."""
    rows = list(
        counts.visible_to(user).live().as_of(day).select_related("decision", "recorded_by").order_by("on", "pk")
    )
    points = [(row.on, row.total) for row in rows]
    return _levels(points, rows[::-1], day)


def _levels(points, rows, day):
    return Levels(
        spark=sparkline(points, day),
        rows=rows[:SHOWN],
        more=max(len(rows) - SHOWN, 0),
        last=points[-1][1] if points else None,
        last_on=points[-1][0] if points else None,
        first_on=points[0][0] if points else None,
    )
