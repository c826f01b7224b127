"""The entry grid: organisations × months beside the target, saved as a plain form or cell by cell."""

import json
import re
from contextlib import contextmanager
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations import actions, audit
from organizations.actions import MonthDraft
from organizations.models import Event, Headcount, Kind
from tests import make
from tests.traces import no_trace

from .reading import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
FOUNDED = date(2022, 3, 10)
GRID = "/entry/grid/"
KKT = {"zone": "HP-KKT", "year": 2024}


@pytest.fixture(autouse=True)
def a_day_in_june():
    with time_machine.travel("2024-06-15T09:00:00+07:00", tick=False):
        yield


@pytest.fixture
def union(kkt):
    return make.organization("Công đoàn Công ty Một", zone=kkt, type="union_base", on=FOUNDED, code="CD-01")


@pytest.fixture
def second(kkt):
    return make.organization("Công đoàn Công ty Hai", zone=kkt, type="union_base", on=FOUNDED)


def ask(client, user, **query):
    client.force_login(user)
    return client.get(GRID, KKT | query)


def post(client, user, cells, seen=None, query=None, **more):
    """Send the plain form: ``cells`` {(organisation, month): text}; ``seen`` the events of the cells."""
    client.force_login(user)
    data = {f"n-{one.pk}-{month}": text for (one, month), text in cells.items()}
    for one, _month in cells:
        ids = [str(getattr((seen or {}).get((one, month)), "pk", "")) for month in range(1, 13)]
        data[f"s-{one.pk}"] = ",".join(ids)
    return client.post(f"{GRID}?zone=HP-KKT&year=2024{query or ''}", data | more)


def send(client, user, cells, query="", **more):
    """Save as the grid does: ``cells`` [(organisation, month, text, seen)]."""
    client.force_login(user)
    body = {"cells": [{"pk": one.pk, "key": key, "text": text, "seen": seen} for one, key, text, seen in cells]}
    url = f"{GRID}save/?zone=HP-KKT&year=2024{query}"
    return client.post(url, json.dumps(body | more), content_type="application/json")


def states(answer):
    return [cell["state"] for cell in answer.json()["cells"]]


def record(organization, month, number, kind=Kind.JOINED, by=None):
    draft = MonthDraft(organization, date(2024, month, 1), number)
    return actions.record_months(kind=kind, drafts=[draft], by=by or make.system())[0].row


@contextmanager
def untouched(client, user):
    """No table holds anything else after the block; that somebody has signed in is no trace."""
    client.force_login(user)
    with no_trace():
        yield


def live(kind=Kind.JOINED):
    events = Event.objects.live().filter(kind=kind).order_by("organization_id", "effective_on")
    return [(event.organization, event.effective_on.month, abs(event.quantity)) for event in events]


def cell_of(page, organization, month):
    """The cell's HTML."""
    row = re.search(rf'<tr data-pk="{organization.pk}">.*?</tr>', page.content.decode(), re.S)[0]
    return re.findall(r"<td.*?</td>", row, re.S)[month - 1]


# ---------------------------------------------------------------------------------------------- what is shown


def test_each_organisation_has_its_months_its_sums_and_last_year_beside(client, lan, union, second):
    make.joining(union, 7, on=date(2023, 3, 1))
    record(union, 1, 1200)
    record(union, 2, 0)
    record(second, 1, 34)
    page = ask(client, lan)

    assert page.status_code == 200
    assert 'value="1.200"' in cell_of(page, union, 1)
    assert 'value="0"' in cell_of(page, union, 2)
    assert 'value=""' in cell_of(page, union, 3) and 'placeholder="(7)"' in cell_of(page, union, 3)
    words = words_of(page)
    assert "Công đoàn Công ty Một" in words and "Cộng 2 dòng 1.234 0 — — — — — — — — — — 1.234" in words


