"""manage.py undo_import: what it prints, what it exits with."""

import json

import pytest
from django.core.management import call_command

from organizations.models import Batch, Enterprise, Organization
from tests import make
from tests.imports.files import DAY, FILES, written
from tests.traces import no_trace


@pytest.fixture
def batch(kkt, lan, dinh_vu):
    return written(FILES["enterprises"](), by=lan, zone=kkt)


@pytest.fixture
def run(capsys):
    """Runs the command; returns its exit code and what it printed."""

    def run(*arguments):
        code = 0
        try:
            call_command("undo_import", *map(str, arguments))
        except SystemExit as stop:
            code = stop.code
        printed = capsys.readouterr().out
        return code, json.loads(printed) if "--json" in arguments else printed

    return run


def test_it_says_what_was_undone_and_keeps_the_reason(batch, run):
    code, answer = run(batch.pk, "--user", "lan", "--reason", "Nhầm tệp", "--json")
    assert (code, answer["undoes"], answer["kept"], answer["blocked"]) == (0, batch.pk, [], [])
    assert [(row["sheet"], row["row"], row["what"]) for row in answer["reversed"]] == [
        ("Sheet1", 2, "Công ty Một"), ("Sheet1", 3, "Công ty Hai"), ("Sheet1", 4, "Công ty Ba"),
    ]  # fmt: skip
    new = Batch.objects.get(pk=answer["batch"])
    assert (new.undoes, new.reason, new.recorded_by.username) == (batch, "Nhầm tệp", "lan")


def test_people_read_how_many_lines_and_which_stay_and_why(batch, run, kkt):
    make.organization(
        "Công đoàn Bảy", zone=kkt, type="union_base", enterprises=[Enterprise.objects.get(name="Công ty Một")]
    )
    code, text = run(batch.pk)
    assert code == 0
    assert "2 dòng" in text and "Dòng 2, Công ty Một" in text and "Công đoàn Bảy" in text


def test_without_a_user_the_built_in_account_undoes(batch, run):
    _code, answer = run(batch.pk, "--json")
    assert Batch.objects.get(pk=answer["batch"]).recorded_by == make.system()


def test_when_nothing_can_be_undone_it_says_so(kkt, lan, batch, run):
    founded = written(FILES["organizations"](), by=lan, zone=kkt)
    make.lock(kkt, DAY, DAY, reason="Đã tiếp nhận")
    with no_trace():
        code, answer = run(founded.pk, "--json")
        assert (code, answer["batch"], len(answer["blocked"])) == (1, None, 3)
        code, text = run(founded.pk)
    assert code == 1 and "Chưa ghi gì vào hệ thống." in text and "Đã tiếp nhận" in text
    assert Organization.objects.live().count() == 3


def test_a_second_time_is_refused_and_names_the_batch(batch, run):
    first = run(batch.pk, "--json")[1]["batch"]
    with no_trace():
        code, answer = run(batch.pk, "--json")
    assert (code, answer["batch"]) == (1, None) and f"#{first}" in answer["message"]


@pytest.mark.parametrize("number", ["999999", "x", "0", "9" * 30])
def test_an_import_that_is_not_there_is_exit_2(db, run, number):
    code, answer = run(number, "--json")
    assert (code, answer["batch"], answer["reversed"]) == (2, None, [])
    assert number in answer["message"]


def test_who_may_not_undo_it_is_told(batch, run, minh, hoa):
    for name in ("minh", "hoa", "nobody"):
        with no_trace():
            code, answer = run(batch.pk, "--user", name, "--json")
        assert (code, answer["batch"]) == (1, None) and answer["message"]


def test_a_rehearsal_writes_nothing(batch, run):
    with no_trace():
        code, answer = run(batch.pk, "--dry-run", "--json")
        assert (code, answer["batch"], len(answer["reversed"])) == (0, None, 3)
        assert "3 dòng" in run(batch.pk, "--dry-run")[1]


def test_a_fault_of_ours_is_an_answer_too(batch, run, monkeypatch):
    def broken(*arguments, **options):
        raise RuntimeError("broken")

    monkeypatch.setattr("imports.management.commands.undo_import.undo_batch", broken)
    code, answer = run(batch.pk, "--json")
    assert code == 1 and "RuntimeError" in answer["message"]
