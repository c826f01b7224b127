"""What every test may ask for. Makers of a room's rows live beside that room's tests."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real workbooks and published figures beside the project; absent on most machines."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real office files are not on this machine (../shared/data)")
    return folder


@pytest.fixture
def make_user(django_user_model):
    """Make a person who can sign in; the password is ``PASSWORD`` of this fixture unless one is given."""

    def make(username, password="correct horse battery", **fields):
        return django_user_model.objects.create_user(username=username, password=password, **fields)

    make.PASSWORD = "correct horse battery"
    return make
