"""Small workbooks of every kind about the same few things, and second ones that say otherwise."""

from datetime import date

from organizations.models import Batch
from tests import make
from tests.imports.office import take_in

DAY = date(2025, 1, 15)
ON = date(2025, 3, 3)
PARK = "Đình Vũ"
ISSUER = "Đảng ủy Khu kinh tế Hải Phòng"


def enterprises():
    return [
        ["MST", "Tên DN", "KCN", "Loại vốn", "Quốc gia", "Số lao động"],
        [make.tax_code(1000), "Công ty Một", PARK, "FDI", "Nhật Bản", 120],
        [make.tax_code(2000), "Công ty Hai", PARK, "Tư nhân", None, 45],
        [None, "Công ty Ba", PARK, "Tư nhân", None, None],
    ]


def other_enterprises():
    return [
        ["MST", "Tên DN", "KCN", "Loại vốn", "Trạng thái", "Ngày hoạt động", "Số lao động"],
        [make.tax_code(1000), "Công ty Một Mới", "Tràng Duệ", None, None, None, 130],
        [make.tax_code(2000), "Công ty Hai", PARK, "FDI", "Tạm ngừng", date(2019, 5, 6), 50],
        [make.tax_code(4000), "Công ty Bốn", "Tràng Duệ", None, None, None, None],
    ]


def organizations():
    return [
        ["Mã", "Tên tổ chức", "Loại", "Trực thuộc", "MST DN", "Số QĐ", "Ngày QĐ", "Cơ quan ban hành", "Số thành viên"],
        ["DB1", "Đảng bộ Một", "Đảng bộ cơ sở", None, make.tax_code(1000), "1-QĐ/ĐU", DAY, ISSUER, 40],
        [None, "Chi bộ Hai", "Chi bộ trực thuộc", "Đảng bộ Một", None, "2-QĐ/ĐU", DAY, ISSUER, 5],
        [None, "Công đoàn Ba", "CĐCS", None, make.tax_code(2000), "3-QĐ/LĐLĐ", DAY, "Liên đoàn Lao động", 30],
    ]


def other_organizations():
    return [
        ["Mã", "Tên tổ chức", "Loại", "Trực thuộc", "MST DN", "Số QĐ", "Ngày QĐ", "Cơ quan ban hành", "Số thành viên"],
        [None, "Chi bộ Hai", "Chi bộ trực thuộc", "Đảng bộ Bốn", make.tax_code(2000), "2-QĐ/ĐU", DAY, ISSUER, 7],
        [None, "Công đoàn Ba", "CĐCS", None, make.tax_code(1000), "33-QĐ/LĐLĐ", date(2025, 1, 20),
         "Liên đoàn Lao động", None],
        ["DB4", "Đảng bộ Bốn", "Đảng bộ cơ sở", None, None, "4-QĐ/ĐU", DAY, ISSUER, None],
    ]  # fmt: skip


def events():
    return [
        ["Tổ chức", "Sự kiện", "Ngày QĐ", "Số QĐ", "Cơ quan ban hành", "Số lượng", "Trong đó nữ", "Tên mới"],
        ["Chi bộ Hai", "Kết nạp", ON, "11-QĐ/ĐU", ISSUER, 4, 2, None],
        ["Chi bộ Hai", "Kết nạp", ON, "11-QĐ/ĐU", ISSUER, 4, 2, None],
        ["Công đoàn Ba", "Phát triển mới", ON, None, None, 12, 5, None],
        ["Công đoàn Ba", "Giảm", date(2025, 4, 4), None, None, 2, None, None],
        ["DB1", "Tạm ngừng", ON, "12-QĐ/ĐU", ISSUER, None, None, None],
        ["DB1", "Đổi tên", date(2025, 5, 5), "13-QĐ/ĐU", ISSUER, None, None, "Đảng bộ Một Mới"],
    ]


def other_events():
    return [
        ["Tổ chức", "Sự kiện", "Ngày QĐ", "Số QĐ", "Cơ quan ban hành", "Số lượng", "Trong đó nữ", "Loại mới"],
        ["Công đoàn Ba", "Phát triển mới", ON, None, None, 15, 6, None],
        ["DB1", "Hoạt động lại", date(2025, 6, 6), "14-QĐ/ĐU", ISSUER, None, None, None],
        ["Công đoàn Ba", "Giải thể", date(2025, 9, 9), "15-QĐ/LĐLĐ", "Liên đoàn Lao động", None, None, None],
    ]


def headcounts():
    return [
        ["MST", "Tổ chức", "Ngày", "Tổng số", "Nữ", "Chính thức"],
        [make.tax_code(1000), None, date(2025, 12, 31), 150, 70, None],
        [None, "Chi bộ Hai", date(2025, 12, 31), 9, 4, 8],
        [None, "Chi bộ Hai", DAY, 6, None, None],
    ]


def other_headcounts():
    return [
        ["MST", "Tổ chức", "Ngày", "Tổng số", "Nữ", "Chính thức"],
        [make.tax_code(1000), None, date(2025, 12, 31), 155, None, None],
        [None, "Chi bộ Hai", date(2025, 12, 31), 10, None, 9],
        [make.tax_code(2000), None, DAY, 44, None, None],
    ]


def targets():
    return [
        ["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao", "Văn bản giao", "Ngày văn bản", "Kết quả công bố (%)"],
        ["HP-KKT", "union_orgs", 2025, "5-7", "7-CT", DAY, None],
        ["HP-KKT", "party_orgs", 2025, "8", None, None, "120"],
    ]


def other_targets():
    return [
        ["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao", "Văn bản giao", "Ngày văn bản", "Kết quả công bố (%)"],
        ["HP-KKT", "union_orgs", 2025, "6-9", "6-CT", date(2024, 12, 1), None],
        ["HP-KKT", "party_orgs", 2025, "9", "9-CT", date(2025, 6, 1), None],
        ["HP-KKT", "youth_orgs", 2025, "1", None, None, None],
    ]


FILES = {"enterprises": enterprises, "organizations": organizations, "events": events, "headcounts": headcounts,
         "targets": targets}  # fmt: skip
OTHERS = {"enterprises": other_enterprises, "organizations": other_organizations, "events": other_events,
          "headcounts": other_headcounts, "targets": other_targets}  # fmt: skip


def before(kind):
    """The kinds of file that must be there before one of this kind."""
    return list(FILES)[: list(FILES).index(kind)]


def written(rows, *, by, zone=None, **options):
    """The batch of a file that must be taken in."""
    result = take_in(rows, by=by, zone=zone, **options)
    assert (result.status, result.errors) == ("written", []) and result.batch, result.errors
    return Batch.objects.get(pk=result.batch)
