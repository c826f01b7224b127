"""From figures to rows that stay: what a figure was counted from, and the seal over all of it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from organizations.ledger import seal_of
from organizations.models import Event, Zone
from organizations.problems import Refused
from organizations.selection import Selection
from reports.attainment import half_up
from reports.counting import Counting
from reports.figures import Figure, Table, attainment_table
from reports.heard import Tree
from reports.models import NoFigure, Snapshot, SnapshotFigure
from targets import measures
from targets.levels import Filters
from targets.models import Indicator
from targets.periods import Period

PLACES = 4  # of a rate as it is stored; a count is whole


@dataclass(frozen=True, slots=True)
class FrozenIndicator:
    """An indicator as a snapshot counted it: all that figures ask of one, whatever has become of it since.

    Of a rate the code still says what its levels are; the events of its numerator are those that were frozen.
    """

    pk: int
    code: str
    name: str
    unit: str
    definition: Mapping[str, Any] = field(hash=False, compare=False)

    @classmethod
    def of(cls, row: SnapshotFigure) -> "FrozenIndicator":
        return cls(row.indicator_id, row.code, row.name, row.unit, row.definition)

    @property
    def measure(self) -> str:
        return self.definition["measure"]

    @property
    def is_rate(self) -> bool:
        return self.definition["factor"] is not None

    @property
    def factor(self) -> Decimal | None:
        return Decimal(self.definition["factor"]) if self.is_rate else None

    @property
    def counted(self) -> measures.Measure | measures.Rate:
        return measures.registry[self.measure]

    def filters(self) -> Filters:
        return Filters(**_tuples(self.definition["filters"]))

    def selection(self) -> Selection:
        return selection_of(self.definition)


def definition_of(indicator: Indicator) -> dict:
    """How ``indicator`` is counted now, as plain values."""
    factor = indicator.factor
    return {
        "measure": indicator.measure,
        "factor": None if factor is None else format(factor.normalize(), "f"),
        "filters": _lists(asdict(indicator.filters())),
        "selection": _lists(asdict(indicator.selection())),
    }


def selection_of(definition: Mapping) -> Selection:
    return Selection(**_tuples(definition["selection"]))


def _lists(values: Mapping) -> dict:
    """Plain values of what JSON can hold: lists of texts and ids."""
    return {
        name: [str(one) if isinstance(one, str) else one for one in value] if isinstance(value, tuple) else value
        for name, value in values.items()
    }


def _tuples(values: Mapping) -> dict:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def indicators_in_use() -> list[Indicator]:
    return list(Indicator.objects.filter(is_active=True).prefetch_related("types", "parks"))


def can_be_counted(indicator: Indicator | FrozenIndicator) -> bool:
    """Whether there still is a way to count it: a later version of the software may know its measure no more."""
    return indicator.measure in measures.registry


CANNOT_BE_COUNTED = _("%(name)s: there is no way to count “%(measure)s” any more; tell the administrator.")


def figures_of(
    zone: Zone,
    period: Period,
    *,
    as_of: date,
    known_at: datetime | None,
    indicators: Iterable[Indicator | FrozenIndicator],
    tree: Tree | None = None,
) -> Table:
    """The figures of one zone and period, by the one way figures are computed."""
    return attainment_table(
        zones=[zone], first_year=period.year, last_year=period.year, as_of=as_of, known_at=known_at,
        indicators=indicators, tree=tree, part=period.part,
    )  # fmt: skip


def tree_of(zone: Zone) -> list[list]:
    """The zone and all below it as they stand, to be kept: the columns of ``Tree`` as plain values."""
    rows = Zone.objects.filter(pk__in=zone.subtree_ids()).order_by("code").values_list(*Tree.columns)
    return [[value.isoformat() if isinstance(value, date) else value for value in row] for row in rows]


def kept_tree(snapshot: Snapshot) -> Tree:
    """The zones of ``snapshot`` as they were."""
    days = {Tree.columns.index(name) for name in ("valid_from", "valid_to")}
    return Tree(
        tuple(date.fromisoformat(value) if value and index in days else value for index, value in enumerate(row))
        for row in snapshot.zones
    )


def counted_events(definition: Mapping, snapshot: Snapshot, *, since: bool = False, zone_ids=None):
    """The events a figure of ``snapshot`` sums, reversals included, in the order they were written.

    ``since``: instead of those it sums, those that were recorded after it was frozen and that it would sum now.
    """
    events = Event.objects.filter(selection_of(definition).q(), effective_on__gte=snapshot.first_day)
    events = events.in_zones(zone_ids or snapshot.zone_ids).as_of(snapshot.until).order_by("pk")
    return events.filter(recorded_at__gt=snapshot.known_at) if since else events.known_at(snapshot.known_at)


LISTED = {  # the ids a figure keeps, as the database reads them out of its row
    "sqlite": "SELECT value FROM json_each((SELECT event_ids FROM reports_snapshotfigure WHERE id = %s))",
    "postgresql": (
        "SELECT value::bigint FROM jsonb_array_elements_text("
        "(SELECT event_ids FROM reports_snapshotfigure WHERE id = %s))"
    ),
}


def frozen_events(figure: SnapshotFigure):
    """Exactly the events that were frozen with ``figure``, however many; their ids never leave the database."""
    return Event.objects.filter(pk__in=RawSQL(LISTED[connection.vendor], [figure.pk]))


def counted_by(snapshot: Snapshot) -> Counting:
    """How the percents of ``snapshot`` were written, whatever the office has chosen since."""
    return Counting.of(snapshot.basis, snapshot.rounding)


KEPT = (  # the columns of what a figure says
    "low", "high", "actual", "numerator", "denominator", "unknown", "read_on", "no_figure", "percent",
    "percent_of_high", "standing", "reported", "missing", "pace", "expected", "target_version_id",
)  # fmt: skip


def values_of(figure: Figure, counted: Counting) -> dict[str, Any]:
    """What a figure says, by the columns that keep it (``KEPT``); its percents written as ``counted``."""
    attainment, share = figure.attainment, figure.share
    pace = attainment.pace
    return {
        "low": _stored(attainment.low),
        "high": _stored(attainment.high),
        "actual": _stored(attainment.actual),
        "numerator": share.numerator if share else None,
        "denominator": share.denominator if share else None,
        "unknown": len(share.unknown) if share else None,
        "read_on": share.on if share else None,
        "no_figure": _no_figure(share),
        "percent": "" if attainment.percent is None else counted.written(attainment.percent),
        "percent_of_high": "" if attainment.percent_of_high is None else counted.written(attainment.percent_of_high),
        "standing": attainment.standing.value,
        "reported": figure.reported,
        "missing": list(figure.missing),
        "pace": pace.standing.value if pace else "",
        "expected": format(half_up(pace.expected, 1), "f") if pace else "",
        "target_version_id": figure.target.pk if figure.target else None,
    }


def _no_figure(share) -> str:
    if share is None or share.denominator:
        return ""
    return (NoFigure.UNKNOWN if share.unknown else NoFigure.NOTHING).value


def _stored(value) -> Decimal | None:
    return None if value is None else half_up(value, PLACES)


def frozen_rows(table: Table, snapshot: Snapshot) -> list[SnapshotFigure]:
    """The rows of every figure of ``table``, not yet written; ``snapshot`` says of which zones, days and moment.

    Raises Refused when the events of a figure do not add up to it, which must never be.
    """
    rows = []
    for order, indicator in enumerate(table.indicators):
        figure = table.figure(table.zones[0], indicator, table.first_year)
        definition = definition_of(indicator)
        events = list(counted_events(definition, snapshot).values_list("pk", "quantity"))
        if _summed(figure) not in (None, sum(quantity for _pk, quantity in events)):
            raise Refused.one(
                _("%(name)s: its events do not add up to its figure. Nothing was written: tell the administrator."),
                code="sum", name=indicator.name,
            )  # fmt: skip
        rows.append(
            SnapshotFigure(
                snapshot=snapshot, indicator_id=indicator.pk, order=order, code=indicator.code, name=indicator.name,
                unit=indicator.unit, definition=definition, event_ids=[pk for pk, _quantity in events],
                **values_of(figure, counted_by(snapshot)),
            )
        )  # fmt: skip
    return rows


def _summed(figure: Figure) -> int | None:
    """What the events of the figure must add up to; None of a rate that sums none."""
    if figure.share is None and not figure.indicator.is_rate:
        return figure.attainment.actual or 0
    if figure.share is None or figure.indicator.counted.is_level:
        return None
    return figure.share.numerator or 0


# ---------------------------------------------------------------------------------------------- the seal

HEAD = (
    "zone_id", "period", "first_day", "last_day", "number", "as_of", "known_at", "basis", "rounding", "zones", "note",
    "drafted_by_id", "drafted_at",
)  # fmt: skip
FIGURE = ("indicator_id", "order", "code", "name", "unit", "definition", *KEPT, "event_ids")


def seal_of_snapshot(snapshot: Snapshot, figures: Iterable[SnapshotFigure]) -> str:
    """The hash over everything frozen: the head of the snapshot and its figures in their order."""
    head = {name: getattr(snapshot, name) for name in HEAD}
    rows = [{name: getattr(row, name) for name in FIGURE} for row in sorted(figures, key=lambda row: row.order)]
    return seal_of([snapshot._meta.label_lower, head, rows])
