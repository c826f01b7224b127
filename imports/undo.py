"""The one door for undoing an import: command, page and API all call ``undo_batch``."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.apps import apps
from django.utils.translation import gettext as _

from accounts.models import User
from organizations import bulk
from organizations.access import Act, may, may_somewhere, require
from organizations.actions.checks import refuse, too_long, zones_touched
from organizations.actions.undo import Decisions, Enterprises, Events, Headcounts, Line, Organizations, Plan, settle
from organizations.ledger import writing
from organizations.models import Batch, BatchRow, Change, Event, Headcount, LedgerRow
from organizations.problems import Refused
from organizations.snapshot_read import one_snapshot
from targets.undo import Targets
from vietnamese.text import clean

from .kinds import KINDS


class _Abandoned(Exception):
    """Nothing is to be written."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the workbook: what it is about, and what became of it or why it stays."""

    line: int
    sheet: str
    what: str
    why: str

    def as_json(self) -> dict:
        return {"sheet": self.sheet, "row": self.line, "what": self.what, "why": self.why}


@dataclass(slots=True)
class Undone:
    """``batch`` is the new batch, None when nothing was written. The lists say what became of every line."""

    undoes: Batch
    batch: Batch | None = None
    reversed: list[Item] = field(default_factory=list)
    kept: list[Item] = field(default_factory=list)
    blocked: list[Item] = field(default_factory=list)

    def as_json(self) -> dict:
        lists = {name: [item.as_json() for item in getattr(self, name)] for name in ("reversed", "kept", "blocked")}
        counts = {f"{name}_count": len(items) for name, items in lists.items()}
        return {"batch": self.batch and self.batch.pk, "undoes": self.undoes.pk} | lists | counts


def undo_batch(batch: Batch, *, by: User, reason: str = "", dry_run: bool = False) -> Undone:
    """Undo what ``batch`` wrote, line by line: whole lines go or stay, in one transaction and a batch of its own.

    Undoing that batch brings everything back. Raises PermissionDenied unless ``by`` may import such a file into
    every zone it touched, Refused when the batch was undone already. With ``dry_run`` nothing is written.
    """
    reason = clean(reason) or _("Import #%(batch)s undone") % {"batch": batch.pk}
    refuse({0: too_long(Batch, reason=reason)})
    act = KINDS[batch.kind].act if batch.kind in KINDS else Act.IMPORT
    own, touched = _zones(batch)
    for zone_id in own or {batch.zone_id}:
        require(by, act, zone_id)
    zones = touched | {batch.zone_id}
    if dry_run:
        with one_snapshot():
            _refuse_twice(batch)
            return _undo(Plan(batch, by, act, zones))
    try:
        with writing(zones=zones, by=by) as book:
            _refuse_twice(batch)
            undone = _undo(Plan(batch, by, act, zones, book, reason))
            if undone.batch is None:
                raise _Abandoned
    except _Abandoned:
        pass
    return undone


def may_undo(user: User, batch: Batch) -> bool:
    """Whether ``user`` may import such a file into every zone the batch wrote in."""
    if batch.kind not in KINDS:
        return False
    act = KINDS[batch.kind].act
    if may(user, act, batch.zone_id):
        return True
    own, _touched = _zones(batch) if may_somewhere(user, act) else (set(), set())
    return bool(own) and all(may(user, act, zone_id) for zone_id in own)


def _zones(batch) -> tuple[set[int], set[int]]:
    """The zones in whose ledgers the batch wrote, and all whose ledgers speak of what it wrote about."""
    tables = [model for model in apps.get_models() if issubclass(model, LedgerRow)]
    own: set[int] = set()
    for model in tables:
        rows = model._default_manager.filter(batch_row__batch=batch).order_by()
        own |= set(rows.values_list("zone_id", flat=True).distinct())
    organizations = Change.objects.filter(batch_row__batch=batch, model="organizations.organization")
    ids = set(organizations.values_list("object_id", flat=True))
    for ledger in (Event, Headcount):
        ids |= set(ledger._default_manager.filter(batch_row__batch=batch).values_list("organization_id", flat=True))
    return own, own | zones_touched(ids - {None})


def _refuse_twice(batch):
    undone_by = Batch.objects.filter(undoes=batch).first()
    if undone_by is None:
        return
    again = Batch.objects.filter(undoes=undone_by).first()
    if again is None:
        raise Refused.one(
            _("Import #%(batch)s was undone already, by #%(by)s: undo #%(by)s to bring it back."),
            batch=batch.pk, by=undone_by.pk, code="undone",
        )  # fmt: skip
    raise Refused.one(
        _("Import #%(batch)s was undone by #%(by)s, and brought back by #%(again)s: undo #%(again)s."),
        batch=batch.pk, by=undone_by.pk, again=again.pk, code="undone",
    )  # fmt: skip


def _undo(plan: Plan) -> Undone:
    events = Events(plan)
    counts = Headcounts(plan)
    enterprises = Enterprises(plan, events, counts)
    organizations = Organizations(plan, events, counts)
    promised = Targets(plan)
    decisions = Decisions(plan, [events, counts, promised])
    parts = [events, counts, enterprises, organizations, promised, decisions]
    settle(parts)
    lines = sorted(plan.lines.values(), key=lambda line: (line.sheet, line.number))
    undone = Undone(
        plan.batch,
        reversed=[_item(line) for line in lines if line.stays is None],
        kept=[_item(line) for line in lines if line.stays is not None and not line.locked],
        blocked=[_item(line) for line in lines if line.locked],
    )
    if undone.reversed and plan.book is not None:
        plan.undo = undone.batch = _batch(plan, undone)
        plan.rows = _lines(plan.undo, lines)
        for part in parts:
            part.write()
    return undone


def _item(line: Line) -> Item:
    why = ", ".join(str(words) for words in line.done) if line.stays is None else str(line.stays)
    return Item(line.number, line.sheet, line.what, why[:1].upper() + why[1:])


def _batch(plan: Plan, undone: Undone) -> Batch:
    batch = plan.batch
    return Batch.objects.create(
        kind=batch.kind, zone=batch.zone, file_name=batch.file_name, sheet=batch.sheet, recorded_by=plan.by,
        recorded_at=plan.book.recorded_at, updated=len(undone.reversed),
        unchanged=len(undone.kept) + len(undone.blocked), reason=plan.reason, undoes=batch,
    )  # fmt: skip


def _lines(undo: Batch, lines: Sequence[Line]) -> dict[int, int]:
    """Store a line for each of the batch's, those that stay with their reason; returns the new by the old."""
    ids = bulk.reserve(BatchRow, len(lines))
    outcomes = BatchRow.Outcome
    bulk.write(
        BatchRow,
        {
            "id": ids,
            "batch_id": [undo.pk] * len(lines),
            "sheet": [line.sheet for line in lines],
            "line": [line.number for line in lines],
            "outcome": [str(outcomes.UNDONE if line.stays is None else outcomes.UNCHANGED) for line in lines],
            "warnings": [
                [] if line.stays is None else [{"column": "", "value": line.what[:200], "message": str(line.stays)}]
                for line in lines
            ],
        },
    )
    return {line.pk: pk for pk, line in zip(ids, lines, strict=True)}


__all__ = ["Item", "Undone", "undo_batch"]
