"""What a program costs from its first instruction to its last, with the processes it starts."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POLLED = 0.02  # seconds between two looks at the memory
MEGABYTE = 1024  # kilobytes


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor and of the clock, and the most megabytes held: by it, by its child, by both at once."""

    output: str
    processor: float
    clock: float
    memory: tuple[int, int, int] = (0, 0, 0)


def cost_of(*words: str, environment: dict[str, str], watched: bool = False) -> Cost:
    """Run Python on ``words`` in the project's folder; RuntimeError when it does not end well."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as trouble:
        started = time.monotonic()
        program = subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=os.environ | environment, stdout=output, stderr=trouble
        )
        memory = watch(program.pid) if watched else (0, 0, 0)
        _pid, status, usage = os.wait4(program.pid, 0)
        clock = time.monotonic() - started
        program.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0), trouble.seek(0)
        if program.returncode:
            raise RuntimeError(f"{' '.join(words)}: {trouble.read()[-2000:]} {output.read()[-2000:]}")
        return Cost(output.read(), 1000 * (usage.ru_utime + usage.ru_stime), 1000 * clock, memory)


def watch(pid: int) -> tuple[int, int, int]:
    """The peak memory of the process, of the largest of its children, and of all of them at once, until it ends."""
    own, child, together = 0, 0, 0
    while own == 0 or Path(f"/proc/{pid}/task/{pid}/children").exists():
        peak, now = _memory(pid)
        if now == 0 and own:
            break  # ended, and waits for us to ask how
        own, sum_now = max(own, peak), now
        for other in _children(pid):
            peak, now = _memory(other)
            child, sum_now = max(child, peak), sum_now + now
        together = max(together, sum_now)
        time.sleep(POLLED)
    return own // MEGABYTE, child // MEGABYTE, together // MEGABYTE


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
