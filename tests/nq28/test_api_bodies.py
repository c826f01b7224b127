"""Whatever a program writes into a field of a body, it is answered: taken, or refused at a name; never by a fault."""

import pytest

from tests import make
from tests.api import Api

pytestmark = pytest.mark.django_db

NASTY = [None, True, 0, -1, 1.5, 1e308, 10**400, "", " ", "x" * 5000, "\u0000", "²", "٣", "\u202e",
         "5-7", "05/07/2024", "2024-02-30", [], [None], [[]], ["x"], [10**400], {}, {"x": 1}, {"number": 5},
         {"enterprise": None}, {"enterprise": [1], "last_day": {}}, "#1", "none", "0.55", "-5", 2**63,
         "9" * 30]  # fmt: skip
FIELDS = {
    "targets": ("zone", "indicator", "year", "low", "high", "range", "decision", "holds_from", "published_percent",
                "reason"),
    "enterprises": ("zone", "name", "tax_code", "park", "legal_form", "ownership", "countries", "status", "started_on",
                    "workers", "workers_on", "moved_on", "reason", "different_from", "zone_is_meant"),
    "decisions": ("zone", "number", "issuer", "issued_on", "signer", "summary", "reason"),
    "organizations": ("zone", "type", "name", "code", "parent", "enterprise", "enterprises", "members", "decision",
                      "note", "reason", "cover", "uncover", "status"),
    "zones": ("code", "name", "short_name", "kind", "parent", "valid_from"),
    "parks": ("name", "code", "aliases", "area_ha", "zone", "valid_from"),
}  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
def test_a_sample_of_bodies_is_no_fault_of_ours(admin, kkt, name):
    send_all(admin, kkt, name, NASTY[len(name) % 9 :: 9])


@pytest.mark.full
@pytest.mark.parametrize("name", FIELDS)
def test_no_body_is_a_fault_of_ours(admin, kkt, name):
    send_all(admin, kkt, name, NASTY)


def send_all(admin, kkt, name, values):
    """Each value in each field, posted and patched; then bodies that are no object."""
    host = make.enterprise("Công ty May", zone=kkt)
    make.organization("Chi bộ May", zone=kkt, enterprises=[host])
    make.target(zone=kkt)
    api = Api(admin)
    paper = {"number": "1-QĐ", "issued_on": "2024-01-05"}
    bodies = {
        "targets": {"zone": "HP-KKT", "indicator": "party_orgs", "year": 2025, "range": 5},
        "enterprises": {"zone": "HP-KKT", "name": "Công ty Khác", "park": None},
        "decisions": paper | {"zone": "HP-KKT"},
        "organizations": {"zone": "HP-KKT", "type": "party_cell", "name": "Chi bộ Khác", "decision": paper},
        "zones": {"code": "Z", "name": "Khu Z", "parent": "HP-KKT"},
        "parks": {"name": "KCN Z"},
    }
    row = api.rows(f"/api/v1/{name}/")[0]
    address = f"/api/v1/{name}/{row['id']}/"
    wrong = []
    for field in FIELDS[name]:
        for value in values:
            status = api.post(f"/api/v1/{name}/", bodies[name] | {field: value}).status_code
            if status not in (200, 201, 400, 404):
                wrong.append((field, value, status))
            version = api.get(address).json()["version"]
            status = api.send("PATCH", address, {field: value}, seen=version).status_code
            if status not in (200, 400, 405):
                wrong.append((field, value, status))

    assert wrong == []
    for body in ("null", "[]", '"x"', "5"):
        assert api.post(f"/api/v1/{name}/", body).status_code == 400
