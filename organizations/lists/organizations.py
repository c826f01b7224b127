from collections import defaultdict

from django.db.models import Case, IntegerField, Q, When
from django.db.models.functions import Cast
from django.utils.text import capfirst
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from organizations.access import Act, may, scope_of
from organizations.lifecycle import FOUNDING, STANDING
from organizations.models import (
    Coverage,
    Enterprise,
    Event,
    Headcount,
    Organization,
    OrganizationStatus,
    latest_of,
)
from vietnamese.dates import format_date

from .columns import Cell, Column, Tag
from .enterprises import park_of
from .filters import OrganizationListFilters
from .question import Listing

LOOKS = {
    OrganizationStatus.ABSENT: "warn",
    OrganizationStatus.ACTIVE: "ok",
    OrganizationStatus.SUSPENDED: "warn",
    OrganizationStatus.AWAY: "muted",
    OrganizationStatus.ENDED: "muted",
}


def _covered(row):
    """The leading enterprise, and how many more there are."""
    if not row.enterprises:
        return ""
    first, *more = row.enterprises
    if not more:
        return first.name
    return gettext_now("%(name)s and %(count)s more") % {"name": first.name, "count": len(more)}


def _all_covered(row):
    return "; ".join(enterprise.name for enterprise in row.enterprises)


def _park(row):
    return park_of(row.enterprises[0]) if row.enterprises else ""


def _founded(row):
    if row.founded_on is None:
        return Cell()
    if not row.decided:
        return Cell(format_date(row.founded_on), tags=[Tag(_("decision missing"), "warn")])
    return Cell(format_date(row.founded_on), row.decision)


class OrganizationList(Listing):
    """Party, union and youth organisations: what they are, where they work, founded by which decision."""

    screen = "organizations"
    filterset = OrganizationListFilters
    search_words = _("Name or code, with or without accents")
    columns = (
        Column(
            "name", _("Organisation"),
            lambda row: Cell(row.name, url=row.get_absolute_url()),
            [(_("Organisation"), lambda row: row.name)], sort="sort_key",
        ),
        Column(
            "code", _("Code"), lambda row: Cell(row.code), [(_("Code"), lambda row: row.code)], sort="code",
            shown=False,
        ),
        Column(
            "sector", _("Sector"), lambda row: Cell(capfirst(row.get_sector_display())),
            [(_("Sector"), lambda row: capfirst(row.get_sector_display()))], sort="sector", shown=False,
        ),
        Column(
            "type", _("Type"), lambda row: Cell(row.type.name), [(_("Type"), lambda row: row.type.name)],
            sort="type__sort_key",
        ),
        Column(
            "status", _("Status"),
            lambda row: Cell(tags=[Tag(capfirst(row.get_status_display()), LOOKS[row.status])]),
            [(_("Status"), lambda row: capfirst(row.get_status_display()))], sort="status",
        ),
        Column(
            "parent", _("Superior"), lambda row: Cell(row.superior), [(_("Superior"), lambda row: row.superior)],
            sort="parent__sort_key", shown=False,
        ),
        Column(
            "enterprise", _("Enterprise, industrial park"), lambda row: Cell(_covered(row), _park(row)),
            [(_("Enterprises"), _all_covered), (_("Industrial park"), _park)],
        ),
        Column(
            "founded_on", _("Founded, decision"), _founded,
            [(_("Founded on"), lambda row: row.founded_on), (_("Decision number"), lambda row: row.decision)],
            sort="founded_on",
        ),
        Column(
            "members", _("Members"),
            lambda row: Cell(row.members, row.members_on and format_date(row.members_on)),
            [(_("Members"), lambda row: row.members), (_("Counted on"), lambda row: row.members_on)],
            kind="count", sort="people",
        ),
        Column(
            "zone", _("Zone"), lambda row: Cell(str(row.zone)), [(_("Zone"), lambda row: str(row.zone))],
            sort="zone__code",
        ),
    )  # fmt: skip
    kept_apart = ("sector",)
    facets_shown = {
        "zone": (_("Zone"), "one"),
        "sector": (_("Sector"), "several"),
        "type": (_("Type"), "several"),
        "status": (_("Status"), "several"),
        "park": (_("Industrial park"), "several"),
        "founded": (_("Founded in the year"), "text"),
        "decision": (_("Founding decision"), "one"),
    }

    def live(self):
        return Organization.objects.live()

    def _counts(self):
        return Headcount.objects.live().visible_to(self.user)

    def people(self):
        counts = latest_of("organization", self.today, among=self._counts())
        return Cast(counts, IntegerField())  # who sees no zone has no count: a bare NULL cannot be summed

    def summed(self):
        """Members of organisations that stand in the person's zones; those ended or handed over add nothing."""
        ids = scope_of(self.user).zone_ids
        here = Q(status__in=STANDING) if ids is None else Q(status__in=STANDING, zone__in=ids)
        return Cast(Case(When(here, then=self.people())), IntegerField())  # as in ``people``

    def words_for(self, name, value):
        if name == "enterprise":
            row = Enterprise.objects.visible_to(self.user).filter(pk=value).first()
            return _("Enterprise"), row or value
        if name == "parent":
            return _("Superior"), Organization.objects.visible_to(self.user).filter(pk=value).first() or value
        return super().words_for(name, value)

    def rows(self, pks):
        found = Organization.objects.visible_to(self.user).select_related("type", "zone").in_bulk(pks)
        counts = self._counts().as_of(self.today).filter(organization__in=pks).order_by("on", "pk")
        latest = {pk: (total, on) for pk, total, on in counts.values_list("organization_id", "total", "on")}
        covered = defaultdict(list)
        covers = Coverage.objects.filter(
            organization__in=pks, enterprise__in=Enterprise.objects.visible_to(self.user)
        ).select_related("enterprise__park")
        for cover in covers.order_by("-is_lead", "pk"):
            if cover.holds(self.today):
                covered[cover.organization_id].append(cover.enterprise)
        parents = {row.parent_id for row in found.values() if row.parent_id}
        names = dict(Organization.objects.visible_to(self.user).filter(pk__in=parents).values_list("pk", "name"))
        decisions = {}
        founding = Event.objects.live().filter(organization__in=pks, kind__in=FOUNDING, decision__isnull=False)
        for pk, event, number in founding.values_list("organization_id", "pk", "decision__number"):
            decisions[pk] = (event, number)
        events = Event.objects.visible_to(self.user).filter(pk__in=[event for event, _number in decisions.values()])
        own = set(events.values_list("pk", flat=True))
        rows = [found[pk] for pk in pks if pk in found]
        for row in rows:
            row.members, row.members_on = latest.get(row.pk, (None, None))
            row.enterprises = covered.get(row.pk, [])
            row.superior = names.get(row.parent_id, "")
            event, number = decisions.get(row.pk, (None, ""))
            row.decided = event is not None
            # what another zone recorded is not read here; that it is there may be known
            row.decision = number if event in own else (_("in the ledger of another zone") if event else "")
            row.may_write = may(self.user, Act.ENTER, row.zone_id)
        return rows
