"""How a claim is measured: the best CPU time of several runs, ours beside a floor and a peer in one process."""

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One line of the table: what was done, how long the floor, a peer and ours took (CPU milliseconds)."""

    what: str
    floor: float
    peer: float
    ours: float
    floor_is: str
    peer_is: str

    def line(self) -> str:
        return (
            f"| {self.what} | {self.floor:.1f} | {self.peer:.1f} | {self.ours:.1f} | {self.ours / self.floor:.1f} × "
            f"| {self.peer / self.ours:.1f} × | {self.floor_is} | {self.peer_is} |"
        )


HEADER = """| what | floor, ms | peer, ms | ours, ms | ours ÷ floor | peer ÷ ours | floor is | peer is |
|---|---|---|---|---|---|---|---|"""


def best(function: Callable[[], object], runs: int = 5) -> float:
    """The least CPU milliseconds of ``runs`` calls, after one that warms up."""
    function()
    times = []
    for _run in range(runs):
        started = time.process_time()
        function()
        times.append(1000 * (time.process_time() - started))
    return min(times)


def scratch_database() -> Path:
    """Point Django at a new, migrated SQLite file in a temporary folder, and set it up."""
    folder = Path(tempfile.mkdtemp(prefix="nq28-bench-"))
    os.environ |= {
        "DEBUG": "false",
        "SECRET_KEY": "only-for-benchmarks-" + "0" * 30,
        "LEDGER_KEY_FILE": str(folder / "ledger.key"),
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "nq28.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return folder
