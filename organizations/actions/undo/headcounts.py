"""Headcounts: a count is withdrawn, or the one it replaced takes its place again. Nothing is overwritten."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from organizations import bulk
from organizations.models import Headcount

from ..checks import chunks
from .events import WITHDRAWN
from .plan import LINE_OF, Part

COPIED = (
    "zone_id", "enterprise_id", "organization_id", "on", "total", "official", "female", "workers", "decision_id",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Move:
    """A count of a day: ``last`` stands now, ``before`` stood before the batch (None: there was none)."""

    lines: set[int]
    first: Headcount
    last: Headcount
    before: Headcount | None

    @property
    def counts_again(self):
        """Whether a count will stand when this is undone."""
        return self.before is not None and not self.before.withdrawn


class Headcounts(Part):
    def __init__(self, plan):
        super().__init__(plan)
        self.own = {row.pk: row for row in Headcount.objects.filter(batch_row__batch=plan.batch).order_by("pk")}
        enterprises = {row.enterprise_id for row in self.own.values()} - {None}
        organizations = {row.organization_id for row in self.own.values()} - {None}
        plan.load(enterprises=enterprises, organizations=organizations)
        self.all: dict[int, Headcount] = {}
        self.origin: dict[int, tuple] = {}
        for name, ids in (("enterprise", enterprises), ("organization", organizations)):
            for part in chunks(list(ids), 5000):
                rows = Headcount.objects.filter(**{f"{name}__in": part}).order_by()
                self.all |= {row.pk: row for row in rows}
                self.origin |= {pk: tuple(told) for pk, *told in rows.values_list("pk", *LINE_OF)}
        self.of_mergers = {
            pk
            for label, ids in (("enterprise", enterprises), ("organization", organizations))
            for again in plan.separated(f"organizations.{label}", ids)
            for pk in again["headcounts"]
        }
        self.replaced = {row.replaces_id: row for row in self.all.values() if row.replaces_id}
        self.moves = [
            move for row in self.own.values() if row.replaces_id not in self.own and (move := self._move(row))
        ]
        self.standing = defaultdict(set)
        for row in self.all.values():
            if row.pk not in self.replaced and not row.withdrawn:
                self.standing[_subject(row)].add(row.pk)

    def _move(self, first):
        """What undoing the batch's counts from ``first`` on takes; the lines stay when others have counted since."""
        row, lines, later = first, {first.batch_row_id}, []
        last_own = first
        while row.pk in self.replaced:
            row = self.replaced[row.pk]
            if row.pk in self.own:
                lines.add(row.batch_row_id)
                last_own, later = row, []
            elif row.pk not in self.of_mergers:
                later.append(row)
        for line in lines:
            self.plan.line(line)
        equal = all(getattr(row, name) == getattr(last_own, name) for name in (*COPIED, "withdrawn"))
        if later and (not equal or self.plan.stands(self.origin[one.pk] for one in later)):
            for line in lines:
                self.plan.keep(line, _("The count of %(day)s was replaced since."), day=f"{first.on:%d/%m/%Y}")
            return None
        return Move(lines, first, row, self.all[first.replaces_id] if first.replaces_id else None)

    def _row(self, count):
        if count.enterprise_id:
            return self.plan.enterprises[count.enterprise_id]
        return self.plan.organizations[count.organization_id]

    def judge(self):
        plan = self.plan
        for move in self.moves:
            subject = self._row(move.first)
            for line in move.lines:
                if subject.duplicate_of_id:
                    plan.keep(line, _("“%(name)s” was merged with another row since."), name=subject)
                if not plan.may_write(subject.zone_id):
                    message = _("“%(organization)s” belongs to %(zone)s now, where you may not do this.")
                    plan.keep(line, message, organization=subject, zone=subject.zone)
                for day in {move.first.on, move.before.on if move.before else move.first.on}:
                    plan.block(line, plan.locks.problem(move.first.zone_id, day, "on"))
                if move.counts_again and self.standing[_subject(move.before)] - {move.last.pk}:
                    plan.keep(line, _("%(day)s was counted again since."), day=f"{move.before.on:%d/%m/%Y}")

    def judge_again(self):
        for move in self.moves:
            going = [line for line in move.lines if self.plan.going(line)]
            for line in going:
                if len(going) < len(move.lines):
                    self.plan.keep(line, _("Another line about the same stays."))
                elif move.counts_again and not self.plan.is_live(self._row(move.first)):
                    self.plan.keep(line, WITHDRAWN, name=self._row(move.first))

    def going(self):
        return [move for move in self.moves if all(self.plan.going(line) for line in move.lines)]

    def describe(self):
        done = {True: str(_("former count in force again")), False: str(_("count withdrawn"))}
        for row in self.own.values():
            self.plan.line(row.batch_row_id).names.append(f"{self._row(row)} · {row.total} · {row.on:%d/%m/%Y}")
        for move in self.moves:
            for line in move.lines:
                self.plan.line(line).done[done[move.counts_again]] = None

    def write(self):
        for move in self.going():
            like = move.before or move.first
            row = bulk.new(
                Headcount, replaces_id=move.last.pk, withdrawn=not move.counts_again, reason=self.plan.reason,
                batch_row_id=self.plan.rows[min(move.lines)], **{name: getattr(like, name) for name in COPIED},
            )  # fmt: skip
            self.plan.book.append(row)

    def decisions(self):
        """The decisions that counts in force again cite, with the line."""
        return [(move.before.decision_id, min(move.lines)) for move in self.going() if move.counts_again]

    def leaving(self) -> set[int]:
        """The counts that stand now and will not."""
        return {move.last.pk for move in self.going()}


def _subject(row):
    return (row.enterprise_id, row.organization_id, row.on)
