"""Founding an organisation, and counting people, in the browser."""

from datetime import date

import pytest
from django.urls import reverse

from organizations import audit
from organizations.models import Event, Headcount, Organization
from tests import make
from tests.traces import no_trace

pytestmark = pytest.mark.one_database

NEW = "/organizations/new/"
DAY, LATER = date(2024, 5, 20), date(2024, 12, 31)
PAPER = {"number": "12-QĐ/ĐU", "issued_on": "20/05/2024", "issuer": "Đảng ủy Khu kinh tế Hải Phòng"}


@pytest.fixture
def host(kkt):
    return make.enterprise("Công ty TNHH Thép", zone=kkt)


@pytest.fixture
def given(kkt, host):
    return PAPER | {
        "zone": kkt.code, "type": make.type_("party_cell").pk, "name": "Chi bộ Thép", "enterprise": host.tax_code,
        "members": "3",
    }  # fmt: skip


def test_an_organisation_is_founded_with_its_decision_its_enterprises_and_its_members(client, lan, kkt, host, given):
    superior = make.organization("Đảng bộ Khu", zone=kkt, type="party_committee", on=date(2020, 1, 1))
    other = make.enterprise("Công ty Hai", zone=kkt)
    client.force_login(lan)
    page = client.get(NEW)
    assert page.status_code == 200 and page.context["form"]["zone"].is_hidden  # Lan has one zone

    more = {"parent": "Đảng bộ Khu", "enterprises": f"{other.tax_code}\n\n{host.name}"}
    answer = client.post(NEW, given | more)

    row = Organization.objects.get(name="Chi bộ Thép")
    assert answer.url == row.get_absolute_url()
    assert (row.zone, row.parent, row.founded_on, row.status) == (kkt, superior, DAY, "active")
    assert list(row.coverage.values_list("enterprise", "is_lead")) == [(host.pk, True), (other.pk, False)]
    assert (row.headcounts.get().total, row.headcounts.get().on) == (3, DAY)
    event = Event.objects.get(organization=row)
    assert (event.kind, event.counts_as_new, event.enterprise, event.decision.number) == (
        "established", True, host, "12-QĐ/ĐU"
    )  # fmt: skip
    assert audit.differences() == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "", "enterprise": ""}, "name"),
        ({"type": ""}, "type"),
        ({"number": ""}, "number"),
        ({"issued_on": "31/02/2024"}, "issued_on"),
        ({"issued_on": "01/01/1900"}, "issued_on"),
        ({"enterprise": "Công ty không có"}, "enterprise"),
        ({"enterprises": "9999999999"}, "enterprises"),
        ({"parent": "Tổ chức không có"}, "parent"),
        ({"members": "1,5"}, "members"),
        ({"zone": "HP-KHAC"}, "zone"),
        ({"code": "x" * 50}, "code"),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_nothing_is_written(client, lan, other_zone, given, wrong, field):
    client.force_login(lan)

    with no_trace():
        answer = client.post(NEW, given | wrong)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_without_a_name_it_is_called_after_its_enterprise(client, lan, given, host):
    client.force_login(lan)

    assert client.post(NEW, given | {"name": ""}).status_code == 302
    assert Organization.objects.get().name == f"Chi bộ {host.name}"


def test_too_few_members_need_a_reason_which_is_kept(client, lan, given):
    client.force_login(lan)

    with no_trace():
        answer = client.post(NEW, given | {"members": "2"})
    assert list(answer.context["form"].errors) == ["reason"]
    assert client.post(NEW, given | {"members": "2", "reason": "Có ý kiến cấp trên"}).status_code == 302
    assert Event.objects.get().reason == "Có ý kiến cấp trên"


def test_a_name_that_is_taken_is_told_at_the_name(client, lan, kkt, given):
    make.organization("Chi bộ Thép", zone=kkt)
    client.force_login(lan)

    with no_trace():
        assert list(client.post(NEW, given).context["form"].errors) == ["name"]


