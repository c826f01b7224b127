import pytest
from django.db import connection

from tests.torture import office
from tests.torture.databases import office_database
from tests.torture.processes import Runners


@pytest.fixture(scope="session")
def the_office(tmp_path_factory, django_test_environment, django_db_blocker):
    """The office's database, filled once."""
    with django_db_blocker.unblock():
        made = office_database(tmp_path_factory.mktemp("office"), office.fill)
    yield made
    made.drop()


@pytest.fixture
def database(the_office, django_db_blocker):
    """The office's database as it was filled, and this process looking into it."""
    the_office.restore()
    with django_db_blocker.unblock(), the_office.opened():
        yield the_office
        connection.close()


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """A workbook of each kind."""
    return office.files(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="session")
def eight(the_office):
    """Eight processes that wait for a word."""
    with Runners(8, the_office.environment()) as runners:
        yield runners
