"""A closed period takes no fact, no correction and no promise until the board reopens it."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organizations import actions
from organizations.actions.checks import Locks
from organizations.models import PeriodLock
from organizations.problems import Refused
from targets.actions import declare
from tests import make
from tests.api import Api
from tests.reports.reading import filled
from tests.traces import no_trace

BEFORE, IN_IT, AFTER = date(2022, 3, 1), date(2023, 5, 3), date(2024, 2, 1)
FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)


@pytest.fixture
def union(kkt):
    union = make.organization(zone=kkt, type="union_base", on=BEFORE)
    make.joining(union, 20, on=BEFORE)
    return union


ACTS = {
    "founding": lambda zone, row: make.organization(zone=zone, decision=zone.decided),
    "joining": lambda zone, row: make.joining(row, 3, on=IN_IT),
    "dissolution": lambda zone, row: actions.dissolve(
        organization=row, decision=zone.decided, by=make.system(), reason="Sắp xếp lại"
    ),
    "transfer away": lambda zone, row: actions.transfer(
        organizations=[row], to_zone=zone.neighbour, decision=zone.decided, by=make.system()
    ),
    "reversal": lambda zone, row: actions.reverse(event=zone.old_event, reason="Nhầm", by=make.system()),
    "correction out of it": lambda zone, row: actions.correct(
        event=zone.old_event, date=AFTER, reason="Nhầm", by=make.system()
    ),
    "correction into it": lambda zone, row: actions.correct(
        event=zone.new_event, date=IN_IT, reason="Nhầm", by=make.system()
    ),
    "headcount": lambda zone, row: actions.record_headcount(subject=row, on=IN_IT, total=5, by=make.system()),
    "headcount correction": lambda zone, row: actions.correct_headcount(
        headcount=zone.old_count, total=9, reason="Nhầm", by=make.system()
    ),
    "target": lambda zone, row: make.target(zone=zone, year=2023, low=9, reason="Điều chỉnh"),
    "target by a decision in it": lambda zone, row: make.target(zone=zone, year=2024, decision=zone.decided),
    "declaration": lambda zone, row: declare(
        zone=zone, indicator=make.indicator("union_orgs"), first_day=date(2022, 6, 1), last_day=date(2024, 6, 30),
        value="complete", by=make.system(),
    ),
    "coverage that ends": lambda zone, row: actions.uncover(coverage=zone.covered, last_day=IN_IT, by=make.system()),
    "coverage from a day": lambda zone, row: actions.cover(
        organization=row, enterprise=zone.host, valid_from=IN_IT, by=make.system()
    ),
    "coverage until a day": lambda zone, row: actions.cover(
        organization=row, enterprise=zone.host, valid_to=IN_IT, by=make.system()
    ),
    "lead from a day": lambda zone, row: actions.cover(
        organization=row, enterprise=zone.host, valid_from=IN_IT, lead=True, by=make.system()
    ),
    "lead taken from one that led since": lambda zone, row: actions.cover(
        organization=zone.newly_led, enterprise=zone.moved, valid_from=BEFORE, lead=True, by=make.system()
    ),
    "move to another park": lambda zone, row: move(zone.host, IN_IT),
    "move that takes a later one back": lambda zone, row: move(zone.moved, BEFORE),
    "move of many": lambda zone, row: actions.change_enterprises(
        enterprises=[zone.host, zone.moved], park=make.park("KCN Mới"), moved_on=IN_IT, by=make.system()
    ),
}  # fmt: skip


def move(host, day, park="KCN Mới"):
    return actions.change_enterprise(enterprise=host, park=make.park(park), moved_on=day, by=make.system())


@pytest.mark.parametrize("whose", ["own", "above"])
def test_nothing_is_recorded_in_a_closed_period_until_it_is_reopened(kkt, city, other_zone, union, whose, subtests):
    kkt.decided, kkt.neighbour = make.decision(on=IN_IT, zone=kkt), other_zone
    kkt.old_event = make.joining(union, 4, on=IN_IT)
    kkt.new_event = make.joining(make.organization(zone=kkt, type="union_base", on=BEFORE), 4, on=AFTER)
    kkt.old_count = actions.record_headcount(subject=union, on=date(2023, 4, 4), total=5, by=make.system())
    kkt.host, kkt.moved, third = (make.enterprise(zone=kkt) for _each in range(3))
    move(kkt.moved, IN_IT, park="KCN Cũ")
    kkt.covered = actions.cover(organization=union, enterprise=third, by=make.system())
    kkt.newly_led = make.organization(zone=kkt, type="union_base", on=BEFORE)
    actions.cover(organization=kkt.newly_led, enterprise=kkt.host, valid_from=AFTER, lead=True, by=make.system())
    make.park("KCN Mới")
    lock = make.lock(kkt if whose == "own" else city, FIRST, LAST)

    for name, act in ACTS.items():
        with subtests.test(name):
            with no_trace(), pytest.raises(Refused, match="01/01/2023–31/12/2023") as refusal:
                act(kkt, union)
            assert {problem.code for problems in refusal.value.by_row.values() for problem in problems} == {"locked"}

    PeriodLock.objects.filter(pk=lock.pk).update(lifted_at=timezone.now(), lifted_by=make.system())
    for name, act in ACTS.items():
        with subtests.test(f"{name}, reopened"), transaction.atomic():
            act(kkt, type(union).objects.get(pk=union.pk))
            transaction.set_rollback(True)


def test_an_act_is_refused_when_the_other_zone_is_closed(kkt, other_zone, union):
    make.lock(other_zone, FIRST, LAST)
    decision = make.decision(on=IN_IT)

    with no_trace(), pytest.raises(Refused):
        actions.transfer(organizations=[union], to_zone=other_zone, decision=decision, by=make.system())


def test_the_days_around_it_and_the_zones_beside_and_above_are_open(kkt, city, other_zone, union):
    make.lock(kkt, FIRST, LAST)

    make.joining(union, 1, on=date(2022, 12, 31))
    make.joining(union, 1, on=date(2024, 1, 1))
    make.organization(zone=other_zone, on=IN_IT)
    make.organization(zone=city, on=IN_IT)
    host, other, third = (make.enterprise(zone=kkt) for _each in range(3))
    by = {"by": make.system()}
    actions.cover(organization=union, enterprise=host, valid_from=date(2022, 12, 31), lead=True, **by)
    actions.cover(organization=union, enterprise=other, valid_from=date(2024, 1, 1), lead=True, **by)
    undated = actions.cover(organization=union, enterprise=third, **by)
    actions.uncover(coverage=undated, last_day=date(2024, 1, 1), **by)
    move(host, date(2024, 1, 1))
    move(other, date(2022, 12, 31))


def test_a_name_may_change_in_a_closed_period(kkt, union):
    make.lock(kkt, FIRST, LAST)

    event = actions.rename(organization=union, new_name="Tên mới", decision=make.decision(on=IN_IT), by=make.system())
    actions.reverse(event=event, reason="Nhầm", by=make.system())


def test_a_closed_quarter_leaves_the_years_target_open(kkt):
    make.target(zone=kkt, year=2024)
    make.lock(kkt, date(2024, 1, 1), date(2024, 3, 31))

    decision = make.decision(on=date(2024, 7, 1))
    assert make.target(zone=kkt, year=2024, low=9, decision=decision, reason="Điều chỉnh giữa năm").version == 2


@pytest.mark.parametrize("whose", ["nobody's", "own", "above"])
def test_what_others_have_closed_is_not_read(kkt, city, other_zone, monkeypatch, whose):
    if whose != "nobody's":
        make.lock(kkt if whose == "own" else city, FIRST, LAST)
    read, from_db = [], PeriodLock.from_db.__func__
    monkeypatch.setattr(PeriodLock, "from_db", classmethod(lambda *row: read.append(row) or from_db(*row)))

    def asked():
        with CaptureQueriesContext(connection) as queries:
            locks = Locks([kkt.pk])
        assert (locks.problem(kkt.pk, IN_IT) is not None) == (whose != "nobody's")
        return len(queries)

    few = asked()
    for year in range(1991, 2021):
        make.lock(make.zone(parent=kkt) if year % 2 else other_zone, date(year, 1, 1), date(year, 12, 31))
    read.clear()
    assert asked() == few == (1 if whose == "nobody's" else 2)
    assert len(read) == (whose != "nobody's")


@pytest.mark.parametrize(
    ("locked", "closed"),
    [
        ([(FIRST, LAST)], True),
        ([(date(2023, 7, 1), LAST), (BEFORE, date(2023, 6, 30))], True),
        ([(FIRST, date(2023, 8, 1)), (date(2023, 3, 1), date(2023, 4, 1)), (date(2023, 8, 2), AFTER)], True),
        ([(FIRST, date(2023, 6, 29)), (date(2023, 7, 1), LAST)], False),
        ([(date(2023, 1, 2), LAST)], False),
        ([(FIRST, date(2023, 12, 30))], False),
        ([], False),
    ],
)
def test_days_are_closed_throughout_when_no_day_of_them_is_open(kkt, city, cluster, locked, closed):
    for place, days in enumerate(locked):
        make.lock((kkt, city)[place % 2], *days)
    make.lock(cluster, FIRST, LAST)
    locks = Locks([kkt.pk, cluster.pk])
    assert locks.is_closed(kkt.pk, FIRST, LAST) == closed
    assert locks.is_closed(cluster.pk, FIRST, LAST)


def test_a_refused_day_of_coverage_or_of_a_move_is_told_beside_its_box(client, kkt, lan, union):
    host, other = make.enterprise(zone=kkt), make.enterprise(zone=kkt)
    coverage = actions.cover(organization=union, enterprise=host, by=lan)
    park, day = make.park("KCN Mới", zone=kkt), f"{IN_IT:%d/%m/%Y}"
    make.lock(kkt, FIRST, LAST)
    client.force_login(lan)
    page, sheet = f"/organizations/{union.pk}/edit/", f"/enterprises/{host.pk}/edit/"
    many = {"act": "park", "pk": [host.pk, other.pk], "park": park.pk, "moved_on": day, "reason": "Chuyển"}
    seen = client.post("/enterprises/bulk/", many).context["plan"].token

    with no_trace():
        told = [
            client.post(url, filled(client.get(url)) | sent).context["form"].errors
            for url, sent in (
                (page, {f"until_{coverage.pk}": day}),
                (page, {"enterprise": f"#{other.pk}", "covered_from": day}),
                (sheet, {"park": park.pk, "moved_on": day}),
            )
        ]
        told.append(client.post("/enterprises/bulk/", many | {"confirm": "1", "seen": seen}).context["form"].errors)

    assert [list(errors) for errors in told] == [[f"until_{coverage.pk}"], ["covered_from"], ["moved_on"], ["moved_on"]]
    assert {len(messages) for errors in told for messages in errors.values()} == {1}


def test_programs_are_told_which_part_of_their_change_is_closed(kkt, lan, union):
    host, other = make.enterprise(zone=kkt), make.enterprise(zone=kkt)
    actions.cover(organization=union, enterprise=host, by=lan)
    make.lock(kkt, FIRST, LAST)
    api, url = Api(lan), f"/api/v1/organizations/{union.pk}/"
    seen = api.get(url).json()["version"]

    with no_trace():
        ends = {"uncover": [{"enterprise": host.pk, "last_day": IN_IT.isoformat()}]}
        assert list(api.send("PATCH", url, ends, seen=seen).json()) == ["uncover"]
        begins = {"cover": {"enterprise": other.pk, "since": IN_IT.isoformat()}}
        assert list(api.send("PATCH", url, begins, seen=seen).json()) == ["cover"]
