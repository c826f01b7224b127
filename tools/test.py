"""Run the suite on every database this machine has, and say plainly what ran where and what did not.

``--full`` runs the tests marked `full` (the counts a requirement states) instead, and on each database those marked
`one_database`, and writes docs/verification.md.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from xml.etree import ElementTree

import chromium
import psycopg2

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_POSTGRES = "postgres://postgres@127.0.0.1:5432"
NOTHING_COLLECTED = 5  # pytest's exit code
ONCE = "Once"  # the pass of what comes to the same whichever the database


@dataclass
class Run:
    """What one pass of the suite did on one database."""

    database: str
    code: int
    seconds: float
    cases: list[ElementTree.Element] = field(default_factory=list)

    @property
    def skipped(self) -> list[tuple[str, str]]:
        """Return (test, reason) of every test that was skipped."""
        return [(name_of(case), skip.get("message", "")) for case in self.cases for skip in case.iter("skipped")]

    def skipped_by_reason(self) -> dict[str, list[str]]:
        reasons: dict[str, list[str]] = {}
        for test, reason in self.skipped:
            reasons.setdefault(reason, []).append(test)
        return reasons

    @property
    def failed(self) -> list[str]:
        return [
            name_of(case) for case in self.cases if case.find("failure") is not None or case.find("error") is not None
        ]

    def sentence(self) -> str:
        passed = len(self.cases) - len(self.skipped) - len(self.failed)
        return (
            f"{self.database}: {passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped "
            f"in {self.seconds:.0f} s"
        )


def name_of(case: ElementTree.Element) -> str:
    return f"{case.get('classname', '')}.{case.get('name', '')}".removeprefix("tests.")


def postgres() -> tuple[str | None, str]:
    """Return (URL of the PostgreSQL to test on or None, its version or why there is none)."""
    url = urlsplit(os.environ.get("TEST_POSTGRES_URL", "").strip() or DEFAULT_POSTGRES)
    database = url.path.strip("/")
    try:
        with psycopg2.connect(urlunsplit(url._replace(path=f"/{database or 'postgres'}")), connect_timeout=3) as link:
            with link.cursor() as cursor:
                cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
                if not cursor.fetchone()[0]:
                    return None, "its user may not create databases"
                cursor.execute("SHOW server_version")
                version = cursor.fetchone()[0]
    except psycopg2.OperationalError as error:
        return None, str(error).strip().splitlines()[0]
    return urlunsplit(url._replace(path=f"/{database or 'nq28'}")), version


@dataclass
class Pass:
    """The suite on one database, running: the first speaks as it goes, the others are read out when it is done."""

    database: str
    process: subprocess.Popen[bytes]
    folder: Path
    started: float
    aloud: bool

    def finish(self) -> Run:
        """Wait for it, say what it said, and return what it did."""
        code = self.process.wait()
        if not self.aloud:
            print(f"\n== {self.database}", flush=True)
            print((self.folder / "output").read_text(errors="replace"), flush=True)
        report = self.folder / "report.xml"
        if not report.exists():
            return Run(self.database, code, time.monotonic() - self.started)
        said = ElementTree.parse(report)
        seconds = sum(float(suite.get("time", 0)) for suite in said.iter("testsuite"))
        return Run(self.database, code, seconds, list(said.iter("testcase")))


def start(
    database: str, url: str | None, marks: str, which: str, more: list[str], folder: Path, aloud: bool = False
) -> Pass:
    """Start pytest on the database ``url`` (None: SQLite in memory) over the tests that ``marks`` selects.

    ``which`` of them, "each" or "once" and how far, tests/conftest.py knows.
    """
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env["TESTS_THAT_RUN"] = which
    if url:
        env["DATABASE_URL"] = url
    folder.mkdir()
    command = [sys.executable, "-m", "pytest", "-m", marks, f"--junitxml={folder / 'report.xml'}", *more]
    if aloud:
        print(f"\n== {database}: tests marked '{marks}'", flush=True)
        process = subprocess.Popen(command, cwd=ROOT, env=env)
    else:
        with (folder / "output").open("wb") as output:
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT)
    return Pass(database, process, folder, time.monotonic(), aloud)


def write_verification(runs: list[Run], notes: list[str]) -> Path:
    """Write the dated table of what was counted on which database, with each test's own figures."""
    now = datetime.now(UTC).astimezone()
    lines = [
        "# Verification",
        "",
        f"Written by `make verify` on {now:%Y-%m-%d %H:%M %z}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores.",
        "",
        *(f"* {done.sentence()}" for done in runs),
        *(f"* {note}" for note in notes),
        "",
        "| test | database | result | seconds | counted |",
        "|---|---|---|---|---|",
    ]
    for done in runs:
        skipped = dict(done.skipped)
        for case in done.cases:
            name = name_of(case)
            result = "FAILED" if name in done.failed else f"skipped: {skipped[name]}" if name in skipped else "passed"
            counted = ", ".join(f"{row.get('name')} = {row.get('value')}" for row in case.iter("property"))
            seconds = float(case.get("time", 0))
            lines.append(f"| {name} | {done.database.split()[0]} | {result} | {seconds:.1f} | {counted} |")
    path = ROOT / "docs" / "verification.md"
    path.write_text("\n".join(lines) + "\n")
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    arguments, more = parser.parse_known_args()
    marks, on_each, once = ("full", "each, whole", "once, less") if arguments.full else ("not full", "each", "once")
    also = f"{marks} or one_database" if arguments.full else marks
    notes = []

    browser = chromium.find_or_install()
    if browser:
        os.environ["CHROMIUM"] = browser
    else:
        notes.append(f"Browser tests did not run: there is no Chromium. To run them: {chromium.CURE}.")
    url, version = postgres()

    with tempfile.TemporaryDirectory() as folder:
        # At once: a pass keeps one core busy, most machines have two, and who waits for a browser leaves one free.
        passes = [
            start("SQLite", None, also, on_each, more, Path(folder) / "sqlite", aloud=True),
            start(ONCE, None, marks, once, more, Path(folder) / "once"),
        ]
        seen = f", and what a browser shows (on SQLite, in {browser})" if browser else ""
        notes.append(f"{ONCE}: what reaches no database{seen}.")
        if not arguments.full:
            notes.append(f"{ONCE}, on SQLite: what is marked `one_database`; `make verify` runs it on each.")
        if url:
            passes.append(start(f"PostgreSQL {version}", url, also, on_each, more, Path(folder) / "postgresql"))
        else:
            notes.append(
                f"PostgreSQL was not tested: {version}. To test on it: start one on 127.0.0.1:5432 whose user postgres "
                "may connect without a password, or set TEST_POSTGRES_URL=postgres://USER:PASSWORD@HOST:PORT."
            )
        runs = [each.finish() for each in passes]

    print()
    for done in runs:
        print(done.sentence())
        for reason, tests in done.skipped_by_reason().items():
            print(f"  skipped, {reason}: {tests[0]}" + (f" and {len(tests) - 1} more" if tests[1:] else ""))
    print("\n".join(notes))
    if arguments.full:
        print(f"Written: {write_verification(runs, notes).relative_to(ROOT)}")
    if all(done.code == NOTHING_COLLECTED for done in runs):
        print("No test was found.")
        return 1
    return any(done.code not in (0, NOTHING_COLLECTED) for done in runs)


if __name__ == "__main__":
    sys.exit(main())
