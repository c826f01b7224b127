"""Recording and correcting facts over HTTP: the same acts, the same refusals, as everywhere."""

from datetime import date

import pytest

from organizations import audit
from organizations.models import Decision, Event, Headcount
from tests import make

pytestmark = pytest.mark.django_db

EVENTS, HEADCOUNTS = "/api/v1/events/", "/api/v1/headcounts/"


@pytest.fixture
def factory(kkt):
    return make.enterprise(zone=kkt, workers=900)


@pytest.fixture
def cell(kkt, factory):
    return make.organization("Chi bộ May", zone=kkt, enterprises=[factory])


@pytest.fixture
def union(kkt, factory):
    return make.organization("Công đoàn May", zone=kkt, type="union_base", enterprises=[factory])


def written():
    return Event.objects.count(), Headcount.objects.count(), Decision.objects.count()


def test_an_admission_is_recorded_with_a_decision_told_by_its_number(api, cell, factory):
    answer = api.post(
        EVENTS,
        {
            "kind": "admitted",
            "organization": cell.pk,
            "quantity": 5,
            "female": 2,
            "workers": 4,
            "decision": {"number": "15-QĐ/ĐU", "issuer": "Đảng ủy Khu kinh tế", "issued_on": "2024-09-02"},
            "note": "Đợt 2/9",
        },
    )
    row = answer.json()

    assert answer.status_code == 201
    assert (row["kind"], row["quantity"], row["female"], row["workers"]) == ("admitted", 5, 2, 4)
    assert row["effective_on"] == "2024-09-02" and row["zone"] == "HP-KKT" and row["note"] == "Đợt 2/9"
    assert (row["organization"], row["organization_name"]) == (cell.pk, "Chi bộ May")
    assert (row["enterprise"], row["park"], row["type"]) == (factory.pk, factory.park_id, "party_cell")
    assert row["decision"]["number"] == "15-QĐ/ĐU" and row["decision"]["issuer"] == "Đảng ủy Khu kinh tế"
    assert row["recorded_by"] == "lan"
    assert api.get(f"{EVENTS}{row['id']}/").json() == row
    assert audit.differences() == []


def test_quoting_a_decision_again_reuses_it(api, cell, lan):
    quoted = {"number": "15-QĐ/ĐU", "issuer": make.ISSUER, "issued_on": "02/09/2024"}
    body = {"kind": "admitted", "organization": cell.pk, "quantity": 1, "decision": quoted}
    first = api.post(EVENTS, body).json()["decision"]["id"]
    again = api.post(EVENTS, body | {"decision": quoted | {"number": "15 -qđ/đu"}}).json()["decision"]["id"]
    by_id = api.post(EVENTS, body | {"decision": first}).json()["decision"]["id"]

    assert first == again == by_id


def test_what_takes_away_is_stored_negative(api, union):
    make.joining(union, 40)
    row = api.post(
        EVENTS, {"kind": "left", "organization": union.pk, "effective_on": "2024-06-01", "quantity": 15, "female": 5}
    ).json()

    assert (row["quantity"], row["female"], row["stock_delta"]) == (-15, -5, -15)


