"""What every test may ask for. Makers of a room's rows live beside that room's tests."""

from pathlib import Path

import pytest
from django.test import TransactionTestCase

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def the_ledger_can_be_emptied_between_tests():
    """A test that commits empties every table at its end; the ledger's guards step aside for that.

    Emptying ends with post_migrate, which puts the guards and the seed rows back.
    """
    from organizations import guards

    empty = TransactionTestCase._fixture_teardown

    def let_through(self):
        for using in self._databases_names(include_mirrors=False):
            guards.uninstall(using)
        empty(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", let_through)
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real workbooks and published figures beside the project; absent on most machines."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real office files are not on this machine (../shared/data)")
    return folder


@pytest.fixture
def make_user(django_user_model):
    """Make a person who can sign in with ``make_user.PASSWORD`` unless another password is given."""

    def make(username: str, password: str = "correct horse battery", **fields):
        return django_user_model.objects.create_user(username=username, password=password, **fields)

    make.PASSWORD = "correct horse battery"
    return make


@pytest.fixture
def lan(make_user):
    """Lan, a clerk."""
    return make_user("lan", full_name="Nguyễn Thị Lan")
