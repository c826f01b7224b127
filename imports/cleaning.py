"""Uploads that became nothing go when their time is over; their files when nothing leads to them any more."""

import posixpath
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db.models import Q

from .models import FOLDER, StagedRow, Upload

GRACE = timedelta(days=1)  # a file may be kept some time before the row that leads to it is committed


def delete_expired(now: datetime) -> tuple[int, int]:
    """Delete the uploads whose time is over; returns how many, and how many staged rows went with them.

    What was written stays for ever, and what a worker holds stays a day.
    """
    held = Q(state__in=[Upload.State.QUEUED, Upload.State.RUNNING], claimed_at__gt=now - GRACE)
    expired = Upload.objects.filter(batch=None, expires_at__lte=now).exclude(held)
    _all, deleted = expired.delete()
    return deleted.get(Upload._meta.label, 0), deleted.get(StagedRow._meta.label, 0)


def delete_orphans(now: datetime) -> int:
    """Delete the kept files older than a day that no upload leads to; returns how many."""
    count = 0
    for folder in _folders(FOLDER):
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        known = set(Upload.objects.filter(file__startswith=f"{folder}/").values_list("file", flat=True))
        for name in names:
            if name not in known and default_storage.get_modified_time(name) < now - GRACE:
                default_storage.delete(name)
                count += 1
    return count


def _folders(root: str) -> Iterator[str]:
    try:
        folders = default_storage.listdir(root)[0]
    except FileNotFoundError:  # no file was ever kept
        return
    for folder in folders:
        yield posixpath.join(root, folder)
