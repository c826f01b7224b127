"""Language belongs to the person, brightness to the screen."""

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.mark.one_database
def test_the_chosen_language_is_kept_with_the_person(client, lan):
    client.force_login(lan)

    answer = client.post("/account/language/", {"language": "en", "next": "/account/security/"})

    assert answer.url == "/account/security/"
    lan.refresh_from_db()
    assert lan.language == "en"
    page = client.get("/account/security/")
    assert '<html lang="en"' in page.text
    assert "Account security" in page.text


def test_an_unknown_language_is_refused(client, lan):
    client.force_login(lan)

    assert client.post("/account/language/", {"language": "fr"}).status_code == 400
    lan.refresh_from_db()
    assert lan.language == "vi"


def test_the_way_back_never_leaves_the_site(client, lan):
    client.force_login(lan)

    assert client.post("/account/language/", {"language": "en", "next": "//elsewhere.example"}).url == "/"


def test_darkness_is_kept_on_the_device_and_can_be_given_back(client, lan):
    client.force_login(lan)

    client.post("/account/theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in client.get("/account/security/").text

    client.post("/account/theme/", {"theme": ""})
    assert "data-theme" not in client.get("/account/security/").text

    assert client.post("/account/theme/", {"theme": '"><script>'}).status_code == 400
    client.cookies["theme"] = "neon"
    assert "neon" not in client.get("/account/security/").text


def test_the_session_ends_after_half_an_hour_without_a_request(client, lan):
    client.force_login(lan)
    page = client.get("/account/security/")

    assert 'data-idle="1800"' in page.text
    assert page.cookies["sessionid"]["max-age"] == 1800
    assert client.get("/account/session/").cookies["sessionid"]["max-age"] == 1800
