"""Shares add up to what is shared out."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targets.shares import share_out


@settings(derandomize=True, database=None, deadline=None, max_examples=200)
@given(st.integers(0, 100_000), st.lists(st.integers(0, 50_000), min_size=1, max_size=30))
def test_shares_add_up_and_none_is_a_whole_one_off(total, weights):
    shares = share_out(total, weights)

    assert sum(shares) == total
    by = weights if any(weights) else [1] * len(weights)
    for share, weight in zip(shares, by, strict=True):
        assert abs(share - Fraction(total * weight, sum(by))) < 1
        assert share >= 0


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (7, [1, 1, 1], [3, 2, 2]),
        (5, [0, 0], [3, 2]),
        (10, [0, 5], [0, 10]),
        (3, [1, 1, 1, 1, 1], [1, 1, 1, 0, 0]),
        (0, [4, 2], [0, 0]),
        (9, [], []),
    ],
)
def test_what_is_left_goes_to_the_largest_remainders_then_to_the_first(total, weights, shares):
    assert share_out(total, weights) == shares


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [1, -1])])
def test_nothing_negative_is_shared_out(total, weights):
    with pytest.raises(ValueError, match="negative"):
        share_out(total, weights)
