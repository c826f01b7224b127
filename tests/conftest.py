"""What every test may ask for: the cast and its zones. ``make.py`` makes what they work with."""

import gc
from pathlib import Path

import pytest
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases

from tests import make

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_finish():
    """What the imports left behind is not searched for garbage again and again: a twelfth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


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
def django_db_setup(django_test_environment, django_db_blocker):
    """The test database, made whichever tests are chosen: a fixture of a whole module may fill it without a mark."""
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


@pytest.fixture
def city(db):
    """Hải Phòng, the zone above all others."""
    return make.city()


@pytest.fixture
def kkt(city):
    """The zone whose staff are the cast: HP-KKT."""
    return make.zone("HP-KKT", parent=city, name="Khu kinh tế Hải Phòng")


@pytest.fixture
def cluster(kkt):
    """A zone below HP-KKT."""
    return make.zone("HP-KKT-1", parent=kkt, name="Cụm Đình Vũ")


@pytest.fixture
def other_zone(city):
    """A zone beside HP-KKT."""
    return make.zone("HP-KHAC", parent=city, name="Khu khác")


@pytest.fixture
def lan(kkt):
    """The clerk of HP-KKT."""
    return make.user("lan", role="clerk", zone=kkt, full_name="Nguyễn Thị Lan")


@pytest.fixture
def quan(kkt):
    """The leader of HP-KKT."""
    return make.user("quan", role="leader", zone=kkt, full_name="Trần Văn Quân")


@pytest.fixture
def hoa(other_zone):
    """The clerk of another zone."""
    return make.user("hoa", role="clerk", zone=other_zone, full_name="Lê Thị Hoa")


@pytest.fixture
def minh(city):
    """Of the City Organization Board."""
    return make.user("minh", role="board", full_name="Phạm Văn Minh")


@pytest.fixture
def admin(city):
    """The administrator of the whole city."""
    return make.user("admin", role="admin", full_name="Quản trị hệ thống")


@pytest.fixture
def stranger(db):
    """Somebody who may sign in and has no role."""
    return make.user("stranger")
