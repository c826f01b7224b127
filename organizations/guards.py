"""Keeps the ledger append-only in the database itself, and the reference rows present.

``install`` is idempotent and runs after every migration, never only in one: SQLite drops the triggers of a table
it rebuilds. A system check and ``check_ledger`` name what is absent.
"""

from django.apps import apps
from django.core.checks import Error
from django.db import connections

FUNCTION = "nq28_refuse_change"
MESSAGE = "The ledger is append-only: reverse the row instead."
BODY = f" BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END "


def append_only_tables() -> list[str]:
    """The tables of rows that are written once, whatever room declares them: the ledger's, and what was frozen."""
    return sorted(_guarded())


def _guarded():
    """The model of each guarded table."""
    return {model._meta.db_table: model for model in apps.get_models() if issubclass(model, _written_once())}


def _written_once():
    from .models.base import WrittenOnce  # the models are not loaded yet when this module is

    return WrittenOnce


def _columns(model, names):
    return [model._meta.get_field(name).column for name in names]


def _triggers(vendor, model):
    """Name and statement of each trigger of the table of ``model``."""
    table = model._meta.db_table
    update = "UPDATE"
    if model.written_once is not None:
        update += " OF " + ", ".join(f'"{column}"' for column in _columns(model, model.written_once))
    if vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for act, when in (("update", update), ("delete", "DELETE")):
            name = f"{table}_no_{act}"
            yield name, f'CREATE TRIGGER "{name}" BEFORE {when} ON "{table}" {refuse}'
        # REPLACE deletes the row in its way without asking the trigger above.
        in_the_way = "id = NEW.id"
        if model.replace_key:
            same = " AND ".join(f"{column} = NEW.{column}" for column in _columns(model, model.replace_key))
            in_the_way += f" OR ({same})"
        in_the_way = f'EXISTS (SELECT 1 FROM "{table}" WHERE {in_the_way})'
        name = f"{table}_no_replace"
        yield name, f'CREATE TRIGGER "{name}" BEFORE INSERT ON "{table}" WHEN {in_the_way} {refuse}'
    else:
        for act, when, each in (
            ("update", update, "ROW"), ("delete", "DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"),
        ):  # fmt: skip
            name = f"{table}_no_{act}"
            yield (
                name,
                f'CREATE TRIGGER "{name}" BEFORE {when} ON "{table}" FOR EACH {each} EXECUTE FUNCTION {FUNCTION}()',
            )


def _present(connection):
    """Each trigger by name, with its statement where it can be compared; one that is switched off is none."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return dict(cursor.fetchall())
        cursor.execute(
            "SELECT tgname, NULL FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND pg_table_is_visible(pg_class.oid) "
            "AND prosrc = %s",
            [BODY],
        )
        return dict(cursor.fetchall())


def missing(using="default") -> list[str]:
    """The names of triggers that should stand and do not, or do something else, for tables that exist."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    present = _present(connection)
    return [
        name
        for table, model in sorted(_guarded().items())
        if table in tables
        for name, statement in _triggers(connection.vendor, model)
        if name not in present or present[name] not in (None, statement)
    ]


def install(using="default"):
    """Create the triggers that are absent."""
    connection = connections[using]
    absent = set(missing(using))
    if not absent:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${BODY}$$")
        for table, model in sorted(_guarded().items()):
            for name, statement in _triggers(connection.vendor, model):
                if name in absent:
                    cursor.execute(_drop(connection, name, table))
                    cursor.execute(statement)


def uninstall(using="default"):
    """Drop the triggers: for a test that empties its tables, and nothing else."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table, model in sorted(_guarded().items()):
            if table in tables:
                for name, _ in _triggers(connection.vendor, model):
                    cursor.execute(_drop(connection, name, table))


def _drop(connection, name, table):
    on = "" if connection.vendor == "sqlite" else f' ON "{table}"'
    return f'DROP TRIGGER IF EXISTS "{name}"{on}'


def after_migrate(sender, using, **kwargs):
    """Runs for every room that has ledger tables, whatever was migrated."""
    if any(issubclass(model, _written_once()) for model in sender.get_models()):
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
