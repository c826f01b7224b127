"""One look at a line tells all that is wrong with it: each wrong cell once, whatever else is wrong beside it."""

import pytest

from tests import make
from tests.imports.office import said, take_in

pytestmark = pytest.mark.django_db


def columns(result):
    return [(row, column) for row, column, _message in said(result.errors)]


def test_an_unknown_organisation_does_not_hide_behind_a_wrong_date(lan, kkt):
    make.organization("Chi bộ Cát Hải", zone=kkt, type="party_cell")
    header = ["Tổ chức", "Sự kiện", "Ngày quyết định", "Số lượng", "Trong đó nữ"]
    result = take_in(
        [
            header,
            ["Chi bộ Không Có", "Kết nạp đảng viên", "31/02/2024", None, None],
            ["Chi bộ Cát Hải", "Kết nạp vội", "31/02/2024", 3, None],
            ["Chi bộ Không Có", "Làm gì đó", "01/02/2024", 3, "ba"],
            ["Chi bộ Cát Hải", "Kết nạp đảng viên", "x", 3, 5],
            ["Chi bộ Cát Hải", "Kết nạp đảng viên", "x", "y", 5],
        ],
        by=lan, zone=kkt,
    )  # fmt: skip
    assert sorted(columns(result)) == sorted(
        [
            (2, "Tổ chức"), (2, "Ngày quyết định"), (2, "Số lượng"),
            (3, "Sự kiện"), (3, "Ngày quyết định"),
            (4, "Tổ chức"), (4, "Sự kiện"), (4, "Trong đó nữ"),
            (5, "Ngày quyết định"), (5, "Trong đó nữ"),
            (6, "Ngày quyết định"), (6, "Số lượng"),
        ]
    )  # fmt: skip
    assert result.rejected == 5


def test_unknown_enterprises_and_superiors_are_told_beside_a_wrong_date(lan, kkt):
    header = [
        "Tên tổ chức",
        "Loại tổ chức",
        "Trực thuộc",
        "Mã số thuế doanh nghiệp",
        "Số quyết định",
        "Ngày quyết định",
    ]
    result = take_in(
        [header, ["Chi bộ A", "chi bộ cơ sở", "Đảng bộ Không Có", make.tax_code(), "1-QĐ/ĐU", "31/02/2024"]],
        by=lan, zone=kkt,
    )  # fmt: skip
    assert sorted(columns(result)) == sorted(
        [(2, "Trực thuộc"), (2, "Mã số thuế doanh nghiệp"), (2, "Ngày quyết định")]
    )


def test_a_line_is_not_wrong_because_the_line_of_its_superior_is(lan, kkt):
    header = ["Tên tổ chức", "Loại tổ chức", "Trực thuộc", "Số quyết định", "Ngày quyết định"]
    result = take_in(
        [
            header,
            ["Đảng bộ A", "đảng bộ cơ sở", None, "1-QĐ/ĐU", "31/02/2024"],
            ["Chi bộ A1", "chi bộ trực thuộc", "Đảng bộ A", "2-QĐ/ĐU", "01/03/2024"],
        ],
        by=lan, zone=kkt,
    )  # fmt: skip
    assert columns(result) == [(2, "Ngày quyết định")]


def test_a_count_tells_its_subject_and_its_parts_beside_a_wrong_day(lan, kkt):
    result = take_in(
        [["Mã số thuế", "Ngày", "Tổng số", "Nữ"], [make.tax_code(), "31/02/2024", 10, 12]], by=lan, zone=kkt
    )
    assert sorted(columns(result)) == sorted([(2, "Mã số thuế"), (2, "Ngày"), (2, "Nữ")])


def test_a_target_outside_the_zone_tells_its_missing_date_too(admin, city, kkt, other_zone):
    header = ["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao", "Văn bản giao", "Ngày văn bản"]
    row = ["HP-KHAC", "party_orgs", "hai nghìn", "5-7", "12-QĐ", None]
    result = take_in([header, row], by=admin, zone=kkt)
    assert sorted(columns(result)) == sorted([(2, "Đơn vị"), (2, "Năm"), (2, "Ngày văn bản")])


def test_a_start_in_the_future_is_told_beside_a_wrong_park(lan, kkt, dinh_vu):
    header = ["Tên doanh nghiệp", "Khu công nghiệp", "Ngày hoạt động"]
    result = take_in([header, ["Công ty A", "Không Đâu", "01/01/2030"]], by=lan, zone=kkt)
    assert sorted(columns(result)) == sorted([(2, "Khu công nghiệp"), (2, "Ngày hoạt động")])
