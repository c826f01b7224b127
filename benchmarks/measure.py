"""How a claim is measured: the best CPU time of several runs, ours beside a floor and a peer, in one run."""

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

OVER = "OVER THE LIMIT"


@dataclass(frozen=True)
class Row:
    """One line of the table: what was done, how long the floor, a peer and ours took (milliseconds).

    ``at_most`` limits ours ÷ floor, ``at_least`` peer ÷ ours, where a requirement states it.
    """

    what: str
    floor: float
    peer: float
    ours: float
    floor_is: str
    peer_is: str
    at_most: float | None = None
    at_least: float | None = None

    def line(self) -> str:
        above, below = self.ours / self.floor, self.peer / self.ours
        return (
            f"| {self.what} | {self.floor:.1f} | {self.peer:.1f} | {self.ours:.1f} "
            f"| {above:.1f} × {_said('≤', self.at_most, above, ' ×')} "
            f"| {below:.1f} × {_said('≥', self.at_least, below, ' ×')} | {self.floor_is} | {self.peer_is} |"
        )


@dataclass(frozen=True)
class Limit:
    """One line of the second table: a figure that a requirement keeps below a limit."""

    what: str
    found: float
    at_most: float
    unit: str = ""

    def line(self) -> str:
        found = f"{self.found:.1f}".removesuffix(".0")
        return f"| {self.what} | {found}{self.unit} | {_said('≤', self.at_most, self.found, self.unit)} |"


def _said(sign, limit, found, unit):
    """The limit beside what was found; loud when it is passed."""
    if limit is None:
        return ""
    holds = found <= limit if sign == "≤" else found >= limit
    return f"({sign} {limit:g}{unit})" if holds else f"**{OVER} {sign} {limit:g}{unit}**"


HEADER = """| what | floor, ms | peer, ms | ours, ms | ours ÷ floor | peer ÷ ours | floor is | peer is |
|---|---|---|---|---|---|---|---|"""
LIMITS = """| what | found | limit |
|---|---|---|"""


def best(function: Callable[[], object], runs: int = 5) -> float:
    """The least CPU milliseconds of ``runs`` calls, after one that warms up."""
    function()
    times = []
    for _run in range(runs):
        started = time.process_time()
        function()
        times.append(1000 * (time.process_time() - started))
    return min(times)


def scratch_settings() -> tuple[Path, dict[str, str]]:
    """A temporary folder, and the environment in which the application keeps all it keeps there."""
    folder = Path(tempfile.mkdtemp(prefix="nq28-bench-"))
    return folder, {
        "DEBUG": "false",
        "SECRET_KEY": "only-for-benchmarks-" + "0" * 30,
        "LEDGER_KEY_FILE": str(folder / "ledger.key"),
        "MEDIA_ROOT": str(folder / "media"),
        "DATABASE_URL": os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{folder / 'bench.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "nq28.settings",
    }


def scratch_database() -> Path:
    """Point Django at a new, migrated SQLite file in a temporary folder, and set it up."""
    folder, environment = scratch_settings()
    os.environ |= environment
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return folder
