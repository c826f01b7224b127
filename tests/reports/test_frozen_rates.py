"""A rate that was frozen: what of it nobody knew, and what has moved it since."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations import actions as organizations
from organizations.models import Coverage
from reports.snapshots import actions, causes
from reports.snapshots.difference import difference
from reports.snapshots.verify import verify
from targets.actions import save_indicator
from targets.models import Indicator
from targets.periods import Period
from tests import make
from tests.api import Api

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
    (found,) = difference(row, make.system())
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


# ------------------------------------------------------------------------------------------ in another zone


@pytest.fixture
def handed_over(kkt, other_zone, covered, admissions):
    """A cell of HP-KHAC with a headcount, handed over to HP-KKT in 2025; the cell that stays works here, too."""
    came = make.organization("Chi bộ chuyển đến", zone=other_zone, on=date(2023, 5, 1), members=20)
    organizations.transfer(
        organizations=[came], to_zone=kkt, decision=make.decision(on=date(2025, 3, 1)), by=make.system()
    )
    stays = make.organization("Chi bộ nơi khác", zone=other_zone, on=date(2024, 3, 1))
    Coverage.objects.create(organization=stays, enterprise=covered[1])
    came.refresh_from_db()
    return came, stays


def found_anew(came, stays, by):
    event = came.events.get(kind="established")
    return organizations.correct(event=event, date=date(2023, 5, 2), reason=REASON, by=by)


def count_anew(came, stays, by):
    return organizations.correct_headcount(headcount=came.headcounts.get(), total=7717, reason=REASON, by=by)


def dissolve(came, stays, by):
    decision = make.decision(on=date(2024, 5, 1))
    return organizations.dissolve(organization=stays, decision=decision, reason=REASON, by=by)


def cover(came, stays, by):
    host = make.enterprise("Công ty nơi khác", zone=stays.zone)
    return organizations.cover(organization=stays, enterprise=host, by=by)


REASON, DAY = "Vì lý do riêng của Khu khác", "2026-03-05"


@pytest.mark.parametrize("act", [found_anew, count_anew, dissolve, cover])
def test_what_another_zone_recorded_is_told_by_its_day_and_no_more(handed_over, kkt, client, lan, minh, act):
    row, hai = draft(kkt), make.user("hai", role="admin", full_name="Vũ Thị Hải")
    with time_machine.travel(f"{DAY}T10:00:00+07:00"):
        act(*handed_over, hai)
    api, url = f"/api/v1/snapshots/{row.pk}/difference/", f"/snapshots/{row.pk}/difference/"
    with time_machine.travel("2026-03-06T10:00:00+07:00"):
        of_lan, of_minh = (Api(user).get(api) for user in (lan, minh))
        client.force_login(minh)
        whole = client.get(url)
        client.force_login(lan)
        page = client.get(url)

    assert hai.full_name in words_of(whole) and '"hai"' in of_minh.content.decode()
    figures = {
        side: [one for one in answer.json()["figures"] if one["register_count"]]
        for side, answer in (("lan", of_lan), ("minh", of_minh))
    }
    assert len(figures["lan"]) == len(figures["minh"]) >= 1
    for hidden, seen in zip(figures["lan"], figures["minh"], strict=True):
        told = [one for name in KINDS for one in seen[name]]
        assert told and seen["elsewhere"] == [] and seen["register_count"] == len(told)
        assert [hidden[name] for name in KINDS] == [[], [], []]
        assert hidden["elsewhere"] == [{"recorded_on": DAY, "count": len(told)}]
        assert hidden["register_count"] == len(told)
        for one in told:
            assert f"/events/{one['id']}/" not in page.content.decode()
    for text in (page.content.decode(), of_lan.content.decode()):
        for secret in (REASON, "7717", "7.717", hai.full_name, '"hai"', "Chi bộ nơi khác", "Công ty nơi khác"):
            assert secret not in text, secret
    assert "đơn vị khác ghi" in words_of(page) and "05/03/2026" in words_of(page)


KINDS = ("headcounts", "steps", "changes")


def test_what_is_recorded_here_of_an_organisation_that_came_is_told_in_full(handed_over, kkt, client, lan):
    came, _stays = handed_over
    row = draft(kkt)
    organizations.record_headcount(subject=came, total=33, on=date(2023, 12, 1), by=lan)
    client.force_login(lan)
    page = words_of(client.get(f"/snapshots/{row.pk}/difference/"))
    assert "33" in page and lan.full_name in page and came.name in page and "đơn vị khác ghi" not in page


def test_of_lines_of_here_and_elsewhere_only_those_of_here_are_told_one_by_one(handed_over, kkt, lan):
    came, stays = handed_over
    row, system = draft(kkt), make.system()
    count_anew(came, stays, system)
    dissolve(came, stays, system)
    cover(came, stays, system)
    organizations.record_headcount(subject=came, total=33, on=date(2023, 12, 1), by=lan)
    make.organization(zone=kkt, on=date(2023, 2, 1))
    make.enterprise(zone=kkt)
    for one in difference(row, lan):
        told = [*one.register.headcounts, *one.register.steps, *one.register.changes]
        assert len(told) > 1 and {each.zone for each in told} == {kkt}
        assert one.register.elsewhere == {date(2026, 3, 1): one.register.count - len(told)} and one.register.rest == 0
    assert sum(sum(one.register.elsewhere.values()) for one in difference(row, lan)) == 3


def test_who_counted_an_indicator_otherwise_is_told_where_that_is_read(covered, kkt, coverage, client, lan, minh):
    row = draft(kkt)
    coverage.factor = 1000
    save_indicator(indicator=coverage, types=[], by=make.system(), reason="Đổi")
    page = {}
    for user in (lan, minh):
        client.force_login(user)
        page[user] = words_of(client.get(f"/snapshots/{row.pk}/difference/"))
    by = f"{make.system()} ghi 01/03/2026"
    assert by in page[minh] and by not in page[lan] and "đơn vị khác ghi ngày 01/03/2026" in page[lan]


def test_the_changes_of_the_register_are_read_once_for_all_rates_and_only_those_that_can_bear(
    handed_over, kkt, other_zone, covered, lan, monkeypatch
):
    rate_of("enterprise_coverage", code="again")
    row, elsewhere = draft(kkt), make.enterprise(zone=other_zone)
    covers, read = causes._covers, []
    monkeypatch.setattr(causes, "_covers", lambda change: read.append(change) or covers(change))

    def asked():
        read.clear()
        with CaptureQueriesContext(connection) as queries:
            found = difference(row, lan)
        return (
            len(queries),
            len(read),
            *(one.register.count for one in found if one.indicator.measure != "admission_rate"),
        )

    suspend(covered, kkt, None)
    cover(*handed_over, make.system())
    asked()  # what the person reads is worked out once
    few = asked()
    for number in range(5):
        make.enterprise(zone=kkt)
        cover(*handed_over, make.system())
        for host in (elsewhere, covered[0]):
            organizations.change_enterprise(enterprise=host, name=f"Tên {number}", by=make.system(), reason="Đổi tên")
    assert few[1:] == (2, 2, 2) and asked() == (few[0], 12, 12, 12)
