"""Figures of parts of years: quarters, six and nine months, against the target of the whole year."""

import random
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organizations import actions
from reports.attainment import PaceStanding, Standing, attain, period_progress
from reports.figures import attainment_table
from targets.actions import assign_target, declare
from targets.models import Indicator
from targets.periods import Part, Period
from tests import make

pytestmark = pytest.mark.django_db

LATER = date(2026, 10, 31)
QUARTERS = (Part.Q1, Part.Q2, Part.Q3, Part.Q4)
SUM_TABLES = ("total", "organizations_event")


def figure(zone, indicator, year, part, as_of=LATER, known_at=None):
    row = make.indicator(indicator)
    table = attainment_table(
        zones=[zone], first_year=year, last_year=year, as_of=as_of, known_at=known_at, indicators=[row], part=part
    )
    return table.figure(zone, row, year)


def said(zone, indicator, year, part, **asked):
    found = figure(zone, indicator, year, part, **asked).attainment
    return found.actual, found.standing


# ------------------------------------------------------------------------------------------ which days


@pytest.mark.parametrize(
    ("part", "as_of", "expected"),
    [
        (Part.Q1, date(2023, 12, 31), None),
        (Part.Q1, date(2024, 2, 29), 1),
        (Part.Q1, LATER, 1 + 2),
        (Part.Q2, date(2024, 3, 31), None),
        (Part.Q2, date(2024, 4, 1), 4),
        (Part.Q2, date(2024, 6, 29), 4),
        (Part.Q2, date(2024, 6, 30), 4 + 8),
        (Part.SIX_MONTHS, date(2024, 4, 1), 1 + 2 + 4),
        (Part.SIX_MONTHS, LATER, 1 + 2 + 4 + 8),
        (Part.Q3, LATER, 16),
        (Part.NINE_MONTHS, date(2024, 6, 30), 1 + 2 + 4 + 8),
        (Part.NINE_MONTHS, LATER, 1 + 2 + 4 + 8 + 16),
        (Part.Q4, date(2024, 12, 30), None),
        (Part.Q4, date(2024, 12, 31), 32),
        (Part.YEAR, LATER, 63),
    ],
)
def test_a_part_counts_its_own_days_until_the_day_asked_about(kkt, part, as_of, expected):
    cell = make.organization(zone=kkt, on=date(2023, 1, 5))
    days = [(1, 1), (3, 31), (4, 1), (6, 30), (7, 1), (12, 31)]
    for power, (month, day) in enumerate(days):
        make.admission(cell, 2**power, on=date(2024, month, day))
    assert figure(kkt, "party_members", 2024, part, as_of).attainment.actual == expected
    known = timezone.now()
    assert figure(kkt, "party_members", 2024, part, as_of, known).attainment.actual == expected


