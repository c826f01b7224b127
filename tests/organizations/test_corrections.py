"""A correction is a reversal and a new line; nothing is deleted, and history stays what it was."""

from datetime import date

import pytest

from organizations import actions, audit
from organizations.models import Change, Decision, Event, Succession, YearTotal
from organizations.problems import Conflict, Refused
from tests import make
from tests.traces import no_trace

FOUNDED, LATER, LAST = date(2022, 3, 1), date(2023, 4, 2), date(2024, 5, 3)


@pytest.fixture
def host(kkt):
    return make.enterprise(zone=kkt, park=make.park("Đình Vũ", zone=kkt), ownership="fdi_wholly")


@pytest.fixture
def cell(kkt, host):
    return make.organization(zone=kkt, on=FOUNDED, enterprises=[host])


@pytest.fixture
def admission(cell):
    return make.admission(cell, 8, female=3, workers=5, on=LATER)


def correct(event, **changes):
    return actions.correct(event=event, reason="Gõ nhầm", by=make.system(), **changes)


def test_a_correction_is_a_reversal_and_a_new_line_with_the_reason(admission):
    new = correct(admission, quantity=5, workers=4)

    reversal = admission.reversal
    assert (reversal.quantity, reversal.female, reversal.workers, reversal.stock_delta) == (-8, -3, -5, -8)
    assert (reversal.kind, reversal.effective_on, reversal.reason) == ("admitted", LATER, "Gõ nhầm")
    assert (new.quantity, new.female, new.workers, new.reason) == (5, 3, 4, "Gõ nhầm")
    assert new.decision_id == admission.decision_id
    assert list(Event.objects.live().filter(kind="admitted")) == [new]
    assert Event.objects.filter(kind="admitted").totals()["quantity"] == 5
    assert audit.differences() == []


def test_a_new_date_is_the_decisions_the_same_number_on_that_day(admission):
    new = correct(admission, date=LAST)

    assert (new.effective_on, new.decision.issued_on) == (LAST, LAST)
    assert new.decision.number == admission.decision.number
    assert Decision.objects.filter(number=admission.decision.number).count() == 2
    assert dict(YearTotal.objects.filter(kind="admitted").values_list("year", "quantity")) == {2023: 0, 2024: 8}


def test_a_correction_can_name_another_decision_or_none(admission):
    decision = make.decision(on=LAST)
    new = correct(admission, decision=decision)
    assert (new.decision, new.effective_on) == (decision, LAST)

    assert (correct(new, decision=None).decision, Event.objects.live().latest("pk").effective_on) == (None, LAST)


def test_a_date_that_contradicts_the_decision_is_refused(admission):
    decision = make.decision(on=LAST)
    with no_trace(), pytest.raises(Refused, match="03/05/2024"):
        correct(admission, decision=decision, date=LATER)


def test_what_was_taken_back_cannot_be_taken_back_again(admission):
    correct(admission, quantity=5)

    for act in (lambda: correct(admission, quantity=6), lambda: correct(admission.reversal, quantity=6)):
        with no_trace(), pytest.raises(Conflict):
            act()
    for event in (admission, admission.reversal):
        with no_trace(), pytest.raises(Conflict):
            actions.reverse(event=event, reason="Gõ nhầm", by=make.system())


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_correction_without_a_reason_is_refused(admission, reason):
    with no_trace(), pytest.raises(Refused):
        actions.correct(event=admission, quantity=5, reason=reason, by=make.system())
    with no_trace(), pytest.raises(Refused):
        actions.reverse(event=admission, reason=reason, by=make.system())


def test_a_correction_that_contradicts_a_later_fact_is_refused(cell, admission):
    actions.remove_members(organization=cell, quantity=7, effective_on=LAST, by=make.system())

    with no_trace(), pytest.raises(Refused, match="03/05/2024"):
        correct(admission, quantity=6)
    with no_trace(), pytest.raises(Refused):
        actions.reverse(event=admission, reason="Không có", by=make.system())


