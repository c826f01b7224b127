"""A snapshot against now: what each figure was, what it is, and what was recorded since that made it so."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.timezone import localdate

from accounts.models import User
from organizations.access import sees
from organizations.models import Change, Event
from organizations.snapshot_read import one_snapshot
from reports.models import Snapshot, SnapshotFigure
from targets.models import Declaration, Indicator, TargetVersion

from .causes import MOST, RecordedSince, RegisterCauses
from .freeze import (
    KEPT,
    FrozenIndicator,
    can_be_counted,
    counted_by,
    counted_events,
    definition_of,
    figures_of,
    indicators_in_use,
    values_of,
)
from .knowingly import Moved
from .words import says_otherwise, zones_called


@dataclass(slots=True)
class FigureDifference:
    """One figure of a snapshot against now, and all that was recorded since in its zones and of its days.

    ``was`` and ``now`` are values by column (``actual``, ``low``, ``high``, ``percent``, ``standing``, ``reported``,
    ``missing`` …); ``was`` is None for an indicator taken into use since, ``now`` for one no longer in use.
    ``event_sum`` is what the events recorded since add by the frozen definition; ``definition_change`` what the
    definition of today makes of it besides. Of a count: was + event_sum + definition_change = now; of a rate
    ``event_sum`` is what they add to its numerator; ``register`` is all else that was recorded since and moves it.
    """

    indicator: Indicator
    name: str
    unit: str
    figure: SnapshotFigure | None
    was: dict | None
    now: dict | None
    events: list[Event] = field(default_factory=list)  # in the order recorded, at most ``MOST`` of them
    event_count: int = 0
    event_sum: int = 0
    targets: list[TargetVersion] = field(default_factory=list)
    declarations: list[Declaration] = field(default_factory=list)
    register: RegisterCauses = field(default_factory=RegisterCauses)
    definition_change: Decimal = Decimal(0)
    redefined: bool = False  # the indicator is counted otherwise than it was
    redefinitions: list[Change] = field(default_factory=list)
    redefined_elsewhere: list[date] = field(default_factory=list)  # the days of those the reader does not see
    lost: bool = False  # there is no way to count the indicator any more

    @property
    def change(self) -> Decimal:
        """How much more the result is now; nothing reported counts as 0."""
        return _number(self.now) - _number(self.was)

    @property
    def differs(self) -> bool:
        """Whether the figure says anything else now, to who reads or signs it."""
        return says_otherwise(self.was, self.now)

    @property
    def caused(self) -> bool:
        """Whether anything was recorded since that bears on the figure, also when it cancels out."""
        found = self.event_count or self.register.count or self.targets or self.declarations or self.redefined
        return bool(found)


def difference(snapshot: Snapshot, user: User) -> list[FigureDifference]:
    """Every figure of ``snapshot``, in its order, then those of indicators taken into use since.

    Now means: of the same days and as of the same day, from all that is known, by the definitions of today. ``user``
    reads the zone of the snapshot, hence all below it; a cause in the ledger of another zone is told by its day only.
    """
    with one_snapshot():
        rows = list(snapshot.figures.defer("event_ids"))
        indicators = {row.pk: row for row in Indicator.objects.prefetch_related("types", "parks")}
        zone_ids = snapshot.zone.subtree_ids()
        frozen = [FrozenIndicator.of(row) for row in rows]
        by_then = _now(snapshot, frozen)
        today = _now(snapshot, [row for row in indicators.values() if row.is_active])
        since = RecordedSince(snapshot, zone_ids, user)
        found = [
            _of_figure(since, row, indicators[row.indicator_id], by_then.get(row.indicator_id), today) for row in rows
        ]
        had = {row.indicator_id for row in rows}
        for pk, values in today.items():
            if pk not in had:
                row = indicators[pk]
                found.append(FigureDifference(row, row.name, row.unit, None, None, values, redefined=True))
        _tell_causes(since, found)
        return found


def moved(snapshot: Snapshot) -> list[Moved]:
    """The figures that would say something else now, in their order, then those of indicators taken into use since."""
    today = _now(snapshot, indicators_in_use())
    rows = {row.indicator_id: (row.code, row.name, _was(row)) for row in snapshot.figures.defer("event_ids")}
    added = Indicator.objects.filter(pk__in=today.keys() - rows.keys()).values_list("pk", "code", "name")
    rows |= {pk: (code, name, None) for pk, code, name in added}
    called = zones_called(*today.values(), *(was for _code, _name, was in rows.values()))
    found = (Moved(code, name, was, today.get(pk), called) for pk, (code, name, was) in rows.items())
    return [row for row in found if says_otherwise(row.was, row.now)]


def _number(values):
    return Decimal(0) if values is None or values["actual"] is None else values["actual"]


def _now(snapshot, indicators):
    """The values of now by the id of each of ``indicators`` that can be counted."""
    table = figures_of(
        snapshot.zone, snapshot.covers, as_of=snapshot.as_of, known_at=None,
        indicators=[one for one in indicators if can_be_counted(one)],
    )  # fmt: skip
    counted = counted_by(snapshot)
    return {one.pk: values_of(table.figure(table.zones[0], one, table.first_year), counted) for one in table.indicators}


def _was(row):
    """What the row keeps, as ``values_of`` tells of now."""
    return {name: getattr(row, name) for name in KEPT}


def _of_figure(recorded, row, indicator, by_then, today):
    redefined = indicator.pk not in today or definition_of(indicator) != row.definition
    now = today.get(indicator.pk)
    since = counted_events(row.definition, recorded.snapshot, since=True, zone_ids=recorded.zone_ids)
    sums = since.aggregate(count=Count("pk"), total=Sum("quantity"))
    told = since.select_related("organization", "decision", "recorded_by", "zone")[:MOST] if sums["count"] else ()
    frozen = FrozenIndicator.of(row)
    is_told = frozen.is_rate and can_be_counted(frozen)
    return FigureDifference(
        indicator, row.name, row.unit, row, _was(row), now,
        register=recorded.of(frozen) if is_told else RegisterCauses(),
        events=list(told), event_count=sums["count"], event_sum=sums["total"] or 0,
        definition_change=_number(now) - _number(by_then or _was(row)), redefined=redefined,
        lost=not can_be_counted(indicator),
    )  # fmt: skip


def _tell_causes(since, found):
    """Add the versions of targets, the declarations and the redefinitions recorded since; a query each.

    A version that holds only from a day after that of the figures governs none of them.
    """
    snapshot = since.snapshot
    by_indicator = {row.indicator.pk: row for row in found}
    of_these = {"indicator__in": by_indicator, "recorded_at__gt": snapshot.known_at}
    versions = TargetVersion.objects.filter(
        target__zone=snapshot.zone, target__year=snapshot.first_day.year, target__indicator__in=by_indicator,
        recorded_at__gt=snapshot.known_at,
    )  # fmt: skip
    versions = versions.holding(snapshot.as_of if snapshot.covers.is_year else snapshot.until)
    for row in versions.select_related("target", "decision", "recorded_by").order_by("seq"):
        by_indicator[row.target.indicator_id].targets.append(row)
    declared = Declaration.objects.filter(
        zone__in=since.zone_ids, first_day__lte=snapshot.until, last_day__gte=snapshot.first_day, **of_these
    )
    for row in declared.select_related("zone", "recorded_by").order_by("recorded_at", "zone_id", "seq"):
        by_indicator[row.indicator_id].declarations.append(row)
    redefined = [pk for pk, row in by_indicator.items() if row.redefined]
    if redefined:
        changes = Change.objects.filter(
            model=Indicator._meta.label_lower, object_id__in=redefined, recorded_at__gt=snapshot.known_at
        )
        for row in changes.select_related("recorded_by").order_by("seq"):
            told = by_indicator[row.object_id]
            if sees(since.user, row.zone_id):
                told.redefinitions.append(row)
            elif (day := localdate(row.recorded_at)) not in told.redefined_elsewhere:
                told.redefined_elsewhere.append(day)
