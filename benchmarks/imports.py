"""How much an import costs above its floor, and how much less than the usual way: whole programs, start to end.

The floor (``floor.py``) is what no importer of this application can leave out: start it, as every command does, read
with calamine, validate every cell, store the rows with two raw statements. A second line shows ours beside the same
without Django, in a bare Python. Ours is the command, with a guarded reading process, the file's lines, what changed,
who did it, and seals. The peer (``stock/``) is django-import-export's admin: preview, then confirm; with its rows
validated, for what refuses no wrong cell is no import, and on the second line as it comes. All store the same file
under the same constraints; floor and ours in the same database.
"""

import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import xlsxwriter

from vietnamese.tax_codes import check_digit

from .measure import Limit, Row, scratch_settings
from .processes import Cost, cost_of

ROWS = 10_000
ROUNDS = 3
HEADER = (
    "STT", "Mã số thuế", "Tên doanh nghiệp", "Khu công nghiệp", "Loại hình", "Loại vốn", "Quốc gia", "Số lao động",
    "Ngày hoạt động",
)  # fmt: skip
NAMES = "Công ty TNHH Sản xuất và Thương mại Số {}"
FLOOR = "start, read, validate, raw upsert of rows and counts"
BARE = "the same in a bare Python, without Django"
POSTGRES = "postgres://postgres@127.0.0.1:5432"


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


class Bench:
    """One database with its zones, and the programs that are run on it."""

    def __init__(self, environment: dict[str, str], server: Callable[[], int | None] | None):
        self.server = server
        # bytecode is kept, as where the software is installed, and apart from the project's folder
        kept = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(Path(environment["MEDIA_ROOT"]) / "code")}
        self.environment = environment | kept
        names = [f"Z{number}" for number in range(3 * ROUNDS + 4)]
        found = json.loads(self.python("-m", "benchmarks.helper", "prepare", str(len(names))).output)
        self.zones, self.park, self.user = found["zones"], found["park"], found["user"]
        self.free = iter(names)

    def python(self, *words: str, watched: bool = False) -> Cost:
        return cost_of(*words, environment=self.environment, watched=watched, server=self.server)

    def floor(self, file: Path, *started: str) -> Cost:
        ids = map(str, (self.zones[next(self.free)], self.park, self.user))
        return self.python("-m", "benchmarks.floor", str(file), self.environment["DATABASE_URL"], *ids, *started)

    def ours(self, file: Path, zone: str, *, watched=False, **counts: int) -> Cost:
        cost = self.python("manage.py", "import_workbook", str(file), "--zone", zone, "--json", watched=watched)
        answer = json.loads(cost.output)
        if {name: answer[name] for name in counts} != counts:
            raise AssertionError(f"{counts} were to be, and it says {cost.output[:500]}")
        return cost


def run_on(database: str, environment: dict[str, str], files: dict[int, Path], stock: dict[str, Cost], server=None):
    bench = Bench(environment, server)
    small, file, large = files.values()
    bench.floor(small, "started")
    bench.ours(small, next(bench.free), created=min(files))
    low, bare, new, zone = [], [], [], ""
    for _round in range(ROUNDS):
        bare.append(bench.floor(file).processor)
        least = bench.floor(file, "started")
        if server and not least.served:
            yield Limit(f"{database} was not measured: its server works where this program cannot see it", 0, 0)
            return
        low.append(least.processor)
        zone = next(bench.free)
        new.append(bench.ours(file, zone, created=ROWS).processor)
    again = min(bench.ours(file, zone, created=0, updated=0, unchanged=ROWS).processor for _round in range(ROUNDS))
    recount = json.loads(bench.python("-m", "benchmarks.helper", "recount", str(file), zone).output)
    if recount["unchanged"] != ROWS:
        raise AssertionError(recount)
    last = bench.ours(large, next(bench.free), created=5 * ROWS, watched=True)
    low_large = bench.floor(large, "started").processor
    ours = min(new)
    yield Row(
        f"{database}: import {ROWS:,} new enterprises with workers",
        min(low), stock["validated"].processor, ours, FLOOR, "stock admin on SQLite, rows validated as ours", 2.5, 30,
    )  # fmt: skip
    yield Row(
        f"{database}: the same beside less",
        min(bare), stock["as it comes"].processor, ours, BARE, "stock admin on SQLite as it comes: takes any text",
    )  # fmt: skip
    yield Row(
        f"{database}: the same file again, nothing changed",
        min(low), stock["validated"].processor, again, FLOOR, "as above, its first import", 1.5,
    )  # fmt: skip
    yield Row(f"{database}: import {5 * ROWS:,}", low_large, 5 * ours, last.processor, FLOOR, f"five times {ROWS:,}")
    yield Limit(f"{database}: {5 * ROWS:,} rows take as long as {ROWS:,}", last.processor / ours, 6, " ×")
    yield Limit(f"{database}: statements that wrote a row when nothing had changed", recount["written"], 0)
    for who, peak in zip(("the importing process", "the reading process", "both at once"), last.memory, strict=True):
        yield Limit(f"{database}: memory of {who}, {5 * ROWS:,} rows", peak, 300, " MB")


@contextmanager
def postgres(environment):
    """The environment with a database of its own on the PostgreSQL that can be reached, dropped afterwards.

    And how to find the one process that the server, when it is on this machine, has for it.
    """
    server = urlsplit(os.environ.get("TEST_POSTGRES_URL", "").strip() or POSTGRES)
    name = f"nq28_bench_{os.getpid()}"
    link = psycopg2.connect(urlunsplit(server._replace(path="/postgres")), connect_timeout=3)
    link.autocommit = True
    with link.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")

        def serving():
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [name])
            found = cursor.fetchone()
            return found and found[0]

        try:
            yield environment | {"DATABASE_URL": urlunsplit(server._replace(path=f"/{name}"))}, serving
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
            link.close()


def run() -> Iterator[Row | Limit]:
    folder, environment = scratch_settings()
    try:
        yield from run_in(folder, environment)
    finally:
        shutil.rmtree(folder)


def run_in(folder: Path, environment: dict[str, str]) -> Iterator[Row | Limit]:
    files = {rows: folder / f"{rows}.xlsx" for rows in (100, ROWS, 5 * ROWS)}
    for rows, file in files.items():
        file.write_bytes(workbook(rows))
    bare = {"DJANGO_SETTINGS_MODULE": ""}
    stock = {
        name: cost_of("-m", "benchmarks.stock", str(files[ROWS]), *words, environment=bare)
        for name, words in (("as it comes", ()), ("validated", ("validated",)))
    }
    if any(cost.output.strip() != str(ROWS) for cost in stock.values()):
        raise AssertionError(stock)
    yield from run_on("SQLite", environment, files, stock)
    try:
        with postgres(environment) as (on_postgres, server):
            yield from run_on("PostgreSQL", on_postgres, files, stock, server)
    except psycopg2.OperationalError as error:
        yield Limit(f"PostgreSQL was not measured: {str(error).splitlines()[0]}", 0, 0)
