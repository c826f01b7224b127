"""The steps of a snapshot as pages speak of them: buttons, what a step will do, and why it cannot be taken."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from organizations.access import Act, may
from organizations.problems import Conflict
from reports.models import Snapshot, State
from reports.snapshot_forms import AnywayForm, ReasonForm, ReturnForm, StepForm
from reports.snapshots import actions
from reports.snapshots.difference import moved
from reports.snapshots.knowingly import seen_of
from reports.snapshots.steps import ACT, TABLE, Step, check
from targets.periods import periods_of
from vietnamese.dates import format_date

from .completeness import ASKED, freeze_url
from .wording import number


@dataclass(frozen=True)
class StepPage:
    """A step: its words, its form, the act that takes it, and what is told before (``will``, in sentences)."""

    step: Step
    title: str | Promise
    form: type[StepForm]
    act: Callable[..., Snapshot]
    will: Callable[[Snapshot], list[str]]
    said: str | Promise  # once it is taken
    destructive: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A step this person may take now, or one that only its author may not: then ``why`` says so."""

    label: str
    url: str
    destructive: bool = False
    why: str = ""


def _of_part(snapshot):
    """What must be known of figures that end before their period does."""
    if snapshot.as_of >= snapshot.last_day:
        return []
    words = _(
        "⚠ These are the figures as of %(day)s, not of the whole period: it runs until %(last)s, and its report stays "
        "due."
    )
    return [words % {"day": format_date(snapshot.as_of), "last": format_date(snapshot.last_day)}]


def _left_behind(snapshot):
    """The reports of shorter periods whose days are closed with these though nobody has accepted them."""
    shorter = [
        period
        for period in periods_of(snapshot.covers.year)
        if period.part in ASKED and period != snapshot.covers
        and snapshot.first_day <= period.first_day and period.last_day <= snapshot.until
    ]  # fmt: skip
    rows = Snapshot.objects.in_state(State.ACCEPTED).filter(zone=snapshot.zone_id)
    accepted = set(rows.filter(period__in=[period.code for period in shorter]).values_list("period", flat=True))
    left = [period.label for period in shorter if period.code not in accepted]
    if not left:
        return []
    words = _("⚠ Not accepted yet, and closed with it: %(periods)s. Their records cannot be corrected afterwards.")
    return [words % {"periods": ", ".join(left)}]


def _submitting(snapshot):
    return [
        *_of_part(snapshot),
        _("The figures go to the City Organization Board as they were frozen, under your name."),
        _("Until the board decides nothing else is frozen for this zone and period."),
    ]


def _accepting(snapshot):
    days = (snapshot.until - snapshot.first_day).days + 1
    below = len(snapshot.zones) - 1
    where = _("%(zone)s and %(below)s below it") % {
        "zone": snapshot.zone, "below": ngettext("%(count)s zone", "%(count)s zones", below) % {"count": below},
    } if below else str(snapshot.zone)  # fmt: skip
    closes = ngettext(
        "%(days)s day is closed: %(first)s to %(last)s, for %(where)s.",
        "%(days)s days are closed: %(first)s to %(last)s, for %(where)s.",
        days,
    ) % {
        "days": number(days), "first": format_date(snapshot.first_day), "last": format_date(snapshot.until),
        "where": where,
    }  # fmt: skip
    return [
        *_of_part(snapshot),
        closes,
        *_left_behind(snapshot),
        _("From then on no event, headcount, target or declaration dated within these days is recorded or changed."),
        _("Only the City Organization Board can reopen them, with a reason."),
    ]


def _returning(snapshot):
    return [
        _("The zone reads your reasons beside the figures, corrects its records and freezes anew."),
        _("Nothing is closed; this snapshot stays as it is."),
    ]


def _reopening(snapshot):
    words = _("%(first)s to %(last)s are open again for %(zone)s: what is dated within them can be changed.")
    values = {
        "first": format_date(snapshot.first_day), "last": format_date(snapshot.until), "zone": snapshot.zone
    }  # fmt: skip
    return [words % values, _("The frozen figures stay readable; the zone freezes anew when it has corrected them.")]


