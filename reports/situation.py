"""What a zone is made of on a day: its parks, enterprises, workers and organisations (DOMAIN §8, section I)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from organizations.lifecycle import CHANGES_TYPE, COUNTS_MEMBERS
from organizations.models import (
    Enterprise,
    Event,
    Organization,
    OrganizationType,
    Park,
    Sector,
    covered_by,
    latest_of,
)
from organizations.models.enterprise import FOREIGN
from organizations.models.ledger import LIVE_WEIGHT


@dataclass(frozen=True, slots=True)
class Stock:
    """The organisations of one sector: how many, of which types, and the members of those that were counted."""

    organizations: int
    types: list[tuple[str, int]]
    members: int
    counted: int  # organisations with a headcount


@dataclass(frozen=True, slots=True)
class Situation:
    parks: int
    enterprises: int
    foreign: int
    workers: int
    enterprises_counted: int  # with a headcount of workers
    covered: dict[str, int]  # sector → enterprises with an organisation of it
    stocks: dict[str, Stock]


def situation(zone_ids: list[int], as_of: date) -> Situation:
    """The zone on ``as_of``. Organisations and members come from the ledger, so any day can be asked.

    Enterprises are those now operating that had begun by the day: the register keeps no older states.
    """
    enterprises = Enterprise.objects.operating().filter(
        Q(started_on=None) | Q(started_on__lte=as_of), zone__in=zone_ids
    )
    counts = {"all": Count("pk"), "foreign": Count("pk", filter=Q(ownership__in=FOREIGN))}
    parks = Count("park", distinct=True, filter=~Q(park__code=Park.NONE))
    sums = enterprises.annotate(latest=latest_of("enterprise", as_of)).aggregate(
        **counts, parks=parks, workers=Sum("latest"), counted=Count("latest")
    )
    return Situation(
        parks=sums["parks"],
        enterprises=sums["all"],
        foreign=sums["foreign"],
        workers=sums["workers"] or 0,
        enterprises_counted=sums["counted"],
        covered={sector: enterprises.filter(covered_by(sector, as_of)).count() for sector in Sector.values},
        stocks=_stocks(zone_ids, as_of),
    )


def _stocks(zone_ids, as_of):
    events = Event.objects.in_zones(zone_ids).as_of(as_of).order_by()
    by_type: dict[int, int] = {}
    ups_and_downs = events.exclude(kind__in=COUNTS_MEMBERS).values_list("type").annotate(delta=Sum("stock_delta"))
    for type_id, delta in ups_and_downs:
        by_type[type_id] = by_type.get(type_id, 0) + delta
    moves = events.filter(kind__in=CHANGES_TYPE).values_list("type", "from_type").annotate(moved=Sum(LIVE_WEIGHT))
    for type_id, from_id, moved in moves:
        by_type[type_id] = by_type.get(type_id, 0) + moved
        by_type[from_id] = by_type.get(from_id, 0) - moved
    types = list(OrganizationType.objects.order_by("sector", "order"))
    members = {
        row["sector"]: row
        for row in Organization.objects.active(as_of)
        .filter(zone__in=zone_ids)
        .order_by()
        .annotate(latest=latest_of("organization", as_of))
        .values("sector")
        .annotate(members=Sum("latest"), counted=Count("latest"))
    }
    stocks = {}
    for sector in Sector.values:
        held = [(row.name, by_type[row.pk]) for row in types if row.sector == sector and by_type.get(row.pk)]
        row = members.get(sector, {})
        stocks[sector] = Stock(
            sum(count for _name, count in held), held, row.get("members") or 0, row.get("counted") or 0
        )
    return stocks
