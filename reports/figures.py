"""From the ledger to figures: how many, of how many, for zones × indicators × years, as of a day and as known then.

The sums are read in at most three queries whatever the number of zones: whole years from ``YearTotal``, the running
months of the year that ``as_of`` cuts from ``MonthTotal``, and the days of the cut month from the events themselves.
With ``known_at`` the totals, which know only now, are left aside and the events are read. A zone's figure is the sum
over itself and every zone below it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, Sum
from django.db.models.functions import ExtractYear

from organizations.models import Event, MonthTotal, YearTotal, Zone
from organizations.models.ledger import LIVE_WEIGHT
from organizations.snapshot_read import one_snapshot
from targets.models import Indicator, TargetVersion, Term, plain
from targets.periods import Period

from .attainment import Attainment, TermAttainment, attain, attain_term, progress
from .heard import Declared, Reports, Tree

BASIS = "low"  # percent is of the low end of the range


@dataclass(frozen=True, slots=True)
class Figure:
    """One zone, one indicator, one year: the attainment, its target, and who has yet to report."""

    zone: Zone
    indicator: Indicator
    year: int
    attainment: Attainment
    target: TargetVersion | None
    missing: tuple[str, ...] = ()  # codes of the zones below that have not reported
    missing_names: tuple[str, ...] = ()  # and how people call them

    @property
    def reported(self) -> bool:
        """Whether every zone that should report has."""
        return self.attainment.reported and not self.missing

    @property
    def published_percent(self) -> Decimal | None:
        return self.target.published_percent if self.target else None


@dataclass(frozen=True, slots=True)
class Table:
    """The figures asked for, and the question: what was asked is printed on every page and paper."""

    zones: tuple[Zone, ...]
    indicators: tuple[Indicator, ...]
    first_year: int
    last_year: int
    as_of: date
    known_at: datetime | None
    figures: Mapping[tuple[int, int, int], Figure]  # (zone id, indicator id, year)
    terms: tuple[tuple[int, int], ...] = field(default=())  # the parts of terms within the years asked for

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)

    def figure(self, zone: Zone, indicator: Indicator, year: int) -> Figure:
        return self.figures[zone.pk, indicator.pk, year]

    def yearly(self, zone: Zone, indicator: Indicator) -> dict[int, Attainment]:
        return {year: self.figure(zone, indicator, year).attainment for year in self.years}

    def over(self, zone: Zone, indicator: Indicator, first_year: int, last_year: int) -> TermAttainment:
        """The indicator of ``zone`` over consecutive years of the table."""
        yearly = self.yearly(zone, indicator)
        return attain_term({year: yearly[year] for year in range(first_year, last_year + 1)})


def attainment_table(
    *,
    zones: Iterable[Zone],
    first_year: int,
    last_year: int,
    as_of: date,
    known_at: datetime | None = None,
    indicators: Iterable[Indicator] | None = None,
) -> Table:
    """The figures of ``zones`` from ``first_year`` to ``last_year``; raises ValueError when the years are reversed."""
    if first_year > last_year:
        raise ValueError(f"first_year={first_year} is after last_year={last_year}")
    with one_snapshot():
        return _table(zones, first_year, last_year, as_of, known_at, indicators)


def _table(zones, first_year, last_year, as_of, known_at, indicators):
    zones = tuple(zones)
    if indicators is None:
        indicators = Indicator.objects.filter(is_active=True).prefetch_related("types", "parks")
    indicators = tuple(indicators)
    tree = Tree()
    covered = {pk for zone in zones for pk in tree.below(zone.pk)}
    sums = _sums(covered, indicators, first_year, last_year, as_of, known_at)
    versions = _versions(zones, indicators, first_year, last_year, as_of, known_at)
    last_day = min(date(last_year, 12, 31), as_of)
    declared = Declared(covered, indicators, date(first_year, 1, 1), last_day, known_at)
    figures = {}
    for indicator in indicators:
        for year in range(first_year, last_year + 1):
            running = progress(year, as_of)
            reports = Reports(tree, sums, declared, indicator.pk, Period(year), as_of)
            for zone in zones:
                figures[zone.pk, indicator.pk, year] = _figure(
                    zone, indicator, year, tree, reports, versions.get((zone.pk, indicator.pk, year)), running
                )
    terms = tuple(
        (max(term.first_year, first_year), min(term.last_year, last_year))
        for term in Term.objects.filter(first_year__lte=last_year, last_year__gte=first_year)
    )
    return Table(zones, indicators, first_year, last_year, as_of, known_at, figures, terms)


def _figure(zone, indicator, year, tree, reports, version, running):
    actual, live = reports.total(zone.pk)
    low = high = None
    if version is not None:
        low, high = plain(version.low), plain(version.high)
    any_report = live > 0 or reports.anything_declared(zone.pk)
    attainment = attain(
        actual=actual if any_report else None,
        low=low,
        high=high,
        reported=any_report,
        applicable=not reports.not_applicable(zone.pk),
        progress=running,
    )
    missing = reports.missing(zone.pk) if any_report else []
    codes, names = tuple(tree.code(pk) for pk in missing), tuple(tree.name(pk) for pk in missing)
    return Figure(zone, indicator, year, attainment, version, codes, names)


# ---------------------------------------------------------------------------------------------- sums


def _sums(zone_ids, indicators, first_year, last_year, as_of, known_at):
    """(zone id, indicator id, year) → (quantity, live events)."""
    last_year = min(last_year, as_of.year)
    found: dict[tuple[int, int, int], tuple[int, int]] = {}
    if first_year > last_year or not zone_ids:
        return found
    selections = {indicator.pk: indicator.selection() for indicator in indicators}

    def add(queryset, live, wanted):
        if not wanted:
            return
        columns = {}
        for pk in wanted:
            q = selections[pk].q()
            columns[f"quantity_{pk}"] = Sum("quantity", filter=q)
            columns[f"live_{pk}"] = Sum(live, filter=q)
        everything = Q()
        for pk in wanted:
            everything |= Q(sector=selections[pk].sector, kind__in=selections[pk].kinds)
        rows = queryset.filter(everything, zone__in=zone_ids).order_by().values("zone_id", "year").annotate(**columns)
        for row in rows:
            for pk in wanted:
                if row[f"live_{pk}"] is not None:
                    key = (row["zone_id"], pk, row["year"])
                    quantity, live_events = found.get(key, (0, 0))
                    found[key] = (quantity + row[f"quantity_{pk}"], live_events + row[f"live_{pk}"])

    events = Event.objects.annotate(year=ExtractYear("effective_on"))
    if known_at is not None:
        add(events.known_at(known_at).as_of(as_of).in_years(first_year, last_year), LIVE_WEIGHT, list(selections))
        return found
    cut = as_of.year if as_of.year == last_year and (as_of.month, as_of.day) != (12, 31) else None
    whole_until = last_year if cut is None else cut - 1
    coarse = [pk for pk, selection in selections.items() if not selection.needs_months]
    fine = [pk for pk in selections if pk not in coarse]
    whole = {"year__gte": first_year, "year__lte": whole_until}
    if first_year <= whole_until:
        add(YearTotal.objects.filter(**whole), "live", coarse)
    months = Q(**whole) if fine else Q(pk=None)
    if cut is not None:
        cut_months = Q(year=cut, month__lt=as_of.month)
        if fine:
            add(MonthTotal.objects.filter(months | cut_months), "live", fine)
        add(MonthTotal.objects.filter(cut_months), "live", coarse)
        add(events.as_of(as_of).filter(effective_on__gte=as_of.replace(day=1)), LIVE_WEIGHT, list(selections))
    elif fine:
        add(MonthTotal.objects.filter(months), "live", fine)
    return found


# ---------------------------------------------------------------------------------------------- targets


def _versions(zones, indicators, first_year, last_year, as_of, known_at):
    """(zone id, indicator id, year) → the version in force: the last recorded of those decided by ``as_of``."""
    rows = (
        TargetVersion.objects.filter(
            target__zone__in=[zone.pk for zone in zones],
            target__indicator__in=[indicator.pk for indicator in indicators],
            target__year__gte=first_year,
            target__year__lte=last_year,
        )
        .known_at(known_at)
        .holding(as_of)
        .select_related("target", "decision")
        .order_by("recorded_at", "seq")
    )
    found = {(row.target.zone_id, row.target.indicator_id, row.target.year): row for row in rows}
    return {key: row for key, row in found.items() if row.low is not None}
