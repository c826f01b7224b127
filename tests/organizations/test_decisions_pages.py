"""Decisions: found as they are typed, each with what it decided for those who may see it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organizations import actions
from organizations.models import Change, Decision
from tests import make
from tests.traces import no_trace

pytestmark = pytest.mark.one_database

LIST, NEW = "/decisions/", "/decisions/new/"
ON = date(2024, 3, 4)


def listed(client, **question):
    answer = client.get(LIST, question)
    assert answer.status_code == 200
    return [row.number for row, _decided, _scans in answer.context["rows"]]


def queries(client, address, **question):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, question).status_code == 200
    return len(asked)


# ------------------------------------------------------------------------------------------ the list


def test_a_decision_is_found_however_its_number_is_typed(client, lan, kkt):
    make.decision("12-QĐ/ĐU", on=ON, zone=kkt, summary="Thành lập chi bộ Đình Vũ")
    make.decision("13-QĐ/ĐU", on=ON, zone=kkt, signer="Nguyễn Văn Ký")
    client.force_login(lan)

    for typed in ("12-QĐ/ĐU", "12 -qđ / đu", "12 qd du", "12qd/du", "12QĐĐU", "dinh vu 12"):
        assert listed(client, q=typed) == ["12-QĐ/ĐU"], typed
    assert listed(client, q="nguyen ky") == ["13-QĐ/ĐU"]
    assert listed(client, q="99-QĐ/ĐU") == []


def test_the_list_is_narrowed_by_issuer_and_year_and_ordered(client, lan, kkt):
    make.decision("1-QĐ/A", on=date(2023, 1, 2), zone=kkt, issuer="Cơ quan Alpha")
    make.decision("2-QĐ/B", on=date(2024, 1, 2), zone=kkt, issuer="Cơ quan Beta")
    make.decision("3-QĐ/A", on=date(2024, 5, 2), zone=kkt, issuer="Cơ quan Alpha")
    client.force_login(lan)

    assert listed(client) == ["3-QĐ/A", "2-QĐ/B", "1-QĐ/A"]
    assert listed(client, sort="oldest") == ["1-QĐ/A", "2-QĐ/B", "3-QĐ/A"]
    assert listed(client, sort="issuer") == ["3-QĐ/A", "1-QĐ/A", "2-QĐ/B"]
    assert listed(client, year=2024) == ["3-QĐ/A", "2-QĐ/B"]
    issuer = Decision.objects.get(number="1-QĐ/A").issuer
    assert listed(client, issuer=issuer.pk, year=2024) == ["3-QĐ/A"]
    assert client.get(LIST, {"q": "co quan alpha"}).context["years"] == [(2024, 1), (2023, 1)]


@pytest.mark.parametrize("question", [{"year": "1800"}, {"year": "nay"}, {"sort": "size"}, {"issuer": "999999999"}])
def test_a_question_that_is_not_understood_is_said_so(client, lan, kkt, question):
    client.force_login(lan)

    assert client.get(LIST, question).status_code == 400


def test_each_decision_says_what_it_decided(client, lan, kkt):
    decision = make.decision("5-QĐ/ĐU", on=ON, zone=kkt)
    cell = make.organization("Chi bộ Một", zone=kkt, decision=decision)
    make.organization("Chi bộ Hai", zone=kkt, decision=decision)
    make.admission(cell, 7, decision=decision)
    wrong = make.admission(cell, 30, decision=decision)
    actions.reverse(event=wrong, reason="Ghi nhầm", by=make.system())
    client.force_login(lan)

    [(_row, decided, _scans)] = client.get(LIST).context["rows"]
    assert [(each.key, each.amount, each.withdrawn) for each in decided] == [
        ("established", "2 tổ chức", 0), ("admitted", "7 người", 1),
    ]  # fmt: skip


def test_the_list_asks_as_often_for_one_decision_as_for_fifty(client, lan, kkt):
    client.force_login(lan)
    make.organization(zone=kkt)
    one = queries(client, LIST)
    for number in range(50):
        make.organization(zone=kkt, decision=make.decision(f"{number}-QĐ/N", on=ON, zone=kkt))

    assert queries(client, LIST) == one


# ------------------------------------------------------------------------------------------ one decision


def test_the_page_of_a_decision_lists_its_lines_and_marks_what_was_reversed(client, lan, kkt):
    decision = make.decision("6-QĐ/ĐU", on=ON, zone=kkt, signer="Nguyễn Văn Ký", summary="Về kết nạp")
    cell = make.organization("Chi bộ Một", zone=kkt, on=ON)
    make.admission(cell, 7, decision=decision)
    actions.reverse(event=make.admission(cell, 30, decision=decision), reason="Ghi nhầm", by=make.system())
    client.force_login(lan)

    page = client.get(decision.get_absolute_url())
    [(decided, lines)] = page.context["groups"]
    assert (decided.amount, decided.standing, decided.withdrawn) == ("7 người", 1, 1)
    assert {client.get(line.row_url).status_code for line in lines} == {200}
    assert {line.amount: line.withdrawn for line in lines} == {"7 người": "", "30 người": "đã hủy: Ghi nhầm"}
    for words in ("6-QĐ/ĐU", "04/03/2024", "Nguyễn Văn Ký", "Về kết nạp", "Đã hủy: Ghi nhầm"):
        assert words in page.text


def test_a_zone_sees_only_its_own_lines_of_a_shared_decision(client, lan, hoa, minh, kkt, other_zone):
    decision = make.decision("7-QĐ/TU", on=ON, zone=kkt)
    make.organization("Chi bộ Của Lan", zone=kkt, decision=decision)
    make.organization("Chi bộ Của Hoa", zone=other_zone, decision=decision)
    seen = {}
    for person in (lan, hoa, minh):
        client.force_login(person)
        page = client.get(decision.get_absolute_url())
        seen[person.username] = ("Chi bộ Của Lan" in page.text, "Chi bộ Của Hoa" in page.text)
        assert listed(client) == ["7-QĐ/TU"]

    assert seen == {"lan": (True, False), "hoa": (False, True), "minh": (True, True)}
    client.force_login(hoa)
    assert "Đơn vị ghi" not in client.get(decision.get_absolute_url()).text


def test_targets_a_decision_assigned_are_told_with_it(client, minh, kkt):
    decision = make.decision("8-QĐ/TU", on=ON, zone=make.city())
    make.target(zone=kkt, indicator="party_orgs", year=2024, low=5, high=7, decision=decision)
    client.force_login(minh)

    [(decided, [line])] = client.get(decision.get_absolute_url()).context["groups"]
    assert decided.key == "target" and line.amount.startswith("5–7") and line.zone == kkt


def test_many_lines_are_shown_by_pages(client, lan, kkt):
    decision = make.decision("9-QĐ/ĐU", on=ON, zone=kkt)
    for number in range(60):
        make.organization(f"Chi bộ {number}", zone=kkt, decision=decision)
    client.force_login(lan)
    address = decision.get_absolute_url()

    [(decided, lines)] = client.get(address).context["groups"]
    assert (decided.standing, len(lines)) == (60, 12)
    assert [
        len(client.get(address, {"kind": "established", "page": page}).context["groups"][0][1]) for page in (1, 2)
    ] == [50, 10]
    assert client.get(address, {"kind": "dissolved"}).status_code == 404


def test_the_page_asks_as_often_for_one_line_as_for_fifty(client, lan, kkt):
    decision = make.decision("10-QĐ/ĐU", on=ON, zone=kkt)
    make.organization(zone=kkt, decision=decision)
    client.force_login(lan)
    address = decision.get_absolute_url()
    one = queries(client, address), queries(client, address, kind="established")
    for _number in range(50):
        make.organization(zone=kkt, decision=decision)

    assert (queries(client, address), queries(client, address, kind="established")) == one


# ------------------------------------------------------------------------------------------ recording, changing


def send(client, **values):
    given = {"number": "20-QĐ/ĐU", "issued_on": "04/03/2024", "issuer": make.ISSUER, "zone": "HP-KKT"}
    return client.post(NEW, given | values)


def test_a_decision_is_recorded_and_opened(client, lan, kkt):
    client.force_login(lan)

    answer = send(client, signer="Nguyễn Văn Ký", summary="Về việc thành lập")
    row = Decision.objects.get()
    assert answer.url == row.get_absolute_url()
    assert (row.number, row.issued_on, row.zone, row.signer) == ("20-QĐ/ĐU", ON, kkt, "Nguyễn Văn Ký")
    assert "Đã ghi quyết định 20-QĐ/ĐU." in client.get(answer.url).text


def test_a_decision_that_is_recorded_already_is_recognised_and_opened(client, lan, kkt):
    row = make.decision("20-QĐ/ĐU", on=ON, zone=kkt, signer="Người Ký Cũ")
    client.force_login(lan)

    with no_trace():
        answer = send(client, number="20 - qđ/đu", signer="Người Ký Mới")
    assert answer.url == row.get_absolute_url()
    assert "đã có từ trước" in client.get(answer.url).text
    row.refresh_from_db()
    assert row.signer == "Người Ký Cũ"


def test_a_decision_of_another_zone_is_quoted_without_a_word_about_it(client, hoa, lan, kkt, other_zone):
    row = make.decision("20-QĐ/ĐU", on=ON, zone=other_zone)
    client.force_login(lan)
    assert client.get(row.get_absolute_url()).status_code == 404

    answer = send(client)
    page = client.get(answer.url)
    assert answer.url == row.get_absolute_url() and page.status_code == 200
    assert "Đã ghi quyết định" in page.text and str(other_zone) not in page.text
    assert client.get(f"{answer.url}edit/").status_code == 403
    assert (
        send(client).url == answer.url
        and Change.objects.filter(zone=kkt, object_id=row.pk, model="organizations.decision").count() == 1
    )
    assert listed(client) == ["20-QĐ/ĐU"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"number": "  "}, "Số, ký hiệu"),
        ({"issued_on": "31/02/2024"}, "31/02/2024"),
        ({"issued_on": "31/12/2999"}, "2999"),
        ({"zone": "HP-KHAC"}, "zone"),
        ({"summary": "dài " * 200}, "500"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_and_what_was_typed_stays(client, lan, kkt, other_zone, values, words):
    client.force_login(lan)

    with no_trace():
        answer = send(client, **{"signer": "Nguyễn Văn Ký", **values})
    assert answer.status_code == 422
    assert words in answer.text and "Nguyễn Văn Ký" in answer.text and "Lỗi: " in answer.text


def test_signer_and_summary_are_changed_with_a_trace(client, lan, kkt):
    row = make.decision("21-QĐ/ĐU", on=ON, zone=kkt)
    client.force_login(lan)
    edit = reverse("organizations:decision_edit", args=[row.pk])

    answer = client.post(edit, {"signer": "Trần  Thị Ký", "summary": "Về chỉ định", "reason": "Bổ sung", "version": 1})
    assert answer.url == row.get_absolute_url()
    row.refresh_from_db()
    assert (row.signer, row.summary, row.version) == ("Trần Thị Ký", "Về chỉ định", 2)
    change = Change.objects.latest("pk")
    assert (change.recorded_by, change.reason, change.after["signer"]) == (lan, "Bổ sung", "Trần Thị Ký")
    assert listed(client, q="tran thi ky") == ["21-QĐ/ĐU"]
    assert "Lý do: Bổ sung" in client.get(answer.url).text


def test_two_people_who_change_a_decision_do_not_overwrite_each_other(client, lan, kkt):
    row = make.decision("22-QĐ/ĐU", on=ON, zone=kkt)
    actions.change_decision(decision=row, by=lan, signer="Người Trước")
    client.force_login(lan)
    edit = reverse("organizations:decision_edit", args=[row.pk])

    with no_trace():
        answer = client.post(edit, {"signer": "Người Sau", "summary": "", "version": 1})
    assert answer.status_code == 422
    assert "Người Trước" in answer.text and "Người Sau" in answer.text
    again = client.post(edit, {"signer": "Người Sau", "summary": "", "version": 2})
    row.refresh_from_db()
    assert (again.status_code, row.signer) == (302, "Người Sau")
