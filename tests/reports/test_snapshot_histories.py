"""Whatever is recorded afterwards: a snapshot is verified, and what it says plus the events since is what is now."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from organizations.models import Zone
from reports.models import SnapshotFigure
from reports.snapshots import actions
from reports.snapshots.difference import difference
from reports.snapshots.verify import verify
from targets.models import Indicator
from targets.periods import Part, Period
from tests import make

from .chance import VERBS, Office

LAST_DAY = date(2025, 11, 20)
FIRST_YEAR = 2024


def live_through(pick, before, after):
    """One history with snapshots drafted in the midst of it. Returns what was done."""
    zones = list(Zone.objects.order_by("code"))
    office = Office(pick, zones[1:], first_year=FIRST_YEAR, last_day=LAST_DAY, most_zones=len(zones))
    seen = Counter()
    with transaction.atomic():
        for verb in ("found", "found", "found", "members", "members", "assign", *before):
            office.act(verb)
        frozen = [drafted(pick, zones) for _time in range(2)]
        for verb in ("correct", "reverse", *after):
            office.act(verb)
        for row in filter(None, frozen):
            assert [finding.text for finding in verify(row)] == []
            seen.update(snapshots=1, moved=judge(row))
        transaction.set_rollback(True)
    return seen + office.done


def drafted(pick, zones):
    """The figures of some zone for some period as of some day of it."""
    period = Period(pick.choice([FIRST_YEAR, LAST_DAY.year]), pick.choice(list(Part)))
    if period.first_day > LAST_DAY:
        return None
    as_of = pick.choice([LAST_DAY, min(period.last_day, LAST_DAY), period.first_day])
    try:
        return actions.draft(zone=pick.choice(zones), period=period, as_of=as_of, by=make.system())
    except actions.Refused:  # the same zone and period a second time
        return None


def judge(row):
    """Each figure is the sum of its events, and now is what it was plus those since. Returns how many moved."""
    moved = 0
    for one in difference(row, make.system()):
        was, now = (_counted(values) for values in (one.was, one.now))
        assert was + one.event_sum == now, (row, one.name)
        assert sum(event.quantity for event in one.events) == one.event_sum
        assert not one.redefined and (one.indicator.is_rate or one.change == one.event_sum)
        moved += one.event_count > 0
    return moved


def _counted(values):
    """The sum of the events: the figure itself, of a rate its numerator."""
    return (values["actual"] if values["denominator"] is None else values["numerator"]) or 0


@pytest.fixture
def zones(kkt, cluster, other_zone):
    Indicator.objects.create(
        code="admission_share", name="Tỷ lệ kết nạp", unit="%", sector="party", measure="admission_rate",
        factor=Decimal(100), order=90,
    )  # fmt: skip


def property_test(histories, most):
    seen = Counter()

    @settings(
        max_examples=histories, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(
        st.randoms(use_true_random=False),
        st.lists(st.sampled_from(VERBS), min_size=most // 2, max_size=most),
        st.lists(st.sampled_from(VERBS), min_size=most // 2, max_size=most),
    )
    def run(pick, before, after):
        seen.update(live_through(pick, before, after))

    run()
    return seen


def test_a_sample_of_histories_adds_up_from_then_to_now(zones):
    seen = property_test(3, 6)
    assert seen["snapshots"] >= 3


@pytest.mark.full
def test_two_hundred_histories_add_up_from_then_to_now(zones, record_property):
    seen = property_test(200, 14)
    record_property("snapshots", seen["snapshots"])
    assert seen["snapshots"] >= 200 and seen["moved"] >= 100 and SnapshotFigure.objects.count() == 0
