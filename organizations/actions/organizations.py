"""Organisations come into the register with the decision that founds them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from organizations.access import Act, require
from organizations.ledger import writing
from organizations.models import (
    Change,
    Coverage,
    Decision,
    Enterprise,
    Kind,
    Organization,
    OrganizationStatus,
    OrganizationType,
)
from organizations.problems import Problem
from vietnamese.text import clean, search_key

from .checks import chunks, refuse
from .headcounts import HeadcountDraft, record_headcounts
from .record import Draft, recorded


@dataclass(slots=True)
class OrganizationDraft:
    """An organisation about to be founded by ``decision``. The first of ``enterprises`` leads.

    ``parent`` is an Organization, or another draft of the same act that stands before this one.
    """

    name: str
    type: OrganizationType
    decision: Decision | None = None
    code: str = ""
    parent: "Organization | OrganizationDraft | None" = None
    enterprises: Iterable[Enterprise] = field(default_factory=tuple)
    members: int | None = None
    members_on: object = None
    note: str = ""
    effective_on: object = None  # for a founding whose decision is not known
    kind: str = Kind.ESTABLISHED
    founding: bool = False  # of a split: the decision founds it
    batch_row: int | None = None
    idempotency_key: str | None = None
    row: Organization | None = None  # filled when written


def establish(
    *,
    zone,
    name,
    type,
    by,
    decision=None,
    code="",
    parent=None,
    enterprises=(),
    members=None,
    note="",
    reason="",
    effective_on=None,
    idempotency_key=None,
):
    """Found an organisation: its row, the enterprises it covers and the event that counts. Returns the organisation."""
    draft = OrganizationDraft(
        name,
        type,
        decision,
        code,
        parent,
        enterprises,
        members,
        note=note,
        effective_on=effective_on,
        idempotency_key=idempotency_key,
    )
    return establish_many(zone=zone, drafts=[draft], by=by, reason=reason)[0][0]


def establish_many(*, zone, drafts, by, reason="", unusual="ask"):
    """Found the drafts in ``zone``, set-based. Returns (organisations, events, warnings by draft)."""
    require(by, Act.ENTER, zone)
    with writing(zones=[zone], by=by) as book:
        refuse({index: _problems(draft, zone) for index, draft in enumerate(drafts)})
        refuse(_taken(zone, drafts))
        for generation in _generations(drafts):
            _write_rows(book, zone, generation, reason)
        events, warnings = recorded(
            drafts=[
                Draft(
                    draft.kind,
                    draft.row,
                    effective_on=None if draft.decision else draft.effective_on,
                    decision=draft.decision,
                    note=draft.note,
                    members=draft.members,
                    founding=draft.founding,
                    batch_row=draft.batch_row,
                    idempotency_key=draft.idempotency_key,
                )
                for draft in drafts
            ],
            by=by,
            reason=reason,
            unusual=unusual,
        )
        counts = [
            HeadcountDraft(
                draft.row,
                draft.members_on or _day(draft),
                draft.members,
                decision=draft.decision,
                batch_row=draft.batch_row,
            )
            for draft in drafts
            if draft.members is not None
        ]
        if counts:
            record_headcounts(drafts=counts, by=by, replace=True)
    return [draft.row for draft in drafts], events, warnings


def cover(*, organization, enterprise, by, valid_from=None, valid_to=None, lead=False):
    """Say that ``organization`` covers ``enterprise`` for a period; a new lead follows the former one."""
    require(by, Act.ENTER, organization.zone_id)
    with writing(zones=[organization.zone_id], by=by) as book:
        if lead:
            Coverage.objects.filter(organization=organization, is_lead=True, valid_to=None).update(is_lead=False)
        row = Coverage(
            organization=organization, enterprise=enterprise, valid_from=valid_from, valid_to=valid_to, is_lead=lead
        )
        row.full_clean()
        row.save()
        book.change(
            organization,
            zone_id=organization.zone_id,
            action=Change.Action.UPDATED,
            after={"enterprise_id": enterprise.pk, "lead": lead},
        )
    return row


def _day(draft):
    return draft.decision.issued_on if draft.decision else draft.effective_on


def _generations(drafts):
    """The drafts in waves: a wave's parents are all written before it."""
    waiting = list(drafts)
    while waiting:
        ready = [
            draft
            for draft in waiting
            if not isinstance(draft.parent, OrganizationDraft) or draft.parent.row is not None
        ]
        if not ready:
            raise ValueError("the drafts' parents form a circle")
        yield ready
        waiting = [draft for draft in waiting if draft not in ready] if len(ready) < len(waiting) else []


