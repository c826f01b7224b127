"""Workbooks of events: the ledger's lines, by decision and date."""

from datetime import date

import pytest
from django.utils import timezone

from imports import matching, mending
from organizations.models import Batch, BatchRow, Event, Organization
from tests import make
from tests.imports.office import TODAY, said, take_in, workbook

HEADER = ["Tổ chức", "Sự kiện", "Ngày quyết định", "Số quyết định", "Cơ quan ban hành", "Số lượng", "Trong đó nữ",
          "Trong đó công nhân", "Ghi chú"]  # fmt: skip
DAY = date(2024, 6, 1)
ISSUER = "Đảng ủy Khu kinh tế Hải Phòng"


def line(
    organization, event="Kết nạp", quantity=3, *, day=DAY, number="45-QĐ/ĐU", female=None, workers=None, note=None
):
    return [organization, event, day, number, ISSUER, quantity, female, workers, note]


@pytest.fixture
def cell(kkt):
    return make.organization("Chi bộ Công ty A", zone=kkt, code="CB01", members=5)


@pytest.fixture
def union(kkt):
    return make.organization("Công đoàn Công ty A", zone=kkt, type="union_base", members=50)


def test_an_admission_is_recorded_with_its_parts_decision_and_line(kkt, lan, cell):
    result = take_in([HEADER, line("CB01", female=2, workers=1, note="đợt 1")], by=lan, zone=kkt)
    assert (result.status, result.kind, result.created, result.errors) == ("written", "events", 1, [])
    event = Event.objects.get(kind="admitted")
    assert (event.organization, event.quantity, event.female, event.workers, event.note) == (cell, 3, 2, 1, "đợt 1")
    assert (event.effective_on, event.decision.number) == (DAY, "45-QĐ/ĐU")
    assert event.batch_row == BatchRow.objects.get(line=2, batch=result.batch)


def test_the_same_file_again_writes_nothing(kkt, lan, cell, union):
    rows = [HEADER, line("Chi bộ Công ty A"), line("công đoàn công ty a", "Phát triển mới", "1.200", number=None)]
    take_in(rows, by=lan, zone=kkt)
    again = take_in(rows, by=lan, zone=kkt)
    assert (again.created, again.updated, again.unchanged, again.batch) == (0, 0, 2, None)
    assert Event.objects.exclude(kind="established").count() == 2


@pytest.mark.parametrize(
    ("words", "sector", "kind"),
    [
        ("Kết nạp", "party", "admitted"),
        ("KẾT NẠP ĐẢNG VIÊN", "party", "admitted"),
        ("admitted", "party", "admitted"),
        ("Kết nạp", "union", "joined"),
        ("Phát triển mới", "union", "joined"),
        ("Chuyển đến", "party", "member_transferred_in"),
    ],
)
def test_words_mean_what_they_mean_in_their_sector(kkt, lan, cell, union, words, sector, kind):
    name = {"party": cell.name, "union": union.name}[sector]
    assert take_in([HEADER, line(name, words)], by=lan, zone=kkt).created == 1
    assert Event.objects.exclude(kind="established").get().kind == kind


def test_cong_nhan_founds_a_union_and_is_not_clear_of_a_party_cell(kkt, lan, cell):
    from organizations.models import OrganizationType
    from vietnamese.text import search_key

    union = Organization.objects.create(
        zone=kkt, name="Công đoàn chưa thành lập", type=OrganizationType.objects.get(code="union_base"), sector="union"
    )
    assert search_key(union.name)
    assert take_in([HEADER, line(union.name, "Công nhận", None)], by=lan, zone=kkt).created == 1
    union.refresh_from_db()
    assert (union.status, union.founded_on) == ("active", DAY)
    result = take_in([HEADER, line(cell.name, "Công nhận", None)], by=lan, zone=kkt)
    assert (result.status, said(result.errors)[0][:2]) == ("refused", (2, "Sự kiện"))


def test_an_upgrade_makes_a_grassroots_committee(kkt, lan, cell):
    result = take_in([HEADER, line("CB01", "Nâng cấp", None)], by=lan, zone=kkt)
    cell.refresh_from_db()
    assert (result.created, cell.type.code) == (1, "party_committee")
    assert take_in([HEADER, line("CB01", "Nâng cấp", None)], by=lan, zone=kkt).unchanged == 1


