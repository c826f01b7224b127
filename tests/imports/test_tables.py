"""Tables as offices lay them out: titles above, merged headers, numbering, ditto marks, totals, signatures."""

from datetime import date

import pytest

from imports.kinds import KINDS
from imports.reader import read
from imports.reader.table import Column, Layout, counted_on, find_header, read_body
from imports.reader.titles import forms
from organizations.models import Enterprise, Event
from tests import make
from tests.imports.office import take_in, workbook

LAYOUT = Layout(
    [
        Column("name", "Tên doanh nghiệp", ("Doanh nghiệp",), required=True),
        Column("code", "Mã số thuế"),
        Column("number", "Số quyết định"),
        Column("day", "Ngày quyết định"),
        Column("total", "Số lao động"),
        Column("female", "Trong đó nữ", ("Nữ",)),
    ]
)


def table(*rows, **options):
    (sheet,) = read(workbook(*rows, **options), "tep.xlsx")
    header = find_header(sheet, LAYOUT)
    return sheet, header, read_body(sheet, header, LAYOUT)


def cells(header, body, name):
    return [line.cell(header.fields[name]) for line in body.lines]


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("Tên DN", "name"),
        ("TÊN  DOANH NGHIỆP", "name"),
        ("ten doanh nghiep", "name"),
        ("TenDoanhNghiep", "name"),
        ("tendoanhnghiep", "name"),
        ("Tên doanh nghiệp (*)", "name"),
        ("MST", "code"),
        ("Mã số thuế\n(10 số)", "code"),
        ("Số QĐ", "number"),
        ("Quyết định số", "number"),
        ("Tổng số lao động", "total"),
        ("Số LĐ bình quân (người)", "total"),
        ("Số lao động hiện có", "total"),
        ("Số lao động nữ", None),
        ("Địa chỉ doanh nghiệp", None),
        ("Tên viết tắt doanh nghiệp", None),
        ("Ngày cấp mã số thuế", None),
    ],
)
def test_a_column_is_known_by_its_words_and_never_by_a_part_of_them(title, field):
    assert LAYOUT.field_of(title) == field


def test_every_kind_can_tell_its_columns_apart():
    for kind in KINDS.values():
        for column in kind.columns:
            for title in (column.title, *column.synonyms):
                assert kind.layout.field_of(title) == column.field
                assert forms(title.upper())


def test_the_header_is_found_under_any_title_lines_and_lines_keep_their_numbers():
    _sheet, header, body = table(
        ["ỦY BAN NHÂN DÂN"],
        ["DANH SÁCH DOANH NGHIỆP"],
        [],
        ["STT", "Mã số thuế", "Tên DN"],
        [1, "x", "A"],
        [],
        [2, "y", "B"],
    )
    assert (header.first, header.last) == (3, 3)
    assert [line.number for line in body.lines] == [5, 7]
    assert cells(header, body, "name") == ["A", "B"]


def test_a_double_header_with_merged_groups_is_understood():
    _sheet, header, body = table(
        ["STT", "Doanh nghiệp", None, "Quyết định", None, "Số lao động", None],
        [None, "Tên", "Mã số thuế", "Số", "Ngày", "Tổng số", "Nữ"],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
        [1, "A", "x", "12-QĐ", "01/02/2024", 9, 4],
        merges=[
            (0, 0, 1, 0, "STT"),
            (0, 1, 0, 2, "Doanh nghiệp"),
            (0, 3, 0, 4, "Quyết định"),
            (0, 5, 0, 6, "Số lao động"),
        ],
    )
    assert header.fields == {"name": 1, "code": 2, "number": 3, "day": 4, "total": 5, "female": 6}
    assert cells(header, body, "day") == ["01/02/2024"]
    assert body.ignored == [(3, "dòng đánh số cột")]


def test_a_double_header_needs_no_merged_cells():
    _sheet, header, _body = table(
        ["STT", "Tên DN", "Quyết định", None], [None, None, "Số", "Ngày"], [1, "A", "12-QĐ", "01/02/2024"]
    )
    assert header.fields == {"name": 1, "number": 2, "day": 3}


