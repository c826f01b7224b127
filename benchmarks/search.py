"""What the one search costs among 100,000 enterprises, for somebody who sees the whole city.

The floor reads every name and tax code with one hand-written LIKE and ranks nothing; the peer is the usual way,
``icontains`` over the columns as they are typed, which finds no name without its accents. The limits hold for each
question: words that hardly any row has, words that all rows have, two letters, the beginning of a tax code.
"""

import time
from random import Random

from .measure import Limit, Row, best

ENTERPRISES = 100_000
WORDS = (
    "Thép Sao Mai Bao bì Hoa Sen Điện tử Bình Minh Dệt may Đại Sơn Kim Long Hóa chất Phú Khang Tân Lộc Linh kiện "
    "Vĩnh Toàn Hải Phòng Việt Nam Thương mại Cảng Đình Vũ Logistics"
).split()
QUESTIONS = {
    "a rare word": "duy nhat",
    "words of every row": "cong ty",
    "two letters": "du",
    "the beginning of a tax code": "02990999",
    "no row at all": "khong co",
}


def run():
    from django.db import connection

    from organizations.models import Enterprise
    from organizations.search import search
    from tests import make

    fill()
    user, table = make.system(), Enterprise._meta.db_table
    longest = 0.0
    for what, text in QUESTIONS.items():
        words = text.split()
        scan = f"SELECT id FROM {table} WHERE " + " AND ".join(
            "(search_key LIKE %s OR tax_code LIKE %s)" for _word in words
        )  # fmt: skip

        def floor(scan=scan, words=words):
            with connection.cursor() as cursor:
                cursor.execute(scan, [f"%{word}%" for word in words for _column in range(2)])
                return len(cursor.fetchall())

        def usual(words=words):
            rows = Enterprise.objects.visible_to(user).live()
            for word in words:
                rows = rows.filter(name__icontains=word) | rows.filter(tax_code__icontains=word)
            return list(rows.order_by("name")[:8])

        def ours(text=text):
            return search(Enterprise, user, text, 8)

        longest = max(longest, waited(ours))
        yield Row(
            f"{connection.vendor}: search {ENTERPRISES:,} enterprises, {what}", best(floor), best(usual), best(ours),
            "one LIKE over every row, unranked", "icontains over the columns as typed",
        )  # fmt: skip
    yield Limit(f"{connection.vendor}: longest of these searches", longest, 100, " ms")


def waited(function) -> float:
    """The least milliseconds of several calls that a person waits for, on a machine that does nothing else.

    SQLite works in this process, whose time is counted; the server of PostgreSQL is waited for by the clock.
    """
    from django.db import connection

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    times = []
    for _run in range(7):
        started = clock()
        function()
        times.append(1000 * (clock() - started))
    return min(times)


def fill():
    """Enterprises of thirty zones, straight into the register: only their words are asked for."""
    from django.db import connection, transaction

    from organizations import bulk
    from organizations.models import Enterprise
    from tests import make

    luck = Random(28)
    zones = [make.zone(f"Z{number}").pk for number in range(30)]
    park = make.park("KCN Đình Vũ").pk
    rows = []
    for number in range(ENTERPRISES):
        name = f"Công ty {' '.join(luck.choices(WORDS, k=5))} {'Duy Nhất' if number == 777 else number}"
        row = bulk.new(
            Enterprise, name=name, zone_id=zones[number % 30], park_id=park, tax_code=f"0299{number:06d}",
            ownership="private",
        )  # fmt: skip
        row.refresh_keys()
        rows.append(row)
    with transaction.atomic():
        bulk.insert(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
