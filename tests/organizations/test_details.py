"""One enterprise and one organisation on a page: what they are, what happened, who said so, on any day."""

import re
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations import actions
from organizations.ledger import writing
from organizations.models import Attachment, Change, Enterprise, Event, Organization
from tests import make
from tests.reports.reading import links_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
JUNE, JULY, AUGUST = date(2024, 6, 10), date(2024, 7, 10), date(2024, 8, 10)


@pytest.fixture(autouse=True)
def on_a_day_of_2024():
    with time_machine.travel("2024-09-30T08:00:00+07:00", tick=True):
        yield


@pytest.fixture
def factory(kkt, lan):
    return make.enterprise("Công ty Sao Mai", zone=kkt, workers=1200, by=lan)


@pytest.fixture
def cell(kkt, lan, factory):
    return make.organization("Chi bộ Sao Mai", zone=kkt, enterprises=[factory], by=lan)


def look(client, user, row, **query):
    client.force_login(user)
    return client.get(row.get_absolute_url(), query)


def buttons_of(page):
    return {button.kind for _name, buttons in page.context["shown"].acts for button in buttons}


# ------------------------------------------------------------------------------------------ an organisation


def test_an_organisation_is_shown_with_its_enterprise_its_members_and_its_decisions(client, lan, cell):
    make.admission(cell, 12, on=JUNE, female=5, by=lan)

    page = look(client, lan, cell)

    shown = page.context["shown"]
    assert (shown.life.status, shown.life.members, shown.park.name) == ("active", 12, "KCN HP-KKT")
    assert [(host.enterprise.name, host.is_lead, host.holds) for host in shown.hosts] == [
        ("Công ty Sao Mai", True, True)
    ]
    assert [(line.words, line.quantity) for line in shown.timeline.lines] == [
        ("Kết nạp đảng viên", "12"),
        ("Thành lập: Chi bộ cơ sở", ""),
    ]
    words = words_of(page)
    assert "✓ Đang hoạt động" in words and "Trong đó nữ: 5" in words and "Nguyễn Thị Lan" in words
    assert "Từ 10/06/2024 đến 30/09/2024, các dòng sổ cộng lại còn 12 người." in words
    decision = Event.objects.get(kind="admitted").decision
    assert links_of(page, decision.number) == [f"/decisions/{decision.pk}/"]


def test_a_correction_shows_both_lines_struck_linked_and_only_the_new_one_to_correct(client, lan, cell):
    wrong = make.admission(cell, 13, by=lan)
    right = actions.correct(event=wrong, quantity=10, reason="Ghi nhầm của chi bộ khác", by=lan)
    reversal = Event.objects.get(reverses=wrong)

    page = look(client, lan, cell)

    lines = {line.event.pk: line for line in page.context["shown"].timeline.lines}
    assert list(lines)[:3] == [right.pk, reversal.pk, wrong.pk]
    assert lines[wrong.pk].cancelled and lines[wrong.pk].pair_url == f"#e{reversal.pk}"
    assert lines[reversal.pk].cancels and lines[reversal.pk].pair_url == f"#e{wrong.pk}"
    assert [line.may_correct for line in lines.values()] == [True, False, False, True]
    assert page.content.decode().count("<s>") == 2
    words = words_of(page)
    assert f"đã hủy bởi dòng {reversal.pk}" in words and "Lý do: Ghi nhầm của chi bộ khác" in words
    assert page.context["shown"].life.members == 10


@pytest.mark.parametrize("who", ["quan", "minh"])
def test_a_leader_and_the_board_read_all_and_are_offered_nothing(client, request, cell, who):
    page = look(client, request.getfixturevalue(who), cell)

    assert page.context["shown"].acts == []
    assert not re.search(r'href="[^"]*/(edit|correct|reverse|admitted|headcounts?[^"]*)/', page.content.decode())


def test_the_buttons_are_the_acts_that_are_possible_now(client, lan, cell):
    active = buttons_of(look(client, lan, cell))
    actions.suspend(organization=cell, decision=make.decision(zone=cell.zone, on=JUNE), by=lan)
    suspended = buttons_of(look(client, lan, cell))
    actions.dissolve(reason="Sắp xếp lại", organization=cell, decision=make.decision(zone=cell.zone, on=JULY), by=lan)
    ended = buttons_of(look(client, lan, cell))

    assert {"admitted", "upgraded", "suspended", "dissolved", "split_from"} <= active
    assert not {"resumed", "joined", "established", "downgraded"} & active
    assert "resumed" in suspended and "suspended" not in suspended
    assert ended == set()


