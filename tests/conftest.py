"""What every test may ask for: the cast and its zones. ``make.py`` makes what they work with."""

import gc
import os
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases

from tests import cast, make
from tests.api import Api

ROOT = Path(__file__).resolve().parent.parent
IN_MEMORY = "/dev/shm"  # a folder Linux keeps in memory


def pytest_collection_finish():
    """What the imports left behind is not searched for garbage again and again: a twelfth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


NEEDS_A_DATABASE = {"db", "transactional_db", "django_db_setup", "database"}  # fixtures that lead to one


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Keep what this pass of several is for; tools/test.py says it, and without its word every test runs.

    "once" is what comes to the same whichever the database, "each" the rest. What is marked `one_database` runs once
    by default, and on each when every count is wanted ("each, whole"; "once, less").
    """
    kept = os.environ.get("TESTS_THAT_RUN")
    if kept is None:
        return
    whole = kept in ("each, whole", "once, less")
    chosen = [item for item in items if runs_once(item, whole) == kept.startswith("once")]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


def runs_once(item, whole) -> bool:
    """Whether a test needs no database, or one is enough for it."""
    if item.get_closest_marker("browser"):
        return True
    if item.get_closest_marker("one_database") and not whole:
        return True
    return not (item.get_closest_marker("django_db") or NEEDS_A_DATABASE & set(item.fixturenames))


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
def django_db_setup(request, django_test_environment, django_db_blocker):
    """The test database, made whichever tests are chosen: a fixture of a whole module may fill it without a mark.

    Where a browser is among them SQLite is a file, as in an office: the server answers several requests at once, and
    one connection to a database in memory, which all its threads would share, mixes their transactions.
    """
    with ExitStack() as stack:
        if connection.vendor == "sqlite" and any(item.get_closest_marker("browser") for item in request.session.items):
            folder = stack.enter_context(TemporaryDirectory(dir=IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None))
            stack.enter_context(patch.dict(connection.settings_dict["TEST"], NAME=f"{folder}/test.sqlite3"))
        with django_db_blocker.unblock():
            before = setup_databases(verbosity=0, interactive=False, serialized_aliases=set())
        yield
        with django_db_blocker.unblock():
            teardown_databases(before, verbosity=0)


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


# ------------------------------------------------------------------------------------------ the cast


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """What a module's own fixture makes once, in module scope, stands for each of its tests and goes at its end.

    What a test does to it is taken back as ever. Make the cast with ``tests.cast``: its fixtures below find it.
    Tests that commit (``transaction=True``) cannot stand on it.
    """
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole._from_testcase = True  # an act may be durable inside, as in Django's own test cases
        with whole:
            yield
            transaction.set_rollback(True)


@pytest.fixture
def city(db):
    """Hải Phòng, the zone above all others."""
    return make.city()


@pytest.fixture
def kkt(city):
    """The zone whose staff are the cast: HP-KKT."""
    return cast.kkt()


@pytest.fixture
def cluster(kkt):
    """A zone below HP-KKT."""
    return cast.cluster()


@pytest.fixture
def other_zone(city):
    """A zone beside HP-KKT."""
    return cast.other_zone()


@pytest.fixture
def lan(kkt):
    """The clerk of HP-KKT."""
    return cast.lan()


@pytest.fixture
def quan(kkt):
    """The leader of HP-KKT."""
    return cast.quan()


@pytest.fixture
def hoa(other_zone):
    """The clerk of another zone."""
    return cast.hoa()


@pytest.fixture
def minh(city):
    """Of the City Organization Board."""
    return cast.minh()


@pytest.fixture
def admin(city):
    """The administrator of the whole city."""
    return cast.admin()


@pytest.fixture
def stranger(db):
    """Somebody who may sign in and has no role."""
    return make.user("stranger")


@pytest.fixture
def api(lan):
    """The API as a clerk's program asks it."""
    return Api(lan)
