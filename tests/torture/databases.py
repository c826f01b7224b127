"""A database of its own for processes that start, write and die: filled once, then copied for every try.

It is of the engine the suite runs on. The processes reach it by its URL; the tests look into it through ``opened``.
"""

import os
import shutil
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from django.core.management import call_command
from django.db import connection, connections


def office_database(folder: Path, fill):
    """The database of this run's engine, of whose template ``fill`` makes the contents."""
    return (Sqlite if connection.vendor == "sqlite" else Postgresql)(folder, fill)


class OfficeDatabase:
    def __init__(self, folder: Path, fill):
        self.folder = folder
        self.base = connections.settings["default"]
        with self._connected(self.template):
            call_command("migrate", verbosity=0)
            fill()

    def environment(self) -> dict[str, str]:
        """What a process that works on it must be told."""
        media, scratch = self.folder / "media", self.folder / "scratch"
        for place in (media, scratch):
            place.mkdir(exist_ok=True)
        return os.environ | {
            "DATABASE_URL": self.url, "DJANGO_SETTINGS_MODULE": "nq28.settings",
            "MEDIA_ROOT": str(media), "TMPDIR": str(scratch),
        }  # fmt: skip

    def opened(self):
        """This process's own connection, to look into it."""
        return self._connected(self.name)

    @contextmanager
    def _connected(self, name):
        before, settings = connections["default"], connections.settings["default"]
        connections.settings["default"] = self.base | {"NAME": str(name)}
        connections["default"] = connections.create_connection("default")
        try:
            yield
        finally:
            connections["default"].close()
            connections.settings["default"] = settings
            connections["default"] = before


class Sqlite(OfficeDatabase):
    def __init__(self, folder, fill):
        self.template, self.name = folder / "template.sqlite3", folder / "office.sqlite3"
        self.url = f"sqlite:///{self.name}"
        super().__init__(folder, fill)

    def restore(self):
        """Make it what the template is: one file, since who closes it last takes the write-ahead log in."""
        assert not self.template.with_name("template.sqlite3-wal").exists()
        for file in self.folder.glob("office.sqlite3*"):
            file.unlink()
        shutil.copyfile(self.template, self.name)

    def is_being_written(self) -> bool:
        """Whether somebody holds the one write lock."""
        with closing(sqlite3.connect(self.name, timeout=0, isolation_level=None)) as link:
            try:
                link.execute("BEGIN IMMEDIATE")
                link.execute("ROLLBACK")
            except sqlite3.OperationalError:
                return True
        return False

    def drop(self):
        pass


class Postgresql(OfficeDatabase):
    def __init__(self, folder, fill):
        settings = connections.settings["default"]
        self.name = f"{settings['NAME']}_torture_{os.getpid()}"
        self.template = f"{self.name}_template"
        host = settings["HOST"] or "127.0.0.1"
        who = settings["USER"] + (f":{settings['PASSWORD']}" if settings["PASSWORD"] else "")
        self.url = f"postgres://{who}@{host}:{settings['PORT'] or 5432}/{self.name}"
        self.link = psycopg2.connect(self.url.rpartition("/")[0] + "/postgres")
        self.link.autocommit = True
        self.drop_both()
        self._do(f'CREATE DATABASE "{self.template}"')
        super().__init__(folder, fill)

    def _do(self, statement, parameters=()):
        with self.link.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else None

    def restore(self):
        """Make it what the template is."""
        self._do(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        self._do(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')

    def is_being_written(self) -> bool:
        """Whether somebody is in a transaction that has written."""
        writers = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_xid IS NOT NULL"
        return self._do(writers, [self.name])[0][0] > 0

    def drop_both(self):
        for name in (self.name, self.template):
            self._do(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def drop(self):
        self.drop_both()
        self.link.close()