def test_the_tree_names_superiors_and_subordinates_in_their_order(client, lan, kkt, cell):
    party = make.organization("Đảng bộ Khu", zone=kkt, type="party_superior")
    base = make.organization("Đảng bộ Sao Mai", zone=kkt, type="party_committee", parent=party)
    actions.change_organization(organization=cell, parent=base, by=lan)
    make.organization("Chi bộ Phân xưởng", zone=kkt, type="party_subcell", parent=cell)

    shown = look(client, lan, cell).context["shown"]

    assert [(branch.row.name, branch.indent) for branch in shown.above] == [("Đảng bộ Khu", 0), ("Đảng bộ Sao Mai", 1)]
    assert [(branch.row.name, branch.indent) for branch in shown.below] == [("Chi bộ Phân xưởng", 3)]


def test_as_of_a_day_everything_is_as_the_ledger_says_for_that_day(client, lan, kkt, cell, factory):
    make.admission(cell, 3, on=JUNE, by=lan)
    actions.rename(organization=cell, new_name="Chi bộ Bình Minh", decision=make.decision(on=JULY, zone=kkt), by=lan)
    actions.upgrade(
        organization=cell, to_type=make.type_("party_committee"), decision=make.decision(on=AUGUST, zone=kkt), by=lan,
        reason="Cấp trên đồng ý",
    )  # fmt: skip
    make.admission(cell, 4, on=date(2024, 9, 1), by=lan)
    other = make.enterprise("Công ty Bình Minh", zone=kkt, park=make.park("KCN Bình Minh", zone=kkt))
    actions.cover(organization=cell, enterprise=other, valid_from=AUGUST, lead=True, by=lan)

    now = look(client, lan, cell).context["shown"]
    page = look(client, lan, cell, as_of="15/06/2024")
    then = page.context["shown"]

    assert (now.life.name, now.life.type.code, now.life.members) == ("Chi bộ Bình Minh", "party_committee", 7)
    assert now.park.name == "KCN Bình Minh"
    assert (then.life.name, then.life.type.code, then.life.members) == ("Chi bộ Sao Mai", "party_cell", 3)
    assert then.park.name == "KCN HP-KKT" and then.acts == []
    assert [line.words for line in then.timeline.lines] == ["Kết nạp đảng viên", "Thành lập: Chi bộ cơ sở"]
    assert "Tính đến ngày 15/06/2024." in words_of(page)
    before = look(client, lan, cell, as_of="01/01/2024").context["shown"]
    assert (before.life.status, before.life.members, before.timeline.lines) == ("absent", 0, [])


def test_a_day_that_is_none_is_refused_with_its_words_and_today_is_shown(client, lan, cell):
    page = look(client, lan, cell, as_of="31/02/2024")

    assert page.status_code == 422
    assert "31/02/2024" in words_of(page) and page.context["shown"].asked is None
    assert 'value="31/02/2024"' in page.content.decode()


def test_the_former_zone_reads_its_own_lines_and_the_state_they_lead_to(client, lan, hoa, kkt, other_zone, cell):
    make.admission(cell, 5, on=JUNE, by=lan)
    paper = make.decision(on=JULY, zone=kkt)
    actions.transfer(organizations=[cell], to_zone=other_zone, decision=paper, by=make.system())
    cell.refresh_from_db()

    mine, theirs = look(client, lan, cell), look(client, hoa, cell)

    assert mine.context["may_edit"] is False and mine.context["shown"].acts == []
    assert not any(line.may_correct for line in mine.context["shown"].timeline.lines)
    assert "Các dòng do đơn vị khác ghi không hiện với anh/chị." in words_of(mine)
    assert look(client, lan, cell, as_of="30/08/2024").context["shown"].life.status == "away"
    assert theirs.context["shown"].life.members == 5 and buttons_of(theirs)
    early = look(client, hoa, cell, as_of="30/06/2024")
    assert early.context["shown"].life.elsewhere and "không xem được dòng sổ" in words_of(early)


def test_a_merged_row_leads_to_the_one_that_stays_which_tells_its_lines(client, lan, kkt, cell):
    twin = make.organization("Chi bộ Sao Mai (trùng)", zone=kkt, by=lan)
    make.admission(twin, 2, on=JUNE, by=lan)
    Organization.objects.filter(pk=twin.pk).update(duplicate_of=cell)

    answer = look(client, lan, twin)
    page = look(client, lan, cell)

    assert (answer.status_code, answer["Location"]) == (302, cell.get_absolute_url())
    merged = [line for line in page.context["shown"].timeline.lines if line.is_merged]
    assert {line.event.kind for line in merged} == {"admitted", "established"}
    assert page.context["shown"].stock.last == 2
    itself = look(client, lan, twin, own="1")
    assert itself.status_code == 200 and itself.context["shown"].acts == [] and not itself.context["may_edit"]
    assert "Dòng này bị trùng" in words_of(itself)


