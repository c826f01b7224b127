"""Two people press at once: one wins, the other is told, and nothing is written into what was just accepted."""

from datetime import date
from threading import Event as Signal

import pytest
from django.db import transaction

from organizations import audit
from organizations.models import Change, Event, PeriodLock, Zone
from organizations.problems import Conflict, Refused
from reports.models import Snapshot, State
from reports.snapshots import actions
from reports.snapshots.knowingly import LeftBehind
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
    refused = [type(one) for one in decided[:3] if isinstance(one, Exception)]
    assert len(refused) == 2 and {*refused} <= {Conflict, LeftBehind}, "who came after the fact is told of it"
    assert stood.version == row.version + 1 and stood.state in (State.ACCEPTED, State.WITHDRAWN)
    assert PeriodLock.objects.count() == (stood.state == State.ACCEPTED)
    steps = Change.objects.filter(model="reports.snapshot", object_id=stood.pk)
    assert [change.after["state"] for change in steps.order_by("seq")] == ["draft", "submitted", stood.state]
    late = Event.objects.filter(kind="joined", recorded_at__gt=steps.latest("seq").recorded_at)
    assert not (late.exists() and stood.state == State.ACCEPTED), "nothing is recorded into closed days"
    assert audit.differences() == []


@pytest.mark.parametrize("step", [actions.submit, actions.accept])
def test_nothing_is_signed_when_a_zone_is_opened_below_while_the_signature_waits(
    several_connections, monkeypatch, step  # noqa: F811
):  # fmt: skip
    zone = make.zone("HP-KKT")
    row = make.snapshot(zone=zone, state="draft" if step is actions.submit else "submitted")
    signer = make.user(role="leader", zone=zone) if step is actions.submit else make.user(role="board")
    opened, looked, writing = Signal(), Signal(), actions.writing

    def open_a_zone():
        with transaction.atomic():
            below = make.zone(parent=zone)
            opened.set()
            assert looked.wait(30)
        return below

    def sign():
        assert opened.wait(30)
        return step(snapshot=row, by=signer)

    def told(**options):  # all that is below has been looked up, and the heads are asked for
        looked.set()
        return writing(**options)

    monkeypatch.setattr(actions, "writing", told)
    below, signed = at_once(open_a_zone, sign)

    assert type(signed) is Conflict and below in Zone.objects.filter(parent=zone)
    stood = Snapshot.objects.get()
    assert (stood.state, stood.version, PeriodLock.objects.count()) == (row.state, row.version, 0)
    assert step(snapshot=stood, by=signer).version == row.version + 1
