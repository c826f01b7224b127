"""Two people press at once: one wins, the other is told, and nothing is written into what was just accepted."""

from datetime import date

from organizations import audit
from organizations.models import Change, Event, PeriodLock
from organizations.problems import Conflict, Refused
from reports.models import Snapshot, State
from reports.snapshots import actions
from targets.periods import Period
from tests import make
from tests.organizations.test_together import at_once, several_connections  # noqa: F401 - a fixture

YEAR = Period(2024)


def test_of_those_who_press_at_once_one_wins(several_connections):  # noqa: F811
    zone = make.zone("HP-KKT")
    union = make.organization(zone=zone, type="union_base")
    clerks = [make.user(role="clerk", zone=zone) for _one in range(2)]
    board = [make.user(role="board") for _one in range(2)]

    drafts = at_once(
        *(lambda by=by: actions.draft(zone=zone, period=YEAR, as_of=YEAR.last_day, by=by) for by in clerks)
    )
    assert sorted(type(one) for one in drafts if isinstance(one, Exception)) == [Refused]
    row = actions.submit(snapshot=Snapshot.objects.get(), by=make.user(role="leader", zone=zone))

    decided = at_once(
        lambda: actions.accept(snapshot=Snapshot.objects.get(), by=board[0], version=row.version),
        lambda: actions.accept(snapshot=Snapshot.objects.get(), by=board[1], version=row.version),
        lambda: actions.withdraw(snapshot=Snapshot.objects.get(), by=clerks[0], reason="Rút", version=row.version),
        lambda: make.joining(union, 3, on=date(2024, 8, 1)),
    )

    stood = Snapshot.objects.get()
    assert [type(one) for one in decided[:3] if isinstance(one, Exception)] == [Conflict, Conflict]
    assert stood.version == row.version + 1 and stood.state in (State.ACCEPTED, State.WITHDRAWN)
    assert PeriodLock.objects.count() == (stood.state == State.ACCEPTED)
    steps = Change.objects.filter(model="reports.snapshot", object_id=stood.pk)
    assert [change.after["state"] for change in steps.order_by("seq")] == ["draft", "submitted", stood.state]
    late = Event.objects.filter(kind="joined", recorded_at__gt=steps.latest("seq").recorded_at)
    assert not (late.exists() and stood.state == State.ACCEPTED), "nothing is recorded into closed days"
    assert audit.differences() == []