def test_the_founding_of_a_committee_is_corrected_as_the_founding_of_a_cell(cell, kkt):
    make.admission(cell, 35, on=FOUNDED)
    committee = make.type_("party_committee")
    actions.upgrade(organization=cell, to_type=committee, decision=make.decision(on=LATER), by=make.system())

    new = correct(cell.events.get(kind="established"), date=date(2022, 2, 1))

    assert new.type.code == "party_cell"
    cell.refresh_from_db()
    assert (cell.type.code, cell.founded_on) == ("party_committee", date(2022, 2, 1))
    founded = YearTotal.objects.filter(kind="established", live__gt=0)
    assert [(row.type.code, row.quantity) for row in founded] == [("party_cell", 1)]
    assert audit.differences() == []


def test_the_founding_stays_where_it_was_when_the_organisation_has_moved_on(cell, kkt, other_zone):
    decision = make.decision(on=LATER)
    actions.transfer(organizations=[cell], to_zone=other_zone, decision=decision, by=make.system())

    new = correct(cell.events.get(kind="established"), date=date(2022, 2, 1))

    assert new.zone_id == kkt.pk
    cell.refresh_from_db()
    assert cell.zone_id == other_zone.pk
    assert audit.differences() == []


def test_a_correction_keeps_the_place_and_owner_of_the_day_it_happened(cell, host, admission, kkt):
    elsewhere = make.park("Tràng Duệ", zone=kkt)
    actions.change_enterprise(enterprise=host, park=elsewhere, ownership="private", by=make.system())

    new = correct(admission, quantity=5)

    assert (new.park.name, new.ownership, new.enterprise) == ("Đình Vũ", "fdi_wholly", host)
    assert make.admission(cell, 1, decision=None, effective_on=LAST).ownership == "private"


def test_a_correction_counts_as_the_original_did_though_the_rule_has_changed(cell):
    type_ = cell.type
    type_.counts_as_new = False
    type_.save()

    assert correct(cell.events.get(kind="established"), date=date(2022, 2, 1)).counts_as_new


def test_moving_an_enterprise_or_editing_a_type_later_rewrites_nothing(cell, host, admission, kkt):
    before = list(Event.objects.order_by("pk").values())
    actions.change_enterprise(
        enterprise=host, park=make.park("Tràng Duệ", zone=kkt), ownership="private", by=make.system()
    )
    type(cell.type).objects.update(counts_as_new=False)

    assert list(Event.objects.order_by("pk").values()) == before
    assert audit.differences() == []


def test_a_joint_cell_is_where_its_lead_enterprise_is(kkt, host):
    other = make.enterprise(zone=kkt, park=make.park("Tràng Duệ", zone=kkt), ownership="private")
    joint = make.organization(zone=kkt, on=FOUNDED, enterprises=[host, other])
    event = joint.events.get()
    assert (event.enterprise, event.park.name, event.ownership) == (host, "Đình Vũ", "fdi_wholly")

    actions.cover(organization=joint, enterprise=other, valid_from=LATER, lead=True, by=make.system())

    assert make.admission(joint, 1, on=FOUNDED).enterprise == host
    assert make.admission(joint, 1, on=LAST).enterprise == other


def test_without_an_enterprise_park_and_ownership_are_none(kkt):
    event = make.organization(zone=kkt).events.get()

    assert (event.enterprise, event.park.code, event.ownership) == (None, "none", "none")


def test_an_enterprise_of_another_zone_is_not_covered(cell, other_zone):
    stranger = make.enterprise(zone=other_zone)

    with no_trace(), pytest.raises(Refused):
        actions.cover(organization=cell, enterprise=stranger, by=make.system())


# ------------------------------------------------------------------------------------------ between organisations


def members_of(organization):
    counted = ["joined", "left", "admitted", "removed", "member_transferred_in", "member_transferred_out"]
    return organization.events.filter(kind__in=counted).totals()["stock_delta"]


