"""Who has reported which period of a year: state, who and when, how late, and what is still missing.

Expected are the reports of the zones directly below the city (where there is none, of the topmost zone): a cluster
reports within its committee, and may freeze figures of its own besides. A report is due ``REPORT_DUE_DAYS`` days
after the period's last day; what is submitted or accepted is in, everything else is overdue from the day after.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from organizations.access import Act, zone_ids_for
from organizations.models import PeriodLock, Zone
from organizations.snapshot_read import one_snapshot
from reports.attainment import Standing
from reports.figures import attainment_table
from reports.models import Snapshot, SnapshotFigure, State
from targets.periods import Part, Period, periods_of
from vietnamese.dates import format_date

from .question import Place
from .reported import OWN, Report, Status, covers, due_on, judge, speaking
from .silence import is_silent
from .wording import zone_list

LOOKED_BACK = 2  # years before the one that is worked at of which reports are still asked for
ASKED = (Part.Q1, Part.SIX_MONTHS, Part.NINE_MONTHS, Part.YEAR)  # what the office must send; other quarters may be


@dataclass(frozen=True, slots=True)
class Column:
    period: Period
    due_on: date
    asked: bool

    @property
    def label(self) -> str:
        return self.period.part.label


@dataclass(frozen=True, slots=True)
class Line:
    """A zone; of each column its report."""

    place: Place
    cells: tuple[tuple[Column, Report], ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the reports expected by now: how many are accepted, wait, were returned, are overdue.

    One that was accepted and sent anew counts as both.
    """

    expected: int = 0
    accepted: int = 0
    submitted: int = 0
    returned: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Completeness:
    year: int
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    counts: Counts
    due_days: int


def year_to_report(today: date) -> int:
    """The year whose reports are worked at: that of the last quarter that is over."""
    return today.year if today.month > 3 else today.year - 1


def completeness(*, places: Sequence[Place], year: int, today: date, user: User) -> Completeness:
    """The reports of the zones of ``places`` for the periods of ``year``; as many queries for one zone as for all."""
    with one_snapshot():
        held = _held(places, year, year)
        used = {period for _zone_id, period in held}
        columns = tuple(
            Column(period, due_on(period), period.part in ASKED)
            for period in periods_of(year)
            if period.part in ASKED or period.code in used
        )
        reports = _reports(places, columns, held, today)
        missing = _missing(places, columns, reports, today)
    freezes = zone_ids_for(user, Act.DRAFT)
    filled = {key: _filled(report, key, places, reports, missing, freezes, today) for key, report in reports.items()}
    lines = tuple(
        Line(place, tuple((column, filled[place.zone.pk, column.period.code]) for column in columns))
        for place in places
    )
    return Completeness(year, columns, lines, _counts(filled.values(), today), settings.REPORT_DUE_DAYS)


def overdue(zone_ids: Iterable[int], today: date) -> list[Report]:
    """The reports that should be in and are not, those that were due last first.

    Asked are the year that is worked at and the ``LOOKED_BACK`` before it.
    """
    places = [Place(zone, 0) for zone in Zone.objects.filter(pk__in=zone_ids).order_by("code")]
    year = year_to_report(today)
    first = year - LOOKED_BACK
    columns = [
        Column(period, due_on(period), True)
        for each in range(first, year + 1)
        for period in periods_of(each)
        if period.part in ASKED
    ]
    reports = _reports(places, columns, _held(places, first, year), today)
    return sorted((each for each in reports.values() if each.overdue), key=lambda each: each.late)


def _held(places, first_year, last_year) -> dict[tuple[int, str], list[Snapshot]]:
    """(zone id, period code) → the snapshots of it that were not withdrawn."""
    rows = Snapshot.objects.in_zones([place.zone.pk for place in places])
    rows = rows.filter(first_day__year__gte=first_year, first_day__year__lte=last_year)
    found = {}
    for row in rows.exclude(state=State.WITHDRAWN).with_people().order_by("number"):
        found.setdefault((row.zone_id, row.period), []).append(row)
    return found


def _reports(places, columns, held, today):
    parents = dict(Zone.objects.values_list("pk", "parent_id"))
    cities = set(Zone.objects.filter(kind=Zone.Kind.CITY).values_list("pk", flat=True))
    closed = _Closed(columns, parents)
    told = {key: speaking(rows, today) for key, rows in held.items()}
    found = {}
    for place in places:
        zone = place.zone
        reports_itself = zone.pk not in cities and (zone.parent_id is None or zone.parent_id in cities)
        for column in columns:
            key = zone.pk, column.period.code
            snapshot, beside = told.get(key, (None, None))
            found[key] = judge(
                zone,
                column.period,
                snapshot,
                expected=reports_itself and column.asked and _open_in(zone, column.period),
                above=_above(zone.pk, column.period.code, parents, told, today),
                today=today,
                beside=beside,
                closed="" if snapshot is not None and snapshot.state in _DONE else closed.days(zone.pk, column.period),
            )
    return found


_DONE = (State.DRAFT, State.SUBMITTED, State.ACCEPTED)  # nothing is to be corrected first


