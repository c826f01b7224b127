"""Rates as figures: divided after zones are put together, exact, as of a day and as known then."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organizations import actions
from reports.annexes.results import results
from reports.answers import table_json
from reports.attainment import Standing
from reports.board.wording import say
from reports.figures import attainment_table
from targets.models import Indicator
from targets.periods import Part
from tests import make

from .reading import words_of

pytestmark = pytest.mark.django_db
YEAR_END = date(2024, 12, 31)
ADMITTED, EVE = date(2024, 6, 1), date(2023, 12, 31)


@pytest.fixture(autouse=True)
def later():
    with time_machine.travel("2026-03-01T08:00:00+07:00", tick=True):
        yield


@pytest.fixture
def coverage(db):
    return rate_of("enterprise_coverage")


@pytest.fixture
def admissions(db):
    return rate_of("admission_rate")


def rate_of(measure, factor=100, **values):
    row = {"code": measure, "name": "Tỷ lệ", "unit": "%", "sector": "party", "measure": measure, "factor": factor}
    return Indicator.objects.create(**row | values)


def table_of(zones, indicator, first=2024, last=2024, as_of=date(2026, 2, 28), **more):
    return attainment_table(zones=zones, first_year=first, last_year=last, as_of=as_of, indicators=[indicator], **more)


def figure(zone, indicator, year=2024, **more):
    return table_of([zone], indicator, year, year, **more).figure(zone, indicator, year)


def actual(*arguments, **more):
    return figure(*arguments, **more).attainment.actual


def parts(*arguments, **more):
    share = figure(*arguments, **more).share
    return share.numerator, share.denominator


def hosts(zone, count, covered):
    """``count`` enterprises of the zone, a Party cell in the first ``covered`` of them."""
    rows = [make.enterprise(zone=zone) for _ in range(count)]
    for row in rows[:covered]:
        make.organization(zone=zone, enterprises=[row], on=date(2024, 2, 1))
    return rows


def test_above_zones_the_parts_are_added_and_then_divided(kkt, other_zone, city, coverage):
    hosts(kkt, 4, 1)
    hosts(other_zone, 2, 2)

    assert actual(kkt, coverage) == 25
    assert actual(other_zone, coverage) == 100
    assert actual(city, coverage) == 50, "3 of 6, not the mean of 25 and 100"


def test_an_enterprise_of_one_tax_code_counts_once_above_its_zones(kkt, other_zone, city, coverage):
    twice = hosts(kkt, 2, 1)[0]
    make.enterprise(zone=other_zone, tax_code=twice.tax_code)

    assert parts(kkt, coverage) == (1, 2)
    assert parts(other_zone, coverage) == (0, 1)
    assert parts(city, coverage) == (1, 2)


def test_admissions_are_of_the_members_at_the_start_of_the_year(kkt, admissions):
    cell = make.organization(zone=kkt, on=date(2022, 1, 5), members=30)
    make.admission(cell, 5, on=ADMITTED)
    uncounted = make.organization(zone=kkt, on=date(2022, 1, 5))

    shown = figure(kkt, admissions)

    assert shown.attainment.actual == Fraction(50, 3)
    assert (shown.share.numerator, shown.share.denominator, shown.share.on) == (5, 30, EVE)
    assert shown.share.unknown == (uncounted.pk,), "named, and not taken for 0"
    assert actual(kkt, admissions, as_of=date(2024, 5, 31)) is None, "nothing was reported by then"


def test_of_nothing_there_is_no_figure_and_the_reason_is_said(kkt, coverage, admissions):
    make.admission(make.organization(zone=kkt, on=date(2022, 1, 5)), 5, on=ADMITTED)

    none = figure(kkt, coverage)
    assert none.attainment.actual is None and none.attainment.standing is Standing.NOT_REPORTED
    assert say(none, YEAR_END).detail == "doanh nghiệp đang hoạt động ngày 31/12/2024: 0"
    uncounted = figure(kkt, admissions)
    assert uncounted.attainment.actual is None
    assert say(uncounted, YEAR_END).detail == "1 tổ chức chưa có số hiện có tính đến ngày 31/12/2023"


def test_nobody_admitted_is_nought_only_when_it_was_declared(kkt, admissions):
    from targets.actions import declare

    make.organization(zone=kkt, on=date(2022, 1, 5), members=30)
    assert actual(kkt, admissions) is None
    days = {"first_day": date(2024, 1, 1), "last_day": YEAR_END}
    declare(zone=kkt, indicator=admissions, value="nothing_to_report", by=make.system(), **days)

    assert actual(kkt, admissions) == 0


def test_a_rate_is_held_unrounded_against_a_decimal_target(kkt, coverage):
    hosts(kkt, 3, 2)
    make.target(zone=kkt, indicator=coverage, low=Decimal("66.67"))

    shown = figure(kkt, coverage)

    assert shown.attainment.actual == Fraction(200, 3)
    assert shown.attainment.standing is Standing.BELOW, "66,7 is printed, 66.666… is less than 66.67"
    row = table_json(table_of([kkt], coverage), kkt)["rows"][0]
    assert {name: row[name] for name in ("low", "actual", "percent", "numerator", "denominator", "factor")} == {
        "low": "66.67", "actual": "66.6667", "percent": "100.0", "numerator": 2, "denominator": 3, "factor": 100
    }  # fmt: skip


def test_the_factor_says_for_how_many(kkt):
    hosts(kkt, 8, 1)

    assert actual(kkt, rate_of("enterprise_coverage", factor=1000)) == 125


def test_a_rate_of_one_day_has_no_pace_and_is_not_late_while_the_year_runs(kkt, coverage):
    hosts(kkt, 4, 1)
    make.target(zone=kkt, indicator=coverage, low=50)

    running = figure(kkt, coverage, as_of=date(2024, 10, 1))

    assert running.attainment.pace is None and running.attainment.standing is Standing.BELOW
    assert say(running, date(2024, 10, 1)).word == "Đang thực hiện"
    assert say(figure(kkt, coverage), YEAR_END).word == "Chưa đạt"


def test_a_rate_is_read_on_the_last_day_of_its_period_or_the_day_asked(kkt, coverage, admissions):
    hosts(kkt, 4, 1)  # its cell was founded on 1 February
    cell = make.organization(zone=kkt, on=date(2022, 1, 5), members=20)
    make.admission(cell, 2, on=date(2024, 2, 1))
    make.admission(cell, 3, on=ADMITTED)

    assert actual(kkt, coverage, as_of=date(2024, 1, 31)) == 0
    assert actual(kkt, coverage, part=Part.Q1) == 25
    assert actual(kkt, coverage, year=2023) == 0
    assert actual(kkt, coverage, year=2027) is None, "the year has not begun"
    assert [actual(kkt, admissions, part=part) for part in (Part.Q1, Part.Q2, Part.SIX_MONTHS)] == [10, 15, 25]


def test_a_term_of_rates_has_a_range_of_percents_and_no_total(kkt, coverage):
    hosts(kkt, 4, 1)
    for year, low in ((2024, 25), (2025, 50)):
        make.target(zone=kkt, indicator=coverage, year=year, low=low)

    term = table_of([kkt], coverage, 2024, 2025).over(kkt, coverage, 2024, 2025)

    assert term.actual is None
    assert (term.percent_min, term.percent_max, term.years_met) == (50, 100, 1)


def test_a_rate_known_at_a_moment_is_what_was_shown_then(kkt, other_zone, city, coverage, admissions):
    rows = hosts(kkt, 4, 2)
    hosts(other_zone, 3, 1)
    cell = make.organization(zone=kkt, on=date(2022, 1, 5), members=30, enterprises=rows[:1])
    make.admission(cell, 5, on=ADMITTED)
    zones = [city, kkt, other_zone]

    def shown(known_at=None):
        tables = [table_of(zones, one, 2023, 2025, known_at=known_at) for one in (coverage, admissions)]
        return [[(each.attainment, each.share) for each in table.figures.values()] for table in tables]

    moment, then = timezone.now(), shown()
    actions.change_enterprise(enterprise=rows[3], status="suspended", by=make.system(), reason="Ngừng")
    actions.correct_headcount(headcount=cell.headcounts.get(), total=40, by=make.system(), reason="Đếm lại")
    actions.dissolve(
        reason="Sắp xếp lại",
        organization=rows[1].coverage.get().organization,
        decision=make.decision(),
        by=make.system(),
    )
    actions.reverse(event=cell.events.get(kind="admitted"), by=make.system(), reason="Nhầm")

    assert shown() != then
    assert shown(moment) == then


def test_many_zones_and_years_cost_as_many_questions_as_one(kkt, other_zone, city, coverage, admissions):
    def asked(zones, first):
        with CaptureQueriesContext(connection) as queries:
            both = [coverage, admissions]
            attainment_table(zones=zones, first_year=first, last_year=2024, as_of=YEAR_END, indicators=both)
        return len(queries)

    hosts(kkt, 1, 1)
    few = asked([kkt], 2024)
    hosts(kkt, 8, 4)
    hosts(other_zone, 8, 4)

    assert asked([city, kkt, other_zone], 2020) == few


# ------------------------------------------------------------------------------------------ the page of the figure


def page_of(client, person, zone, indicator, **asked):
    client.force_login(person)
    return client.get(f"/figures/{indicator.code}/", {"zone": zone.code, "year": 2024} | asked)


def test_a_rate_of_enterprises_opens_to_those_with_and_without(client, lan, kkt, coverage):
    rows = hosts(kkt, 3, 1)

    page = page_of(client, lan, kkt, coverage)

    assert "1 ÷ 3 × 100 = 33,3 (%)" in words_of(page)
    assert {line.name: line.counts for line in page.context["drill"].parts.lines} == {
        rows[0].name: True, rows[1].name: False, rows[2].name: False
    }  # fmt: skip
    assert "Các sự kiện" not in words_of(page), "it counts no events"


def test_a_rate_of_members_opens_to_admissions_and_headcounts(client, lan, kkt, admissions):
    cell = make.organization("Chi bộ Đã đếm", zone=kkt, on=date(2022, 1, 5), members=30)
    make.admission(cell, 5, on=ADMITTED)
    make.organization("Chi bộ Chưa đếm", zone=kkt, on=date(2022, 1, 5))

    page = page_of(client, lan, kkt, admissions)
    drill = page.context["drill"]

    assert "5 ÷ 30 × 100 = 16,7 (%)" in words_of(page)
    assert drill.agrees and drill.total == "5" and len(drill.lines) == 1
    assert [(line.name, line.said) for line in drill.parts.lines] == [
        ("Chi bộ Chưa đếm", "chưa có số hiện có"), ("Chi bộ Đã đếm", "30, theo số hiện có ngày 05/01/2022")
    ]  # fmt: skip
    assert "1 tổ chức chưa có số hiện có tính đến ngày 31/12/2023 nên không tính" in words_of(page)


def test_the_years_of_a_rate_are_shown_one_by_one(client, lan, kkt, coverage):
    hosts(kkt, 4, 1)

    page = page_of(client, lan, kkt, coverage, **{"from": 2023})

    assert "Tỷ lệ không cộng các năm" in words_of(page)
    assert [cell.text for cell in page.context["drill"].by_year.lines[0].cells][:2] == ["0", "25"]


def test_a_rate_is_shown_on_every_page_of_figures_and_in_the_report(client, lan, quan, kkt, city, coverage, admissions):
    hosts(kkt, 4, 1)
    make.target(zone=kkt, indicator=coverage, year=2026, low=Decimal("12.5"), high=50)
    for person in (lan, quan):
        client.force_login(person)
        for address in ("/", f"/dashboard/?zone={kkt.code}&year=2026", f"/targets/?zone={kkt.code}&year=2026"):
            answer = client.get(address)
            assert answer.status_code == 200 and "Tỷ lệ" in words_of(answer), address
    assert "12,5–50" in words_of(answer)
    report = client.get(f"/api/v1/reports/inspection/?zone={kkt.code}&year=2026")
    assert report.status_code == 200


def test_the_page_of_a_rate_costs_as_many_questions_for_many_as_for_few(client, lan, kkt, coverage):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert page_of(client, lan, kkt, coverage).status_code == 200
        return len(queries)

    hosts(kkt, 1, 1)
    asked()
    few = asked()
    hosts(kkt, 20, 10)

    assert asked() == few


def test_what_nobody_counted_is_told_wherever_the_rate_is_shown(client, lan, kkt, admissions):
    cell = make.organization(zone=kkt, on=date(2022, 1, 5), members=30)
    make.admission(cell, 5, on=ADMITTED)
    make.organization(zone=kkt, on=date(2022, 1, 5))
    words = "1 tổ chức chưa có số hiện có tính đến ngày 31/12/2023"

    assert words in say(figure(kkt, admissions), YEAR_END).detail
    client.force_login(lan)
    assert words in words_of(client.get(f"/dashboard/?zone={kkt.code}&year=2024"))
    annex = results(table_of([kkt], admissions), kkt)
    assert words in annex.rows[0].values["note"]
