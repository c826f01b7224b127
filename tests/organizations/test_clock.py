"""One clock a zone: rows are numbered, dated and sealed in the order they were recorded."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps

from organizations import actions, audit
from organizations.ledger import writing
from organizations.models import Event, LedgerHead, LedgerRow
from organizations.problems import Refused
from tests import make

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


def rows_of(zone):
    """Every ledger row of the zone, in the order recorded."""
    found = [
        row for model in apps.get_models() if issubclass(model, LedgerRow) for row in model.objects.filter(zone=zone)
    ]
    return sorted(found, key=lambda row: row.seq)


def moments(zone):
    """When each act in the zone was recorded."""
    return sorted({row.recorded_at for row in rows_of(zone)})


def test_numbers_have_no_gap_across_all_kinds_of_rows(kkt):
    cell = make.organization(zone=kkt, members=4, enterprises=[make.enterprise(zone=kkt, workers=90)])
    make.admission(cell, 2)
    make.target(zone=kkt)

    rows = rows_of(kkt)
    head = LedgerHead.objects.get(zone=kkt)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert {type(row).__name__ for row in rows} == {"Change", "Event", "Headcount", "TargetVersion"}
    assert (head.seq, head.chain_hash, head.last_recorded_at) == (len(rows), rows[-1].hash, rows[-1].recorded_at)


@pytest.mark.parametrize("then", [NOON, datetime(2026, 11, 19, 5, 0, tzinfo=UTC)], ids=["stopped", "set back"])
def test_every_act_is_later_than_the_one_before_whatever_the_clock_says(kkt, time_machine, then):
    time_machine.move_to(NOON, tick=False)
    cell = make.organization(zone=kkt)
    first = moments(kkt)
    time_machine.move_to(then, tick=False)
    make.admission(cell, 1, decision=None, on=date(2026, 11, 1), effective_on=date(2026, 11, 1))
    make.admission(cell, 2, decision=None, on=date(2026, 11, 2), effective_on=date(2026, 11, 2))

    assert len(moments(kkt)) == len(first) + 2
    assert moments(kkt)[: len(first)] == first
    assert [row.recorded_at for row in rows_of(kkt)] == sorted(row.recorded_at for row in rows_of(kkt))


def test_a_clock_that_was_set_ahead_once_does_not_let_facts_of_the_future_in(kkt, time_machine):
    time_machine.move_to(datetime(2031, 1, 1, tzinfo=UTC), tick=False)
    cell = make.organization(zone=kkt)
    time_machine.move_to(NOON, tick=False)

    with pytest.raises(Refused, match="20/12/2026"):
        make.admission(cell, 1, decision=None, effective_on=date(2026, 12, 20))


def test_one_act_is_recorded_at_one_moment_in_all_zones_it_touches(kkt, other_zone, time_machine):
    time_machine.move_to(NOON, tick=False)
    union = make.organization(zone=kkt, type="union_base")
    make.joining(union, 30)
    make.organization(zone=other_zone)  # the other zone's clock has moved on further
    before = Event.objects.count()
    decision = make.decision(on=date(2025, 3, 1))

    actions.transfer(organizations=[union], to_zone=other_zone, decision=decision, by=make.system())

    new = Event.objects.order_by("pk")[before:]
    assert {row.zone_id for row in new} == {kkt.pk, other_zone.pk}
    assert len({row.recorded_at for row in new}) == 1
    assert audit.differences() == []


def test_the_version_that_keys_caches_rises_once_an_act(kkt, other_zone):
    cell = make.organization(zone=kkt)
    decision = make.decision(zone=other_zone)
    before = {head.zone_id: head.version for head in LedgerHead.objects.all()}

    actions.admit(organization=cell, quantity=3, decision=decision, by=make.system())

    after = {head.zone_id: head.version for head in LedgerHead.objects.all()}
    assert {pk for pk in after if after[pk] != before[pk]} == {kkt.pk}
    assert after[kkt.pk] == before[kkt.pk] + 1


def test_zones_are_locked_in_one_order_or_not_at_all(kkt, other_zone):
    with pytest.raises(RuntimeError, match="outermost"), writing(zones=[other_zone], by=make.system()):
        with writing(zones=[kkt], by=make.system()):
            pass


def test_an_act_that_goes_on_after_an_inner_one_was_refused_is_not_written(kkt):
    cell = make.organization(zone=kkt)
    count = Event.objects.count()

    with pytest.raises(RuntimeError, match="refused"), writing(zones=[kkt], by=make.system()):
        make.admission(cell, 1, decision=None, effective_on=make.DAY)
        with pytest.raises(Refused):
            make.admission(cell, 0, decision=None, effective_on=make.DAY)

    assert Event.objects.count() == count
    assert audit.differences() == []
