"""Attainment against oracles written in another way: fractions compared by hand, schoolbook division, plain sums."""

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.attainment import (
    PaceStanding,
    Progress,
    Rule,
    Standing,
    attain,
    attain_term,
    explain_published,
    half_even,
    half_up,
    truncated,
)
from reports.counting import percent_text

SMALL = settings(derandomize=True, database=None, deadline=None, max_examples=150)
FULL = settings(SMALL, max_examples=3_000)


def property_of_the_office(**strategies):
    """Turn a check into (the small test of every run, the full test of `make verify`), same cases each time."""

    def decorate(check):
        return SMALL(given(**strategies)(check)), pytest.mark.full(FULL(given(**strategies)(check)))

    return decorate


counts = st.integers(-50, 5_000)
rates = st.decimals(-5, 500, allow_nan=False, allow_infinity=False, places=4)
figures = counts | rates
ends = st.integers(0, 5_000) | st.decimals(0, 500, places=4)


def ratio(number):
    return Fraction(*number.as_integer_ratio())


def the_standing_is_that_of_the_figures(actual, low, width):
    year = attain(actual=actual, low=low, high=low + width)
    short, over = ratio(low) - ratio(actual), ratio(actual) - ratio(low) - width
    assert (year.standing is Standing.BELOW) == (short > 0)
    assert (year.standing is Standing.EXCEEDED) == (over > 0)
    assert (year.standing is Standing.MET) == (short <= 0 and over <= 0)
    if low:
        assert (year.percent < 100) == (year.standing is Standing.BELOW)
        assert year.percent * ratio(low) == ratio(actual) * 100
    else:
        assert year.percent is None


test_the_standing_is_that_of_the_figures, test_the_standing_is_that_of_the_figures_full = property_of_the_office(
    actual=figures, low=ends, width=st.integers(0, 50)
)(the_standing_is_that_of_the_figures)


@example(actual=401, low=400)
@example(actual=-49, low=400)
def printing_is_schoolbook_rounding(actual, low):
    """Long division in integers: tenths of a percent, and up when twice the rest reaches the divisor."""
    tenths, rest = divmod(abs(actual) * 1000, low)
    tenths += 2 * rest >= low
    sign = "-" if actual < 0 and tenths else ""
    assert percent_text(attain(actual=actual, low=low, high=low).percent) == f"{sign}{tenths // 10}.{tenths % 10}"


test_printing_is_schoolbook_rounding, test_printing_is_schoolbook_rounding_full = property_of_the_office(
    actual=counts | st.integers(-(10**30), 10**30), low=st.integers(1, 5_000) | st.sampled_from([8, 80, 400, 2000])
)(printing_is_schoolbook_rounding)


def each_way_to_shorten_stays_within_its_distance(exact, places):
    unit = Fraction(1, 10**places)
    up, even, cut = (ratio(way(exact, places)) for way in (half_up, half_even, truncated))
    assert abs(up - exact) <= unit / 2 and abs(even - exact) <= unit / 2
    assert 0 <= abs(exact) - abs(cut) < unit
    if up != even:
        assert abs(up - exact) == unit / 2 and abs(up) > abs(even) and even / unit % 2 == 0
    assert all((value / unit).denominator == 1 for value in (up, even, cut))
    for way, rule in ((half_up, Rule.HALF_UP), (half_even, Rule.HALF_EVEN), (truncated, Rule.TRUNCATED)):
        printed = format(way(exact, places), "f").replace(".", ",") + "%"
        assert rule in explain_published(exact, 100, printed), printed


test_each_way_to_shorten, test_each_way_to_shorten_full = property_of_the_office(
    exact=st.fractions(-500, 500, max_denominator=2000), places=st.integers(0, 4)
)(each_way_to_shorten_stays_within_its_distance)


def pace_and_standing_agree(actual, low, elapsed):
    year = attain(actual=actual, low=low, high=low, progress=Progress(elapsed, 365))
    assert year.pace.expected * 365 == ratio(low) * elapsed
    assert year.pace.projected * elapsed == ratio(actual) * 365
    assert (year.pace.standing is PaceStanding.ON_TRACK) == (year.pace.projected >= ratio(low))
    assert (year.pace.needed == 0) == (year.standing is not Standing.BELOW)
    assert ratio(year.pace.needed) == max(ratio(low) - ratio(actual), 0)


test_pace_and_standing_agree, test_pace_and_standing_agree_full = property_of_the_office(
    actual=figures, low=ends, elapsed=st.integers(1, 364)
)(pace_and_standing_agree)

one_year = st.one_of(
    st.builds(lambda actual, low: attain(actual=actual, low=low, high=low), counts, st.integers(0, 50)),
    st.builds(lambda actual: attain(actual=actual, low=None, high=None), counts),
    st.builds(
        lambda low, applicable: attain(actual=None, low=low, high=low, reported=False, applicable=applicable),
        st.none() | st.integers(0, 50),
        st.booleans(),
    ),
)


def a_term_counts_every_year_once(years, first):
    term = attain_term({first + n: year for n, year in enumerate(years)})
    assert (term.first_year, term.last_year) == (first, first + len(years) - 1)
    silent = len(term.years_without_target) + len(term.years_not_applicable)
    assert term.years_with_target + silent == len(years)
    assert term.years_met <= term.years_with_target
    assert (term.actual or 0) == sum(year.actual or 0 for year in years)
    assert (term.actual is None) == all(not year.reported for year in years)
    percents = sorted(100 * Fraction(year.actual, year.low) for year in years if year.reported and year.low)
    assert (term.percent_min, term.percent_max) == ((percents[0], percents[-1]) if percents else (None, None))


test_a_term_counts_every_year_once, test_a_term_counts_every_year_once_full = property_of_the_office(
    years=st.lists(one_year, min_size=1, max_size=8), first=st.integers(2000, 2030)
)(a_term_counts_every_year_once)