def _write_rows(book, zone, drafts, reason):
    for draft in drafts:
        parent = draft.parent.row if isinstance(draft.parent, OrganizationDraft) else draft.parent
        draft.row = Organization(
            zone=zone,
            name=draft.name,
            code=draft.code,
            type=draft.type,
            sector=draft.type.sector,
            parent=parent,
            status=OrganizationStatus.ACTIVE.value,
            founded_on=_day(draft),
        )
        draft.row.refresh_keys()
    Organization.objects.bulk_create([draft.row for draft in drafts], batch_size=1000)
    coverage = []
    for draft in drafts:
        coverage += [
            Coverage(organization=draft.row, enterprise=enterprise, is_lead=place == 0)
            for place, enterprise in enumerate(draft.enterprises)
        ]
        book.change(
            draft.row,
            zone_id=zone.pk,
            action=Change.Action.CREATED,
            reason=reason,
            batch_row=draft.batch_row,
            after={
                "name": draft.row.name,
                "code": draft.row.code,
                "type_id": draft.row.type_id,
                "parent_id": draft.row.parent_id,
                "enterprises": [enterprise.pk for enterprise in draft.enterprises],
            },
        )
    Coverage.objects.bulk_create(coverage, batch_size=1000)


def _problems(draft, zone):
    problems = []
    draft.name, draft.code = clean(draft.name), clean(draft.code)
    draft.enterprises = tuple(dict.fromkeys(draft.enterprises))
    if not draft.name:
        problems.append(Problem(_("This field is required."), field="name", code="required"))
    if len(draft.name) > 250:
        problems.append(
            Problem(
                _("At most %(limit)s characters; this has %(length)s."),
                {"limit": 250, "length": len(draft.name)},
                "name",
                "too_long",
            )
        )
    if draft.parent is not None and not isinstance(draft.parent, OrganizationDraft):
        if draft.parent.sector != draft.type.sector:
            problems.append(
                Problem(_("“%(parent)s” belongs to another sector."), {"parent": draft.parent}, "parent", "sector")
            )
    for enterprise in draft.enterprises:
        if enterprise.zone_id != zone.pk:
            problems.append(
                Problem(
                    _("“%(enterprise)s” belongs to another zone."), {"enterprise": enterprise}, "enterprises", "zone"
                )
            )
    return problems


def _taken(zone, drafts):
    """Problems of drafts whose code, or type and name, a live organisation of the zone has, or a draft before."""
    keys = {
        index: ("code", draft.code) if draft.code else ("name", draft.type.pk, search_key(draft.name)[:400])
        for index, draft in enumerate(drafts)
    }
    rows = Organization.objects.live().filter(zone=zone)
    taken = set()
    for part in chunks([key[1] for key in keys.values() if key[0] == "code"], 5000):
        taken |= {("code", code) for code in rows.filter(code__in=part).values_list("code", flat=True)}
    for part in chunks([key[2] for key in keys.values() if key[0] == "name"], 5000):
        found = rows.filter(search_key__in=part, code="", dissolved_on=None)
        taken |= {("name", *pair) for pair in found.values_list("type_id", "search_key")}
    problems = {}
    for index, key in keys.items():
        if key in taken:
            message = (
                _("An organisation of this zone has this code already.")
                if key[0] == "code"
                else _("An organisation of this zone has this type and name already.")
            )
            problems[index] = [Problem(message, {}, key[0], "unique")]
        taken.add(key)
    return problems


__all__ = ["OrganizationDraft", "cover", "establish", "establish_many"]
