"""Who has reported which period of a year: state, who and when, how late, and what is still missing.

Expected are the reports of the zones directly below the city (where there is none, of the topmost zone): a cluster
reports within its committee, and may freeze figures of its own besides. A report is due ``REPORT_DUE_DAYS`` days
after the period's last day; what is submitted or accepted is in, everything else is overdue from the day after.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from organizations.access import Act, zone_ids_for
from organizations.models import Zone
from organizations.snapshot_read import one_snapshot
from reports.attainment import Standing
from reports.figures import attainment_table
from reports.models import Snapshot, SnapshotFigure, State
from targets.periods import Part, Period, periods_of
from vietnamese.dates import format_date

from .question import Place
from .snapshot_words import day_of, last_step, say_state
from .wording import Said, number, zone_list

ASKED = (Part.Q1, Part.SIX_MONTHS, Part.NINE_MONTHS, Part.YEAR)  # what the office must send; other quarters may be


class Status(StrEnum):
    """Where the report of one zone and period stands; the first five are those of its snapshot."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REOPENED = "reopened"
    COVERED = "covered"  # within what a zone above has sent
    OVERDUE = "overdue"
    DUE = "due"  # the period is over, its due day is not
    RUNNING = "running"
    NOT_BEGUN = "not_begun"
    NOT_EXPECTED = "not_expected"


IN = (Status.SUBMITTED, Status.ACCEPTED)
OWN = (Status.DRAFT, Status.SUBMITTED, Status.ACCEPTED, Status.RETURNED, Status.REOPENED)


@dataclass(frozen=True, slots=True)
class Report:
    """One zone and period. ``late`` counts the days past the due day: until it came in, or until today."""

    zone: Zone
    period: Period
    status: Status
    due_on: date | None  # None: no report of its own is expected
    late: int = 0
    snapshot: Snapshot | None = None
    missing: tuple[str, ...] = ()  # what is not reported, in words
    below: str = ""  # zones below that are not accepted, in words
    freeze_url: str = ""

    @property
    def overdue(self) -> bool:
        return self.late > 0 and self.status not in IN

    @property
    def said(self) -> Said:
        return say_state(self.status.value) if self.status in OWN else _WORDS[self.status]()

    @property
    def late_words(self) -> str:
        if not self.late:
            return ""
        if self.overdue:
            words = ngettext("overdue by %(days)s day", "overdue by %(days)s days", self.late)
        else:
            words = ngettext("sent %(days)s day late", "sent %(days)s days late", self.late)
        return words % {"days": number(self.late)}

    @property
    def who(self) -> str:
        """Who brought it to where it stands, and when."""
        if self.snapshot is None or self.status is Status.COVERED:
            return ""
        person, day = last_step(self.snapshot)
        return f"{person} · {format_date(day)}"

    @property
    def sent(self) -> str:
        """Who submitted it and when, when somebody has since decided on it."""
        row = self.snapshot
        if row is None or row.submitted_by is None or self.status in (Status.SUBMITTED, Status.COVERED):
            return ""
        return _("submitted by %(who)s, %(day)s") % {
            "who": row.submitted_by,
            "day": format_date(day_of(row.submitted_at)),
        }


def _word(symbol, word, tone):
    return lambda: Said(symbol, word(), tone)


_WORDS = {
    Status.COVERED: _word("✓", lambda: _("within the report above"), "muted"),
    Status.OVERDUE: _word("⚠", lambda: _("not submitted"), "bad"),
    Status.DUE: _word("○", lambda: _("to be submitted"), "warn"),
    Status.RUNNING: _word("→", lambda: _("period is running"), "muted"),
    Status.NOT_BEGUN: _word("—", lambda: _("not begun"), "muted"),
    Status.NOT_EXPECTED: _word("—", lambda: _("no report of its own"), "muted"),
}


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
    """Of the reports expected by now: how many are accepted, wait, were returned, are overdue."""

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


def due_on(period: Period) -> date:
    """The last day on which the report of ``period`` is in time."""
    return period.last_day + timedelta(days=settings.REPORT_DUE_DAYS)


def year_to_report(today: date) -> int:
    """The year whose reports are worked at: that of the last quarter that is over."""
    return today.year if today.month > 3 else today.year - 1


def completeness(*, places: Sequence[Place], year: int, today: date, user: User) -> Completeness:
    """The reports of the zones of ``places`` for the periods of ``year``; as many queries for one zone as for all."""
    with one_snapshot():
        held = _held(places, year)
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
    """The reports of the year that is worked at which should be in and are not, the longest overdue first."""
    places = [Place(zone, 0) for zone in Zone.objects.filter(pk__in=zone_ids).order_by("code")]
    year = year_to_report(today)
    columns = [Column(period, due_on(period), True) for period in periods_of(year) if period.part in ASKED]
    reports = _reports(places, columns, _held(places, year), today)
    return sorted((each for each in reports.values() if each.overdue), key=lambda each: -each.late)


