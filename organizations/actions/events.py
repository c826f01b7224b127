"""The acts by name: what a clerk does to an organisation, each a thin word over ``record``."""

from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from organizations.ledger import writing
from organizations.lifecycle import COUNTS_MEMBERS, RULES
from organizations.models import Change, Event, Kind, Organization, Succession
from organizations.problems import Conflict, Problem, Refused
from vietnamese.text import clean

from .checks import refuse
from .decisions import record_decision
from .organizations import OrganizationDraft, establish_many
from .record import Draft, record

UNCHANGED = object()


def _one(kind, organization, by, reason="", **values):
    return record(drafts=[Draft(kind, organization, **values)], by=by, reason=reason)[0]


# ---------------------------------------------------------------------------------------- members


def admit(*, organization, quantity, by, decision=None, **values) -> Event:
    """Admit ``quantity`` people to the Party. A batch: nobody is named."""
    return _one(Kind.ADMITTED, organization, by, quantity=quantity, decision=decision, **values)


def recognise(*, organization, quantity, by, decision=None, **values) -> Event:
    """Recognise ``quantity`` probationary members as official. The stock stays as it is."""
    return _one(Kind.RECOGNISED, organization, by, quantity=quantity, decision=decision, **values)


def join(*, organization, quantity, by, **values) -> Event:
    """``quantity`` people join a union or youth organisation."""
    return _one(Kind.JOINED, organization, by, quantity=quantity, **values)


def leave(*, organization, quantity, by, **values) -> Event:
    """``quantity`` members leave a union or youth organisation."""
    return _one(Kind.LEFT, organization, by, quantity=quantity, **values)


def remove_members(*, organization, quantity, by, **values) -> Event:
    """``quantity`` members are struck off, expelled or resign."""
    return _one(Kind.REMOVED, organization, by, quantity=quantity, **values)


def record_member_transfer(*, organization, quantity, inward, by, **values) -> Event:
    """``quantity`` members come from, or go to, an organisation outside the ledger."""
    kind = Kind.MEMBER_TRANSFERRED_IN if inward else Kind.MEMBER_TRANSFERRED_OUT
    return _one(kind, organization, by, quantity=quantity, **values)


# ---------------------------------------------------------------------------------------- life


def upgrade(*, organization, to_type, decision, by, note="", reason="") -> Event:
    """Turn a cell into a grassroots committee. Counts as a new committee, not as a new organisation (NQ28)."""
    return _one(Kind.UPGRADED, organization, by, reason, to_type=to_type, decision=decision, note=note)


def downgrade(*, organization, to_type, decision, by, note="", reason="") -> Event:
    """Turn a committee into a cell."""
    return _one(Kind.DOWNGRADED, organization, by, reason, to_type=to_type, decision=decision, note=note)


def retype(*, organization, to_type, decision, by, note="", reason="") -> Event:
    """Change the type within the sector, as when the charter renames it. Counts nothing."""
    return _one(Kind.RETYPED, organization, by, reason, to_type=to_type, decision=decision, note=note)


def suspend(*, organization, decision, by, note="", reason="") -> Event:
    return _one(Kind.SUSPENDED, organization, by, reason, decision=decision, note=note)


def resume(*, organization, decision, by, note="", reason="") -> Event:
    return _one(Kind.RESUMED, organization, by, reason, decision=decision, note=note)


def dissolve(*, organization, decision, by, note="", reason="") -> Event:
    """End an organisation."""
    return _one(Kind.DISSOLVED, organization, by, reason, decision=decision, note=note)


def rename(*, organization, new_name, decision, by, note="", reason="") -> Event:
    """Give an organisation another name from the decision's day; the former one stays in its history."""
    with writing(zones=[organization.zone_id], by=by) as book:
        event = _one(Kind.RENAMED, organization, by, reason, new_name=clean(new_name), decision=decision, note=note)
        later = Event.objects.live().filter(
            organization=organization, kind=Kind.RENAMED, effective_on__gt=event.effective_on
        )
        if not later.exists():
            before = organization.name
            organization.name = event.new_name
            organization.refresh_keys()
            organization.version += 1
            Organization.objects.bulk_update([organization], ["name", "search_key", "sort_key", "version"])
            book.change(
                organization,
                zone_id=organization.zone_id,
                action=Change.Action.UPDATED,
                reason=reason,
                before={"name": before},
                after={"name": organization.name},
            )
    return event


def transfer(*, organizations, to_zone, decision, by, note="", reason="") -> list[Event]:
    """Hand ``organizations`` over to ``to_zone``, with their members. Stock moves; nothing is new."""
    organizations = list(organizations)
    zones = {organization.zone_id for organization in organizations} | {to_zone.pk}
    with writing(zones=zones, by=by):
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
        for organization in organizations:
            act = str(uuid4())
            members = _members(organization, decision.issued_on)
            shared = {"decision": decision, "act": act, "note": note}
            if members:
                drafts.append(Draft(Kind.MEMBER_TRANSFERRED_OUT, organization, quantity=members, **shared))
            drafts.append(Draft(Kind.TRANSFERRED_OUT, organization, **shared))
            drafts.append(Draft(Kind.TRANSFERRED_IN, organization, to_zone=to_zone, given=True, **shared))
            if members:
                drafts.append(Draft(Kind.MEMBER_TRANSFERRED_IN, organization, quantity=members, given=True, **shared))
        return record(drafts=drafts, by=by, reason=reason)


