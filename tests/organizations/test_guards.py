"""The ledger is append-only in the database itself, whoever asks and however."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from organizations import guards
from organizations.models import AdmissionSource, Change, Event, Headcount, OrganizationRating
from reports.models import Snapshot, SnapshotFigure, SnapshotRemark
from targets.actions import declare
from targets.models import Declaration, TargetVersion
from tests import make
from tests.organizations.another_migration.zzzz_add_a_remark_to_events import Migration

LEDGER = [Event, Headcount, OrganizationRating, AdmissionSource, Change, TargetVersion, Declaration]


def refused(statement, *params):
    """Whether the database refuses the raw ``statement``."""
    connection.check_constraints()  # PostgreSQL truncates no table with checks put off to the end of the transaction
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, params)
    except IntegrityError as error:
        return "append-only" in str(error)
    return False


@pytest.fixture
def ledger(kkt, minh):
    """A ledger with a row in each of its tables."""
    cell = make.organization(zone=kkt, members=5, enterprises=[make.enterprise(zone=kkt, workers=100)])
    make.actions.rate_organization(organization=cell, year=2024, grade="well", by=make.system())
    make.actions.record_admission_source(organization=cell, year=2024, trained=2, by=make.system())
    make.target(zone=kkt)
    days = {"first_day": make.DAY, "last_day": make.DAY}
    declare(zone=kkt, indicator=make.indicator("union_orgs"), value="complete", by=make.system(), **days)


@pytest.mark.parametrize("model", LEDGER, ids=lambda model: model.__name__)
def test_nobody_changes_or_deletes_a_row_through_the_models(ledger, model):
    row = model.objects.first()
    for act in (row.save, row.delete, model.objects.filter(pk=row.pk).delete, lambda: model.objects.update(seq=99)):
        with pytest.raises(Exception, match="append-only|protected") as refusal, transaction.atomic():
            act()
        assert isinstance(refusal.value, IntegrityError)
    assert model.objects.get(pk=row.pk).hash == row.hash


@pytest.mark.parametrize("model", LEDGER, ids=lambda model: model.__name__)
def test_nobody_changes_or_deletes_a_row_with_raw_sql(ledger, model):
    table = model._meta.db_table
    assert model.objects.exists()

    assert refused(f"UPDATE {table} SET hash = 'forged'")
    assert refused(f"DELETE FROM {table}")
    if connection.vendor == "postgresql":
        assert refused(f"TRUNCATE {table} CASCADE")
    else:
        assert refused(f"REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="REPLACE is a word of SQLite")
def test_a_row_is_not_replaced_by_one_of_its_number(ledger):
    columns = [field.column for field in Event._meta.concrete_fields if field.column != "id"]
    names = ", ".join(columns)

    assert refused(f"INSERT OR REPLACE INTO organizations_event ({names}) SELECT {names} FROM organizations_event")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL can truncate")
def test_the_tables_the_ledger_points_at_are_not_emptied_around_it(ledger):
    assert refused("TRUNCATE organizations_zone CASCADE")


def test_every_table_of_ledger_rows_is_guarded(db):
    frozen = [Snapshot, SnapshotFigure, SnapshotRemark]
    assert set(guards.append_only_tables()) == {model._meta.db_table for model in LEDGER + frozen}
    assert guards.missing() == []


def complaints():
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("check_ledger", json=True, stdout=out)
    assert stop.value.code == 1
    return [row["row"] for row in json.loads(out.getvalue())["rows"]]


def test_a_guard_that_was_dropped_is_named(db):
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON organizations_event"
        cursor.execute(f"DROP TRIGGER organizations_event_no_update{on}")

    assert guards.missing() == ["organizations_event_no_update"]
    found = guards.check_triggers(None, databases=["default"])
    assert [error.id for error in found] == ["organizations.E001"]
    assert "organizations_event_no_update" in found[0].msg
    assert complaints() == ["organizations_event_no_update"]

    guards.install()
    assert guards.missing() == []


def test_a_guard_that_looks_away_is_as_good_as_none(db):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER organizations_event_no_update")
            cursor.execute(
                'CREATE TRIGGER "organizations_event_no_update" BEFORE UPDATE ON "organizations_event" '
                "BEGIN SELECT 1; END"
            )
        else:
            cursor.execute("ALTER TABLE organizations_event ENABLE REPLICA TRIGGER organizations_event_no_update")

    assert complaints() == ["organizations_event_no_update"]
    guards.install()
    assert guards.missing() == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's guards have their words in themselves")
def test_a_guard_whose_function_was_emptied_is_named(db):
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {guards.FUNCTION}() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NEW; END $$"
        )

    assert "organizations_event_no_update" in guards.missing()
    guards.install()
    assert guards.missing() == []


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_alters_the_ledger_leaves_it_guarded(settings):
    """SQLite rebuilds a table to alter it, and the rebuilt one has no triggers until they are put back."""
    make.organization()
    settings.MIGRATION_MODULES = {"organizations": "tests.organizations.another_migration"}
    try:
        call_command("migrate", "organizations", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT remark FROM organizations_event")
            assert cursor.fetchall() == [("",)]

        assert refused("UPDATE organizations_event SET quantity = 100")
        assert guards.missing() == []
    finally:
        call_command("migrate", "organizations", Migration.dependencies[0][1], verbosity=0)
