"""The fonts of cells are read where they can be, and are simply unknown where they cannot."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from imports.reader import fonts, read
from imports.reader.fonts import read_fonts
from vietnamese.legacy import FONT_PREFIXES, suspects

ROOT = Path(__file__).resolve().parents[2]
XLS = Path(__file__).parent / "files" / "legacy_fonts.xls"  # made with xlwt


def workbook(write):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        write(book, lambda name: book.add_format({"font_name": name}))
    return file.getvalue()


def office_list(book, font):
    sheet = book.add_worksheet("Danh sách")
    sheet.write(0, 1, "Tªn c«ng ty", font(".VnTimeH"))
    sheet.write(0, 2, "Ñòa chæ", font("VNI-Times"))
    sheet.write(0, 3, "Ghi chú", font("Times New Roman"))
    sheet.write(1, 0, 1, font(".VnTime"))
    sheet.write(1, 1, "STT", font(".VnTime"))
    sheet.write_rich_string(2, 1, font(".VnTime"), "Chi bé ", font("Arial"), "Tràng Duệ", font(".VnTime"))
    book.add_worksheet("Sheet2").write("AB7", "BØ", font(".VnArial"))


OFFICE_LIST = {
    "Danh sách": {
        (0, 1): ".VnTimeH",
        (0, 2): "VNI-Times",
        (0, 3): "Times New Roman",
        (2, 1): [(0, ".VnTime"), (7, "Arial")],
    },
    "Sheet2": {(6, 27): ".VnArial"},
}


def test_an_xlsx_file_tells_the_font_of_each_cell_and_run():
    assert read_fonts(workbook(office_list), FONT_PREFIXES) == OFFICE_LIST


def test_an_xls_file_tells_the_font_of_each_cell_and_run():
    found = read_fonts(XLS.read_bytes(), FONT_PREFIXES)

    assert found["Danh sách"] == {
        (0, 1): ".VnTimeH",
        (0, 2): "VNI-Times",
        (0, 3): "Times New Roman",
        (1, 1): ".VnTime",
        (1, 2): "VNI-Times",
        (1, 3): "Times New Roman",
        (2, 1): [(0, ".VnTime"), (7, "Arial")],
    }
    assert found["Sheet2"] == {(0, 0): ".VnArial"}


def test_a_modern_workbook_is_not_searched():
    plain = workbook(lambda book, font: book.add_worksheet().write(0, 0, "Hải Phòng", font("Arial")))

    assert read_fonts(plain, FONT_PREFIXES) == {}
    assert read_fonts(plain, ("arial",)) == {"Sheet1": {(0, 0): "Arial"}}


def repacked(data, **parts):
    """The package with some parts changed: name (dots as __) → old, new."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            for part, (before, after) in parts.items():
                if name.endswith(part.replace("__", ".")):
                    assert before in content
                    content = content.replace(before, after)
            new.writestr(name, content)
    return file.getvalue()


def test_cells_without_a_reference_stand_beside_the_one_before():
    data = workbook(lambda book, font: book.add_worksheet().write_row(0, 0, [1, "Sè", 2, "BØ"], font(".VnTime")))
    data = repacked(data, sheet1__xml=(b'<c r="D1"', b"<c"))
    bare = repacked(data, sheet1__xml=(b' r="B1"', b""))

    assert read_fonts(bare, FONT_PREFIXES) == {"Sheet1": {(0, 1): ".VnTime", (0, 3): ".VnTime"}}


def test_declarations_and_floods_give_no_fonts(monkeypatch):
    data = workbook(office_list)
    bomb = b'<!DOCTYPE a [<!ENTITY b "b">]><styleSheet'

    for declaration in (bomb, b"<!DOCTYPE styleSheet><styleSheet"):
        assert read_fonts(repacked(data, styles__xml=(b"<styleSheet", declaration)), FONT_PREFIXES) == {}
    monkeypatch.setattr(fonts, "INFLATED", 2000)
    assert read_fonts(data, FONT_PREFIXES) == {}


