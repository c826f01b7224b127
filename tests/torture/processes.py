"""The processes of the office: the real command, and people who act at the same moment."""

import json
import math
import os
import resource
import select
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
    """Import ``file``: the exit code, what was said, and the seconds of computing it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with start_import(file, environment, *options, output=subprocess.PIPE) as process:
        said, errors = process.communicate(timeout=PATIENCE)
    assert errors == ""
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return process.returncode, json.loads(said), seconds


def computed(pid: int) -> float:
    """The seconds that the process and those it has seen end have computed: unlike a clock, no matter how busy we are.

    Infinite when it is gone.
    """
    ticks = _fields(Path(f"/proc/{pid}"))[11:15]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK") if ticks else math.inf


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
    state, parent = _fields(place)[:2] or ("X", 0)
    return state, int(parent)


def _fields(place) -> list[str]:
    """What the kernel says of a process from its state on; empty when there is none."""
    try:
        return (place / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


class Runner:
    """A process of ``tests.torture.runner``: ready, and waiting for a word."""

    def __init__(self, environment):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.runner"], cwd=settings.BASE_DIR, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.act: tuple | None = None  # what it is at
        self.dies_at: float | None = None

    def wait_until_ready(self):
        assert self.process.stdout.readline() == "ready\n"

    def prepare(self, act):
        self.act = act
        self.process.stdin.write(json.dumps(act, default=str) + "\n")

    def go(self):
        self.process.stdin.flush()

    def answer(self):
        answer, self.act, self.dies_at = json.loads(self.process.stdout.readline()), None, None
        return answer

    def end(self):
        self.process.communicate(timeout=PATIENCE)  # no more words: it ends

    def kill(self):
        with self.process as process:
            process.kill()


class Runners:
    """Several of them."""

    def __init__(self, count, environment):
        self.environment = environment
        self.runners = [Runner(environment) for _place in range(count)]

    def __enter__(self):
        for runner in self.runners:
            runner.wait_until_ready()
        return self

    def __exit__(self, *_error):
        for runner in self.runners:
            runner.end()

    def at_once(self, *acts) -> list:
        """Let as many processes act at the same moment; what each answered."""
        busy = self.runners[: len(acts)]
        for runner, act in zip(busy, acts, strict=True):
            runner.prepare(act)
        for runner in busy:
            runner.go()
        return [runner.answer() for runner in busy]

    # ------------------------------------------------------------------ each at its own pace

    def idle(self) -> list[Runner]:
        return [runner for runner in self.runners if runner.act is None]

    def let(self, runner, act, kill_after=None):
        """Let ``runner`` begin to act, to be killed when it has not ended so many seconds later."""
        runner.prepare(act)
        runner.go()
        runner.dies_at = None if kill_after is None else time.monotonic() + kill_after

    def news(self, timeout) -> list[tuple]:
        """What was done, as (act, answer); None answers for those that were killed, and another takes their place."""
        busy = {runner.process.stdout: runner for runner in self.runners if runner.act}
        ready, _write, _wrong = select.select(list(busy), [], [], timeout)
        found = [(busy[stream].act, busy[stream].answer()) for stream in ready]
        for place, runner in enumerate(self.runners):
            if runner.act and runner.dies_at and time.monotonic() > runner.dies_at:
                found.append((runner.act, None))
                runner.kill()
                self.runners[place] = Runner(self.environment)
                self.runners[place].wait_until_ready()
        return found

    def last_news(self) -> list[tuple]:
        return [(runner.act, runner.answer()) for runner in self.runners if runner.act]
