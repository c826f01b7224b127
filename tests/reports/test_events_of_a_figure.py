"""Every number opens to the events that add up to it, with corrections, as of any day, as known at any moment."""

import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organizations import actions
from organizations.models import Event, YearTotal
from reports.board import events
from targets.models import Indicator
from tests import make

from .reading import links_of, words_of

pytestmark = pytest.mark.django_db


def open_figure(client, user, indicator="party_members", **query):
    client.force_login(user)
    return client.get(f"/figures/{indicator}/", {"zone": "HP-KKT", "year": 2024, "as_of": "31/12/2024"} | query)


@pytest.fixture
def cell(kkt, lan):
    return make.organization("Chi bộ Công ty Sao Mai", zone=kkt, by=lan)


def test_the_number_on_the_dashboard_opens_the_events_that_add_up_to_it(client, lan, cell):
    make.admission(cell, 12, female=5, by=lan)
    make.admission(cell, 19, on=date(2024, 9, 1), by=lan)
    client.force_login(lan)
    dashboard = client.get("/dashboard/", {"zone": "HP-KKT", "year": 2024, "as_of": "31/12/2024"})

    page = client.get(links_of(dashboard, "31")[0])

    drill = page.context["drill"]
    assert [(line.quantity, line.female, line.running) for line in drill.lines] == [
        ("12", "5", "12"),
        ("19", "—", "31"),
    ]
    assert (drill.total, drill.agrees) == ("31", True)
    words = words_of(page)
    assert "Cộng 31 đảng viên — bằng số trên bảng điều khiển." in words
    assert "Chi bộ Công ty Sao Mai kết nạp đảng viên" in words
    assert "-QĐ/ĐU · 20/05/2024 Đảng ủy Khu kinh tế Hải Phòng" in words
    assert "Nguyễn Thị Lan" in words


def test_a_correction_shows_both_lines_struck_and_linked_and_the_new_one(client, lan, cell):
    wrong = make.admission(cell, 13, by=lan)
    right = actions.correct(event=wrong, quantity=10, reason="Ghi nhầm của chi bộ khác", by=lan)
    reversal = Event.objects.get(reverses=wrong)

    page = open_figure(client, lan)

    lines = {line.event.pk: line for line in page.context["drill"].lines}
    assert list(lines) == [wrong.pk, reversal.pk, right.pk]
    assert [line.quantity for line in lines.values()] == ["13", "−13", "10"]
    assert lines[wrong.pk].cancelled and lines[wrong.pk].pair_url == f"#e{reversal.pk}"
    assert lines[reversal.pk].cancels and lines[reversal.pk].pair_url == f"#e{wrong.pk}"
    assert lines[right.pk].pair is None
    words = words_of(page)
    assert "Cộng 10 đảng viên — bằng số trên bảng điều khiển." in words
    assert "3 dòng sổ, 1 dòng còn hiệu lực. 1 dòng đã hủy" in words
    assert "Lý do: Ghi nhầm của chi bộ khác" in words
    assert page.content.decode().count("<s>") == 2


def test_as_of_a_day_later_events_are_left_out(client, lan, cell):
    make.admission(cell, 12, by=lan)
    make.admission(cell, 19, on=date(2024, 9, 1), by=lan)

    assert open_figure(client, lan, as_of="31/08/2024").context["drill"].total == "12"
    assert open_figure(client, lan, as_of="01/09/2024").context["drill"].total == "31"


def test_as_known_at_a_moment_a_later_correction_had_not_happened(client, lan, cell):
    wrong = make.admission(cell, 13, by=lan)
    known_at = wrong.recorded_at
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        actions.correct(event=wrong, quantity=10, reason="Ghi nhầm", by=lan)

    page = open_figure(client, lan, known_at=known_at.isoformat())

    drill = page.context["drill"]
    assert [(line.quantity, line.pair) for line in drill.lines] == [("13", None)]
    assert "Cộng 13 đảng viên theo số liệu biết được khi đó; nay là 10." in words_of(page)


