"""Targets are given, revised and taken back over HTTP by the one act: the same refusals as on the page."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import Decision
from targets.actions import save_indicator
from targets.models import Indicator, Target, TargetVersion
from tests import make
from tests.api import Api, refused
from tests.traces import no_trace

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

URL = "/api/v1/targets/"
PLAN = {"number": "15-KH/TU", "issuer": "Ban Thường vụ Thành ủy", "issued_on": "2025-01-10"}
GIVEN = {"zone": "HP-KKT", "indicator": "union_orgs", "year": 2025, "low": 5, "high": 7, "decision": PLAN}


@pytest.fixture
def api(minh, kkt):
    return Api(minh)


@pytest.fixture
def plan(kkt):
    return make.decision("9-KH/TU", on=date(2024, 1, 5), zone=kkt)


@pytest.fixture
def row(kkt, plan):
    return make.target(zone=kkt, low=5, high=7, decision=plan, published_percent=Decimal("105.3"))


def at(row):
    return f"{URL}{row.pk}/"


def versions():
    return TargetVersion.objects.count()


# ------------------------------------------------------------------------------------------ the first range


def test_a_zone_is_given_a_target_by_a_decision_told_by_its_number(api):
    answer = api.post(URL, GIVEN | {"published_percent": "105,3%"})
    said = answer.json()

    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert (said["zone"], said["indicator"], said["year"]) == ("HP-KKT", "union_orgs", 2025)
    assert (said["low"], said["high"], said["published_percent"]) == (5, 7, "105.3")
    assert (said["decision"]["number"], said["holds_from"], said["version"]) == ("15-KH/TU", "2025-01-10", 1)
    assert api.get(f"{URL}{said['id']}/").json() == said
    assert Decision.objects.get().zone.code == "HP-KKT"


@pytest.mark.parametrize(
    ("said", "ends"),
    [({"range": "5-7"}, (5, 7)), ({"range": "từ 5 đến 7"}, (5, 7)), ({"range": 8}, (8, 8)),
     ({"low": 8, "high": "8"}, (8, 8)), ({"low": "2.500", "high": "2.600"}, (2500, 2600))],
)  # fmt: skip
def test_a_range_is_told_by_its_ends_or_as_the_office_writes_it(api, said, ends):
    bare = {name: GIVEN[name] for name in ("zone", "indicator", "year")}

    answer = api.post(URL, bare | said)

    assert (answer.status_code, answer.json()["low"], answer.json()["high"]) == (201, *ends)
    assert (answer.json()["decision"], answer.json()["holds_from"]) == (None, "2025-01-01")


def test_a_rate_is_sent_as_it_is_answered_or_as_the_office_writes_it(api, kkt):
    rate = Indicator(
        code="coverage", name="Tỷ lệ bao phủ", unit="%", sector="union", measure="enterprise_coverage", factor=100
    )
    save_indicator(indicator=rate, by=make.system())
    given = GIVEN | {"indicator": "coverage"}

    first = api.post(URL, given | {"low": "0.55", "high": "0,6"})
    second = api.send("PUT", f"{URL}{first.json()['id']}/", first.json(), seen=1)

    assert (first.status_code, first.json()["low"], first.json()["high"]) == (201, "0.55", "0.6")
    assert (second.status_code, second.json()) == (200, first.json())


@pytest.mark.parametrize(
    ("changed", "name", "word"),
    [
        ({"low": "bảy"}, "low", "bảy"),
        ({"low": -5}, "low", "-5"),
        ({"low": 5.5}, "low", "5,5"),
        ({"low": 7, "high": 5}, "low", "7-5"),
        ({"low": True}, "low", ""),
        ({"low": [5]}, "low", "5"),
        ({"high": None}, "high", ""),
        ({"low": None, "high": None}, "low", ""),
        ({"low": 10**12}, "low", ""),
        ({"range": "5-7"}, "range", ""),
        ({"year": 1850}, "year", "1850"),
        ({"year": "năm"}, "year", "năm"),
        ({"year": True}, "year", ""),
        ({"indicator": "party"}, "indicator", "party"),
        ({"published_percent": "nhiều"}, "published_percent", "nhiều"),
        ({"holds_from": "2025-01-11"}, "holds_from", "11/01/2025"),
        ({"decision": None, "holds_from": "2029-05-01"}, "holds_from", "01/05/2029"),
        ({"decision": {**PLAN, "issued_on": "2029-05-01"}}, "decision", "01/05/2029"),
        ({"decision": 123456}, "decision", "123456"),
        ({"reason": "x" * 501}, "reason", "500"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_at_its_name_and_leaves_no_trace(api, changed, name, word):
    with no_trace():
        refused(api.post(URL, GIVEN | changed), name, word)


def test_a_range_that_is_none_is_refused_as_it_was_typed(api):
    bare = {name: GIVEN[name] for name in ("zone", "indicator", "year")}

    with no_trace():
        refused(api.post(URL, bare | {"range": "7-5"}), "range", "7-5", "5-7")
        refused(api.post(URL, bare | {"range": "5/7"}), "range", "5/7", "5-7")
        refused(api.post(URL, bare | {"range": "khoảng 5"}), "range", "khoảng 5")


def test_a_target_that_stands_is_not_given_again_but_named(api, row):
    again = {"zone": "HP-KKT", "indicator": "union_orgs", "year": 2024, "range": "8"}

    with no_trace():
        refused(api.post(URL, again), "year", f"{row.pk}", "HP-KKT · union_orgs · 2024")


def test_the_same_post_under_its_key_gives_one_target(api):
    first = api.post(URL, GIVEN, **{"Idempotency-Key": "giao-2025"})
    again = api.post(URL, GIVEN, **{"Idempotency-Key": "giao-2025"})

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert (Target.objects.count(), versions()) == (1, 1)


# ------------------------------------------------------------------------------------------ revised, taken back


def test_a_revision_is_a_version_under_the_same_id(api, row):
    change = {"low": 6, "high": 8, "decision": PLAN, "reason": "Điều chỉnh"}

    answer = api.send("PUT", at(row), change, seen=1)
    said = answer.json()

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert (said["id"], said["version"], said["low"], said["high"]) == (row.pk, 2, 6, 8)
    assert (said["decision"]["number"], said["published_percent"], said["reason"]) == ("15-KH/TU", None, "Điều chỉnh")
    assert list(row.versions.values_list("number", "low")) == [(1, 5), (2, 6)]


def test_a_patch_keeps_what_it_does_not_say(api, row, plan):
    answer = api.send("PATCH", at(row), {"high": 9, "reason": "Gõ nhầm"}, seen=1)
    said = answer.json()

    assert (answer.status_code, said["low"], said["high"], said["published_percent"]) == (200, 5, 9, "105.3")
    assert (said["decision"]["id"], said["holds_from"]) == (plan.pk, "2024-01-05")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_was_read_sent_back_is_no_new_version(api, row, method):
    read = api.get(at(row)).json()

    answer = api.send(method, at(row), read, seen=1)

    assert (answer.status_code, answer.headers["ETag"], answer.json()) == (200, '"1"', read)
    assert (versions(), Decision.objects.count()) == (1, 1)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("nothing", [{"low": None, "high": None}, {"range": None}])
def test_a_target_is_taken_back_and_given_again_under_its_id(api, row, method, nothing):
    back = api.send(method, at(row), nothing | {"reason": "Giao nhầm đơn vị"}, seen=1)
    again = api.send(method, at(row), {"range": "9", "reason": "Giao lại"}, seen=2)

    assert (back.status_code, back.json()["low"], back.json()["high"], back.json()["version"]) == (200, None, None, 2)
    assert (back.json()["decision"], back.json()["published_percent"]) == (None, None)
    assert (again.status_code, again.json()["id"], again.json()["low"], again.json()["version"]) == (200, row.pk, 9, 3)


@pytest.mark.parametrize(
    ("changed", "name", "word"),
    [
        ({"zone": "HP-KHAC"}, "zone", "HP-KHAC"),
        ({"indicator": "party_orgs"}, "indicator", "party_orgs"),
        ({"year": 2026}, "year", "2026"),
        ({"low": None}, "low", ""),
        ({"low": 9}, "low", "9-7"),
        ({"low": None, "high": None, "published_percent": 100}, "published_percent", ""),
        ({"reason": ""}, "reason", ""),
        ({"decision": None, "holds_from": "2029-01-02"}, "holds_from", "02/01/2029"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_wrong_revision_is_refused_at_its_name_and_leaves_no_trace(api, row, method, changed, name, word):
    change = {"low": 6, "high": 7, "reason": "Điều chỉnh"}

    with no_trace():
        refused(api.send(method, at(row), change | changed, seen=1), name, word)


def test_a_put_says_the_whole_target(api, row):
    with no_trace():
        refused(api.send("PUT", at(row), {"reason": "Điều chỉnh"}, seen=1), "low")


def test_a_revision_says_which_version_it_read(api, row, kkt):
    change = {"low": 6, "high": 8, "reason": "Điều chỉnh"}
    make.target(zone=kkt, indicator="party_orgs", low=1)  # beside it, of another version
    make.target(zone=kkt, indicator="party_orgs", low=2, reason="Điều chỉnh")

    with no_trace():
        assert api.send("PUT", at(row), change).status_code == 428
        assert api.send("PATCH", at(row), change, seen=2).status_code == 412
    assert api.send("PUT", at(row), change, seen=1).status_code == 200
    with no_trace():
        assert api.send("PUT", at(row), change, seen=1).status_code == 412


def test_who_was_faster_wins_and_the_other_is_told(api, row, kkt, monkeypatch):
    """Between the look at the version and the act somebody else revises the target."""
    from targets import api_targets

    def meanwhile(request, version):
        make.target(zone=kkt, low=3, reason="Người khác")
        return version

    monkeypatch.setattr(api_targets.seen, "seen_version", meanwhile)
    answer = api.send("PUT", at(row), {"low": 6, "high": 8, "reason": "Điều chỉnh"}, seen=1)

    assert answer.status_code == 412
    assert list(row.versions.values_list("number", "low")) == [(1, 5), (2, 3)]


# ------------------------------------------------------------------------------------------ who may, and when


def test_targets_are_assigned_by_the_board_and_seen_by_those_below(row, lan, hoa, minh, cluster):
    change = {"low": 6, "high": 8, "reason": "Điều chỉnh"}
    clerk, elsewhere, board = Api(lan), Api(hoa), Api(minh)
    below = Api(make.user("bch", role="board", zone=cluster))

    with no_trace():
        assert clerk.post(URL, GIVEN).status_code == 403
        assert clerk.send("PUT", at(row), change, seen=1).status_code == 403
        assert elsewhere.send("PUT", at(row), change, seen=1).status_code == 404
        assert below.post(URL, GIVEN).status_code == 404
        assert board.post(URL, GIVEN | {"zone": "HP-KHONG"}).status_code == 404
        assert board.send("DELETE", at(row)).status_code == 405


def test_a_closed_year_takes_no_target(api, row, kkt):
    make.lock(kkt, date(2024, 1, 1), date(2024, 12, 31))
    change = {"low": 6, "high": 8, "reason": "Điều chỉnh"}

    with no_trace():
        refused(api.send("PUT", at(row), change, seen=1), "year", "Số liệu đã được tiếp nhận")
        refused(api.post(URL, GIVEN | {"year": 2024, "indicator": "party_orgs", "decision": None}), "year")


def test_a_write_asks_as_much_of_the_database_however_much_there_is(api, row, kkt):
    def queries(method, path, body, **seen):
        with CaptureQueriesContext(connection) as asked:
            assert api.send(method, path, body, **seen).status_code < 300
        return len(asked)

    api.send("PATCH", at(row), {"low": 4, "reason": "Thử"}, seen=1)
    make.target(zone=kkt, indicator="party_orgs", year=2026)
    change = {"low": 6, "high": 8, "decision": PLAN, "reason": "Điều chỉnh"}
    few = queries("PUT", at(row), change, seen=2), queries("POST", URL, GIVEN | {"year": 2026})
    for year in range(2000, 2020):
        for code in ("union_orgs", "party_orgs", "party_members"):
            make.target(zone=kkt, indicator=code, year=year)
            make.target(zone=kkt, indicator=code, year=year, low=9, reason="Sửa")
    for code in ("party_orgs", "party_members"):
        make.target(zone=kkt, indicator=code, year=2024)
        make.target(zone=kkt, indicator=code, year=2027)
    many = queries("PUT", at(row), change | {"low": 7}, seen=3), queries("POST", URL, GIVEN | {"year": 2027})

    assert many[0] <= few[0] and many[1] == few[1]
