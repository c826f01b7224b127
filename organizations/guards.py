"""Keeps the ledger append-only in the database itself, and the reference rows present.

``install`` is idempotent and runs after every migration, never only in one: SQLite drops the triggers of a table
it rebuilds. A system check and ``check_ledger`` name what is absent.
"""

from django.apps import apps
from django.core.checks import Error
from django.db import connections

FUNCTION = "nq28_refuse_change"
MESSAGE = "The ledger is append-only: reverse the row instead."


def append_only_tables() -> list[str]:
    """The tables of every ledger row, whatever room declares it."""
    from .models import LedgerRow

    return sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, LedgerRow))


def _triggers(vendor, table):
    """Name and statement of each trigger of ``table``."""
    if vendor == "sqlite":
        for act in ("UPDATE", "DELETE"):
            name = f"{table}_no_{act.lower()}"
            yield (
                name,
                (f'CREATE TRIGGER "{name}" BEFORE {act} ON "{table}" BEGIN SELECT RAISE(ABORT, \'{MESSAGE}\'); END'),
            )
    else:
        for act, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = f"{table}_no_{act.lower()}"
            yield (
                name,
                (f'CREATE TRIGGER "{name}" BEFORE {act} ON "{table}" FOR EACH {each} EXECUTE FUNCTION {FUNCTION}()'),
            )


def _present(connection):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            # tgenabled: a disabled trigger is as good as none
            cursor.execute(
                "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                "WHERE NOT tgisinternal AND tgenabled <> 'D' AND pg_table_is_visible(pg_class.oid)"
            )
        return {row[0] for row in cursor.fetchall()}


def missing(using="default") -> list[str]:
    """The names of triggers that should stand and do not, for tables that exist."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    present = _present(connection)
    return [
        name
        for table in append_only_tables()
        if table in tables
        for name, _ in _triggers(connection.vendor, table)
        if name not in present
    ]


def install(using="default"):
    """Create the triggers that are absent."""
    connection = connections[using]
    absent = set(missing(using))
    if not absent:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for table in append_only_tables():
            for name, statement in _triggers(connection.vendor, table):
                if name in absent:
                    cursor.execute(statement)


def uninstall(using="default"):
    """Drop the triggers: for a test that empties its tables, and nothing else."""
    connection = connections[using]
    present = _present(connection)
    with connection.cursor() as cursor:
        for table in append_only_tables():
            for name, _ in _triggers(connection.vendor, table):
                if name in present:
                    on = "" if connection.vendor == "sqlite" else f' ON "{table}"'
                    cursor.execute(f'DROP TRIGGER "{name}"{on}')


def after_migrate(sender, using, **kwargs):
    install(using)


def check_triggers(app_configs, databases=None, **kwargs):
    """System check: the ledger's guards stand in each database asked about."""
    return [
        Error(
            f"The ledger is not protected: trigger {name} is absent.",
            hint="Run manage.py migrate, which installs it.",
            id="organizations.E001",
        )
        for using in databases or []
        for name in missing(using)
    ]
