"""The demonstration: the published figures exactly, everything through the ledger, and never over somebody's data."""

import os
import subprocess
import sys
from datetime import date
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from organizations import audit
from organizations.access import Act, may
from organizations.models import (
    Change,
    Decision,
    Enterprise,
    Event,
    Headcount,
    Kind,
    Organization,
    Park,
    ParkZone,
    Role,
    YearTotal,
    Zone,
)
from targets.demo import data, write
from targets.demo.kinds import MERGED_IN
from targets.demo.plan import digest, plan
from targets.models import Declaration, Indicator, Target, TargetVersion
from vietnamese.tax_codes import is_valid

pytestmark = pytest.mark.one_database

YEARS = (2020, 2021, 2022)
REPORTED_TOTALS = {  # "since 2020", as the Economic Zone's committee reported them
    "party_orgs": 15, "union_orgs": 95, "youth_orgs": 8, "party_members": 170, "union_members": 38_555,
    "youth_members": 210, "party_committees": 5,
}  # fmt: skip


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, module_settings):
    """The demonstration, loaded once on a day years later (nothing in it depends on today); rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel("2031-03-01T09:00:00+07:00", tick=True):
            call_command("load_demo", stdout=(said := StringIO()))
        yield said.getvalue()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def module_settings():
    """DEBUG on, as `make run` has it."""
    with pytest.MonkeyPatch.context() as patch:
        from django.conf import settings

        patch.setattr(settings, "DEBUG", True)
        yield settings


@pytest.fixture
def undo(demo):
    """What the test writes is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def load(*arguments):
    call_command("load_demo", *arguments, stdout=(said := StringIO()))
    return said.getvalue()


def figure(indicator, *, year=None, zone="HP-KKT"):
    events = Event.objects.in_zones(Zone.objects.get(code=zone).subtree_ids()).of_indicator(indicator)
    return (events.in_year(year) if year else events.in_years(2020, 2022)).totals()["quantity"]


def indicators():
    return {row.code: row for row in Indicator.objects.all()}


# ---------------------------------------------------------------------------------------------- figures


@pytest.mark.parametrize(("code", "total"), REPORTED_TOTALS.items())
def test_the_economic_zone_shows_what_its_committee_reported(demo, code, total):
    indicator = Indicator.objects.get(code=code)
    stored = YearTotal.objects.filter(indicator.selection().q(), zone__code__startswith="HP-KKT", year__in=YEARS)

    assert figure(indicator) == total
    assert stored.aggregate(sum=Sum("quantity"))["sum"] == total


def test_seventeen_of_seventeen_unions_then_twice_more_than_asked(demo):
    unions = Indicator.objects.get(code="union_orgs")
    lows = [version(zone="HP-KKT", code="union_orgs", year=year).low for year in YEARS]
    actuals = [figure(unions, year=year) for year in YEARS]

    assert list(zip(actuals, lows, strict=True)) == [(17, 17), (22, 8), (56, 40)]
    assert [Fraction(100 * actual) / int(low) for actual, low in zip(actuals, lows, strict=True)] == [100, 275, 140]


def test_party_organisations_reach_their_range_each_year(demo):
    indicator = Indicator.objects.get(code="party_orgs")

    for year in YEARS:
        promised = version(zone="HP-KKT", code="party_orgs", year=year)
        assert (promised.low, promised.high) == (5, 7)
        assert figure(indicator, year=year) >= promised.low


def test_the_targets_are_those_that_were_published(demo):
    assert version(zone="HP-KKT", code="union_members", year=2020).low == 12_000
    admissions = version(zone="HP-KKT", code="party_members", year=2024)
    assert (admissions.low, admissions.high) == (190, 200)
    forward = {"party_orgs": (5, 7), "party_members": (50, 100), "union_orgs": (5, 10), "youth_orgs": (5, 7)}
    for code, promised in forward.items():
        row = version(zone="HP-KKT", code=code, year=2026)
        assert (row.low, row.high) == promised
    assert not Target.objects.filter(zone__code="HP-KKT", indicator__code="youth_orgs", year__in=YEARS).exists()


def test_every_figure_of_the_table_is_in_the_ledger(demo):
    rows = indicators()

    shown = {(cell.zone, cell.indicator, cell.year): figure(rows[cell.indicator], year=cell.year, zone=cell.zone)
             for cell in data.cells() if cell.actual is not None}  # fmt: skip

    assert shown == {
        (cell.zone, cell.indicator, cell.year): cell.actual for cell in data.cells() if cell.actual is not None
    }


def version(*, zone, code, year):
    target = Target.objects.get(zone__code=zone, indicator__code=code, year=year)
    return target.versions.order_by("number").last()


# ---------------------------------------------------------------------------------------------- reporting


def test_every_cluster_of_the_zone_answers_for_2020_to_2022(demo):
    silent = [
        (zone.code, code, year)
        for zone in Zone.objects.filter(code__startswith="HP-KKT")
        for code, indicator in indicators().items()
        for year in YEARS
        if not Event.objects.live().of_indicator(indicator).in_year(year).filter(zone=zone).exists()
        and not zone_declares(zone, indicator, year)
    ]

    assert silent == []


