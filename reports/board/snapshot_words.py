"""How pages speak of a snapshot: where it stands in a word and a symbol, who brought it there, its figures."""

from datetime import date, datetime

from django.utils import timezone

from accounts.models import User
from reports.models import Snapshot, State

from .wording import Said

LOOKS = {  # symbol and tone; the word is the state's own
    State.DRAFT: ("○", "info"),
    State.SUBMITTED: ("→", "warn"),
    State.ACCEPTED: ("✓", "ok"),
    State.RETURNED: ("←", "bad"),
    State.REOPENED: ("○", "warn"),
    State.WITHDRAWN: ("×", "muted"),
}


def say_state(state: str) -> Said:
    """ "✓ đã duyệt"."""
    symbol, tone = LOOKS[State(state)]
    return Said(symbol, str(State(state).label), tone)


def last_step(snapshot: Snapshot) -> tuple[User, date]:
    """Who brought the snapshot to where it stands, and on which day."""
    steps = (
        (snapshot.ended_by, snapshot.ended_at),
        (snapshot.decided_by, snapshot.decided_at),
        (snapshot.submitted_by, snapshot.submitted_at),
        (snapshot.drafted_by, snapshot.drafted_at),
    )
    person, moment = next((person, moment) for person, moment in steps if moment is not None)
    return person, day_of(moment)


def day_of(moment: datetime) -> date:
    """The day of a moment in Việt Nam."""
    return timezone.localdate(moment)
