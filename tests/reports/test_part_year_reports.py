"""Reports of parts of years: on screen, on paper and as data, with the period in words on each."""

from datetime import date
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from docx import Document
from python_calamine import CalamineWorkbook

from tests import make
from tests.api import Api

from .papers import pdf_text
from .reading import words_of

pytestmark = pytest.mark.django_db

ASKED = {"zone": "HP-KKT", "year": 2024, "as_of": "31/01/2025", "part": "6M"}
BASIS = "Số liệu tính đến ngày 31/01/2025, của 6 tháng đầu năm 2024, so với chỉ tiêu cả năm; tỷ lệ tính trên mức"
HEADING = "kết quả thực hiện chỉ tiêu 6 tháng đầu năm 2024"


@pytest.fixture
def admitted(kkt):
    cell = make.organization(zone=kkt, on=date(2023, 1, 5))
    for day, count in ((date(2023, 4, 1), 4), (date(2024, 2, 1), 20), (date(2024, 5, 6), 13), (date(2024, 8, 1), 7)):
        make.admission(cell, count, on=day)
    make.target(zone=kkt, indicator="party_members", low=50, high=100)


def download(lan, format, **asked):
    answer = Api(lan).get("/api/v1/reports/attainment/", **ASKED | asked, format=format)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_every_paper_names_the_period_and_holds_its_figures(client, lan, admitted):
    word = Document(BytesIO(download(lan, "docx")))
    paragraphs = " ".join(paragraph.text for paragraph in word.paragraphs)
    assert HEADING in paragraphs and BASIS in paragraphs
    cells = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    assert {"6 tháng đầu năm 2024", "33", "66%", "24,9", "66,4", "17", "đang thực hiện, đúng tiến độ"} <= cells
    csv = download(lan, "csv").decode("utf-8-sig")
    assert HEADING in csv and BASIS in csv and "6 tháng đầu năm 2024: Kết quả" in csv
    book = CalamineWorkbook.from_filelike(BytesIO(download(lan, "xlsx")))
    rows = [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert any(BASIS in str(cell) for cell in rows) and "6 tháng đầu năm 2024" in rows and 33 in rows
    client.force_login(lan)
    page = client.get("/reports/attainment/", ASKED)
    assert HEADING in words_of(page) and BASIS in words_of(page)
    assert "part=6M" in page.content.decode()


def test_the_pdf_names_the_period(lan, admitted, tmp_path):
    text = " ".join(pdf_text(download(lan, "pdf"), tmp_path).split())
    assert HEADING in text and BASIS in text


def test_the_data_says_its_part_and_the_attainment_of_it(lan, admitted):
    answer = Api(lan).get("/api/v1/reports/attainment/", **ASKED).json()
    assert (answer["part"], answer["from"], answer["figures"]["part"]) == ("6M", 2024, "6M")
    whole = Api(lan).get("/api/v1/reports/attainment/", **ASKED | {"part": "year"}).json()
    assert "part" not in whole and whole["from"] == 2020


def test_several_years_of_one_part_stand_side_by_side_and_are_not_added_up(lan, admitted):
    answer = Api(lan).get("/api/v1/reports/attainment/", **ASKED | {"part": "Q2", "from": 2023}).json()
    assert answer["title"] == "BẢNG TỔNG HỢP kết quả thực hiện chỉ tiêu quý II các năm 2023–2024"
    columns = [column["key"] for column in answer["tables"][0]["columns"]]
    assert "actual_2023" in columns and "actual_total" not in columns
    row = next(row for row in answer["tables"][0]["rows"] if row["actual_2024"] == 13)
    assert row["actual_2023"] == 4


def test_a_running_year_says_what_is_expected_projected_and_still_needed(lan, admitted):
    answer = Api(lan).get("/api/v1/reports/attainment/", **ASKED | {"part": "year", "as_of": "01/07/2024"}).json()
    row = next(row for row in answer["tables"][1]["rows"] if row["year"] == "2024" and row["actual"] == 33)
    assert (row["expected"], row["projected"], row["needed"]) == ("25", "66", 17)
    over = Api(lan).get("/api/v1/reports/attainment/", **ASKED | {"part": "year"}).json()
    assert "expected" not in [column["key"] for column in over["tables"][1]["columns"]]


def test_the_command_writes_the_part_that_the_api_sends(lan, admitted, tmp_path):
    file = tmp_path / "6-thang.csv"
    asked = ("attainment", "--zone=HP-KKT", "--year=2024", "--as-of=31/01/2025", "--format=csv", f"-o={file}")
    call_command("report", *asked, "--part=6m", stdout=StringIO())
    assert file.read_bytes() == download(lan, "csv")
    with pytest.raises(CommandError, match="--part: .*H1.*6M"):
        call_command("report", *asked, "--part=H1")


def test_a_report_of_whole_years_says_so_when_asked_for_a_part(client, lan, admitted, tmp_path):
    said = "“Báo cáo tự kiểm tra” chỉ lập theo cả năm"
    answer = Api(lan).get("/api/v1/reports/inspection/", **ASKED)
    assert answer.status_code == 400 and said in answer.json()["part"][0]
    client.force_login(lan)
    page = client.get("/reports/inspection/", ASKED)
    assert page.status_code == 400
    assert said in words_of(page) and '<option value="6M" selected>' in page.content.decode()
    with pytest.raises(CommandError, match="--part: .*cả năm"):
        call_command(
            "report", "inspection", "--zone=HP-KKT", "--year=2024", "--part=6M", "--format=docx",
            f"-o={tmp_path / 'khong-co.docx'}",
        )  # fmt: skip
    assert not list(tmp_path.iterdir())