def zone_declares(zone, indicator, year):
    return Declaration.objects.filter(
        zone=zone, indicator=indicator, first_day__lte=date(year, 1, 1), last_day__gte=date(year, 12, 31)
    ).exists()


def test_zero_not_reported_not_applicable_and_no_target_are_all_there(demo):
    values = set(Declaration.objects.values_list("value", flat=True))
    late = Indicator.objects.get(code="union_members")
    zone = Zone.objects.get(code="HP-KT")

    assert {Declaration.Value.NOTHING, Declaration.Value.NOT_APPLICABLE} <= values
    assert version(zone="HP-KT", code="union_members", year=2023).low == 350
    assert not Event.objects.of_indicator(late).in_year(2023).filter(zone=zone).exists()
    assert not zone_declares(zone, late, 2023)


def test_a_revised_target_keeps_both_versions_and_the_reason(demo):
    target = Target.objects.get(zone__code="HP-KKT", indicator__code="union_members", year=2025)
    first, second = target.versions.order_by("number")

    assert (first.low, first.reason) == (9000, "")
    assert second.low == 8000 and "điều chỉnh" in second.reason


# ---------------------------------------------------------------------------------------------- the ledger


def test_register_totals_and_seals_agree_with_the_ledger(demo):
    assert audit.differences() == []


def test_a_lost_total_would_be_noticed(undo):
    YearTotal.objects.filter(zone__code="HP-KKT-DV", year=2021).delete()

    assert {row["check"] for row in audit.differences()} == {"totals"}


def test_nothing_is_dated_before_2020_or_after_the_last_day(demo):
    days = Event.objects.aggregate(first=Sum("quantity"))  # the ledger is not empty
    assert days["first"]
    assert not Event.objects.filter(effective_on__lt=date(2020, 1, 1)).exists()
    assert not Event.objects.filter(effective_on__gt=data.LAST_DAY).exists()
    assert not Headcount.objects.exclude(on__range=(date(2020, 1, 1), data.LAST_DAY)).exists()
    assert not Decision.objects.exclude(issued_on__range=(date(2020, 1, 1), data.LAST_DAY)).exists()
    assert not TargetVersion.objects.exclude(holds_from__range=(date(2020, 1, 1), data.LAST_DAY)).exists()


def test_what_existed_when_the_books_were_opened_is_stock_and_not_new(demo):
    opening = Event.objects.filter(effective_on=data.OPENING)

    assert set(opening.values_list("kind", flat=True)) == {Kind.TRANSFERRED_IN, Kind.MEMBER_TRANSFERRED_IN}
    assert not opening.filter(counts_as_new=True).exists()


def test_the_ledger_holds_the_plan_and_nothing_else(demo):
    made = plan()
    counted = ("joined", "left", "recognised", "removed")
    planned = sorted(
        (fact.day, fact.kind, fact.body.code, abs(fact.quantity))
        for body in made.bodies for fact in body.facts if fact.kind in counted and fact.kind != MERGED_IN
    )  # fmt: skip

    recorded = Event.objects.live().filter(kind__in=counted)

    assert planned == sorted(
        (day, kind, code, abs(quantity))
        for day, kind, code, quantity in recorded.values_list("effective_on", "kind", "organization__code", "quantity")
    )


@pytest.mark.parametrize("kind", sorted(set(Kind.values) - {Kind.FORMED_BY_MERGER}))
def test_every_kind_of_event_has_a_case_to_look_at(demo, kind):
    assert Event.objects.filter(kind=kind).exists()


def test_a_correction_shows_what_was_typed_and_why(demo):
    reversal = Event.objects.filter(reverses__isnull=False, kind=Kind.JOINED).get()

    assert reversal.quantity == -reversal.reverses.quantity
    assert str(reversal.reverses.quantity) in reversal.reason
    new = Event.objects.live().get(
        organization=reversal.organization, kind=Kind.JOINED, effective_on=reversal.effective_on
    )
    assert new.quantity == reversal.reverses.quantity - 300


def test_a_small_cell_was_upgraded_for_a_reason(demo):
    upgraded = Event.objects.live().filter(kind=Kind.UPGRADED).exclude(reason="")

    assert upgraded.filter(zone__code__startswith="HP-KKT", effective_on__year=2022).count() == 1


def test_a_joint_cell_covers_three_enterprises_and_one_leads(demo):
    joint = Organization.objects.filter(name__startswith="Chi bộ ghép").first()

    assert joint.coverage.count() == 3
    assert joint.coverage.filter(is_lead=True).count() == 1


def test_an_organisation_handed_over_counts_in_one_zone(demo):
    event = Event.objects.filter(kind=Kind.TRANSFERRED_OUT, zone__code="HP-KKT-BS").first()
    other = Event.objects.get(act=event.act, kind=Kind.TRANSFERRED_IN)

    assert other.zone.code == "HP-TN"
    assert event.organization.zone.code == "HP-TN"


# ---------------------------------------------------------------------------------------------- invented, and says so


