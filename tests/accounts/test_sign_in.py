"""Signing in: who gets in, with what, and what is said when not."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import get_token_model

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"


def sign_in(client, username, password, **more):
    step = {"sign_in-current_step": "auth", "auth-username": username, "auth-password": password}
    return client.post(SIGN_IN, step | more)


def send_code(client, code, step="token"):
    return client.post(SIGN_IN, {"sign_in-current_step": step, f"{step}-otp_token": code})


def test_the_sign_in_page_speaks_vietnamese_whatever_the_browser_wishes(client):
    page = client.get(SIGN_IN, headers={"accept-language": "en-US"})

    assert page.status_code == 200
    assert page.headers["Content-Language"] == "vi"
    assert "<h1>Đăng nhập</h1>" in page.text
    assert "//cdn" not in page.text


def test_lan_signs_in_and_lands_where_she_wanted(client, lan, make_user):
    answer = sign_in(client, "lan", make_user.PASSWORD, next="/account/security/")

    assert (answer.status_code, answer.url) == (302, "/account/security/")
    assert client.get("/account/security/").status_code == 200


def test_a_wrong_password_is_told_and_nobody_is_signed_in(client, lan):
    page = sign_in(client, "lan", "wrong")

    assert page.status_code == 200
    assert 'class="error-summary"' in page.text
    assert "<title>Lỗi: Đăng nhập" in re.sub(r"\s+", " ", page.text)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "elsewhere"])
def test_sign_in_never_sends_a_person_to_another_site_or_nowhere(client, lan, make_user, wanted):
    answer = sign_in(client, "lan", make_user.PASSWORD, next=wanted)

    assert (answer.status_code, answer.url) == (302, "/")
    assert client.post("/account/language/", {"language": "en", "next": wanted}).url == "/"


def test_a_stranger_is_led_to_sign_in_and_back(client):
    answer = client.get("/account/security/")

    assert (answer.status_code, answer.url) == (302, "/sign-in/?next=/account/security/")


def test_a_signed_in_person_is_not_asked_again(client, lan):
    client.force_login(lan)

    assert client.get("/sign-in/?next=/account/security/").url == "/account/security/"
    assert client.get("/sign-in/?next=/sign-in/").url == "/"
    assert client.get("/sign-in/?next=nothing").url == "/"


def test_an_authenticator_is_asked_for_after_the_password(client, lan, make_user, authenticator):
    device = authenticator(lan)

    assert "Mã sáu chữ số" in sign_in(client, "lan", make_user.PASSWORD).text
    assert "_auth_user_id" not in client.session
    assert "Lỗi" in send_code(client, "000000" if authenticator.code(device) != "000000" else "111111").text

    TOTPDevice.objects.filter(pk=device.pk).update(throttling_failure_count=0)
    assert send_code(client, authenticator.code(device)).status_code == 302
    assert client.session["otp_device_id"] == device.persistent_id


def test_a_backup_code_opens_the_account_once(client, lan, make_user, authenticator):
    authenticator(lan)
    lan.staticdevice_set.create(name="backup").token_set.create(token="abcd2345")

    sign_in(client, "lan", make_user.PASSWORD)
    page = client.post(SIGN_IN, {"sign_in-current_step": "token", "wizard_goto_step": "backup"})
    assert "Mã dự phòng" in page.text
    assert send_code(client, "abcd2345", "backup").status_code == 302

    client.logout()
    sign_in(client, "lan", make_user.PASSWORD)
    client.post(SIGN_IN, {"sign_in-current_step": "token", "wizard_goto_step": "backup"})
    assert send_code(client, "abcd2345", "backup").status_code == 200


def test_after_five_wrong_passwords_even_the_right_one_waits(client, lan, make_user, settings):
    settings.AXES_ENABLED = True
    for _attempt in range(4):
        assert sign_in(client, "lan", "wrong").status_code == 200

    fifth = sign_in(client, "lan", "wrong")
    right = sign_in(client, "lan", make_user.PASSWORD)

    assert [fifth.status_code, right.status_code] == [429, 429]
    assert "15 phút" in right.text
    assert right.headers["Retry-After"] == "900"
    assert "_auth_user_id" not in client.session
    assert sign_in(client, "hoa", "wrong").status_code == 200  # only this name is closed


def test_an_admin_without_an_authenticator_is_led_to_enrolment_before_anything_else(client, quan, settings):
    settings.REQUIRE_ADMIN_TOTP = True
    client.force_login(quan)

    answer = client.get("/account/security/")

    assert (answer.status_code, answer.url) == (302, "/account/authenticator/?next=%2Faccount%2Fsecurity%2F")
    assert client.post("/account/password/").status_code == 302
    assert client.post("/account/language/", {"language": "en"}).status_code == 302
    assert client.get("/account/session/").status_code == 204


def test_enrolment_ends_with_backup_codes_and_the_way_on(client, quan, settings):
    settings.REQUIRE_ADMIN_TOTP = True
    client.force_login(quan)
    page = client.get("/account/authenticator/?next=/account/security/")
    key = page.context["secret_key"]
    assert client.get("/account/authenticator/picture/").headers["Content-Type"].startswith("image/svg+xml")

    wrong = client.post(page.wsgi_request.get_full_path(), enrolment_code("12"))
    assert "sáu chữ số mà ứng dụng" in wrong.text
    answer = client.post(page.wsgi_request.get_full_path(), enrolment_code(code_of(key)))

    assert answer.url == "/account/backup-codes/?next=%2Faccount%2Fsecurity%2F"
    page = client.get(answer.url)
    assert not page.context["codes"]
    answer = client.post("/account/backup-codes/", {"next": "/account/security/"})
    page = client.get(answer.url)
    assert len(set(page.context["codes"])) == 10
    assert page.context["next"] == "/account/security/"
    assert client.get("/account/security/").status_code == 200


def enrolment_code(code):
    return {"add_authenticator-current_step": "generator", "generator-token": code}


def code_of(key):
    from base64 import b32decode

    return f"{TOTP(b32decode(key)).token():06d}"


def test_a_clerk_may_work_without_an_authenticator(client, lan, settings):
    settings.REQUIRE_ADMIN_TOTP = True
    client.force_login(lan)

    assert client.get("/account/security/").status_code == 200


def test_a_session_from_before_the_authenticator_must_show_its_code(client, quan, authenticator, settings):
    settings.REQUIRE_ADMIN_TOTP = True
    client.force_login(quan)
    authenticator(quan)

    answer = client.get("/account/security/")

    assert answer.url.startswith("/sign-in/?next=")
    assert client.get(answer.url).status_code == 200  # no going round in circles


def test_an_unproven_session_cannot_read_or_remove_the_second_factor(client, lan, authenticator):
    device = authenticator(lan)
    client.force_login(lan)

    assert client.get("/account/backup-codes/").url.startswith("/sign-in/")
    assert client.post("/account/authenticator/remove/").url.startswith("/sign-in/")
    assert TOTPDevice.objects.filter(pk=device.pk).exists()


def test_looking_at_backup_codes_writes_nothing(client, lan, make_user, authenticator, django_assert_num_queries):
    device = authenticator(lan)
    sign_in(client, "lan", make_user.PASSWORD)
    send_code(client, authenticator.code(device))

    client.get("/account/backup-codes/")

    assert not lan.staticdevice_set.exists()


def test_removing_the_authenticator_removes_its_backup_codes(client, lan, make_user, authenticator):
    device = authenticator(lan)
    sign_in(client, "lan", make_user.PASSWORD)
    send_code(client, authenticator.code(device))
    client.post("/account/backup-codes/")

    assert client.get("/account/authenticator/remove/").status_code == 200
    client.post("/account/authenticator/remove/")

    assert not lan.totpdevice_set.exists()
    assert not lan.staticdevice_set.exists()


def test_a_changed_password_withdraws_api_tokens_and_keeps_this_session(client, lan, make_user):
    get_token_model().objects.create(lan)
    client.force_login(lan)

    refused = client.post("/account/password/", {"old_password": make_user.PASSWORD, "new_password1": "123",
                                                 "new_password2": "123"})  # fmt: skip
    assert 'class="error-summary"' in refused.text
    assert get_token_model().objects.count() == 1

    client.post("/account/password/", {"old_password": make_user.PASSWORD, "new_password1": "đường dài lắm",
                                       "new_password2": "đường dài lắm"})  # fmt: skip
    assert get_token_model().objects.count() == 0
    assert client.get("/account/security/").status_code == 200


def test_signing_out_needs_a_click_and_ends_the_session(client, lan):
    client.force_login(lan)

    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == reverse("two_factor:login")
    assert "_auth_user_id" not in client.session


def test_the_built_in_account_is_there_once_and_nobody_can_sign_in_with_it(client):
    call_command("migrate", verbosity=0)
    system = get_user_model().objects.get(username="system")

    assert not system.is_active
    assert not system.has_usable_password()
    assert sign_in(client, "system", "").status_code == 200
