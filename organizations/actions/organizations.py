"""Organisations come into the register with the decision that founds them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from organizations import bulk
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
from organizations.problems import Conflict, Problem, Refused
from vietnamese.text import clean

from .checks import Locks, names_taken, refuse, too_long, withdrawn
from .draft import Draft
from .headcounts import HeadcountDraft, record_headcounts
from .hosts import coverage_image
from .record import recorded


@dataclass(slots=True, eq=False)
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
    act: str = ""  # what goes back with it when it is taken back
    batch_row: int | None = None
    reason: str = ""  # for this one alone, where the act's reason is another's or none
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
        refuse(_withdrawn(drafts))
        for draft in drafts:
            draft.row = None  # a draft that was refused once may be tried again
        taken = names_taken({index: _row(draft, zone) for index, draft in enumerate(drafts)})
        again = _taken_back(zone, [drafts[index] for index in taken])
        refuse({index: problems for index, problems in taken.items() if drafts[index] not in again})
        for generation in _generations(drafts):
            _write_rows(book, zone, generation, reason, again)
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
                    act=draft.act,
                    batch_row=draft.batch_row,
                    reason=draft.reason or None,
                    idempotency_key=draft.idempotency_key,
                )
                for draft in drafts
            ],
            by=by,
            reason=reason,
            unusual=unusual,
        )
        counted = [index for index, draft in enumerate(drafts) if draft.members is not None]
        counts = [
            HeadcountDraft(
                draft.row,
                draft.members_on or _day(draft),
                draft.members,
                decision=draft.decision,
                batch_row=draft.batch_row,
            )
            for draft in (drafts[index] for index in counted)
        ]
        if counts:
            try:
                record_headcounts(drafts=counts, by=by, replace=True)
            except Refused as refused:  # its rows are those that were counted
                raise type(refused)({counted[row]: why for row, why in refused.by_row.items()}) from refused
    return [draft.row for draft in drafts], events, warnings


def cover(*, organization, enterprise, by, valid_from=None, valid_to=None, lead=False):
    """Say that ``organization`` covers ``enterprise`` for a period.

    A new ``lead`` follows the former one from ``valid_from`` (default: today): the former leads until the day
    before, so that facts entered later for earlier days keep its park and ownership, and is covered from then on.
    Refused when a day given lies in a closed period, or one between it and the day from which the former led.
    """
    require(by, Act.ENTER, organization.zone_id)
    with writing(zones=[organization.zone_id], by=by) as book:
        if not Organization.objects.filter(pk=organization.pk, zone=organization.zone_id).exists():
            raise Conflict  # handed over since it was read
        if enterprise.zone_id != organization.zone_id:
            refuse({0: [_elsewhere(enterprise)]})
        refuse({0: list(withdrawn([organization, enterprise]).values())})
        links = Coverage.objects.filter(organization=organization)
        before = coverage_image(links)
        former = None
        if lead:
            valid_from = valid_from or book.today
            former = links.filter(is_lead=True, valid_to=None).first()
        refuse({0: _closed(organization.zone_id, valid_from, valid_to, former)})
        if lead:
            if former is not None:
                if former.valid_from is not None and former.valid_from >= valid_from:
                    former.is_lead = False
                else:
                    former.valid_to = valid_from - timedelta(days=1)
                former.save()
                if former.valid_to is not None and former.enterprise_id != enterprise.pk:
                    Coverage.objects.create(
                        organization=organization, enterprise_id=former.enterprise_id, valid_from=valid_from
                    )
        row = Coverage(
            organization=organization, enterprise=enterprise, valid_from=valid_from, valid_to=valid_to, is_lead=lead
        )
        row.full_clean()
        row.save()
        book.change(
            organization,
            zone_id=organization.zone_id,
            action=Change.Action.UPDATED,
            before={"coverage": before},
            after={"enterprise_id": enterprise.pk, "lead": lead, "coverage": coverage_image(links)},
        )
    return row


def _closed(zone_id, valid_from, valid_to, former):
    """The closed periods in which a coverage would begin or end, or take the lead from ``former`` beyond its days."""
    if valid_from is None and valid_to is None:
        return []
    locks = Locks([zone_id])
    led_since = former.valid_from if former is not None else None
    until = max(valid_from, led_since) if valid_from and led_since else None
    problems = [valid_from and locks.problem(zone_id, valid_from, "valid_from", until=until)]
    problems.append(valid_to and locks.problem(zone_id, valid_to, "valid_to"))
    return [problem for problem in problems if problem]


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
        waiting = [draft for draft in waiting if draft.row is None]


def _row(draft, zone):
    """The register row of a draft, as its founding leaves it; its parent must have been written."""
    row = Organization(
        zone=zone,
        name=draft.name,
        code=draft.code,
        type=draft.type,
        sector=draft.type.sector,
        parent=draft.parent.row if isinstance(draft.parent, OrganizationDraft) else draft.parent,
        status=OrganizationStatus.ACTIVE.value,
        founded_on=_day(draft),
    )
    row.refresh_keys()
    return row


def _taken_back(zone, drafts):
    """The rows of foundings that were taken back, for those drafts that found the same organisations again."""
    if not drafts:
        return {}
    rows = Organization.objects.live().filter(zone=zone, status=OrganizationStatus.ABSENT, events__isnull=False)
    rows = rows.filter(type__in={draft.type for draft in drafts}).distinct().prefetch_related("coverage")
    known = {
        (
            row.code,
            row.type_id,
            row.search_key,
            row.parent_id,
            frozenset(one.enterprise_id for one in row.coverage.all()),
        ): row
        for row in rows
    }
    found = {}
    for draft in drafts:
        row = _row(draft, zone)
        there = frozenset(one.pk for one in draft.enterprises)
        if match := known.pop((row.code, row.type_id, row.search_key, row.parent_id, there), None):
            found[draft] = match
    return found


def _write_rows(book, zone, drafts, reason, again):
    for draft in drafts:
        draft.row = again.get(draft) or _row(draft, zone)
    new = [draft for draft in drafts if draft not in again]
    bulk.insert([draft.row for draft in new])
    coverage = []
    for draft in new:
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
    bulk.insert(coverage)


def _problems(draft, zone):
    problems = []
    draft.name, draft.code = clean(draft.name), clean(draft.code)
    draft.enterprises = tuple(dict.fromkeys(draft.enterprises))
    if not draft.name:
        problems.append(Problem(_("This field is required."), field="name", code="required"))
    problems += too_long(Organization, name=draft.name, code=draft.code)
    if draft.parent is not None and draft.parent.type.sector != draft.type.sector:
        message = _("“%(parent)s” belongs to another sector.")
        problems.append(Problem(message, {"parent": draft.parent.name}, "parent", "sector"))
    return problems + [_elsewhere(row) for row in draft.enterprises if row.zone_id != zone.pk]


def _withdrawn(drafts):
    """The problems of drafts under a superior, or in an enterprise, that is withdrawn."""
    named = {
        index: [*draft.enterprises, *([draft.parent] if isinstance(draft.parent, Organization) else [])]
        for index, draft in enumerate(drafts)
    }
    gone = withdrawn(row for rows in named.values() for row in rows)
    return {index: [gone[row] for row in rows if row in gone] for index, rows in named.items()}


def _elsewhere(enterprise):
    message = _("“%(enterprise)s” belongs to another zone.")
    return Problem(message, {"enterprise": enterprise}, "enterprises", "zone")
