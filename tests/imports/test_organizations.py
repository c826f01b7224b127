"""Workbooks of organisations: each line founds one, with its decision."""

from datetime import date

import pytest

from organizations.models import Change, Coverage, Decision, Event, Headcount, Organization
from tests import make
from tests.imports.office import said, take_in

HEADER = ["Mã", "Tên tổ chức", "Loại tổ chức", "Trực thuộc", "Mã số thuế doanh nghiệp", "Số quyết định",
          "Ngày quyết định", "Cơ quan ban hành", "Số thành viên"]  # fmt: skip
DAY = date(2024, 3, 15)


def line(name, type_="Chi bộ cơ sở", *, code=None, parent=None, taxes=None, number="12-QĐ/ĐU", day=DAY, members=None):
    return [code, name, type_, parent, taxes, number, day, "Đảng ủy Khu kinh tế Hải Phòng", members]


def test_a_line_founds_the_organisation_with_its_decision_members_and_enterprises(kkt, lan):
    first, second = make.enterprise(zone=kkt), make.enterprise(zone=kkt)
    row = line("Chi bộ Công ty A", code="CB01", taxes=f"{first.tax_code}; {second.tax_code}", members=4)
    result = take_in([HEADER, row], by=lan, zone=kkt)
    assert (result.status, result.kind, result.created, result.errors) == ("written", "organizations", 1, [])
    one = Organization.objects.get()
    assert (one.code, one.type.code, one.zone, one.founded_on, one.status) == ("CB01", "party_cell", kkt, DAY, "active")
    event = Event.objects.get()
    assert (event.kind, event.quantity, event.effective_on, event.enterprise) == ("established", 1, DAY, first)
    assert (event.decision.number, event.decision.issuer.name) == ("12-QĐ/ĐU", "Đảng ủy Khu kinh tế Hải Phòng")
    assert Headcount.objects.get().total == 4
    assert list(Coverage.objects.values_list("enterprise", "is_lead")) == [(first.pk, True), (second.pk, False)]
    lines = {event.batch_row, Headcount.objects.get().batch_row, event.decision and Change.objects.first().batch_row}
    assert len(lines) == 1


def test_the_same_file_again_writes_nothing(kkt, lan):
    rows = [HEADER, line("Chi bộ A", members=4), line("Chi bộ B", code="CB02", members=5)]
    take_in(rows, by=lan, zone=kkt)
    again = take_in(rows, by=lan, zone=kkt)
    assert (again.created, again.updated, again.unchanged, again.batch) == (0, 0, 2, None)
    assert (Event.objects.count(), Decision.objects.count()) == (2, 1)


def test_the_file_of_the_founding_still_fits_after_the_cell_became_a_committee_or_ended(kkt, lan):
    rows = [HEADER, line("Chi bộ A")]
    take_in(rows, by=lan, zone=kkt)
    one = Organization.objects.get()
    from organizations import actions

    later = make.decision(on=date(2025, 1, 1), zone=kkt)
    actions.upgrade(
        organization=one, to_type=make.type_("party_committee"), decision=later, by=lan, reason="đủ điều kiện"
    )
    assert take_in(rows, by=lan, zone=kkt).unchanged == 1
    actions.dissolve(
        reason="Sắp xếp lại", organization=one, decision=make.decision(on=date(2025, 6, 1), zone=kkt), by=lan
    )
    assert take_in(rows, by=lan, zone=kkt).unchanged == 1
    assert Organization.objects.count() == 1
    refounded = take_in([HEADER, line("Chi bộ A", number="99-QĐ/ĐU", day=date(2026, 1, 5))], by=lan, zone=kkt)
    assert refounded.created == 1


def test_an_organisation_may_belong_to_another_line_or_to_one_recorded(kkt, lan):
    over = make.organization("Đảng bộ Khu kinh tế", zone=kkt, type="party_superior")
    rows = [
        HEADER,
        line("Chi bộ trực thuộc 1", "Chi bộ trực thuộc", parent="Đảng bộ Công ty A"),
        line("Đảng bộ Công ty A", "Đảng bộ cơ sở", parent="đảng bộ khu kinh tế"),
    ]
    assert take_in(rows, by=lan, zone=kkt).created == 2
    small, big = (Organization.objects.get(name=row[1]) for row in rows[1:])
    assert (small.parent, big.parent) == (big, over)
    assert take_in(rows, by=lan, zone=kkt).unchanged == 2


def test_lines_that_belong_to_each_other_in_a_circle_are_refused(kkt, lan):
    rows = [
        HEADER,
        line("Đảng bộ A", "Đảng bộ cơ sở", parent="Đảng bộ B"),
        line("Đảng bộ B", "Đảng bộ cơ sở", parent="Đảng bộ A"),
    ]
    result = take_in(rows, by=lan, zone=kkt)
    assert result.status == "refused" and {error.column for error in result.errors} == {"Trực thuộc"}
    assert not Organization.objects.exists()


