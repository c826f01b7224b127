"""The core of every act on the ledger: check drafts against their organisations' lives, then append them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from organizations import lifecycle
from organizations.access import Act, require
from organizations.ledger import writing
from organizations.lifecycle import RULES, Step
from organizations.models import (
    Change,
    Coverage,
    Decision,
    EnterpriseStatus,
    Event,
    Kind,
    Organization,
    OrganizationType,
    Ownership,
    Park,
    ParkStay,
    Zone,
)
from organizations.problems import Conflict, NeedsReason, Problem, Refused

from .checks import Locks, chunks, date_problem, refuse

SMALL_CELL = 30  # an upgrade below this many members needs the superior's written agreement


@dataclass(slots=True)
class Draft:
    """One event about to be recorded. ``quantity`` is the number people say: never negative.

    The date is the decision's; ``effective_on`` is for facts that came without one.
    """

    kind: str
    organization: Organization
    effective_on: date | None = None
    quantity: int = 1
    female: int | None = None
    workers: int | None = None
    decision: Decision | None = None
    note: str = ""
    to_type: OrganizationType | None = None
    to_zone: Zone | None = None
    new_name: str = ""
    founding: bool = False  # a split that the decision founds counts as new
    given: bool = False  # the other side of an act, recorded by whoever may record this side
    members: int | None = None  # how many members at founding, for the check only
    idempotency_key: str | None = None
    batch_row: int | None = None
    act: str = ""

    def day(self):
        return self.decision.issued_on if self.decision else self.effective_on


def record(*, drafts: Sequence[Draft], by, reason="", reversing: Sequence[Event] = (), unusual="ask") -> list[Event]:
    """Reverse ``reversing``, append ``drafts``, and bring register and totals along. Returns the new events.

    What is unusual but possible needs a ``reason``, else NeedsReason is raised; ``unusual="allow"`` is for
    imports, which keep their warnings with the line. Raises Refused with the problems of each draft, and
    Conflict when an event to reverse is a reversal or was reversed already.
    """
    return recorded(drafts=drafts, by=by, reason=reason, reversing=reversing, unusual=unusual)[0]


def recorded(*, drafts, by, reason="", reversing=(), unusual="ask"):
    """As ``record``, returning also the warnings of each draft."""
    organizations = {draft.organization.pk: draft.organization for draft in drafts}
    organizations |= {
        event.organization_id: event.organization for event in reversing if event.organization_id not in organizations
    }
    zones = {row.zone_id for row in organizations.values()} | {draft.to_zone.pk for draft in drafts if draft.to_zone}
    for part in chunks(list(organizations), 5000):
        zones |= set(
            Event.objects.order_by().filter(organization__in=part).values_list("zone_id", flat=True).distinct()
        )
    with writing(zones=zones, by=by) as book:
        work = _Work(book, drafts, list(reversing), organizations)
        work.check()
        if work.warnings and unusual == "ask" and not reason.strip():
            raise NeedsReason(work.warnings)
        events = work.append(reason)
        book.flush()
        work.update_register(reason)
        book.flush()
    return events, work.warnings


class _Work:
    """One act in the making; lives while the heads are locked."""

    def __init__(self, book, drafts, reversing, organizations):
        self.book = book
        self.drafts = drafts
        self.reversing = reversing
        self.organizations = organizations
        self.types = OrganizationType.objects.in_bulk()
        self.histories = self._histories()
        self.leads = _Leads([pk for pk in organizations])
        self.warnings: dict[int, list[Problem]] = {}
        self.replays = {}

    # ------------------------------------------------------------------ reading

    def _histories(self):
        """The live events of each organisation, as steps; reversed pairs are left out."""
        histories = defaultdict(list)
        leaving = {event.pk for event in self.reversing}
        for part in chunks(list(self.organizations), 5000):
            rows = list(
                Event.objects.filter(organization__in=part)
                .order_by()
                .values_list(
                    "pk", "organization_id", "kind", "effective_on", "type_id", "zone_id", "stock_delta", "reverses_id"
                )
            )
            gone = {row[7] for row in rows if row[7]}
            if leaving & gone:
                raise Conflict
            for pk, organization_id, kind, day, type_id, zone_id, stock, reverses in rows:
                if reverses is None and pk not in gone and pk not in leaving:
                    members = stock if kind in lifecycle.COUNTS_MEMBERS else 0
                    histories[organization_id].append(Step(kind, day, type_id, zone_id, members, order=pk))
        return histories

    # ------------------------------------------------------------------ checking

    def check(self):
        if any(event.reverses_id for event in self.reversing):
            raise Conflict
        locks = Locks(self.book.heads)
        problems = defaultdict(list)
        steps = defaultdict(list)
        for event in self.reversing:
            require(self.book.by, Act.ENTER, event.zone_id)
            if problem := locks.problem(event.zone_id, event.effective_on):
                problems[0].append(problem)
        for index, draft in enumerate(self.drafts):
            found = self._static_problems(draft)
            if found:
                problems[index] += found
            else:
                steps[draft.organization.pk].append(self._step(index, draft))
        refuse(problems)
        first_draft = {}
        for index, draft in enumerate(self.drafts):
            first_draft.setdefault(draft.organization.pk, index)
        for pk, organization in self.organizations.items():
            replay = self.replays[pk] = lifecycle.replay([*self.histories[pk], *steps[pk]])
            for step, message, params in replay.problems:
                row = step.draft if step.draft is not None else first_draft.get(pk, 0)
                if step.draft is None:
                    message, params = (
                        LATER_FACT,
                        {
                            "kind": Kind(step.kind).label,
                            "day": f"{step.effective_on:%d/%m/%Y}",
                            "why": str(message) % params,
                        },
                    )
                problems[row].append(
                    Problem(message, {"organization": organization, **params}, "effective_on", "lifecycle")
                )
        refuse(problems)
        self.rights = set()
        for index, draft in enumerate(self.drafts):
            before = self.replays[draft.organization.pk].before[index]
            zone_id = self._zone_id(draft, before)
            if not draft.given and zone_id not in self.rights:
                require(self.book.by, Act.ENTER, zone_id)
                self.rights.add(zone_id)
            if problem := locks.problem(zone_id, draft.day()):
                problems[index].append(problem)
            problems[index] += self._type_problems(draft, before)
            if warnings := self._unusual(draft, before):
                self.warnings[index] = warnings
        refuse(problems)

    def _static_problems(self, draft):
        rule = RULES[draft.kind]
        problems = []
        day = draft.day()
        if draft.decision and draft.effective_on and draft.effective_on != draft.decision.issued_on:
            problems.append(
                Problem(
                    _("The date of the fact is the date of its decision: %(day)s."),
                    {"day": f"{draft.decision.issued_on:%d/%m/%Y}"},
                    "effective_on",
                    "not_decision_date",
                )
            )
        if problem := date_problem(day, self.book.today):
            return [*problems, problem]
        if draft.organization.sector not in rule.sectors:
            problems.append(
                Problem(
                    _("“%(kind)s” is not for an organisation of this sector (%(sector)s)."),
                    {"kind": Kind(draft.kind).label, "sector": draft.organization.get_sector_display()},
                    "kind",
                    "sector",
                )
            )
        if rule.counted and (not isinstance(draft.quantity, int) or draft.quantity < 1):
            problems.append(
                Problem(
                    _("“%(value)s”: give a whole number from 1 up."), {"value": draft.quantity}, "quantity", "invalid"
                )
            )
        elif not rule.counted and draft.quantity != 1:
            problems.append(
                Problem(
                    _("“%(kind)s” is one fact of one organisation: it takes no number."),
                    {"kind": Kind(draft.kind).label},
                    "quantity",
                    "invalid",
                )
            )
        for name in ("female", "workers"):
            value = getattr(draft, name)
            if value is None:
                continue
            if not isinstance(value, int) or value < 0 or value > draft.quantity or not rule.counted:
                problems.append(
                    Problem(
                        _("%(part)s exceeds the total of %(total)s."),
                        {"part": value, "total": draft.quantity},
                        name,
                        "part_above_total",
                    )
                )
        if rule.needs_type and draft.to_type is None:
            problems.append(Problem(_("Choose the new type."), {}, "to_type", "required"))
        if draft.kind == Kind.RENAMED and not draft.new_name.strip():
            problems.append(Problem(_("Give the new name."), {}, "new_name", "required"))
        if draft.organization.voided_by_id or draft.organization.duplicate_of_id:
            problems.append(
                Problem(
                    _("%(organization)s was withdrawn."),
                    {"organization": draft.organization},
                    "organization",
                    "withdrawn",
                )
            )
        return problems

    def _type_problems(self, draft, before):
        if not RULES[draft.kind].needs_type:
            return []
        old, new = self.types[before.type_id], draft.to_type
        if new.sector != old.sector or new.pk == old.pk:
            return [
                Problem(
                    _("From “%(old)s” to “%(new)s” is not a change of type within one sector."),
                    {"old": old, "new": new},
                    "to_type",
                    "type",
                )
            ]
        if draft.kind in lifecycle.TYPE_STEPS:
            starts, ends = lifecycle.TYPE_STEPS[draft.kind]
            if old.level not in starts or new.level not in ends:
                return [
                    Problem(
                        _("“%(kind)s” does not lead from “%(old)s” to “%(new)s”."),
                        {"kind": Kind(draft.kind).label, "old": old, "new": new},
                        "to_type",
                        "type",
                    )
                ]
        return []

    def _unusual(self, draft, before):
        found = []
        day = draft.day()
        type_ = draft.to_type or (draft.organization.type if before.type_id is None else self.types[before.type_id])
        if (draft.kind in lifecycle.BEGINNINGS or draft.to_type) and not type_.holds(day):
            found.append(
                Problem(
                    _("The type “%(type)s” was not in use on %(day)s."),
                    {"type": type_, "day": f"{day:%d/%m/%Y}"},
                    "type",
                    "type_not_in_use",
                )
            )
        if draft.kind == Kind.ESTABLISHED and draft.members is not None and draft.members < type_.founding_members:
            found.append(
                Problem(
                    _("“%(type)s” is founded with %(needed)s members or more; this has %(members)s."),
                    {"type": type_, "needed": type_.founding_members, "members": draft.members},
                    "members",
                    "few_members",
                )
            )
        if draft.kind == Kind.UPGRADED and before.members < SMALL_CELL and draft.batch_row is None:
            found.append(
                Problem(
                    _(
                        "The ledger counts %(members)s members, fewer than 30: the superior's written agreement is needed."
                    ),
                    {"members": before.members},
                    "",
                    "small_cell",
                )
            )
        lead = self.leads.enterprise(draft.organization.pk, day)
        if draft.kind == Kind.JOINED and lead and lead.status == EnterpriseStatus.DISSOLVED:
            found.append(Problem(_("%(enterprise)s is closed, yet members join."), {"enterprise": lead}, "", "closed"))
        return found

    # ------------------------------------------------------------------ writing

    def _zone_id(self, draft, before):
        if draft.to_zone is not None and draft.kind == Kind.TRANSFERRED_IN:
            return draft.to_zone.pk
        return before.zone_id or draft.organization.zone_id

    def _step(self, index, draft):
        rule = RULES[draft.kind]
        zone_id = (
            draft.to_zone.pk if draft.to_zone and draft.kind == Kind.TRANSFERRED_IN else draft.organization.zone_id
        )
        type_ = draft.to_type or draft.organization.type
        members = rule.stock * draft.quantity if rule.counted else 0
        return Step(draft.kind, draft.day(), type_.pk, zone_id, members, order=2**62 + index, draft=index)

    def append(self, reason):
        for event in self.reversing:
            self.book.append(reversal_of(event, reason))
        events = []
        for index, draft in enumerate(self.drafts):
            before = self.replays[draft.organization.pk].before[index]
            rule = RULES[draft.kind]
            lead = self.leads.enterprise(draft.organization.pk, draft.day())
            type_id = draft.to_type.pk if rule.needs_type else before.type_id or draft.organization.type_id
            events.append(
                self.book.append(
                    Event(
                        zone_id=self._zone_id(draft, before),
                        kind=str(draft.kind),
                        organization=draft.organization,
                        effective_on=draft.day(),
                        quantity=rule.sign * draft.quantity,
                        female=None if draft.female is None else rule.sign * draft.female,
                        workers=None if draft.workers is None else rule.sign * draft.workers,
                        stock_delta=rule.stock * draft.quantity,
                        sector=draft.organization.sector,
                        type_id=type_id,
                        from_type_id=before.type_id if rule.needs_type else None,
                        counts_as_new=self._counts_as_new(draft, type_id),
                        park_id=self.leads.park_id(draft.organization.pk, draft.day()),
                        enterprise=lead,
                        ownership=lead.ownership if lead else Ownership.NONE.value,
                        decision=draft.decision,
                        act=draft.act,
                        old_name=draft.organization.name if draft.kind == Kind.RENAMED else "",
                        new_name=draft.new_name,
                        note=draft.note,
                        reason=reason,
                        idempotency_key=draft.idempotency_key,
                        batch_row_id=draft.batch_row,
                    )
                )
            )
        return events

    def _counts_as_new(self, draft, type_id):
        founded = draft.kind == Kind.ESTABLISHED or (draft.kind == Kind.SPLIT_FROM and draft.founding)
        return founded and self.types[type_id].counts_as_new

    def update_register(self, reason):
        """Make each organisation's row what its events now lead to."""
        changed = []
        for pk, row in self.organizations.items():
            values = self.replays[pk].state.register_values()
            different = {name: value for name, value in values.items() if getattr(row, name) != value}
            if not different:
                continue
            before = {name: _json(getattr(row, name)) for name in different}
            for name, value in different.items():
                setattr(row, name, value)
            row.version += 1
            changed.append(row)
            self.book.change(
                row,
                zone_id=row.zone_id,
                action=Change.Action.UPDATED,
                reason=reason,
                before=before,
                after={name: _json(value) for name, value in different.items()},
            )
        if changed:
            Organization.objects.bulk_update(
                changed, ["status", "founded_on", "dissolved_on", "type", "zone", "version"], batch_size=500
            )


