"""The workbook that comes back: the office's own, its wrong cells red, ready to be mended and sent in again."""

import csv
import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from imports import backfile
from imports.backfile import HEADING, Mark, marked
from organizations.models import Enterprise
from tests import make
from tests.imports.office import take_in, workbook

pytestmark = pytest.mark.one_database

FILES = Path(__file__).parent / "files"
RED, YELLOW, GREEN = "FFFFC4C0", "FFFFF0A8", "FFCDEBC5"
HEADER = ["Mã số thuế", "Tên doanh nghiệp", "Khu công nghiệp", "Số lao động", "Ngày hoạt động"]
TITLES = [["DANH SÁCH DOANH NGHIỆP"], []]
PAYLOADS = [
    "=1+1",
    "==1+1",
    "@SUM(1)",
    "+1",
    "-1+2",
    "\t=1+1",
    "\r=1+1",
    '=HYPERLINK("http://x.vn")',
    "=cmd|' /C calc'!A0",
]


def line(number, **cells):
    row = {"tax_code": make.tax_code(number), "name": f"Công ty TNHH Số {number}", "park": "Đình Vũ", "workers": 10,
           "day": date(2021, 3, 15)} | cells  # fmt: skip
    return list(row.values())


def opened(data, sheet=None):
    book = openpyxl.load_workbook(io.BytesIO(data))
    return book[sheet] if sheet else book.active


def ground(cell):
    return cell.fill.fgColor.rgb if cell.fill.fill_type else None


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def give_back(data, marks, *, header=3, sheet="Sheet1", name="so-lieu.xlsx", **options):
    return marked(data, name, sheet=sheet, header_line=header, marks=marks, **options)


def marks_of(result, header):
    """What the pages do: findings of an import as marks, the column found by its title."""
    return [
        Mark(finding.row, header.index(finding.column) if finding.column else None, finding.message, is_error)
        for findings, is_error in ((result.errors, True), (result.warnings, False))
        for finding in findings
    ]


# ------------------------------------------------------------------------------------------ what is shown


def test_wrong_cells_are_red_doubtful_ones_yellow_and_each_says_why():
    data = workbook(HEADER, line(1), line(2), line(3), title=TITLES)
    page = opened(give_back(data, [Mark(4, 3, "không phải số đếm"), Mark(5, 0, "chữ số kiểm tra", False)]))

    assert (ground(page["D4"]), page["D4"].comment.text, page["D4"].value) == (RED, "không phải số đếm", 10)
    assert (ground(page["A5"]), page["A5"].comment.text) == (YELLOW, "chữ số kiểm tra")
    assert [cell.coordinate for row in page for cell in row if ground(cell)] == ["D4", "A5"]
    assert [page[f"F{row}"].value for row in (3, 4, 6)] == [HEADING, "Cột “Số lao động”: không phải số đếm", None]
    assert page["F5"].value == "Cần xem lại: Cột “Mã số thuế”: chữ số kiểm tra"
    assert (page["F4"].alignment.wrap_text, page["F4"].font.color.rgb) == (True, "FFB3261E")


def test_a_line_with_several_errors_has_them_all_beside_it_errors_first():
    data = workbook(HEADER, line(1))
    found = [
        Mark(2, 4, "ngày"),
        Mark(2, 1, "xem tên", False),
        Mark(2, 3, "số"),
        Mark(2, None, "trùng dòng 9"),
        Mark(2, 3, "số"),
    ]
    page = opened(give_back(data, found, header=1))

    assert page["F2"].value.split("\n") == [
        "trùng dòng 9",
        "Cột “Số lao động”: số",
        "Cột “Ngày hoạt động”: ngày",
        "Cần xem lại: Cột “Tên doanh nghiệp”: xem tên",
    ]
    assert [ground(cell) for cell in page[2]] == [RED] * 5 + [None]  # the whole line is meant
    assert page.row_dimensions[2].height > 60


def test_it_opens_at_the_first_error_under_standing_titles_ready_to_be_filtered():
    data = workbook(HEADER, *(line(number) for number in range(1, 60)), title=TITLES, sheets=[("Khác", [["a"]])])
    page = opened(give_back(data, [Mark(40, 0, "xem", False), Mark(50, 2, "sai")]))

    view = page.sheet_view
    assert (view.pane.state, view.pane.ySplit, view.pane.topLeftCell) == ("frozen", 3, "A48")
    assert [selection.activeCell for selection in view.selection] == ["C50"]
    assert page.auto_filter.ref == "A3:F62"
    assert "_xlnm._FilterDatabase" in parts(give_back(data, [Mark(50, 2, "sai")]))["xl/workbook.xml"].decode()


