"""Founding organisations over HTTP, and changing what only the register says of them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations import actions
from organizations.models import Change, Decision, Event, Headcount, Organization
from tests import make
from tests.api import Api, refused, unchanged_when_sent_back
from tests.traces import no_trace

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

URL = "/api/v1/organizations/"
PAPER = {"number": "12-QĐ/ĐU", "issuer": "Đảng ủy Khu kinh tế Hải Phòng", "issued_on": "2024-05-02"}


@pytest.fixture
def host(kkt):
    return make.enterprise("Công ty May Đình Vũ", zone=kkt)


@pytest.fixture
def beside(kkt):
    return make.enterprise("Công ty Biển Xanh", zone=kkt)


@pytest.fixture
def committee(kkt):
    return make.organization("Đảng bộ Cảng", zone=kkt, type="party_committee")


@pytest.fixture
def given():
    return {"zone": "HP-KKT", "type": "party_cell", "name": "Chi bộ May", "decision": PAPER}


@pytest.fixture
def row(kkt, host, committee):
    return make.organization("Chi bộ Sẵn Có", zone=kkt, code="CB-1", enterprises=[host], parent=committee)


def at(row):
    return f"{URL}{row.pk}/"


def test_an_organization_is_founded_by_its_decision(api, given, host, beside, committee):
    more = {"code": "CB-7", "parent": committee.pk, "enterprise": host.pk, "enterprises": [beside.pk], "members": 9}

    answer = api.post(URL, given | more)
    said = answer.json()

    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert (said["name"], said["code"], said["type"], said["parent"]) == ("Chi bộ May", "CB-7", "party_cell",
                                                                          committee.pk)  # fmt: skip
    assert (said["enterprise"], said["enterprises"], said["members"]) == (host.pk, [host.pk, beside.pk], 9)
    assert (said["founded_on"], said["status"]) == ("2024-05-02", "active")
    event = Event.objects.get(organization=said["id"])
    assert (event.kind, event.decision.number, event.counts_as_new) == ("established", "12-QĐ/ĐU", True)


def test_without_a_name_it_is_called_after_its_enterprise(api, given, host):
    assert api.post(URL, given | {"name": "", "enterprise": host.pk}).json()["name"] == "Chi bộ Công ty May Đình Vũ"
    with no_trace():
        refused(api.post(URL, given | {"name": ""}), "name")


@pytest.mark.parametrize(
    ("changed", "name", "word"),
    [
        ({"type": "cell"}, "type", "cell"),
        ({"name": "x" * 251}, "name", "250"),
        ({"code": "x" * 41}, "code", "40"),
        ({"parent": 123456}, "parent", "123456"),
        ({"enterprise": 123456}, "enterprise", "123456"),
        ({"enterprises": [123456]}, "enterprises", "123456"),
        ({"enterprises": ["x"]}, "enterprises", ""),
        ({"members": -1}, "members", "-1"),
        ({"decision": None}, "decision", ""),
        ({"decision": {**PAPER, "issued_on": "2029-01-02"}}, "decision", "02/01/2029"),
        ({"decision": {**PAPER, "number": ""}}, "decision", ""),
    ],
)
def test_a_wrong_founding_is_refused_at_its_name_and_leaves_no_trace(api, given, kkt, changed, name, word):
    with no_trace():
        refused(api.post(URL, given | changed), name, word)


def test_what_does_not_belong_together_is_refused_with_its_decision(api, given, row, kkt, other_zone, admin):
    union = make.organization("Công đoàn Cảng", zone=kkt, type="union_base")
    theirs, city = make.enterprise("Công ty Nơi Khác", zone=other_zone), Api(admin)

    with no_trace():
        refused(api.post(URL, given | {"parent": union.pk}), "parent", "Công đoàn Cảng")
        refused(api.post(URL, given | {"enterprise": theirs.pk}), "enterprise", str(theirs.pk))
        refused(city.post(URL, given | {"enterprises": [theirs.pk]}), "enterprises", "Công ty Nơi Khác")
        refused(api.post(URL, given | {"code": "CB-1"}), "code")
        refused(api.post(URL, given | {"name": "  chi bộ SẴN CÓ", "type": row.type.code, "code": "CB-1"}), "code")


def test_the_same_post_under_its_key_founds_one_organization(api, given):
    first = api.post(URL, given | {"members": 9}, **{"Idempotency-Key": "CB-May"})
    again = api.post(URL, given | {"members": 9}, **{"Idempotency-Key": "CB-May"})

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    counts = [model.objects.count() for model in (Organization, Event, Headcount, Decision)]
    assert counts == [1, 1, 1, 1]


# ------------------------------------------------------------------------------------------ changed


def test_a_patch_changes_the_code_and_keeps_the_superior(api, row, committee):
    answer = api.send("PATCH", at(row), {"code": "CB-2", "reason": "Đánh lại mã"}, seen=1)
    said = answer.json()

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert (said["code"], said["parent"], said["name"], said["version"]) == ("CB-2", committee.pk, row.name, 2)
    assert Change.objects.latest("pk").reason == "Đánh lại mã"


def test_a_put_says_code_and_superior(api, row):
    with no_trace():
        refused(api.send("PUT", at(row), {"code": "CB-2"}, seen=1), "parent")

    said = api.send("PUT", at(row), {"code": "", "parent": None}, seen=1).json()

    assert (said["code"], said["parent"]) == ("", None)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_was_read_sent_back_changes_nothing(api, row, method):
    unchanged_when_sent_back(api, method, at(row))


def test_a_superior_out_of_sight_may_stay_and_no_other_such_is_named(cluster, kkt):
    above, other = (make.organization(name, zone=kkt, type="party_committee") for name in ("Đảng bộ A", "Đảng bộ B"))
    cell = make.organization("Chi bộ Cụm", zone=cluster, parent=above)
    api = Api(make.user("mai", role="clerk", zone=cluster))

    assert api.send("PUT", at(cell), {"code": "C-1", "parent": above.pk}, seen=1).status_code == 200
    with no_trace():
        refused(api.send("PATCH", at(cell), {"parent": other.pk}, seen=2), "parent", str(other.pk))


def test_enterprises_are_covered_and_no_longer_covered_since_a_day(api, row, host, beside):
    more = api.send("PATCH", at(row), {"cover": {"enterprise": beside.pk, "since": "2024-06-01"}}, seen=1)
    less = api.send(
        "PATCH", at(row), {"uncover": [{"enterprise": host.pk, "last_day": "2024-06-30"}]}, seen=more.json()["version"]
    )

    assert (more.status_code, more.json()["enterprises"]) == (200, [host.pk, beside.pk])
    assert (less.status_code, less.json()["enterprises"]) == (200, [beside.pk])


def test_another_enterprise_leads_since_a_day(api, row, host, beside):
    change = {"cover": {"enterprise": beside.pk, "since": "2024-06-01", "lead": True}}

    said = api.send("PATCH", at(row), change, seen=1).json()

    assert (said["enterprise"], set(said["enterprises"])) == (beside.pk, {host.pk, beside.pk})


@pytest.mark.parametrize(
    ("changed", "name", "word"),
    [
        ({"name": "Chi bộ Khác"}, "name", "Chi bộ Khác"),
        ({"type": "party_committee"}, "type", "party_committee"),
        ({"zone": "HP-KHAC"}, "zone", "HP-KHAC"),
        ({"enterprises": []}, "enterprises", "[]"),
        ({"status": "dissolved"}, "status", "dissolved"),
        ({"code": "x" * 41}, "code", "40"),
        ({"parent": 123456}, "parent", "123456"),
        ({"cover": {"enterprise": 123456}}, "cover", "123456"),
        ({"cover": {"lead": True}}, "cover", ""),
        ({"cover": 5}, "cover", ""),
        ({"uncover": [{"enterprise": 123456, "last_day": "2024-06-30"}]}, "uncover", "123456"),
        ({"reason": "x" * 501}, "reason", "500"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_wrong_change_is_refused_at_its_name_and_leaves_no_trace(api, row, method, changed, name, word):
    with no_trace():
        refused(api.send(method, at(row), {"code": "CB-2", "parent": None} | changed, seen=1), name, word)


def test_a_change_that_cannot_be_is_refused_whole(api, row, host, committee, kkt):
    union = make.organization("Công đoàn Cảng", zone=kkt, type="union_base", code="CD-1")
    days = {"uncover": [{"enterprise": host.pk, "last_day": "2029-01-02"}]}

    with no_trace():
        refused(api.send("PATCH", at(row), {"parent": union.pk}, seen=1), "parent", "Công đoàn Cảng")
        refused(api.send("PATCH", at(committee), {"parent": row.pk}, seen=1), "parent", row.name)
        refused(api.send("PATCH", at(row), {"code": "CD-1"}, seen=1), "code")
        refused(api.send("PATCH", at(row), {"code": "CB-2", "cover": {"enterprise": host.pk}}, seen=1), "cover")
        refused(api.send("PATCH", at(row), {"code": "CB-2"} | days, seen=1), "uncover", "02/01/2029")


def test_a_change_says_which_version_it_read(api, row, beside):
    change = {"code": "CB-2"}

    with no_trace():
        assert api.send("PATCH", at(row), change).status_code == 428
        assert api.send("PATCH", at(row), change, seen=5).status_code == 412
    assert api.send("PATCH", at(row), change, seen=1).status_code == 200
    with no_trace():
        assert api.send("PATCH", at(row), {"cover": {"enterprise": beside.pk}}, seen=1).status_code == 412


def test_who_was_faster_wins_and_the_other_is_told(api, row, beside, monkeypatch):
    from organizations.api import organizations

    def meanwhile(request, version):
        held = Organization.objects.get(pk=row.pk)
        actions.change_organization(organization=held, by=make.system(), code="CB-9")
        return version

    monkeypatch.setattr(organizations.seen, "seen_version", meanwhile)
    answer = api.send("PATCH", at(row), {"cover": {"enterprise": beside.pk}}, seen=1)

    assert answer.status_code == 412
    assert (row.coverage.count(), Organization.objects.get(pk=row.pk).code) == (1, "CB-9")


def test_organizations_are_written_by_those_who_enter_facts_there(row, given, quan, minh, hoa, kkt, other_zone):
    people = {name: Api(person) for name, person in {"quan": quan, "minh": minh, "hoa": hoa}.items()}
    clerk = Api(make.user("mai", role="clerk", zone=kkt))
    actions.transfer(
        organizations=[row], to_zone=other_zone, decision=make.decision("77-QĐ", on=date(2024, 8, 1), zone=kkt),
        by=make.system(),
    )  # fmt: skip
    row.refresh_from_db()
    stayed = make.organization("Chi bộ Ở Lại", zone=kkt)

    with no_trace():
        for name in ("quan", "minh"):
            assert people[name].post(URL, given).status_code == 403
            assert people[name].send("PATCH", at(stayed), {"code": "X"}, seen=1).status_code == 403
        assert people["hoa"].post(URL, given).status_code == 404
        assert people["hoa"].send("PATCH", at(stayed), {"code": "X"}, seen=1).status_code == 404
        assert clerk.get(at(row)).status_code == 200  # its history is of this zone
        assert clerk.send("PATCH", at(row), {"code": "X"}, seen=row.version).status_code == 403
        assert clerk.send("DELETE", at(stayed)).status_code == 405


def test_a_write_asks_as_much_of_the_database_however_much_there_is(api, row, kkt, given, host, beside, committee):
    def queries(method, path, body, **seen):
        with CaptureQueriesContext(connection) as asked:
            answer = api.send(method, path, body, **seen)
            assert answer.status_code < 300, answer.content.decode()
        return len(asked)

    def both(version, enterprises):
        sent = given | {"name": f"Chi bộ Mới {version}", "enterprises": enterprises, "members": 5}
        change = {"code": f"M-{version}", "parent": [None, committee.pk][version % 2]}
        return queries("PATCH", at(row), change, seen=version), queries("POST", URL, sent)

    both(1, [host.pk])
    few = both(2, [host.pk]), both(3, [host.pk])
    more = [make.enterprise(f"Công ty Thứ {number}", zone=kkt).pk for number in range(20)]
    for number in range(20):
        make.organization(f"Chi bộ Thứ {number}", zone=kkt)

    assert (both(4, [host.pk, *more]), both(5, [host.pk, *more])) == few
