"""Undoing a merger: both rows become what they were, and the lines taken back are recorded anew."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Model
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.access import Act, require
from organizations.ledger import Book, writing
from organizations.models import Change, Coverage, Enterprise, Event, Headcount, Organization
from organizations.problems import Conflict, Problem

from ..checks import Locks, names_taken, refuse, require_reason, too_long, zones_touched
from ..hosts import coverage_image
from ..record import plain, recorded
from ..taken_back import again, reversal_of
from .merge import count_like, tell_coverage
from .plan import closed_days

DAYS = ("founded_on", "dissolved_on", "started_on")


@dataclass(slots=True)
class Merge:
    """A merger that stands, as the ledger keeps it; ``problems`` say why it cannot be undone."""

    survivor: Any
    duplicate: Any
    change: Change
    events: list[Event]  # taken back by it
    withdrawn: list[Headcount]  # the duplicate's counts, as they were withdrawn
    recorded: list[Headcount]  # those the survivor got
    problems: list[Problem]

    @property
    def names(self) -> tuple[Any, Any]:
        """The two rows, in the order of their ids."""
        return tuple(sorted((self.survivor, self.duplicate), key=lambda row: row.pk))

    @property
    def image(self) -> dict:
        """What the merger did, as it was kept to be undone."""
        return self.change.after["merge"]

    @property
    def before(self) -> dict:
        """What was before it."""
        return self.change.before["merge"]

    def zone_ids(self) -> set[int]:
        rows = [self.survivor, self.duplicate, *self.events, *self.withdrawn, *self.recorded]
        children = Organization.objects.filter(pk__in=self.image.get("children", ())).order_by()
        return {row.zone_id for row in rows} | set(children.values_list("zone_id", flat=True))


def merge_of(duplicate: Any) -> Merge:
    """How ``duplicate`` was merged, and whether that can be undone. Raises Conflict when it is not merged."""
    if duplicate.duplicate_of_id is None:
        raise Conflict
    label = duplicate._meta.label_lower
    told = Change.objects.filter(model=label, object_id=duplicate.pk, after__duplicate_of_id=duplicate.duplicate_of_id)
    change = told.select_related("recorded_by").latest("pk")
    image = change.after["merge"]
    counts = image["headcounts"]
    merge = Merge(
        duplicate.duplicate_of,
        duplicate,
        change,
        list(Event.objects.filter(pk__in=image.get("events", ())).select_related("decision").order_by("pk")),
        list(Headcount.objects.filter(pk__in=counts["withdrawn"]).order_by("pk")),
        list(Headcount.objects.filter(pk__in=counts["recorded"]).order_by("pk")),
        [],
    )
    merge.problems += _touched_since(merge)
    merge.problems += _keys_taken(merge)
    days = [(row.zone_id, row.effective_on) for row in merge.events]
    days += [(row.zone_id, row.on) for row in (*merge.withdrawn, *merge.recorded)]
    merge.problems += closed_days(Locks({zone_id for zone_id, _day in days}), days)
    return merge


def _touched_since(merge: Merge) -> Iterable[Problem]:
    """Why the two rows are not as the merger left them."""
    image, survivor, duplicate = merge.image, merge.survivor, merge.duplicate
    names = {"survivor": survivor, "duplicate": duplicate}
    if isinstance(duplicate, Organization):
        later = Event.objects.filter(organization=duplicate, recorded_at__gt=merge.change.recorded_at)
        if later.exists():
            yield Problem(_("A line of “%(duplicate)s” was corrected or taken back since."), names, code="touched")
    counts = [*merge.withdrawn, *merge.recorded]
    if Headcount.objects.filter(replaces__in=counts).exists():
        yield Problem(_("A count of “%(survivor)s” was corrected since."), names, code="touched")
    touched = {row[0] for row in image["coverage"]} | {row[0] for row in merge.before["coverage"]}
    if coverage_image(Coverage.objects.filter(pk__in=touched)) != image["coverage"]:
        yield Problem(_("The enterprises covered were changed since."), names, code="touched")
    if isinstance(duplicate, Enterprise):
        hosted = Event.objects.live().filter(
            organization__in={row[1] for row in image["coverage"]}, enterprise=survivor,
            recorded_at__gt=merge.change.recorded_at,
        )  # fmt: skip
        if hosted.exists():
            message = _("Events were recorded in “%(survivor)s” since that may belong to “%(duplicate)s”.")
            yield Problem(message, names, code="touched")
    children = Organization.objects.filter(pk__in=image.get("children", ()))
    for child in children.exclude(parent=survivor.pk).order_by("pk"):
        yield Problem(_("“%(child)s” was given another superior since."), {"child": child}, code="touched")


def _keys_taken(merge: Merge) -> list[Problem]:
    """Who took meanwhile the name, the code or the tax code that either row will have again."""
    survivor, duplicate = copy.copy(merge.survivor), copy.copy(merge.duplicate)
    _restore(survivor, _given_back(merge))
    _restore(duplicate, merge.before.get("register", {}))
    rows = (survivor, duplicate)
    if isinstance(duplicate, Organization):
        return [problem for problems in names_taken(dict(enumerate(rows))).values() for problem in problems]
    problems = []
    for row in rows:
        key = {"tax_code": row.tax_code} if row.tax_code else {"tax_code": "", "search_key": row.search_key}
        others = Enterprise.objects.live().filter(zone=row.zone_id, **key).exclude(pk__in=[one.pk for one in rows])
        if other := others.first():
            message = _("“%(other)s” has the tax code or the name of “%(name)s” now.")
            problems.append(Problem(message, {"other": other, "name": row}, code="unique"))
    return problems


def _given_back(merge: Merge) -> dict[str, Any]:
    """What the survivor had taken from the duplicate and still has: column → its value before."""
    filled, before = merge.image["filled"], merge.before["filled"]
    return {name: before[name] for name, value in filled.items() if plain(getattr(merge.survivor, name)) == value}


def _restore(row: Model, image: dict[str, Any]) -> dict[str, Any]:
    """Give ``row`` the values a change has kept; returns them as columns."""
    values = {
        name: date.fromisoformat(value) if name in DAYS and value is not None else value
        for name, value in image.items()
    }
    for name, value in values.items():
        setattr(row, name, value)
    return values


def unmerge(*, duplicate: Any, by: User, reason: str) -> Merge:
    """Separate ``duplicate`` from the row it was merged into. Returns the merger that stood.

    Raises Refused when one of the two was touched since, or what comes back no longer fits; Conflict when the row is
    not merged any more.
    """
    require_reason(reason)
    model = type(duplicate)
    duplicate.refresh_from_db()  # others may have written since it was read
    seen = merge_of(duplicate)
    for zone_id in {seen.survivor.zone_id, seen.duplicate.zone_id}:
        require(by, Act.ENTER, zone_id)
    zones = seen.zone_ids()
    if model is Organization:
        zones |= zones_touched([duplicate.pk])
    with writing(zones=zones, by=by) as book:
        refuse({0: too_long(Change, reason=reason)})
        merge = merge_of(model._base_manager.select_related("duplicate_of", "zone").get(pk=duplicate.pk))
        refuse({0: merge.problems})
        if not merge.zone_ids() <= book.heads.keys():
            raise Conflict
        for zone_id in merge.zone_ids():
            require(by, Act.ENTER, zone_id)
        _write(book, merge, by, reason)
        duplicate.refresh_from_db()
    return merge


def _write(book: Book, merge: Merge, by: User, reason: str) -> None:
    survivor, duplicate, image = merge.survivor, merge.duplicate, merge.image
    model, key = type(duplicate), image["key"]
    told: dict[str, Any] = {"key": key}
    lacking = _given_back(merge)
    held = {name: plain(getattr(survivor, name)) for name in lacking}
    back = _restore(survivor, lacking)
    model._base_manager.filter(pk=survivor.pk).update(**back, version=F("version") + 1)
    register = merge.before.get("register", {})
    values = _restore(duplicate, register)
    model._base_manager.filter(pk=duplicate.pk).update(duplicate_of=None, version=F("version") + 1, **values)
    # members handed over with the duplicate are recorded anew, too: within a day, lines follow the order recorded
    acts = {event.act for event in merge.events} - {""}
    beside = list(Event.objects.live().filter(organization=duplicate.pk, act__in=acts).order_by("pk"))
    for event in beside:
        book.append(reversal_of(event, reason))
    events = sorted([*merge.events, *beside], key=lambda event: event.pk)
    anew = [book.append(again(event, reason)) for event in events]
    counts = [book.append(count_like(row, replaces_id=row.pk, withdrawn=True, reason=reason)) for row in merge.recorded]
    counts += [book.append(count_like(row, replaces_id=row.pk, reason=reason)) for row in merge.withdrawn]
    book.flush()
    told["again"] = {
        "events": [[event.pk, new.pk] for event, new in zip(events, anew, strict=True)],
        "headcounts": [row.pk for row in (*merge.withdrawn, *merge.recorded, *counts)],
    }
    _give_coverage_back(book, merge, key, reason)
    for child in Organization.objects.filter(pk__in=image.get("children", ())).order_by("pk"):
        Organization.objects.filter(pk=child.pk).update(parent=duplicate.pk, version=F("version") + 1)
        book.change(
            child, zone_id=child.zone_id, action=Change.Action.UPDATED, reason=reason,
            before={"parent_id": survivor.pk}, after={"parent_id": duplicate.pk, "merge": {"key": key}},
        )  # fmt: skip
    book.change(
        survivor, zone_id=survivor.zone_id, action=Change.Action.UPDATED, reason=reason, before=held,
        after=lacking | {"separated_row": duplicate.pk, "merge": {"key": key}},
    )  # fmt: skip
    book.change(
        duplicate, zone_id=duplicate.zone_id, action=Change.Action.UPDATED, reason=reason,
        before={"duplicate_of_id": survivor.pk, "merge": {"coverage": image["coverage"]}},
        after={"duplicate_of_id": None, "merge": told | {"coverage": merge.before["coverage"]}},
    )  # fmt: skip
    if model is Organization:  # each must make a life of its own again
        recorded(drafts=[], beside=[survivor.pk, duplicate.pk], by=by, reason=reason)


def _give_coverage_back(book: Book, merge: Merge, key: str, reason: str) -> None:
    before, after = merge.image["coverage"], merge.before["coverage"]
    if not before and not after:
        return
    Coverage.objects.filter(pk__in=[row[0] for row in before]).delete()
    Coverage.objects.bulk_create(
        Coverage(
            pk=pk, organization_id=organization, enterprise_id=enterprise, is_lead=is_lead,
            valid_from=first and date.fromisoformat(first), valid_to=last and date.fromisoformat(last),
        )
        for pk, organization, enterprise, is_lead, first, last in after
    )  # fmt: skip
    if isinstance(merge.duplicate, Enterprise):
        tell_coverage(book, before, after, key, reason)
