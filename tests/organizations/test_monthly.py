"""The month table: one number a month, without a decision, corrected and never overwritten."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations import actions, audit
from organizations.actions import MonthDraft, YearDraft
from organizations.models import Event, Headcount, Kind, YearTotal
from organizations.problems import NeedsReason, Refused, SeenOtherwise
from tests import make
from tests.traces import no_trace

pytestmark = pytest.mark.django_db
FOUNDED = date(2023, 3, 10)
MARCH = date(2024, 3, 1)


@pytest.fixture
def union(kkt):
    return make.organization("Công đoàn Công ty Một", zone=kkt, type="union_base", on=FOUNDED)


@pytest.fixture
def youth(kkt):
    return make.organization("Chi đoàn Công ty Một", zone=kkt, type="youth_base_cell", on=FOUNDED)


def write(union, by, number, seen=None, *, month=MARCH, kind=Kind.JOINED, note=None, **options):
    draft = MonthDraft(union, month, number, getattr(seen, "pk", seen), note)
    return actions.record_months(kind=kind, drafts=[draft], by=by, **options)[0]


def live(organization, kind=Kind.JOINED):
    events = Event.objects.live().filter(organization=organization, kind=kind).order_by("effective_on")
    return [(event.effective_on, abs(event.quantity)) for event in events]


def problems_of(caught):
    return {row: [str(problem) for problem in problems] for row, problems in caught.value.by_row.items()}


# ---------------------------------------------------------------------------------------------- what is written


def test_a_number_is_one_event_on_the_first_of_its_month_without_a_decision(lan, union):
    done = write(union, lan, 12)

    assert done.outcome == "new"
    event = Event.objects.get(kind=Kind.JOINED)
    assert (event.effective_on, event.quantity, event.decision, event.recorded_by) == (MARCH, 12, None, lan)
    assert event.reason == ""
    assert audit.differences() == []


def test_changing_it_is_a_correction_that_says_where_it_was_made(lan, union):
    first = write(union, lan, 12).row

    done = write(union, lan, 15, first, reason="Đếm lại danh sách")

    assert done.outcome == "changed"
    assert live(union) == [(MARCH, 15)]
    assert Event.objects.get(reverses=first).reason == "sửa trong bảng tháng: Đếm lại danh sách"
    assert done.row.reason == "sửa trong bảng tháng: Đếm lại danh sách"
    assert audit.differences() == []


def test_zero_declares_that_there_is_nothing_to_report_and_is_taken_back_alone(lan, union):
    zero = write(union, lan, 0).row

    assert live(union) == [(MARCH, 0)]
    assert YearTotal.objects.get(kind=Kind.JOINED).live == 1
    assert write(union, lan, None, zero).outcome == "cleared"
    assert live(union) == []
    back = Event.objects.get(reverses=zero)
    assert (back.quantity, back.stock_delta) == (0, 0)
    assert YearTotal.objects.get(kind=Kind.JOINED).live == 0
    assert audit.differences() == []


def test_nobody_declares_zero_outside_the_table(lan, union):
    with no_trace(), pytest.raises(Refused):
        actions.join(organization=union, quantity=0, effective_on=MARCH, by=lan)


def test_an_empty_cell_is_nothing_and_the_same_number_twice_is_one(lan, union):
    assert write(union, lan, None).outcome == "same"
    write(union, lan, 12)
    with no_trace():
        again = write(union, lan, 12)

    assert (again.outcome, again.row.quantity) == ("same", 12)


def test_a_note_stays_with_the_number_and_can_be_changed_alone(lan, union):
    first = write(union, lan, 12, note="Theo danh sách tháng 3").row
    second = write(union, lan, 13, first).row
    third = write(union, lan, 13, second, note="Đã đối chiếu").row

    assert [row.note for row in (first, second, third)] == ["Theo danh sách tháng 3"] * 2 + ["Đã đối chiếu"]
    with no_trace():
        write(union, lan, 13, third, note="Đã đối chiếu")


def test_those_who_left_take_away_and_never_more_than_there_are(lan, union):
    write(union, lan, 10)
    with no_trace(), pytest.raises(Refused) as caught:
        write(union, lan, 11, kind=Kind.LEFT, month=date(2024, 4, 1))
    assert "sổ sẽ ghi -1" in problems_of(caught)[0][0]

    write(union, lan, 4, kind=Kind.LEFT, month=date(2024, 4, 1))
    assert YearTotal.objects.get(kind=Kind.LEFT).quantity == -4
    assert audit.differences() == []


def test_a_number_moved_to_the_next_month_is_one_act(lan, union):
    first = write(union, lan, 10).row
    write(union, lan, 10, kind=Kind.LEFT, month=date(2024, 5, 1))
    with no_trace(), pytest.raises(Refused):
        write(union, lan, None, first)

    actions.record_months(
        kind=Kind.JOINED, by=lan,
        drafts=[MonthDraft(union, MARCH, None, first.pk), MonthDraft(union, date(2024, 4, 1), 10)],
    )  # fmt: skip

    assert live(union) == [(date(2024, 4, 1), 10)]
    assert audit.differences() == []


def test_many_numbers_of_many_organisations_cost_what_one_costs(lan, kkt):
    unions = [make.organization(zone=kkt, type="union_base", on=FOUNDED) for _ in range(6)]
    write(unions[0], lan, 2, month=date(2024, 1, 1))
    with CaptureQueriesContext(connection) as one:
        write(unions[0], lan, 3)
    drafts = [MonthDraft(union, date(2024, month, 1), month) for union in unions[1:] for month in range(1, 13)]
    with CaptureQueriesContext(connection) as many:
        actions.record_months(kind=Kind.JOINED, drafts=drafts, by=lan)

    assert len(many) == len(one)
    assert Event.objects.filter(kind=Kind.JOINED).count() == 62
    assert audit.differences() == []


def test_the_number_of_a_duplicate_stands_in_the_survivors_month_and_is_not_typed_over(lan, kkt, union):
    twin = make.organization("Công đoàn Cty Một", zone=kkt, type="union_base", on=FOUNDED)
    write(twin, lan, 8)
    actions.merge_duplicates(survivor=union, duplicate=twin, by=lan, reason="Nhập hai lần")
    with no_trace(), pytest.raises(Refused) as caught:
        write(union, lan, 12)
    assert "8" in problems_of(caught)[0][0]

    write(union, lan, 5, month=date(2024, 4, 1))
    assert audit.differences() == []


# ---------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("month", "words"),
    [
        (date(2023, 3, 1), "chưa được thành lập"),
        (date(2023, 2, 1), "chưa được thành lập"),
        (date(2024, 7, 1), "ngày chưa đến"),
    ],
)
def test_a_month_before_the_founding_or_to_come_takes_no_number(lan, union, month, words):
    with time_machine.travel("2024-06-15T09:00:00+07:00"), no_trace(), pytest.raises(Refused) as caught:
        write(union, lan, 5, month=month)

    assert words in problems_of(caught)[0][0]


@pytest.mark.parametrize("number", [-1, 10_000_000, True, "12"])
def test_what_is_no_count_of_people_is_refused(lan, union, number):
    with no_trace(), pytest.raises(Refused):
        write(union, lan, number)


def test_a_month_fed_by_a_decision_is_changed_in_its_list(lan, union):
    decision = make.decision(on=date(2024, 3, 20), zone=union.zone)
    make.joining(union, 30, decision=decision)
    with no_trace(), pytest.raises(Refused) as caught:
        write(union, lan, 12)
    assert "30" in problems_of(caught)[0][0]


def test_a_number_beside_a_decision_is_not_typed_over(lan, union):
    own = write(union, lan, 12).row
    make.joining(union, 30, decision=make.decision(on=date(2024, 3, 20), zone=union.zone))

    with no_trace(), pytest.raises(Refused) as caught:
        write(union, lan, 13, own)
    assert "42" in problems_of(caught)[0][0]


def test_a_closed_month_is_refused_in_words_for_typing_and_for_taking_back(lan, kkt, union):
    own = write(union, lan, 12).row
    make.lock(kkt, date(2024, 1, 1), date(2024, 12, 31))
    for number, seen, month in ((13, own, MARCH), (None, own, MARCH), (1, None, date(2024, 5, 1))):
        with no_trace(), pytest.raises(Refused) as caught:
            write(union, lan, number, seen, month=month)
        assert "Ban Tổ chức" in problems_of(caught)[0][0]


def test_one_wrong_cell_refuses_all_and_is_named_by_its_place(lan, union, youth):
    drafts = [
        MonthDraft(union, MARCH, 5),
        MonthDraft(youth, date(2023, 1, 1), 5),
        MonthDraft(union, date(2024, 4, 1), 6),
    ]
    with no_trace(), pytest.raises(Refused) as caught:
        actions.record_months(kind=Kind.JOINED, drafts=drafts, by=lan)

    assert list(caught.value.by_row) == [1]


def test_what_cannot_be_taken_back_is_named_by_its_organisation(lan, union, youth):
    first = write(union, lan, 10).row
    write(union, lan, 10, kind=Kind.LEFT, month=date(2024, 5, 1))
    drafts = [MonthDraft(youth, MARCH, 5), MonthDraft(union, MARCH, None, first.pk)]

    with no_trace(), pytest.raises(Refused) as caught:
        actions.record_months(kind=Kind.JOINED, drafts=drafts, by=lan)

    assert list(caught.value.by_row) == [1]


def test_the_same_cell_twice_in_one_act_is_refused(lan, union):
    drafts = [MonthDraft(union, MARCH, 5), MonthDraft(union, MARCH, 6)]
    with no_trace(), pytest.raises(Refused) as caught:
        actions.record_months(kind=Kind.JOINED, drafts=drafts, by=lan)

    assert list(caught.value.by_row) == [1]


def test_what_is_seldom_true_asks_for_a_reason_and_keeps_it(lan, kkt):
    host = make.enterprise(zone=kkt, workers=20, workers_on=date(2024, 1, 1))
    union = make.organization(zone=kkt, type="union_base", on=FOUNDED, enterprises=[host])
    with no_trace(), pytest.raises(NeedsReason) as caught:
        write(union, lan, 25)
    assert list(caught.value.by_row) == [0]

    done = write(union, lan, 25, reason="Có lao động thời vụ").row
    assert done.reason == "Có lao động thời vụ"
    assert write(union, lan, 25, done, note="Đã hỏi lại công đoàn").outcome == "changed"  # asks no second time


@pytest.mark.parametrize("person", ["quan", "minh", "hoa", "stranger"])
def test_only_who_enters_facts_of_the_zone_writes(request, person, union):
    somebody = request.getfixturevalue(person)
    with no_trace(), pytest.raises(PermissionDenied):
        write(union, somebody, 5)


def test_a_party_organisation_has_no_members_who_join_by_the_month(lan, kkt):
    cell = make.organization(zone=kkt, on=FOUNDED)
    with no_trace(), pytest.raises(Refused):
        write(cell, lan, 5)


# ---------------------------------------------------------------------------------------------- two at once


def test_the_second_who_saves_is_told_what_stands_there(lan, admin, union):
    theirs = write(union, admin, 15).row
    with no_trace(), pytest.raises(SeenOtherwise) as caught:
        write(union, lan, 12)
    assert caught.value.by_row == {0: theirs}

    both = write(union, lan, 27, theirs)
    assert (both.outcome, live(union)) == ("changed", [(MARCH, 27)])


def test_a_number_that_was_taken_back_meanwhile_is_told_too(lan, admin, union):
    seen = write(union, lan, 12).row
    write(union, admin, None, seen)

    with no_trace(), pytest.raises(SeenOtherwise) as caught:
        write(union, lan, 13, seen)
    assert caught.value.by_row == {0: None}


def test_who_leaves_a_cell_as_it_was_seen_overwrites_nobody(lan, admin, union):
    seen = write(union, lan, 12).row
    theirs = write(union, admin, 15, seen).row

    with no_trace():
        assert write(union, lan, 12, seen).row == theirs


# ---------------------------------------------------------------------------------------------- only asking


def test_a_check_says_what_would_be_written_and_leaves_no_trace(lan, union):
    first = write(union, lan, 12).row
    drafts = [MonthDraft(union, MARCH, 13, first.pk), MonthDraft(union, date(2024, 4, 1), 6)]
    with no_trace():
        done = actions.record_months(kind=Kind.JOINED, drafts=drafts, by=lan, check_only=True)
        nothing = actions.record_months(kind=Kind.JOINED, drafts=[], by=lan, check_only=True)

    assert [one.outcome for one in done] == ["changed", "new"]
    assert nothing == []


# ---------------------------------------------------------------------------------------------- years


def count(subject, by, number, seen=None, *, year=2023, **options):
    draft = YearDraft(subject, year, number, getattr(seen, "pk", seen))
    return actions.record_years(drafts=[draft], by=by, **options)[0]


def test_a_count_of_a_year_is_dated_its_last_day_and_of_the_running_year_today(lan, union):
    with time_machine.travel("2024-06-15T09:00:00+07:00"):
        assert count(union, lan, 40).row.on == date(2023, 12, 31)
        assert count(union, lan, 45, year=2024).row.on == date(2024, 6, 15)
        with no_trace(), pytest.raises(Refused):
            count(union, lan, 50, year=2025)
    assert audit.differences() == []


def test_a_count_of_a_year_replaces_the_one_of_its_last_day_and_keeps_its_parts(lan, kkt, union):
    first = actions.record_headcount(subject=union, on=date(2023, 12, 31), total=40, female=25, by=lan)

    done = count(union, lan, 44, first)

    assert (done.outcome, done.row.replaces, done.row.female) == ("changed", first, 25)
    assert done.row.reason == "sửa trong bảng năm"
    assert Headcount.objects.live().get() == done.row
    with no_trace(), pytest.raises(Refused):
        count(union, lan, 24, done.row)  # fewer than the women among them


def test_workers_of_an_enterprise_are_counted_by_the_year(lan, kkt):
    host = make.enterprise(zone=kkt, workers=100, workers_on=date(2023, 5, 1))
    seen = Headcount.objects.get()

    with no_trace():
        assert count(host, lan, 100, seen).outcome == "same"
    assert count(host, lan, 120, seen).row.on == date(2023, 12, 31)
    assert Headcount.objects.live().count() == 2


def test_a_count_is_not_taken_away_nor_typed_over_unseen(lan, quan, admin, union):
    theirs = count(union, admin, 40).row
    with no_trace(), pytest.raises(SeenOtherwise):
        count(union, lan, 41)
    with no_trace(), pytest.raises(Refused):
        count(union, lan, None, theirs)
    with no_trace(), pytest.raises(PermissionDenied):
        count(union, quan, 42, theirs)
