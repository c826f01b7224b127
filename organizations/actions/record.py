"""The core of every act on the ledger: check drafts against their organisations' lives, then append them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations import bulk, lifecycle
from organizations.access import Act, require
from organizations.ledger import Book, writing
from organizations.lifecycle import RULES, Step
from organizations.models import (
    Change,
    EnterpriseStatus,
    Event,
    Headcount,
    Kind,
    Organization,
    OrganizationType,
    Ownership,
    Sector,
)
from organizations.problems import Conflict, NeedsReason, Problem

from .checks import Locks, chunks, gone_problem, names_taken, one_life, refuse, too_long, zones_touched
from .draft import Draft
from .hosts import Hosts
from .taken_back import reversal_of

_COUNTED_IN = (Kind.JOINED, Kind.ADMITTED, Kind.ESTABLISHED)  # whose people are held against the workers counted
SMALL_CELL = 30  # an upgrade below this many members needs the superior's written agreement
REGISTER = ("status", "founded_on", "dissolved_on", "type_id", "zone_id", "name")  # what events bring about
KEPT = (*REGISTER, "search_key", "sort_key", "version", "voided_by_id", "duplicate_of_id")


def record(
    *, drafts: Sequence[Draft], by: User, reason: str = "", reversing: Sequence[Event] = (), unusual: str = "ask"
) -> list[Event]:
    """Reverse ``reversing``, append ``drafts``, and bring register and totals along. Returns the new events.

    What is unusual but possible needs a ``reason``, of the act or of the draft, else NeedsReason is raised;
    ``unusual="allow"`` is for imports, which keep their warnings with the line. Raises Refused with the problems
    of each draft, and Conflict when an event to reverse is a reversal or was reversed already.
    """
    return recorded(drafts=drafts, by=by, reason=reason, reversing=reversing, unusual=unusual)[0]


def recorded(
    *,
    drafts: Sequence[Draft],
    by: User,
    reason: str = "",
    reversing: Sequence[Event] = (),
    unusual: str = "ask",
    beside: Iterable[int] = (),
) -> tuple[list[Event], dict[int, list[Problem]]]:
    """As ``record``, returning also the warnings of each draft.

    ``beside`` are organisations of which nothing new is recorded, whose lives are checked and written all the same.
    """
    ids = {draft.organization.pk for draft in drafts} | {event.organization_id for event in reversing} | {*beside}
    zones = zones_touched(ids) | {draft.to_zone.pk for draft in drafts if draft.to_zone}
    with writing(zones=zones, by=by) as book:
        refuse({0: too_long(Event, reason=reason)})
        work = _Work(book, drafts, reversing, ids)
        work.check()
        unexplained = {row: found for row, found in work.warnings.items() if not (drafts[row].reason or reason).strip()}
        if unexplained and unusual == "ask":
            raise NeedsReason(unexplained)
        events = work.append(reason)
        book.flush()
        work.update_register(reason)
        book.flush()
    return events, work.warnings


class _Work:
    """One act in the making; lives while the heads are locked, so what it reads is what it will change."""

    def __init__(self, book: Book, drafts: Sequence[Draft], reversing: Sequence[Event], ids: Iterable[int]):
        self.book = book
        self.drafts = drafts
        self.reversing = reversing
        self.life_of = one_life(ids)  # a duplicate has no life of its own: its lines are told with its survivor's
        self.organizations = {
            row.pk: row for part in chunks(list(self.life_of), 5000) for row in Organization.objects.filter(pk__in=part)
        }
        for draft in drafts:
            _bring_up_to_date(draft.organization, self.organizations[draft.organization.pk])
        self.types = OrganizationType.objects.in_bulk()
        self.histories = self._histories()
        self.hosts = Hosts(ids, with_workers=any(draft.kind in _COUNTED_IN for draft in drafts))
        self.counted = self._counted()
        self.first_draft: dict[int, int] = {}  # where the problems of an organisation as a whole are told
        for index, draft in enumerate(drafts):
            self.first_draft.setdefault(self.life_of[draft.organization.pk], index)
        self.warnings: dict[int, list[Problem]] = {}
        self.replays: dict[int, lifecycle.Replay] = {}

    # ------------------------------------------------------------------ reading

    def _histories(self):
        """The live events of each life, as steps; reversed pairs are left out."""
        histories = defaultdict(list)
        leaving = {event.pk for event in self.reversing}
        for part in chunks(list(self.organizations), 5000):
            rows = list(Event.objects.filter(organization__in=part).order_by().values_list(*lifecycle.STEP_COLUMNS))
            gone = {row[-1] for row in rows if row[-1]}
            if leaving & gone:
                raise Conflict
            for row in rows:
                if row[-1] is None and row[0] not in gone and row[0] not in leaving:
                    life = self.life_of[row[1]]
                    if life == row[1] or row[2] != Kind.RENAMED:  # what a duplicate was called says nothing of the life
                        histories[life].append(lifecycle.stored_step(row))
        zones = {step.zone_id for steps in histories.values() for step in steps}
        zones |= {row.zone_id for row in self.organizations.values()}
        if not zones <= self.book.heads.keys():
            raise Conflict  # handed over to another zone while this act waited for its turn
        return histories

    def _counted(self):
        """The headcounts, by day, of organisations whose recognitions are recorded."""
        ids = {draft.organization.pk for draft in self.drafts if draft.kind == Kind.RECOGNISED}
        counts = defaultdict(list)
        for part in chunks(list(ids), 5000):
            rows = Headcount.objects.live().filter(organization__in=part).order_by("on", "pk")
            for pk, on, total in rows.values_list("organization_id", "on", "total"):
                counts[pk].append((on, total))
        return counts

    # ------------------------------------------------------------------ checking

    def check(self):
        if any(event.reverses_id for event in self.reversing):
            raise Conflict
        locks = Locks(self.book.heads)
        self._check_reversing(locks)
        refuse({index: draft.problems(self.book.today) for index, draft in enumerate(self.drafts)})
        self._check_lives()
        problems = defaultdict(list)
        for index, draft in enumerate(self.drafts):
            before = self._before(index, draft)
            zone_id = self._zone_id(draft, before)
            if not draft.given:
                require(self.book.by, Act.ENTER, zone_id)
                require(self.book.by, Act.ENTER, self.organizations[draft.organization.pk].zone_id)
            if draft.kind != Kind.RENAMED and (problem := locks.problem(zone_id, draft.day())):
                problems[index].append(problem)
            if draft.organization.voided_by_id or draft.organization.duplicate_of_id:
                problems[index].append(gone_problem(draft.organization))
            problems[index] += self._type_problems(draft, before)
            if warnings := self._unusual(draft, before):
                self.warnings[index] = warnings
        refuse(problems)

    def _check_reversing(self, locks):
        problems = []
        for event in self.reversing:
            require(self.book.by, Act.ENTER, event.zone_id)
            require(self.book.by, Act.ENTER, self.organizations[event.organization_id].zone_id)
            if event.kind != Kind.RENAMED and (problem := locks.problem(event.zone_id, event.effective_on)):
                problems.append(problem)
        refuse({0: problems})

    def _check_lives(self):
        """Replay each life with the drafts in it; that of a duplicate is empty."""
        problems = defaultdict(list)
        steps = defaultdict(list)
        for index, draft in enumerate(self.drafts):
            steps[self.life_of[draft.organization.pk]].append(self._step(index, draft))
        for pk, organization in self.organizations.items():
            replay = self.replays[pk] = lifecycle.replay([*self.histories[pk], *steps[pk]])
            for step, message, params in replay.problems:
                row = step.draft
                if row is None:
                    row = self.first_draft.get(pk, 0)
                    message, params = lifecycle.no_longer_fits(step, message, params)
                problems[row].append(
                    Problem(message, {"organization": organization, **params}, "effective_on", "lifecycle")
                )
        refuse(problems)

    def _before(self, index, draft):
        """The state of the draft's organisation on its day, before it."""
        return self.replays[self.life_of[draft.organization.pk]].before[index]

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
        """What is possible and seldom true: the person confirms it with a reason."""
        found, day = [], draft.day()
        organization_id = draft.organization.pk

        def note(message, field="", code="", **params):
            found.append(Problem(message, params, field, code))

        type_ = self.types[self._type_id(draft, before)]
        if (draft.kind in lifecycle.BEGINNINGS or draft.to_type) and not type_.holds(day):
            message = _("The type “%(type)s” was not in use on %(day)s.")
            note(message, "type", "type_not_in_use", type=type_, day=f"{day:%d/%m/%Y}")
        if draft.kind == Kind.ESTABLISHED and draft.members is not None and draft.members < type_.founding_members:
            message = _("“%(type)s” is founded with %(needed)s members or more; this has %(members)s.")
            note(message, "members", "few_members", type=type_, needed=type_.founding_members, members=draft.members)
        workers = self.hosts.workers(organization_id, day) if draft.kind in _COUNTED_IN else None
        if draft.kind == Kind.ESTABLISHED and workers is not None and draft.organization.sector == Sector.UNION:
            if (draft.members or 0) > workers:
                message = _("%(members)s union members in all, more than the %(workers)s workers counted.")
                note(message, "members", "above_workers", members=draft.members, workers=workers)
        if draft.kind == Kind.RECOGNISED:
            counted = [total for on, total in self.counted.get(organization_id, ()) if on <= day]
            members = max(before.members, *counted[-1:], 0)
            if 0 < members < draft.quantity:  # of an organisation never counted nothing is known
                message = _("%(quantity)s recognised, more than the %(members)s members known there.")
                note(message, "quantity", "above_members", quantity=draft.quantity, members=members)
        if draft.kind == Kind.DISSOLVED and before.members > 0:
            message = _("The ledger still counts %(members)s members there: record first where they go.")
            note(message, code="members_left", members=before.members)
        if draft.kind == Kind.UPGRADED and before.members < SMALL_CELL and draft.batch_row is None:
            message = _(
                "The ledger counts %(members)s members, fewer than %(least)s: "
                "the superior's written agreement is needed."
            )
            note(message, code="small_cell", members=before.members, least=SMALL_CELL)
        if draft.kind in (Kind.JOINED, Kind.ADMITTED):
            lead = self.hosts.lead(organization_id, day)
            if lead and lead.status == EnterpriseStatus.DISSOLVED:
                note(_("%(enterprise)s is closed, yet members join."), code="closed", enterprise=lead)
            all_members = before.members + draft.quantity
            if workers is not None and draft.organization.sector == Sector.UNION and all_members > workers:
                message = _("%(members)s union members in all, more than the %(workers)s workers counted.")
                note(message, "quantity", "above_workers", members=all_members, workers=workers)
            elif workers is not None and draft.quantity > workers:
                message = _("%(quantity)s at once, more than the %(workers)s workers counted.")
                note(message, "quantity", "above_workers", quantity=draft.quantity, workers=workers)
        return found

    # ------------------------------------------------------------------ writing

    def _zone_id(self, draft, before):
        """The zone whose fact the draft is: where the organisation was on its day."""
        if draft.to_zone and (draft.kind in lifecycle.BEGINNINGS or draft.kind == Kind.TRANSFERRED_IN):
            return draft.to_zone.pk
        return before.zone_id or draft.organization.zone_id

    def _type_id(self, draft, before):
        """The type the organisation has after the draft."""
        if draft.to_type and (RULES[draft.kind].needs_type or before.type_id is None):
            return draft.to_type.pk
        return before.type_id or draft.organization.type_id

    def _step(self, index, draft):
        rule = RULES[draft.kind]
        unborn = lifecycle.State()
        return Step(
            draft.kind,
            draft.day(),
            self._type_id(draft, unborn),
            self._zone_id(draft, unborn),
            rule.stock * draft.quantity if rule.counted else 0,
            order=2**62 + index,
            draft=index,
        )

    def append(self, reason: str) -> list[Event]:
        lines = {draft.like.pk: draft.batch_row for draft in self.drafts if draft.like}
        for event in self.reversing:
            self.book.append(reversal_of(event, reason, lines.get(event.pk)))
        return [self.book.append(self._event(index, draft, reason)) for index, draft in enumerate(self.drafts)]

    def _event(self, index, draft, reason):
        rule = RULES[draft.kind]
        before = self._before(index, draft)
        type_id = self._type_id(draft, before)
        return Event(
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
            decision=draft.decision,
            act=draft.act,
            old_name=draft.organization.name if draft.kind == Kind.RENAMED else "",
            new_name=draft.new_name,
            note=draft.note,
            reason=reason if draft.reason is None else draft.reason,
            idempotency_key=draft.idempotency_key,
            batch_row_id=draft.batch_row,
            **self._copied(draft, type_id),
        )

    def _copied(self, draft, type_id):
        """What the event copies from the register, so that later moves and edits there rewrite no history."""
        founded = draft.kind == Kind.ESTABLISHED or (draft.kind == Kind.SPLIT_FROM and draft.founding)
        copied = {"counts_as_new": founded and self.types[type_id].counts_as_new}
        if draft.like:
            copied["counts_as_new"] = draft.like.counts_as_new
            if draft.like.effective_on == draft.day():
                return copied | {name: getattr(draft.like, name) for name in ("park_id", "enterprise_id", "ownership")}
        lead = self.hosts.lead(draft.organization.pk, draft.day())
        return copied | {
            "park_id": self.hosts.park_id(lead, draft.day()),
            "enterprise_id": lead.pk if lead else None,
            "ownership": lead.ownership if lead else Ownership.NONE.value,
        }

    def update_register(self, reason: str) -> None:
        """Make each organisation's row what its events now lead to."""
        changed = {}
        names = self._names()
        for pk, row in self.organizations.items():
            values = self.replays[pk].state.register_values() | names.get(pk, {})
            different = {name: value for name, value in values.items() if getattr(row, name) != value}
            if not different:
                continue
            before = {name: plain(getattr(row, name)) for name in different}
            for name, value in different.items():
                setattr(row, name, value)
            row.refresh_keys()
            row.version += 1
            changed[pk] = row
            after = {name: plain(value) for name, value in different.items()}
            action = Change.Action.UPDATED
            self.book.change(row, zone_id=row.zone_id, action=action, reason=reason, before=before, after=after)
        if changed:
            taken = names_taken({pk: row for pk, row in changed.items() if not row.duplicate_of_id})
            refuse({self.first_draft.get(pk, 0): problems for pk, problems in taken.items()})
            bulk.update(Organization, list(changed.values()), [*REGISTER, "search_key", "sort_key", "version"])
        for draft in self.drafts:
            _bring_up_to_date(draft.organization, self.organizations[draft.organization.pk])

    def _names(self):
        """What the organisations of this act's renames are called now: as the last one that stands says."""
        ids = {draft.organization.pk for draft in self.drafts if draft.kind == Kind.RENAMED}
        ids |= {event.organization_id for event in self.reversing if event.kind == Kind.RENAMED}
        names = {}
        if ids:
            renames = Event.objects.filter(kind=Kind.RENAMED, organization__in=ids, reverses=None)
            for event in renames.order_by("-pk"):
                names[event.organization_id] = {"name": event.old_name}
            for event in renames.live().order_by("effective_on", "pk"):
                names[event.organization_id] = {"name": event.new_name}
        return names


def _bring_up_to_date(organization, fresh):
    """Give the caller's object what the database holds: it may have been read before others wrote."""
    for name in KEPT:
        if getattr(organization, name) != (value := getattr(fresh, name)):
            setattr(organization, name, value)


def plain(value):
    """A value as a change keeps it."""
    return value.isoformat() if isinstance(value, date) else value
