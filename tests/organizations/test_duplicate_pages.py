"""The list of probable duplicates, the page that compares two rows, merging and separating in the browser's words."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organizations import actions, audit
from organizations.duplicates import pairs
from organizations.models import Distinct, Enterprise, Organization
from tests import make
from tests.traces import no_trace

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
DAY, LATER = date(2022, 3, 1), date(2023, 5, 2)


@pytest.fixture
def hosts(kkt):
    one = make.enterprise("Công ty TNHH Thép Sao Mai", zone=kkt, workers=90, workers_on=DAY)
    return one, make.enterprise("Cty CP Thép Sao Mai", zone=kkt, tax_code="")


@pytest.fixture
def cells(kkt):
    decision = make.decision("12-QĐ/ĐU", on=DAY, zone=kkt)
    one = make.organization("Chi bộ Công ty Sao Mai", zone=kkt, decision=decision)
    other = make.organization("Chi bộ Sao Mai (mới)", zone=kkt, decision=decision)
    make.admission(one, 2, on=LATER)
    return one, other


def address(of, one, other):
    first, second = sorted((one.pk, other.pk))
    return reverse("organizations:duplicate_pair", args=[of, first, second])


def keys(user, of):
    return [(pair.first, pair.second) for pair in pairs(user)[of]]


def post(client, url, **values):
    """Press the button as the page draws it."""
    form = client.get(url).context["form"]
    hidden = {field.html_name: field.value() for field in form.hidden_fields()}
    return client.post(url, {name: value for name, value in hidden.items() if value is not None} | values)


# ------------------------------------------------------------------------------------------ what is found


def test_names_that_differ_in_common_words_are_a_pair(hosts, lan, hoa, minh):
    one, other = hosts
    assert keys(lan, "enterprises") == [(one.pk, other.pk)]
    assert keys(hoa, "enterprises") == []
    assert keys(minh, "enterprises") == [(one.pk, other.pk)]


def test_a_tax_code_of_two_zones_is_seen_by_whoever_sees_both(hosts, other_zone, lan, hoa, minh):
    there = make.enterprise("Sao Mai Steel", zone=other_zone, tax_code=hosts[0].tax_code)
    assert (hosts[0].pk, there.pk) not in keys(lan, "enterprises") + keys(hoa, "enterprises")
    assert keys(minh, "enterprises")[0] == (hosts[0].pk, there.pk)


def test_units_of_one_enterprise_are_no_duplicates(kkt, lan):
    root = make.tax_code()
    for unit in ("001", "002"):
        make.enterprise(f"Công ty Sao Mai {unit}"[:-4], zone=kkt, tax_code=f"{root}-{unit}")
    assert keys(lan, "enterprises") == []


def test_cells_of_one_decision_under_similar_names_are_a_pair_and_numbered_ones_are_not(cells, kkt, lan):
    decision = make.decision(on=LATER, zone=kkt)
    for number in (1, 2):
        make.organization(f"Chi bộ Phân xưởng Luyện thép số {number}", zone=kkt, decision=decision)
    assert keys(lan, "organizations") == [tuple(row.pk for row in cells)]


def test_the_superior_is_no_duplicate(kkt, lan):
    above = make.organization("Đảng bộ Công ty Sao Mai", zone=kkt, type="party_committee")
    make.organization("Chi bộ Công ty Sao Mai", zone=kkt, parent=above)
    assert keys(lan, "organizations") == []


def test_a_decision_under_two_spellings_of_its_issuer_is_a_pair(kkt, lan):
    one = make.decision("21-QĐ/ĐU", on=DAY, zone=kkt, issuer="Đảng ủy Khu kinh tế")
    other = make.decision("21-QĐ/ĐU", on=DAY, zone=kkt, issuer="ĐU KKT Hải Phòng")
    make.decision("21-QĐ/ĐU", on=LATER, zone=kkt)
    assert keys(lan, "decisions") == [(one.pk, other.pk)]


def test_of_a_decision_that_is_quoted_the_zone_that_recorded_it_is_not_told(client, kkt, other_zone, lan, hoa):
    quoted = make.decision("21-QĐ/ĐU", on=DAY, zone=kkt, issuer="Đảng ủy Khu kinh tế")
    own = make.decision("21-QĐ/ĐU", on=DAY, zone=other_zone, issuer="ĐU KKT Hải Phòng")
    make.organization("Chi bộ A", zone=other_zone, decision=quoted)
    client.force_login(hoa)
    page = client.get("/duplicates/?show=decisions")
    assert len(page.context["pairs"]) == 1 and str(kkt) not in page.content.decode()
    assert "/distinct/" not in page.content.decode()
    refused = client.post(f"{address('decisions', quoted, own)}distinct/", {"act": "distinct"})
    assert refused.status_code == 403 and str(kkt) not in refused.content.decode()


# ------------------------------------------------------------------------------------------ the pages


def test_the_list_counts_and_shows_why(client, hosts, cells, lan):
    client.force_login(lan)
    page = client.get("/duplicates/")
    assert [number for _of, _title, number in page.context["counts"]] == [1, 1, 0, 0]
    assert "Thép Sao Mai" in page.content.decode()
    assert "tên gần giống" in page.content.decode().lower()
    assert "12-QĐ/ĐU" not in page.content.decode()
    assert "cùng quyết định thành lập" in client.get("/duplicates/?show=organizations").content.decode().lower()
    assert client.get("/duplicates/?show=nothing&page=x").status_code == 200


@pytest.mark.parametrize("show", ["enterprises", "organizations"])
@pytest.mark.full
def test_the_list_asks_as_often_for_fifty_as_for_one(client, kkt, lan, show):
    def asked(size):
        decision = make.decision(on=DAY, zone=kkt)
        for _ in range(size):
            host = make.enterprise(zone=kkt)
            number = make.tax_code()
            for mark in ("TNHH", "CP"):
                make.enterprise(f"Công ty {mark} Thép {number}", zone=kkt)
                make.organization(f"Chi bộ {mark} Thép {number}", zone=kkt, decision=decision, enterprises=[host])
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/duplicates/?show={show}")
        assert len(page.context["pairs"]) >= min(size, 50)
        return len(queries)

    client.force_login(lan)
    client.get("/duplicates/")
    assert asked(1) == asked(50) <= 16


def test_two_rows_are_compared_and_merged_with_what_changes_said_before(client, cells, lan):
    one, other = cells
    client.force_login(lan)
    url = address("organizations", one, other)
    with no_trace():
        page = client.get(url)
    assert page.context["plan"].survivor == one
    figures = [(figure.year, figure.before, figure.after) for figure in page.context["figures"]]
    assert figures == [(2022, 2, 1), (None, 2, 1)]
    answer = post(client, url, reason="Nhập hai lần")
    assert answer.status_code == 302
    page = client.get(answer.url)
    other.refresh_from_db()
    assert other.duplicate_of == one
    assert reverse("organizations:duplicate_separate", args=["organizations", other.pk]) in page.content.decode()
    assert "thu hồi 1 dòng sổ" in page.content.decode()
    assert audit.differences() == []


def test_hundreds_of_lines_are_compared_a_page_at_a_time(client, cells, lan, monkeypatch):
    monkeypatch.setattr("organizations.views.duplicates.A_PAGE", 2)
    one, other = cells
    for number in range(3, 8):  # no two alike: all go on counting
        make.admission(other, number, on=LATER, decision=make.decision(f"{number}-QĐ/ĐU", on=LATER, zone=one.zone))
    client.force_login(lan)
    url = f"{address('organizations', one, other)}?keep={one.pk}"

    first, last = client.get(url), client.get(f"{url}&kept=3")

    kept = first.context["plan"].kept
    assert len(kept) > 4
    assert list(first.context["kept"]) == list(kept[:2])
    assert list(last.context["kept"]) == list(kept[4:6])
    assert f'href="?keep={one.pk}&amp;kept=2#kept"' in first.content.decode().replace("&kept", "&amp;kept")
    assert last.context["plan"].survivor == one


def test_the_other_row_can_be_the_one_that_stays(client, hosts, lan):
    one, other = hosts
    client.force_login(lan)
    url = address("enterprises", one, other)
    answer = post(client, f"{url}?keep={other.pk}", reason="Tên này đúng")
    assert answer.status_code == 302
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.duplicate_of, other.tax_code) == (other, one.tax_code)


def test_without_a_reason_nothing_is_merged_and_what_was_chosen_is_kept(client, hosts, lan):
    one, other = hosts
    client.force_login(lan)
    url = f"{address('enterprises', one, other)}?keep={other.pk}"
    with no_trace():
        client.get(url)
        answer = post(client, url, reason=" ")
    assert answer.status_code == 422
    assert answer.context["plan"].survivor == other
    assert answer.context["form"].errors.keys() == {"reason"}


def test_pressed_twice_it_is_merged_once(client, cells, lan):
    client.force_login(lan)
    url = address("organizations", *cells)
    form = client.get(url).context["form"]
    values = {field.html_name: field.value() for field in form.hidden_fields()} | {"reason": "Nhập hai lần"}
    first, second = client.post(url, values), client.post(url, values)
    assert (first.status_code, second.status_code, second.url) == (302, 302, first.url)
    assert client.post(url, values | {"reason": "Khác"}).status_code == 409


def test_pressed_twice_it_is_separated_once(client, cells, lan):
    one, other = cells
    actions.merge_duplicates(survivor=one, duplicate=other, by=lan, reason="Nhập hai lần")
    client.force_login(lan)
    url = reverse("organizations:duplicate_separate", args=["organizations", other.pk])
    form = client.get(url).context["form"]
    values = {field.html_name: field.value() for field in form.hidden_fields()} | {"reason": "Là hai"}
    first, second = client.post(url, values), client.post(url, values)
    assert (first.status_code, second.status_code, second.url) == (302, 302, first.url)


def test_what_another_zone_recorded_of_the_two_is_not_told(client, cells, kkt, other_zone, lan, hoa, admin):
    """Both were handed over: the zone before still reads that they are, the zone after what it recorded itself."""
    for cell in cells:
        make.admission(cell, 23, on=LATER)
        actions.record_headcount(subject=cell, on=LATER, total=4321, by=lan)
    decision = make.decision(on=date(2024, 5, 2), zone=kkt)
    actions.transfer(organizations=list(cells), to_zone=other_zone, decision=decision, by=make.system())
    for cell in cells:
        cell.refresh_from_db()
        make.admission(cell, 57, on=date(2024, 6, 3))
    url = address("organizations", *cells)
    values = {"keep": cells[0].pk, "reason": "Nhập hai lần"}
    for person, others in ((lan, "57"), (hoa, "4.321")):
        client.force_login(person)
        page = client.get(url)
        assert not page.context["figures"] and "data-once" not in page.content.decode()
        assert f">{others}<" not in page.content.decode() and f">{others} (" not in page.content.decode()
        with no_trace():
            assert client.post(url, values).status_code == 403
    client.force_login(admin)
    assert post(client, url, reason="Nhập hai lần").status_code == 302
    client.get(url)  # reads what was said of it
    duplicate = next(cell for cell in Organization.objects.all() if cell.duplicate_of_id)
    back = reverse("organizations:duplicate_separate", args=["organizations", duplicate.pk])
    for person in (lan, hoa):
        client.force_login(person)
        page = client.get(url)
        assert {event.zone for event in page.context["merge"].events} <= {kkt if person == lan else other_zone}
        assert back not in page.content.decode() and client.get(back).status_code == 403


def test_what_cannot_be_merged_says_why_and_offers_no_button(client, cells, kkt, lan):
    one, other = cells
    make.lock(kkt, DAY, DAY)
    client.force_login(lan)
    page = client.get(address("organizations", one, other))
    assert f"{DAY:%d/%m/%Y}" in page.content.decode()
    assert "data-once" not in page.content.decode()
    with no_trace():
        answer = client.post(address("organizations", one, other), {"keep": one.pk, "reason": "x"})
        assert answer.status_code == 422


def test_the_merger_is_undone_from_its_page(client, cells, lan):
    one, other = cells
    actions.merge_duplicates(survivor=one, duplicate=other, by=lan, reason="Nhập hai lần")
    client.force_login(lan)
    url = reverse("organizations:duplicate_separate", args=["organizations", other.pk])
    assert client.get(url).context["merge"].events
    answer = post(client, url, reason="Là hai chi bộ")
    assert answer.status_code == 302
    other.refresh_from_db()
    assert (other.duplicate_of, other.status) == (None, "active")
    assert "ghi lại 1 dòng sổ" in client.get(answer.url).content.decode()
    assert client.get(url).status_code == 404


def test_a_merger_touched_since_says_so(client, cells, lan):
    one, other = cells
    make.admission(other, 2, on=date(2024, 1, 5))
    actions.merge_duplicates(survivor=one, duplicate=other, by=lan, reason="Nhập hai lần")
    from organizations.models import Event

    actions.reverse(event=Event.objects.live().get(organization=other), reason="Nhầm", by=lan)
    client.force_login(lan)
    url = reverse("organizations:duplicate_separate", args=["organizations", other.pk])
    assert "đã được sửa hoặc thu hồi" in client.get(url).content.decode()
    with no_trace():
        assert client.post(url, {"reason": "Là hai"}).status_code == 422


def test_those_who_only_read_see_and_do_not_merge(client, cells, quan, minh, hoa):
    url = address("organizations", *cells)
    for person, seen, pressed in ((quan, 200, 403), (minh, 200, 403), (hoa, 404, 404)):
        client.force_login(person)
        assert client.get(url).status_code == seen
        with no_trace():
            assert client.post(url, {"keep": cells[0].pk, "reason": "x"}).status_code == pressed
            assert client.post(f"{url}distinct/").status_code == pressed


def test_two_that_are_two_leave_the_list_until_asked_again(client, hosts, lan):
    one, other = hosts
    client.force_login(lan)
    url = f"{address('enterprises', one, other)}distinct/"
    client.post(url, {"act": "distinct"})
    assert (keys(lan, "enterprises"), keys(lan, "distinct")) == ([], [(one.pk, other.pk)])
    assert "Nguyễn Thị Lan" in client.get("/duplicates/?show=distinct").content.decode()
    client.post(url, {"act": "ask"})
    assert keys(lan, "enterprises") == [(one.pk, other.pk)]
    assert not Distinct.objects.exists()


def test_addresses_that_say_nothing_are_not_found(client, hosts, lan):
    one, other = hosts
    client.force_login(lan)
    for url in (
        f"/duplicates/enterprises/{other.pk}/{one.pk}/", f"/duplicates/enterprises/{one.pk}/{one.pk}/",
        f"/duplicates/parks/{one.pk}/{other.pk}/", f"/duplicates/decisions/{one.pk}/{other.pk}/",
        f"/duplicates/enterprises/{one.pk}/separate/", "/duplicates/parks/1/separate/",
    ):  # fmt: skip
        assert client.get(url).status_code == 404, url
    assert Enterprise.objects.count() == 2 and not Organization.objects.exists()


def test_both_histories_tell_of_the_merger_in_words(client, cells, hosts, lan):
    for one, other in (cells, hosts):
        actions.merge_duplicates(survivor=one, duplicate=other, by=lan, reason="Nhập hai lần")
        client.force_login(lan)
        back = reverse("organizations:duplicate_separate", args=[one.duplicates_table, other.pk])
        shown = client.get(f"{other.get_absolute_url()}?own&tab=history").content.decode()
        assert f"<b>{one.name}</b>" in shown and back in shown
        assert f"<b>{other.name}</b>" in client.get(f"{one.get_absolute_url()}?tab=history").content.decode()
        actions.unmerge(duplicate=other, by=lan, reason="Là hai")
        shown = client.get(f"{one.get_absolute_url()}?tab=history").content.decode()
        assert "Nhập hai lần" in shown and "Là hai" in shown and "withdrawn" not in shown
