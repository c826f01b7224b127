"""Nothing that somebody typed runs in a file the office hands on: each payload, in each text, in each kind of file."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
from lxml import etree

from organizations.models import Decision, Enterprise, Issuer, Organization, Park, Zone
from reports import registry
from reports.documents import RENDERERS
from tests import cast, make
from tests.reports.papers import csv_rows, drawn, pdf_text, sheets, word_rows, word_text
from vietnamese.spreadsheets import FORMULA_STARTS, inert

pytestmark = pytest.mark.one_database

PAYLOADS = [
    "=1+1", "==1+1", "@SUM(1)", "+1", "-1+2", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", '"=1+1', "＝1+1", "|calc", "%0A=1",
    '=HYPERLINK("http://x.vn/?"&A1;"bấm")', "=cmd|' /C calc'!A0", '=DDE("cmd";"/C calc";"__DdeLink")',
    "@SUM(1+1)*cmd|'/C'!A0", "{{ 7*7 }}", "{% for x in y %}", "{%p if x %}", "{# x #}", "{{r x }}", "${7*7}", "#{7*7}",
    "<b>&amp;</b>", "]]>", "&xxe;", '</w:t></w:r><w:fldSimple w:instr="DDEAUTO cmd"/>', "<!--", "#let x = 1",
    'a;b"c\r\n=1+1',
]  # fmt: skip
REPORTS = registry.names()
FULL_WIDTH = "＝＋－＠"
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module", autouse=True)
def payloads(standing):
    """A zone in which everything with a name bears a payload, as if it had been stored before names were cleaned."""
    kkt = cast.kkt()
    for place, payload in enumerate(PAYLOADS):
        day = date(2021 + place % 3, 1, 1 + place % 28)
        park = make.park(f"KCN {place}", zone=kkt)
        host = make.enterprise(zone=kkt, park=park, workers=10)
        paper = make.decision(f"{place}-QĐ", on=day, zone=kkt, issuer=f"Nơi {place}")
        one = make.organization(zone=kkt, type="union_base", decision=paper, enterprises=[host], members=30)
        make.joining(one, 2, on=day)
        make.target(zone=kkt, indicator="union_orgs", year=2000 + place, low=1, decision=paper)
        for model, pk in ((Park, park.pk), (Enterprise, host.pk), (Organization, one.pk), (Issuer, paper.issuer_id)):
            model.objects.filter(pk=pk).update(name=f"{payload} x{place}")
        Decision.objects.filter(pk=paper.pk).update(number=f"{payload} x{place}")
    Zone.objects.filter(pk=kkt.pk).update(name="=1+1 {{ 7*7 }} <w:p/>")


@pytest.fixture
def hostile(kkt):
    """The zone of ``payloads``, as it is stored."""
    return kkt


def seen(text):
    return " ".join(str(text).split())


@pytest.mark.parametrize("name", REPORTS)
def test_a_workbook_holds_text_no_formula_no_link(hostile, name):
    content = drawn(name, hostile, "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            root = etree.fromstring(archive.read(part)) if part.endswith((".xml", ".rels")) else None
            assert root is None or not [
                *root.iter(f"{SPREADSHEET}f", f"{SPREADSHEET}hyperlink", f"{SPREADSHEET}ddeLink")
            ]
            assert not part.startswith(("xl/externalLinks", "xl/macro"))
    for page in openpyxl.load_workbook(io.BytesIO(content)):
        for cell in (cell for row in page.iter_rows() for cell in row if isinstance(cell.value, str)):
            assert cell.data_type == "s"
            if cell.value.startswith(FORMULA_STARTS):
                assert cell.quotePrefix  # stays text when somebody types into it


@pytest.mark.parametrize("name", REPORTS)
def test_a_csv_holds_no_cell_that_a_spreadsheet_would_run(hostile, name):
    for row in csv_rows(drawn(name, hostile, "csv")):
        for cell in row:
            assert not cell.lstrip("\t\r\n \N{NO-BREAK SPACE}").startswith((*"=+-@|%", *FULL_WIDTH)), cell


@pytest.mark.parametrize("name", REPORTS)
def test_a_word_paper_holds_no_field_no_link_and_evaluates_nothing(hostile, name):
    content = drawn(name, hostile, "docx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            if part.endswith((".xml", ".rels")):
                root = etree.fromstring(archive.read(part))  # well formed
                fields = [(element.text or "").strip() for element in root.iter(f"{WORD}instrText")]
                assert set(fields) <= {"PAGE"}
                assert not [*root.iter(f"{WORD}fldSimple", f"{WORD}hyperlink", f"{WORD}altChunk")]
                if part.endswith(".rels"):
                    assert not [link for link in root if link.get("TargetMode") == "External"]
    assert "=1+1 {{ 7*7 }} <w:p/>".upper() in seen(word_text(content)).upper()
    assert not re.search(r"\b49\b", seen(word_text(content)))


def test_every_payload_is_printed_as_it_was_typed(hostile, tmp_path):
    names = {seen(f"{payload} x{place}") for place, payload in enumerate(PAYLOADS)}

    assert names <= {seen(row[1]) for rows in word_rows(drawn("inspection", hostile, "docx")) for row in rows}
    assert names <= {
        seen(cell) for rows in sheets(drawn("inspection", hostile, "xlsx")) for row in rows for cell in row
    }
    csv_cells = {
        seen(cell).lstrip("'").strip() for row in csv_rows(drawn("inspection", hostile, "csv")) for cell in row
    }
    assert {name.lstrip("'") for name in names} <= csv_cells
    assert "{{ 7*7 }}" in pdf_text(drawn("inspection", hostile, "pdf"), tmp_path)


def test_every_renderer_is_proved_here():
    """A new kind of file needs its proof beside these."""
    assert set(RENDERERS) == {"docx", "xlsx", "pdf", "csv", "json"}


@pytest.mark.parametrize("text", [f"{mark}1" for mark in FULL_WIDTH] + ["\N{NO-BREAK SPACE}=1", " ＝1"])
def test_marks_of_another_keyboard_and_hidden_blanks_are_seen_through(text):
    assert inert(text) == f"'{text}"


def test_payloads_that_others_collected_stay_text(kkt, shared_data):
    lines = (shared_data / "hostile_text" / "payloadbox_csv_payload.txt").read_text(encoding="utf-8").splitlines()
    payloads = [line for line in lines if line.strip()]
    for place, payload in enumerate(payloads):
        one = make.organization(zone=kkt, type="union_base", on=date(2021, 1, 1 + place % 28))
        Organization.objects.filter(pk=one.pk).update(name=payload[:250])

    for row in csv_rows(drawn("inspection", kkt, "csv")):
        assert not [cell for cell in row if cell.lstrip().startswith((*"=+-@|%", *FULL_WIDTH))]
    with zipfile.ZipFile(io.BytesIO(drawn("inspection", kkt, "xlsx"))) as archive:
        assert not any(b"<f>" in archive.read(part) or b"<f " in archive.read(part) for part in archive.namelist())
