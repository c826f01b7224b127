"""Enterprises that may be recorded twice: names that are the same but for the words every company has in its name."""

import re
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from organizations.models import Enterprise

from ..job import Job, Row

MOST = 20_000  # enterprises of a zone that are compared; of more, this many
SHORTEST = 4  # letters that must be left of a name to tell anything
COMMON = re.compile(
    r"\b(?:cong ty|tnhh|trach nhiem huu han|mtv|mot thanh vien|hai thanh vien|co phan|ctcp|cp|jsc|ltd|co|"
    r"doanh nghiep tu nhan|dntn|hop tac xa|htx|viet nam|vn|hai phong|hp)\b"
)


def bare(key: str) -> str:
    """What is left of the search key of a name without the words that tell nothing; "" when that is too little."""
    rest = " ".join(COMMON.sub(" ", key).split())
    return rest if len(rest) >= SHORTEST else ""


def warn_of_alike(job: Job, new: Iterable[Row], keys: Mapping[Row, str]) -> None:
    """Warn of each new enterprise whose name is nearly that of a recorded one, or of another line.

    ``keys`` are the search keys of the names. Units of one enterprise (0200…-001, -002) are no duplicates.
    """
    new = list(new)
    if not new:
        return
    recorded: dict[str, list[tuple[str, str]]] = {}
    rows = Enterprise.objects.live().filter(zone=job.zone).order_by()
    for key, name, code in rows.values_list("search_key", "name", "tax_code")[:MOST]:
        recorded.setdefault(bare(key), []).append((name, code))
    lines: dict[str, tuple[int, str]] = {}
    for row in new:
        key, root = bare(keys[row]), row.values["tax_code"][:10]
        if not key:
            continue
        found = next((one for one in recorded.get(key, ()) if not root or one[1][:10] != root), None)
        if found is not None:
            job.warn(row, "name", _("“%(name)s” (%(code)s) is recorded: is it the same enterprise?") % {
                "name": found[0], "code": found[1] or _("no tax code")
            })  # fmt: skip
            continue
        line, other = lines.setdefault(key, (row.number, root))
        if line != row.number and (not root or other != root):
            message = _("Line %(line)s has nearly the same name: is it the same enterprise?")
            job.warn(row, "name", message % {"line": line})
