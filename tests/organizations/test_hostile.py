"""Addresses and bodies that no page of ours would make are answered, never with an error of the server."""

import json

import pytest

from tests import make

pytestmark = pytest.mark.django_db
HOSTILE = ("\x00", "\ud800", "9" * 20, "٣")
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
    "/targets/": ("zone", "year", "copy"),
    "/tasks/members/": ("zone", "page"),
}


@pytest.mark.parametrize("path", PAGES)
def test_whatever_stands_in_an_address_is_answered(client, kkt, admin, path):
    make.organization("Chi bộ Một", zone=kkt, enterprises=[make.enterprise(zone=kkt)])
    client.raise_request_exception = False
    client.force_login(admin)
    for name in PAGES[path]:
        for value in HOSTILE:
            sent = value.encode("utf-8", "surrogatepass")
            answer = client.get(f"{path}?{name}=" + "".join(f"%{byte:02X}" for byte in sent))
            assert answer.status_code < 500, (name, value[:20])


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
