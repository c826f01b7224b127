"""What the register says of organisations beside their events: which they belong to, which enterprises they cover."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations import bulk
from organizations.access import Act, require
from organizations.ledger import writing
from organizations.models import Change, Coverage, Enterprise, Organization, Zone
from organizations.problems import Conflict, Problem
from vietnamese.text import clean

from .checks import Locks, chunks, names_taken, refuse, too_long, withdrawn
from .hosts import coverage_image

AMENDED = ("pk", "parent_id", "version", "zone_id")


@dataclass(slots=True, eq=False)
class OrganizationAmendment:
    """The superior an organisation now has (None: as it was), and enterprises it covers besides."""

    organization: Organization
    parent: Organization | None = None
    enterprises: Sequence[Enterprise] = ()
    batch_row: int | None = None


def amend_organizations(*, zone: Zone, drafts: Sequence[OrganizationAmendment], by: User, reason: str = "") -> None:
    """Write the amendments in ``zone``, set-based, with what changed. A first enterprise gives park and ownership."""
    require(by, Act.ENTER, zone)
    with writing(zones=[zone], by=by) as book:
        _bring_up_to_date([draft.organization for draft in drafts])
        refuse({index: _problems(draft, zone) for index, draft in enumerate(drafts)})
        named = [(draft.organization, draft.parent, *draft.enterprises) for draft in drafts]
        gone = withdrawn(row for rows in named for row in rows if row is not None)
        refuse({index: [gone[row] for row in rows if row in gone] for index, rows in enumerate(named)})
        refuse(_circles(drafts))
        led = set()
        for part in chunks([draft.organization.pk for draft in drafts], 5000):
            rows = Coverage.objects.filter(organization__in=part, is_lead=True, valid_to=None)
            led |= set(rows.values_list("organization_id", flat=True))
        coverage = []
        for draft in drafts:
            row, before, after = draft.organization, {}, {}
            if draft.parent is not None and draft.parent.pk != row.parent_id:
                before, after = {"parent_id": row.parent_id}, {"parent_id": draft.parent.pk}
                row.parent = draft.parent
            if draft.enterprises:
                after["enterprises"] = [enterprise.pk for enterprise in draft.enterprises]
                if row.pk not in led:
                    after["lead"] = draft.enterprises[0].pk
                coverage += [
                    Coverage(
                        organization=row, enterprise=enterprise, is_lead=place == 0 and row.pk not in led
                    )
                    for place, enterprise in enumerate(draft.enterprises)
                ]  # fmt: skip
            row.version += 1
            book.change(
                row, zone_id=zone.pk, action=Change.Action.UPDATED, before=before, after=after, reason=reason,
                batch_row=draft.batch_row,
            )  # fmt: skip
        rows = [draft.organization for draft in drafts]
        bulk.update(Organization, rows, ["parent_id", "version"])
        Coverage.objects.bulk_create(coverage, batch_size=1000)


def _bring_up_to_date(rows):
    """Give the caller's objects the superior and version the database holds: others may have written since."""
    for part in chunks([row.pk for row in rows], 5000):
        held = {pk: values for pk, *values in Organization.objects.filter(pk__in=part).values_list(*AMENDED)}
        for row in rows:
            if row.pk in held:
                row.parent_id, row.version, row.zone_id = held[row.pk]


def _circles(drafts):
    """The problems of drafts after which an organisation would, some steps up, belong to itself."""
    wanted = {draft.organization.pk: draft.parent.pk for draft in drafts if draft.parent is not None}
    parents = (
        dict(Organization.objects.exclude(parent=None).order_by().values_list("pk", "parent_id")) if wanted else {}
    )
    parents |= wanted
    problems = {}
    for index, draft in enumerate(drafts):
        seen, current = set(), draft.organization.pk
        while current is not None and current not in seen:
            seen.add(current)
            current = parents.get(current)
        if draft.organization.pk in wanted and current is not None:
            message = _("“%(organization)s” would belong to itself by way of “%(parent)s”: choose another superior.")
            params = {"organization": draft.organization, "parent": draft.parent}
            problems[index] = [Problem(message, params, "parent", "circle")]
    return problems


