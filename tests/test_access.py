"""Every page × every kind of person. A page that is missing from the table fails the build."""

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone

from imports import matching
from imports.models import Upload
from organizations.models import Batch
from tests import make
from tests.imports.office import take_in, workbook

pytestmark = pytest.mark.django_db

PEOPLE = ("lan", "quan", "hoa", "minh", "admin", "stranger", "nobody")  # nobody has not signed in
TO_SIGN_IN = 302

# URL name, its arguments, the question; then what each of PEOPLE is answered. Pages about HP-KKT: Lan is its clerk,
# Quân its leader, Hoa works elsewhere, Minh is of the city board, a stranger has no role in any zone.
KKT = {"zone": "HP-KKT", "year": 2024}
THE_BATCH = 0  # its number is known when it is there
KEY = "00000000-0000-4000-8000-000000000028"
PAGES = [
    ("home", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("reports:dashboard", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("reports:dashboard", {}, KKT, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("reports:figure", {"code": "party_orgs"}, {}, 200, 200, 200, 200, 200, 404, TO_SIGN_IN),
    ("reports:figure", {"code": "party_orgs"}, KKT, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("reports:index", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("reports:download", {"name": "inspection"}, KKT, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("imports:index", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("imports:template", {"kind": "enterprises"}, {"zone": "HP-KKT"}, 200, 403, 404, 403, 200, 404, TO_SIGN_IN),
    ("imports:template", {"kind": "targets"}, {"zone": "HP-KKT"}, 403, 403, 404, 200, 200, 404, TO_SIGN_IN),
    ("imports:batch", {"pk": THE_BATCH}, {}, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("imports:batch_file", {"pk": THE_BATCH}, {}, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("imports:undo", {"pk": THE_BATCH}, {}, 200, 403, 404, 403, 200, 404, TO_SIGN_IN),
    *(  # an upload is seen by the one who brought it, here Lan, and by nobody else
        (f"imports:{name}", {"key": KEY, **more}, {}, 200, 404, 404, 404, 404, 404, TO_SIGN_IN)
        for name, more in (("upload", {}), ("columns", {}), ("row", {"line": 2}), ("marked", {}), ("confirm", {}))
    ),
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
ONLY_POST_OF_UPLOADS = {  # name → what else is in the address
    "imports:again": {}, "imports:convert": {}, "imports:discard": {}, "imports:mend": {},
    "imports:fix_row": {"line": 2},
}  # fmt: skip
ELSEWHERE = ("api:", "admin:", "djdt:")  # the API has its own table, in tests/nq28/test_api.py


def names_of(patterns, namespace=""):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names_of(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}"


def test_every_page_is_in_the_table():
    known = {page[0] for page in PAGES} | ONLY_POST | ONLY_POST_OF_UPLOADS.keys()
    routed = {name for name in names_of(get_resolver().url_patterns) if not name.startswith(ELSEWHERE)}

    assert routed - known == set(), "say in PAGES what each person is answered"
    assert known - routed == set(), "these are no pages any more"


@pytest.mark.parametrize("place", range(len(PAGES)), ids=[f"{page[0]} {page[2] and 'of HP-KKT'}" for page in PAGES])
def test_each_person_is_answered_as_the_table_says(client, request, kkt, other_zone, place):
    name, arguments, question, *expected = PAGES[place]
    make.organization(zone=kkt)
    if name.startswith("imports:"):
        batch = bring_in(request.getfixturevalue("lan"), kkt)
        arguments = arguments | ({"pk": batch.pk} if "pk" in arguments else {})
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


@pytest.mark.parametrize("name", sorted(ONLY_POST_OF_UPLOADS))
def test_nobody_touches_what_another_has_brought(client, request, kkt, other_zone, name):
    bring_in(request.getfixturevalue("lan"), kkt)
    url = reverse(name, kwargs={"key": KEY} | ONLY_POST_OF_UPLOADS[name])
    for person in ("quan", "hoa", "minh", "admin", "stranger"):
        client.force_login(request.getfixturevalue(person))
        assert client.post(url, {"act": "skip"}).status_code == 404, person
    client.force_login(request.getfixturevalue("lan"))
    assert client.get(url).status_code == 405
    assert client.post(url, {"act": "skip", "line": "2", "convert": "no"}).status_code == 302


def bring_in(lan, kkt):
    """The batch that Lan imported into HP-KKT; and the upload of KEY, whose rows she has not confirmed yet."""
    park = make.park("KCN Số Một", zone=kkt)
    rows = [["Tên doanh nghiệp", "Khu công nghiệp"], ["Công ty Số Một", park.name]]
    assert take_in(rows, by=lan, zone=kkt).batch
    rows[1][0] = "Công ty Số Hai"
    now = timezone.now()
    upload = matching.bring(workbook(*rows), "hai.xlsx", by=lan, now=now, today=timezone.localdate())
    Upload.objects.filter(pk=upload.pk).update(key=KEY)
    return Batch.objects.get()


def test_no_page_of_figures_takes_anything_but_a_question(client, lan):
    client.force_login(lan)

    for url in ("/", "/dashboard/", "/figures/party_orgs/", "/reports/"):
        assert [client.post(url).status_code, client.delete(url).status_code] == [405, 405], url
