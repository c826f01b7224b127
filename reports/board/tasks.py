"""What waits to be done in a zone, counted, each with the list behind the count and the way to do it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Prefetch
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organizations.models import Enterprise, Event, Headcount, Kind, Organization, latest_of
from organizations.probation import Batch, batches_due
from reports.models import Snapshot, SnapshotFigure, State
from vietnamese.dates import format_date

from .completeness import freeze_url, overdue
from .silence import quiet_now
from .snapshot_words import last_step
from .wording import number, signed

PAGE = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: what it is about, what is known of it, and the page where it is done."""

    name: str
    url: str
    facts: tuple[str, ...]  # one a column of the task
    state: str = ""  # symbol and word
    tone: str = "muted"
    cure: str = ""
    cure_url: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of work. ``found`` gives what waits, countable and sliceable; ``item`` says one of it."""

    slug: str
    title: str | Promise
    hint: str | Promise
    columns: tuple[str | Promise, ...]
    found: Callable[[list[int], date], Iterable]
    item: Callable[[object, date], Item]
    done: str | Promise  # what is said when nothing waits
    subject: str | Promise = gettext_lazy("Organisation")  # what the first column names


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of a task waits, in words, and where its list is; ``late`` of it should have been done by now."""

    task: Task
    count: int
    late: int = 0

    @property
    def number(self) -> str:
        return number(self.count)

    @property
    def said(self) -> str:
        return ngettext("%(count)s is overdue", "%(count)s are overdue", self.late) % {"count": number(self.late)}


def waiting(zone_ids: list[int], today: date, *, board: bool = False) -> list[Waiting]:
    """Every task of a zone (or of the board) with its count; as many queries for one thing to do as for thousands."""
    found = []
    for task in BOARD_TASKS if board else TASKS:
        items = task.found(zone_ids, today)
        late = sum(batch.due_on < today for batch in items) if task.slug == RECOGNITIONS else 0
        found.append(Waiting(task, len(items) if isinstance(items, list) else items.count(), late))
    return sorted(found, key=lambda each: not each.count)  # what is done stands last


# ------------------------------------------------------------------------------------------ the tasks


def _without_decision(zone_ids, today):
    events = Event.objects.in_zones(zone_ids).without_decision().select_related("organization", "recorded_by")
    return events.order_by("-effective_on", "-pk")


def _event(event, today):
    return Item(
        event.organization.name,
        reverse("organizations:organization", args=[event.organization_id]),
        (
            f"{event.get_kind_display()} · {signed(event.quantity)}",
            format_date(event.effective_on),
            str(event.recorded_by),
        ),
        cure=_("Add the decision"),
        cure_url=reverse("organizations:correct", args=[event.pk]),
    )


def _due(zone_ids, today):
    return batches_due(zone_ids, today)


def _batch(batch: Batch, today):
    late = batch.due_on < today
    return Item(
        batch.organization.name,
        reverse("organizations:organization", args=[batch.organization.pk]),
        (
            _("%(left)s of %(admitted)s") % {"left": number(batch.left), "admitted": number(batch.admitted)},
            " · ".join(
                part for part in (format_date(batch.admitted_on), batch.decision and batch.decision.number) if part
            ),
            format_date(batch.due_on),
        ),
        state="▼ " + _("overdue") if late else "→ " + _("due soon"),
        tone="bad" if late else "warn",
        cure=_("Recognise"),
        cure_url=reverse("organizations:act", args=[batch.organization.pk, Kind.RECOGNISED]),
    )


def _uncounted_members(zone_ids, today):
    rows = Organization.objects.uncounted_in(today.year).filter(zone__in=zone_ids).select_related("type")
    return _with_last_count(rows, "organization", zone_ids).order_by("sort_key", "pk")


def _uncounted_workers(zone_ids, today):
    rows = Enterprise.objects.uncounted_in(today.year).filter(zone__in=zone_ids).select_related("park")
    return _with_last_count(rows, "enterprise", zone_ids).order_by("sort_key", "pk")


