"""One snapshot as a page shows it: its figures in words, as they were frozen, and the steps it has taken."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from organizations.models import Change, Event
from reports.attainment import Attainment, Number, PaceStanding, Standing, pace_at, period_progress
from reports.figures import Figure
from reports.models import Snapshot, SnapshotFigure, SnapshotRemark, State
from reports.shares import Share
from reports.snapshots.freeze import FrozenIndicator, counted_by, frozen_events, kept_tree
from targets.measures import Rate, registry
from targets.models import plain

from .snapshot_words import say_state
from .wording import Said, number, say, signed, target_of, zone_list


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; ``url`` opens the events it summed, empty when there is none."""

    figure: SnapshotFigure
    target: str
    actual: str
    said: Said
    missing: str
    url: str
    remarks: list[SnapshotRemark]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what became of it."""

    said: Said
    by: User
    at: datetime
    reason: str
    despite: str = ""  # of what was signed knowingly: which figures the ledger gave otherwise


def rows(snapshot: Snapshot) -> list[Row]:
    """The figures of ``snapshot`` in their order; two queries."""
    found = snapshot.figures.without_events().select_related("indicator").prefetch_related("remarks__by")
    return [_row(snapshot, figure) for figure in found.order_by("order")]


def _row(snapshot, frozen):
    figure = figure_of(snapshot, frozen)
    has_number = figure.attainment.actual is not None
    return Row(
        figure=frozen,
        target=target_of(figure.attainment),
        actual=number(figure.attainment.actual) if has_number else "",
        said=say(figure, snapshot.as_of, counted_by(snapshot)),
        missing=_("not yet reported by %(zones)s") % {"zones": zone_list(figure.missing_names)}
        if has_number and figure.missing
        else "",
        url=reverse("reports:snapshot_figure", args=[snapshot.pk, frozen.code]) if frozen.has_events else "",
        remarks=list(frozen.remarks.all()),
    )


def figure_of(snapshot: Snapshot, frozen: SnapshotFigure) -> Figure:
    """The frozen figure as reports speak of figures; nothing of it is worked out anew but what its own values say."""
    actual, low, high = exact_actual(frozen), plain(frozen.low), plain(frozen.high)
    attainment = Attainment(
        actual=actual,
        low=low,
        high=high,
        reported=actual is not None,
        standing=Standing(frozen.standing),
        percent=_ratio(frozen.percent),
        percent_of_high=_ratio(frozen.percent_of_high),
        pace=_pace(snapshot, frozen, actual, low),
    )
    period, names = snapshot.covers, zone_names(snapshot)
    missing = tuple(frozen.missing)
    called = tuple(names.get(code, code) for code in missing)
    indicator, share = FrozenIndicator.of(frozen), _share(frozen)
    return Figure(snapshot.zone, indicator, period.year, attainment, None, missing, called, period.part, share)


def _share(frozen):
    """What was divided by what; how many were not known is kept, not which."""
    if frozen.read_on is None:
        return None
    factor, unknown = Decimal(frozen.definition["factor"]), tuple(range(frozen.unknown or 0))
    return Share(frozen.numerator, frozen.denominator, factor, frozen.read_on, unknown)


def zone_names(snapshot: Snapshot) -> dict[str, str]:
    """How the zones of ``snapshot`` were called when it was drafted, by code."""
    tree = kept_tree(snapshot)
    return {tree.code(pk): tree.name(pk) for pk in tree.rows}


def exact_actual(frozen: SnapshotFigure) -> Number | None:
    """The result: of a rate what was divided by what, so that it is rounded once, where it is printed."""
    share = _share(frozen)
    return plain(frozen.actual) if share is None or frozen.actual is None else share.value


def _ratio(text):
    return Fraction(Decimal(text)) if text else None


def _pace(snapshot, frozen, actual, low):
    """The pace that was frozen; what it projects follows from the days that had passed."""
    run = period_progress(snapshot.first_day, snapshot.last_day, snapshot.as_of)
    if not frozen.pace or actual is None or low is None or run is None:
        return None
    return replace(pace_at(actual, low, run), standing=PaceStanding(frozen.pace))


def steps(snapshot: Snapshot, user: User) -> list[Step]:
    """What became of ``snapshot``, from its draft on, as the zone's ledger tells it."""
    changes = Change.objects.visible_to(user).filter(model=snapshot._meta.label_lower, object_id=snapshot.pk)
    found = []
    for change in changes.select_related("recorded_by").order_by("pk"):
        told = change.after or {}
        if (state := told.get("state")) in State:
            despite = _despite(told.get("moved", []))
            found.append(Step(say_state(state), change.recorded_by, change.recorded_at, change.reason, despite))
    return found


def _despite(moved):
    if not moved:
        return ""
    each = [_("%(name)s: frozen %(frozen)s, then %(now)s") % row for row in moved]
    return _("Signed although the ledger said otherwise: %(figures)s.") % {"figures": "; ".join(each)}


PAGE = 100


@dataclass(frozen=True, slots=True)
class Opened:
    """A frozen figure opened: exactly the events it summed, those cancelled since included."""

    row: Row
    page: Page
    events: list[tuple[Event, str]]  # with the quantity as it is printed
    total: str
    agrees: bool
    parts: str = ""  # of a rate read on one day, which sums no events: what was divided by what


def opened(snapshot: Snapshot, frozen: SnapshotFigure, page: str) -> Opened:
    """The events of ``frozen`` (read ``without_events``), page by page, and whether they add up to it."""
    events = frozen_events(frozen)
    total = events.totals()["quantity"]
    shown = events.select_related("organization", "type", "zone", "decision__issuer", "recorded_by", "reversal")
    shown = Paginator(shown.order_by("effective_on", "pk"), PAGE).get_page(page)
    expected = frozen.numerator if frozen.numerator is not None else plain(frozen.actual)
    level = is_level(frozen)
    return Opened(
        row=_row(snapshot, frozen),
        page=shown,
        events=[(event, signed(event.quantity)) for event in shown.object_list],
        total=number(total),
        agrees=level or total == (expected or 0),
        parts=_("%(numerator)s of %(denominator)s")
        % {"numerator": number(frozen.numerator), "denominator": number(frozen.denominator)}
        if level
        else "",
    )


def is_level(frozen: SnapshotFigure) -> bool:
    """Whether the figure is a rate that is read on one day and sums no events."""
    measure = registry.get(frozen.definition["measure"])
    return isinstance(measure, Rate) and measure.is_level
