"""What moves a rate beside the events it sums: headcounts, what became of organisations, and the register."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from organizations.models import Change, Enterprise, Event, Headcount
from organizations.then import ENTERPRISE, ORGANIZATION, UNTOLD
from reports.models import Snapshot
from targets.levels import Filters, Level

from .freeze import FrozenIndicator

MOST = 200  # rows told one by one; beyond them their number
READ = ("tax_code", "status", "started_on", "duplicate_of_id")  # what levels read of an enterprise, beside its links


@dataclass(slots=True)
class RegisterCauses:
    """What the levels of a rate read and was recorded since, in the order recorded, at most ``MOST`` of each.

    ``steps`` are what became of organisations (founded, moved, dissolved …), ``changes`` those of enterprises and of
    who covers them. A withdrawn count is told by the row that withdraws it.
    """

    headcounts: list[Headcount] = field(default_factory=list)
    steps: list[Event] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    count: int = 0  # of all three, told or not

    @property
    def rest(self) -> int:
        """How many are not told one by one."""
        return self.count - len(self.headcounts) - len(self.steps) - len(self.changes)


def recorded_since(snapshot: Snapshot, indicator: FrozenIndicator, zone_ids: list[int]) -> RegisterCauses:
    """What was recorded after ``snapshot`` that bears on the levels of the rate ``indicator``, by its days."""
    measure, filters = indicator.counted, indicator.filters()
    levels = [one for one in (measure.numerator, measure.denominator) if isinstance(one, Level)]
    on = max(level.day(snapshot.first_day, snapshot.until) for level in levels)
    of = {level.of for level in levels}
    found = RegisterCauses()
    if "organization" in of:
        counts = _headcounts(filters, on, zone_ids).filter(recorded_at__gt=snapshot.known_at)
        found.headcounts = _first(found, counts.select_related("recorded_by"))
    steps = _steps(filters, on, zone_ids).filter(recorded_at__gt=snapshot.known_at)
    found.steps = _first(found, steps.select_related("zone", "recorded_by"))
    if "enterprise" in of or filters.ownerships or filters.parks:
        _tell_changes(found, snapshot, filters, zone_ids)
    return found


def _first(found: RegisterCauses, rows: QuerySet) -> list:
    count = rows.count()
    found.count += count
    return list(rows.order_by("recorded_at", "pk")[:MOST]) if count else []


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


def _tell_changes(found, snapshot, filters, zone_ids):
    rows = Change.objects.filter(model__in=(ENTERPRISE, ORGANIZATION), recorded_at__gt=snapshot.known_at)
    zones, hosts = set(zone_ids), None
    names = {*READ, *(["ownership"] if filters.ownerships else ()), *(["park", "stays"] if filters.parks else ())}
    for change in rows.select_related("recorded_by", "zone").order_by("recorded_at", "pk").iterator(chunk_size=500):
        if change.model == ENTERPRISE and change.zone_id in zones:
            bears = change.action != Change.Action.UPDATED or bool(names & _names(change)) or _covers(change)
        elif covered := _covers(change):
            if hosts is None:
                hosts = set(Enterprise.objects.filter(zone__in=zone_ids).values_list("pk", flat=True))
            bears = bool(covered & hosts)
        else:
            bears = False
        if bears:
            found.count += 1
            if len(found.changes) < MOST:
                found.changes.append(change)


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
