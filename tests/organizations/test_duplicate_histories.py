"""Whatever enterprises live through, merging two of them and separating them again leaves every sum as it was."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from organizations import actions, audit
from organizations.models import Coverage, Enterprise, Event, Headcount, MonthTotal, Organization, YearTotal
from organizations.problems import Conflict
from tests import make
from tests.traces import contents

START = date(2022, 1, 1)
WHY = "Theo thực tế"
VERBS = ["count", "cover", "found", "admit", "change", "merge", "separate", "there and back"]
small = st.integers(0, 7)


def state():
    """The registers without their versions, who works where, the counts and sums that stand."""
    columns = [field.attname for field in Enterprise._meta.concrete_fields if field.attname != "version"]
    sums = [
        sorted(row for row in table.objects.values_list(*table.dimensions, *table.sums) if any(row[-5:]))
        for table in (YearTotal, MonthTotal)
    ]
    counts = sorted(Headcount.objects.live().values_list("enterprise", "on", "total"))
    cover = sorted(Coverage.objects.values_list("pk", "organization", "enterprise", "is_lead"))
    facts = Event.objects.live().values_list("kind", "organization", "enterprise", "quantity").order_by("pk")
    return list(Enterprise.objects.order_by("pk").values_list(*columns)), sums, counts, cover, list(facts)


def attempt(verb, pick, other, number, zone):
    """Do one thing, whole or not at all."""
    by, day = make.system(), START + timedelta(days=number)
    rows = list(Enterprise.objects.order_by("pk"))
    one, two = rows[pick % len(rows)], rows[other % len(rows)]
    cells = list(Organization.objects.order_by("pk"))
    cell = cells[pick % len(cells)] if cells else None
    decision = make.decision(on=day, zone=zone)
    before, was = contents(), state()
    try:
        if verb == "count":
            actions.record_headcount(subject=one, on=day, total=number, by=by)
        elif verb == "cover" and cell:
            actions.cover(organization=cell, enterprise=two, by=by, lead=bool(number % 2))
        elif verb == "found":
            name, hosts = f"Chi bộ {len(cells)}", [one, two][: 1 + number % 2]
            type_ = make.type_("party_cell")
            actions.establish(zone=zone, name=name, type=type_, decision=decision, enterprises=hosts, by=by)
        elif verb == "admit" and cell:
            actions.admit(organization=cell, quantity=2, decision=decision, by=by, reason=WHY)
        elif verb == "change":
            actions.change_enterprise(enterprise=one, by=by, countries=f"Nước {number}")
        elif verb == "merge":
            actions.merge_duplicates(survivor=one, duplicate=two, by=by, reason=WHY)
        elif verb == "separate":
            merged = [row for row in rows if row.duplicate_of_id] or [one]
            actions.unmerge(duplicate=merged[pick % len(merged)], by=by, reason=WHY)
        elif verb == "there and back":
            actions.merge_duplicates(survivor=one, duplicate=two, by=by, reason=WHY)
            assert audit.differences() == []
            actions.unmerge(duplicate=two, by=by, reason=WHY)
            assert state() == was
        return True
    except (ValidationError, Conflict):
        assert contents() == before
        return False


def property_test(examples):
    zone, done = make.zone("HP-KKT"), set()

    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.lists(st.tuples(st.sampled_from(VERBS), small, small, st.integers(0, 40)), min_size=5, max_size=16))
    def run(tries):
        with transaction.atomic():
            make.enterprise("Công ty A", zone=zone, tax_code="", ownership="unknown", workers=50, workers_on=START)
            make.enterprise("Công ty B", zone=zone, workers=60, workers_on=START)
            make.enterprise("Công ty C", zone=zone, tax_code="", countries="Nhật Bản")
            done.update(one[0] for one in tries if attempt(*one, zone))
            assert audit.differences() == []
            dead = Enterprise.objects.exclude(duplicate_of=None)
            assert not Coverage.objects.filter(enterprise__in=dead).exists()
            assert not Headcount.objects.live().filter(enterprise__in=dead).exists()
            transaction.set_rollback(True)

    run()
    assert done >= {"merge", "separate", "there and back"}, "the sample proves little"


def test_a_sample_of_enterprises_merged_and_separated(db):
    property_test(10)


@pytest.mark.full
def test_many_enterprises_merged_and_separated(db):
    property_test(400)
