"""Is a snapshot still what was frozen, and does the ledger still give it? Each difference is told in words.

Figures are computed again from what was known then, with the definitions and the zones that were frozen: neither an
indicator edited since nor a zone opened since makes a difference here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from organizations.models import Change
from organizations.snapshot_read import one_snapshot
from reports.models import Snapshot, SnapshotFigure
from vietnamese.numbers import format_decimal

from .freeze import (
    FrozenIndicator,
    counted_by,
    counted_events,
    figures_of,
    kept_tree,
    seal_of_snapshot,
    values_of,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference. ``code`` is the figure's, empty for what concerns the whole; ``column`` what differs."""

    code: str
    column: str
    found: Any
    expected: Any
    text: str


def verify(snapshot: Snapshot) -> list[Finding]:
    """What differs between the rows of ``snapshot``, its seal and the ledger; empty when all is as it was frozen."""
    with one_snapshot():
        stored = Snapshot.objects.select_related("zone").get(pk=snapshot.pk)
        figures = list(stored.figures.all())
        return [*sealed(stored, figures), *recomputed(stored, figures)]


def seal_holds(snapshot: Snapshot) -> bool:
    """Whether the rows are those that were sealed: read from the database, whatever the caller's object says."""
    stored = Snapshot.objects.get(pk=snapshot.pk)
    return not list(sealed(stored, list(stored.figures.all())))


def sealed(stored: Snapshot, figures: list[SnapshotFigure]) -> Iterator[Finding]:
    """The rows against the seal, and seal and state against what the ledger of the zone tells of them."""
    seal = seal_of_snapshot(stored, figures)
    if seal != stored.hash:
        text = _("The rows of %(snapshot)s are not those that were sealed.") % {"snapshot": stored}
        yield Finding("", "hash", stored.hash, seal, text)
    told = list(Change.objects.filter(model=stored._meta.label_lower, object_id=stored.pk).order_by("seq"))
    kept = told[0].after.get("hash") if told else None
    if kept != stored.hash:
        text = _("The seal of %(snapshot)s is not the one in the ledger of %(zone)s.")
        yield Finding("", "ledger", stored.hash, kept, text % {"snapshot": stored, "zone": stored.zone})
    state = told[-1].after.get("state") if told else None
    if state != stored.state:
        text = _("%(snapshot)s says “%(found)s”, the ledger “%(expected)s”.")
        text %= {"snapshot": stored, "found": stored.state, "expected": state}
        yield Finding("", "state", stored.state, state, text)


def recomputed(stored: Snapshot, figures: list[SnapshotFigure]) -> Iterator[Finding]:
    """Every figure computed again from the ledger as it was known."""
    table = figures_of(
        stored.zone, stored.covers, as_of=stored.as_of, known_at=stored.known_at,
        indicators=[FrozenIndicator.of(row) for row in figures], tree=kept_tree(stored),
    )  # fmt: skip
    for row, indicator in zip(figures, table.indicators, strict=True):
        ought = values_of(table.figure(table.zones[0], indicator, table.first_year), counted_by(stored))
        ought["event_ids"] = list(counted_events(row.definition, stored).values_list("pk", flat=True))
        for column, expected in ought.items():
            if (found := getattr(row, column)) != expected:
                yield Finding(row.code, column, found, expected, _words(row, column, found, expected))


def _words(row, column, found, expected):
    if column == "event_ids":
        text = _("%(name)s: %(gone)s events of the ledger are not among those frozen, %(more)s frozen are not in it.")
        params = {"gone": len(set(expected) - set(found)), "more": len(set(found) - set(expected))}
        return text % {"name": row.name, **params}
    label = SnapshotFigure._meta.get_field(column.removesuffix("_id")).verbose_name
    text = _("%(name)s, %(column)s: frozen %(found)s, the ledger gives %(expected)s.")
    return text % {"name": row.name, "column": label, "found": _plain(found), "expected": _plain(expected)}


def _plain(value):
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return format_decimal(value) if isinstance(value, Decimal) else "—" if value in (None, "") else value
