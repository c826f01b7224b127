"""The same figures on every kind of paper, and equal to what the API answers."""

from decimal import Decimal

import pytest

from reports.annexes.results import years_text
from reports.answers import table_json
from reports.attainment import half_up
from reports.figures import attainment_table
from reports.tables import Column, Kind, Row, Span, State, Table, cell_json, cell_text
from tests import make
from tests.reports.papers import AS_OF, csv_rows, drawn, office, pdf_text, report, sheets, word_rows

YEARS = range(2020, 2024)


def expected(kkt):
    """(indicator, year) → target, result and rate as an office prints them, worked out from the API's answer."""
    figures = attainment_table(zones=[kkt], first_year=2020, last_year=2023, as_of=AS_OF)
    names = {indicator.code: indicator.name for indicator in figures.indicators}
    silent = {"not_reported": "chưa báo cáo", "not_applicable": "không áp dụng"}
    found = {}
    for row in table_json(figures, kkt)["rows"]:
        low, high = row["low"], row["high"]
        target = "—" if low is None else grouped(low) if low == high else f"{low}–{high}"
        if row["standing"] == "not_applicable" and low is None:
            target = "không áp dụng"
        words = silent.get(row["standing"])
        found[names[row["indicator"]], row["year"]] = (
            target,
            words or grouped(row["actual"]),
            words or ("—" if row["percent"] is None else printed(row["percent"])),
        )
    return found


def grouped(number):
    return f"{number:,}".replace(",", ".")


def printed(percent):
    """ "105.3" → "105,3%", "150.0" → "150%"."""
    return percent.removesuffix(".0").replace(".", ",") + "%"


def by_year(rows, head):
    """(indicator, year) → the three cells, from body rows and a function that says of a column (year, title)."""
    found = {}
    for row in rows:
        for year in YEARS:
            cells = {head(at)[1]: cell for at, cell in enumerate(row) if head(at)[0] == f"Năm {year}"}
            if cells:
                found[row[1], year] = (cells["Chỉ tiêu"], cells["Kết quả"], cells["Tỷ lệ (%)"])
    return found


def test_the_word_annex_prints_the_figures_of_the_api(kkt):
    office(kkt)

    found = {}
    for rows in word_rows(drawn("inspection", kkt, "docx")):
        if rows[0][1] == "Nội dung":
            found |= by_year(rows[2:], lambda at, rows=rows: (rows[0][at], rows[1][at]))

    assert found == expected(kkt)
    assert found["Công đoàn cơ sở thành lập mới", 2021] == ("2", "3", "150%")
    assert found["Đoàn viên công đoàn phát triển mới", 2020] == ("2.500", "2.499", "100%")


def test_zero_no_target_not_reported_and_not_applicable_print_differently(kkt):
    office(kkt)

    shown = expected(kkt)
    rows = {row["indicator"]: row for row in report("attainment", kkt).as_json()["tables"][0]["rows"]}

    assert shown["Công đoàn cơ sở thành lập mới", 2022] == ("1", "0", "0%")
    assert shown["Đoàn viên công đoàn phát triển mới", 2022] == ("—", "7", "—")
    assert shown["Công đoàn cơ sở thành lập mới", 2023] == ("5–7", "chưa báo cáo", "chưa báo cáo")
    assert shown["Tổ chức Đoàn thanh niên thành lập mới", 2020] == ("không áp dụng",) * 3
    unions = rows["Công đoàn cơ sở thành lập mới"]
    assert (unions["actual_2022"], unions["percent_2022"]) == (0, "0.0")
    assert (unions["target_2023"], unions["actual_2023"]) == ({"low": 5, "high": 7}, "not_reported")
    assert rows["Tổ chức Đoàn thanh niên thành lập mới"]["actual_2020"] == "not_applicable"


def test_a_year_that_still_runs_has_no_figures_yet_and_is_not_late(kkt):
    make.target(zone=kkt, indicator="union_orgs", year=2026, low=5)

    row = {
        row["indicator"]: row
        for row in report("attainment", kkt, year=2026, first_year=2026).as_json()["tables"][0]["rows"]
    }["Công đoàn cơ sở thành lập mới"]

    assert row["actual_2026"] == "no_data"
    assert row["note"] == "năm 2026 tính đến 03/02/2026"