def _with_last_count(rows, subject, zone_ids):
    own = Headcount.objects.live().filter(zone__in=zone_ids)
    return rows.annotate(
        last_total=latest_of(subject, None, among=own), last_on=latest_of(subject, None, among=own, column="on")
    )


def _organization(row, today):
    return Item(
        row.name,
        reverse("organizations:organization", args=[row.pk]),
        (row.type.name, _last_count(row)),
        cure=_("Record the members"),
        cure_url=_headcount("organization", row),
    )


def _enterprise(row, today):
    return Item(
        row.name,
        reverse("organizations:enterprise", args=[row.pk]),
        (row.park.name, _last_count(row)),
        cure=_("Record the workers"),
        cure_url=_headcount("enterprise", row),
    )


def _headcount(subject, row):
    return f"{reverse('organizations:headcount')}?{subject}={row.pk}"


def _last_count(row):
    if row.last_on is None:
        return _("never counted")
    return _("%(total)s on %(day)s") % {"total": number(row.last_total), "day": format_date(row.last_on)}


def _silent(zone_ids, today):
    return quiet_now(zone_ids, today)


def _quiet(quiet, today):
    asked = urlencode({"zone": quiet.code, "year": quiet.period.year})
    return Item(
        quiet.indicator.name,
        f"{reverse('reports:declarations')}?{asked}",
        (quiet.zone, quiet.period.label),
        state="○ " + _("Not reported"),
        tone="warn",
        cure=_("Declare"),
        cure_url=f"{reverse('reports:declarations')}?{asked}",
    )


# ------------------------------------------------------------------------------------------ frozen figures


@dataclass(frozen=True, slots=True)
class SentBack:
    """What was said of a snapshot that has to be frozen anew; ``figure`` is "—" when it was said of the whole."""

    snapshot: Snapshot
    figure: str
    reason: str

    @property
    def step(self) -> str:
        """What was done to it, by whom and on which day."""
        person, day = last_step(self.snapshot)
        return f"{self.snapshot.get_state_display()} · {person} · {format_date(day)}"


def _sent_back(zone_ids, today):
    """What was returned, reopened, or withdrawn by another than who drafted it, and not frozen anew since."""
    remarked = SnapshotFigure.objects.defer("event_ids").prefetch_related("remarks")
    rows = Snapshot.objects.in_zones(zone_ids).with_people().prefetch_related(Prefetch("figures", remarked))
    back = list(rows.latest().in_state(State.RETURNED, State.REOPENED))
    anew = Snapshot.objects.filter(zone=OuterRef("zone"), period=OuterRef("period"), number__gt=OuterRef("number"))
    back += rows.in_state(State.WITHDRAWN).exclude(ended_by=F("drafted_by")).exclude(Exists(anew))
    found = []
    for row in sorted(back, key=lambda row: (last_step(row)[1], row.pk), reverse=True):
        remarks = [
            SentBack(row, figure.name, one.reason) for figure in row.figures.all() for one in figure.remarks.all()
        ]
        found += (remarks if row.state == State.RETURNED else []) or [SentBack(row, "—", row.reason)]
    return found


def _remark(found: SentBack, today):
    snapshot = found.snapshot
    return Item(
        str(snapshot),
        reverse("reports:snapshot", args=[snapshot.pk]),
        (found.figure, found.reason, found.step),
        cure=_("Freeze anew"),
        cure_url=freeze_url(snapshot.zone, snapshot.covers),
    )


def _in_state(state):
    def found(zone_ids, today):
        rows = Snapshot.objects.in_state(state).in_zones(zone_ids).with_people()
        return rows.order_by("submitted_at" if state == State.SUBMITTED else "drafted_at", "pk")

    return found


def _snapshot(row, today):
    person, day = last_step(row)
    return Item(
        str(row), reverse("reports:snapshot", args=[row.pk]), (format_date(row.as_of), f"{person} · {format_date(day)}")
    )


