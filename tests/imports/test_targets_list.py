"""The targets of a page as a file: what is shown, in the columns in which it is brought back."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest

from targets.models import TargetVersion
from tests import make
from tests.imports.office import take_in

pytestmark = pytest.mark.django_db
XLSX, CSV = "/imports/lists/targets-2024.xlsx", "/imports/lists/targets-2024.csv"


@pytest.fixture
def assigned(kkt, cluster, other_zone):
    """What HP-KKT and the zone below it were given for 2024, beside what is not on the page."""
    decision = make.decision("=9-KH/ĐU", zone=kkt)
    make.target(zone=kkt, indicator="party_orgs", low=5, high=7, decision=decision)
    make.target(zone=kkt, indicator="union_members", low=12000, published_percent=Decimal("105.3"))
    make.target(zone=kkt, indicator="union_orgs", low=8)
    make.target(zone=kkt, indicator="union_orgs", low=9, reason="Bổ sung")
    make.target(zone=cluster, indicator="party_orgs", low=3)
    make.target(zone=kkt, indicator="youth_orgs", year=2023)
    make.target(zone=other_zone, indicator="party_orgs")


def lines(content):
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    head = next(place for place, row in enumerate(rows) if row[0] == "STT")
    return rows[head], [row for row in rows[head + 1 :] if row[0]]


def test_the_file_holds_what_the_page_shows_as_numbers_and_inert_text(client, lan, kkt, assigned):
    client.force_login(lan)

    answer = client.get(XLSX, {"zone": "HP-KKT"})
    titles, rows = lines(answer.content)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="chi-tieu-HP-KKT-2024.xlsx"'
    assert [title.rstrip(" *") for title in titles[1:5]] == ["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao"]
    told = {(row[1], row[2]): (row[3], row[4], row[5], row[8]) for row in rows}
    paper = "=9-KH/ĐU"
    assert told == {
        ("Khu kinh tế Hải Phòng", "Tổ chức đảng thành lập mới"): (2024, "5–7", paper, None),
        ("Khu kinh tế Hải Phòng", "Đoàn viên công đoàn phát triển mới"): (2024, 12000, None, 105.3),
        ("Khu kinh tế Hải Phòng", "Công đoàn cơ sở thành lập mới"): (2024, 9, None, None),
        ("Cụm Đình Vũ", "Tổ chức đảng thành lập mới"): (2024, 3, None, None),
    }
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cell = next(cell for row in page.iter_rows() for cell in row if cell.value == paper)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


@pytest.mark.parametrize("address", [XLSX, CSV])
def test_brought_back_as_it_is_it_writes_nothing(client, minh, kkt, assigned, address):
    client.force_login(minh)
    content = client.get(address, {"zone": "HP-KKT"}).content
    before = TargetVersion.objects.count()

    result = take_in(content, by=minh, name=address.rpartition("/")[2])

    assert (result.kind, result.created, result.updated, result.unchanged, result.errors) == ("targets", 0, 0, 4, [])
    assert (result.batch, TargetVersion.objects.count()) == (None, before)


def test_one_number_changed_in_it_is_one_version(client, minh, kkt, cluster, assigned):
    client.force_login(minh)
    book = openpyxl.load_workbook(io.BytesIO(client.get(XLSX, {"zone": "HP-KKT"}).content))
    cell = next(row[4] for row in book.worksheets[0].iter_rows() if row[1].value == "Cụm Đình Vũ")
    cell.value = "3-4"
    sent = io.BytesIO()
    book.save(sent)

    result = take_in(sent.getvalue(), by=minh)

    assert (result.created, result.updated, result.unchanged) == (0, 1, 3)
    last = TargetVersion.objects.latest("pk")
    assert (last.target.zone, last.low, last.high, last.number) == (cluster, 3, 4, 2)


def test_the_text_file_is_inert_too(client, quan, kkt, assigned):
    client.force_login(quan)

    text = client.get(CSV, {"zone": "HP-KKT"}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))

    assert {row[5] for row in rows if row[0] == "1"} == {"'=9-KH/ĐU"}
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_a_zone_that_is_not_seen_and_a_form_that_is_none_are_not_found(client, hoa, lan, kkt, assigned):
    client.force_login(hoa)
    assert client.get(XLSX, {"zone": "HP-KKT"}).status_code == 404
    client.force_login(lan)
    assert client.get("/imports/lists/targets-2024.pdf", {"zone": "HP-KKT"}).status_code == 404
    assert client.get(XLSX).status_code == 404


def test_the_intake_begins_with_the_kind_and_zone_of_the_page(client, minh, kkt):
    client.force_login(minh)

    form = client.get("/imports/", {"kind": "targets", "zone": "HP-KKT"}).context["form"]
    assert (form["kind"].value(), form["zone"].value()) == ("targets", "HP-KKT")
    page = client.get("/imports/", {"kind": "x'\"<", "zone": "HP-XXX"})
    assert page.context["form"]["kind"].value() is None
    assert "HP-XXX" not in page.content.decode().partition('name="next"')[0]