def test_a_year_that_still_runs_is_in_progress_never_below(kkt):
    make.target(zone=kkt, indicator="union_orgs", year=2026, low=400)
    make.target(zone=kkt, indicator="party_orgs", year=2026, low=5)
    for type_ in ("union_base", "party_cell"):
        make.organization(zone=kkt, type=type_, on=AS_OF.replace(day=1))

    rows = report("attainment", kkt, year=2026, first_year=2026).as_json()["tables"][1]["rows"]

    assert {row["indicator"]: row["standing"] for row in rows if row["actual"] == 1} == {
        "Công đoàn cơ sở thành lập mới": "đang thực hiện, chậm tiến độ",
        "Tổ chức đảng thành lập mới": "đang thực hiện, đúng tiến độ",
    }


def test_the_period_sums_results_and_gives_the_range_of_yearly_percents(kkt):
    office(kkt)

    tables = report("attainment", kkt).as_json()["tables"]
    row = {row["indicator"]: row for row in tables[0]["rows"]}["Công đoàn cơ sở thành lập mới"]

    assert row["actual_total"] == 4
    assert row["percent_range"] == {"low": "0.0", "high": "150.0"}
    assert row["years_met"] == "2/4 năm"


def test_the_workbook_holds_the_same_figures_as_numbers(kkt):
    office(kkt)

    sheet = sheets(drawn("attainment", kkt, "xlsx"))[0]
    top = next(line for line, row in enumerate(sheet) if row[0] == "STT")
    groups = []
    for cell in sheet[top]:
        groups.append(cell or groups[-1])
    titles = [lower or upper for upper, lower in zip(sheet[top], sheet[top + 1], strict=True)]
    found = by_year(sheet[top + 2 :], lambda at: (groups[at], titles[at]))

    for key, texts in expected(kkt).items():
        target, actual, percent = found[key]
        assert (as_text(target), as_text(actual)) == texts[:2], key
        assert (
            percent if isinstance(percent, str) else printed(str(half_up(Decimal(str(percent)) * 100, 1)))
        ) == texts[2]
    assert found["Đoàn viên công đoàn phát triển mới", 2021] == (1000.0, 1053.0, 1.053)


def as_text(cell):
    return cell if isinstance(cell, str) else grouped(int(cell))


def test_the_csv_holds_the_same_figures_for_a_vietnamese_spreadsheet(kkt):
    office(kkt)

    content = drawn("attainment", kkt, "csv")
    rows = csv_rows(content)
    top = next(line for line, row in enumerate(rows) if row[:1] == ["STT"])
    body = [row for row in rows[top + 1 :] if len(row) == len(rows[top])]
    found = by_year(body, lambda at: rows[top][at].split(": ") if ": " in rows[top][at] else ("", rows[top][at]))

    assert content.startswith(b"\xef\xbb\xbf")
    plain = {key: tuple(ungrouped(text) for text in texts) for key, texts in expected(kkt).items()}
    assert found == plain
    assert found["Đoàn viên công đoàn phát triển mới", 2021] == ("1000", "1053", "105,3%")


def ungrouped(text):
    return text.replace(".", "") if text[:1].isdigit() else text


def test_the_pdf_prints_the_same_figures(kkt, tmp_path):
    office(kkt)

    text = pdf_text(drawn("inspection", kkt, "pdf"), tmp_path)

    assert "Năm 2021: chỉ tiêu 2, kết quả 3 tổ chức, bằng 150%, vượt chỉ tiêu." in " ".join(text.split())
    line = next(line for line in text.splitlines() if "2.499" in line and "105,3%" in line)
    assert {"2.500", "2.499", "100%", "1.000", "1.053", "105,3%"} <= set(line.split())


def test_the_screen_prints_the_same_figures(kkt, lan, client):
    office(kkt)
    client.force_login(lan)

    page = client.get("/reports/attainment/", {"zone": "HP-KKT", "year": 2023, "from": 2020, "as_of": "03/02/2026"})

    html = page.content.decode()
    for texts in expected(kkt).values():
        for text in texts:
            assert f">{text}</td>" in html
    assert "Số liệu tính đến ngày 03/02/2026" in html


