"""Two rows beside each other, and what merging them changes in the figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from vietnamese.dates import format_date
from vietnamese.numbers import format_count

from .actions.duplicates import Merging
from .actions.duplicates.plan import sums
from .models import (
    Coverage,
    Enterprise,
    EnterpriseStatus,
    Event,
    Headcount,
    Kind,
    Organization,
    OrganizationStatus,
    Park,
    YearTotal,
)

NOTHING = "—"


@dataclass(slots=True)
class Fact:
    """One thing said of both rows, in words."""

    label: str
    values: tuple[str, str]

    @property
    def differs(self) -> bool:
        return self.values[0] != self.values[1]


@dataclass(slots=True)
class Figure:
    """A sum that changes: what it counts, of which year (None: today) and zone, before and after."""

    label: str
    year: int | None
    zone: Any
    before: int
    after: int


def facts(one: Any, other: Any, user: User) -> list[Fact]:
    """What the register, and the lines of the ledger that ``user`` sees, say of the two rows."""
    say = _of_organizations if isinstance(one, Organization) else _of_enterprises
    told = [dict(say(row, user)) for row in (one, other)]
    return [Fact(label, (value or NOTHING, told[1][label] or NOTHING)) for label, value in told[0].items()]


def _of_enterprises(row: Enterprise, user: User) -> Iterable[tuple[str, str]]:
    yield _("Name"), row.name
    yield _("Tax code"), row.tax_code
    yield _("Zone"), str(row.zone)
    yield _("Industrial park"), "" if row.park.code == Park.NONE else str(row.park)
    yield _("Legal form"), row.get_legal_form_display()
    yield _("Ownership"), row.get_ownership_display()
    yield _("Investors' countries"), row.countries
    yield _("Status"), row.get_status_display()
    yield _("Operating since"), row.started_on and format_date(row.started_on)
    yield _("Workers, last counted"), _last(Headcount.objects.visible_to(user).live().filter(enterprise=row))
    works = Coverage.objects.filter(enterprise=row, valid_to=None, organization__voided_by=None)
    names = works.filter(organization__duplicate_of=None).values_list("organization__name", flat=True)
    yield _("Organisations in it"), "; ".join(sorted(set(names)))
    yield _("Lines in the ledger"), format_count(Event.objects.visible_to(user).live().filter(enterprise=row).count())


def _of_organizations(row: Organization, user: User) -> Iterable[tuple[str, str]]:
    events = Event.objects.visible_to(user).live().filter(organization=row)
    yield _("Name"), row.name
    yield _("Code"), row.code
    yield _("Type"), str(row.type)
    yield _("Zone"), str(row.zone)
    yield _("Belongs to"), str(row.parent) if row.parent else ""
    yield _("Status"), row.get_status_display()
    yield _("Founded on"), row.founded_on and format_date(row.founded_on)
    papers = events.filter(kind=Kind.ESTABLISHED, decision__isnull=False).values_list("decision__number", flat=True)
    yield _("Founding decision"), "; ".join(papers)
    hosts = Coverage.objects.filter(organization=row, valid_to=None).values_list("enterprise__name", flat=True)
    yield _("Enterprises covered"), "; ".join(hosts)
    yield _("Members, last counted"), _last(Headcount.objects.visible_to(user).live().filter(organization=row))
    yield _("Lines in the ledger"), format_count(events.count())


def _last(counts) -> str:
    last = counts.order_by("-on", "-pk").first()
    return f"{format_count(last.total)} ({format_date(last.on)})" if last else ""


def figures(plan: Merging) -> list[Figure]:
    """The figures that merging changes: the sums of the lines it takes back, and how many rows are left."""
    gone = sums(plan.taken_back, lambda event: (event.effective_on.year, event.kind, event.sector, event.zone))
    held = {
        tuple(key): quantity
        for *key, quantity in YearTotal.objects.filter(
            zone__in={key[3].pk for key in gone}, year__in={key[0] for key in gone}
        )
        .order_by()
        .values_list("year", "kind", "sector", "zone")
        .annotate(Sum("quantity"))
    }
    found = []
    for (year, kind, sector, zone), quantity in sorted(gone.items(), key=lambda item: (item[0][0], item[0][1])):
        before = held.get((year, kind, sector, zone.pk), 0)
        found.append(Figure(str(Kind(kind).label), year, zone, before, before - quantity))
    return [*found, *_rows_left(plan)]


def _rows_left(plan: Merging) -> Iterable[Figure]:
    row = plan.duplicate
    if isinstance(row, Enterprise):
        if row.status == EnterpriseStatus.OPERATING:
            held = Enterprise.objects.operating().filter(zone=row.zone_id).count()
            yield Figure(_("Enterprises operating"), None, row.zone, held, held - 1)
    elif row.status == OrganizationStatus.ACTIVE:
        active = Organization.objects.live().filter(status=OrganizationStatus.ACTIVE, sector=row.sector)
        held = active.filter(zone=row.zone_id).count()
        label = _("Organisations active (%(sector)s)") % {"sector": row.get_sector_display()}
        yield Figure(label, None, row.zone, held, held - 1)


def likelier(one: Any, other: Any) -> Any:
    """Which of the two had better stay: the one known longer, with more lines and the tax code or code."""

    def weight(row):
        if isinstance(row, Organization):
            lines = Event.objects.live().filter(organization=row).count()
            founded = -(row.founded_on.toordinal() if row.founded_on else 10**7)
            return (row.founded_on is not None, founded, bool(row.code), lines, -row.pk)
        lines = Event.objects.live().filter(enterprise=row).count()
        return (bool(row.tax_code), lines, -row.pk)

    return max((one, other), key=weight)
