"""A token of the API: 200 with everything right, 400 wrong, 403 enrol first, 429 too often."""

import pytest
from django.test import RequestFactory
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import get_token_model

from accounts.api import TokenView
from accounts.tokens import TokenRefused, issue_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(rf: RequestFactory, make_user):
    """Ask for a token with Lan's right password unless told otherwise; returns (status, answer)."""

    def post(**changed):
        wanted = {"username": "lan", "password": make_user.PASSWORD} | changed
        request = rf.post("/api/v1/token/", wanted, content_type="application/json")
        answer = TokenView.as_view()(request)
        return answer.status_code, answer.data

    return post


def test_the_right_password_gives_a_token_that_ends(ask, lan):
    status, answer = ask()

    assert status == 200
    token = get_token_model().objects.get(user=lan)
    assert answer["expires"] == token.expiry
    assert answer["token"].startswith(token.token_key)
    lan.refresh_from_db()
    assert lan.last_login


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"username": "nobody"}, {"password": ""}, {"username": ""}])
def test_a_wrong_name_or_password_is_400_and_gives_nothing(ask, lan, wrong):
    status, _answer = ask(**wrong)

    assert status == 400
    assert not get_token_model().objects.exists()


def test_somebody_who_left_gets_no_token(ask, lan):
    lan.is_active = False
    lan.save()

    assert ask()[0] == 400


def test_the_sixth_attempt_is_429_even_with_the_right_password(ask, lan, settings):
    settings.AXES_ENABLED = True
    answers = [ask(password="wrong")[0] for _attempt in range(6)]

    assert answers[:4] == [400] * 4
    assert answers[5] == 429
    assert ask()[0] == 429
    assert not get_token_model().objects.exists()


def test_an_account_with_an_authenticator_must_give_its_code_every_time(ask, lan, authenticator):
    device = authenticator(lan)

    assert ask()[0] == 400
    assert "otp" in ask()[1]
    assert ask(otp=authenticator.code(device))[0] == 200
    assert ask(otp=authenticator.code(device))[0] == 400  # a code works once
    assert get_token_model().objects.count() == 1


def test_guessing_codes_is_429(ask, lan, authenticator):
    device = authenticator(lan)
    TOTPDevice.objects.filter(pk=device.pk).update(throttling_failure_count=0)
    wrong = "000000" if authenticator.code(device) != "000000" else "111111"

    assert ask(otp=wrong)[0] == 400
    assert ask(otp=wrong)[0] == 429


def test_a_backup_code_does_not_use_up_the_attempts_of_the_authenticator(ask, lan, authenticator):
    device = authenticator(lan)
    lan.staticdevice_set.create(name="backup").token_set.create(token="abcd2345")

    assert ask(otp="abcd2345")[0] == 200
    assert ask(otp=authenticator.code(device))[0] == 200


def test_an_admin_without_an_authenticator_is_told_to_enrol(ask, quan, authenticator, settings):
    settings.REQUIRE_ADMIN_TOTP = True

    status, answer = ask(username="quan")
    assert status == 403
    assert "ứng dụng xác thực" in answer["detail"]

    settings.REQUIRE_ADMIN_TOTP = False
    assert ask(username="quan")[0] == 200


def test_a_refusal_tells_its_status_and_reason(rf, lan):
    with pytest.raises(TokenRefused) as refused:
        issue_token(username="lan", password="wrong", request=rf.post("/"))

    assert refused.value.status == 400
    assert refused.value.errors == {"detail": "Tên đăng nhập hoặc mật khẩu không đúng."}
