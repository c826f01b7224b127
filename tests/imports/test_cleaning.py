"""What was brought and became nothing goes in time; what was written is kept for ever."""

import os
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from imports.cleaning import GRACE
from imports.models import KEPT, StagedRow, Upload, keep_file
from tests import make
from tests.imports.office import take_in

ROWS = [["Tên doanh nghiệp", "Khu công nghiệp"], ["Công ty Cát Hải", "Đình Vũ"]]
State = Upload.State


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clean(capsys):
    def clean():
        call_command("clean_uploads")
        return capsys.readouterr().out.strip()

    return clean


def upload(owner, data, *, expired=True, state=State.STAGED, **values):
    file, digest = keep_file(data)
    now = timezone.now()
    return Upload.objects.create(
        owner=owner, name="a.xlsx", file=file, sha256=digest, size=len(data), state=state, created_at=now - KEPT,
        expires_at=now + timedelta(seconds=-1 if expired else 60), **values,
    )  # fmt: skip


def age(upload, by=GRACE * 2):
    """Make the file of the upload that much older."""
    then = (timezone.now() - by).timestamp()
    os.utime(default_storage.path(upload.file.name), (then, then))


def test_an_upload_whose_time_is_over_goes_with_its_rows_and_its_file(lan, clean):
    old = upload(lan, b"old")
    StagedRow.objects.create(upload=old, line=2, cells=[])
    age(old)

    assert clean() == "Đã xóa: 1 lần tải lên, 1 dòng chờ ghi, 1 tệp."
    assert not Upload.objects.exists() and not default_storage.exists(old.file.name)
    assert clean() == "Đã xóa: 0 lần tải lên, 0 dòng chờ ghi, 0 tệp."


def test_what_still_waits_or_was_written_stays_with_its_file(kkt, lan, dinh_vu, clean):
    waiting = upload(lan, b"waiting", expired=False)
    age(waiting)
    assert take_in(ROWS, by=lan, zone=kkt).batch
    written = Upload.objects.get(state=State.WRITTEN)
    age(written, by=KEPT * 10)

    assert clean() == "Đã xóa: 0 lần tải lên, 0 dòng chờ ghi, 0 tệp."
    assert waiting.bytes() == b"waiting" and written.bytes()


def test_a_file_that_another_upload_leads_to_stays(lan, clean):
    upload(lan, b"same")
    other = upload(lan, b"same", expired=False)
    age(other)

    assert clean() == "Đã xóa: 1 lần tải lên, 0 dòng chờ ghi, 0 tệp."
    assert other.bytes() == b"same"


def test_a_file_just_kept_again_is_not_taken_from_under_its_upload(lan, clean):
    first = upload(lan, b"same")
    age(first)
    keep_file(b"same")  # the upload that leads to it is not committed yet

    assert clean().endswith("0 tệp.")
    assert default_storage.exists(first.file.name)


@pytest.mark.parametrize(("hours", "stays"), [(1, True), (48, False)])
def test_what_a_worker_holds_stays_a_day(lan, clean, hours, stays):
    upload(lan, b"running", state=State.RUNNING, claimed_at=timezone.now() - timedelta(hours=hours))
    clean()

    assert Upload.objects.exists() is stays


def test_nothing_was_ever_kept(db, clean):
    make.system()
    assert clean() == "Đã xóa: 0 lần tải lên, 0 dòng chờ ghi, 0 tệp."
