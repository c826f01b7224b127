"""Many rows of one table written at once, for the set-based acts.

``bulk_create`` builds each statement value by value; here the statement is made once, values of plain types go as
they are, and ids are reserved before, so that rows may name each other without asking the database again.
"""

import gc
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from typing import Any

from django.db import connection, models
from django.db.models.base import ModelState

PLAIN = {
    models.CharField: str,
    models.TextField: str,
    models.IntegerField: int,
    models.BigIntegerField: int,
    models.SmallIntegerField: int,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.PositiveBigIntegerField: int,
    models.BooleanField: bool,
    models.ForeignKey: int,
    models.OneToOneField: int,
    models.BigAutoField: int,
}  # what a database takes without a word from Django; every key here is an integer
POSTGRES_ROWS = 1000  # a statement
USUAL = gc.get_threshold()
SELDOM = (100_000, 20, 100)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Search for cycles seldom while rows are made by the ten thousand: they are kept, and hold none.

    Python else goes through all of them again and again, which takes a third of the time of an import. The setting
    is the process's; whoever ends first puts the usual one back, and the other only loses the gain.
    """
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*USUAL)


def reserve(model: type[models.Model], count: int) -> Sequence[int]:
    """``count`` ids of ``model`` that nobody else will use. Call it inside the transaction that writes them."""
    table, column = model._meta.db_table, model._meta.pk.column
    if not connection.in_atomic_block:
        raise RuntimeError("ids are reserved inside a transaction")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [f'"{table}"', column, count],
            )
            return [row[0] for row in cursor.fetchall()]
        # every transaction that may write holds SQLite's one write lock
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
    return range(last + 1, last + count + 1)


def new(model: type[models.Model], /, **values: Any) -> models.Model:
    """``model(**values)``, values by column name (``zone_id``), at a fraction of the time; defaults are filled in."""
    row = model.__new__(model)
    row._state = ModelState()
    row.__dict__.update(_defaults(model))
    row.__dict__.update(values)
    return row


@cache
def _defaults(model: type[models.Model]) -> dict[str, Any]:
    fields = model._meta.concrete_fields
    if made := [field.name for field in fields if field.has_default() and callable(field.default)]:
        raise TypeError(f"{model.__name__}: {made} would be shared between rows")
    return {field.attname: field.get_default() for field in fields}


def insert(rows: Sequence[models.Model]) -> None:
    """Store new ``rows``, all of one model, and give them their ids, as ``bulk_create`` does."""
    if not rows:
        return
    model, alias = type(rows[0]), connection.alias
    key, values = model._meta.pk.attname, [row.__dict__ for row in rows]
    for row, pk in zip(values, reserve(model, len(rows)), strict=True):
        row[key] = pk
    write(model, {field.attname: [row[field.attname] for row in values] for field in model._meta.concrete_fields})
    for row in rows:
        state = row._state
        state.adding, state.db = False, alias


def write(model: type[models.Model], columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert the rows that ``columns`` (attname → values, all of one length) make; nothing is filled in."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    rows = list(zip(*map(_prepared, fields, columns.values()), strict=True))
    quote = connection.ops.quote_name
    into = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(quote(field.column) for field in fields)}) VALUES "
    marks = f"({', '.join(['%s'] * len(fields))})"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(into + marks, rows)
            return
        for start in range(0, len(rows), POSTGRES_ROWS):
            part = rows[start : start + POSTGRES_ROWS]
            cursor.execute(into + ", ".join([marks] * len(part)), list(chain.from_iterable(part)))


def _prepared(field: models.Field, values: Sequence[Any]) -> Sequence[Any]:
    """The values of one column as the database takes them."""
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        raise TypeError(f"{field}: a row written in bulk brings its own times")
    if set(map(type, values)) <= {PLAIN.get(type(field)), type(None)}:
        return values
    if isinstance(field, models.JSONField):  # one object may stand in many rows
        objects = {id(value): value for value in values if value is not None}
        texts = {key: json.dumps(value, cls=field.encoder) for key, value in objects.items()}
        return [texts.get(id(value)) for value in values]
    if isinstance(field, models.DateField):  # few days stand in many rows
        days = {value: field.get_db_prep_save(value, connection) for value in set(values)}
        return [days[value] for value in values]
    return [field.get_db_prep_save(value, connection) for value in values]


def update(model: type[models.Model], rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Store the columns ``names`` (attnames) of rows that are there already, one statement for many."""
    if not rows:
        return
    fields = [model._meta.pk, *(field for field in model._meta.concrete_fields if field.attname in names)]
    columns = [_prepared(field, [getattr(row, field.attname) for row in rows]) for field in fields]
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    into = [quote(field.column) for field in fields[1:]]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            statement = f"UPDATE {table} SET {', '.join(f'{name} = %s' for name in into)} WHERE {key} = %s"
            cursor.executemany(statement, list(zip(*columns[1:], columns[0], strict=True)))
            return
        typed = ", ".join(f"%s::{field.rel_db_type(connection) if field.is_relation else field.db_type(connection)}"
                          for field in fields)  # fmt: skip
        sets = ", ".join(f"{name} = new.{name}" for name in into)
        values = list(zip(*columns, strict=True))
        for start in range(0, len(values), POSTGRES_ROWS):
            part = values[start : start + POSTGRES_ROWS]
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM (VALUES {', '.join([f'({typed})'] * len(part))}) "
                f"AS new ({key}, {', '.join(into)}) WHERE {table}.{key} = new.{key}",
                list(chain.from_iterable(part)),
            )