def test_the_zones_below_are_counted_and_zones_beside_are_not(client, lan, kkt, cluster, other_zone, cell):
    make.admission(cell, 3)
    make.admission(make.organization(zone=cluster), 4)
    make.admission(make.organization(zone=other_zone), 50)

    page = open_figure(client, lan)

    assert page.context["drill"].total == "7"
    assert "Cụm Đình Vũ" in words_of(page)
    assert open_figure(client, lan, zone="HP-KHAC").status_code == 404
    assert open_figure(client, lan, own="1").context["drill"].total == "3"


def test_a_term_opens_with_its_years(client, lan, kkt):
    cell = make.organization(zone=kkt, on=date(2020, 3, 2))
    make.target(zone=kkt, indicator="party_members", year=2021, low=4)
    for year in (2020, 2021):
        make.admission(cell, 5, on=date(year, 6, 1))

    page = open_figure(client, lan, **{"from": 2020, "year": 2021})

    assert page.context["drill"].total == "10"
    assert [cell.text for cell in page.context["drill"].by_year.lines[0].cells] == ["5", "5", "10"]
    assert "Cộng 10 đảng viên — bằng số trên bảng điều khiển." in words_of(page)


def test_a_sum_that_is_not_the_figure_is_said_aloud(client, lan, kkt, cell):
    """The totals are compared with the ledger on this very page: no drift goes unseen."""
    make.admission(cell, 12, by=lan)
    YearTotal.objects.filter(zone=kkt, kind="admitted").update(quantity=13)

    page = open_figure(client, lan)

    assert "Cộng 12, nhưng bảng điều khiển ghi 13: báo ngay cho quản trị viên." in words_of(page)
    assert 'class="lede wrong" role="alert"' in page.content.decode()


def test_a_figure_without_events_says_what_its_silence_means(client, lan, kkt):
    make.target(zone=kkt, indicator="party_members", low=50, high=100)
    page = open_figure(client, lan)

    words = words_of(page)
    assert "Không có sự kiện nào được tính vào số này" in words
    assert "Chưa báo cáo: không có sự kiện, không có khai báo." in words
    assert "Mức giao 50–100: ○ Chưa báo cáo." in words


def test_the_target_shows_its_decision_and_its_versions(client, lan, kkt, cell):
    first = make.decision("03-QĐ/TU", on=date(2024, 1, 8), zone=kkt, issuer="Ban Thường vụ Thành ủy")
    second = make.decision("23-QĐ/TU", on=date(2024, 9, 15), zone=kkt, issuer="Ban Thường vụ Thành ủy")
    make.target(zone=kkt, indicator="party_members", low=90, decision=first)
    make.target(zone=kkt, indicator="party_members", low=80, decision=second, reason="Doanh nghiệp giảm đơn hàng")

    page = open_figure(client, lan)

    assert [(each.target, each.in_force) for each in page.context["drill"].versions] == [("90", False), ("80", True)]
    assert "23-QĐ/TU, 15/09/2024, Ban Thường vụ Thành ủy Lý do: Doanh nghiệp giảm đơn hàng" in words_of(page)
    before = open_figure(client, lan, as_of="14/09/2024").context["drill"].versions
    assert [(each.target, each.in_force) for each in before] == [("90", True), ("80", False)]


def test_the_rule_of_counting_is_told_with_its_filters(client, lan, kkt):
    indicator = Indicator.objects.get(code="party_members")
    indicator.ownerships = ["private"]
    indicator.save()
    indicator.types.add(make.type_("party_cell"))

    words = words_of(open_figure(client, lan))

    assert "Đảng viên kết nạp theo ngày ký quyết định kết nạp." in words
    assert f"chỉ loại hình {make.type_('party_cell')}" in words
    assert "chỉ loại vốn" in words