def test_a_change_of_type_and_of_name_changes_the_register(api, cell, kkt):
    make.admission(cell, 40)
    decided = {"number": "20-QĐ/ĐU", "issuer": make.ISSUER, "issued_on": "2025-03-01"}
    upgraded = api.post(
        EVENTS, {"kind": "upgraded", "organization": cell.pk, "to_type": "party_committee", "decision": decided}
    )
    renamed = api.post(
        EVENTS, {"kind": "renamed", "organization": cell.pk, "new_name": "Đảng bộ May", "decision": decided}
    )

    assert (upgraded.status_code, renamed.status_code) == (201, 201), renamed.json()
    assert (upgraded.json()["type"], upgraded.json()["from_type"]) == ("party_committee", "party_cell")
    row = api.get(f"/api/v1/organizations/{cell.pk}/").json()
    assert (row["name"], row["type"]) == ("Đảng bộ May", "party_committee")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"kind": "promoted"}, "kind"),
        ({"kind": None}, "kind"),
        ({"kind": "admitted"}, "kind"),  # not for a union
        ({"organization": 10**9}, "organization"),
        ({"organization": "abc"}, "organization"),
        ({"organization": True}, "organization"),
        ({"organization": 10**30}, "organization"),
        ({"organization": [1]}, "organization"),
        ({"organization": 1.5}, "organization"),
        ({"quantity": None}, "quantity"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": -3}, "quantity"),
        ({"quantity": 38.555}, "quantity"),
        ({"quantity": "ba"}, "quantity"),
        ({"quantity": 10**12}, "quantity"),
        ({"female": 41}, "female"),
        ({"workers": 41}, "workers"),
        ({"effective_on": None}, "effective_on"),
        ({"effective_on": "31/02/2024"}, "effective_on"),
        ({"effective_on": "1929-01-01"}, "effective_on"),
        ({"effective_on": "2124-01-01"}, "effective_on"),
        ({"effective_on": "2024-05-19"}, "effective_on"),  # the union was founded the day after
        ({"effective_on": {"day": 1}}, "effective_on"),
        ({"decision": 10**9}, "decision"),
        ({"decision": "15-QĐ"}, "decision"),
        ({"decision": {"number": "", "issued_on": "2024-06-01"}}, "decision"),
        ({"decision": {"number": "1", "issued_on": "2124-06-01"}}, "decision"),
        ({"decision": {"number": "1" * 81, "issued_on": "2024-06-01"}}, "decision"),
        ({"note": "a" * 501}, "note"),
        ({"note": ["a"]}, "note"),
        ({"to_type": "union"}, "to_type"),
        ({"to_type": "\0"}, "to_type"),
        ({"kind": "renamed", "quantity": 1, "new_name": ""}, "new_name"),
    ],
)
def test_a_wrong_value_is_refused_at_its_name_and_writes_nothing(api, union, changed, named):
    body = {"kind": "joined", "organization": union.pk, "effective_on": "2024-06-01", "quantity": 40, "female": 9}
    before = written()

    answer = api.post(EVENTS, body | changed)

    assert answer.status_code == 400
    assert named in answer.json(), answer.json()
    assert all(isinstance(text, str) for text in answer.json()[named])
    assert written() == before


def test_a_date_that_is_not_the_decisions_is_refused(api, union):
    quoted = {"number": "1-QĐ", "issued_on": "2024-06-01"}
    body = {"kind": "joined", "organization": union.pk, "quantity": 4, "decision": quoted}

    before = written()
    answer = api.post(EVENTS, body | {"effective_on": "2024-06-02"})

    assert answer.status_code == 400 and list(answer.json()) == ["effective_on"]
    assert written() == before  # the decision was not recorded either
    assert api.post(EVENTS, body | {"effective_on": "2024-06-01"}).status_code == 201


def test_what_is_out_of_sight_is_refused_in_the_words_for_what_is_not_there(api, other_zone, union):
    foreign = make.organization(zone=other_zone)
    paper = make.decision(zone=other_zone)
    body = {"kind": "joined", "organization": union.pk, "effective_on": "2024-06-01", "quantity": 4}

    for name, there in (("organization", foreign.pk), ("decision", paper.pk)):
        unseen, unknown = (api.post(EVENTS, body | {name: pk}) for pk in (there, 987654))
        assert (unseen.status_code, unknown.status_code) == (400, 400)
        assert unseen.json()[name][0].replace(str(there), "987654") == unknown.json()[name][0]


def test_what_is_visible_only_by_an_old_fact_cannot_be_written_to(api, kkt, other_zone):
    from organizations import actions

    cell = make.organization(zone=kkt)
    decision = make.decision(on=date(2025, 1, 10), zone=kkt)
    actions.transfer(organizations=[cell], to_zone=other_zone, decision=decision, by=make.system())
    cell_row = api.get(f"/api/v1/organizations/{cell.pk}/")
    body = {"kind": "admitted", "organization": cell.pk, "effective_on": "2025-06-01", "quantity": 4}

    assert cell_row.status_code == 200
    assert api.post(EVENTS, body).status_code == 403


