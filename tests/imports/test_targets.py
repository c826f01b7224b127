"""Workbooks of targets: what each zone was given for a year."""

from datetime import date
from decimal import Decimal

import pytest

from organizations.models import Batch, Decision
from targets.models import Indicator, Target, TargetVersion
from tests import make
from tests.imports.office import said, take_in

HEADER = ["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao", "Văn bản giao", "Ngày văn bản", "Kết quả công bố (%)"]
PAPER = ("05-CT/BTC", date(2024, 1, 10))


def version():
    return TargetVersion.objects.order_by("-number").first()


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [(8, 8, 8), ("8", 8, 8), ("5-7", 5, 7), ("từ 5 đến 7", 5, 7), ("5 – 7", 5, 7), ("2.500", 2500, 2500)],
)
def test_a_range_is_read_as_offices_write_it(kkt, minh, cell, low, high):
    result = take_in([HEADER, ["HP-KKT", "party_orgs", 2024, cell, *PAPER, None]], by=minh)
    assert (result.status, result.kind, result.created, result.errors) == ("written", "targets", 1, [])
    row = version()
    assert (row.low, row.high, row.decision.number, row.holds_from) == (low, high, *PAPER)
    assert row.batch_row.line == 2


def test_the_same_file_again_writes_nothing_and_a_change_is_a_new_version(kkt, minh):
    rows = [HEADER, ["Khu kinh tế Hải Phòng", "Tổ chức đảng thành lập mới", "2024", "5-7", *PAPER, "105,3"]]
    take_in(rows, by=minh)
    again = take_in(rows, by=minh)
    assert (again.created, again.updated, again.unchanged, again.batch) == (0, 0, 1, None)
    assert version().published_percent == Decimal("105.3")
    rows[1][3] = "6-8"
    assert take_in(rows, by=minh).updated == 1
    assert (version().number, version().low, version().high) == (2, 6, 8)
    assert version().reason
    bare = [HEADER[:4], ["HP-KKT", "party_orgs", 2024, "6-8"]]
    assert take_in(bare, by=minh).unchanged == 1


def test_a_date_without_a_number_is_from_when_the_target_holds(kkt, minh):
    rows = [HEADER, ["HP-KKT", "party_orgs", 2024, 5, None, date(2024, 2, 1), None]]
    assert take_in(rows, by=minh).created == 1
    assert (version().decision, version().holds_from) == (None, date(2024, 2, 1))
    assert take_in(rows, by=minh).unchanged == 1


@pytest.mark.parametrize(
    ("field", "cell", "words"),
    [
        (0, "HP-LA", "HP-LA"),
        (1, "Chỉ tiêu lạ", "Tổ chức đảng thành lập mới"),
        (2, "20244", "1930"),
        (3, date(2024, 7, 5), "5-7"),
        (3, "7-5", "5-7"),
        (3, "2,5", "nguyên"),
        (5, None, "ngày"),
        (5, "31/02/2024", "không phải ngày có thật"),
        (6, "nhiều", "không phải"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_written(kkt, minh, field, cell, words):
    wrong = ["HP-KKT", "union_orgs", 2024, "5-7", *PAPER, 100]
    wrong[field] = cell
    result = take_in([HEADER, ["HP-KKT", "party_orgs", 2024, 5, *PAPER, None], wrong], by=minh)
    (error,) = result.errors
    assert (result.status, error.row, error.column) == ("refused", 3, HEADER[field])
    assert words in error.message
    assert not Target.objects.exists() and not Decision.objects.exists() and not Batch.objects.exists()


def test_only_who_assigns_targets_may_import_them_and_only_for_zones_in_reach(kkt, other_zone, lan, minh):
    rows = [HEADER, ["HP-KKT", "party_orgs", 2024, 5, *PAPER, None]]
    result = take_in(rows, by=lan)
    assert (result.status, said(result.errors)[0][:2]) == ("refused", (2, "Đơn vị"))
    of_kkt = make.user("ban-kkt", role="board", zone=kkt)
    both = [*rows, ["HP-KHAC", "party_orgs", 2024, 5, *PAPER, None]]
    assert said(take_in(both, by=of_kkt).errors)[0][:2] == (3, "Đơn vị")
    assert not Target.objects.exists()
    assert take_in(both, by=minh).created == 2
    assert Batch.objects.get().zone == make.city()


def test_a_percent_cell_of_excel_is_pointed_out(kkt, minh):
    result = take_in([HEADER, ["HP-KKT", "party_orgs", 2024, 8, *PAPER, 2.75]], by=minh)
    assert result.status == "written" and "275%" in result.warnings[0].message


def test_a_target_of_a_closed_year_is_refused(kkt, minh):
    make.lock(kkt, date(2024, 1, 1), date(2024, 12, 31))
    result = take_in([HEADER, ["HP-KKT", "party_orgs", 2024, 8, *PAPER, None]], by=minh)
    assert result.status == "refused" and len(result.errors) == 1


def test_a_closed_quarter_leaves_the_rest_of_the_year_open_as_on_the_page_of_targets(minh, kkt):
    make.lock(kkt, make.date(2026, 1, 1), make.date(2026, 3, 31))
    header = ["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao", "Văn bản giao", "Ngày văn bản"]
    result = take_in([header, ["HP-KKT", "party_orgs", 2026, "5-7", "1-QĐ/TU", "10/04/2026"]], by=minh)
    assert (result.status, said(result.errors)) == ("written", [])


def test_a_year_whose_end_is_closed_is_refused_before_anything_is_confirmed(minh, kkt):
    make.lock(kkt, make.date(2025, 7, 1), make.date(2025, 12, 31))
    result = take_in([["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao"], ["HP-KKT", "party_orgs", 2025, "5-7"]], by=minh)
    assert [(row, column) for row, column, _message in said(result.errors)] == [(2, "Năm")]


def test_a_target_of_a_rate_has_decimals_and_that_of_a_count_has_none(kkt, minh):
    Indicator.objects.create(
        code="coverage", name="Doanh nghiệp có tổ chức đảng", unit="%", sector="party", measure="enterprise_coverage",
        factor=100,
    )  # fmt: skip

    result = take_in([HEADER[:4], ["HP-KKT", "coverage", 2024, "17,5-20"]], by=minh)

    assert (result.created, result.errors) == (1, [])
    assert (version().low, version().high) == (Decimal("17.5"), 20)
    refused = take_in([HEADER[:4], ["HP-KKT", "party_orgs", 2024, "17,5-20"], ["HP-KKT", "x", 2024, "5,5"]], by=minh)
    assert [(row, column) for row, column, _message in said(refused.errors) if column == "Mức giao"] == [
        (2, "Mức giao"), (3, "Mức giao")
    ]  # fmt: skip
