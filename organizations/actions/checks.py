"""Checks that several acts share."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from organizations.models import PeriodLock, Zone
from organizations.problems import Problem, Refused

FIRST_DAY = date(1930, 2, 3)  # the Party was founded: nothing this system records is older


def chunks(items, size):
    for start in range(0, len(items), size):
        yield items[start : start + size]


def refuse(by_row, kind=Refused):
    """Raise ``kind`` when any row has problems."""
    by_row = {row: problems for row, problems in by_row.items() if problems}
    if by_row:
        raise kind(by_row)


def date_problem(day, today, field="effective_on"):
    """Why no fact can be dated ``day``, or None."""
    if day is None:
        return Problem(_("Give the date."), field=field, code="required")
    params = {"day": f"{day:%d/%m/%Y}"}
    if day < FIRST_DAY:
        return Problem(_("%(day)s is before 03/02/1930: check the year."), params, field, "too_early")
    if day > today:
        return Problem(_("%(day)s lies in the future: check the date."), params, field, "future")
    return None


class Locks:
    """The closed periods that bear on some zones: their own and those of the zones above them."""

    def __init__(self, zone_ids):
        locks = list(PeriodLock.objects.in_force().select_related("zone"))
        self.by_zone: dict[int, list[PeriodLock]] = {}
        if not locks:
            return
        parents = dict(Zone.objects.order_by().values_list("pk", "parent_id"))
        for zone_id in zone_ids:
            lineage, current = set(), zone_id
            while current is not None:
                lineage.add(current)
                current = parents[current]
            self.by_zone[zone_id] = [lock for lock in locks if lock.zone_id in lineage]

    def problem(self, zone_id, day, field="effective_on"):
        """Why nothing may be recorded in the zone on ``day``, or None."""
        for lock in self.by_zone.get(zone_id, ()):
            if lock.holds(day):
                return Problem(
                    _(
                        "%(day)s lies in a closed period (%(first)s–%(last)s, %(zone)s: %(reason)s). "
                        "The City Organization Board can reopen it."
                    ),
                    {
                        "day": f"{day:%d/%m/%Y}",
                        "first": f"{lock.valid_from:%d/%m/%Y}",
                        "last": f"{lock.valid_to:%d/%m/%Y}",
                        "zone": lock.zone,
                        "reason": lock.reason,
                    },
                    field,
                    "locked",
                )
        return None
