"""Many rows at once: what writing them leaves behind."""

import gc

import pytest

from organizations.bulk import SELDOM, USUAL, seldom_collected


def test_cycles_are_collected_as_before_even_when_an_act_fails():
    with seldom_collected():
        assert gc.get_threshold() == SELDOM
    assert gc.get_threshold() == USUAL
    with pytest.raises(RuntimeError), seldom_collected():
        raise RuntimeError
    assert gc.get_threshold() == USUAL
