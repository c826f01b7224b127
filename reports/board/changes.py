"""What others have recorded since a person was last here, and which of this year's figures it has moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from organizations.models import Event, Zone
from reports.attainment import difference
from reports.figures import Table, attainment_table
from targets.models import Indicator

from .question import Question
from .wording import number

MOST = 1000  # lines looked at: who was away for long reads the figures, not the lines


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that is another than it was: "30 → 34 (+4)"."""

    indicator: Indicator
    was: str
    now: str
    by: str
    url: str


@dataclass(frozen=True, slots=True)
class Changes:
    """``lines`` written to the ledger since the moment (``more``: at least so many), ``cancelling`` being reversals."""

    since: datetime
    lines: int
    more: bool
    cancelling: int
    people: int
    moved: list[Moved]


def changes(question: Question, table: Table, user, since: datetime, indicators: Iterable[Indicator]) -> Changes:
    """What was recorded after ``since`` in the zone of ``question`` and below; ``table`` holds its figures now."""
    zone = question.zone
    newest = Event.objects.visible_to(user).in_zones(zone.subtree_ids()).order_by("-pk")
    rows = newest.values_list("recorded_at", "reverses_id", "recorded_by_id")[: MOST + 1]
    written = [row for row in rows if row[0] > since]
    moved = _moved(question, table, zone, since, indicators) if written else []
    return Changes(
        since=since,
        lines=min(len(written), MOST),
        more=len(written) > MOST,
        cancelling=sum(reverses is not None for _when, reverses, _who in written),
        people=len({who for _when, _reverses, who in written}),
        moved=moved,
    )


def _moved(question, table, zone: Zone, since, indicators):
    year = question.year
    before = attainment_table(
        zones=[zone], first_year=year, last_year=year, as_of=question.as_of, known_at=since, indicators=indicators
    )
    found = []
    for indicator in table.indicators:
        was, now = (each.figure(zone, indicator, year).attainment.actual for each in (before, table))
        if was != now:
            more = difference(now or 0, was or 0)
            by = f"{'+' if more > 0 else '−'}{number(abs(more))}"
            url = question.events(indicator, zone=zone.code)
            found.append(Moved(indicator, number(was), number(now), by, url))
    return found
