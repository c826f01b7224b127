"""Each act in the browser: the right way, the refused way that leaves no trace, and who may not."""

from datetime import date

import pytest
from django.urls import reverse

from organizations import actions, audit
from organizations.forms.acts import ACTS
from organizations.models import Event, Kind, Organization
from tests import make
from tests.traces import no_trace

pytestmark = pytest.mark.one_database

FOUNDED, LATER = date(2023, 3, 1), date(2024, 5, 20)
PAPER = {"number": "12-QĐ/ĐU", "issued_on": "20/05/2024", "issuer": "Đảng ủy Khu kinh tế Hải Phòng"}
COUNTED = {"quantity": "4", "female": "1", "workers": "3"}


SOME_OR_ALL = pytest.mark.parametrize(  # what all acts share is tried on every fourth, on all by `make verify`
    "kind", [kind if place % 4 == 0 else pytest.param(kind, marks=pytest.mark.full) for place, kind in enumerate(ACTS)]
)


@pytest.fixture
def cell(kkt):
    host = make.enterprise(zone=kkt, workers=900)
    row = make.organization("Chi bộ Thép", zone=kkt, on=FOUNDED, enterprises=[host])
    make.admission(row, 40, on=FOUNDED)
    return row


@pytest.fixture
def union(kkt):
    row = make.organization("Công đoàn Thép", zone=kkt, type="union_base", on=FOUNDED)
    make.joining(row, 40, on=FOUNDED)
    return row


def url(organization, kind):
    return reverse("organizations:act", args=[organization.pk, kind])


def prepared(kind, request):
    """The organisation of an act and what its form is given."""
    cell = request.getfixturevalue("cell")
    types = {"upgraded": "party_committee", "retyped": "party_subcell", "downgraded": "party_cell"}
    if kind in (Kind.JOINED, Kind.LEFT):
        return request.getfixturevalue("union"), PAPER | COUNTED
    if kind == Kind.RESUMED:
        actions.suspend(organization=cell, decision=make.decision(on=FOUNDED), by=make.system())
    if kind == Kind.DOWNGRADED:
        committee = make.type_("party_committee")
        actions.upgrade(organization=cell, to_type=committee, decision=make.decision(on=FOUNDED), by=make.system())
    more = {
        **{name: {"to_type": make.type_(code).pk} for name, code in types.items()},
        "renamed": {"new_name": "Chi bộ Thép mới"},
        "dissolved": {"reason": "Đảng viên đã chuyển về chi bộ phường"},
        "transferred_out": {"to_zone": request.getfixturevalue("other_zone").code},
        "merged_away": {"name": "Chi bộ Hợp nhất", "type": make.type_("party_cell").pk},
        "split_from": {"name": "Chi bộ Tách", "type": make.type_("party_cell").pk, "members": "5"},
    }.get(kind, {})
    counted = COUNTED if ACTS[kind].again else {}
    return cell, PAPER | counted | more


@pytest.mark.parametrize("kind", ACTS)
def test_each_act_is_done_from_its_page(client, lan, request, kind):
    organization, given = prepared(kind, request)
    client.force_login(lan)
    assert client.get(url(organization, kind)).status_code == 200

    before = Event.objects.filter(kind=kind).count()
    answer = client.post(url(organization, kind), given, follow=True)

    assert answer.redirect_chain, answer.context["form"].errors
    event = Event.objects.filter(kind=kind).latest("pk")
    assert Event.objects.filter(kind=kind).count() == before + 1
    assert (event.decision.number, event.effective_on, event.recorded_by) == ("12-QĐ/ĐU", LATER, lan)
    if ACTS[kind].again:
        assert (abs(event.quantity), abs(event.female), abs(event.workers)) == (4, 1, 3)
    can_be_undone = f"/events/{event.pk}/reverse/" in answer.content.decode()
    assert can_be_undone == (kind != Kind.TRANSFERRED_OUT)  # in another zone by now
    assert audit.differences() == []


