"""The register as it was known at a moment: which enterprises operate, which organisations stand, who works where.

What organisations are on a day their events tell, replayed up to the day; how many members they have, the headcounts.
Enterprises and coverage are rows that later acts overwrite: what was changed after the moment is taken back, the
last first, from the ``Change`` each act left. Without a moment the register is read as it stands.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, cached_property
from itertools import count
from typing import Any

from .lifecycle import COUNTS_MEMBERS, STANDING, STEP_COLUMNS, State, Step, replay, stored_step
from .models import Change, Coverage, Enterprise, EnterpriseStatus, Event, Headcount, Kind, ParkStay

ENTERPRISE, ORGANIZATION = "organizations.enterprise", "organizations.organization"
UNTOLD = (*COUNTS_MEMBERS, Kind.RENAMED)  # kinds that say nothing of whether, what or where an organisation is
Span = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Host:
    """An enterprise: ``stays`` are (park id, first day, last day), an open end None."""

    pk: int
    zone_id: int
    name: str
    tax_code: str
    status: str
    ownership: str
    started_on: date | None
    park: int
    duplicate_of: int | None
    voided: bool
    stays: tuple[tuple[int, date | None, date | None], ...] = ()

    @property
    def key(self) -> str:
        """What it is counted by where zones are put together: the tax code, without one the row itself."""
        return self.tax_code or f"#{self.pk}"

    def operates(self, on: date) -> bool:
        """Whether it is counted on the day: a live row, operating, begun by then."""
        begun = self.started_on is None or self.started_on <= on
        live = not self.voided and self.duplicate_of is None
        return live and begun and self.status == EnterpriseStatus.OPERATING

    def park_on(self, on: date) -> int:
        return next((park for park, *span in self.stays if _holds(span, on)), self.park)


@dataclass(frozen=True, slots=True)
class Link:
    """That an organisation covers an enterprise for a period."""

    organization: int
    enterprise: int
    is_lead: bool
    first: date | None
    last: date | None

    def holds(self, on: date) -> bool:
        return _holds((self.first, self.last), on)


class Register:
    """The register of the enterprises of ``zone_ids`` and of all organisations, as known at ``known_at``.

    Each part is read once, when first asked for; the number of queries depends on neither zones nor days.
    """

    def __init__(self, zone_ids: Collection[int], known_at: datetime | None = None):
        self.zone_ids = frozenset(zone_ids)
        self.known_at = known_at
        self._standing = cache(self._replayed)

    # ------------------------------------------------------------------ what is asked

    def operating(self, on: date) -> list[Host]:
        """The operating enterprises of the zones on the day, by id."""
        return [host for host in self.hosts.values() if host.operates(on)]

    def standing(self, sector: str, on: date) -> dict[int, State]:
        """The organisations of ``sector`` at work or suspended at the end of the day, wherever: id → state."""
        return self._standing(sector, on)

    def covered(self, sector: str, on: date, types: Collection[int] = ()) -> dict[int, list[int]]:
        """Enterprise id → the organisations of ``sector`` (and of ``types``) that work there on the day."""
        standing = self.standing(sector, on)
        found: dict[int, list[int]] = defaultdict(list)
        for link in self.links.values():
            state = standing.get(link.organization)
            if state and link.holds(on) and (not types or state.type_id in types):
                found[link.enterprise].append(link.organization)
        return found

    def lead(self, organization_id: int, on: date) -> Host | None:
        """The enterprise of the zones that gives the organisation park and ownership on the day."""
        links = [link for link in self._links_of.get(organization_id, ()) if link.holds(on)]
        return self.hosts.get(links[0].enterprise) if links else None

    def members(self, sector: str, on: date) -> dict[int, int]:
        """The last count by the day of each organisation of ``sector`` that was ever counted: id → total."""
        found = {}
        for organization_id, day, total in self._counts(sector):
            if day <= on:
                found[organization_id] = total  # in order of days
        return found

    # ------------------------------------------------------------------ what is read

    @cached_property
    def hosts(self) -> dict[int, Host]:
        rows = Enterprise.objects.filter(zone__in=self.zone_ids).order_by("pk")
        if self.known_at is None:
            rows = rows.operating()
        stays = defaultdict(list)
        spans = ParkStay.objects.filter(enterprise__in=rows.order_by().values("pk")).order_by("pk")
        for pk, *stay in spans.values_list("enterprise", "park", "valid_from", "valid_to"):
            stays[pk].append(tuple(stay))
        columns = (
            "pk", "zone_id", "name", "tax_code", "status", "ownership", "started_on", "park", "duplicate_of",
            "voided_by",
        )  # fmt: skip
        hosts = {}
        for *values, voided_by in rows.values_list(*columns):
            hosts[values[0]] = Host(*values, voided_by is not None, tuple(stays[values[0]]))
        for change in self._changes_since(ENTERPRISE):
            if host := hosts.get(change.object_id):
                before = _before(host, change)
                if before is None:
                    del hosts[host.pk]
                else:
                    hosts[host.pk] = before
        return hosts

    @cached_property
    def links(self) -> dict[int, Link]:
        columns = ("pk", "organization", "enterprise", "is_lead", "valid_from", "valid_to")
        rows = Coverage.objects.order_by("pk")
        if self.known_at is None:
            rows = rows.filter(enterprise__zone__in=self.zone_ids)
        links = {pk: Link(*values) for pk, *values in rows.values_list(*columns)}
        lost = count(-1, -1)  # rows that are gone and were kept without their number
        for change in self._changes_since(ORGANIZATION, ENTERPRISE):
            _take_back(links, change, lost)
        return links

    @cached_property
    def _links_of(self) -> dict[int, list[Link]]:
        found = defaultdict(list)
        for _pk, link in sorted(self.links.items(), key=lambda item: (not item[1].is_lead, item[0])):
            found[link.organization].append(link)
        return found

    @cached_property
    def _changes(self) -> list[Change]:
        if self.known_at is None:
            return []
        rows = Change.objects.filter(model__in=(ENTERPRISE, ORGANIZATION), recorded_at__gt=self.known_at)
        return list(rows.order_by("-pk").only("model", "object_id", "action", "before", "after"))

    def _changes_since(self, *models: str) -> Iterable[Change]:
        return (change for change in self._changes if change.model in models)

    @cached_property
    def _lives(self) -> dict[str, dict[int, list[Step]]]:
        """The steps of each sector's organisations that were known and not taken back."""
        rows = Event.objects.exclude(kind__in=UNTOLD).known_at(self.known_at).order_by()
        rows = list(rows.values_list("sector", *STEP_COLUMNS))
        reversed_ids = {row[-1] for row in rows}
        lives: dict[str, dict[int, list[Step]]] = defaultdict(lambda: defaultdict(list))
        for sector, *step in rows:
            if step[-1] is None and step[0] not in reversed_ids:
                lives[sector][step[1]].append(stored_step(tuple(step)))
        return lives

    def _replayed(self, sector, on):
        found = {}
        for organization_id, steps in self._lives[sector].items():
            state = replay(step for step in steps if step.effective_on <= on).state
            if state.status in STANDING:
                found[organization_id] = state
        return found

    @cached_property
    def _counted(self) -> dict[str, list[tuple[int, date, int]]]:
        rows = Headcount.objects.exclude(organization=None).known_at(self.known_at).order_by("on", "pk")
        columns = ("organization__sector", "organization", "on", "total", "pk", "withdrawn", "replaces")
        rows = list(rows.values_list(*columns))
        replaced = {row[-1] for row in rows}
        counts = defaultdict(list)
        for sector, organization_id, day, total, pk, withdrawn, _replaces in rows:
            if not withdrawn and pk not in replaced:
                counts[sector].append((organization_id, day, total))
        return counts

    def _counts(self, sector):
        return self._counted[sector]


