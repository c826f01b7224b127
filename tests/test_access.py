"""Every page × every kind of person. A page that is missing from the table fails the build."""

import pytest
from django.urls import get_resolver, reverse

from tests import make

pytestmark = pytest.mark.django_db

PEOPLE = ("lan", "quan", "hoa", "minh", "admin", "stranger", "nobody")  # nobody has not signed in
TO_SIGN_IN = 302

# URL name, its arguments, the question; then what each of PEOPLE is answered. Pages about HP-KKT: Lan is its clerk,
# Quân its leader, Hoa works elsewhere, Minh is of the city board, a stranger has no role in any zone.
KKT = {"zone": "HP-KKT", "year": 2024}
PAGES = [
    ("home", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("reports:dashboard", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("reports:dashboard", {}, KKT, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("reports:figure", {"code": "party_orgs"}, {}, 200, 200, 200, 200, 200, 404, TO_SIGN_IN),
    ("reports:figure", {"code": "party_orgs"}, KKT, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("reports:index", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("reports:download", {"name": "inspection"}, KKT, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("two_factor:profile", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("two_factor:setup", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("two_factor:qr", {}, {}, 404, 404, 404, 404, 404, 404, TO_SIGN_IN),  # only while an authenticator is being added
    ("two_factor:disable", {}, {}, 302, 302, 302, 302, 302, 302, TO_SIGN_IN),  # nothing to remove: back to security
    ("two_factor:backup_tokens", {}, {}, 302, 302, 302, 302, 302, 302, TO_SIGN_IN),  # first an authenticator
    ("password_change", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("session", {}, {}, 204, 204, 204, 204, 204, 204, TO_SIGN_IN),
    ("two_factor:login", {}, {}, 302, 302, 302, 302, 302, 302, 200),
    ("healthz", {}, {}, 200, 200, 200, 200, 200, 200, 200),
]

ONLY_POST = {"language", "theme", "logout"}  # of one's own account; nothing about a zone
ELSEWHERE = ("api:", "admin:", "djdt:")  # the API has its own table, in tests/nq28/test_api.py


def names_of(patterns, namespace=""):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names_of(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}"


def test_every_page_is_in_the_table():
    known = {page[0] for page in PAGES} | ONLY_POST
    routed = {name for name in names_of(get_resolver().url_patterns) if not name.startswith(ELSEWHERE)}

    assert routed - known == set(), "say in PAGES what each person is answered"
    assert known - routed == set(), "these are no pages any more"


@pytest.mark.parametrize("place", range(len(PAGES)), ids=[f"{page[0]} {page[2] and 'of HP-KKT'}" for page in PAGES])
def test_each_person_is_answered_as_the_table_says(client, request, kkt, other_zone, place):
    name, arguments, question, *expected = PAGES[place]
    make.organization(zone=kkt)
    answers = {}
    for person in PEOPLE:
        client.logout()
        if person != "nobody":
            client.force_login(request.getfixturevalue(person))
        answers[person] = client.get(reverse(name, kwargs=arguments), question).status_code

    assert answers == dict(zip(PEOPLE, expected, strict=True))


@pytest.mark.parametrize("name", sorted(ONLY_POST))
def test_what_changes_something_is_never_done_by_a_link(client, lan, name):
    client.force_login(lan)

    assert client.get(reverse(name)).status_code == 405


def test_no_page_of_figures_takes_anything_but_a_question(client, lan):
    client.force_login(lan)

    for url in ("/", "/dashboard/", "/figures/party_orgs/", "/reports/"):
        assert [client.post(url).status_code, client.delete(url).status_code] == [405, 405], url
