"""A line of the ledger in the browser: corrected, it shows its whole story; taken back, all its sides go."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organizations import actions, audit
from organizations.models import Event
from tests import make
from tests.traces import no_trace

pytestmark = pytest.mark.one_database

FOUNDED, LATER = date(2023, 3, 1), date(2024, 5, 20)
NEW, OLD, GONE = "Dòng mới", "Dòng gốc", "Dòng đảo"


@pytest.fixture
def cell(kkt):
    return make.organization("Chi bộ Thép", zone=kkt, on=FOUNDED)


@pytest.fixture
def admission(cell):
    return make.admission(cell, 8, female=3, workers=5, on=LATER)


def url(name, event):
    return reverse(f"organizations:{name}", args=[event.pk])


def as_recorded(client, event):
    """What the form holds when it is opened."""
    form = client.get(url("correct", event)).context["form"]
    given = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in given.items() if value not in (None, False)}


def test_a_corrected_line_shows_original_reversal_and_new_line(client, lan, admission):
    client.force_login(lan)
    given = as_recorded(client, admission)
    assert (given["quantity"], given["female"], given["number"]) == ("8", "3", admission.decision.number)

    answer = client.post(url("correct", admission), given | {"quantity": "7", "reason": "Gõ nhầm"}, follow=True)

    new = Event.objects.live().get(kind="admitted")
    assert (new.quantity, new.female, new.reason, new.decision_id) == (7, 3, "Gõ nhầm", admission.decision_id)
    assert [(line.role, line.event.quantity, line.stands) for line in answer.context["lines"]] == [
        ("original", 8, False), ("reversal", -8, False), ("new", 7, True)
    ]  # fmt: skip
    for pk in (admission.pk, admission.reversal.pk):  # whichever line is opened, the story is the same
        page = client.get(reverse("organizations:event", args=[pk]))
        assert [line.event.pk for line in page.context["lines"]] == [admission.pk, admission.reversal.pk, new.pk]
    assert audit.differences() == []


def test_a_line_corrected_twice_tells_it_all(client, lan, admission):
    client.force_login(lan)
    event = admission
    for quantity in ("7", "6"):
        given = as_recorded(client, event) | {"quantity": quantity, "reason": "Gõ nhầm"}
        assert client.post(url("correct", event), given).status_code == 302
        event = Event.objects.live().get(kind="admitted")

    lines = client.get(url("event", admission)).context["lines"]
    assert [(line.role, line.event.quantity) for line in lines] == [
        ("original", 8), ("reversal", -8), ("new", 7), ("reversal", -7), ("new", 6)
    ]  # fmt: skip


def test_another_date_or_issuer_or_number_is_another_decision(client, lan, admission):
    client.force_login(lan)
    given = as_recorded(client, admission)
    given |= {"issued_on": "21/05/2024", "number": "99-QĐ/ĐU", "reason": "Sai số quyết định"}

    assert client.post(url("correct", admission), given).status_code == 302
    new = Event.objects.live().get(kind="admitted")
    assert (new.decision.number, new.effective_on) == ("99-QĐ/ĐU", date(2024, 5, 21))


def test_a_correction_without_a_reason_or_a_difference_leaves_no_trace(client, lan, admission):
    client.force_login(lan)
    given = as_recorded(client, admission)

    with no_trace():
        answer = client.post(url("correct", admission), given | {"quantity": "7"})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])
        answer = client.post(url("correct", admission), given | {"reason": "Gõ nhầm"})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["__all__"])
        answer = client.post(url("correct", admission), given | {"reason": "Gõ nhầm", "issued_on": "01/01/2020"})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["issued_on"])


def test_what_no_longer_stands_cannot_be_corrected_and_the_page_leads_on(client, lan, admission):
    new = actions.correct(event=admission, quantity=7, reason="Gõ nhầm", by=lan)
    client.force_login(lan)

    with no_trace():
        for event in (admission, admission.reversal):
            for name in ("correct", "reverse"):
                answer = client.post(url(name, event), {"reason": "Gõ nhầm", "quantity": "6"})
                assert answer.status_code == 409
                assert url("event", new) in answer.content.decode()


def test_what_two_people_type_about_one_line_is_lost_by_neither(client, lan, admission):
    client.force_login(lan)
    typed = as_recorded(client, admission) | {"quantity": "6", "female": "2", "reason": "Đếm lại"}
    new = actions.correct(event=admission, quantity=7, reason="Gõ nhầm", by=lan)

    with no_trace():
        answer = client.post(url("correct", admission), typed)

    form, page = answer.context["form"], answer.content.decode()
    assert (answer.status_code, answer.context["event"]) == (409, new)
    assert (form["quantity"].value(), form["reason"].value()) == ("6", "Đếm lại")
    assert "đã sửa dòng này lúc" in page and f'action="{url("correct", new)}"' in page
    again = {name: value for name in form.fields if (value := form[name].value()) not in (None, False)}
    assert client.post(url("correct", new), again).status_code == 302
    stands = Event.objects.live().get(kind="admitted")
    assert (stands.quantity, stands.female, stands.reason) == (6, 2, "Đếm lại")
    assert audit.differences() == []


def test_taking_a_hand_over_back_says_which_lines_go_and_takes_them_all(
    client, admin, kkt, other_zone, cell, admission
):
    actions.transfer(organizations=[cell], to_zone=other_zone, decision=make.decision(on=LATER), by=admin)
    out = Event.objects.get(kind="transferred_out")
    client.force_login(admin)

    page = client.get(url("reverse", out))
    assert {side.kind for side in page.context["sides"]} == {
        "transferred_in", "member_transferred_out", "member_transferred_in"
    }  # fmt: skip
    assert "Rút lại 4 dòng" in page.content.decode()
    with no_trace():
        assert client.post(url("reverse", out), {"reason": ""}).status_code == 422
    assert client.post(url("reverse", out), {"reason": "Chưa bàn giao"}).status_code == 302
    cell.refresh_from_db()
    assert cell.zone == kkt
    assert audit.differences() == []


def test_taking_a_split_back_brings_its_members_back(client, lan, cell, admission):
    new = actions.split(
        organization=cell, name="Chi bộ Tách", type=make.type_("party_cell"), members=3,
        decision=make.decision(on=date(2024, 6, 1)), by=lan,
    )  # fmt: skip
    client.force_login(lan)
    event = new.events.get(kind="split_from")

    assert "Rút lại 3 dòng" in client.get(url("reverse", event)).content.decode()
    assert client.post(url("reverse", event), {"reason": "Chưa tách"}).status_code == 302
    new.refresh_from_db()
    assert new.status == "absent" and not cell.successions.exists()
    assert Event.objects.filter(organization=cell).totals()["stock_delta"] == 9  # itself and its members
    assert audit.differences() == []


def test_taking_a_merger_back_leads_to_the_line_that_formed_the_new_one(client, lan, cell, admission):
    decision, cells = make.decision(on=date(2024, 6, 1)), make.type_("party_cell")
    new = actions.merge(organizations=[cell], name="Chi bộ Hợp nhất", type=cells, decision=decision, by=lan)
    client.force_login(lan)

    answer = client.post(url("reverse", cell.events.get(kind="merged_away")), {"reason": "Chưa sáp nhập"}, follow=True)
    formed = new.events.get(kind="formed_by_merger")
    assert url("reverse", formed) in answer.content.decode()
    assert client.post(url("reverse", formed), {"reason": "Chưa sáp nhập"}).status_code == 302
    cell.refresh_from_db()
    new.refresh_from_db()
    assert (cell.status, new.status) == ("active", "absent")
    assert audit.differences() == []


def test_a_founding_with_later_facts_is_not_taken_back_and_says_which(client, lan, cell, admission):
    client.force_login(lan)
    founding = cell.events.get(kind="established")

    with no_trace():
        answer = client.post(url("reverse", founding), {"reason": "Nhầm"})
    assert answer.status_code == 422 and "20/05/2024" in str(answer.context["form"].errors)


def test_only_those_who_enter_facts_of_the_zone_may_change_a_line(client, request, admission):
    for person, statuses in {"quan": (200, 403), "minh": (200, 403), "hoa": (404, 404), "stranger": (404, 404)}.items():
        client.force_login(request.getfixturevalue(person))
        with no_trace():
            assert client.get(url("event", admission)).status_code == statuses[0], person
            for name in ("correct", "reverse"):
                assert client.post(url(name, admission), {"reason": "Gõ nhầm"}).status_code == statuses[1], person


def test_a_long_story_asks_no_more_questions_than_a_short_one(client, lan, admission):
    client.force_login(lan)

    def asked(event):
        client.get(url("event", event))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("event", event))
        return len(queries)

    once = asked(admission)
    event = admission
    for quantity in range(9, 20):
        event = actions.correct(event=event, quantity=quantity, reason="Gõ nhầm", by=lan)
    assert asked(event) == once
