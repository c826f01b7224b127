"""Faults, kills, soak: every kill and every race at its full count, then an office that never rests, on every database.

``make torture`` runs it; ``python -m tests.torture --minutes 60`` goes on for longer.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "tools"))

from tools.test import postgres  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", default="5", help="how long the office works on each database")
    parser.add_argument("--soak-only", action="store_true", help="leave the counted kills and races to `make verify`")
    asked = parser.parse_args()
    url, version = postgres()
    databases = {"SQLite": None} | ({f"PostgreSQL {version}": url} if url else {})
    codes = []
    for name, address in databases.items():
        env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        env |= {"DATABASE_URL": address} if address else {}
        tests = [sys.executable, "-m", "pytest", "-m", "full", "tests/torture"]
        soak = [sys.executable, "-m", "tests.torture.soak", "--minutes", asked.minutes]
        for command in [soak] if asked.soak_only else [tests, soak]:
            print(f"\n== {name}: {' '.join(command[2:])}", flush=True)
            codes.append(subprocess.run(command, cwd=ROOT, env=env).returncode)
    if not url:
        print(f"PostgreSQL was not tortured: {version}.")
    print("Nothing was lost, nothing is there twice." if not any(codes) else "Something went wrong: see above.")
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
