"""Quick entry: one decision and its rows, written all or none."""

from uuid import uuid4

import pytest

from organizations import access, actions, audit
from organizations.models import Coverage, Decision, Event, Headcount, Organization
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PAPER = {"number": "12-QĐ/CĐ", "issued_on": "20/05/2024", "issuer": "Công đoàn Khu kinh tế"}


@pytest.fixture
def park(kkt):
    return make.park("KCN Đình Vũ", zone=kkt)


@pytest.fixture
def hosts(kkt, park):
    return enterprises(kkt, park, range(1, 13))


def enterprises(zone, park, numbers):
    """Many at once, each with its number in its name."""
    drafts = [
        {"name": f"Công ty TNHH Số {n}", "tax_code": make.tax_code(100 + 2 * n), "park": park, "ownership": "private"}
        for n in numbers
    ]
    drafts = [actions.EnterpriseDraft(one, workers=500, workers_on=make.DAY) for one in drafts]
    return actions.save_enterprises(zone=zone, drafts=drafts, by=make.system())


@pytest.fixture
def forty(kkt, park):
    return enterprises(kkt, park, range(1, 41))


def rows(*each):
    """The boxes of rows, as the form sends them."""
    return {f"r{place}-{name}": str(value) for place, row in enumerate(each, 1) for name, value in row.items()}


@pytest.fixture
def send(client, lan):
    def post(kind, *each, by=None, key=None, follow=False, **values):
        client.force_login(by or lan)
        data = PAPER | {"key": key or str(uuid4()), "save": "1"} | values | rows(*each)
        return client.post(f"/entry/?kind={kind}", data, follow=follow)

    return post


def union(host, **values):
    return {"enterprise": host.tax_code, "type": make.type_("union_base").pk, "members": "120"} | values


def text_of(answer):
    return " ".join(answer.content.decode().split())


# ------------------------------------------------------------------------------------------ founding


def test_forty_unions_are_founded_by_one_decision(send, forty, kkt, lan):
    answer = send("founded-union", *(union(host) for host in forty), follow=True)

    assert answer.status_code == 200, text_of(answer)
    assert "Đã ghi 40 dòng" in text_of(answer)
    founded = Organization.objects.filter(sector="union")
    assert founded.count() == 40
    assert {row.name for row in founded} == {f"Công đoàn cơ sở Công ty TNHH Số {n}" for n in range(1, 41)}
    assert Coverage.objects.filter(organization__in=founded, is_lead=True).count() == 40
    decision = Decision.objects.get(number="12-QĐ/CĐ")
    assert Event.objects.filter(decision=decision, kind="established", zone=kkt, recorded_by=lan).count() == 40
    assert Headcount.objects.filter(organization__in=founded, total=120, decision=decision).count() == 40
    for row in founded:
        assert f'href="/organizations/{row.pk}/"' in text_of(answer)
    assert audit.differences() == []


def test_forty_rows_cost_as_many_questions_as_one_row_and_little_more(send, forty, django_assert_max_num_queries):
    counts, each = [], [union(host) for host in forty]
    for some in (each[:1], each[1:]):
        with django_assert_max_num_queries(140) as asked:
            assert send("founded-union", *some).status_code == 302
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 3


def test_one_wrong_row_and_nothing_is_written_and_everything_typed_is_kept(send, hosts):
    wrong = union(hosts[1], enterprise="Công ty TNHH Số Một Trăm", members="12a", note="ghi chú riêng")
    answer = send("founded-union", union(hosts[0]), wrong, union(hosts[2], name="Công đoàn Ba"))
    text = text_of(answer)

    assert answer.status_code == 422
    assert not Organization.objects.exists() and not Decision.objects.exists() and not Event.objects.exists()
    assert 'name=r2-members value="12a"' in text and 'name=r2-note value="ghi chú riêng"' in text
    assert 'name=r3-name value="Công đoàn Ba"' in text and 'value="12-QĐ/CĐ"' in text
    assert 'href="#r2-enterprise"' in text and 'href="#r2-members"' in text
    assert 'href="#r1-' not in text and 'href="#r3-' not in text
    assert "<title>Lỗi: " in text