def test_both_rows_of_a_double_header_are_its_titles_though_the_second_names_nothing_known():
    _sheet, header, body = table(
        ["STT", "Tên DN", "Cấp ủy", None],
        [None, None, "Đảng", "Đoàn"],
        ["(1)", "(2)", "(3)", "(4)"],
        [1, "A", "x", "y"],
        merges=[(0, 0, 1, 0, "STT"), (0, 1, 1, 1, "Tên DN"), (0, 2, 0, 3, "Cấp ủy")],
    )
    assert (header.first, header.last) == (0, 1) and header.titles[3] == "Cấp ủy Đoàn"
    assert cells(header, body, "name") == ["A"]
    _sheet, header, body = table(
        ["STT", "Tên DN", "Cấp ủy"], [None, None, "Đảng", "Đoàn"], [1, 2, 3, 4], [1, "A", "x", "y"]
    )
    assert (header.first, header.last) == (0, 1) and cells(header, body, "name") == ["A"]


def test_the_first_line_of_a_table_is_no_second_row_of_titles():
    _sheet, header, body = table(["STT", "Tên DN"], ["x", "A"], [1, "B"])
    assert (header.first, header.last) == (0, 0) and cells(header, body, "name") == ["A", "B"]


def test_a_register_with_two_rows_of_titles_has_both_found(shared_data):
    path = shared_data / "reference/dangvien_register_template_noibai.xlsx"
    sheet = read(path.read_bytes(), path.name)[0]
    found = {kind.name: find_header(sheet, kind.layout) for kind in KINDS.values()}
    assert {(header.first, header.last) for header in found.values() if header} == {(7, 8)}
    assert found["headcounts"].titles[7] == "Chức vụ hiện nay Đảng"


@pytest.mark.parametrize("numbers", [["(1)", "(2)", "(3)"], [1, 2, 3], ["A", "(1)", "(2)"], ["1", "2", "3=2-1"]])
def test_a_row_that_numbers_the_columns_is_no_data(numbers):
    _sheet, _header, body = table(["STT", "Tên DN", "Số lao động"], numbers, [1, "A", 5])
    assert [line.number for line in body.lines] == [3]


def test_ditto_marks_and_cells_merged_downwards_repeat_what_is_above():
    _sheet, header, body = table(
        ["Tên DN", "Số quyết định", "Ngày quyết định"],
        ["A", "12-QĐ", "01/02/2024"],
        ["B", '"', "”"],
        ["C", "nt", "''"],
        ["D", None, "03/02/2024"],
        merges=[(1, 1, 2, 1, "gộp")],
    )
    assert cells(header, body, "day") == ["01/02/2024"] * 3 + ["03/02/2024"]
    assert cells(header, body, "number") == ["gộp", "gộp", "gộp", None]


@pytest.mark.parametrize(
    "total",
    [
        ["Tổng cộng", None, 14],
        [None, "Tổng cộng:", 14],
        ["Cộng", None, "14"],
        [None, "TỔNG SỐ", 14],
        ["Tổng cộng (I+II)", None, 14],
    ],
)
def test_totals_are_left_out_and_told(total):
    _sheet, header, body = table(["STT", "Tên DN", "Số lao động"], [1, "A", 5], total, [2, "Công ty Cộng Hòa", 9])
    assert cells(header, body, "name") == ["A", "Công ty Cộng Hòa"]
    assert body.ignored == [(3, "dòng tổng cộng")]


def test_an_enterprise_called_cong_is_no_total():
    _sheet, header, body = table(["STT", "Tên DN", "Mã số thuế"], [1, "Cộng", "0299000011"])
    assert body.ignored == [] or cells(header, body, "name") == ["Cộng"]


GROUPED = ["STT", "Tên DN", "Mã số thuế", "Địa chỉ", "Số lao động", "Ngày quyết định"]


@pytest.mark.parametrize(
    "line",
    [
        ["Cộng KCN Đình Vũ", None, None, None, 410],
        [None, "Cộng KCN Đình Vũ", None, None, "410"],
        [None, "Tổng số lao động KCN Nomura", "-", None, "1.410"],
        [None, "Tổng FDI", None, None, 14],
        ["II", "Cộng nhóm II", None, None, None],
    ],
)
def test_lines_that_add_up_a_group_are_left_out_and_told(line):
    _sheet, header, body = table(GROUPED, [1, "A", "x", "y", 5], line, [2, "B", "x", "y", 9])
    assert cells(header, body, "name") == ["A", "B"]
    assert body.ignored in ([(3, "dòng cộng nhóm")], [(3, "dòng tên nhóm")])


def test_a_group_is_added_up_below_a_park_merged_over_all_its_lines():
    _sheet, header, body = table(
        ["STT", "Số quyết định", "Tên DN", "Số lao động"],
        [1, "KCN Nomura", "A", 5],
        [2, None, "B", 9],
        [None, None, "Cộng KCN Nomura", 14],
        merges=[(1, 1, 3, 1, "KCN Nomura")],
    )
    assert cells(header, body, "name") == ["A", "B"] and body.ignored == [(4, "dòng cộng nhóm")]


