"""Zones and parks are added over HTTP by administrators, through the acts of the map."""

import pytest

from organizations.models import LedgerHead, Park, Zone
from tests import make
from tests.api import Api, refused
from tests.traces import no_trace

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ZONES, PARKS = "/api/v1/zones/", "/api/v1/parks/"
CLUSTER = {"code": "HP-KKT-9", "name": "Cụm công nghiệp Số Chín", "short_name": "Cụm Chín", "kind": "cluster",
           "parent": "HP-KKT"}  # fmt: skip
PARK = {"name": "KCN Xuân Cầu", "zone": "HP-KKT", "aliases": ["Xuân Cầu Lạch Huyện"], "area_ha": "752.50"}


@pytest.fixture
def api(admin, kkt):
    return Api(admin)


def test_a_zone_is_added_below_another_with_its_ledger(api):
    answer = api.post(ZONES, CLUSTER | {"valid_from": "01/01/2025"})
    said = answer.json()

    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert {name: said[name] for name in CLUSTER} == CLUSTER and said["valid_from"] == "2025-01-01"
    assert LedgerHead.objects.get(zone=said["id"]).seq == 1


def test_a_park_is_added_with_its_other_names_and_its_zone(api):
    answer = api.post(PARKS, PARK)
    said = answer.json()

    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert (said["name"], said["code"], said["zone"], said["aliases"], said["area_ha"]) == (
        "KCN Xuân Cầu", "kcn-xuan-cau", "HP-KKT", ["Xuân Cầu Lạch Huyện"], "752.50",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "changed", "name", "word"),
    [
        (ZONES, {"code": " "}, "code", ""),
        (ZONES, {"code": "HP-KKT"}, "code", ""),
        (ZONES, {"code": "x" * 31}, "code", "30"),
        (ZONES, {"name": "x" * 201}, "name", "200"),
        (ZONES, {"kind": "village"}, "kind", "village"),
        (ZONES, {"kind": "city"}, "kind", "city"),
        (ZONES, {"parent": None}, "parent", ""),
        (ZONES, {"valid_from": "hôm qua"}, "valid_from", "hôm qua"),
        (PARKS, {"name": ""}, "name", ""),
        (PARKS, {"code": "none"}, "code", ""),
        (PARKS, {"area_ha": -1}, "area_ha", ""),
        (PARKS, {"area_ha": "10000000"}, "area_ha", ""),
        (PARKS, {"aliases": ["x" * 251]}, "aliases", "250"),
        (PARKS, {"zone": None, "valid_from": "2025-01-01"}, "zone", ""),
    ],
)
def test_a_wrong_value_is_refused_at_its_name_and_leaves_no_trace(api, url, changed, name, word):
    with no_trace():
        refused(api.post(url, {ZONES: CLUSTER, PARKS: PARK}[url] | changed), name, word)


def test_the_same_post_under_its_key_adds_one_row(api):
    zones, parks = Zone.objects.count(), Park.objects.count()

    for url, body in ((ZONES, CLUSTER), (PARKS, PARK)):
        first = api.post(url, body, **{"Idempotency-Key": "k"})
        again = api.post(url, body, **{"Idempotency-Key": "k"})
        assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())

    assert (Zone.objects.count(), Park.objects.count()) == (zones + 1, parks + 1)


def test_the_map_is_drawn_by_administrators_of_the_place(api, kkt, other_zone, lan):
    clerk, of_the_zone = Api(lan), Api(make.user("qt", role="admin", zone=kkt))

    with no_trace():
        for url, body in ((ZONES, CLUSTER), (PARKS, PARK)):
            assert clerk.post(url, body).status_code == 403
        assert of_the_zone.post(PARKS, PARK).status_code == 403
        assert of_the_zone.post(ZONES, CLUSTER | {"parent": "HP-KHAC"}).status_code == 404
        assert api.post(ZONES, CLUSTER | {"parent": "HP-KHONG"}).status_code == 404
        assert api.send("PATCH", f"{ZONES}{kkt.pk}/", {"name": "X"}, seen=1).status_code == 405
    assert of_the_zone.post(ZONES, CLUSTER).status_code == 201
