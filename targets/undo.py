"""Undoing versions of targets: what was in force before is promised again; a target the batch made is withdrawn.

A version is never changed: the ranges that held before are appended anew, the one of each day from its own day on,
and where there was none a version without a range takes the target back.
"""

from collections import defaultdict

from django.utils.translation import gettext_lazy as _

from organizations import bulk
from organizations.actions.checks import chunks
from organizations.actions.undo import Part, Plan
from organizations.actions.undo.plan import LINE_OF

from .actions import days_told
from .models import Target, TargetVersion, plain

COPIED = ("low", "high", "decision_id", "holds_from", "published_percent")


class Targets(Part):
    def __init__(self, plan: Plan):
        super().__init__(plan)
        own = TargetVersion.objects.filter(batch_row__batch=plan.batch).order_by("number")
        self.own: dict[int, list[TargetVersion]] = defaultdict(list)
        for version in own:
            plan.line(version.batch_row_id)
            self.own[version.target_id].append(version)
        self.targets: dict[int, Target] = {}
        self.versions: dict[int, list[TargetVersion]] = defaultdict(list)
        self.origin: dict[int, tuple] = {}
        for part in chunks(list(self.own), 5000):
            rows = TargetVersion.objects.filter(target__in=part).order_by("number")
            for version in rows:
                self.versions[version.target_id].append(version)
            self.origin |= {pk: tuple(told) for pk, *told in rows.values_list("pk", *LINE_OF)}
            found = Target.objects.filter(pk__in=part).select_related("zone", "indicator")
            self.targets |= {row.pk: row for row in found}
        self.before = {
            pk: [row for row in self.versions[pk] if row.number < own[0].number] for pk, own in self.own.items()
        }

    def lines(self, pk) -> set[int]:
        return {version.batch_row_id for version in self.own[pk]}

    def going(self):
        return [pk for pk in self.own if all(self.plan.going(line) for line in self.lines(pk))]

    def _keep(self, pk, message, **params):
        for line in self.lines(pk):
            self.plan.keep(line, message, **params)

    def judge(self):
        taken = self._taken()
        for pk, own in self.own.items():
            row = self.targets[pk]
            later = [version for version in self.versions[pk] if version.number > own[-1].number]
            if later and self.plan.stands(self.origin[version.pk] for version in later):
                self._keep(pk, _("The target was revised since."))
            if self._comes_back(pk) and taken.get((row.zone_id, row.indicator_id, row.year), pk) != pk:
                self._keep(pk, _("The target was assigned anew since."))
            for line in self.lines(pk):
                for first, last in {days for version in own for days in days_told(row.year, version.holds_from)}:
                    self.plan.block(line, self.plan.locks.problem(row.zone_id, first, "year", until=last))

    def _comes_back(self, pk):
        """Whether a range will be promised again."""
        return bool(self.before[pk]) and self.before[pk][-1].low is not None

    def _taken(self):
        """The live targets of the zones and years concerned, by key."""
        rows = Target.objects.filter(
            voided_by=None,
            zone__in={row.zone_id for row in self.targets.values()},
            year__in={row.year for row in self.targets.values()},
        )
        return {(row.zone_id, row.indicator_id, row.year): row.pk for row in rows} if self.targets else {}

    def judge_again(self):
        for pk in self.own:
            if not all(self.plan.going(line) for line in self.lines(pk)):
                self._keep(pk, _("Another line about the same stays."))

    def describe(self):
        done = {True: str(_("former target in force again")), False: str(_("target taken back"))}
        for pk, own in self.own.items():
            row, last = self.targets[pk], own[-1]
            ends = [str(plain(end)) for end in (last.low, last.high) if end is not None]
            said = f": {'–'.join(dict.fromkeys(ends))}" if ends else ""
            for line in self.lines(pk):
                self.plan.line(line).names.insert(0, f"{row.zone} · {row.indicator} · {row.year}{said}")
                self.plan.line(line).done[done[self._comes_back(pk)]] = None

    def write(self):
        changed = []
        for pk in self.going():
            row = self.targets[pk]
            for like, day in self._steps(pk):
                row.version += 1
                values = {name: getattr(like, name) for name in COPIED} if like else {"holds_from": day}
                version = bulk.new(
                    TargetVersion, zone_id=row.zone_id, target_id=pk, number=row.version, reason=self.plan.reason,
                    batch_row_id=self.plan.rows[min(self.lines(pk))], **values,
                )  # fmt: skip
                self.plan.book.append(version)
            row.voided_by = None if self._comes_back(pk) else self.plan.undo
            changed.append(row)
        bulk.update(Target, changed, ["version", "voided_by_id"])

    def _steps(self, pk):
        """What was in force before the batch from the first day it changed, as (version, day): None for no range."""
        first = min(version.holds_from for version in self.own[pk])
        before = self.before[pk]
        days = [first, *sorted({version.holds_from for version in before if version.holds_from > first})]
        steps: list[tuple] = []
        for day in days:
            like = next((version for version in reversed(before) if version.holds_from <= day), None)
            if not steps or steps[-1][0] is not like:
                steps.append((like, day))
        return steps

    def decisions(self):
        """The decisions that versions promised again cite, with the line."""
        return [
            (like.decision_id, min(self.lines(pk))) for pk in self.going() for like, _day in self._steps(pk) if like
        ]
