"""Run every benchmark in a process of its own and write the table of docs/performance.md."""

import importlib
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from .measure import HEADER, scratch_database

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ["figures", "imports"]


def main() -> int:
    if len(sys.argv) > 1:
        scratch_database()
        for row in importlib.import_module(f"benchmarks.{sys.argv[1]}").run():
            print(row.line())
        return 0
    lines = []
    for name in BENCHMARKS:
        done = subprocess.run([sys.executable, "-m", "benchmarks", name], cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            print(done.stderr)
            return 1
        lines.append(done.stdout.strip())
    now = datetime.now(UTC).astimezone()
    table = "\n".join([HEADER, *lines])
    print(table)
    (ROOT / "docs" / "performance.md").write_text(
        "# Performance\n\nClaims are ratios measured in one run: ours against a floor (the least work that could "
        f"answer) and a peer (the usual way).\n\nWritten by `make bench` on {now:%Y-%m-%d}, "
        f"Python {platform.python_version()}, {os.cpu_count()} cores, SQLite, CPU time, best of several runs.\n\n"
        f"{table}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
