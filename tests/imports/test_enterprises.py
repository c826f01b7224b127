"""Workbooks of enterprises: what they write, what they change, what is refused."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import Batch, BatchRow, Change, Enterprise, Headcount, LedgerHead
from tests import make
from tests.imports.office import TODAY, said, take_in, workbook
from tests.traces import no_trace

HEADER = ["Mã số thuế", "Tên doanh nghiệp", "Khu công nghiệp", "Loại vốn", "Quốc gia", "Số lao động", "Ngày hoạt động"]


def line(
    number=1, name="Công ty TNHH Bến Cảng", park="Đình Vũ", capital="Tư nhân", country=None, workers=None, day=None
):
    return [make.tax_code(number), name, park, capital, country, workers, day]


def test_a_new_enterprise_is_written_with_its_workers_and_its_line(kkt, lan, dinh_vu):
    file = workbook(
        HEADER, line(7, capital="100% vốn nước ngoài", country="Nhật Bản", workers="38.555", day="01/02/2020")
    )
    result = take_in(file, by=lan, zone=kkt, counted=date(2025, 12, 31))
    assert (result.status, result.created, result.updated, result.unchanged) == ("written", 1, 0, 0)
    row = Enterprise.objects.get()
    assert (row.name, row.park, row.ownership, row.countries) == (
        "Công ty TNHH Bến Cảng", dinh_vu, "fdi_wholly", "Nhật Bản"
    )  # fmt: skip
    assert (row.zone, row.started_on, row.tax_code) == (kkt, date(2020, 2, 1), make.tax_code(7))
    count = Headcount.objects.get()
    assert (count.total, count.on, count.enterprise) == (38555, date(2025, 12, 31), row)
    stored = BatchRow.objects.get()
    assert (stored.line, stored.outcome, stored.batch_id) == (2, "created", result.batch)
    assert {count.batch_row, Change.objects.get(model="organizations.enterprise").batch_row} == {stored}
    batch = Batch.objects.get()
    assert (batch.kind, batch.zone, batch.recorded_by, batch.created) == ("enterprises", kkt, lan, 1)


def test_the_same_file_again_writes_nothing_at_all(kkt, lan, dinh_vu):
    file = workbook(HEADER, line(7, workers=120), line(8, "Công ty B", workers=5))
    take_in(file, by=lan, zone=kkt)
    before = LedgerHead.objects.values_list("zone", "seq", "version").get(zone=kkt)
    again = take_in(file, by=lan, zone=kkt)
    assert (again.status, again.batch, again.created, again.updated, again.unchanged) == ("written", None, 0, 0, 2)
    assert LedgerHead.objects.values_list("zone", "seq", "version").get(zone=kkt) == before
    assert (Batch.objects.count(), Headcount.objects.count(), Enterprise.objects.count()) == (1, 2, 2)


def test_a_changed_line_updates_and_an_empty_cell_changes_nothing(kkt, lan, dinh_vu, trang_due):
    take_in([HEADER, line(7, capital="FDI", country="Hàn Quốc", workers=100)], by=lan, zone=kkt)
    take_in([HEADER, line(7, "Công ty TNHH Tên Mới", "KCN Tràng Duệ", capital=None)], by=lan, zone=kkt)
    row = Enterprise.objects.get()
    assert (row.name, row.park, row.ownership, row.countries) == (
        "Công ty TNHH Tên Mới", trang_due, "fdi", "Hàn Quốc"
    )  # fmt: skip
    change = Change.objects.filter(action="updated").get()
    assert change.before == {"name": "Công ty TNHH Bến Cảng", "park": dinh_vu.pk}


def test_rows_absent_from_a_file_stay(kkt, lan, dinh_vu):
    take_in([HEADER, line(7), line(8, "Công ty B")], by=lan, zone=kkt)
    take_in([HEADER, line(8, "Công ty B")], by=lan, zone=kkt)
    assert Enterprise.objects.live().count() == 2


def test_a_count_is_written_only_when_the_level_changed(kkt, lan, dinh_vu):
    def count(workers, day):
        return take_in([HEADER, line(7, workers=workers)], by=lan, zone=kkt, counted=day)

    assert count(100, date(2024, 12, 31)).created == 1
    assert count(100, date(2025, 6, 30)).unchanged == 1
    assert count(90, date(2025, 6, 30)).updated == 1
    assert count(100, date(2025, 1, 31)).unchanged == 1
    assert sorted(Headcount.objects.live().values_list("total", flat=True)) == [90, 100]


def test_the_day_of_the_counts_stands_above_the_title_row(kkt, lan, dinh_vu):
    file = workbook(
        HEADER, line(7, workers=10), title=[["DANH SÁCH DOANH NGHIỆP"], ["(Số liệu đến ngày 30/06/2025)"], []]
    )
    assert take_in(file, by=lan, zone=kkt).created == 1
    assert Headcount.objects.get().on == date(2025, 6, 30)
    other = workbook(HEADER, line(8, "Công ty B", workers=10), title=[["Số liệu đến 31/02/2025"]])
    result = take_in(other, by=lan, zone=kkt)
    assert result.status == "refused"
    assert (result.errors[0].row, result.errors[0].value) == (1, "31/02/2025")


def test_without_a_day_counts_are_of_today(kkt, lan, dinh_vu):
    take_in([HEADER, line(7, workers=10)], by=lan, zone=kkt, today=date(2026, 11, 20))
    assert Headcount.objects.get().on == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("field", "cell", "words"),
    [
        (0, "12345", "5"),
        (0, "01001124AB", "chữ số"),
        (1, "***", "chữ"),
        (1, None, "phải có"),
        (2, "Đình Vủ 9", "Đình Vũ"),
        (2, "Đình", "Đình Vũ"),
        (3, "Vốn lạ", "Nhà nước"),
        (5, "38,555", "38.555"),
        (5, 38.555, "38.555"),
        (5, "abc", "không phải"),
        (5, -3, "âm"),
        (6, "31/02/2024", "không phải ngày có thật"),
        (6, "12/31/2024", "31/12/2024"),
        (6, "01/01/2031", "Chưa hoạt động"),
        (6, "01/01/1929", "1930"),
    ],
)
def test_a_wrong_cell_gives_one_error_that_names_line_column_value_and_nothing_is_written(
    kkt, lan, dinh_vu, field, cell, words
):
    wrong = line(8, "Công ty B", workers=5)
    wrong[field] = cell
    result = take_in([HEADER, line(7), wrong], by=lan, zone=kkt)
    assert (result.status, result.created, result.rejected, result.batch) == ("refused", 0, 1, None)
    (error,) = result.errors
    shown = "" if cell is None else str(cell)
    assert (error.row, error.column, error.value, error.sheet) == (3, HEADER[field], shown, "Sheet1")
    assert words in error.message
    assert not Enterprise.objects.exists() and not Batch.objects.exists() and not Headcount.objects.exists()


def test_parks_are_known_by_whole_name_alias_or_with_kcn_never_by_a_beginning(kkt, lan, dinh_vu):
    names = ["Đình Vũ", "KCN Đình Vũ", "khu công nghiệp đình vũ", "DEEP C 1", "dinh vu", "KCN DEEP C 1"]
    file = workbook(HEADER, *(line(20 + place, f"Công ty {place}", name) for place, name in enumerate(names)))
    assert take_in(file, by=lan, zone=kkt).created == 6
    result = take_in([HEADER, line(40, "Công ty X", "DEEP C")], by=lan, zone=kkt)
    assert "Khu công nghiệp Đình Vũ" in result.errors[0].message


def test_a_park_of_another_zone_is_refused(kkt, lan, dinh_vu, other_zone):
    make.park("KCN Nơi Khác", zone=other_zone)
    result = take_in([HEADER, line(7, park="Nơi Khác")], by=lan, zone=kkt)
    assert (result.status, result.errors[0].column) == ("refused", "Khu công nghiệp")


def test_a_move_in_a_closed_period_is_refused_at_its_cell(kkt, lan, dinh_vu, trang_due):
    make.enterprise("Công ty Số 7", zone=kkt, park=dinh_vu, tax_code=make.tax_code(7))
    make.lock(kkt, TODAY, TODAY, reason="Đã tiếp nhận tháng này")
    with no_trace():
        result = take_in([HEADER, line(8, day="31/02/2020"), line(7, park="Tràng Duệ")], by=lan, zone=kkt)
    assert [(error.row, error.column) for error in result.errors] == [(2, "Ngày hoạt động"), (3, "Khu công nghiệp")]
    assert result.status == "refused" and "tháng này" in result.errors[1].message
    assert take_in([HEADER, line(8), line(7, "Tên Mới")], by=lan, zone=kkt).status == "written"  # only the name


def test_one_park_may_be_given_for_all_lines(kkt, lan, dinh_vu):
    rows = [["MST", "Tên DN"], [make.tax_code(1), "Công ty A"], [make.tax_code(2), "Công ty B"]]
    assert take_in(rows, by=lan, zone=kkt).status == "refused"
    assert take_in(rows, by=lan, zone=kkt, park="đình vũ").created == 2
    assert set(Enterprise.objects.values_list("park", flat=True)) == {dinh_vu.pk}
    assert "Đình Vũ" in take_in(rows, by=lan, zone=kkt, park="Đình Vu 2").errors[0].message


def test_without_a_tax_code_the_name_is_the_key_and_the_line_is_warned(kkt, lan, dinh_vu):
    rows = [["Tên doanh nghiệp", "KCN", "Số lao động"], ["Công ty Không Mã", "Đình Vũ", 3]]
    result = take_in(rows, by=lan, zone=kkt)
    assert result.created == 1 and said(result.warnings)[0][0] == 2
    assert BatchRow.objects.get().warnings[0]["message"] == result.warnings[0].message
    rows[1] = ["CÔNG TY  không mã", "Đình Vũ", 4]
    assert take_in(rows, by=lan, zone=kkt).updated == 1
    assert Enterprise.objects.count() == 1


def test_a_file_without_codes_finds_the_enterprises_that_have_one(kkt, lan, dinh_vu):
    one = make.enterprise("Công ty Có Mã", zone=kkt, park=dinh_vu)
    take_in([["Tên doanh nghiệp", "KCN", "Số lao động"], ["công ty có mã", "Đình Vũ", 50]], by=lan, zone=kkt)
    assert Enterprise.objects.get().tax_code == one.tax_code
    make.enterprise("Công ty Có Mã", zone=kkt, park=dinh_vu)
    result = take_in([["Tên doanh nghiệp", "KCN"], ["Công ty Có Mã", "Đình Vũ"]], by=lan, zone=kkt)
    assert one.tax_code in result.errors[0].message


def test_a_wrong_check_digit_and_a_missing_country_only_warn(kkt, lan, dinh_vu):
    wrong = make.tax_code(7)[:9] + str((int(make.tax_code(7)[9]) + 1) % 10)
    result = take_in([HEADER, [wrong, "Công ty A", "Đình Vũ", "FDI", None, None, None]], by=lan, zone=kkt)
    assert result.created == 1
    assert [(row, column) for row, column, _message in said(result.warnings)] == [(2, "Mã số thuế"), (2, "Quốc gia")]


def test_an_eaten_leading_zero_is_repaired_with_a_word(kkt, lan, dinh_vu):
    code = make.tax_code(7)
    assert code.startswith("0")
    result = take_in([HEADER, [int(code), "Công ty A", "Đình Vũ", None, None, None, None]], by=lan, zone=kkt)
    assert Enterprise.objects.get().tax_code == code and len(result.warnings) == 1


def test_the_same_line_twice_is_counted_once_and_a_contradiction_is_refused(kkt, lan, dinh_vu):
    same = take_in([HEADER, line(7), line(7)], by=lan, zone=kkt)
    assert (same.created, same.unchanged, said(same.warnings)[0][0]) == (1, 1, 3)
    other = take_in([HEADER, line(9, "Công ty B"), line(9, "Công ty C")], by=lan, zone=kkt)
    assert (other.status, said(other.errors)[0][:2]) == ("refused", (3, "Mã số thuế"))


def test_two_lines_of_one_enterprise_that_differ_are_told_apart_with_the_cure(kkt, lan, dinh_vu):
    rows = [HEADER, line(9, "Công ty B", workers=5), line(9, "Công ty C")]
    (error,) = take_in(rows, by=lan, zone=kkt).errors
    assert (error.row, error.column) == (3, "Mã số thuế")
    assert error.message == (
        "Dòng 2 nói về cùng đối tượng nhưng khác ở cột “Tên doanh nghiệp” (dòng 2: Công ty B, dòng này: Công ty C), "
        "cột “Số lao động” (dòng 2: 5, dòng này: bỏ trống): hãy sửa dòng sai hoặc bỏ dòng đó."
    )


def test_a_code_of_nine_digits_whose_check_fails_is_refused_with_an_offer(kkt, lan, dinh_vu):
    rows = [["MST", "Tên DN", "KCN"], ["299700025", "Công ty A", "Đình Vũ"]]
    (error,) = take_in(rows, by=lan, zone=kkt).errors
    assert (error.column, error.offers) == ("MST", ("0299700025",))
    rows[1][0] = error.offers[0]
    result = take_in(rows, by=lan, zone=kkt)
    assert (result.created, len(result.warnings)) == (1, 1)


def test_another_zone_may_have_the_same_tax_code(kkt, lan, dinh_vu, other_zone, hoa):
    make.park("KCN Nơi Khác", zone=other_zone)
    assert take_in([HEADER, line(7)], by=lan, zone=kkt).created == 1
    assert take_in([HEADER, line(7, park="Nơi Khác")], by=hoa, zone=other_zone).created == 1


def test_a_count_dated_inside_a_closed_period_is_refused(kkt, lan, dinh_vu):
    make.lock(kkt, date(2025, 1, 1), date(2025, 12, 31))
    rows = [HEADER, line(7, workers=5)]
    result = take_in(rows, by=lan, zone=kkt, counted=date(2025, 6, 30))
    assert (result.status, said(result.errors)[0][:2]) == ("refused", (2, "Số lao động"))
    assert not Enterprise.objects.exists()
    assert take_in(rows, by=lan, zone=kkt, counted=date(2026, 6, 30)).created == 1


def test_the_real_list_of_76_enterprises_comes_in_as_it_is(shared_data, kkt, lan, dinh_vu):
    file = (shared_data / "reference" / "shtp_enterprises_2016.csv").read_bytes()
    first = take_in(file, by=lan, zone=kkt, name="shtp.csv", park="Đình Vũ")
    assert (first.kind, first.created, first.errors) == ("enterprises", 76, [])
    second = take_in(file, by=lan, zone=kkt, name="shtp.csv", park="Đình Vũ")
    assert (second.created, second.updated, second.unchanged, second.batch) == (0, 0, 76, None)
    assert Enterprise.objects.filter(countries="Nhật Bản").exists()


def test_names_that_differ_in_the_words_of_every_company_are_asked_about(kkt, lan, dinh_vu):
    make.enterprise("Công ty TNHH Thép Đình Vũ", zone=kkt, park=dinh_vu, tax_code=make.tax_code(60))
    names = ["Công ty Cổ phần Thép Đình Vũ", "Công ty TNHH MTV Bao bì Sao Mai", "CTCP Bao Bì Sao Mai", "Công ty TNHH"]
    result = take_in([HEADER, *(line(62 + 2 * n, name) for n, name in enumerate(names))], by=lan, zone=kkt)

    assert result.status == "written"
    assert [(found.row, found.message.split(":")[0]) for found in result.warnings if found.field == "name"] == [
        (2, f"Sổ đã có “Công ty TNHH Thép Đình Vũ” ({make.tax_code(60)})"),
        (4, "Tên gần giống dòng 3"),
    ]


def test_the_units_of_one_enterprise_are_no_duplicates(kkt, lan, dinh_vu):
    code = make.tax_code(60)
    make.enterprise("Công ty TNHH Thép Đình Vũ", zone=kkt, park=dinh_vu, tax_code=code)
    rows = [[f"{code}-001", "Công ty TNHH Thép Đình Vũ", "Đình Vũ"], [f"{code}-002", "Công ty Thép Đình Vũ", "Đình Vũ"]]
    result = take_in([["MST", "Tên DN", "KCN"], *rows], by=lan, zone=kkt)

    assert (result.created, [found for found in result.warnings if found.field == "name"]) == (2, [])


def test_a_tax_code_of_a_zone_below_is_asked_about_and_written(kkt, lan, dinh_vu, cluster):
    make.enterprise("Công ty TNHH Bến Cảng", zone=cluster, park=dinh_vu, tax_code=make.tax_code(60))
    result = take_in([HEADER, line(60)], by=lan, zone=kkt)

    assert (result.created, Enterprise.objects.filter(tax_code=make.tax_code(60)).count()) == (1, 2)
    assert said(result.warnings) == [
        (2, "Mã số thuế", "Mã số thuế này đang ghi ở Cụm Đình Vũ (HP-KKT-1): có đúng là nhập cho "
         "Khu kinh tế Hải Phòng không?")
    ]  # fmt: skip


def test_a_tax_code_above_and_beside_is_asked_about_only_where_the_person_sees_it(
    kkt, lan, admin, dinh_vu, cluster, other_zone
):
    make.enterprise("Công ty TNHH Bến Cảng", zone=other_zone, tax_code=make.tax_code(60))
    make.enterprise("Công ty TNHH Bến Cảng", zone=kkt, park=dinh_vu, tax_code=make.tax_code(60))

    def asked(by):
        result = take_in([HEADER, line(60)], by=by, zone=cluster, dry_run=True)
        return [found.message.split(":")[0] for found in result.warnings]

    assert asked(lan) == ["Mã số thuế này đang ghi ở Khu kinh tế Hải Phòng (HP-KKT)"]
    assert asked(admin) == ["Mã số thuế này đang ghi ở Khu khác (HP-KHAC), Khu kinh tế Hải Phòng (HP-KKT)"]
    assert asked(make.user("nga", role="clerk", zone=cluster)) == []


def test_nearly_the_same_name_in_a_zone_below_is_asked_about(kkt, lan, dinh_vu, cluster, other_zone):
    make.enterprise("Công ty TNHH Thép Đình Vũ", zone=cluster, park=dinh_vu, tax_code=make.tax_code(60))
    make.enterprise("Công ty TNHH Bao bì Sao Mai", zone=other_zone, tax_code=make.tax_code(62))
    names = ["Công ty Cổ phần Thép Đình Vũ", "CTCP Bao bì Sao Mai"]
    result = take_in([HEADER, *(line(64 + 2 * n, name) for n, name in enumerate(names))], by=lan, zone=kkt)

    assert said(result.warnings) == [
        (2, "Tên doanh nghiệp", f"Sổ đã có “Công ty TNHH Thép Đình Vũ” ({make.tax_code(60)}, HP-KKT-1): "
         "có phải cùng một doanh nghiệp?")
    ]  # fmt: skip


def test_asking_about_other_zones_takes_no_more_queries_for_more_lines(kkt, lan, dinh_vu, cluster):
    def queries(*lines):
        with CaptureQueriesContext(connection) as caught:
            take_in([HEADER, *lines], by=lan, zone=kkt, dry_run=True)
        return len(caught)

    for number in range(30):
        make.enterprise(f"Công ty Số {number}", zone=cluster, park=dinh_vu, tax_code=make.tax_code(200 + 2 * number))
    lines = [line(200 + 2 * number, f"Công ty Số {number}") for number in range(30)]
    queries(lines[0])
    assert queries(lines[0]) == queries(*lines)


def test_a_wrong_check_digit_is_said_once_for_each_line(lan, kkt, dinh_vu):
    code = make.tax_code()
    wrong = code[:9] + str((int(code[9]) + 1) % 10)
    rows = [["Mã số thuế", "Tên doanh nghiệp", "Khu công nghiệp"], [wrong, "Công ty A", "Đình Vũ"]]
    result = take_in(rows, by=lan, zone=kkt)
    assert [one.row for one in result.warnings if "kiểm tra" in one.message] == [2]
    counts = [["Mã số thuế", "Ngày", "Tổng số"], [wrong, "01/02/2024", 5], [wrong, "01/03/2024", 6]]
    assert [one.row for one in take_in(counts, by=lan, zone=kkt).warnings] == [2, 3]
