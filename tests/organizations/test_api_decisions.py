"""Recording decisions over HTTP, and mending what they say of themselves; their key never changes."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations import actions
from organizations.models import Change, Decision
from tests import make
from tests.api import Api, refused, unchanged_when_sent_back
from tests.traces import no_trace

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

URL = "/api/v1/decisions/"
ISSUER = "Đảng ủy Khu kinh tế Hải Phòng"
GIVEN = {"zone": "HP-KKT", "number": "12-QĐ/ĐU", "issuer": ISSUER, "issued_on": "2024-09-02",
         "signer": "Trần Thị Ký", "summary": "Kết nạp đảng viên"}  # fmt: skip


@pytest.fixture
def row(kkt):
    return make.decision("9-QĐ/ĐU", on=date(2024, 1, 5), zone=kkt, issuer=ISSUER, signer="Lê Văn Bút")


def at(row):
    return f"{URL}{row.pk}/"


def test_a_decision_is_recorded_with_its_key_signer_and_summary(api):
    answer = api.post(URL, GIVEN)

    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert answer.json() == GIVEN | {"id": Decision.objects.get().pk, "version": 1}


def test_the_board_records_decisions_as_well(minh, kkt):
    assert Api(minh).post(URL, GIVEN).status_code == 201


def test_one_that_the_zone_knows_is_answered_as_it_stands(api, row):
    again = {"zone": "HP-KKT", "number": "9-qđ/đu", "issuer": ISSUER.upper(), "issued_on": "05/01/2024", "signer": "X"}

    with no_trace():
        answer = api.post(URL, again)

    assert (answer.status_code, answer.json()["id"], answer.json()["signer"]) == (200, row.pk, "Lê Văn Bút")


@pytest.mark.parametrize(
    ("changed", "name", "word"),
    [
        ({"number": " "}, "number", ""),
        ({"number": "x" * 81}, "number", "80"),
        ({"issued_on": "2029-01-02"}, "issued_on", "02/01/2029"),
        ({"issued_on": "hôm qua"}, "issued_on", "hôm qua"),
        ({"issuer": "x" * 251}, "issuer", "250"),
        ({"signer": "x" * 121}, "signer", "120"),
    ],
)
def test_a_wrong_value_is_refused_at_its_name_and_leaves_no_trace(api, kkt, changed, name, word):
    with no_trace():
        refused(api.post(URL, GIVEN | changed), name, word)


def test_the_same_post_under_its_key_gives_one_decision(api):
    first = api.post(URL, GIVEN, **{"Idempotency-Key": "12-QD"})
    again = api.post(URL, GIVEN, **{"Idempotency-Key": "12-QD"})

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert (Decision.objects.count(), Change.objects.filter(model="organizations.decision").count()) == (1, 1)


# ------------------------------------------------------------------------------------------ changed


def test_a_patch_changes_the_summary_and_keeps_the_signer(api, row):
    answer = api.send("PATCH", at(row), {"summary": "Giao chỉ tiêu", "reason": "Bổ sung"}, seen=1)
    said = answer.json()

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert (said["signer"], said["summary"], said["version"]) == ("Lê Văn Bút", "Giao chỉ tiêu", 2)
    assert Change.objects.latest("pk").reason == "Bổ sung"


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_was_read_sent_back_changes_nothing(api, row, method):
    unchanged_when_sent_back(api, method, at(row))


def test_a_put_says_both_and_may_clear_them(api, row):
    with no_trace():
        refused(api.send("PUT", at(row), {"signer": ""}, seen=1), "summary")

    said = api.send("PUT", at(row), {"signer": "", "summary": "Giao chỉ tiêu"}, seen=1).json()

    assert (said["signer"], said["summary"]) == ("", "Giao chỉ tiêu")


@pytest.mark.parametrize(
    ("changed", "name", "word"),
    [
        ({"number": "10-QĐ/ĐU"}, "number", "10-QĐ/ĐU"),
        ({"issuer": "Thành ủy"}, "issuer", "Thành ủy"),
        ({"issued_on": "2024-01-06"}, "issued_on", "2024-01-06"),
        ({"zone": "HP-KHAC"}, "zone", "HP-KHAC"),
        ({"summary": "x" * 501}, "summary", "500"),
        ({"reason": "x" * 501}, "reason", "500"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_the_key_never_changes_and_long_texts_are_refused(api, row, method, changed, name, word):
    change = {"signer": "Người khác", "summary": "Giao chỉ tiêu"}

    with no_trace():
        refused(api.send(method, at(row), change | changed, seen=1), name, word)


def test_a_change_says_which_version_it_read(api, row):
    change = {"summary": "Giao chỉ tiêu"}

    with no_trace():
        assert api.send("PATCH", at(row), change).status_code == 428
        assert api.send("PATCH", at(row), change, seen=2).status_code == 412
    assert api.send("PATCH", at(row), change, seen=1).status_code == 200
    with no_trace():
        assert api.send("PATCH", at(row), {"summary": "Khác"}, seen=1).status_code == 412


def test_who_was_faster_wins_and_the_other_is_told(api, row, monkeypatch):
    from organizations.api import decisions

    def meanwhile(request, version):
        actions.change_decision(decision=row, by=make.system(), summary="Nhanh hơn")
        return version

    monkeypatch.setattr(decisions.seen, "seen_version", meanwhile)

    assert api.send("PATCH", at(row), {"summary": "Chậm hơn"}, seen=1).status_code == 412
    assert Decision.objects.get().summary == "Nhanh hơn"


def test_decisions_are_written_by_those_who_enter_facts_or_assign_targets_there(row, quan, hoa, minh, kkt, other_zone):
    leader, elsewhere = Api(quan), Api(hoa)
    theirs = make.decision("3-QĐ/ĐU", zone=other_zone)
    make.admission(make.organization(zone=kkt), decision=theirs, on=theirs.issued_on)  # cited here, so it is seen here
    clerk = Api(make.user("mai", role="clerk", zone=kkt))

    with no_trace():
        assert leader.post(URL, GIVEN).status_code == 403
        assert leader.send("PATCH", at(row), {"summary": "X"}, seen=1).status_code == 403
        assert elsewhere.post(URL, GIVEN).status_code == 404
        assert elsewhere.send("PATCH", at(row), {"summary": "X"}, seen=1).status_code == 404
        assert clerk.get(at(theirs)).status_code == 200
        assert clerk.send("PATCH", at(theirs), {"summary": "X"}, seen=1).status_code == 403
        assert clerk.send("DELETE", at(row)).status_code == 405


def test_a_write_asks_as_much_of_the_database_however_much_there_is(api, row, kkt):
    def queries(method, path, body, **seen):
        with CaptureQueriesContext(connection) as asked:
            assert api.send(method, path, body, **seen).status_code < 300
        return len(asked)

    def both(version):
        sent = GIVEN | {"number": f"{version}0-QĐ/ĐU"}
        return queries("PATCH", at(row), {"summary": f"Lần {version}"}, seen=version), queries("POST", URL, sent)

    both(1)
    few = both(2)
    for _number in range(30):
        make.decision(zone=kkt, issuer=ISSUER)

    assert both(3) == few
