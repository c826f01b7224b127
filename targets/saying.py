"""Saying what silence means: that figures of a period are complete, that there are none, or that none are expected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.access import Act, require
from organizations.actions.checks import FIRST_DAY, Locks, refuse, too_long
from organizations.ledger import writing
from organizations.models import Event, Zone
from organizations.models.ledger import LIVE_WEIGHT
from organizations.problems import NeedsReason, Problem
from vietnamese.dates import format_date
from vietnamese.numbers import format_count

from .models import Declaration, Indicator
from .periods import Period
from .timeline import Timeline

QUIET = {Declaration.Value.NOTHING, Declaration.Value.NOT_APPLICABLE}
AT_ONCE = 100  # stretches of days counted by one question


@dataclass(frozen=True, slots=True)
class Saying:
    """What a zone says of one indicator for the days from ``first_day`` to ``last_day``."""

    zone: Zone
    indicator: Indicator
    first_day: date
    last_day: date
    value: str  # of Declaration.Value

    @classmethod
    def of(cls, zone: Zone, indicator: Indicator, period: Period, value: str):
        return cls(zone, indicator, period.first_day, period.last_day, value)

    @property
    def days(self) -> str:
        """How the days are called: as a period when they are one."""
        period = Period.between(self.first_day, self.last_day)
        return period.label if period else f"{format_date(self.first_day)}–{format_date(self.last_day)}"

    @property
    def span(self):
        return self.indicator, self.first_day, self.last_day


def declare_all(*, sayings: Sequence[Saying], by: User, reason: str = "", unusual: str = "ask") -> list[Declaration]:
    """Append the declarations, all of them or none; what was said last of a day holds. Returns them in order.

    "Not applicable" and taking a declaration back need a ``reason``, and so does saying that there is nothing beside
    events that stand: without one NeedsReason is raised with the numbers (``unusual="allow"`` asks nothing). Refused:
    days that have not begun, days in a closed period, and taking back where nothing is said. Who enters a zone's facts
    says what their absence means, and nobody else: the board accepts reports and does not make them.
    """
    zones = {saying.zone.pk: saying.zone for saying in sayings}
    for zone in zones.values():
        require(by, Act.ENTER, zone)
    with writing(zones=zones.values(), by=by) as book:
        locks = Locks(zones)
        refuse({index: _problems(saying, locks, book.today) for index, saying in enumerate(sayings)})
        refuse(_nothing_to_take_back(sayings))
        refuse({0: too_long(Declaration, reason=reason)})
        if unusual == "ask" and not reason.strip():
            refuse(_unusual(sayings), NeedsReason)
        rows = [
            book.append(
                Declaration(
                    zone=saying.zone, indicator=saying.indicator, first_day=saying.first_day, last_day=saying.last_day,
                    value=str(saying.value), reason=reason,
                )
            )
            for saying in sayings
        ]  # fmt: skip
        book.flush()
    return rows


def declare(
    *, zone: Zone, indicator: Indicator, first_day: date, last_day: date, value: str, by: User, reason: str = ""
) -> Declaration:
    """Say one thing, by the rules of ``declare_all``."""
    return declare_all(sayings=[Saying(zone, indicator, first_day, last_day, value)], by=by, reason=reason)[0]


def _problems(saying, locks, today):
    if saying.value not in Declaration.Value:
        return [Problem(_("“%(value)s” is not one of the choices."), {"value": saying.value}, "value", "invalid")]
    if saying.first_day > saying.last_day:
        return [Problem(_("The first day must not be after the last day."), field="last_day")]
    if saying.first_day < FIRST_DAY:
        message = _("%(day)s is before 03/02/1930: check the year.")
        return [Problem(message, {"day": format_date(saying.first_day)}, "first_day", "too_early")]
    if saying.first_day > today:
        message = _("%(period)s has not begun: it begins on %(day)s. Nothing can be said of it before.")
        params = {"period": saying.days, "day": format_date(saying.first_day)}
        return [Problem(message, params, "first_day", "future")]
    locked = locks.problem(saying.zone.pk, saying.first_day, "first_day", until=saying.last_day)
    return [locked] if locked else []


def _nothing_to_take_back(sayings):
    """Why a declaration cannot be taken back, by the place of each saying; no query when none is."""
    back = {index: saying for index, saying in enumerate(sayings) if saying.value == Declaration.Value.TAKEN_BACK}
    if not back:
        return {}
    rows = Declaration.objects.filter(
        zone__in={saying.zone.pk for saying in back.values()},
        indicator__in={saying.indicator.pk for saying in back.values()},
        first_day__lte=max(saying.last_day for saying in back.values()),
        last_day__gte=min(saying.first_day for saying in back.values()),
    )
    said: dict[tuple, list] = {}
    for row in rows.order_by("seq"):
        held = None if row.value == Declaration.Value.TAKEN_BACK else row.value
        said.setdefault((row.zone_id, row.indicator_id), []).append((row.first_day, row.last_day, held))
    told = {key: Timeline(pieces) for key, pieces in said.items()}
    message = _("%(indicator)s, %(period)s: nothing is declared, so there is nothing to take back.")
    return {
        index: [
            Problem(
                message,
                {"indicator": saying.indicator.short_name or saying.indicator.name, "period": saying.days},
                "value", "nothing",
            )
        ]
        for index, saying in back.items()
        if not told.get((saying.zone.pk, saying.indicator.pk), Timeline()).within(saying.first_day, saying.last_day)
    }  # fmt: skip


def _unusual(sayings):
    """Why a reason is asked for, by the place of each saying."""
    counted = events_of([saying for saying in sayings if saying.value in QUIET])
    found = {}
    for index, saying in enumerate(sayings):
        what = {"indicator": saying.indicator.short_name or saying.indicator.name, "period": saying.days}
        problems = []
        if saying.value == Declaration.Value.NOT_APPLICABLE:
            message = _("Say why the indicator does not apply to the zone.")
            problems.append(Problem(message, {}, "reason", "required"))
        elif saying.value == Declaration.Value.TAKEN_BACK:
            problems.append(Problem(_("Say why the declaration is taken back."), {}, "reason", "required"))
        if stands := counted.get((saying.zone.pk, *saying.span)):
            events, quantity = stands
            message = _(
                "%(indicator)s, %(period)s: the ledger holds %(events)s events that stand, %(quantity)s in all. "
                "Declare the figures complete, correct the events, or say why."
            )
            numbers = {"events": format_count(events), "quantity": format_count(quantity)}
            problems.append(Problem(message, what | numbers, "reason", "contradiction"))
        found[index] = problems
    return found


def events_of(sayings: Iterable[Saying]) -> dict[tuple, tuple[int, int]]:
    """Events that stand against a saying, and their sum: (zone id, indicator, first day, last day) → both.

    Those of the zone and the zones below it; a monthly count of 0 stands against nothing. None: no entry.
    """
    sayings = [saying for saying in sayings if saying.indicator.counts_events]
    spans = list(dict.fromkeys(saying.span for saying in sayings))
    indicators = {indicator.pk: indicator for indicator, _first, _last in spans}
    prefetch_related_objects(list(indicators.values()), "types", "parks")
    counts = {pk: indicator.selection().q() for pk, indicator in indicators.items()}
    below = {saying.zone.pk: saying.zone.subtree_ids() for saying in {each.zone.pk: each for each in sayings}.values()}
    zone_ids = {pk for ids in below.values() for pk in ids}
    by_zone: dict[tuple, tuple[int, int]] = {}
    for start in range(0, len(spans), AT_ONCE):
        columns, some = {}, Q()
        for place, (indicator, first, last) in enumerate(spans[start : start + AT_ONCE], start=start):
            wanted = counts[indicator.pk] & Q(effective_on__gte=first, effective_on__lte=last)
            some |= wanted
            columns |= {
                f"live_{place}": Sum(LIVE_WEIGHT, filter=wanted),
                f"sum_{place}": Sum("quantity", filter=wanted),
            }
        events = Event.objects.filter(some, zone__in=zone_ids).exclude(quantity=0)
        for row in events.order_by().values("zone").annotate(**columns):
            for place in range(start, min(start + AT_ONCE, len(spans))):
                if row[f"live_{place}"]:
                    by_zone[row["zone"], place] = row[f"live_{place}"], row[f"sum_{place}"]
    found = {}
    for saying in sayings:
        place = spans.index(saying.span)
        stand = [by_zone[pk, place] for pk in below[saying.zone.pk] if (pk, place) in by_zone]
        if stand:
            found[saying.zone.pk, *saying.span] = (
                sum(live for live, _sum in stand),
                sum(total for _live, total in stand),
            )
    return found
