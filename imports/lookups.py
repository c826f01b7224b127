"""What a cell names: a park, a zone, a type, an organisation, an enterprise, a decision. One query a table."""

from collections import defaultdict
from difflib import get_close_matches

from django.utils.translation import gettext as _

from organizations.access import scope_of
from organizations.actions.checks import chunks
from organizations.models import (
    Decision,
    Enterprise,
    Issuer,
    Organization,
    OrganizationType,
    Park,
    ParkAlias,
    ParkZone,
    Zone,
)
from organizations.seeds import UNKNOWN_ISSUER, issuer_key
from vietnamese.errors import N_, Unreadable, shown
from vietnamese.text import clean, search_key

from .reader.sheet import text_of
from .reader.titles import words

NEAR_AMONG = 5000  # names: comparing with more takes longer than anybody waits
NEAR_TO = 100  # unknown names of one file for which similar ones are looked up
PARK_WORDS = ("khu cong nghiep ", "kcn ", "khu cn ", "cum cong nghiep ", "ccn ")


def _unreadable(code, message, cell, suggestion=None, **params):
    return Unreadable(code, message, suggestion, value=shown(text_of(cell)), **params)


def _or(names):
    return " / ".join(f"“{name}”" for name in names)


class Parks:
    """Parks by whole name, alias or code, with or without "KCN"; only those of the zone, or of no zone at all."""

    def __init__(self, zone: Zone):
        self.zone = zone
        self.names = defaultdict(set)
        self.asked = 0
        near = set(zone.lineage_ids()) | set(zone.subtree_ids())
        zones = defaultdict(set)
        for park_id, zone_id in ParkZone.objects.values_list("park", "zone"):
            zones[park_id].add(zone_id)
        self.parks = {park.pk: park for park in Park.objects.all()}
        self.elsewhere = {pk for pk, ids in zones.items() if not ids & near}
        for park in self.parks.values():
            self.names[park_key(park.name)].add(park.pk)
            self.names[search_key(park.code)].add(park.pk)
        for park_id, alias in ParkAlias.objects.values_list("park", "name"):
            self.names[park_key(alias)].add(park_id)

    def find(self, cell) -> Park:
        ids = self.names.get(park_key(text_of(cell)), set())
        here = ids - self.elsewhere
        if len(here) == 1:
            return self.parks[next(iter(here))]
        if len(here) > 1:
            names = tuple(sorted(self.parks[pk].name for pk in here))
            message = N_("“%(value)s” may be %(names)s: write the whole name.")
            raise _unreadable("ambiguous", message, cell, names, names=_or(names))
        if ids:
            raise _unreadable("outside", N_("“%(value)s” does not belong to the zone %(zone)s."), cell, zone=self.zone)
        if near := tuple(self.suggestions(cell)):
            message = N_("There is no industrial park “%(value)s”. Did you mean %(names)s?")
            raise _unreadable("unknown", message, cell, near, names=_or(near))
        raise _unreadable("unknown", N_("There is no industrial park “%(value)s”: an administrator can add it."), cell)

    def suggestions(self, cell):
        """Up to three parks of the zone whose names are written nearly so, or hold the words."""
        self.asked += 1
        if self.asked > NEAR_TO:
            return []
        key = park_key(text_of(cell))
        here = {name: ids - self.elsewhere for name, ids in self.names.items()}
        here = {name: ids for name, ids in here.items() if ids and name}
        near = get_close_matches(key, here, n=3, cutoff=0.6)
        near += [name for name in here if key and (key in name.split() or name.startswith(f"{key} "))]
        found = {pk: None for name in near for pk in here[name]}
        return [self.parks[pk].name for pk in found if self.parks[pk].code != Park.NONE][:3]


def park_key(name) -> str:
    key = search_key(name)
    for word in PARK_WORDS:
        if key.startswith(word):
            return key.removeprefix(word)
    return key


class Zones:
    """The zones a person sees, by code or name."""

    def __init__(self, user):
        self.user = user
        self.names = defaultdict(set)
        self.zones = {zone.pk: zone for zone in Zone.objects.select_related("parent")}
        visible = scope_of(user).zone_ids
        self.hidden = set() if visible is None else set(self.zones) - visible
        for zone in self.zones.values():
            for name in {zone.code, zone.name, zone.short_name} - {""}:
                self.names[words(name)].add(zone.pk)

    def find(self, cell) -> Zone:
        ids = self.names.get(words(text_of(cell)), set())
        seen = ids - self.hidden
        if len(seen) == 1:
            return self.zones[next(iter(seen))]
        if len(seen) > 1:
            codes = tuple(sorted(self.zones[pk].code for pk in seen))
            message = N_("“%(value)s” may be %(names)s: write the code.")
            raise _unreadable("ambiguous", message, cell, codes, names=_or(codes))
        if ids:
            raise _unreadable("outside", N_("“%(value)s” is outside your zone."), cell)
        raise _unreadable("unknown", N_("There is no zone “%(value)s”: write its code or its whole name."), cell)


class Types:
    """Types of organisation by code or name ("CĐCS" = công đoàn cơ sở)."""

    def __init__(self):
        self.types = list(OrganizationType.objects.all())
        self.names = {words(type_.name): type_ for type_ in self.types}
        self.names |= {words(type_.code): type_ for type_ in self.types}

    def find(self, cell) -> OrganizationType:
        if (found := self.names.get(words(text_of(cell)))) is not None:
            return found
        raise _unreadable(
            "unknown",
            N_("“%(value)s” is not in the list: write one of %(choices)s."),
            cell,
            tuple(self.names[name].name for name in get_close_matches(words(text_of(cell)), self.names, n=1)),
            choices=", ".join(type_.name for type_ in self.types),
        )

    def by_code(self, code):
        return next(type_ for type_ in self.types if type_.code == code)


