"""Everything that can be wrong without running a test: style, format, types, templates, migrations, catalogues."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def checks() -> list[tuple[str, list[str]]]:
    templates = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))
    return [
        ("ruff check", [BIN / "ruff", "check", "--quiet", "."]),
        ("ruff format", [BIN / "ruff", "format", "--check", "--quiet", "."]),
        ("mypy", [BIN / "mypy"]),
        *([("djade", [BIN / "djade", "--check", "--target-version", "5.2", *templates])] if templates else []),
        ("missing migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", "-v", "1"]),
        ("message catalogues", [sys.executable, "tools/messages.py", "--check"]),
    ]


def main() -> int:
    failed = []
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": "sqlite://:memory:"}
    for name, command in checks():
        started = time.monotonic()
        done = subprocess.run([str(word) for word in command], cwd=ROOT, env=env, capture_output=True, text=True)
        print(f"lint: {name:<20} {'ok' if done.returncode == 0 else 'FAILED'}  {time.monotonic() - started:.1f} s")
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr)
    if failed:
        print(f"lint failed: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
