"""Recognition falls due twelve months after admission; a cell's recognitions are taken from its oldest admissions."""

from datetime import date

import pytest

from organizations import actions
from organizations.probation import batches_due, due_on
from tests import make

pytestmark = pytest.mark.django_db
TODAY = date(2025, 4, 1)


@pytest.fixture
def cell(kkt):
    return make.organization("Chi bộ Sao Mai", zone=kkt, on=date(2023, 1, 5))


def due(zone, on=TODAY):
    return [(batch.organization.name, batch.left, batch.admitted, batch.due_on) for batch in batches_due([zone.pk], on)]


def recognise(cell, quantity, on):
    decision = make.decision(on=on, zone=cell.zone)
    return actions.recognise(organization=cell, quantity=quantity, decision=decision, by=make.system())


@pytest.mark.parametrize(
    ("admitted_on", "due"),
    [
        (date(2024, 3, 31), date(2025, 3, 31)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 28)),
    ],
)
def test_twelve_months_end_on_the_same_day_of_the_next_year(admitted_on, due):
    assert due_on(admitted_on) == due


@pytest.mark.parametrize(
    ("admitted_on", "is_due"),
    [(date(2024, 3, 1), True), (date(2024, 5, 31), True), (date(2024, 6, 1), False), (date(2023, 12, 31), True)],
)
def test_a_batch_is_listed_sixty_days_before_its_twelve_months_end_and_as_long_as_it_waits(cell, admitted_on, is_due):
    make.admission(cell, 3, on=admitted_on)

    assert [left for _name, left, _all, _due in due(cell.zone)] == ([3] if is_due else [])


def test_what_is_recognised_or_removed_leaves_the_oldest_batch_first(cell):
    make.admission(cell, 3, on=date(2024, 1, 10))
    make.admission(cell, 4, on=date(2024, 2, 10))
    recognise(cell, 2, date(2025, 1, 20))
    actions.remove_members(organization=cell, quantity=2, decision=make.decision(on=date(2025, 2, 1)), by=make.system())

    assert due(cell.zone) == [("Chi bộ Sao Mai", 3, 4, date(2025, 2, 10))]

    last = recognise(cell, 3, date(2025, 2, 20))
    assert due(cell.zone) == []

    actions.reverse(event=last, reason="Ghi nhầm", by=make.system())
    assert [left for _name, left, _all, _due in due(cell.zone)] == [3]


def test_a_corrected_admission_waits_with_what_stands_and_a_reversed_one_does_not(cell):
    actions.correct(event=make.admission(cell, 9, on=date(2024, 1, 10)), quantity=6, reason="Nhầm", by=make.system())
    actions.reverse(event=make.admission(cell, 2, on=date(2024, 1, 11)), reason="Nhầm", by=make.system())

    assert [(left, admitted) for _name, left, admitted, _due in due(cell.zone)] == [(6, 6)]


def test_nothing_falls_due_in_an_organisation_that_ended_or_in_another_zone(cell, other_zone):
    make.admission(cell, 3, on=date(2024, 1, 10))
    assert due(other_zone) == []

    actions.dissolve(
        reason="Sắp xếp lại", organization=cell, decision=make.decision(on=date(2025, 3, 1)), by=make.system()
    )
    assert due(cell.zone) == []


def test_those_of_a_merged_cell_fall_due_where_they_went(cell, kkt):
    make.admission(cell, 3, on=date(2024, 1, 10))
    heir = make.organization("Chi bộ Bao bì", zone=kkt, on=date(2023, 1, 5))
    paper = make.decision(on=date(2025, 1, 2))
    actions.merge(organizations=[cell], into=heir, decision=paper, by=make.system())

    (batch,) = batches_due([kkt.pk], TODAY)
    assert (batch.organization, batch.left) == (heir, 3)

    actions.recognise(organization=heir, quantity=2, decision=make.decision(on=date(2025, 1, 12)), by=make.system())
    assert [batch.left for batch in batches_due([kkt.pk], TODAY)] == [1]


def test_a_cell_handed_over_brings_its_batches_but_not_the_papers_of_the_former_zone(cell, other_zone):
    make.admission(cell, 3, on=date(2024, 1, 10))
    paper = make.decision(on=date(2024, 6, 1))
    actions.transfer(organizations=[cell], to_zone=other_zone, decision=paper, by=make.system())

    (batch,) = batches_due([other_zone.pk], TODAY)
    assert (batch.left, batch.decision) == (3, None)


def test_four_queries_answer_for_one_cell_and_for_thirty(django_assert_num_queries, cell, kkt):
    make.admission(cell, 1, on=date(2024, 1, 10))
    with django_assert_num_queries(4):
        assert len(batches_due([kkt.pk], TODAY)) == 1
    for _number in range(29):
        make.admission(make.organization(zone=kkt, on=date(2023, 1, 5)), 1, on=date(2024, 1, 10))
    with django_assert_num_queries(4):
        assert len(batches_due([kkt.pk], TODAY)) == 30
