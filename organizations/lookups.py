"""What a text names: an organisation or an enterprise, by name, code or tax code. A constant number of queries.

Imports, forms and the boxes with suggestions read what people write with these; nothing else compares names.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vietnamese.errors import N_, Unreadable, shown
from vietnamese.tax_codes import parse_tax_code
from vietnamese.text import clean, search_key

from .actions.checks import chunks
from .models import Coverage, Decision, Enterprise, Issuer, Organization
from .seeds import UNKNOWN_ISSUER, issuer_key

NEAR_AMONG = 5000  # names: comparing with more takes longer than anybody waits
NEAR_TO = 100  # unknown names of one file for which similar ones are looked up
NEAR_ON_A_PAGE = 25  # the same of one form, whose person waits
ISSUERS_OFFERED = 200
LABEL = re.compile(r"(?P<name>.*\S)\s*\((?P<code>[^()]+)\)")  # as a box shows a chosen row: “name (code)”
YOURS = _("your zones")
ROW = re.compile(r"#([0-9]{1,18})")


def either(names) -> str:
    return " / ".join(f"“{name}”" for name in names)


def label(row, alone=True) -> str:
    """``row`` as a box shows it, and as the look-ups below find it again: with its code, else its number if need be."""
    code = row.tax_code if isinstance(row, Enterprise) else row.code
    if code:
        return f"{row.name} ({code})"
    return row.name if alone else f"{row.name} (#{row.pk})"


def labels(rows, others) -> dict:
    """The label of each of ``rows``; ``others`` are all among which a name must be the only one."""
    rows = list(rows)
    keys = [row.search_key for row in rows if not (row.tax_code if isinstance(row, Enterprise) else row.code)]
    same: dict[str, int] = defaultdict(int)
    if keys:
        for key in others.filter(search_key__in=keys).order_by().values_list("search_key", flat=True):
            same[key] += 1
    return {row: label(row, alone=same[row.search_key] < 2) for row in rows}


def known_issuers(user) -> tuple[str, ...]:
    """The names of the bodies whose decisions ``user`` may see, in Vietnamese order; not the one that stands for none.

    At most ``ISSUERS_OFFERED``; one query.
    """
    seen = Decision.objects.visible_to(user).order_by().values("issuer")
    rows = Issuer.objects.filter(pk__in=seen).exclude(search_key=issuer_key(UNKNOWN_ISSUER))
    return tuple(rows.order_by("sort_key").values_list("name", flat=True)[:ISSUERS_OFFERED])


def tax_code(text: str) -> str:
    """The tax code that ``text`` is, or ""."""
    try:
        return parse_tax_code(text).text
    except Unreadable:
        return ""


def _in(rows, zone_ids):
    return rows if zone_ids is None else rows.filter(zone__in=zone_ids)


def _fits(one, sector):
    """Whether a row of the sector ``one`` is looked for; ``sector`` is one, a set of them, or None for any."""
    return sector is None or one == sector or (isinstance(sector, frozenset) and one in sector)


def _key(text):
    return search_key(text)[:400]


def _parts(text):
    """Name, code and number of the row that a label says; empty where it says none."""
    found = LABEL.fullmatch(text)
    if found is None:
        row = ROW.fullmatch(text)
        return "", "", int(row[1]) if row else 0
    row = ROW.fullmatch(found["code"].strip())
    return found["name"], "" if row else found["code"].strip(), int(row[1]) if row else 0


class Organizations:
    """The organisations of some zones, by code or name; ``own`` is the zone preferred among several of one name."""

    near_to = NEAR_TO
    unknown = N_("There is no organisation “%(value)s” in %(zone)s.")
    near = N_("There is no organisation “%(value)s” in %(zone)s. Did you mean %(names)s?")
    several = N_("“%(value)s” may be %(names)s: write the code.")

    def __init__(self, zone_ids, texts: Iterable[str], *, place="", own=None, near_in=None):
        """``zone_ids`` of None is the whole city; ``place`` is what messages call the zones."""
        self.zone_ids, self.place, self.own = zone_ids, place, own
        self.near_in = zone_ids if near_in is None else near_in
        self.all_names: dict[tuple[str, str], str] | None = None  # read when something is not found
        self.asked = 0
        self.by_code, self.by_name = defaultdict(list), defaultdict(list)
        texts = {clean(text) for text in texts}
        found = {}
        for part in chunks(sorted(texts), 5000):
            found |= {row.pk: row for row in self.rows().filter(code__in=part).exclude(code="")}
        for part in chunks(sorted({_key(text) for text in texts}), 5000):
            found |= {row.pk: row for row in self.rows().filter(search_key__in=part)}
        for row in found.values():
            self.by_code[row.code].append(row)
            self.by_name[row.search_key].append(row)

    def rows(self):
        return _in(Organization.objects.live(), self.zone_ids).select_related("type", "zone")

    def candidates(self, text, sector=None):
        """Those of this code, else of this name; of several, those that have not ended, of the own zone first."""
        text = clean(text)
        found = (self.by_code.get(text) if text else None) or self.by_name.get(_key(text), [])
        return self.preferred([row for row in found if _fits(row.sector, sector)])

    def preferred(self, found):
        for keep in (lambda row: row.dissolved_on is None, lambda row: row.zone_id == self.own):
            if len(found) > 1:
                found = [row for row in found if keep(row)] or found
        return found

    def find(self, text, sector=None) -> Organization:
        found = self.candidates(text, sector)
        if len(found) == 1:
            return found[0]
        if found:
            names = either(sorted(f"{row.code or self.called(row)} ({row.type}, {row.zone.code})" for row in found))
            raise Unreadable("ambiguous", self.several, self.ways(found), value=shown(text), names=names)
        if near := self._near(text, sector):
            raise Unreadable("unknown", self.near, near, value=shown(text), zone=self.place, names=either(near))
        raise Unreadable("unknown", self.unknown, value=shown(text), zone=self.place)

    def called(self, row):
        return row.name

    def ways(self, rows):
        """What can be written instead to mean each of ``rows``."""
        return tuple(sorted(row.code for row in rows if row.code))

    def _near(self, text, sector):
        """Up to three organisations whose names are written nearly so."""
        if self.all_names is None:
            rows = _in(Organization.objects.live(), self.near_in).filter(dissolved_on=None).order_by()
            self.all_names = {(one, key): name for one, key, name in rows.values_list("sector", "search_key", "name")}
        self.asked += 1
        if len(self.all_names) > NEAR_AMONG or self.asked > self.near_to:
            return ()
        here = {key: name for (one, key), name in self.all_names.items() if _fits(one, sector)}
        return tuple(here[key] for key in get_close_matches(_key(text), here, n=3, cutoff=0.75))


class Enterprises:
    """The enterprises of some zones by tax code."""

    unknown = N_("There is no enterprise of tax code %(value)s in %(zone)s: import the enterprises first.")
    several = N_("“%(value)s” is recorded in several zones: import into the zone meant.")

    def __init__(self, zone_ids, codes: Iterable[str], *, place="", own=None):
        self.zone_ids, self.place, self.own = zone_ids, place, own
        self.by_code = defaultdict(list)
        for part in chunks(sorted(set(codes)), 5000):
            for row in self.rows().filter(tax_code__in=part):
                self.by_code[row.tax_code].append(row)

    def rows(self):
        return _in(Enterprise.objects.live(), self.zone_ids)

    def find(self, code) -> Enterprise:
        found = self.by_code.get(code, [])
        if len(found) > 1:
            found = [row for row in found if row.zone_id == self.own] or found
        if len(found) == 1:
            return found[0]
        if found:
            raise Unreadable("ambiguous", self.several, value=shown(code))
        raise Unreadable("unknown", self.unknown, value=shown(code), zone=self.place)


class Decisions:
    """Whose decision a number and a date are, where nobody says: the zone's own, when there is one."""

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


