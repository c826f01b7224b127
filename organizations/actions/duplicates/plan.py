"""What merging a duplicate into the row that stays will do, or why it cannot: the page shows it, the act does it.

Of two lives of one organisation the survivor's is the one told: what founded, handed over or changed the duplicate is
taken back. Its member lines stay where they are and count with the survivor, apart from those the survivor has too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from organizations import lifecycle
from organizations.lifecycle import BEGINNINGS, COUNTS_MEMBERS, RULES
from organizations.models import (
    Coverage,
    Enterprise,
    Event,
    Headcount,
    Kind,
    LegalForm,
    Organization,
    Ownership,
)
from organizations.problems import Problem

from ..checks import Locks, gone_problem

ELSEWHERE = {  # what is told of another organisation, too: taking back one side would leave the other alone
    Kind.MERGED_AWAY: _("“%(organization)s” was merged into another organisation: take that line back first."),
    Kind.SPLIT_FROM: _("“%(organization)s” was split from another organisation: take that line back first."),
    Kind.FORMED_BY_MERGER: _("“%(organization)s” was formed by a merger: take that line back first."),
}
GAPS: dict[type[Model], dict[str, Any]] = {  # the columns the survivor takes from the duplicate, and when it lacks them
    Enterprise: {
        "tax_code": "", "legal_form": LegalForm.UNKNOWN, "ownership": Ownership.UNKNOWN, "countries": "",
        "started_on": None,
    },
    Organization: {"code": "", "parent_id": None},
}  # fmt: skip


@dataclass(slots=True)
class Merging:
    """``survivor`` stays, ``duplicate`` is merged into it; nothing is done when there are ``problems``."""

    survivor: Any
    duplicate: Any
    taken_back: list[Event] = field(default_factory=list)
    kept: list[Event] = field(default_factory=list)  # lines of the duplicate that go on counting
    moved: list[Headcount] = field(default_factory=list)  # its counts, recorded of the survivor from now on
    left_out: list[Headcount] = field(default_factory=list)  # its counts of days the survivor was counted on, too
    repointed: list[Coverage] = field(default_factory=list)  # as they will be
    dropped: list[Coverage] = field(default_factory=list)  # the survivor is covered there already
    children: list[Organization] = field(default_factory=list)
    filled: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def names(self) -> tuple[Any, Any]:
        """The two rows, in the order of their ids."""
        return tuple(sorted((self.survivor, self.duplicate), key=lambda row: row.pk))

    def filled_words(self) -> list[str]:
        """What the survivor takes from the duplicate, as people call it."""
        return [str(type(self.survivor)._meta.get_field(name.removesuffix("_id")).verbose_name) for name in self.filled]

    def zone_ids(self) -> set[int]:
        """The zones in whose ledgers the merger writes."""
        rows = [self.survivor, self.duplicate, *self.taken_back, *self.moved, *self.left_out, *self.children]
        return {row.zone_id for row in rows}


def zones_told(rows: Iterable[Any]) -> set[int]:
    """The zones of which a plan for ``rows`` tells something: theirs, and those of their lines and of what hangs on."""
    rows = list(rows)
    ids, found = [row.pk for row in rows], {row.zone_id for row in rows}
    if isinstance(rows[0], Organization):
        column = "organization"
        told = [Organization.objects.filter(parent__in=ids, voided_by=None)]
    else:
        column = "enterprise"
        told = [Organization.objects.filter(coverage__enterprise__in=ids, voided_by=None)]
    told += [model.objects.live().filter(**{f"{column}__in": ids}) for model in (Event, Headcount)]
    return found.union(*(part.order_by().values_list("zone_id", flat=True).distinct() for part in told))


def plan_merge(survivor: Any, duplicate: Any) -> Merging:
    """What merging ``duplicate`` into ``survivor`` will do. Reads only."""
    plan = Merging(survivor, duplicate)
    for row in (survivor, duplicate):
        if row.voided_by_id or row.duplicate_of_id:
            plan.problems.append(gone_problem(row))
    if survivor.pk == duplicate.pk:
        plan.problems.append(Problem(_("These are not two rows: it is the same one.")))
    if type(duplicate)._base_manager.filter(duplicate_of=duplicate.pk).exists():
        message = _("Another row is merged into “%(duplicate)s” already: let that one stay, or separate the two first.")
        plan.problems.append(Problem(message, {"duplicate": duplicate}, code="chain"))
    if plan.problems:
        return plan
    if isinstance(survivor, Organization):
        _plan_organizations(plan)
    else:
        _plan_enterprises(plan)
    _plan_counts(plan)
    _plan_gaps(plan)
    _judge_days(plan)
    return plan


# ------------------------------------------------------------------------------------------ organisations


def _plan_organizations(plan: Merging) -> None:
    survivor, duplicate = plan.survivor, plan.duplicate
    if survivor.sector != duplicate.sector:
        message = _("“%(duplicate)s” belongs to another sector than “%(survivor)s”: these are two organisations.")
        plan.problems.append(Problem(message, {"duplicate": duplicate, "survivor": survivor}, code="sector"))
        return
    for lower, upper in ((survivor, duplicate), (duplicate, survivor)):
        if upper.pk in _above(lower):
            message = _("“%(lower)s” belongs to “%(upper)s”: give it another superior first if the two are one.")
            plan.problems.append(Problem(message, {"lower": lower, "upper": upper}, code="circle"))
    _plan_lines(plan)
    plan.children = list(
        Organization.objects.filter(parent=duplicate, voided_by=None).exclude(pk=survivor.pk).order_by("pk")
    )
    own = list(Coverage.objects.filter(organization=survivor).order_by("pk"))
    theirs = Coverage.objects.filter(organization=duplicate, enterprise__zone=survivor.zone_id)
    for row in theirs.select_related("enterprise").order_by("-is_lead", "pk"):
        if any(other.enterprise_id == row.enterprise_id and _overlap(row, other) for other in own):
            continue  # it may stay with the duplicate, where nothing reads it
        row.organization = survivor
        row.is_lead = row.is_lead and not any(other.is_lead and _overlap(row, other) for other in own)
        own.append(row)
        plan.repointed.append(row)


def _above(organization: Organization) -> set[int]:
    """The ids of all to which the organisation belongs, by however many steps."""
    parents = dict(Organization.objects.exclude(parent=None).order_by().values_list("pk", "parent_id"))
    found: set[int] = set()
    current = parents.get(organization.pk)
    while current is not None and current not in found:
        found.add(current)
        current = parents.get(current)
    return found


def _plan_lines(plan: Merging) -> None:
    survivor, duplicate = plan.survivor, plan.duplicate
    events = Event.objects.live().select_related("decision", "organization", "zone").order_by("effective_on", "pk")
    own = list(events.of_organization(survivor))
    told = {_fact(event) for event in own}
    for event in events.filter(organization=duplicate):
        if event.kind == Kind.RENAMED:
            continue  # how it was called is its own history; it counts nothing
        if event.kind in ELSEWHERE:
            plan.problems.append(Problem(ELSEWHERE[event.kind], {"organization": duplicate}, code="sides"))
        if event.kind not in COUNTS_MEMBERS or (not event.act and _fact(event) in told):
            plan.taken_back.append(event)
        else:
            plan.kept.append(event)
    if any(event.kind in BEGINNINGS for event in plan.taken_back) and not any(
        event.kind in BEGINNINGS or event.kind == Kind.TRANSFERRED_IN for event in own
    ):
        message = _("The ledger does not say when “%(survivor)s” was founded: let “%(duplicate)s” stay.")
        plan.problems.append(Problem(message, {"survivor": survivor, "duplicate": duplicate}, code="unfounded"))
        return
    for step, message, params in lifecycle.replay(map(_step, [*own, *plan.kept])).problems[:1]:
        message, params = lifecycle.no_longer_fits(step, message, params)
        why = str(Problem(message, params))
        message = _("The two histories do not make one life. %(why)s Let “%(duplicate)s” stay, or correct that line.")
        plan.problems.append(Problem(message, {"why": why, "duplicate": duplicate}, code="lifecycle"))


def _fact(event: Event) -> tuple:
    return (event.kind, event.effective_on, event.decision_id, event.quantity)


def _step(event: Event) -> lifecycle.Step:
    values = (
        event.pk, event.organization_id, event.kind, event.effective_on, event.type_id, event.zone_id,
        event.stock_delta, event.from_type_id, None,
    )  # fmt: skip
    return lifecycle.stored_step(values)


# ------------------------------------------------------------------------------------------ enterprises


def _plan_enterprises(plan: Merging) -> None:
    survivor, duplicate = plan.survivor, plan.duplicate
    theirs = Coverage.objects.filter(enterprise=duplicate).select_related("organization__zone")
    rows = list(theirs.order_by("pk"))
    own = list(
        Coverage.objects.filter(enterprise=survivor, organization__in=[row.organization_id for row in rows])
        .select_related("organization")
        .order_by("pk")
    )
    for row in rows:
        organization = row.organization
        if organization.zone_id != survivor.zone_id and organization.voided_by_id is None:
            message = _("“%(organization)s” of %(zone)s works in “%(duplicate)s”: it cannot work in another zone's.")
            params = {"organization": organization, "zone": organization.zone, "duplicate": duplicate}
            plan.problems.append(Problem(message, params, code="zone"))
            return
        there = [one for one in own if one.organization_id == row.organization_id and _overlap(one, row)]
        if not there:
            row.enterprise = survivor
            plan.repointed.append(row)
            continue
        plan.dropped.append(row)
        if row.is_lead and not there[0].is_lead:
            there[0].is_lead = True
            plan.repointed.append(there[0])


def _overlap(one: Coverage, other: Coverage) -> bool:
    return (one.valid_from or date.min) <= (other.valid_to or date.max) and (other.valid_from or date.min) <= (
        one.valid_to or date.max
    )


# ------------------------------------------------------------------------------------------ of both


def _plan_counts(plan: Merging) -> None:
    """A day has one count: the survivor's, or the duplicate's when it alone was counted."""
    column = "organization" if isinstance(plan.survivor, Organization) else "enterprise"
    counts = Headcount.objects.live().select_related("decision")
    days = set(counts.filter(**{column: plan.survivor}).values_list("on", flat=True))
    for count in counts.filter(**{column: plan.duplicate}).order_by("on", "pk"):
        (plan.left_out if count.on in days else plan.moved).append(count)


def _plan_gaps(plan: Merging) -> None:
    survivor, duplicate = plan.survivor, plan.duplicate
    for name, empty in GAPS[type(survivor)].items():
        value = getattr(duplicate, name)
        if getattr(survivor, name) != empty or value == empty or _taken(plan, name, value):
            continue
        plan.filled[name] = value


def _taken(plan: Merging, name: str, value: Any) -> bool:
    """Whether the survivor cannot have the duplicate's value."""
    survivor = plan.survivor
    if name == "parent_id":
        return value == survivor.pk or survivor.pk in _above(Organization(pk=value))
    if name not in ("tax_code", "code"):
        return False
    others = type(survivor)._base_manager.filter(voided_by=None, duplicate_of=None, zone=survivor.zone_id)
    return others.filter(**{name: value}).exclude(Q(pk=survivor.pk) | Q(pk=plan.duplicate.pk)).exists()


def _judge_days(plan: Merging) -> None:
    """What is taken back, moved or left out must not lie in a closed period, on either side."""
    locks = Locks(plan.zone_ids())
    sides = {plan.survivor.zone_id, plan.duplicate.zone_id}
    plan.problems += closed_days(
        locks,
        [(event.zone_id, event.effective_on) for event in plan.taken_back]
        + [(zone_id, count.on) for count in (*plan.moved, *plan.left_out) for zone_id in sides | {count.zone_id}],
    )


def closed_days(locks: Locks, days: Iterable[tuple[int, date]]) -> list[Problem]:
    """One problem for each closed period that some of the (zone, day) lie in."""
    found: dict[tuple, Problem] = {}
    for zone_id, day in sorted(set(days)):
        if problem := locks.problem(zone_id, day):
            found.setdefault((problem.params["first"], problem.params["last"], problem.params["zone"]), problem)
    return list(found.values())


def sums(events: Iterable[Event], key: Callable[[Event], tuple]) -> dict[tuple, int]:
    """What ``events`` add to each figure."""
    found: dict[tuple, int] = {}
    for event in events:
        if RULES[event.kind].sign:
            found[key(event)] = found.get(key(event), 0) + event.quantity
    return found
