"""What moves a rate beside the events it sums: headcounts, what became of organisations, and the register."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils.timezone import localdate

from accounts.models import User
from organizations.access import sees
from organizations.models import Change, Enterprise, Event, Headcount
from organizations.then import ENTERPRISE, ORGANIZATION, UNTOLD
from reports.models import Snapshot
from targets.levels import Filters, Level

from .freeze import FrozenIndicator

MOST = 200  # rows told one by one; beyond them their number
READ = ("tax_code", "status", "started_on", "duplicate_of_id")  # what levels read of an enterprise, beside its links
NARROW = ("ownership", "park", "stays")  # and what an indicator may narrow them to


@dataclass(slots=True)
class RegisterCauses:
    """What the levels of a rate read and was recorded since, in the order recorded, at most ``MOST`` of each.

    ``steps`` are what became of organisations (founded, moved, dissolved …), ``changes`` those of enterprises and of
    who covers them. A withdrawn count is told by the row that withdraws it. Of a row in the ledger of a zone that the
    reader does not read nothing is told but the day it was recorded: ``elsewhere`` is how many there were by day.
    """

    headcounts: list[Headcount] = field(default_factory=list)
    steps: list[Event] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    elsewhere: dict[date, int] = field(default_factory=dict)
    count: int = 0  # of all, told or not

    @property
    def rest(self) -> int:
        """How many are not told one by one."""
        told = len(self.headcounts) + len(self.steps) + len(self.changes)
        return self.count - told - sum(self.elsewhere.values())


class RecordedSince:
    """What was recorded after ``snapshot`` that bears on levels of its rates, as far as ``user`` reads it.

    The changes of the register are read once, for whatever rates are asked about.
    """

    def __init__(self, snapshot: Snapshot, zone_ids: list[int], user: User):
        self.snapshot, self.zone_ids, self.user = snapshot, zone_ids, user

    def of(self, indicator: FrozenIndicator) -> RegisterCauses:
        """What bears on the levels of the rate ``indicator``, by its days."""
        measure, filters = indicator.counted, indicator.filters()
        levels = [one for one in (measure.numerator, measure.denominator) if isinstance(one, Level)]
        on = max(level.day(self.snapshot.first_day, self.snapshot.until) for level in levels)
        of = {level.of for level in levels}
        found = RegisterCauses()
        if "organization" in of:
            found.headcounts = self._tell(found, _headcounts(filters, on, self.zone_ids))
        found.steps = self._tell(found, _steps(filters, on, self.zone_ids))
        if "enterprise" in of or filters.ownerships or filters.parks:
            found.changes = self._tell_changes(found, filters)
        found.elsewhere = dict(sorted(found.elsewhere.items())[:MOST])
        return found

    def _tell(self, found, rows) -> list:
        """Count ``rows`` into ``found``; those that ``user`` sees, the first recorded first."""
        rows = rows.filter(recorded_at__gt=self.snapshot.known_at)
        counts = rows.order_by().annotate(day=TruncDate("recorded_at")).values_list("zone", "day").annotate(Count("pk"))
        told = sum(self._counted(found, *one) for one in counts)
        shown = rows.visible_to(self.user).select_related("zone", "recorded_by").order_by("recorded_at", "pk")
        return list(shown[:MOST]) if told else []

    def _counted(self, found, zone_id, day, count=1) -> int:
        """How many of ``count`` rows ``user`` sees; of others only the day is told."""
        found.count += count
        if sees(self.user, zone_id):
            return count
        found.elsewhere[day] = found.elsewhere.get(day, 0) + count
        return 0

    def _tell_changes(self, found, filters):
        names = {*READ, *(["ownership"] if filters.ownerships else ()), *(["park", "stays"] if filters.parks else ())}
        told = []
        for one in self._touched:
            if one.bears(names) and self._counted(found, one.zone_id, one.day) and len(told) < MOST:
                told.append(one.pk)
        rows = Change.objects.filter(pk__in=told).select_related("zone", "recorded_by")
        return list(rows.order_by("recorded_at", "pk")) if told else []

    @cached_property
    def _touched(self) -> list["_Touched"]:
        """The changes that can bear on a rate: of enterprises of the zones, and of who covers any of these."""
        here = Q(model=ENTERPRISE, zone__in=self.zone_ids) & (~Q(action=Change.Action.UPDATED) | _keeps(*READ, *NARROW))
        links = _keeps("coverage", "merge")
        links |= Q(model=ORGANIZATION, action=Change.Action.UPDATED) & _keeps("enterprises")
        rows = Change.objects.filter(here | links, model__in=(ENTERPRISE, ORGANIZATION))
        rows = rows.filter(recorded_at__gt=self.snapshot.known_at).order_by("recorded_at", "pk")
        zones = set(self.zone_ids)
        hosts = set(Enterprise.objects.filter(zone__in=zones).values_list("pk", flat=True))
        found = []
        for change in rows.iterator(chunk_size=500):
            covers = _covers(change)
            if change.model == ENTERPRISE and change.zone_id in zones:
                always = change.action != Change.Action.UPDATED or bool(covers)
                names = frozenset() if always else frozenset(_names(change))
            else:
                always, names = bool(covers & hosts), frozenset()
            if always or names:
                found.append(_Touched(change.pk, change.zone_id, localdate(change.recorded_at), always, names))
        return found


@dataclass(frozen=True, slots=True)
class _Touched:
    """A change: whether it bears on every rate of enterprises, else the columns by which it may."""

    pk: int
    zone_id: int
    day: date
    always: bool
    names: frozenset[str]

    def bears(self, names: set[str]) -> bool:
        return self.always or not names.isdisjoint(self.names)


def _keeps(*names):
    """Changes that tell of one of the columns ``names``."""
    return Q(before__has_any_keys=names) | Q(after__has_any_keys=names)


def _headcounts(filters: Filters, on: date, zone_ids):
    """Of organisations, dated by the day, or that were before somebody corrected the date."""
    rows = Headcount.objects.filter(Q(on__lte=on) | Q(replaces__on__lte=on), organization__sector=filters.sector)
    return rows.filter(Q(zone__in=zone_ids) | Q(organization__zone__in=zone_ids))


def _steps(filters: Filters, on: date, zone_ids):
    """Of organisations of the zones, and of those elsewhere that cover an enterprise of the zones."""
    here = Enterprise.objects.filter(zone__in=zone_ids).values("coverage__organization")
    rows = Event.objects.filter(sector=filters.sector, effective_on__lte=on).exclude(kind__in=UNTOLD)
    return rows.filter(
        Q(zone__in=zone_ids)
        | Q(organization__zone__in=zone_ids)
        | Q(organization__in=here.filter(coverage__organization__isnull=False))
    )


def _names(change):
    return {*(change.before or ()), *(change.after or ())}


def _covers(change) -> set[int]:
    """The enterprises whose coverage ``change`` touched."""
    found = set()
    for image in (change.before or {}, change.after or {}):
        found |= {row[2] for row in image.get("coverage", image.get("merge", {}).get("coverage")) or ()}
        if change.model == ORGANIZATION and change.action == Change.Action.UPDATED:
            found |= set(image.get("enterprises") or ())
    return found