def stock_of(zone):
    """Organisations and members the ledger counts in the zone."""
    events = Event.objects.filter(zone=zone)
    organizations = ["established", "split_from", "formed_by_merger", "merged_away", "dissolved"]
    organizations += ["transferred_in", "transferred_out"]
    return (
        events.filter(kind__in=organizations).totals()["stock_delta"],
        events.exclude(kind__in=organizations).totals()["stock_delta"],
    )


def new_in(zone):
    return Event.objects.filter(zone=zone, counts_as_new=True).totals()["quantity"]


@pytest.fixture
def unions(kkt):
    """Two unions of 30 and 20 members."""
    first, second = (make.organization(zone=kkt, type="union_base", on=FOUNDED) for _ in range(2))
    make.joining(first, 30, on=FOUNDED)
    make.joining(second, 20, on=FOUNDED)
    return first, second


def test_a_transfer_moves_stock_with_its_members_and_counts_nothing_new(unions, kkt, other_zone):
    first, _second = unions
    decision = make.decision(on=LATER)

    events = actions.transfer(organizations=[first], to_zone=other_zone, decision=decision, by=make.system())

    assert [(event.kind, event.zone.code, event.stock_delta) for event in events] == [
        ("member_transferred_out", "HP-KKT", -30),
        ("transferred_out", "HP-KKT", -1),
        ("transferred_in", "HP-KHAC", 1),
        ("member_transferred_in", "HP-KHAC", 30),
    ]
    assert (stock_of(kkt), stock_of(other_zone)) == ((1, 20), (1, 30))
    assert (new_in(kkt), new_in(other_zone)) == (2, 0)
    first.refresh_from_db()
    assert (first.zone, first.status, first.founded_on) == (other_zone, "active", FOUNDED)
    assert audit.differences() == []


def test_a_transfer_is_taken_back_whole(unions, kkt, other_zone):
    events = actions.transfer(
        organizations=unions, to_zone=other_zone, decision=make.decision(on=LATER), by=make.system()
    )
    assert stock_of(other_zone) == (2, 50)

    actions.reverse(event=events[1], reason="Nhầm đơn vị", by=make.system())

    assert (stock_of(kkt), stock_of(other_zone)) == ((1, 30), (1, 20))
    unions[0].refresh_from_db()
    assert unions[0].zone == kkt
    assert audit.differences() == []


def test_the_members_of_a_transfer_are_corrected_on_both_sides(unions, kkt, other_zone):
    events = actions.transfer(
        organizations=[unions[0]], to_zone=other_zone, decision=make.decision(on=LATER), by=make.system()
    )

    correct(events[3], quantity=25)

    assert (stock_of(kkt), stock_of(other_zone)) == ((1, 25), (1, 25))
    assert audit.differences() == []


def test_a_fact_of_the_time_before_a_transfer_belongs_to_the_former_zone(unions, kkt, other_zone):
    actions.transfer(organizations=[unions[0]], to_zone=other_zone, decision=make.decision(on=LATER), by=make.system())

    assert make.joining(unions[0], 3, on=FOUNDED).zone == kkt
    assert make.joining(unions[0], 3, on=LAST).zone == other_zone


def test_a_transfer_dated_before_facts_of_the_former_zone_is_refused(unions, other_zone):
    make.joining(unions[0], 3, on=LAST)
    decision = make.decision(on=LATER)

    with no_trace(), pytest.raises(Refused, match="03/05/2024"):
        actions.transfer(organizations=[unions[0]], to_zone=other_zone, decision=decision, by=make.system())


def test_a_transfer_to_where_it_is_or_where_its_name_is_taken_is_refused(unions, kkt, other_zone):
    make.organization(unions[0].name, zone=other_zone, type="union_base")
    decision = make.decision(on=LATER)

    for zone in (kkt, other_zone):
        with no_trace(), pytest.raises(Refused):
            actions.transfer(organizations=[unions[0]], to_zone=zone, decision=decision, by=make.system())


