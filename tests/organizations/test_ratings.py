"""What is said of an organisation for a year: its grade, and where its admissions may come from."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organizations import actions, audit
from organizations.models import AdmissionSource, Decision, OrganizationRating
from organizations.problems import Conflict, Refused
from tests import make
from tests.traces import no_trace

pytestmark = pytest.mark.one_database

FOUNDED = date(2022, 3, 1)
GRADE = {"year": "2023", "grade": "well", "number": "7-QĐ/ĐU", "issued_on": "15/01/2024", "issuer": "Đảng ủy Khu"}
SOURCE = {"year": "2023", "introduced": "12", "trained": "8", "under_review": "0"}


@pytest.fixture
def cell(kkt):
    return make.organization("Chi bộ Thép", zone=kkt, on=FOUNDED)


@pytest.fixture
def rating(cell, lan):
    return actions.rate_organization(organization=cell, year=2023, grade="well", by=lan)


def url(name, row):
    return reverse(f"organizations:{name}", args=[row.pk])


# ------------------------------------------------------------------------------------------ the acts


def test_a_grade_is_replaced_with_a_reason_and_both_stay(cell, rating, lan):
    new = actions.correct_year_row(row=rating, grade="excellent", reason="Quyết định mới", by=lan)

    assert list(OrganizationRating.objects.live()) == [new]
    assert (new.replaces, new.year, new.reason) == (rating, 2023, "Quyết định mới")
    assert OrganizationRating.objects.count() == 2
    assert audit.differences() == []
    with no_trace():
        for act in (actions.correct_year_row, actions.withdraw_year_row):
            with pytest.raises(Conflict):
                act(row=rating, reason="Nhầm", by=lan)


def test_a_withdrawn_year_may_be_said_anew(cell, rating, lan):
    gone = actions.withdraw_year_row(row=rating, reason="Nhầm tổ chức", by=lan)
    assert gone.withdrawn and not OrganizationRating.objects.live().exists()

    actions.rate_organization(organization=cell, year=2023, grade="done", by=lan)
    assert OrganizationRating.objects.live().get().grade == "done"
    assert audit.differences() == []


def test_the_database_itself_refuses_to_change_what_was_said(rating, cell, lan):
    source = actions.record_admission_source(organization=cell, year=2023, trained=4, by=lan)
    for row in (rating, source):
        for act in (lambda row=row: type(row).objects.update(year=2020), lambda row=row: row.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"year": 2021}, "year"),  # before it was founded
        ({"year": 3000}, "year"),
        ({"year": 2023}, "year"),  # has one
        ({"grade": "best"}, "grade"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_trace(cell, rating, lan, said, field):
    with no_trace(), pytest.raises(Refused) as refused:
        actions.rate_organization(**{"organization": cell, "year": 2024, "grade": "well", "by": lan} | said)
    assert list(refused.value.message_dict) == [field]


def test_a_closed_year_takes_neither_a_row_nor_a_correction(cell, rating, kkt, lan):
    make.lock(kkt, date(2023, 1, 1), date(2023, 12, 31))

    for act in (
        lambda: actions.correct_year_row(row=rating, grade="done", reason="Nhầm", by=lan),
        lambda: actions.withdraw_year_row(row=rating, reason="Nhầm", by=lan),
        lambda: actions.record_admission_source(organization=cell, year=2023, trained=1, by=lan),
    ):
        with no_trace(), pytest.raises(Refused, match="Số liệu đã được tiếp nhận"):
            act()
    actions.record_admission_source(organization=cell, year=2024, trained=1, by=lan)


def test_admission_sources_are_counted_for_party_organisations_and_are_numbers(kkt, cell, lan):
    union = make.organization(zone=kkt, type="union_base", on=FOUNDED)
    for given in (
        {"organization": union, "trained": 1},
        {"organization": cell},
        {"organization": cell, "trained": -1},
        {"organization": cell, "introduced": "hai"},
    ):
        with no_trace(), pytest.raises(Refused):
            actions.record_admission_source(**{"year": 2023, "by": lan} | given)


def test_a_decision_that_only_rates_is_seen_and_counts_as_cited(cell, lan, kkt, other_zone, hoa):
    decision = make.decision(zone=other_zone)
    actions.rate_organization(organization=cell, year=2023, grade="well", decision=decision, by=lan)

    assert decision in Decision.objects.visible_to(lan)


# ------------------------------------------------------------------------------------------ the pages


def test_a_year_is_rated_and_its_sources_are_counted_in_the_browser(client, lan, cell):
    client.force_login(lan)
    assert client.get(url("rate", cell)).status_code == client.get(url("source", cell)).status_code == 200

    answer = client.post(url("rate", cell), GRADE, follow=True)
    rating = OrganizationRating.objects.get()
    assert (rating.year, rating.grade, rating.decision.number) == (2023, "well", "7-QĐ/ĐU")
    client.post(url("source", cell), SOURCE)
    source = AdmissionSource.objects.get()
    assert (source.introduced, source.trained, source.under_review) == (12, 8, 0)
    page = client.get(cell.get_absolute_url()).content.decode()
    assert url("rating_correct", rating) in page and url("source_correct", source) in page
    assert "7-QĐ/ĐU" in page and answer.status_code == 200
    assert "Chi bộ Thép" in client.get(rating.decision.get_absolute_url()).content.decode()
    assert audit.differences() == []


def test_a_year_said_already_leads_to_correcting_it(client, lan, cell, rating):
    client.force_login(lan)

    with no_trace():
        answer = client.post(url("rate", cell), GRADE)
    assert answer.status_code == 422 and url("rating_correct", rating) in answer.content.decode()


def test_a_correction_needs_a_reason_and_a_withdrawal_too(client, lan, cell, rating):
    client.force_login(lan)
    given = {"grade": "excellent", "no_decision": "on"}

    with no_trace():
        for more in ({}, {"withdraw": "on"}):
            assert list(client.post(url("rating_correct", rating), given | more).context["form"].errors) == ["reason"]
        same = given | {"grade": "well", "reason": "Xét lại"}
        assert list(client.post(url("rating_correct", rating), same).context["form"].errors) == ["__all__"]
    answer = client.post(url("rating_correct", rating), given | {"reason": "Xét lại"})
    assert answer.status_code == 302
    new = OrganizationRating.objects.live().get()
    assert (new.grade, new.reason) == ("excellent", "Xét lại")
    with no_trace():
        gone = client.post(url("rating_correct", rating), given | {"reason": "Xét lại"})
    assert gone.status_code == 409 and url("rating_correct", new) in gone.content.decode()
    assert client.post(url("rating_correct", new), given | {"withdraw": "on", "reason": "Nhầm"}).status_code == 302
    assert not OrganizationRating.objects.live().exists()


@pytest.mark.parametrize(
    ("page", "wrong", "field"),
    [
        ("rate", {"year": "23"}, "year"),
        ("rate", {"year": "2099"}, "year"),
        ("rate", {"grade": ""}, "grade"),
        ("rate", {"number": ""}, "number"),
        ("rate", {"issued_on": ""}, "issued_on"),
        ("rate", {"issued_on": "31/02/2024"}, "issued_on"),
        ("source", {"introduced": "1,5"}, "introduced"),
        ("source", {"introduced": "", "trained": "", "under_review": ""}, "introduced"),
    ],
)
def test_a_wrong_value_is_told_at_its_field(client, lan, cell, page, wrong, field):
    client.force_login(lan)

    with no_trace():
        answer = client.post(url(page, cell), (GRADE if page == "rate" else SOURCE) | wrong)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_only_those_who_enter_facts_of_the_zone_may(client, request, cell, rating):
    for person, status in {"quan": 403, "minh": 403, "hoa": 404, "stranger": 404}.items():
        client.force_login(request.getfixturevalue(person))
        with no_trace():
            assert client.post(url("rate", cell), GRADE).status_code == status, person
            assert client.post(url("source", cell), SOURCE).status_code == status, person
            assert client.post(url("rating_correct", rating), {"reason": "Nhầm"}).status_code == status, person


def test_sources_of_a_union_have_no_page(client, lan, kkt):
    client.force_login(lan)
    union = make.organization(zone=kkt, type="union_base")

    assert client.get(url("source", union)).status_code == 404
    assert client.get(url("rate", union)).status_code == 200


def test_pressed_twice_it_is_said_once(client, lan, cell):
    client.force_login(lan)
    given = GRADE | {"key": "k1"}

    assert client.post(url("rate", cell), given).url == client.post(url("rate", cell), given).url
    assert OrganizationRating.objects.count() == 1


# ------------------------------------------------------------------------------------------ many at once

SHEET = "/ratings/"
PAPER = {"number": "7-QĐ/ĐU", "issued_on": "15/01/2024", "issuer": "Đảng ủy Khu"}


@pytest.fixture
def cells(kkt):
    return [make.organization(f"Chi bộ {name}", zone=kkt, on=FOUNDED) for name in ("An Bình", "Bình Minh", "Cát Hải")]


def box(row):
    return f"grade-{row.pk}"


def test_the_organisations_of_a_zone_are_rated_by_one_decision(client, lan, cells, cluster):
    below = make.organization("Chi bộ Dệt", zone=cluster, on=FOUNDED)
    client.force_login(lan)
    page = client.get(SHEET, {"year": 2023, "sector": "party"})
    assert [row for row, _box in page.context["rows"]] == [*cells, below]

    sent = PAPER | {"rest": "well", box(cells[0]): "excellent", box(cells[1]): "", box(cells[2]): "", box(below): ""}
    saved = client.post(f"{SHEET}?year=2023&sector=party", sent)

    assert saved.status_code == 302
    rated = OrganizationRating.objects.live().order_by("organization__sort_key")
    assert list(rated.values_list("organization", "year", "grade")) == [
        (cells[0].pk, 2023, "excellent"), *((row.pk, 2023, "well") for row in (*cells[1:], below)),
    ]  # fmt: skip
    assert {row.decision.number for row in rated} == {"7-QĐ/ĐU"} and Decision.objects.filter(
        number="7-QĐ/ĐU"
    ).count() == 1
    page = client.get(saved.url)
    assert "Đã xếp loại 4 tổ chức năm 2023." in page.content.decode() and page.context["rows"] == []
    assert audit.differences() == []


def test_only_the_boxes_that_were_filled_in_are_written(client, lan, cells):
    client.force_login(lan)
    sent = PAPER | {box(cells[0]): "done", box(cells[1]): ""}
    assert client.post(f"{SHEET}?year=2023", sent).status_code == 302
    assert OrganizationRating.objects.get().organization == cells[0]
    page = client.get(SHEET, {"year": 2023})
    assert [row for row, _box in page.context["rows"]] == cells[1:]
    assert (page.context["rated"], page.context["left"]) == (1, 2)


def test_who_was_rated_meanwhile_is_told_at_its_box_and_nothing_is_written(client, lan, cells):
    actions.rate_organization(organization=cells[1], year=2023, grade="failed", by=lan)
    client.force_login(lan)
    with no_trace():
        refused = client.post(f"{SHEET}?year=2023", PAPER | {box(cells[0]): "done", box(cells[1]): "done"})
    assert refused.status_code == 422
    assert "đã có số liệu này cho năm 2023" in str(refused.context["form"].errors[box(cells[1])])
    assert box(cells[0]) not in refused.context["form"].errors


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "__all__"),
        ({"rest": "best"}, "rest"),
        ({"rest": "well", "number": ""}, "number"),
        ({"rest": "well", "issued_on": ""}, "issued_on"),
    ],
)
def test_a_sheet_without_grade_or_decision_is_refused(client, lan, cells, sent, field):
    client.force_login(lan)
    with no_trace():
        refused = client.post(f"{SHEET}?year=2023", PAPER | {box(cells[0]): ""} | sent)
    assert refused.status_code == 422 and field in refused.context["form"].errors


def test_nobody_rates_what_is_not_theirs_nor_what_did_not_exist(client, lan, quan, cells, other_zone):
    foreign = make.organization("Chi bộ Xa", zone=other_zone, on=FOUNDED)
    late = make.organization("Chi bộ Mới", zone=cells[0].zone, on=date(2024, 1, 5))
    client.force_login(lan)
    with no_trace():
        refused = client.post(f"{SHEET}?year=2023", PAPER | {box(foreign): "done", box(late): "done"})
    assert refused.status_code == 422 and "__all__" in refused.context["form"].errors
    client.force_login(quan)
    assert client.get(SHEET).status_code == 403


@pytest.mark.parametrize("query", ["year=2099", "year=x", "year=1", "year=99999999999999999999", "sector=x"])
def test_a_question_that_means_nothing_is_named_and_the_page_stands(client, lan, cells, query):
    client.force_login(lan)
    page = client.get(f"{SHEET}?{query}")
    assert page.status_code == 400 and page.context["choose"].errors


def test_a_sheet_costs_as_many_queries_for_many_as_for_one(client, lan, kkt):
    client.force_login(lan)
    counted = []
    for number in (1, 20):
        for n in range(number):
            make.organization(f"Chi bộ {number}-{n}", zone=kkt, on=FOUNDED)
        client.get(SHEET, {"year": 2023})
        with CaptureQueriesContext(connection) as queries:
            assert client.get(SHEET, {"year": 2023}).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
