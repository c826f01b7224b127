"""What undoing a batch would change, line by line: a line of the workbook is undone whole or stays whole.

Each part knows one table. It first judges every line by itself (changed by others since? in a closed period?), then
again and again with those that stay, for a row may rest on another line's, until nothing more stays.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.access import Act, may
from organizations.ledger import Book
from organizations.models import Batch, BatchRow, Change, Enterprise, Organization
from organizations.problems import Conflict, Problem

from ..checks import Locks, chunks

LINE_OF = ("batch_row__batch_id", "batch_row__sheet", "batch_row__line")


@dataclass(slots=True, eq=False)
class Line:
    """A line of the batch: what it is about, what undoing it does, and why it stays if it does."""

    pk: int
    sheet: str
    number: int
    names: list[str] = field(default_factory=list)
    done: dict[str, None] = field(default_factory=dict)
    stays: Problem | None = None
    locked: bool = False

    @property
    def what(self) -> str:
        return self.names[0] if self.names else f"{self.sheet}:{self.number}"


class Plan:
    """The lines of ``batch`` that wrote something, and the register rows they speak of.

    ``zones`` are the ids of all zones it may touch. ``book``, whose heads are locked, is absent in a rehearsal.
    """

    def __init__(self, batch: Batch, by: User, act: Act, zones: set[int], book: Book | None = None, reason: str = ""):
        self.batch, self.by, self.act, self.zones, self.book, self.reason = batch, by, act, zones, book, reason
        rows = BatchRow.objects.filter(batch=batch).order_by("pk").values_list("pk", "sheet", "line")
        self.stored = {pk: Line(pk, sheet, line) for pk, sheet, line in rows}
        self.lines: dict[int, Line] = {}
        self.roots = _roots()
        self.locks = Locks(zones)
        self.enterprises: dict[int, Enterprise] = {}
        self.organizations: dict[int, Organization] = {}
        self.withdraws: dict[Enterprise | Organization, int] = {}  # row → the line whose undoing withdraws it
        self.restores: dict[Enterprise | Organization, int] = {}
        self.allowed: dict[int, bool] = {}
        self.changes: dict[str, list[Change]] = defaultdict(list)
        for change in Change.objects.filter(batch_row__batch=batch).order_by("pk"):
            self.changes[change.model].append(change)
        self.rows: dict[int, int] = {}  # line → the line of the new batch, when it is written
        self.undo: Batch | None = None

    # ------------------------------------------------------------------ lines

    def line(self, pk: int) -> Line:
        """A line that wrote something."""
        return self.lines.setdefault(pk, self.stored[pk])

    def going(self, pk: int) -> bool:
        return self.line(pk).stays is None

    def keep(self, pk: int, message, **params):
        """Leave the line as it is, for this reason; the first one told stands."""
        if self.going(pk):
            self.line(pk).stays = Problem(message, params)

    def block(self, pk: int, problem: Problem | None):
        """Leave the line as it is when ``problem`` says that a closed period forbids to change it."""
        if problem is not None and self.going(pk):
            self.line(pk).stays, self.line(pk).locked = problem, True

    def staying(self) -> int:
        return sum(line.stays is not None for line in self.lines.values())

    def root(self, told: Sequence) -> tuple | None:
        """Of (batch, sheet, line): the line of the workbook a row came from, however often it was undone since."""
        return None if told[0] is None else (self.roots.get(told[0], told[0]), told[1], told[2])

    def stands(self, tolds: Iterable[Sequence]) -> bool:
        """Whether anything is left of what these later rows, each a (batch, sheet, line), did.

        A line and the undoing of it cancel each other; what a person did by hand stands.
        """
        groups: dict[tuple | None, set[int]] = defaultdict(set)
        for told in tolds:
            groups[self.root(told)].add(told[0])
        return None in groups or any(len(batches) % 2 for batches in groups.values())

    # ------------------------------------------------------------------ rows of the register

    def load(self, *, enterprises: Iterable[int] = (), organizations: Iterable[int] = ()):
        """Read the rows not read yet."""
        for model, held, wanted in (
            (Enterprise, self.enterprises, enterprises),
            (Organization, self.organizations, organizations),
        ):
            for part in chunks(list(set(wanted) - held.keys()), 5000):
                for row in model._default_manager.filter(pk__in=part):
                    held[row.pk] = row
        if not {row.zone_id for row in self.organizations.values()} <= self.zones:
            # handed over to another zone while this act waited for its turn
            raise Conflict(_("Somebody else has changed this meanwhile. Nothing was written: read it again."))

    def is_live(self, row: Enterprise | Organization) -> bool:
        """Whether ``row`` will be there when all is written."""
        for lines, live in ((self.withdraws, False), (self.restores, True)):
            if (pk := lines.get(row)) is not None and self.going(pk):
                return live
        return row.voided_by_id is None

    def may_write(self, zone_id: int) -> bool:
        if zone_id not in self.allowed:
            self.allowed[zone_id] = may(self.by, self.act, zone_id)
        return self.allowed[zone_id]

    def changed_since(self, label: str, ignore: frozenset[str] = frozenset()) -> set[int]:
        """The ids of the batch's rows of a table that others have changed since.

        Changes of the columns ``ignore`` alone follow from other rows and are judged there.
        """
        last = {change.object_id: change.pk for change in self.changes[label]}
        later: dict[int, list[tuple]] = defaultdict(list)
        merged: dict[int, set[str]] = defaultdict(set)
        for part in chunks(list(last), 5000):
            rows = Change.objects.filter(model=label, object_id__in=part).order_by()
            for pk, object_id, action, before, after, *told in rows.values_list(
                "pk", "object_id", "action", "before", "after", *LINE_OF
            ):
                names = {*(before or {}), *(after or {})} - ignore
                if (
                    pk > last[object_id] and "merge" in names
                ):  # merged with a duplicate, or separated from it: the two cancel each other
                    merged[object_id] ^= {after["merge"]["key"]}
                elif pk > last[object_id] and (names or action != Change.Action.UPDATED) and told[0] != self.batch.pk:
                    later[object_id].append(tuple(told))
        return {pk for pk, tolds in later.items() if self.stands(tolds)} | {pk for pk, keys in merged.items() if keys}

    def separated(self, label: str, ids: Iterable[int]) -> list[dict]:
        """What was recorded anew when rows of a table were separated from those they had been merged into."""
        found: list[dict] = []
        for part in chunks(list(ids), 5000):
            rows = Change.objects.filter(model=label, object_id__in=part, after__merge__has_key="again").order_by("pk")
            found += [after["merge"]["again"] for after in rows.values_list("after", flat=True)]
        return found

    def change(
        self, row, line: int, *, action: str, before: dict | None = None, after: dict | None = None, zone_id=None
    ):
        """Write what changed of a register row, from the line."""
        return self.book.change(
            row, zone_id=zone_id or row.zone_id, action=action, before=before, after=after, reason=self.reason,
            batch_row=self.rows[line],
        )  # fmt: skip


class Part:
    """One table's share in undoing. ``Plan`` is shared by the parts of one act."""

    def __init__(self, plan: Plan):
        self.plan = plan

    def judge(self):
        """Say which lines stay whatever becomes of the others."""

    def judge_again(self):
        """Say which lines stay, those that stay already being as they are."""

    def describe(self):
        """Name what the lines are about, and what is done to it."""

    def write(self):
        """Append what undoes the lines that go."""


def settle(parts: Sequence[Part]):
    """Let the parts judge until nothing more stays."""
    plan = parts[0].plan
    for part in parts:
        part.judge()
    staying = -1
    while staying != plan.staying():
        staying = plan.staying()
        for part in parts:
            part.judge_again()
    for part in parts:
        part.describe()


def _roots() -> dict[int, int]:
    """Of each batch that undoes another: the import at the beginning of the chain."""
    undoes = dict(Batch.objects.exclude(undoes=None).order_by("pk").values_list("pk", "undoes_id"))
    roots: dict[int, int] = {}
    for pk, undone in undoes.items():  # a batch is younger than the one it undoes
        roots[pk] = roots.get(undone, undone)
    return roots
