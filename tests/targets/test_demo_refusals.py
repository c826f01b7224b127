"""The demonstration is never loaded over somebody's data, nor where its known passwords would be a danger."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from organizations import actions
from organizations.access import create_user
from organizations.models import Enterprise, Role, Zone
from targets.demo import write


def load(*arguments):
    call_command("load_demo", *arguments, stdout=(said := StringIO()))
    return said.getvalue()


def test_it_is_refused_when_debug_is_off(db, settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="DEBUG"):
        load()
    assert not Zone.objects.exists()


@pytest.fixture
def own_zone(db, settings):
    settings.DEBUG = True
    boss = create_user(username="boss", role=Role.ADMIN, password="correct horse battery")
    return actions.create_zone(code="KHAC", name="Đảng ủy khác", kind=Zone.Kind.CITY, by=boss)


def test_it_is_refused_where_somebody_works_already(own_zone):
    with pytest.raises(CommandError, match="cơ sở dữ liệu trống"):
        load()

    assert list(Zone.objects.values_list("code", flat=True)) == ["KHAC"]


def test_if_empty_leaves_other_data_alone_without_a_word(own_zone, django_user_model):
    assert load("--if-empty") == ""
    assert not Enterprise.objects.exists()
    assert not django_user_model.objects.filter(username="lan").exists()


def test_it_is_refused_when_an_account_of_its_names_exists(db, settings, make_user):
    settings.DEBUG = True
    make_user("lan")

    with pytest.raises(CommandError, match="lan"):
        load()
    assert not Zone.objects.exists()


def test_a_load_that_fails_leaves_nothing(db, settings, monkeypatch, django_user_model):
    settings.DEBUG = True

    def fail(writer):
        assert Zone.objects.exists()
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(write.Writer, "papers", fail)
    with pytest.raises(RuntimeError):
        load()

    assert not Zone.objects.exists()
    assert not django_user_model.objects.filter(username="lan").exists()


@pytest.mark.parametrize("today", ["2026-10-30", "2024-02-29"])
def test_a_clock_before_its_last_day_is_named(db, settings, time_machine, today):
    settings.DEBUG = True
    time_machine.move_to(f"{today}T05:00:00+07:00")

    with pytest.raises(CommandError, match="31/10/2026"):
        load()
    assert not Zone.objects.exists()