def test_it_opens_on_the_sheet_that_was_read_and_selects_no_other_with_it():
    data = workbook(HEADER, sheet="Ghi chú", sheets=[("Số liệu", [HEADER, line(1)])])
    out = give_back(data, [Mark(2, 0, "sai")], header=1, sheet="Số liệu")

    assert openpyxl.load_workbook(io.BytesIO(out)).active.title == "Số liệu"
    assert b"tabSelected" not in parts(out)["xl/worksheets/sheet1.xml"]


def test_an_empty_cell_and_a_missing_one_can_be_marked():
    page = opened(
        give_back(workbook(HEADER, [None, "Công ty A"]), [Mark(2, 0, "trống"), Mark(2, 4, "trống")], header=1)
    )

    assert [ground(cell) for cell in page[2]][:5] == [RED, None, None, None, RED]
    assert page["F1"].value == HEADING


# ------------------------------------------------------------------------------------------ what stays


def rich_workbook():
    """What offices build: formulas, looks, merged cells, hidden things, a chart, a comment, a second sheet."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    page = book.add_worksheet("Sheet1")
    striped = book.add_format({"bg_color": "#DDEEFF", "bold": True, "num_format": "#,##0"})
    page.merge_range("A1:E1", "DANH SÁCH DOANH NGHIỆP")
    for place, title in enumerate(HEADER):
        page.write(2, place, title, striped)
    for row in range(3, 9):
        for place, cell in enumerate(line(row)[:4]):
            page.write(row, place, cell, striped if row % 2 else None)
    page.write_formula("D10", "=SUM(D4:D9)", None, 60)
    page.write_comment("B5", "Hỏi lại đơn vị", {"author": "Văn phòng"})
    page.set_column("B:B", 40)
    page.set_column("C:E", 17, None, {"hidden": True})
    page.set_row(4, 33)
    page.conditional_format("D4:D9", {"type": "cell", "criteria": ">", "value": 5, "format": striped})
    page.data_validation("D4:D9", {"validate": "integer", "criteria": ">", "value": 0})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Sheet1!$D$4:$D$9"})
    page.insert_chart("H4", chart)
    other = book.add_worksheet("Ghi chú")
    other.write_formula("A1", "=Sheet1!D10*2", None, 120)
    other.write_comment("A1", "của trang kia")
    book.close()
    return stream.getvalue()


def test_all_that_is_not_marked_stays_as_it_was():
    data = rich_workbook()
    out = give_back(data, [Mark(6, 3, "sai")])
    before, after = parts(data), parts(out)
    changed = {"[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"}
    changed |= {"xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"}
    assert {name for name in before if before[name] != after.get(name)} <= changed
    rows = [
        re.findall(rb"<row .*?</row>", package["xl/worksheets/sheet1.xml"], re.DOTALL) for package in (before, after)
    ]
    assert [row for row in rows[0] if row not in rows[1]] == [rows[0][1], rows[0][4]]  # the titles and line 6
    assert b"<f>SUM(D4:D9)</f><v>60</v>" in after["xl/worksheets/sheet1.xml"]
    for kept in (b"<conditionalFormatting", b"<dataValidation ", b"<drawing ", b'<mergeCell ref="A1:E1"/>'):
        assert kept in after["xl/worksheets/sheet1.xml"]

    page = opened(out)
    assert (page["B5"].comment.text, page["D6"].comment.text) == ("Hỏi lại đơn vị", "sai")
    assert (page["D6"].font.bold, page["D6"].number_format, ground(page["D6"])) == (True, "#,##0", RED)
    assert (page.column_dimensions["B"].width, page.row_dimensions[5].height) == (pytest.approx(40, abs=1), 33)
    assert not page.column_dimensions["D"].hidden and page.column_dimensions["C"].hidden  # the marked one is shown
    assert opened(out, "Ghi chú")["A1"].comment.text == "của trang kia"


def test_the_reasons_stand_in_the_first_free_column():
    rows = [HEADER, [*line(1), None, "ghi chú bên lề"], line(2)]
    page = opened(give_back(workbook(*rows), [Mark(3, 0, "sai")], header=1))

    assert (page["F1"].value, page["F3"].value, page["G2"].value) == (
        HEADING,
        "Cột “Mã số thuế”: sai",
        "ghi chú bên lề",
    )
    full = [HEADER, [*line(1), "ghi chú"], line(2)]
    assert opened(give_back(workbook(*full), [Mark(3, 0, "sai")], header=1))["G1"].value == HEADING


def test_titles_merged_over_two_lines_give_the_reasons_a_merged_title_too():
    rows = [
        ["Tên doanh nghiệp", "Khu công nghiệp", "Quyết định", None],
        [None, None, "Số", "Ngày"],
        ["A", "Đình Vũ", 1, 2],
    ]
    data = workbook(
        *rows, merges=[(0, 0, 1, 0, "Tên doanh nghiệp"), (0, 1, 1, 1, "Khu công nghiệp"), (0, 2, 0, 3, "Quyết định")]
    )
    page = opened(give_back(data, [Mark(3, 0, "sai"), Mark(3, 3, "ngày")], header=2))

    assert "E1:E2" in page.merged_cells and page["E1"].value == HEADING
    assert page["E3"].value.split("\n") == ["Cột “Tên doanh nghiệp”: sai", "Cột “Ngày”: ngày"]


def test_lines_merged_together_are_marked_where_they_show():
    rows = [HEADER, line(1), line(2, park=None), line(3, park=None)]
    data = workbook(*rows, merges=[(1, 2, 3, 2, "Đình Vuu")])
    page = opened(give_back(data, [Mark(2, 2, "không có khu này"), Mark(3, 2, "không có khu này")], header=1))

    assert (ground(page["C2"]), "C2:C4" in page.merged_cells) == (RED, True)
    assert [bool(page[f"F{row}"].value) for row in (2, 3, 4)] == [True, True, False]


# ------------------------------------------------------------------------------------------ cells mended meanwhile


def test_cells_mended_already_are_written_in_as_typed_and_green():
    data = workbook(HEADER, line(1), line(2), title=TITLES)
    page = opened(give_back(data, [Mark(5, 1, "sai")], fixed={(4, 3): "38.555", (4, 0): "0299000001", (5, 1): "Cty"}))

    assert [(page[name].value, ground(page[name])) for name in ("D4", "A4")] == [
        ("38.555", GREEN),
        ("0299000001", GREEN),
    ]
    assert (page["B5"].value, ground(page["B5"])) == ("Cty", RED)  # mended, and still wrong


def test_a_formula_that_was_mended_goes_and_those_that_shared_it_keep_their_values():
    data = rich_workbook()
    package = parts(data)
    sheet = package["xl/worksheets/sheet1.xml"].decode()
    shared = (
        '<f t="shared" ref="D10:E10" si="0">SUM(D4:D9)</f><v>60</v></c><c r="E10"><f t="shared" si="0"/><v>61</v></c>'
    )
    sheet = sheet.replace("<f>SUM(D4:D9)</f><v>60</v></c>", shared)
    page = opened(give_back(repacked(package | {"xl/worksheets/sheet1.xml": sheet}), [], fixed={(10, 3): "=2"}))

    assert (page["D10"].value, page["D10"].data_type, page["E10"].value) == ("=2", "s", 61)


def test_of_lines_merged_together_one_may_be_mended_alone():
    data = workbook(HEADER, line(1), line(2, park=None), line(3, park=None), merges=[(1, 2, 3, 2, "Đình Vũ")])
    page = opened(give_back(data, [], header=1, fixed={(3, 2): "Tràng Duệ"}))

    assert [page[f"C{row}"].value for row in (2, 3, 4)] == ["Đình Vũ", "Tràng Duệ", "Đình Vũ"]
    assert not page.merged_cells.ranges


def repacked(package):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in package.items():
            archive.writestr(name, content)
    return stream.getvalue()


# ------------------------------------------------------------------------------------------ other kinds of file


def test_a_csv_comes_back_as_a_workbook_that_eats_no_zeros():
    text = "\r\n".join(
        ["STT;Mã số thuế;Tên doanh nghiệp;Ngày", "1;0012345678;=1+1 Công ty;05/06/2025", "2;;B;31/02/2025"]
    )
    page = opened(
        give_back(
            text.encode(), [Mark(3, 1, "trống"), Mark(3, 3, "không có ngày này")], header=1, sheet="a.csv", name="a.csv"
        )
    )

    assert [cell.value for cell in page[2]][:4] == ["1", "0012345678", "=1+1 Công ty", "05/06/2025"]
    assert {cell.data_type for cell in page[2][:4]} == {"s"} and {cell.number_format for cell in page[2][:4]} == {"@"}
    assert (ground(page["B3"]), ground(page["D3"]), page["D3"].comment.text) == (RED, RED, "không có ngày này")
    assert page["B3"].number_format == "@"  # what is typed there stays as typed
    assert page["E1"].value == HEADING and page.auto_filter.ref == "A1:E3"


@pytest.mark.parametrize("name", ["error_cells.xls", "error_cells.ods"])
def test_old_and_open_workbooks_come_back_as_xlsx_with_the_same_cells(name):
    from imports import reader

    data = (FILES / name).read_bytes()
    sheet = reader.read(data, name)[0]
    page = opened(give_back(data, [Mark(2, 0, "sai")], header=1, sheet=sheet.name, name=name))

    for row, cells in zip(page.iter_rows(), sheet.rows, strict=False):
        for cell, value in zip(row, cells, strict=False):
            shown = cell.value.date() if isinstance(cell.value, datetime) else cell.value
            assert shown == (value if value != "" else None)
    assert ground(page["A2"]) == RED


def test_what_is_written_into_a_sheet_of_an_old_font_is_in_a_font_that_draws_it():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    page, old = book.add_worksheet("Sheet1"), book.add_format({"font_name": ".VnTime", "font_size": 13})
    for place, title in enumerate(["Tªn doanh nghiÖp", "KCN"]):
        page.write(0, place, title, old)
        page.write(1, place, "§×nh Vò", old)
    book.close()
    page = opened(give_back(stream.getvalue(), [Mark(2, 0, "sai")], header=1, fixed={(2, 1): "Đình Vũ"}))

    assert {page[name].font.name for name in ("C1", "C2", "B2")} == {"Times New Roman"}
    assert {page[name].font.name for name in ("A1", "A2", "B1")} == {".VnTime"}  # still what they were typed in
    assert page["B2"].font.size == 13


def test_sheets_converted_from_an_old_font_come_back_converted():
    from imports.reader import Sheet

    sheet = Sheet("Tờ 1", [["Tên doanh nghiệp"], ["Công ty Đình Vũ"]])
    page = opened(give_back(b"T\xaan;x", [Mark(2, 0, "sai")], header=1, sheet="Tờ 1", sheets=[sheet]))

    assert page["A2"].value == "Công ty Đình Vũ"


def test_a_workbook_built_in_a_strange_way_is_built_anew_with_its_dates_merges_and_sheets(monkeypatch, tmp_path):
    broken = tmp_path / "program.py"
    broken.write_text("import os; os.abort()")
    monkeypatch.setattr(backfile, "PROGRAM", broken)
    data = workbook(
        HEADER,
        line(1),
        line(2, park=None),
        merges=[(3, 2, 4, 2, "Đình Vũ")],
        title=TITLES,
        sheets=[("Khác", [["a", 1]])],
    )
    out = give_back(data, [Mark(4, 3, "sai")], fixed={(5, 1): "+84 Công ty"})
    page = opened(out)

    assert (page["E4"].value.date(), page["E4"].number_format) == (date(2021, 3, 15), "dd/mm/yyyy")
    assert "C4:C5" in page.merged_cells and page["F3"].value == HEADING
    assert {ground(page[name]) for name in ("A4", "E5")} == {None}
    assert (page["B5"].value, page["B5"].data_type, ground(page["B5"])) == ("+84 Công ty", "s", GREEN)
    assert [cell.value for cell in opened(out, "Khác")[1]] == ["a", 1]


def test_a_csv_with_two_title_lines_or_none_above_is_built_alike():
    for above in ("", "DANH SÁCH;;\r\n;;\r\n"):
        text = f"{above}Tên doanh nghiệp;Khu công nghiệp;Số lao động\r\nA;B;1\r\n;;\r\nNgười lập biểu;;"
        line = 2 if not above else 4
        out = give_back(text.encode(), [Mark(line, 2, "sai")], header=line - 1, sheet="a.csv", name="a.csv")
        page = opened(out)
        assert (page.cell(line, 3).comment.text, page.cell(line - 1, 4).value) == ("sai", HEADING)
        assert page.auto_filter.ref == f"A{line - 1}:D{line}"


def test_thousands_of_merged_cells_do_not_slow_the_building(monkeypatch):
    from imports.marking import anew
    from imports.reader import Sheet

    monkeypatch.setattr(anew, "MERGED", 20)
    rows = [["Tên", "Khu"], *([f"Công ty {number}", "Đình Vũ" if number % 2 else None] for number in range(40))]
    sheet = Sheet("S", rows, merges=[((line, 1), (line + 1, 1)) for line in range(2, 40, 2)])
    page = opened(give_back(b"x", [Mark(3, 0, "sai")], header=1, sheet="S", sheets=[sheet]))

    assert len(page.merged_cells.ranges) == 10
    assert [page.cell(line, 2).value for line in (39, 40, 41)] == ["Đình Vũ"] * 3  # the rest: their value repeats


def test_a_workbook_whose_parts_have_a_prefix_is_edited_in_place(monkeypatch):
    monkeypatch.setattr(backfile, "rebuild", lambda *args: pytest.fail("built anew"))
    package = parts(workbook(HEADER, line(1)))
    sheet = package["xl/worksheets/sheet1.xml"].decode()
    sheet = re.sub(r"<(/?)(?=[a-z])", r"<\1x:", sheet).replace("xmlns=", "xmlns:x=")
    out = give_back(repacked(package | {"xl/worksheets/sheet1.xml": sheet}), [Mark(2, 1, "sai")], header=1)

    assert (ground(opened(out)["B2"]), opened(out)["F2"].value) == (RED, "Cột “Tên doanh nghiệp”: sai")


def test_nothing_in_it_is_a_formula():
    texts = PAYLOADS * 2
    data = workbook(HEADER, *(line(number) for number, _text in enumerate(texts)))
    marks = [Mark(row, 1, text) for row, text in enumerate(texts, start=2)]
    fixed = {(row, 2): text for row, text in enumerate(texts, start=2)}
    rows = ["\t".join(HEADER), *("\t".join(["1", f'"{text}"', "x", "1", "1"]) for text in PAYLOADS)]
    for out in (
        give_back(data, marks, header=1, fixed=fixed),
        give_back(
            "\r\n".join(rows).encode(),
            marks[: len(PAYLOADS)],
            header=1,
            sheet="a.csv",
            name="a.csv",
            fixed={(2, 2): "=1+1"},
        ),
    ):
        package = parts(out)
        assert not any(re.search(rb"<(\w+:)?f[ >/]", text) for name, text in package.items() if "worksheets/" in name)
        assert not any(
            b"hyperlink" in text.lower().replace(b"=hyperlink", b"")
            for name, text in package.items()
            if name.endswith(".rels")
        )
        assert {cell.data_type for row in opened(out) for cell in row} <= {"s", "n", "d"}
    assert opened(give_back(data, marks, header=1, fixed=fixed))["C2"].value == "=1+1"


# ------------------------------------------------------------------------------------------ and back again


def wrong_file():
    return workbook(HEADER, line(1), line(2, workers="abc"), line(3, park="Đình Vuu"), line(4, name=None), title=TITLES)


def test_the_marked_workbook_can_be_mended_and_sent_in_again(kkt, lan, dinh_vu):
    refused = take_in(wrong_file(), by=lan, zone=kkt)
    assert (refused.status, len(refused.errors)) == ("refused", 3)
    back = give_back(wrong_file(), marks_of(refused, HEADER))
    assert len(take_in(back, by=lan, zone=kkt).errors) == 3  # nothing mended yet: the same again

    book = openpyxl.load_workbook(io.BytesIO(back))
    book.active["D5"], book.active["C6"], book.active["B7"] = 12, "Đình Vũ", "Công ty TNHH Số 4"
    stream = io.BytesIO()
    book.save(stream)
    written = take_in(stream.getvalue(), by=lan, zone=kkt)
    assert (written.status, written.created, written.errors, written.unused_columns) == ("written", 4, [], [])
    assert Enterprise.objects.get(name="Công ty TNHH Số 2").headcounts.get().total == 12


def test_a_second_round_forgets_the_marks_of_the_first(kkt, lan, dinh_vu):
    back = give_back(wrong_file(), marks_of(take_in(wrong_file(), by=lan, zone=kkt), HEADER), fixed={(4, 3): "11"})
    book = openpyxl.load_workbook(io.BytesIO(back))
    book.active["D5"] = 12
    stream = io.BytesIO()
    book.save(stream)
    again = take_in(stream.getvalue(), by=lan, zone=kkt)
    page = opened(give_back(stream.getvalue(), marks_of(again, HEADER)))

    assert [cell.coordinate for row in page for cell in row if ground(cell)] == ["C6", "B7"]
    assert [cell.coordinate for row in page for cell in row if cell.comment] == ["C6", "B7"]
    assert [page[f"F{row}"].value is None for row in (3, 4, 5, 6, 7, 8)] == [False, True, True, False, False, True]
    assert page["G3"].value is None


def test_a_csv_of_the_marked_workbook_is_understood_too(kkt, lan, dinh_vu):
    page = opened(give_back(wrong_file(), marks_of(take_in(wrong_file(), by=lan, zone=kkt), HEADER)))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    for row in page.iter_rows(values_only=True):
        writer.writerow([f"{cell:%d/%m/%Y}" if isinstance(cell, datetime) else cell for cell in row])
    again = take_in(out.getvalue().encode(), by=lan, zone=kkt, name="sua.csv")
    assert (len(again.errors), again.unused_columns) == (3, [])