def test_what_is_unusual_asks_for_a_reason(api, union):
    body = {
        "kind": "joined",
        "organization": union.pk,
        "effective_on": "2024-06-01",
        "quantity": 5000,
    }  # of 900 workers

    asked = api.post(EVENTS, body)
    assert asked.status_code == 400
    assert asked.json()["code"] == "needs_reason" and "900" in asked.json()["reason"][0]
    told = api.post(EVENTS, body | {"reason": "Gồm cả công nhân thời vụ"})
    assert told.status_code == 201 and told.json()["reason"] == "Gồm cả công nhân thời vụ"


def test_a_closed_period_refuses_and_says_who_can_reopen_it(api, union, kkt):
    make.lock(kkt, date(2024, 1, 1), date(2024, 12, 31))
    answer = api.post(EVENTS, {"kind": "joined", "organization": union.pk, "effective_on": "2024-06-01", "quantity": 4})

    assert answer.status_code == 400
    (why,) = answer.json()["effective_on"]
    assert "01/06/2024" in why and "Khu kinh tế Hải Phòng" in why and "Số liệu đã được tiếp nhận" in why


# ------------------------------------------------------------------------------------------ corrections


def test_a_correction_is_a_reversal_and_a_new_row(api, union):
    event = make.joining(union, 40, female=10)
    answer = api.post(f"{EVENTS}{event.pk}/correct/", {"reason": "Gõ nhầm", "quantity": 14, "female": 4})
    row = answer.json()

    assert answer.status_code == 201
    assert (row["quantity"], row["female"], row["reason"]) == (14, 4, "Gõ nhầm")
    old = api.get(f"{EVENTS}{event.pk}/").json()
    reversal = api.get(f"{EVENTS}{old['reversed_by']}/").json()
    assert (old["quantity"], reversal["quantity"], reversal["reverses"]) == (40, -40, event.pk)
    assert sum(each["quantity"] for each in api.rows(EVENTS, kind="joined")) == 14
    assert audit.differences() == []


def test_the_date_and_the_decision_can_be_corrected(api, cell):
    event = make.admission(cell, 3, decision=make.decision("7-QĐ/ĐU", on=date(2024, 6, 1), zone=cell.zone))
    moved = api.post(f"{EVENTS}{event.pk}/correct/", {"reason": "Sai ngày", "date": "01/07/2024"}).json()
    assert (moved["effective_on"], moved["decision"]["number"]) == ("2024-07-01", "7-QĐ/ĐU")

    quoted = {"number": "8-QĐ/ĐU", "issuer": make.ISSUER, "issued_on": "2024-08-01"}
    decided = api.post(f"{EVENTS}{moved['id']}/correct/", {"reason": "Sai số", "decision": quoted}).json()
    assert (decided["effective_on"], decided["decision"]["number"]) == ("2024-08-01", "8-QĐ/ĐU")


def test_a_row_is_corrected_once_and_a_reversal_never(api, union):
    event = make.joining(union, 40)
    body = {"reason": "Gõ nhầm", "quantity": 14}
    assert api.post(f"{EVENTS}{event.pk}/correct/", body).status_code == 201
    before = written()

    again = api.post(f"{EVENTS}{event.pk}/correct/", body)
    reversal = api.post(f"{EVENTS}{Event.objects.get(reverses=event).pk}/correct/", body)
    nothing_said = api.post(f"{EVENTS}{event.pk}/correct/", {})

    assert (again.status_code, reversal.status_code, nothing_said.status_code) == (409, 409, 409)
    assert list(again.json()) == ["detail"]
    assert written() == before


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"quantity": 14}, "reason"),
        ({"reason": " ", "quantity": 14}, "reason"),
        ({"reason": "Gõ nhầm"}, "detail"),
        ({"reason": "Gõ nhầm", "quantity": 0}, "quantity"),
        ({"reason": "Gõ nhầm", "female": 41}, "female"),
        ({"reason": "Gõ nhầm", "date": "2024-05-01"}, "date"),  # before the union was founded
        ({"reason": "Gõ nhầm", "date": "2124-05-01"}, "date"),
        ({"reason": "Gõ nhầm", "decision": 10**9}, "decision"),
        ({"reason": "a" * 501, "quantity": 3}, "reason"),
    ],
)
def test_a_correction_that_says_too_little_or_too_much_is_refused(api, union, body, named):
    event = make.joining(union, 40)
    before = written()

    answer = api.post(f"{EVENTS}{event.pk}/correct/", body)

    assert answer.status_code == 400
    assert list(answer.json()) == [named]
    assert written() == before


