"""The rows of titles are found in tables of no known kind too, so that the person sees columns to choose from."""

from datetime import date

import pytest
from django.utils import timezone

from imports import matching, reader
from imports.reader import legacy
from imports.reader.guess import header_among
from imports.reader.table import HEADER_WITHIN, guess_header, titles_of
from tests.imports.office import workbook

REGISTERS = {  # file and sheet: the lines of its titles as Excel counts them, seen with our own eyes; () where none are
    "congdoan_payment_list_template.xlsx": {"CD - PL in cho ký nhận": (7,)},
    "dangvien_register_template_noibai.xlsx": {"QLHS ĐẢNG VIÊN": (8, 9)},
    "doanvien_list_HEADERS_ONLY_redacted.xlsx": {"DSDV": (5, 6), "DATA": ()},
    "hai_phong_industrial_parks.csv": {None: (1,)},
    "shtp_enterprises_2016.csv": {None: (1,)},
    "wards_after_2025-07-01.csv": {None: (1,)},
}
OLD_TABLES = {
    "2005-2BZ73_FDI_Dong_Nam_Bo.xls": (4,),
    "2005-82F5B_NK_01-05.xls": (4, 5),
    "2005-C6DFD_XK_01-05.xls": (4, 5),
    "2006-15786_FDI_Hoa_Ky.xls": (4,),
    "2006-Mau21_CKTC_NSH-1.xls": (10,),
    "2006-Mau21_CKTC_NSH.xls": (10,),
    "2006-Mau22_CKTC_NSH-1.xls": (11,),
    "2006-Mau22_CKTC_NSH.xls": (11,),
}


def lines(sheet):
    """The lines of the titles, the first line 1."""
    first, last = guess_header(sheet)
    return tuple(range(first + 1, last + 2))


def test_every_real_register_shows_its_titles(shared_data):
    folder = shared_data / "reference"
    files = {path.name for path in folder.iterdir() if path.suffix in {".xlsx", ".csv"}}
    assert files == REGISTERS.keys()

    for name, expected in REGISTERS.items():
        sheets = {sheet.name: sheet for sheet in reader.read((folder / name).read_bytes(), name)}
        for title, found in expected.items():
            sheet = sheets[title or name]
            assert found in ((), lines(sheet)), name
            assert (header_among(sheet.rows, HEADER_WITHIN) is None) == (found == ()), name


def test_real_registers_name_each_column_by_both_its_titles(shared_data):
    data = (shared_data / "reference" / "dangvien_register_template_noibai.xlsx").read_bytes()
    titles = titles_of(reader.read(data, "a.xlsx")[0], 7, 8)

    assert [titles[place] for place in (0, 3, 7, 8, 24)] == [
        "STT", "Ngày tháng năm sinh", "Chức vụ hiện nay Đảng", "Chức vụ hiện nay Chính quyền",
        "Ngày vào Đảng Ngày chính thức",
    ]  # fmt: skip
    assert sorted(titles) == list(range(len(titles)))


@pytest.mark.parametrize("name", OLD_TABLES)
def test_old_tables_show_their_titles_once_they_are_in_unicode(shared_data, name):
    sheet = legacy.converted(reader.read((shared_data / "legacy_xls" / name).read_bytes(), name))[0]

    assert lines(sheet) == OLD_TABLES[name]


TABLE = [["Mã số", "Cơ sở", "Vốn", "Khởi công"], ["A1", "Nhà máy", 38, date(2024, 5, 20)], ["A2", "Kho", 5, None]]
LETTERHEAD = [["ỦY BAN NHÂN DÂN", None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], [], ["BẢNG KÊ NĂM 2025"], ["(kèm theo)"]]

INVENTED = {
    "titles at the top": (TABLE, (1,)),
    "below a letterhead": ([*LETTERHEAD, *TABLE], (5,)),
    "with a row that numbers the columns": ([*LETTERHEAD, TABLE[0], ["(1)", "(2)", "(3)", "(4)"], *TABLE[1:]], (5,)),
    "numbered columns, nothing below": ([["Alpha", "Beta", "Gamma"], ["(1)", "(2)", "(3)=(1)+(2)"]], (1,)),
    "years as titles": ([["Chỉ tiêu", 2023, 2024, 2025], ["Tổ chức", 5, 7, 9], ["Đoàn viên", 50, 60, 70]], (1,)),
    "two rows, groups not merged": (
        [["STT", "Cơ sở", "Kết quả", None], [None, None, "Nam", "Nữ"], [1, "Kho", 5, 7], [2, "Nhà máy", 8, 9]],
        (1, 2),
    ),
    "all cells are text": (
        [["Số hiệu", "Tên cơ sở", "Sản lượng"], ["A", "Kho", "38.555"], ["B", "Xưởng", "1 200"]],
        (1,),
    ),
    "only titles": ([["STT", "Họ tên", "Ngày sinh", "Ghi chú"]], (1,)),
    "an unknown tongue above numbers": ([["Foo", "Bar", "Baz"], ["x", 1, 2], ["y", 3, 4]], (1,)),
    "two tables, the upper one": ([*TABLE, [], *TABLE], (1,)),
}