def test_a_name_written_nearly_so_is_offered(send, kkt, park):
    make.enterprise("Công ty TNHH Thép Sao Mai", zone=kkt, park=park)
    answer = send("founded-union", {"enterprise": "Công ty TNHH Thép Sao Mia", "type": make.type_("union_base").pk})

    assert answer.status_code == 422
    assert "data-offer" in text_of(answer) and "Công ty TNHH Thép Sao Mai (" in text_of(answer)


def test_an_enterprise_is_read_by_code_by_name_or_as_the_box_shows_it(send, hosts):
    first, second, third = hosts[:3]
    written = [first.tax_code, "cong ty tnhh so 2", f"{third.name} ({third.tax_code})"]
    assert send("founded-union", *(union(first, enterprise=text) for text in written)).status_code == 302
    assert {row.enterprise_id for row in Coverage.objects.all()} == {first.pk, second.pk, third.pk}


def test_an_organisation_of_a_cluster_is_founded_in_the_zone_of_its_enterprise(send, hosts, cluster, kkt, park):
    below = make.enterprise("Công ty Cụm", zone=cluster, park=park)
    answer = send("founded-union", union(hosts[0]), union(below))

    assert answer.status_code == 302, text_of(answer)
    assert {row.zone_id for row in Organization.objects.all()} == {kkt.pk, cluster.pk}
    assert Event.objects.values("decision").distinct().count() == 1


def test_an_organisation_in_no_enterprise_takes_the_zone_that_is_chosen(send, kkt, cluster):
    type_ = make.type_("party_committee").pk
    answer = send("founded-party", {"name": "Đảng bộ Cụm", "type": type_}, zone=cluster.pk)

    assert answer.status_code == 302, text_of(answer)
    assert Organization.objects.get().zone_id == cluster.pk


def test_all_rows_belong_to_the_superior_that_is_named_once(send, hosts, kkt):
    above = make.organization("Đảng bộ Khu", zone=kkt, type="party_committee", code="DB-01")
    row = {"enterprise": hosts[0].tax_code, "type": make.type_("party_subcell").pk, "members": "5"}
    answer = send("founded-party", row, parent="DB-01", issuer=make.ISSUER)

    assert answer.status_code == 302, text_of(answer)
    assert Organization.objects.get(name="Chi bộ Công ty TNHH Số 1").parent == above


def test_a_name_taken_is_told_at_its_box(send, hosts, kkt):
    make.organization("Công đoàn cơ sở Công ty TNHH Số 1", zone=kkt, type="union_base")
    answer = send("founded-union", union(hosts[0]), union(hosts[1]))

    assert answer.status_code == 422
    assert 'href="#r1-name"' in text_of(answer)
    assert Organization.objects.count() == 1


# ------------------------------------------------------------------------------------------ members


@pytest.fixture
def cells(kkt, hosts):
    return [make.organization(f"Chi bộ {n}", zone=kkt, enterprises=[hosts[n]], code=f"CB-{n:02}") for n in range(12)]


def test_members_of_twelve_cells_are_admitted_by_one_decision(send, cells, hosts):
    given = [
        cell.code if n % 3 == 0 else cell.name if n % 3 == 1 else hosts[n].tax_code for n, cell in enumerate(cells)
    ]
    each = ({"organization": text, "quantity": n + 1, "female": 1, "workers": ""} for n, text in enumerate(given))
    answer = send("admitted", *each, follow=True)

    assert answer.status_code == 200, text_of(answer)
    events = Event.objects.filter(kind="admitted")
    assert sorted(events.values_list("organization", "quantity")) == sorted(
        (cell.pk, n + 1) for n, cell in enumerate(cells)
    )
    assert events.values("decision").distinct().count() == 1
    assert "12 dòng" in text_of(answer) and "78 người" in text_of(answer)


