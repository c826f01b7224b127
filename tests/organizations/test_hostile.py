"""Addresses and bodies that no page of ours would make are answered, never with an error of the server."""

import json
import re

import pytest
from django.http import QueryDict
from django.urls import get_resolver
from django.utils.datastructures import MultiValueDict

from nq28.api import router
from tests import cast, make
from tests.api import Api

pytestmark = pytest.mark.django_db
HOSTILE = ("\x00", "a\x00b", "\ud800", "9" * 20, "9" * 5000, "٣")
IN_PATHS = ("a\x00b", "9" * 20, "9" * 5000, "٣")
EDGES = ("1930", "2100", "0001", "-1", "NaN")  # of a year, or of nothing
PAGES = {
    "/search/": ("q",),
    "/enterprises/": ("search", "park", "status", "zone", "ordering", "page", "column", "tax_code", "size"),
    "/organizations/": ("search", "founded", "type", "enterprise", "parent", "decision", "page", "park"),
    "/enterprises/export.csv": ("search",),
    "/decisions/": ("q", "issuer", "year", "scan", "sort", "page"),
    "/duplicates/": ("show", "page"),
    "/entry/": ("kind", "decision"),
    "/entry/grid/": ("sheet", "sector", "year", "zone", "park", "q", "page"),
    "/entry/find/organizations/": ("q", "kind", "sector"),
    "/entry/find/enterprises/": ("q",),
    "/entry/find/decision/": ("number", "issued_on", "issuer"),
    "/organizations/transfer/": ("organization", "q", "zone", "sector", "decision"),
    "/organizations/new/": ("type", "enterprise", "parent", "decision", "zone"),
    "/enterprises/new/": ("name", "tax_code", "park", "zone"),
    "/headcounts/new/": ("organization", "enterprise"),
    "/targets/": ("zone", "year", "copy", "share"),
    "/tasks/members/": ("zone", "page"),
    "/sign-in/": ("next",),
    "/imports/templates/events.xlsx": ("zone",),
    "/imports/lists/targets-2024.csv": ("zone",),
}
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
WORDS = {
    "code": "party_orgs", "of": "enterprises", "slug": "members", "name": "inspection", "kind": "events",
    "act": "joined", "step": "submit", "screen": "enterprises", "ending": "csv", "year": "2024",
    "key": "00000000-0000-4000-8000-000000000028",
}  # fmt: skip


