"""What a decision decided: the ledger rows that cite it, told by the room that owns each table.

A room adds its tables with ``PANELS.append``; a page about decisions asks all of them and knows none.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vietnamese.numbers import format_count

from .lifecycle import COUNTS_MEMBERS, RULES
from .models import Event, Headcount, Kind, OrganizationRating


@dataclass(frozen=True, slots=True)
class Decided:
    """How much a decision decided of one kind: the lines that stand, what they add up to, and the others."""

    key: str
    label: str
    standing: int
    withdrawn: int
    amount: str


@dataclass(frozen=True, slots=True)
class Line:
    """One ledger row that cites the decision; ``withdrawn`` says in words that it no longer stands, and why.

    ``url`` leads to what it is about, ``row_url`` to the row itself, where it has a page.
    """

    key: str
    name: str
    url: str
    zone: Any
    day: date | None
    amount: str
    withdrawn: str
    recorded_by: Any
    recorded_at: Any
    row_url: str = ""


class Panel:
    """A ledger table whose rows cite decisions: its rows by kind, and each row in words."""

    keys: tuple[str, ...]  # the kinds of row it tells

    def rows(self, user) -> QuerySet:
        """The rows ``user`` may see, in order, with what ``line`` reads; those that only take another back left out."""
        raise NotImplementedError

    def decided(self, rows: QuerySet) -> Iterable[tuple[int, Decided]]:
        """Decision id and what is decided, for each decision and kind among ``rows``; one query."""
        raise NotImplementedError

    def line(self, row: Any) -> Line:
        raise NotImplementedError

    def of_kind(self, rows: QuerySet, key: str) -> QuerySet:
        return rows

    def first(self, rows: QuerySet, limit: int) -> QuerySet:
        """The first ``limit`` rows of each kind."""
        return rows[:limit]


class OneKind(Panel):
    """A table whose rows are of one kind; ``stands`` are those that nothing has replaced."""

    stands = Q(replaced_by__isnull=True)

    def named(self) -> str:
        """What its rows are called, in the language of the reader."""
        raise NotImplementedError

    def amount(self, standing: int) -> str:
        return format_count(standing)

    def decided(self, rows):
        sums = rows.order_by().values("decision_id")
        for row in sums.annotate(lines=Count("pk"), standing=Count("pk", filter=self.stands)):
            standing = row["standing"]
            gone, amount = row["lines"] - standing, self.amount(standing)
            yield row["decision_id"], Decided(self.keys[0], self.named(), standing, gone, amount)


class Events(Panel):
    keys = tuple(Kind.values)

    def rows(self, user):
        found = Event.objects.visible_to(user).filter(reverses=None)
        related = ("organization", "zone", "recorded_by", "reversal")
        return found.select_related(*related).order_by("organization__sort_key", "pk")

    def decided(self, rows):
        stands = Q(reversal__isnull=True)
        sums = (
            rows.order_by()
            .values("decision_id", "kind")
            .annotate(lines=Count("pk"), standing=Count("pk", filter=stands), quantity=Sum("quantity", filter=stands))
        )
        for row in sorted(sums, key=lambda row: self.keys.index(row["kind"])):
            kind, standing = row["kind"], row["standing"]
            amount = people(abs(row["quantity"] or 0)) if kind in COUNTS_MEMBERS else organisations(standing)
            label = str(Kind(kind).label)
            yield row["decision_id"], Decided(kind, label, standing, row["lines"] - standing, amount)

    def of_kind(self, rows, key):
        return rows.filter(kind=key)

    def first(self, rows, limit):
        place = Window(RowNumber(), partition_by="kind", order_by=["organization__sort_key", "pk"])
        return rows.annotate(place=place).filter(place__lte=limit)

    def line(self, row):
        return Line(
            key=row.kind,
            name=f"{row.old_name} → {row.new_name}" if row.kind == Kind.RENAMED else row.organization.name,
            url=address(row.organization),
            zone=row.zone,
            day=row.effective_on,
            amount=people(RULES[row.kind].sign * row.quantity) if row.kind in COUNTS_MEMBERS else "",
            withdrawn=_because(_("reversed"), row.reversal.reason) if hasattr(row, "reversal") else "",
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at,
            row_url=reverse("organizations:event", args=[row.pk]),
        )


class Headcounts(OneKind):
    keys = ("headcount",)

    def rows(self, user):
        found = Headcount.objects.visible_to(user).filter(withdrawn=False)
        related = ("organization", "enterprise", "zone", "recorded_by", "replaced_by")
        return found.select_related(*related).order_by("-on", "-pk")

    def named(self):
        return _("headcounts")

    def line(self, row):
        subject = row.organization or row.enterprise
        return Line(
            key="headcount",
            name=subject.name,
            url=address(subject),
            zone=row.zone,
            day=row.on,
            amount=people(row.total),
            withdrawn=_because(_("replaced"), row.replaced_by.reason) if hasattr(row, "replaced_by") else "",
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at,
        )


class Ratings(OneKind):
    keys = ("rating",)

    def rows(self, user):
        found = OrganizationRating.objects.visible_to(user).filter(withdrawn=False)
        return found.select_related("organization", "zone", "recorded_by", "replaced_by").order_by("-year", "-pk")

    def named(self):
        return _("ratings")

    def amount(self, standing):
        return organisations(standing)

    def line(self, row):
        return Line(
            key="rating",
            name=row.organization.name,
            url=address(row.organization),
            zone=row.zone,
            day=None,
            amount=f"{row.year}: {row.get_grade_display()}",
            withdrawn=_because(_("replaced"), row.replaced_by.reason) if hasattr(row, "replaced_by") else "",
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at,
        )


def people(number: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", number) % {"count": format_count(number)}


def organisations(number: int) -> str:
    return ngettext("%(count)s organisation", "%(count)s organisations", number) % {"count": format_count(number)}


def _because(word, reason):
    return f"{word}: {reason}" if reason else word


def address(row) -> str:
    """The page of ``row``, "" while it has none."""
    try:
        return row.get_absolute_url()
    except AttributeError:
        return ""


PANELS: list[Panel] = [Events(), Headcounts(), Ratings()]


def decided_by(decisions, user) -> dict[int, list[Decided]]:
    """What each of ``decisions`` decided, as far as ``user`` sees it; a query for each table."""
    found: dict[int, list[Decided]] = defaultdict(list)
    for panel in PANELS:
        for pk, decided in panel.decided(panel.rows(user).filter(decision__in=decisions)):
            found[pk].append(decided)
    return found


def first_lines(decision, user, limit: int) -> dict[str, list[Line]]:
    """The first ``limit`` lines of each kind that cite ``decision``; a query for each table."""
    found: dict[str, list[Line]] = defaultdict(list)
    for panel in PANELS:
        for row in panel.first(panel.rows(user).filter(decision=decision), limit):
            line = panel.line(row)
            found[line.key].append(line)
    return found


def panel_of(key: str) -> Panel | None:
    """The panel that tells the rows of this kind."""
    return next((panel for panel in PANELS if key in panel.keys), None)