def test_a_change_of_name_or_type_takes_its_own_column(kkt, lan, cell):
    result = take_in([HEADER, line("CB01", "Đổi tên", None)], by=lan, zone=kkt)
    assert result.status == "refused" and "Tên mới" in result.errors[0].message
    rows = [[*HEADER, "Tên mới"], [*line("CB01", "Đổi tên", None), "Chi bộ Công ty Mới"]]
    assert take_in(rows, by=lan, zone=kkt).created == 1
    cell.refresh_from_db()
    assert cell.name == "Chi bộ Công ty Mới"
    assert take_in(rows, by=lan, zone=kkt).unchanged == 1


def test_two_equal_lines_are_two_facts_and_are_warned(kkt, lan, cell):
    rows = [HEADER, line("CB01"), line("CB01")]
    result = take_in(rows, by=lan, zone=kkt)
    assert (result.created, [finding.row for finding in result.warnings]) == (2, [3])
    again = take_in(rows, by=lan, zone=kkt)
    assert (again.created, again.unchanged) == (0, 2)
    third = take_in([*rows, line("CB01")], by=lan, zone=kkt)
    assert (third.created, third.unchanged) == (1, 2)


def test_two_batches_of_one_decision_come_back_in_any_order(kkt, lan, cell):
    take_in([HEADER, line("CB01", quantity=3), line("CB01", quantity=5)], by=lan, zone=kkt)
    again = take_in([HEADER, line("CB01", quantity=5), line("CB01", quantity=3)], by=lan, zone=kkt)
    assert (again.created, again.unchanged, again.errors) == (0, 2, [])


def test_another_quantity_is_refused_and_accepted_as_a_correction_with_its_reason(kkt, lan, cell):
    take_in([HEADER, line("CB01", quantity=13)], by=lan, zone=kkt)
    other = [HEADER, line("CB01", quantity=10)]
    result = take_in(other, by=lan, zone=kkt)
    assert (result.status, said(result.errors)[0][:2], result.batch) == ("refused", (2, "Số lượng"), None)
    assert "ổ đang ghi 13, tệp ghi 10" in result.errors[0].message
    corrected = take_in(other, by=lan, zone=kkt, corrections="Đếm lại theo hồ sơ")
    assert (corrected.status, corrected.updated, corrected.created) == ("written", 1, 0)
    assert Event.objects.filter(kind="admitted").totals()["quantity"] == 10
    reversal = Event.objects.get(reverses__isnull=False)
    assert (reversal.quantity, reversal.reason) == (-13, "Đếm lại theo hồ sơ")
    assert take_in(other, by=lan, zone=kkt).unchanged == 1


def test_a_correction_keeps_what_the_file_leaves_out(kkt, lan, cell):
    take_in([HEADER, line("CB01", quantity=2, female=1, workers=2, note="đợt 1")], by=lan, zone=kkt)
    bare = [HEADER[:6], line("CB01", quantity=5)[:6]]
    corrected = take_in(bare, by=lan, zone=kkt, corrections="Đếm lại theo hồ sơ")
    assert (corrected.status, corrected.updated, corrected.warnings) == ("written", 1, [])
    event = Event.objects.live().get(kind="admitted")
    assert (event.quantity, event.female, event.workers, event.note) == (5, 1, 2, "đợt 1")


def test_a_part_that_exceeds_the_corrected_total_is_dropped_with_a_warning(kkt, lan, cell):
    take_in([HEADER, line("CB01", quantity=5, female=4, workers=1)], by=lan, zone=kkt)
    result = take_in([HEADER, line("CB01", quantity=3)], by=lan, zone=kkt, corrections="Đếm lại theo hồ sơ")
    assert said(result.warnings) == [
        (2, "Trong đó nữ", "“Trong đó nữ” đang ghi 4, lớn hơn tổng mới là 3, nên được để trống: hãy ghi số đúng.")
    ]
    event = Event.objects.live().get(kind="admitted")
    assert (event.quantity, event.female, event.workers) == (3, None, 1)


def test_everything_a_correction_changes_is_shown_as_it_was(kkt, lan, cell):
    rows = [HEADER, line("CB01", quantity=5, female=4, note="đợt 1"), line("CB01", "Đổi tên", None, number="2-QĐ/ĐU")]
    rows = [[*row, name] for row, name in zip(rows, ["Tên mới", None, "Chi bộ B"], strict=True)]
    take_in(rows, by=lan, zone=kkt)
    rows[1][5], rows[1][6], rows[1][8], rows[2][9] = 3, None, "đợt 2", "Chi bộ C"
    rows[1][0] = rows[2][0] = "CB01"
    upload = matching.bring(
        workbook(*rows), "su-kien.xlsx", by=lan, now=timezone.now(), today=TODAY, kind="events", zone=kkt
    )
    mending.say(upload, corrections="Đếm lại theo hồ sơ", today=TODAY)
    assert [row.before for row in upload.rows.order_by("line")] == [
        {"quantity": "5", "female": "4", "note": "đợt 1"}, {"new_name": "Chi bộ B"}
    ]  # fmt: skip


