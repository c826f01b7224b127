"""The processes of the office: the real command, and people who act at the same moment."""

import json
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

PATIENCE = 120  # seconds until what must end is said to hang


def until(condition, what: str):
    """Wait until ``condition()`` is true, and return what it said."""
    end = time.monotonic() + PATIENCE
    while not (answer := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {PATIENCE} seconds")
        time.sleep(0.002)
    return answer


def start_import(file: Path, environment, *options, output=subprocess.DEVNULL) -> subprocess.Popen:
    """Start the command that imports ``file``."""
    command = [sys.executable, "manage.py", "import_workbook", str(file), "--json", *options]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=output, stderr=output, text=True)


def run_import(file: Path, environment, *options) -> tuple[int, dict, float]:
    """Import ``file``: the exit code, what was said, and how long it took."""
    started = time.monotonic()
    with start_import(file, environment, *options, output=subprocess.PIPE) as process:
        said, errors = process.communicate(timeout=PATIENCE)
    assert errors == ""
    return process.returncode, json.loads(said), time.monotonic() - started


def children(pid: int) -> list[int]:
    """The processes that ``pid`` has started and that have not ended."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        state, parent = _state(place)
        if parent == pid and state not in "ZX":
            found.append(int(place.name))
    return found


def has_ended(pid: int) -> bool:
    """Whether the process is gone, or waits only for whoever adopted it to take note."""
    return _state(Path(f"/proc/{pid}"))[0] in "ZX"


def is_stopped(pid: int) -> bool:
    return _state(Path(f"/proc/{pid}"))[0] == "T"


def _state(place):
    try:
        state, parent = (place / "stat").read_text().rpartition(")")[2].split()[:2]
    except (OSError, ValueError):
        return "X", 0
    return state, int(parent)


class Runners:
    """Processes of ``tests.torture.runner`` that are ready and wait."""

    def __init__(self, count, environment):
        self.environment = environment
        self.processes = [self._start() for _place in range(count)]

    def _start(self):
        return subprocess.Popen(
            [sys.executable, "-m", "tests.torture.runner"], cwd=settings.BASE_DIR, env=self.environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self):
        for process in self.processes:
            assert process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_error):
        for process in self.processes:
            process.communicate(timeout=PATIENCE)  # no more words: it ends

    def at_once(self, *acts) -> list:
        """Let as many processes act at the same moment; what each answered."""
        busy = self.processes[: len(acts)]
        words = [json.dumps(act, default=str) + "\n" for act in acts]
        for process, word in zip(busy, words, strict=True):
            process.stdin.write(word)
        for process in busy:
            process.stdin.flush()
        return [json.loads(process.stdout.readline()) for process in busy]
