"""What organisations were on a day, as their events say: status, type, zone, name, members."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from organizations.actions.checks import one_life
from organizations.lifecycle import COUNTS_MEMBERS, STEP_COLUMNS, replay, stored_step
from organizations.models import Event, Kind, Organization, OrganizationStatus, OrganizationType, Zone


@dataclass(frozen=True, slots=True)
class Life:
    """An organisation on a day. ``elsewhere``: it had been founded, in a zone whose lines the person does not see."""

    name: str
    type: OrganizationType
    zone: Zone
    status: str
    founded_on: date | None
    dissolved_on: date | None
    members: int
    elsewhere: bool = False

    @property
    def status_label(self):
        return OrganizationStatus(self.status).label

    @property
    def stands(self) -> bool:
        return self.status in (OrganizationStatus.ACTIVE, OrganizationStatus.SUSPENDED)


def members_of(organization_ids: Iterable[int], user, day: date | None = None) -> dict[int, int]:
    """How many members the ledger counts in each, by the lines that ``user`` sees."""
    life_of = one_life(organization_ids)  # the members of a duplicate are its survivor's
    rows = Event.objects.visible_to(user).filter(organization__in=list(life_of), kind__in=COUNTS_MEMBERS)
    members: dict[int, int] = defaultdict(int)
    for pk, stock in rows.as_of(day).order_by().values_list("organization").annotate(Sum("stock_delta")):
        members[life_of[pk]] += stock
    return members


def lives_now(organizations: Iterable[Organization], user) -> dict[int, Life]:
    """What the register says of ``organizations`` (with type and zone), by id."""
    rows = list(organizations)
    members = members_of([row.pk for row in rows], user)
    return {
        row.pk: Life(
            row.name, row.type, row.zone, row.status, row.founded_on, row.dissolved_on, members.get(row.pk, 0)
        )
        for row in rows
    }  # fmt: skip


def lives_on(organizations: Iterable[Organization], user, day: date) -> dict[int, Life]:
    """What the ledger says of ``organizations`` (with type and zone) at the end of ``day``, by id."""
    rows = list(organizations)
    ids = [row.pk for row in rows]
    events = Event.objects.visible_to(user).filter(organization__in=ids).live()
    steps = defaultdict(list)
    for row in events.as_of(day).exclude(kind__in=COUNTS_MEMBERS).order_by().values_list(*STEP_COLUMNS):
        steps[row[1]].append(stored_step(row))
    names = _names_on(events, day)
    members = members_of(ids, user, day)
    states = {row.pk: replay(steps[row.pk]).state for row in rows}
    types = OrganizationType.objects.in_bulk({state.type_id for state in states.values()} - {None})
    zones = Zone.objects.in_bulk({state.zone_id for state in states.values()} - {None})
    return {
        row.pk: Life(
            name=names.get(row.pk, row.name),
            type=types.get(state.type_id, row.type),
            zone=zones.get(state.zone_id, row.zone),
            status=state.status.value,
            founded_on=state.founded_on,
            dissolved_on=state.dissolved_on,
            members=members.get(row.pk, 0),
            elsewhere=not steps[row.pk] and row.founded_on is not None and row.founded_on <= day,
        )
        for row in rows
        for state in [states[row.pk]]
    }


def _names_on(events, day):
    """What organisations that were ever renamed were called on ``day``: by the last renaming before, else the next."""
    names: dict[int, str] = {}
    renames = events.filter(kind=Kind.RENAMED).order_by("effective_on", "pk")
    for pk, on, old, new in renames.values_list("organization_id", "effective_on", "old_name", "new_name"):
        if on <= day:
            names[pk] = new
        else:
            names.setdefault(pk, old)
    return names