class Organizations:
    """The organisations of the zone and of the zones below it, by code or name."""

    def __init__(self, zone: Zone, keys, up=False):
        """``keys`` are the texts looked for; with ``up``, zones above are looked at too."""
        self.zone = zone
        self.all_names: dict[tuple[str, str], str] | None = None  # of the zone, read when something is not found
        self.asked = 0
        zone_ids = set(zone.subtree_ids()) | (set(zone.lineage_ids()) if up else set())
        self.by_code, self.by_name = defaultdict(list), defaultdict(list)
        texts = {clean(key) for key in keys}
        names = list({search_key(text)[:400] for text in texts})
        rows = Organization.objects.live().filter(zone__in=zone_ids).select_related("type", "zone")
        found = {}
        for part in chunks(sorted(texts), 5000):
            found |= {row.pk: row for row in rows.filter(code__in=part).exclude(code="")}
        for part in chunks(names, 5000):
            found |= {row.pk: row for row in rows.filter(search_key__in=part)}
        for row in found.values():
            self.by_code[row.code].append(row)
            self.by_name[row.search_key].append(row)

    def candidates(self, text, sector=None):
        """Those of this code, else of this name; of several, those that have not ended, nearest zone first."""
        text = clean(text)
        found = (self.by_code.get(text) if text else None) or self.by_name.get(search_key(text)[:400], [])
        found = [row for row in found if sector is None or row.sector == sector]
        for keep in (lambda row: row.dissolved_on is None, lambda row: row.zone_id == self.zone.pk):
            if len(found) > 1:
                found = [row for row in found if keep(row)] or found
        return found

    def find(self, cell, sector=None) -> Organization:
        found = self.candidates(text_of(cell), sector)
        if len(found) == 1:
            return found[0]
        if found:
            names = _or(sorted(f"{row.code or row.name} ({row.type}, {row.zone.code})" for row in found))
            codes = tuple(sorted(row.code for row in found if row.code))
            message = N_("“%(value)s” may be %(names)s: write the code.")
            raise _unreadable("ambiguous", message, cell, codes, names=names)
        if near := self._near(cell, sector):
            message = N_("There is no organisation “%(value)s” in %(zone)s. Did you mean %(names)s?")
            raise _unreadable("unknown", message, cell, near, zone=self.zone, names=_or(near))
        raise _unreadable("unknown", N_("There is no organisation “%(value)s” in %(zone)s."), cell, zone=self.zone)

    def _near(self, cell, sector):
        """Up to three organisations of the zone whose names are written nearly so."""
        if self.all_names is None:
            rows = Organization.objects.live().filter(zone__in=self.zone.subtree_ids(), dissolved_on=None).order_by()
            self.all_names = {(one, key): name for one, key, name in rows.values_list("sector", "search_key", "name")}
        self.asked += 1
        if len(self.all_names) > NEAR_AMONG or self.asked > NEAR_TO:
            return ()
        here = {key: name for (one, key), name in self.all_names.items() if sector in (None, one)}
        near = get_close_matches(search_key(text_of(cell))[:400], here, n=3, cutoff=0.75)
        return tuple(here[key] for key in near)


class Enterprises:
    """Enterprises by tax code, of the zone alone or also of the zones below it."""

    def __init__(self, zone: Zone, codes, below=False):
        self.zone = zone
        zone_ids = zone.subtree_ids() if below else [zone.pk]
        self.by_code = defaultdict(list)
        for part in chunks(sorted(set(codes)), 5000):
            for row in Enterprise.objects.live().filter(zone__in=zone_ids, tax_code__in=part):
                self.by_code[row.tax_code].append(row)

    def find(self, code) -> Enterprise:
        found = self.by_code.get(code, [])
        if len(found) > 1:
            found = [row for row in found if row.zone_id == self.zone.pk] or found
        if len(found) == 1:
            return found[0]
        if found:
            message = N_("“%(value)s” is recorded in several zones: import into the zone meant.")
            raise _unreadable("ambiguous", message, code)
        raise _unreadable(
            "unknown",
            N_("There is no enterprise of tax code %(value)s in %(zone)s: import the enterprises first."),
            code,
            zone=self.zone,
        )


class Decisions:
    """Whose decision a number and a date are, where the workbook does not say: the zone's own, when there is one."""

    def __init__(self, zone_ids, numbers):
        self.found = defaultdict(list)
        for part in chunks(sorted({Decision.key_of(number) for number in numbers}), 5000):
            rows = Decision.objects.live().filter(zone__in=zone_ids, number_key__in=part).select_related("issuer")
            for row in rows:
                self.found[(row.number_key, row.issued_on)].append(row)
        self.unknown = issuer_key(UNKNOWN_ISSUER)

    def issuer(self, issuer, number, day) -> str:
        """The issuer's name as written, else of the one decision it can be; "" when there is none or several."""
        if issuer:
            return issuer
        rows = self.found.get((Decision.key_of(number), day), [])
        if len(rows) != 1 or rows[0].issuer.search_key == self.unknown:
            return ""
        return rows[0].issuer.name

    @staticmethod
    def names() -> dict[int, str]:
        return dict(Issuer.objects.values_list("pk", "search_key"))


def describe(row) -> str:
    """A decision as messages name it."""
    return _("%(number)s of %(day)s") % {"number": row.number, "day": f"{row.issued_on:%d/%m/%Y}"}
