"""The lists of enterprises and organisations: what is found, shown, kept, exported and changed together."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from organizations import actions
from organizations.models import Change, Enterprise, Event, Organization, SavedView
from tests import make

pytestmark = pytest.mark.django_db

PAYLOAD = '=HYPERLINK("http://x.vn";"bấm")'


@pytest.fixture
def dinh_vu(kkt):
    return make.park("Đình Vũ", zone=kkt)


@pytest.fixture
def factories(kkt, dinh_vu):
    """Three enterprises of HP-KKT: with a cell, with a union and many workers, and one without a tax code."""
    sewing = make.enterprise("Công ty May Hoà Bình", zone=kkt, park=dinh_vu, workers=900)
    steel = make.enterprise("Công ty Thép Ánh Sao", zone=kkt, workers=12, ownership="fdi_wholly", countries="Nhật Bản")
    small = make.enterprise("Công ty Đá Mài", zone=kkt, tax_code="", status="suspended", legal_form="limited")
    make.organization("Chi bộ Thép", zone=kkt, enterprises=[steel])
    make.organization("Công đoàn May", zone=kkt, type="union_base", enterprises=[sewing], members=300)
    return sewing, steel, small


@pytest.fixture
def ask(client, lan):
    """The page of a list as Lan, or whoever is given, gets it."""

    def get(question="", *, screen="enterprises", by=lan, **options):
        client.force_login(by)
        return client.get(f"/{screen}/{question}", **options)

    return get


def listing(answer):
    return answer.context["listing"]


def names(answer):
    return [line.row.name for line in listing(answer).lines]


def shown(answer, name):
    """What the page says of the row ``name``: column → value, note and marks, in words."""
    line = next(line for line in listing(answer).lines if line.row.name == name)
    return {
        column.name: [
            str(word) for word in (cell.value, cell.note, *(tag.text for tag in cell.tags)) if word or word == 0
        ]
        for column, cell in line.cells
    }


# ------------------------------------------------------------------------------------------ finding


def test_every_word_is_found_without_accents_and_a_tax_code_is_found_too(ask, factories):
    assert names(ask("?search=hoa+BINH")) == ["Công ty May Hoà Bình"]
    assert names(ask("?search=hoa+thep")) == []
    assert names(ask(f"?search={factories[1].tax_code}")) == ["Công ty Thép Ánh Sao"]


def test_names_stand_in_the_order_of_the_vietnamese_alphabet(ask, factories):
    assert names(ask()) == ["Công ty Đá Mài", "Công ty May Hoà Bình", "Công ty Thép Ánh Sao"]
    assert names(ask("?ordering=-name"))[0] == "Công ty Thép Ánh Sao"


def test_those_without_a_count_come_last_whichever_way_workers_are_sorted(ask, factories):
    assert names(ask("?ordering=-workers")) == ["Công ty May Hoà Bình", "Công ty Thép Ánh Sao", "Công ty Đá Mài"]
    assert names(ask("?ordering=workers")) == ["Công ty Thép Ánh Sao", "Công ty May Hoà Bình", "Công ty Đá Mài"]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("?status=suspended", ["Công ty Đá Mài"]),
        ("?status=suspended&status=operating", ["Công ty Đá Mài", "Công ty May Hoà Bình", "Công ty Thép Ánh Sao"]),
        ("?ownership=fdi_wholly", ["Công ty Thép Ánh Sao"]),
        ("?legal_form=limited", ["Công ty Đá Mài"]),
        ("?size=1", ["Công ty Thép Ánh Sao"]),
        ("?size=200&size=unknown", ["Công ty Đá Mài", "Công ty May Hoà Bình"]),
        ("?party=yes", ["Công ty Thép Ánh Sao"]),
        ("?party=no&union=no", ["Công ty Đá Mài"]),
        ("?youth=no", ["Công ty Đá Mài", "Công ty May Hoà Bình", "Công ty Thép Ánh Sao"]),
        ("?coded=no", ["Công ty Đá Mài"]),
        ("?zone=HP-KKT&coded=yes", ["Công ty May Hoà Bình", "Công ty Thép Ánh Sao"]),
    ],
)
def test_enterprises_are_filtered(ask, factories, question, found):
    assert names(ask(question)) == found


def test_enterprises_are_filtered_by_park_and_by_having_none(ask, factories, dinh_vu, kkt):
    make.enterprise("Công ty Tự Do", zone=kkt, park=make.Park.objects.get(code="none"))

    assert names(ask(f"?park={dinh_vu.pk}")) == ["Công ty May Hoà Bình"]
    assert names(ask(f"?park={make.Park.none_id()}")) == ["Công ty Tự Do"]


def test_an_organisation_that_has_ended_no_longer_counts_as_there(ask, factories, kkt):
    cell = Organization.objects.get(name="Chi bộ Thép")
    actions.dissolve(
        reason="Sắp xếp lại", organization=cell, decision=make.decision(on=date(2025, 1, 1), zone=kkt), by=make.system()
    )

    assert names(ask("?party=yes")) == []
    assert shown(ask(), "Công ty Thép Ánh Sao")["organizations"] == ["chưa có"]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("?sector=union", ["Công đoàn May"]),
        ("?type=party_cell", ["Chi bộ Thép"]),
        ("?status=active", ["Chi bộ Thép", "Công đoàn May"]),
        ("?status=ended", []),
        ("?founded=2024", ["Chi bộ Thép", "Công đoàn May"]),
        ("?founded=2023", []),
        ("?decision=yes", ["Chi bộ Thép", "Công đoàn May"]),
        ("?decision=no", []),
        ("?search=thep", ["Chi bộ Thép"]),
    ],
)
def test_organisations_are_filtered(ask, factories, question, found):
    assert names(ask(question, screen="organizations")) == found


def test_organisations_are_filtered_by_the_park_of_their_leading_enterprise(ask, factories, dinh_vu):
    assert names(ask(f"?park={dinh_vu.pk}", screen="organizations")) == ["Công đoàn May"]


def test_what_is_asked_stands_above_the_list_and_each_part_can_be_taken_away(ask, factories):
    answer = ask("?search=cong+ty&status=suspended&status=operating&ordering=-workers")

    said = {(chip.label, chip.text) for chip in listing(answer).chips}
    assert said == {("Từ tìm", "“cong ty”"), ("Trạng thái", "đang hoạt động"), ("Trạng thái", "tạm ngừng")}
    for chip in listing(answer).chips:
        rest = ask(f"?{chip.without}")
        assert len(listing(rest).chips) == 2
        assert listing(rest).ordering == "-workers"
    assert listing(answer).unfiltered == "ordering=-workers"


def test_a_value_that_means_nothing_is_named_and_left_out(ask, factories):
    for question, word in (
        ("?statsu=x", "statsu"),
        ("?status=closed", "closed"),
        ("?ordering=colour", "colour"),
        ("?park=999999", "999999"),
        ("?size=7%25", "7%"),
    ):
        answer = ask(question)
        assert answer.status_code == 400
        assert word in answer.content.decode()
        assert len(names(answer)) == 3
    assert ask("?zone=HP-KHONG-CO").status_code == 404


def test_boxes_left_empty_leave_the_address(ask, factories):
    answer = ask("?search=&zone=&status=suspended&party=")

    assert (answer.status_code, answer.url) == (302, "/enterprises/?status=suspended")


# ------------------------------------------------------------------------------------------ what is shown


def test_an_enterprise_shows_its_latest_count_with_its_day_and_its_organisations(ask, factories, kkt):
    actions.record_headcount(subject=factories[1], on=date(2026, 3, 1), total=1500, by=make.system())

    said = shown(ask(), "Công ty Thép Ánh Sao")

    assert said["workers"] == ["1500", "01/03/2026"]
    assert said["ownership"] == ["100% vốn nước ngoài", "Nhật Bản"]
    assert said["organizations"] == ["✓ Đảng"]
    assert "zone" not in said  # there is one zone
    assert "1.500" in ask().content.decode()


def test_an_organisation_shows_its_decision_its_enterprise_and_its_members(ask, factories):
    said = shown(ask(screen="organizations"), "Công đoàn May")
    number = Event.objects.get(organization__name="Công đoàn May", kind="established").decision.number

    assert said["enterprise"] == ["Công ty May Hoà Bình", "Đình Vũ"]
    assert said["founded_on"] == ["20/05/2024", number]
    assert said["members"] == ["300", "20/05/2024"]


def test_totals_are_of_all_pages_and_members_of_different_sectors_are_not_added_up(ask, factories, kkt):
    make.organization("Chi bộ Đông", zone=kkt, members=7)

    enterprises, organizations = ask(), ask(screen="organizations")

    assert enterprises.context["words"]["found"] == "3 doanh nghiệp · 912 lao động"
    assert organizations.context["words"]["found"] == "3 tổ chức · 7 đảng viên · 300 đoàn viên công đoàn"
    assert [text for _column, text in listing(enterprises).foot if text] == ["Tổng số: 3", "912"]
    assert [text for _column, text in listing(organizations).foot if text] == ["Tổng số: 3"]
    assert [(str(label), rows) for label, _query, rows in listing(enterprises).statuses] == [
        ("đang hoạt động", 2), ("tạm ngừng", 1),
    ]  # fmt: skip


def test_columns_are_chosen_and_stand_in_the_address(ask, factories):
    answer = ask("?column=name&column=legal_form&column=nothing")

    assert [column.name for column in listing(answer).shown] == ["name", "legal_form"]
    assert listing(answer).address == "column=name&column=legal_form"
    usual = "&".join(f"column={column.name}" for column in listing(ask()).shown)
    assert listing(ask(f"?{usual}")).address == ""


def test_rows_withdrawn_or_merged_away_are_in_no_list(ask, factories):
    sewing, steel, small = factories
    Enterprise.objects.filter(pk=small.pk).update(duplicate_of=steel)

    assert names(ask()) == ["Công ty May Hoà Bình", "Công ty Thép Ánh Sao"]
    assert ask().context["words"]["found"].startswith("2 doanh nghiệp")


def test_what_lies_outside_the_scope_is_a_number_and_nothing_else(ask, factories, other_zone, minh):
    make.enterprise("Công ty May Bí Mật", zone=other_zone, workers=5)
    make.organization("Chi bộ Bí Mật", zone=other_zone)

    answer = ask("?search=may")
    assert (names(answer), listing(answer).hidden) == (["Công ty May Hoà Bình"], 1)
    assert "Bí Mật" not in answer.content.decode()
    # it does not depend on the question: else anybody could ask whether a name or a tax code is there
    assert listing(ask("?search=khong+co+dau")).hidden == listing(ask("?search=bi+mat")).hidden == 1
    assert listing(ask(screen="organizations")).hidden == 1
    assert listing(ask("?zone=HP-KKT")).hidden == 0
    assert listing(ask("?search=may", by=minh)).hidden == 0
    assert len(names(ask("?search=may", by=minh))) == 2


def test_an_organisation_handed_over_shows_no_number_of_another_zones_ledger(ask, kkt, other_zone, hoa):
    cell = make.organization("Chi bộ Đi", zone=kkt, members=9)
    actions.transfer(
        organizations=[cell],
        to_zone=other_zone,
        decision=make.decision(on=date(2025, 2, 2), zone=kkt),
        by=make.system(),
    )

    said = shown(ask(screen="organizations", by=hoa), "Chi bộ Đi")

    assert said["founded_on"] == ["20/05/2024", "ghi ở sổ của đơn vị khác"]
    assert said["members"] == []
    assert names(ask("?decision=no", screen="organizations", by=hoa)) == []


def test_members_of_what_has_ended_or_was_handed_over_are_in_no_sum(ask, kkt, other_zone):
    stays, ended, gone = (make.organization(zone=kkt, type="union_base", members=count) for count in (5, 40, 300))
    paper = {"decision": make.decision(on=date(2025, 1, 1), zone=kkt), "by": make.system()}
    actions.dissolve(organization=ended, reason="Sắp xếp lại", **paper)
    actions.transfer(organizations=[gone], to_zone=other_zone, **paper)

    said = ask(screen="organizations").context["words"]["found"]
    assert said == "3 tổ chức · 5 đoàn viên công đoàn"


def test_words_that_name_a_park_lead_to_its_enterprises(ask, kkt):
    park = make.park("Khu công nghiệp Đình Vũ", zone=kkt, aliases=["DEEP C 1"])
    make.enterprise("Công ty May", zone=kkt, park=park)

    for words in ("dinh vu", "deep c"):
        page = ask(f"?search={words}").content.decode()
        assert f'?park={park.pk}">Khu công nghiệp Đình Vũ</a>' in page
    assert "Có phải anh/chị tìm" not in ask("?search=may").content.decode()


def test_an_empty_list_says_what_to_do_next(ask, lan, quan, factories, hoa, stranger):
    nothing = ask(by=hoa).content.decode()
    assert "Chưa ghi doanh nghiệp nào" in nothing and 'href="/imports/"' in nothing
    assert "Không có dòng nào khớp bộ lọc" in ask("?status=not_started").content.decode()
    unknown = ask("?search=khong+co").content.decode()
    assert "Không dòng nào có các từ “khong co”" in unknown and "/enterprises/new/?name=khong" in unknown
    assert "Đề nghị quản trị viên" in ask(by=stranger).content.decode()
    assert 'name="act"' in ask().content.decode() and 'name="act"' not in ask(by=quan).content.decode()


@pytest.mark.parametrize("screen", ["enterprises", "organizations"])
@pytest.mark.one_database
def test_fifty_rows_cost_as_many_questions_as_one_and_the_page_stays_small(ask, kkt, screen):
    superior = make.organization("Đảng bộ", zone=kkt, type="party_committee")

    def fill(count):
        for _number in range(count):
            enterprise = make.enterprise(zone=kkt, park=make.park(zone=kkt), workers=5)
            make.organization(zone=kkt, enterprises=[enterprise], members=3, parent=superior)

    fill(1)
    ask(screen=screen)
    costs = []
    for more in (0, 54):
        fill(more)
        with CaptureQueriesContext(connection) as queries:
            answer = ask("?ordering=name", screen=screen)
        costs.append(len(queries))

    assert len(names(answer)) == 50
    assert costs[0] == costs[1] <= 26
    assert len(answer.content) < 200_000
    assert len(names(ask("?page=2", screen=screen))) in (5, 6)


# ------------------------------------------------------------------------------------------ views


def test_a_view_is_kept_found_again_and_deleted(client, ask, lan, factories):
    client.force_login(lan)
    query = "status=suspended&column=name&column=status"
    sent = client.post("/views/enterprises/", {"name": " Tạm  ngừng ", "query": query})

    assert sent.url == f"/enterprises/?{query}"
    (view,) = SavedView.objects.all()
    assert (view.owner, view.name, view.query, view.shared_with) == (lan, "Tạm ngừng", query, None)
    answer = ask(f"?{query}")
    assert [(each["view"], each["current"]) for each in answer.context["views"]] == [(view, True)]
    assert answer.context["deletable"] == view
    client.post("/views/enterprises/", {"name": "Tạm ngừng", "query": "status=dissolved"})
    view.refresh_from_db()
    assert view.query == "status=dissolved"

    client.post(f"/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_a_view_is_shared_with_the_zone_and_seen_nowhere_else(client, ask, lan, quan, hoa, minh, kkt, other_zone):
    client.force_login(lan)
    client.post("/views/enterprises/", {"name": "Chung", "query": "party=no", "shared_with": kkt.pk})
    client.post("/views/enterprises/", {"name": "Trộm", "query": "party=no", "shared_with": other_zone.pk})
    client.post("/views/enterprises/", {"name": "Riêng", "query": "union=no"})

    def seen(by, screen="enterprises"):
        return [each["view"].name for each in ask(screen=screen, by=by).context["views"]]

    assert seen(lan) == ["Chung", "Riêng"]
    assert (seen(quan), seen(hoa), seen(minh)) == (["Chung"], [], ["Chung"])
    assert seen(lan, "organizations") == []
    client.force_login(quan)
    assert client.post(f"/views/{SavedView.objects.get(name='Chung').pk}/delete/").status_code == 403
    assert ask("?party=no", by=quan).context["deletable"] is None


def test_a_view_without_a_name_is_refused_and_nothing_is_kept(client, lan):
    client.force_login(lan)

    answer = client.post("/views/organizations/", {"name": " ", "query": "sector=party"}, follow=True)

    assert "Hãy đặt tên cho cách xem." in answer.content.decode()
    assert answer.redirect_chain == [("/organizations/?sector=party", 302)]
    long = "&".join(f"search=x&park={number}" for number in range(400))
    make.park(zone=make.zone("HP-KKT"))
    assert client.post("/views/organizations/", {"name": "Dài", "query": long}).status_code == 302
    assert not SavedView.objects.filter(query__contains="park").exists()  # parks that are not there are not kept
    assert client.post("/views/decisions/", {"name": "x"}).status_code == 404


# ------------------------------------------------------------------------------------------ files


def lines_of(answer):
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_the_file_holds_what_the_list_shows_in_the_same_order_and_columns(ask, factories):
    title, about, asked, head, *rows = lines_of(
        ask("export.csv?coded=yes&ordering=-workers&column=name&column=workers&column=organizations")
    )

    assert title == ["Danh sách doanh nghiệp"]
    assert about[0].endswith("2 dòng") and asked == ["Lọc theo Mã số thuế: có mã số thuế"]
    assert head == [
        "STT",
        "Doanh nghiệp",
        "Lao động",
        "Tính đến ngày",
        "Tổ chức đảng",
        "Công đoàn",
        "Tổ chức đoàn thanh niên",
    ]
    assert rows == [
        ["1", "Công ty May Hoà Bình", "900", "20/05/2024", "không", "có", "không"],
        ["2", "Công ty Thép Ánh Sao", "12", "20/05/2024", "có", "không", "không"],
    ]


def test_a_workbook_has_numbers_as_numbers_days_as_days_and_no_formula(ask, factories):
    Enterprise.objects.filter(pk=factories[0].pk).update(name=PAYLOAD)

    answer = ask("export.xlsx?column=name&column=workers")
    data = b"".join(answer.streaming_content)
    (sheet,) = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    assert sheet.title == "Danh sách doanh nghiệp"
    rows = [row for row in sheet.iter_rows() if isinstance(row[0].value, int)]

    assert len(rows) == 3
    (row,) = [row for row in rows if row[1].value == PAYLOAD]
    assert row[1].data_type == "s" and row[1].quotePrefix
    assert (row[2].value, row[3].value.date()) == (900, date(2024, 5, 20))
    assert answer["Content-Disposition"].startswith("attachment")


def test_text_in_a_csv_file_is_never_a_formula(ask, factories):
    Enterprise.objects.filter(pk=factories[0].pk).update(name=PAYLOAD)

    rows = lines_of(ask("export.csv?column=name"))

    assert [row for row in rows if PAYLOAD in row[-1]][0][1] == f"'{PAYLOAD}"


def test_a_file_holds_only_what_the_person_may_see_and_all_pages_of_it(ask, kkt, other_zone, hoa):
    for _number in range(55):
        make.enterprise(zone=kkt)
    make.enterprise("Công ty Khác", zone=other_zone)

    assert len(lines_of(ask("export.csv"))) == 3 + 55
    assert [row[1] for row in lines_of(ask("export.csv", by=hoa))[3:]] == ["Công ty Khác"]
    assert ask("export.pdf").status_code == 404


def test_a_question_that_is_not_understood_makes_no_file(ask, factories):
    answer = ask("export.csv?statsu=suspended")

    assert (answer.status_code, answer.url) == (302, "/enterprises/?statsu=suspended")


def test_a_file_speaks_the_language_of_the_person_to_its_last_line(ask, factories, lan):
    lan.language = "en"
    lan.save()

    answer = ask("export.csv?column=name&column=status")
    with translation.override("vi"):  # the server has gone on to another request
        rows = lines_of(answer)

    assert rows[0] == ["List of enterprises"]
    assert [row[2] for row in rows[3:]] == ["Suspended", "Operating", "Operating"]


# ------------------------------------------------------------------------------------------ many rows at once


@pytest.fixture
def change(client, lan):
    """Send a bulk change: first the preview, then what it shows, unless ``confirm`` is False."""

    def send(act, rows=(), *, by=lan, confirm=True, **more):
        client.force_login(by)
        data = {"act": act, "pk": [row.pk for row in rows], **more}
        preview = client.post("/enterprises/bulk/", data)
        if not confirm or preview.status_code != 200:
            return preview
        data |= {"confirm": "1", "seen": preview.context["plan"].token} | {"reason": data.get("reason", "")}
        return client.post("/enterprises/bulk/", data, follow=True)

    return send


def test_the_preview_says_what_will_happen_and_writes_nothing(change, factories):
    answer = change("status:suspended", factories, confirm=False)

    text = answer.content.decode()
    assert "2 doanh nghiệp sẽ đổi thành “tạm ngừng”." in text
    assert "1 doanh nghiệp đã như vậy, giữ nguyên." in text
    assert "Chưa ghi gì" in text or "chưa ghi gì" in text
    assert Enterprise.objects.filter(status="suspended").count() == 1


def test_what_was_previewed_is_written_in_one_act_with_one_change_a_row(change, factories, lan):
    answer = change("status:suspended", factories, reason="Đợt kiểm tra tháng 11")

    assert "Đã sửa 2 doanh nghiệp." in answer.content.decode()
    assert Enterprise.objects.filter(status="suspended").count() == 3
    changes = Change.objects.filter(action="updated")
    assert [(row.before, row.after, row.reason, row.recorded_by) for row in changes] == [
        ({"status": "operating"}, {"status": "suspended"}, "Đợt kiểm tra tháng 11", lan)
    ] * 2
    assert len({row.recorded_at for row in changes}) == 1


def test_closing_enterprises_names_the_organisations_that_stay(change, factories):
    text = change("status:dissolved", factories, confirm=False).content.decode()

    assert "Còn 2 tổ chức hoạt động tại đó" in text


def test_enterprises_move_to_a_park_from_a_day(change, factories, dinh_vu):
    asked = change("park", factories, confirm=False)
    assert asked.status_code == 200 and "Hãy chọn khu công nghiệp và ngày" in asked.content.decode()
    wrong = change("park", factories, park=dinh_vu.pk, moved_on="31/02/2026", reason="")
    assert wrong.status_code == 422 and "31/02/2026" in wrong.content.decode()
    assert Enterprise.objects.filter(park=dinh_vu).count() == 1

    change("park", factories, park=dinh_vu.pk, moved_on="01/03/2026", reason="")

    assert Enterprise.objects.filter(park=dinh_vu).count() == 3
    assert factories[1].stays.get(park=dinh_vu).valid_from == date(2026, 3, 1)


def test_all_rows_of_a_filter_are_changed_and_no_other(change, kkt, factories):
    for _number in range(53):
        make.enterprise(zone=kkt, ownership="unknown")

    answer = change("ownership:private", everything="1", query="ownership=unknown&ordering=-name")

    assert "Đã sửa 53 doanh nghiệp." in answer.content.decode()
    assert not Enterprise.objects.filter(ownership="unknown").exists()
    assert Enterprise.objects.get(pk=factories[1].pk).ownership == "fdi_wholly"


def test_a_filter_that_is_not_understood_changes_nothing(change, factories):
    answer = change("ownership:state", everything="1", query="statsu=suspended")

    assert answer.status_code == 302
    assert not Enterprise.objects.filter(ownership="state").exists()


def test_rows_that_changed_since_the_preview_are_shown_again_before_anything_is_written(client, change, factories, lan):
    preview = change("status:suspended", factories[:2], confirm=False)
    actions.change_enterprise(enterprise=factories[0], by=lan, countries="Hàn Quốc")

    data = {"act": "status:suspended", "pk": [row.pk for row in factories[:2]], "reason": "", "confirm": "1"}
    answer = client.post("/enterprises/bulk/", data | {"seen": preview.context["plan"].token})

    assert answer.status_code == 409
    assert "đã khác với bản xem trước" in answer.content.decode()
    assert Enterprise.objects.filter(status="suspended").count() == 1


def test_only_rows_one_may_write_are_changed_and_others_are_not_even_there(change, factories, other_zone, quan, hoa):
    foreign = make.enterprise("Công ty Khác", zone=other_zone)

    change("status:suspended", [*factories, foreign])

    foreign.refresh_from_db()
    assert foreign.status == "operating"
    assert change("status:operating", factories, by=quan).status_code == 403
    assert change("status:operating", factories, by=hoa).status_code == 404


def test_an_administrator_changes_rows_of_two_zones_in_one_act(change, factories, other_zone, admin):
    foreign = make.enterprise("Công ty Khác", zone=other_zone)

    answer = change("status:suspended", [factories[0], foreign], by=admin)

    assert "Đã sửa 2 doanh nghiệp." in answer.content.decode()
    assert len(set(Change.objects.filter(action="updated").values_list("recorded_at", flat=True))) == 1


def test_nothing_chosen_or_nothing_to_do_is_said_and_writes_nothing(change, client, factories):
    for act, rows, words in (
        ("status:suspended", [], "Chưa chọn dòng nào"),
        ("", factories, "Hãy chọn việc cần làm"),
        ("status:closed", factories, "Hãy chọn việc cần làm"),
    ):
        sent = change(act, rows, query="party=no")
        assert sent.status_code == 302 and sent.url == "/enterprises/?party=no"
        assert words in client.get(sent.url).content.decode()
    assert "Không có gì cần sửa." in change("status:suspended", factories[2:], confirm=False).content.decode()


@pytest.fixture
def cells(kkt):
    return [make.organization(f"Chi bộ Số {number}", zone=kkt) for number in range(3)]


def hand_over(client, by, rows=(), **more):
    client.force_login(by)
    return client.post("/organizations/bulk/", {"act": "handover", "pk": [row.pk for row in rows], **more})


def test_the_organisations_chosen_go_to_the_page_that_hands_them_over(client, lan, quan, hoa, cells):
    sent = hand_over(client, lan, cells[:2])

    assert sent.url == f"/organizations/transfer/?organization={cells[0].pk}&organization={cells[1].pk}"
    page = client.get(sent.url).content.decode()
    assert cells[0].name in page and cells[2].name not in page
    everything = hand_over(client, lan, everything="1", query="search=so+2")
    assert everything.url == f"/organizations/transfer/?organization={cells[2].pk}"
    assert hand_over(client, quan, cells).status_code == 403


def test_organisations_that_cannot_be_handed_over_stay_with_the_reason(client, lan, hoa, cells, monkeypatch):
    monkeypatch.setattr("organizations.views.bulk.MOST_NAMED", 2)
    for by, rows, words in (
        (lan, [], "Chưa chọn dòng nào"),
        (lan, cells, "nhiều nhất 2 tổ chức"),
        (hoa, cells, "Không tổ chức nào trong số này"),
    ):
        sent = hand_over(client, by, rows)
        assert sent.url == "/organizations/"
        assert words in client.get(sent.url).content.decode()


def test_a_filter_that_only_a_link_sets_is_told_by_name_and_kept(ask, factories, kkt):
    answer = ask(f"?enterprise={factories[0].pk}", screen="organizations")

    assert names(answer) == ["Công đoàn May"]
    assert [(chip.label, chip.text) for chip in listing(answer).chips] == [("Doanh nghiệp", "Công ty May Hoà Bình")]
    assert f'name="enterprise" value="{factories[0].pk}"' in answer.content.decode()
    foreign = make.enterprise("Công ty Bí Mật", zone=make.city())
    assert "Bí Mật" not in ask(f"?enterprise={foreign.pk}", screen="organizations").content.decode()


def test_a_list_of_several_pages_says_that_ticks_hold_for_one(client, lan, kkt, monkeypatch):
    said = "Dấu chọn chỉ tính ở trang này"
    for number in range(3):
        make.enterprise(f"Công ty {number}", zone=kkt)
    client.force_login(lan)
    assert said not in client.get("/enterprises/").content.decode()
    monkeypatch.setattr("organizations.lists.question.PAGE", 2)
    assert said in client.get("/enterprises/").content.decode()