class _Closed:
    """The closed days of zones, which cannot be corrected; one query."""

    def __init__(self, columns, parents):
        self.parents = parents
        days = [day for column in columns for day in (column.period.first_day, column.period.last_day)]
        locks = PeriodLock.objects.in_force().filter(valid_from__lte=max(days), valid_to__gte=min(days))
        self.by_zone = {}
        for lock in locks.order_by("valid_from", "valid_to"):
            self.by_zone.setdefault(lock.zone_id, []).append(lock)

    def days(self, zone_id, period) -> str:
        """The days of ``period`` that are closed for the zone, in words; "" when none is."""
        found = []
        while zone_id is not None:
            for lock in self.by_zone.get(zone_id, ()):
                first, last = max(lock.valid_from, period.first_day), min(lock.valid_to, period.last_day)
                if first <= last:
                    found.append(f"{format_date(first)}–{format_date(last)}")
            zone_id = self.parents.get(zone_id)
        return ", ".join(dict.fromkeys(found))


def _open_in(zone, period):
    return (zone.valid_from is None or zone.valid_from <= period.last_day) and (
        zone.valid_to is None or zone.valid_to >= period.first_day
    )


def _above(zone_id, code, parents, told, today):
    """What a zone above has sent that covers this one."""
    current = parents.get(zone_id)
    while current is not None:
        row, _beside = told.get((current, code), (None, None))
        sent = row is not None and row.state in (State.SUBMITTED, State.ACCEPTED) and covers(row, today)
        if sent and zone_id in row.zone_ids:
            return row
        current = parents.get(current)
    return None


def _missing(places, columns, reports, today):
    """(zone id, period code) → (indicator, zones that are silent; none names the whole zone) of what was not reported.

    Of a frozen report as it was frozen, of one that is due as the ledger stands.
    """
    found: dict[tuple[int, str], list[tuple[str, tuple[str, ...]]]] = {}
    own = {key: report.snapshot for key, report in reports.items() if report.status in OWN}
    frozen = {row.pk: key for key, row in own.items()}
    names = {place.zone.code: str(place.zone) for place in places}
    figures = SnapshotFigure.objects.filter(snapshot__in=frozen, reported=False).defer("event_ids")
    for row in figures.order_by("order"):
        nothing_to_say = row.standing == Standing.NOT_REPORTED and row.numerator is not None  # nor to divide by
        if row.standing != Standing.NOT_APPLICABLE and not nothing_to_say:
            key = frozen[row.snapshot_id]
            called = () if row.standing == Standing.NOT_REPORTED else (names.get(code, code) for code in row.missing)
            found.setdefault(key, []).append((row.name, tuple(called)))
    for column in columns:
        code = column.period.code
        zones = [place.zone for place in places if reports[place.zone.pk, code].status in _WAITED_FOR]
        if not zones:
            continue
        table = attainment_table(
            zones=zones,
            first_year=column.period.year,
            last_year=column.period.year,
            as_of=min(today, column.period.last_day),
            part=column.period.part,
        )
        for zone in zones:
            for indicator in table.indicators:
                figure = table.figure(zone, indicator, column.period.year)
                if is_silent(figure):
                    found.setdefault((zone.pk, code), []).append((indicator.name, ()))
                elif figure.missing:
                    found.setdefault((zone.pk, code), []).append((indicator.name, figure.missing_names))
    return found


_WAITED_FOR = (Status.OVERDUE, Status.DUE)


def _filled(report, key, places, reports, missing, freezes, today):
    """``report`` with what is missing in it and where it is frozen."""
    zone_id, code = key
    silent = tuple(
        _("%(indicator)s: %(zones)s") % {"indicator": indicator, "zones": zone_list(zones)} if zones else indicator
        for indicator, zones in missing.get(key, ())
    )
    below = [
        place.zone
        for place in places
        if place.zone.parent_id == zone_id
        and (reports[place.zone.pk, code].due_on is not None or reports[place.zone.pk, code].snapshot is not None)
        and reports[place.zone.pk, code].status not in (Status.ACCEPTED, Status.COVERED)
    ]
    may = freezes is None or zone_id in freezes
    begun = report.period.first_day <= today
    return replace(
        report,
        missing=silent,
        in_part=sum(bool(zones) for _indicator, zones in missing.get(key, ())),
        below=zone_list(str(zone) for zone in below) if report.period.last_day < today else "",
        freeze_url=freeze_url(report.zone, report.period) if may and begun and report.status in _FREEZABLE else "",
    )


_FREEZABLE = (Status.OVERDUE, Status.DUE, Status.RUNNING, Status.RETURNED, Status.REOPENED)


def freeze_url(zone: Zone, period: Period) -> str:
    """Where the figures of a zone and period are frozen."""
    return f"{reverse('reports:snapshot_new')}?{urlencode({'zone': zone.code, 'period': period.code})}"


def _counts(reports: Iterable[Report], today: date) -> Counts:
    """Expected are the reports of periods that are over, and those that came before."""
    wanted = [each for each in reports if each.due_on is not None]
    wanted = [each for each in wanted if each.period.last_day < today or each.snapshot is not None]
    held = Counter(each.status for each in wanted)
    held.update(Status(each.beside.state) for each in wanted if each.beside and each.beside.state != State.ACCEPTED)
    return Counts(
        expected=len(wanted),
        accepted=held[Status.ACCEPTED],
        submitted=held[Status.SUBMITTED],
        returned=held[Status.RETURNED],
        overdue=sum(each.overdue for each in wanted),
    )
