"""How much an import costs above its floor.

The floor is what no importer can leave out: read with calamine, validate every cell, raw statements that store the
enterprises and their counts of workers. The import also keeps the file's lines, what changed, who did it, and seals.
The peer is the usual way: look each row up, clean it, save it. Processor time, the reading process included.
"""

import io
import resource
from collections.abc import Iterator

import python_calamine
import xlsxwriter
from django.db import connection, transaction
from django.utils import timezone

from imports.intake import import_file
from imports.vocabulary import choices
from organizations.models import Enterprise, Headcount
from tests import make
from vietnamese.dates import parse_date
from vietnamese.numbers import parse_count
from vietnamese.tax_codes import check_digit, parse_tax_code
from vietnamese.text import parse_name, search_key, sort_key

from .measure import Row

ROWS = 10_000
MEMORY = 300  # MB, of the importing and of the reading process
HEADER = (
    "STT", "Mã số thuế", "Tên doanh nghiệp", "Khu công nghiệp", "Loại hình", "Loại vốn", "Quốc gia", "Số lao động",
    "Ngày hoạt động",
)  # fmt: skip
NAMES = "Công ty TNHH Sản xuất và Thương mại Số {}"


def workbook(rows: int) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("DN")
        sheet.write_row(0, 0, HEADER)
        number = 0
        for line in range(1, rows + 1):
            while (digit := check_digit(f"02{number:07d}")) is None:
                number += 1
            code, number = f"02{number:07d}{digit}", number + 1
            capital = ("FDI", "Nhật Bản") if line % 3 else ("Tư nhân", "")
            cells = [line, code, NAMES.format(line), "KCN Đình Vũ", "TNHH", *capital, line % 900 + 1, "01/02/2020"]
            sheet.write_row(line, 0, cells)
    return stream.getvalue()


def seconds() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def timed(act) -> float:
    """Processor milliseconds of ``act``."""
    before = seconds()
    act()
    return 1000 * (seconds() - before)


def read_and_validate(data, zone, park):
    """Each row of the file as the values an enterprise is stored with, and its count of workers."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    forms, capitals = choices("LEGAL_FORMS")[0], choices("OWNERSHIPS")[0]
    for row in book.get_sheet_by_index(0).to_python()[1:]:
        _number, code, name, park_name, form, capital, country, workers, day = row
        name = parse_name(name, 250)
        assert search_key(park_name)
        values = {
            "name": name, "search_key": search_key(name), "sort_key": sort_key(name), "version": 1,
            "zone_id": zone.pk, "park_id": park.pk, "tax_code": parse_tax_code(code).text,
            "legal_form": forms[search_key(form)], "ownership": capitals[search_key(capital)], "countries": country,
            "status": "operating", "started_on": parse_date(day), "is_demo": False,
        }  # fmt: skip
        yield values, parse_count(workers)


def floor(data, zone, park, by):
    """Read, validate, two raw statements; taken back."""
    rows = list(read_and_validate(data, zone, park))
    condition = "duplicate_of_id IS NULL AND voided_by_id IS NULL AND NOT (tax_code = '')"
    upsert = (
        f"INSERT INTO organizations_enterprise ({', '.join(rows[0][0])}) "
        f"VALUES ({', '.join(['%s'] * len(rows[0][0]))}) ON CONFLICT (zone_id, tax_code) WHERE {condition} "
        "DO UPDATE SET name = excluded.name, park_id = excluded.park_id"
    )
    count = (
        "INSERT INTO organizations_headcount (zone_id, seq, prev_hash, hash, recorded_by_id, recorded_at, "
        'enterprise_id, "on", total, withdrawn, reason) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)'
    )
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(upsert, [tuple(values.values()) for values, _workers in rows])
        cursor.execute("SELECT id FROM organizations_enterprise WHERE zone_id = %s ORDER BY id", [zone.pk])
        ids = [row[0] for row in cursor.fetchall()]
        cursor.executemany(
            count,
            [
                (zone.pk, 10**9 + line, "", "0" * 64, by.pk, now, pk, now.date(), workers, False, "")
                for line, (pk, (_values, workers)) in enumerate(zip(ids, rows, strict=False), start=1)
            ],
        )
        transaction.set_rollback(True)


def loop(data, zone, park, by):
    """The usual way, a row at a time; taken back."""
    now = timezone.now()
    with transaction.atomic():
        for line, (values, workers) in enumerate(read_and_validate(data, zone, park), start=1):
            row = Enterprise.objects.filter(zone=zone, tax_code=values["tax_code"]).first() or Enterprise(zone=zone)
            for name, value in values.items():
                setattr(row, name, value)
            row.full_clean()
            row.save()
            count = Headcount(
                zone=zone, seq=10**9 + line, hash="0" * 64, recorded_by=by, recorded_at=now, enterprise=row,
                on=now.date(), total=workers,
            )  # fmt: skip
            count.full_clean()
            count.save()
        transaction.set_rollback(True)


def run() -> Iterator[Row]:
    zones = [make.zone(f"HP-BENCH-{number}") for number in range(3)]
    park, by = make.park("KCN Đình Vũ"), make.system()

    def take_in(data, zone, created):
        result = import_file(data, name="bench.xlsx", by=by, today=timezone.localdate(), zone=zone)
        if (result.status, result.created) != ("written", created):
            raise AssertionError(result)

    data = workbook(ROWS)
    low = min(timed(lambda: floor(data, zones[0], park, by)) for _round in range(3))
    slow = timed(lambda: loop(workbook(ROWS // 20), zones[0], park, by)) * 20
    ours = min(timed(lambda zone=zone: take_in(data, zone, ROWS)) for zone in zones[:2])
    again = min(timed(lambda: take_in(data, zones[0], 0)) for _round in range(2))
    floor_is, peer_is = (
        "read, validate, raw upsert and counts",
        "full_clean and save, row by row (a twentieth, times 20)",
    )
    yield Row(f"import {ROWS} new enterprises with workers", low, slow, ours, floor_is, peer_is)
    yield Row("the same file again: nothing is written", low, slow, again, floor_is, peer_is)
    data = workbook(5 * ROWS)
    large = timed(lambda: take_in(data, zones[2], 5 * ROWS))
    peaks = [resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    low = timed(lambda: floor(data, zones[2], park, by))
    yield Row(f"import {5 * ROWS} new enterprises", low, 5 * ours, large, floor_is, f"five times {ROWS}")
    if max(peaks) > MEMORY:
        raise AssertionError(f"the import took {peaks} MB")
