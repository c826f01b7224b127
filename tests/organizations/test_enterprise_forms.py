"""Recording and changing what the registers say: nothing twice without asking, and no work of another is lost."""

from datetime import date

import pytest
from django.urls import reverse

from organizations import actions
from organizations.models import Change, Coverage, Enterprise, Headcount, ParkStay
from tests import make
from tests.reports.reading import filled, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NEW = "/enterprises/new/"


def open_form(client, user, url):
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == 200
    return filled(answer)


def send(client, user, url, values):
    client.force_login(user)
    return client.post(url, values)


def edit_of(row):
    return f"{row.get_absolute_url()}edit/"


@pytest.fixture
def thu(kkt):
    """Another clerk of HP-KKT."""
    return make.user("thu", role="clerk", zone=kkt, full_name="Vũ Thị Thu")


@pytest.fixture
def factory(kkt, lan):
    return make.enterprise("Công ty TNHH Sao Mai", zone=kkt, by=lan)


# ------------------------------------------------------------------------------------------ a new one


def test_a_clerk_records_an_enterprise_with_its_workers(client, lan, kkt):
    park = make.park("KCN Số Một", zone=kkt)
    values = open_form(client, lan, NEW) | {
        "name": "  Công ty TNHH  Bình Minh ", "tax_code": make.tax_code(), "park": park.pk, "legal_form": "limited",
        "ownership": "fdi_wholly", "countries": "Nhật Bản", "started_on": "02/01/2015", "workers": "1.250",
        "workers_on": "30/06/2024",
    }  # fmt: skip

    answer = send(client, lan, NEW, values)

    row = Enterprise.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, row.get_absolute_url())
    assert (row.name, row.zone, row.park, row.ownership, row.countries, row.started_on) == (
        "Công ty TNHH Bình Minh", kkt, park, "fdi_wholly", "Nhật Bản", date(2015, 1, 2)
    )  # fmt: skip
    count = Headcount.objects.get()
    assert (count.enterprise, count.total, count.on) == (row, 1250, date(2024, 6, 30))
    assert "Đã ghi Công ty TNHH Bình Minh" in words_of(client.get(answer["Location"]))


def test_pressing_save_twice_records_one_enterprise(client, lan, kkt):
    park = make.park("KCN Số Một", zone=kkt)
    values = open_form(client, lan, NEW) | {"name": "Công ty Bình Minh", "park": park.pk}

    answers = [send(client, lan, NEW, values)["Location"] for _press in range(2)]

    assert answers == [Enterprise.objects.get().get_absolute_url()] * 2


def test_save_and_add_another_keeps_zone_and_park(client, lan, kkt):
    park = make.park("KCN Số Một", zone=kkt)
    values = open_form(client, lan, NEW) | {"name": "Công ty Bình Minh", "park": park.pk, "then": "again"}

    answer = send(client, lan, NEW, values)

    again = filled(client.get(answer["Location"]))
    assert (again["name"], again["park"], again["zone_of"]) == ("", str(park.pk), "HP-KKT")


def test_a_wrong_check_digit_is_told_and_does_not_stop(client, lan, kkt):
    good = make.tax_code()
    wrong = good[:9] + str((int(good[9]) + 1) % 10)
    park = make.park("KCN Số Một", zone=kkt)

    answer = send(
        client, lan, NEW, open_form(client, lan, NEW) | {"name": "Công ty A", "tax_code": wrong, "park": park.pk}
    )

    assert Enterprise.objects.get().tax_code == wrong
    assert [said.level_tag for said in client.get(answer["Location"]).context["messages"]] == ["success", "warning"]


def test_what_is_wrong_is_said_at_its_field_and_everything_typed_is_kept(client, lan, kkt, other_zone):
    elsewhere = make.park("KCN Nơi khác", zone=other_zone)
    values = open_form(client, lan, NEW) | {
        "name": "", "tax_code": "12345", "started_on": "31/02/2024", "workers": "38,5", "park": elsewhere.pk,
        "countries": "Nhật Bản",
    }  # fmt: skip

    answer = send(client, lan, NEW, values)

    assert answer.status_code == 422 and not Enterprise.objects.exists()
    assert {"name", "tax_code", "started_on", "workers", "park"} == set(answer.context["form"].errors)
    kept = filled(answer)
    assert (kept["tax_code"], kept["started_on"], kept["workers"], kept["countries"]) == (
        "12345", "31/02/2024", "38,5", "Nhật Bản"
    )  # fmt: skip
    assert "31/02/2024" in words_of(answer)


