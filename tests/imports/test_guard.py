"""What is no workbook, or a dangerous one, is refused before it is read: a sentence each, and nothing written."""

import io
import zipfile

import pytest
from django.utils import translation

from imports import reader
from imports.reader import Unusable, child, process
from tests.imports.office import workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def repacked(change=None, add=(), data=None):
    """An ordinary workbook taken apart and put together again, with parts changed or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data or workbook(["Tên", "Số"], ["A", 1]))) as old:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                text = old.read(name)
                new.writestr(name, change(name, text) if change else text)
            for name, text in add:
                new.writestr(name, text)
    return stream.getvalue()


def doctype(name, text):
    return text.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet') if "sheet1" in name else text


def utf16(name, text):
    if "sheet1" not in name:
        return text
    return doctype(name, text).decode().replace("UTF-8", "UTF-16").encode("utf-16")


def word_file():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", "<w/>")
    return stream.getvalue()


def bomb():
    return repacked(add=[("xl/media/image1.bin", b"\0" * (child.INFLATED + 1))])


CASES = {
    "empty_file": lambda: b"",
    "too_large": lambda: b"x" * (reader.LARGEST_FILE + 1),
    "not_a_workbook": lambda: b"%PDF-1.7 \n",
    "other_office_file": word_file,
    "web_page": lambda: b"<html><table><tr><td>MST</td></tr></table></html>",
    "encoding": lambda: "Tên;Số\nCông ty;5".encode("cp1258", "replace"),
    "unreadable": lambda: workbook(["Tên"], ["A"])[:-400],
    "password": lambda: (_ for _ in ()).throw(NotImplementedError),
    "macro": lambda: repacked(add=[("xl/vbaProject.bin", b"x")]),
    "declarations": lambda: repacked(doctype),
    "too_many_members": lambda: repacked(add=[(f"xl/x{number}.xml", b"") for number in range(child.MEMBERS)]),
    "inflates_too_much": bomb,
    "too_many_columns": lambda: workbook(["a"] * (child.COLUMNS + 1)),
    "empty_workbook": lambda: workbook(),
}
del CASES["password"]  # made by Excel only: test_a_password… reads real ones


@pytest.mark.parametrize("code", CASES)
def test_each_refusal_has_its_own_sentence_that_ends_with_nothing_written(code):
    with translation.override("vi"), pytest.raises(Unusable) as refused:
        data = CASES[code]()
        sheets = reader.read(reader.load(data, "tep.xlsx"), "tep.xlsx")
        if sheets[0].problem:
            raise sheets[0].problem
    assert refused.value.code == code
    with translation.override("vi"):
        sentence = str(refused.value)
    assert sentence.endswith(" Chưa ghi gì vào hệ thống.") and ": hãy " in sentence


def test_all_sentences_differ_and_name_a_cure():
    with translation.override("vi"):
        params = dict.fromkeys(["name", "megabytes", "limit", "line", "inflated", "sheet", "rows", "columns"], "7")
        sentences = [str(Unusable(code, **params)) for code in reader.refusals.SENTENCES]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.count(": hãy ") == 1 for sentence in sentences)


def test_entities_hidden_in_utf16_are_found():
    with pytest.raises(Unusable) as refused:
        reader.read(repacked(utf16), "tep.xlsx")
    assert refused.value.code == "declarations"


def test_a_part_that_lies_about_its_size_is_counted_as_it_unpacks():
    data = bytearray(bomb())
    lie = (1000).to_bytes(4, "little")
    true = (child.INFLATED + 1).to_bytes(4, "little")
    assert data.count(true) == 2  # in the part's own header and in the directory
    data = bytes(data).replace(true, lie)
    with pytest.raises(Unusable) as refused:
        reader.read(data, "tep.xlsx")
    assert refused.value.code == "inflates_too_much"


def test_more_lines_than_allowed_are_refused(monkeypatch):
    monkeypatch.setattr(child, "ROWS", 3)
    text = "Tên;Số\n" + "A;1\n" * 3
    with pytest.raises(Unusable) as refused:
        reader.read(text.encode(), "tep.csv")
    assert refused.value.code == "too_many_rows"
    assert len(reader.read(text.encode()[:-4], "tep.csv")[0].rows) == 3


def test_a_cell_at_the_far_end_of_the_sheet_does_not_take_the_memory():
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Tên")
        sheet.write(1_048_575, 16_383, "x")
    try:
        problem = reader.read(stream.getvalue(), "tep.xlsx")[0].problem
    except Unusable as refused:
        problem = refused
    assert problem.code in {"too_many_rows", "too_much_memory"}


def test_a_parser_that_spins_is_stopped(monkeypatch, tmp_path):
    program = tmp_path / "spin.py"
    program.write_text("while True: pass")
    monkeypatch.setattr(process, "PROGRAM", program)
    monkeypatch.setattr(process, "WALL_SECONDS", 0.3)
    with pytest.raises(Unusable) as refused:
        reader.read(workbook(["Tên"]), "tep.xlsx")
    assert refused.value.code == "too_slow"


def test_a_parser_that_dies_is_an_unreadable_file(monkeypatch, tmp_path):
    program = tmp_path / "die.py"
    program.write_text("import os; os._exit(3)")
    monkeypatch.setattr(process, "PROGRAM", program)
    with pytest.raises(Unusable) as refused:
        reader.read(workbook(["Tên"]), "tep.xlsx")
    assert refused.value.code == "unreadable"


def test_the_reading_process_has_little_memory(monkeypatch, tmp_path):
    program = tmp_path / "greedy.py"
    text = child.__loader__.get_source(child.__name__)
    program.write_text(text.replace("    encode = json", "    hoard = bytearray(MEMORY)\n    encode = json"))
    monkeypatch.setattr(process, "PROGRAM", program)
    with pytest.raises(Unusable):
        reader.read(workbook(["Tên"]), "tep.xlsx")


def test_a_password_is_named_in_real_files(shared_data):
    for name in ("calamine/pass_protected.xlsx", "calamine/pass_protected.ods", "sheetjs/password_2002_40_xor.xls"):
        with pytest.raises(Unusable) as refused:
            reader.read((shared_data / "hostile_workbooks" / name).read_bytes(), name)
        assert refused.value.code == "password"


def test_a_missing_file_is_said(tmp_path):
    for path in (tmp_path / "khong-co.xlsx", tmp_path):
        with pytest.raises(Unusable) as refused:
            reader.load(path, path.name)
        assert refused.value.code == "no_file"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimited_text_is_read_in_the_encodings_excel_writes(delimiter, encoding):
    lines = ["BIỂU 1, năm 2025", "", delimiter.join(["Tên", "Số"]), delimiter.join(['"Công ty ""A"""', "38.555"])]
    (sheet,) = reader.read("\r\n".join(lines).encode(encoding), "tep.csv")
    assert sheet.rows[2:] == [["Tên", "Số"], ['Công ty "A"', "38.555"]]


def test_an_odd_quote_in_csv_is_told_with_its_line():
    with pytest.raises(Unusable) as refused:
        reader.read(('Tên;Số\nA;"' + "x" * 200_000).encode(), "tep.csv")
    assert refused.value.code == "csv"


def test_numbers_dates_and_error_cells_arrive_as_they_are():
    from datetime import date

    (sheet,) = reader.read(workbook(["Tên", 38.555, 5, date(2024, 5, 20), True]), "tep.xlsx")
    assert sheet.rows == [["Tên", 38.555, 5, date(2024, 5, 20), True]]
