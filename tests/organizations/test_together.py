"""Many write at the same time: nothing is lost, nothing is counted twice, nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, local

import pytest
from django.apps import apps
from django.db import connection, connections

from organizations import actions, audit
from organizations.actions import decisions
from organizations.models import Decision, Event, LedgerHead, LedgerRow, YearTotal
from organizations.problems import Conflict
from tests import make

WRITERS, EACH = 8, 4


@pytest.fixture
def several_connections(transactional_db, tmp_path):
    """A database that threads may open at the same time: on SQLite a file, as in an office, instead of memory."""
    if connection.vendor != "sqlite":
        yield
        return
    memory, path = connections["default"], tmp_path / "office.sqlite3"
    with memory.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    settings = connections.settings["default"]
    connections.settings["default"] = settings | {"NAME": str(path)}
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = settings
        connections["default"] = memory


def at_once(*acts):
    """Run the acts in threads that start together; what each returned, or the exception it raised."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(timeout=30)
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(run, act) for act in acts]]


def sequence(zone):
    """The numbers of all ledger rows of the zone."""
    models = [model for model in apps.get_models() if issubclass(model, LedgerRow)]
    return sorted(row.seq for model in models for row in model.objects.filter(zone=zone))


def joins(union, size):
    def act():
        return [make.joining(union, size) for _ in range(EACH)]

    return act


def test_eight_writers_in_one_zone_lose_nothing(several_connections):
    zone = make.zone()
    union = make.organization(zone=zone, type="union_base")

    outcomes = at_once(*(joins(union, size) for size in range(1, WRITERS + 1)))

    assert [error for error in outcomes if isinstance(error, Exception)] == []
    assert Event.objects.filter(kind="joined").count() == WRITERS * EACH
    assert YearTotal.objects.get(zone=zone, kind="joined").quantity == sum(range(1, WRITERS + 1)) * EACH
    assert sequence(zone) == list(range(1, LedgerHead.objects.get(zone=zone).seq + 1))
    moments = list(Event.objects.filter(kind="joined").values_list("recorded_at", flat=True))
    assert len(set(moments)) == WRITERS * EACH
    assert audit.differences() == []


def test_eight_writers_in_eight_zones_lose_nothing(several_connections):
    unions = [make.organization(zone=make.zone(), type="union_base") for _ in range(WRITERS)]

    outcomes = at_once(*(joins(union, 5) for union in unions))

    assert [error for error in outcomes if isinstance(error, Exception)] == []
    for union in unions:
        assert YearTotal.objects.get(zone=union.zone, kind="joined").quantity == 5 * EACH
        assert sequence(union.zone) == list(range(1, LedgerHead.objects.get(zone=union.zone).seq + 1))
    assert audit.differences() == []


def test_zones_that_hand_organisations_to_each_other_do_not_stop_each_other(several_connections):
    """The classic deadlock: one locks A then B, the other B then A."""
    first, second = make.zone(), make.zone()
    decision = make.decision()
    rows = [
        (make.organization(zone=zone), other)
        for zone, other in ((first, second), (second, first))
        for _ in range(WRITERS // 2)
    ]

    def handing_over(organization, to_zone):
        return lambda: actions.transfer(
            organizations=[organization], to_zone=to_zone, decision=decision, by=make.system()
        )

    outcomes = at_once(*(handing_over(*row) for row in rows))

    assert [error for error in outcomes if isinstance(error, Exception)] == []
    assert first.organizations.count() == second.organizations.count() == WRITERS // 2
    assert audit.differences() == []


def test_one_of_two_corrections_at_once_wins_and_the_other_is_told(several_connections):
    event = make.joining(make.organization(type="union_base"), 9)

    def correction(quantity):
        same = Event.objects.get(pk=event.pk)
        return lambda: actions.correct(event=same, quantity=quantity, reason="Nhầm", by=make.system())

    outcomes = at_once(correction(7), correction(8), correction(6))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Conflict", "Event"]
    (stands,) = Event.objects.live().filter(kind="joined")
    assert [stands] == [outcome for outcome in outcomes if not isinstance(outcome, Conflict)]
    assert audit.differences() == []


def test_zones_that_quote_the_same_new_decisions_at_once_share_them(several_connections, monkeypatch):
    zones = [make.zone() for _ in range(4)]
    keys = [actions.DecisionKey("Thành ủy Hải Phòng", f"{number}-QĐ/TU", make.DAY) for number in range(20)]
    make.decision(issuer="Thành ủy Hải Phòng")  # the issuer is known, or the first to name it makes the others wait
    all_have_looked, has_looked, look = Barrier(len(zones)), local(), decisions._found

    def look_and_wait(normals):
        """On PostgreSQL nobody writes before everybody has seen that the decisions are not there."""
        found = look(normals)
        if connection.vendor == "postgresql" and not hasattr(has_looked, "once"):
            has_looked.once = True
            all_have_looked.wait(timeout=30)
        return found

    def quoting(zone, order):
        return lambda: actions.record_decisions(keys=order, zone=zone, by=make.system())

    monkeypatch.setattr(decisions, "_found", look_and_wait)
    outcomes = at_once(*(quoting(zone, keys[:: 1 if place % 2 else -1]) for place, zone in enumerate(zones)))

    assert [error for error in outcomes if isinstance(error, Exception)] == []
    assert Decision.objects.count() == len(keys) + 1
    assert len({frozenset(row.pk for row in outcome.values()) for outcome in outcomes}) == 1
    assert audit.differences() == []


def test_the_check_reads_one_moment_while_others_write(several_connections):
    union = make.organization(type="union_base")

    outcomes = at_once(joins(union, 3), joins(union, 4), *[audit.differences] * 3)

    assert [outcome for outcome in outcomes[2:] if outcome != []] == []
    assert [error for error in outcomes[:2] if isinstance(error, Exception)] == []