def test_an_indicator_of_one_park_counts_only_there_in_a_quarter(kkt):
    park = make.park("KCN Một", zone=kkt)
    make.organization(zone=kkt, type="union_base", enterprises=[make.enterprise(zone=kkt, park=park)])
    make.organization(zone=kkt, type="union_base")
    row = Indicator.objects.create(
        code="union_in_park", name="Công đoàn tại KCN Một", unit="tổ chức", sector="union", measure="new_organizations"
    )
    row.parks.add(park)
    quarter = QUARTERS[(make.DAY.month - 1) // 3]
    assert figure(kkt, row, make.DAY.year, quarter).attainment.actual == 1


def test_a_correction_shows_now_and_not_in_the_half_year_as_known_before(kkt):
    cell = make.organization(zone=kkt, on=date(2023, 1, 5))
    event = make.admission(cell, 13, on=date(2024, 5, 2))
    before = timezone.now()
    actions.correct(event=event, quantity=10, reason="Cộng nhầm ba người", by=make.system())
    for part in (Part.SIX_MONTHS, Part.Q2):
        assert figure(kkt, "party_members", 2024, part).attainment.actual == 10
        assert figure(kkt, "party_members", 2024, part, known_at=before).attainment.actual == 13


def test_a_parent_sums_the_quarters_of_its_zones_and_names_who_is_silent(city, kkt, cluster, other_zone):
    for zone, day in ((kkt, date(2024, 4, 2)), (cluster, date(2024, 5, 2)), (other_zone, date(2024, 8, 2))):
        make.admission(make.organization(zone=zone, on=date(2023, 1, 5)), 3, on=day)
    quarter = figure(city, "party_members", 2024, Part.Q2)
    assert (quarter.attainment.actual, quarter.missing) == (6, (other_zone.code,))
    assert figure(city, "party_members", 2024, Part.NINE_MONTHS).attainment.actual == 9
    assert figure(city, "party_members", 2024, Part.NINE_MONTHS).reported


def test_a_zone_that_was_not_open_in_the_quarter_is_not_missing_from_it(kkt):
    make.zone("HP-KKT-A", parent=kkt, valid_from=date(2024, 8, 1))
    late = make.zone("HP-KKT-B", parent=kkt)
    make.organization(zone=late, on=date(2024, 2, 1))
    assert figure(kkt, "party_orgs", 2024, Part.Q1).reported
    assert figure(kkt, "party_orgs", 2024, Part.YEAR).missing == ("HP-KKT-A",)


# ------------------------------------------------------------------------------------------ target and pace


def test_a_part_is_held_against_the_target_of_the_year_in_force_on_its_last_day(kkt):
    row = make.indicator("union_orgs")
    make.target(zone=kkt, indicator=row, low=5, high=10, decision=make.decision(on=date(2024, 1, 15), zone=kkt))
    assign_target(
        zone=kkt, indicator=row, year=2024, low=8, high=8, decision=make.decision(on=date(2024, 8, 1), zone=kkt),
        reason="Giao bổ sung", by=make.system(),
    )  # fmt: skip
    lows = {part: figure(kkt, row, 2024, part).attainment.low for part in Part}
    # Nothing was reported: the target is shown all the same
    assert lows == {
        Part.Q1: 5, Part.Q2: 5, Part.SIX_MONTHS: 5, Part.Q3: 8, Part.NINE_MONTHS: 8, Part.Q4: 8, Part.YEAR: 8,
    }  # fmt: skip
    assert figure(kkt, row, 2024, Part.Q1, as_of=date(2024, 1, 14)).target is None


def test_a_half_year_is_judged_by_its_pace_beside_its_standing(kkt):
    make.target(zone=kkt, indicator="party_members", low=50, high=100)
    make.admission(make.organization(zone=kkt, on=date(2023, 1, 5)), 25, on=date(2024, 3, 1))
    half = figure(kkt, "party_members", 2024, Part.SIX_MONTHS).attainment
    assert (half.standing, half.percent) == (Standing.BELOW, 50)
    assert (half.pace.expected, half.pace.standing) == (Fraction(50 * 182, 366), PaceStanding.ON_TRACK)
    assert (half.pace.needed, half.pace.projected) == (25, Fraction(25 * 366, 182))
    nine = figure(kkt, "party_members", 2024, Part.NINE_MONTHS).attainment
    assert nine.pace.standing is PaceStanding.BEHIND


def test_a_quarter_is_expected_to_bring_the_share_of_its_own_days(kkt):
    make.target(zone=kkt, indicator="party_members", low=366)
    cell = make.organization(zone=kkt, on=date(2023, 1, 5))
    make.admission(cell, 90, on=date(2024, 3, 1))
    make.admission(cell, 91, on=date(2024, 5, 1))
    first, second = (figure(kkt, "party_members", 2024, part).attainment.pace for part in (Part.Q1, Part.Q2))
    assert (first.expected, first.standing, first.needed) == (91, "behind", 276)
    # What the year still needs a later quarter alone does not say
    assert (second.expected, second.standing, second.needed) == (91, "on_track", None)
    assert figure(kkt, "party_members", 2024, Part.Q2, as_of=date(2024, 5, 1)).attainment.pace.expected == 31
    assert figure(kkt, "party_members", 2024, Part.Q4, as_of=date(2024, 9, 30)).attainment.pace is None


@pytest.mark.parametrize("year", [2023, 2024])
def test_the_days_of_the_quarters_are_the_days_of_the_year(year):
    quarters = [Period(year, part) for part in QUARTERS]
    shares = [period_progress(quarter.first_day, quarter.last_day, LATER) for quarter in quarters]
    assert sum(share.share for share in shares) == 1
    with pytest.raises(ValueError, match="between 1"):
        attain(actual=1, low=1, high=1, progress=type(shares[0])(0, 365))


# ------------------------------------------------------------------------------------------ silence


def test_a_declaration_speaks_for_the_parts_it_covers(kkt):
    declare(
        zone=kkt, indicator=make.indicator("union_orgs"), value="nothing_to_report", by=make.system(),
        first_day=date(2024, 1, 1), last_day=date(2024, 3, 31),
    )  # fmt: skip
    zero, silent = (0, Standing.NO_TARGET), (None, Standing.NOT_REPORTED)
    assert {part: said(kkt, "union_orgs", 2024, part) for part in Part} == {
        Part.Q1: zero, Part.Q2: silent, Part.SIX_MONTHS: silent, Part.Q3: silent, Part.NINE_MONTHS: silent,
        Part.Q4: silent, Part.YEAR: silent,
    }  # fmt: skip
    # Of a part that still runs, as of a year, its first days are enough
    assert said(kkt, "union_orgs", 2024, Part.SIX_MONTHS, as_of=date(2024, 4, 20)) == zero
    assert said(kkt, "union_orgs", 2024, Part.Q2, as_of=date(2024, 4, 20)) == silent


def test_a_declaration_of_the_year_speaks_for_every_part_of_it(kkt):
    row, system = make.indicator("youth_orgs"), make.system()
    days = {"first_day": date(2024, 1, 1), "last_day": date(2024, 12, 31)}
    declare(zone=kkt, indicator=row, value="not_applicable", by=system, reason="Không có tổ chức Đoàn", **days)
    assert {said(kkt, row, 2024, part) for part in Part} == {(None, Standing.NOT_APPLICABLE)}
    make.organization(zone=kkt, type="youth_cell", on=date(2024, 8, 1))
    assert said(kkt, row, 2024, Part.Q3) == (1, Standing.NO_TARGET)
    assert said(kkt, row, 2024, Part.SIX_MONTHS) == (None, Standing.NOT_APPLICABLE)


# ------------------------------------------------------------------------------------------ what must always hold


def random_ledger(chance, zones):
    """Foundings, admissions, counts, corrections and targets over two years; moments between them."""
    system, moments, events = make.system(), [], []
    cells = [make.organization(zone=zone, on=date(2023, 1, 2)) for zone in zones]
    unions = [make.organization(zone=zone, type="union_base", on=date(2023, 1, 2)) for zone in zones]
    for number in range(60):
        day = date(2024, 1, 1) + timedelta(days=chance.randrange(730))
        zone, quantity = chance.choice(zones), chance.randrange(1, 9)
        match number % 6:
            case 0 | 1:
                events.append(make.admission(chance.choice(cells), quantity, on=day))
            case 2:
                events.append(make.joining(chance.choice(unions), quantity, on=day, decision=make.decision(on=day)))
            case 3:
                make.organization(zone=zone, type=chance.choice(["party_cell", "union_base", "youth_cell"]), on=day)
            case 4:
                event = events.pop(chance.randrange(len(events)))
                if chance.random() < 0.5:
                    actions.reverse(event=event, reason="Nhập nhầm đơn vị", by=system)
                else:
                    actions.correct(event=event, quantity=quantity + 1, reason="Cộng nhầm", by=system)
            case _:
                code = chance.choice(["party_orgs", "party_members", "union_members"])
                decision = make.decision(on=day, zone=zone)
                low = chance.randrange(1, 30)
                assign_target(
                    zone=zone, indicator=make.indicator(code), year=day.year, low=low, high=low + quantity,
                    decision=decision, reason="Giao lại", by=system,
                )  # fmt: skip
        moments.append(timezone.now())
    return moments


@pytest.mark.parametrize("questions", [4, pytest.param(500, marks=pytest.mark.full)])
def test_parts_agree_with_the_year_and_quarters_add_up_to_it(city, kkt, cluster, other_zone, questions):
    chance = random.Random(28)
    zones = [city, kkt, cluster, other_zone]
    moments = random_ledger(chance, zones)
    indicators = list(Indicator.objects.filter(is_active=True).prefetch_related("types", "parks"))

    def table(part, as_of, known_at):
        return attainment_table(
            zones=zones, first_year=2024, last_year=2025, as_of=as_of, known_at=known_at, indicators=indicators,
            part=part,
        )  # fmt: skip

    compared = 0
    for _question in range(questions):
        known_at = chance.choice([None, chance.choice(moments)])
        day = date(2024, 1, 1) + timedelta(days=chance.randrange(900))
        for part in (Part.SIX_MONTHS, Part.NINE_MONTHS):
            for year in (2024, 2025):
                then = min(day, Period(year, part).last_day)
                parts, years = table(part, day, known_at), table(Part.YEAR, then, known_at)
                for zone in zones:
                    for row in indicators:
                        ours, its = parts.figure(zone, row, year), years.figure(zone, row, year)
                        assert (ours.attainment, ours.missing, ours.target) == (its.attainment, its.missing, its.target)
                        compared += its.attainment.actual is not None
        whole = table(Part.YEAR, day, known_at)
        quarters = [table(part, day, known_at) for part in QUARTERS]
        for key, found in whole.figures.items():
            each = [quarter.figures[key].attainment.actual for quarter in quarters]
            reported = [actual for actual in each if actual is not None]
            assert (sum(reported) if reported else None) == found.attainment.actual
    assert compared > 20 * questions


def test_parts_of_years_are_read_in_no_more_queries(city, kkt):
    zones = [city, kkt, *(make.zone(f"HP-N{number}") for number in range(28))]
    for zone in zones[:6]:
        make.organization(zone=zone, type="union_base", on=date(2026, 10, 5))
    for part, most in ((Part.SIX_MONTHS, 1), (Part.Q4, 2), (Part.Q1, 1)):
        for some in ([kkt], zones):
            with CaptureQueriesContext(connection) as asked:
                attainment_table(zones=some, first_year=2020, last_year=2026, as_of=LATER, part=part)
            sums = [query["sql"] for query in asked if any(name in query["sql"] for name in SUM_TABLES)]
            assert (len(asked), len(sums)) == (6 + most, most)
