"""A cell that shows #N/A is no empty cell: the office hears of it, whatever program saved the workbook."""

import io
from pathlib import Path

import pytest
import xlsxwriter

from imports import reader
from imports.reader import child, wrong_cells
from tests.imports.office import said, take_in

FILES = Path(__file__).parent / "files"  # error_cells.*: made with LibreOffice from the workbook below


def made(**options):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, options) as book:
        first = book.add_worksheet("Một")
        first.write_row(0, 0, ["Tên", "Số"])
        first.write_formula("B2", "=NA()", None, "#N/A")
        first.write_formula("A3", "=1/0", None, "#DIV/0!")
        first.write("A4", "x")
        first.write("B5", 5)
        second = book.add_worksheet("Hai")
        second.write("A1", "Tên")
        second.write_formula("C7", "=NA()", None, "#N/A")
        second.write_formula("D7", "=NA()", None, "#N/A")
        second.write_formula("D8", "=BLA()", None, "#NAME?")
    return stream.getvalue()


@pytest.mark.parametrize("name", ["made.xlsx", "error_cells.xls", "error_cells.ods"])
def test_cells_with_errors_are_found_in_each_format_line_by_line_of_each_sheet(name):
    first, second = reader.read(made() if name == "made.xlsx" else (FILES / name).read_bytes(), name)

    assert first.errors == {(2, 1), (3, 0)}
    assert second.errors == {(7, 2), (7, 3), (8, 3)}
    assert [[cell or None for cell in row] for row in first.rows] == [["Tên", "Số"], [], [], ["x"], [None, 5]]


def test_errors_copied_as_text_are_errors_too():
    for data in ("Tên;Số\nA;#N/A\n#REF!;5\n# 3;#Ref!\n", "Tên\tSố\nA\t#N/A\r\n#REF!\t5\r\n# 3\t#REF! "):
        (sheet,) = reader.read(data.encode(), "tep.csv")
        assert sheet.errors == {(2, 1), (3, 0), (4, 1)}
        assert sheet.rows[3] == ["# 3", None]


def test_errors_written_as_text_in_a_workbook_are_errors_too():
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet().write_column(0, 0, ["Tên", "#VALUE!", "Số #1"] + ["x"] * child.CHUNK + ["#N/A"])
    (sheet,) = reader.read(stream.getvalue(), "tep.xlsx")
    assert sheet.errors == {(2, 0), (child.CHUNK + 4, 0)}


def test_the_import_names_the_cell(lan, dinh_vu):
    data = "Mã số thuế;Tên doanh nghiệp;Khu công nghiệp;Số lao động\n;Công ty A;Đình Vũ;#N/A\n"
    result = take_in(data.encode(), by=lan, name="dn.csv")

    assert result.status == "refused"
    assert [(row, column) for row, column, _message in said(result.errors)] == [(2, "Số lao động")]


def test_the_same_file_from_excel_and_from_others_has_its_errors_where_calamine_reads_cells(shared_data):
    folder = shared_data / "hostile_workbooks"
    newer = reader.read((folder / "sheetjs/ErrorTypes.xlsx").read_bytes(), "a.xlsx")
    older = reader.read((folder / "sheetjs/ErrorTypes.xls").read_bytes(), "a.xls")

    assert newer[0].errors == older[0].errors
    assert len(newer[0].errors) == 20


def test_a_list_of_errors_ends_at_its_bound(monkeypatch):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        for line in range(50):
            sheet.write_formula(line, 0, "=NA()", None, "#N/A")
    monkeypatch.setattr(wrong_cells, "CELLS", 9)

    found = wrong_cells.of_package(stream.getvalue(), {"xl/worksheets/sheet1.xml"})
    assert [len(cells) for cells in found.values()] == [10]


@pytest.mark.parametrize("cut", range(0, 6000, 250))
def test_damaged_files_have_errors_or_none_but_never_fail(cut):
    for data in (made(), *((FILES / f"error_cells.{kind}").read_bytes() for kind in ("xls", "ods"))):
        for spoilt in (data[:cut], data[:cut] + b"\xff\x00A" + data[cut + 3 :]):
            assert isinstance(wrong_cells.of_xls(spoilt), dict)
            assert isinstance(wrong_cells.of_package(spoilt, {"content.xml", "xl/worksheets/sheet1.xml"}), dict)
            assert isinstance(wrong_cells.of_package(spoilt, {"xl/worksheets/sheet1.xml"}), dict)
