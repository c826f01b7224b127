"""What can happen to an organisation, and when: one table, read by the actions and by the buttons on the page.

``replay`` runs an organisation's events in order and says what state they lead to. A new event is allowed when
the whole history, with it, replays without a problem; so facts may be entered in any order of days.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Kind, OrganizationStatus, OrganizationType, Sector

ALL = frozenset(Sector.values)
PARTY = frozenset({Sector.PARTY})
MASS = frozenset({Sector.UNION, Sector.YOUTH})
ABSENT, ACTIVE, SUSPENDED, AWAY, ENDED = (OrganizationStatus(value) for value in OrganizationStatus.values)
STANDING = frozenset({ACTIVE, SUSPENDED})


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of event: whose, what its quantity means, from which states it is allowed and to which it leads.

    ``sign`` turns the number people give (never negative) into the stored quantity; ``stock`` is the change of
    stock for one unit given. ``counted`` kinds take a number; the others are one fact each.
    """

    sectors: frozenset
    sign: int
    stock: int
    before: frozenset
    after: OrganizationStatus | None = None
    counted: bool = False
    needs_type: bool = False
    rank: int = 1  # order within a day: beginnings, what happens, endings


def _members(sectors, sign, stock):
    return Rule(sectors, sign, stock, STANDING, counted=True)


RULES: dict[str, Rule] = {
    Kind.ESTABLISHED: Rule(ALL, 1, 1, frozenset({ABSENT}), ACTIVE, rank=0),
    Kind.FORMED_BY_MERGER: Rule(ALL, 1, 1, frozenset({ABSENT}), ACTIVE, rank=0),
    Kind.SPLIT_FROM: Rule(ALL, 1, 1, frozenset({ABSENT}), ACTIVE, rank=0),
    Kind.TRANSFERRED_IN: Rule(ALL, 1, 1, frozenset({ABSENT, AWAY}), ACTIVE),
    Kind.TRANSFERRED_OUT: Rule(ALL, -1, -1, STANDING, AWAY),
    Kind.MERGED_AWAY: Rule(ALL, -1, -1, STANDING, ENDED, rank=2),
    Kind.DISSOLVED: Rule(ALL, -1, -1, STANDING, ENDED, rank=2),
    Kind.SUSPENDED: Rule(ALL, 0, 0, frozenset({ACTIVE}), SUSPENDED),
    Kind.RESUMED: Rule(ALL, 0, 0, frozenset({SUSPENDED}), ACTIVE),
    Kind.UPGRADED: Rule(PARTY, 1, 0, STANDING, needs_type=True),
    Kind.DOWNGRADED: Rule(PARTY, 1, 0, STANDING, needs_type=True),
    Kind.RETYPED: Rule(ALL, 0, 0, STANDING, needs_type=True),
    Kind.RENAMED: Rule(ALL, 0, 0, STANDING),
    Kind.ADMITTED: _members(PARTY, 1, 1),
    Kind.RECOGNISED: _members(PARTY, 1, 0),
    Kind.JOINED: _members(MASS, 1, 1),
    Kind.LEFT: _members(MASS, -1, -1),
    Kind.MEMBER_TRANSFERRED_IN: _members(ALL, 1, 1),
    Kind.MEMBER_TRANSFERRED_OUT: _members(ALL, -1, -1),
    Kind.REMOVED: _members(ALL, -1, -1),
}

BEGINNINGS = frozenset(kind for kind, rule in RULES.items() if rule.rank == 0)
FOUNDING = frozenset(kind for kind in BEGINNINGS if RULES[kind].before == frozenset({ABSENT}))
CHANGES_TYPE = frozenset(kind for kind, rule in RULES.items() if rule.needs_type)
COUNTS_MEMBERS = frozenset(kind for kind, rule in RULES.items() if rule.counted)

Level = OrganizationType.Level
TYPE_STEPS = {  # which level an upgrade leads from and to
    Kind.UPGRADED: (frozenset({Level.CELL}), frozenset({Level.COMMITTEE})),
    Kind.DOWNGRADED: (frozenset({Level.COMMITTEE}), frozenset({Level.CELL})),
}


@dataclass(slots=True)
class State:
    """Where an organisation's events lead."""

    status: OrganizationStatus = ABSENT
    type_id: int | None = None
    zone_id: int | None = None
    founded_on: Any = None
    dissolved_on: Any = None
    members: int = 0
    left: tuple | None = None  # the day of the last hand-over, and the zone that gave

    def register_values(self) -> dict:
        """The columns of Organization that are projections of the ledger. Type and zone stay when there is no life."""
        values = {"status": self.status.value, "founded_on": self.founded_on, "dissolved_on": self.dissolved_on}
        if self.type_id is not None:
            values |= {"type_id": self.type_id, "zone_id": self.zone_id}
        return values


@dataclass(slots=True)
class Step:
    """One event as replay sees it: a stored one, or a draft not yet recorded (``draft`` is its place in the act)."""

    kind: str
    effective_on: Any
    type_id: int
    zone_id: int
    members_delta: int = 0
    order: int = 0
    draft: int | None = None
    from_type_id: int | None = None

    def sort_key(self):
        return (self.effective_on, RULES[self.kind].rank, self.order)


STEP_COLUMNS = (
    "pk", "organization_id", "kind", "effective_on", "type_id", "zone_id", "stock_delta", "from_type_id", "reverses_id",
)  # fmt: skip


