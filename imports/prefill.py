"""The rows of a list as the reader would take them back: corrected and sent in again, only what changed is written.

What cannot be said in a line (an organisation without the decision that founded it, an enterprise without a tax code
among counts) is left out and counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import groupby

from django.db.models import QuerySet

from organizations.lifecycle import BEGINNINGS, RULES
from organizations.models import Coverage, Enterprise, Event, Headcount, Kind, Organization, Zone
from organizations.seeds import UNKNOWN_ISSUER, issuer_key
from targets.models import TargetVersion, first_of_year
from vietnamese.ranges import format_range

from . import vocabulary
from .lookups import Parks
from .offers import OrganizationNames, park_name, zone_names
from .reader.table import FOR_READERS

HELP = "for readers"
PART = 2000  # rows held in memory at a time


class Prefill:
    """``lines()`` gives dicts by field; ``left_out`` counts, when all are given, the rows no line can say.

    ``among`` narrows the list to these rows of the kind's own table.
    """

    helper = ""  # the title of a column for people only; its text is the line's ``HELP``

    def __init__(self, zone: Zone | None, user, today: date, among: QuerySet | None = None):
        self.zone, self.user, self.today, self.among = zone, user, today, among
        self.left_out = 0

    def chosen(self, rows: QuerySet, path: str = "pk") -> QuerySet:
        return rows if self.among is None else rows.filter(**{f"{path}__in": self.among.order_by().values("pk")})

    def lines(self) -> Iterator[dict]:
        raise NotImplementedError


class Enterprises(Prefill):
    FIELDS = ("tax_code", "name", "park", "legal_form", "ownership", "countries", "started_on", "status")

    def lines(self):
        counts = _totals("enterprise", self.zone, self.today)
        parks = Parks(self.zone)
        said = {
            "park": {park.pk: park_name(parks, park) for park in parks.parks.values()},
            "legal_form": _words("LEGAL_FORMS"), "ownership": _words("OWNERSHIPS"), "status": _words("STATUSES"),
        }  # fmt: skip
        rows = Enterprise.objects.visible_to(self.user).live().filter(zone=self.zone).order_by("sort_key", "pk")
        for pk, *values in self.chosen(rows).values_list("pk", *self.FIELDS).iterator(chunk_size=PART):
            line = dict(zip(self.FIELDS, values, strict=True))
            for field, names in said.items():
                line[field] = names.get(line[field])
            yield line | {"workers": counts.get(pk)}


class Organizations(Prefill):
    def lines(self):
        counts = _totals("organization", self.zone, self.today)
        decisions = self._decisions()
        covered = self._covered()
        parents = OrganizationNames(Organization.objects.filter(zone__in=self.zone.subtree_ids()))
        rows = Organization.objects.visible_to(self.user).live().filter(zone=self.zone, dissolved_on=None)
        rows = self.chosen(rows).select_related("type").order_by("sector", "sort_key", "pk")
        for one in rows.iterator(chunk_size=PART):
            if one.pk not in decisions:
                self.left_out += 1
                continue
            number, day, issuer = decisions[one.pk]
            yield {
                "code": one.code, "name": one.name, "type": one.type.name, "parent": parents.of(one.parent_id),
                "enterprises": "; ".join(covered[one.pk]), "number": number, "decided_on": day, "issuer": issuer,
                "members": counts.get(one.pk),
            }  # fmt: skip

    def _decisions(self):
        """The decision that founded each, or by which it came to the zone."""
        beginnings = [*BEGINNINGS, Kind.TRANSFERRED_IN]
        events = Event.objects.live().filter(organization__zone=self.zone, kind__in=beginnings, decision__isnull=False)
        rows = events.order_by("-effective_on", "-pk").values_list(
            "organization_id", "kind", "decision__number", "decision__issued_on", "decision__issuer__name",
            "decision__issuer__search_key",
        )  # fmt: skip
        unknown = issuer_key(UNKNOWN_ISSUER)
        found = {}
        for pk, kind, number, day, issuer, key in rows:
            if kind in BEGINNINGS or found.get(pk, ("",))[0] not in BEGINNINGS:
                found[pk] = (kind, number, day, "" if key == unknown else issuer)
        return {pk: decision for pk, (_kind, *decision) in found.items()}

    def _covered(self):
        rows = Coverage.objects.filter(
            organization__zone=self.zone, valid_to=None, enterprise__zone=self.zone, enterprise__voided_by=None,
            enterprise__duplicate_of=None,
        ).exclude(enterprise__tax_code="").order_by("-is_lead", "pk")  # fmt: skip
        found = defaultdict(list)
        for pk, code in rows.values_list("organization_id", "enterprise__tax_code"):
            found[pk].append(code)
        return found


class Headcounts(Prefill):
    """The latest count of each enterprise and organisation of the zone and the zones below it; of chosen ones, all."""

    helper = f"Tên doanh nghiệp {FOR_READERS}"  # Vietnamese in every language: the reader passes over it by its words

    def lines(self):
        zones = self.zone.subtree_ids()
        enterprises = Enterprise.objects.visible_to(self.user).live().filter(zone__in=zones)
        names = OrganizationNames(Organization.objects.visible_to(self.user).filter(zone__in=zones))
        twice = _codes_of_several_zones(enterprises)
        for row in self._latest("enterprise", enterprise__in=enterprises):
            code = row.enterprise.tax_code
            if not code or (code in twice and row.enterprise.zone_id != self.zone.pk):
                self.left_out += 1
            else:
                yield _counted(row) | {"tax_code": code, HELP: row.enterprise.name}
        for row in self._latest("organization", organization__in=_live(zones, self.user)):
            if name := names.of(row.organization_id):
                yield _counted(row) | {"organization": name}
            else:
                self.left_out += 1

    def _latest(self, subject, **those):
        rows = Headcount.objects.live().filter(on__lte=self.today, **those).select_related(subject)
        rows = rows.order_by(f"{subject}__sort_key", subject, "on", "pk")
        if self.among is not None:
            yield from self.chosen(rows).iterator(chunk_size=PART)
            return
        for _subject, counts in groupby(rows.iterator(chunk_size=PART), key=lambda row: getattr(row, f"{subject}_id")):
            *_earlier, last = counts
            yield last


class Targets(Prefill):
    """The last version of each target of the zones to which the user may give them; of chosen ones, of all seen."""

    def lines(self):
        zones = zone_names(self.user, self.zone, giving=self.among is None)
        unknown = issuer_key(UNKNOWN_ISSUER)
        versions = self.chosen(TargetVersion.objects.filter(target__zone__in=zones, target__voided_by=None), "target")
        versions = versions.select_related("target__indicator", "decision__issuer").order_by(
            "-target__year", "target__zone__code", "target__indicator__order", "target_id", "number"
        )
        for _target, group in groupby(versions.iterator(chunk_size=PART), key=lambda version: version.target_id):
            *_earlier, last = group
            if last.low is None:
                continue  # taken back
            if last.low % 1 or last.high % 1:
                self.left_out += 1
                continue
            target, decision = last.target, last.decision
            day = decision.issued_on if decision else last.holds_from
            yield {
                "zone": zones[target.zone_id], "indicator": target.indicator.name, "year": target.year,
                "range": int(last.low) if last.low == last.high else format_range(last.low, last.high),
                "number": decision.number if decision else None,
                "decided_on": None if not decision and day == first_of_year(target.year) else day,
                "issuer": decision.issuer.name if decision and decision.issuer.search_key != unknown else None,
                "published": last.published_percent,
            }  # fmt: skip


class Events(Prefill):
    """The facts that stand, of the organisations of the zone and the zones below it."""

    def lines(self):
        organizations = Organization.objects.visible_to(self.user).filter(zone__in=self.zone.subtree_ids())
        names = _names_ever(organizations)
        unknown = issuer_key(UNKNOWN_ISSUER)
        rows = self.chosen(Event.objects.visible_to(self.user).live().filter(organization__in=organizations))
        rows = rows.select_related("type", "decision__issuer").order_by("effective_on", "pk")
        for row in rows.iterator(chunk_size=PART):
            if not (name := names.get(row.organization_id)):
                self.left_out += 1
                continue
            rule, decision = RULES[row.kind], row.decision
            counts = {part: getattr(row, part) for part in ("quantity", "female", "workers")} if rule.counted else {}
            yield {part: count if count is None else abs(count) for part, count in counts.items()} | {
                "organization": name, "kind": vocabulary.EVENTS[row.kind][0], "decided_on": row.effective_on,
                "number": decision and decision.number,
                "issuer": decision.issuer.name if decision and decision.issuer.search_key != unknown else None,
                "note": row.note, "to_type": row.type.name if rule.needs_type else None, "new_name": row.new_name,
            }  # fmt: skip


PREFILLS: dict[str, type[Prefill]] = {
    "enterprises": Enterprises, "organizations": Organizations, "headcounts": Headcounts, "targets": Targets,
}  # fmt: skip


RECORDED = PREFILLS | {"events": Events}  # what can be shown as lines, be it meant to be corrected so or not


def _totals(subject, zone, today):
    """The latest total of each enterprise or organisation of the zone."""
    rows = Headcount.objects.live().filter(**{f"{subject}__zone": zone}, on__lte=today).order_by("on", "pk")
    return dict(rows.values_list(f"{subject}_id", "total").iterator(chunk_size=PART))


def _words(table):
    return {value.value: names[0] for value, names in getattr(vocabulary, table).items()}


def _counted(row):
    return {"on": row.on, "total": row.total, "female": row.female, "official": row.official}


def _live(zones, user):
    return Organization.objects.visible_to(user).live().filter(zone__in=zones, dissolved_on=None)


def _names_ever(organizations):
    """By what the reader finds each, those that have ended too: its code, or the name that no other has."""
    rows = list(organizations.live().order_by().values_list("pk", "code", "name", "search_key"))
    codes, names = Counter(row[1] for row in rows), Counter(row[3] for row in rows)
    return {
        pk: code if code and codes[code] == 1 else name if names[key] == 1 and not codes[name] else ""
        for pk, code, name, key in rows
    }


def _codes_of_several_zones(enterprises):
    seen: set[str] = set()
    twice: set[str] = set()
    for code in enterprises.exclude(tax_code="").values_list("tax_code", flat=True).iterator(chunk_size=PART):
        (twice if code in seen else seen).add(code)
    return twice
