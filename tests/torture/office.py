"""What the office of these tests holds, and the workbooks its people send: invented, about 1,500 lines each."""

from datetime import date, timedelta
from pathlib import Path

from django.apps import apps

from organizations.models import Organization, Zone
from tests import make
from tests.imports.office import take_in, workbook

LINES = 1500
ZONE, BELOW, WITHOUT_HEAD = "HP-KKT", "HP-KKT-1", "HP-MOI"
BESIDE = [f"HP-K{number}" for number in range(1, 9)]
DAY = date(2025, 3, 3)
KINDS = ("enterprises", "organizations", "events", "headcounts", "targets")
UNIONS, ENTERPRISES = 150, 150  # of ZONE; a tenth of that in each of the others
INDICATORS = ("party_orgs", "party_members", "union_orgs", "union_members", "youth_orgs", "youth_members")


def fill():
    """Zones, parks, and in each zone enterprises and unions to which files and clerks refer."""
    zone = make.zone(ZONE, name="Khu kinh tế Hải Phòng")
    zones = [zone, make.zone(BELOW, parent=zone, name="Cụm Đình Vũ"), *(make.zone(code) for code in BESIDE)]
    for one in zones:
        make.park(f"KCN {one.code}", zone=one)
        share = 1 if one == zone else 10
        taken = take_in(enterprises(one.code, ENTERPRISES // share, 0), by=make.system(), zone=one)
        assert (taken.status, taken.errors) == ("written", [])
        taken = take_in(unions(one.code, UNIONS // share), by=make.system(), zone=one)
        assert (taken.status, taken.errors) == ("written", [])
    Zone.objects.create(code=WITHOUT_HEAD, name="Khu mới", kind=zone.kind, parent=zone.parent)
    make.park(f"KCN {WITHOUT_HEAD}")


def counts() -> dict[str, int]:
    """How many rows every table holds."""
    return {
        model._meta.db_table: model._base_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.managed
    }


# ------------------------------------------------------------------------------------------ workbooks


def _code(zone, number):
    return f"CD-{zone}-{number}"


def unions(zone, count, start=0, issuer="Liên đoàn Lao động"):
    header = ["Mã", "Tên tổ chức", "Loại tổ chức", "Số quyết định", "Ngày quyết định", "Cơ quan ban hành",
              "Số thành viên"]  # fmt: skip
    return [header] + [
        [_code(zone, number), f"Công đoàn {zone} {number}", "union_base", f"{number // 20}-QĐ/LĐLĐ", DAY,
         f"{issuer} {number // 50}", 20 + number % 30]
        for number in range(start, start + count)
    ]  # fmt: skip


def organizations(zone, count=LINES, start=1000):
    return unions(zone, count, start, "Công đoàn cấp trên")


def enterprises(zone, count=LINES, start=1000):
    header = ["Mã số thuế", "Tên doanh nghiệp", "Khu công nghiệp", "Loại vốn", "Số lao động"]
    return [header] + [
        [make.tax_code(2 * number), f"Công ty {zone} {number}", f"KCN {zone}", "Tư nhân", 10 + number]
        for number in range(start, start + count)
    ]


def events(zone, count=LINES, unions_of_zone=UNIONS, day=DAY, issuer="Công đoàn Khu"):
    header = ["Tổ chức", "Sự kiện", "Ngày quyết định", "Số quyết định", "Cơ quan ban hành", "Số lượng"]
    return [header] + [
        [_code(zone, number % unions_of_zone), "Phát triển đoàn viên", day + timedelta(days=number // unions_of_zone),
         f"{number // unions_of_zone}-QĐ/CĐ", f"{issuer} {number // unions_of_zone}", 1 + number % 9]
        for number in range(count)
    ]  # fmt: skip


def headcounts(zone, count=LINES, unions_of_zone=UNIONS):
    header = ["Tổ chức", "Ngày", "Tổng số"]
    return [header] + [
        [_code(zone, number % unions_of_zone), DAY + timedelta(days=100 + number // unions_of_zone), 30 + number % 50]
        for number in range(count)
    ]


def targets(zone, count=LINES):
    header = ["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao", "Văn bản giao", "Ngày văn bản"]
    zones = [ZONE, BELOW, *BESIDE]
    return [header] + [
        [zones[number % 10], INDICATORS[number // 10 % 6], 2000 + number // 60, 5 + number % 7,
         f"{number % 50}-CT/TU", DAY]
        for number in range(count)
    ]  # fmt: skip


def files(folder: Path) -> dict[str, Path]:
    """A workbook of each kind for ZONE."""
    return {kind: written(folder, kind, globals()[kind](ZONE)) for kind in KINDS}


def written(folder: Path, name: str, rows) -> Path:
    path = folder / f"{name}.xlsx"
    path.write_bytes(workbook(*rows))
    return path


def zone_option(kind, zone=ZONE):
    return [] if kind == "targets" else ["--zone", zone]


def union_of(zone, number=0) -> Organization:
    return Organization.objects.get(zone__code=zone, code=_code(zone, number))
