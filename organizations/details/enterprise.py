"""One enterprise: what it is, where it sits, how many work there, which organisations it has."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organizations.fields import explain
from organizations.models import Coverage, Enterprise, Event, Headcount, Organization, Park, ParkStay, Sector
from vietnamese.errors import Unreadable
from vietnamese.tax_codes import parse_tax_code

from . import counts
from .lives import Life, lives_now, lives_on
from .organization import may_write
from .timeline import Timeline, timeline

NONE_HERE = {
    Sector.PARTY: _("No Party organisation yet."),
    Sector.UNION: _("No trade union yet."),
    Sector.YOUTH: _("No youth organisation yet."),
}


@dataclass(frozen=True, slots=True)
class Guest:
    """An organisation that works, or worked, in the enterprise."""

    row: Organization
    life: Life
    is_lead: bool
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class SectorOfEnterprise:
    code: str
    label: str
    here: list[Guest]
    formerly: list[Guest]

    @property
    def none_here(self):
        return NONE_HERE[self.code]


@dataclass(frozen=True, slots=True)
class EnterprisePage:
    """``asked`` is the day the reader chose, None for today; ``on`` the day shown."""

    enterprise: Enterprise
    asked: date | None
    on: date
    park: Park | None
    stays: list[ParkStay]
    sectors: list[SectorOfEnterprise]
    workers: counts.Levels
    duplicates: list[Enterprise]
    timeline: Timeline
    may_edit: bool
    tax_code_warning: str


def enterprise_page(
    enterprise: Enterprise, *, user, today: date, asked: date | None, page: str, query: str
) -> EnterprisePage:
    """What ``user`` is shown of ``enterprise`` (with zone and park) at the end of the day ``asked``."""
    on = asked or today
    duplicates = list(Enterprise.objects.visible_to(user).filter(duplicate_of=enterprise, voided_by=None))
    ids = [enterprise.pk, *(row.pk for row in duplicates)]
    stays = list(enterprise.stays.select_related("park"))
    sat = next((stay.park for stay in stays if stay.holds(on)), enterprise.park)
    coverage = _coverage(ids, user)
    organizations = {row.organization_id: row.organization for row in coverage}
    lives = (lives_on(organizations.values(), user, on) if asked else lives_now(organizations.values(), user)) if (
        organizations
    ) else {}  # fmt: skip
    return EnterprisePage(
        enterprise=enterprise,
        asked=asked,
        on=on,
        park=None if sat.code == Park.NONE else sat,
        stays=stays,
        sectors=_sectors(coverage, lives, on),
        workers=counts.headcounts(Headcount.objects.of_enterprise(enterprise), user, on),
        duplicates=duplicates,
        timeline=timeline(
            Event.objects.filter(Q(enterprise__in=ids) | Q(organization__in=list(organizations))),
            user=user,
            day=asked,
            page=page,
            named=enterprise,
            query=query,
        ),
        may_edit=may_write(enterprise, user),
        tax_code_warning=_doubt(enterprise.tax_code),
    )  # fmt: skip


def _doubt(tax_code):
    """What is doubtful about a recorded tax code, in words."""
    try:
        return " ".join(explain(warning) for warning in parse_tax_code(tax_code).warnings) if tax_code else ""
    except Unreadable as error:
        return explain(error)


def _coverage(ids, user):
    """The rows that say which organisations work in the enterprise, the present ones of an organisation last."""
    seen = Organization.objects.visible_to(user).live()
    rows = Coverage.objects.filter(enterprise__in=ids, organization__in=seen.values("pk"))
    return list(
        rows.select_related("organization__type", "organization__zone").order_by("organization__sort_key", "pk")
    )


def _sectors(coverage, lives, on):
    found = {sector: SectorOfEnterprise(sector.value, sector.label, [], []) for sector in Sector}
    placed: dict[int, Guest] = {}
    for row in coverage:
        guest = Guest(row.organization, lives[row.organization_id], row.is_lead, row.valid_from, row.valid_to)
        here = row.holds(on) and guest.life.stands
        if row.organization_id in placed and not here:
            continue  # said once, by the period that holds
        sector = found[Sector(row.organization.sector)]
        if earlier := placed.get(row.organization_id):
            sector.formerly[:] = [one for one in sector.formerly if one is not earlier]
            if earlier in sector.here:
                continue
        if row.valid_from is not None and row.valid_from > on and not here:
            continue  # of days to come
        (sector.here if here else sector.formerly).append(guest)
        placed[row.organization_id] = guest
    return list(found.values())
