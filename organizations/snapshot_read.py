"""Several queries, one moment: a page or a paper never mixes what was before a write with what came after."""

from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_snapshot():
    """Read the database as it is at the first query, whatever others write meanwhile. Only for reading.

    Inside an open transaction, or another snapshot, nothing is added.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        connection.ensure_connection()
        if connection.connection.in_transaction:
            yield
            return
        # Not atomic(): that begins IMMEDIATE here and would make readers wait for writers.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            connection.connection.rollback()
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
