"""Checks that several acts share."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Exists, Model, OuterRef
from django.utils.translation import gettext_lazy as _

from organizations.models import LIVE, Event, Organization, PeriodLock, Zone
from organizations.problems import Problem, Refused

FIRST_DAY = date(1930, 2, 3)  # the Party was founded: nothing this system records is older
LARGEST = 9_999_999  # more people than the city has: a slip of the hand


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
    if FIRST_DAY <= day <= today:
        return None
    params = {"day": f"{day:%d/%m/%Y}"}
    if day < FIRST_DAY:
        return Problem(_("%(day)s is before 03/02/1930: check the year."), params, field, "too_early")
    return Problem(_("%(day)s lies in the future: check the date."), params, field, "future")


def count_problem(value, field, least=0):
    """Why ``value`` is not a count of people, or None."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST:
        message = _("“%(value)s”: give a whole number from %(least)s to %(largest)s.")
        return Problem(message, {"value": value, "least": least, "largest": LARGEST}, field, "invalid")
    return None


def too_long(model: type[Model], **texts: str) -> list[Problem]:
    """The problems of texts that do not fit their column."""
    return [
        Problem(
            _("At most %(limit)s characters; this has %(length)s."),
            {"limit": limit, "length": len(text)},
            name,
            "too_long",
        )
        for name, text in texts.items()
        if len(text) > (limit := model._meta.get_field(name).max_length)
    ]


def require_reason(reason: str) -> None:
    """Refuse an act that needs a reason and has none."""
    if not reason.strip():
        raise Refused.one(_("Give the reason for the correction."), field="reason", code="required")


def zones_touched(organization_ids: Iterable[int]) -> set[int]:
    """The zones whose ledger speaks of the organisations or their duplicates: where they are, and where they were."""
    ids, zones = list(one_life(organization_ids)), set()
    for part in chunks(ids, 5000):
        zones |= set(Organization.objects.order_by().filter(pk__in=part).values_list("zone_id", flat=True).distinct())
        zones |= set(
            Event.objects.order_by().filter(organization__in=part).values_list("zone_id", flat=True).distinct()
        )
    return zones


def one_life(organization_ids: Iterable[int]) -> dict[int, int]:
    """Whose life each organisation's lines belong to: its own, or of a duplicate the one it was merged into.

    Beside those asked for, all that share a life with one of them are told.
    """
    merged = Organization.objects.exclude(duplicate_of=None).order_by()
    survivors = dict(merged.values_list("pk", "duplicate_of_id"))  # few rows: read whole, by their index
    lives = {pk: survivors.get(pk, pk) for pk in organization_ids}
    lives |= {pk: pk for pk in set(lives.values())}
    return lives | {pk: survivor for pk, survivor in survivors.items() if survivor in lives}


def names_taken(rows: Mapping[int, Organization]) -> dict[int, list[Problem]]:
    """The problems of ``rows`` whose code, or type and name, another live organisation of their zone has."""
    keys = {
        index: (row.zone_id, "code", row.code) if row.code else (row.zone_id, "name", row.type_id, row.search_key)
        for index, row in rows.items()
        if row.code or row.dissolved_on is None
    }
    others = Organization.objects.live().filter(zone__in={key[0] for key in keys.values()})
    others = others.order_by().exclude(pk__in=[row.pk for row in rows.values() if row.pk])
    taken = set()
    for part in chunks([key[2] for key in keys.values() if key[1] == "code"], 5000):
        found = others.filter(code__in=part).values_list("zone_id", "code")
        taken |= {(zone_id, "code", code) for zone_id, code in found}
    for part in chunks([key[3] for key in keys.values() if key[1] == "name"], 5000):
        found = others.filter(search_key__in=part, code="", dissolved_on=None)
        taken |= {
            (zone_id, "name", type_id, name)
            for zone_id, type_id, name in found.values_list("zone_id", "type_id", "search_key")
        }
    problems = {}
    for index, key in keys.items():
        if key in taken:
            message = (
                _("An organisation of this zone has this code already.")
                if key[1] == "code"
                else _("An organisation of this zone has this type and name already.")
            )
            problems[index] = [Problem(message, {}, key[1], "unique")]
        taken.add(key)
    return problems


def withdrawn(rows: Iterable[Model]) -> dict[Model, Problem]:
    """The problems of those enterprises and organisations that an undone import withdrew, or that were merged."""
    by_model: dict[type[Model], dict] = {}
    for row in rows:
        by_model.setdefault(type(row), {})[row.pk] = row
    found = {}
    for model, held in by_model.items():
        for part in chunks(list(held), 5000):
            gone = model._default_manager.filter(~LIVE, pk__in=part).order_by().select_related("duplicate_of")
            for row in gone:
                found[held[row.pk]] = gone_problem(row)
    return found


def gone_problem(row: Model) -> Problem:
    """Why nothing is recorded of a row that is not live."""
    if row.duplicate_of_id:
        message = _("“%(organization)s” was merged into “%(survivor)s”: choose that one.")
        params = {"organization": row, "survivor": row.duplicate_of}
        return Problem(message, params, "organization", "merged")
    return Problem(_("%(organization)s was withdrawn."), {"organization": row}, "organization", "withdrawn")


def _lineage(zone_id, parents):
    """The zone and all above it."""
    found = set()
    while zone_id is not None:
        found.add(zone_id)
        zone_id = parents[zone_id]
    return found


class Locks:
    """The closed periods that bear on some zones: their own and those of the zones above them."""

    def __init__(self, zone_ids):
        in_force = PeriodLock.objects.in_force()
        rows = list(
            Zone.objects.order_by().values_list("pk", "parent_id", Exists(in_force.filter(zone=OuterRef("pk"))))
        )
        self.by_zone: dict[int, list[PeriodLock]] = {}
        closing = {pk for pk, _parent, closes in rows if closes}
        if not closing:
            return
        parents = {pk: parent for pk, parent, _closes in rows}
        above = {zone_id: _lineage(zone_id, parents) & closing for zone_id in zone_ids}
        locks = in_force.filter(zone__in=set().union(*above.values())).select_related("zone").order_by("pk")
        found = list(locks)  # of these zones alone: others have closed far more
        self.by_zone = {zone_id: [lock for lock in found if lock.zone_id in ids] for zone_id, ids in above.items()}

    def problem(self, zone_id, day, field="effective_on", until=None):
        """Why nothing may be recorded in the zone on ``day`` (or on any day from it to ``until``), or None."""
        for lock in self.by_zone.get(zone_id, ()):
            if lock.valid_from <= (until or day) and day <= lock.valid_to:
                return Problem(
                    _(
                        "%(day)s lies in a closed period (%(first)s–%(last)s, %(zone)s: %(reason)s). "
                        "The City Organization Board can reopen it."
                    ),
                    {
                        "day": f"{max(day, lock.valid_from):%d/%m/%Y}",
                        "first": f"{lock.valid_from:%d/%m/%Y}",
                        "last": f"{lock.valid_to:%d/%m/%Y}",
                        "zone": lock.zone,
                        "reason": lock.reason,
                    },
                    field,
                    "locked",
                )
        return None

    def is_closed(self, zone_id, first_day, last_day) -> bool:
        """Whether they close, one or several together, every day from ``first_day`` to ``last_day`` in the zone."""
        still_open = first_day
        for lock in sorted(self.by_zone.get(zone_id, ()), key=lambda lock: lock.valid_from):
            if lock.valid_from <= still_open <= lock.valid_to:
                still_open = lock.valid_to + timedelta(days=1)
        return still_open > last_day
