"""The power fails in the middle of an import: all of it is there, or nothing, and the same file completes it."""

import hashlib
import json
import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import translation

from imports.models import keep_file
from imports.reader import Unusable
from organizations import audit
from organizations.snapshot_read import one_snapshot
from tests.torture import office
from tests.torture.processes import PATIENCE, children, computed, has_ended, is_stopped, run_import, start_import, until

EARLIEST, LATEST = 0.4, 1.0  # of an import's computing: before, Python itself still starts


class Kills:
    """Imports of every kind, killed one after the other at moments drawn before."""

    def __init__(self, database, files, random):
        self.database, self.files, self.random = database, files, random
        self.before = office.counts()
        self.complete, self.seconds = {}, {}
        self.landed = Counter()
        self.orphans = []

    def measure(self, kind):
        """Import undisturbed: what the tables then hold, and how long it takes."""
        self.restore()
        assert self.finish(kind)["created"] == office.LINES
        self.complete[kind] = office.counts()

    def restore(self):
        connection.close()
        self.database.restore()

    def kill(self, kind, share):
        """Kill an import of ``kind`` when ``share`` of its time is over, look, and import the file again."""
        self.restore()
        with start_import(self.files[kind], self.database.environment(), *office.zone_option(kind)) as process:
            moment = share * self.seconds[kind]
            until(lambda: computed(process.pid) >= moment or process.poll() is not None, "the moment of the kill")
            time.sleep(self.random.random() / 100)  # somewhere in the hundredth of a second
            inside = self.cut_off(process)
        assert process.returncode in (0, -signal.SIGKILL)
        seen = self.look(kind)  # at once, while the server may not yet know that nobody is there any more
        said = self.finish(kind)
        there = said["unchanged"] == office.LINES
        assert there or not seen
        assert (said["created"], said["unchanged"]) == ((0, office.LINES) if there else (office.LINES, 0))
        assert self.look(kind)
        place = ("around the commit" if there else "inside") if inside else "after" if there else "before"
        self.landed[place] += 1

    def cut_off(self, process) -> bool:
        """Kill ``process``; returns whether it was writing."""
        if connection.vendor == "sqlite":  # its lock can only be seen by trying it
            process.send_signal(signal.SIGSTOP)
            until(lambda: is_stopped(process.pid) or process.poll() is not None, "the process holds still")
        self.orphans += children(process.pid)
        inside = self.database.is_being_written()
        process.kill()
        return inside

    def look(self, kind) -> bool:
        """Whether the import is there; fails when half of it is."""
        with one_snapshot():
            held = office.counts()
            there = held != self.before
            assert held == (self.complete[kind] if there else self.before)
            assert audit.differences() == []
        return there

    def finish(self, kind):
        code, said, seconds = run_import(self.files[kind], self.database.environment(), *office.zone_option(kind))
        assert (code, said["errors"]) == (0, [])
        if said["created"]:
            self.seconds[kind] = seconds
        return said


def kill_imports(database, files, times, kinds=office.KINDS):
    """Kill ``times`` imports of ``kinds``, at moments spread evenly over their whole time."""
    random = Random(28)
    kills = Kills(database, files, random)
    kinds = [kinds[place % len(kinds)] for place in range(times)]
    shares = [EARLIEST + (LATEST - EARLIEST) * (place + random.random()) / times for place in range(times)]
    random.shuffle(shares)
    for kind in dict.fromkeys(kinds):
        kills.measure(kind)
    for kind, share in zip(kinds, shares, strict=True):
        kills.kill(kind, share)
    for orphan in kills.orphans:
        until(lambda orphan=orphan: has_ended(orphan), "the end of a reading process without its import")
    assert sum(kills.landed.values()) == times
    return kills


def nothing_else_is_left(database):
    """Whether the killed left no scratch files, and no uploads but whole workbooks and the drafts of such."""
    kept = [file for file in (database.folder / "media").rglob("*") if file.is_file()]
    whole = all(file.suffix or hashlib.sha256(file.read_bytes()).hexdigest() == file.name for file in kept)
    return whole and not any((database.folder / "scratch").iterdir()) and all("imports" in file.parts for file in kept)


@pytest.mark.full
def test_a_killed_import_is_there_whole_or_not_at_all(database, files):
    kill_imports(database, files, 2, kinds=["organizations"])
    assert nothing_else_is_left(database)


@pytest.mark.full
def test_imports_killed_at_100_moments_leave_no_half(database, files, record_property):
    kills = kill_imports(database, files, 100)
    record_property("kills", 100)
    for place, times in sorted(kills.landed.items()):
        record_property(f"landed {place}", times)
    record_property("half imports", 0)
    assert kills.landed["inside"] >= 5  # else the moments are badly chosen, and nothing is proved
    assert nothing_else_is_left(database)


def test_a_file_whose_keeping_was_cut_off_is_kept_anew(tmp_path, settings, monkeypatch):
    """Half a file under the whole one's name would pass for it for ever."""
    settings.MEDIA_ROOT = tmp_path
    data = Random(28).randbytes(200_000)

    def half(self, chunk_size=None):
        yield data[:100_000]
        raise KeyboardInterrupt

    with monkeypatch.context() as power_cut, pytest.raises(KeyboardInterrupt):
        power_cut.setattr(ContentFile, "chunks", half)
        keep_file(data)
    name, _digest = keep_file(data)

    assert (tmp_path / name).read_bytes() == data
    assert keep_file(data)[0] == name


# ------------------------------------------------------------------------------------------ the reading process


@pytest.fixture
def long_file(tmp_path):
    """A workbook that takes a moment to read."""
    return office.written(tmp_path, "headcounts", office.headcounts(office.ZONE, 3000))


def started(file, database):
    """An import that has just started to read ``file``, and its reading process."""
    options = office.zone_option("headcounts")
    process = start_import(file, database.environment(), *options, output=subprocess.PIPE)
    return process, until(lambda: children(process.pid), "a reading process")[0]


def test_when_the_reading_process_is_killed_the_import_says_so_and_writes_nothing(database, long_file):
    before = office.counts()
    process, reader = started(long_file, database)
    with process:
        os.kill(reader, signal.SIGKILL)
        said, errors = process.communicate(timeout=PATIENCE)

    answer = json.loads(said)
    assert (process.returncode, answer["status"], errors) == (2, "unreadable", "")
    with translation.override("vi"):
        assert answer["errors"][0]["message"] == str(Unusable("stopped"))
    assert not Path(f"/proc/{reader}").exists()
    assert office.counts() == before and nothing_else_is_left(database)


@pytest.mark.full
def test_a_reading_process_whose_import_is_killed_ends_and_the_file_can_be_imported(database, long_file):
    process, reader = started(long_file, database)
    with process:
        process.kill()
    code, said, _seconds = run_import(long_file, database.environment(), *office.zone_option("headcounts"))

    assert (code, said["created"]) == (0, 3000)
    until(lambda: has_ended(reader), "the end of a reading process without its import")
    assert audit.differences() == [] and nothing_else_is_left(database)
