"""Who has reported a period, and which zones are silent: by their live events, or by what they declared (DOMAIN §6)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from organizations.models import Change, Zone
from targets.models import Declaration, Indicator
from targets.periods import Period
from targets.timeline import Timeline

Value = Declaration.Value


class Tree:
    """The zones, by id; one query. ``rows``, in the order of ``columns``, are zones as they once were.

    Without them a zone that was opened after ``known_at`` is left out: nobody waited for it then. Names and days are
    as they stand, for no act changes them; one that will has to be taken back here.
    """

    columns = ("pk", "parent", "code", "valid_from", "valid_to", "short_name", "name")

    def __init__(self, rows: Iterable[tuple] | None = None, *, known_at: datetime | None = None):
        rows = _opened_by(known_at).order_by("code").values_list(*self.columns) if rows is None else rows
        self.rows = {row[0]: row for row in rows}
        self.children = defaultdict(list)
        for pk, parent, *_rest in self.rows.values():
            self.children[parent].append(pk)
        self._below: dict[int, list[int]] = {}

    def code(self, pk: int) -> str:
        return self.rows[pk][2]

    def name(self, pk: int) -> str:
        return self.rows[pk][5] or self.rows[pk][6]

    def below(self, pk: int) -> list[int]:
        """``pk`` and every zone under it."""
        if pk not in self._below:
            self._below[pk] = [pk] + [each for child in self.children[pk] for each in self.below(child)]
        return self._below[pk]

    def open_children(self, pk: int, period: Period) -> Iterator[int]:
        """The zones directly below that existed on some day of the period."""
        for child in self.children[pk]:
            first, last = self.rows[child][3:5]
            if (first is None or first <= period.last_day) and (last is None or last >= period.first_day):
                yield child


def _opened_by(moment):
    if moment is None:
        return Zone.objects.all()
    opened = Change.objects.filter(model=Zone._meta.label_lower, object_id=OuterRef("pk"), action=Change.Action.CREATED)
    return Zone.objects.exclude(Exists(opened.filter(recorded_at__gt=moment)))


class Declared:
    """What the zones have said of their silence, of the days from ``first_day`` to ``last_day``; one query.

    Of several declarations about a day the last said holds, whatever periods they name: quarters that together fill a
    year are worth the year, and a quarter said otherwise later changes what was said of the year.
    """

    def __init__(
        self, zone_ids: Iterable[int], indicators: Iterable[Indicator], first_day: date, last_day: date,
        known_at: datetime | None = None,
    ):  # fmt: skip
        rows = (
            Declaration.objects.filter(
                zone__in=zone_ids,
                indicator__in=[indicator.pk for indicator in indicators],
                last_day__gte=first_day,
                first_day__lte=last_day,
            )
            .known_at(known_at)
            .order_by("seq")
            .values_list("zone_id", "indicator_id", "first_day", "last_day", "value")
        )
        said = defaultdict(list)
        for zone_id, indicator_id, first, last, value in rows:
            said[zone_id, indicator_id].append((first, last, None if value == Value.TAKEN_BACK else value))
        self._said = {key: Timeline(pieces) for key, pieces in said.items()}

    def meaning(self, zone_id: int, indicator_id: int, period: Period, *, running: bool) -> str | None:
        """What was declared of the whole period, None when some day of it was left out.

        Of a running period its first days are enough. A period that is in part "not applicable" is as the rest of it.
        """
        timeline = self._said.get((zone_id, indicator_id))
        return None if timeline is None else meaning(timeline, period, running=running)


def meaning(timeline: Timeline, period: Period, *, running: bool) -> str | None:
    """See ``Declared.meaning``; of the declarations of one zone and indicator."""
    first, last = period.first_day, period.last_day
    pieces = timeline.within(first, last)
    if not (timeline.covers(first, last) or (running and pieces and pieces[0][0] == first)):
        return None
    values = {value for _first, _last, value in pieces}
    if values == {Value.NOT_APPLICABLE}:
        return Value.NOT_APPLICABLE
    return Value.NOTHING if values <= {Value.NOTHING, Value.NOT_APPLICABLE} else Value.COMPLETE


class Reports:
    """Of one indicator and period: what each zone reported, and which are silent.

    ``sums`` gives (quantity, live events) by (zone id, indicator id, year).
    """

    def __init__(
        self, tree: Tree, sums: Mapping[tuple[int, int, int], tuple[int, int]], declared: Declared, indicator_id: int,
        period: Period, as_of: date,
    ):  # fmt: skip
        self.tree = tree
        self.sums = sums
        self.declared = declared
        self.indicator_id = indicator_id
        self.period = period
        self.running = period.first_day <= as_of < period.last_day

    def own(self, zone_id: int) -> tuple[int, int]:
        """Quantity and number of live events that the zone recorded itself."""
        return self.sums.get((zone_id, self.indicator_id, self.period.year), (0, 0))

    def total(self, zone_id: int) -> tuple[int, int]:
        """Quantity and number of live events over the zone and all below it."""
        actual = live = 0
        for pk in self.tree.below(zone_id):
            if found := self.sums.get((pk, self.indicator_id, self.period.year)):
                actual += found[0]
                live += found[1]
        return actual, live

    def meaning(self, zone_id: int) -> str | None:
        """What the zone itself declared of the period."""
        return self.declared.meaning(zone_id, self.indicator_id, self.period, running=self.running)

    def complete(self, zone_id: int) -> bool:
        return self.meaning(zone_id) in (Value.COMPLETE, Value.NOTHING)

    def anything_declared(self, zone_id: int) -> bool:
        return any(self.complete(pk) for pk in self.tree.below(zone_id))

    def not_applicable(self, zone_id: int) -> bool:
        """Declared so for the zone, or for every zone directly below it."""
        if self.meaning(zone_id) == Value.NOT_APPLICABLE:
            return True
        children = list(self.tree.open_children(zone_id, self.period))
        return bool(children) and all(self.not_applicable(child) for child in children)

    def missing(self, zone_id: int) -> list[int]:
        """The lowest zones that are silent. A zone is heard when all below it are, or by declaring for them."""
        if self.complete(zone_id) or self.not_applicable(zone_id):
            return []
        children = list(self.tree.open_children(zone_id, self.period))
        if children:
            return [pk for child in children for pk in self.missing(child)]
        return [] if self.own(zone_id)[1] > 0 else [zone_id]
