"""The commands that make accounts and check the ledger."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from organizations import access
from organizations.access import Act
from tests.traces import no_trace


@pytest.fixture
def run(monkeypatch):
    """Run create_user with a password on standard input; returns what it printed."""

    def run(*arguments, password="mật khẩu đủ dài 2026"):
        monkeypatch.setattr("sys.stdin", StringIO(password + "\n"))
        out = StringIO()
        call_command("create_user", *arguments, "--password-stdin", stdout=out)
        return out.getvalue()

    return run


@pytest.mark.parametrize(("role", "enters"), [("clerk", True), ("leader", False), ("board", False), ("admin", True)])
def test_an_account_is_made_with_its_role_zone_and_final_password(kkt, run, role, enters):
    assert "nguyen.lan" in run("nguyen.lan", "--role", role, "--zone", "HP-KKT")

    user = User.objects.get(username="nguyen.lan")
    assert user.check_password("mật khẩu đủ dài 2026")
    assert access.may(user, Act.ENTER, kkt) is enters


@pytest.mark.parametrize("role", ["board", "admin"])
def test_board_and_administrator_may_have_the_whole_city(db, run, role):
    run("minh", "--role", role)

    assert access.scope_of(User.objects.get(username="minh")).zone_ids is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lan", "--role", "clerk", "--zone", "HP-SAI"], "HP-KKT"),
        (["lan", "--role", "clerk"], "đơn vị"),
        (["system", "--role", "admin"], "Chưa tạo tài khoản nào"),
        (["lan", "--role", "king"], "king"),
    ],
)
def test_an_account_that_cannot_be_is_refused_and_none_is_made(kkt, run, arguments, said):
    with no_trace(), pytest.raises(CommandError, match=said):
        run(*arguments)
