"""Boxes that suggest organisations and enterprises, and the look-up of what was written in them."""

import pytest
from django.core.exceptions import ValidationError

from organizations import actions
from organizations.forms.find import EnterpriseField, OrganizationField
from organizations.lookups import WrittenEnterprises, WrittenOrganizations
from tests import make
from vietnamese.errors import Unreadable

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def park(kkt):
    return make.park("KCN Đình Vũ", zone=kkt)


@pytest.fixture
def steel(kkt, park):
    return make.enterprise("Công ty TNHH Thép Sao Mai", zone=kkt, park=park, tax_code=make.tax_code(40))


@pytest.fixture
def star(kkt, park):
    return make.enterprise("Sao Mai", zone=kkt, park=park, tax_code=make.tax_code(50))


@pytest.fixture
def morning(kkt, park):
    return make.enterprise("Công ty CP Sao Đêm Mai Vàng", zone=kkt, park=park, tax_code=make.tax_code(60))


@pytest.fixture
def ask(client, lan):
    def ask(register, q, by=lan, **question):
        client.force_login(by)
        return client.get(f"/entry/find/{register}/", {"q": q, **question}).json()["results"]

    return ask


# ------------------------------------------------------------------------------------------ suggestions


def test_words_are_found_without_accents_the_name_that_is_so_before_the_others(ask, steel, star, morning):
    assert [row["name"] for row in ask("enterprises", "sao mai")] == [star.name, steel.name, morning.name]


def test_a_tax_code_leads_even_with_blanks_and_dots(ask, steel, star):
    dotted = f"{steel.tax_code[:4]} {steel.tax_code[4:7]}.{steel.tax_code[7:]}"

    assert [row["id"] for row in ask("enterprises", dotted)] == [steel.pk]
    assert ask("enterprises", steel.tax_code)[0] == {
        "id": steel.pk, "value": f"Công ty TNHH Thép Sao Mai ({steel.tax_code})", "name": steel.name,
        "code": steel.tax_code, "detail": f"{steel.tax_code} · KCN Đình Vũ · Khu kinh tế Hải Phòng", "tag": "",
    }  # fmt: skip
    assert {row["id"] for row in ask("enterprises", steel.tax_code[:6])} == {steel.pk, star.pk}


def test_no_more_than_ten_are_suggested_and_nothing_for_nothing(ask, kkt, park):
    for number in range(12):
        make.enterprise(f"Công ty Dệt {number}", zone=kkt, park=park)

    assert len(ask("enterprises", "det")) == 10
    assert ask("enterprises", "") == ask("enterprises", "…") == ask("enterprises", "\0") == []


def test_nobody_is_offered_what_another_zone_holds(ask, hoa, steel, kkt):
    cell = make.organization("Chi bộ Thép Sao Mai", zone=kkt, enterprises=[steel])

    assert ask("enterprises", "sao mai", by=hoa) == ask("organizations", "sao mai", by=hoa) == []
    assert [row["id"] for row in ask("organizations", "sao mai")] == [cell.pk]


def test_a_zone_that_is_only_read_is_not_offered(ask, minh, quan, client, steel, kkt, cluster):
    for person in (minh, quan):
        client.force_login(person)
        assert client.get("/entry/find/enterprises/", {"q": "sao"}).status_code == 403
    both = make.user("both", role="leader", zone=kkt)
    from organizations import access

    access.assign(user=both, role="clerk", zone=cluster)
    assert ask("enterprises", "sao mai", by=both) == []


def test_organisations_are_found_by_their_enterprise_and_narrowed_by_sector_and_kind(ask, kkt, steel):
    cell = make.organization("Chi bộ Một", zone=kkt, enterprises=[steel], code="CB-01")
    union = make.organization("Công đoàn cơ sở Một", zone=kkt, type="union_base", enterprises=[steel])

    assert {row["id"] for row in ask("organizations", "thep sao")} == {cell.pk, union.pk}
    assert [row["id"] for row in ask("organizations", steel.tax_code, sector="union")] == [union.pk]
    assert [row["id"] for row in ask("organizations", "mot", kind="admitted")] == [cell.pk]
    assert ask("organizations", "cb-01")[0]["value"] == "Chi bộ Một (CB-01)"


def test_an_ended_organisation_is_offered_only_when_it_is_asked_for(ask, kkt):
    cell = make.organization("Chi bộ Cũ", zone=kkt)
    actions.dissolve(reason="Sắp xếp lại", organization=cell, decision=make.decision(zone=kkt), by=make.system())

    assert ask("organizations", "chi bo cu") == []
    assert ask("organizations", "chi bo cu", ended="1")[0]["tag"] == "đã kết thúc"


