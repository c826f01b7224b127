"""Attainment and reports over HTTP."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from reports import registry
from tests import cast, make
from tests.api import Api

pytestmark = pytest.mark.django_db

ATTAINMENT = "/api/v1/attainment/"


@pytest.fixture(scope="module", autouse=True)
def twenty_two_unions(standing):
    """Eight unions were the target of 2021, and twenty-two were founded: 275%."""
    kkt = cast.kkt()
    make.target(zone=kkt, indicator="union_orgs", year=2021, low=8)
    for number in range(22):
        make.organization(f"Công đoàn {number}", zone=kkt, type="union_base", on=date(2021, 6, 1))


def test_attainment_is_what_the_contract_prints(api):
    answer = api.get(ATTAINMENT, zone="HP-KKT", **{"from": 2021, "to": 2021, "as_of": "2022-12-31"}).json()

    assert (answer["zone"], answer["as_of"], answer["known_at"], answer["basis"]) == (
        "HP-KKT", "2022-12-31", None, "low",
    )  # fmt: skip
    line = next(row for row in answer["rows"] if row["indicator"] == "union_orgs")
    assert line == {
        "indicator": "union_orgs",
        "year": 2021,
        "low": 8,
        "high": 8,
        "actual": 22,
        "reported": True,
        "percent": "275.0",
        "percent_of_high": "275.0",
        "standing": "exceeded",
        "published_percent": None,
        "events": "/api/v1/events/?indicator=union_orgs&zone=HP-KKT&year=2021&as_of=2022-12-31",
    }
    term = next(row for row in answer["terms"] if row["indicator"] == "union_orgs")
    assert (term["from"], term["to"], term["actual"], term["years_met"], term["percent_max"]) == (
        2021, 2021, 22, 1, "275.0",
    )  # fmt: skip


def test_api_and_command_answer_alike(api):
    out = StringIO()
    call_command("attainment", "--zone=HP-KKT", "--from=2020", "--to=2022", "--as-of=2022-12-31", "--json", stdout=out)

    asked = api.get(ATTAINMENT, zone="HP-KKT", **{"from": 2020, "to": 2022, "as_of": "31/12/2022"})
    assert asked.json() == json.loads(out.getvalue())


def test_attainment_as_known_at_a_moment(api, kkt):
    from organizations.models import Event

    moment = Event.objects.latest("recorded_at").recorded_at.isoformat()
    make.organization("Công đoàn ghi muộn", zone=kkt, type="union_base", on=date(2021, 7, 1))
    asked = {"zone": "HP-KKT", "from": 2021, "to": 2021}

    def unions(**more):
        rows = api.get(ATTAINMENT, **asked, **more).json()["rows"]
        return next(row for row in rows if row["indicator"] == "union_orgs")

    now, then = unions(), unions(known_at=moment)
    assert (now["actual"], then["actual"]) == (23, 22)
    behind = api.client.get(then["events"], headers=api.headers).json()
    assert behind["count"] == 22


def test_years_not_given_are_the_term_up_to_the_day_asked_for(api, kkt):
    rows = api.get(ATTAINMENT, zone="HP-KKT", as_of="2022-03-01").json()["rows"]

    assert sorted({row["year"] for row in rows}) == [2020, 2021, 2022]


@pytest.mark.parametrize(
    ("asked", "status", "named"),
    [
        ({}, 400, "zone"),
        ({"zone": "HP"}, 404, "detail"),  # above what Lan may see
        ({"zone": "HP-KHONG"}, 404, "detail"),
        ({"zone": "HP-KKT", "from": "2024", "to": "2023"}, 400, "from"),
        ({"zone": "HP-KKT", "from": "1900"}, 400, "from"),
        ({"zone": "HP-KKT", "to": "20x4"}, 400, "to"),
        ({"zone": "HP-KKT", "as_of": "2024-02-30"}, 400, "as_of"),
        ({"zone": "HP-KKT", "known_at": "yesterday"}, 400, "known_at"),
        ({"zone": "HP-KKT", "indicator": "union_orgs"}, 400, "indicator"),
        ({"zone": ["HP-KKT", "HP-KKT"]}, 400, "zone"),
    ],
)
def test_a_question_that_is_not_understood_is_refused_by_name(api, kkt, asked, status, named):
    answer = api.get(ATTAINMENT, **asked)

    assert answer.status_code == status
    assert list(answer.json()) == [named]


# ------------------------------------------------------------------------------------------ reports

BEGINS = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK\x03\x04", "docx": b"PK\x03\x04", "pdf": b"%PDF-"}


@pytest.mark.parametrize("format", BEGINS)
def test_a_report_comes_as_the_file_asked_for_whatever_accept_says(lan, format):
    api = Api(lan, Accept="application/octet-stream")
    answer = api.get("/api/v1/reports/attainment/", zone="HP-KKT", year=2021, format=format)
    content = b"".join(answer.streaming_content)

    assert answer.status_code == 200
    assert content.startswith(BEGINS[format]), content[:20]
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert f".{format}" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("name", registry.names())
def test_every_report_of_the_registry_is_there_as_json(api, name):
    asked = {"zone": "HP-KKT", "year": 2022, "as_of": "2022-12-31"}
    answer = api.get(f"/api/v1/reports/{name}/", **asked)

    assert answer.status_code == 200
    assert answer.json() == api.get(f"/api/v1/reports/{name}/", **asked, format="json", **{"from": 2020}).json()
    assert (answer.json()["report"], answer.json()["zone"], answer.json()["from"]) == (name, "HP-KKT", 2020)


@pytest.mark.parametrize(
    ("name", "changed", "status", "named"),
    [
        ("nothing", {}, 404, "detail"),
        ("attainment", {"zone": "HP"}, 404, "detail"),
        ("attainment", {"zone": ""}, 400, "zone"),
        ("attainment", {"year": ""}, 400, "year"),
        ("attainment", {"format": "exe"}, 400, "format"),
        ("attainment", {"from": "2023"}, 400, "from"),
        ("attainment", {"to": "2023"}, 400, "to"),
    ],
)
def test_a_report_that_cannot_be_asked_for_is_refused_by_name(api, kkt, name, changed, status, named):
    answer = api.get(f"/api/v1/reports/{name}/", **({"zone": "HP-KKT", "year": "2022"} | changed))

    assert answer.status_code == status
    assert list(answer.json()) == [named]
