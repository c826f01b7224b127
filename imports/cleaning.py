"""Uploads that became nothing go when their time is over; their files when nothing leads to them any more."""

from datetime import datetime

from django.db.models import Q

from organizations import files
from organizations.files import GRACE
from organizations.models import Attachment
from organizations.models.attachment import FOLDER as SCANS

from .models import FOLDER, StagedRow, Upload


def delete_expired(now: datetime) -> tuple[int, int]:
    """Delete the uploads whose time is over; returns how many, and how many staged rows went with them.

    What was written stays for ever, and what a worker holds stays a day.
    """
    held = Q(state__in=[Upload.State.QUEUED, Upload.State.RUNNING], claimed_at__gt=now - GRACE)
    expired = Upload.objects.filter(batch=None, expires_at__lte=now).exclude(held)
    _all, deleted = expired.delete()
    return deleted.get(Upload._meta.label, 0), deleted.get(StagedRow._meta.label, 0)


def delete_orphans(now: datetime) -> int:
    """Delete the kept files older than a day to which no upload, and no scan of a decision, leads; returns how many."""
    return sum(
        files.delete_orphans(folder, lambda start, rows=rows: _names(rows, start), now)
        for folder, rows in ((FOLDER, Upload.objects), (SCANS, Attachment.objects))
    )


def _names(rows, start):
    return set(rows.filter(file__startswith=start).values_list("file", flat=True))