def _holds(span: Iterable[date | None], on: date) -> bool:
    first, last = span
    return (first is None or first <= on) and (last is None or last >= on)


def _day(value: str | None) -> date | None:
    return value and date.fromisoformat(value)


def _before(host: Host, change: Change) -> Host | None:
    """The enterprise before ``change``; None when it was recorded by it."""
    match change.action:
        case Change.Action.CREATED:
            return None
        case Change.Action.VOIDED:
            return replace(host, voided=False)
        case Change.Action.RESTORED:
            return replace(host, voided=True)
    image: dict[str, Any] = change.before or {}
    values = {name: image[name] for name in ("name", "tax_code", "status", "ownership", "park") if name in image}
    if "started_on" in image:
        values["started_on"] = _day(image["started_on"])
    if "duplicate_of_id" in image:
        values["duplicate_of"] = image["duplicate_of_id"]
    if "park" in image:
        values["stays"] = tuple((park, _day(first), _day(last)) for park, first, last in image.get("stays", ()))
    return replace(host, **values)


def _take_back(links: dict[int, Link], change: Change, lost: Iterable[int]) -> None:
    """Make ``links`` what they were before ``change``."""
    before, after = change.before or {}, change.after or {}
    images = [image.get("coverage", image.get("merge", {}).get("coverage")) for image in (before, after)]
    if any(image is not None for image in images):
        for row in images[1] or ():
            links.pop(row[0], None)
        for pk, organization, enterprise, is_lead, first, last in images[0] or ():
            links[pk] = Link(organization, enterprise, is_lead, _day(first), _day(last))
        return
    told_elsewhere = "merge" in before or "merge" in after  # a merger keeps its rows with the duplicate
    if change.model != ORGANIZATION or change.action != Change.Action.UPDATED or told_elsewhere:
        return
    for enterprise in after.get("enterprises", ()):
        pks = [pk for pk, link in links.items() if _same(link, change.object_id, enterprise)]
        if pks:
            del links[max(pks)]
    for enterprise in before.get("enterprises", ()):
        link = Link(change.object_id, enterprise, enterprise == before.get("lead"), None, None)
        links[next(lost)] = link


def _same(link, organization, enterprise):
    """Whether it is the row an import wrote: those have no days."""
    return (link.organization, link.enterprise, link.first, link.last) == (organization, enterprise, None, None)