def stored_step(row: tuple) -> Step:
    """A stored event, read as ``STEP_COLUMNS``, as a step of its organisation's life."""
    pk, _organization_id, kind, day, type_id, zone_id, stock, from_type_id, _reverses_id = row
    return Step(
        kind, day, type_id, zone_id, stock if kind in COUNTS_MEMBERS else 0, order=pk, from_type_id=from_type_id
    )


@dataclass(slots=True)
class Replay:
    """The state reached, the state on each draft's day before it, and what does not fit."""

    state: State
    before: dict[int, State] = field(default_factory=dict)
    problems: list[tuple[Step, str, dict]] = field(default_factory=list)


NOT_YET = _("The organisation was not founded yet on %(day)s.")
ENDED_BEFORE = _("The organisation had ended by %(day)s (it ended on %(ended)s).")
TWICE = _("The organisation was founded already, on %(founded)s.")
ELSEWHERE = _("The organisation would be in another zone on %(day)s.")
OTHER_TYPE = _("The organisation would be of another type on %(day)s.")
NOT_ALLOWED = _("“%(kind)s” is not possible on %(day)s: the organisation is %(status)s.")
STOCK_BELOW_ZERO = _(
    "On %(day)s the ledger would count %(stock)s members: record first those it does not know yet, "
    "as “members transferred in”."
)


LATER_FACT = _("“%(kind)s” of %(day)s, recorded already, would no longer fit: %(why)s")


def no_longer_fits(step: Step, message, params: dict) -> tuple:
    """The problem of a stored step, told to somebody who is recording another."""
    day = f"{step.effective_on:%d/%m/%Y}"
    return LATER_FACT, {"kind": Kind(step.kind).label, "day": day, "why": str(message) % params}


def replay(steps: Iterable[Step]) -> Replay:
    """Run ``steps`` by day. A step that does not fit is named and passed over."""
    result = Replay(State())
    state = result.state
    ordered = sorted(steps, key=Step.sort_key)
    for index, step in enumerate(ordered):
        if step.draft is not None:
            result.before[step.draft] = State(
                state.status, state.type_id, state.zone_id, state.founded_on, state.dissolved_on, state.members
            )
        rule = RULES[step.kind]
        if state.status not in rule.before:
            result.problems.append((step, *_why_not(step, state)))
            continue
        if step.draft is None and (misfit := _misfit(step, state)):
            result.problems.append((step, misfit, {"day": f"{step.effective_on:%d/%m/%Y}"}))
        if rule.after is not None:
            state.status = rule.after
        if step.kind == Kind.TRANSFERRED_OUT:
            state.left = (step.effective_on, state.zone_id)
        if step.kind in BEGINNINGS or (step.kind == Kind.TRANSFERRED_IN and state.founded_on is None):
            state.founded_on, state.type_id = step.effective_on, step.type_id
        if step.kind in CHANGES_TYPE:
            state.type_id = step.type_id
        if step.kind in BEGINNINGS or step.kind == Kind.TRANSFERRED_IN:
            state.zone_id = step.zone_id
        state.dissolved_on = step.effective_on if state.status in (ENDED, AWAY) else None
        state.members += step.members_delta
        day_ends = index + 1 == len(ordered) or ordered[index + 1].effective_on != step.effective_on
        if day_ends and state.members < 0:
            culprit = _last_taking(ordered[: index + 1], step.effective_on)
            result.problems.append(
                (culprit, STOCK_BELOW_ZERO, {"day": f"{step.effective_on:%d/%m/%Y}", "stock": state.members})
            )
            state.members = 0
    return result


def _misfit(step, state):
    """Why a stored step, whose zone and type were copied when it was recorded, no longer fits the life before it."""
    if step.kind in BEGINNINGS or state.zone_id is None:
        return None
    if step.kind != Kind.TRANSFERRED_IN and step.zone_id != state.zone_id:
        # on the day of a hand-over members may still be counted where they were
        same_day = step.kind in COUNTS_MEMBERS and (step.effective_on, step.zone_id) == state.left
        return None if same_day else ELSEWHERE
    changes_type = step.kind in CHANGES_TYPE
    moves_stock = changes_type or (RULES[step.kind].stock and step.kind not in COUNTS_MEMBERS)
    if moves_stock and (step.from_type_id if changes_type else step.type_id) != state.type_id:
        return OTHER_TYPE
    return None


def _last_taking(steps, day):
    """The step to blame for a stock below zero: the draft that takes away, else the last step of the day."""
    takes = [step for step in steps if step.members_delta < 0]
    drafts = [step for step in takes if step.draft is not None]
    return (drafts or [step for step in takes if step.effective_on == day] or steps)[-1]


def _why_not(step, state):
    day = f"{step.effective_on:%d/%m/%Y}"
    if state.status == ABSENT:
        return NOT_YET, {"day": day}
    if step.kind in BEGINNINGS or step.kind == Kind.TRANSFERRED_IN:
        return TWICE, {"founded": f"{state.founded_on:%d/%m/%Y}"}
    if state.status == ENDED:
        return ENDED_BEFORE, {"day": day, "ended": f"{state.dissolved_on:%d/%m/%Y}"}
    return NOT_ALLOWED, {"day": day, "kind": Kind(step.kind).label, "status": state.status.label}


def kinds_allowed(*, status: str, sector: str, level: str) -> list[str]:
    """The kinds of event that may be recorded today for an organisation in this state: the page's buttons."""
    return [
        kind
        for kind, rule in RULES.items()
        if sector in rule.sectors and status in rule.before and (kind not in TYPE_STEPS or level in TYPE_STEPS[kind][0])
    ]
