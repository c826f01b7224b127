"""Workbooks from before Unicode: the office is told, shown samples, and gets every cell right once it agrees."""

import copy
import io

import pytest
import xlsxwriter
from django.utils import translation

from imports import reader
from imports.reader import Sheet, child, legacy
from tests.imports.office import workbook

TCVN3, VNI, PLAIN = ".VnTime", "VNI-Times", "Times New Roman"


def written(*sheets):
    """The bytes of an .xlsx; sheets are (name, {cell: (font, text) or a list of fonts and texts in turn})."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for name, cells in sheets:
            page = book.add_worksheet(name)
            for place, content in cells.items():
                if isinstance(content, list):
                    page.write_rich_string(
                        place,
                        *(
                            book.add_format({"font_name": part}) if at % 2 == 0 else part
                            for at, part in enumerate(content)
                        ),
                    )
                else:
                    page.write(place, content[1], book.add_format({"font_name": content[0]}))
    return stream.getvalue()


OFFICE_LIST = {
    "A1": (TCVN3, "Danh s¸ch"),
    "A2": (TCVN3, "Tªn doanh nghiÖp"),
    "B2": (VNI, "Ñòa chæ"),
    "C2": (PLAIN, "Ghi chú"),
    "A3": (TCVN3, "C«ng ty §Çu t\u00ad"),
    "B3": (VNI, "Haûi Phoøng"),
    "C3": (PLAIN, "Tràng Duệ"),
    "A4": [TCVN3, "Chi bé ", PLAIN, "Đình Vũ", TCVN3, " Ðóng"],
    "B4": (TCVN3, "BØ"),
    "D4": (TCVN3, "38.555"),
}
IN_UNICODE = [
    ["Danh sách"],
    ["Tên doanh nghiệp", "Địa chỉ", "Ghi chú"],
    ["Công ty Đầu tư", "Hải Phòng", "Tràng Duệ"],
    ["Chi bộ Đình Vũ éúng", "Bỉ", "", "38.555"],
]


def read(data, name="so-lieu.xlsx"):
    return reader.read(data, name)


def values(sheets):
    return [[[cell or "" for cell in row] for row in sheet.rows] for sheet in sheets]


def test_text_in_old_fonts_is_noticed_and_converted_cell_by_cell_and_run_by_run():
    sheets = read(written(("Sheet1", OFFICE_LIST)))

    assert legacy.doubt(sheets).cells == 7
    assert values(legacy.converted(sheets)) == [IN_UNICODE]


def test_the_doubt_says_how_many_cells_and_which_font_in_the_users_words():
    with translation.override("vi"):
        mixed = legacy.doubt(read(written(("Sheet1", OFFICE_LIST))))
        assert mixed.sentence() == "Tệp có 7 ô viết bằng phông cũ (TCVN3, .VnTime; VNI, VNI-Times)."
        alone = legacy.doubt(read(written(("Sheet1", {f"A{n}": (TCVN3, f"C«ng ty {n}") for n in range(1, 1215)}))))
        assert alone.sentence() == "Tệp có 1.214 ô viết bằng phông cũ (TCVN3, .VnTime)."
    assert mixed.encodings == ("TCVN3", "VNI")


def test_the_samples_are_titles_and_data_of_several_columns_each_with_its_place():
    cells = {}
    for row in range(40):
        for letter in "ABCDEFGHIJ":
            cells[f"{letter}{row + 1}"] = (TCVN3, f"Tªn cét {letter}" if row == 0 else f"C«ng ty sè {row} ë {letter}")
    samples = legacy.doubt(read(written(("Sheet1", cells)))).samples

    assert len(samples) == 8
    assert [(one.line, one.before, one.after) for one in samples[:2]] == [
        (1, "Tªn cét A", "Tên cột A"),
        (1, "Tªn cét B", "Tên cột B"),
    ]
    assert sum(one.line > 1 for one in samples) == 4
    assert len({one.column for one in samples}) >= 4
    assert {(one.sheet, one.encoding) for one in samples} == {("Sheet1", "TCVN3")}


def test_a_sample_is_never_longer_than_a_line_and_never_repeats():
    cells = {f"A{row}": (TCVN3, "C«ng ty   cæ phÇn " * 30 if row < 5 else "Chi bé") for row in range(1, 9)}
    samples = legacy.doubt(read(written(("Sheet1", cells)))).samples

    assert [len(one.before) <= 120 and "  " not in one.before for one in samples] == [True, True]


def test_names_of_sheets_are_converted_too_and_names_in_unicode_stay():
    sheets = read(written(("BiÓu sè 1", OFFICE_LIST), ("Biểu số 2", OFFICE_LIST)))

    assert [sheet.name for sheet in legacy.converted(sheets)] == ["Biểu số 1", "Biểu số 2"]


def test_what_was_read_stays_as_it_was_and_the_converted_is_beyond_doubt():
    sheets = read(written(("Sheet1", OFFICE_LIST)))
    before = copy.deepcopy(sheets)
    after = legacy.converted(sheets)

    assert sheets == before
    assert legacy.doubt(after) is None
    assert legacy.converted(after) == after


def test_a_csv_has_no_fonts_and_its_letters_tell():
    text = "STT;Tªn doanh nghiÖp;§Þa chØ\n1;C«ng ty cæ phÇn §Çu t\u00ad;H¶i Phßng\n2;C«ng ty A;BØ\n"
    sheets = read(text.encode(), "danh-sach.csv")

    assert legacy.doubt(sheets).encodings == ("TCVN3",)
    assert values(legacy.converted(sheets))[0] == [
        ["STT", "Tên doanh nghiệp", "Địa chỉ"],
        ["1", "Công ty cổ phần Đầu tư", "Hải Phòng"],
        ["2", "Công ty A", "Bỉ"],
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["Tên tổ chức", "Loại"], ["Chi bộ Công ty TNHH Đình Vũ", "Chi bộ cơ sở"], ["Đảng bộ Hoà Phát", "uỷ ban"]],
        [["Name", "City"], ["Müller & Söhne GmbH", "München"], ["Société Générale", "Orléans"], ["São Paulo", "Åbo"]],
        [["名称", "数量"], ["株式会社", 5], ["Ἀθῆναι", 38.555], ["Ångström ½ × 3 °C ±2 §4", None]],
    ],
    ids=["Vietnamese", "European", "other scripts"],
)
def test_unicode_and_foreign_text_is_beyond_doubt(rows):
    sheets = read(workbook(*rows))

    assert legacy.doubt(sheets) is None
    assert legacy.converted(sheets) == sheets


def test_vietnamese_typed_in_an_old_font_but_in_unicode_is_left_alone():
    cells = {"A1": (TCVN3, "Tên doanh nghiệp"), "A2": (VNI, "Công ty TNHH Đình Vũ"), "A3": (TCVN3, "Hải Phòng")}
    sheets = read(written(("Sheet1", cells)))

    assert sheets[0].fonts
    assert legacy.doubt(sheets) is None
    assert values(legacy.converted(sheets)) == values(sheets)


def test_real_registers_are_beyond_doubt(shared_data):
    paths = [path for path in (shared_data / "reference").iterdir() if path.suffix in {".xlsx", ".csv"}]
    paths.append(shared_data / "published_percentages.csv")

    assert len(paths) > 5
    for path in paths:
        sheets = read(path.read_bytes(), path.name)
        assert legacy.doubt(sheets) is None, path.name
        assert values(legacy.converted(sheets)) == values(sheets)


def shown(value):
    return f"{value:.10g}" if isinstance(value, float) else "" if value is None else str(value)


def test_every_cell_of_real_legacy_workbooks_reads_as_its_transcript(shared_data):
    cells = 0
    paths = sorted((shared_data / "legacy_xls").glob("*.xls"))
    assert paths
    for path in paths:
        sheets = read(path.read_bytes(), path.name)
        assert legacy.doubt(sheets)
        said = [row for sheet in legacy.converted(sheets) for row in sheet.rows]
        for line, transcript in enumerate(path.with_suffix(".txt").read_text(encoding="utf-8").split("\n")):
            truth = [" ".join(cell.split()) for cell in transcript.split("\t")]
            row = [" ".join(shown(cell).split()) for cell in (said[line] if line < len(said) else [])]
            assert row + [""] * (len(truth) - len(row)) == truth + [""] * (len(row) - len(truth)), path.name
            cells += sum(map(bool, truth))
    assert cells == 1528


@pytest.mark.parametrize("fonts", [{}, {(0, 0): ".VnTime", (99, 99): "VNI", (1, 0): ((5, ".VnTime"), (2, "VNI"))}])
def test_odd_cells_and_fonts_that_belong_to_nothing_do_no_harm(fonts):
    rows = [["®¶ng bé", None, 5, 38.555, True, "", "\ud800"], [], ["x" * 40_000 + "®¶ng"], ["\u0301\u00ad", object()]]
    sheets = [Sheet("", rows=rows, fonts=fonts), Sheet("«»\u00ad" * 40), Sheet("Lỗi", problem=ValueError())]

    legacy.doubt(sheets)
    after = legacy.converted(sheets)
    assert after[0].rows[0][0] == "đảng bộ"
    assert [row[1:] for row in after[0].rows] == [row[1:] for row in rows]
    assert legacy.doubt([]) is None and legacy.converted([]) == []


# ------------------------------------------------------------------------------------------ in the reading process


def test_a_file_without_old_fonts_is_not_read_a_second_time(monkeypatch):
    monkeypatch.setattr(child, "neighbour", lambda name: pytest.fail(f"{name} was loaded"))
    signs = child.Signs((".vn", "vni"))
    data = workbook(["Tên", "Thư"], ["Công ty", "a@haiphong.gov.vn"])
    child.guard_zip(data, signs)

    assert child.fonts(data, signs, (".vn", "vni")) == {} == child.error_cells(data, signs)
