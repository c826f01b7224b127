"""The history of a register row: who changed what, when, from what to what, and why; in words, never in ids."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page, Paginator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from organizations.models import Change, Coverage, Enterprise, Organization, Park
from vietnamese.dates import format_date

PAGE = 50
NOTHING = "—"
ROWS = {  # names under which changes keep ids, beside those of columns
    "enterprises": Enterprise, "enterprise_id": Enterprise, "lead": Enterprise, "left_enterprise_id": Enterprise,
}  # fmt: skip
OF_THE_SAME_TABLE = ("merged_row", "separated_row")
SCOPED = (Enterprise, Organization)  # a name tells of its zone: only who reads that zone is told
UNTOLD = ("merge", "coverage")  # what is kept to undo an act, or to read the past; told in words beside it


@dataclass(frozen=True, slots=True)
class Entry:
    """One change; ``fields`` are label, before and after in words."""

    change: Change
    fields: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class History:
    page: Page
    entries: list[Entry]


def history(row: models.Model, user: User, page: str) -> History:
    """The changes of ``row`` that ``user`` sees, the newest first."""
    changes = Change.objects.visible_to(user).filter(model=row._meta.label_lower, object_id=row.pk)
    shown = Paginator(changes.select_related("recorded_by", "batch_row__batch").order_by("-pk"), PAGE).get_page(page)
    return History(shown, told(type(row), list(shown.object_list), user))


def told(model: type[models.Model], changes: Iterable[Change], user: User) -> list[Entry]:
    """``changes`` of rows of ``model`` in words for ``user``; more changes ask no more queries."""
    changes = list(changes)
    names = _names(model, changes, user)
    return [Entry(change, _fields(model, change, names)) for change in changes]


def _fields(model, change, names):
    before, after = change.before or {}, change.after or {}
    found = []
    for name in dict.fromkeys([*after, *before]):
        if name in UNTOLD:
            continue
        words = [_word(model, name, image[name], names) if name in image else "" for image in (before, after)]
        if words[0] == words[1] or not any(words):
            continue
        created = change.action == Change.Action.CREATED
        if created and words[1] in ("", NOTHING):
            continue
        found.append((_label(model, name), words[0] or NOTHING, words[1] or NOTHING))
    return found


def _column(model, name):
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        try:
            return model._meta.get_field(name.removesuffix("_id"))
        except FieldDoesNotExist:
            return None


def _label(model, name):
    said = {
        "enterprises": _("enterprises covered"),
        "enterprise_id": _("enterprise covered"),
        "left_enterprise_id": _("enterprise no longer covered"),
        "lead": Coverage._meta.get_field("is_lead").verbose_name,
        "valid_from": _("valid from"),
        "valid_to": _("valid to"),
        "stays": _("stays in parks"),
        "merged_row": _("row merged into this one"),
        "separated_row": _("row separated from this one"),
    }
    column = _column(model, name)
    label = said.get(name) or (column.verbose_name if column is not None else name.replace("_", " "))
    return capfirst(str(label))


def _ids(model, name, value):
    """(model, id) of each row that ``value`` names."""
    if name == "stays":
        return [(Park, stay[0]) for stay in value or ()]
    column = _column(model, name)
    other = model if name in OF_THE_SAME_TABLE else ROWS.get(name)
    other = other or (column.related_model if column is not None and column.is_relation else None)
    if other is None or value is None or isinstance(value, bool):
        return []
    values = value if isinstance(value, list) else [value]
    return [(other, one) for one in values if isinstance(one, int)]


def _names(model, changes, user):
    """The names of all rows that the changes mention, where ``user`` may open them; two queries a table."""
    wanted = defaultdict(set)
    for change in changes:
        for image in (change.before or {}, change.after or {}):
            for name, value in image.items():
                if name in UNTOLD:
                    continue
                for other, pk in _ids(model, name, value):
                    wanted[other].add(pk)
    names = {}
    for other, pks in wanted.items():
        rows = other._default_manager.select_related("zone") if other in SCOPED else other._default_manager
        seen = set(rows.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True)) if other in SCOPED else pks
        for pk, row in rows.in_bulk(pks).items():
            outside = _("a row outside your scope (%(zone)s)")
            names[other, pk] = str(row) if pk in seen else outside % {"zone": row.zone}
    return names


def _word(model, name, value, names):
    if value is None or value == "" or value == []:
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "stays":
        return "; ".join(_stay(names, *stay) for stay in value)
    if ids := _ids(model, name, value):
        return ", ".join(names.get(key, _("a row that is gone")) for key in ids)
    column = _column(model, name)
    if column is not None and column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, str) and isinstance(column, models.DateField) or name in ("valid_from", "valid_to"):
        return format_date(date.fromisoformat(value))
    return str(value)


def _stay(names, park_id, first, last):
    park = names.get((Park, park_id), "")
    first, last = (day and format_date(date.fromisoformat(day)) for day in (first, last))
    if first and last:
        return _("%(park)s from %(first)s to %(last)s") % {"park": park, "first": first, "last": last}
    if first:
        return _("%(park)s from %(first)s") % {"park": park, "first": first}
    if last:
        return _("%(park)s until %(last)s") % {"park": park, "last": last}
    return park