def test_a_scan_of_the_decision_opens_from_the_line_for_the_zone_that_attached_it(client, lan, kkt, cell):
    paper = cell.events.get().decision
    scan = Attachment.objects.create(
        decision=paper, zone=kkt, file="scans/1.pdf", name="12-QĐ.pdf", content_type="application/pdf", size=1,
        sha256="0" * 64, uploaded_by=lan, uploaded_at="2024-09-01T00:00:00Z",
    )  # fmt: skip

    assert links_of(look(client, lan, cell), "Bản quét: 12-QĐ.pdf") == [f"/decisions/{paper.pk}/scans/{scan.pk}/"]
    Attachment.objects.update(withdrawn_by=lan, withdrawn_at="2024-09-02T00:00:00Z")
    assert links_of(look(client, lan, cell), "Bản quét: 12-QĐ.pdf") == []


def test_those_it_came_from_and_went_on_in_are_named(client, lan, kkt, cell):
    other = make.organization("Chi bộ Hải An", zone=kkt)
    new = actions.merge(
        organizations=[cell, other], name="Chi bộ Hợp nhất", type=cell.type, by=lan,
        decision=make.decision(zone=kkt, on=JULY),
    )  # fmt: skip

    assert [kin.row.name for kin in look(client, lan, new).context["shown"].predecessors] == [cell.name, other.name]
    assert [(kin.row, kin.on) for kin in look(client, lan, cell).context["shown"].successors] == [(new, JULY)]


# ------------------------------------------------------------------------------------------ an enterprise


def test_an_enterprise_names_what_it_has_by_sector_and_what_it_lacks(client, lan, kkt, cell, factory):
    old = make.organization("Công đoàn cũ", zone=kkt, type="union_base", enterprises=[factory])
    actions.dissolve(reason="Sắp xếp lại", organization=old, decision=make.decision(on=JULY, zone=kkt), by=lan)
    make.admission(cell, 12, by=lan)

    page = look(client, lan, factory)

    party, union, youth = page.context["shown"].sectors
    assert [(guest.row.name, guest.life.members) for guest in party.here] == [("Chi bộ Sao Mai", 12)]
    assert (union.here, [guest.row.name for guest in union.formerly]) == ([], ["Công đoàn cũ"])
    words = words_of(page)
    assert "Chưa có công đoàn." in words and "Chưa có tổ chức đoàn thanh niên." in words
    assert "Chưa có tổ chức đảng." not in words
    assert "1.200 đếm ngày 20/05/2024" in words
    assert len(page.context["shown"].timeline.lines) == 4
    there = look(client, lan, factory, as_of="01/07/2024").context["shown"].sectors[1]
    assert [guest.row.name for guest in there.here] == ["Công đoàn cũ"]


def test_an_enterprise_that_moved_sits_in_its_former_park_on_former_days(client, lan, kkt, factory):
    new = make.park("KCN Mới", zone=kkt)
    actions.change_enterprise(enterprise=factory, park=new, moved_on=JULY, by=lan)
    actions.record_headcount(subject=factory, on=AUGUST, total=1500, by=lan)

    now = look(client, lan, factory).context["shown"]
    then = look(client, lan, factory, as_of="30/06/2024").context["shown"]

    assert (now.park.name, now.workers.last, len(now.stays)) == ("KCN Mới", 1500, 2)
    assert (then.park.name, then.workers.last) == ("KCN HP-KKT", 1200)
    assert now.workers.spark.path.startswith("M")


def test_a_doubtful_tax_code_is_said_beside_it(client, lan, kkt):
    good = make.tax_code()
    wrong = good[:9] + str((int(good[9]) + 1) % 10)
    page = look(client, lan, make.enterprise(zone=kkt, tax_code=wrong))

    assert page.context["shown"].tax_code_warning and "⚠" in words_of(page)
    assert look(client, lan, make.enterprise(zone=kkt)).context["shown"].tax_code_warning == ""


# ------------------------------------------------------------------------------------------ history


def test_the_history_says_who_changed_what_in_words(client, lan, kkt, factory):
    new = make.park("KCN Mới", zone=kkt)
    actions.change_enterprise(
        enterprise=factory, park=new, ownership="fdi_wholly", started_on=date(2010, 1, 2), moved_on=JULY, by=lan,
        reason="Theo giấy phép mới",
    )  # fmt: skip

    page = look(client, lan, factory, tab="history")

    words = words_of(page)
    assert "Khu công nghiệp: KCN HP-KKT → KCN Mới" in words
    assert "Loại vốn: Tư nhân → 100% vốn nước ngoài" in words.replace("tư nhân", "Tư nhân")
    assert "02/01/2010" in words and "KCN Mới từ 10/07/2024" in words
    assert "Lý do: Theo giấy phép mới" in words and "Nguyễn Thị Lan" in words
    assert "{" not in words and f"→ {new.pk} " not in words


