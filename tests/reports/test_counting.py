"""How percents are counted and printed is chosen once, and every page, paper and answer prints and says the same."""

import json
import os
import re
import subprocess
import sys
from fractions import Fraction
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.conf import settings as current
from django.core.management import call_command
from docx import Document

from reports.attainment import Rule, Standing, shorten
from reports.counting import Counting, counting
from tests import make
from tests.api import Api

from .reading import words_of

DEFAULT = {"PERCENT_BASIS": "low", "PERCENT_DECIMALS": 1, "PERCENT_ROUNDING": "half_up"}

# 187 of 7–9: 2671,428571…% of the low end, 2077,777…% of the high end
PRINTED = [
    ({}, "2.671,4%", "2671.4", "tỷ lệ tính trên mức giao thấp; làm tròn nửa lên, 1 chữ số", None),
    ({"PERCENT_DECIMALS": 2}, "2.671,43%", "2671.43", "mức giao thấp; làm tròn nửa lên, 2 chữ số", "half_up_2"),
    ({"PERCENT_DECIMALS": 0}, "2.671%", "2671", "mức giao thấp; làm tròn nửa lên, đến số nguyên", "half_up_0"),
    (
        {"PERCENT_ROUNDING": "truncated", "PERCENT_DECIMALS": 2}, "2.671,42%", "2671.42",
        "mức giao thấp; lấy 2 chữ số, không làm tròn", "truncated_2",
    ),
    ({"PERCENT_BASIS": "high"}, "2.077,8%", "2077.8", "mức giao cao; làm tròn nửa lên, 1 chữ số", None),
    (
        {"PERCENT_BASIS": "high", "PERCENT_ROUNDING": "truncated", "PERCENT_DECIMALS": 0}, "2.077%", "2077",
        "mức giao cao; bỏ phần thập phân, không làm tròn", "truncated_0",
    ),
]  # fmt: skip


@pytest.fixture
def admitted(kkt):
    make.target(zone=kkt, indicator="party_members", year=2024, low=7, high=9)
    make.admission(make.organization(zone=kkt), 187)


def command(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "text", "number", "said", "code"),
    [case if at in (0, 3, 5) else pytest.param(*case, marks=pytest.mark.full) for at, case in enumerate(PRINTED)],
)
def test_every_surface_prints_the_percent_as_chosen_and_says_how(
    client, lan, admitted, settings, chosen, text, number, said, code
):
    for name, value in (DEFAULT | chosen).items():
        setattr(settings, name, value)
    high = chosen.get("PERCENT_BASIS") == "high"
    api = Api(lan)

    def download(format):
        answer = api.get("/api/v1/reports/attainment/", zone="HP-KKT", year=2024, format=format, **{"from": 2024})
        return b"".join(answer.streaming_content)

    answer = api.get("/api/v1/attainment/", zone="HP-KKT", to=2024, as_of="2024-12-31").json()
    line = next(row for row in answer["rows"] if row["indicator"] == "party_members" and row["year"] == 2024)
    assert (line["percent"], answer["basis"], answer.get("rounding")) == (number, "high" if high else "low", code)
    assert line["percent_of_high"] == (number if high else line["percent_of_high"])
    assert ("percent_of_low" in line) == high
    term = next(row for row in answer["terms"] if row["indicator"] == "party_members")
    assert (term["percent_min"], term["percent_max"]) == (number, number)
    asked = ("attainment", "--zone=HP-KKT", "--from=2020", "--to=2024", "--as-of=2024-12-31")
    assert json.loads(command(*asked, "--json")) == answer
    assert text in command(*asked) and said in command(*asked)

    document = api.get("/api/v1/reports/attainment/", zone="HP-KKT", year=2024, **{"from": 2024}).json()
    row = next(row for row in document["tables"][0]["rows"] if row["percent_2024"] not in ("no_target", "not_reported"))
    assert (row["percent_2024"], document["basis"]) == (number, "high" if high else "low")
    assert document["rounding"] == Counting.of(document["basis"], document["rounding"]).code == (code or "half_up_1")
    assert said in document["note"]
    csv = download("csv").decode("utf-8-sig")
    assert text.replace(".", "") in csv and said in csv
    sheet = openpyxl.load_workbook(BytesIO(download("xlsx"))).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "n" and "%" in cell.number_format]
    places = len(number.partition(".")[2])
    assert [(f"{cell.value * 100:.{places}f}", cell.number_format) for cell in cells] == [
        (number, f"0.{'0' * places}%" if places else "0%")
    ]
    assert any(said in str(row[0].value) for row in sheet.iter_rows(max_row=5))
    word = Document(BytesIO(download("docx")))
    assert text in {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    assert any(said in paragraph.text for paragraph in word.paragraphs)

    client.force_login(lan)
    asked = {"zone": "HP-KKT", "year": 2024, "as_of": "31/12/2024"}
    for path in ("/dashboard/", "/reports/attainment/", "/figures/party_members/"):
        assert text in words_of(client.get(path, asked)), path
    dashboard = words_of(client.get("/dashboard/", asked))
    assert f"tỷ lệ tính trên mức giao {'cao' if high else 'thấp'}" in dashboard
    assert counting().shortened in dashboard
    assert line["standing"] == Standing.EXCEEDED


@pytest.mark.django_db
@pytest.mark.parametrize("chosen", [PRINTED[at][0] for at in (2, 5)])
def test_the_standing_never_depends_on_how_percents_are_printed(lan, kkt, settings, chosen):
    make.target(zone=kkt, indicator="party_members", year=2024, low=2500, high=2600)
    make.admission(make.organization(zone=kkt), 2499)
    for name, value in chosen.items():
        setattr(settings, name, value)
    answer = Api(lan).get("/api/v1/attainment/", zone="HP-KKT", to=2024, as_of="2024-12-31").json()
    line = next(row for row in answer["rows"] if row["indicator"] == "party_members" and row["year"] == 2024)
    assert (line["actual"], line["standing"]) == (2499, "below")


def test_without_settings_percents_are_of_the_low_end_half_up_to_one_decimal():
    assert {name: getattr(current, name) for name in DEFAULT} == DEFAULT
    assert counting() == Counting()


@pytest.mark.parametrize("rounding", [Rule.HALF_UP, Rule.TRUNCATED])
@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_a_choice_is_read_back_from_how_it_is_kept(rounding, decimals):
    chosen = Counting(decimals=decimals, rounding=rounding)
    assert Counting.of("low", chosen.code) == chosen
    assert chosen.written(Fraction(200, 3)) == format(shorten(Fraction(200, 3), rounding, decimals), "f")
    assert re.search(r"\d" if decimals else "số nguyên|thập phân", chosen.paper)


def test_only_rules_that_shorten_are_taken():
    with pytest.raises(ValueError, match="rule=capped"):
        shorten(1, Rule.CAPPED, 1)


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("PERCENT_BASIS", "middle", "low or high"),
        ("PERCENT_DECIMALS", "3", "a whole number from 0 to 2"),
        ("PERCENT_ROUNDING", "half_even", "half_up or truncated"),
    ],
)
def test_a_wrong_choice_stops_the_start_and_names_the_variable(name, value, cure):
    start = subprocess.run(
        [sys.executable, "-c", "import nq28.settings"],
        env=os.environ | {name: value, "DEBUG": "true"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert start.returncode == 1
    assert f"{name}={value!r}: write {cure}" in start.stderr
