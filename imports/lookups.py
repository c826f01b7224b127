"""What a cell names: a park, a zone, a type, an organisation, an enterprise, a decision. One query a table."""

from collections import defaultdict
from difflib import get_close_matches

from django.utils.translation import gettext as _

from organizations import lookups
from organizations.access import scope_of
from organizations.lookups import NEAR_TO, either
from organizations.models import (
    Organization,
    OrganizationType,
    Park,
    ParkAlias,
    Zone,
)
from vietnamese.errors import N_, Unreadable, shown
from vietnamese.text import search_key

from .reader.sheet import text_of
from .reader.titles import words

PARK_WORDS = ("khu cong nghiep ", "kcn ", "khu cn ", "cum cong nghiep ", "ccn ")


def _unreadable(code, message, cell, suggestion=None, **params):
    return Unreadable(code, message, suggestion, value=shown(text_of(cell)), **params)


class Parks:
    """Parks by whole name, alias or code, with or without "KCN"; only those of the zone, or of no zone at all."""

    def __init__(self, zone: Zone):
        self.zone = zone
        self.names = defaultdict(set)
        self.asked = 0
        self.parks = {park.pk: park for park in Park.objects.all()}
        self.elsewhere = self.parks.keys() - set(Park.objects.near(zone).values_list("pk", flat=True))
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
            raise _unreadable("ambiguous", message, cell, names, names=either(names))
        if ids:
            raise _unreadable("outside", N_("“%(value)s” does not belong to the zone %(zone)s."), cell, zone=self.zone)
        if near := tuple(self.suggestions(cell)):
            message = N_("There is no industrial park “%(value)s”. Did you mean %(names)s?")
            raise _unreadable("unknown", message, cell, near, names=either(near))
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
            raise _unreadable("ambiguous", message, cell, codes, names=either(codes))
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


class Organizations(lookups.Organizations):
    """The organisations of the zone and of the zones below it, by code or name."""

    def __init__(self, zone: Zone, keys, up=False):
        """``keys`` are the texts looked for; with ``up``, zones above are looked at too."""
        below = zone.subtree_ids()
        zone_ids = set(below) | (set(zone.lineage_ids()) if up else set())
        super().__init__(zone_ids, keys, place=zone, own=zone.pk, near_in=below)

    def find(self, cell, sector=None) -> Organization:
        return super().find(text_of(cell), sector)


class Enterprises(lookups.Enterprises):
    """Enterprises by tax code, of the zone alone or also of the zones below it."""

    def __init__(self, zone: Zone, codes, below=False):
        super().__init__(zone.subtree_ids() if below else [zone.pk], codes, place=zone, own=zone.pk)


def describe(row) -> str:
    """A decision as messages name it."""
    return _("%(number)s of %(day)s") % {"number": row.number, "day": f"{row.issued_on:%d/%m/%Y}"}
