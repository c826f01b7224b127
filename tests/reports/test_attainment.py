"""What a percent, a standing, a pace and a term say, at the edges inspectors ask about."""

import ast
import dataclasses
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest

from reports import attainment
from reports.attainment import (
    Pace,
    PaceStanding,
    Progress,
    Rule,
    Standing,
    attain,
    attain_term,
    explain_published,
    half_even,
    half_up,
    progress,
    published_flag,
    rate,
    truncated,
)
from reports.counting import percent_text

# One year


@pytest.mark.parametrize(
    ("actual", "low", "high", "percent", "percent_of_high", "standing"),
    [
        (22, 8, 8, "275.0", "275.0", Standing.EXCEEDED),
        (2499, 2500, 2500, "100.0", "100.0", Standing.BELOW),  # prints 100%, still short
        (2501, 2500, 2500, "100.0", "100.0", Standing.EXCEEDED),  # prints 100%, yet above
        (2500, 2500, 2500, "100.0", "100.0", Standing.MET),
        (4, 5, 7, "80.0", "57.1", Standing.BELOW),
        (5, 5, 7, "100.0", "71.4", Standing.MET),
        (7, 5, 7, "140.0", "100.0", Standing.MET),  # inside the range: met, not exceeded
        (8, 5, 7, "160.0", "114.3", Standing.EXCEEDED),
        (0, 5, 7, "0.0", "0.0", Standing.BELOW),
        (-2, 5, 7, "-40.0", "-28.6", Standing.BELOW),  # net figures can be negative
        (0, 0, 0, None, None, Standing.MET),
        (1, 0, 0, None, None, Standing.EXCEEDED),
        (1, 0, 2, None, "50.0", Standing.MET),
        (-1, 0, 2, None, "-50.0", Standing.BELOW),
        (401, 400, 400, "100.3", "100.3", Standing.EXCEEDED),  # 100.25: a tie goes up, half-even says 100.2
        (1, 3, 3, "33.3", "33.3", Standing.BELOW),
        (10**40 + 1, 10**40, 10**40, "100.0", "100.0", Standing.EXCEEDED),
        (Decimal("0.55"), Decimal("0.55"), Decimal("0.6"), "100.0", "91.7", Standing.MET),
        (Decimal("0.5499999"), Decimal("0.55"), Decimal("0.55"), "100.0", "100.0", Standing.BELOW),
        (Fraction(1, 3), Decimal("0.3333333333333333333333333333333"), 1, "100.0", "33.3", Standing.MET),
        (5, Decimal("5.00"), Decimal("7.00"), "100.0", "71.4", Standing.MET),
    ],
)
def test_a_figure_is_compared_with_its_target(actual, low, high, percent, percent_of_high, standing):
    year = attain(actual=actual, low=low, high=high)
    assert (percent_text(year.percent), percent_text(year.percent_of_high)) == (percent, percent_of_high)
    assert year.standing is standing
    assert (year.actual, year.low, year.high, year.reported, year.pace) == (actual, low, high, True, None)


def test_the_percent_is_kept_unrounded():
    assert attain(actual=166, low=190, high=190).percent == Fraction(16600, 190)
    with localcontext() as context:
        context.prec = 3  # whatever precision the caller works with
        assert attain(actual=Decimal("1.00001"), low=Decimal("1.00002"), high=2).standing is Standing.BELOW
        assert attain(actual=12345, low=12344, high=12344).percent == Fraction(1234500, 12344)


@pytest.mark.parametrize(
    ("actual", "target", "reported", "applicable", "standing"),
    [
        (None, 5, False, False, Standing.NOT_APPLICABLE),
        (None, None, False, False, Standing.NOT_APPLICABLE),
        (None, 5, False, True, Standing.NOT_REPORTED),
        (None, None, False, True, Standing.NOT_REPORTED),
        (0, None, True, True, Standing.NO_TARGET),
        (9, None, True, True, Standing.NO_TARGET),
        (0, 5, True, True, Standing.BELOW),
        (6, 5, True, False, Standing.EXCEEDED),  # a live event, so the declaration "not applicable" no longer speaks
        (0, None, True, False, Standing.NO_TARGET),
    ],
)
def test_zero_not_reported_no_target_and_not_applicable_stay_four_things(
    actual, target, reported, applicable, standing
):
    year = attain(actual=actual, low=target, high=target, reported=reported, applicable=applicable)
    assert year.standing is standing
    assert year.reported is reported
    assert (year.actual, year.low, year.high) == (actual, target, target)
    assert (year.percent is None) == (standing in {"not_applicable", "not_reported", "no_target"})


