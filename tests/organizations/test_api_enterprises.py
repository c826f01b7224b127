"""Recording and changing enterprises over HTTP: the same act, the same questions, the same refusals as on the page."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations import actions
from organizations.models import Change, Enterprise, Headcount
from tests import make
from tests.api import Api, refused, unchanged_when_sent_back
from tests.traces import no_trace

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

URL = "/api/v1/enterprises/"


@pytest.fixture
def park(kkt):
    return make.park("KCN Đình Vũ", zone=kkt)


@pytest.fixture
def given(kkt, park):
    return {"zone": "HP-KKT", "name": "Công ty TNHH Sao Mai", "tax_code": make.tax_code(), "park": park.pk}


@pytest.fixture
def row(kkt, park):
    return make.enterprise("Công ty May Đình Vũ", zone=kkt, park=park, workers=900)


def at(row):
    return f"{URL}{row.pk}/"


def test_an_enterprise_is_recorded_with_its_workers(api, given, park):
    more = {"ownership": "fdi", "countries": "Nhật Bản", "legal_form": "limited", "started_on": "01/02/2020",
            "workers": "1.200", "workers_on": "2024-06-30"}  # fmt: skip

    answer = api.post(URL, given | more)
    said = answer.json()

    assert (answer.status_code, answer.headers["ETag"], said["version"], said["warnings"]) == (201, '"1"', 1, [])
    assert (said["zone"], said["park"], said["ownership"], said["status"]) == ("HP-KKT", park.pk, "fdi", "operating")
    assert (said["workers"], said["workers_on"], said["started_on"]) == (1200, "2024-06-30", "2020-02-01")
    assert Headcount.objects.get().enterprise_id == said["id"]


@pytest.mark.parametrize(("said", "name"), [("code", "KCN Đình Vũ"), ("none", None), (None, None)])
def test_a_park_is_told_by_its_code_and_none_by_null(api, given, park, said, name):
    answer = api.post(URL, given | {"park": park.code if said == "code" else said})

    assert (answer.status_code, answer.json()["park_name"]) == (201, name)


@pytest.mark.parametrize(
    ("changed", "name", "word"),
    [
        ({"name": "  "}, "name", ""),
        ({"name": "x" * 251}, "name", "250"),
        ({"tax_code": "02abc"}, "tax_code", "02abc"),
        ({"park": "khong-co"}, "park", "khong-co"),
        ({"park": 999_999}, "park", "999999"),
        ({"park": [1]}, "park", ""),
        ({"park": 10**30}, "park", ""),
        ({"ownership": "none"}, "ownership", "none"),
        ({"status": "open"}, "status", "open"),
        ({"started_on": "2029-01-02"}, "started_on", "02/01/2029"),
        ({"started_on": "hôm qua"}, "started_on", "hôm qua"),
        ({"workers": -3}, "workers", "-3"),
        ({"workers": 9, "workers_on": "2029-01-02"}, "workers_on", "02/01/2029"),
        ({"different_from": ["x"]}, "different_from", ""),
    ],
)
def test_a_wrong_value_is_refused_at_its_name_and_leaves_no_trace(api, given, changed, name, word):
    with no_trace():
        refused(api.post(URL, given | changed), name, word)


def test_a_park_of_another_zone_is_no_park_to_choose(api, given, other_zone, admin):
    theirs, city = make.park("KCN Tràng Duệ", zone=other_zone), Api(admin)

    with no_trace():
        refused(api.post(URL, given | {"park": theirs.pk}), "park", str(theirs.pk))
        refused(city.post(URL, given | {"park": theirs.pk}), "park", "KCN Tràng Duệ", "Khu kinh tế Hải Phòng")


def test_a_park_that_a_zone_below_keeps_asks_whether_the_zone_is_meant(api, given, cluster):
    kept = make.park("KCN Cụm", zone=cluster)

    with no_trace():
        refused(api.post(URL, given | {"park": kept.pk}), "zone", "Cụm Đình Vũ", "KCN Cụm", "zone_is_meant")
    assert api.post(URL, given | {"park": kept.pk, "zone_is_meant": True}).status_code == 201


def test_what_may_be_recorded_already_is_asked_by_number(api, given, row):
    twin = given | {"name": "Cty TNHH May Đình Vũ", "tax_code": ""}

    with no_trace():
        refused(api.post(URL, twin), "different_from", f"#{row.pk}", row.name, f"[{row.pk}]")
        refused(api.post(URL, twin | {"different_from": [row.pk + 1]}), "different_from", f"#{row.pk}")
        refused(api.post(URL, given | {"tax_code": row.tax_code}), "tax_code", row.tax_code)
    assert api.post(URL, twin | {"different_from": [row.pk]}).status_code == 201


def test_what_only_looks_wrong_is_written_and_told(api, given):
    said = api.post(URL, given | {"ownership": "private", "countries": "Nhật Bản", "tax_code": "0200000000"}).json()

    assert len(said["warnings"]) == 2 and "Nhật Bản" in said["warnings"][1]


def test_the_same_post_under_its_key_gives_one_enterprise(api, given):
    first = api.post(URL, given | {"workers": 90}, **{"Idempotency-Key": "sao-mai"})
    again = api.post(URL, given | {"workers": 90}, **{"Idempotency-Key": "sao-mai"})

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert (Enterprise.objects.count(), Headcount.objects.count()) == (1, 1)


# ------------------------------------------------------------------------------------------ changed


def test_a_patch_changes_what_it_says_and_keeps_the_rest(api, row):
    answer = api.send("PATCH", at(row), {"status": "suspended", "reason": "Tạm ngừng"}, seen=1)
    said = answer.json()

    assert (answer.status_code, answer.headers["ETag"], said["version"]) == (200, '"2"', 2)
    assert (said["status"], said["ownership"], said["name"], said["workers"]) == ("suspended", "private", row.name, 900)
    change = Change.objects.filter(action="updated").latest("pk")
    assert (change.before, change.after, change.reason) == (
        {"status": "operating"}, {"status": "suspended"}, "Tạm ngừng",
    )  # fmt: skip


def test_a_put_says_the_whole_enterprise(api, row, park):
    answer = api.send("PUT", at(row), {"name": row.name, "tax_code": row.tax_code, "park": park.pk}, seen=1)

    assert (answer.status_code, answer.json()["ownership"], answer.json()["version"]) == (200, "unknown", 2)
    with no_trace():
        refused(api.send("PUT", at(row), {"name": row.name}, seen=2), "park")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_was_read_sent_back_changes_nothing(api, row, method):
    unchanged_when_sent_back(api, method, at(row), warnings=[])


def test_an_enterprise_moves_to_another_park_since_a_day(api, row, kkt):
    other = make.park("KCN Nam Đình Vũ", zone=kkt)

    said = api.send("PATCH", at(row), {"park": other.pk, "moved_on": "2024-05-01"}, seen=1).json()
    away = api.send("PATCH", at(row), {"park": None}, seen=2).json()

    assert (said["park"], away["park"]) == (other.pk, None)
    stays = row.stays.order_by("pk").values_list("park__name", "valid_from")
    assert (other.name, date(2024, 5, 1)) in stays


@pytest.mark.parametrize(
    ("changed", "name", "word"),
    [
        ({"zone": "HP-KHAC"}, "zone", "HP-KHAC"),
        ({"workers": 950}, "workers", "950"),
        ({"park": "khong-co"}, "park", "khong-co"),
        ({"name": ""}, "name", ""),
        ({"ownership": "state-owned"}, "ownership", "state-owned"),
        ({"started_on": "2029-01-02"}, "started_on", "02/01/2029"),
        ({"moved_on": "2029-01-02"}, "moved_on", "02/01/2029"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_wrong_change_is_refused_at_its_name_and_leaves_no_trace(api, row, park, method, changed, name, word):
    change = {"name": row.name, "park": park.pk, "tax_code": row.tax_code}

    with no_trace():
        refused(api.send(method, at(row), change | changed, seen=1), name, word)


def test_another_name_is_asked_about_as_a_new_one_is(api, row, given):
    other = make.enterprise("Công ty Biển Xanh", zone=row.zone, park=row.park)

    with no_trace():
        refused(api.send("PATCH", at(other), {"name": "Cty May Đình Vũ"}, seen=1), "different_from", f"#{row.pk}")
        refused(api.send("PATCH", at(other), {"tax_code": row.tax_code}, seen=1), "tax_code", row.tax_code)
    change = {"name": "Cty May Đình Vũ", "different_from": [row.pk]}
    assert api.send("PATCH", at(other), change, seen=1).status_code == 200


def test_a_change_says_which_version_it_read(api, row):
    change = {"status": "suspended"}

    with no_trace():
        assert api.send("PATCH", at(row), change).status_code == 428
        assert api.send("PUT", at(row), change).status_code == 428
        assert api.send("PATCH", at(row), change, seen=7).status_code == 412
    assert api.send("PATCH", at(row), change, seen=1).status_code == 200
    with no_trace():
        assert api.send("PATCH", at(row), change | {"status": "moved"}, seen=1).status_code == 412


def test_who_was_faster_wins_and_the_other_is_told(api, row, monkeypatch):
    """Between the look at the version and the act somebody else changes the enterprise."""
    from organizations.api import enterprises

    def meanwhile(request, version):
        actions.change_enterprise(enterprise=Enterprise.objects.get(), by=make.system(), status="moved")
        return version

    monkeypatch.setattr(enterprises.seen, "seen_version", meanwhile)

    assert api.send("PATCH", at(row), {"status": "suspended"}, seen=1).status_code == 412
    assert Enterprise.objects.get().status == "moved"


def test_one_that_was_merged_away_is_changed_no_more(api, row):
    twin = make.enterprise("Công ty May Đình Vũ 2", zone=row.zone, park=row.park)
    actions.merge_duplicates(survivor=row, duplicate=twin, by=make.system(), reason="Trùng")
    twin.refresh_from_db()

    with no_trace():
        answer = api.send("PATCH", at(twin), {"status": "suspended"}, seen=twin.version)
    assert (answer.status_code, row.name in answer.content.decode()) == (400, True)


def test_enterprises_are_written_by_those_who_enter_facts_there(row, given, quan, minh, hoa, cluster, lan):
    people = {name: Api(person) for name, person in {"quan": quan, "minh": minh, "hoa": hoa, "lan": lan}.items()}
    change = {"status": "suspended"}

    with no_trace():
        for name in ("quan", "minh"):
            assert people[name].post(URL, given).status_code == 403
            assert people[name].send("PATCH", at(row), change, seen=1).status_code == 403
        assert people["hoa"].post(URL, given).status_code == 404
        assert people["hoa"].send("PATCH", at(row), change, seen=1).status_code == 404
        assert people["lan"].send("DELETE", at(row)).status_code == 405


def test_workers_of_a_closed_year_are_not_recorded_and_neither_is_their_enterprise(api, given, kkt):
    make.lock(kkt, date(2024, 1, 1), date(2024, 12, 31))

    with no_trace():
        refused(api.post(URL, given | {"workers": 90, "workers_on": "2024-06-30"}), "workers_on")
    assert api.post(URL, given).status_code == 201


def test_a_write_asks_as_much_of_the_database_however_much_there_is(api, row, kkt, given):
    def queries(method, path, body, **seen):
        with CaptureQueriesContext(connection) as asked:
            answer = api.send(method, path, body, **seen)
            assert answer.status_code < 300, answer.content.decode()
        return len(asked)

    def both(version):
        sent = given | {"name": f"Công ty Số Mới {version}", "tax_code": make.tax_code(), "workers": 9}
        return queries("PATCH", at(row), {"countries": f"Lào {version}"}, seen=version), queries("POST", URL, sent)

    both(1)
    few = both(2)
    for number in range(30):
        make.enterprise(f"Công ty Thứ {number}", zone=kkt, park=row.park, workers=10)

    assert both(3) == few
