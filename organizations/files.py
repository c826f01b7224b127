"""Files that were sent, kept under their own hash: equal ones once, half ones never, and none that nothing leads to."""

import hashlib
import os
import posixpath
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

GRACE = timedelta(days=1)  # a file may be kept some time before the row that leads to it is committed


def keep_file(data: bytes, folder: str) -> tuple[str, str]:
    """Store ``data`` under its own hash in ``folder``. Returns (name in the storage, SHA-256).

    A file that is there already becomes as young as a new one: it must not be taken before a row leads to it.
    """
    digest = hashlib.sha256(data).hexdigest()
    name = f"{folder}/{digest[:2]}/{digest}"
    if not _renewed(name):
        name = _stored(name, data)
    return name, digest


def _stored(name, data):
    """Keep the file so that it has its name only when all of it is on the disk: who is killed leaves no half of one."""
    try:
        path = default_storage.path(name)
    except NotImplementedError:  # a storage that is no folder of ours: it takes a file as a whole
        return default_storage.save(name, ContentFile(data))
    draft = default_storage.path(default_storage.save(f"{name}.{uuid.uuid4().hex[:8]}", ContentFile(data)))
    with open(draft, "rb") as stream:
        os.fsync(stream.fileno())
    os.replace(draft, path)
    return name


def _renewed(name):
    """Whether the file is there; it becomes as young as a new one."""
    try:
        os.utime(default_storage.path(name))
    except FileNotFoundError:
        return False
    except NotImplementedError:  # a storage that is no folder of ours
        return default_storage.exists(name)
    return True


def delete_orphans(folder: str, known: Callable[[str], set[str]], now: datetime) -> int:
    """Delete the files kept in ``folder`` that are older than a day and lead from no row; returns how many.

    ``known`` gives the names, of those that begin as its argument says, to which a row leads.
    """
    count = 0
    for inner in _folders(folder):
        names = [f"{inner}/{name}" for name in default_storage.listdir(inner)[1]]
        held = known(f"{inner}/")
        for name in names:
            if name not in held and default_storage.get_modified_time(name) < now - GRACE:
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