# ------------------------------------------------------------------------------------------ headcounts


def test_a_headcount_is_recorded_once_a_day(api, factory):
    body = {"enterprise": factory.pk, "on": "2025-01-01", "total": 950, "female": 400}
    first, again = api.post(HEADCOUNTS, body), api.post(HEADCOUNTS, body)
    other = api.post(HEADCOUNTS, body | {"total": 960})

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 400)
    assert first.json() == again.json()
    assert (first.json()["total"], first.json()["female"], first.json()["zone"]) == (950, 400, "HP-KKT")
    assert list(other.json()) == ["on"]


def test_members_of_an_organization_are_counted_too(api, cell):
    row = api.post(HEADCOUNTS, {"organization": cell.pk, "date": "2025-01-01", "quantity": 9, "official": 7}).json()

    assert (row["organization"], row["organization_name"], row["enterprise"]) == (cell.pk, "Chi bộ May", None)
    assert (row["on"], row["total"], row["official"]) == ("2025-01-01", 9, 7)
    assert api.rows("/api/v1/organizations/")[0]["members"] == 9


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"enterprise": None}, "enterprise"),
        ({"on": None}, "on"),
        ({"on": "2124-01-01"}, "on"),
        ({"total": None}, "total"),
        ({"total": -1}, "total"),
        ({"quantity": 5}, "quantity"),
        ({"female": 951}, "female"),
        ({"official": 951}, "official"),
        ({"organization": 10**9}, "organization"),
    ],
)
def test_a_wrong_headcount_is_refused_at_its_name(api, factory, changed, named):
    before = written()

    answer = api.post(HEADCOUNTS, {"enterprise": factory.pk, "on": "2025-01-01", "total": 950} | changed)

    assert answer.status_code == 400
    assert list(answer.json()) == [named]
    assert written() == before


def test_a_headcount_is_corrected_in_number_day_and_decision(api, factory):
    count = Headcount.objects.get()
    path = f"{HEADCOUNTS}{count.pk}/correct/"
    row = api.post(path, {"reason": "Đếm lại", "quantity": 880, "female": 400}).json()
    assert (row["total"], row["female"], row["replaces"], row["on"]) == (880, 400, count.pk, "2024-05-20")
    assert api.post(path, {"reason": "Đếm lại", "quantity": 881}).status_code == 409

    quoted = {"number": "3-BC", "issued_on": "2024-06-30", "issuer": "Ban Quản lý"}
    path = f"{HEADCOUNTS}{row['id']}/correct/"
    moved = api.post(path, {"reason": "Sai ngày", "date": "30/06/2024", "decision": quoted}).json()
    assert (moved["on"], moved["total"], moved["decision"]["number"]) == ("2024-06-30", 880, "3-BC")
    assert [each["id"] for each in api.rows(HEADCOUNTS, live="true")] == [moved["id"]]
    assert audit.differences() == []


def test_a_headcount_does_not_move_onto_a_day_that_has_one(api, factory):
    first = Headcount.objects.get()
    api.post(HEADCOUNTS, {"enterprise": factory.pk, "on": "2025-01-01", "total": 950})

    answer = api.post(f"{HEADCOUNTS}{first.pk}/correct/", {"reason": "Sai ngày", "date": "2025-01-01"})

    assert answer.status_code == 400
    assert list(answer.json()) == ["date"]