def test_a_decision_known_already_is_quoted_not_written_twice(send, cells):
    assert send("admitted", {"organization": "CB-01", "quantity": 1}).status_code == 302
    answer = send("admitted", {"organization": "CB-02", "quantity": 2}, number="12 -qđ/CĐ", issuer="")

    assert answer.status_code == 302, text_of(answer)
    assert Decision.objects.filter(number_key=Decision.key_of(PAPER["number"])).count() == 1


def test_a_decision_that_looks_like_a_recorded_one_is_asked_about_once(send, cells):
    assert send("admitted", {"organization": "CB-01", "quantity": 1}).status_code == 302
    for other in ({"issued_on": "21/05/2024"}, {"issuer": PAPER["issuer"] + " thành phố"}):
        answer = send("admitted", {"organization": "CB-02", "quantity": 2}, **other)
        assert answer.status_code == 422 and "Sổ đã có 12-QĐ/CĐ ngày" in text_of(answer)
        said = answer.context["form"]["paper_said"].value()
        again = send("admitted", {"organization": "CB-02", "quantity": 2}, paper_said=said, **other)
        assert again.status_code == 302, text_of(again)


def test_numbers_are_read_as_people_write_them_and_a_part_is_no_larger(send, cells):
    answer = send("admitted", {"organization": "CB-01", "quantity": "2", "female": "3"})
    assert answer.status_code == 422 and 'href="#r1-female"' in text_of(answer)
    answer = send("admitted", {"organization": "CB-01", "quantity": "0"})
    assert answer.status_code == 422 and 'href="#r1-quantity"' in text_of(answer)


def test_a_union_admits_nobody_to_the_party(send, kkt):
    make.organization("Công đoàn cơ sở Một", zone=kkt, type="union_base", code="CD-01")
    answer = send("admitted", {"organization": "CD-01", "quantity": "2"})

    assert answer.status_code == 422 and "Công đoàn cơ sở" in text_of(answer)
    assert not Event.objects.filter(kind="admitted").exists()


def test_members_join_without_a_decision_on_a_day(send, kkt):
    made = make.organization("Công đoàn cơ sở Một", zone=kkt, type="union_base", code="CD-01")
    answer = send("joined", {"organization": "CD-01", "quantity": "1.200"}, number="", issuer="", issued_on="1/6/2024")

    assert answer.status_code == 302, text_of(answer)
    event = Event.objects.get(kind="joined")
    assert (event.organization, event.quantity, event.decision) == (made, 1200, None)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("dissolved", {}), ("suspended", {}), ("renamed", {"new_name": "Chi bộ Mới"}),
        ("retyped", {}), ("upgraded", {}), ("recognised", {"quantity": 1}), ("moved-in", {"quantity": 4}),
    ],
)  # fmt: skip
def test_each_happening_is_written(send, cells, kind, values):
    shared = {"retyped": {"to_type": make.type_("party_subcell").pk}, "upgraded": {
        "to_type": make.type_("party_committee").pk, "reason": "Đã có văn bản đồng ý"}}.get(kind, {})  # fmt: skip
    answer = send(kind, {"organization": "CB-01"} | values, **shared)

    assert answer.status_code == 302, text_of(answer)
    assert Event.objects.filter(organization=cells[1]).count() == 2


# ------------------------------------------------------------------------------------------ what is unusual


def test_unusual_rows_ask_for_a_reason_each(send, hosts):
    few, more = union(hosts[0], members="2"), union(hosts[1])
    answer = send("founded-union", few, more)
    text = text_of(answer)

    assert answer.status_code == 422 and 'name="r1-reason"' in text and 'name="r2-reason"' not in text
    assert not Organization.objects.exists()
    assert send("founded-union", few | {"reason": "Doanh nghiệp nhỏ"}, more).status_code == 302
    reasons = {event.organization.name[-1]: event.reason for event in Event.objects.filter(kind="established")}
    assert reasons == {"1": "Doanh nghiệp nhỏ", "2": ""}


