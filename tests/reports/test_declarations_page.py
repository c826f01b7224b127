"""The clerk says on one page what silence means: by cell, by row, by period, each in one act."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations import actions
from targets.models import Declaration, Indicator
from tests import make
from tests.traces import no_trace

from .reading import links_of, row_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PAGE = "/declarations/"
QUARTERS = ["Q1", "Q2", "Q3", "Q4"]


@pytest.fixture(autouse=True)
def on_a_day_of_2024():
    with time_machine.travel("2024-11-23T08:00:00+07:00", tick=True):
        yield


def ask(zone, year=2024):
    return {"zone": zone.code, "year": year}


def box(code, part):
    return f"{make.indicator(code).pk}-{part}"


def say(client, zone, value="complete", year=2024, key="", **sent):
    return client.post(f"{PAGE}?zone={zone.code}&year={year}", {"value": value, "key": key} | sent)


def said(zone=None):
    rows = Declaration.objects.filter(zone=zone) if zone else Declaration.objects.all()
    return [(row.indicator.code, str(row), row.reason) for row in rows.order_by("seq")]


def cells(page, code):
    line = next(line for line in page.context["sheet"].lines if line.indicator.code == code)
    return {cell.period.part.value: cell for cell in line.cells}


def test_a_cell_tells_events_declarations_silence_and_what_has_not_begun(client, lan, kkt):
    make.organization(zone=kkt, on=date(2024, 5, 2))
    make.declaration("nothing_to_report", zone=kkt, indicator="party_orgs", period="2024-Q1", by=lan)
    client.force_login(lan)

    found = cells(client.get(PAGE, ask(kkt)), "party_orgs")

    assert {part: (cell.events, cell.said) for part, cell in found.items()} == {
        "Q1": ("", "0 không phát sinh"),
        "Q2": ("1", ""),
        "6M": ("1", ""),
        "Q3": ("", "○ Chưa báo cáo"),
        "9M": ("1", ""),
        "Q4": ("", "○ Chưa có số liệu"),
        "year": ("1", ""),
    }
    assert (found["Q1"].by, found["Q1"].on.date()) == ("Nguyễn Thị Lan", date(2024, 11, 23))
    later = cells(client.get(PAGE, ask(kkt, 2025)), "party_orgs")
    assert {(cell.said, cell.key) for cell in later.values()} == {("·", "")}


def test_cells_are_declared_in_one_act_and_counted_from_the_database(client, lan, kkt):
    client.force_login(lan)

    answer = say(client, kkt, "nothing_to_report", cells=[box("party_orgs", "Q1"), box("youth_orgs", "6M")])

    assert "Đã ghi 2 khai báo: không phát sinh." in words_of(client.get(answer.url))
    assert said() == [
        ("party_orgs", "không phát sinh 01/01/2024–31/03/2024", ""),
        ("youth_orgs", "không phát sinh 01/01/2024–30/06/2024", ""),
    ]
    assert len({row.recorded_at for row in Declaration.objects.all()}) == 1


def test_a_row_is_all_its_periods_up_to_the_one_that_ended_last(client, lan, kkt):
    client.force_login(lan)
    row = make.indicator("union_orgs").pk

    say(client, kkt, rows=[row])
    say(client, kkt, rows=[row], year=2023)

    assert [text for _code, text, _reason in said()] == [
        "đã đủ số liệu 01/01/2024–30/09/2024",
        "đã đủ số liệu 01/01/2023–31/12/2023",
    ]
    found = cells(client.get(PAGE, ask(kkt)), "union_orgs")
    told = [part for part, cell in found.items() if cell.said == "✓ đã đủ số liệu"]
    assert told == ["Q1", "Q2", "6M", "Q3", "9M"]
    assert (found["year"].said, found["year"].note) == ("○ Chưa có số liệu", "mới khai một phần của kỳ")


def test_a_period_takes_its_silent_indicators_and_leaves_the_others(client, lan, kkt):
    make.organization(zone=kkt, on=date(2024, 8, 2))
    make.declaration(zone=kkt, indicator="union_orgs", period="2024-Q3")
    client.force_login(lan)

    answer = say(client, kkt, "nothing_to_report", columns=["Q3"])

    assert "Đã ghi 5 khai báo: không phát sinh." in words_of(client.get(answer.url))
    declared = [code for code, text, _reason in said() if "phát sinh" in text]
    assert sorted(declared) == sorted(
        row.code for row in Indicator.objects.exclude(code__in=["party_orgs", "union_orgs"])
    )
    again = say(client, kkt, "nothing_to_report", columns=["Q3"])
    assert again.status_code == 422
    assert "không còn chỉ tiêu nào chưa báo cáo" in words_of(again)


def test_a_box_within_a_chosen_row_says_nothing_twice(client, lan, kkt):
    client.force_login(lan)
    row = make.indicator("union_orgs").pk

    say(client, kkt, rows=[row], cells=[box("union_orgs", "Q1"), box("union_orgs", "9M"), box("union_orgs", "Q4")])

    assert [text[-21:] for _code, text, _reason in said()] == ["01/01/2024–30/09/2024", "01/10/2024–31/12/2024"]


def test_saying_otherwise_keeps_both_and_the_last_holds(client, lan, admin, kkt):
    client.force_login(lan)
    say(client, kkt, "nothing_to_report", cells=[box("party_orgs", "year")])
    say(client, kkt, "complete", cells=[box("party_orgs", "Q1")])
    client.force_login(admin)
    say(client, kkt, "not_applicable", cells=[box("party_orgs", "Q1")], reason="Khu mới lập")

    page = client.get(PAGE, ask(kkt))

    assert [(each.period, each.symbol, each.holds) for each in page.context["page"].object_list] == [
        ("quý I năm 2024", "× không áp dụng", "đang có hiệu lực"),
        ("quý I năm 2024", "✓ đã đủ số liệu", "đã được khai lại"),
        ("năm 2024", "0 không phát sinh", "còn hiệu lực một phần"),
    ]
    assert admin.full_name in words_of(page) and "Khu mới lập" in words_of(page)
    assert cells(page, "party_orgs")["Q1"].said == "× không áp dụng"
    assert cells(page, "party_orgs")["year"].said == "0 không phát sinh"


def test_what_was_said_is_named_with_what_it_takes_the_place_of_and_a_period_that_runs(client, lan, kkt):
    make.declaration(zone=kkt, indicator="party_orgs", period="2024-Q1", value="nothing_to_report", by=lan)
    client.force_login(lan)
    boxes = [box("party_orgs", "Q1"), box("union_orgs", "Q1"), box("party_orgs", "Q4")]

    words = words_of(client.get(say(client, kkt, cells=boxes).url))

    orgs, union = make.indicator("party_orgs").short_name, make.indicator("union_orgs").short_name
    said = words.split("Đã ghi 3 khai báo: đã đủ số liệu. Khu kinh tế Hải Phòng: ")[1].split(").")[0]
    assert said.split("; ") == [
        f"{orgs}, quý I năm 2024 (trước đó: không phát sinh, {lan} 23/11/2024)",
        f"{union}, quý I năm 2024",
        f"{orgs}, quý IV năm 2024 (kỳ còn chạy đến 31/12/2024",
    ]


def test_nothing_beside_events_is_asked_about_and_no_box_is_lost(client, lan, kkt):
    make.joining(make.organization(zone=kkt, type="union_base", on=date(2024, 1, 5)), 40, on=date(2024, 2, 6))
    client.force_login(lan)
    sent = {"cells": [box("union_members", "Q1"), box("party_orgs", "Q1")]}

    with no_trace():
        refused = say(client, kkt, "nothing_to_report", **sent)

    assert refused.status_code == 422
    words = words_of(refused)
    assert "Đoàn viên công đoàn, quý I năm 2024: sổ đang có 1 sự kiện còn hiệu lực, cộng 40." in words
    assert "Lỗi: " in refused.content.decode().split("</title>")[0]
    assert refused.context["chosen"]["cells"] == sent["cells"]
    assert refused.content.decode().count(" checked") == 3, "both cells and what they are declared to be"

    say(client, kkt, "nothing_to_report", reason="Của năm trước, ghi muộn", **sent)
    assert {reason for _code, _text, reason in said()} == {"Của năm trước, ghi muộn"}
    assert "sổ vẫn có sự kiện còn hiệu lực" in words_of(client.get(PAGE, ask(kkt)))


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Hãy chọn nội dung khai báo: một ô, cả dòng"),
        ({"cells": ["0-Q1"]}, "0-Q1"),
        ({"columns": ["Q5"]}, "Q5"),
        ({"value": "", "columns": ["Q1"]}, "Hãy chọn nội dung khai báo cho các ô đã chọn."),
        ({"value": "not_applicable", "columns": ["Q1"]}, "Hãy ghi vì sao chỉ tiêu không áp dụng cho đơn vị."),
        ({"columns": ["Q1"], "reason": "x" * 501}, "501"),
    ],
)
def test_what_cannot_be_declared_says_why_and_leaves_no_trace(client, lan, kkt, sent, told):
    client.force_login(lan)

    with no_trace():
        refused = say(client, kkt, **({"value": "complete"} | sent))

    assert refused.status_code == 422
    assert told in words_of(refused)


def test_future_periods_have_no_box_and_are_refused(client, lan, kkt):
    client.force_login(lan)
    row = make.indicator("party_orgs").pk

    with no_trace():
        refused = say(client, kkt, cells=[box("party_orgs", "Q2")], year=2025)
        no_row = say(client, kkt, rows=[row], year=2025)

    assert "Chưa khai báo được cho quý II năm 2025: kỳ này bắt đầu ngày 01/04/2025." in words_of(refused)
    assert no_row.status_code == 422


def test_a_period_declared_before_its_end_says_so_once_it_has_ended(client, lan, kkt):
    client.force_login(lan)
    page = client.get(PAGE, ask(kkt))
    assert [head.state for head in page.context["sheet"].heads] == [
        "",
        "",
        "",
        "",
        "",
        "chưa kết thúc",
        "chưa kết thúc",
    ]
    say(client, kkt, cells=[box("party_orgs", "Q4")])

    with time_machine.travel("2025-01-02T08:00:00+07:00"):
        client.force_login(lan)
        found = cells(client.get(PAGE, ask(kkt)), "party_orgs")["Q4"]

    assert (found.said, found.note) == ("✓ đã đủ số liệu", "khai khi kỳ chưa kết thúc")


def test_a_closed_period_has_no_box_and_refuses_with_who_may_reopen_it(client, lan, kkt):
    make.lock(kkt, date(2024, 1, 1), date(2024, 3, 31))
    client.force_login(lan)

    found = cells(client.get(PAGE, ask(kkt)), "party_orgs")
    assert {part for part, cell in found.items() if not cell.key} == {"Q1", "6M", "9M", "year"}

    with no_trace():
        refused = say(client, kkt, cells=[box("party_orgs", "Q1")])
    assert "thuộc kỳ đã khóa số liệu" in words_of(refused)
    assert "Ban Tổ chức Thành ủy có thể mở lại" in words_of(refused)


@pytest.mark.parametrize("first", [date(2024, 1, 1), date(2024, 9, 30)])
def test_a_row_with_closed_days_is_not_offered_whole(client, lan, kkt, first):
    client.force_login(lan)
    assert 'name="rows"' in client.get(PAGE, ask(kkt)).content.decode()
    make.lock(make.city(), first, date(2024, 9, 30))

    page = client.get(PAGE, ask(kkt))

    assert 'name="rows"' not in page.content.decode()
    assert "ô dưới tên chỉ tiêu" not in words_of(page) and 'name="cells"' in page.content.decode()
    with no_trace():
        refused = say(client, kkt, rows=[make.indicator("party_orgs").pk], cells=[box("youth_orgs", "Q4")])
    assert "thuộc kỳ đã khóa số liệu" in words_of(refused) and refused.content.decode().count(" checked") == 2
    assert say(client, kkt, cells=[box("youth_orgs", "Q4")]).status_code == 302


def test_days_closed_after_the_row_leave_it_offered(client, lan, kkt):
    make.lock(kkt, date(2024, 10, 1), date(2024, 10, 31))
    client.force_login(lan)
    assert 'name="rows"' in client.get(PAGE, ask(kkt)).content.decode()
    assert say(client, kkt, rows=[make.indicator("party_orgs").pk]).status_code == 302


def test_pressed_twice_it_is_declared_once(client, lan, kkt):
    client.force_login(lan)
    key = client.get(PAGE, ask(kkt)).context["form"]["key"].value()

    answers = [say(client, kkt, key=str(key), cells=[box("party_orgs", "Q1")]) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(said()) == 1


def test_zones_below_are_told_with_what_is_silent_and_declare_for_themselves(client, lan, kkt, cluster):
    make.organization(zone=kkt, on=date(2024, 8, 2))
    client.force_login(lan)

    page = client.get(PAGE, ask(kkt))

    assert cells(page, "party_orgs")["Q3"].said == "○ Chưa đủ số liệu"
    assert "Cụm Đình Vũ" in cells(page, "party_orgs")["Q3"].note
    assert "○ 7" in row_of(page, str(cluster))
    assert "Cụm Đình Vũ, quý III năm 2024: chưa báo cáo" in words_of(page)
    (url,) = links_of(page, str(cluster))
    say(client, cluster, columns=["Q3"])
    assert len(said(cluster)) == 7
    assert "✓" in row_of(client.get(PAGE, ask(kkt)), str(cluster))
    assert client.get(PAGE + url).context["question"].zone == cluster


def test_an_event_taken_back_leaves_the_cell_silent(client, lan, kkt):
    event = make.organization(zone=kkt, on=date(2024, 2, 2)).events.get()
    actions.reverse(event=event, reason="Nhập nhầm", by=lan)
    client.force_login(lan)

    assert cells(client.get(PAGE, ask(kkt)), "party_orgs")["Q1"].said == "○ Chưa báo cáo"


@pytest.mark.parametrize("who", ["quan", "minh"])
def test_leader_and_board_read_and_are_refused(client, request, kkt, who):
    client.force_login(request.getfixturevalue(who))

    page = client.get(PAGE, ask(kkt))

    assert page.context["form"] is None
    assert '<input type="checkbox"' not in page.content.decode()
    with no_trace():
        assert say(client, kkt, cells=[box("party_orgs", "Q1")]).status_code == 403


def test_as_many_queries_for_much_as_for_little(client, lan, kkt, cluster):
    client.force_login(lan)

    def asked():
        client.get(PAGE, ask(kkt))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE, ask(kkt)).status_code == 200
        return len(queries)

    make.declaration(zone=kkt, period="2024-Q1")
    make.organization(zone=cluster, on=date(2024, 8, 2))
    few = asked()
    for number in range(12):
        make.zone(parent=kkt)
        make.organization(zone=cluster, on=date(2024, 1 + number % 9, 2), type="union_base")
        make.declaration(zone=kkt, indicator="youth_orgs", period=f"2024-{QUARTERS[number % 4]}")
    assert asked() == few
