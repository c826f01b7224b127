"""Run every benchmark in a process of its own and write the tables of docs/performance.md."""

import importlib
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from .measure import HEADER, LIMITS, OVER, Limit, scratch_database

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ["figures", "search", "imports"]


def main() -> int:
    if len(sys.argv) > 1:
        scratch_database()
        for row in importlib.import_module(f"benchmarks.{sys.argv[1]}").run():
            print(json.dumps([isinstance(row, Limit), row.line()], ensure_ascii=False), flush=True)
        return 0
    rows, limits = [], []
    for name in BENCHMARKS:
        done = subprocess.run([sys.executable, "-m", "benchmarks", name], cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            print(done.stderr)
            return 1
        for is_limit, line in map(json.loads, done.stdout.splitlines()):
            (limits if is_limit else rows).append(line)
    now = datetime.now(UTC).astimezone()
    tables = "\n".join([HEADER, *rows, "", LIMITS, *limits])
    print(tables)
    (ROOT / "docs" / "performance.md").write_text(
        "# Performance\n\nClaims are ratios measured in one run: ours against a floor (the least work that could "
        "answer) and a peer (the usual way). A limit in brackets is a requirement; one that is passed says so, and "
        f"`make bench` then fails.\n\nWritten by `make bench` on {now:%Y-%m-%d}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores; best of several runs: processor time of all processes, the "
        f"database server's included.\n\n{tables}\n"
    )
    over = [line for line in (*rows, *limits) if OVER in line]
    for line in over:
        print(f"{OVER}: {line}", file=sys.stderr)
    return bool(over)


if __name__ == "__main__":
    sys.exit(main())
