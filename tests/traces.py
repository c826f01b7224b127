"""What a refused act must leave behind: nothing, in any table."""

from contextlib import contextmanager

from django.apps import apps
from django.db import connection


def contents() -> dict[str, list[tuple]]:
    """Every row of every table of ours, by table. That somebody is signed in, and until when, is no trace.

    Values are compared as the database holds them: nothing is made of them, so that it can be asked often.
    """
    quote = connection.ops.quote_name
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            meta = model._meta
            if not meta.proxy and meta.managed and meta.app_label != "sessions":
                cursor.execute(f"SELECT * FROM {quote(meta.db_table)} ORDER BY {quote(meta.pk.column)}")
                found[meta.db_table] = cursor.fetchall()
    return found


@contextmanager
def no_trace():
    """Fail when the tables hold anything else after the block than before it."""
    before = contents()
    yield
    after = contents()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
