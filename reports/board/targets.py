"""The page of targets: what a zone was given for a year beside what it did, and how that is shared out below it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.forms import BoundField
from django.utils.translation import gettext as _

from organizations.models import Zone
from organizations.snapshot_read import one_snapshot
from reports.attainment import published_flag
from reports.counting import counting
from reports.figures import attainment_table
from targets.forms import TargetSheetForm, percent_name, range_name, seen_name
from targets.models import Indicator, Target, TargetVersion, plain
from vietnamese.numbers import format_decimal
from vietnamese.ranges import format_range

from .page import indicators
from .question import Question
from .wording import Said, gap, number, say

Current = Mapping[tuple[int, int], TargetVersion]


@dataclass(frozen=True, slots=True)
class Given:
    """One indicator of the zone: its target with the paper behind it, what was done, and what was published."""

    indicator: Indicator
    target: str  # "5–7", or "—"
    version: TargetVersion | None
    in_force: bool  # on the day asked about
    actual: str
    url: str
    said: Said
    published: str
    differs: bool  # neither rounding nor truncation of our figures gives the percent published
    range_box: BoundField | None = None
    percent_box: BoundField | None = None
    seen: BoundField | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """The targets of one zone below, one cell an indicator."""

    zone: Zone
    url: str
    cells: list[tuple[str, BoundField | None, BoundField | None]]


@dataclass(frozen=True, slots=True)
class Sum:
    """Of one indicator: the zones' targets together, and how that differs from the zone's own, in words."""

    total: str
    difference: str
    tone: str


@dataclass(frozen=True, slots=True)
class Step:
    """One version of a target: what it was before and became, "—" for none."""

    version: TargetVersion
    indicator: Indicator
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Sheet:
    given: list[Given]
    shares: list[Share]
    sums: list[Sum]
    years: list[int]  # with targets of this zone, to copy from
    history: list[Step]


def versions(zones: list[Zone], year: int) -> list[TargetVersion]:
    """Every version of the live targets, in the order recorded; one query."""
    rows = TargetVersion.objects.filter(target__zone__in=zones, target__year=year, target__voided_by=None)
    related = ("target__indicator", "target__zone", "decision__issuer", "recorded_by")
    return list(rows.select_related(*related).order_by("recorded_at", "number"))


def current_targets(zones: list[Zone], year: int) -> dict[tuple[int, int], TargetVersion]:
    """The version last recorded of each live target: (zone id, indicator id) → version; one query."""
    return {(row.target.zone_id, row.target.indicator_id): row for row in versions(zones, year)}


def history(zones: list[Zone], year: int) -> list[Step]:
    """How the targets of the year came to be what they are, the newest first."""
    last: dict[int, TargetVersion] = {}
    steps = []
    for row in versions(zones, year):
        steps.append(Step(row, row.target.indicator, _range(last.get(row.target_id)), _range(row)))
        last[row.target_id] = row
    return steps[::-1]


def ranges(current: Current) -> dict[tuple[int, int], tuple]:
    """The ranges that are promised."""
    return {key: (plain(row.low), plain(row.high)) for key, row in current.items() if row.low is not None}


def further_down(zones: list[Zone], copied: int, year: int) -> list[Zone]:
    """Of the zones of a page, the one it shows and those directly below it, those below which a copy is left to do.

    That is: further below are targets of ``copied`` of which ``year`` has none yet.
    """
    on_page = {zone.pk for zone in zones}
    deeper = Zone.objects.descendants(zones[0], include_self=False).exclude(pk__in=on_page)
    held, there = (ranges(current_targets(list(deeper), each)) if deeper else {} for each in (copied, year))
    having = {zone_id for zone_id, _indicator in held.keys() - there.keys()}
    if not having:
        return []
    parents = {zone.pk: zone.parent_id for zone in deeper}
    found = set()
    for pk in having:
        while pk in parents:
            pk = parents[pk]
        found.add(pk)
    return [zone for zone in zones if zone.pk in found]


def sheet(question: Question, current: Current, form: TargetSheetForm | None) -> Sheet:
    """What the page shows; boxes only for a person who may assign (``form``). As many queries whatever the zones."""
    zone, children = question.zone, question.children
    with one_snapshot():
        counted = form.indicators if form else indicators()
        table = attainment_table(
            zones=[zone], first_year=question.year, last_year=question.year, as_of=question.as_of, indicators=counted
        )
        years = Target.objects.filter(zone=zone, voided_by=None).exclude(year=question.year)
        years = list(years.order_by("-year").values_list("year", flat=True).distinct())
    return Sheet(
        given=[_given(question, table, zone, indicator, current, form) for indicator in counted],
        shares=[_share(question, child, counted, current, form) for child in children],
        sums=[_sum(zone, children, indicator, form.typed() if form else ranges(current), form) for indicator in counted]
        if children
        else [],
        years=years,
        history=history([zone, *children], question.year),
    )


def _given(question, table, zone, indicator, current, form):
    version = current.get((zone.pk, indicator.pk))
    figure = table.figure(zone, indicator, question.year)
    published = version.published_percent if version else None
    has_actual = figure.attainment.actual is not None
    return Given(
        indicator=indicator,
        target=_range(version),
        version=version if version is not None and version.low is not None else None,
        in_force=figure.target is not None and version is not None and figure.target.pk == version.pk,
        actual=number(figure.attainment.actual) if has_actual else "",
        url=question.events(indicator, zone=zone.code),
        said=say(figure, question.as_of),
        published="" if published is None else f"{format_decimal(published)}%",
        differs=published_flag(figure.attainment.actual, counting().end(figure.attainment), published),
        range_box=form[range_name(zone, indicator)] if form else None,
        percent_box=form[percent_name(zone, indicator)] if form else None,
        seen=form[seen_name(zone, indicator)] if form else None,
    )


def _share(question, zone, counted, current, form):
    cells = [
        (
            _range(current.get((zone.pk, indicator.pk))),
            form[range_name(zone, indicator)] if form else None,
            form[seen_name(zone, indicator)] if form else None,
        )
        for indicator in counted
    ]
    return Share(zone, f"?{question.query(zone=zone.code)}", cells)


def _sum(zone, children, indicator, given, form):
    """``given`` are the ranges that are promised or, in a form, that stand in its boxes."""
    if indicator.is_rate:
        return Sum("—", _("a rate is no sum"), "muted")
    shares = [given[child.pk, indicator.pk] for child in children if (child.pk, indicator.pk) in given]
    own = given.get((zone.pk, indicator.pk))
    if not shares:
        return Sum("—", "", "muted")
    low, high = (sum((Decimal(share[end]) for share in shares), Decimal()) for end in (0, 1))
    total = format_range(plain(low), plain(high))
    if form and any(form[range_name(each, indicator)].errors for each in (zone, *children)):
        return Sum(total, "—", "muted")  # what cannot be read adds up to nothing
    if own is None:
        return Sum(total, _("none of its own"), "muted")
    by = plain(low - Decimal(own[0])), plain(high - Decimal(own[1]))
    if by == (0, 0):
        return Sum(total, "✓ " + _("no difference"), "ok")
    words = gap(*by)
    mark = "▲" if min(by) >= 0 else "▼" if max(by) <= 0 else "▲▼"  # one end more, the other less
    return Sum(total, f"{mark} {words}", "ok" if min(by) >= 0 else "warn")


def _range(version):
    return "—" if version is None or version.low is None else format_range(plain(version.low), plain(version.high))
