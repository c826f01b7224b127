"""What a refused act must leave behind: nothing, in any table."""

from contextlib import contextmanager

from django.apps import apps


def contents() -> dict[str, list[tuple]]:
    """Every row of every table of ours, by table. That somebody is signed in, and until when, is no trace."""
    return {
        model._meta.db_table: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.managed and model._meta.app_label != "sessions"
    }


@contextmanager
def no_trace():
    """Fail when the tables hold anything else after the block than before it."""
    before = contents()
    yield
    after = contents()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