def test_the_target_of_the_year_stands_beside_what_is_recorded(client, lan, kkt, union):
    make.target(zone=kkt, indicator="union_members", low=200)
    record(union, 1, 250)
    page = ask(client, lan)

    assert "Chỉ tiêu năm 2024: 200. Đã ghi: 250. ▲ Vượt 125%." in words_of(page)


def test_months_to_come_and_before_the_founding_are_shut_with_the_reason(client, lan, kkt):
    young = make.organization(zone=kkt, type="union_base", on=date(2024, 3, 10))
    page = ask(client, lan)

    assert [("readonly" in cell_of(page, young, month)) for month in range(1, 13)] == [True] * 3 + [False] * 3 + (
        [True] * 6
    )
    words = words_of(page)
    assert "Tháng này chưa đến." in words and "thành lập ngày 10/03/2024" in words


def test_a_month_fed_by_decisions_opens_its_list_and_a_mixed_one_shows_the_sum(client, lan, kkt, union):
    make.joining(union, 30, decision=make.decision(on=date(2024, 2, 5), zone=kkt))
    record(union, 3, 5)
    make.joining(union, 30, decision=make.decision(on=date(2024, 3, 5), zone=kkt))
    page = ask(client, lan)

    for month, shown in ((2, "30"), (3, "35")):
        cell = cell_of(page, union, month)
        assert f'href="{union.get_absolute_url()}"' in cell and f">{shown}</a>" in cell and "<input" not in cell
    assert "Tổng của các dòng ghi theo quyết định hoặc vào ngày khác" in words_of(page)


def test_a_closed_month_says_why_and_who_reopens_it(client, lan, city, union):
    record(union, 1, 12)
    make.lock(city, date(2024, 1, 1), date(2024, 3, 31), reason="Đã duyệt quý I")
    page = ask(client, lan)

    assert 'class="locked"' in cell_of(page, union, 1) and 'value="12"' in cell_of(page, union, 1)
    assert "readonly" not in cell_of(page, union, 4)
    assert "Đã duyệt quý I). Ban Tổ chức Thành ủy có thể mở lại." in words_of(page)


def test_a_leader_reads_the_sheet_and_types_nothing(client, quan, union):
    record(union, 1, 12)
    page = ask(client, quan)

    assert page.status_code == 200
    assert cell_of(page, union, 1) == "<td>12</td>"
    assert b"n-" + str(union.pk).encode() not in page.content


def test_the_board_enters_nothing_and_other_zones_are_not_there(client, minh, hoa, stranger, union):
    assert ask(client, minh).status_code == 403
    assert ask(client, hoa).status_code == 404
    assert ask(client, stranger).status_code == 404


@pytest.mark.parametrize("query", [{"sheet": "none"}, {"sector": "party"}, {"park": "no-such"}, {"zone": "HP-NO"}])
def test_a_sheet_sector_park_or_zone_that_is_none_is_not_found(client, lan, union, query):
    assert ask(client, lan, **query).status_code == 404


def test_rows_are_filtered_by_sector_park_and_words_without_accents(client, lan, kkt, union, second):
    park = make.park("KCN Đình Vũ", zone=kkt)
    host = make.enterprise(zone=kkt, park=park)
    third = make.organization("Công đoàn Ba", zone=kkt, type="union_base", on=FOUNDED, enterprises=[host])
    youth = make.organization("Chi đoàn Một", zone=kkt, type="youth_base_cell", on=FOUNDED)
    ended = make.organization("Công đoàn cũ", zone=kkt, type="union_base", on=FOUNDED)
    actions.dissolve(
        reason="Sắp xếp lại",
        organization=ended,
        decision=make.decision(on=date(2023, 5, 5), zone=kkt),
        by=make.system(),
    )

    def names(**query):
        return set(re.findall(r'<a id="r\d+"[^>]*>([^<]*)</a>', ask(client, lan, **query).content.decode()))

    assert names() == {union.name, second.name, third.name}
    assert names(sector="youth") == {youth.name}
    assert names(park=park.code) == {third.name}
    assert names(park="none") == {union.name, second.name}
    assert names(q="cong doan hai") == {second.name}
    assert names(q="cd-01") == {union.name}
    assert names(year=2023) >= {ended.name}
    assert names(q="không có") == set()


