"""Probationary Party members: recognition falls due twelve months after admission (DOMAIN §3).

Nobody is named, so a cell's recognitions and removals are taken from its oldest admissions first.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from .models import Decision, Event, Kind, Organization

NOTICE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Batch:
    """Members of one organisation admitted on one day whose recognition is due: ``left`` of them still wait."""

    organization: Organization
    admitted_on: date
    decision: Decision | None
    admitted: int
    left: int
    due_on: date


def due_on(admitted_on: date) -> date:
    """Twelve months later; of 29 February the last day of the next February."""
    try:
        return admitted_on.replace(year=admitted_on.year + 1)
    except ValueError:
        return admitted_on.replace(year=admitted_on.year + 1, day=28)


def batches_due(zone_ids: Iterable[int], on: date, notice: timedelta = NOTICE) -> list[Batch]:
    """The batches of the standing organisations of the zones, due by ``on`` plus ``notice``, the longest due first."""
    last, zone_ids = on + notice, set(zone_ids)
    standing = Organization.objects.standing().filter(zone__in=zone_ids)
    # those admitted in a duplicate wait in the one it was merged into
    survivors = dict(
        Organization.objects.filter(duplicate_of__in=standing).order_by().values_list("pk", "duplicate_of")
    )
    waiting = _waiting(standing, survivors, on, last)
    merged = [pk for pk, survivor in survivors.items() if survivor in waiting]
    admissions = (
        Event.objects.live()
        .as_of(on)
        .filter(kind=Kind.ADMITTED, organization__in=[*waiting, *merged])
        .select_related("organization__duplicate_of", "decision")
        .order_by("effective_on", "pk")
    )
    found = []
    for event in admissions:
        organization = event.organization.duplicate_of or event.organization
        ended = min(waiting[organization.pk], event.quantity)
        waiting[organization.pk] -= ended
        if ended < event.quantity and (day := due_on(event.effective_on)) <= last:
            left = event.quantity - ended
            decision = event.decision if event.zone_id in zone_ids else None  # else another zone's paper
            found.append(Batch(organization, event.effective_on, decision, event.quantity, left, day))
    return sorted(found, key=lambda batch: (batch.due_on, batch.organization.sort_key))


def _waiting(standing, survivors, on, last) -> dict[int, int]:
    """Of ``standing``, organisations that may have members waiting: id → how many were recognised or removed so far."""
    earliest = last - timedelta(days=365)  # a day too many across a 29 February: each batch is looked at again
    rows = (
        Event.objects.as_of(on)
        .filter(
            Q(organization__in=standing) | Q(organization__in=list(survivors)),
            kind__in=(Kind.ADMITTED, Kind.RECOGNISED, Kind.REMOVED),
        )
        .order_by()
        .values_list("organization")
        .annotate(
            admitted=Coalesce(Sum("quantity", filter=Q(kind=Kind.ADMITTED, effective_on__lte=earliest)), 0),
            recognised=Coalesce(Sum("quantity", filter=Q(kind=Kind.RECOGNISED)), 0),
            removed=Coalesce(Sum("quantity", filter=Q(kind=Kind.REMOVED)), 0),  # stored negative
        )
    )
    admitted: dict[int, int] = defaultdict(int)
    ended: dict[int, int] = defaultdict(int)
    for pk, came, recognised, removed in rows:
        admitted[survivors.get(pk, pk)] += came
        ended[survivors.get(pk, pk)] += recognised - removed
    return {pk: ended[pk] for pk, came in admitted.items() if came > ended[pk]}