def test_long_lists_carry_the_sum_over_as_an_account_book_does(client, lan, kkt, monkeypatch):
    monkeypatch.setattr(events, "PAGE", 3)
    union = make.organization(zone=kkt, type="union_base", on=date(2024, 1, 2))
    for month in range(1, 8):
        make.joining(union, 1000 + month, on=date(2024, month, 3))

    second = open_figure(client, lan, "union_members", page="2")

    drill = second.context["drill"]
    assert (drill.carried, drill.so_far, drill.total) == ("3.006", "6.021", "7.028")
    assert [line.running for line in drill.lines] == ["4.010", "5.015", "6.021"]
    words = words_of(second)
    assert "Mang sang từ các trang trước 3.006" in words
    assert "Cộng tất cả các trang 7.028" in words
    assert parse_qs(urlsplit(drill.next).query)["page"] == ["3"]
    third = client.get(drill.next)
    assert third.context["drill"].lines[-1].running == "7.028"
    assert client.get(third.context["drill"].previous).context["drill"].page.number == 2
    for wrong in ("0", "99", "x", "-1"):
        assert open_figure(client, lan, "union_members", page=wrong).status_code == 200


def test_a_pair_that_a_page_break_parts_is_still_linked(client, lan, cell, monkeypatch):
    monkeypatch.setattr(events, "PAGE", 1)
    wrong = make.admission(cell, 13, by=lan)
    actions.reverse(event=wrong, reason="Ghi nhầm", by=lan)

    line = open_figure(client, lan).context["drill"].lines[0]
    answer = client.get(line.pair_url.split("#")[0])

    assert f'id="e{line.pair}"' in answer.content.decode()


@pytest.mark.one_database
def test_each_page_of_a_hundred_events_costs_the_same_queries(client, lan, kkt):
    def count(**query):
        open_figure(client, lan, "union_members", **query)
        with CaptureQueriesContext(connection) as queries:
            page = open_figure(client, lan, "union_members", **query)
        return len(queries), len(page.content)

    union = make.organization(zone=kkt, type="union_base", on=date(2024, 1, 2))
    make.joining(union, 5)
    few, _size = count()
    for _number in range(120):
        make.joining(union, 1, decision=make.decision(zone=kkt))
    many, size = count()

    assert few == many
    assert size < 200_000
    assert count(page="2")[0] == many + 1  # what is carried over


def test_an_indicator_that_is_not_there_is_not_found(client, lan):
    assert open_figure(client, lan, "no_such_thing").status_code == 404
    assert open_figure(client, lan, "party_members'--").status_code == 404


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"known_at": "hôm qua"}, "“hôm qua”"),
        ({"from": "2025"}, "2025 sau 2024. Đang xem năm 2024."),
        ({"from": "1950"}, "Mỗi lần chỉ lập báo cáo nhiều nhất 30 năm."),
        ({"year": "hai nghìn"}, "“hai nghìn”"),
    ],
)
def test_a_wrong_question_is_named_and_answered_with_what_was_right(client, lan, query, says):
    page = open_figure(client, lan, **query)

    assert page.status_code == 400
    assert says in words_of(page)


def test_the_english_page_is_english(client, lan, kkt):
    Indicator.objects.update(name="Members", short_name="Members", hint="", unit="people")
    paper = make.decision("1-QD", zone=kkt, issuer="Committee")
    cell = make.organization("Cell", zone=kkt, decision=paper, by=lan)
    wrong = make.admission(cell, 31, decision=paper, by=lan)
    actions.correct(event=wrong, quantity=30, reason="Typing", by=lan)
    lan.language, lan.full_name = "en", "Lan"
    lan.save()
    kkt.name = kkt.short_name = "Zone"
    kkt.save()

    for query in ({}, {"year": 2023}, {"from": 2023}):
        words = words_of(open_figure(client, lan, **query))
        foreign = {word for word in words.split() if re.search(r"[À-ỹĐđ]", word)}
        assert foreign <= {"Hải", "Phòng", "Tiếng", "Việt", *str(cell.type).split()}
    assert "Total 30 people — equal to the figure on the dashboard." in words_of(open_figure(client, lan))
