"""Decisions: one the batch recorded is withdrawn; it stays in the lists while a standing row cites it."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from organizations.models import Change, Decision

from ..checks import chunks
from .enterprises import CREATES
from .plan import Part

LABEL = "organizations.decision"


class Decisions(Part):
    """``citing`` are the parts that record rows anew, which bring back the decisions they cite."""

    def __init__(self, plan, citing):
        super().__init__(plan)
        self.citing = citing
        self.changes = [change for change in plan.changes[LABEL] if change.action != Change.Action.UPDATED]
        for change in self.changes:
            plan.line(change.batch_row_id)

    def describe(self):
        done = {True: str(_("decision withdrawn")), False: str(_("decision restored"))}
        for change in self.changes:
            line = self.plan.line(change.batch_row_id)
            image = {**(change.before or {}), **(change.after or {})}
            line.names.append(str(image.get("number", "")))
            line.done[done[change.action in CREATES]] = None

    def write(self):
        plan = self.plan
        withdraw, restore = {}, {}
        for change in self.changes:
            if plan.going(change.batch_row_id):
                (withdraw if change.action in CREATES else restore)[change.object_id] = change.batch_row_id
        for part in self.citing:
            restore |= {pk: line for pk, line in part.decisions() if pk and pk not in restore}
        withdraw = {pk: line for pk, line in withdraw.items() if pk not in restore}
        for lines, is_live, voided_by, action in (
            (withdraw, True, plan.undo, Change.Action.VOIDED), (restore, False, None, Change.Action.RESTORED),
        ):  # fmt: skip
            for part in chunks(sorted(lines), 5000):
                rows = list(Decision.objects.filter(pk__in=part, voided_by__isnull=is_live).order_by("pk"))
                for row in rows:
                    plan.change(
                        row, lines[row.pk], action=action, before={"number": row.number} if is_live else None,
                        after=None if is_live else {"number": row.number}, zone_id=self._zone(row),
                    )  # fmt: skip
                Decision.objects.filter(pk__in=[row.pk for row in rows]).update(
                    voided_by=voided_by, version=F("version") + 1
                )

    def _zone(self, row):
        """The zone in whose ledger the change is told: the decision's own, unless this act does not write there."""
        return row.zone_id if row.zone_id in self.plan.zones else self.plan.batch.zone_id
