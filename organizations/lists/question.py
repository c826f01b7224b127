"""What a list was asked: filters, order, columns, page. All of it stands in the address and is written back there.

A value that means nothing is named and left out, never passed over in silence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import SimpleNamespace
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import Count, F, QuerySet, Sum
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound

from organizations.access import scope_of
from organizations.models import SavedView, Zone
from vietnamese.numbers import format_count

from .columns import Column

PAGE = 50
OWN = ("ordering", "column", "page")  # what an address may hold besides filters


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: Any
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter as people see it. ``kind``: "several" boxes, "one" of a list, "text" to type."""

    name: str
    label: Any
    kind: str
    options: list[Option]
    typed: str = ""

    @property
    def used(self):
        return bool(self.typed) or any(option.chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force and the address of the list without it."""

    label: str
    text: str
    without: str


@dataclass(frozen=True, slots=True)
class Problem:
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column: where a click on it leads, and how the list is sorted by it now."""

    column: Column
    query: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row and its cells."""

    row: Any
    cells: list[tuple[Column, Any]]


class Listing:
    """One list as one person asked for it on a day."""

    screen: ClassVar[str]
    filterset: ClassVar[type]
    columns: ClassVar[tuple[Column, ...]]
    facets_shown: ClassVar[dict[str, tuple]]  # name → label, kind
    search_words: ClassVar[Any]  # what is searched for
    by_default: ClassVar[str] = "name"
    kept_apart: ClassVar[tuple[str, ...]] = ()  # columns whose values have people that do not add up

    def __init__(self, params: QueryDict, *, user, today: date):
        self.user, self.today = user, today
        self.problems: list[Problem] = []
        self.params = self._understood(params)
        self.page_number = params.get("page", "1")

    # ------------------------------------------------------------------------------------- the address

    def _understood(self, params):
        """What of ``params`` this list knows; the rest is named in ``problems``. Sets ``asked``, the filter set."""
        known = set(self.filterset.base_filters)
        kept = QueryDict(mutable=True)
        for name, values in params.lists():
            values = list(dict.fromkeys(value.strip() for value in values if value.strip()))
            if name not in known and name not in OWN:
                self._problem(name, name, _("there is no such filter"))
            elif values and name != "page":
                kept.setlist(name, values)
        self.asked = self._filters(kept)
        for name, errors in self.asked.form.errors.items():
            for error in errors:
                self._problem(name, ", ".join(kept.getlist(name)), error)
            kept.pop(name, None)
        if self.problems:
            self.asked = self._filters(kept)
        names = {column.name for column in self.columns}
        chosen = [name for name in kept.getlist("column") if name in names]
        self.shown = [column for column in self.columns if column.name in chosen] or self.usual()
        if self.shown == self.usual():
            kept.pop("column", None)
        else:
            kept.setlist("column", [column.name for column in self.shown])
        self.ordering = kept.get("ordering", self.by_default)
        if self.ordering.removeprefix("-") not in {column.name for column in self.columns if column.sort}:
            self._problem("ordering", self.ordering, _("the list cannot be sorted by this"))
            self.ordering = self.by_default
        if self.ordering == self.by_default:
            kept.pop("ordering", None)
        ordered = QueryDict(mutable=True)  # in one order, so that a view is known again by its address
        for name in (*self.filterset.base_filters, *OWN):
            if name in kept:
                ordered.setlist(name, kept.getlist(name))
        return ordered

    def _filters(self, params):
        asked = self.filterset(params, queryset=self.visible(), request=SimpleNamespace(user=self.user))
        asked.form.is_valid()
        return asked

    def _problem(self, field, value, message):
        self.problems.append(Problem(field, _("“%(value)s”: %(message)s") % {"value": value[:60], "message": message}))

    def usual(self):
        """The columns that are shown unless others are chosen."""
        return [column for column in self.columns if column.shown and (column.name != "zone" or self.many_zones)]

    def query(self, **other) -> str:
        """The question as part of an address, with ``other`` values; None leaves one out."""
        asked = self.params.copy()
        for name, value in other.items():
            if value is None:
                asked.pop(name, None)
            elif isinstance(value, list):
                asked.setlist(name, value)
            else:
                asked[name] = value
        return asked.urlencode()

    @cached_property
    def address(self) -> str:
        return self.query()

    def without(self, name, value) -> str:
        return self.query(**{name: [one for one in self.params.getlist(name) if one != value] or None})

    # ------------------------------------------------------------------------------------- filters in words

    @cached_property
    def zones(self) -> list[Zone]:
        return list(Zone.objects.visible_to(self.user))

    @property
    def many_zones(self) -> bool:
        return len(self.zones) > 1

    def options_of(self, name):
        """Value and words of what ``name`` may be."""
        if name == "zone":
            return [(zone.code, str(zone)) for zone in self.zones]
        field = self.asked.form.fields[name]
        if hasattr(field, "queryset"):
            key = field.to_field_name or "pk"
            return [(str(getattr(row, key)), str(row)) for row in field.queryset]
        return [(value, label) for value, label in getattr(field, "choices", ()) if value]

    @cached_property
    def facets(self) -> list[Facet]:
        facets = []
        for name, (label, kind) in self.facets_shown.items():
            if name == "zone" and not self.many_zones:
                continue
            chosen = self.params.getlist(name)
            if kind == "text":
                facets.append(Facet(name, label, kind, [], chosen[0] if chosen else ""))
            else:
                options = [Option(value, text, value in chosen) for value, text in self.options_of(name)]
                facets.append(Facet(name, label, kind, options))
        return facets

    @cached_property
    def chips(self) -> list[Chip]:
        """Every filter in force; those that only links set are told by ``words_for``."""
        facets = {facet.name: facet for facet in self.facets}
        chips = []
        for name in self.filterset.base_filters:
            for value in self.params.getlist(name):
                facet = facets.get(name)
                label, text = (facet.label, value) if facet else self.words_for(name, value)
                if facet and facet.kind != "text":
                    text = next((option.label for option in facet.options if option.value == value), value)
                chips.append(Chip(str(label), str(text), self.without(name, value)))
        return chips

    @property
    def unfiltered(self) -> str:
        """The address with order and columns, without any filter."""
        return self.query(**dict.fromkeys(self.filterset.base_filters))

    @property
    def before_page(self) -> str:
        """What stands in the address before the number of the page."""
        return f"{self.address}&" if self.address else ""

    @property
    def searched(self) -> str:
        return self.params.get("search", "")

    @property
    def places_meant(self) -> list[tuple[str, str]]:
        """Name and address of filters that the words typed may mean instead; none unless a list says so."""
        return []

    @property
    def links(self) -> list[tuple[str, str]]:
        """Filters that no box of the form holds, so that sending it keeps them."""
        boxes = {facet.name for facet in self.facets} | {"search"}
        names = [name for name in self.filterset.base_filters if name not in boxes]
        return [(name, value) for name in names for value in self.params.getlist(name)]

    @property
    def column_choices(self) -> list[tuple[Column, bool]]:
        return [(column, column in self.shown) for column in self.columns if column.name != "zone" or self.many_zones]

    def words_for(self, name, value):
        """Label and words of a filter that has no box."""
        if name == "zone":
            return _("Zone"), next((zone for zone in self.zones if zone.code == value), value)
        return (_("Words"), f"“{value}”") if name == "search" else (name, value)

    @property
    def headings(self) -> list[Heading]:
        headings = []
        for column in self.shown:
            if not column.sort:
                headings.append(Heading(column))
                continue
            current = self.ordering.removeprefix("-") == column.name
            down = current and not self.ordering.startswith("-")
            # a count is first asked for from the largest down, a name from the beginning of the alphabet
            first = f"-{column.name}" if column.kind == "count" else column.name
            other = column.name if self.ordering.startswith("-") else f"-{column.name}"
            query = self.query(ordering=other if current else first)
            headings.append(Heading(column, query, ("ascending" if down else "descending") if current else ""))
        return headings

    # ------------------------------------------------------------------------------------- rows

    def live(self) -> QuerySet:
        """Every row that stands, whoever may see it."""
        raise NotImplementedError

    def visible(self) -> QuerySet:
        return self.live().visible_to(self.user)

    def rows(self, pks) -> list:
        """The rows of these ids in this order, with all that their cells show."""
        raise NotImplementedError

    def people(self):
        """The expression for the latest count of a row's people."""
        raise NotImplementedError

    def summed(self):
        """The expression for the people a row adds to the sums under the list."""
        return self.people()

    @cached_property
    def found(self) -> QuerySet:
        """The rows that answer the question, without an order."""
        try:
            return self.asked.filter_queryset(self.visible()).order_by()
        except NotFound as absent:  # a zone the person may not see is no more there than one that is not at all
            raise Http404(str(absent.detail)) from None

    @property
    def ordered(self) -> QuerySet:
        name, down = self.ordering.removeprefix("-"), self.ordering.startswith("-")
        sort = next(column.sort for column in self.columns if column.name == name)
        rows = self.found.annotate(people=self.people()) if sort == "people" else self.found
        if sort == "sort_key":
            return rows.order_by("-sort_key" if down else "sort_key", "pk")
        by = F(sort).desc(nulls_last=True) if down else F(sort).asc(nulls_last=True)
        return rows.order_by(by, "sort_key", "pk")

    def ids(self) -> QuerySet:
        """The ids of all rows, in order."""
        return self.ordered.values_list("pk", flat=True)

    @cached_property
    def sums(self) -> list[dict]:
        """By status and what is kept apart: how many rows, and how many people; None where no count is known."""
        found = self.found.annotate(people=self.summed()).values("status", *self.kept_apart)
        return list(found.annotate(rows=Count("pk"), total=Sum("people")))

    @property
    def total(self) -> int:
        return sum(row["rows"] for row in self.sums)

    @property
    def people_sums(self) -> dict[tuple, int]:
        """What is kept apart → its people; nothing of which no count is known."""
        sums: dict[tuple, int] = {}
        for row in self.sums:
            if row["total"] is not None:
                key = tuple(row[name] for name in self.kept_apart)
                sums[key] = sums.get(key, 0) + row["total"]
        return sums

    @cached_property
    def statuses(self) -> list[tuple[str, str, int]]:
        """Words, address and number of rows of each status there is."""
        rows: dict[str, int] = {}
        for row in self.sums:
            rows[row["status"]] = rows.get(row["status"], 0) + row["rows"]
        labels = dict(self.live().model._meta.get_field("status").choices)
        return [(labels[status], self.query(status=[status]), rows[status]) for status in labels if status in rows]

    @cached_property
    def hidden(self) -> int:
        """How many rows are kept in zones the person may not see.

        Whatever was asked: counted by the question, it would tell of each name or tax code whether it is there.
        """
        if scope_of(self.user).zone_ids is None or self.params.get("zone"):
            return 0
        return self.live().exclude(pk__in=self.visible().order_by().values("pk")).order_by().count()

    @cached_property
    def page(self):
        pages = Paginator(range(self.total), PAGE)
        page = pages.get_page(self.page_number)
        first = (page.number - 1) * PAGE
        page.object_list = self.rows(list(self.ids()[first : first + PAGE]))
        return page

    @property
    def lines(self) -> Iterator[Line]:
        """The rows of the page, cell by cell."""
        for row in self.page.object_list:
            yield Line(row, [(column, column.cell(row)) for column in self.shown])

    @property
    def foot(self) -> list[tuple[Column, str]]:
        """What stands under each column: the sums of all pages."""
        rows = _("Total: %(count)s") % {"count": format_count(self.total)}
        people = list(self.people_sums.values())
        people = format_count(people[0]) if len(people) == 1 else ""  # members of unions and of the Party do not add up
        sums = [people if column.sort == "people" else "" for column in self.shown]
        return [(self.shown[0], " ".join(filter(None, [rows, sums[0]]))), *zip(self.shown[1:], sums[1:], strict=True)]

    @cached_property
    def views(self) -> list[SavedView]:
        """The person's views of this list, then those others share."""
        rows = SavedView.objects.visible_to(self.user).filter(screen=self.screen).select_related("owner")
        return sorted(rows, key=lambda view: view.owner_id != self.user.pk)
