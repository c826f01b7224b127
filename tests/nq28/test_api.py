"""Every address of the API: who is answered what, and that nothing a client sends is a fault of ours."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import get_resolver
from django.utils import translation

from nq28 import api as addresses
from organizations.models import Event, Headcount, Park
from tests import cast, make
from tests.api import Api
from tests.imports.office import take_in, workbook

pytestmark = pytest.mark.django_db

LISTS = sorted(prefix for prefix, _view, _name in addresses.router.registry)

# address, method; then the status for Lan (clerk here), Quân (leader here), Minh (city board), Hoa (clerk elsewhere),
# the administrator, somebody without a role, and nobody
TABLE = [
    ("zones/", "GET", 200, 200, 200, 200, 200, 200, 401),
    ("zones/", "POST", 403, 403, 403, 403, 201, 403, 401),
    ("zones/{zone}/", "GET", 200, 200, 200, 404, 200, 404, 401),
    ("zones/{zone}/", "PUT", 405, 405, 405, 405, 405, 405, 401),
    ("parks/", "GET", 200, 200, 200, 200, 200, 200, 401),
    ("parks/", "POST", 403, 403, 403, 403, 201, 403, 401),
    ("parks/{park}/", "GET", 200, 200, 200, 404, 200, 404, 401),
    ("parks/{park}/", "PUT", 405, 405, 405, 405, 405, 405, 401),
    ("enterprises/", "GET", 200, 200, 200, 200, 200, 200, 401),
    ("enterprises/", "POST", 201, 403, 403, 404, 201, 403, 401),
    ("enterprises/{enterprise}/", "GET", 200, 200, 200, 404, 200, 404, 401),
    ("enterprises/{enterprise}/", "PUT", 428, 403, 403, 404, 428, 404, 401),
    ("enterprises/{enterprise}/", "PATCH", 428, 403, 403, 404, 428, 404, 401),
    ("enterprises/{enterprise}/", "DELETE", 405, 405, 405, 405, 405, 405, 401),
    ("organizations/", "GET", 200, 200, 200, 200, 200, 200, 401),
    ("organizations/", "POST", 201, 403, 403, 404, 201, 403, 401),
    ("organizations/{organization}/", "GET", 200, 200, 200, 404, 200, 404, 401),
    ("organizations/{organization}/", "PUT", 428, 403, 403, 404, 428, 404, 401),
    ("organizations/{organization}/", "PATCH", 428, 403, 403, 404, 428, 404, 401),
    ("organizations/{organization}/", "DELETE", 405, 405, 405, 405, 405, 405, 401),
    ("decisions/", "GET", 200, 200, 200, 200, 200, 200, 401),
    ("decisions/", "POST", 201, 403, 201, 404, 201, 403, 401),
    ("decisions/{decision}/", "GET", 200, 200, 200, 404, 200, 404, 401),
    ("decisions/{decision}/", "PUT", 428, 403, 428, 404, 428, 404, 401),
    ("decisions/{decision}/", "PATCH", 428, 403, 428, 404, 428, 404, 401),
    ("decisions/{decision}/", "DELETE", 405, 405, 405, 405, 405, 405, 401),
    ("events/", "GET", 200, 200, 200, 200, 200, 200, 401),
    ("events/", "POST", 201, 403, 403, 400, 201, 403, 401),
    ("events/{event}/", "GET", 200, 200, 200, 404, 200, 404, 401),
    ("events/{event}/", "PUT", 405, 405, 405, 405, 405, 405, 401),
    ("events/{event}/", "PATCH", 405, 405, 405, 405, 405, 405, 401),
    ("events/{event}/", "DELETE", 405, 405, 405, 405, 405, 405, 401),
    ("events/{event}/correct/", "POST", 201, 403, 403, 404, 201, 404, 401),
    ("headcounts/", "GET", 200, 200, 200, 200, 200, 200, 401),
    ("headcounts/", "POST", 201, 403, 403, 400, 201, 403, 401),
    ("headcounts/{headcount}/", "GET", 200, 200, 200, 404, 200, 404, 401),
    ("headcounts/{headcount}/", "PUT", 405, 405, 405, 405, 405, 405, 401),
    ("headcounts/{headcount}/", "DELETE", 405, 405, 405, 405, 405, 405, 401),
    ("headcounts/{headcount}/correct/", "POST", 201, 403, 403, 404, 201, 404, 401),
    ("indicators/", "GET", 200, 200, 200, 200, 200, 200, 401),
    ("indicators/", "POST", 403, 403, 403, 403, 201, 403, 401),
    ("indicators/{indicator}/", "GET", 200, 200, 200, 200, 200, 200, 401),
    ("indicators/{indicator}/", "PUT", 403, 403, 403, 403, 428, 403, 401),
    ("indicators/{indicator}/", "PATCH", 403, 403, 403, 403, 428, 403, 401),
    ("targets/", "GET", 200, 200, 200, 200, 200, 200, 401),
    ("targets/", "POST", 403, 403, 201, 403, 201, 403, 401),
    ("targets/{target}/", "GET", 200, 200, 200, 404, 200, 404, 401),
    ("targets/{target}/", "PUT", 403, 403, 428, 404, 428, 404, 401),
    ("targets/{target}/", "PATCH", 403, 403, 428, 404, 428, 404, 401),
    ("targets/{target}/", "DELETE", 405, 405, 405, 405, 405, 405, 401),
    ("declarations/", "GET", 200, 200, 200, 200, 200, 200, 401),
    ("declarations/", "POST", 201, 403, 403, 404, 201, 403, 401),
    ("declarations/{declaration}/", "GET", 200, 200, 200, 404, 200, 404, 401),
    ("declarations/{declaration}/", "PUT", 405, 405, 405, 405, 405, 405, 401),
    ("declarations/{declaration}/", "PATCH", 405, 405, 405, 405, 405, 405, 401),
    ("declarations/{declaration}/", "DELETE", 405, 405, 405, 405, 405, 405, 401),
    ("imports/", "GET", 200, 200, 200, 200, 200, 200, 401),
    ("imports/", "POST", 201, 403, 403, 404, 201, 403, 401),
    ("imports/{batch}/", "GET", 200, 200, 200, 404, 200, 404, 401),
    # of somebody who reads the whole city: the file may hold sheets of other zones
    ("imports/{batch}/file/", "GET", 404, 404, 200, 404, 200, 404, 401),
    ("imports/{batch}/errors.xlsx", "GET", 404, 404, 200, 404, 200, 404, 401),
    ("imports/{batch}/undo/", "POST", 201, 403, 403, 404, 201, 404, 401),
    ("snapshots/", "GET", 200, 200, 200, 200, 200, 200, 401),
    ("snapshots/", "POST", 201, 403, 403, 404, 201, 403, 401),
    ("snapshots/{snapshot}/", "GET", 200, 200, 200, 404, 200, 404, 401),
    ("snapshots/{snapshot}/difference/", "GET", 200, 200, 200, 404, 200, 404, 401),
    ("snapshots/{snapshot}/verify/", "GET", 200, 200, 200, 404, 200, 404, 401),
    # whose role allows the step is asked which version they read
    ("snapshots/{snapshot}/submit/", "POST", 403, 428, 403, 404, 403, 404, 401),
    ("snapshots/{snapshot}/accept/", "POST", 403, 403, 428, 404, 403, 404, 401),
    ("snapshots/{snapshot}/return/", "POST", 403, 403, 428, 404, 403, 404, 401),
    ("snapshots/{snapshot}/reopen/", "POST", 403, 403, 428, 404, 403, 404, 401),
    ("snapshots/{snapshot}/withdraw/", "POST", 428, 428, 403, 404, 428, 404, 401),
    ("attainment/?zone=HP-KKT&from=2024&to=2024", "GET", 200, 200, 200, 404, 200, 404, 401),
    ("reports/{report}/?zone=HP-KKT&year=2024", "GET", 200, 200, 200, 404, 200, 404, 401),
    ("token/", "POST", 400, 400, 400, 400, 400, 400, 400),
    ("nowhere/", "GET", 404, 404, 404, 404, 404, 404, 401),
    ("../schema/", "GET", 200, 200, 200, 200, 200, 200, 200),
    ("../docs/", "GET", 200, 200, 200, 200, 200, 200, 200),
]
ENTERPRISES = [["Tên doanh nghiệp"], ["Công ty TNHH Lạch Tray"]]  # without a tax code: warned
BODIES = {
    "zones/": lambda rows: {"code": "HP-KKT-9", "name": "Cụm Chín", "kind": "cluster", "parent": "HP-KKT"},
    "parks/": lambda rows: {"name": "KCN Xuân Cầu", "zone": "HP-KKT"},
    "organizations/": lambda rows: {
        "zone": "HP-KKT", "type": "party_cell", "name": "Chi bộ Sao Mai",
        "decision": {"number": "8-QĐ/ĐU", "issued_on": "2024-05-02"},
    },
    "decisions/": lambda rows: {"zone": "HP-KKT", "number": "7-QĐ/ĐU", "issued_on": "2024-02-01"},
    "enterprises/": lambda rows: {"zone": "HP-KKT", "name": "Công ty Sao Mai", "park": rows["park"]},
    "events/": lambda rows: {
        "kind": "joined", "organization": rows["organization"], "effective_on": "2024-07-01", "quantity": 3,
    },
    "indicators/": lambda rows: {
        "code": "foreign", "name": "Chi bộ FDI", "unit": "chi bộ", "sector": "party", "measure": "new_organizations",
    },
    "headcounts/": lambda rows: {"enterprise": rows["enterprise"], "on": "2024-08-01", "total": 950},
    "snapshots/": lambda rows: {"zone": "HP-KKT", "period": "2025"},
    "targets/": lambda rows: {"zone": "HP-KKT", "indicator": "party_orgs", "year": 2025, "range": "5-7"},
    "declarations/": lambda rows: {
        "zone": "HP-KKT", "indicator": "party_orgs", "period": "2024-Q1", "value": "nothing_to_report",
    },
    "events/{event}/correct/": lambda rows: {"reason": "Gõ nhầm", "quantity": 12},
    "headcounts/{headcount}/correct/": lambda rows: {"reason": "Gõ nhầm", "quantity": 940},
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def rows(standing):
    """The ids of one row of each kind, all of HP-KKT."""
    kkt = cast.kkt()
    factory = make.enterprise("Công ty May Đình Vũ", zone=kkt, workers=900)
    union = make.organization("Công đoàn May Đình Vũ", zone=kkt, type="union_base", enterprises=[factory])
    joined = make.joining(union, 40, on=make.DAY)
    target = make.target(zone=kkt)
    from organizations.models import Decision

    return {
        "zone": kkt.pk,
        "park": factory.park_id,
        "enterprise": factory.pk,
        "organization": union.pk,
        "decision": Decision.objects.get().pk,
        "event": joined.pk,
        "headcount": Headcount.objects.get().pk,
        "indicator": make.indicator("union_orgs").pk,
        "target": target.pk,
        "declaration": make.declaration(zone=kkt).pk,
        "batch": take_in(ENTERPRISES, by=make.system(), zone=kkt, park=factory.park.name).batch,
        "snapshot": make.snapshot(zone=kkt).pk,
        "report": "attainment",
    }


@pytest.fixture
def people(lan, quan, minh, hoa, admin, stranger):
    return [lan, quan, minh, hoa, admin, stranger, None]


@pytest.mark.parametrize("who", range(7), ids=["lan", "quan", "minh", "hoa", "admin", "stranger", "nobody"])
def test_each_person_is_answered_as_the_table_says(people, rows, who):
    answers = {}
    for address, method, *statuses in TABLE:
        api = Api(people[who])
        path = f"/api/v1/{address.format(**rows)}".replace("/v1/../", "/")
        body = BODIES[address](rows) if method == "POST" and address in BODIES else None
        if (address, method) == ("imports/", "POST"):
            sent = workbook(["Tên doanh nghiệp"], ["Công ty TNHH Cát Bi"])
            answer = api.upload(path, sent, zone="HP-KKT", park=Park.objects.get(pk=rows["park"]).name)
            answers[address, method] = (answer.status_code, statuses[who])
            continue
        # each line begins with the row as it was recorded: what a correction reversed is recorded anew
        if address.endswith("correct/"):
            path = f"/api/v1/{address.format(**fresh(rows))}"
        answers[address, method] = (api.send(method, path, body).status_code, statuses[who])

    assert {key: got for key, (got, wanted) in answers.items() if got != wanted} == {}


def fresh(rows):
    event = Event.objects.live().filter(organization=rows["organization"], kind="joined").latest("pk")
    return rows | {"event": event.pk, "headcount": Headcount.objects.live().latest("pk").pk}


def test_every_address_of_the_api_is_in_the_table():
    def walk(patterns, before=""):
        for entry in patterns:
            here = before + str(entry.pattern)
            if hasattr(entry, "url_patterns"):
                yield from walk(entry.url_patterns, here)
            else:
                methods = getattr(entry.callback, "actions", None) or {
                    name: name
                    for name in ("get", "post", "put", "patch", "delete")
                    if hasattr(entry.callback.cls, name)
                }
                yield from ((plain(here), method.upper()) for method in methods if method != "head")

    def plain(route):
        import re

        route = re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]*>", "{}", route.replace("^", "").replace("$", ""))
        return route.removeprefix("api/").removeprefix("v1/")

    api = next(entry for entry in get_resolver().url_patterns if str(entry.pattern) == "api/")
    there = set(walk(api.url_patterns)) - {("", "GET")}  # what answers every other address: "nowhere/" above
    listed = {
        (plain(address.partition("?")[0].replace("../", "").replace("{", "<").replace("}", ">")), method)
        for address, method, *_statuses in TABLE
    }

    assert len(there) > 25
    assert there - listed == set()


# ------------------------------------------------------------------------------------------ schema


def test_the_schema_is_openapi_3_and_complete():
    out = StringIO()
    call_command("spectacular", "--fail-on-warn", "--validate", stdout=out)

    assert out.getvalue().startswith("openapi: 3.")


def test_the_schema_is_json_unless_yaml_is_wanted():
    answer = Api().get("/api/schema/")
    schema = answer.json()

    assert schema["openapi"].startswith("3.")
    assert {f"/api/v1/{name}/" for name in LISTS} <= schema["paths"].keys()
    assert {"zone", "search", "ordering", "page", "page_size", "indicator", "as_of", "known_at"} <= {
        parameter["name"] for parameter in schema["paths"]["/api/v1/events/"]["get"]["parameters"]
    }
    assert "put" not in schema["paths"]["/api/v1/events/{id}/"]
    yaml = Api(Accept="application/vnd.oai.openapi").get("/api/schema/")
    assert yaml.content.startswith(b"openapi: 3.")


def test_the_page_of_the_api_needs_nothing_the_policy_forbids():
    page = Api().get("/api/docs/").content.decode()

    assert "<style" not in page and "style=" not in page and "onload" not in page
    assert page.count("<script src=") == page.count("<script") == 3
    assert "//" not in page.replace("<!DOCTYPE html>", "").replace("://testserver", "")
    assert b"/api/schema/" in Api().get("/api/docs/", script="").content


# ------------------------------------------------------------------------------------------ refusals


def test_a_stranger_is_told_how_to_sign_in():
    answer = Api().get("/api/v1/events/")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Token"
    assert answer.json() == {"detail": "Chưa gửi thông tin xác thực."}


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token \xff\xfe", "Token " + "0" * 5000, "Token \0"])
def test_a_token_that_is_none_is_401(header):
    assert Api(Authorization=header).get("/api/v1/zones/").status_code == 401


def test_a_token_that_ended_is_401_and_reading_deletes_nothing(lan):
    from datetime import timedelta

    from django.utils import timezone
    from knox.models import get_token_model

    api = Api(lan)
    assert api.get("/api/v1/zones/").status_code == 200
    get_token_model().objects.update(expiry=timezone.now() - timedelta(seconds=1))

    assert api.get("/api/v1/zones/").status_code == 401
    assert get_token_model().objects.count() == 1


def test_refusals_speak_the_language_its_reader_saved(lan, rows):
    def words(user):
        return Api(user).post("/api/v1/events/", {"organization": rows["organization"]}).json()

    vietnamese = words(lan)
    lan.language = "en"
    lan.save()
    english = words(lan)

    assert english == {"kind": ["This field is required."]}
    assert vietnamese == {"kind": ["Hãy nhập mục này."]}
    assert translation.get_language() == "vi"
    assert Api(lan).get("/api/v1/zones/", zone="HP").json() == {"detail": "There is no zone “HP”."}


def test_a_session_counts_like_a_token_but_writing_needs_the_csrf_token(lan, rows):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(lan)
    body = json.dumps(BODIES["events/"](rows))

    assert client.get("/api/v1/events/").json()["count"] == 2
    assert client.post("/api/v1/events/", body, content_type="application/json").status_code == 403
    assert Event.objects.count() == 2


def test_an_administrator_who_owes_the_second_factor_reads_nothing_by_session(admin, settings, client):
    settings.REQUIRE_ADMIN_TOTP = True
    client.force_login(admin)

    answer = client.get("/api/v1/zones/")

    assert answer.status_code == 403
    assert list(answer.json()) == ["detail"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", "application/json", 400),
        ("", "application/json", 400),
        ("[]", "application/json", 400),
        ('"text"', "application/json", 400),
        ("null", "application/json", 400),
        ("NaN", "application/json", 400),
        ('{"quantity": NaN}', "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ('{"note": "\\ud800"}', "application/json", 400),
        ('{"kind": "\\ud800"}', "application/json", 400),
        ('{"kind": "\\u0000"}', "application/json", 400),
        ('{"quantity": ' + "9" * 5000 + "}", "application/json", 400),
        (b"\xff\xfe{", "application/json", 400),
        (b"x\x9c\x03", "application/json; charset=zip", 400),
        ("kind=joined", "application/x-www-form-urlencoded", 415),
        ("<event/>", "application/xml", 415),
        ('{"note": "' + "a" * 3_000_000 + '"}', "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_json(lan, body, content_type, status):
    answer = Api(lan).post("/api/v1/events/", body, content_type=content_type)

    assert answer.status_code == status
    assert answer.json()


NASTY = [
    "\0", "a\0b", "' OR 1=1 --", "%", "_", "\\", "9" * 30, "9" * 5000, "-1", "0", "1.5", "1e9", "NaN", "null", "true",
    "31/02/2024", "9999-12-31", "0001-01-01", "2024-13-01", "2026-11-23T08:30:00", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "\ud7ff\uffff", "\u202e", "𝔞" * 50, "[1,2]", "{}", "a" * 300, "x " * 90, "HP-KKT,HP",
    "id," * 3000,
]  # fmt: skip


def one_parameter_of_each_sort():
    """(list, parameter) for every way in which some list reads some parameter."""
    sorts = {("pages", "page"): ("zones", "page"), ("pages", "size"): ("zones", "page_size")}
    for prefix, view, _name in addresses.router.registry:
        for name, field in view.filterset_class.base_filters.items():
            sorts.setdefault((type(field), field.lookup_expr, field.method), (prefix, name))
    return sorted(sorts.values())


@pytest.mark.parametrize(("name", "parameter"), one_parameter_of_each_sort())
@pytest.mark.one_database
def test_no_parameter_of_a_list_is_a_fault_of_ours(minh, rows, name, parameter):
    api = Api(minh)

    for value in NASTY:
        answer = api.get(f"/api/v1/{name}/", **{parameter: value})
        assert answer.status_code in (200, 400, 404), value[:40]
        if answer.status_code == 400:
            assert list(answer.json()) == [parameter]


@pytest.mark.parametrize("path", ["attainment/", "reports/attainment/"])
def test_no_parameter_of_an_answer_is_a_fault_of_ours(minh, rows, path):
    api = Api(minh)
    right = {"zone": "HP-KKT", "from": 2024, "as_of": "2024-12-31"} | (
        {"year": 2024, "format": "json"} if path.startswith("reports") else {"to": 2024, "known_at": ""}
    )

    assert api.get(f"/api/v1/{path}", **right).status_code == 200
    for parameter in right:
        for value in NASTY:
            answer = api.get(f"/api/v1/{path}", **(right | {parameter: value}))
            assert answer.status_code in (200, 400, 404), (parameter, value[:40])


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/x", "/api/v1/events/x/", "/api/v1/events/%00/", "/api/v2/events/"]
)
def test_an_address_that_is_none_is_404_in_json(lan, path):
    answer = Api(lan).get(path)

    assert answer.status_code == 404
    assert list(answer.json()) == ["detail"]


def test_an_id_no_database_holds_is_404(lan):
    assert Api(lan).get(f"/api/v1/events/{'9' * 40}/").status_code == 404


def test_a_forgotten_slash_is_led_on_with_its_body(lan, rows):
    answer = Api(lan).post("/api/v1/events?x=1", BODIES["events/"](rows))

    assert answer.status_code == 308
    assert answer.headers["Location"] == "/api/v1/events/?x=1"


def test_format_never_chooses_a_renderer(lan):
    answer = Api(lan).get("/api/v1/zones/", format="api")

    assert answer.status_code == 400
    assert list(answer.json()) == ["format"]
