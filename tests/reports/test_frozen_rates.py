"""A rate that was frozen: what of it nobody knew, and what has moved it since."""

from datetime import date

import pytest
import time_machine

from organizations import actions as organizations
from organizations.models import Coverage
from reports.snapshots import actions, causes
from reports.snapshots.difference import difference
from reports.snapshots.verify import verify
from targets.models import Indicator
from targets.periods import Period
from tests import make

from .reading import words_of
from .test_rate_figures import rate_of

pytestmark = pytest.mark.django_db
YEAR, END, EVE = Period(2024), date(2024, 12, 31), date(2023, 12, 31)


@pytest.fixture(autouse=True)
def later():
    with time_machine.travel("2026-03-01T08:00:00+07:00", tick=True):
        Indicator.objects.all().delete()
        yield


@pytest.fixture
def coverage(db):
    return rate_of("enterprise_coverage")


@pytest.fixture
def admissions(db):
    return rate_of("admission_rate")


def draft(zone):
    return actions.draft(zone=zone, period=YEAR, as_of=END, by=make.system())


def frozen(zone):
    row = draft(zone).figures.get()
    return row.no_figure, row.unknown, row.read_on


def test_what_of_a_rate_nobody_had_counted_is_frozen_with_the_day_it_was_read(kkt, admissions):
    cell = make.organization(zone=kkt, on=date(2023, 5, 1))
    make.organization(zone=kkt, on=date(2023, 5, 1))
    assert frozen(kkt) == ("unknown", 2, EVE)
    organizations.record_headcount(subject=cell, total=20, on=EVE, by=make.system())
    actions.withdraw(snapshot=kkt.snapshots.get(), by=make.system(), reason="Nhập thêm")
    assert frozen(kkt) == ("", 1, EVE)


def test_a_rate_of_nothing_is_frozen_as_such_and_not_as_unreported(kkt, coverage):
    assert frozen(kkt) == ("nothing", 0, END)
    assert verify(kkt.snapshots.get()) == []


def test_a_count_has_nothing_unknown(kkt):
    Indicator.objects.create(code="x", name="Kết nạp", unit="người", sector="party", measure="members_admitted")
    assert frozen(kkt) == ("", None, None)


# ------------------------------------------------------------------------------------------ against now


def since(row):
    (found,) = difference(row)
    return found


def test_an_accepted_rate_names_the_headcounts_that_moved_it(kkt, other_zone, admissions, client, minh):
    cell = make.organization(zone=kkt, on=date(2023, 5, 1), members=20)
    make.admission(cell, 4, on=date(2024, 6, 1))
    row = make.snapshot(zone=kkt, state="accepted")
    organizations.record_headcount(subject=cell, total=80, on=date(2023, 12, 1), by=make.system())
    organizations.record_headcount(subject=cell, total=90, on=date(2025, 1, 1), by=make.system())
    make.organization(zone=other_zone, on=date(2023, 5, 1), members=7)
    found = since(row)
    assert (found.was["actual"], found.now["actual"]) == (20, 5)
    assert found.caused and [count.total for count in found.register.headcounts] == [80]
    assert (found.register.changes, found.register.steps, found.register.count) == ([], [], 1)
    client.force_login(minh)
    page = words_of(client.get(f"/snapshots/{row.pk}/difference/"))
    assert "80" in page and "01/12/2023" in page and cell.name in page


def test_a_withdrawn_headcount_is_told(kkt, admissions):
    cell = make.organization(zone=kkt, on=date(2023, 5, 1), members=20)
    make.admission(cell, 4, on=date(2024, 6, 1))
    row = draft(kkt)
    organizations.correct_headcount(headcount=cell.headcounts.get(), total=40, by=make.system(), reason="Đếm lại")
    assert [count.replaces.total for count in since(row).register.headcounts] == [20]


@pytest.fixture
def covered(kkt, coverage):
    """Two operating enterprises of HP-KKT, a Party cell in one; frozen."""
    rows = [make.enterprise(zone=kkt) for _ in range(2)]
    make.organization(zone=kkt, enterprises=rows[:1], on=date(2024, 2, 1))
    return rows


def suspend(rows, kkt, other):
    organizations.change_enterprise(enterprise=rows[1], status="suspended", by=make.system(), reason="Ngừng")


def add_one(rows, kkt, other):
    make.enterprise(zone=kkt)


def found_one(rows, kkt, other):
    make.organization(zone=kkt, enterprises=rows[1:], on=date(2023, 2, 1))


@pytest.mark.parametrize("act", [suspend, add_one, found_one])
def test_a_coverage_that_moved_names_who_moved_it(covered, kkt, other_zone, client, minh, act):
    row = draft(kkt)
    act(covered, kkt, other_zone)
    found = since(row)
    assert found.was["actual"] == 50 != found.now["actual"]
    told = [*found.register.changes, *found.register.steps]
    assert found.caused and told and all(one.recorded_by and one.recorded_at for one in told)
    client.force_login(minh)
    page = words_of(client.get(f"/snapshots/{row.pk}/difference/"))
    assert page.count(make.system().full_name or make.system().username) == len(told), page


def test_what_the_levels_do_not_read_is_no_cause(covered, kkt, other_zone):
    row = draft(kkt)
    organizations.change_enterprise(enterprise=covered[1], name="Tên khác", by=make.system(), reason="Đổi tên")
    make.enterprise(zone=other_zone)
    assert not since(row).caused


def test_of_many_changes_the_first_are_told_and_all_are_counted(covered, kkt, monkeypatch):
    monkeypatch.setattr(causes, "MOST", 2)
    row = draft(kkt)
    for _ in range(3):
        make.enterprise(zone=kkt)
    found = since(row).register
    assert (len(found.changes), found.count, found.rest) == (2, 3, 1)


def test_an_organisation_elsewhere_is_a_cause_whose_name_stays_there(covered, kkt, other_zone, client, lan):
    cell = make.organization(zone=other_zone, on=date(2024, 3, 1), name="Chi bộ nơi khác")
    Coverage.objects.create(organization=cell, enterprise=covered[1])
    row = draft(kkt)
    organizations.dissolve(
        organization=cell, decision=make.decision(on=date(2024, 5, 1)), reason="Sắp xếp", by=make.system()
    )
    assert [event.organization_id for event in since(row).register.steps] == [cell.pk]
    client.force_login(lan)
    page = words_of(client.get(f"/snapshots/{row.pk}/difference/"))
    assert "Chi bộ nơi khác" not in page and "01/05/2024" in page