def test_a_founding_pressed_twice_founds_once_and_another_keeps_the_decision(client, lan, given):
    client.force_login(lan)
    given |= {"key": "k1", "then": "again"}

    first, second = client.post(NEW, given), client.post(NEW, given)

    assert first.url == second.url and Organization.objects.count() == 1
    form = client.get(first.url).context["form"]
    assert (form["number"].value(), form["type"].value(), form["name"].value()) == (
        "12-QĐ/ĐU", make.type_("party_cell").pk, None
    )  # fmt: skip


# ------------------------------------------------------------------------------------------ counts


def count_url(**subject):
    name, row = next(iter(subject.items()))
    return f"{reverse('organizations:headcount')}?{name}={row.pk}"


def test_people_are_counted_and_a_count_is_corrected_with_a_reason(client, lan, kkt, host):
    union = make.organization(zone=kkt, type="union_base")
    client.force_login(lan)
    counts = {"on": "31/12/2024", "total": "1.200", "female": "700", "workers": "1 000"}

    for url, subject in ((count_url(enterprise=host), host), (count_url(organization=union), union)):
        assert client.get(url).status_code == 200
        assert client.post(url, counts).url == subject.get_absolute_url()
        row = subject.headcounts.get()
        assert (row.on, row.total, row.female, row.workers) == (LATER, 1200, 700, 1000)
        assert client.post(url, counts).status_code == 302 and subject.headcounts.count() == 1  # the same once more

        fix = reverse("organizations:headcount_correct", args=[row.pk])
        assert "1.200" in client.get(fix).content.decode()
        with no_trace():
            assert list(client.post(fix, counts | {"total": "1300"}).context["form"].errors) == ["reason"]
            assert client.post(fix, counts | {"reason": "Đếm lại"}).status_code == 422  # nothing is different
        assert client.post(fix, counts | {"total": "1300", "reason": "Đếm lại"}).status_code == 302
        new = subject.headcounts.live().get()
        assert (new.total, new.replaces, new.reason) == (1300, row, "Đếm lại")
        with no_trace():
            gone = client.post(fix, counts | {"total": "1400", "reason": "Đếm lại"})
        assert gone.status_code == 409
        assert reverse("organizations:headcount_correct", args=[new.pk]) in gone.content.decode()
    assert audit.differences() == []


def test_a_day_that_has_a_count_leads_to_correcting_it(client, lan, host):
    url = count_url(enterprise=host)
    client.force_login(lan)
    client.post(url, {"on": "31/12/2024", "total": "10"}, follow=True)

    with no_trace():
        answer = client.post(url, {"on": "31/12/2024", "total": "11"})
        assert client.post(url, {"on": "31/12/2024", "total": "11", "female": "12"}).status_code == 422
        assert list(client.post(url, {"on": "30/12/2024", "total": "1"} | {"female": "2"}).context["form"].errors) == [
            "female"
        ]
    assert answer.status_code == 422
    assert reverse("organizations:headcount_correct", args=[Headcount.objects.get().pk]) in answer.content.decode()


def test_a_closed_period_takes_no_count(client, lan, kkt, host):
    make.lock(kkt, date(2024, 1, 1), LATER)
    client.force_login(lan)

    with no_trace():
        answer = client.post(count_url(enterprise=host), {"on": "31/12/2024", "total": "10"})
    assert list(answer.context["form"].errors) == ["on"]


def test_counting_asks_of_whom(client, lan, host):
    client.force_login(lan)

    for question in ("", "?enterprise=", "?enterprise=9999", f"?enterprise={host.pk}&organization=1", "?enterprise=²"):
        assert client.get(reverse("organizations:headcount") + question).status_code == 404, question


def test_only_those_who_enter_facts_of_the_zone_may(client, request, host, given):
    client.force_login(request.getfixturevalue("lan"))
    client.post(count_url(enterprise=host), {"on": "31/12/2024", "total": "10"})
    fix = reverse("organizations:headcount_correct", args=[Headcount.objects.get().pk])
    for person, status in {"quan": 403, "minh": 403, "hoa": 404, "stranger": 404}.items():
        client.force_login(request.getfixturevalue(person))
        with no_trace():
            for url in (count_url(enterprise=host), fix):
                assert client.post(url, {"on": "30/12/2024", "total": "1", "reason": "x"}).status_code == status, person
            assert client.post(NEW, given).status_code == (422 if person == "hoa" else 403), person
