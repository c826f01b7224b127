"""The acts by name: what a clerk does to an organisation, each a thin word over ``record``."""

from collections.abc import Iterable
from datetime import date as Day
from typing import Any
from uuid import uuid4

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.ledger import writing
from organizations.lifecycle import BEGINNINGS, COUNTS_MEMBERS, RULES
from organizations.models import Decision, Event, Kind, Organization, OrganizationType, Succession, Zone
from organizations.problems import Conflict, Problem, Refused

from .checks import chunks, one_life, refuse, require_reason, zones_touched
from .decisions import record_decision
from .draft import Draft, not_decision_date
from .organizations import OrganizationDraft, establish_many
from .record import record

UNCHANGED = object()


def _one(kind, organization, by, reason="", **values):
    return record(drafts=[Draft(kind, organization, **values)], by=by, reason=reason)[0]


# ---------------------------------------------------------------------------------------- members


def admit(
    *, organization: Organization, quantity: int, by: User, decision: Decision | None = None, **values: Any
) -> Event:
    """Admit ``quantity`` people to the Party. A batch: nobody is named."""
    return _one(Kind.ADMITTED, organization, by, quantity=quantity, decision=decision, **values)


def recognise(
    *, organization: Organization, quantity: int, by: User, decision: Decision | None = None, **values: Any
) -> Event:
    """Recognise ``quantity`` probationary members as official. The stock stays as it is."""
    return _one(Kind.RECOGNISED, organization, by, quantity=quantity, decision=decision, **values)


def join(*, organization: Organization, quantity: int, by: User, **values: Any) -> Event:
    """``quantity`` people join a union or youth organisation."""
    return _one(Kind.JOINED, organization, by, quantity=quantity, **values)


def leave(*, organization: Organization, quantity: int, by: User, **values: Any) -> Event:
    """``quantity`` members leave a union or youth organisation."""
    return _one(Kind.LEFT, organization, by, quantity=quantity, **values)


def remove_members(*, organization: Organization, quantity: int, by: User, **values: Any) -> Event:
    """``quantity`` members are struck off, expelled or resign."""
    return _one(Kind.REMOVED, organization, by, quantity=quantity, **values)


def record_member_transfer(
    *, organization: Organization, quantity: int, inward: bool, by: User, **values: Any
) -> Event:
    """``quantity`` members come from, or go to, an organisation outside the ledger."""
    kind = Kind.MEMBER_TRANSFERRED_IN if inward else Kind.MEMBER_TRANSFERRED_OUT
    return _one(kind, organization, by, quantity=quantity, **values)


# ---------------------------------------------------------------------------------------- life


def upgrade(
    *,
    organization: Organization,
    to_type: OrganizationType,
    decision: Decision,
    by: User,
    note: str = "",
    reason: str = "",
) -> Event:
    """Turn a cell into a grassroots committee. Counts as a new committee, not as a new organisation (NQ28)."""
    return _one(Kind.UPGRADED, organization, by, reason, to_type=to_type, decision=decision, note=note)


def downgrade(
    *,
    organization: Organization,
    to_type: OrganizationType,
    decision: Decision,
    by: User,
    note: str = "",
    reason: str = "",
) -> Event:
    """Turn a committee into a cell."""
    return _one(Kind.DOWNGRADED, organization, by, reason, to_type=to_type, decision=decision, note=note)


def retype(
    *,
    organization: Organization,
    to_type: OrganizationType,
    decision: Decision,
    by: User,
    note: str = "",
    reason: str = "",
) -> Event:
    """Change the type within the sector, as when the charter renames it. Counts nothing."""
    return _one(Kind.RETYPED, organization, by, reason, to_type=to_type, decision=decision, note=note)


def suspend(*, organization: Organization, decision: Decision, by: User, note: str = "", reason: str = "") -> Event:
    return _one(Kind.SUSPENDED, organization, by, reason, decision=decision, note=note)


def resume(*, organization: Organization, decision: Decision, by: User, note: str = "", reason: str = "") -> Event:
    return _one(Kind.RESUMED, organization, by, reason, decision=decision, note=note)


def dissolve(*, organization: Organization, decision: Decision, by: User, note: str = "", reason: str = "") -> Event:
    """End an organisation."""
    return _one(Kind.DISSOLVED, organization, by, reason, decision=decision, note=note)


def rename(
    *, organization: Organization, new_name: str, decision: Decision, by: User, note: str = "", reason: str = ""
) -> Event:
    """Give an organisation another name from the decision's day; the former one stays in its history."""
    return _one(Kind.RENAMED, organization, by, reason, new_name=new_name, decision=decision, note=note)