def test_of_two_with_one_name_each_is_told_by_its_number(ask, kkt, cluster):
    here, there = make.organization("Chi bộ Hai", zone=kkt), make.organization("Chi bộ Hai", zone=cluster)

    offered = {row["id"]: row["value"] for row in ask("organizations", "chi bo hai")}
    assert offered == {here.pk: f"Chi bộ Hai (#{here.pk})", there.pk: f"Chi bộ Hai (#{there.pk})"}
    found = WrittenOrganizations(None, offered.values())
    assert {pk: found.find(text).pk for pk, text in offered.items()} == {here.pk: here.pk, there.pk: there.pk}


@pytest.mark.parametrize("register", ["enterprises", "organizations"])
def test_many_rows_ask_the_database_no_more_often(
    client, lan, kkt, park, django_assert_num_queries, django_assert_max_num_queries, register
):
    client.force_login(lan)
    counts = []
    for more in (1, 12):
        for _number in range(more):
            make.organization("", zone=kkt, enterprises=[make.enterprise(zone=kkt, park=park)])
        with django_assert_max_num_queries(12) as asked:
            assert client.get(f"/entry/find/{register}/", {"q": "so"}).json()["results"]
        counts.append(len(asked))
    assert counts[0] == counts[1]


# ------------------------------------------------------------------------------------------ what was written


@pytest.mark.parametrize(
    "text", ["{code}", "thep  sao mai", "CÔNG TY TNHH THÉP SAO MAI", "Công ty TNHH Thép Sao Mai ({code})", "#{pk}"]
)
def test_an_enterprise_is_read_by_code_name_or_what_the_box_shows(steel, star, text):
    text = text.format(code=steel.tax_code, pk=steel.pk)
    found = WrittenEnterprises(None, [text])
    if text == "thep  sao mai":
        with pytest.raises(Unreadable):
            found.find(text)
    else:
        assert found.find(text) == steel


def test_a_name_that_ends_in_brackets_is_a_name(kkt, park):
    row = make.enterprise("Công ty Gang thép (Việt Nam)", zone=kkt, park=park)

    assert WrittenEnterprises(None, [row.name]).find(row.name) == row


def test_the_number_of_another_row_beside_a_name_is_not_believed(kkt, steel, star):
    text = f"{steel.name} (#{star.pk})"
    with pytest.raises(Unreadable):
        WrittenEnterprises(None, [text]).find(text)


def test_an_organisation_is_read_by_the_enterprise_it_is_alone_in(kkt, steel):
    cell = make.organization("Chi bộ Một", zone=kkt, enterprises=[steel])
    make.organization("Công đoàn cơ sở Một", zone=kkt, type="union_base", enterprises=[steel])
    found = WrittenOrganizations(None, [steel.tax_code, steel.name])

    assert found.find(steel.tax_code, "party") == found.find(steel.name, "party") == cell
    with pytest.raises(Unreadable) as refused:
        found.find(steel.tax_code)
    assert refused.value.code == "ambiguous"


def test_forty_names_are_read_with_as_many_questions_as_one(kkt, park, django_assert_max_num_queries):
    hosts = [make.enterprise(zone=kkt, park=park) for _number in range(40)]
    cells = [make.organization("", zone=kkt, enterprises=[host]) for host in hosts]
    counts = []
    for many in (1, 40):
        with django_assert_max_num_queries(12) as asked:
            texts = [host.tax_code for host in hosts[:many]]
            found, known = WrittenEnterprises(None, texts), WrittenOrganizations(None, texts)
            assert [found.find(text) for text in texts] == hosts[:many]
            assert [known.find(text) for text in texts] == cells[:many]
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_field_gives_the_row_or_says_what_may_be_meant(lan, hoa, kkt, steel):
    field = EnterpriseField(required=False)
    field.user = lan

    assert field.clean(steel.name) == steel
    assert field.clean("  ") is None
    assert field.prepare_value(steel) == f"{steel.name} ({steel.tax_code})"
    with pytest.raises(ValidationError, match="Thép Sao Mai"):
        field.clean("Công ty TNHH Thep Sao Mei")
    field.user = hoa
    with pytest.raises(ValidationError) as refused:
        field.clean(steel.name)
    assert steel.tax_code not in str(refused.value)


def test_a_field_of_one_sector_takes_no_other(lan, kkt):
    union = make.organization("Công đoàn cơ sở Ba", zone=kkt, type="union_base")
    field = OrganizationField(sector="union")
    field.user = lan

    assert field.clean("cong doan co so ba") == union
    field = OrganizationField(sector="party")
    field.user = lan
    with pytest.raises(ValidationError):
        field.clean("cong doan co so ba")