def test_a_sum_of_nothing_is_not_a_zero_when_nobody_reported():
    year = attain(actual=0, low=5, high=7, reported=False)
    assert (year.actual, year.percent, year.standing) == (None, None, "not_reported")


@pytest.mark.parametrize("name", ["actual", "low", "high"])
@pytest.mark.parametrize("value", [5.0, "5", True, 5j, object()])
def test_anything_but_an_exact_number_is_refused(name, value):
    with pytest.raises(TypeError, match=name):
        attain(**{"actual": 5, "low": 5, "high": 5, name: value})


@pytest.mark.parametrize("value", ["NaN", "Infinity", "sNaN"])
def test_a_decimal_that_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="actual"):
        attain(actual=Decimal(value), low=5, high=5)


@pytest.mark.parametrize(("low", "high"), [(7, 5), (Decimal("5.1"), 5), (-1, 5), (5, None), (None, 5)])
def test_a_target_that_is_no_range_is_refused(low, high):
    for reported in (True, False):
        with pytest.raises(ValueError, match="low="):
            attain(actual=6 if reported else None, low=low, high=high, reported=reported)


def test_a_reported_figure_must_be_there():
    with pytest.raises(ValueError, match="reported=False"):
        attain(actual=None, low=5, high=7)


# Pace


@pytest.mark.parametrize(
    ("year", "as_of", "expected"),
    [
        (2026, date(2025, 12, 31), None),
        (2026, date(2026, 1, 1), Progress(1, 365)),
        (2026, date(2026, 11, 23), Progress(327, 365)),
        (2026, date(2026, 12, 30), Progress(364, 365)),
        (2026, date(2026, 12, 31), None),  # its last day is in: the year is complete
        (2026, date(2027, 1, 1), None),
        (2024, date(2024, 2, 29), Progress(60, 366)),
        (2024, date(2024, 12, 30), Progress(365, 366)),
    ],
)
def test_a_year_is_in_progress_from_its_first_day_until_the_day_before_its_last(year, as_of, expected):
    assert progress(year, as_of) == expected


@pytest.mark.parametrize(("elapsed", "days"), [(0, 365), (366, 365), (-1, 365)])
def test_more_days_than_the_year_has_cannot_have_passed(elapsed, days):
    with pytest.raises(ValueError, match="elapsed_days"):
        Progress(elapsed, days)


HALF = Progress(73, 146)


@pytest.mark.parametrize(
    ("actual", "low", "standing", "expected", "projected", "needed"),
    [
        (25, 50, "on_track", 25, 50, 25),  # exactly what is expected today is on track
        (24, 50, "behind", 25, 48, 26),
        (0, 50, "behind", 25, 0, 50),
        (70, 50, "on_track", 25, 140, 0),
        (0, 0, "on_track", 0, 0, 0),
        (-3, 5, "behind", Fraction(5, 2), -6, 8),
        (Decimal("0.2"), Decimal("0.55"), "behind", Fraction(11, 40), Fraction(2, 5), Decimal("0.35")),
    ],
)
def test_a_running_year_says_whether_it_keeps_pace(actual, low, standing, expected, projected, needed):
    pace = attain(actual=actual, low=low, high=low + 20, progress=HALF).pace
    assert pace == Pace(expected, standing, projected, needed)
    assert type(pace.needed) is type(needed)


def test_pace_is_counted_in_days_to_the_day():
    pace = attain(actual=44, low=50, high=100, progress=progress(2026, date(2026, 11, 23))).pace
    assert pace == Pace(Fraction(50 * 327, 365), PaceStanding.BEHIND, Fraction(44 * 365, 327), 6)
    assert attain(actual=45, low=50, high=100, progress=progress(2026, date(2026, 11, 23))).pace.standing == "on_track"


def test_a_running_year_without_events_or_without_target_is_not_behind():
    assert attain(actual=None, low=5, high=7, reported=False, progress=HALF).pace is None
    assert attain(actual=3, low=None, high=None, progress=HALF).pace is None


# Printing and published figures


