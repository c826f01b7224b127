"""Which rows may be one, and why it seems so: read, never decided here. A person compares the two and says."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import combinations, pairwise
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from accounts.models import User

from .alike import MOST, bare, bare_organization, same_house
from .models import Coverage, Decision, Distinct, Enterprise, Event, Kind, Organization, OrganizationType

SMALL = 6  # rows alike of which every two are a pair; of more, each is paired with the next
NEARLY = 0.88  # of the letters of two names founded by one decision are the same, in the same order

SAME_CODE = _("the same tax code")
SAME_NAME = _("nearly the same name")
NO_CODE = _("one has no tax code")
ONE_DECISION = _("founded by one decision under similar names")
ONE_HOST = _("two of one sector work in one enterprise")
ONE_NUMBER = _("the same number and date, issuers written differently")


@dataclass(slots=True)
class Pair:
    """Two rows of the table ``of`` that may be one; ``likely`` is higher the more it seems so."""

    of: str
    first: int
    second: int
    why: list[Any] = field(default_factory=list)
    likely: int = 0
    rows: tuple[Any, Any] | None = None  # filled by ``with_rows``
    said: Distinct | None = None  # that they are two, and who said so


def pairs(user: User) -> dict[str, list[Pair]]:
    """The pairs ``user`` may see, of each table, the likeliest first; and those said to be two, under "distinct"."""
    found = {
        Distinct.Of.ENTERPRISES.value: _enterprises(user),
        Distinct.Of.ORGANIZATIONS.value: _organizations(user),
        Distinct.Of.DECISIONS.value: _decisions(user),
    }
    said = {(one.of, one.first, one.second): one for one in Distinct.objects.select_related("said_by")}
    shown: dict[str, list[Pair]] = {of: [] for of in found} | {"distinct": []}
    for of, rows in found.items():
        for pair in sorted(rows.values(), key=lambda pair: (-pair.likely, pair.first, pair.second)):
            pair.said = said.get((of, pair.first, pair.second))
            shown["distinct" if pair.said else of].append(pair)
    return shown


def with_rows(page: Iterable[Pair]) -> list[Pair]:
    """The pairs with their rows, read in one query a table."""
    page = list(page)
    tables = {
        Distinct.Of.ENTERPRISES: Enterprise.objects.select_related("zone", "park"),
        Distinct.Of.ORGANIZATIONS: Organization.objects.select_related("zone", "type"),
        Distinct.Of.DECISIONS: Decision.objects.select_related("zone", "issuer"),
    }
    for of, rows in tables.items():
        wanted = {pk for pair in page if pair.of == of for pk in (pair.first, pair.second)}
        held = rows.in_bulk(wanted)
        for pair in page:
            if pair.of == of:
                pair.rows = (held[pair.first], held[pair.second])
    return page


def _note(found: dict, of: str, one: int, other: int, why: Any, likely: int) -> None:
    key = (min(one, other), max(one, other))
    pair = found.setdefault(key, Pair(of, *key))
    pair.why.append(why)
    pair.likely += likely


def _couples(rows: list) -> Iterator[tuple]:
    return combinations(rows, 2) if len(rows) <= SMALL else pairwise(rows)


def _enterprises(user: User) -> dict:
    found: dict[tuple[int, int], Pair] = {}
    of = Distinct.Of.ENTERPRISES.value
    codes, names = defaultdict(list), defaultdict(list)
    rows = Enterprise.objects.live().visible_to(user).order_by("zone", "pk")
    for pk, zone_id, key, code in rows.values_list("pk", "zone_id", "search_key", "tax_code").iterator():
        if code:
            codes[code].append(pk)
        names[zone_id, bare(key)].append((pk, code))
    for group in codes.values():
        for one, other in _couples(group):
            _note(found, of, one, other, SAME_CODE, 4)
    for (_zone, key), group in names.items():
        for (one, code), (other, second) in _couples(group[:MOST]) if key else ():
            if not same_house(code, second):  # units of one enterprise are no duplicates
                _note(found, of, one, other, SAME_NAME, 2)
                if not code or not second:
                    _note(found, of, one, other, NO_CODE, 1)
    return found


def _organizations(user: User) -> dict:
    found: dict[tuple[int, int], Pair] = {}
    of = Distinct.Of.ORGANIZATIONS.value
    standing = Organization.objects.live().visible_to(user).filter(dissolved_on=None)
    standing = standing.exclude(type__level=OrganizationType.Level.COMPONENT).order_by()
    columns = ("pk", "zone_id", "sector", "search_key", "name", "parent_id")
    names, told = defaultdict(list), {}
    for pk, zone_id, sector, key, name, parent in standing.order_by("pk").values_list(*columns).iterator():
        rest = bare_organization(key, name)
        told[pk] = (sector, rest, parent)
        if rest:
            names[zone_id, sector, rest].append(pk)

    def note(one, other, why, likely):
        if told[one][2] != other and told[other][2] != one:  # none is the other's superior
            _note(found, of, one, other, why, likely)

    for group in names.values():
        for one, other in _couples(group):
            note(one, other, SAME_NAME, 3)
    founded = defaultdict(list)
    foundings = Event.objects.live().filter(kind=Kind.ESTABLISHED, decision__isnull=False, organization__in=standing)
    for pk, decision in foundings.order_by("organization").values_list("organization", "decision"):
        if pk in told:
            founded[decision, told[pk][0]].append(pk)
    for group in founded.values():
        for one, other in _couples(group) if len(group) > 60 else combinations(group, 2):
            if _similar(told[one][1], told[other][1]):
                note(one, other, ONE_DECISION, 4)
    hosts = defaultdict(list)
    covered = Coverage.objects.filter(valid_to=None, organization__in=standing).order_by("organization", "pk")
    for pk, host in covered.values_list("organization", "enterprise").distinct():
        if pk in told:
            hosts[host, told[pk][0]].append(pk)
    for group in hosts.values():
        for one, other in _couples(group):
            if told[one][2] is None or told[one][2] != told[other][2]:  # cells of one committee share its enterprise
                note(one, other, ONE_HOST, 1)
    return found


def _similar(one: str, other: str) -> bool:
    """Whether two bare names are nearly one; cells numbered 1 and 2 are two."""
    if not one or not other:
        return False
    words, others = one.split(), other.split()
    if sorted(filter(str.isdigit, words)) != sorted(filter(str.isdigit, others)):
        return False
    if set(words) <= set(others) or set(others) <= set(words):
        return True
    return SequenceMatcher(None, one, other).ratio() >= NEARLY


def _decisions(user: User) -> dict:
    found: dict[tuple[int, int], Pair] = {}
    seen = Decision.objects.live().visible_to(user)
    twice = seen.order_by().values("number_key", "issued_on").annotate(rows=Count("pk")).filter(rows__gt=1)
    keys = {(row["number_key"], row["issued_on"]) for row in twice}
    groups = defaultdict(list)
    if keys:
        rows = seen.filter(number_key__in={number for number, _day in keys}).order_by("pk")
        for pk, *key in rows.values_list("pk", "number_key", "issued_on"):
            if tuple(key) in keys:
                groups[tuple(key)].append(pk)
    for group in groups.values():
        for one, other in _couples(group):
            _note(found, Distinct.Of.DECISIONS.value, one, other, ONE_NUMBER, 1)
    return found
