"""An act under a key acts once: the same request again, from page or program, is told what the first one came to.

The claim is committed before the act, so that a second request, of whatever process, sees the first one running.
The answer is stored in the transaction of the act: when the process dies in between, neither is there, and a claim
older than ``LEASE`` may be taken over. A refusal writes nothing and keeps nothing: the key is free again.
"""

import hashlib
import json
from datetime import timedelta

from django.core.files import File
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from organizations.models import IdempotentAnswer
from organizations.problems import Conflict

KEPT = timedelta(hours=24)
LEASE = timedelta(minutes=15)  # longer than any request may run


class OtherWords(Exception):
    """The key was used already, for a request that said something else. ``claim`` is that one's."""

    def __init__(self, claim: IdempotentAnswer):
        super().__init__()
        self.claim = claim


class StillRunning(Conflict):
    """The first request under the key has not come to its end."""


def claim(*, user: User, path: str, key: str, digest: str) -> IdempotentAnswer:
    """The claim on the key: a new one to act under, or one that carries the answer already (its status is set)."""
    now = timezone.now()
    wanted = IdempotentAnswer.objects.filter(user=user, path=path, key=key)
    for _attempt in range(3):
        found = wanted.first()
        if found is None:
            try:
                with transaction.atomic():
                    IdempotentAnswer.objects.filter(user=user, claimed_at__lt=now - KEPT).delete()
                    return IdempotentAnswer.objects.create(
                        user=user, path=path, key=key, request_hash=digest, claimed_at=now
                    )
            except IntegrityError:  # another request claimed it between our look and our claim
                continue
        if found.claimed_at < now - (KEPT if found.status is not None else LEASE):
            # expired, or left behind by a process that died: its act was undone with it
            wanted.filter(pk=found.pk, claimed_at=found.claimed_at).delete()
            continue
        if found.request_hash != digest:
            raise OtherWords(found)
        if found.status is None:
            break
        return found
    raise StillRunning(_("The first request with this Idempotency-Key is still running. Ask again in a moment."))


def keep(claimed: IdempotentAnswer, *, status: int, body: str) -> None:
    """Store the answer, in the transaction of the act."""
    if not IdempotentAnswer.objects.filter(pk=claimed.pk, status=None).update(status=status, body=body):
        raise Conflict  # the act ran past its lease and another request took the key: one of them must not count


def free(claimed: IdempotentAnswer) -> None:
    """Nothing was done under the key: it may be used again."""
    IdempotentAnswer.objects.filter(pk=claimed.pk, status=None).delete()


def digest(data) -> str:
    """What tells one body from another: its values, not their order or spacing; of a file its name and its bytes."""
    if isinstance(data, QueryDict):
        data = {name: [_told(value) for value in values] for name, values in data.lists()}
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _told(value):
    if not isinstance(value, File):
        return value
    found = hashlib.sha256()
    for chunk in value.chunks():
        found.update(chunk)
    value.seek(0)
    return {"name": value.name, "sha256": found.hexdigest()}
