"""What a program costs from its first instruction to its last, with the processes it starts."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POLLED = 0.02  # seconds between two looks at the memory
MEGABYTE = 1024  # kilobytes


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor, how many of them a database server's, and the most megabytes held.

    These are held by the program, by its child, and by both at once.
    """

    output: str
    processor: float
    served: float = 0
    memory: tuple[int, int, int] = (0, 0, 0)


def cost_of(
    *words: str, environment: dict[str, str], watched: bool = False, server: Callable[[], int | None] | None = None
) -> Cost:
    """Run Python on ``words`` in the project's folder; RuntimeError when it does not end well.

    ``server`` finds the process of this machine that a database server started for it, whose work is added.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as trouble:
        program = subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=os.environ | environment, stdout=output, stderr=trouble
        )
        memory, served = watch(program.pid, server) if watched or server else ((0, 0, 0), 0.0)
        _pid, status, usage = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        trouble.seek(0)
        if program.returncode:
            raise RuntimeError(f"{' '.join(words)}: {trouble.read()[-2000:]} {output.read()[-2000:]}")
        own = usage.ru_utime + usage.ru_stime
        return Cost(output.read(), 1000 * (own + served), 1000 * served, memory)


def watch(pid: int, server: Callable[[], int | None] | None) -> tuple[tuple[int, int, int], float]:
    """Look at a process until it ends.

    Returns the peak memory of it, of the largest of its children, and of all of them at once; and the seconds of
    processor that its server spent.
    """
    own, child, together, served, beside = 0, 0, 0, 0.0, None
    while True:
        peak, now = _memory(pid)
        if now == 0 and own:
            break  # ended, and waits for us to ask how
        own, sum_now = max(own, peak), now
        for other in _children(pid):
            peak, now = _memory(other)
            child, sum_now = max(child, peak), sum_now + now
        together = max(together, sum_now)
        if server and beside is None:
            beside = server()
        if beside is not None:
            served = max(served, _seconds(beside))
        time.sleep(POLLED)
    return (own // MEGABYTE, child // MEGABYTE, together // MEGABYTE), served


def _children(pid):
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []


def _memory(pid):
    """Kilobytes of ``pid``: the most it ever held, and what it holds."""
    try:
        lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return int(lines["VmHWM"].split()[0]), int(lines["VmRSS"].split()[0])
    except (OSError, KeyError):
        return 0, 0


def _seconds(pid):
    """The processor time of ``pid`` so far, 0 when it has ended."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 10**9
    except OSError:
        return 0.0
