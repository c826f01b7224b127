"""What the environment may say, typed. A wrong value stops the start with the variable's name and a cure."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

env = Env()


def boolean(name, default):
    """Return ``name`` as a bool; anything but a plain yes or no is an error that quotes it."""
    try:
        return env.bool(name, default)
    except EnvError:
        raise ImproperlyConfigured(f"{name}={os.environ[name]!r}: write true or false") from None


def choice(name, choices):
    """Return ``name``, one of ``choices``; the first one when it is not set."""
    value = os.environ.get(name, "").strip() or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r}: write {' or '.join(choices)}")
    return value


def whole(name, default, first, last):
    """Return ``name``, a whole number from ``first`` to ``last``; ``default`` when it is not set."""
    value = os.environ.get(name, "").strip() or str(default)
    if value not in map(str, range(first, last + 1)):
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number from {first} to {last}")
    return int(value)


def words(name, default):
    """Return a comma-separated ``name`` as a list without blanks."""
    return [word.strip() for word in env.list(name, default) if word.strip()]


def database(name, default=None):
    """Return Django's settings for the database URL in ``name``, or None when it is not set."""
    value = os.environ.get(name, "").strip() or default
    if not value:
        return None
    cure = "write sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME"
    if not value.startswith(("sqlite:", "postgres:", "postgresql:")):
        raise ImproperlyConfigured(f"{name}={value!r}: {cure}")
    try:
        return env.dj_db_url(name, value)
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured(f"{name}={value!r}: {cure} ({error})") from None


def own_key(path):
    """Return the secret kept in the file ``path``, making it on first start, readable by its owner only.

    The file appears with its content at once, so two processes that start together agree on one key.
    """
    path = Path(path)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
            with suppress(FileExistsError):  # another process was first: its key holds
                os.link(draft, path)
        except OSError as error:
            raise ImproperlyConfigured(f"{path}: the key file cannot be made ({error.strerror})") from None
        finally:
            with suppress(OSError):  # not made, or its folder is none
                draft.unlink()
    return read_key(path)


def read_key(path, name=""):
    """Return the secret kept in the file ``path``; an absent or empty file is an error that names ``name``."""
    prefix = f"{name}=" if name else ""
    try:
        key = Path(path).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{prefix}{str(path)!r}: {error.strerror}") from None
    if len(key) < 32:
        raise ImproperlyConfigured(f"{prefix}{str(path)!r}: the key needs at least 32 characters")
    return key