def test_a_new_type_the_file_leaves_out_says_nothing(kkt, lan, cell):
    rows = [[*HEADER, "Loại mới"], [*line("CB01", "Nâng cấp", None), "Đảng bộ bộ phận"]]
    take_in(rows, by=lan, zone=kkt)
    assert take_in([HEADER, line("CB01", "Nâng cấp", None)], by=lan, zone=kkt).unchanged == 1


def test_a_part_the_file_leaves_out_says_nothing(kkt, lan, cell):
    take_in([HEADER, line("CB01", female=2)], by=lan, zone=kkt)
    assert take_in([HEADER, line("CB01")], by=lan, zone=kkt).unchanged == 1
    other = take_in([HEADER, line("CB01", female=1)], by=lan, zone=kkt)
    assert said(other.errors)[0][:2] == (2, "Trong đó nữ")


def test_a_file_that_leaves_the_issuer_out_finds_the_recorded_decision(kkt, lan, cell):
    take_in([HEADER, line("CB01")], by=lan, zone=kkt)
    bare = line("CB01")
    bare[4] = None
    assert take_in([HEADER, bare], by=lan, zone=kkt).unchanged == 1


@pytest.mark.parametrize(
    ("field", "cell_value", "words"),
    [
        (0, "Chi bộ không có", "Không có tổ chức"),
        (0, None, "phải có"),
        (1, "Liên hoan", "Kết nạp"),
        (1, "Giảm", "không dùng"),
        (2, "31/02/2024", "không phải ngày có thật"),
        (2, date(2023, 1, 1), "01/01/2023"),
        (5, None, "số người"),
        (5, 0, "0 người"),
        (5, "2,5", "nguyên"),
        (6, 9, "lớn hơn"),
    ],
)
def test_a_wrong_cell_is_named_once_and_nothing_is_written(kkt, lan, cell, field, cell_value, words):
    wrong = line("CB01", number="46-QĐ/ĐU")
    wrong[field] = cell_value
    result = take_in([HEADER, line("CB01"), wrong], by=lan, zone=kkt)
    (error,) = result.errors
    assert (result.status, error.row, error.column, result.rejected) == ("refused", 3, HEADER[field], 1)
    assert words in error.message
    assert Event.objects.filter(kind="admitted").count() == 0 and not Batch.objects.exists()


def test_one_run_names_wrong_cells_and_facts_that_do_not_fit_a_life(kkt, lan, cell):
    other = make.organization("Chi bộ B", zone=kkt, on=date(2024, 5, 20))
    rows = [
        HEADER,
        line("CB01", quantity="ba"),
        line("Chi bộ B", day=date(2024, 1, 1), number="1-QĐ/ĐU"),
        line("CB01", number="47-QĐ/ĐU"),
    ]
    result = take_in(rows, by=lan, zone=kkt)
    assert [(row, column) for row, column, _message in said(result.errors)] == [
        (2, "Số lượng"), (3, "Ngày quyết định")
    ]  # fmt: skip
    assert not Event.objects.filter(organization=other, kind="admitted").exists()


def test_a_fact_in_a_closed_period_is_refused(kkt, lan, cell):
    make.lock(kkt, date(2024, 1, 1), date(2024, 12, 31))
    result = take_in([HEADER, line("CB01")], by=lan, zone=kkt)
    assert said(result.errors)[0][:2] == (2, "Ngày quyết định")


def test_of_two_organisations_of_one_name_the_event_says_which_or_the_code_must(kkt, lan):
    party = make.organization("Công ty C", zone=kkt)
    make.organization("Công ty C", zone=kkt, type="union_base")
    make.organization("Công ty C", zone=kkt, type="youth_cell")
    assert take_in([HEADER, line("Công ty C", "Kết nạp đảng viên")], by=lan, zone=kkt).created == 1
    assert Event.objects.get(kind="admitted").organization == party
    result = take_in([HEADER, line("Công ty C", "Phát triển mới")], by=lan, zone=kkt)
    assert said(result.errors)[0][:2] == (2, "Tổ chức")


def test_events_of_a_cluster_below_the_zone_may_stand_in_its_file(kkt, lan, cluster):
    below = make.organization("Chi bộ Cụm", zone=cluster)
    assert take_in([HEADER, line("Chi bộ Cụm")], by=lan, zone=kkt).created == 1
    assert Event.objects.get(kind="admitted").zone == cluster == below.zone