@pytest.mark.parametrize(
    ("exact", "text"),
    [
        (None, None),
        (0, "0.0"),
        (100, "100.0"),
        (275, "275.0"),
        (Fraction(99_96, 100), "100.0"),
        (Fraction(100_25, 100), "100.3"),
        (Fraction(1005, 10_000) * 1000, "100.5"),
        (Fraction(1, 20), "0.1"),
        (Fraction(1, 21), "0.0"),
        (Fraction(-1, 21), "0.0"),  # never "-0.0"
        (Fraction(-1225, 100), "-12.3"),
        (Decimal("12.25"), "12.3"),
        (Decimal("12.2499999999999999999999999999999999999"), "12.2"),
        (1_234_567, "1234567.0"),
        (10**40, "1" + "0" * 40 + ".0"),
    ],
)
def test_a_percent_prints_half_up_to_one_decimal(exact, text):
    assert percent_text(exact) == text


def test_a_percent_that_went_through_a_float_is_not_printed():
    with pytest.raises(TypeError, match="float"):
        percent_text(105.25)


def test_the_three_ways_to_shorten_a_percent_differ_at_a_tie():
    exact = Fraction(89_475, 1000)
    assert (half_up(exact, 2), half_even(exact, 2), truncated(exact, 2)) == (
        Decimal("89.48"),
        Decimal("89.48"),
        Decimal("89.47"),
    )
    assert (half_up(Fraction(5, 2), 0), half_even(Fraction(5, 2), 0), truncated(Fraction(5, 2), 0)) == (3, 2, 2)
    assert (half_up(Fraction(-5, 2), 0), half_even(Fraction(-5, 2), 0), truncated(Fraction(-5, 2), 0)) == (-3, -2, -2)


ALL = {Rule.EXACT, Rule.HALF_UP, Rule.HALF_EVEN, Rule.TRUNCATED}
ROUNDED = {Rule.HALF_UP, Rule.HALF_EVEN}


@pytest.mark.parametrize(
    ("actual", "low", "published", "rules", "flagged"),
    [
        (21, 20, "105%", ALL, False),
        (21, 20, "105,0%", ALL, False),
        (21, 20, " 105.00 % ", ALL, False),
        (124, 180, "69%", ROUNDED, False),
        (124, 180, "68%", {Rule.TRUNCATED}, False),
        (124, 180, "69,0%", set(), True),  # printed to one decimal it should read 68,9
        (124, 180, Decimal("69.00"), ROUNDED, False),  # the column's zeros, not the publisher's
        (124, 180, Decimal("68.89"), ROUNDED, False),
        (124, 180, Decimal("70"), set(), True),
        (401, 400, "100,3", {Rule.HALF_UP}, False),
        (401, 400, "100,2", {Rule.HALF_EVEN, Rule.TRUNCATED}, False),
        (403, 400, "100,8", ROUNDED, False),
        (8, 1, "100%", {Rule.CAPPED}, True),
        (2501, 2500, "100%", {Rule.HALF_UP, Rule.HALF_EVEN, Rule.TRUNCATED, Rule.CAPPED}, False),
        (8, 8, "100%", ALL, False),
        (3, 0, "100%", set(), True),  # nothing gives a percent of a target of 0
        (None, 5, "100%", set(), False),  # nothing to compare with
        (3, None, "100%", set(), False),
        (8, 1, Decimal("1E+2"), {Rule.CAPPED}, True),
        (-1, 8, "-12,5", ALL, False),
    ],
)
def test_a_published_percent_is_explained_at_its_own_decimals(actual, low, published, rules, flagged):
    assert explain_published(actual, low, published) == rules
    assert published_flag(actual, low, published) is flagged


def test_nothing_published_is_nothing_to_flag():
    assert published_flag(5, 5, None) is False


@pytest.mark.parametrize("published", ["", "%", "vượt 1%", "100-275%", "5,", "1.250%", "1e2", "١٠٠", "NaN"])
def test_a_published_text_that_is_not_one_number_is_refused(published):
    with pytest.raises(ValueError, match="published"):
        explain_published(5, 5, published)


@pytest.mark.parametrize("published", [105.0, 105, None])
def test_a_published_percent_is_a_text_or_a_decimal(published):
    with pytest.raises(TypeError, match="published"):
        explain_published(21, 20, published)


def test_a_published_decimal_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="published"):
        explain_published(5, 5, Decimal("NaN"))


# A term


def test_a_term_reports_a_total_a_count_and_a_range():
    """The article's unions 2020-2022: 95 founded, 100-275% of yearly targets."""
    term = attain_term(
        {
            2021: attain(actual=22, low=8, high=8),
            2020: attain(actual=17, low=17, high=17),
            2022: attain(actual=56, low=30, high=30),
        }
    )
    assert dataclasses.asdict(term) == {
        "first_year": 2020,
        "last_year": 2022,
        "actual": 95,
        "years_with_target": 3,
        "years_met": 3,
        "percent_min": 100,
        "percent_max": 275,
        "years_without_target": (),
        "years_not_reported": (),
        "years_not_applicable": (),
        "years_in_progress": (),
        "years_judged": 3,
    }