def merge(*, organizations, decision, by, into=None, name="", type=None, zone=None, note="", reason=""):
    """Merge ``organizations`` into ``into``, or into a new one of ``name`` and ``type``. Returns the survivor.

    Their members move along. The union of several into a new one counts in stock, never as new.
    """
    organizations = list(organizations)
    if into in organizations:
        raise Refused.one(_("An organisation cannot merge into itself."), field="into")
    zone = into.zone if into else zone or organizations[0].zone
    act = str(uuid4())
    with writing(zones={row.zone_id for row in organizations} | {zone.pk}, by=by):
        shared = {"decision": decision, "act": act, "note": note}
        if into is None:
            draft = OrganizationDraft(name, type, decision, kind=Kind.FORMED_BY_MERGER, note=note)
            into = establish_many(zone=zone, drafts=[draft], by=by, reason=reason)[0][0]
        drafts = []
        for organization in organizations:
            members = _members(organization, decision.issued_on)
            if members:
                drafts.append(Draft(Kind.MEMBER_TRANSFERRED_OUT, organization, quantity=members, **shared))
                drafts.append(Draft(Kind.MEMBER_TRANSFERRED_IN, into, quantity=members, **shared))
            drafts.append(Draft(Kind.MERGED_AWAY, organization, **shared))
        record(drafts=drafts, by=by, reason=reason)
        Succession.objects.bulk_create(
            [Succession(predecessor=row, successor=into, on=decision.issued_on) for row in organizations],
            ignore_conflicts=True,
        )
    return into


def split(*, organization, name, type, decision, by, founding=False, members=0, enterprises=(), note="", reason=""):
    """Split a new organisation off ``organization``, with ``members`` of its members. Returns the new one.

    It counts as new only when the decision founds it (``founding``).
    """
    with writing(zones=[organization.zone_id], by=by):
        draft = OrganizationDraft(
            name, type, decision, enterprises=enterprises, note=note, kind=Kind.SPLIT_FROM, founding=founding
        )
        new = establish_many(zone=organization.zone, drafts=[draft], by=by, reason=reason)[0][0]
        if members:
            shared = {"quantity": members, "decision": decision, "act": str(uuid4())}
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


def _members(organization, on):
    """How many members the ledger counts in ``organization`` at the end of the day ``on``."""
    return Event.objects.filter(organization=organization, kind__in=COUNTS_MEMBERS).as_of(on).totals()["stock_delta"]


# ---------------------------------------------------------------------------------------- taking back


def reverse(*, event, reason, by) -> None:
    """Take ``event`` back, with the other side of its act. Raises Conflict when it was taken back already."""
    _require_reason(reason)
    record(drafts=[], reversing=_sides(event), by=by, reason=reason)


def correct(
    *,
    event,
    reason,
    by,
    quantity=None,
    female=UNCHANGED,
    workers=UNCHANGED,
    date=None,
    decision=UNCHANGED,
    note=None,
) -> Event:
    """Replace ``event`` by one that says otherwise: a reversal and a new line, with the reason. Returns the new one.

    A new ``date`` of an event with a decision is the decision's: the same number and issuer on that date.
    ``quantity`` is the number people say, never negative.
    """
    _require_reason(reason)
    with writing(zones=[event.zone_id], by=by):
        if decision is UNCHANGED:
            decision = event.decision
            if date is not None and decision is not None and date != decision.issued_on:
                decision = record_decision(
                    number=decision.number, issuer=decision.issuer.name, issued_on=date, zone=event.zone, by=by
                )
        day = decision.issued_on if decision else date or event.effective_on
        if date is not None and date != day:
            raise Refused.one(
                _("The date of the fact is the date of its decision: %(day)s."), field="date", day=f"{day:%d/%m/%Y}"
            )
        drafts = []
        sides = _sides(event)
        for side in sides:
            draft = _draft_of(side, None if decision else day, decision)
            if side.pk == event.pk:
                draft.quantity = draft.quantity if quantity is None else quantity
                draft.female = draft.female if female is UNCHANGED else female
                draft.workers = draft.workers if workers is UNCHANGED else workers
                draft.note = event.note if note is None else note
            elif quantity is not None:
                draft.quantity = quantity if draft.quantity == abs(event.quantity) else draft.quantity
            drafts.append(draft)
        events = record(drafts=drafts, reversing=sides, by=by, reason=reason)
    return events[[side.pk for side in sides].index(event.pk)]


def _require_reason(reason):
    if not reason.strip():
        raise Refused.one(_("Give the reason for the correction."), field="reason", code="required")


def _sides(event):
    """``event`` and, when it is one side of an act, the other sides, as they were recorded."""
    if event.reverses_id:
        raise Conflict
    if not event.act:
        return [event]
    return list(
        Event.objects.live().filter(act=event.act).select_related("organization", "decision").order_by("pk")
    ) or [event]


def _draft_of(event, day, decision):
    """``event`` as a draft that would record it again."""
    size = lambda value: None if value is None else abs(value)
    counted = RULES[event.kind].counted
    return Draft(
        event.kind,
        event.organization,
        effective_on=day,
        decision=decision,
        note=event.note,
        act=event.act,
        quantity=abs(event.quantity) if counted else 1,
        female=size(event.female),
        workers=size(event.workers),
        to_type=event.type if RULES[event.kind].needs_type else None,
        to_zone=event.zone if event.kind == Kind.TRANSFERRED_IN else None,
        new_name=event.new_name,
        founding=event.counts_as_new,
    )
