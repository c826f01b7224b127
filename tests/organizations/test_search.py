"""One search: by words, tax code and number, exact first, and never a row of another zone."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations import actions
from organizations.api.registers import EnterpriseFilters
from organizations.models import Batch, Decision, Enterprise, Organization
from organizations.search import search
from tests import make


def found(client, text, **headers):
    answer = client.get("/search/", {"q": text}, headers=headers)
    assert answer.status_code == 200
    return {group.key: [str(hit["label"]) for hit in group.hits] for group in answer.context["groups"]}


@pytest.fixture
def office(client, lan, kkt):
    make.enterprise("Công ty TNHH Đình Vũ Thép", zone=kkt, tax_code=make.tax_code(100))
    make.enterprise("Công ty CP Bao bì Hoa Sen", zone=kkt, tax_code=make.tax_code(200))
    make.organization("Chi bộ Công ty Đình Vũ", zone=kkt, decision=make.decision("45-QĐ/ĐU", on=date(2024, 1, 2)))
    client.force_login(lan)


def test_words_are_found_without_accents_and_case_and_every_one_must_occur(client, office):
    assert found(client, "DINH vu thep") == {"enterprise": ["Công ty TNHH Đình Vũ Thép"]}
    assert found(client, "Đình Vũ") == {
        "enterprise": ["Công ty TNHH Đình Vũ Thép"], "organization": ["Chi bộ Công ty Đình Vũ"],
    }  # fmt: skip
    assert found(client, "đình vũ sen") == {}
    assert found(client, "") == {} and found(client, " - ") == {}


def test_two_letters_must_begin_a_word(client, office):
    assert found(client, "vu")["enterprise"] == ["Công ty TNHH Đình Vũ Thép"]
    assert "enterprise" not in found(client, "nh")
    assert found(client, "hoa se")["enterprise"] == ["Công ty CP Bao bì Hoa Sen"]


def test_a_tax_code_and_a_decision_number_are_found_by_their_beginning(client, office):
    code = make.tax_code(200)
    assert found(client, code[:6])["enterprise"] == ["Công ty CP Bao bì Hoa Sen", "Công ty TNHH Đình Vũ Thép"]
    assert found(client, code) == {"enterprise": ["Công ty CP Bao bì Hoa Sen"]}
    for typed in ("45-QĐ/ĐU", "45 -qđ/đu", "45 qd du", "45qdd", "45"):
        assert found(client, typed)["decision"] == ["45-QĐ/ĐU"], typed


def test_the_thing_itself_comes_first_then_what_begins_so_then_the_newest(client, lan, kkt):
    names = ["Thép Sao Mai", "Công ty Thép", "Thép", "Thép An", "Nhà máy Gang thép"]
    for name in names:
        make.enterprise(name, zone=kkt)
    client.force_login(lan)

    assert found(client, "thep")["enterprise"] == [
        "Thép",
        "Thép An",
        "Thép Sao Mai",
        "Nhà máy Gang thép",
        "Công ty Thép",
    ]


def test_the_thing_itself_is_found_among_many_that_are_newer(client, lan, kkt):
    make.enterprise("Công ty", zone=kkt)
    for number in range(90):
        make.enterprise(f"Xí nghiệp công ty {number}", zone=kkt)
    client.force_login(lan)

    answer = client.get("/search/", {"q": "cong ty"})
    [group] = answer.context["groups"]
    assert (group.hits[0]["label"], len(group.hits)) == ("Công ty", 8)
    assert client.get(group.more).status_code == 200


def test_nobody_finds_what_another_zone_holds(client, office, hoa, quan, minh, stranger, other_zone):
    seen = {}
    for person in (hoa, quan, minh, stranger):
        client.force_login(person)
        seen[person.username] = sorted(found(client, "dinh vu")) + sorted(found(client, "45-QĐ"))

    everything = ["enterprise", "organization", "decision"]
    assert seen == {"hoa": [], "quan": everything, "minh": everything, "stranger": []}


def test_a_renamed_row_is_found_under_its_new_name_and_withdrawn_ones_not_at_all(client, lan, kkt, office):
    cell = Organization.objects.get()
    actions.rename(organization=cell, new_name="Chi bộ Sao Biển", decision=make.decision(zone=kkt), by=make.system())
    host = Enterprise.objects.get(name__contains="Hoa Sen")
    actions.change_enterprise(enterprise=host, by=lan, name="Công ty Hướng Dương", reason="Đổi tên")

    assert found(client, "sao bien")["organization"] == ["Chi bộ Sao Biển"]
    assert "organization" not in found(client, "dinh vu")
    assert found(client, "huong duong")["enterprise"] == ["Công ty Hướng Dương"]
    assert "enterprise" not in found(client, "hoa sen")
    survivor = Enterprise.objects.get(name__contains="Thép")
    Enterprise.objects.filter(pk=host.pk).update(duplicate_of=survivor)
    assert "enterprise" not in found(client, "huong duong")


def test_an_undone_import_is_found_no_more(client, lan, kkt):
    from imports import undo
    from tests.imports.office import take_in

    park = make.park("KCN Số Một", zone=kkt)
    assert take_in([["Tên doanh nghiệp", "Khu công nghiệp"], ["Công ty Sao Hôm", park.name]], by=lan, zone=kkt).batch
    client.force_login(lan)
    assert found(client, "sao hom") == {"enterprise": ["Công ty Sao Hôm"]}
    undo.undo_batch(Batch.objects.get(), by=lan, reason="Nhầm tệp")

    assert found(client, "sao hom") == {}


def test_screens_are_found_by_what_they_are_for(client, office, quan):
    assert "Ghi quyết định" in found(client, "ghi quyet")["screen"]
    assert found(client, "doi mat khau")["screen"] == ["Đổi mật khẩu"]
    client.force_login(quan)
    assert "screen" not in found(client, "ghi quyet")  # a leader records nothing


@pytest.mark.one_database
def test_the_search_asks_as_often_for_one_row_as_for_fifty(client, office, kkt):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            found(client, "cong ty")
        return len(asked)

    one = queries()
    for number in range(50):
        make.organization(f"Công ty {number}", zone=kkt, enterprises=[make.enterprise(f"Công ty {number}", zone=kkt)])
    assert queries() == one


def test_while_somebody_types_only_the_part_that_changes_is_sent(client, office):
    whole = client.get("/search/", {"q": "dinh vu"})
    part = client.get("/search/", {"q": "dinh vu"}, headers={"HX-Request": "true"})

    assert "<html" in whole.text and "<html" not in part.text
    assert "Đình Vũ Thép" in part.text


@pytest.mark.parametrize("text", ["%", "_", "'", '"', "\\", "a" * 5000, "\0", "<script>", "💥", "' OR 1=1 --"])
def test_odd_signs_find_nothing_and_break_nothing(client, office, text):
    assert "Công ty TNHH Đình Vũ Thép" not in found(client, text).get("enterprise", [])


def test_postgresql_finds_words_by_their_trigrams(office):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite reads through the register")
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'organizations\\_%\\_words'")
        assert sorted(row[0] for row in cursor.fetchall()) == [
            "organizations_decision_words", "organizations_enterprise_words", "organizations_organization_words",
        ]  # fmt: skip
        cursor.execute("SET LOCAL enable_seqscan = off")
        from organizations.search import with_words

        plan = with_words(Enterprise.objects.order_by(), ["dinh", "thep"]).explain()
    assert "organizations_enterprise_words" in plan


def test_the_best_rows_are_asked_of_the_register_itself(office, lan):
    assert [row.name for row in search(Enterprise, lan, "dinh vu", 5)] == ["Công ty TNHH Đình Vũ Thép"]
    assert search(Decision, lan, "", 5) == []


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Công ty CP Bao bì Sao Mai", "công ty cổ phần sao mai"),
        ("Công ty cổ phần Bao bì Sao Mai", "cty cp sao mai"),
        ("Công ty TNHH MTV Sao Mai", "trách nhiệm hữu hạn một thành viên sao mai"),
        ("Công ty trách nhiệm hữu hạn Sao Mai", "tnhh sao mai"),
    ],
)
def test_what_registers_shorten_is_found_however_it_is_written(kkt, lan, name, asked):
    row = make.enterprise(name, zone=kkt)
    make.enterprise("Công ty Cơ khí Sao Mai", zone=kkt)  # neither a joint-stock nor a limited company

    assert search(Enterprise, lan, asked, 5) == [row]
    assert list(EnterpriseFilters({"search": asked}, Enterprise.objects.all()).qs) == [row]