def routes(patterns=None, before="/", room=""):
    """(room, route) of every address of ours; the parameters of a route are written ``<name>``."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        said = str(pattern.pattern)
        if hasattr(pattern.pattern, "_regex"):
            said = re.sub(r"^\^|\$$|\\Z$|/\?", "", said).replace("\\.", ".")
        route = before + PARAMETER.sub(lambda found: f"<{found[1] or found[2]}>", said)
        if not hasattr(pattern, "url_patterns"):
            yield room or "pages", route
        elif pattern.namespace != "djdt":  # the developers' toolbar
            own = pattern.namespace in ("api", "admin")
            yield from routes(pattern.url_patterns, route, pattern.namespace if own else room)


ROUTES = sorted(set(routes()))


def quoted(value):
    """``value`` as it stands in an address, lone surrogates and all."""
    return "".join(f"%{byte:02X}" for byte in str(value).encode("utf-8", "surrogatepass"))


@pytest.fixture(scope="module", autouse=True)
def there(standing):
    """Something of each kind, so that what stands behind it in an address is read, too."""
    kkt = cast.kkt()
    host = make.enterprise("Công ty Sao Mai", zone=kkt)
    cell = make.organization("Chi bộ Một", zone=kkt, enterprises=[host])
    event = make.admission(cell, 3)
    return {
        "snapshots": make.snapshot(zone=kkt).pk, "organizations": cell.pk, "enterprises": host.pk, "events": event.pk,
        "decisions": event.decision_id, "zones": kkt.pk,
    }  # fmt: skip


@pytest.fixture
def ask(client, admin):
    """Ask for an address, as somebody who may see everything."""
    client.raise_request_exception = False
    client.force_login(admin)
    token = Api(admin).headers
    return lambda url: client.get(url, headers=token if url.startswith("/api/") else {})


def address(route, there, **given):
    """The address of ``route``: its parameters as given, else words and numbers of what is there."""
    own = next((pk for part, pk in there.items() if f"/{part}/" in route), 1)
    return re.sub(r"<(\w+)>", lambda found: str(given.get(found[1]) or WORDS.get(found[1], own)), route)


@pytest.mark.parametrize("room", ["api", *(pytest.param(room, marks=pytest.mark.full) for room in ("pages", "admin"))])
def test_whatever_stands_between_the_slashes_is_answered(ask, there, room):
    faults, asked = [], 0
    for route in (route for place, route in ROUTES if place == room):
        for name in re.findall(r"<(\w+)>", route):
            for value in IN_PATHS:
                asked += 1
                if ask(address(route, there, **{name: quoted(value)})).status_code >= 500:
                    faults.append((route, name, value[:9]))

    assert faults == []
    assert asked > 60


@pytest.mark.parametrize(
    "path", [pytest.param(path, marks=pytest.mark.full) if place % 3 else path for place, path in enumerate(PAGES, 1)]
)
def test_whatever_stands_in_an_address_is_answered(ask, there, path):
    for name in PAGES[path]:
        for value in HOSTILE:
            answer = ask(f"{path}?{name}={quoted(value)}")
            assert answer.status_code < 500, (name, value[:20])


@pytest.mark.parametrize("prefix", sorted(prefix for prefix, _view, _name in router.registry))
def test_whatever_a_list_of_the_api_is_asked_is_answered(ask, there, prefix):
    (view,) = (view for name, view, _base in router.registry if name == prefix)
    names = [*view.filterset_class.base_filters, "page", "page_size"]
    for name in names:
        for value in ("a\x00b", "9" * 5000, "NaN"):
            answer = ask(f"/api/v1/{prefix}/?{name}={quoted(value)}")
            assert answer.status_code < 500, (name, value[:20])


@pytest.mark.full
def test_whatever_a_page_reads_of_its_question_is_answered(ask, there, monkeypatch):
    """What it reads is written down while it is drawn, so that no list of names is to be kept."""
    read = set()

    def written_down(method):
        def spy(self, key, *more):
            if isinstance(self, QueryDict):
                read.add(key)
            return method(self, key, *more)

        return spy

    for name in ("get", "getlist", "__getitem__", "__contains__"):
        monkeypatch.setattr(MultiValueDict, name, written_down(getattr(MultiValueDict, name)), raising=False)
    faults, pages = [], 0
    for url in (address(route, there) for room, route in ROUTES if room == "pages"):
        read.clear()
        ask(url)
        pages += bool(read)
        for name in sorted(read):
            for value in (*HOSTILE, *EDGES):
                if ask(f"{url}?{quoted(name)}={quoted(value)}").status_code >= 500:
                    faults.append((url, name, value[:9]))

    assert faults == []
    assert pages > 30


@pytest.mark.parametrize("year", EDGES)
@pytest.mark.parametrize("way", ["equally", "results", "workers"])
def test_shares_of_any_year_are_offered_or_refused(ask, there, kkt, year, way):
    make.zone("HP-KKT-1", parent=kkt)
    assert ask(f"/targets/?zone=HP-KKT&year={year}&share={way}").status_code < 500


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", '{"cells": 1}', '{"cells": [1]}', '{"cells": [{"pk": Infinity, "key": 1}]}',
     '{"cells": [{"pk": 1, "key": NaN}]}', "[" * 100_000, '{"cells": [{"pk": 1, "key": 1, "seen": Infinity}]}',
     json.dumps({"cells": [{"pk": 1, "key": 1, "text": "\x00"}]}), json.dumps({"cells": [], "reason": "\x00"})],
)  # fmt: skip
def test_whatever_is_sent_to_the_grid_is_answered(client, kkt, lan, body):
    client.raise_request_exception = False
    client.force_login(lan)
    answer = client.post("/entry/grid/save/?zone=HP-KKT&year=2024", body, content_type="application/json")
    assert answer.status_code < 500