def test_a_later_file_adds_the_superior_the_enterprise_and_the_count(kkt, lan):
    take_in([HEADER, line("Chi bộ A")], by=lan, zone=kkt)
    over = make.organization("Đảng bộ Khu kinh tế", zone=kkt, type="party_superior")
    host = make.enterprise(zone=kkt)
    rows = [HEADER, line("Chi bộ A", parent=over.name, taxes=host.tax_code, members=9)]
    result = take_in(rows, by=lan, zone=kkt, counted=date(2025, 12, 31))
    assert (result.updated, result.errors) == (1, [])
    one = Organization.objects.get(name="Chi bộ A")
    assert (one.parent, one.coverage.get().enterprise, one.coverage.get().is_lead) == (over, host, True)
    assert Headcount.objects.get().on == date(2025, 12, 31)
    assert take_in(rows, by=lan, zone=kkt, counted=date(2025, 12, 31)).unchanged == 1


@pytest.mark.parametrize(
    ("field", "cell", "words"),
    [
        (1, None, "phải có"),
        (2, "Chi bộ lạ", "Công đoàn cơ sở"),
        (3, "Đảng bộ không có", "Không có tổ chức"),
        (4, "0100112437", "doanh nghiệp trước"),
        (4, "12", "12"),
        (5, None, "phải có"),
        (6, "31/02/2024", "không phải ngày có thật"),
        (6, date(1929, 1, 1), "1930"),
        (6, date(2027, 1, 1), "2026"),
        (8, "1,5", "nguyên"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_written(kkt, lan, field, cell, words):
    wrong = line("Chi bộ B")
    wrong[field] = cell
    result = take_in([HEADER, line("Chi bộ A"), wrong], by=lan, zone=kkt)
    (error,) = result.errors
    assert (result.status, error.row, error.column) == ("refused", 3, HEADER[field])
    assert words in error.message
    assert not Organization.objects.exists() and not Decision.objects.exists() and not Event.objects.exists()


def test_few_members_and_a_type_not_in_use_only_warn_and_the_warning_is_kept_with_the_line(kkt, lan):
    rows = [HEADER, line("Chi bộ A", members=2), line("Chi bộ mới", "Chi bộ", day=date(2020, 1, 1), number="1-QĐ/ĐU")]
    result = take_in(rows, by=lan, zone=kkt)
    assert (result.status, result.created) == ("written", 2)
    assert {finding.row for finding in result.warnings} == {2, 3}
    stored = Event.objects.get(organization__name="Chi bộ A").batch_row
    assert stored.warnings and stored.warnings[0]["message"] in [finding.message for finding in result.warnings]


def test_another_decision_of_the_same_founding_needs_a_reason(kkt, lan):
    take_in([HEADER, line("Chi bộ A")], by=lan, zone=kkt)
    other = [HEADER, line("Chi bộ A", number="21-QĐ/ĐU")]
    result = take_in(other, by=lan, zone=kkt)
    assert (result.status, said(result.errors)[0][:2]) == ("refused", (2, "Số quyết định"))
    assert "12-QĐ/ĐU" in result.errors[0].message
    corrected = take_in(other, by=lan, zone=kkt, corrections="Ghi nhầm số")
    assert (corrected.status, corrected.updated) == ("written", 1)
    live = Event.objects.live().get()
    assert (live.decision.number, live.counts_as_new) == ("21-QĐ/ĐU", True)
    assert Event.objects.get(reverses__isnull=False).reason == "Ghi nhầm số"
    assert take_in(other, by=lan, zone=kkt).unchanged == 1


def test_a_corrected_founding_keeps_its_type_and_its_note(kkt, lan):
    from organizations import actions

    take_in([HEADER, line("Chi bộ A")], by=lan, zone=kkt)
    one = Organization.objects.get()
    actions.correct(event=Event.objects.get(), reason="Ghi thêm", note="theo biên bản", by=lan)
    later = make.decision(on=date(2025, 1, 1), zone=kkt)
    actions.upgrade(organization=one, to_type=make.type_("party_committee"), decision=later, by=lan, reason="đủ người")
    other = [HEADER, line("Chi bộ A", number="21-QĐ/ĐU")]
    assert take_in(other, by=lan, zone=kkt, corrections="Ghi nhầm số").updated == 1
    founding = Event.objects.live().get(kind="established")
    assert (founding.decision.number, founding.type.code, founding.note) == ("21-QĐ/ĐU", "party_cell", "theo biên bản")


def test_a_recorded_code_with_another_name_or_type_is_refused(kkt, lan):
    take_in([HEADER, line("Chi bộ A", code="CB01")], by=lan, zone=kkt)
    name = take_in([HEADER, line("Chi bộ Khác", code="CB01")], by=lan, zone=kkt)
    kind = take_in([HEADER, line("Chi bộ A", "Đảng bộ cơ sở", code="CB01")], by=lan, zone=kkt)
    assert [result.errors[0].column for result in (name, kind)] == ["Tên tổ chức", "Loại tổ chức"]


def test_a_founding_in_a_closed_period_is_refused(kkt, lan):
    make.lock(kkt, date(2024, 1, 1), date(2024, 12, 31))
    result = take_in([HEADER, line("Chi bộ A"), line("Chi bộ B", day=date(2025, 1, 1))], by=lan, zone=kkt)
    assert said(result.errors)[0][:2] == (2, "Ngày quyết định") and result.rejected == 1
    assert not Organization.objects.exists()


def test_types_are_understood_by_short_names_and_codes(kkt, lan):
    rows = [
        HEADER,
        line("CĐ A", "CĐCS", members=20),
        line("CĐ B", "union_base", members=20),
        line("Đoàn C", "chi đoàn", members=9),
    ]
    assert take_in(rows, by=lan, zone=kkt).created == 3
    assert set(Organization.objects.values_list("type__code", flat=True)) == {"union_base", "youth_cell"}


def asked(*lines, by, zone):
    """What is asked about possible duplicates: (row, column, the beginning of the message)."""
    result = take_in([HEADER, *lines], by=by, zone=zone, dry_run=True)
    assert result.errors == []
    return [(*one[:2], one[2].split(":")[0]) for one in said(result.warnings) if "cùng một tổ chức" in one[2]]


def test_a_second_organisation_of_a_sector_in_one_enterprise_is_asked_about(kkt, lan):
    host = make.enterprise("Công ty TNHH Dệt may Tân Ngân (mẫu)", zone=kkt)
    make.organization("Tổ chức cũ", zone=kkt, enterprises=[host])
    party, union = "Chi bộ Công ty TNHH Dệt may Tân Ngân", "Công đoàn Công ty TNHH Dệt may Tân Ngân"

    assert asked(line(party, taxes=host.tax_code, members=4), by=lan, zone=kkt) == [
        (2, "Mã số thuế doanh nghiệp", "“Tổ chức cũ” (Chi bộ cơ sở) đang hoạt động tại doanh nghiệp này")
    ]
    assert asked(line(union, "Công đoàn cơ sở", taxes=host.tax_code, members=30), by=lan, zone=kkt) == []


def test_a_name_that_differs_in_brackets_or_common_words_is_asked_about(kkt, lan, cluster, other_zone):
    make.organization("Chi bộ Công ty TNHH Dệt may Tân Ngân (mẫu)", zone=kkt)
    make.organization("Chi bộ Công ty CP Bao bì Sao Mai", zone=cluster)
    make.organization("Chi bộ Công ty CP Thép Đình Vũ", zone=other_zone)
    names = ["Công ty TNHH Dệt may Tân Ngân", "Công ty TNHH Bao bì Sao Mai", "Công ty TNHH Thép Đình Vũ"]

    assert asked(*(line(f"Chi bộ {name}", members=4) for name in names), by=lan, zone=kkt) == [
        (2, "Tên tổ chức", "Sổ đã có “Chi bộ Công ty TNHH Dệt may Tân Ngân (mẫu)” (Chi bộ cơ sở), tên gần giống"),
        (3, "Tên tổ chức", "Sổ đã có “Chi bộ Công ty CP Bao bì Sao Mai” (Chi bộ cơ sở), tên gần giống"),
    ]


def test_an_ended_organisation_and_the_one_above_are_no_duplicates(kkt, lan):
    from organizations import actions

    host = make.enterprise(zone=kkt)
    ended = make.organization("Chi bộ Công ty Dệt may Tân Ngân", zone=kkt, enterprises=[host])
    actions.dissolve(
        reason="Sắp xếp lại", organization=ended, decision=make.decision(on=date(2024, 6, 1), zone=kkt), by=lan
    )
    over = make.organization("Đảng bộ Công ty Bao bì Sao Mai", zone=kkt, type="party_committee", enterprises=[host])
    cell = line("Chi bộ Bao bì Sao Mai", "Chi bộ trực thuộc", parent=over.name, taxes=host.tax_code, members=4)

    assert asked(cell, line("Chi bộ Công ty TNHH Dệt may Tân Ngân", members=4), by=lan, zone=kkt) == []