# ------------------------------------------------------------------------------------------ what boxes hold


class WrittenOrganizations(Organizations):
    """As people write them in a box: also “name (code)”, “#12”, or the enterprise in which there is one."""

    near_to = NEAR_ON_A_PAGE
    other = N_("“%(value)s” is of the type “%(type)s”, for which this is not entered.")
    several = N_("“%(value)s” may be %(names)s: choose one, or write its code or number.")

    def __init__(self, zone_ids, texts, *, place=YOURS, own=None):
        texts = {clean(text) for text in texts}
        parts = {text: _parts(text) for text in texts}
        names = {name for name, _code, _pk in parts.values()} | {code for _name, code, _pk in parts.values()}
        self.hosts = defaultdict(dict)
        super().__init__(zone_ids, texts | names - {""}, place=place, own=own)
        pks = {pk for _name, _code, pk in parts.values()} - {0}
        self.by_pk = {row.pk: row for row in self.rows().filter(pk__in=pks)} if pks else {}
        left = {text for text in texts if text and not self.candidates(text)}
        codes = {text: tax_code(text) or tax_code(_parts(text)[1]) for text in left}
        keys = {_key(text): text for text in left}
        at = Coverage.objects.filter(
            Q(enterprise__tax_code__in={*codes.values()} - {""}) | Q(enterprise__search_key__in=keys),
            enterprise__voided_by=None, enterprise__duplicate_of=None, valid_to=None, organization__dissolved_on=None,
            organization__in=self.rows(),
        ).select_related("organization__type", "organization__zone", "enterprise") if left else ()  # fmt: skip
        for link in at:
            for text in left:
                if link.enterprise.search_key == _key(text) or link.enterprise.tax_code == (codes[text] or None):
                    self.hosts[text][link.organization_id] = link.organization

    def candidates(self, text, sector=None):
        text = clean(text)
        name, code, pk = _parts(text)
        found = []
        if pk and pk in self.by_pk and name in ("", self.by_pk[pk].name):
            found = [self.by_pk[pk]]
        elif code:
            found = [row for row in self.by_code.get(code, ()) if row.search_key == _key(name)]
        if found := self.preferred([row for row in found if _fits(row.sector, sector)]):
            return found
        if found := super().candidates(text, sector):
            return found
        hosts = self.hosts.get(text, {}).values()
        return [row for row in hosts if _fits(row.sector, sector)]

    def find(self, text, sector=None) -> Organization:
        if sector is not None and not self.candidates(text, sector) and (other := self.candidates(text)):
            raise Unreadable("sector", self.other, value=shown(text), type=other[0].type.name)
        return super().find(text, sector)

    def called(self, row):
        return label(row, alone=False)

    def ways(self, rows):
        return tuple(sorted(label(row, alone=False) for row in rows))


