"""What there is on a day, beside what happened: the numerators and denominators of rates.

Each level is a documented function over the register as it was known (``organizations.then.Register``). It lists
things, one by one, so that a zone above can put its zones together and count what both have once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from organizations.then import Host, Register


@dataclass(frozen=True, slots=True)
class Filters:
    """What an indicator narrows a level to. Empty tuples mean "any"; ``types`` and ``parks`` hold ids."""

    sector: str
    types: tuple[int, ...] = ()
    ownerships: tuple[str, ...] = ()
    parks: tuple[int, ...] = ()

    def host(self, host: Host | None, on: date) -> bool:
        """Whether the enterprise is of the ownership and in the parks asked for."""
        if not self.ownerships and not self.parks:
            return True
        if host is None or (self.ownerships and host.ownership not in self.ownerships):
            return False
        return not self.parks or host.park_on(on) in self.parks


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that is counted, in a zone. ``key`` makes it one where zones are put together.

    ``amount`` is None when it is not known: such a thing is named, never taken for 0. ``row`` is the id of the
    enterprise or organisation.
    """

    zone_id: int
    key: str
    amount: int | None
    row: int


@dataclass(frozen=True, slots=True)
class Level:
    """``day`` says on which day of a period things are counted, from (first day, last day or the day asked as of)."""

    code: str
    label: str
    help: str
    of: str  # what the things are: "enterprise" or "organization"
    day: Callable[[date, date], date]
    things: Callable[[Register, Filters, date], Iterable[Thing]]


registry: dict[str, Level] = {}


def level(code, label, help, *, of, day):
    """Register the function below it as the level ``code``."""

    def register(function):
        registry[code] = Level(code, label, help, of, day, function)
        return registry[code]

    return register


def last_day(first: date, last: date) -> date:
    return last


def new_years_eve(first: date, last: date) -> date:
    """31 December of the year before, whatever part of the year is asked for."""
    return date(first.year, 1, 1) - timedelta(days=1)


@level(
    "operating_enterprises",
    _("operating enterprises"),
    _("Enterprises of the register that operate and had begun by the day; one tax code counts once."),
    of="enterprise",
    day=last_day,
)
def operating_enterprises(register, filters, on):
    """Operating enterprises by the day. Whether one operates is as the register knows it: it keeps no older states.

    Where zones are put together a tax code counts once.
    """
    for host in register.operating(on):
        if filters.host(host, on):
            yield Thing(host.zone_id, host.key, 1, host.pk)


@level(
    "enterprises_with_organization",
    _("operating enterprises with an organisation of the sector"),
    _("Of these, the enterprises in which an organisation of the sector works on the day."),
    of="enterprise",
    day=last_day,
)
def enterprises_with_organization(register, filters, on):
    """Operating enterprises in which an organisation of the sector (and types) works; a joint one covers several."""
    covered = register.covered(filters.sector, on, filters.types)
    for host in register.operating(on):
        if host.pk in covered and filters.host(host, on):
            yield Thing(host.zone_id, host.key, 1, host.pk)


@level(
    "members_at_start",
    _("members at the start of the year"),
    _(
        "Members of the organisations that stood on 31/12 of the year before, by their last headcount up to that day. "
        "Organisations without a headcount are named and left out."
    ),
    of="organization",
    day=new_years_eve,
)
def members_at_start(register, filters, on):
    """Members of the organisations standing on 31/12 of the year before, by the last headcount up to that day.

    The zone is where the organisation was then. One that nobody had counted has no amount.
    """
    counted = register.members(filters.sector, on)
    for pk, state in register.standing(filters.sector, on).items():
        if state.zone_id not in register.zone_ids or (filters.types and state.type_id not in filters.types):
            continue
        if not (filters.ownerships or filters.parks) or filters.host(register.lead(pk, on), on):
            yield Thing(state.zone_id, str(pk), counted.get(pk), pk)