def transfer(
    *,
    organizations: Iterable[Organization],
    to_zone: Zone,
    decision: Decision,
    by: User,
    note: str = "",
    reason: str = "",
) -> list[Event]:
    """Hand ``organizations`` over to ``to_zone``, with their members. Stock moves; nothing is new."""
    organizations = list(organizations)
    with writing(zones=_zones(organizations) | {to_zone.pk}, by=by):
        refuse(
            {
                index: [
                    Problem(
                        _("%(organization)s is in %(zone)s already."),
                        {"organization": organization, "zone": to_zone},
                        "to_zone",
                        "same_zone",
                    )
                ]
                for index, organization in enumerate(organizations)
                if organization.zone_id == to_zone.pk
            }
        )
        drafts = []
        members = _members(organizations, decision.issued_on)
        for organization in organizations:
            shared = {"decision": decision, "act": str(uuid4()), "note": note}
            moving = {"quantity": members[organization.pk], **shared}
            if members[organization.pk]:
                drafts.append(Draft(Kind.MEMBER_TRANSFERRED_OUT, organization, **moving))
            drafts.append(Draft(Kind.TRANSFERRED_OUT, organization, **shared))
            drafts.append(Draft(Kind.TRANSFERRED_IN, organization, to_zone=to_zone, given=True, **shared))
            if members[organization.pk]:
                drafts.append(Draft(Kind.MEMBER_TRANSFERRED_IN, organization, given=True, **moving))
        return record(drafts=drafts, by=by, reason=reason)


def merge(
    *,
    organizations: Iterable[Organization],
    decision: Decision,
    by: User,
    into: Organization | None = None,
    name: str = "",
    type: OrganizationType | None = None,
    zone: Zone | None = None,
    note: str = "",
    reason: str = "",
) -> Organization:
    """Merge ``organizations`` into ``into``, or into a new one of ``name`` and ``type``. Returns the survivor.

    Their members move along. The union of several into a new one counts in stock, never as new.
    """
    organizations = list(organizations)
    if into in organizations:
        raise Refused.one(_("An organisation cannot merge into itself."), field="into")
    zone = into.zone if into else zone or organizations[0].zone
    touched = _zones([*organizations, into] if into else organizations)
    with writing(zones=touched | {zone.pk}, by=by):
        if into is None:
            draft = OrganizationDraft(name, type, decision, kind=Kind.FORMED_BY_MERGER, note=note)
            into = establish_many(zone=zone, drafts=[draft], by=by, reason=reason)[0][0]
        drafts = []
        members = _members(organizations, decision.issued_on)
        for organization in organizations:
            shared = {"decision": decision, "act": str(uuid4()), "note": note}
            if quantity := members[organization.pk]:
                drafts.append(Draft(Kind.MEMBER_TRANSFERRED_OUT, organization, quantity=quantity, **shared))
                drafts.append(Draft(Kind.MEMBER_TRANSFERRED_IN, into, quantity=quantity, **shared))
            drafts.append(Draft(Kind.MERGED_AWAY, organization, **shared))
        record(drafts=drafts, by=by, reason=reason)
        Succession.objects.bulk_create(
            [Succession(predecessor=row, successor=into, on=decision.issued_on) for row in organizations],
            ignore_conflicts=True,
        )
    return into


def split(
    *,
    organization: Organization,
    name: str,
    type: OrganizationType,
    decision: Decision,
    by: User,
    founding: bool = False,
    members: int = 0,
    enterprises: Iterable = (),
    note: str = "",
    reason: str = "",
) -> Organization:
    """Split a new organisation off ``organization``, with ``members`` of its members. Returns the new one.

    It counts as new only when the decision founds it (``founding``).
    """
    with writing(zones=_zones([organization]), by=by):
        stock = _members([organization], decision.issued_on)[organization.pk]
        founded = organization.founded_on
        if members > stock and (founded is None or founded <= decision.issued_on):  # else its life says what is wrong
            message = _("%(members)s is more than the %(stock)s members the ledger counts there on %(day)s.")
            params = {"members": members, "stock": stock, "day": f"{decision.issued_on:%d/%m/%Y}"}
            refuse({0: [Problem(message, params, "members", "above_stock")]})
        act = str(uuid4())
        draft = OrganizationDraft(
            name, type, decision, enterprises=enterprises, note=note, kind=Kind.SPLIT_FROM, founding=founding, act=act
        )
        new = establish_many(zone=organization.zone, drafts=[draft], by=by, reason=reason)[0][0]
        if members:
            shared = {"quantity": members, "decision": decision, "act": act}
            record(
                drafts=[
                    Draft(Kind.MEMBER_TRANSFERRED_OUT, organization, **shared),
                    Draft(Kind.MEMBER_TRANSFERRED_IN, new, **shared),
                ],
                by=by,
                reason=reason,
            )
        Succession.objects.create(predecessor=organization, successor=new, on=decision.issued_on)
    return new