def _overdue(report, today):
    url = f"{reverse('reports:snapshots')}?{urlencode({'zone': report.zone.code, 'year': report.period.year})}"
    words = (report.said.text, report.beside_said.text if report.beside else "", report.closed_words)
    return Item(
        str(report.zone),
        url,
        (report.period.label, format_date(report.due_on), " · ".join(filter(None, words))),
        state=f"▼ {report.late_words}",
        tone="bad",
    )


RECOGNITIONS = "recognitions"
OVERDUE = Task(
    "overdue",
    gettext_lazy("Reports overdue"),
    gettext_lazy("Periods that are over, past their due day, and not submitted."),
    (gettext_lazy("Period"), gettext_lazy("Due"), gettext_lazy("State")),
    overdue,
    _overdue,
    gettext_lazy("No report is overdue."),
    gettext_lazy("Zone"),
)
TASKS = (
    Task(
        "to-submit",
        gettext_lazy("Figures for the leader to submit"),
        gettext_lazy("Frozen, and not yet sent to the City Organization Board."),
        (gettext_lazy("Figures as of"), gettext_lazy("Last step by")),
        _in_state(State.DRAFT),
        _snapshot,
        gettext_lazy("No frozen figures wait for the leader."),
        gettext_lazy("Frozen figures"),
    ),
    Task(
        "returned",
        gettext_lazy("Figures to freeze anew"),
        gettext_lazy("Returned, reopened or withdrawn, with the reasons: correct the records, then freeze anew."),
        (gettext_lazy("Indicator"), gettext_lazy("Reason"), gettext_lazy("Last step by")),
        _sent_back,
        _remark,
        gettext_lazy("No frozen figures were sent back."),
        gettext_lazy("Frozen figures"),
    ),
    OVERDUE,
    Task(
        RECOGNITIONS,
        gettext_lazy("Recognitions due"),
        gettext_lazy("Probationary members whose twelve months end within 60 days, or have ended."),
        (gettext_lazy("Still on probation"), gettext_lazy("Admitted"), gettext_lazy("Due")),
        _due,
        _batch,
        gettext_lazy("No recognition is due within 60 days."),
    ),
    Task(
        "decisions",
        gettext_lazy("Facts without a decision"),
        gettext_lazy("Lines of the ledger that name no decision number; monthly counts need none."),
        (gettext_lazy("What happened"), gettext_lazy("Date"), gettext_lazy("Recorded by")),
        _without_decision,
        _event,
        gettext_lazy("Every fact names its decision."),
    ),
    Task(
        "members",
        gettext_lazy("Members not counted this year"),
        gettext_lazy("Organisations at work with no count of members in this year."),
        (gettext_lazy("Type"), gettext_lazy("Last count")),
        _uncounted_members,
        _organization,
        gettext_lazy("Every organisation has been counted this year."),
    ),
    Task(
        "workers",
        gettext_lazy("Workers not counted this year"),
        gettext_lazy("Operating enterprises with no count of workers in this year."),
        (gettext_lazy("Industrial park"), gettext_lazy("Last count")),
        _uncounted_workers,
        _enterprise,
        gettext_lazy("Every enterprise has been counted this year."),
        gettext_lazy("Enterprise"),
    ),
    Task(
        "silent",
        gettext_lazy("Indicators not reported in the last quarter"),
        gettext_lazy("No event and no declaration: record what happened, or declare that there is nothing to report."),
        (gettext_lazy("Zone"), gettext_lazy("Period")),
        _silent,
        _quiet,
        gettext_lazy("Every indicator of the last quarter has been reported."),
        gettext_lazy("Indicator"),
    ),
)
BOARD_TASKS = (
    Task(
        "to-decide",
        gettext_lazy("Figures for the board to decide"),
        gettext_lazy("Submitted by zones: accept them, or return them with reasons."),
        (gettext_lazy("Figures as of"), gettext_lazy("Last step by")),
        _in_state(State.SUBMITTED),
        _snapshot,
        gettext_lazy("No submitted figures wait for the board."),
        gettext_lazy("Frozen figures"),
    ),
    OVERDUE,
)
BY_SLUG = {task.slug: task for task in (*TASKS, *BOARD_TASKS)}
