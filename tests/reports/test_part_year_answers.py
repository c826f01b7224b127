"""Parts of years asked of programs: API and command, and the events behind each figure."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from reports.figures import attainment_table
from targets.periods import Part
from tests import cast, make
from tests.api import Api

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ATTAINMENT = "/api/v1/attainment/"
EVERY_QUARTER = [(1, 15, 3), (4, 20, 5), (6, 30, 7), (8, 2, 11), (12, 31, 13)]


@pytest.fixture(scope="module", autouse=True)
def admitted(standing):
    """Admissions of both zones in every quarter of two years, of which 50 a year were the target."""
    for zone in (kkt := cast.kkt(), cast.cluster()):
        cell = make.organization(zone=zone, on=date(2023, 1, 5))
        for month, day, count in EVERY_QUARTER:
            make.admission(cell, count, on=date(2024, month, day))
            make.admission(cell, 2 * count, on=date(2025, month, day))
    make.target(zone=kkt, indicator="party_members", year=2024, low=50, high=100)


def line_of(answer, year=2024):
    rows = answer.json()["rows"]
    return next(row for row in rows if (row["indicator"], row["year"]) == ("party_members", year))


def test_a_half_year_answers_with_its_part_its_pace_and_what_adds_up_to_it(lan):
    api = Api(lan)
    answer = api.get(ATTAINMENT, zone="HP-KKT", part="6M", as_of="2025-03-01", **{"from": 2024, "to": 2024})
    assert (answer.json()["part"], answer.json()["terms"]) == ("6M", [])
    assert line_of(answer) == {
        "indicator": "party_members", "year": 2024, "low": 50, "high": 100, "actual": 30, "reported": True,
        "percent": "60.0", "percent_of_high": "30.0", "standing": "below", "published_percent": None,
        "events": "/api/v1/events/?indicator=party_members&zone=HP-KKT&year=2024&as_of=2025-03-01&part=6M",
        "pace": "on_track", "expected": "24.9", "projected": "60.3", "needed": 20,
    }  # fmt: skip


@pytest.mark.parametrize("part", [part.value for part in Part])
@pytest.mark.parametrize("as_of", ["2024-06-29", "2026-01-01"])
def test_the_events_of_each_part_add_up_to_its_figure(lan, part, as_of):
    api = Api(lan)
    for year in (2024, 2025):
        line = line_of(api.get(ATTAINMENT, zone="HP-KKT", part=part, as_of=as_of, **{"from": 2024, "to": 2025}), year)
        behind = api.client.get(line["events"], headers=api.headers).json()["results"]
        assert sum(event["quantity"] for event in behind) == (line["actual"] or 0)
        assert bool(behind) == (line["actual"] is not None)


def test_a_later_quarter_does_not_say_what_the_year_still_needs(lan):
    line = line_of(Api(lan).get(ATTAINMENT, zone="HP-KKT", part="q2", as_of="2025-03-01", to=2024))
    assert (line["actual"], line["pace"], line["expected"], line["needed"]) == (24, "on_track", "12.4", None)


def test_a_whole_year_answers_as_before_whether_it_is_named_or_not(lan):
    api = Api(lan)
    asked = {"zone": "HP-KKT", "as_of": "2026-01-01", "from": 2024, "to": 2025}
    plain = api.get(ATTAINMENT, **asked).json()
    assert api.get(ATTAINMENT, **asked, part="year").json() == plain
    assert "part" not in plain and len(plain["terms"]) > 0
    assert not any("part=" in row["events"] or "pace" in row for row in plain["rows"])


@pytest.mark.parametrize("path", [ATTAINMENT, "/api/v1/events/"])
def test_a_part_there_is_not_is_refused_by_name(lan, kkt, path):
    answer = Api(lan).get(path, zone="HP-KKT", part="H1")
    assert answer.status_code == 400
    assert answer.json() == {"part": ["“H1”: hãy ghi year, Q1, Q2, Q3, Q4, 6M hoặc 9M."]}


def test_the_command_answers_as_the_api_does(lan):
    out = StringIO()
    asked = ("--zone=HP-KKT", "--from=2024", "--to=2025", "--as-of=2025-05-01", "--part=9m")
    call_command("attainment", *asked, "--json", stdout=out)
    answer = Api(lan).get(ATTAINMENT, zone="HP-KKT", as_of="2025-05-01", part="9M", **{"from": 2024, "to": 2025})
    assert json.loads(out.getvalue()) == answer.json()
    out = StringIO()
    call_command("attainment", *asked, stdout=out)
    assert "2024-9M  party_members" in out.getvalue()
    with pytest.raises(CommandError, match="--part: .*H1.*Q1"):
        call_command("attainment", *asked[:-1], "--part=H1")


def test_one_part_of_every_year_is_listed_when_no_year_is_given(lan, kkt):
    answer = Api(lan).get("/api/v1/events/", indicator="party_members", zone="HP-KKT", part="Q3", page_size=500)
    table = attainment_table(zones=[kkt], first_year=2024, last_year=2025, as_of=date(2026, 1, 1), part=Part.Q3)
    row = make.indicator("party_members")
    both = sum(table.figure(kkt, row, year).attainment.actual for year in (2024, 2025))
    assert sum(event["quantity"] for event in answer.json()["results"]) == both == 66