def _held(places, year) -> dict[tuple[int, str], Snapshot]:
    """(zone id, period code) → the snapshot that speaks for it: the one in force, else the last drafted."""
    rows = Snapshot.objects.in_zones([place.zone.pk for place in places]).of_year(year)
    found = {}
    for row in rows.exclude(state=State.WITHDRAWN).with_people().order_by("number"):
        key = row.zone_id, row.period
        if key not in found or found[key].state != State.ACCEPTED:
            found[key] = row
    return found


def _reports(places, columns, held, today):
    cities = set(Zone.objects.filter(kind=Zone.Kind.CITY).values_list("pk", flat=True))
    parents = {place.zone.pk: place.zone.parent_id for place in places}
    found = {}
    for place in places:
        zone = place.zone
        reports_itself = zone.pk not in cities and (zone.parent_id is None or zone.parent_id in cities)
        for column in columns:
            key = zone.pk, column.period.code
            expected = reports_itself and column.asked and _open_in(zone, column.period)
            above = _above(zone.pk, column.period.code, parents, held)
            found[key] = judge(zone, column.period, held.get(key), expected=expected, above=above, today=today)
    return found


def _open_in(zone, period):
    return (zone.valid_from is None or zone.valid_from <= period.last_day) and (
        zone.valid_to is None or zone.valid_to >= period.first_day
    )


def _above(zone_id, code, parents, held):
    """What a zone above has sent that covers this one."""
    current = parents.get(zone_id)
    while current is not None:
        row = held.get((current, code))
        if row is not None and row.state in (State.SUBMITTED, State.ACCEPTED) and zone_id in row.zone_ids:
            return row
        current = parents.get(current)
    return None


def judge(
    zone: Zone, period: Period, snapshot: Snapshot | None, *, expected: bool, above: Snapshot | None, today: date
) -> Report:
    """Where the report of ``zone`` stands on ``today``; ``above`` is what a zone above has sent for it."""
    due = due_on(period) if expected else None
    if snapshot is not None:
        status = Status(snapshot.state)
        reached = day_of(snapshot.submitted_at) if status in IN else today
        return Report(zone, period, status, due, max((reached - due).days, 0) if due else 0, snapshot)
    if above is not None:
        return Report(zone, period, Status.COVERED, None, 0, above)
    if not expected:
        return Report(zone, period, Status.NOT_EXPECTED, None)
    if today > due:
        return Report(zone, period, Status.OVERDUE, due, (today - due).days)
    if today > period.last_day:
        return Report(zone, period, Status.DUE, due)
    return Report(zone, period, Status.RUNNING if today >= period.first_day else Status.NOT_BEGUN, due)


def _missing(places, columns, reports, today):
    """(zone id, period code) → (indicator, zones that are silent; none names the whole zone) of what was not reported.

    Of a frozen report as it was frozen, of one that is due as the ledger stands.
    """
    found: dict[tuple[int, str], list[tuple[str, tuple[str, ...]]]] = {}
    own = {key: report.snapshot for key, report in reports.items() if report.status in OWN}
    frozen = {row.pk: key for key, row in own.items()}
    names = {place.zone.code: str(place.zone) for place in places}
    figures = SnapshotFigure.objects.filter(snapshot__in=frozen, reported=False).order_by("order")
    for row in figures:
        if row.standing != Standing.NOT_APPLICABLE:
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
                if figure.attainment.standing is Standing.NOT_REPORTED:
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
        below=zone_list(str(zone) for zone in below) if report.period.last_day < today else "",
        freeze_url=freeze_url(report.zone, report.period) if may and begun and report.status in _FREEZABLE else "",
    )


_FREEZABLE = (
    Status.OVERDUE, Status.DUE, Status.RUNNING, Status.RETURNED, Status.REOPENED, Status.NOT_EXPECTED
)  # fmt: skip


def freeze_url(zone: Zone, period: Period) -> str:
    """Where the figures of a zone and period are frozen."""
    return f"{reverse('reports:snapshot_new')}?{urlencode({'zone': zone.code, 'period': period.code})}"


def _counts(reports: Iterable[Report], today: date) -> Counts:
    """Expected are the reports of periods that are over, and those that came before."""
    wanted = [each for each in reports if each.due_on is not None]
    wanted = [each for each in wanted if each.period.last_day < today or each.snapshot is not None]
    held = Counter(each.status for each in wanted)
    return Counts(
        expected=len(wanted),
        accepted=held[Status.ACCEPTED],
        submitted=held[Status.SUBMITTED],
        returned=held[Status.RETURNED],
        overdue=sum(each.overdue for each in wanted),
    )
