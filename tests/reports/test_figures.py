"""Figures drawn from the ledger: as of a day, as known at a moment, for one zone or for thirty."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organizations import actions
from reports.answers import table_json
from reports.attainment import Standing
from reports.figures import attainment_table
from targets.actions import assign_target, declare
from targets.models import Indicator
from tests import make

pytestmark = pytest.mark.django_db

LATER = date(2026, 10, 31)


def figure(zone, indicator, year, as_of=LATER, known_at=None):
    row = make.indicator(indicator)
    table = attainment_table(
        zones=[zone], first_year=year, last_year=year, as_of=as_of, known_at=known_at, indicators=[row]
    )
    return table.figure(zone, row, year)


def actual(*args, **values):
    return figure(*args, **values).attainment.actual


def test_each_indicator_counts_its_own_kind_of_event(kkt):
    cell = make.organization(zone=kkt, type="party_cell")
    union = make.organization(zone=kkt, type="union_base")
    youth = make.organization(zone=kkt, type="youth_base_cell")
    make.admission(cell, 7)
    make.joining(union, 120)
    make.joining(youth, 30)
    actions.leave(organization=union, quantity=20, effective_on=make.DAY, by=make.system())
    actions.upgrade(
        organization=cell,
        to_type=make.type_("party_committee"),
        decision=make.decision(zone=kkt),
        by=make.system(),
        reason="Có văn bản đồng ý của cấp trên",
    )
    table = attainment_table(zones=[kkt], first_year=2024, last_year=2024, as_of=LATER)
    assert {row.code: table.figure(kkt, row, 2024).attainment.actual for row in table.indicators} == {
        "party_orgs": 1,  # an upgrade is not a new organisation
        "party_members": 7,
        "union_orgs": 1,
        "union_members": 120,  # gross: those who left are not taken off
        "youth_orgs": 1,
        "youth_members": 30,
        "party_committees": 1,
    }


def test_a_component_unit_of_a_union_is_not_a_new_union(kkt):
    make.organization(zone=kkt, type="union_base")
    make.organization(zone=kkt, type="union_member_base")
    make.organization(zone=kkt, type="youth_association")
    assert actual(kkt, "union_orgs", 2024) == 1
    assert figure(kkt, "youth_orgs", 2024).attainment.standing is Standing.NOT_REPORTED


def test_a_zone_is_the_sum_of_the_zones_below_it(city, kkt, cluster, other_zone):
    for zone, quantity in ((kkt, 3), (cluster, 5), (other_zone, 11)):
        make.admission(make.organization(zone=zone), quantity)
    assert actual(cluster, "party_members", 2024) == 5
    assert actual(kkt, "party_members", 2024) == 8
    assert actual(city, "party_members", 2024) == 19


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2024, 3, 9), None),
        (date(2024, 3, 10), 2),
        (date(2024, 3, 31), 2),
        (date(2024, 4, 30), 2),
        (date(2024, 5, 19), 2),
        (date(2024, 5, 20), 6),
        (date(2024, 12, 30), 6),
        (date(2024, 12, 31), 14),
        (date(2025, 1, 1), 14),
    ],
)
def test_a_year_is_cut_at_the_day_asked_about(kkt, as_of, expected):
    cell = make.organization(zone=kkt, on=date(2023, 1, 5))
    for day, quantity in ((date(2024, 3, 10), 2), (date(2024, 5, 20), 4), (date(2024, 12, 31), 8)):
        make.admission(cell, quantity, on=day)
    assert actual(kkt, "party_members", 2024, as_of=as_of) == expected


def test_a_correction_shows_now_and_not_in_what_was_known_before(kkt):
    cell = make.organization(zone=kkt)
    event = make.admission(cell, 13)
    before = timezone.now()
    actions.correct(event=event, quantity=10, reason="Cộng nhầm ba người", by=make.system())
    assert actual(kkt, "party_members", 2024) == 10
    assert actual(kkt, "party_members", 2024, known_at=before) == 13
    assert actual(kkt, "party_members", 2024, known_at=timezone.now()) == 10


def test_what_was_known_before_anything_was_recorded_is_nothing(kkt):
    moment = timezone.now()
    make.organization(zone=kkt)
    make.target(zone=kkt, indicator="party_orgs", year=2024, low=5, high=7)
    known = figure(kkt, "party_orgs", 2024, known_at=moment)
    assert known.attainment.standing is Standing.NOT_REPORTED
    assert known.target is None


def test_the_target_is_the_last_one_decided_by_the_day(kkt):
    first = make.decision(on=date(2024, 1, 15), zone=kkt)
    second = make.decision(on=date(2024, 8, 1), zone=kkt)
    row = make.indicator("union_orgs")
    make.target(zone=kkt, indicator=row, year=2024, low=5, high=10, decision=first)
    assign_target(
        zone=kkt, indicator=row, year=2024, low=8, high=8, decision=second, reason="Giao bổ sung", by=make.system()
    )

    def low(day):
        return figure(kkt, row, 2024, as_of=day).attainment.low

    assert [low(date(2024, 1, 14)), low(date(2024, 1, 15)), low(date(2024, 7, 31)), low(date(2024, 8, 1))] == [
        None,
        5,
        5,
        8,
    ]


def test_a_revision_leaves_what_was_known_before_it(kkt):
    make.target(zone=kkt, indicator="union_orgs", year=2024, low=5, high=10)
    before = timezone.now()
    make.target(zone=kkt, indicator="union_orgs", year=2024, low=9, high=10, reason="Giao lại")
    assert figure(kkt, "union_orgs", 2024).attainment.low == 9
    assert figure(kkt, "union_orgs", 2024, known_at=before).attainment.low == 5


def test_zero_not_reported_no_target_and_not_applicable_are_four_things(kkt):
    make.target(zone=kkt, indicator="party_orgs", year=2024, low=5, high=7)
    make.target(zone=kkt, indicator="union_orgs", year=2024, low=5, high=10)
    make.declaration("nothing_to_report", zone=kkt, indicator="party_orgs")
    make.declaration("not_applicable", zone=kkt, indicator="youth_orgs")
    make.admission(make.organization(zone=kkt, type="party_subcell", on=date(2023, 2, 1)), 3)
    stands = {
        code: (figure(kkt, code, 2024).attainment.actual, figure(kkt, code, 2024).attainment.standing)
        for code in ("party_orgs", "union_orgs", "party_members", "youth_orgs")
    }
    assert stands == {
        "party_orgs": (0, Standing.BELOW),
        "union_orgs": (None, Standing.NOT_REPORTED),
        "party_members": (3, Standing.NO_TARGET),
        "youth_orgs": (None, Standing.NOT_APPLICABLE),
    }


def test_an_event_speaks_louder_than_not_applicable(kkt):
    make.declaration("not_applicable", zone=kkt, indicator="youth_orgs")
    make.organization(zone=kkt, type="youth_cell")
    assert actual(kkt, "youth_orgs", 2024) == 1


def test_an_event_taken_back_leaves_the_year_not_reported(kkt):
    cell = make.organization(zone=kkt, on=date(2023, 1, 5))
    event = make.admission(cell, 4)
    actions.reverse(event=event, reason="Nhập nhầm đơn vị", by=make.system())
    assert figure(kkt, "party_members", 2024).attainment.standing is Standing.NOT_REPORTED
    assert figure(kkt, "party_members", 2024, known_at=timezone.now()).attainment.standing is Standing.NOT_REPORTED


def test_a_declaration_of_part_of_a_finished_year_does_not_speak_for_the_rest(kkt):
    row, system = make.indicator("union_orgs"), make.system()
    declare(
        zone=kkt, indicator=row, value="complete", first_day=date(2024, 1, 1), last_day=date(2024, 6, 30), by=system
    )
    assert figure(kkt, row, 2024).attainment.standing is Standing.NOT_REPORTED
    declare(
        zone=kkt, indicator=row, value="complete", first_day=date(2024, 7, 1), last_day=date(2024, 12, 31), by=system
    )
    assert actual(kkt, row, 2024) == 0


def test_a_parent_names_the_zones_that_have_yet_to_report(city, kkt, other_zone):
    make.organization(zone=kkt)
    found = figure(city, "party_orgs", 2024)
    assert found.attainment.actual == 1
    assert (found.reported, found.missing) == (False, (other_zone.code,))
    make.organization(zone=other_zone)
    assert figure(city, "party_orgs", 2024).reported


def test_facts_of_the_zone_itself_do_not_speak_for_a_silent_cluster(kkt, cluster):
    make.organization(zone=kkt)
    assert figure(kkt, "party_orgs", 2024).missing == (cluster.code,)


def test_a_zone_may_declare_for_its_clusters(kkt, cluster):
    row = make.indicator("party_orgs")
    make.organization(zone=kkt)
    year = {"first_day": date(2024, 1, 1), "last_day": date(2024, 12, 31)}
    declare(zone=kkt, indicator=row, value="complete", by=make.system(), **year)
    assert figure(kkt, row, 2024).reported


def test_a_running_year_has_a_pace_and_a_finished_one_has_none(kkt):
    make.target(zone=kkt, indicator="party_members", year=2026, low=50, high=100)
    make.admission(make.organization(zone=kkt), 20, on=date(2026, 3, 1))
    running = figure(kkt, "party_members", 2026, as_of=date(2026, 7, 2)).attainment
    assert (running.pace.needed, running.pace.standing.value) == (30, "behind")
    with time_machine.travel(date(2027, 1, 2)):
        assert figure(kkt, "party_members", 2026, as_of=date(2026, 12, 31)).attainment.pace is None


def test_the_number_of_queries_does_not_grow_with_zones_or_years(city, kkt):
    zones = [city, kkt, *(make.zone(f"HP-N{number}") for number in range(28))]
    for zone in zones[:6]:
        make.organization(zone=zone, type="union_base")
    for some in ([kkt], zones):
        with CaptureQueriesContext(connection) as asked:
            attainment_table(zones=some, first_year=2020, last_year=2026, as_of=LATER)
        sums = [query["sql"] for query in asked if "total" in query["sql"] or "organizations_event" in query["sql"]]
        assert (len(asked), len(sums)) == (10, 3)


def test_an_indicator_of_one_park_reads_the_months(kkt):
    park = make.park("KCN Một", zone=kkt)
    one = make.enterprise(zone=kkt, park=park)
    make.organization(zone=kkt, type="union_base", enterprises=[one])
    make.organization(zone=kkt, type="union_base")
    row = Indicator.objects.create(
        code="union_in_park", name="Công đoàn tại KCN Một", unit="tổ chức", sector="union", measure="new_organizations"
    )
    row.parks.add(park)
    for day in (LATER, date(2024, 5, 31), date(2024, 12, 31)):
        assert actual(kkt, row, 2024, as_of=day) == 1


def test_the_answer_as_json_is_what_other_programs_rely_on(kkt):
    for year, founded, target in ((2020, 1, 1), (2021, 3, 2), (2022, 2, 2)):
        make.target(zone=kkt, indicator="union_orgs", year=year, low=target)
        for _number in range(founded):
            make.organization(zone=kkt, type="union_base", on=date(year, 3, 1))
    table = attainment_table(zones=[kkt], first_year=2020, last_year=2022, as_of=date(2022, 12, 31))
    answer = table_json(table, kkt)
    assert {key: answer[key] for key in ("zone", "as_of", "known_at", "basis")} == {
        "zone": "HP-KKT", "as_of": "2022-12-31", "known_at": None, "basis": "low",
    }  # fmt: skip
    row = next(row for row in answer["rows"] if row["indicator"] == "union_orgs" and row["year"] == 2021)
    assert row == {
        "indicator": "union_orgs", "year": 2021, "low": 2, "high": 2, "actual": 3, "reported": True,
        "percent": "150.0", "percent_of_high": "150.0", "standing": "exceeded", "published_percent": None,
        "events": "/api/v1/events/?indicator=union_orgs&zone=HP-KKT&year=2021&as_of=2022-12-31",
    }  # fmt: skip
    term = next(row for row in answer["terms"] if row["indicator"] == "union_orgs")
    assert term["actual"] == 6
    assert (term["percent_min"], term["percent_max"], term["years_met"]) == ("100.0", "150.0", 3)


def test_years_in_two_terms_are_summed_apart(kkt):
    table = attainment_table(zones=[kkt], first_year=2024, last_year=2027, as_of=LATER)
    assert table.terms == ((2024, 2025), (2026, 2027))


def test_reversed_years_are_refused(kkt):
    with pytest.raises(ValueError, match="after"):
        attainment_table(zones=[kkt], first_year=2024, last_year=2023, as_of=LATER)


def test_a_merger_or_a_move_later_leaves_earlier_years_alone(kkt, other_zone):
    cell = make.organization(zone=kkt, on=date(2023, 1, 5))
    other = make.organization(zone=kkt, on=date(2023, 1, 6))
    make.admission(cell, 4, on=date(2023, 6, 1))
    before = actual(kkt, "party_orgs", 2023), actual(kkt, "party_members", 2023)
    system = make.system()
    actions.transfer(
        organizations=[cell], to_zone=other_zone, decision=make.decision(on=date(2025, 2, 1), zone=kkt), by=system
    )
    actions.merge(
        organizations=[cell], into=other, decision=make.decision(on=date(2025, 3, 1), zone=other_zone), by=system
    )
    assert (actual(kkt, "party_orgs", 2023), actual(kkt, "party_members", 2023)) == before
    assert figure(other_zone, "party_orgs", 2023).attainment.actual is None


def test_the_clock_goes_on_when_the_machine_is_set_back(kkt):
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        cell = make.organization(zone=kkt)
    event = make.admission(cell, 1)
    assert event.recorded_at > cell.events.get(kind="established").recorded_at
