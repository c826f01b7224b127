"""Cells copied out of Excel and pasted into the page are read as if they had come in a file."""

import pytest
from django.utils import translation

from imports import reader
from imports.reader import from_clipboard
from imports.reader.table import guess_header
from tests.imports.office import take_in


def pasted(text):
    """The rows that a paste arrives as, below the titles that one without any is given."""
    (sheet,) = reader.read(from_clipboard(text), "dán từ Excel")
    return sheet.rows[sheet.rows[0][0] == "Cột A" :]


@pytest.fixture(autouse=True)
def in_vietnamese():
    with translation.override("vi"):
        yield


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("last", ["", "\r\n", "\n\n"])
def test_rows_and_cells_arrive_whatever_the_line_ends(ending, last):
    text = ending.join(["Tên\tSố", "Công ty A, B; C\t38.555", "\t", "Công ty D\t\t\t"]) + last

    assert pasted(text) == [["Tên", "Số"], ["Công ty A, B; C", "38.555"], [], ["Công ty D"]]


def test_a_cell_of_several_lines_stays_one_cell():
    assert pasted('Tên\tĐịa chỉ\r\n"Công ty ""A""\nchi nhánh 2"\t"Lô 1\n\nKCN Đình Vũ"\r\nB\t"x\ty"\r\n') == [
        ["Tên", "Địa chỉ"],
        ['Công ty "A"\nchi nhánh 2', "Lô 1\n\nKCN Đình Vũ"],
        ["B", "x\ty"],
    ]


def test_quotation_marks_that_stand_for_themselves_stay():
    rows = [['"A" JSC', '"', '"Sao Mai"'], ["B", '"', '"'], ['Công ty "C"', '5"', '""'], ['"', '"', '" x']]

    assert pasted("\r\n".join("\t".join(row) for row in rows)) == rows


def test_a_ditto_mark_does_not_swallow_the_lines_below():
    text = 'Tên\tKCN\tNăm\nA\tĐình Vũ\t2024\nB\t"\t2024\nC\t"\t"\n"\tTràng Duệ\t"\n'

    assert pasted(text)[2:] == [["B", '"', "2024"], ["C", '"', '"'], ['"', "Tràng Duệ", '"']]


def test_odd_spaces_arrive_and_are_blank_to_the_import(lan, dinh_vu):
    header = "Tên doanh\u00a0nghiệp\tKhu công nghiệp\tSố lao động\r\n"
    text = header + "\u00a0Công ty A\u00a0\tĐình\u00a0Vũ\t1\u00a0200\t\u00a0\r\n"
    result = take_in(from_clipboard(text), by=lan, name="dán từ Excel")

    assert (result.status, result.created) == ("written", 1)
    assert dinh_vu.enterprises.get().name == "Công ty A"


def test_a_paste_without_titles_is_given_some_by_which_to_match_its_columns():
    (sheet,) = reader.read(from_clipboard("0200000001\tCông ty A\t\n0200000002\tCông ty B\t5"), "dán từ Excel")

    assert sheet.rows == [
        ["Cột A", "Cột B", "Cột C"],
        ["0200000001", "Công ty A"],
        ["0200000002", "Công ty B", "5"],
    ]
    assert guess_header(sheet) == (0, 0)


def test_a_paste_with_titles_is_left_as_it_is():
    rows = [["BIỂU 1"], ["Tên doanh nghiệp", "KCN", "Số lao động"], ["Công ty A", "Đình Vũ", "5"]]
    (sheet,) = reader.read(from_clipboard("\n".join("\t".join(row) for row in rows)), "dán từ Excel")

    assert sheet.rows == rows


def test_a_single_column_is_not_cut_at_its_commas():
    assert pasted("Công ty A, B\nCông ty C, D\nCông ty E, F") == [["Công ty A, B"], ["Công ty C, D"], ["Công ty E, F"]]


def test_columns_past_z_are_named_as_spreadsheets_do():
    (sheet,) = reader.read(from_clipboard("\t".join(["7"] * 53)), "dán từ Excel")
    assert [sheet.rows[0][place] for place in (25, 26, 51, 52)] == ["Cột Z", "Cột AA", "Cột AZ", "Cột BA"]


def test_the_bytes_of_a_paste_are_read_without_ado_too():
    text = 'Tên\tĐịa chỉ\tSố\r\n"Công ty ""A"", chi\nnhánh"\tĐình Vũ; Cát Hải\t5\t\t\r\n\u00a0B\t\t\r\n'

    assert reader.read(text.encode(), "dán.txt")[0].rows == [
        ["Tên", "Địa chỉ", "Số"],
        ['Công ty "A", chi\nnhánh', "Đình Vũ; Cát Hải", "5"],
        ["\u00a0B"],
    ]


@pytest.mark.parametrize("nothing", ["", "\r\n\r\n", "\ufeff", " \t \n"])
def test_nothing_pasted_is_an_empty_file(nothing):
    with pytest.raises(reader.Unusable) as refused:
        reader.load(from_clipboard(nothing), "dán")
    assert refused.value.code == "empty_file"


def test_half_characters_and_nul_do_no_harm():
    assert pasted("Tên\ud800\0\tSố\nA\t5") == [["Tên?", "Số"], ["A", "5"]]


def test_a_file_that_names_its_separator_is_cut_there():
    assert reader.read(b"sep=|\r\na;b|c,d\r\n", "a.csv")[0].rows == [["a;b", "c,d"]]


def test_each_mark_of_a_paste_full_of_them_is_looked_at_once():
    rows = [['"a""'] * 150] * 700
    assert pasted("\n".join("\t".join(row) for row in rows)) == rows
