"""One act asks the database as often for forty organisations as for one."""

import re
from datetime import date
from itertools import groupby

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations import actions
from organizations.actions import HeadcountDraft, OrganizationDraft
from organizations.models import Event, Kind, Organization
from tests import make

ON, LATER = date(2023, 4, 2), date(2024, 5, 3)


def many(zone, size):
    """``size`` unions of the zone, each in an enterprise of its own, with members; read afresh, as a page does."""
    hosts = [make.enterprise(zone=zone, workers=100, workers_on=ON) for _ in range(size)]
    drafts = [
        OrganizationDraft(host.name, make.type_("union_base"), make.decision(on=ON), enterprises=[host])
        for host in hosts
    ]
    rows = actions.establish_many(zone=zone, drafts=drafts, by=make.system())[0]
    joined = [actions.Draft(Kind.JOINED, row, effective_on=ON, quantity=20) for row in rows]
    actions.record(drafts=joined, by=make.system())
    return list(Organization.objects.filter(pk__in=[row.pk for row in rows]))


def founding(zone, size):
    decision, by, type_ = make.decision(on=ON), make.system(), make.type_("party_cell")
    drafts = [OrganizationDraft(f"Chi bộ {zone.code} {number}", type_, decision, members=5) for number in range(size)]
    return lambda: actions.establish_many(zone=zone, drafts=drafts, by=by)


def joining(zone, size):
    rows, by = many(zone, size), make.system()
    drafts = [actions.Draft(Kind.JOINED, row, effective_on=LATER, quantity=3) for row in rows]
    return lambda: actions.record(drafts=drafts, by=by)


def transfer(zone, size):
    rows, to, decision, by = many(zone, size), make.zone(), make.decision(on=LATER), make.system()
    return lambda: actions.transfer(organizations=rows, to_zone=to, decision=decision, by=by)


def merger(zone, size):
    rows, into = many(zone, size), make.organization(zone=zone, type="union_base", on=ON)
    decision, by = make.decision(on=LATER), make.system()
    return lambda: actions.merge(organizations=rows, into=into, decision=decision, by=by)


def reversing(zone, size):
    many(zone, size)
    events, by = list(Event.objects.filter(zone=zone, kind="joined")), make.system()
    return lambda: actions.record(drafts=[], reversing=events, reason="Nhập nhầm tệp", by=by)


def headcounts(zone, size):
    rows, by = many(zone, size), make.system()
    drafts = [HeadcountDraft(row, LATER, 30) for row in rows]
    return lambda: actions.record_headcounts(drafts=drafts, by=by)


ACTS = {  # what an act may ask, whatever the number of organisations
    founding: 28,
    joining: 22,
    transfer: 28,
    merger: 28,
    reversing: 22,
    headcounts: 10,
}


@pytest.mark.parametrize(("act", "most"), ACTS.items(), ids=lambda value: getattr(value, "__name__", None))
@pytest.mark.one_database
def test_an_act_asks_as_often_for_forty_as_for_one(db, act, most):
    asked = []
    for size in (1, 40):
        run = act(make.zone(), size)
        with CaptureQueriesContext(connection) as queries:
            run()
        # SQLite takes 999 values a statement: the parts of one long INSERT or UPDATE count as one.
        starts = [re.sub("^[0-9]+ times: |s[0-9]+_x[0-9]+", "", query["sql"])[:60] for query in queries]
        asked.append([start for start, _part in groupby(starts)])

    assert asked[0] == asked[1]
    assert len(asked[1]) <= most