def test_a_term_names_the_years_that_say_nothing():
    term = attain_term(
        {
            2020: attain(actual=10, low=None, high=None),
            2021: attain(actual=None, low=8, high=8, reported=False),
            2022: attain(actual=None, low=8, high=8, reported=False, applicable=False),
            2023: attain(actual=None, low=None, high=None, reported=False),
            2024: attain(actual=3, low=0, high=0),
            2025: attain(actual=6, low=8, high=8),
            2026: attain(actual=5, low=5, high=7, progress=HALF),
        }
    )
    assert term.actual == 10 + 3 + 6 + 5
    assert term.years_without_target == (2020, 2023)
    assert term.years_not_reported == (2021, 2023)
    assert term.years_not_applicable == (2022,)
    assert term.years_in_progress == (2026,)
    assert term.years_judged == term.years_with_target == 4  # the running year is met already

    assert term.years_with_target == 4  # 2021, 2024, 2025, 2026: an unreported target is still owed
    assert term.years_met == 2  # 2024 (more than 0) and 2026
    assert (term.percent_min, term.percent_max) == (75, 100)


def test_a_year_that_still_runs_is_not_missed():
    yearly = {
        2025: attain(actual=6, low=8, high=8),
        2026: attain(actual=4, low=5, high=7, progress=HALF),
    }
    assert attain_term(yearly).years_judged == 1
    silent = yearly | {2026: attain(actual=None, low=5, high=7, reported=False)}
    assert attain_term(silent, running={2026}).years_judged == 1
    assert attain_term(silent).years_judged == 2


def test_a_term_without_a_single_figure_has_no_total_and_no_range():
    silent = attain(actual=None, low=5, high=7, reported=False)
    term = attain_term({2026: silent, 2027: silent})
    assert (term.actual, term.percent_min, term.percent_max, term.years_met) == (None, None, None, 0)


def test_a_term_of_rates_adds_up_exactly():
    rates = (Decimal("0.1"), Decimal("0.2"), Fraction(1, 3))
    yearly = {2020 + n: attain(actual=rate, low=1, high=1) for n, rate in enumerate(rates)}
    assert attain_term(yearly).actual == Fraction(19, 30)
    assert attain_term({y: yearly[y] for y in (2020, 2021)}).actual == Decimal("0.3")


@pytest.mark.parametrize("years", [(), (2020, 2022)])
def test_a_term_with_a_hole_is_refused(years):
    with pytest.raises(ValueError, match="every year"):
        attain_term({year: attain(actual=1, low=1, high=1) for year in years})


# A rate


@pytest.mark.parametrize(
    ("numerator", "denominator", "factor", "printed"),
    [
        (166, 1100, 100, "15.1"),
        (201, 2000, 100, "10.1"),  # 10.05: a tie goes up
        (1100, 200_000, 1000, "5.5"),
        (0, 7, 100, "0.0"),  # zero is a figure
        (9, 8, Decimal("0.5"), "0.6"),
    ],
)
def test_a_rate_is_exact_until_it_is_printed(numerator, denominator, factor, printed):
    exact = rate(numerator, denominator, factor)

    assert isinstance(exact, Fraction)
    assert format(half_up(exact, 1), "f") == printed


def test_of_nothing_there_is_no_share():
    assert rate(0, 0, 100) is None
    assert rate(3, 0, 100) is None


def test_a_rate_is_compared_unrounded_with_a_decimal_target():
    year = attain(actual=rate(2499, 10_000, 100), low=Decimal("25"), high=Decimal("25"))

    assert percent_text(year.percent) == "100.0" and year.standing is Standing.BELOW


@pytest.mark.parametrize(("denominator", "factor"), [(-1, 100), (5, 0), (5, -100)])
def test_a_rate_of_less_than_nothing_is_refused(denominator, factor):
    with pytest.raises(ValueError, match="denominator="):
        rate(1, denominator, factor)


def test_a_rate_of_floats_is_refused():
    with pytest.raises(TypeError, match="never a float"):
        rate(1, 3.0, 100)


# The house


def test_the_arithmetic_knows_neither_django_nor_the_other_rooms():
    tree = ast.parse(Path(attainment.__file__).read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert imported <= {"calendar", "re", "collections.abc", "dataclasses", "datetime", "decimal", "enum", "fractions"}
