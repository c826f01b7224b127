"""An office small enough to know by heart, and readers that take a report's file apart again."""

import csv
import shutil
import subprocess
import zipfile
from datetime import date
from io import BytesIO, StringIO

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from reports import registry
from targets.actions import declare
from tests import make

AS_OF = date(2026, 2, 3)  # a day and a month that take a zero on paper


def office(kkt):
    """Years 2020 to 2023 of HP-KKT, in which every state of a figure occurs.

    union_orgs: 2020 1 of 1, 2021 3 of 2 (150%), 2022 0 declared of 1, 2023 nothing reported of 5–7
    union_members: 2020 2.499 of 2.500 (prints 100%, below), 2021 1.053 of 1.000 (105,3%), no target since
    youth_orgs: 2020 not applicable
    """
    park = make.park("KCN Đình Vũ", zone=kkt)
    factory = make.enterprise("Công ty TNHH Sao Mai", zone=kkt, park=park, workers=38555, ownership="fdi_wholly")
    make.enterprise("Công ty CP Biển Đông", zone=kkt, park=park)
    first = make.organization(
        "Công đoàn Sao Mai", zone=kkt, type="union_base", on=date(2020, 5, 4), enterprises=[factory], members=40,
        decision=make.decision("12-QĐ/CĐKKT", on=date(2020, 5, 4), zone=kkt, issuer="Công đoàn Khu kinh tế"),
    )  # fmt: skip
    for month in (3, 4, 10):
        make.organization(f"Công đoàn Số {month}", zone=kkt, type="union_base", on=date(2021, month, 9))
    for year, quantity in ((2020, 2499), (2021, 1053), (2022, 7)):
        make.joining(first, quantity, on=date(year, 7, 1))
    targets = {
        ("union_orgs", 2020): (1, 1), ("union_orgs", 2021): (2, 2), ("union_orgs", 2022): (1, 1),
        ("union_orgs", 2023): (5, 7), ("union_members", 2020): (2500, 2500), ("union_members", 2021): (1000, 1000),
    }  # fmt: skip
    assigning = make.decision("9-QĐ/TU", on=date(2020, 1, 15), zone=kkt, issuer="Ban Thường vụ Thành ủy Hải Phòng")
    for (code, year), (low, high) in targets.items():
        make.target(zone=kkt, indicator=code, year=year, low=low, high=high, decision=assigning)
    make.target(zone=kkt, indicator="party_orgs", year=2024, low=5, high=7)
    say(kkt, "union_orgs", 2022, "complete")
    say(kkt, "youth_orgs", 2020, "not_applicable")
    return first


def say(zone, indicator, year, value):
    declare(
        zone=zone, indicator=make.indicator(indicator), first_day=date(year, 1, 1), last_day=date(year, 12, 31),
        value=value, by=make.system(), reason="Không có đối tượng",
    )  # fmt: skip


def report(name, zone, *, year=2023, first_year=2020, as_of=AS_OF, user=None):
    return registry.get(name)(zone=zone, year=year, first_year=first_year, as_of=as_of, user=user)


def drawn(name, zone, format, **question):
    return report(name, zone, **question).render(format)[0]


# ------------------------------------------------------------------------------------------ readers


def word(content: bytes):
    return Document(BytesIO(content))


def word_rows(content: bytes) -> list[list[list[str]]]:
    """Every table of a Word file below the letterhead and the signature, merged cells read once each."""
    tables = []
    for table in word(content).tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        if rows[0][0] in ("STT", "Nội dung"):
            tables.append(rows)
    return tables


def word_text(content: bytes) -> str:
    """All that a Word file says, letterhead and signature included."""
    document = word(content)
    parts = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        for row in table.rows:
            parts += [cell.text for cell in row.cells]
    return "\n".join(parts)


def xml_of(content: bytes, member: str = "word/document.xml") -> str:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(member).decode()


def sheets(content: bytes) -> list[list[list]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def pdf_text(content: bytes, tmp_path) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not on this machine: install Debian's poppler-utils to read the PDF back")
    file = tmp_path / "report.pdf"
    file.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return done.stdout.decode()
