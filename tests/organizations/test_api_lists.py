"""Lists of the API: scope, filters, words, order, pages; and as many queries for many rows as for one."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations import actions
from organizations.models import Organization
from tests import make
from tests.api import Api

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def garment(kkt):
    """A garment factory in Đình Vũ with a union."""
    park = make.park("Đình Vũ", zone=kkt, aliases=["DEEP C 1"])
    factory = make.enterprise("Công ty May Hoà Bình", zone=kkt, park=park, workers=900)
    make.organization("Công đoàn cơ sở Số 1", zone=kkt, type="union_base", enterprises=[factory])
    return factory


@pytest.fixture
def abroad(other_zone):
    """A factory of another zone, with a cell."""
    factory = make.enterprise("Công ty May Khác", zone=other_zone, workers=50)
    make.organization("Chi bộ May Khác", zone=other_zone, enterprises=[factory])
    return factory


def names(rows):
    return [row["name"] for row in rows]


def test_a_list_holds_what_the_person_may_see_and_nothing_else(api, minh, garment, abroad):
    for name in ("enterprises", "organizations", "decisions", "events", "headcounts"):
        own, all_ = api.get(f"/api/v1/{name}/").json(), Api(minh).get(f"/api/v1/{name}/").json()
        assert (own["count"], all_["count"]) == (1, 2), name
        assert own.keys() == {"count", "next", "previous", "results"}
        assert all(row["id"] for row in all_["results"])


def test_an_enterprise_shows_its_park_and_its_latest_headcount(api, garment, kkt):
    actions.record_headcount(subject=garment, on=date(2026, 1, 1), total=1200, by=make.system())
    late = actions.record_headcount(subject=garment, on=date(2026, 6, 1), total=9, by=make.system())
    actions.correct_headcount(headcount=late, total=1300, reason="Thiếu số", by=make.system())

    (row,) = api.rows("/api/v1/enterprises/")

    assert (row["workers"], row["workers_on"]) == (1300, "2026-06-01")
    assert (row["park"], row["park_name"], row["zone"]) == (garment.park_id, "Đình Vũ", "HP-KKT")
    assert row["tax_code"] == garment.tax_code and row["version"] == 1
    detail = api.get(f"/api/v1/enterprises/{garment.pk}/")
    assert detail.json() == row
    assert detail.headers["ETag"] == '"1"'


def test_a_row_without_a_park_says_null_not_a_placeholder(api, kkt):
    make.organization("Chi bộ Cơ quan", zone=kkt)

    (event,) = api.rows("/api/v1/events/")

    assert (event["park"], event["park_name"], event["enterprise"]) == (None, None, None)


def test_zones_are_a_tree_by_code(api, minh, kkt, cluster, other_zone):
    assert {row["code"]: row["parent"] for row in Api(minh).rows("/api/v1/zones/")} == {
        "HP": None, "HP-KKT": "HP", "HP-KKT-1": "HP-KKT", "HP-KHAC": "HP",
    }  # fmt: skip
    assert [row["code"] for row in api.rows("/api/v1/zones/")] == ["HP-KKT", "HP-KKT-1"]
    assert [row["code"] for row in api.rows("/api/v1/zones/", zone="HP-KKT-1")] == ["HP-KKT-1"]


def test_a_zone_means_its_subtree_and_a_zone_out_of_sight_is_no_zone(api, minh, garment, cluster, abroad):
    make.enterprise("Công ty Dưới", zone=cluster)

    assert names(api.rows("/api/v1/enterprises/", zone="HP-KKT")) == ["Công ty Dưới", "Công ty May Hoà Bình"]
    assert names(api.rows("/api/v1/enterprises/", zone="HP-KKT-1")) == ["Công ty Dưới"]
    assert len(Api(minh).rows("/api/v1/enterprises/", zone="HP")) == 3
    unseen, unknown = (api.get("/api/v1/enterprises/", zone=code) for code in ("HP-KHAC", "HP-KHONG"))
    assert (unseen.status_code, unknown.status_code) == (404, 404)
    assert unseen.json()["detail"].replace("HP-KHAC", "HP-KHONG") == unknown.json()["detail"]


@pytest.mark.parametrize("name", ["parks", "decisions", "events", "headcounts", "organizations"])
def test_every_register_takes_a_zone(api, minh, garment, abroad, cluster, name):
    assert len(Api(minh).rows(f"/api/v1/{name}/", zone="HP")) == 2
    assert len(api.rows(f"/api/v1/{name}/", zone="HP-KKT")) == 1
    assert api.rows(f"/api/v1/{name}/", zone="HP-KKT-1") == []


@pytest.mark.parametrize(
    ("name", "words", "found"),
    [
        ("enterprises", "hoa binh may", 1),
        ("enterprises", "HOÀ  Bình", 1),
        ("enterprises", "hòa binh", 1),
        ("enterprises", "hoa binh dien", 0),
        ("enterprises", "0299", 1),
        ("parks", "dinh vu", 1),
        ("parks", "deep c", 1),
        ("parks", "trang due", 0),
        ("organizations", "cong doan so 1", 1),
        ("events", "hoa binh", 1),
        ("events", "cong doan", 1),
        ("events", "hoa binh cong doan", 1),
        ("events", "hoa binh chi bo", 0),
        ("headcounts", "hoa binh", 1),
        ("headcounts", "khac", 0),
        ("zones", "kinh te", 1),
        ("decisions", "dang uy khu kinh te", 1),
        ("decisions", "qd/du", 1),
        ("decisions", "qd lien doan", 0),
    ],
)
def test_every_word_must_occur_whatever_its_accents(api, garment, name, words, found):
    assert len(api.rows(f"/api/v1/{name}/", search=words)) == found


def test_lists_sort_by_the_vietnamese_alphabet(api, kkt):
    for name in ("Công ty Đan", "Công ty Dân", "Công ty Dũng", "Công ty 10", "Công ty 2"):
        make.enterprise(name, zone=kkt)
    order = ["Công ty 2", "Công ty 10", "Công ty Dân", "Công ty Dũng", "Công ty Đan"]

    assert names(api.rows("/api/v1/enterprises/")) == order
    assert names(api.rows("/api/v1/enterprises/", ordering="-name")) == order[::-1]
    assert names(api.rows("/api/v1/enterprises/", ordering="-workers,name")) == order


@pytest.mark.parametrize("ordering", ["zone__head", "password", "-", "name;drop"])
def test_an_order_that_is_not_offered_is_refused(api, garment, ordering):
    answer = api.get("/api/v1/enterprises/", ordering=ordering)

    assert answer.status_code == 400
    assert list(answer.json()) == ["ordering"]


def test_filters_narrow_by_what_a_row_says(api, garment, kkt):
    make.enterprise("Hợp tác xã Tràng Duệ", zone=kkt, legal_form="cooperative", ownership="fdi", status="suspended")

    def found(**asked):
        return names(api.rows("/api/v1/enterprises/", **asked))

    assert found(status="suspended") == found(legal_form="cooperative") == ["Hợp tác xã Tràng Duệ"]
    assert found(tax_code=garment.tax_code) == found(park=garment.park_id) == ["Công ty May Hoà Bình"]
    assert found(park=garment.park.code, ownership="private") == ["Công ty May Hoà Bình"]
    assert len(found(ownership=["private", "fdi"])) == 2
    assert found(status="operating", ownership="fdi") == []
    (union,) = Organization.objects.all()
    for asked in ({"enterprise": garment.pk}, {"park": garment.park.code}, {"type": "union_base"}, {"sector": "union"},
                  {"status": "active"}, {"active_on": "2024-06-01"}):  # fmt: skip
        assert [row["id"] for row in api.rows("/api/v1/organizations/", **asked)] == [union.pk]
    for asked in ({"enterprise": 10**9}, {"park": "khong"}, {"sector": "party"}, {"active_on": "2024-05-19"}):
        assert api.rows("/api/v1/organizations/", **asked) == []


def test_events_are_asked_by_day_by_moment_and_by_what_stands(api, garment, lan):
    union = Organization.objects.get()
    first = make.joining(union, 10, on=date(2024, 6, 1), by=lan)
    moment = first.recorded_at
    fixed = actions.correct(event=first, quantity=12, reason="Gõ nhầm", by=lan)

    def found(**asked):
        return sorted(row["quantity"] for row in api.rows("/api/v1/events/", kind="joined", **asked))

    assert found() == [-10, 10, 12]
    assert found(live="true") == [12] and found(live="false") == [-10, 10]
    assert found(known_at=moment.isoformat()) == [10]
    assert found(known_at=moment.isoformat().replace("+", " ")) == [10]  # a client that did not escape its "+"
    assert found(as_of="2024-05-31") == found(year=2023) == found(effective_on__gte="2024-06-02") == []
    assert found(as_of="01/06/2024", year=2024, effective_on__lte="2024-06-01") == [-10, 10, 12]
    by_id = {row["id"]: row for row in api.rows("/api/v1/events/", kind="joined")}
    reversal = by_id[first.pk]["reversed_by"]
    assert by_id[reversal]["reverses"] == first.pk and by_id[reversal]["reason"] == "Gõ nhầm"
    assert by_id[fixed.pk]["reversed_by"] is None and by_id[fixed.pk]["recorded_by"] == "lan"
    assert len(api.rows("/api/v1/events/", kind=["joined", "established"])) == 4


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"zon": "HP-KKT"}, "zon"),
        ({"year": "2O24"}, "year"),
        ({"as_of": "31/02/2024"}, "as_of"),
        ({"known_at": "2026-11-23T08:30:00"}, "known_at"),
        ({"kind": "admittedd"}, "kind"),
        ({"organization": "abc"}, "organization"),
        ({"live": "maybe"}, "live"),
        ({"year": ["2023", "2024"]}, "year"),
        ({"page": "0"}, "page"),
        ({"page": "x"}, "page"),
        ({"page_size": "501"}, "page_size"),
        ({"page_size": "-1"}, "page_size"),
    ],
)
def test_a_parameter_that_is_not_understood_is_refused_by_name(api, garment, asked, named):
    answer = api.get("/api/v1/events/", **asked)

    assert answer.status_code == 400
    assert list(answer.json()) == [named]
    assert isinstance(answer.json()[named][0], str)


def test_an_empty_parameter_is_as_one_not_given(api, garment):
    assert api.get("/api/v1/events/?zone=&year=&search=&page=&ordering=").json()["count"] == 1


def test_pages_follow_each_other_and_end(api, kkt):
    for number in range(5):
        make.enterprise(f"Công ty {number}", zone=kkt)

    first = api.get("/api/v1/enterprises/", page_size=2).json()
    second = api.client.get(first["next"], headers=api.headers).json()
    last = api.client.get(second["next"], headers=api.headers).json()

    assert [names(page["results"]) for page in (first, second, last)] == [
        ["Công ty 0", "Công ty 1"], ["Công ty 2", "Công ty 3"], ["Công ty 4"],
    ]  # fmt: skip
    assert first["count"] == 5 and first["previous"] is None and last["next"] is None
    beyond = api.get("/api/v1/enterprises/", page_size=2, page=4)
    assert beyond.status_code == 404 and list(beyond.json()) == ["detail"]


def test_what_was_merged_away_or_withdrawn_leaves_the_lists(api, garment, kkt):
    twin = make.enterprise("Công ty May Hòa Bình", zone=kkt)
    twin.duplicate_of = garment
    twin.save()

    assert [row["id"] for row in api.rows("/api/v1/enterprises/")] == [garment.pk]
    assert api.get(f"/api/v1/enterprises/{twin.pk}/").json()["duplicate_of"] == garment.pk


def test_an_organization_that_moved_away_stays_readable_where_its_facts_are(api, hoa, kkt, other_zone, cluster):
    cell = make.organization("Chi bộ Chuyển", zone=kkt)
    decision = make.decision(on=date(2025, 1, 10), zone=kkt)
    actions.transfer(organizations=[cell], to_zone=other_zone, decision=decision, by=make.system())

    (row,) = api.rows("/api/v1/organizations/", search="chuyen")
    assert row["zone"] == "HP-KHAC"
    assert sorted(event["kind"] for event in api.rows("/api/v1/events/")) == ["established", "transferred_out"]
    assert [event["kind"] for event in Api(hoa).rows("/api/v1/events/")] == ["transferred_in"]
    assert len(Api(hoa).rows("/api/v1/decisions/")) == 1  # recorded elsewhere, cited here


@pytest.mark.parametrize(
    "name", ["zones", "parks", "enterprises", "organizations", "decisions", "events", "headcounts"]
)
@pytest.mark.one_database
def test_many_rows_take_as_many_queries_as_one(api, kkt, name):
    def one_more():
        zone = make.zone(parent=kkt)
        factory = make.enterprise(zone=zone, workers=100, park=make.park(zone=zone))
        make.organization(zone=zone, enterprises=[factory], members=5)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert api.get(f"/api/v1/{name}/", page_size=100, zone="HP-KKT", search="").status_code == 200
        return [query["sql"] for query in asked]

    one_more()
    few = queries()
    for _number in range(12):
        one_more()
    many = queries()

    assert len(many) == len(few) <= 12, "\n".join(many)
