from collections import defaultdict

from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organizations.access import Act, may
from organizations.models import (
    Coverage,
    Enterprise,
    EnterpriseStatus,
    Headcount,
    LegalForm,
    Ownership,
    Park,
    ParkAlias,
    Sector,
    latest_of,
)
from organizations.search import words_of
from vietnamese.dates import format_date
from vietnamese.text import search_key

from .columns import Cell, Column, Tag
from .filters import EnterpriseListFilters
from .question import Listing

LOOKS = {
    EnterpriseStatus.OPERATING: "ok",
    EnterpriseStatus.SUSPENDED: "warn",
    EnterpriseStatus.DISSOLVED: "muted",
    EnterpriseStatus.MOVED: "muted",
    EnterpriseStatus.NOT_STARTED: "info",
}
MARKS = {
    Sector.PARTY: pgettext_lazy("mark", "Party"),
    Sector.UNION: pgettext_lazy("mark", "Union"),
    Sector.YOUTH: pgettext_lazy("mark", "Youth"),
}
SECTORS = {
    Sector.PARTY: _("Party organisation"),
    Sector.UNION: _("Trade union"),
    Sector.YOUTH: _("Youth organisation"),
}


def park_of(row):
    return "" if row.park.code == Park.NONE else row.park.name


def _ownership(row):
    return capfirst(row.get_ownership_display()) if row.ownership != Ownership.UNKNOWN else ""


def _legal_form(row):
    return capfirst(row.get_legal_form_display()) if row.legal_form != LegalForm.UNKNOWN else ""


def _marks(row):
    there = [Tag(f"✓ {word}", "ok") for sector, word in MARKS.items() if sector in row.sectors]
    return Cell(tags=there or [Tag(_("none yet"), "muted")])


def _has(sector):
    return lambda row: YES if sector in row.sectors else NO


YES, NO = _("yes"), _("no")


class EnterpriseList(Listing):
    """Enterprises: where they are, whose, how many work there, and which organisations they have."""

    screen = "enterprises"
    filterset = EnterpriseListFilters
    search_words = _("Name or tax code, with or without accents")
    columns = (
        Column(
            "name", _("Enterprise"),
            lambda row: Cell(row.name, url=row.get_absolute_url()),
            [(_("Enterprise"), lambda row: row.name)], sort="sort_key",
        ),
        Column(
            "tax_code", _("Tax code"),
            lambda row: Cell(row.tax_code) if row.tax_code else Cell(tags=[Tag(_("missing"), "warn")]),
            [(_("Tax code"), lambda row: row.tax_code)], sort="tax_code",
        ),
        Column(
            "park", _("Industrial park"), lambda row: Cell(park_of(row)),
            [(_("Industrial park"), park_of)], sort="park__sort_key",
        ),
        Column(
            "ownership", _("Ownership"), lambda row: Cell(_ownership(row), row.countries),
            [(_("Ownership"), _ownership), (_("Investors' countries"), lambda row: row.countries)], sort="ownership",
        ),
        Column(
            "legal_form", _("Legal form"), lambda row: Cell(_legal_form(row)), [(_("Legal form"), _legal_form)],
            sort="legal_form", shown=False,
        ),
        Column(
            "status", _("Status"),
            lambda row: Cell(tags=[Tag(capfirst(row.get_status_display()), LOOKS[row.status])]),
            [(_("Status"), lambda row: capfirst(row.get_status_display()))], sort="status",
        ),
        Column(
            "started_on", _("Operating since"), lambda row: Cell(row.started_on and format_date(row.started_on)),
            [(_("Operating since"), lambda row: row.started_on)], sort="started_on", shown=False,
        ),
        Column(
            "workers", _("Workers"),
            lambda row: Cell(row.workers, row.workers_on and format_date(row.workers_on)),
            [(_("Workers"), lambda row: row.workers), (_("Counted on"), lambda row: row.workers_on)],
            kind="count", sort="people",
        ),
        Column(
            "organizations", _("Organisations"), _marks,
            [(label, _has(sector)) for sector, label in SECTORS.items()],
        ),
        Column(
            "zone", _("Zone"), lambda row: Cell(str(row.zone)), [(_("Zone"), lambda row: str(row.zone))],
            sort="zone__code",
        ),
    )  # fmt: skip
    facets_shown = {
        "zone": (_("Zone"), "one"),
        "park": (_("Industrial park"), "several"),
        "status": (_("Status"), "several"),
        "ownership": (_("Ownership"), "several"),
        "legal_form": (_("Legal form"), "several"),
        "size": (_("Size"), "several"),
        "party": (_("Party organisation"), "one"),
        "union": (_("Trade union"), "one"),
        "youth": (_("Youth organisation"), "one"),
        "coded": (_("Tax code"), "one"),
    }

    def live(self):
        return Enterprise.objects.live()

    @cached_property
    def places_meant(self):
        """The parks that have every word typed in one of their names: a list of enterprises finds no park by itself."""
        words = words_of(self.searched)
        if not words:
            return []
        parks = next(facet for facet in self.facets if facet.name == "park")
        names = {option.value: [option.label] for option in parks.options}
        for pk, name in ParkAlias.objects.filter(park__in=names).order_by("name").values_list("park_id", "name"):
            names[str(pk)].append(name)
        keyed = [(value, found[0], [f" {search_key(name)}" for name in found]) for value, found in names.items()]
        return [
            (name, self.query(search=None, park=[value]))
            for value, name, keys in keyed
            if any(all(f" {word}" in key for word in words) for key in keys)
        ]

    def people(self):
        return latest_of("enterprise", self.today)

    def rows(self, pks):
        found = Enterprise.objects.visible_to(self.user).select_related("park", "zone").in_bulk(pks)
        counts = Headcount.objects.live().as_of(self.today).filter(enterprise__in=pks).order_by("on", "pk")
        latest = {pk: (total, on) for pk, total, on in counts.values_list("enterprise_id", "total", "on")}
        sectors = defaultdict(set)
        covers = Coverage.objects.in_force(self.today).filter(enterprise__in=pks).order_by()
        for pk, sector in covers.values_list("enterprise_id", "organization__sector").distinct():
            sectors[pk].add(sector)
        rows = [found[pk] for pk in pks if pk in found]
        for row in rows:
            row.workers, row.workers_on = latest.get(row.pk, (None, None))
            row.sectors = sectors.get(row.pk, ())
            row.may_write = may(self.user, Act.ENTER, row.zone_id)
        return rows
