"""A snapshot against now: what each figure was, what it is, and what was recorded since that made it so."""

from django.utils.translation import gettext_lazy as _

from organizations.problems import Problem
from reports.models import Snapshot
from vietnamese.numbers import format_decimal

from .freeze import FrozenIndicator, figures_of, kept_tree, values_of


def moved(snapshot: Snapshot) -> list[Problem]:
    """The figures that the ledger gives otherwise now, as problems of a submission that does not know of it."""
    rows = list(snapshot.figures.defer("event_ids"))
    table = figures_of(
        snapshot.zone, snapshot.covers, as_of=snapshot.as_of, known_at=None,
        indicators=[FrozenIndicator.of(row) for row in rows], tree=kept_tree(snapshot),
    )  # fmt: skip
    found = []
    for row, indicator in zip(rows, table.indicators, strict=True):
        now = values_of(table.figure(table.zones[0], indicator, table.first_year))
        if any(getattr(row, name) != value for name, value in now.items()):
            message = _("%(name)s: frozen %(frozen)s, now %(now)s. Draft anew, or submit anyway.")
            params = {"name": row.name, "frozen": shown(row.actual), "now": shown(now["actual"])}
            found.append(Problem(message, params, "anyway", "moved"))
    return found


def shown(value) -> str:
    return "—" if value is None else format_decimal(value)
