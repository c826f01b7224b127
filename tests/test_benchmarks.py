"""A claim that no longer holds is said aloud; nothing here measures time."""

import pytest

from benchmarks.measure import OVER, Limit, Row


def row(ours, **limits):
    return Row("an import", 100, 6000, ours, "the least", "the usual", **limits).line()


def test_a_claim_within_its_limits_names_them():
    assert "| 2.0 × (≤ 2.5 ×) | 30.0 × (≥ 30 ×) |" in row(200, at_most=2.5, at_least=30)
    assert OVER not in row(200, at_most=2, at_least=30)
    assert OVER not in row(99_999)


@pytest.mark.parametrize("limits", [{"at_most": 1.9}, {"at_least": 31}])
def test_a_claim_that_fails_is_loud(limits):
    assert OVER in row(200, **limits)


def test_a_figure_above_its_limit_is_loud():
    assert OVER in Limit("memory", 301, 300, " MB").line()
    assert Limit("memory", 300, 300, " MB").line() == "| memory | 300 MB | (≤ 300 MB) |"
    assert OVER in Limit("statements that wrote", 1, 0).line()