LATER_FACT = _("“%(kind)s” of %(day)s, recorded already, would no longer fit: %(why)s")


def _json(value):
    return value.isoformat() if isinstance(value, date) else value


def reversal_of(event, reason):
    """The row that takes ``event`` back: same kind and date, opposite amounts."""
    same = (
        "zone_id",
        "kind",
        "organization_id",
        "effective_on",
        "sector",
        "type_id",
        "from_type_id",
        "counts_as_new",
        "park_id",
        "enterprise_id",
        "ownership",
        "decision_id",
        "act",
        "old_name",
        "new_name",
    )
    opposite = ("quantity", "female", "workers", "stock_delta")
    values = {name: getattr(event, name) for name in same}
    values |= {name: None if (value := getattr(event, name)) is None else -value for name in opposite}
    return Event(reverses=event, reason=reason, **values)


class _Leads:
    """The enterprise that leads each organisation on a day, and the park it sat in."""

    def __init__(self, organization_ids):
        self.coverage = defaultdict(list)
        enterprises = {}
        for part in chunks(organization_ids, 5000):
            for row in Coverage.objects.filter(organization__in=part, is_lead=True).select_related("enterprise"):
                self.coverage[row.organization_id].append(row)
                enterprises[row.enterprise_id] = row.enterprise
        self.stays = defaultdict(list)
        for part in chunks(list(enterprises), 5000):
            for stay in ParkStay.objects.filter(enterprise__in=part):
                self.stays[stay.enterprise_id].append(stay)
        self.no_park = Park.none_id()

    def enterprise(self, organization_id, day):
        for row in self.coverage.get(organization_id, ()):
            if row.holds(day):
                return row.enterprise
        return None

    def park_id(self, organization_id, day):
        enterprise = self.enterprise(organization_id, day)
        if enterprise is None:
            return self.no_park
        for stay in self.stays.get(enterprise.pk, ()):
            if stay.holds(day):
                return stay.park_id
        return enterprise.park_id


__all__ = ["Draft", "Refused", "record", "recorded", "reversal_of"]
