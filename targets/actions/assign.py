"""Assigning targets; what silence means is said by ``declare`` and ``declare_all``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations import bulk
from organizations.access import Act, require
from organizations.actions.checks import Locks, chunks, refuse, too_long
from organizations.ledger import writing
from organizations.models import Decision, Zone
from organizations.problems import Conflict, Problem
from vietnamese.ranges import format_range

from ..models import Indicator, Target, TargetVersion, first_of_year, plain
from ..periods import YEARS


@dataclass(slots=True)
class TargetDraft:
    """The range of one indicator for one zone and year; without a range the target is taken back.

    ``decided_on`` is for a decision whose number is not known. ``seen`` is the version the person saw, 0 when there
    was none: a target that somebody else has revised since is refused.
    """

    zone: Zone
    indicator: Indicator
    year: int
    low: Decimal | None
    high: Decimal | None
    decision: Decision | None = None
    decided_on: date | None = None
    published_percent: Decimal | None = None
    batch_row: int | None = None
    seen: int | None = None

    def holds_from(self):
        if self.decision:
            return self.decision.issued_on
        return self.decided_on or first_of_year(self.year)

    def values(self):
        """What a version of it would hold, in the order of ``_values``."""
        low, high, published = (
            None if number is None else Decimal(str(number)) for number in (self.low, self.high, self.published_percent)
        )
        return low, high, self.decision.pk if self.decision else None, self.holds_from(), published


def assign_target(
    *,
    zone: Zone,
    indicator: Indicator,
    year: int,
    low: Decimal | int,
    high: Decimal | int,
    by: User,
    decision: Decision | None = None,
    reason: str = "",
    published_percent: Decimal | None = None,
    version: int | None = None,
) -> Target:
    """Give ``zone`` a target for a year, or revise it (then with a reason). Returns the Target.

    ``version`` is the version the person saw: Conflict when somebody has revised it since.
    """
    draft = TargetDraft(zone, indicator, year, low, high, decision, published_percent=published_percent)
    return assign_targets(drafts=[draft], by=by, reason=reason, version=version)[0][0]


def assign_targets(
    *, drafts: Sequence[TargetDraft], by: User, reason: str = "", unusual: str = "ask", version: int | None = None
) -> tuple[list[Target | None], list[str]]:
    """Write the drafts, set-based. Returns (targets, outcomes) with "created", "updated" or "unchanged" of each.

    A target that was never assigned and has no range in its draft is None.
    """
    zones = {draft.zone.pk: draft.zone for draft in drafts}
    for zone in zones.values():
        require(by, Act.ASSIGN_TARGETS, zone)
    with writing(zones=zones.values(), by=by) as book:
        locks = Locks(zones)
        refuse({index: _problems(draft, locks) for index, draft in enumerate(drafts)})
        refuse({0: too_long(TargetVersion, reason=reason)})
        rows = {
            (row.zone_id, row.indicator_id, row.year): row
            for row in Target.objects.filter(zone__in=zones, voided_by=None, year__in={draft.year for draft in drafts})
        }
        last = current_versions([row.pk for row in rows.values()])
        keys = [(draft.zone.pk, draft.indicator.pk, draft.year) for draft in drafts]
        if version is not None and any((row := rows.get(key)) is None or row.version != version for key in keys):
            raise Conflict
        new = {
            key: Target(zone_id=key[0], indicator_id=key[1], year=key[2])
            for key, draft in zip(keys, drafts, strict=True)
            if key not in rows and draft.low is not None
        }
        for key, row in zip(new, Target.objects.bulk_create(new.values(), batch_size=1000), strict=True):
            rows[key] = row
        outcomes, changed, problems = [], {}, {}
        for index, (key, draft) in enumerate(zip(keys, drafts, strict=True)):
            row = rows.get(key) or Target(zone_id=key[0], indicator_id=key[1], year=key[2])
            before = last.get(row.pk)
            if draft.seen is not None and draft.seen != row.version:
                problems[index] = [_revised_since(before)]
                continue
            if draft.low is None and (before is None or before.low is None):  # nothing to take back
                outcomes.append("unchanged")
                continue
            if before is not None and _values(before) == draft.values():
                outcomes.append("unchanged")
                continue
            if before is not None and unusual == "ask" and not reason.strip():
                problems[index] = [
                    Problem(_("Give the reason for revising the target."), field="reason", code="required")
                ]
                continue
            low, high, decision_id, holds_from, published = draft.values()
            row.version += 1
            last[row.pk] = book.append(
                TargetVersion(
                    zone_id=row.zone_id,
                    target=row,
                    number=row.version,
                    low=low,
                    high=high,
                    decision_id=decision_id,
                    holds_from=holds_from,
                    published_percent=published,
                    reason=reason if before else "",
                    batch_row_id=draft.batch_row,
                )
            )
            changed[row.pk] = row
            outcomes.append("updated" if before is not None else "created")
        refuse(problems)
        book.flush()
        bulk.update(Target, list(changed.values()), ["version"])
    return [rows.get(key) for key in keys], outcomes


def current_versions(target_ids) -> dict[int, TargetVersion]:
    """The last version recorded of each target."""
    found = {}
    for part in chunks(list(target_ids), 5000):
        for row in TargetVersion.objects.filter(target__in=part).order_by("number"):
            found[row.target_id] = row
    return found


def _revised_since(last):
    if last is None or last.low is None:
        return Problem(_("Somebody else has taken this target back meanwhile."), field="low", code="conflict")
    message = _("Somebody else has assigned %(range)s meanwhile. Look, then save again if yours is right.")
    params = {"range": format_range(plain(last.low), plain(last.high))}
    return Problem(message, params, "low", "conflict")


def _values(row):
    return (row.low, row.high, row.decision_id, row.holds_from, row.published_percent)


def days_told(year: int, holds_from: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """The stretches, (first day, last day), of which a target that holds from ``holds_from`` tells.

    The day it is dated, and the days of its year on which it would be in force: a closed one among them was accepted
    with the target as it stood. So a closed quarter leaves the year to a decision taken after it, and to no other.
    """
    last = date(year, 12, 31)
    return (holds_from, holds_from), (min(max(holds_from, first_of_year(year)), last), last)


def _problems(draft, locks):
    problems = []
    low, high, _decision, holds_from, published = draft.values()
    if (low is None) != (high is None):
        raise ValueError(f"low={low!r}, high={high!r}: give both ends of a target or neither")
    if low is not None and low > high:
        problems.append(Problem(_("The low end must not exceed the high end."), field="low", code="range"))
    if low is not None and low < 0:
        problems.append(Problem(_("A target cannot be negative."), field="low", code="range"))
    for name, number in (("low", low), ("high", high), ("published_percent", published)):
        try:
            TargetVersion._meta.get_field(name).run_validators(number)
        except ValidationError as error:
            problems.append(Problem(error.messages[0], field=name, code="invalid"))
    if draft.year not in YEARS:
        message = _("“%(year)s”: give a year from 1930 to 2100.")
        return [*problems, Problem(message, {"year": draft.year}, "year", "range")]
    for first, last in days_told(draft.year, holds_from):
        if problem := locks.problem(draft.zone.pk, first, "year", until=last):
            return [*problems, problem]
    return problems
