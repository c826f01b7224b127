"""The makers and the cast that the other tests stand on."""

import pytest
from django.db import connection

from organizations import access, audit, guards
from organizations.access import Act
from organizations.models import Event, Headcount
from tests import make
from vietnamese.tax_codes import is_valid


def test_what_the_makers_make_is_in_the_ledger_and_agrees_with_it(kkt, lan):
    factory = make.enterprise(zone=kkt, workers=1200)
    cell = make.organization(zone=kkt, enterprises=[factory], members=4, by=lan)
    make.admission(cell, 3, by=lan)
    make.joining(make.organization(zone=kkt, type="union_base"), 40)

    assert is_valid(factory.tax_code) and factory.tax_code.startswith("0299")
    assert list(Headcount.objects.order_by("pk").values_list("total", flat=True)) == [1200, 4]
    assert Event.objects.filter(recorded_by=lan).count() == 2
    assert audit.differences() == []


def test_each_of_the_cast_has_the_rights_of_the_office(kkt, cluster, other_zone, lan, quan, hoa, minh, admin, stranger):
    may_enter = {
        person.username: [zone.code for zone in (kkt, cluster, other_zone) if access.may(person, Act.ENTER, zone)]
        for person in (lan, quan, hoa, minh, admin, stranger)
    }

    assert may_enter == {
        "lan": ["HP-KKT", "HP-KKT-1"],
        "quan": [],
        "hoa": ["HP-KHAC"],
        "minh": [],
        "admin": ["HP-KKT", "HP-KKT-1", "HP-KHAC"],
        "stranger": [],
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_test_that_commits_leaves_an_empty_guarded_ledger_to_the_next(turn):
    assert Event.objects.count() == 0
    make.organization()

    assert guards.missing() == []
    assert not connection.in_atomic_block