@pytest.mark.one_database
def test_a_page_of_fifty_rows_costs_the_queries_of_one_and_stays_small(client, lan, kkt, union):
    make.target(zone=kkt, indicator="union_members", low=200)
    park = make.park("KCN Đình Vũ", zone=kkt)
    make.lock(kkt, date(2023, 1, 1), date(2023, 12, 31))

    def asked(**query):
        with CaptureQueriesContext(connection) as queries:
            page = ask(client, lan, **query)
        return page, len(queries)

    record(union, 1, 3)
    _page, one = asked()
    unions = [
        make.organization(
            f"Công đoàn cơ sở Công ty TNHH Sản xuất Thương mại và Dịch vụ Số {number}", zone=kkt, type="union_base",
            on=FOUNDED, enterprises=[make.enterprise(zone=kkt, park=park)], code=f"CD-{number:03}",
        )
        for number in range(2, 61)
    ]  # fmt: skip
    drafts = [MonthDraft(each, date(2024, month, 1), 1234) for each in unions for month in range(1, 7)]
    actions.record_months(kind=Kind.JOINED, drafts=drafts, by=make.system())
    page, fifty = asked()

    assert fifty <= one + 1  # several pages ask for the sums of all of them
    assert asked(page=2)[1] == fifty
    assert page.content.count(b"<tr data-pk") == 50
    assert len(page.content) < 200_000
    assert "Dòng 1–50 trong 60 · trang 1/2" in words_of(page)
    assert "Cộng 60 dòng 72.809 72.806" in words_of(page)


def test_years_cost_the_same_for_one_row_and_fifty(client, lan, kkt, union):
    def asked(**query):
        with CaptureQueriesContext(connection) as queries:
            assert ask(client, lan, **query).status_code == 200
        return len(queries)

    make.enterprise(zone=kkt, workers=10)
    asked()
    one = asked(sheet="workers"), asked(sheet="members", sector="union")
    for _ in range(20):
        make.organization(zone=kkt, type="union_base", on=FOUNDED, enterprises=[make.enterprise(zone=kkt, workers=9)])

    assert (asked(sheet="workers"), asked(sheet="members", sector="union")) == one


# ---------------------------------------------------------------------------------------------- the plain form


def test_the_form_writes_what_changed_and_counts_it(client, lan, union, second):
    first = record(union, 1, 12)
    answer = post(
        client, lan, {(union, 1): "15", (union, 2): "1 200", (second, 3): "0", (second, 4): ""}, {(union, 1): first}
    )

    assert answer.status_code == 302
    assert live() == [(union, 1, 15), (union, 2, 1200), (second, 3, 0)]
    assert "Đã lưu 3 ô: 2 mới, 1 đổi." in words_of(client.get(answer.url))
    assert Event.objects.get(reverses=first).reason == "sửa trong bảng tháng"
    assert audit.differences() == []


def test_an_emptied_cell_is_taken_back_and_an_untouched_form_writes_nothing(client, lan, union):
    first = record(union, 1, 12)
    with untouched(client, lan):
        answer = post(client, lan, {(union, 1): "12"}, {(union, 1): first})
    assert "Không có ô nào đổi" in words_of(client.get(answer.url))

    post(client, lan, {(union, 1): ""}, {(union, 1): first}, reason="Nhầm tháng")
    assert live() == []
    assert Event.objects.get(reverses=first).reason == "sửa trong bảng tháng: Nhầm tháng"


def test_one_unreadable_cell_keeps_all_that_was_typed_and_writes_nothing(client, lan, union, second):
    with untouched(client, lan):
        page = post(client, lan, {(union, 1): "15", (second, 2): "38,555"})

    assert page.status_code == 422
    words = words_of(page)
    assert "Công đoàn Công ty Hai, tháng 2: “38,555” là số thập phân" in words
    assert 'value="15"' in cell_of(page, union, 1)
    assert 'value="38,555"' in cell_of(page, second, 2) and 'aria-invalid="true"' in cell_of(page, second, 2)
    assert page.content.decode().count("<title>Lỗi: ") == 1


