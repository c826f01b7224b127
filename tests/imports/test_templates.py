"""Workbooks to fill in and lists to correct: what they offer, and that they come back without being asked."""

import io
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest
from django.utils import translation

from imports import reader
from imports.kinds import KINDS
from imports.kinds.guidance import ABOUT, Entry
from imports.offers import Offers
from imports.templates import PROPERTY, can_prefill, stamp, template
from organizations import actions
from organizations.models import Enterprise, Event, Headcount, Organization
from targets.models import Target
from tests import cast, make
from tests.imports.office import TODAY, take_in

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module", autouse=True)
def every_kind(standing):
    """A zone with something of every kind: foreign and domestic, with and without codes, moved, ended, below."""
    kkt, cluster, lan = cast.kkt(), cast.cluster(), cast.lan()
    dinh_vu = make.park("Khu công nghiệp Đình Vũ", zone=kkt, aliases=["DEEP C 1"])
    trang_due = make.park("KCN Tràng Duệ", zone=kkt)
    cell_of = make.enterprise(
        "Công ty TNHH Sao Mai", zone=kkt, park=dinh_vu, workers=385, workers_on=date(2026, 6, 30),
        legal_form="limited", ownership="fdi_wholly", countries="Hàn Quốc", started_on=date(2015, 3, 1),
    )  # fmt: skip
    make.enterprise("=1+1 Công ty", zone=kkt, park=trang_due, tax_code="", ownership="unknown")
    planned = make.enterprise("Nhà máy mới", zone=kkt, park=dinh_vu, status="not_started", started_on=date(2028, 1, 1))
    below = make.enterprise("Công ty ở cụm", zone=cluster, park=dinh_vu, workers=20)
    over = make.organization(
        "Đảng bộ Sao Mai", zone=kkt, type="party_committee", code="DB-01", enterprises=[cell_of], members=30
    )
    make.organization(
        "Chi bộ 1", zone=kkt, type="party_subcell", parent=over, enterprises=[cell_of, planned], members=12,
        on=date(2025, 2, 3),
    )  # fmt: skip
    make.organization("Công đoàn Sao Mai", zone=kkt, type="union_base", enterprises=[cell_of])
    make.organization("Chi bộ cụm", zone=cluster, enterprises=[below], members=4)
    ended = make.organization("Chi bộ đã giải thể", zone=kkt)
    actions.dissolve(
        reason="Sắp xếp lại", organization=ended, decision=make.decision(on=date(2025, 1, 1), zone=kkt), by=lan
    )
    paper = make.decision("9-QĐ/TU", on=date(2024, 1, 15), zone=kkt)
    make.target(zone=kkt, indicator="union_orgs", year=2024, low=5, high=7, decision=paper, published_percent="105.3")
    make.target(zone=kkt, indicator="union_members", year=2024, low=2500)
    make.target(zone=cluster, indicator="party_members", year=2025, low=8)


@pytest.fixture
def register(kkt):
    """The zone of ``every_kind``."""
    return kkt


