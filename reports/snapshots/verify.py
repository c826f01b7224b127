"""Is a snapshot still what was frozen, and does the ledger still give it? Each difference is told in words.

Figures are computed again from what was known then, with the definitions and the zones that were frozen: neither an
indicator edited since nor a zone opened since makes a difference here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from organizations.models import Change, PeriodLock
from organizations.snapshot_read import one_snapshot
from reports.models import Snapshot, SnapshotFigure, State
from vietnamese.dates import format_date

from .freeze import (
    CANNOT_BE_COUNTED,
    FrozenIndicator,
    can_be_counted,
    counted_by,
    counted_events,
    figures_of,
    kept_tree,
    seal_of_snapshot,
    values_of,
)
from .words import column_in_words


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
        stored = Snapshot.objects.select_related("zone", "lock").get(pk=snapshot.pk)
        figures = list(stored.figures.all())
        return [*sealed(stored, figures), *recomputed(stored, figures)]


def seal_holds(snapshot: Snapshot) -> bool:
    """Whether the rows are those that were sealed: read from the database, whatever the caller's object says."""
    stored = Snapshot.objects.get(pk=snapshot.pk)
    return not list(sealed(stored, list(stored.figures.all())))


def sealed(stored: Snapshot, figures: list[SnapshotFigure]) -> Iterator[Finding]:
    """The rows against the seal, and seal, state, people and closed days against what the zone's ledger tells."""
    seal = seal_of_snapshot(stored, figures)
    if seal != stored.hash:
        text = _("The rows of %(snapshot)s are not those that were sealed.") % {"snapshot": stored}
        yield Finding("", "hash", stored.hash, seal, text)
    told = list(Change.objects.filter(model=stored._meta.label_lower, object_id=stored.pk).order_by("seq"))
    kept = told[0].after.get("hash") if told else None
    if kept != stored.hash:
        text = _("The seal of %(snapshot)s is not the one in the ledger of %(zone)s.")
        yield Finding("", "ledger", stored.hash, kept, text % {"snapshot": stored, "zone": stored.zone})
    for column, found, expected in _steps(stored, told):
        if found != expected:
            yield Finding("", column, found, expected, _step_words(stored, column, found, expected))


WHO = {  # the columns that keep who took the step that led to a state, and when
    State.SUBMITTED: "submitted", State.ACCEPTED: "decided", State.RETURNED: "decided", State.REOPENED: "ended",
    State.WITHDRAWN: "ended",
}  # fmt: skip


def lock_told(lock: PeriodLock) -> dict[str, Any]:
    """What the ledger tells of the days that an acceptance closed."""
    days = lock.valid_from.isoformat(), lock.valid_to.isoformat()
    return {"id": lock.pk, "zone_id": lock.zone_id, "first_day": days[0], "last_day": days[1]}


def _steps(stored, told):
    """(column, what the rows say, what the ledger tells): the state, who led to it and when, and the days closed."""
    ought = dict.fromkeys(f"{who}_{part}" for who in WHO.values() for part in ("by_id", "at"))
    ought |= {"state": None, "reason": "", "lock": None}
    lifted = None, None
    for change in told:
        ought["state"] = state = change.after.get("state")
        if who := WHO.get(state):
            ought |= {f"{who}_by_id": change.recorded_by_id, f"{who}_at": change.recorded_at, "reason": change.reason}
        ought["lock"] = change.after.get("lock", ought["lock"])
        if state == State.REOPENED:
            lifted = change.recorded_by_id, change.recorded_at
    closed = ought.pop("lock")
    for column, expected in ought.items():
        yield column, getattr(stored, column), expected
    yield "lock", stored.lock and lock_told(stored.lock), closed
    if stored.lock:
        yield "lifted_by_id", stored.lock.lifted_by_id, lifted[0]
        yield "lifted_at", stored.lock.lifted_at, lifted[1]


def _step_words(stored, column, found, expected):
    if column == "state":
        text = _("%(snapshot)s says “%(found)s”, the ledger “%(expected)s”.")
        was, now = (State(value).label if value in State.values else value for value in (found, expected))
        return text % {"snapshot": stored, "found": was, "expected": now}
    model = PeriodLock if column.startswith("lifted") else Snapshot
    label = model._meta.get_field(column.removesuffix("_id")).verbose_name
    text = _("%(snapshot)s, %(column)s: the row says %(found)s, the ledger %(expected)s.")
    words = [_step_value(column, value) for value in (found, expected)]
    return text % {"snapshot": stored, "column": label, "found": words[0], "expected": words[1]}


def _step_value(column, value):
    if value in (None, ""):
        return "—"
    if column == "lock":
        days = (format_date(date.fromisoformat(value[name])) for name in ("first_day", "last_day"))
        return "–".join(days)
    if column.endswith("_by_id"):
        return User.objects.filter(pk=value).first() or value
    return f"{timezone.localtime(value):%d/%m/%Y %H:%M:%S}" if column.endswith("_at") else value


def recomputed(stored: Snapshot, figures: list[SnapshotFigure]) -> Iterator[Finding]:
    """Every figure computed again from the ledger as it was known; what nobody can count any more is told."""
    countable = []
    for row in figures:
        indicator = FrozenIndicator.of(row)
        if can_be_counted(indicator):
            countable.append((row, indicator))
        else:
            text = str(CANNOT_BE_COUNTED) % {"name": row.name, "measure": indicator.measure}
            yield Finding(row.code, "definition", indicator.measure, None, text)
    table = figures_of(
        stored.zone, stored.covers, as_of=stored.as_of, known_at=stored.known_at,
        indicators=[indicator for _row, indicator in countable], tree=kept_tree(stored),
    )  # fmt: skip
    for row, indicator in countable:
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
    was, now = (column_in_words(column, value) for value in (found, expected))
    return text % {"name": row.name, "column": label, "found": was, "expected": now}