def test_one_reason_holds_for_all_unusual_rows_and_for_no_other(send, hosts):
    each = [union(hosts[0], members="2"), union(hosts[1]), union(hosts[2], members="3")]
    answer = send("founded-union", *each, reason="Theo chỉ đạo chung")

    assert answer.status_code == 302, text_of(answer)
    assert sorted(Event.objects.values_list("reason", flat=True)) == ["", "Theo chỉ đạo chung", "Theo chỉ đạo chung"]


def test_what_the_ledger_has_under_this_decision_is_asked_about(send, cells):
    assert send("admitted", {"organization": "CB-01", "quantity": 2}).status_code == 302
    answer = send("admitted", {"organization": "CB-01", "quantity": 2}, {"organization": "CB-02", "quantity": 1})

    assert answer.status_code == 422 and 'name="r1-reason"' in text_of(answer)
    assert Event.objects.filter(kind="admitted").count() == 1


def test_an_organisation_typed_twice_is_asked_about(send, cells):
    twice = {"organization": "CB-01", "quantity": 2}
    answer = send("admitted", twice, twice)

    assert answer.status_code == 422 and 'name="r2-reason"' in text_of(answer)
    assert send("admitted", twice, twice | {"reason": "Hai đợt"}).status_code == 302


def test_a_second_union_in_an_enterprise_is_asked_about(send, hosts, kkt):
    make.organization("Công đoàn cũ", zone=kkt, type="union_base", enterprises=[hosts[0]])
    answer = send("founded-union", union(hosts[0]))

    assert answer.status_code == 422 and "Công đoàn cũ" in text_of(answer)


# ------------------------------------------------------------------------------------------ once


def test_pressing_twice_writes_once_and_shows_what_was_written(send, cells):
    key = str(uuid4())
    row = {"organization": "CB-01", "quantity": 2}
    first, second = (send("admitted", row, key=key) for _press in range(2))

    assert first["Location"] == second["Location"] == f"/entry/{key}/"
    assert Event.objects.filter(kind="admitted").count() == 1


def test_other_rows_under_a_key_that_was_used_are_kept_and_not_written(send, cells):
    key = str(uuid4())
    send("admitted", {"organization": "CB-01", "quantity": 2}, key=key)
    answer = send("admitted", {"organization": "CB-01", "quantity": 3}, key=key)
    text = text_of(answer)

    assert answer.status_code == 409 and f'href="/entry/{key}/"' in text and 'value="3"' in text
    assert f'name="key" value="{key}"' not in text
    assert Event.objects.filter(kind="admitted").count() == 1


def test_a_form_that_was_refused_may_be_sent_again_with_its_key(send, cells):
    key = str(uuid4())
    assert send("admitted", {"organization": "CB-01", "quantity": "x"}, key=key).status_code == 422
    assert send("admitted", {"organization": "CB-01", "quantity": "3"}, key=key).status_code == 302


# ------------------------------------------------------------------------------------------ whose, and when


def test_another_zone_s_rows_are_not_known(send, hosts, cells, hoa, other_zone):
    for kind, row in (("admitted", {"organization": "CB-01", "quantity": 2}), ("founded-union", union(hosts[0]))):
        answer = send(kind, row, by=hoa)
        assert answer.status_code == 422
        assert hosts[0].name not in text_of(answer)
    assert not Decision.objects.filter(number=PAPER["number"]).exists()


def test_who_only_reads_enters_nothing(send, cells, quan, minh, stranger):
    for person in (quan, minh, stranger):
        assert send("admitted", {"organization": "CB-01", "quantity": 2}, by=person).status_code == 403