def test_a_start_that_lies_ahead_needs_the_status_that_says_so(client, lan, kkt):
    values = open_form(client, lan, NEW) | {
        "name": "Công ty A", "park": make.park("KCN Số Một", zone=kkt).pk, "started_on": "01/01/2099"
    }  # fmt: skip

    assert "started_on" in send(client, lan, NEW, values).context["form"].errors
    assert send(client, lan, NEW, values | {"status": "not_started"}).status_code == 302


def test_what_may_be_recorded_already_is_shown_before_it_is_saved(client, lan, factory):
    values = open_form(client, lan, NEW) | {"name": "Cty CP SAO MAI", "park": factory.park_id}
    values["name"] = "Công ty cổ phần Sao Mai"

    asked = send(client, lan, NEW, values)

    assert asked.status_code == 422 and Enterprise.objects.count() == 1
    assert [one.row for one in asked.context["form"].alike] == [factory]
    assert "Có thể đã ghi rồi" in words_of(asked) and "tên gần giống" in words_of(asked)
    other = make.enterprise("Công ty TNHH MTV Sao Mai", zone=factory.zone)  # recorded while the question stood
    still = send(client, lan, NEW, values | {"different": str(factory.pk)})
    assert still.status_code == 422
    said = f"{factory.pk},{other.pk}"
    assert send(client, lan, NEW, values | {"different": said}).status_code == 302
    assert Enterprise.objects.count() == 3


def test_a_tax_code_is_recorded_once_in_a_zone_and_asked_about_elsewhere(client, lan, kkt, cluster, other_zone):
    here = make.enterprise("Công ty Hải An", zone=kkt)
    below = make.enterprise("Công ty Bình An", zone=cluster)
    unseen = make.enterprise("Công ty Nơi khác", zone=other_zone)
    park = make.park("KCN HP-KKT", zone=kkt)
    base = open_form(client, lan, NEW) | {"name": "Công ty hoàn toàn khác", "park": park.pk}

    refused = send(client, lan, NEW, base | {"tax_code": here.tax_code, "different": str(here.pk)})
    asked = send(client, lan, NEW, base | {"tax_code": below.tax_code})
    free = send(client, lan, NEW, base | {"tax_code": unseen.tax_code})

    assert "tax_code" in refused.context["form"].errors and refused.context["form"].taken
    assert [one.same_code for one in asked.context["form"].alike] == [True]
    assert free.status_code == 302  # of another zone nothing is told
    assert "Nơi khác" not in words_of(refused) + words_of(asked)


def test_who_enters_nothing_records_nothing(client, quan, minh, hoa, lan, kkt, factory):
    park = make.park("KCN Số Một", zone=kkt)
    values = open_form(client, lan, NEW) | {"name": "Công ty A", "park": park.pk}
    for person in (quan, minh):
        assert send(client, person, NEW, values).status_code == 403
        assert send(client, person, edit_of(factory), values).status_code == 403
    assert send(client, hoa, NEW, values).status_code == 422  # her zone is another
    assert send(client, hoa, edit_of(factory), values).status_code == 404
    assert Enterprise.objects.count() == 1


# ------------------------------------------------------------------------------------------ changing one


def test_a_change_is_kept_with_its_reason_and_a_new_park_has_its_day(client, lan, kkt, factory):
    new = make.park("KCN Mới", zone=kkt)
    values = open_form(client, lan, edit_of(factory)) | {
        "park": new.pk, "moved_on": "01/06/2024", "status": "suspended", "reason": "Theo thông báo"
    }  # fmt: skip

    answer = send(client, lan, edit_of(factory), values)

    factory.refresh_from_db()
    assert (answer.status_code, factory.park, factory.status) == (302, new, "suspended")
    assert [stay.park.name for stay in ParkStay.objects.order_by("pk")] == ["KCN HP-KKT", "KCN Mới"]
    change = Change.objects.filter(model="organizations.enterprise").latest("pk")
    assert (change.reason, change.before["status"], change.after["status"]) == (
        "Theo thông báo",
        "operating",
        "suspended",
    )
    assert set(change.after) == {"park", "status", "stays"}


