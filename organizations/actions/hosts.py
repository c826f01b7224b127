"""The enterprises in which organisations work: which leads on a day, in which park, with how many workers."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from organizations.models import Coverage, Enterprise, Headcount, Park, ParkStay

from .checks import chunks


class Hosts:
    """What the register knows of the hosts of ``organization_ids``, read in a few queries for all of them."""

    def __init__(self, organization_ids: Iterable[int], *, with_workers: bool = False):
        self.coverage: dict[int, list[Coverage]] = defaultdict(list)
        self.stays: dict[int, list[ParkStay]] = defaultdict(list)
        self.counts: dict[int, list[tuple[date, int]]] = defaultdict(list)
        enterprises = set()
        for part in chunks(list(organization_ids), 5000):
            rows = Coverage.objects.filter(organization__in=part).select_related("enterprise__zone")
            for row in rows.order_by("-is_lead", "pk"):
                self.coverage[row.organization_id].append(row)
                enterprises.add(row.enterprise_id)
        for part in chunks(list(enterprises), 5000):
            for stay in ParkStay.objects.filter(enterprise__in=part):
                self.stays[stay.enterprise_id].append(stay)
            if with_workers:
                for pk, on, total in (
                    Headcount.objects.live()
                    .filter(enterprise__in=part)
                    .order_by("on")
                    .values_list("enterprise_id", "on", "total")
                ):
                    self.counts[pk].append((on, total))
        self.no_park = Park.none_id()

    def lead(self, organization_id: int, day: date) -> Enterprise | None:
        """The enterprise that gives park and ownership: the one named for it, else the first covered on the day."""
        return next((row.enterprise for row in self.coverage.get(organization_id, ()) if row.holds(day)), None)

    def park_id(self, enterprise: Enterprise | None, day: date) -> int:
        """Where ``enterprise`` sat on the day; without one, the park that stands for none."""
        if enterprise is None:
            return self.no_park
        stays = self.stays.get(enterprise.pk, ())
        return next((stay.park_id for stay in stays if stay.holds(day)), enterprise.park_id)

    def workers(self, organization_id: int, day: date) -> int | None:
        """The workers of all enterprises covered, by their last counts; None when one of them has none."""
        covered = {row.enterprise_id for row in self.coverage.get(organization_id, ()) if row.holds(day)}
        last = [[total for on, total in self.counts.get(pk, ()) if on <= day][-1:] for pk in covered]
        return sum(count[0] for count in last) if last and all(last) else None


def coverage_image(rows) -> list[list]:
    """Coverage as a change keeps it: id, organisation, enterprise, whether it leads, first and last day."""
    columns = ("pk", "organization_id", "enterprise_id", "is_lead", "valid_from", "valid_to")
    return [
        [value.isoformat() if isinstance(value, date) else value for value in row]
        for row in rows.order_by("pk").values_list(*columns)
    ]