def test_a_zone_that_is_only_read_takes_nothing(send, cells, kkt, cluster):
    both = make.user("both", role="leader", zone=kkt)
    access.assign(user=both, role="clerk", zone=cluster)
    assert send("admitted", {"organization": "CB-01", "quantity": 2}, by=both).status_code == 422
    assert not Event.objects.filter(kind="admitted").exists()


def test_a_closed_period_is_told_once_at_the_date(send, cells, kkt):
    from datetime import date

    make.lock(kkt, date(2024, 1, 1), date(2024, 12, 31))
    answer = send("admitted", *({"organization": f"CB-{n:02}", "quantity": 1} for n in range(12)))

    assert answer.status_code == 422
    assert text_of(answer).count('href="#issued_on"') == 1
    assert not Event.objects.filter(kind="admitted").exists()


def test_a_day_before_the_founding_is_told_at_its_row(send, cells):
    answer = send("admitted", {"organization": "CB-01", "quantity": 1}, issued_on="01/01/2024")

    assert answer.status_code == 422 and 'href="#r1-organization"' in text_of(answer)


@pytest.mark.parametrize(
    ("name", "value"), [("number", ""), ("issued_on", "31/02/2024"), ("issued_on", ""), ("issued_on", "01/01/2999")]
)
def test_the_decision_is_checked_as_everywhere(send, cells, name, value):
    answer = send("admitted", {"organization": "CB-01", "quantity": 1}, **{name: value})

    assert answer.status_code == 422 and f'href="#{name}"' in text_of(answer)


# ------------------------------------------------------------------------------------------ the form


def test_a_form_without_a_script_has_five_rows_and_gives_five_more(client, lan, cells):
    client.force_login(lan)
    text = text_of(client.get("/entry/?kind=admitted"))
    assert text.count("<tr data-row>") == 5 + 1  # and the pattern
    data = PAPER | {"more": "1", **rows(*({"organization": "CB-01"} for _n in range(5)))}
    text = text_of(client.post("/entry/?kind=admitted", data))

    assert text.count("<tr data-row>") == 10 + 1 and text.count('value="CB-01"') == 5
    assert 'value="12-QĐ/CĐ"' in text and "error-summary" not in text


def test_an_empty_form_says_what_to_fill_in(send):
    answer = send("admitted")
    assert answer.status_code == 422 and "ít nhất một dòng" in text_of(answer)


def test_more_than_two_hundred_rows_are_refused_and_kept(send, cells):
    answer = send("admitted", *({"organization": "CB-01", "quantity": 1, "note": "x"} for _n in range(201)))
    assert answer.status_code == 422 and "200" in text_of(answer)
    assert text_of(answer).count("<tr data-row>") == 201 + 1


def test_two_hundred_rows_wrong_fit_on_a_page_of_two_hundred_thousand_bytes(send, hosts):
    each = [union(hosts[n % 12], enterprise=f"Không có {n}", note="ghi chú") for n in range(200)]
    answer = send("founded-union", *each)

    assert answer.status_code == 422
    assert len(answer.content) < 200_000


def test_two_hundred_full_rows_are_taken(send, kkt, park):
    hosts = enterprises(kkt, park, range(1, 201))
    full = {"name": "", "note": "ghi chú", "reason": "như đã nêu", "members": "3"}
    answer = send("founded-union", *(union(host, **full) for host in hosts))

    assert answer.status_code == 302, text_of(answer)[:2000]
    assert Event.objects.filter(kind="established", reason="như đã nêu").count() == 200


def test_a_refused_form_says_that_its_decision_is_known(send, cells):
    send("admitted", {"organization": "CB-01", "quantity": 1})
    assert "đã có, 1 dòng" in text_of(send("admitted", {"organization": "CB-02", "quantity": "x"}))


def test_saving_and_going_on_keeps_the_decision(send, cells, client):
    answer = send("admitted", {"organization": "CB-01", "quantity": 1}, again="1", follow=True)
    text = text_of(answer)

    assert 'value="12-QĐ/CĐ"' in text and 'value="20/05/2024"' in text and "đã có, 1 dòng" in text
    assert client.get("/entry/", {"decision": "999999"}).status_code == 404


