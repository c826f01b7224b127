"""Declarations over HTTP: listed, appended once, never changed."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets.models import Declaration
from tests import make
from tests.api import Api
from tests.traces import no_trace

pytestmark = pytest.mark.django_db
PATH = "/api/v1/declarations/"
SAID = {"zone": "HP-KKT", "indicator": "party_orgs", "period": "2024-Q2", "value": "nothing_to_report"}


@pytest.fixture
def api(lan):
    with time_machine.travel("2024-11-23T08:00:00+07:00", tick=True):
        yield Api(lan)


def test_what_is_declared_is_answered_with_its_days_who_and_when(api, kkt):
    answer = api.post(PATH, SAID)

    row = Declaration.objects.get()
    assert answer.status_code == 201
    assert answer.json() | {"recorded_at": ""} == SAID | {
        "id": row.pk, "first_day": "2024-04-01", "last_day": "2024-06-30", "reason": "", "batch": None,
        "recorded_by": "lan", "recorded_at": "",
    }  # fmt: skip
    assert api.get(f"{PATH}{row.pk}/").json() == answer.json()


def test_the_same_request_under_a_key_declares_once(api, kkt):
    answers = [api.post(PATH, SAID, **{"Idempotency-Key": "q2"}) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Declaration.objects.count() == 1


def test_saying_otherwise_is_another_row_and_the_figure_follows(api, kkt):
    def stands():
        rows = api.get("/api/v1/attainment/", zone="HP-KKT", **{"from": 2023, "to": 2023}).json()["rows"]
        return next(row["standing"] for row in rows if row["indicator"] == "party_orgs")

    api.post(PATH, SAID | {"period": "2023"})
    assert stands() == "no_target"
    api.post(PATH, SAID | {"period": "2023", "value": "not_applicable", "reason": "Không có đối tượng"})

    assert stands() == "not_applicable"
    assert [row["value"] for row in api.rows(PATH)] == ["not_applicable", "nothing_to_report"]


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"period": "2024-Q5"}, 400, "period"),
        ({"period": "2025-Q1"}, 400, "period"),
        ({"period": "1929"}, 400, "period"),
        ({"period": "0000"}, 400, "period"),
        ({"period": "0001-Q1"}, 400, "period"),
        ({"period": "1930"}, 400, "period"),
        ({"indicator": "nothing"}, 400, "indicator"),
        ({"value": "perhaps"}, 400, "value"),
        ({"value": "not_applicable"}, 400, "reason"),
        ({"reason": "x" * 501}, 400, "reason"),
        ({"zone": "HP-KHAC"}, 404, "detail"),
        ({"zone": "HP"}, 404, "detail"),
    ],
)
def test_what_cannot_be_declared_is_refused_at_its_field(api, kkt, other_zone, given, status, field):
    with no_trace():
        answer = api.post(PATH, SAID | given)

    assert answer.status_code == status
    assert field in answer.json()


def test_nothing_beside_events_asks_for_a_reason_with_the_numbers(api, kkt):
    make.organization(zone=kkt)

    refused = api.post(PATH, SAID).json()

    assert refused["code"] == "needs_reason"
    assert "1 sự kiện còn hiệu lực" in refused["reason"][0]
    assert api.post(PATH, SAID | {"reason": "Ghi muộn"}).status_code == 201


def test_a_closed_period_is_refused_and_says_who_may_reopen_it(api, kkt):
    from datetime import date

    make.lock(kkt, date(2024, 1, 1), date(2024, 6, 30))

    with no_trace():
        refused = api.post(PATH, SAID)
    assert "Ban Tổ chức Thành ủy có thể mở lại" in refused.json()["period"][0]


@pytest.mark.parametrize("who", ["quan", "minh"])
def test_who_signs_and_who_accepts_reports_declares_nothing(api, request, kkt, who):
    person = Api(request.getfixturevalue(who))

    with no_trace():
        assert person.post(PATH, SAID).status_code == 403
    assert person.get(PATH).status_code == 200


def test_declarations_are_found_by_what_they_say(api, kkt, cluster, other_zone):
    make.declaration(zone=kkt, indicator="party_orgs", period="2023")
    make.declaration("nothing_to_report", zone=kkt, indicator="union_orgs", period="2024-Q1")
    make.declaration(zone=cluster, indicator="union_orgs", period="2024-6M")
    make.declaration(zone=other_zone)

    def periods(**asked):
        return [row["period"] for row in api.rows(PATH, **asked)]

    assert periods() == ["2024-6M", "2024-Q1", "2023"]
    assert periods(year=2024) == ["2024-6M", "2024-Q1"]
    assert periods(zone="HP-KKT-1") == ["2024-6M"]
    assert periods(indicator="union_orgs", value="nothing_to_report") == ["2024-Q1"]
    assert periods(search="to chuc dang") == ["2023"]
    assert periods(ordering="first_day") == ["2023", "2024-Q1", "2024-6M"]
    assert api.get(PATH, indicator="x").status_code == 400
    assert api.get(PATH, year="x").json().keys() == {"year"}


def test_many_rows_take_as_many_queries_as_one(api, kkt):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            api.rows(PATH)
        return len(asked)

    make.declaration(zone=kkt)
    few = queries()
    for part in ("Q1", "Q2", "Q3", "6M", "9M") * 3:
        make.declaration(zone=kkt, period=f"2023-{part}")
    assert queries() == few <= 6