def _zones(organizations):
    return zones_touched(organization.pk for organization in organizations)


def _members(organizations, on) -> dict[int, int]:
    """How many members the ledger counts in each of ``organizations`` at the end of the day ``on``.

    Those counted in a duplicate are members of the one it was merged into.
    """
    members = {organization.pk: 0 for organization in organizations}
    life_of = one_life(members)
    for part in chunks(list(life_of), 5000):
        rows = Event.objects.filter(organization__in=part, kind__in=COUNTS_MEMBERS).as_of(on).order_by()
        for pk, stock in rows.values_list("organization").annotate(Sum("stock_delta")):
            if life_of[pk] in members:
                members[life_of[pk]] += stock
    return members


# ---------------------------------------------------------------------------------------- taking back


def reverse(*, event: Event, reason: str, by: User) -> None:
    """Take ``event`` back, with the other side of its act. Raises Conflict when it was taken back already."""
    require_reason(reason)
    sides = sides_of(event)
    with writing(zones=_zones([side.organization for side in sides]), by=by):
        record(drafts=[], reversing=sides, by=by, reason=reason)
        for side in sides:
            if side.kind == Kind.MERGED_AWAY:
                Succession.objects.filter(predecessor=side.organization_id, on=side.effective_on).delete()
            elif side.kind in (Kind.SPLIT_FROM, Kind.FORMED_BY_MERGER):
                Succession.objects.filter(successor=side.organization_id, on=side.effective_on).delete()


def correct(
    *,
    event: Event,
    reason: str,
    by: User,
    quantity: int | None = None,
    female: Any = UNCHANGED,
    workers: Any = UNCHANGED,
    date: Day | None = None,
    decision: Any = UNCHANGED,
    note: str | None = None,
) -> Event:
    """Replace ``event`` by one that says otherwise: a reversal and a new line, with the reason. Returns the new one.

    A new ``date`` of an event with a decision is the decision's: the same number and issuer on that date.
    ``quantity`` is the number people say, never negative; the other side of the act follows it.
    """
    require_reason(reason)
    sides = sides_of(event)
    with writing(zones=_zones([side.organization for side in sides]), by=by):
        if decision is UNCHANGED:
            decision = event.decision
            if date is not None and decision is not None and date != decision.issued_on:
                decision = record_decision(
                    number=decision.number, issuer=decision.issuer.name, issued_on=date, zone=event.zone, by=by
                )
        day = decision.issued_on if decision else date or event.effective_on
        if date is not None and date != day:
            refuse({0: [not_decision_date(decision, "date")]})
        drafts = []
        for side in sides:
            draft = _draft_of(side, None if decision else day, decision)
            if side.pk == event.pk:
                draft.quantity = draft.quantity if quantity is None else quantity
                draft.female = draft.female if female is UNCHANGED else female
                draft.workers = draft.workers if workers is UNCHANGED else workers
                draft.note = event.note if note is None else note
            elif quantity is not None and draft.quantity == abs(event.quantity) and RULES[side.kind].counted:
                draft.quantity = quantity
            drafts.append(draft)
        events = record(drafts=drafts, reversing=sides, by=by, reason=reason)
        for side in sides:
            moved = Succession.objects.filter(on=side.effective_on)
            if side.kind == Kind.MERGED_AWAY:
                moved.filter(predecessor=side.organization_id).update(on=day)
            elif side.kind in (Kind.SPLIT_FROM, Kind.FORMED_BY_MERGER):
                moved.filter(successor=side.organization_id).update(on=day)
    return events[[side.pk for side in sides].index(event.pk)]


def sides_of(event: Event) -> list[Event]:
    """``event`` and, when it is one side of an act, the other sides, as they were recorded.

    Raises Conflict when it is a reversal or was taken back.
    """
    if event.reverses_id:
        raise Conflict
    if not event.act:
        return [event]
    sides = (
        Event.objects.live()
        .filter(act=event.act)
        .select_related("organization__duplicate_of", "decision")
        .order_by("pk")
    )
    if event not in sides:
        raise Conflict
    return list(sides)


def _draft_of(event, day, decision):
    """``event`` as a draft that would record it again, where and as what it was recorded."""

    def size(value):
        return None if value is None else abs(value)

    begins = event.kind in BEGINNINGS or event.kind == Kind.TRANSFERRED_IN
    return Draft(
        event.kind,
        event.organization.duplicate_of or event.organization,
        effective_on=day,
        decision=decision,
        note=event.note,
        act=event.act,
        quantity=abs(event.quantity) if RULES[event.kind].counted else 1,
        female=size(event.female),
        workers=size(event.workers),
        to_type=event.type if begins or RULES[event.kind].needs_type else None,
        to_zone=event.zone if begins else None,
        new_name=event.new_name,
        like=event,
        declares=event.quantity == 0,
    )