@pytest.mark.parametrize(
    "line",
    [
        ["I", "KCN Nomura", None, None, 30],
        ["A.", "Doanh nghiệp FDI"],
        ["(B)", "Nomura", None, None, "1.030"],
        ["a)", "Nomura"],
        [None, "KCN Nomura", None, None, 30],
        [None, "II. Đình Vũ"],
        ["KCN Nomura", None, None, None, 30],
        ["II", None, None, "KCN Nomura", 30],
        [None, "Công ty có vốn nước ngoài", None, None, 30],
    ],
)
def test_the_heading_of_a_group_is_left_out_and_told(line):
    _sheet, header, body = table(GROUPED, line, ["1.", "A", "x", "y", 5], [2, "B", "x", "y", 9])
    assert cells(header, body, "name") == ["A", "B"]
    assert body.ignored == [(2, "dòng tên nhóm")]


@pytest.mark.parametrize(
    "line",
    [
        ["I", "KCN Nomura", "0299000011", None, 30],
        ["I", "KCN Nomura", 299000011, None, 30],
        ["I", "KCN Nomura", None, "Hồng Bàng", 30],
        ["I", "KCN Nomura", None, None, 30, date(2024, 2, 1)],
        ["I", "Công ty Sao Mai", None, None, 30],
        [3, "KCN Nomura", None, None, 30],
        ["3a", "KCN Nomura", None, None, 30],
        [None, "Sao Mai", None, None, 30],
        [None, "Khôi Nguyên", None, None, 30],
        [None, "Công ty Đầu tư Sao Mai", None, None, 30],
        [None, "Tổng công ty Sao Mai", None, None, 30],
        [None, "Tổng kho Sao Mai", None, None, 30],
        [None, "Cộng đồng xanh", None, None, 30],
        [3, "Cộng Nomura", None, None, 30],
        [None, "Cộng Nomura", "0299000011", None, 30],
        [None, "Cộng", "0299000011", None, 30],
        [None, "Cộng Nomura", None, None, 30, date(2024, 2, 1)],
    ],
)
def test_what_may_be_an_enterprise_is_never_taken_for_a_group(line):
    _sheet, header, body = table(GROUPED, [1, "A", "x", "y", 5], line, [2, "B", "x", "y", 9])
    assert cells(header, body, "name") == ["A", line[1], "B"] and body.ignored == []


@pytest.mark.parametrize("title", ["STT", "Ghi chú"])
def test_roman_numbers_head_no_group_where_no_line_has_another_number(title):
    _sheet, header, body = table([title, "Tên DN", "Số lao động"], ["I", "A", 5], ["II", "B", 9])
    assert cells(header, body, "name") == ["A", "B"] and body.ignored == []


def test_signatures_and_notes_below_the_table_are_left_out():
    _sheet, header, body = table(
        ["STT", "Tên DN", "Mã số thuế", "Số lao động"],
        [1, "A", "x", 5],
        [None, None, None, "Hải Phòng, ngày 05 tháng 3 năm 2025"],
        [None, "NGƯỜI LẬP BIỂU", None, "THỦ TRƯỞNG ĐƠN VỊ"],
        [None, "(Ký, ghi rõ họ tên)"],
        [],
        [None, "Nguyễn Văn A", None, "Trần Thị B"],
    )
    assert cells(header, body, "name") == ["A"]
    assert [line for line, _why in body.ignored] == [3, 4, 5, 7]


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("(Số liệu đến 31/12/2025)", date(2025, 12, 31)),
        ("Số liệu tính đến ngày 30-06-2025", date(2025, 6, 30)),
        ("DANH SÁCH (tính đến ngày 15 tháng 3 năm 2024)", date(2024, 3, 15)),
        ("Đến 30/9/2026", date(2026, 9, 30)),
        ("(Tính đến ngày 30/09/2026)", date(2026, 9, 30)),
        ("Đến hết ngày 30 tháng 9 năm 2026.", date(2026, 9, 30)),
        ("Báo cáo ngày 01/01/2024", None),
        ("Nhận hồ sơ đến 30/9/2026", None),
        ("Đến 30/9/2026 nộp về Ban", None),
    ],
)
def test_the_day_of_the_counts_is_read_above_the_header(title, day):
    sheet, header, _body = table([title], ["Tên DN", "Số lao động"], ["A", 5])
    assert counted_on(sheet, header) == (day, None)


