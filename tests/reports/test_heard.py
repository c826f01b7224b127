"""What declarations of different periods come to together."""

from datetime import date

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.figures import attainment_table
from reports.heard import meaning
from targets.models import Declaration
from targets.periods import Part, Period, periods_of
from targets.timeline import Timeline
from tests import make

YEAR = 2024
QUARTERS = (Part.Q1, Part.Q2, Part.Q3, Part.Q4)
MEANINGS = [value for value in Declaration.Value.values if value != Declaration.Value.TAKEN_BACK]
TILINGS = ((Part.YEAR,), (Part.NINE_MONTHS, Part.Q4), (Part.SIX_MONTHS, Part.Q3, Part.Q4), QUARTERS)
SMALL = settings(derandomize=True, database=None, deadline=None, max_examples=150)
VALUES = st.sampled_from([*MEANINGS, None])  # None: taken back
PARTS = st.sampled_from(list(Part))


def said(*pieces, year=YEAR):
    periods = [(Period(year, part), value) for part, value in pieces]
    return Timeline((period.first_day, period.last_day, value) for period, value in periods)


def means(timeline, part=Part.YEAR, running=False):
    return meaning(timeline, Period(YEAR, part), running=running)


@SMALL
@given(
    st.lists(st.tuples(PARTS, VALUES), max_size=4),
    st.sampled_from(TILINGS).flatmap(st.permutations),
    VALUES,
    st.lists(PARTS, max_size=3),
)
def test_any_tiling_of_the_year_is_worth_the_year(before, tiling, value, repeated):
    """In whatever order it is said, whatever was said before, and said again of parts of it."""
    pieces = said(*before, *((part, value) for part in tiling), *((part, value) for part in repeated))

    assert [means(pieces, period.part) for period in periods_of(YEAR)] == [value] * 7
    assert [means(pieces, period.part) for period in periods_of(YEAR)] == [
        means(said((Part.YEAR, value)), period.part) for period in periods_of(YEAR)
    ]


@SMALL
@given(st.sampled_from(TILINGS).flatmap(st.permutations), st.data())
def test_a_tiling_with_one_part_left_out_leaves_the_year_silent(tiling, data):
    left_out = data.draw(st.sampled_from(tiling))

    pieces = said(*((part, "complete") for part in tiling if part is not left_out))

    assert means(pieces) is None
    assert means(pieces, left_out) is None


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (((Part.YEAR, "nothing_to_report"), (Part.Q1, "complete")), ("complete", "complete", "nothing_to_report")),
        (((Part.Q1, "complete"), (Part.YEAR, "nothing_to_report")), ("nothing_to_report",) * 3),
        (((Part.YEAR, "not_applicable"), (Part.Q4, "complete")), ("complete", "not_applicable", "complete")),
        (((Part.YEAR, "complete"), (Part.Q4, "not_applicable")), ("complete", "complete", "not_applicable")),
        (
            ((Part.SIX_MONTHS, "nothing_to_report"), (Part.Q3, "not_applicable"), (Part.Q4, "not_applicable")),
            ("nothing_to_report", "nothing_to_report", "not_applicable"),
        ),
        (((Part.SIX_MONTHS, "complete"), (Part.Q4, "complete")), (None, "complete", "complete")),
    ],
)
def test_what_is_said_later_of_a_part_changes_the_whole(pieces, expected):
    timeline = said(*pieces)

    assert tuple(means(timeline, part) for part in (Part.YEAR, Part.Q1, Part.Q4)) == expected


def test_of_a_running_period_its_first_days_are_enough_and_no_others():
    assert means(said((Part.Q1, "complete")), running=True) == "complete"
    assert means(said((Part.Q2, "complete")), running=True) is None
    assert means(said((Part.Q1, "complete")), Part.Q2, running=True) is None


@pytest.mark.django_db
@pytest.mark.parametrize("tiling", TILINGS)
def test_the_figure_of_a_year_told_in_parts_is_that_of_the_year(kkt, tiling):
    row = make.indicator("union_orgs")

    def stands(**known):
        table = attainment_table(
            zones=[kkt], first_year=YEAR, last_year=YEAR, as_of=date(2024, 12, 31), indicators=[row], **known
        )
        return table.figure(kkt, row, YEAR).attainment.standing.value

    before = []
    for part in tiling:
        before.append(stands())
        last = make.declaration("nothing_to_report", zone=kkt, indicator=row, period=Period(YEAR, part).code)
    assert before == ["not_reported"] * len(tiling)
    assert stands() == "no_target"

    make.declaration("not_applicable", zone=kkt, indicator=row)
    assert stands() == "not_applicable"
    assert stands(known_at=last.recorded_at) == "no_target", "what was known before is as it was"


@pytest.mark.django_db
@time_machine.travel("2024-11-23T08:00:00+07:00")
def test_a_zone_opened_in_autumn_is_not_missed_in_spring(city, kkt):
    young = make.zone("HP-MOI", parent=kkt, valid_from=date(2024, 9, 1))
    row = make.indicator("party_orgs")
    make.organization(zone=kkt, on=date(2024, 2, 1))

    table = attainment_table(zones=[kkt], first_year=2023, last_year=2024, as_of=date(2024, 11, 23), indicators=[row])

    assert table.figure(kkt, row, 2024).missing == (young.code,)
    assert table.figure(kkt, row, 2023).missing == ()
