"""The look of the papers: the Party's format, nothing that runs, the same bytes for the same figures."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from reports.documents import party_format
from reports.documents.layout import SIZES, lay_out
from reports.documents.make_templates import templates
from reports.documents.paper import WIDE
from reports.documents.word import OWN_TEMPLATES, template
from reports.tables import Column, Kind, Row, Table
from tests import make
from tests.reports.papers import (
    AS_OF,
    csv_rows,
    drawn,
    office,
    pdf_text,
    report,
    sheets,
    word,
    word_rows,
    word_text,
    xml_of,
)
from vietnamese.spreadsheets import inert

pytestmark = pytest.mark.one_database

HOSTILE = [
    "=1+1",
    "@SUM(A1)",
    "+49",
    "-2+3",
    "{{ 7*7 }}",
    "{% for x in y %}",
    "<b>&amp;</b>",
    "${7*7}",
    "#{7*7}",
    "]]>",
]


# ------------------------------------------------------------------------------------------ the Party's format


def test_the_self_report_is_a4_with_the_margins_of_the_party(kkt):
    first, annexes = word(drawn("inspection", kkt, "docx")).sections

    for section in (first, annexes):
        assert (round(section.left_margin.mm), round(section.right_margin.mm)) == (30, 15)
        assert (round(section.top_margin.mm), round(section.bottom_margin.mm)) == (20, 20)
    assert (round(first.page_width.mm), round(first.page_height.mm)) == (210, 297)
    assert (annexes.orientation, round(annexes.page_width.mm)) == (WD_ORIENT.LANDSCAPE, 297)


def test_the_text_is_times_14_with_exact_lines_of_18_and_a_first_line_of_10_mm(kkt):
    document = word(drawn("inspection", kkt, "docx"))
    normal = document.styles["Normal"]

    assert (normal.font.name, normal.font.size) == ("Times New Roman", Pt(14))
    assert normal.paragraph_format.line_spacing == Pt(18)
    assert normal.paragraph_format.first_line_indent == pytest.approx(Mm(10), abs=700)
    opening = next(paragraph for paragraph in document.paragraphs if "báo cáo tự kiểm tra" in paragraph.text)
    assert opening.style.name == "Normal" and not opening.runs[0].font.size


def test_the_page_number_stands_top_centre_from_the_second_page(kkt):
    first, annexes = word(drawn("inspection", kkt, "docx")).sections

    header = first.header.paragraphs[0]
    assert header.alignment == 1
    assert "PAGE" in "".join(element.text or "" for element in header._p.iter(qn("w:instrText")))
    assert first.different_first_page_header_footer
    assert "".join(paragraph.text for paragraph in first.first_page_header.paragraphs) == ""
    assert annexes.header.is_linked_to_previous and not annexes.different_first_page_header_footer


def test_the_letterhead_names_the_bodies_the_party_the_place_and_the_day(kkt):
    document = word(drawn("inspection", kkt, "docx"))

    left, right = document.tables[0].rows[0].cells
    assert [line.text for line in left.paragraphs] == [
        "THÀNH ỦY HẢI PHÒNG", "ĐẢNG ỦY\nKHU KINH TẾ HẢI PHÒNG", "*", "Số" + 6 * "\xa0" + "-BC/ĐU", "\xa0DỰ THẢO\xa0",
    ]  # fmt: skip
    assert [line.text for line in right.paragraphs] == [
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "Hải Phòng, ngày 03 tháng 02 năm 2026",
    ]
    assert [run.bold for run in left.paragraphs[1].runs] == [True] and not left.paragraphs[0].runs[0].bold
    party, day = right.paragraphs[0].runs[0], right.paragraphs[1].runs[0]
    assert (party.bold, party.underline, party.font.size) == (True, True, Pt(15))
    assert day.italic and not day.bold


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"), (date(2026, 11, 23), "ngày 23 tháng 11 năm 2026")],
)
def test_days_below_ten_and_the_first_two_months_take_a_zero(kkt, day, words):
    assert words in word_text(drawn("inspection", kkt, "docx", as_of=day))


def test_the_signature_names_no_one_and_the_last_line_is_the_archive(kkt):
    table = word(drawn("inspection", kkt, "docx")).tables[1]

    left, right = table.rows[0].cells
    assert [line.text for line in left.paragraphs][0] == "Nơi nhận:" and left.paragraphs[0].runs[0].underline
    assert left.paragraphs[-1].text == "- Lưu Văn phòng."
    assert [line.text.strip() for line in right.paragraphs if line.text.strip()] == ["T/M ĐẢNG ỦY", "BÍ THƯ"]
    assert right.paragraphs[0].runs[0].bold


def test_the_self_report_has_the_six_sections_and_ends_with_a_full_stop(kkt):
    office(kkt)

    paragraphs = [line.text for line in word(drawn("inspection", kkt, "docx")).paragraphs if line.text.strip()]
    headings = [text.split("-")[0] for text in paragraphs if text.split("- ")[0] in ("I", "II", "III", "IV", "V", "VI")]

    assert headings == ["I", "II", "III", "IV", "V", "VI"]
    last = next(text for text in paragraphs if text.startswith("Trên đây"))
    assert last.endswith("2020–2023.") and not last.endswith("/.")
    assert "BÁO CÁO" in paragraphs and "-----" in paragraphs


def test_every_document_says_as_of_when_on_what_basis_and_how_it_rounds(kkt, tmp_path):
    line = "Số liệu tính đến ngày 03/02/2026; tỷ lệ tính trên mức giao thấp; làm tròn nửa lên, 1 chữ số."
    for name in ("attainment", "inspection"):
        assert line in word_text(drawn(name, kkt, "docx"))
        assert line in " ".join(pdf_text(drawn(name, kkt, "pdf"), tmp_path).split())
        assert [line] in csv_rows(drawn(name, kkt, "csv"))
        for sheet in sheets(drawn(name, kkt, "xlsx")):
            assert line in [row[0] for row in sheet]
        assert report(name, kkt).as_json()["note"] == line


def test_what_the_data_knows_is_written_and_what_it_does_not_is_left_to_the_author(kkt):
    office(kkt)

    text = word_text(drawn("inspection", kkt, "docx"))

    assert "có 2 doanh nghiệp đang hoạt động tại 1 khu công nghiệp, trong đó 1 doanh nghiệp có vốn đầu tư" in text
    assert "38.555 lao động theo số liệu gần nhất của 1 doanh nghiệp; 1 doanh nghiệp chưa có số liệu lao động." in text
    assert (
        "4 tổ chức công đoàn, 40 đoàn viên công đoàn theo số liệu gần nhất của 1 tổ chức; 3 tổ chức chưa có số liệu."
        in text
    )
    assert (
        "Văn bản số 9-QĐ/TU, ngày 15/01/2020 của Ban Thường vụ Thành ủy Hải Phòng giao chỉ tiêu năm 2020–2023" in text
    )
    assert (
        "Đoàn viên công đoàn phát triển mới chưa đạt chỉ tiêu: năm 2020 kết quả 2.499, chỉ tiêu 2.500 (100%)." in text
    )
    assert "2/2 doanh nghiệp đang hoạt động chưa có tổ chức đảng." in text
    assert "Chỉ tiêu được giao năm 2024:" in text and "Tổ chức đảng thành lập mới: 5–7 tổ chức." in text
    assert text.count("(đơn vị bổ sung)") == 8


def test_organisations_in_stock_are_those_of_the_day_asked(kkt):
    from organizations import actions

    cell = make.organization(zone=kkt, type="party_cell", on=date(2020, 3, 1), members=35)
    make.organization(zone=kkt, type="party_cell", on=date(2024, 3, 1))
    actions.upgrade(
        organization=cell, to_type=make.type_("party_committee"), by=make.system(), reason="có văn bản đồng ý",
        decision=make.decision(on=date(2021, 3, 1), zone=kkt),
    )  # fmt: skip

    first = report("inspection", kkt, as_of=date(2020, 12, 31)).as_json()["sections"][0]["paragraphs"]
    later = report("inspection", kkt, as_of=date(2025, 12, 31)).as_json()["sections"][0]["paragraphs"]

    assert any(line.startswith("1 tổ chức đảng, 35 đảng viên") for line in first)
    assert any(line.startswith("2 tổ chức đảng (1 đảng bộ cơ sở, 1 chi bộ cơ sở), 35 đảng viên") for line in later)


def test_the_spelling_of_uy_is_the_office_s_but_names_stay_as_stored(kkt, monkeypatch):
    monkeypatch.setitem(party_format.PARTY_FORMAT, "uy", "uỷ")
    type(kkt).objects.filter(pk=kkt.pk).update(name="Khu Thủy sản")
    kkt.refresh_from_db()

    text = word_text(drawn("inspection", kkt, "docx"))

    assert "T/M ĐẢNG UỶ" in text and "ĐẢNG UỶ KHU THỦY SẢN" in text and "cấp uỷ viên" in text


def test_a_zone_named_by_its_body_is_not_named_twice(kkt, city):
    type(kkt).objects.filter(pk=kkt.pk).update(name="Đảng ủy Khu kinh tế Hải Phòng")
    type(kkt).objects.filter(pk=city.pk).update(name="Thành ủy Hải Phòng")
    kkt.refresh_from_db()

    document = word(drawn("inspection", kkt, "docx"))

    left = document.tables[0].rows[0].cells[0]
    assert [line.text for line in left.paragraphs][:2] == ["THÀNH ỦY HẢI PHÒNG", "ĐẢNG ỦY\nKHU KINH TẾ HẢI PHÒNG"]
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Đảng ủy Đảng ủy" not in text and "ngày 03/02/2026, Khu kinh tế Hải Phòng có 0 doanh nghiệp" in text


def test_the_city_writes_as_the_thanh_uy(kkt, city):
    text = word_text(drawn("inspection", city, "docx"))

    assert "THÀNH ỦY HẢI PHÒNG" in text and "-BC/TU" in text and "T/M BAN THƯỜNG VỤ" in text


# ------------------------------------------------------------------------------------------ tables on paper


def test_annex_tables_repeat_their_header_and_never_split_a_row(kkt):
    office(kkt)

    tables = word(drawn("inspection", kkt, "docx")).tables[2:]

    assert tables
    for table in tables:
        heads = [row for row in table.rows if row._tr.xpath("w:trPr/w:tblHeader")]
        assert len(heads) == (2 if table.cell(0, 1).text == "Nội dung" else 1)
        assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)
        width = sum(int(column) for column in table._tbl.xpath("w:tblGrid/w:gridCol/@w:w")) / (1440 / 25.4)
        assert width == pytest.approx(WIDE, abs=1)


def test_a_table_too_wide_for_the_page_is_cut_between_years_and_loses_no_column():
    years = range(2010, 2026)
    columns = [Column("name", "Nội dung"), *(Column(f"y{y}", "Kết quả", Kind.COUNT, f"Năm {y}") for y in years)]
    columns += [Column(f"z{y}", "Chỉ tiêu", Kind.COUNT, f"Kỳ {y}") for y in years] + [Column("note", "Ghi chú")]
    row = Row({"name": "Đoàn viên", "note": "x"} | {f"{k}{y}": 123456 for y in years for k in "yz"})

    chunks = lay_out(Table("t", "T", columns, [row]), WIDE)

    assert len(chunks) > 1 and {chunk.size for chunk in chunks} <= set(SIZES)
    for chunk in chunks:
        assert chunk.lines[0].cells[0].text == "Đoàn viên"
        assert sum(chunk.widths) == pytest.approx(WIDE, abs=0.5)
    assert sum(len(chunk.lines[0].cells) - 1 for chunk in chunks) == len(columns) - 1
    assert [chunk.lines[0].cells[-1].text == "x" for chunk in chunks] == [False] * (len(chunks) - 1) + [True]


def test_a_period_without_new_organisations_says_so(kkt):
    for read in (word_text(drawn("inspection", kkt, "docx")), drawn("inspection", kkt, "csv").decode()):
        assert "Trong kỳ không có tổ chức thành lập mới." in read


# ------------------------------------------------------------------------------------------ hostile names


@pytest.fixture
def hostile_office(kkt):
    for place, name in enumerate(HOSTILE):
        make.organization(f"{name} x{place}", zone=kkt, type="union_base", on=date(2021, 1, 1 + place))
    return kkt


def test_hostile_names_are_printed_as_they_are_and_nothing_runs(hostile_office, tmp_path):
    document = drawn("inspection", hostile_office, "docx")
    names = [row[1] for rows in word_rows(document) if rows[0][1] == "Tên tổ chức" for row in rows]
    text = pdf_text(drawn("inspection", hostile_office, "pdf"), tmp_path)

    for place, name in enumerate(HOSTILE):
        assert f"{name} x{place}" in names
        assert name in text


def test_a_hostile_zone_and_decision_are_text_in_the_sentences_too(kkt, tmp_path):
    name, number = "A & B <w:p/> {{ 7*7 }}", "1<b>&{{ x }}-QĐ"
    type(kkt).objects.filter(pk=kkt.pk).update(name=name)
    kkt.refresh_from_db()
    decision = make.decision(number, on=date(2023, 1, 5), zone=kkt)
    make.target(zone=kkt, indicator="party_orgs", year=2023, low=5, decision=decision)

    for text in (
        word_text(drawn("inspection", kkt, "docx")),
        pdf_text(drawn("inspection", kkt, "pdf"), tmp_path),
    ):
        assert f"{name} có 0 doanh nghiệp" in " ".join(text.split()) and f"Văn bản số {number}," in text


def test_no_text_of_a_workbook_is_a_formula_or_a_link(hostile_office):
    content = drawn("inspection", hostile_office, "xlsx")

    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheets_xml = [
            archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")
        ]
    assert sheets_xml and not any("<f>" in xml or "<f " in xml or "hyperlink" in xml for xml in sheets_xml)
    cells = [cell for row in sheets(content)[1] for cell in row]
    assert {f"{name} x{place}" for place, name in enumerate(HOSTILE)} <= set(cells)


def test_no_cell_of_a_csv_begins_a_formula(hostile_office):
    cells = [cell for row in csv_rows(drawn("inspection", hostile_office, "csv")) for cell in row]

    assert "'=1+1 x0" in cells and "'@SUM(A1) x1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM", "\t=1", "\r=1", "  =1", "\n@x"])
def test_text_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Chi bộ", "5–7", "—", "chưa báo cáo", "12-QĐ/ĐU", ""])
def test_other_text_stays_as_it_is(text):
    assert inert(text) == text


def test_naughty_strings_as_names_break_no_paper(kkt, shared_data):
    lines = (shared_data / "hostile_text" / "blns.txt").read_text(encoding="utf-8", errors="replace").splitlines()
    names = [line for line in lines if line and not line.startswith("#")][::25]
    for place, name in enumerate(names):
        union = make.organization(zone=kkt, type="union_base", on=date(2021, 1, 1 + place % 28))
        type(union).objects.filter(pk=union.pk).update(name=name)

    for format in ("docx", "xlsx", "pdf", "csv", "json"):
        assert drawn("inspection", kkt, format)
    assert len(word_rows(drawn("inspection", kkt, "docx"))[-1]) == len(names) + 3  # header, one sector, total


# ------------------------------------------------------------------------------------------ steady bytes, templates


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf", "csv", "json"])
@pytest.mark.parametrize("name", ["attainment", "inspection"])
def test_the_same_figures_make_the_same_bytes(kkt, name, format):
    office(kkt)

    assert drawn(name, kkt, format) == drawn(name, kkt, format)


def test_the_word_templates_are_what_the_command_writes():
    for name, content in templates().items():
        assert template(name).getvalue() == content, f"run manage.py make_report_templates: {name}.docx is stale"


def test_an_office_s_own_template_takes_the_place_of_ours(kkt, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    own = Document()
    own.add_paragraph("Mẫu riêng: {{ about }}")
    (tmp_path / OWN_TEMPLATES).mkdir()
    own.save(tmp_path / OWN_TEMPLATES / "inspection.docx")

    assert "Mẫu riêng: tự kiểm tra kết quả" in word_text(drawn("inspection", kkt, "docx"))


def test_a_template_cannot_reach_into_the_server(kkt, settings, tmp_path):
    from jinja2.exceptions import SecurityError

    settings.MEDIA_ROOT = tmp_path
    own = Document()
    own.add_paragraph("{{ about.__class__.__mro__ }}{{ ''.__class__.__subclasses__() }}")
    (tmp_path / OWN_TEMPLATES).mkdir()
    own.save(tmp_path / OWN_TEMPLATES / "inspection.docx")

    with pytest.raises(SecurityError):
        drawn("inspection", kkt, "docx")


def test_the_file_says_who_wrote_it_and_when_it_is_of(kkt):
    about = word(drawn("inspection", kkt, "docx")).core_properties

    assert (about.author, about.created.date()) == ("Đảng ủy Khu kinh tế Hải Phòng", AS_OF)
    assert "vi-VN" in xml_of(drawn("inspection", kkt, "docx"), "word/styles.xml")
