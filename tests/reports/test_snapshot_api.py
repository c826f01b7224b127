"""Snapshots over HTTP: the whole way of a report, who is refused and how, and as many queries for many as for one."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import Change
from reports.models import Snapshot
from tests import make
from tests.api import Api
from tests.traces import contents

pytestmark = pytest.mark.django_db

LIST = "/api/v1/snapshots/"


@pytest.fixture
def union(kkt, cluster):
    union = make.organization(zone=kkt, type="union_base")
    make.joining(union, 30)
    make.target(zone=kkt, indicator="union_orgs", low=5, high=7)
    return union


@pytest.fixture
def frozen(union, kkt, lan):
    return make.snapshot(zone=kkt, by=lan)


def step(user, row, name, body=None, version=1, **headers):
    headers = {"If-Match": f'"{version}"'} | headers
    return Api(user).post(f"{LIST}{row.pk}/{name}/", body or {}, **headers)


def refused_without_a_trace(answer, before):
    """The tables hold what they held; that a token was made to ask is no trace."""
    after = {table: rows for table, rows in contents().items() if "knox" not in table}
    assert {table for table, rows in after.items() if rows != before[table]} == set(), answer.content
    return answer.status_code


def test_a_report_goes_its_whole_way(union, kkt, lan, quan, minh):
    answer = Api(lan).post(LIST, {"zone": "HP-KKT", "period": "2024", "as_of": "31/12/2024", "note": "Bản đầu"})
    assert answer.status_code == 201 and answer.headers["ETag"] == '"1"', answer.content.decode()
    row = answer.json()
    assert (row["state"], row["number"], row["drafted_by"], row["steps"]) == ("draft", 1, "lan", ["withdraw"])
    unions = next(figure for figure in row["figures"] if figure["indicator"] == "union_orgs")
    assert (unions["actual"], unions["low"], unions["percent"], unions["standing"]) == (1, 5, "20.0", "below")
    assert unions["events"] == [union.events.get(kind="established").pk]

    row = Snapshot.objects.get(pk=row["id"])
    assert step(quan, row, "submit").json()["state"] == "submitted"
    answer = step(minh, row, "return", {"reason": "Xem lại", "reasons": {"union_orgs": "Thiếu một"}}, version=2)
    told = {figure["indicator"]: figure["remarks"] for figure in answer.json()["figures"] if figure["remarks"]}
    assert [(remark["reason"], remark["by"]) for remark in told.pop("union_orgs")] == [("Thiếu một", "minh")]
    assert told == {} and answer.headers["ETag"] == '"3"'

    again = Api(lan).post(LIST, {"zone": "HP-KKT", "period": "2024", "as_of": "2024-12-31"}).json()
    row = Snapshot.objects.get(pk=again["id"])
    assert again["number"] == 2 and step(quan, row, "submit").status_code == 200
    accepted = step(minh, row, "accept", version=2).json()
    assert accepted["lock"]["first_day"] == "2024-01-01" and accepted["steps"] == ["reopen"]
    closed = Api(lan).post(
        "/api/v1/events/",
        {"kind": "joined", "organization": union.pk, "effective_on": "2024-08-01", "quantity": 2},
    )
    assert closed.status_code == 400 and "lần 2" in closed.json()["effective_on"][0]

    reopened = step(minh, row, "reopen", {"reason": "Bổ sung"}, version=3).json()
    assert reopened["still_closed"] == [] and reopened["lock"]["lifted_at"] and reopened["state"] == "reopened"
    assert [change.after["state"] for change in Change.objects.filter(object_id=row.pk, model="reports.snapshot")] == [
        "reopened", "accepted", "submitted", "draft",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "name", "body", "headers", "status"),
    [
        ("stranger", "submit", {}, {}, 404),
        ("hoa", "submit", {}, {}, 404),
        ("lan", "submit", {}, {}, 403),
        ("minh", "submit", {}, {}, 403),
        ("admin", "submit", {}, {}, 403),
        ("quan", "submit", {}, {"If-Match": '"2"'}, 412),
        ("quan", "submit", {}, {"If-Match": "1"}, 412),
        ("quan", "submit", {"anyway": "có"}, {}, 400),
        ("minh", "accept", {}, {}, 409),
        ("minh", "return", {"reason": "x"}, {}, 409),
        ("minh", "reopen", {"reason": "x"}, {}, 409),
        ("minh", "reopen", {}, {}, 400),
        ("minh", "return", {"reasons": {"khong_co": "x"}}, {}, 400),
        ("lan", "withdraw", {"reason": "  "}, {}, 400),
        ("minh", "withdraw", {"reason": "x"}, {}, 403),
        (None, "submit", {}, {}, 401),
    ],
)
def test_what_is_refused_to_a_draft_leaves_no_trace(request, frozen, who, name, body, headers, status):
    user = request.getfixturevalue(who) if who else None
    before = contents()
    assert refused_without_a_trace(step(user, frozen, name, body, **headers), before) == status


def test_whoever_drafted_or_submitted_it_does_not_decide(frozen, kkt, quan, lan):
    make.access.assign(user=lan, role="board")
    make.access.assign(user=quan, role="board")
    step(quan, frozen, "submit")
    before = contents()
    for author in (lan, quan):
        for name, body in (("accept", {}), ("return", {"reason": "x"})):
            assert refused_without_a_trace(step(author, frozen, name, body, version=2), before) == 403


def test_without_a_day_the_figures_are_those_of_the_periods_end_or_of_today(union, lan):
    days = {}
    for period in ("2024-Q1", "2024"):
        days[period] = Api(lan).post(LIST, {"zone": "HP-KKT", "period": period}).json()["as_of"]
    with time_machine.travel("2024-05-20T08:00:00+07:00"):
        days["2024-6M"] = Api(lan).post(LIST, {"zone": "HP-KKT", "period": "2024-6M"}).json()["as_of"]
    assert days == {"2024-Q1": "2024-03-31", "2024": "2024-12-31", "2024-6M": "2024-05-20"}


def test_a_draft_that_was_left_behind_is_told_and_submitted_only_anyway(frozen, union, quan):
    make.joining(union, 4, on=date(2024, 7, 1))
    answer = step(quan, frozen, "submit")
    assert answer.status_code == 400 and "30" in answer.json()["anyway"][0] and "34" in answer.json()["anyway"][0]
    assert step(quan, frozen, "submit", {"anyway": True}).status_code == 200


def test_a_submission_that_was_left_behind_is_accepted_only_anyway(frozen, union, quan, minh):
    step(quan, frozen, "submit")
    make.joining(union, 4, on=date(2024, 7, 1))
    before = contents()
    answer = step(minh, frozen, "accept", version=2)
    assert refused_without_a_trace(answer, before) == 400 and "34" in answer.json()["anyway"][0]
    assert step(minh, frozen, "accept", {"anyway": True}, version=2).status_code == 200


def test_over_http_what_the_refusal_told_is_what_is_confirmed(frozen, union, quan):
    make.joining(union, 4, on=date(2024, 7, 1))
    told = step(quan, frozen, "submit").json()
    assert list(told) == ["anyway", "seen"]
    make.joining(union, 5000, on=date(2024, 7, 2))
    for seen in (told["seen"][0], "x"):
        before = contents()
        answer = step(quan, frozen, "submit", {"anyway": True, "seen": seen})
        assert refused_without_a_trace(answer, before) == 400 and "5.034" in answer.json()["anyway"][0]
    assert step(quan, frozen, "submit", {"anyway": True, "seen": ["x"]}).json().keys() == {"seen"}
    answer = step(quan, frozen, "submit", {"anyway": True, "seen": answer.json()["seen"][0]})
    assert answer.status_code == 200
    kept = Change.objects.filter(model="reports.snapshot").first().after["moved"]
    assert [(row["code"], row["frozen"], row["now"]) for row in kept] == [("union_members", "30", "5.034")]


def test_a_line_that_drops_drafts_once_and_submits_once(union, kkt, lan, quan):
    body = {"zone": "HP-KKT", "period": "2024-6M", "as_of": "2024-06-30"}
    first, second = (Api(lan).post(LIST, body, **{"Idempotency-Key": "nop-6-thang"}) for _time in range(2))
    assert (first.status_code, second.status_code) == (201, 201) and first.json() == second.json()
    row = Snapshot.objects.get()
    answers = [step(quan, row, "submit", **{"Idempotency-Key": "trinh"}) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200] and Snapshot.objects.get().version == 2


def test_what_cannot_be_drafted_is_said_at_its_field(union, frozen, lan):
    for body, field in (
        ({"zone": "HP-KKT", "period": "2024"}, "period"),
        ({"zone": "HP-KKT", "period": "2024-H1"}, "period"),
        ({"zone": "HP-KKT", "period": "0000"}, "period"),
        ({"zone": "HP-KKT", "period": f"2023{' ' * 17}-Q1"}, "period"),
        ({"zone": "HP-KKT", "period": "2023-Q1" + "x" * 30}, "period"),
        ({"zone": "HP-KKT", "period": "0001"}, "period"),
        ({"zone": "HP-KKT", "period": "1929-9M"}, "period"),
        ({"zone": "HP-KKT", "period": "2023", "as_of": "2022-12-31"}, "as_of"),
        ({"zone": "HP-KKT", "period": "2023", "as_of": "2099-12-31"}, "as_of"),
        ({"period": "2023"}, "zone"),
    ):
        answer = Api(lan).post(LIST, body)
        assert answer.status_code == 400 and list(answer.json()) == [field], answer.content.decode()
    assert Api(lan).post(LIST, {"zone": "HP-KHAC", "period": "2023"}).status_code == 404
    assert Api(lan).post(LIST, {"zone": "HP", "period": "2023"}).status_code == 404


def test_the_list_is_of_ones_zones_and_can_be_narrowed(frozen, kkt, other_zone, lan, hoa, minh):
    make.snapshot(zone=other_zone, period="2023-Q2", state="accepted")
    assert [row["id"] for row in Api(lan).rows(LIST)] == [frozen.pk]
    assert [row["zone"] for row in Api(hoa).rows(LIST)] == ["HP-KHAC"]
    api = Api(minh)
    for question, count in (
        ({}, 2), ({"state": "accepted"}, 1), ({"period": "2023-Q2"}, 1), ({"year": 2024}, 1), ({"zone": "HP-KKT"}, 1),
        ({"search": "khu khac"}, 1), ({"latest": "true"}, 2), ({"zone": "HP", "state": "returned"}, 0),
    ):  # fmt: skip
        assert api.get(LIST, **question).json()["count"] == count, question
    assert [row["period"] for row in api.rows(LIST, ordering="-first_day")] == ["2024", "2023-Q2"]
    assert api.get(LIST, period="2023-Q9").status_code == 400
    assert api.get(LIST, period="0001").status_code == 400
    assert api.get(LIST, period=f"2024{' ' * 17}-Q1").status_code == 400, "what is read is all that was written"
    assert api.get(LIST, period=f"{' ' * 30}2024 ").json()["count"] == 1


def test_the_difference_and_the_proof_are_told(frozen, union, lan):
    make.joining(union, 4, on=date(2024, 7, 1))
    answer = Api(lan).get(f"{LIST}{frozen.pk}/difference/").json()
    members = next(row for row in answer["figures"] if row["indicator"] == "union_members")
    assert (members["was"]["actual"], members["event_sum"], members["now"]["actual"], members["change"]) == (
        30,
        4,
        34,
        4,
    )
    assert [(event["quantity"], event["recorded_by"]) for event in members["events"]] == [(4, "system")]
    assert Api(lan).get(f"{LIST}{frozen.pk}/verify/").json() == {
        "snapshot": frozen.pk, "hash": frozen.hash, "differences": 0, "rows": [],
    }  # fmt: skip


def test_many_snapshots_cost_as_many_queries_as_one(union, kkt, cluster, lan, quan):
    api = Api(lan)

    def queries(path):
        with CaptureQueriesContext(connection) as asked:
            assert api.get(path).status_code == 200
        return len(asked)

    one = make.snapshot(zone=kkt, period="2023")
    api.get(LIST)
    of_one, of_detail = queries(LIST), queries(f"{LIST}{one.pk}/")
    for period in ("2022", "2021", "2024"):
        make.snapshot(zone=cluster, period=period, state="returned")
    last = make.snapshot(zone=kkt, period="2024", state="accepted")
    assert queries(LIST) == of_one
    assert queries(f"{LIST}{last.pk}/") == of_detail
