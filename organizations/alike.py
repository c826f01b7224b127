"""What may be recorded twice: names that differ only in the words which all such names have, and tax codes again.

Imports, forms and the list of probable duplicates compare by these; nothing else does.
"""

import re
from dataclasses import dataclass

from accounts.models import User
from vietnamese.text import search_key

from .models import Enterprise, Zone

MOST = 20_000  # rows of a zone that are compared; of more, this many
SHORTEST = 4  # letters that must be left of a name to tell anything
COMMON = re.compile(
    r"\b(?:cong ty|cty|tnhh|trach nhiem huu han|mtv|mot thanh vien|hai thanh vien|co phan|ctcp|cp|jsc|ltd|co|"
    r"doanh nghiep tu nhan|dntn|hop tac xa|htx|viet nam|vn|hai phong|hp)\b"
)
ASIDE = re.compile(r"\([^()]*\)")
OF_ORGANIZATIONS = re.compile(
    r"\b(?:chi bo|dang bo|bo phan|truc thuoc|co so|cong doan|nghiep doan|chi doan|doan thanh nien|doan|tncs|hcm)\b"
)


def bare(key: str) -> str:
    """What is left of the search key of a name without the words that tell nothing; "" when that is too little."""
    rest = " ".join(COMMON.sub(" ", key).split())
    return rest if len(rest) >= SHORTEST else ""


def bare_organization(key: str, name: str) -> str:
    """What is left of an organisation's name without what stands in brackets and the words that tell nothing."""
    return bare(OF_ORGANIZATIONS.sub(" ", search_key(ASIDE.sub(" ", name)) if "(" in name else key))


def same_house(code: str, other: str) -> bool:
    """Whether two tax codes are of units of one enterprise (0200…-001, -002), which are no duplicates."""
    return bool(code) and bool(other) and code[:10] == other[:10]


@dataclass(frozen=True, slots=True)
class Alike:
    """A recorded enterprise that may be the one meant; ``same_code`` when the tax code says so, else the name."""

    row: Enterprise
    same_code: bool


def alike_enterprises(
    *, name: str, tax_code: str, zone: Zone, user: User, but: Enterprise | None = None
) -> list[Alike]:
    """The enterprises that ``user`` sees and that may be the one of this name and tax code in ``zone``.

    Of one tax code wherever they are, of nearly one name in the zone and the zones below it.
    """
    live = Enterprise.objects.live().visible_to(user).select_related("zone", "park").exclude(pk=but.pk if but else None)
    found = {}
    if tax_code:
        found = {row.pk: Alike(row, True) for row in live.filter(tax_code=tax_code).order_by("zone__code", "pk")}
    if key := bare(search_key(name)):
        near = live.filter(zone__in=zone.subtree_ids()).order_by("pk")
        keys = near.values_list("pk", "search_key", "tax_code")[:MOST]
        same = [pk for pk, other, code in keys if bare(other) == key and not same_house(tax_code, code)]
        found |= {row.pk: Alike(row, False) for row in live.filter(pk__in=same[:20]) if row.pk not in found}
    return list(found.values())
