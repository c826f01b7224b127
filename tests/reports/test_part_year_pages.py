"""Parts of years on the dashboard: the box, the words, the pace, and the events behind each number."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make

from .reading import links_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def admitted(kkt, cluster):
    """33 admitted in the first half of 2024, 7 later; the year's target is 50–100."""
    cell = make.organization(zone=kkt, on=date(2023, 1, 5))
    for day, count in ((date(2024, 2, 1), 20), (date(2024, 5, 6), 13), (date(2024, 8, 1), 7)):
        make.admission(cell, count, on=day)
    make.target(zone=kkt, indicator="party_members", low=50, high=100)
    make.target(zone=kkt, indicator="union_orgs", low=5)


def dashboard(client, user, path="/dashboard/", **asked):
    client.force_login(user)
    return client.get(path, {"zone": "HP-KKT", "year": 2024, "as_of": "23/11/2025"} | asked)


def test_a_half_year_is_shown_against_the_target_of_the_year_with_its_pace(client, lan, admitted):
    page = dashboard(client, lan, part="6M")
    words = words_of(page)
    assert "Kết quả 6 tháng đầu năm 2024 so với chỉ tiêu năm 2024" in words
    assert "6 tháng đầu năm 2024, đến ngày 30/06/2024: trong 2 chỉ tiêu của năm" in words
    assert "0 đã đạt, 1 kịp tiến độ, 0 chậm tiến độ" in words
    assert "→ Đang thực hiện 66% kịp tiến độ · cần thêm 17" in words
    assert "Tiến độ cần có đến 30/06/2024" in words
    row = next(row for row in page.context["board"].details if row.indicator.code == "party_members")
    assert (row.actual, row.expected, row.projected, row.needed) == ("33", "24,9", "66,4", "17")
    assert page.context["board"].term == ""
    assert "Chưa báo cáo" in words  # the half year is over, and nothing was said of unions


def test_a_later_quarter_is_judged_by_its_own_share(client, lan, admitted):
    words = words_of(dashboard(client, lan, part="Q3"))
    assert "Kết quả quý III năm 2024 so với chỉ tiêu năm 2024" in words
    assert "▼ Chậm tiến độ 14% quý này cần có 12,6" in words
    assert "Chậm so với nhịp của quý:" in words


def test_a_quarter_that_has_not_begun_is_not_late(client, lan, admitted):
    words = words_of(dashboard(client, lan, part="Q4", as_of="30/09/2024"))
    assert "Đến ngày 30/09/2024 chưa sang kỳ này: Quý IV năm 2024." in words
    assert "Chưa có số liệu kỳ chưa bắt đầu" in words


def test_each_number_of_a_part_opens_the_events_that_add_up_to_it(client, lan, admitted):
    page = dashboard(client, lan, part="6M")
    figure = client.get(links_of(page, "33")[0])
    assert (figure.context["drill"].total, figure.context["drill"].agrees) == ("33", True)
    assert "6 tháng đầu năm 2024" in words_of(figure)
    assert [line.quantity for line in figure.context["drill"].lines] == ["20", "13"]
    quarter = dashboard(client, lan, "/figures/party_members/", part="Q3")
    assert (quarter.context["drill"].total, quarter.context["drill"].agrees) == ("7", True)


def test_the_part_stays_in_the_address_and_the_box(client, lan, admitted):
    page = dashboard(client, lan, part="9m")
    text = page.content.decode()
    assert '<option value="9M" selected>9 tháng đầu năm</option>' in text
    assert "part=9M" in page.context["question"].dashboard(year=2023)
    assert "/reports/attainment/?zone=HP-KKT&amp;year=2024&amp;as_of=23/11/2025&amp;part=9M" in text
    whole = dashboard(client, lan)
    assert '<option value="year" selected>Cả năm</option>' in whole.content.decode()
    assert "part=" not in whole.context["question"].query()


def test_the_years_side_by_side_show_the_same_part_of_each_and_no_total(client, lan, admitted):
    matrix = dashboard(client, lan, part="6M").context["board"].by_year
    assert [head.text for head in matrix.heads] == ["2020", "2021", "2022", "2023", "2024", "2025"]
    assert [text for text, _columns in matrix.groups] == ["6 tháng đầu năm"]
    assert "Nhiệm kỳ" not in matrix.sentence


def test_a_part_there_is_not_is_named_and_the_year_is_shown(client, lan, admitted):
    page = dashboard(client, lan, part="H1")
    assert page.status_code == 400
    assert "Kỳ báo cáo: “H1”: hãy ghi year, Q1, Q2, Q3, Q4, 6M hoặc 9M. Đang hiển thị cả năm." in words_of(page)
    assert page.context["board"].term


def test_the_home_page_leads_to_the_parts_of_this_year_that_have_begun(client, lan, admitted):
    client.force_login(lan)
    with time_machine.travel(datetime(2026, 8, 3, 9, tzinfo=UTC)):
        page = client.get("/")
        half = client.get(links_of(page, "6 tháng đầu năm")[0])
    assert [label for label, _url in page.context["question"].part_pages] == [
        "Quý I", "Quý II", "6 tháng đầu năm", "Quý III", "9 tháng đầu năm",
    ]  # fmt: skip
    assert "Kết quả 6 tháng đầu năm 2026" in words_of(half)


def test_pages_that_show_whole_years_have_no_box_of_parts(client, minh, admitted):
    page = dashboard(client, minh, "/targets/", part="6M")
    assert 'name="part"' not in page.content.decode()
    assert page.context["question"].period.is_year


@pytest.mark.parametrize("part", ["6M", "Q3"])
def test_a_part_costs_no_more_queries_than_a_year(client, lan, admitted, part):
    dashboard(client, lan)
    counts = []
    for asked in ({}, {"part": part}):
        with CaptureQueriesContext(connection) as queries:
            dashboard(client, lan, as_of="10/08/2024", **asked)
        counts.append(len(queries))
    assert counts[1] <= counts[0]