def test_nothing_changed_writes_nothing(client, lan, factory):
    changes = Change.objects.count()

    answer = send(client, lan, edit_of(factory), open_form(client, lan, edit_of(factory)))

    assert answer.status_code == 302 and Change.objects.count() == changes
    assert "Không có gì thay đổi." in words_of(client.get(answer["Location"]))


def test_two_clerks_change_the_same_enterprise_and_neither_loses_work(client, lan, thu, factory):
    url = edit_of(factory)
    hers, his = open_form(client, lan, url), open_form(client, thu, url)
    send(client, thu, url, his | {"countries": "Nhật Bản", "name": "Công ty TNHH Sao Mai Nhật"})

    met = send(client, lan, url, hers | {"status": "suspended", "name": "Công ty TNHH Sao Mai Mới"})

    factory.refresh_from_db()
    assert met.status_code == 422 and (factory.status, factory.version) == ("operating", 2)
    told = {one.name: (one.theirs, one.mine, one.clash) for one in met.context["meeting"].differences}
    assert told["name"] == ("Công ty TNHH Sao Mai Nhật", "Công ty TNHH Sao Mai Mới", True)
    assert told["countries"] == ("Nhật Bản", "—", False)
    assert told["status"][2] is False
    assert "Vũ Thị Thu đã lưu lúc" in words_of(met)
    both = filled(met)
    assert (both["countries"], both["status"], both["name"]) == ("Nhật Bản", "suspended", "Công ty TNHH Sao Mai Mới")

    unchosen = send(client, lan, url, both)
    assert unchosen.status_code == 422 and unchosen.context["meeting"].clashes
    saved = send(client, lan, url, filled(unchosen) | {"keep-name": "theirs"})

    factory.refresh_from_db()
    assert saved.status_code == 302
    assert (factory.name, factory.countries, factory.status) == ("Công ty TNHH Sao Mai Nhật", "Nhật Bản", "suspended")


def test_mine_is_kept_when_it_is_chosen_and_what_was_theirs_stays_in_the_history(client, lan, thu, factory):
    url = edit_of(factory)
    hers, his = open_form(client, lan, url), open_form(client, thu, url)
    send(client, thu, url, his | {"name": "Công ty TNHH Sao Mai Nhật"})
    met = send(client, lan, url, hers | {"name": "Công ty TNHH Sao Mai Mới"})

    send(client, lan, url, filled(met) | {"keep-name": "mine"})

    factory.refresh_from_db()
    assert factory.name == "Công ty TNHH Sao Mai Mới"
    assert "Công ty TNHH Sao Mai Nhật" in words_of(client.get(factory.get_absolute_url(), {"tab": "history"}))


def test_a_third_change_while_choosing_is_met_again(client, lan, thu, factory):
    url = edit_of(factory)
    hers, his = open_form(client, lan, url), open_form(client, thu, url)
    send(client, thu, url, his | {"countries": "Nhật Bản"})
    met = send(client, lan, url, hers | {"status": "suspended"})
    send(client, thu, url, open_form(client, thu, url) | {"countries": "Hàn Quốc"})

    again = send(client, lan, url, filled(met))
    saved = send(client, lan, url, filled(again))

    factory.refresh_from_db()
    assert (met.status_code, again.status_code, saved.status_code) == (422, 422, 302)
    assert (factory.countries, factory.status) == ("Hàn Quốc", "suspended")


def test_a_merged_enterprise_is_edited_nowhere(client, lan, kkt, factory):
    twin = make.enterprise("Công ty trùng", zone=kkt)
    Enterprise.objects.filter(pk=twin.pk).update(duplicate_of=factory)
    client.force_login(lan)

    assert client.get(edit_of(twin)).status_code == 404


# ------------------------------------------------------------------------------------------ an organisation


@pytest.fixture
def cell(kkt, lan, factory):
    return make.organization("Chi bộ Sao Mai", zone=kkt, enterprises=[factory], by=lan)