def test_a_form_about_rows_that_are_no_longer_on_the_page_loses_nothing(client, lan, union, second):
    page = post(client, lan, {(union, 1): "15", (second, 2): "x"}, query="&q=hai")

    assert 'value="15"' in cell_of(page, union, 1)


def test_who_saves_second_chooses_mine_theirs_or_both(client, lan, union):
    admin = make.user("admin2", role="admin", full_name="Trần Thị Bình")
    theirs = record(union, 1, 15, by=admin)
    with untouched(client, lan):
        page = post(client, lan, {(union, 1): "12", (union, 2): "3"})
    words = words_of(page)
    assert page.status_code == 422
    assert "Trần Thị Bình đã lưu 15 lúc 09:00 15/06/2024" in words
    assert "Cộng cả hai: 15 + 12 = 27" in words
    assert 'value="12"' in cell_of(page, union, 1)

    again = {f"x-{union.pk}-1": "27", f"t-{union.pk}-1": theirs.pk}
    assert post(client, lan, {(union, 1): "12", (union, 2): "3"}, **again).status_code == 302
    assert live() == [(union, 1, 27), (union, 2, 3)]


def test_an_unusual_number_asks_for_a_reason(client, lan, kkt):
    host = make.enterprise(zone=kkt, workers=20, workers_on=date(2024, 1, 1))
    union = make.organization(zone=kkt, type="union_base", on=FOUNDED, enterprises=[host])
    with untouched(client, lan):
        page = post(client, lan, {(union, 2): "25"})
    assert page.status_code == 422 and "25" in words_of(page)

    assert post(client, lan, {(union, 2): "25"}, reason="Lao động thời vụ").status_code == 302
    assert live() == [(union, 2, 25)]


@pytest.mark.parametrize(("person", "status"), [("quan", 403), ("minh", 403), ("hoa", 404), ("stranger", 404)])
def test_only_the_clerk_of_the_zone_writes(client, request, person, status, union):
    somebody = request.getfixturevalue(person)
    with untouched(client, somebody):
        assert client.post(f"{GRID}?zone=HP-KKT&year=2024", {f"n-{union.pk}-1": "5"}).status_code == status
        answer = send(client, somebody, [(union, 1, "5", None)])
    assert answer.status_code == status


def test_a_row_of_another_zone_is_not_there(client, lan, other_zone):
    theirs = make.organization(zone=other_zone, type="union_base", on=FOUNDED)
    with untouched(client, lan):
        assert post(client, lan, {(theirs, 1): "5"}).status_code == 404
        assert send(client, lan, [(theirs, 1, "5", None)]).status_code == 404


# ---------------------------------------------------------------------------------------------- cell by cell


def test_cells_left_are_saved_and_what_cannot_be_is_told(client, lan, union, second):
    theirs = record(second, 3, 9)
    answer = send(
        client, lan, [(union, 1, "1.200", None), (union, 2, "abc", None), (union, 7, "4", None), (second, 3, "5", None)]
    )

    assert states(answer) == ["new", "invalid", "invalid", "conflict"]
    saved, unread, future, conflict = answer.json()["cells"]
    assert saved["text"] == "1.200"
    assert saved["seen"] == Event.objects.live().get(organization=union, kind=Kind.JOINED).pk
    assert "abc" in unread["why"] and "ngày chưa đến" in future["why"]
    assert (conflict["theirs"], conflict["seen"], conflict["both"]) == ("9", theirs.pk, "14")
    assert live() == [(union, 1, 1200), (second, 3, 9)]
    assert "Đã ghi: 1.209" in answer.json()["progress"]