@SOME_OR_ALL
def test_a_decision_older_than_the_organisation_is_refused_and_what_was_typed_is_kept(client, lan, request, kind):
    organization, given = prepared(kind, request)
    if kind == Kind.SPLIT_FROM:
        given |= {"members": "5"}
    client.force_login(lan)

    with no_trace():
        answer = client.post(url(organization, kind), given | {"issued_on": "20/05/2019", "note": "Theo văn bản"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="12-QĐ/ĐU"' in page and 'value="20/05/2019"' in page and "Theo văn bản" in page
    assert 'href="#id_issued_on"' in page


@SOME_OR_ALL
def test_only_those_who_enter_facts_of_the_zone_may(client, request, kind):
    organization, given = prepared(kind, request)
    for person, status in {"quan": 403, "minh": 403, "hoa": 404, "stranger": 404}.items():
        client.force_login(request.getfixturevalue(person))
        with no_trace():
            assert client.get(url(organization, kind)).status_code == status, person
            assert client.post(url(organization, kind), given).status_code == status, person


def test_what_is_no_act_has_no_page(client, lan, cell):
    client.force_login(lan)

    for kind in ("established", "formed_by_merger", "transferred_in", "elevated"):
        assert client.get(url(cell, kind)).status_code == 404, kind


def test_an_act_that_cannot_be_done_now_says_why_and_what_can(client, lan, cell, union):
    client.force_login(lan)

    def told(organization, kind):
        with no_trace():
            for answer in (client.get(url(organization, kind)), client.post(url(organization, kind), PAPER)):
                assert answer.status_code == 409
        return answer.content.decode()

    assert url(cell, "suspended") in told(cell, "resumed")
    assert url(cell, "retyped") in told(cell, "downgraded")
    assert "(Công đoàn)" in told(union, "admitted")
    actions.suspend(organization=cell, decision=make.decision(on=LATER), by=make.system())
    assert url(cell, "resumed") in told(cell, "suspended")
    ending = actions.dissolve(
        reason="Sắp xếp lại", organization=cell, decision=make.decision(on=LATER), by=make.system()
    )
    assert reverse("organizations:reverse", args=[ending.pk]) in told(cell, "admitted")


def test_a_warning_asks_for_a_reason_on_the_page_and_keeps_it(client, lan, kkt):
    small = make.organization(zone=kkt, on=FOUNDED)
    client.force_login(lan)
    given = PAPER | {"to_type": make.type_("party_committee").pk}

    page = client.get(url(small, "upgraded")).content.decode()
    assert 'name="reason"' not in page
    with no_trace():
        answer = client.post(url(small, "upgraded"), given)
        assert answer.status_code == 422
        assert 'name="reason"' in answer.content.decode() and 'value="12-QĐ/ĐU"' in answer.content.decode()
        assert client.post(url(small, "upgraded"), given | {"reason": " "}).status_code == 422

    answer = client.post(url(small, "upgraded"), given | {"reason": "Có văn bản đồng ý số 5-CV/TU"})
    assert answer.status_code == 302
    assert Event.objects.get(kind="upgraded").reason == "Có văn bản đồng ý số 5-CV/TU"


@SOME_OR_ALL
def test_an_act_pressed_twice_is_done_once_and_leads_to_the_same(client, lan, request, kind):
    organization, given = prepared(kind, request)
    client.force_login(lan)
    given |= {"key": "k1"}

    first = client.post(url(organization, kind), given)
    with no_trace():
        second = client.post(url(organization, kind), given)
    assert (first.status_code, first.url) == (second.status_code, second.url)


def test_a_form_pressed_twice_writes_once(client, lan, cell):
    client.force_login(lan)
    form = client.get(url(cell, "admitted")).context["form"]
    given = PAPER | COUNTED | {"key": form["key"].value()}

    first = client.post(url(cell, "admitted"), given)
    second = client.post(url(cell, "admitted"), given)

    assert (first.status_code, first.url) == (second.status_code, second.url) == (302, cell.get_absolute_url())
    assert Event.objects.filter(kind="admitted", effective_on=LATER).count() == 1

    third = client.post(url(cell, "admitted"), given | {"quantity": "5"})  # gone back, and changed
    assert third.status_code == 422 and cell.get_absolute_url() in third.content.decode()
    assert Event.objects.filter(kind="admitted", effective_on=LATER).count() == 1
    fresh = third.context["form"].data["key"]
    assert client.post(url(cell, "admitted"), given | {"quantity": "5", "key": fresh}).status_code == 302
    assert sorted(Event.objects.filter(effective_on=LATER).values_list("quantity", flat=True)) == [4, 5]


@pytest.mark.parametrize("key", ["\x00", "k" * 101, "khóa lạ !", "' OR 1=1"])
def test_a_strange_key_is_no_fault_of_ours(client, lan, cell, key):
    client.force_login(lan)

    with no_trace():
        assert client.post(url(cell, "admitted"), PAPER | COUNTED | {"key": key}).status_code == 422


def test_a_refused_form_may_be_sent_again_under_its_key(client, lan, cell):
    client.force_login(lan)
    given = PAPER | COUNTED | {"key": "k1"}

    assert client.post(url(cell, "removed"), given | {"quantity": "999"}).status_code == 422
    assert client.post(url(cell, "removed"), given).status_code == 302


def test_save_and_add_another_keeps_the_decision_and_clears_the_number(client, lan, union):
    client.force_login(lan)

    answer = client.post(url(union, "joined"), PAPER | COUNTED | {"then": "again"}, follow=True)

    form = answer.context["form"]
    assert (form["number"].value(), form["issued_on"].value()) == ("12-QĐ/ĐU", "20/05/2024")
    assert form["quantity"].value() is None
    assert "44" in answer.content.decode()  # counted by the ledger


def test_members_may_come_without_a_decision_and_an_organisation_never_ends_without_one(client, lan, union):
    client.force_login(lan)
    bare = {"issued_on": "20/05/2024"}

    with no_trace():
        assert "number" in client.post(url(union, "joined"), bare | COUNTED).context["form"].errors
        both = client.post(url(union, "joined"), PAPER | COUNTED | {"no_decision": "on"})
        assert "no_decision" in both.context["form"].errors
        assert "number" in client.post(url(union, "dissolved"), bare | {"no_decision": "on"}).context["form"].errors
    assert client.post(url(union, "joined"), bare | COUNTED | {"no_decision": "on"}).status_code == 302
    assert Event.objects.get(kind="joined", effective_on=LATER).decision is None


def test_bad_numbers_and_days_are_told_at_their_fields(client, lan, cell):
    client.force_login(lan)

    with no_trace():
        answer = client.post(
            url(cell, "admitted"), {"number": "1", "issued_on": "31/02/2024", "quantity": "1,5", "female": "x"}
        )
    assert {"issued_on", "quantity", "female"} <= answer.context["form"].errors.keys()
    assert "31/02/2024" in answer.content.decode()
    with no_trace():
        answer = client.post(url(cell, "admitted"), PAPER | {"quantity": "3", "female": "5"})
    assert list(answer.context["form"].errors) == ["female"]


def test_a_closed_period_is_told_at_the_date(client, lan, kkt, cell):
    make.lock(kkt, date(2024, 1, 1), date(2024, 12, 31))
    client.force_login(lan)

    with no_trace():
        answer = client.post(url(cell, "admitted"), PAPER | COUNTED)
    assert "Số liệu đã được tiếp nhận" in str(answer.context["form"].errors["issued_on"])


def test_several_merge_into_one_that_stands_with_their_members(client, lan, kkt, cell):
    into, other = (make.organization(zone=kkt, on=FOUNDED) for _ in range(2))
    client.force_login(lan)

    with no_trace():
        answer = client.post(url(cell, "merged_away"), PAPER | {"into": into.name, "name": "Chi bộ Mới"})
        assert "name" in answer.context["form"].errors
        assert {"name", "type"} <= client.post(url(cell, "merged_away"), PAPER).context["form"].errors.keys()
    answer = client.post(url(cell, "merged_away"), PAPER | {"into": f"#{into.pk}", "others": f"{other.name}\n"})

    assert answer.status_code == 302
    statuses = Organization.objects.filter(pk__in=[cell.pk, other.pk]).values_list("status", flat=True)
    assert list(statuses) == ["ended", "ended"]
    assert Event.objects.filter(organization=into, kind="member_transferred_in").get().quantity == 40
    assert audit.differences() == []
