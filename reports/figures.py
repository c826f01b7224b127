"""From the ledger to figures: how many, of how many, for zones × indicators × years, as of a day and as known then.

The sums are read in at most three queries whatever the number of zones: whole years from ``YearTotal``, the running
months of the year that ``as_of`` cuts from ``MonthTotal``, and the days of the cut month from the events themselves.
With ``known_at`` the totals, which know only now, are left aside and the events are read. A zone's figure is the sum
over itself and every zone below it; a rate is divided after that (``shares``).

A part of a year (``targets.periods``) is counted in its own days up to ``as_of`` and held against the target of the
whole year that was in force on its last day: six and nine months read as the year did on that day. Whole months come
from ``MonthTotal``, the days of the month that ``as_of`` cuts from the events.
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
from targets.periods import Part, Period

from .attainment import Attainment, TermAttainment, attain, attain_term, period_progress
from .counting import counting
from .heard import Declared, Reports, Tree
from .shares import Share, Shares


@dataclass(frozen=True, slots=True)
class Figure:
    """One zone, one indicator, one year or part of it: the attainment, its target, and who has yet to report."""

    zone: Zone
    indicator: Indicator
    year: int
    attainment: Attainment
    target: TargetVersion | None
    missing: tuple[str, ...] = ()  # codes of the zones below that have not reported
    missing_names: tuple[str, ...] = ()  # and how people call them
    part: Part = Part.YEAR
    share: Share | None = None  # of a rate: what was divided by what

    @property
    def period(self) -> Period:
        return Period(self.year, self.part)

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
    terms: tuple[tuple[int, int], ...] = field(
        default=()
    )  # the parts of terms within the years; none of parts of years
    part: Part = Part.YEAR  # of each year

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)

    def period(self, year: int) -> Period:
        """What of ``year`` the figures count."""
        return Period(year, self.part)

    def figure(self, zone: Zone, indicator: Indicator, year: int) -> Figure:
        return self.figures[zone.pk, indicator.pk, year]

    def yearly(self, zone: Zone, indicator: Indicator) -> dict[int, Attainment]:
        return {year: self.figure(zone, indicator, year).attainment for year in self.years}

    def over(self, zone: Zone, indicator: Indicator, first_year: int, last_year: int) -> TermAttainment:
        """The indicator of ``zone`` over consecutive years of the table."""
        yearly = self.yearly(zone, indicator)
        years = {year: yearly[year] for year in range(first_year, last_year + 1)}
        running = {year for year in years if self.as_of < self.period(year).last_day}
        return attain_term(years, counting().basis, adds_up=not indicator.is_rate, running=running)


def attainment_table(
    *,
    zones: Iterable[Zone],
    first_year: int,
    last_year: int,
    as_of: date,
    known_at: datetime | None = None,
    indicators: Iterable[Indicator] | None = None,
    part: Part = Part.YEAR,
    tree: Tree | None = None,
) -> Table:
    """The figures of ``zones`` from ``first_year`` to ``last_year``, of each year its ``part``.

    Raises ValueError when the years are reversed. A figure of a part counts the part's days up to ``as_of`` against
    the year's target in force on the last of them. Silence in a part that is over is broken by declarations that
    cover all of it, in one that runs by one for its first days; zones that were not open in it are not missing.
    ``tree`` says which zones lie below which, and since when: as they stood at ``known_at``, unless it is given.
    """
    if first_year > last_year:
        raise ValueError(f"first_year={first_year} is after last_year={last_year}")
    with one_snapshot():
        periods = [Period(year, part) for year in range(first_year, last_year + 1)]
        return _table(zones, periods, as_of, known_at, indicators, tree or Tree(known_at=known_at))


def _table(zones, periods, as_of, known_at, indicators, tree):
    first_year, last_year, part = periods[0].year, periods[-1].year, periods[0].part
    zones = tuple(zones)
    if indicators is None:
        indicators = Indicator.objects.filter(is_active=True).prefetch_related("types", "parks")
    indicators = tuple(indicators)
    covered = {pk for zone in zones for pk in tree.below(zone.pk)}
    sums = _sums(covered, indicators, first_year, last_year, part, as_of, known_at)
    versions = _versions(zones, indicators, periods, as_of, known_at)
    shares = Shares(tree, covered, as_of, known_at)
    declared = Declared(covered, indicators, periods[0].first_day, min(periods[-1].last_day, as_of), known_at)
    figures = {}
    for indicator in indicators:
        for period in periods:
            running = period_progress(period.first_day, period.last_day, as_of)
            reports = Reports(tree, sums, declared, indicator.pk, period, as_of)
            for zone in zones:
                key = zone.pk, indicator.pk, period.year
                work = _rate if indicator.is_rate else _figure
                figures[key] = work(zone, indicator, period, tree, reports, versions.get(key), running, shares)
    terms = ()
    if part is Part.YEAR:  # a sum of first quarters is the figure of no term
        terms = tuple(
            (max(term.first_year, first_year), min(term.last_year, last_year))
            for term in Term.objects.filter(first_year__lte=last_year, last_year__gte=first_year)
        )
    return Table(zones, indicators, first_year, last_year, as_of, known_at, figures, terms, part)


def _figure(zone, indicator, period, tree, reports, version, running, _shares):
    actual, live = reports.total(zone.pk)
    any_report = live > 0 or reports.anything_declared(zone.pk)
    attainment = _attained(zone, version, reports, actual if any_report else None, running)
    missing = reports.missing(zone.pk) if any_report else []
    codes, names = tuple(tree.code(pk) for pk in missing), tuple(tree.name(pk) for pk in missing)
    return Figure(zone, indicator, period.year, attainment, version, codes, names, period.part)


def _rate(zone, indicator, period, tree, reports, version, running, shares):
    """A rate is reported when its numerator is and there is something to divide by; else there is no figure.

    A rate that is read on one day (enterprises with an organisation) is known without anybody's report, and has no
    pace: it does not grow by the day, so no straight line leads from it to the end of the year.
    """
    counted, missing = None, []
    if indicator.counted.is_level:
        running = None
    else:
        actual, live = reports.total(zone.pk)
        if live > 0 or reports.anything_declared(zone.pk):
            counted, missing = actual, reports.missing(zone.pk)
    share = shares.share(indicator, zone.pk, period, counted)
    attainment = _attained(zone, version, reports, share and share.value, running)
    codes, names = tuple(tree.code(pk) for pk in missing), tuple(tree.name(pk) for pk in missing)
    return Figure(zone, indicator, period.year, attainment, version, codes, names, period.part, share)


def _attained(zone, version, reports, actual, running):
    """``actual`` against the target of ``version``; None of both when nothing was reported, or promised."""
    low = high = None
    if version is not None:
        low, high = plain(version.low), plain(version.high)
    return attain(
        actual=actual,
        low=low,
        high=high,
        reported=actual is not None,
        applicable=not reports.not_applicable(zone.pk),
        progress=running,
    )


# ---------------------------------------------------------------------------------------------- sums


def _sums(zone_ids, indicators, first_year, last_year, part, as_of, known_at):
    """(zone id, indicator id, year) → (quantity, live events) of the part of each year."""
    last_year = min(last_year, as_of.year)
    found: dict[tuple[int, int, int], tuple[int, int]] = {}
    if first_year > last_year or not zone_ids:
        return found
    selections = {
        indicator.pk: indicator.selection()
        for indicator in indicators
        if not (indicator.is_rate and indicator.counted.is_level)
    }

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
    first_month, last_month = part.months
    if known_at is not None:
        known = events.known_at(known_at).as_of(as_of).in_years(first_year, last_year)
        add(known.in_months(first_month, last_month), LIVE_WEIGHT, list(selections))
        return found
    if part is not Part.YEAR:
        period = Period(last_year, part)
        cut = as_of if period.first_day <= as_of < period.last_day else None
        whole_until = last_year if as_of >= period.last_day else last_year - 1
        months = Q(year__gte=first_year, year__lte=whole_until, month__gte=first_month, month__lte=last_month)
        if cut is not None:
            months |= Q(year=cut.year, month__gte=first_month, month__lt=cut.month)
            add(events.as_of(cut).filter(effective_on__gte=cut.replace(day=1)), LIVE_WEIGHT, list(selections))
        add(MonthTotal.objects.filter(months), "live", list(selections))
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


def _versions(zones, indicators, periods, as_of, known_at):
    """(zone id, indicator id, year) → the version in force: the last recorded of those decided by ``as_of``.

    Of a part of a year, those decided by its last day: its figure is closed with the target it was worked for.
    """
    rows = (
        TargetVersion.objects.filter(
            target__zone__in=[zone.pk for zone in zones],
            target__indicator__in=[indicator.pk for indicator in indicators],
            target__year__gte=periods[0].year,
            target__year__lte=periods[-1].year,
        )
        .known_at(known_at)
        .holding(as_of)
        .select_related("target", "decision")
        .order_by("recorded_at", "seq")
    )
    closed = {period.year: date.max if period.is_year else period.last_day for period in periods}
    found = {
        (row.target.zone_id, row.target.indicator_id, row.target.year): row
        for row in rows
        if row.holds_from <= closed[row.target.year]
    }
    return {key: row for key, row in found.items() if row.low is not None}


def counted(
    zone_ids: Iterable[int], indicators: Iterable[Indicator], period: Period, as_of: date
) -> dict[tuple[int, int, int], tuple[int, int]]:
    """What the zones themselves recorded of a period: (zone id, indicator id, year) → (quantity, live events)."""
    return _sums(set(zone_ids), tuple(indicators), period.year, period.year, period.part, as_of, None)
