"""What was answered at a moment can be answered again for ever, whatever is recorded afterwards."""

from collections import Counter
from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nq28.api import router
from organizations.admin import office
from organizations.ledger import writing
from organizations.models import Event, Zone
from reports.answers import table_json
from reports.figures import attainment_table
from tests import make

from .chance import VERBS, Office

LAST_DAY = date(2025, 11, 20)
DAYS = (date(2023, 6, 30), date(2024, 12, 31), date(2025, 3, 15), LAST_DAY)  # as of which the figures are asked
FIRST_YEAR, LAST_YEAR = 2023, 2025


def now_known(by):
    """The moment to which all that is recorded belongs, fixed as a frozen report fixes it: under the zones' heads."""
    with writing(zones=Zone.objects.all(), by=by) as book:
        return book.recorded_at


def answers(zones, days, known_at=None):
    """The figures of every zone and year as of some days, and the lines of the ledger they are made of."""
    found = {"lines": list(Event.objects.known_at(known_at).order_by("pk").values_list("pk", flat=True))}
    for day in days:
        table = attainment_table(
            zones=zones, first_year=FIRST_YEAR, last_year=LAST_YEAR, as_of=day, known_at=known_at
        )  # fmt: skip
        for zone in zones:
            answer = table_json(table, zone)
            rows = [{key: value for key, value in row.items() if key != "events"} for row in answer["rows"]]
            found[zone.code, day] = (rows, answer["terms"])
    return found


def live_through(pick, acts, clock):
    """One history: whatever is drawn, on a clock that may stand still or be set back. Returns what was done."""
    zones = list(Zone.objects.order_by("code"))
    office = Office(
        pick,
        [zone for zone in zones if zone.parent_id],
        first_year=FIRST_YEAR,
        last_day=LAST_DAY,
        most_zones=len(zones) + 1,
    )
    moments = []
    with transaction.atomic():
        for verb in ("found", "found", "assign", *acts):
            if office.act(verb):
                clock.shift(timedelta(seconds=pick.choice([0, 0, 1, -3, 5])))
                moment, days = now_known(office.by), pick.sample(DAYS, 2)
                moments.append((moment, days, answers(zones, days)))
        for moment, days, told in moments:
            assert answers(zones, days, known_at=moment) == told
        transaction.set_rollback(True)
    return office.done + Counter(moments=len(moments))


def property_test(histories, most):
    seen = Counter()

    @settings(
        max_examples=histories, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    # true random: a drawn seed; draw by draw, rare acts hardly ever come about
    @given(st.randoms(use_true_random=True), st.lists(st.sampled_from(VERBS), min_size=min(most, 6), max_size=most))
    def run(pick, acts):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            seen.update(live_through(pick, acts, clock))

    run()
    return seen


@pytest.fixture
def zones(kkt, cluster, other_zone):
    make.zone("HP-KKT-2", parent=kkt)


def test_a_zone_opened_afterwards_was_not_waited_for_before(kkt, cluster):
    make.organization(zone=cluster, on=date(2024, 3, 4), reason="Theo thực tế")
    before, moment = answers([kkt], DAYS), now_known(make.system())

    make.zone("HP-KKT-2", parent=kkt)

    assert answers([kkt], DAYS) != before  # it has yet to report
    assert answers([kkt], DAYS, known_at=moment) == before


def test_nothing_changes_a_zone_whose_days_would_have_to_be_taken_back():
    ways = {
        (prefix, method)
        for prefix, viewset, _base in router.registry
        for route in router.get_routes(viewset)
        for method in router.get_method_map(viewset, route.mapping)
        if viewset.queryset is not None and viewset.queryset.model is Zone and method != "get"
    }

    assert (ways, office._registry[Zone].on_change) == ({("zones", "post")}, ())  # which opens one, and says when


def test_a_sample_of_histories_is_answered_as_it_was_known(zones):
    seen = property_test(4, 6)

    assert seen["moments"] >= 12


@pytest.mark.full
def test_two_hundred_and_forty_histories_are_answered_as_they_were_known(zones, record_property):
    seen = property_test(240, 10)
    record_property("histories", 240)
    for name, times in sorted(seen.items()):
        record_property(name, times)

    assert set(VERBS) <= seen.keys()
