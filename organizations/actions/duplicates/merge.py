"""The act itself: the duplicate is marked, what would count twice is taken back, and all of it is kept to be undone."""

from typing import Any
from uuid import uuid4

from django.db.models import F

from accounts.models import User
from organizations import bulk
from organizations.access import Act, require
from organizations.ledger import Book, writing
from organizations.models import Change, Coverage, Headcount, Organization
from organizations.problems import Conflict

from ..checks import refuse, require_reason, too_long, zones_touched
from ..hosts import coverage_image
from ..record import plain, recorded
from .plan import Merging, plan_merge

REGISTER = (
    "status",
    "founded_on",
    "dissolved_on",
    "type_id",
    "zone_id",
)  # what the lines of an organisation bring about
COUNTED = ("enterprise_id", "organization_id", "on", "total", "official", "female", "workers", "decision_id")


def merge_duplicates(
    *, survivor: Any, duplicate: Any, by: User, reason: str, versions: tuple[int, int] | None = None
) -> Merging:
    """Merge ``duplicate`` into ``survivor``, two enterprises or two organisations. Returns what was done.

    ``versions`` are those of survivor and duplicate the person saw. Raises Refused with every reason, Conflict when
    somebody else has changed one of the two meanwhile.
    """
    require_reason(reason)
    model = type(survivor)
    if type(duplicate) is not model:
        raise TypeError("an enterprise and an organisation are never one")
    for zone_id in {survivor.zone_id, duplicate.zone_id}:
        require(by, Act.ENTER, zone_id)
    with writing(zones=_zones(survivor, duplicate), by=by) as book:
        refuse({0: too_long(Change, reason=reason)})
        for row in (survivor, duplicate):
            row.refresh_from_db()  # others may have written since it was read
        if versions is not None and versions != (survivor.version, duplicate.version):
            raise Conflict
        plan = plan_merge(survivor, duplicate)
        refuse({0: plan.problems})
        if not plan.zone_ids() <= book.heads.keys():
            raise Conflict  # something came to be in another zone while this act waited for its turn
        for zone_id in plan.zone_ids():
            require(by, Act.ENTER, zone_id)
        _write(book, plan, by, reason)
    return plan


def _zones(survivor, duplicate):
    plan = plan_merge(survivor, duplicate)
    zones = plan.zone_ids()
    return zones | zones_touched([survivor.pk, duplicate.pk]) if isinstance(survivor, Organization) else zones


def _write(book: Book, plan: Merging, by: User, reason: str) -> None:
    survivor, duplicate, key = plan.survivor, plan.duplicate, str(uuid4())
    model = type(survivor)
    image: dict[str, Any] = {"key": key}  # what is needed to separate the two again
    before: dict[str, Any] = {}
    model._base_manager.filter(pk=duplicate.pk).update(duplicate_of=survivor, version=F("version") + 1)
    if model is Organization:
        before["register"] = {name: plain(getattr(duplicate, name)) for name in REGISTER}
        image["events"] = [event.pk for event in plan.taken_back]
        recorded(
            drafts=[], reversing=plan.taken_back, beside=[survivor.pk, duplicate.pk], by=by, reason=reason
        )  # fmt: skip
    image["headcounts"] = _move_counts(book, plan, reason)
    before["coverage"], image["coverage"] = _repoint(book, plan, key, reason)
    for child in plan.children:
        image.setdefault("children", []).append(child.pk)
        Organization.objects.filter(pk=child.pk).update(parent=survivor, version=F("version") + 1)
        book.change(
            child, zone_id=child.zone_id, action=Change.Action.UPDATED, reason=reason,
            before={"parent_id": duplicate.pk}, after={"parent_id": survivor.pk, "merge": {"key": key}},
        )  # fmt: skip
    lacking = {name: plain(getattr(survivor, name)) for name in plan.filled}
    given = {name: plain(value) for name, value in plan.filled.items()}
    before["filled"], image["filled"] = lacking, given
    model._base_manager.filter(pk=survivor.pk).update(**plan.filled, version=F("version") + 1)
    book.change(
        survivor, zone_id=survivor.zone_id, action=Change.Action.UPDATED, reason=reason, before=lacking,
        after=given | {"merged_row": duplicate.pk, "merge": {"key": key}},
    )  # fmt: skip
    book.change(
        duplicate, zone_id=duplicate.zone_id, action=Change.Action.UPDATED, reason=reason,
        before={"duplicate_of_id": None, "merge": before}, after={"duplicate_of_id": survivor.pk, "merge": image},
    )  # fmt: skip
    for row in (survivor, duplicate):
        row.refresh_from_db()


def _move_counts(book: Book, plan: Merging, reason: str) -> dict[str, list[int]]:
    """The duplicate's counts are withdrawn; those of days on which it alone was counted are the survivor's now."""
    column = "organization_id" if isinstance(plan.survivor, Organization) else "enterprise_id"
    withdrawals, recordings = [], []
    for count in sorted((*plan.moved, *plan.left_out), key=lambda count: count.pk):
        withdrawals.append(book.append(count_like(count, replaces_id=count.pk, withdrawn=True, reason=reason)))
    for count in plan.moved:
        values = {column: plan.survivor.pk, "zone_id": plan.survivor.zone_id, "reason": reason}
        recordings.append(book.append(count_like(count, **values)))
    book.flush()
    return {"withdrawn": [row.pk for row in withdrawals], "recorded": [row.pk for row in recordings]}


def count_like(count: Headcount, **values: Any) -> Headcount:
    """A new row that says what ``count`` said, but for ``values``."""
    return bulk.new(Headcount, **({name: getattr(count, name) for name in (*COUNTED, "zone_id")} | values))


def _repoint(book: Book, plan: Merging, key: str, reason: str) -> tuple[list, list]:
    """Bring coverage along. Returns the rows touched, as they were and as they are."""
    touched = [row.pk for row in (*plan.repointed, *plan.dropped)]
    before = coverage_image(Coverage.objects.filter(pk__in=touched))
    Coverage.objects.filter(pk__in=[row.pk for row in plan.dropped]).delete()
    for row in sorted(plan.repointed, key=lambda row: row.is_lead):
        row.save(update_fields=["organization", "enterprise", "is_lead"])
    after = coverage_image(Coverage.objects.filter(pk__in=touched))
    if not isinstance(plan.survivor, Organization):
        tell_coverage(book, before, after, key, reason)
    return before, after


def tell_coverage(book: Book, before: list, after: list, key: str, reason: str) -> None:
    """Each organisation whose enterprises changed with a merger, or with its end, says so in its own history."""
    organizations = Organization.objects.in_bulk({row[1] for row in (*before, *after)})
    for organization in sorted(organizations.values(), key=lambda row: row.pk):
        book.change(
            organization, zone_id=organization.zone_id, action=Change.Action.UPDATED, reason=reason,
            before={"enterprises": [row[2] for row in before if row[1] == organization.pk]},
            after={
                "enterprises": [row[2] for row in after if row[1] == organization.pk], "merge": {"key": key},
            },
        )  # fmt: skip