def test_code_superior_and_enterprises_of_an_organisation_are_changed_together(client, lan, kkt, cell, factory):
    base = make.organization("Đảng bộ Sao Mai", zone=kkt, type="party_committee")
    other = make.enterprise("Công ty Bình Minh", zone=kkt)
    held = Coverage.objects.get(organization=cell)
    values = open_form(client, lan, edit_of(cell)) | {
        "code": "CB-01", "parent": "Đảng bộ Sao Mai", f"until_{held.pk}": "31/07/2024", "enterprise": other.tax_code,
        "covered_from": "01/08/2024", "lead": "on", "reason": "Sắp xếp lại",
    }  # fmt: skip

    answer = send(client, lan, edit_of(cell), values)

    cell.refresh_from_db()
    assert (answer.status_code, cell.code, cell.parent) == (302, "CB-01", base)
    rows = Coverage.objects.filter(organization=cell).order_by("pk")
    assert [(row.enterprise.name, row.valid_from, row.valid_to) for row in rows] == [
        (factory.name, None, date(2024, 7, 31)),
        (other.name, date(2024, 8, 1), None),
    ]
    assert cell.name == "Chi bộ Sao Mai" and cell.type.code == "party_cell"


def test_a_superior_that_cannot_be_is_refused_whole(client, lan, kkt, cell):
    union = make.organization("Công đoàn Sao Mai", zone=kkt, type="union_base")
    below = make.organization("Chi bộ Phân xưởng", zone=kkt, parent=cell)
    url = edit_of(cell)
    values = open_form(client, lan, url) | {"code": "CB-01"}
    for wrong in (union.name, below.name, cell.name, "Không có tổ chức này"):
        answer = send(client, lan, url, values | {"parent": wrong})
        assert answer.status_code == 422 and "parent" in answer.context["form"].errors, wrong
        assert filled(answer)["parent"] == wrong
    cell.refresh_from_db()
    assert (cell.code, cell.parent) == ("", None)


def test_an_event_recorded_meanwhile_is_no_conflict_and_another_superior_is(client, lan, thu, kkt, cell):
    base = make.organization("Đảng bộ Sao Mai", zone=kkt, type="party_committee")
    values = open_form(client, lan, edit_of(cell)) | {"code": "CB-01"}
    actions.suspend(organization=cell, decision=make.decision(zone=kkt, on=date(2024, 6, 1)), by=thu)
    assert send(client, lan, edit_of(cell), values).status_code == 302

    values = open_form(client, lan, edit_of(cell)) | {"code": "CB-02"}
    actions.change_organization(organization=cell, parent=base, by=thu)
    met = send(client, lan, edit_of(cell), values)
    assert met.status_code == 422 and not met.context["meeting"].clashes
    assert send(client, lan, edit_of(cell), filled(met)).status_code == 302
    cell.refresh_from_db()
    assert (cell.code, cell.parent) == ("CB-02", base)


def test_a_coverage_does_not_end_before_it_began_nor_begin_twice(client, lan, kkt, cell, factory):
    Coverage.objects.filter(organization=cell).update(valid_from=date(2024, 6, 1))
    held = Coverage.objects.get(organization=cell)
    values = open_form(client, lan, edit_of(cell))

    early = send(client, lan, edit_of(cell), values | {f"until_{held.pk}": "01/05/2024"})
    twice = send(client, lan, edit_of(cell), values | {"enterprise": factory.tax_code})
    which = send(client, lan, edit_of(cell), values | {"covered_from": "01/05/2024"})

    assert [answer.status_code for answer in (early, twice, which)] == [422, 422, 422]
    assert "01/05/2024" in words_of(early)
    assert Coverage.objects.get(organization=cell).valid_to is None


def test_an_organisation_of_a_past_event_is_edited_by_its_zone_alone(client, lan, hoa, kkt, other_zone, cell):
    paper = make.decision(zone=kkt, on=date(2024, 7, 1))
    actions.transfer(organizations=[cell], to_zone=other_zone, decision=paper, by=make.system())
    url = reverse("organizations:organization_edit", args=[cell.pk])
    client.force_login(lan)
    assert client.get(url).status_code == 403
    client.force_login(hoa)
    assert client.get(url).status_code == 200