def _withdrawing(snapshot):
    return [_("Nobody decides on it any more; it stays readable, and other figures can be frozen in its place.")]


PAGES = {
    each.step.value: each
    for each in (
        StepPage(
            Step.SUBMIT, gettext_lazy("Submit to the board"), AnywayForm, actions.submit, _submitting,
            gettext_lazy("Submitted to the City Organization Board."),
        ),
        StepPage(
            Step.ACCEPT, gettext_lazy("Accept"), AnywayForm, actions.accept, _accepting, gettext_lazy("Accepted.")
        ),
        StepPage(
            Step.RETURN, gettext_lazy("Return to the zone"), ReturnForm, actions.send_back, _returning,
            gettext_lazy("Returned to the zone."), destructive=True,
        ),
        StepPage(
            Step.REOPEN, gettext_lazy("Reopen the period"), ReasonForm, actions.reopen, _reopening,
            gettext_lazy("Reopened."), destructive=True,
        ),
        StepPage(
            Step.WITHDRAW, gettext_lazy("Withdraw the figures"), ReasonForm, actions.withdraw, _withdrawing,
            gettext_lazy("Withdrawn."), destructive=True,
        ),
    )
}  # fmt: skip


def buttons(snapshot: Snapshot, user: User, *, is_last: bool) -> list[Button]:
    """What ``user`` may do to the snapshot now; ``is_last``: nothing was frozen after it for its zone and period."""
    found = []
    for name, page in PAGES.items():
        if (State(snapshot.state), page.step) not in TABLE or not may(user, ACT[page.step], snapshot.zone_id):
            continue
        url, why = reverse("reports:snapshot_step", args=[snapshot.pk, name]), ""
        try:
            check(snapshot, page.step, user)
        except (PermissionDenied, Conflict):
            why = own_words(snapshot, user)
        found.append(Button(str(page.title), url, page.destructive, why))
    ended = snapshot.state in (State.RETURNED, State.REOPENED, State.WITHDRAWN)
    if is_last and ended and may(user, Act.DRAFT, snapshot.zone_id):
        found.append(Button(_("Freeze anew"), freeze_url(snapshot.zone, snapshot.covers)))
    return found


def own_words(snapshot: Snapshot, user: User) -> str:
    """Why its author decides nothing of it."""
    if user.pk == snapshot.submitted_by_id:
        return _("You submitted these figures, so you do not decide on them: ask another member of the board.")
    return _("You froze these figures, so you do not decide on them: ask another member of the board.")


def what_next(snapshot: Snapshot) -> str:
    """Who has to do what now, in a sentence."""
    match snapshot.state:
        case State.DRAFT:
            return _("Waiting for the zone's leader to submit it.")
        case State.SUBMITTED:
            return _("Waiting for the City Organization Board to accept or return it.")
        case State.ACCEPTED:
            return _("%(first)s to %(last)s are closed; only the City Organization Board can reopen them.") % {
                "first": format_date(snapshot.first_day), "last": format_date(snapshot.until)
            }  # fmt: skip
        case State.RETURNED:
            return _("The zone corrects what was remarked and freezes the figures anew.")
        case State.REOPENED if closing := actions.still_closing(snapshot):
            return _(
                "Reopened, but its days stay closed by what else was accepted: %(locks)s. Until the City Organization "
                "Board reopens that too, the records of these days cannot be corrected."
            ) % {"locks": "; ".join(_lock_words(lock) for lock in closing)}
        case State.REOPENED:
            return _("The days are open again; the zone corrects its records and freezes the figures anew.")
    return _("It no longer counts.")


def _lock_words(lock):
    return f"{format_date(lock.valid_from)}–{format_date(lock.valid_to)}, {lock.zone} ({lock.reason})"


def told(page: StepPage, snapshot: Snapshot, form: StepForm) -> dict[str, Any]:
    """What the page of a step shows beside its form; the box "anyway" of the form is shown beside ``moved``."""
    rows = []
    if isinstance(form, AnywayForm):
        rows = moved(snapshot)
        form.ask_of(seen_of(rows))
    return {
        "will": page.will(snapshot),
        "moved": rows,
        "closing": actions.still_closing(snapshot) if page.step is Step.REOPEN else [],
    }
