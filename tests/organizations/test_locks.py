"""A closed period takes no fact, no correction and no promise until the board reopens it."""

from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone

from organizations import actions
from organizations.models import PeriodLock
from organizations.problems import Refused
from targets.actions import declare
from tests import make
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
}  # fmt: skip


@pytest.mark.parametrize("whose", ["own", "above"])
def test_nothing_is_recorded_in_a_closed_period_until_it_is_reopened(kkt, city, other_zone, union, whose, subtests):
    kkt.decided, kkt.neighbour = make.decision(on=IN_IT, zone=kkt), other_zone
    kkt.old_event = make.joining(union, 4, on=IN_IT)
    kkt.new_event = make.joining(make.organization(zone=kkt, type="union_base", on=BEFORE), 4, on=AFTER)
    kkt.old_count = actions.record_headcount(subject=union, on=date(2023, 4, 4), total=5, by=make.system())
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


def test_a_name_may_change_in_a_closed_period(kkt, union):
    make.lock(kkt, FIRST, LAST)

    event = actions.rename(organization=union, new_name="Tên mới", decision=make.decision(on=IN_IT), by=make.system())
    actions.reverse(event=event, reason="Nhầm", by=make.system())


def test_a_closed_quarter_leaves_the_years_target_open(kkt):
    make.target(zone=kkt, year=2024)
    make.lock(kkt, date(2024, 1, 1), date(2024, 3, 31))

    decision = make.decision(on=date(2024, 7, 1))
    assert make.target(zone=kkt, year=2024, low=9, decision=decision, reason="Điều chỉnh giữa năm").version == 2
