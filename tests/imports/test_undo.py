"""An import taken back: everything is as it was, the ledger only grew, and the file may come again."""

from datetime import date

import pytest

from imports.undo import undo_batch
from organizations import audit
from organizations.models import Batch
from tests import make
from tests.imports.digest import differences, digest
from tests.imports.office import take_in

DAY = date(2025, 1, 15)
PARK = "Đình Vũ"
ISSUER = "Đảng ủy Khu kinh tế Hải Phòng"


def enterprises():
    return [
        ["MST", "Tên DN", "KCN", "Loại vốn", "Quốc gia", "Số lao động"],
        [make.tax_code(1000), "Công ty Một", PARK, "FDI", "Nhật Bản", 120],
        [make.tax_code(2000), "Công ty Hai", PARK, "Tư nhân", None, 45],
        [None, "Công ty Ba", PARK, "Tư nhân", None, None],
    ]


def organizations():
    return [
        ["Mã", "Tên tổ chức", "Loại", "Trực thuộc", "MST DN", "Số QĐ", "Ngày QĐ", "Cơ quan ban hành", "Số thành viên"],
        ["DB1", "Đảng bộ Một", "Đảng bộ cơ sở", None, make.tax_code(1000), "1-QĐ/ĐU", DAY, ISSUER, 40],
        [None, "Chi bộ Hai", "Chi bộ trực thuộc", "Đảng bộ Một", None, "2-QĐ/ĐU", DAY, ISSUER, 5],
        [None, "Công đoàn Ba", "CĐCS", None, make.tax_code(2000), "3-QĐ/LĐLĐ", DAY, "Liên đoàn Lao động", 30],
    ]


def events():
    on = date(2025, 3, 3)
    return [
        ["Tổ chức", "Sự kiện", "Ngày QĐ", "Số QĐ", "Cơ quan ban hành", "Số lượng", "Trong đó nữ"],
        ["Chi bộ Hai", "Kết nạp", on, "11-QĐ/ĐU", ISSUER, 4, 2],
        ["Chi bộ Hai", "Kết nạp", on, "11-QĐ/ĐU", ISSUER, 4, 2],
        ["Công đoàn Ba", "Phát triển mới", on, None, None, 12, 5],
        ["Công đoàn Ba", "Giảm", date(2025, 4, 4), None, None, 2, None],
        ["Đảng bộ Một", "Tạm ngừng", on, "12-QĐ/ĐU", ISSUER, None, None],
    ]


def headcounts():
    return [
        ["MST", "Tổ chức", "Ngày", "Tổng số", "Nữ", "Chính thức"],
        [make.tax_code(1000), None, date(2025, 12, 31), 150, 70, None],
        [None, "Chi bộ Hai", date(2025, 12, 31), 9, 4, 8],
        [None, "Chi bộ Hai", DAY, 6, None, None],
    ]


def targets():
    return [
        ["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao", "Văn bản giao", "Ngày văn bản", "Kết quả công bố (%)"],
        ["HP-KKT", "union_orgs", 2025, "5-7", "7-CT", DAY, None],
        ["HP-KKT", "party_orgs", 2025, "8", None, None, "120"],
    ]


FILES = {"enterprises": enterprises, "organizations": organizations, "events": events, "headcounts": headcounts,
         "targets": targets}  # fmt: skip


def written(rows, *, by, zone, **options):
    result = take_in(rows, by=by, zone=zone, **options)
    assert (result.status, result.errors) == ("written", []) and result.batch
    return Batch.objects.get(pk=result.batch)


def undo(batch, by, **options):
    undone = undo_batch(batch, by=by, **options)
    assert audit.differences() == []
    return undone


@pytest.fixture
def office(kkt, admin, dinh_vu):
    """Imports files into HP-KKT one by one; returns their batches."""

    def take(*kinds):
        return [written(FILES[kind](), by=admin, zone=None if kind == "targets" else kkt, kind=kind) for kind in kinds]

    return take


@pytest.mark.parametrize("kind", FILES)
def test_an_import_undone_leaves_everything_as_it_was_and_may_come_again(office, admin, kind):
    office(*[name for name in FILES if name != kind and list(FILES).index(name) < list(FILES).index(kind)])
    before = digest()
    (batch,) = office(kind)
    during = digest()
    assert differences(before, during)
    undone = undo(batch, admin)
    assert (undone.kept, undone.blocked, len(undone.reversed)) == ([], [], len(FILES[kind]()) - 1)
    assert undone.batch.undoes == batch
    assert differences(before, digest()) == {}
    (again,) = office(kind)
    assert (again.created, again.updated) == (batch.created, batch.updated)
    assert differences(during, digest()) == {}