def test_the_listing_ends_at_its_bound_and_what_it_found_is_true(monkeypatch):
    monkeypatch.setattr(fonts, "CELLS", 2)
    found = read_fonts(workbook(office_list), FONT_PREFIXES)

    assert 2 <= sum(map(len, found.values())) <= 3
    assert all(OFFICE_LIST[name][place] == runs for name, cells in found.items() for place, runs in cells.items())


def test_the_time_is_kept_and_the_alarm_put_back(tmp_path):
    many = workbook(
        lambda book, font: [book.add_worksheet().write_column(0, 0, ["Sè"] * 4_000, font(".VnTime")) for _ in range(3)]
    )
    path = tmp_path / "many.xlsx"
    path.write_bytes(many)
    # A process of its own, as reading has: an alarm that goes off in a destructor is nobody else's failure there.
    said = subprocess.run(
        [sys.executable, "-c", KEPT, str(path)], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    ).stdout
    listed, handler_back, timer_off = said.split()
    assert int(listed) < 12_000
    assert (handler_back, timer_off) == ("True", "True")


KEPT = """
import pathlib, signal, sys
from imports.reader.fonts import read_fonts
before = signal.getsignal(signal.SIGPROF)
found = read_fonts(pathlib.Path(sys.argv[1]).read_bytes(), (".vn",), seconds=0.01)
print(sum(map(len, found.values())), signal.getsignal(signal.SIGPROF) == before,
      signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0))
"""


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04junk", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1.vn", b"a;b\n.vn"])
def test_what_is_no_workbook_has_no_fonts(data):
    assert read_fonts(data, FONT_PREFIXES) == {}


def test_damaged_workbooks_have_fonts_or_none_but_never_fail():
    for data in (workbook(office_list), XLS.read_bytes()):
        for cut in range(0, len(data), max(1, len(data) // 60)):
            assert isinstance(read_fonts(data[:cut], FONT_PREFIXES), dict)
            spoilt = data[:cut] + b"\xff\x00\x41" + data[cut + 3 :]
            assert isinstance(read_fonts(spoilt, FONT_PREFIXES), dict)


def test_hostile_workbooks_have_fonts_or_none_but_never_fail(shared_data):
    folder = shared_data / "hostile_workbooks"
    found = [read_fonts(path.read_bytes(), ("",)) for path in sorted(folder.rglob("*")) if path.is_file()]

    assert len(found) > 300
    assert sum(len(cells) for sheets in found for cells in sheets.values()) > 100


def shown(value):
    return f"{value:.10g}" if isinstance(value, float) else "" if value is None else str(value)


@pytest.mark.parametrize("with_fonts", [True, False], ids=["by font", "by letters alone"])
def test_every_cell_of_real_legacy_workbooks_reads_as_its_transcript(shared_data, with_fonts):
    cells = 0
    paths = sorted((shared_data / "legacy_xls").glob("*.xls"))
    assert paths
    for path in paths:
        data, said = path.read_bytes(), []
        by_sheet = read_fonts(data, FONT_PREFIXES)
        assert by_sheet
        for sheet in read(data, path.name):
            found = suspects(sheet.rows, by_sheet.get(sheet.name) if with_fonts else None)
            right = {place: finding.after for column in found for place, finding in column.cells.items()}
            said += [
                [right.get((row, column), value) for column, value in enumerate(values)]
                for row, values in enumerate(sheet.rows)
            ]
        for line, transcript in enumerate(path.with_suffix(".txt").read_text(encoding="utf-8").split("\n")):
            truth = [" ".join(cell.split()) for cell in transcript.split("\t")]
            row = [" ".join(shown(cell).split()) for cell in (said[line] if line < len(said) else [])]
            row += [""] * (len(truth) - len(row))
            assert row[: len(truth)] == truth, f"{path.name} line {line + 1}"
            assert not any(row[len(truth) :])
            cells += sum(map(bool, truth))
    assert cells > 1500
