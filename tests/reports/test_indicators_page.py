"""Administrators keep the catalogue of what is counted, and see what a definition counts before it is saved."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import Change
from targets.models import Indicator
from tests import make

from .reading import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LIST = "/admin-area/indicators/"
NEW = f"{LIST}new/"


@pytest.fixture(autouse=True)
def on_a_day_of_2024():
    with time_machine.travel("2024-09-30T08:00:00+07:00", tick=True):
        yield


@pytest.fixture
def row(city):
    return make.indicator("union_members")


def typed(page, **changes):
    """What a browser would send: the boxes as the page shows them, with the changes; None takes one away."""
    form = page.context["form"]
    values = {field.html_name: field.value() for field in form}
    values = {name: form.fields[name].prepare_value(value) for name, value in values.items() if value not in (None, [])}
    return {name: value for name, value in (values | changes).items() if value is not None}


COVERAGE = {
    "code": "party_coverage", "name": "Doanh nghiệp có tổ chức đảng", "unit": "%", "sector": "party",
    "measure": "enterprise_coverage", "factor": "100",
}  # fmt: skip


def add(client, then="save", **changes):
    return client.post(NEW, typed(client.get(NEW), **COVERAGE | changes | {"then": then}))


def change(client, row, then="save", **changes):
    address = f"{LIST}{row.pk}/"
    return client.post(address, typed(client.get(address), **changes | {"then": then}))


def count(model=Change):
    return model.objects.filter(model="targets.indicator").count()


def test_everybody_reads_the_list_and_only_administrators_keep_it(client, lan, admin, kkt):
    make.target(zone=kkt, indicator="party_orgs")
    client.force_login(lan)
    page = client.get(LIST)
    assert [(line.row.code, line.targets) for line in page.context["lines"]][0] == ("party_orgs", 1)
    assert "Tổ chức mới thành lập" in words_of(page) or "thành lập" in words_of(page)
    assert "Ngừng dùng" not in words_of(page)

    client.force_login(admin)
    assert "Ngừng dùng" in words_of(client.get(LIST))


def test_a_new_rate_is_looked_at_and_then_saved(client, admin, kkt, city):
    host, _other = make.enterprise(zone=kkt), make.enterprise(zone=kkt)
    make.organization(zone=kkt, enterprises=[host], on=date(2024, 2, 1))
    client.force_login(admin)

    looked = add(client, then="preview")

    assert looked.status_code == 200 and not Indicator.objects.filter(code="party_coverage").exists()
    assert [(each.year, each.actual) for each in looked.context["preview"]] == [(2024, "50"), (2023, "0")]
    assert "Chưa lưu gì" in words_of(looked) and 'value="party_coverage"' in looked.content.decode()
    assert count() == 0

    saved = add(client)

    assert saved.status_code == 302
    made = Indicator.objects.get(code="party_coverage")
    assert (made.measure, made.factor, made.order) == ("enterprise_coverage", 100, 7)
    page = client.get(saved.url)
    assert "Đã thêm: Doanh nghiệp có tổ chức đảng" in words_of(page)
    assert page.context["lines"][-1].row == made


def test_what_is_wrong_is_said_at_its_box_and_nothing_typed_is_lost(client, admin, city):
    client.force_login(admin)

    for changes, words in (
        ({"factor": ""}, "Hãy ghi hệ số của tỷ lệ"),
        ({"factor": "0"}, "phải lớn hơn 0"),
        ({"factor": "nhiều"}, "nhiều"),
        ({"measure": "members_admitted"}, "không có hệ số"),
        ({"code": "union_orgs"}, "Mã"),
        ({"code": "có dấu"}, "Mã"),
        ({"types": [make.type_("union_base").pk]}, "không phải loại hình của khối đã chọn"),
    ):
        refused = add(client, **changes)
        assert refused.status_code == 422, changes
        assert words in words_of(refused) and "Lỗi: " in refused.content.decode(), changes
        assert "Doanh nghiệp có tổ chức đảng" in refused.content.decode()
    assert Indicator.objects.count() == 7 and count() == 0


def test_a_change_of_what_is_counted_shows_what_moves_and_asks_why(client, admin, kkt, row):
    from organizations import actions

    union = make.organization(zone=kkt, type="union_base", on=date(2024, 2, 1))
    make.joining(union, 40, on=date(2024, 3, 1))
    actions.leave(organization=union, quantity=10, effective_on=date(2024, 4, 1), by=make.system())
    make.target(zone=kkt, indicator=row)
    client.force_login(admin)

    refused = change(client, row, measure="members_net")

    assert refused.status_code == 422
    assert [(each.year, each.before, each.actual) for each in refused.context["preview"]] == [
        (2024, "40", "30"), (2023, "—", "—")
    ]  # fmt: skip
    assert "1 mức giao giữ nguyên và được so với số liệu mới" in words_of(refused)
    assert Indicator.objects.get(pk=row.pk).measure == "members_joined"

    saved = change(client, row, measure="members_net", reason="Tính số tăng thực")

    assert saved.status_code == 302
    page = client.get(saved.url)
    assert "Đã sửa: Cách tính" in words_of(page)
    assert "Tính số tăng thực" in words_of(page), "the history says why"
    told = Change.objects.get(model="targets.indicator", object_id=row.pk)
    assert (told.before, told.after) == ({"measure": "members_joined"}, {"measure": "members_net"})


def test_looking_at_a_change_needs_no_reason_and_writes_nothing(client, admin, row):
    client.force_login(admin)

    looked = change(client, row, then="preview", name="Tên khác")

    assert looked.status_code == 200 and len(looked.context["preview"]) == 2
    assert Indicator.objects.get(pk=row.pk).name != "Tên khác" and count() == 0


def test_pressing_twice_saves_once_and_an_older_page_does_not_write_over(client, admin, row):
    client.force_login(admin)
    address = f"{LIST}{row.pk}/"
    older = typed(client.get(address), name="Tên cũ hơn", reason="Lý do")
    body = typed(client.get(address), name="Tên mới", reason="Lý do")

    assert [client.post(address, body).status_code for _ in range(2)] == [302, 302]
    assert count() == 1
    refused = client.post(address, older)
    assert refused.status_code == 422 and "Tên cũ hơn" in refused.content.decode()
    assert Indicator.objects.get(pk=row.pk).name == "Tên mới"


def test_an_indicator_is_retired_with_a_reason_and_used_again(client, admin, kkt, row):
    make.target(zone=kkt, indicator=row)
    client.force_login(admin)
    address = f"{LIST}{row.pk}/use/"

    assert "1 mức giao giữ nguyên" in words_of(client.get(address))
    assert client.post(address, typed(client.get(address))).status_code == 422
    assert client.post(address, typed(client.get(address), reason="Không giao nữa")).status_code == 302
    assert not Indicator.objects.get(pk=row.pk).is_active
    assert row not in client.get("/targets/").context["form"].indicators
    assert "Dùng lại" in words_of(client.get(LIST))
    assert client.post(address, typed(client.get(address), reason="Giao lại")).status_code == 302
    assert Indicator.objects.get(pk=row.pk).is_active


def test_the_order_is_changed_one_step_at_a_time(client, admin, minh, city):
    rows = list(Indicator.objects.all())
    client.force_login(admin)

    answer = client.post(f"{LIST}{rows[2].pk}/move/", {"to": "up"})

    assert answer.url == f"{LIST}#i{rows[2].pk}"
    assert [line.row for line in client.get(LIST).context["lines"]][:3] == [rows[0], rows[2], rows[1]]
    client.force_login(minh)
    assert client.post(f"{LIST}{rows[2].pk}/move/", {"to": "up"}).status_code == 403
    assert client.post(NEW, COVERAGE).status_code == 403
    assert client.post(f"{LIST}{rows[2].pk}/", {}).status_code == 403
    assert Indicator.objects.count() == 7


def test_the_list_costs_as_many_questions_for_many_as_for_few(client, admin, kkt):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    client.force_login(admin)
    asked()
    few = asked()
    for number in range(12):
        made = Indicator.objects.create(
            code=f"x{number}", name="Khác", unit="người", sector="party", measure="members_admitted"
        )
        made.types.add(make.type_("party_cell"))
        make.target(zone=kkt, indicator=made)

    assert asked() == few