@pytest.mark.parametrize("case", INVENTED)
def test_titles_are_found(case):
    rows, expected = INVENTED[case]

    (sheet,) = reader.read(workbook(*rows), "a.xlsx")
    assert lines(sheet) == expected


def test_titles_in_two_rows_with_merged_cells_are_found():
    rows = [
        *LETTERHEAD,
        ["STT", "Cơ sở", "Kế hoạch", None, "Kết quả", None],
        [None, None, "Nam", "Nữ", "Nam", "Nữ"],
        [1, "Kho", 5, 7, 8, 9],
    ]
    merges = [(4, 0, 5, 0, "STT"), (4, 1, 5, 1, "Cơ sở"), (4, 2, 4, 3, "Kế hoạch"), (4, 4, 4, 5, "Kết quả")]
    (sheet,) = reader.read(workbook(*rows, merges=merges), "a.xlsx")

    assert lines(sheet) == (5, 6)
    assert list(titles_of(sheet, 4, 5).values()) == [
        "STT", "Cơ sở", "Kế hoạch Nam", "Kế hoạch Nữ", "Kết quả Nam", "Kết quả Nữ",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        [["0200000001", "Công ty A", 5], ["0200000002", "Công ty B", 7]],
        [["Công ty A", "Đình Vũ"], ["Công ty B", "Tràng Duệ"], ["Công ty C", "Đình Vũ"]],
        [["chỉ một ô"]],
        [[1, 2, 3], [4, 5, 6]],
    ],
)
def test_data_without_titles_has_none(rows):
    assert header_among(rows, HEADER_WITHIN) is None
    assert guess_header(reader.Sheet("a", rows=rows)) == (0, 0)


def test_odd_sheets_do_no_harm():
    assert guess_header(reader.Sheet("a")) == (0, 0)
    sheet = reader.Sheet("a", rows=[["Tên", None], ["x" * 100_000, object()]], merges=[[[0, 0], [10**6, 10**6]]])
    assert guess_header(sheet) == (0, 0)


# ------------------------------------------------------------------------------------------ of what kind it is


def proposed(lan, *rows, data=None, name="a.xlsx"):
    """As what a file opens whose columns a person must match: kind, what is known of it, and what is asked."""
    upload = matching.bring(data or workbook(*rows), name, by=lan, now=timezone.now(), today=timezone.localdate())
    assert upload.state == "open"
    return upload.kind, {upload.titles[place]: field for field, place in upload.columns.items()}, upload.trouble


@pytest.mark.django_db
def test_a_list_of_firms_opens_as_enterprises_whatever_its_titles_are(lan, kkt):
    rows = [
        ["STT", "Đơn vị", "Nội dung", "Ghi chú"], [1, "Công ty TNHH Một", "Điện tử", None],
        [2, "LG Display Co., Ltd", "Màn hình", None], [3, "CTCP Hai", "May", None],
    ]  # fmt: skip
    kind, columns, trouble = proposed(lan, *rows)
    assert (kind, columns) == ("enterprises", {"Đơn vị": "name"})
    assert "Khu công nghiệp" in trouble and "Mức giao" not in trouble


@pytest.mark.django_db
def test_registers_of_offices_do_not_open_as_targets(lan, kkt, shared_data):
    for path in sorted((shared_data / "reference").iterdir()):
        if path.suffix in {".xlsx", ".csv"}:
            kind, columns, _trouble = proposed(lan, data=path.read_bytes(), name=path.name)
            assert kind == "enterprises" and "year" not in columns.values(), path.name


@pytest.mark.django_db
def test_men_beside_women_are_no_year(lan, kkt):
    kind, columns, _trouble = proposed(lan, ["Đơn vị", "Chỉ tiêu", "Nam", "Nữ"], ["HP-KKT", "Đảng viên", 3, 4])
    assert "Nam" not in columns
