"""An administrator of one zone learns nothing of another from the data administration."""

import pytest
from django.urls import reverse

from tests import make
from tests.api import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, settings, kkt):
    settings.REQUIRE_ADMIN_TOTP = False
    client.force_login(make.user("tuan", role="admin", zone=kkt))
    return client


@pytest.fixture
def theirs(other_zone):
    return make.enterprise("Công ty Bí Mật", zone=other_zone)


@pytest.mark.parametrize("page", ["organization", "coverage"])
def test_the_number_of_a_row_elsewhere_is_not_turned_into_its_name(office, theirs, page):
    address = reverse(f"admin:organizations_{page}_add")
    told = office.get(address, {"enterprise": theirs.pk}).content.decode()
    assert "Bí Mật" not in told
    answer = office.post(address, {"enterprise": theirs.pk, "name": "Chi bộ X"})
    assert answer.status_code == 200 and "Bí Mật" not in answer.content.decode()


def test_the_number_of_an_account_elsewhere_is_not_turned_into_its_name(office, hoa):
    address = reverse("admin:organizations_assignment_add")
    assert "Lê Thị Hoa" not in office.get(address, {"user": hoa.pk}).content.decode()


def test_the_form_of_a_decision_does_not_tell_whether_another_zone_has_it(office, kkt, other_zone):
    theirs = make.decision("12-QĐ/ĐU", zone=other_zone)
    answer = office.post(
        reverse("admin:organizations_decision_add"),
        {
            "number": theirs.number, "issued_on": theirs.issued_on.strftime("%d/%m/%Y"),
            "issuer_name": theirs.issuer.name, "zone": kkt.pk, "signer": "", "summary": "",
        },
    )  # fmt: skip
    assert answer.status_code == 302, "reused silently"


def test_issuing_bodies_are_those_of_decisions_that_are_seen(office, kkt, other_zone):
    make.decision("1-QĐ", zone=other_zone, issuer="Đảng ủy Khu Bí Mật")
    make.decision("2-QĐ", zone=kkt, issuer="Đảng ủy Khu kinh tế")
    told = office.get(reverse("admin:organizations_issuer_changelist")).content.decode()
    assert "Bí Mật" not in told and "Đảng ủy Khu kinh tế" in told


def test_a_decision_that_is_quoted_does_not_tell_where_it_was_recorded_first(
    office, kkt, cluster, other_zone, lan, admin
):
    theirs = make.decision("12-QĐ/ĐU", zone=other_zone)
    make.organization("Chi bộ A", zone=kkt, decision=theirs)
    rows = reverse("admin:organizations_decision_changelist")
    for page in (rows, reverse("admin:organizations_decision_change", args=[theirs.pk])):
        told = office.get(page).content.decode()
        assert "12-QĐ/ĐU" in told and "Khu khác" not in told
    asked = office.get(rows, {"zone__id__exact": other_zone.pk})
    assert "12-QĐ/ĐU" not in asked.content.decode()

    assert [row["zone"] for row in Api(lan).get("/api/v1/decisions/").json()["results"]] == [None]
    assert [row["zone"] for row in Api(admin).get("/api/v1/decisions/").json()["results"]] == ["HP-KHAC"]