def test_a_formula_gives_its_last_value():
    import io

    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Tên DN", "Số lao động"])
        sheet.write(1, 0, "A")
        sheet.write_formula(1, 1, "=2+3", None, 5)
    (sheet,) = read(stream.getvalue(), "tep.xlsx")
    assert sheet.rows[1] == ["A", 5]


# ------------------------------------------------------------------------------------------ through the whole door


def test_two_columns_of_one_meaning_are_refused_by_name(kkt, lan, dinh_vu):
    result = take_in([["Tên DN", "KCN", "Số lao động", "Lao động"], ["A", "Đình Vũ", 1, 2]], by=lan, zone=kkt)
    assert result.status == "refused"
    assert "“Số lao động”" in result.errors[0].message and "“Lao động”" in result.errors[0].message
    assert not Enterprise.objects.exists()


def test_a_missing_column_is_one_error_that_names_the_columns_found(kkt, lan):
    result = take_in([["Tên DN", "Địa chỉ"], ["A", "x"], ["B", "y"]], by=lan, zone=kkt, kind="enterprises")
    (error,) = result.errors
    assert "“Khu công nghiệp”" in error.message and "“Địa chỉ”" in error.message
    assert error.message.endswith("Chưa ghi gì vào hệ thống.") and error.row == 1


def test_an_error_cell_is_not_taken_for_an_empty_one(kkt, lan, dinh_vu):
    import io

    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Tên DN", "KCN", "Số lao động"])
        sheet.write_row(1, 0, ["A", "Đình Vũ"])
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    result = take_in(stream.getvalue(), by=lan, zone=kkt)
    assert [(error.row, error.column) for error in result.errors] == [(2, "Số lao động")]


def test_a_ditto_mark_with_nothing_above_is_an_error(kkt, lan, dinh_vu):
    result = take_in([["Tên DN", "KCN"], ["A", '"']], by=lan, zone=kkt)
    assert [(error.row, error.column) for error in result.errors] == [(2, "KCN")]


def test_of_several_sheets_the_one_with_the_table_is_read_and_two_are_a_question(kkt, lan, dinh_vu):
    rows = [["Tên DN", "KCN"], ["A", "Đình Vũ"]]
    notes = ("Hướng dẫn", [["Cách điền biểu"]])
    assert take_in(workbook(*rows, sheet="DN", sheets=[notes]), by=lan, zone=kkt).created == 1
    double = workbook(*rows, sheet="DN", sheets=[("DN2", [rows[0], ["B", "Đình Vũ"]])])
    result = take_in(double, by=lan, zone=kkt)
    assert result.status == "refused" and "“DN”, “DN2”" in result.errors[0].message
    assert take_in(double, by=lan, zone=kkt, sheet="DN2").created == 1
    missing = take_in(double, by=lan, zone=kkt, sheet="DN3")
    assert missing.status == "refused" and "“DN2”" in missing.errors[0].message


def test_an_empty_sheet_and_a_header_without_lines_are_errors_not_zero_rows(kkt, lan):
    empty = workbook(["Tên DN", "KCN"], ["A", "x"], sheet="DN", sheets=[("Trống", [])])
    result = take_in(empty, by=lan, zone=kkt, sheet="Trống")
    assert (result.status, result.code) == ("unreadable", "empty_sheet")
    bare = take_in([["Tên DN", "KCN"]], by=lan, zone=kkt)
    assert bare.status == "refused" and "không có dòng số liệu" in bare.errors[0].message


def test_the_kind_is_found_by_the_columns(kkt, minh, lan, dinh_vu):
    cell = make.organization("Chi bộ A", zone=kkt)
    day = date(2025, 1, 15)
    files = {
        "enterprises": [["Tên DN", "KCN"], ["A", "Đình Vũ"]],
        "organizations": [["Tên tổ chức", "Loại", "Số QĐ", "Ngày QĐ"], ["Chi bộ B", "Chi bộ cơ sở", "1-QĐ", day]],
        "events": [["Tổ chức", "Sự kiện", "Ngày QĐ", "Số lượng"], [cell.name, "Kết nạp", day, 2]],
        "headcounts": [["Tổ chức", "Ngày", "Tổng số"], [cell.name, day, 7]],
    }
    for kind, rows in files.items():
        result = take_in(rows, by=lan, zone=kkt)
        assert (result.kind, result.created, result.errors) == (kind, 1, [])
    rows = [["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao"], ["HP-KKT", "party_orgs", 2025, "5-7"]]
    assert take_in(rows, by=minh).kind == "targets"
    assert Event.objects.filter(kind="admitted").count() == 1
