"""Every page × every kind of person. A page that is missing from the table fails the build."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse
from django.utils import timezone

from imports import matching
from imports.models import Upload
from organizations import actions
from organizations.actions import rate_organization, record_admission_source
from organizations.actions.attachments import attach_scans
from organizations.entry.write import keys_of
from organizations.models import Batch, Event
from tests import cast, make
from tests.imports.office import take_in, workbook
from tests.organizations.papers import pdf

pytestmark = pytest.mark.django_db

PEOPLE = ("lan", "quan", "hoa", "minh", "admin", "stranger", "nobody")  # nobody has not signed in
TO_SIGN_IN = 302

# URL name, its arguments, the question; then what each of PEOPLE is answered. Pages about HP-KKT: Lan is its clerk,
# Quân its leader, Hoa works elsewhere, Minh is of the city board, a stranger has no role in any zone.
KKT = {"zone": "HP-KKT", "year": 2024}
KKT_ONLY = {"zone": "HP-KKT"}
THE_BATCH = THE_VIEW = 0  # its number is known when it is there
THE_HOST, THE_CELL, ITS_FOUNDING, ITS_COUNT = "host", "cell", "founding", "count"  # theirs, too
ITS_RATING, ITS_SOURCE = "rating", "source"
ONE_TWIN, THE_OTHER, THE_MERGED = "one", "other", "merged"  # two enterprises, and one merged into the first
TWINS = {"of": "enterprises", "first": ONE_TWIN, "second": THE_OTHER}
THE_DECISION, THE_SCAN = "decision", "scan"
THE_INDICATOR = "indicator"
THE_DRAFT = "draft"  # a snapshot
KEY = "00000000-0000-4000-8000-000000000028"
PAGES = [
    ("home", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("reports:dashboard", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("reports:dashboard", {}, KKT, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("reports:figure", {"code": "party_orgs"}, {}, 200, 200, 200, 200, 200, 404, TO_SIGN_IN),
    ("reports:figure", {"code": "party_orgs"}, KKT, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("reports:task", {"slug": "members"}, KKT, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("reports:grid", {}, {}, 200, 200, 200, 403, 200, 200, TO_SIGN_IN),
    ("reports:grid", {}, KKT, 200, 200, 404, 403, 200, 404, TO_SIGN_IN),
    ("reports:targets", {}, KKT, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("reports:declarations", {}, KKT, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("reports:indicators", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("reports:indicator_new", {}, {}, 403, 403, 403, 403, 200, 403, TO_SIGN_IN),
    *(
        (f"reports:{name}", {"pk": THE_INDICATOR}, {}, 403, 403, 403, 403, answer, 403, TO_SIGN_IN)
        for name, answer in (("indicator_edit", 200), ("indicator_use", 200))
    ),
    ("reports:indicator_move", {"pk": THE_INDICATOR}, {}, 405, 405, 405, 405, 405, 405, TO_SIGN_IN),
    ("reports:snapshots", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("reports:snapshots", {}, KKT, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("reports:snapshot_new", {}, {}, 200, 403, 200, 403, 200, 403, TO_SIGN_IN),
    ("reports:snapshot_new", {}, KKT_ONLY, 200, 403, 404, 403, 200, 403, TO_SIGN_IN),
    *(  # a draft of HP-KKT that Lan froze
        (f"reports:{name}", {"pk": THE_DRAFT, **more}, {}, *answers, TO_SIGN_IN)
        for name, more, answers in (
            ("snapshot", {}, (200, 200, 404, 200, 200, 404)),
            ("snapshot_figure", {"code": "party_orgs"}, (200, 200, 404, 200, 200, 404)),
            ("snapshot_difference", {}, (200, 200, 404, 200, 200, 404)),
            ("snapshot_verify", {}, (200, 200, 404, 200, 200, 404)),
            ("snapshot_step", {"step": "submit"}, (403, 200, 404, 403, 403, 404)),
            ("snapshot_step", {"step": "withdraw"}, (200, 200, 404, 403, 200, 404)),
            ("snapshot_step", {"step": "accept"}, (403, 403, 404, 409, 403, 404)),  # it was not submitted yet
            ("snapshot_step", {"step": "return"}, (403, 403, 404, 409, 403, 404)),
            ("snapshot_step", {"step": "reopen"}, (403, 403, 404, 409, 403, 404)),
        )
    ),
    ("reports:index", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("reports:download", {"name": "inspection"}, KKT, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("imports:index", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("imports:template", {"kind": "enterprises"}, {"zone": "HP-KKT"}, 200, 403, 404, 403, 200, 404, TO_SIGN_IN),
    ("imports:template", {"kind": "targets"}, {"zone": "HP-KKT"}, 403, 403, 404, 200, 200, 404, TO_SIGN_IN),
    ("imports:targets", {"year": 2024, "ending": "csv"}, KKT_ONLY, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("imports:batch", {"pk": THE_BATCH}, {}, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("imports:batch_file", {"pk": THE_BATCH}, {}, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("imports:undo", {"pk": THE_BATCH}, {}, 200, 403, 404, 403, 200, 404, TO_SIGN_IN),
    *(  # an upload is seen by the one who brought it, here Lan, and by nobody else
        (f"imports:{name}", {"key": KEY, **more}, {}, 200, 404, 404, 404, 404, 404, TO_SIGN_IN)
        for name, more in (("upload", {}), ("columns", {}), ("row", {"line": 2}), ("marked", {}), ("confirm", {}))
    ),
    *(  # what is done to the organisation of HP-KKT, here a Party cell, and to its founding line
        (f"organizations:{name}", arguments, {}, 200, 403, 404, 403, 200, 404, TO_SIGN_IN)
        for name, arguments in (
            ("act", {"pk": THE_CELL, "act": "dissolved"}),
            ("act", {"pk": THE_CELL, "act": "admitted"}),
            ("rate", {"pk": THE_CELL}),
            ("source", {"pk": THE_CELL}),
            ("rating_correct", {"pk": ITS_RATING}),
            ("source_correct", {"pk": ITS_SOURCE}),
            ("correct", {"pk": ITS_FOUNDING}),
            ("reverse", {"pk": ITS_FOUNDING}),
        )
    ),
    ("organizations:act", {"pk": THE_CELL, "act": "resumed"}, {}, 409, 403, 404, 403, 409, 404, TO_SIGN_IN),
    ("organizations:organization_new", {}, {}, 200, 403, 200, 403, 200, 403, TO_SIGN_IN),
    ("organizations:ratings", {}, {}, 200, 403, 200, 403, 200, 403, TO_SIGN_IN),
    ("organizations:handover", {}, {}, 200, 403, 200, 403, 200, 403, TO_SIGN_IN),
    ("organizations:headcount", {}, {"organization": THE_CELL}, 200, 403, 404, 403, 200, 404, TO_SIGN_IN),
    ("organizations:headcount_correct", {"pk": ITS_COUNT}, {}, 200, 403, 404, 403, 200, 404, TO_SIGN_IN),
    ("organizations:event", {"pk": ITS_FOUNDING}, {}, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("organizations:enterprise_new", {}, {}, 200, 403, 200, 403, 200, 403, TO_SIGN_IN),
    ("organizations:enterprise", {"pk": THE_HOST}, {}, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("organizations:enterprise_edit", {"pk": THE_HOST}, {}, 200, 403, 404, 403, 200, 404, TO_SIGN_IN),
    ("organizations:organization", {"pk": THE_CELL}, {}, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("organizations:organization", {"pk": THE_CELL}, {"tab": "history"}, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("organizations:organization_edit", {"pk": THE_CELL}, {}, 200, 403, 404, 403, 200, 404, TO_SIGN_IN),
    ("organizations:find_enterprises", {}, {"q": "x"}, 200, 403, 200, 403, 200, 403, TO_SIGN_IN),
    ("organizations:find_organizations", {}, {"q": "x"}, 200, 403, 200, 403, 200, 403, TO_SIGN_IN),
    ("organizations:find_decision", {}, {"number": "x"}, 200, 403, 200, 403, 200, 403, TO_SIGN_IN),
    ("organizations:entry", {}, {}, 200, 403, 200, 403, 200, 403, TO_SIGN_IN),
    ("organizations:entry", {}, {"kind": "admitted"}, 200, 403, 200, 403, 200, 403, TO_SIGN_IN),
    ("organizations:entry_done", {"key": KEY}, {}, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),  # a row of HP-KKT
    ("organizations:entry_undo", {"key": KEY}, {}, 200, 403, 404, 403, 200, 404, TO_SIGN_IN),
    ("organizations:duplicates", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("organizations:duplicate_pair", TWINS, {}, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("organizations:duplicate_distinct", TWINS, {}, 405, 405, 405, 405, 405, 405, TO_SIGN_IN),
    (
        "organizations:duplicate_separate",
        {"of": "enterprises", "pk": THE_MERGED},
        {},
        200,
        403,
        404,
        403,
        200,
        404,
        TO_SIGN_IN,
    ),
    ("search", {}, {"q": "to chuc"}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("organizations:decisions", {}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN),
    ("organizations:decision", {"pk": THE_DECISION}, {}, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("organizations:decision_new", {}, {}, 200, 403, 200, 200, 200, 403, TO_SIGN_IN),
    ("organizations:decision_edit", {"pk": THE_DECISION}, {}, 200, 403, 404, 200, 200, 404, TO_SIGN_IN),
    *(
        (f"organizations:{name}", {**more}, {}, 200, 200, 200, 200, 200, 200, TO_SIGN_IN)
        for name, more in (
            ("enterprises", {}),
            ("enterprises_export", {"ending": "csv"}),
            ("organizations", {}),
            ("organizations_export", {"ending": "xlsx"}),
        )
    ),
    ("organizations:enterprises", {}, KKT_ONLY, 200, 200, 404, 200, 200, 404, TO_SIGN_IN),
    ("organizations:decision_scans", {"pk": THE_DECISION}, {}, 405, 405, 405, 405, 405, 405, TO_SIGN_IN),
    *(
        (f"organizations:{name}", {"pk": THE_DECISION, "scan": THE_SCAN}, {}, 200, quan, 404, 200, 200, 404, TO_SIGN_IN)
        for name, quan in (("decision_scan", 200), ("scan_withdraw", 403))
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

ONLY_POST = {"language", "theme", "logout", "reports:grid_save"}  # asked without saying of which zone
ONLY_POST_OF_LISTS = [  # name, its arguments, what is sent about a row of HP-KKT; then as above
    ("find_match", {}, {"kind": "admitted", "text": "x"}, 200, 403, 200, 403, 200, 403, TO_SIGN_IN),
    ("enterprises_bulk", {}, {"act": "status:suspended"}, 200, 403, 404, 403, 200, 403, TO_SIGN_IN),
    ("organizations_bulk", {}, {"act": "dissolve"}, 404, 403, 404, 403, 404, 403, TO_SIGN_IN),  # not done from a list
    ("view_save", {"screen": "enterprises"}, {"name": "Xem"}, 302, 302, 302, 302, 302, 302, TO_SIGN_IN),
    ("view_delete", {"pk": THE_VIEW}, {}, 302, 404, 404, 404, 404, 404, TO_SIGN_IN),  # Lan's own
]
ONLY_POST_OF_UPLOADS = {  # name → what else is in the address
    "imports:again": {}, "imports:convert": {}, "imports:discard": {}, "imports:mend": {},
    "imports:fix_row": {"line": 2},
}  # fmt: skip
ELSEWHERE = ("api:", "admin:", "djdt:")  # the API has its own table, in tests/nq28/test_api.py


@pytest.fixture(scope="module", autouse=True)
def office(standing):
    """The cast, and by what PAGES calls it the number of a row of each kind, all of HP-KKT."""
    kkt, lan = cast.kkt(), cast.lan()
    for person in (cast.quan, cast.hoa, cast.minh, cast.admin):
        person()
    cell = make.organization(zone=kkt, members=9, idempotency_key=keys_of(UUID(KEY))[0])
    one, other, merged = (make.enterprise(zone=kkt) for _ in range(3))
    actions.merge_duplicates(survivor=one, duplicate=merged, by=make.system(), reason="Nhập hai lần")
    return {
        THE_HOST: make.enterprise(zone=kkt).pk,
        THE_INDICATOR: make.indicator("union_orgs").pk,
        THE_CELL: cell.pk,
        ITS_FOUNDING: cell.events.get().pk,
        ITS_COUNT: cell.headcounts.get().pk,
        ITS_RATING: rate_organization(organization=cell, year=2024, grade="well", by=make.system()).pk,
        ITS_SOURCE: record_admission_source(organization=cell, year=2024, trained=3, by=make.system()).pk,
        ONE_TWIN: one.pk,
        THE_OTHER: other.pk,
        THE_MERGED: merged.pk,
        THE_DRAFT: make.snapshot(zone=kkt, by=lan).pk,
    }


def names_of(patterns, namespace=""):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names_of(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}"


def test_every_page_is_in_the_table():
    known = {page[0] for page in PAGES} | ONLY_POST | ONLY_POST_OF_UPLOADS.keys()
    known |= {f"organizations:{row[0]}" for row in ONLY_POST_OF_LISTS}
    routed = {name for name in names_of(get_resolver().url_patterns) if not name.startswith(ELSEWHERE)}

    assert routed - known == set(), "say in PAGES what each person is answered"
    assert known - routed == set(), "these are no pages any more"


@pytest.mark.parametrize("place", range(len(PAGES)), ids=[f"{page[0]} {page[2] and 'of HP-KKT'}" for page in PAGES])
@pytest.mark.one_database
def test_each_person_is_answered_as_the_table_says(client, request, office, kkt, place):
    name, arguments, question, *expected = PAGES[place]
    numbers = dict(office)
    if THE_DECISION in arguments.values():
        paper, sent = Event.objects.get(pk=office[ITS_FOUNDING]).decision, SimpleUploadedFile("a.pdf", pdf())
        [scan] = attach_scans(decision=paper, zone=kkt, files=[sent], by=make.system())
        numbers |= {THE_DECISION: paper.pk, THE_SCAN: scan.pk}
    arguments, question = (
        {key: numbers.get(value, value) for key, value in given.items()} for given in (arguments, question)
    )
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


@pytest.mark.parametrize("place", range(len(ONLY_POST_OF_LISTS)), ids=[row[0] for row in ONLY_POST_OF_LISTS])
def test_what_is_done_on_a_list_is_answered_as_the_table_says(client, request, kkt, other_zone, place):
    name, arguments, sent, *expected = ONLY_POST_OF_LISTS[place]
    row = make.enterprise(zone=kkt)
    lan = request.getfixturevalue("lan")
    answers = {}
    for person in PEOPLE:
        client.logout()
        if person != "nobody":
            client.force_login(request.getfixturevalue(person))
        view = actions.save_view(owner=lan, screen="enterprises", name="Của tôi", query="status=operating")
        url = reverse(f"organizations:{name}", kwargs=arguments | ({"pk": view.pk} if "pk" in arguments else {}))
        answers[person] = client.post(url, sent | {"pk": row.pk}).status_code
        assert client.get(url).status_code == (TO_SIGN_IN if person == "nobody" else 405)

    assert answers == dict(zip(PEOPLE, expected, strict=True))


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

    for url in ("/", "/dashboard/", "/figures/party_orgs/", "/tasks/members/", "/reports/"):
        assert [client.post(url).status_code, client.delete(url).status_code] == [405, 405], url