def test_new_organisations_are_listed_with_decision_place_and_founding_members(kkt):
    office(kkt)

    table = report("inspection", kkt).tables()[1]
    rows = [
        tuple(row.values.get(key) for key in ("number", "name", "place", "decision", "members")) for row in table.lines
    ]

    assert rows[0] == ("II", "Tổ chức công đoàn: 4", None, None, 40)
    assert rows[1] == (1, "Công đoàn Sao Mai", "Công ty TNHH Sao Mai, KCN Đình Vũ", "12-QĐ/CĐKKT", 40)
    assert [row[4] for row in rows[2:5]] == [State.NO_DATA] * 3
    assert rows[-1] == ("", "Cộng: 4 tổ chức", None, None, 40)


def test_the_list_of_new_organisations_is_as_long_as_the_figures_say(kkt, cluster):
    office(kkt)
    make.organization(zone=cluster, type="party_cell", on=AS_OF.replace(year=2022))
    make.organization(zone=cluster, type="union_section", on=AS_OF.replace(year=2022))  # does not count as new

    answer = report("inspection", kkt).as_json()

    counted = sum(row["actual"] or 0 for row in answer["figures"]["rows"] if row["indicator"].endswith("_orgs"))
    assert len([row for row in answer["tables"][1]["rows"] if "heading" not in row]) == counted == 5


def test_members_counted_long_after_the_founding_are_not_founding_members(kkt):
    from organizations import actions

    union = make.organization(zone=kkt, type="union_base", on=AS_OF.replace(year=2021))
    actions.record_headcount(subject=union, on=AS_OF.replace(year=2023), total=900, by=make.system())

    table = report("inspection", kkt).tables()[1]

    assert [row.values["members"] for row in table.lines] == [State.NO_DATA] * 3


@pytest.mark.parametrize(
    ("value", "kind", "text", "json"),
    [
        (38555, Kind.COUNT, "38.555", 38555),
        (0, Kind.COUNT, "0", 0),
        (Decimal("12.50"), Kind.COUNT, "12,5", "12.5"),
        (Decimal("105.25"), Kind.PERCENT, "105,3%", "105.3"),
        (Decimal("100"), Kind.PERCENT, "100%", "100.0"),
        (Span(100, 275), Kind.PERCENT, "100–275%", {"low": "100.0", "high": "275.0"}),
        (Span(Decimal("99.96"), 100), Kind.PERCENT, "100%", {"low": "100.0", "high": "100.0"}),
        (Span(5, 7), Kind.COUNT, "5–7", {"low": 5, "high": 7}),
        (State.NO_TARGET, Kind.COUNT, "—", "no_target"),
        (AS_OF, Kind.DATE, "03/02/2026", "2026-02-03"),
        (None, Kind.TEXT, "", None),
        ("Chi bộ", Kind.TEXT, "Chi bộ", "Chi bộ"),
    ],
)
def test_a_cell_is_printed_as_offices_write_and_answered_as_programs_read(value, kind, text, json):
    assert (cell_text(value, kind), cell_json(value, kind)) == (text, json)


def test_a_truth_value_is_no_cell():
    with pytest.raises(TypeError, match="True"):
        cell_text(True, Kind.COUNT)


@pytest.mark.parametrize(
    ("years", "text"),
    [([2021], "2021"), ([2021, 2020], "2020, 2021"), ([2020, 2021, 2022, 2024], "2020–2022, 2024"), ([], "")],
)
def test_three_years_in_a_row_are_written_as_a_range(years, text):
    assert years_text(years) == text


def test_columns_of_one_heading_stand_under_it():
    table = Table(
        "t", "T", [Column("a", "A"), Column("b", "B", group="G"), Column("c", "C", group="G")], [Row({"a": 1})]
    )

    assert [(name, [column.key for column in columns]) for name, columns in table.groups] == [
        ("", ["a"]), ("G", ["b", "c"]),
    ]  # fmt: skip