def _problems(draft, zone):
    problems = []
    if draft.organization.zone_id != zone.pk:
        raise ValueError("one call writes one zone")
    if draft.parent is not None and draft.parent.sector != draft.organization.sector:
        message = _("“%(parent)s” belongs to another sector.")
        problems.append(Problem(message, {"parent": draft.parent}, "parent", "sector"))
    for enterprise in draft.enterprises:
        if enterprise.zone_id != zone.pk:
            message = _("“%(enterprise)s” belongs to another zone.")
            problems.append(Problem(message, {"enterprise": enterprise}, "enterprises", "zone"))
    return problems


# ------------------------------------------------------------------------------------------ one row, by hand

UNCHANGED: Any = object()  # None says that there is no superior


def change_organization(
    *,
    organization: Organization,
    by: User,
    version: int | None = None,
    code: str = UNCHANGED,
    parent: Organization | None = UNCHANGED,
    reason: str = "",
) -> Organization:
    """Change what only the register says of ``organization``: its code, and the organisation it belongs to.

    ``version`` is the one the person saw, to notice somebody else's change: then Conflict is raised.
    """
    require(by, Act.ENTER, organization.zone_id)
    with writing(zones=[organization.zone_id], by=by) as book:
        row = Organization.objects.select_related("zone").get(pk=organization.pk)
        if row.zone_id != organization.zone_id or (version is not None and row.version != version):
            raise Conflict
        refuse({0: list(withdrawn([row, *([parent] if isinstance(parent, Organization) else [])]).values())})
        before, after = {}, {}
        if code is not UNCHANGED and (code := clean(code)) != row.code:
            refuse({0: too_long(Organization, code=code)})
            before["code"], after["code"] = row.code, code
            row.code = code
        if parent is not UNCHANGED and (parent and parent.pk) != row.parent_id:
            draft = OrganizationAmendment(row, parent)
            refuse({0: _problems(draft, row.zone)})
            refuse(_circles([draft]))
            before["parent_id"], after["parent_id"] = row.parent_id, parent and parent.pk
            row.parent = parent
        if after:
            refuse(names_taken({0: row}))
            row.version += 1
            row.save(update_fields=["code", "parent", "version"])
            book.change(
                row, zone_id=row.zone_id, action=Change.Action.UPDATED, before=before, after=after, reason=reason
            )
    organization.code, organization.parent, organization.version = row.code, row.parent, row.version
    return row


def uncover(*, coverage: Coverage, last_day: date, by: User, reason: str = "") -> Coverage:
    """Say that an organisation covers an enterprise no longer after ``last_day``. Recorded facts stay as they are.

    Refused when that day lies in a closed period.
    """
    zone_id = coverage.organization.zone_id
    require(by, Act.ENTER, zone_id)
    with writing(zones=[zone_id], by=by) as book:
        row = Coverage.objects.select_related("organization").get(pk=coverage.pk)
        if row.valid_to is not None or row.organization.zone_id != zone_id:
            raise Conflict
        if row.valid_from is not None and last_day < row.valid_from:
            message = _("%(day)s is before the first day, %(first)s.")
            params = {"day": f"{last_day:%d/%m/%Y}", "first": f"{row.valid_from:%d/%m/%Y}"}
            refuse({0: [Problem(message, params, "last_day", "order")]})
        if problem := Locks([zone_id]).problem(zone_id, last_day, "last_day"):
            refuse({0: [problem]})
        link = Coverage.objects.filter(pk=row.pk)
        before = coverage_image(link)
        row.valid_to = last_day
        row.save(update_fields=["valid_to"])
        book.change(
            row.organization,
            zone_id=zone_id,
            action=Change.Action.UPDATED,
            before={"valid_to": None, "coverage": before},
            after={
                "left_enterprise_id": row.enterprise_id,
                "valid_to": last_day.isoformat(),
                "coverage": coverage_image(link),
            },
            reason=reason,
        )
    return row