def test_a_merger_ends_one_and_its_members_move_to_the_other(unions, kkt):
    first, second = unions

    survivor = actions.merge(organizations=[second], into=first, decision=make.decision(on=LATER), by=make.system())

    assert survivor == first
    assert (members_of(first), members_of(second)) == (50, 0)
    assert (stock_of(kkt), new_in(kkt)) == ((1, 50), 2)
    second.refresh_from_db()
    assert (second.status, second.dissolved_on) == ("ended", LATER)
    assert list(Succession.objects.values_list("predecessor", "successor", "on")) == [(second.pk, first.pk, LATER)]
    assert audit.differences() == []


def test_a_merger_taken_back_leaves_both_as_they_were(unions):
    first, second = unions
    actions.merge(organizations=[second], into=first, decision=make.decision(on=LATER), by=make.system())

    actions.reverse(event=Event.objects.get(kind="merged_away"), reason="Nhầm", by=make.system())

    assert (members_of(first), members_of(second)) == (30, 20)
    second.refresh_from_db()
    assert second.status == "active"
    assert not Succession.objects.exists()
    assert audit.differences() == []


def test_the_union_of_two_into_a_new_one_counts_in_stock_never_as_new(unions, kkt):
    new = actions.merge(
        organizations=unions, name="Công đoàn hợp nhất", type=make.type_("union_base"),
        decision=make.decision(on=LATER), by=make.system(),
    )  # fmt: skip

    assert new.events.get(kind="formed_by_merger").counts_as_new is False
    assert (stock_of(kkt), new_in(kkt), members_of(new)) == ((1, 50), 2, 50)
    assert audit.differences() == []


def test_an_organisation_does_not_merge_into_itself(unions):
    with no_trace(), pytest.raises(Refused):
        actions.merge(organizations=unions, into=unions[0], decision=Event.objects.first().decision, by=make.system())


@pytest.mark.parametrize(("founding", "new"), [(False, 2), (True, 3)])
def test_a_split_is_new_only_when_the_decision_founds_it(unions, kkt, founding, new):
    part = actions.split(
        organization=unions[0], name="Công đoàn tách", type=make.type_("union_base"), founding=founding, members=12,
        decision=make.decision(on=LATER), by=make.system(),
    )  # fmt: skip

    assert (members_of(unions[0]), members_of(part)) == (18, 12)
    assert (stock_of(kkt), new_in(kkt)) == ((3, 50), new)
    assert Succession.objects.get().predecessor == unions[0]
    assert audit.differences() == []


def test_each_change_of_the_register_tells_before_after_and_why(cell):
    life = {"organization": cell, "by": make.system()}
    actions.suspend(**life, decision=make.decision(on=LATER), reason="Đình chỉ sản xuất")

    change = Change.objects.get(model="organizations.organization", object_id=cell.pk, action="updated")
    assert (change.before, change.after) == ({"status": "active"}, {"status": "suspended"})
    assert change.reason == "Đình chỉ sản xuất"


def test_after_a_new_lead_facts_of_earlier_days_keep_the_former_one(kkt):
    former, new = make.enterprise(zone=kkt, ownership="fdi"), make.enterprise(zone=kkt, ownership="state")
    joint = make.organization(zone=kkt, enterprises=[former], on=FOUNDED)
    actions.cover(organization=joint, enterprise=new, valid_from=LATER, lead=True, by=make.system())
    late_entry = make.admission(joint, 2, on=FOUNDED)
    today = make.admission(joint, 3, on=LATER)
    assert (late_entry.enterprise, late_entry.ownership) == (former, "fdi")
    assert (today.enterprise, today.ownership) == (new, "state")
    assert {row.enterprise for row in joint.coverage.all() if row.holds(LATER)} == {former, new}
