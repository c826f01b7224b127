"""What waits to be done in a zone, and what has changed since a person was last here."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import visits
from organizations import actions
from reports.board.tasks import BY_SLUG
from targets.models import Indicator
from tests import make

from .reading import words_of

pytestmark = pytest.mark.django_db
NOW = "2025-04-01T08:00:00+07:00"
TASKS = ("recognitions", "decisions", "members", "workers", "silent")


@pytest.fixture(autouse=True)
def on_a_day_of_2025():
    with time_machine.travel(NOW, tick=True):
        yield


def home(client, user, last_visit=None):
    client.force_login(user)
    if last_visit:
        session = client.session
        session[visits.KEY] = last_visit.isoformat()
        session.save()
    return client.get("/")


def counts(page):
    return {each.task.slug: (each.count, each.late) for each in page.context["shown"].waiting}


def test_a_clerk_finds_the_work_that_waits_with_its_count_and_its_list(client, lan, kkt, other_zone):
    enterprise = make.enterprise("Công ty Sao Mai", zone=kkt)
    cell = make.organization("Chi bộ Sao Mai", zone=kkt, on=date(2024, 1, 5), enterprises=[enterprise])
    make.admission(cell, 3, on=date(2024, 2, 10))
    make.admission(cell, 2, on=date(2024, 5, 10))
    union = make.organization("Công đoàn Sao Mai", zone=kkt, type="union_base", on=date(2024, 1, 5))
    make.joining(union, 40, on=date(2024, 3, 15))  # a fact of one day that names no decision
    make.joining(union, 50, on=date(2024, 4, 1))  # a monthly count, which needs none
    make.organization("Chi bộ khu khác", zone=other_zone, on=date(2024, 1, 5))

    page = home(client, lan)

    assert counts(page) == {
        "recognitions": (2, 1), "decisions": (1, 0), "members": (2, 0), "workers": (1, 0), "silent": (7, 0),
        "returned": (0, 0), "to-submit": (0, 0), "overdue": (8, 0),  # the reports of two years, none ever submitted
    }  # fmt: skip
    assert "1 đợt đã quá hạn" in words_of(page)
    for slug, name in (
        ("recognitions", "Chi bộ Sao Mai"),
        ("decisions", "Công đoàn Sao Mai"),
        ("members", "Chi bộ Sao Mai"),
        ("workers", "Công ty Sao Mai"),
    ):
        (url,) = {link for link in links_in(page) if f"/tasks/{slug}/" in link}
        listed = client.get(url)
        words = words_of(listed)
        assert name in words
        for column in BY_SLUG[slug].columns:  # on a phone a row is a block, and each fact names itself
            assert f'data-label="{column}"' in listed.content.decode()
        assert "khu khác" not in words


def links_in(page):
    return [part.split('"')[0] for part in page.content.decode().split('href="')[1:]]


def test_work_that_is_done_says_so(client, lan, kkt):
    enterprise = make.enterprise(zone=kkt, workers=120, workers_on=date(2025, 1, 15))
    make.organization(zone=kkt, on=date(2025, 1, 5), enterprises=[enterprise], members=5)
    for indicator in Indicator.objects.exclude(code="party_orgs"):
        make.declaration("nothing_to_report", zone=kkt, indicator=indicator, period="2025-Q1")

    page = home(client, lan)

    assert set({**counts(page), "overdue": (0, 0)}.values()) == {(0, 0)}  # no figures were ever submitted
    assert "Mọi sự kiện đều có số quyết định." in words_of(page)
    assert "Mọi doanh nghiệp đã có số lao động năm nay." in words_of(client.get("/tasks/workers/"))


def test_silence_of_the_last_quarter_leads_to_where_it_is_declared(client, lan, kkt, cluster, other_zone):
    make.organization(zone=cluster, on=date(2025, 3, 31))
    make.organization(zone=cluster, type="union_base", on=date(2024, 12, 31))
    make.declaration("nothing_to_report", zone=kkt, indicator="union_members", period="2025-Q1")
    make.declaration("not_applicable", zone=cluster, indicator="youth_orgs", period="2025-6M")
    client.force_login(lan)

    page = client.get("/tasks/silent/")

    items = {item.name: (item.facts, item.cure_url) for item, _facts in page.context["items"]}
    assert "Tổ chức đảng thành lập mới" not in items
    assert "Đoàn viên công đoàn phát triển mới" not in items
    assert len(items) == 4
    place = (("Cụm Đình Vũ", "quý I năm 2025"), "/declarations/?zone=HP-KKT-1&year=2025")
    assert set(items.values()) == {place}


def test_what_is_silent_of_a_closed_quarter_waits_for_nobody(client, lan, kkt, cluster):
    client.force_login(lan)
    assert client.get("/tasks/silent/").context["items"]
    make.snapshot(zone=kkt, period="2025-Q1", by=lan, state="accepted")
    assert not client.get("/tasks/silent/").context["items"]


def test_a_leader_reads_the_work_and_is_offered_no_entry(client, quan, lan, kkt):
    make.organization("Chi bộ Sao Mai", zone=kkt, on=date(2025, 1, 5))

    page = home(client, quan)

    assert counts(page)["members"] == (1, 0)
    assert 'class="quick' not in page.content.decode()
    assert 'class="quick' in home(client, lan).content.decode()


@pytest.mark.one_database
def test_as_many_queries_for_one_thing_to_do_as_for_many(client, lan, kkt):
    def one():
        cell = make.organization(zone=kkt, on=date(2024, 1, 5))
        make.admission(cell, 3, on=date(2024, 2, 10))
        union = make.organization(zone=kkt, type="union_base", on=date(2024, 1, 5))
        make.joining(union, 4, on=date(2024, 3, 15))
        make.enterprise(zone=kkt)

    def asked(url):
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    client.force_login(lan)
    urls = [
        "/",
        *(reverse("reports:task", args=[slug]) for slug in TASKS),
    ]
    one()
    few = [asked(url) for url in urls]
    for _number in range(10):
        one()
    assert [asked(url) for url in urls] == few


def test_who_comes_back_reads_which_figures_others_have_moved(client, lan, kkt):
    cell = make.organization("Chi bộ Sao Mai", zone=kkt, on=date(2025, 1, 5))
    make.admission(cell, 30, on=date(2025, 2, 10))
    since = datetime.fromisoformat(NOW) + timedelta(minutes=5)
    with time_machine.travel(since + timedelta(hours=2), tick=True):
        wrong = make.admission(cell, 5, on=date(2025, 2, 11))
        actions.correct(event=wrong, quantity=4, reason="Ghi nhầm", by=make.system())
        page = home(client, lan, since)

        changes = page.context["shown"].changes
        assert (changes.lines, changes.cancelling, changes.people) == (3, 1, 1)
        assert [(each.indicator.code, each.was, each.now, each.by) for each in changes.moved] == [
            ("party_members", "30", "34", "+4")
        ]
        words = words_of(page)
        assert "3 dòng đã được ghi vào sổ bởi 1 người, trong đó 1 dòng hủy dòng khác." in words
        assert [new for _event, _quantity, new in page.context["shown"].events] == [True, True, True, False, False]
        assert "Chưa có dòng nào được ghi vào sổ." in words_of(home(client, lan, since + timedelta(hours=3)))


def test_the_board_reads_what_has_changed_under_the_zones(client, minh, kkt, other_zone):
    since = datetime.fromisoformat(NOW) + timedelta(minutes=5)
    with time_machine.travel(since + timedelta(hours=2), tick=True):
        make.organization(zone=kkt, on=date(2025, 3, 1))
        page = home(client, minh, since)

    assert page.context["shown"].by_zone is not None
    assert [each.indicator.code for each in page.context["shown"].changes.moved] == ["party_orgs"]


def test_a_first_visit_has_nothing_before_it_and_the_next_knows_when_it_was(client, kkt):
    make.user("lan", role="clerk", zone=kkt)
    form = {"auth-username": "lan", "auth-password": make.PASSWORD, "sign_in-current_step": "auth"}

    client.post(reverse("two_factor:login"), form)
    first = get_user_model().objects.get(username="lan").last_login
    assert client.get("/").context["shown"].changes is None

    client.logout()
    with time_machine.travel("2025-04-02T08:00:00+07:00", tick=True):
        client.post(reverse("two_factor:login"), form)
        page = client.get("/")
    assert page.context["shown"].changes.since == first
    assert "Lần trước anh/chị đăng nhập lúc 01/04/2025 08:00." in words_of(page)


@pytest.mark.parametrize("slug", ["nothing", "decisions"])
def test_a_list_of_work_that_is_not_there_or_not_yours_is_not_found(client, hoa, kkt, other_zone, slug):
    client.force_login(hoa)
    question = {} if slug == "nothing" else {"zone": "HP-KKT"}

    assert client.get(reverse("reports:task", args=[slug]), question).status_code == 404


def test_the_last_count_of_the_zone_before_is_not_told_to_the_zone_after(client, kkt, other_zone, hoa):
    gone = make.organization("Công đoàn Công ty Đi", zone=kkt, type="union_base")
    actions.record_headcount(subject=gone, on=date(2024, 12, 31), total=4321, by=make.system())
    decision = make.decision(on=date(2025, 2, 3), zone=kkt)
    actions.transfer(organizations=[gone], to_zone=other_zone, decision=decision, by=make.system())
    client.force_login(hoa)
    page = client.get("/tasks/members/").content.decode()
    assert "Công đoàn Công ty Đi" in page and "4.321" not in page
