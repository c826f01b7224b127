"""Indicators and targets over HTTP, and the events behind a figure."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.api import Api

pytestmark = pytest.mark.django_db


def test_indicators_are_the_same_for_everybody(api, hoa, kkt):
    rows = api.rows("/api/v1/indicators/")

    assert [row["code"] for row in rows][:2] == ["party_orgs", "party_members"]
    assert rows == Api(hoa).rows("/api/v1/indicators/")
    assert [row["code"] for row in api.rows("/api/v1/indicators/", search="dang vien")] == ["party_members"]
    assert {row["sector"] for row in api.rows("/api/v1/indicators/", sector="union", zone="HP-KKT")} == {"union"}
    assert api.get("/api/v1/indicators/", zone="HP-KHAC").status_code == 404


def test_a_target_shows_the_version_last_recorded(api, kkt, other_zone):
    decision = make.decision("9-KH/ĐU", on=date(2024, 1, 5), zone=kkt)
    target = make.target(zone=kkt, low=5, high=7, decision=decision)
    make.target(zone=kkt, low=6, high=8, decision=decision, reason="Điều chỉnh", published_percent=Decimal("105.30"))
    make.target(zone=other_zone)

    (row,) = api.rows("/api/v1/targets/")

    assert (row["id"], row["zone"], row["indicator"], row["year"]) == (target.pk, "HP-KKT", "union_orgs", 2024)
    assert (row["low"], row["high"], row["version"], row["reason"]) == (6, 8, 2, "Điều chỉnh")
    assert (row["decision"]["number"], row["published_percent"]) == ("9-KH/ĐU", "105.3")
    assert api.get(f"/api/v1/targets/{target.pk}/").headers["ETag"] == '"2"'


def test_a_rate_is_an_exact_text(api, kkt):
    make.target(zone=kkt, low=Decimal("0.55"), high=Decimal("1"))

    (row,) = api.rows("/api/v1/targets/")

    assert (row["low"], row["high"]) == ("0.55", 1)


def test_targets_are_found_by_what_they_say(api, kkt, cluster):
    decision = make.decision(zone=kkt)
    make.target(zone=kkt, indicator="union_orgs", year=2023)
    make.target(zone=kkt, indicator="party_orgs", year=2024, decision=decision)
    make.target(zone=cluster, indicator="party_orgs", year=2025)

    def years(**asked):
        return [row["year"] for row in api.rows("/api/v1/targets/", **asked)]

    assert years() == [2025, 2024, 2023]
    assert years(indicator="party_orgs", ordering="year") == [2024, 2025]
    assert years(zone="HP-KKT-1") == [2025]
    assert years(year=2023) == years(year__lte=2023) == years(search="cong doan") == [2023]
    assert years(decision=decision.pk) == [2024]
    assert api.get("/api/v1/targets/", indicator="party").json().keys() == {"indicator"}


def test_the_events_behind_a_figure_add_up_to_it_reversals_included(api, kkt, cluster, lan):
    from organizations import actions

    on = {"on": date(2024, 3, 1)}
    for number in range(3):
        make.organization(f"Chi bộ {number}", zone=kkt if number else cluster, **on)
    wrong = make.organization("Chi bộ nhầm", zone=kkt, **on)
    actions.reverse(event=wrong.events.get(), reason="Ghi hai lần", by=lan)
    make.organization("Công đoàn", zone=kkt, type="union_base", **on)
    make.organization("Chi bộ năm khác", zone=kkt, on=date(2025, 3, 1))

    answer = api.get("/api/v1/attainment/", zone="HP-KKT", **{"from": 2024, "to": 2024, "as_of": "2024-12-31"}).json()
    line = next(row for row in answer["rows"] if row["indicator"] == "party_orgs")
    behind = api.client.get(line["events"] + "&page_size=500", headers=api.headers).json()["results"]

    assert line["actual"] == 3 == sum(row["quantity"] for row in behind)
    assert len(behind) == 5 and {row["zone"] for row in behind} == {"HP-KKT", "HP-KKT-1"}
    assert sorted(row["quantity"] for row in behind) == [-1, 1, 1, 1, 1]
    assert api.get("/api/v1/events/", indicator="nothing").json().keys() == {"indicator"}


@pytest.mark.parametrize("name", ["targets", "indicators"])
def test_many_rows_take_as_many_queries_as_one(api, kkt, name):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            api.rows(f"/api/v1/{name}/")
        return len(asked)

    make.target(zone=kkt, year=2020, decision=make.decision(zone=kkt))
    few = queries()
    for year in range(2021, 2041):
        make.target(zone=kkt, year=year, decision=make.decision(zone=kkt))

    assert queries() == few <= 8
