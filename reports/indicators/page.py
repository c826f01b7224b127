"""What the pages of the catalogue show: each indicator in words, what hangs on it, and figures before saving."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.text import capfirst

from organizations.actions.catalogue import root_zone
from reports.board.events import filters_in_words
from reports.board.wording import number, say, target_of
from reports.figures import attainment_table
from reports.models import SnapshotFigure, State
from targets.measures import Measure, Rate, registry
from targets.models import Indicator


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of the list; ``counted`` says its measure and filters in words."""

    row: Indicator
    counted: str
    filters: list[str]
    targets: int
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """The city's figure of one year by the definition as typed; ``before`` by the one that is stored, "" when new."""

    year: int
    actual: str
    target: str
    said: str
    before: str
    moved: bool


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on an indicator: live targets, and accepted snapshots that hold a figure of it."""

    targets: int
    accepted: int


def lines() -> list[Line]:
    """Every indicator in the order of the list; the number of queries does not depend on how many there are."""
    rows = Indicator.objects.prefetch_related("types", "parks").annotate(
        hanging=Count("targets", filter=Q(targets__voided_by=None), distinct=True)
    )
    rows = list(rows.order_by("order", "code"))  # Meta.ordering is left aside where rows are grouped
    return [
        Line(
            row=row,
            counted=counted_in_words(row),
            filters=filters_in_words(row),
            targets=row.hanging,
            first=place == 0,
            last=place == len(rows) - 1,
        )
        for place, row in enumerate(rows)
    ]


def counted_in_words(row: Indicator) -> str:
    label = capfirst(str(row.counted.label))
    return f"{label} ×\u00a0{number(_short(row.factor))}" if row.is_rate else label


def _short(factor):
    return int(factor) if factor == int(factor) else factor.normalize()


def hanging(row: Indicator) -> Hanging:
    accepted = SnapshotFigure.objects.filter(indicator=row, snapshot__state=State.ACCEPTED)
    return Hanging(
        targets=row.targets.filter(voided_by=None).count(),
        accepted=accepted.order_by().values("snapshot").distinct().count(),
    )


def preview(typed: Indicator, stored: Indicator | None, today: date) -> list[Preview]:
    """This year's and last year's figure of the city by ``typed``, which need not be stored. Writes nothing."""
    city = root_zone()
    tables = [
        attainment_table(
            zones=[city], first_year=today.year - 1, last_year=today.year, as_of=today, indicators=[indicator]
        )
        for indicator in filter(None, (typed, stored))
    ]
    found = []
    for year in (today.year, today.year - 1):
        shown, *former = (table.figure(city, table.indicators[0], year) for table in tables)
        actual = number(shown.attainment.actual)
        before = number(former[0].attainment.actual) if former else ""
        said = say(shown, today)
        words = said.text if shown.attainment.actual is not None else f"{said.text}: {said.detail}"
        moved = bool(former) and before != actual
        found.append(Preview(year, actual, target_of(shown.attainment), words, before, moved))
    return found


def measures() -> list[Measure | Rate]:
    """The measures, counts first, with what each counts."""
    return sorted(registry.values(), key=lambda one: one.is_rate)