def test_every_enterprise_says_that_it_is_invented(demo):
    rows = Enterprise.objects.all()

    assert rows.count() > 600
    assert not rows.exclude(is_demo=True).exists()
    assert not rows.exclude(name__endswith="(mẫu)").exists()
    assert not Organization.objects.exclude(name__endswith="(mẫu)").exists()
    assert not Decision.objects.exclude(summary=write.SUMMARY).exists()


def test_tax_codes_are_of_the_reserved_block_with_right_check_digits(demo):
    codes = list(Enterprise.objects.exclude(tax_code="").values_list("tax_code", flat=True))

    assert [code for code in codes if not (code.startswith("0299") and is_valid(code))] == []
    assert Enterprise.objects.filter(tax_code="").count() == 3


def test_enterprises_are_as_mixed_as_in_the_real_parks(demo):
    rows = Enterprise.objects.filter(zone__code__startswith="HP-KKT")
    foreign = rows.filter(ownership__startswith="fdi")

    assert 500 <= rows.count() <= 800
    assert 0.35 < foreign.count() / rows.count() < 0.65
    assert not foreign.filter(countries="").exists()
    assert {"cooperative", "nonpublic_unit"} <= set(Enterprise.objects.values_list("legal_form", flat=True))
    assert rows.filter(headcounts=None, status="operating").exists()  # some sizes are not known
    workers = Headcount.objects.live().filter(enterprise__in=rows, on=date(2025, 12, 31)).aggregate(sum=Sum("total"))
    assert 120_000 < workers["sum"] < 260_000


def test_union_members_never_outnumber_the_workers_counted(demo):
    last = date(2025, 12, 31)
    workers = dict(Headcount.objects.live().filter(on=last).exclude(enterprise=None).values_list("enterprise", "total"))
    members = (
        Event.objects.filter(sector="union", kind__in=[Kind.JOINED, Kind.LEFT, Kind.MEMBER_TRANSFERRED_IN,
                                                       Kind.MEMBER_TRANSFERRED_OUT], organization__status="active")
        .as_of(last).order_by().values_list("organization__coverage__enterprise")
        .filter(organization__coverage__is_lead=True, organization__coverage__valid_to=None)
        .annotate(sum=Sum("stock_delta"))
    )  # fmt: skip

    assert [(pk, total, workers[pk]) for pk, total in members if pk in workers and total > workers[pk]] == []


def test_dinh_vu_and_trang_due_are_parks_of_the_economic_zone(demo):
    parks = ParkZone.objects.filter(zone__code="HP-KKT").values_list("park__name", flat=True)

    assert {"Đình Vũ", "Tràng Duệ"} <= set(parks)
    assert "DEEP C 1" in Park.objects.get(name="Đình Vũ").aliases.values_list("name", flat=True)
    outside = Zone.objects.filter(parent__code="HP").exclude(code="HP-KKT")
    assert outside.count() >= 2
    assert all(zone.parks.exists() and zone.enterprises.exists() for zone in outside)


# ---------------------------------------------------------------------------------------------- accounts


def test_the_demo_accounts_are_printed_and_open_with_the_password(demo):
    roles = {"lan": Role.CLERK, "quan": Role.LEADER, "minh": Role.BOARD, "hoa": Role.CLERK, "admin": Role.ADMIN}

    assert write.PASSWORD in demo
    assert "ài khoản mẫu" in demo
    for username, role in roles.items():
        user = User.objects.get(username=username)
        assert user.check_password(write.PASSWORD)
        assert user.assignments.get().role == role
        assert username in demo


def test_lan_enters_facts_in_her_zone_and_hoa_in_hers(demo):
    lan, hoa = (User.objects.get(username=name) for name in ("lan", "hoa"))

    assert may(lan, Act.ENTER, Zone.objects.get(code="HP-KKT-DV"))
    assert not may(lan, Act.ENTER, Zone.objects.get(code="HP-TN"))
    assert may(hoa, Act.ENTER, Zone.objects.get(code="HP-TN"))
    assert set(Event.objects.filter(zone__code="HP-KKT").values_list("recorded_by__username", flat=True)) == {"lan"}
    assert set(TargetVersion.objects.values_list("recorded_by__username", flat=True)) == {"minh"}


# ---------------------------------------------------------------------------------------------- the command


def contents():
    models = (Zone, Park, Enterprise, Organization, Decision, Event, Headcount, TargetVersion, Declaration, Change)
    return {model.__name__: model.objects.count() for model in models}


def test_a_second_load_says_so_and_changes_nothing(demo):
    before = contents()

    assert "đã được nạp" in load()
    assert write.PASSWORD in load("--if-empty")
    assert contents() == before


# ---------------------------------------------------------------------------------------------- always alike


def test_two_plans_are_alike_whatever_the_order_of_hashes():
    code = "from targets.demo.plan import digest, plan; print(digest(plan()))"
    said = [
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True,
            cwd=Path(__file__).resolve().parents[2], env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    ]  # fmt: skip

    assert said == [digest(plan())] * 2


def test_another_plan_has_another_digest():
    made = plan()
    made.bodies[0].facts[0].quantity += 1

    assert digest(made) != digest(plan())