@pytest.mark.parametrize("question", ["?kind=x", "?kind=", "?kind=admitted&decision=0"])
def test_an_address_that_means_nothing_is_not_found(client, lan, question):
    client.force_login(lan)
    assert client.get(f"/entry/{question}").status_code == 404


# ------------------------------------------------------------------------------------------ taking back


def test_all_lines_of_a_form_are_taken_back_at_once(send, client, cells):
    answer = send("admitted", {"organization": "CB-01", "quantity": 1}, {"organization": "CB-02", "quantity": 2})
    address = answer["Location"]
    assert client.post(f"{address}undo/", {"reason": ""}).status_code == 422
    answer = client.post(f"{address}undo/", {"reason": "Nhầm quyết định"}, follow=True)

    assert "Đã rút 2 dòng" in text_of(answer)
    assert not Event.objects.live().filter(kind="admitted").exists()
    assert Event.objects.filter(reason="Nhầm quyết định").count() == 2


def test_twelve_lines_are_shown_with_as_many_questions_as_one(send, client, cells, django_assert_max_num_queries):
    counts = []
    for some in (cells[:1], cells[1:]):
        address = send("admitted", *({"organization": cell.code, "quantity": 1} for cell in some), number=some[0].code)
        for page in ("", "undo/"):
            with django_assert_max_num_queries(30) as asked:
                assert client.get(address["Location"] + page).status_code == 200
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


def test_a_founding_that_was_taken_back_can_be_entered_again(send, client, hosts):
    address = send("founded-union", union(hosts[0]), union(hosts[1]))["Location"]
    client.post(f"{address}undo/", {"reason": "Nhầm ngày"})
    assert set(Organization.objects.values_list("status", flat=True)) == {"absent"}
    answer = send("founded-union", union(hosts[0], members="99"), union(hosts[1]), issued_on="21/05/2024")

    assert answer.status_code == 302, text_of(answer)
    assert Organization.objects.count() == 2
    assert set(Organization.objects.values_list("status", flat=True)) == {"active"}
    assert audit.differences() == []


def test_what_was_written_is_shown_to_those_who_see_it_and_taken_back_by_those_who_enter(
    send, client, cells, quan, hoa
):
    address = send("admitted", {"organization": "CB-01", "quantity": 1})["Location"]
    for person, seen, undone in ((quan, 200, 403), (hoa, 404, 404)):
        client.force_login(person)
        assert client.get(address).status_code == seen
        assert client.get(f"{address}undo/").status_code == undone


# ------------------------------------------------------------------------------------------ what the script asks


def test_pasted_texts_are_matched_or_offered(client, lan, cells, hosts, hoa):
    client.force_login(lan)
    data = {"kind": "admitted", "text": ["CB-01", hosts[2].tax_code, "Chi bộ Không Có", ""]}
    found = client.post("/entry/find/match/", data).json()["results"]

    assert [one.get("value") for one in found] == ["Chi bộ 1 (CB-01)", "Chi bộ 2 (CB-02)", None, None]
    assert found[2]["faults"]
    client.force_login(hoa)
    assert "value" not in client.post("/entry/find/match/", data).json()["results"][0]


def test_a_decision_is_recognised_while_it_is_typed(send, client, lan, cells, hoa):
    send("admitted", {"organization": "CB-01", "quantity": 1})
    client.force_login(lan)
    told = client.get("/entry/find/decision/", PAPER | {"issuer": ""}).json()
    assert told["issuer"] == PAPER["issuer"] and "1 dòng" in told["words"]
    assert client.get("/entry/find/decision/", PAPER | {"issued_on": "x"}).json()["words"] == ""
    client.force_login(hoa)
    assert client.get("/entry/find/decision/", PAPER).json()["words"] == ""