def test_a_block_is_checked_without_a_trace_and_written_whole(client, lan, union, second):
    first = record(union, 1, 1)
    block = [(one, month, str(month * 10), None) for one in (union, second) for month in range(1, 6)]
    block[0] = (union, 1, "10", first.pk)
    with untouched(client, lan):
        look = send(client, lan, [*block, (second, 6, "x", None)], check=True)
    assert look.json()["words"] == "11 ô: 9 mới, 1 đổi, 1 không ghi được."

    with untouched(client, lan):
        refused = send(client, lan, [*block, (second, 6, "x", None)], whole=True)
    assert refused.json()["wrote"] is False and states(refused)[0] == "waiting"
    with CaptureQueriesContext(connection) as queries:
        assert send(client, lan, block, whole=True).json()["wrote"] is True
    assert len(live()) == 10
    assert len({event.recorded_at for event in Event.objects.live().filter(kind=Kind.JOINED)}) == 1
    assert len(queries) < 60
    assert audit.differences() == []


def test_saving_one_row_and_fifty_cost_the_same(client, lan, kkt, union):
    unions = [make.organization(zone=kkt, type="union_base", on=FOUNDED) for _ in range(20)]

    def cost(cells):
        with CaptureQueriesContext(connection) as queries:
            assert send(client, lan, cells).json()["wrote"]
        return len(queries)

    cost([(union, 1, "1", None)])
    one = cost([(union, 2, "1", None)])
    assert cost([(each, month, "5", None) for each in unions for month in (1, 2, 3)]) == one


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"cells": 5}', b'{"cells": [5]}', b'{"cells": [{"pk": 1, "key": 13}]}',
             b'{"cells": [{"pk": 99999999999999999999, "key": 1}]}'],
)  # fmt: skip
def test_what_is_no_request_of_the_grid_is_refused(client, lan, kkt, body):
    client.force_login(lan)
    answer = client.post(f"{GRID}save/?zone=HP-KKT&year=2024", body, content_type="application/json")

    assert answer.status_code == 400


def test_too_many_cells_at_once_are_refused_in_words(client, lan, union):
    with untouched(client, lan):
        answer = send(client, lan, [(union, 1, "1", None)] * 3001)

    assert "3.001 ô một lần" in answer.json()["problem"]


# ---------------------------------------------------------------------------------------------- years


def test_workers_of_enterprises_are_entered_by_the_year(client, lan, kkt):
    host = make.enterprise("Công ty Một", zone=kkt, workers=100, workers_on=date(2023, 12, 31))
    seen = Headcount.objects.get()
    page = ask(client, lan, sheet="workers")
    words = words_of(page)
    assert "31/12/2023" in words and "15/06/2024" in words
    assert f'name="n-{host.pk}-2023" value="100"' in page.content.decode()

    answer = send(client, lan, [(host, 2023, "110", seen.pk), (host, 2024, "120", None)], "&sheet=workers")
    assert states(answer) == ["changed", "new"]
    assert set(Headcount.objects.live().values_list("on", "total")) == {
        (date(2023, 12, 31), 110),
        (date(2024, 6, 15), 120),
    }
    assert audit.differences() == []


def test_members_of_party_organisations_are_counted_there_too(client, lan, kkt):
    cell = make.organization(zone=kkt, on=FOUNDED)
    answer = send(client, lan, [(cell, 2023, "12", None), (cell, 2021, "3", None)], "&sheet=members&sector=party")

    assert states(answer)[0] == "new"
    assert ask(client, lan, sheet="members", sector="party").status_code == 200


def test_the_years_show_no_count_of_the_zone_before(client, kkt, other_zone, hoa, union):
    actions.record_headcount(subject=union, on=date(2023, 12, 31), total=4321, by=make.system())
    decision = make.decision(on=date(2024, 5, 2), zone=kkt)
    actions.transfer(organizations=[union], to_zone=other_zone, decision=decision, by=make.system())
    page = ask(client, hoa, zone="HP-KHAC", sheet="members", sector="union").content.decode()
    assert "Công đoàn Công ty Một" in page and "4.321" not in page
