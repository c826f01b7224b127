"""One organisation: what it is, to whom it belongs, where it works, what happened to it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from organizations.access import Act, may, sees
from organizations.actions.hosts import Hosts
from organizations.forms.acts import ACTS, acts_allowed
from organizations.lifecycle import RULES
from organizations.models import (
    AdmissionSource,
    Enterprise,
    Event,
    Headcount,
    Organization,
    OrganizationRating,
    Park,
    Succession,
)

from . import counts
from .lives import Life, lives_now, lives_on
from .timeline import Timeline, timeline

DEEPEST = 6  # levels of organisations below or above one another that are drawn
MOST_BELOW = 150  # organisations of a tree that are drawn
MOST_YEARS = 30  # of ratings, of admission sources


@dataclass(frozen=True, slots=True)
class Branch:
    """An organisation of the tree, so many steps from its top."""

    row: Organization
    indent: int
    is_seen: bool = True


@dataclass(frozen=True, slots=True)
class Kin:
    """An organisation that this one came from, or went on in."""

    row: Organization
    on: date
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Host:
    """An enterprise covered for a period, and the park it sat in on the day."""

    enterprise: Enterprise
    is_lead: bool
    valid_from: date | None
    valid_to: date | None
    holds: bool
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Button:
    kind: str
    label: str
    url: str
    tone: str  # of the button


@dataclass(frozen=True, slots=True)
class OrganizationPage:
    """``asked`` is the day the reader chose, None for today; ``on`` the day shown."""

    organization: Organization
    asked: date | None
    on: date
    life: Life
    park: Park | None
    above: list[Branch]
    below: list[Branch]
    below_left_out: bool
    hosts: list[Host]
    duplicates: list[Organization]
    predecessors: list[Kin]
    successors: list[Kin]
    stock: counts.Levels
    headcounts: counts.Levels
    ratings: list[OrganizationRating]
    sources: list[AdmissionSource]
    timeline: Timeline
    acts: list[tuple[str, list[Button]]]
    may_edit: bool


def organization_page(
    organization: Organization, *, user, today: date, asked: date | None, page: str, query: str
) -> OrganizationPage:
    """What ``user`` is shown of ``organization`` (with type, zone, parent) at the end of the day ``asked``."""
    on = asked or today
    duplicates = list(
        Organization.objects.visible_to(user).filter(duplicate_of=organization, voided_by=None).select_related("type")
    )
    lives = lives_on([organization], user, on) if asked else lives_now([organization], user)
    hosts = Hosts([organization.pk])
    lead = hosts.lead(organization.pk, on)
    park_id = hosts.park_id(lead, on)
    above = _above(organization, user)
    below = _below(organization, user, len(above) + 1)
    kin = _kin(organization, user, on)
    return OrganizationPage(
        organization=organization,
        asked=asked,
        on=on,
        life=lives[organization.pk],
        park=None if park_id == hosts.no_park else Park.objects.get(pk=park_id),
        above=above,
        below=below[:MOST_BELOW],
        below_left_out=len(below) > MOST_BELOW,
        hosts=[_host(row, on, user) for row in hosts.coverage.get(organization.pk, ())],
        duplicates=duplicates,
        predecessors=kin[0],
        successors=kin[1],
        stock=counts.stock(Event.objects.of_organization(organization), user, on),
        headcounts=counts.headcounts(Headcount.objects.of_organization(organization), user, on),
        ratings=_said(OrganizationRating.objects.select_related("decision"), organization, user, on),
        sources=_said(AdmissionSource.objects.all(), organization, user, on),
        timeline=timeline(
            Event.objects.of_organization(organization), user=user, day=asked, page=page, own=organization,
            named=lead, query=query
        ),
        acts=[] if asked else acts_of(organization, user),
        may_edit=may_write(organization, user),
    )  # fmt: skip


def _said(rows, organization, user, on):
    """What stands of each year until the one of ``on``, the newest first."""
    return list(rows.visible_to(user).live().of_organization(organization).filter(year__lte=on.year)[:MOST_YEARS])


def may_write(row, user) -> bool:
    """Whether ``user`` may change this row of the register: it stands, in a zone where the person enters facts."""
    return row.voided_by_id is None and row.duplicate_of_id is None and may(user, Act.ENTER, row.zone_id)


def _host(row, on, user):
    return Host(
        row.enterprise, row.is_lead, row.valid_from, row.valid_to, row.holds(on), sees(user, row.enterprise.zone_id)
    )


def _above(organization, user):
    """The superiors, the highest first."""
    found, current = [], organization.parent
    while current is not None and len(found) < DEEPEST:
        found.append(current)
        current = Organization.objects.select_related("type", "zone").filter(pk=current.parent_id).first()
    seen = _seen(found, user)
    return [Branch(row, indent, row.pk in seen) for indent, row in enumerate(reversed(found))]


def _seen(rows, user):
    return set(
        Organization.objects.visible_to(user).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
    )


def _kin(organization, user, day):
    """Those it came from and those it went on in, by ``day``."""
    around = Succession.objects.filter(Q(successor=organization) | Q(predecessor=organization), on__lte=day)
    rows = list(around.select_related("predecessor__zone", "successor__zone").order_by("on", "pk"))
    seen = _seen([one for row in rows for one in (row.predecessor, row.successor)], user)
    before = [Kin(row.predecessor, row.on, row.predecessor_id in seen) for row in rows if row.successor == organization]
    after = [Kin(row.successor, row.on, row.successor_id in seen) for row in rows if row.predecessor == organization]
    return before, after


def _below(organization, user, indent):
    """The subordinate organisations that stand, each under its superior; one query a level."""
    children: dict[int, list[Organization]] = {}
    level, known = [organization.pk], 0
    while level and len(children) < DEEPEST and known <= MOST_BELOW:
        rows = Organization.objects.visible_to(user).live().filter(parent__in=level, dissolved_on=None)
        rows = list(rows.select_related("type", "zone").order_by("sort_key", "pk")[: MOST_BELOW + 1])
        for row in rows:
            children.setdefault(row.parent_id, []).append(row)
        known += len(rows)
        level = [row.pk for row in rows]
    found: list[Branch] = []

    def add(pk, indent):
        for row in children.get(pk, ()):
            found.append(Branch(row, indent))
            add(row.pk, indent + 1)

    add(organization.pk, indent)
    return found


# ------------------------------------------------------------------------------------------ what may be done

MEMBERS, LIFE, END = "members", "life", "end"


def acts_of(organization: Organization, user) -> list[tuple[str, list[Button]]]:
    """The acts possible now that ``user`` may do, in groups: of members, of its life, of its end."""
    if not may_write(organization, user):
        return []
    groups: dict[str, list[Button]] = {MEMBERS: [], LIFE: [], END: []}
    for kind in acts_allowed(organization):
        page = ACTS[kind]
        group = MEMBERS if RULES[kind].counted else END if page.ends else LIFE
        url = reverse("organizations:act", args=[organization.pk, str(kind)])
        tone = "btn-outline-danger" if page.ends else "btn-outline-primary"
        if group == MEMBERS and not groups[MEMBERS]:
            tone = "btn-primary"  # what is recorded most
        groups[group].append(Button(kind, page.title, url, tone))
    return [(name, buttons) for name, buttons in groups.items() if buttons]
