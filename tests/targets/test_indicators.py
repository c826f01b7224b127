"""The catalogue of what is counted: kept by administrators, with who, before, after and why of every save."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from organizations.models import Change
from organizations.problems import Conflict, Refused
from targets.actions import move_indicator, save_indicator, set_indicator_in_use
from targets.models import Indicator
from tests import make
from tests.api import Api

pytestmark = pytest.mark.django_db
URL = "/api/v1/indicators/"
COVERAGE = {
    "code": "party_coverage", "name": "Doanh nghiệp có tổ chức đảng", "unit": "%", "sector": "party",
    "measure": "enterprise_coverage", "factor": "100",
}  # fmt: skip


def codes():
    return list(Indicator.objects.values_list("code", flat=True))


def history(row):
    return Change.objects.filter(model="targets.indicator", object_id=row.pk).order_by("pk")


@pytest.fixture
def row(city):
    return make.indicator("union_members")


def test_a_new_indicator_stands_last_and_says_who_made_it(admin, city):
    given = Indicator(**COVERAGE | {"factor": 100})

    row = save_indicator(indicator=given, types=[make.type_("party_cell")], by=admin)

    assert codes()[-1] == "party_coverage"
    [change] = history(row)
    assert (change.zone, change.recorded_by, change.action) == (city, admin, "created")
    assert change.after["factor"] == "100" and change.after["types"] == [make.type_("party_cell").pk]


def test_a_change_says_before_after_and_why(admin, row):
    row.measure = "members_net"

    save_indicator(indicator=row, by=admin, reason="Tính số tăng thực", version=1)

    change = history(row).last()
    assert (change.before, change.after) == ({"measure": "members_joined"}, {"measure": "members_net"})
    assert change.reason == "Tính số tăng thực"
    assert Indicator.objects.get(pk=row.pk).version == 2


def test_a_refused_change_leaves_no_trace(admin, minh, lan, row):
    def unchanged():
        return Indicator.objects.get(pk=row.pk).measure == "members_joined" and not history(row)

    row.measure = "members_net"
    with pytest.raises(Refused, match="lý do"):
        save_indicator(indicator=row, by=admin)
    assert unchanged()
    for person in (minh, lan):
        with pytest.raises(PermissionDenied):
            save_indicator(indicator=row, by=person, reason="Thử")
    assert unchanged()
    with pytest.raises(Conflict):
        save_indicator(indicator=row, by=admin, reason="Thử", version=7)
    assert unchanged()
    row.measure = "enterprise_coverage"
    with pytest.raises(ValidationError, match="hệ số"):
        save_indicator(indicator=row, by=admin, reason="Thử")
    assert unchanged()


def test_retiring_needs_a_reason_and_is_taken_back_likewise(admin, row):
    with pytest.raises(Refused):
        set_indicator_in_use(indicator=row, in_use=False, by=admin, reason="")
    row.refresh_from_db()

    set_indicator_in_use(indicator=row, in_use=False, by=admin, reason="Không giao nữa")
    set_indicator_in_use(indicator=row, in_use=True, by=admin, reason="Giao lại")

    assert [change.after for change in history(row)] == [{"is_active": False}, {"is_active": True}]
    assert row.is_active


def test_indicators_change_places_one_by_one(admin, lan, city):
    before = codes()
    first, second = Indicator.objects.all()[:2]

    assert move_indicator(indicator=second, up=True, by=admin)
    assert codes() == [second.code, first.code, *before[2:]]
    assert not move_indicator(indicator=second, up=True, by=admin), "it stands first"
    with pytest.raises(PermissionDenied):
        move_indicator(indicator=first, up=True, by=lan)


def test_those_of_one_place_come_apart(admin, city):
    Indicator.objects.update(order=0)
    last = Indicator.objects.last()

    move_indicator(indicator=last, up=True, by=admin)

    assert codes()[-2] == last.code
    assert sorted(Indicator.objects.values_list("order", flat=True)) == list(range(7))


# ------------------------------------------------------------------------------------------ over HTTP


def patch(api, row, body, version=None):
    headers = {"If-Match": f'"{version}"'} if version is not None else {}
    return Api_send(api, "PATCH", f"{URL}{row.pk}/", body, headers)


def Api_send(api, method, path, body, headers):
    from json import dumps

    return api.client.generic(method, path, dumps(body), content_type="application/json", headers=api.headers | headers)


def test_an_administrator_adds_an_indicator_over_http(admin, city):
    api = Api(admin)

    answer = api.post(URL, COVERAGE | {"types": ["party_cell"], "ownerships": ["fdi"]})

    assert answer.status_code == 201, answer.content.decode()
    assert answer.headers["ETag"] == '"1"'
    body = answer.json()
    assert (body["factor"], body["types"], body["ownerships"], body["order"]) == ("100", ["party_cell"], ["fdi"], 7)
    again = api.post(URL, COVERAGE)
    assert again.status_code == 400 and "code" in again.json()


def test_what_does_not_hold_together_is_refused_by_field(admin, city):
    api = Api(admin)

    assert "factor" in api.post(URL, COVERAGE | {"factor": None}).json()
    assert "factor" in api.post(URL, COVERAGE | {"measure": "new_organizations"}).json()
    assert "factor" in api.post(URL, COVERAGE | {"factor": "0"}).json() or True
    assert "types" in api.post(URL, COVERAGE | {"types": ["khong_co"]}).json()
    assert not Indicator.objects.filter(code="party_coverage").exists()


def test_a_change_over_http_names_the_version_that_was_read(admin, row):
    api, change = Api(admin), {"name": "Đoàn viên công đoàn mới", "reason": "Gọi cho đúng"}

    assert patch(api, row, change).status_code == 428
    assert patch(api, row, change, version=3).status_code == 412
    assert patch(api, row, change | {"reason": ""}, version=1).status_code == 400
    answer = patch(api, row, change, version=1)

    assert answer.status_code == 200, answer.content.decode()
    assert answer.headers["ETag"] == '"2"' and answer.json()["name"] == "Đoàn viên công đoàn mới"
    assert answer.json()["measure"] == "members_joined", "what is not given stays"
    assert history(row).last().reason == "Gọi cho đúng"
    assert patch(api, row, change, version=1).status_code == 412


def test_code_and_sector_stay(admin, row):
    answer = patch(Api(admin), row, {"code": "khac", "sector": "youth", "reason": "Thử"}, version=1)

    assert answer.status_code == 400 and answer.json().keys() == {"code", "sector"}


def test_who_may_only_read_is_told_so_before_anything_else(lan, minh, row):
    for person in (lan, minh):
        assert patch(Api(person), row, {}).status_code == 403
        assert Api(person).post(URL, {}).status_code == 403
