"""Probationary Party members: recognition falls due twelve months after admission (DOMAIN §3).

Nobody is named, so a cell's recognitions and removals are taken from its oldest admissions first.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from .models import Decision, Event, Kind, Organization, OrganizationStatus, Succession

NOTICE = timedelta(days=60)
FOLLOWED = (Kind.ADMITTED, Kind.RECOGNISED, Kind.REMOVED)


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


def heirs() -> dict[int, int]:
    """Whose follow-up an organisation's admissions are: of a duplicate, and of one that ended in a merger → the heir.

    Its members went along, so their recognition falls due where they are now.
    """
    found = dict(Organization.objects.exclude(duplicate_of=None).order_by().values_list("pk", "duplicate_of"))
    merged = Succession.objects.filter(predecessor__status=OrganizationStatus.ENDED).order_by("on", "pk")
    found |= dict(merged.values_list("predecessor", "successor"))

    def last(pk, seen=()):
        after = found.get(pk)
        return pk if after is None or after in seen else last(after, (*seen, pk))

    return {pk: last(pk) for pk in found}


def batches_due(zone_ids: Iterable[int], on: date, notice: timedelta = NOTICE) -> list[Batch]:
    """The batches of the standing organisations of the zones, due by ``on`` plus ``notice``, the longest due first."""
    last, zone_ids = on + notice, set(zone_ids)
    standing = Organization.objects.standing().filter(zone__in=zone_ids)
    # those admitted in a duplicate, or before a merger, wait in the one it was merged into
    survivors = heirs()
    here = set(standing.filter(pk__in=set(survivors.values())).order_by().values_list("pk", flat=True))
    survivors = {pk: heir for pk, heir in survivors.items() if heir in here}
    waiting = _waiting(standing, survivors, on, last)
    merged = [pk for pk, survivor in survivors.items() if survivor in waiting]
    admissions = (
        Event.objects.live()
        .as_of(on)
        .filter(kind=Kind.ADMITTED, organization__in=[*waiting, *merged])
        .select_related("organization", "decision")
        .order_by("effective_on", "pk")
    )
    into = Organization.objects.in_bulk({survivors[pk] for pk in merged})
    found = []
    for event in admissions:
        organization = into.get(survivors.get(event.organization_id), event.organization)
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
            kind__in=FOLLOWED,
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
