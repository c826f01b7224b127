"""One report of the office, that of a zone for a period: where it stands, how late it is, what speaks for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organizations.models import Zone
from reports.models import Snapshot, State
from targets.periods import Period
from vietnamese.dates import format_date

from .snapshot_words import day_of, last_step, say_state
from .wording import Said, number


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
    """One zone and period. ``late`` counts the days past the due day: until it came in whole, or until today."""

    zone: Zone
    period: Period
    status: Status
    due_on: date | None  # None: no report of its own is expected
    late: int = 0
    snapshot: Snapshot | None = None
    missing: tuple[str, ...] = ()  # what is not reported, or not by every zone, in words
    in_part: int = 0  # how many of these were reported, though not by every zone
    below: str = ""  # zones below that are not accepted, in words
    freeze_url: str = ""
    beside: Snapshot | None = None  # another of the same zone and period that stands beside the one that speaks
    closed: str = ""  # days of it that are closed to corrections, in words
    whole: bool = True  # whether what was sent tells all of the period that is over

    @property
    def overdue(self) -> bool:
        return self.late > 0 and not (self.status in IN and self.whole)

    @property
    def said(self) -> Said:
        return as_far_as(self.snapshot) if self.status in OWN else _WORDS[self.status]()

    @property
    def beside_said(self) -> Said:
        return as_far_as(self.beside)

    @property
    def missing_words(self) -> str:
        """How many indicators nobody reported, and how many some zones did not."""
        silent = len(self.missing) - self.in_part
        found = []
        if silent:
            words = ngettext("%(count)s indicator not reported", "%(count)s indicators not reported", silent)
            found.append(words % {"count": number(silent)})
        if self.in_part:
            words = ngettext("%(count)s not by every zone", "%(count)s not by every zone", self.in_part)
            found.append(words % {"count": number(self.in_part)})
        return ", ".join(found)

    @property
    def closed_words(self) -> str:
        return _("closed to corrections: %(days)s") % {"days": self.closed} if self.closed else ""

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


def due_on(period: Period) -> date:
    """The last day on which the report of ``period`` is in time."""
    return period.last_day + timedelta(days=settings.REPORT_DUE_DAYS)


def judge(
    zone: Zone,
    period: Period,
    snapshot: Snapshot | None,
    *,
    expected: bool,
    above: Snapshot | None,
    today: date,
    beside: Snapshot | None = None,
    closed: str = "",
) -> Report:
    """Where the report of ``zone`` stands on ``today``; ``above`` is what a zone above has sent for it."""
    due = due_on(period) if expected else None
    if snapshot is not None:
        status = Status(snapshot.state)
        whole = covers(snapshot, today)
        reached = day_of(snapshot.submitted_at) if status in IN and whole else today
        late = max((reached - due).days, 0) if due else 0
        return Report(zone, period, status, due, late, snapshot, beside=beside, closed=closed, whole=whole)
    if above is not None:
        return Report(zone, period, Status.COVERED, None, 0, above)
    if not expected:
        return Report(zone, period, Status.NOT_EXPECTED, None, beside=beside)
    if today > due:
        late = (today - due).days
        return Report(zone, period, Status.OVERDUE, due, late, beside=beside, closed=closed)
    if today > period.last_day:
        return Report(zone, period, Status.DUE, due, beside=beside, closed=closed)
    return Report(zone, period, Status.RUNNING if today >= period.first_day else Status.NOT_BEGUN, due)


def speaking(rows: Sequence[Snapshot], today: date) -> tuple[Snapshot | None, Snapshot | None]:
    """Of the snapshots of a zone and period, those withdrawn aside, the one that speaks for it and the one beside it.

    What is accepted speaks as long as it covers what is over, and what was frozen after it stands beside it. Once
    the period is over, an acceptance of only its first days stands beside what came after, or beside nothing.
    """
    last = max(rows, key=lambda row: row.number, default=None)
    accepted = [row for row in rows if row.state == State.ACCEPTED]
    held = max(accepted, key=lambda row: (row.until, row.number), default=None)
    if held is None:
        return last, None
    other = None if last.state == State.ACCEPTED else last
    return (held, other) if covers(held, today) else (other, held)


def covers(snapshot: Snapshot, today: date) -> bool:
    """Whether ``snapshot`` tells of all of its period that is to be told: of one that runs, any day does."""
    return snapshot.until == snapshot.last_day or today <= snapshot.last_day


def as_far_as(snapshot: Snapshot) -> Said:
    """Where ``snapshot`` stands, and of what does not tell the whole period up to which day it tells."""
    said = say_state(snapshot.state)
    if snapshot.until == snapshot.last_day:
        return said
    words = _("%(state)s as of %(day)s") % {"state": said.word, "day": format_date(snapshot.until)}
    return replace(said, word=words)
