"""What was said of stretches of days, checked against every day told one by one."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targets.timeline import Timeline

START = date(2024, 2, 20)  # a leap day and two ends of months lie near
DAYS = st.integers(0, 40)
SPANS = st.tuples(DAYS, DAYS, st.sampled_from(["a", "b", None])).map(
    lambda span: (min(span[:2]), max(span[:2]), span[2])
)


def day(number):
    return START + timedelta(days=number)


@settings(derandomize=True, database=None, deadline=None, max_examples=150)
@given(st.lists(SPANS, max_size=8), SPANS)
def test_the_last_said_of_each_day_holds(said, asked):
    by_day = {}
    for first, last, what in said:
        by_day |= dict.fromkeys(range(first, last + 1), what)
    by_day = {number: what for number, what in by_day.items() if what is not None}  # None takes back
    first, last, _what = asked
    wanted = range(first, last + 1)

    timeline = Timeline((day(begins), day(ends), what) for begins, ends, what in said)
    told = {}
    for begins, ends, what in timeline.within(day(first), day(last)):
        told |= {number: what for number in wanted if begins <= day(number) <= ends}

    assert told == {number: by_day[number] for number in wanted if number in by_day}
    assert timeline.covers(day(first), day(last)) == all(number in by_day for number in wanted)


def test_pieces_do_not_overlap_and_come_in_order():
    timeline = Timeline([(day(0), day(30), "year"), (day(10), day(12), "part"), (day(12), day(40), "end")])

    assert timeline.within(day(5), day(35)) == [
        (day(5), day(9), "year"),
        (day(10), day(11), "part"),
        (day(12), day(35), "end"),
    ]


@pytest.mark.parametrize(
    ("said", "covered"),
    [
        ([], False),
        ([(0, 9), (11, 30)], False),
        ([(0, 9), (10, 30)], True),
        ([(10, 30), (0, 9)], True),
        ([(0, 20), (5, 30)], True),
        ([(1, 30)], False),
        ([(0, 29)], False),
    ],
)
def test_one_day_left_out_is_a_gap(said, covered):
    assert Timeline((day(first), day(last), "x") for first, last in said).covers(day(0), day(30)) == covered