def book_of(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def made(kind, zone, user, **options):
    return template(kind, zone=zone, user=user, today=TODAY, **options)


def person_for(kind, lan, minh):
    return minh if kind == "targets" else lan


def header_of(page):
    return next(row for row in page.iter_rows() if row[0].value == "STT")


def filled(data, *lines):
    """The template with ``lines`` (dicts by column title) written under its example."""
    book = book_of(data)
    page = book.active
    header = header_of(page)
    places = {str(cell.value).replace("(*)", "").rstrip(" *"): cell.column for cell in header}
    for number, values in enumerate(lines, start=header[0].row + 2):
        for title, value in values.items():
            page.cell(number, places[title]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# ------------------------------------------------------------------------------------------ declared once


def test_every_column_has_its_guide_and_no_guide_is_left_over():
    assert {name: set(about.columns) for name, about in ABOUT.items()} == {
        name: {column.field for column in kind.columns} for name, kind in KINDS.items()
    }


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_said_of_a_column_fits_the_box_excel_shows_it_in(language):
    with translation.override(language):
        long = [
            str(guide.help)
            for about in ABOUT.values()
            for guide in about.columns.values()
            if len(str(guide.help)) > 255
        ]
    assert long == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_is_one_the_reader_would_take(register, lan, minh, kind):
    page = book_of(made(kind, register, person_for(kind, lan, minh))).active
    values = {}
    for column, cell in zip(KINDS[kind].columns, page[header_of(page)[0].row + 1][1:], strict=False):
        values[column.title] = cell.value
        if column.required and column.field not in ("organization",):
            assert cell.value not in (None, ""), column.title
    own = {
        "organizations": {"Mã số thuế doanh nghiệp": None},
        "events": {"Tổ chức": "Chi bộ cụm"},
        "headcounts": {"Mã số thuế": None, "Tổ chức": "Chi bộ cụm"},
    }.get(kind, {})
    result = take_in(filled(made(kind, register, person_for(kind, lan, minh)), values | own),
                     by=person_for(kind, lan, minh), zone=register)  # fmt: skip
    assert (result.errors, result.created) == ([], 1)


# ------------------------------------------------------------------------------------------ what it looks like


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_says_what_it_is_for_whom_and_of_which_version(register, lan, minh, kind):
    book = book_of(made(kind, register, person_for(kind, lan, minh)))
    page = book.active
    texts = [cell.value for row in page.iter_rows(max_row=5) for cell in row if cell.value]

    assert stamp(kind) in texts and f"Mẫu nq28 {kind} v1" == stamp(kind)
    assert book.custom_doc_props[PROPERTY].value == f"{kind} v1"
    assert "Đơn vị: Khu kinh tế Hải Phòng (HP-KKT)" in texts
    assert ("Số liệu đến ngày 23/11/2026" in texts) == (kind in ("enterprises", "organizations"))
    assert page.freeze_panes == f"A{header_of(page)[0].row + 1}" and page.auto_filter.ref is None
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.print_title_rows == f"${header_of(page)[0].row}:${header_of(page)[0].row}"
    assert [sheet.sheet_state for sheet in book] == ["visible", "visible", "hidden"]


@pytest.mark.parametrize("kind", KINDS)
def test_required_titles_stand_out_and_codes_are_text(register, lan, minh, kind):
    page = book_of(made(kind, register, person_for(kind, lan, minh))).active
    header = header_of(page)
    for column, cell in zip(KINDS[kind].columns, header[1:], strict=True):
        assert (cell.value, cell.fill.fgColor.rgb == "FF9E1B1E") in (
            (column.title, False), (f"{column.title} *", True), (f"{column.title} (*)", True)
        )  # fmt: skip
        assert cell.value.endswith(" *") == column.required
        entry = ABOUT[kind].columns[column.field].entry
        below = page.cell(header[0].row + 3, cell.column)
        assert (below.number_format == "@") == (entry is Entry.TEXT)


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_has_a_hint_and_its_check_warns_only(register, lan, minh, kind):
    page = book_of(made(kind, register, person_for(kind, lan, minh))).active
    rules = {next(iter(rule.sqref.ranges)).min_col - 2: rule for rule in page.data_validations.dataValidation}

    for place, column in enumerate(KINDS[kind].columns):
        rule, guide = rules[place], ABOUT[kind].columns[column.field]
        assert rule.promptTitle == column.title[:32] and rule.prompt == str(guide.help)
        assert rule.errorStyle == "warning" or rule.type is None
        wanted = {Entry.COUNT: "whole", Entry.YEAR: "whole", Entry.DAY: "date", Entry.PLANNED_DAY: "date",
                  Entry.PERCENT: "decimal", Entry.TEXT: None}[guide.entry]  # fmt: skip
        offered = rule.type == "list" and rule.formula1 == f"DS_{guide.offers}"
        assert offered if guide.offers not in ("", "organizations", "issuers") else offered or rule.type == wanted


def test_the_lists_hold_what_the_reader_understands_and_only_what_one_may_see(register, lan, minh, hoa, other_zone):
    make.park("KCN Nơi khác", zone=other_zone)
    offers = Offers(register, lan, TODAY)

    assert offers("parks") == ["KCN Tràng Duệ", "Khu công nghiệp Đình Vũ", "Không thuộc khu công nghiệp"]
    assert offers("organizations") == ["Chi bộ 1", "Chi bộ cụm", "Công đoàn Sao Mai", "Đảng bộ Sao Mai"]
    assert offers("zones") == [] and Offers(None, minh, TODAY)("zones")[:2] == ["Thành phố Hải Phòng", "Khu khác"]
    assert Offers(other_zone, hoa, TODAY)("organizations") == []
    for name in ("parks", "legal_forms", "ownerships", "statuses"):
        field = {"parks": "park", "legal_forms": "legal_form", "ownerships": "ownership", "statuses": "status"}[name]
        header = [
            "Tên doanh nghiệp",
            "Khu công nghiệp",
            next(c.title for c in KINDS["enterprises"].columns if c.field == field),
        ]
        for word in offers(name):
            row = ["Công ty X", word] if name == "parks" else ["Công ty X", "Đình Vũ", word]
            assert take_in([header[: len(row)], row], by=lan, zone=register, dry_run=True).errors == []


def test_two_organisations_of_one_name_are_offered_by_code(register, lan):
    make.organization("Chi bộ 1", zone=register, code="CB-1")
    make.organization("Chi bộ 1", zone=register, code="CB-2", type="union_base")
    assert [name for name in Offers(register, lan, TODAY)("organizations") if name.startswith(("CB", "Chi bộ 1"))] == [
        "CB-1",
        "CB-2",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_the_guide_explains_every_column(register, lan, minh, kind):
    page = book_of(made(kind, register, person_for(kind, lan, minh))).worksheets[1]
    said = {row[0].value: row[2].value for row in page.iter_rows() if row[0].value and row[2].value}
    for column in KINDS[kind].columns:
        assert said[column.title] == str(ABOUT[kind].columns[column.field].help)


# ------------------------------------------------------------------------------------------ filled in and sent


@pytest.mark.parametrize("kind", KINDS)
def test_an_untouched_template_imports_nothing(register, lan, minh, kind):
    result = take_in(made(kind, register, person_for(kind, lan, minh)), by=person_for(kind, lan, minh), zone=register)
    assert (result.status, result.created, len(result.errors)) == ("refused", 0, 1)
    assert "không có dòng số liệu" in result.errors[0].message


TWO_LINES = {
    "enterprises": [
        {"Mã số thuế": make.tax_code(70001), "Tên doanh nghiệp": "Công ty A", "Khu công nghiệp": "KCN Tràng Duệ",
         "Loại vốn": "Tư nhân", "Số lao động": 38555, "Ngày hoạt động": date(2021, 3, 15), "Trạng thái": "Tạm ngừng"},
        {"Tên doanh nghiệp": "Công ty B", "Khu công nghiệp": "Khu công nghiệp Đình Vũ", "Số lao động": "1.200"},
    ],
    "organizations": [
        {"Tên tổ chức": "Chi bộ A", "Loại tổ chức": "Chi bộ cơ sở", "Số quyết định": "1-QĐ/ĐU",
         "Ngày quyết định": date(2026, 3, 15), "Số thành viên": 4},
        {"Tên tổ chức": "Chi bộ B", "Loại tổ chức": "Chi bộ trực thuộc", "Trực thuộc": "Đảng bộ Sao Mai",
         "Số quyết định": "2-QĐ/ĐU", "Ngày quyết định": "15/03/2026"},
    ],
    "events": [
        {"Tổ chức": "Chi bộ cụm", "Sự kiện": "Kết nạp đảng viên", "Ngày quyết định": date(2026, 3, 15), "Số lượng": 2,
         "Số quyết định": "5-QĐ/ĐU"},
        {"Tổ chức": "Công đoàn Sao Mai", "Sự kiện": "Phát triển đoàn viên", "Ngày quyết định": date(2026, 4, 1),
         "Số lượng": 13, "Trong đó nữ": 7},
    ],
    "headcounts": [
        {"Tổ chức": "Chi bộ cụm", "Ngày": date(2026, 9, 30), "Tổng số": 5, "Chính thức": 4},
        {"Tổ chức": "DB-01", "Ngày": "30/09/2026", "Tổng số": 31},
    ],
    "targets": [
        {"Đơn vị": "Khu kinh tế Hải Phòng", "Chỉ tiêu": "party_orgs", "Năm": 2026, "Mức giao": "5-7"},
        {"Đơn vị": "HP-KKT-1", "Chỉ tiêu": "Công đoàn cơ sở", "Năm": 2026, "Mức giao": 8, "Văn bản giao": "5-KH/ĐU",
         "Ngày văn bản": date(2026, 1, 15)},
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_filled_template_is_known_by_itself_and_written(register, lan, minh, kind):
    data = filled(made(kind, register, person_for(kind, lan, minh)), *TWO_LINES[kind])
    result = take_in(data, by=person_for(kind, lan, minh), zone=register)

    assert (result.status, result.kind, result.created, result.errors) == ("written", kind, 2, [])
    assert (result.unused_columns, [str(reason) for _line, reason in result.ignored]) == ([], ["dòng ví dụ của mẫu"])
    if kind == "enterprises":
        assert Headcount.objects.get(enterprise__name="Công ty A").on == TODAY  # the day above the table
        assert not Enterprise.objects.filter(name="Công ty TNHH Sao Mai", tax_code="0299000015").exists()


def test_an_enterprise_that_is_called_example_is_no_example(kkt, lan, dinh_vu):
    rows = [["Tên doanh nghiệp", "Khu công nghiệp"], ["Ví dụ", "Đình Vũ"]]
    assert take_in(rows, by=lan, zone=kkt).created == 1


# ------------------------------------------------------------------------------------------ lists to correct


@pytest.mark.parametrize("kind", [kind for kind in KINDS if can_prefill(kind)])
def test_a_prefilled_list_sent_in_as_it_is_changes_nothing(register, lan, minh, kind):
    user = person_for(kind, lan, minh)
    before = [model.objects.count() for model in (Enterprise, Organization, Event, Headcount, Target)]
    result = take_in(made(kind, register, user, prefill=True), by=user, zone=register)

    expected = {"enterprises": 3, "organizations": 3, "headcounts": 5, "targets": 3}[kind]
    assert (result.status, result.kind, result.errors) == ("written", kind, [])
    assert (result.created, result.updated, result.unchanged, result.batch) == (0, 0, expected, None)
    assert [model.objects.count() for model in (Enterprise, Organization, Event, Headcount, Target)] == before


def test_what_is_corrected_in_a_list_is_all_that_is_written(register, lan):
    book = book_of(made("enterprises", register, lan, prefill=True))
    page = book.active
    row = next(row for row in page.iter_rows() if row[2].value == "Công ty TNHH Sao Mai")
    row[7].value, row[9].value = 400, "Tạm ngừng"
    out = io.BytesIO()
    book.save(out)
    result = take_in(out.getvalue(), by=lan, zone=register)

    assert (result.created, result.updated, result.unchanged) == (0, 1, 2)
    one = Enterprise.objects.get(name="Công ty TNHH Sao Mai")
    assert one.status == "suspended" and one.headcounts.live().get(on=TODAY).total == 400


def test_a_list_of_counts_names_each_enterprise_for_the_person_and_the_reader_passes_over_it(register, lan):
    data = made("headcounts", register, lan, prefill=True)
    page = book_of(data).active
    names = {row[1].value: row[2].value for row in page.iter_rows(min_row=header_of(page)[0].row + 1) if row[1].value}
    assert header_of(page)[2].value == "Tên doanh nghiệp (để tra cứu)"
    assert names[Enterprise.objects.get(name="Công ty TNHH Sao Mai").tax_code] == "Công ty TNHH Sao Mai"
    result = take_in(data, by=lan, zone=register, park="Đình Vũ")
    assert (result.kind, result.unused_columns, result.unchanged) == ("headcounts", [], 5)
    blank_template = header_of(book_of(made("headcounts", register, lan)).active)
    assert "Tên doanh nghiệp (để tra cứu)" not in [cell.value for cell in blank_template]


def test_an_enterprise_in_no_park_is_chosen_as_such_and_listed_by_the_same_words(register, lan):
    rows = [["Tên doanh nghiệp", "Khu công nghiệp"], ["Công ty ngoài khu", "Không thuộc khu công nghiệp"]]
    assert take_in(rows, by=lan, zone=register).created == 1
    data = made("enterprises", register, lan, prefill=True)
    assert "Không thuộc khu công nghiệp" in texts_of(data) & set(Offers(register, lan, TODAY)("parks"))
    assert take_in(data, by=lan, zone=register).unchanged == 4


def test_what_a_line_cannot_say_is_left_out_and_counted(register, lan):
    page = book_of(made("headcounts", register, lan, prefill=True)).active
    assert not [row for row in page.iter_rows(values_only=True) if row[0] and "không có trong danh sách" in str(row[0])]
    make.enterprise("Không mã", zone=register, tax_code="", workers=7)
    page = book_of(made("headcounts", register, lan, prefill=True)).active
    assert [row[0] for row in page.iter_rows(values_only=True) if row[0] and "không có trong danh sách" in str(row[0])]


def test_a_list_holds_only_the_zone_and_what_one_may_see(register, lan, hoa, other_zone):
    mine = made("enterprises", register, lan, prefill=True)
    assert "Công ty ở cụm" not in texts_of(mine)  # an enterprise belongs to one zone: its own list has it
    assert "Chi bộ cụm" in texts_of(made("headcounts", register, lan, prefill=True))
    assert not {"Công ty TNHH Sao Mai", "Đảng bộ Sao Mai"} & texts_of(made("enterprises", register, hoa, prefill=True))
    assert "Khu kinh tế Hải Phòng" not in texts_of(made("targets", None, hoa, prefill=True))


def texts_of(data):
    return {cell for row in book_of(data).active.iter_rows(values_only=True) for cell in row if isinstance(cell, str)}


def test_events_have_no_list_to_correct(register, lan):
    assert not can_prefill("events")
    with pytest.raises(KeyError):
        made("events", register, lan, prefill=True)


def test_the_page_gives_a_template_or_a_list_and_none_of_events(client, register, lan):
    client.force_login(lan)
    answer = client.get("/imports/templates/enterprises.xlsx?prefill=1")
    assert "Công ty TNHH Sao Mai" in texts_of(b"".join(answer) if answer.streaming else answer.content)
    assert answer["Content-Disposition"].endswith('"danh-sach-enterprises-HP-KKT.xlsx"')
    answer = client.get("/imports/templates/events.xlsx")
    assert answer.status_code == 200 and answer["Content-Disposition"].endswith('"mau-events-HP-KKT.xlsx"')
    assert client.get("/imports/templates/events.xlsx?prefill=1").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_the_number_of_queries_does_not_grow_with_the_register(
    register, lan, minh, kind, django_assert_max_num_queries, django_assert_num_queries
):
    user = person_for(kind, lan, minh)
    made(kind, register, user, prefill=can_prefill(kind))  # what one may see is worked out once
    with django_assert_max_num_queries(25) as counted:
        made(kind, register, user, prefill=can_prefill(kind))
    for number in range(8):
        one = make.enterprise(zone=register, workers=5)
        make.organization(zone=register, enterprises=[one], members=3)
        make.target(zone=register, year=2000 + number)
    with django_assert_num_queries(len(counted)):
        made(kind, register, user, prefill=can_prefill(kind))


def test_nothing_stored_becomes_a_formula_in_a_list(register, lan):
    for number, text in enumerate(
        ["==1+1 A", "@SUM(1)", "+1 A", "-1+2 A", '=HYPERLINK("http://x.vn")', "=cmd|' /C calc'!A0"]
    ):
        make.enterprise(text, zone=register)
        make.organization(
            text, zone=register, code=f"=1+{number}", decision=make.decision(f"=1+{number}", zone=register)
        )
    for kind in ("enterprises", "organizations", "events", "headcounts"):
        data = made(kind, register, lan, prefill=can_prefill(kind))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    assert b"<f>" not in archive.read(name) and b"<hyperlink" not in archive.read(name)
        if can_prefill(kind):
            assert take_in(data, by=lan, zone=register).errors == []
    assert "==1+1 A" in texts_of(made("enterprises", register, lan, prefill=True))


@pytest.mark.full
def test_a_list_of_fifty_thousand_enterprises_takes_little_memory(kkt, lan, dinh_vu):
    import tracemalloc

    rows = [Enterprise(zone=kkt, park=dinh_vu, name=f"Công ty TNHH Số {n}", tax_code=f"{n:010}") for n in range(50_000)]
    for row in rows:
        row.refresh_keys()
    Enterprise.objects.bulk_create(rows, batch_size=2000)
    del rows
    tracemalloc.start()
    data = made("enterprises", kkt, lan, prefill=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * 2**20
    assert len(reader.read(data, "m.xlsx")[0].rows) > 50_000


def test_today_is_the_day_of_the_counts(register, lan):
    data = template("enterprises", zone=register, user=lan, today=TODAY - timedelta(days=200), prefill=True)
    row = next(row for row in book_of(data).active.iter_rows(values_only=True) if row[2] == "Công ty TNHH Sao Mai")
    assert row[7] is None  # the count of 30 June was not known in May
