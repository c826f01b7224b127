"""The rows of one form: what was typed, what it means, and what is wrong with it, box by box."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from organizations.access import Act, zone_ids_for
from organizations.actions.checks import LARGEST
from organizations.fields import CountFormField, NameFormField, explain, offers
from organizations.lookups import WrittenEnterprises, WrittenOrganizations
from vietnamese.errors import Unreadable
from vietnamese.text import clean

from .happenings import MOST_ROWS, Column, Happening, proposed_name

NAME = re.compile(r"r([0-9]{1,4})-([a-z_]{1,20})")
LONGEST = 1000  # letters that a box is shown again with


@dataclass(slots=True)
class Fault:
    """One thing wrong with a box, and what may have been meant."""

    message: str
    offers: tuple[str, ...] = ()


@dataclass(slots=True)
class Row:
    """One row: ``typed`` texts by column; ``values`` what they mean, once read."""

    typed: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    reason: str = ""

    def fault(self, column: str, message, offered=()):
        self.faults.setdefault(column, []).append(Fault(str(message), tuple(offered)))

    @property
    def blank(self) -> bool:
        return not any(text.strip() for name, text in self.typed.items() if name != "type")


def typed_rows(data, happening: Happening) -> list[Row]:
    """The rows that a form sent, in their order, blank ones left out."""
    names = {column.name for column in happening.columns} | {"reason"}
    found: dict[int, dict[str, str]] = {}
    for key in data:
        match = NAME.fullmatch(key)
        if match and match[2] in names:
            found.setdefault(int(match[1]), {})[match[2]] = data[key][:LONGEST]
    rows = []
    for _number, typed in sorted(found.items()):
        reason = clean(typed.pop("reason", ""))
        row = Row(typed, reason=reason)
        if not row.blank:
            rows.append(row)
    return rows


def read(rows: list[Row], happening: Happening, user, *, own=None) -> bool:
    """Fill in what the rows mean, or what is wrong with them; whether all is well."""
    first = happening.columns[0]
    find = _finder(rows[:MOST_ROWS], first, happening, user, own)
    types = {str(type_.pk): type_ for type_ in happening.types()} if happening.founds else {}
    for row in rows[:MOST_ROWS]:
        for column in happening.columns:
            text = row.typed.get(column.name, "")
            try:
                row.values[column.name] = _value(column, text, find, types)
            except Unreadable as error:
                row.fault(column.name, explain(error), offers(error))
            except ValidationError as error:
                row.fault(column.name, error.messages[0])
        _complete(row, happening)
    return not any(row.faults for row in rows)


def _finder(rows, column, happening, user, own):
    zone_ids = zone_ids_for(user, Act.ENTER)
    texts = [row.typed.get(column.name, "") for row in rows]
    if happening.founds:
        return WrittenEnterprises(zone_ids, texts, own=own).find
    known = WrittenOrganizations(zone_ids, texts, own=own)
    sectors = happening.sectors

    def find(text):
        return known.find(text, sectors)

    return find


def _value(column: Column, text: str, find, types):
    text = clean(text)
    if not text:
        if column.required:
            raise ValidationError(_("This field is required."))
        return None if column.kind in ("count", "find") else ""
    match column.kind:
        case "find":
            return find(text)
        case "type":
            if text not in types:
                raise ValidationError(_("“%(value)s” is not one of the choices.") % {"value": text[:40]})
            return types[text]
        case "count":
            least = 1 if column.required else None
            return CountFormField(required=False, min_value=least, max_value=LARGEST).clean(text)
    if len(text) > column.longest:
        message = _("At most %(limit)s characters; this has %(length)s.")
        raise ValidationError(message % {"limit": column.longest, "length": len(text)})
    return NameFormField(required=False).clean(text) if column.name in ("name", "new_name") else text


def _complete(row: Row, happening: Happening):
    """What follows from two boxes of a row together."""
    values = row.values
    if happening.founds and "name" in values and not values["name"] and "enterprise" not in row.faults:
        host, type_ = values.get("enterprise"), values.get("type")
        if host is None:
            row.fault("name", _("Give the name, or the enterprise from which it is made."))
        elif type_ is not None:
            values["name"] = row.typed["name"] = proposed_name(type_, host.name)
    total = values.get("quantity")
    if total is not None:
        for name in ("female", "workers"):
            if (values.get(name) or 0) > total:
                told = {"part": values[name], "total": total}
                row.fault(name, _("%(part)s exceeds the total of %(total)s.") % told)