class WrittenEnterprises(Enterprises):
    """As people write them in a box: tax code, name, or “name (tax code)”."""

    unknown = N_("There is no enterprise “%(value)s” in %(zone)s: write its tax code or its whole name.")
    near = N_("There is no enterprise “%(value)s” in %(zone)s. Did you mean %(names)s?")
    several = N_("“%(value)s” may be %(names)s: choose one, or write its tax code or number.")

    def __init__(self, zone_ids, texts, *, place=YOURS, own=None):
        texts = {clean(text) for text in texts} - {""}
        parts = {text: _parts(text) for text in texts}
        self.codes = {text: tax_code(text) for text in texts}
        codes = {*self.codes.values()} | {tax_code(code) for _name, code, _pk in parts.values()}
        super().__init__(zone_ids, codes - {""}, place=place, own=own)
        self.by_name, self.all_names, self.all_codes, self.asked = defaultdict(list), None, {}, 0
        pks = {pk for _name, _code, pk in parts.values()} - {0}
        self.by_pk = {row.pk: row for row in self.rows().filter(pk__in=pks)} if pks else {}
        for part in chunks(sorted({_key(text) for text in texts}), 5000):
            for row in self.rows().filter(search_key__in=part):
                self.by_name[row.search_key].append(row)

    def rows(self):
        return super().rows().select_related("zone")

    def candidates(self, text):
        text = clean(text)
        name, code, pk = _parts(text)
        if pk and pk in self.by_pk and name in ("", self.by_pk[pk].name):
            return [self.by_pk[pk]]
        found = [row for row in self.by_code.get(tax_code(code) if code else "", ()) if row.search_key == _key(name)]
        found = found or self.by_code.get(self.codes.get(text) or None, ()) or self.by_name.get(_key(text), ())
        return [row for row in found if row.zone_id == self.own] or list(found) if len(found) > 1 else list(found)

    def find(self, text) -> Enterprise:
        found = self.candidates(text)
        if len(found) == 1:
            return found[0]
        if found:
            ways = tuple(sorted(f"{label(row, alone=False)}" for row in found))
            if len({*ways}) < len(ways):  # one tax code in two zones
                ways = tuple(sorted(f"{row.name} (#{row.pk})" for row in found))
            raise Unreadable("ambiguous", self.several, ways, value=shown(text), names=either(ways))
        if near := self._near(text):
            raise Unreadable("unknown", self.near, near, value=shown(text), zone=self.place, names=either(near))
        raise Unreadable("unknown", self.unknown, value=shown(text), zone=self.place)

    def _near(self, text):
        """Up to three enterprises whose names, or whose tax codes, are written nearly so."""
        if self.all_names is None:
            rows = _in(Enterprise.objects.live(), self.zone_ids).order_by().only("name", "search_key", "tax_code")
            rows = list(rows[: NEAR_AMONG + 1])
            self.all_names = {row.search_key: row for row in rows}
            self.all_codes = {row.tax_code: row for row in rows if row.tax_code}
        self.asked += 1
        if len(self.all_names) > NEAR_AMONG or self.asked > NEAR_ON_A_PAGE:
            return ()
        code = self.codes.get(clean(text))
        among = self.all_codes if code else self.all_names
        close = get_close_matches(code or _key(text), among, n=3, cutoff=0.75)
        return tuple(dict.fromkeys(label(among[key]) for key in close))
