"""The least that can take 10,000 enterprises in: read, validate every cell, two raw statements. No guards.

A process of its own, like the command it is measured beside: ``python -m benchmarks.floor FILE URL ZONE PARK USER``.
With ``started`` as a last word it starts the application first, as every command does; without, it knows no Django.
It reads the file where it lies with calamine, reads each cell with the project's own readers (they are what makes a
row valid), stores the enterprises and their counts of workers in the application's own tables with all their
constraints, indexes and triggers, and commits. It looks nothing up, compares nothing, keeps no line, no change, no
seal, and believes the file. Nothing is read twice: a value that stands in many cells is read once.
"""

import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from functools import cache

import python_calamine

from vietnamese.dates import parse_date
from vietnamese.numbers import parse_count
from vietnamese.tax_codes import parse_tax_code
from vietnamese.text import parse_name, search_key, sort_key

FORMS = {"tnhh": "limited", "co phan": "joint_stock"}
CAPITALS = {"fdi": "fdi", "tu nhan": "private"}
ENTERPRISE = (
    "name", "search_key", "sort_key", "version", "zone_id", "park_id", "tax_code", "legal_form", "ownership",
    "countries", "status", "started_on", "is_demo",
)  # fmt: skip
HEADCOUNT = (
    "zone_id", "seq", "prev_hash", "hash", "recorded_by_id", "recorded_at", "enterprise_id", '"on"', "total",
    "withdrawn", "reason",
)  # fmt: skip
UPSERT = (
    "ON CONFLICT (zone_id, tax_code) WHERE duplicate_of_id IS NULL AND voided_by_id IS NULL AND NOT (tax_code = '') "
    "DO UPDATE SET name = excluded.name, search_key = excluded.search_key, sort_key = excluded.sort_key, "
    "park_id = excluded.park_id, legal_form = excluded.legal_form, ownership = excluded.ownership, "
    "countries = excluded.countries, started_on = excluded.started_on"
)


def read_and_validate(source, zone, park):
    """Each line of the workbook as the values an enterprise is stored with, and its count of workers."""
    form, capital, place, count, day = map(
        cache,
        (lambda text: FORMS[search_key(text)], lambda text: CAPITALS[search_key(text)], search_key, parse_count,
         lambda text: parse_date(text).isoformat()),
    )  # fmt: skip
    book = python_calamine.CalamineWorkbook.from_object(source)
    for row in book.get_sheet_by_index(0).to_python()[1:]:
        _number, code, name, park_name, form_name, capital_name, country, workers, started = row
        name = parse_name(name, 250)
        if place(park_name) != "kcn dinh vu":
            raise ValueError(park_name)
        enterprise = (
            name, search_key(name), sort_key(name), 1, zone, park, parse_tax_code(code).text, form(form_name),
            capital(capital_name), country, "operating", day(started), False,
        )  # fmt: skip
        yield enterprise, count(workers)


def store(source, url, zone, park, user):
    rows = list(read_and_validate(source, zone, park))
    now, today = datetime.now(UTC).isoformat(" "), datetime.now(UTC).date().isoformat()
    with closing(connect(url)) as connection:
        cursor = connection.cursor()
        insert(cursor, "organizations_enterprise", ENTERPRISE, [values for values, _workers in rows], UPSERT)
        cursor.execute(f"SELECT tax_code, id FROM organizations_enterprise WHERE zone_id = {int(zone)}")
        ids = dict(cursor.fetchall())
        cursor.execute(f"SELECT COALESCE(MAX(seq), 0) FROM organizations_headcount WHERE zone_id = {int(zone)}")
        first = cursor.fetchone()[0] + 1
        counts = [
            (zone, seq, "", "0" * 64, user, now, ids[values[6]], today, workers, False, "")
            for seq, (values, workers) in enumerate(rows, start=first)
        ]
        insert(cursor, "organizations_headcount", HEADCOUNT, counts)
        connection.commit()


def connect(url):
    """The database as the application opens it: on SQLite with the same promises to the disk."""
    if not url.startswith("sqlite"):
        import psycopg2

        return psycopg2.connect(url)
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
    return connection


def insert(cursor, table, columns, rows, conflict=""):
    into = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
    if isinstance(cursor, sqlite3.Cursor):
        cursor.executemany(f"{into} ({', '.join('?' * len(columns))}) {conflict}", rows)
        return
    from psycopg2.extras import execute_values

    execute_values(cursor, f"{into} %s {conflict}", rows, page_size=1000)


if __name__ == "__main__":
    file, url, zone, park, user, *started = sys.argv[1:]
    if started:
        import django

        django.setup()
    store(file, url, int(zone), int(park), int(user))
