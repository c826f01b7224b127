"""Many organisations handed over by one decision: said in words first, then written in one act."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations import actions, audit
from organizations.models import Event, Organization
from tests import make
from tests.traces import no_trace

pytestmark = pytest.mark.one_database

URL = "/organizations/transfer/"
FOUNDED, DAY = date(2023, 3, 1), date(2024, 5, 20)


@pytest.fixture
def unions(kkt):
    rows = [make.organization(f"Công đoàn Số {n}", zone=kkt, type="union_base", on=FOUNDED) for n in range(1, 4)]
    for number, row in enumerate(rows, 1):
        make.joining(row, 10 * number, on=FOUNDED)
    return rows


@pytest.fixture
def given(unions, other_zone):
    return {
        "organizations": [row.pk for row in unions], "to_zone": other_zone.code, "number": "9-QĐ/LĐLĐ",
        "issued_on": "20/05/2024", "issuer": "Liên đoàn Lao động thành phố", "step": "look",
    }  # fmt: skip


def confirmed(answer):
    """What the preview would send."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode())
    sent: dict = {}
    for name, value in found:
        sent.setdefault(name, []).append(value)
    return sent | {"step": "write"}


def test_a_hand_over_is_said_in_words_and_then_written_in_one_act(client, lan, unions, other_zone, given):
    client.force_login(lan)
    chosen = client.get(URL, {"organization": [row.pk for row in unions[:2]]})
    assert chosen.content.decode().count("checked") == 2

    with no_trace():
        looked = client.post(URL, given)
    assert looked.status_code == 200
    plan = looked.context["plan"]
    assert [(row.name, members) for row, members in plan.going] == [
        ("Công đoàn Số 1", 10), ("Công đoàn Số 2", 20), ("Công đoàn Số 3", 30)
    ]  # fmt: skip
    assert plan.staying == []
    answer = client.post(URL, confirmed(looked), follow=True)

    assert answer.redirect_chain, answer.context["form"].errors
    assert set(Organization.objects.values_list("zone", flat=True)) == {other_zone.pk}
    came = Event.objects.filter(zone=other_zone)
    assert came.filter(kind="transferred_in").count() == 3
    assert came.filter(kind="member_transferred_in").totals()["quantity"] == 60
    assert {event.decision.number for event in came} == {"9-QĐ/LĐLĐ"}
    assert len({*came.values_list("recorded_at", flat=True)}) == 1
    page = answer.content.decode()
    assert "3 tổ chức" in page and "60 thành viên" in page
    assert audit.differences() == []


def test_going_back_from_the_look_keeps_what_was_chosen_and_typed(client, lan, unions, given):
    client.force_login(lan)
    looked = client.post(URL, given)

    with no_trace():
        page = client.post(URL, confirmed(looked) | {"step": "back"})
    assert page.status_code == 200 and page.content.decode().count("checked") == 3
    assert 'value="9-QĐ/LĐLĐ"' in page.content.decode()


def test_pressed_twice_it_is_written_once(client, lan, given):
    client.force_login(lan)
    sent = confirmed(client.post(URL, given))

    first, second = client.post(URL, sent), client.post(URL, sent)
    assert first.status_code == second.status_code == 302 and first.url == second.url
    assert Event.objects.filter(kind="transferred_in").count() == 3


def test_those_that_cannot_go_stay_with_their_reason(client, lan, kkt, unions, other_zone, given):
    make.organization("Công đoàn Số 1", zone=other_zone, type="union_base", on=FOUNDED)  # the name is taken there
    young = make.organization("Công đoàn Mới", zone=kkt, type="union_base", on=date(2024, 6, 1))
    actions.dissolve(reason="Sắp xếp lại", organization=unions[1], decision=make.decision(on=DAY), by=make.system())
    client.force_login(lan)

    with no_trace():
        looked = client.post(URL, given | {"organizations": [*given["organizations"], young.pk]})

    plan = looked.context["plan"]
    assert [row.name for row, _members in plan.going] == ["Công đoàn Số 3"]
    assert {row.name: bool(why) for row, why in plan.staying} == {
        "Công đoàn Số 1": True, "Công đoàn Số 2": True, "Công đoàn Mới": True
    }  # fmt: skip
    assert client.post(URL, confirmed(looked)).status_code == 302
    assert list(Organization.objects.filter(zone=other_zone).values_list("name", flat=True).order_by("pk")) == [
        "Công đoàn Số 3", "Công đoàn Số 1"
    ]  # fmt: skip


def test_what_changed_since_it_was_looked_at_is_not_written(client, lan, unions, given):
    client.force_login(lan)
    sent = confirmed(client.post(URL, given))
    make.joining(unions[0], 5, on=FOUNDED)

    with no_trace():
        answer = client.post(URL, sent)
    assert answer.status_code == 422 and "__all__" in answer.context["form"].errors


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"organizations": []}, "organizations"),
        ({"to_zone": ""}, "to_zone"),
        ({"number": ""}, "number"),
        ({"issued_on": "32/01/2024"}, "issued_on"),
    ],
)
def test_what_is_missing_is_told_and_the_choice_is_kept(client, lan, given, wrong, field):
    client.force_login(lan)

    with no_trace():
        answer = client.post(URL, given | wrong)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    if field != "organizations":
        assert answer.content.decode().count("checked") == 3


def test_what_is_not_ones_own_is_neither_offered_nor_handed_over(client, request, unions, given, other_zone):
    theirs = make.organization("Công đoàn Bạn", zone=other_zone, type="union_base", on=FOUNDED)
    client.force_login(request.getfixturevalue("lan"))
    assert "Công đoàn Bạn" not in client.get(URL).content.decode()
    with no_trace():
        answer = client.post(URL, given | {"organizations": [theirs.pk], "to_zone": "HP-KKT"})
        assert list(answer.context["form"].errors) == ["organizations"]
    for person in ("quan", "minh", "stranger"):
        client.force_login(request.getfixturevalue(person))
        with no_trace():
            assert client.post(URL, given).status_code == 403, person
    client.force_login(request.getfixturevalue("hoa"))
    with no_trace():
        assert list(client.post(URL, given).context["form"].errors) == ["organizations"]


def test_the_choice_is_narrowed_by_words_without_accents(client, lan, kkt, unions):
    make.organization("Chi bộ Thép", zone=kkt, on=FOUNDED)
    client.force_login(lan)

    assert [row.name for row in client.get(URL, {"q": "cong doan so 2"}).context["rows"]] == ["Công đoàn Số 2"]
    assert [row.name for row in client.get(URL, {"sector": "party"}).context["rows"]] == ["Chi bộ Thép"]
    assert "Không có tổ chức" in client.get(URL, {"q": "không có"}).content.decode()


def test_many_organisations_ask_no_more_questions_than_one(client, lan, kkt, unions):
    client.force_login(lan)

    def asked():
        client.get(URL)
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        return len(queries)

    few = asked()
    for _ in range(20):
        make.organization(zone=kkt, type="union_base", on=FOUNDED)
    assert asked() == few


def test_when_nothing_may_go_any_more_the_page_says_why(client, lan, kkt, given):
    client.force_login(lan)
    sent = confirmed(client.post(URL, given))
    make.lock(kkt, date(2024, 1, 1), date(2024, 12, 31))

    for seen in (sent, sent | {"seen": ""}):
        with no_trace():
            answer = client.post(URL, seen)
        assert answer.status_code == 422
        assert "01/01/2024–31/12/2024" in answer.content.decode()
