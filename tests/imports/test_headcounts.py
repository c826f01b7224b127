"""Workbooks of headcounts: levels on a day."""

from datetime import date

import pytest

from organizations.models import Headcount
from tests import make
from tests.imports.office import said, take_in

HEADER = ["Mã số thuế", "Tổ chức", "Ngày", "Tổng số", "Nữ", "Chính thức"]
DAY = date(2025, 12, 31)


def test_workers_and_members_are_counted_and_the_same_file_again_is_unchanged(kkt, lan):
    host, cell = make.enterprise(zone=kkt), make.organization("Chi bộ A", zone=kkt)
    rows = [HEADER, [host.tax_code, None, DAY, "1.250", 700, None], [None, "Chi bộ A", DAY, 9, 4, 7]]
    result = take_in(rows, by=lan, zone=kkt)
    assert (result.kind, result.created, result.errors) == ("headcounts", 2, [])
    counts = {row.enterprise or row.organization: row for row in Headcount.objects.all()}
    assert (counts[host].total, counts[host].female) == (1250, 700)
    assert (counts[cell].total, counts[cell].official) == (9, 7)
    again = take_in(rows, by=lan, zone=kkt)
    assert (again.created, again.updated, again.unchanged, again.batch) == (0, 0, 2, None)


def test_another_total_replaces_the_count_of_the_day_which_stays_readable(kkt, lan):
    host = make.enterprise(zone=kkt)
    take_in([HEADER, [host.tax_code, None, DAY, 100, 40, None]], by=lan, zone=kkt)
    result = take_in([HEADER, [host.tax_code, None, DAY, 110, None, None]], by=lan, zone=kkt)
    assert result.updated == 1
    live = Headcount.objects.live().get()
    assert (live.total, live.female, live.replaces.total) == (110, 40, 100)


def test_the_same_level_on_another_day_is_another_fact(kkt, lan):
    host = make.enterprise(zone=kkt, workers=100, workers_on=date(2024, 12, 31))
    assert take_in([HEADER, [host.tax_code, None, DAY, 100, None, None]], by=lan, zone=kkt).created == 1


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        (["0100112437", None, DAY, 5, None, None], "Mã số thuế", "0100112437"),
        ([None, "Chi bộ không có", DAY, 5, None, None], "Tổ chức", "Không có tổ chức"),
        ([None, None, DAY, 5, None, None], "Mã số thuế", "mã số thuế"),
        ([None, "Chi bộ A", DAY, None, None, None], "Tổng số", "phải có"),
        ([None, "Chi bộ A", "2025", 5, None, None], "Ngày", "năm"),
        ([None, "Chi bộ A", date(2027, 1, 1), 5, None, None], "Ngày", "2027"),
        ([None, "Chi bộ A", DAY, 5, 6, None], "Nữ", "lớn hơn"),
    ],
)
def test_a_wrong_cell_is_named(kkt, lan, cells, column, words):
    make.organization("Chi bộ A", zone=kkt)
    result = take_in([HEADER, cells], by=lan, zone=kkt)
    (error,) = result.errors
    assert (result.status, error.row, error.column) == ("refused", 2, column)
    assert words in error.message
    assert not Headcount.objects.exists()


def test_one_line_is_about_one_subject(kkt, lan):
    host = make.enterprise(zone=kkt)
    make.organization("Chi bộ A", zone=kkt)
    result = take_in([HEADER, [host.tax_code, "Chi bộ A", DAY, 5, None, None]], by=lan, zone=kkt)
    assert said(result.errors)[0][:2] == (2, "Tổ chức")


def test_either_column_is_enough_and_neither_is_one_clear_error(kkt, lan):
    make.organization("Chi bộ A", zone=kkt)
    assert take_in([["Tổ chức", "Ngày", "Tổng số"], ["Chi bộ A", DAY, 5]], by=lan, zone=kkt).created == 1
    result = take_in([["Tên", "Ngày", "Tổng số"], ["Chi bộ A", DAY, 5]], by=lan, zone=kkt, kind="headcounts")
    assert "“Mã số thuế hoặc Tổ chức”" in result.errors[0].message


def test_a_count_in_a_closed_period_is_refused(kkt, lan):
    make.organization("Chi bộ A", zone=kkt)
    make.lock(kkt, date(2025, 1, 1), date(2025, 12, 31))
    result = take_in([HEADER, [None, "Chi bộ A", DAY, 5, None, None]], by=lan, zone=kkt)
    assert said(result.errors)[0][:2] == (2, "Ngày")
