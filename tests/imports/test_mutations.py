"""Whatever file is brought, the office gets an answer with its cure: no fault, no row, little time, little memory."""

import json
import re
import resource
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from imports import reader
from imports.reader import child, process
from imports.result import CHECKED, REFUSED, UNREADABLE
from tests import make
from tests.api import Api
from tests.imports.mutants import mutant
from tests.imports.office import take_in
from tests.traces import contents, no_trace

pytestmark = pytest.mark.one_database

SECONDS = 5
MEMORY = 300  # MB
GROWTH = MEMORY - 120  # MB: a process that serves holds some 100 to begin with
END = "Chưa ghi gì vào hệ thống."

# The reading process, which notes at its end the most memory it has held.
WATCHED = """
import runpy
try:
    runpy.run_path({program!r}, run_name="__main__")
finally:
    with open("/proc/self/status") as status, open({notes!r}, "a") as notes:
        notes.write(next(line.split()[1] for line in status if line.startswith("VmHWM")) + "\\n")
"""


def memory(kind):
    """KB that this process holds (VmRSS), or held at most (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(kind)))


def processor_seconds():
    """What this process and those it waited for have used: a busy machine only makes it take longer."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def forget_peak():
    """Let the most memory held be counted anew; returns what is held now."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")


@pytest.fixture
def judge(lan, kkt, dinh_vu, monkeypatch, tmp_path):
    """Bring a file as the command does, and see that the answer is one; ``judge.figures`` are the worst seen."""
    make.organization(zone=kkt, name="Chi bộ có thật", code="CBCT")
    notes, program = tmp_path / "memory.txt", tmp_path / "watched.py"
    notes.touch()
    program.write_text(WATCHED.format(program=str(process.PROGRAM), notes=str(notes)))
    monkeypatch.setattr(process, "PROGRAM", program)

    def judge(name, data, history=""):
        held, started, worked = forget_peak(), time.perf_counter(), processor_seconds()
        result = take_in(data, by=lan, zone=kkt, name=name, dry_run=True)
        seconds, worked = time.perf_counter() - started, processor_seconds() - worked
        judge.grown.append((memory("VmHWM") - held, name))
        text = result.as_text()
        about = f"{name} ({history}): {text[:500]}"

        assert result.status in {CHECKED, REFUSED, UNREADABLE}, about
        assert text.endswith(END), about
        assert result.status == CHECKED or result.errors, about
        assert all(finding.message for finding in result.errors), about
        whole = [finding.message for finding in result.errors if finding.message.endswith(END)]
        assert result.status != UNREADABLE or len(whole) == 1, about
        assert all("hãy " in message.lower() for message in whole), about
        json.dumps(result.as_json(), ensure_ascii=False, default=str).encode()
        judge.seen.append((worked, seconds, about))
        judge.statuses[result.status] = judge.statuses.get(result.status, 0) + 1

    def figures():
        return {
            "files": len(judge.seen),
            **judge.statuses,
            "slowest, s": round(max(seconds for _worked, seconds, _about in judge.seen), 2),
            "most work, s of processor time": round(max(judge.seen)[0], 2),
            "reading process, MB": max(map(int, notes.read_text().split()), default=0) // 1024,
            "importing process grew by, MB": max(judge.grown)[0] // 1024,
        }

    judge.seen, judge.grown, judge.statuses, judge.figures = [], [], {}, figures
    with translation.override("vi"), no_trace():
        yield judge


def bounded(judge, record_property):
    figures = judge.figures()
    for name, figure in figures.items():
        record_property(name, figure)
    assert max(judge.seen)[0] < SECONDS, max(judge.seen)
    assert figures["reading process, MB"] < MEMORY
    assert figures["importing process grew by, MB"] < GROWTH, max(judge.grown)


@pytest.mark.parametrize("count", [30, pytest.param(2_000, marks=pytest.mark.full)])
def test_mutations_of_valid_workbooks_get_an_answer_and_leave_no_trace(judge, count, record_property):
    for number in range(count):
        judge(*mutant(number))

    assert len(judge.statuses) == 3  # some are read and refused, some cannot be read, some are still valid
    bounded(judge, record_property)


@pytest.mark.full  # a sample of them: test_intake.py
def test_hostile_workbooks_get_an_answer_and_leave_no_trace(judge, shared_data, record_property):
    paths = [path for path in sorted((shared_data / "hostile_workbooks").rglob("*")) if path.is_file()]
    assert len(paths) > 300
    for path in paths:
        judge(path.name, path.read_bytes(), path.parent.name)

    bounded(judge, record_property)


def test_the_address_space_of_the_reading_process_holds_no_more_than_is_allowed():
    assert child.MEMORY < MEMORY * 2**20  # resident memory is a part of it, also where the process is ended
    assert child.CPU_SECONDS < SECONDS  # of one processor: the clock runs faster only where the machine is busy


def test_a_mutant_is_the_same_each_time(monkeypatch):
    once = [mutant(number) for number in range(12)]
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000)  # years later
    assert [mutant(number) for number in range(12)] == once
    assert reader.LARGEST_FILE > max(len(data) for _name, data, _history in once)


@pytest.mark.parametrize("count", [6, pytest.param(300, marks=pytest.mark.full)])
def test_every_page_and_the_api_answer_a_mutant_and_no_fact_is_written(client, lan, kkt, dinh_vu, count):
    make.organization(zone=kkt, name="Chi bộ có thật", code="CBCT")
    client.force_login(lan)
    api = Api(lan)
    before = facts()
    for number in range(count):
        name, data, history = mutant(number)
        answer = client.post(reverse("imports:index"), {"file": SimpleUploadedFile(name, data)}, follow=True)
        assert answer.status_code in (200, 422), (name, history)
        if found := re.match(r"/imports/[0-9a-f-]{36}/", "".join(address for address, _code in answer.redirect_chain)):
            for page in ("columns/", "marked.xlsx"):
                answer = client.get(found[0] + page, follow=True)
                assert answer.status_code == 200, (name, history, page)
                assert b"".join(answer) if answer.streaming else answer.content
            answer = client.post(found[0] + "convert/", {"convert": "yes"}, follow=True)
            assert answer.status_code == 200, (name, history)
        answer = api.upload("/api/v1/imports/", data, name=name, dry_run="true")
        assert answer.status_code in (200, 201, 400, 413, 415, 422), (name, history)
        assert answer.json()["status"] in ("checked", "refused", "unreadable"), (name, history)
    assert facts() == before


def facts():
    """Every row of every table but of those that keep what was sent."""
    kept = ("imports_", "django_", "knox_", "accounts_", "organizations_idempotency")
    return {table: rows for table, rows in contents().items() if not table.startswith(kept)}