def test_every_kind_of_change_is_told_without_ids(client, lan, kkt, cell, factory):
    other = make.enterprise("Công ty Khác", zone=kkt)
    row = actions.cover(organization=cell, enterprise=other, by=lan)
    actions.uncover(coverage=row, last_day=AUGUST, by=lan)
    base = make.organization("Đảng bộ Sao Mai", zone=kkt, type="party_committee")
    actions.change_organization(organization=cell, parent=base, code="CB-01", by=lan)

    page = look(client, lan, cell, tab="history")

    entries = page.context["history"].entries
    assert len(entries) == Change.objects.filter(model="organizations.organization", object_id=cell.pk).count()
    said = [words for entry in entries for field in entry.fields for words in field[1:]]
    assert {"Công ty Khác", "Công ty Sao Mai", "Đảng bộ Sao Mai", "CB-01", "10/08/2024"} <= set(said)
    assert not [words for words in said if words.isdigit()]


def test_on_paper_a_page_says_of_which_day_it_tells(client, lan, cell, factory):
    for row in (cell, factory):
        assert "Số liệu tính đến ngày 30/09/2024" in words_of(look(client, lan, row))
        assert "Số liệu tính đến ngày 01/07/2024" in words_of(look(client, lan, row, as_of="01/07/2024"))
        assert "Số liệu tính đến" not in words_of(look(client, lan, row, tab="history"))


def test_what_another_zone_holds_is_not_named_where_an_organisation_refers_to_it(
    client, lan, admin, kkt, other_zone, cell
):
    base = make.organization("Đảng bộ Kín", zone=other_zone, type="party_committee")
    Organization.objects.filter(pk=cell.pk).update(parent=base)
    with writing(zones=[kkt.pk], by=admin) as book:
        book.change(cell, zone_id=kkt.pk, action="updated", before={"parent": None}, after={"parent": base.pk})
    cell.refresh_from_db()
    outside = f"ngoài phạm vi của anh/chị ({other_zone})"

    for tab in ({}, {"tab": "history"}):
        words = words_of(look(client, lan, cell, **tab))
        assert outside in words and "Đảng bộ Kín" not in words
        words = words_of(look(client, admin, cell, **tab))
        assert outside not in words and "Đảng bộ Kín" in words


# ------------------------------------------------------------------------------------------ size


@pytest.mark.one_database
def test_a_page_costs_the_same_for_one_line_and_for_fifty(client, lan, kkt, cell, factory):
    def costs():
        found = []
        for row, query in ((cell, {}), (cell, {"as_of": "01/09/2024"}), (cell, {"tab": "history"}), (factory, {})):
            client.force_login(lan)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(row.get_absolute_url(), query).status_code == 200
            found.append(len(queries))
        return found

    make.admission(cell, 1, by=lan)
    one = costs()
    for _number in range(50):
        make.admission(cell, 1, on=JUNE, by=lan)
    for number in range(20):
        actions.change_organization(organization=cell, code=f"CB-{number}", by=lan)

    assert costs() == one


def test_thousands_of_lines_come_a_page_at_a_time_and_a_pair_over_the_fold_stays_linked(client, lan, kkt, cell):
    wrong = make.admission(cell, 1, on=JUNE, by=lan)
    actions.reverse(event=wrong, reason="Ghi nhầm", by=lan)
    for _number in range(49):
        make.admission(cell, 1, on=AUGUST, by=lan)

    page = look(client, lan, cell)
    after = look(client, lan, cell, page="2")

    lines = page.context["shown"].timeline.lines
    assert (len(lines), len(after.context["shown"].timeline.lines)) == (50, 2)
    assert lines[-1].cancels and lines[-1].pair_url == f"?page=2#e{wrong.pk}"
    assert len(page.content) < 100_000


def test_what_an_undone_import_withdrew_is_shown_as_withdrawn(client, lan, kkt, factory):
    from organizations.models import Batch

    batch = Batch.objects.create(kind="enterprises", zone=kkt, recorded_by=lan, recorded_at="2024-09-01T00:00:00Z")
    Enterprise.objects.filter(pk=factory.pk).update(voided_by=batch)

    page = look(client, lan, factory)

    assert page.context["may_edit"] is False
    assert "không tính ở đâu nữa" in words_of(page)
