"""Who sees what, and who may write it: scope is said once and holds everywhere."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from organizations import access, actions
from organizations.access import Act
from organizations.models import Batch, Decision, Event, Organization, Zone
from targets.actions import declare
from targets.models import Target
from tests import make
from tests.traces import no_trace

ON, LATER = date(2023, 4, 2), date(2024, 5, 3)


@pytest.fixture
def facts(city, kkt, cluster, other_zone):
    """The same few facts in each of four zones."""
    for zone in (city, kkt, cluster, other_zone):
        host = make.enterprise(
            f"Công ty {zone.code}", zone=zone, park=make.park(f"KCN {zone.code}", zone=zone), workers=50
        )
        make.organization(f"Chi bộ {zone.code}", zone=zone, on=ON, enterprises=[host])
        make.target(zone=zone)
        days = {"first_day": ON, "last_day": LATER}
        declare(zone=zone, indicator=make.indicator("youth_orgs"), value="nothing_to_report", by=make.system(), **days)
        Batch.objects.create(kind="events", zone=zone, recorded_by=make.system(), recorded_at=timezone.now())


SEES = {  # person → zones whose rows they read
    "lan": {"HP-KKT", "HP-KKT-1"},
    "quan": {"HP-KKT", "HP-KKT-1"},
    "hoa": {"HP-KHAC"},
    "minh": {"HP", "HP-KKT", "HP-KKT-1", "HP-KHAC"},
    "admin": {"HP", "HP-KKT", "HP-KKT-1", "HP-KHAC"},
    "stranger": set(),
}


def zones_of(model, rows):
    """The codes of the zones that ``rows`` belong to."""
    match model._meta.object_name:
        case "Zone":
            return {row.code for row in rows}
        case "Park":
            return {row.zones.get().zone.code for row in rows}
        case _:
            return {row.zone.code for row in rows}


SCOPED = [
    model
    for model in apps.get_models()
    if model._meta.app_label in {"organizations", "targets"} and hasattr(model._default_manager.all(), "visible_to")
]


def test_every_table_of_facts_and_promises_can_be_scoped():
    names = {model._meta.object_name for model in SCOPED}
    assert names >= {
        "Zone", "Park", "Enterprise", "Organization", "Decision", "Event", "Headcount", "Change", "Batch", "Target",
        "TargetVersion", "Declaration",
    }  # fmt: skip


@pytest.mark.parametrize("person", SEES)
def test_each_sees_the_rows_of_their_zones_and_no_others(facts, request, person):
    user = request.getfixturevalue(person)
    for model in SCOPED:
        if model._default_manager.exists():
            assert zones_of(model, model._default_manager.visible_to(user)) == SEES[person], model


def test_the_placeholder_for_no_park_is_listed_to_nobody(facts, admin, lan):
    from organizations.models import Park

    for user in (admin, lan):
        assert not Park.objects.visible_to(user).filter(code=Park.NONE).exists()


def test_an_organisation_that_left_is_read_by_its_former_zone_and_written_by_its_present_one(kkt, other_zone, lan, hoa):
    cell = make.organization(zone=kkt, on=ON)
    actions.transfer(organizations=[cell], to_zone=other_zone, decision=make.decision(on=LATER), by=make.system())

    assert cell in Organization.objects.visible_to(lan)
    assert cell in Organization.objects.visible_to(hoa)
    assert Event.objects.visible_to(lan).filter(organization=cell).count() == 2
    with no_trace(), pytest.raises(PermissionDenied):
        make.admission(cell, 1, by=lan, decision=None, effective_on=ON)
    with no_trace(), pytest.raises(PermissionDenied):
        make.admission(cell, 1, by=hoa, decision=None, effective_on=ON)  # a fact of HP-KKT's time
    make.admission(cell, 1, by=hoa, decision=None, effective_on=LATER)


def test_a_decision_is_seen_by_those_who_cite_it(kkt, other_zone, lan, hoa, stranger):
    decision = make.decision(zone=other_zone)
    assert decision not in Decision.objects.visible_to(lan)

    make.organization(zone=kkt, decision=decision, by=lan)

    assert decision in Decision.objects.visible_to(lan)
    assert decision in Decision.objects.visible_to(hoa)
    assert decision not in Decision.objects.visible_to(stranger)


def test_a_decision_that_gave_a_target_is_seen_by_the_zone_that_was_given_it(city, kkt, other_zone, lan, hoa):
    decision = make.decision(zone=city)
    make.target(zone=kkt, decision=decision)

    assert decision in Decision.objects.visible_to(lan)
    assert decision not in Decision.objects.visible_to(hoa)


WRITES = {
    "founding": lambda zone, by: actions.establish(
        zone=zone, name="Mới", type=make.type_("party_cell"), decision=zone.decided, by=by
    ),
    "event": lambda zone, by: make.admission(zone.cell, 1, by=by, decision=None, effective_on=LATER),
    "reversal": lambda zone, by: actions.reverse(event=zone.cell.events.get(), reason="Nhầm", by=by),
    "correction": lambda zone, by: actions.correct(event=zone.cell.events.get(), note="x", reason="Nhầm", by=by),
    "enterprise": lambda zone, by: make.enterprise(zone=zone, park=zone.host.park, by=by),
    "enterprise's change": lambda zone, by: actions.change_enterprise(enterprise=zone.host, name="Khác", by=by),
    "headcount": lambda zone, by: actions.record_headcount(subject=zone.host, on=ON, total=3, by=by),
    "coverage": lambda zone, by: actions.cover(organization=zone.cell, enterprise=zone.host, by=by),
    "decision": lambda zone, by: make.decision(zone=zone, by=by),
    "declaration": lambda zone, by: declare(
        zone=zone, indicator=make.indicator("union_orgs"), first_day=ON, last_day=ON, value="complete", by=by
    ),
}  # fmt: skip


@pytest.fixture
def zone(kkt):
    kkt.decided = make.decision(zone=kkt)
    kkt.host = make.enterprise(zone=kkt)
    kkt.cell = make.organization(zone=kkt, on=ON)
    return kkt


@pytest.mark.parametrize("person", ["hoa", "quan", "stranger"])
def test_neither_another_zones_clerk_nor_the_leader_nor_a_stranger_writes_facts(zone, request, person, subtests):
    user = request.getfixturevalue(person)
    for act, write in WRITES.items():
        with subtests.test(act), no_trace(), pytest.raises(PermissionDenied, match="Khu kinh tế Hải Phòng"):
            write(zone, user)


def test_the_board_never_enters_facts(zone, minh, subtests):
    for act in WRITES.keys() - {"decision"}:  # it decides on targets
        with subtests.test(act), no_trace(), pytest.raises(PermissionDenied):
            WRITES[act](zone, minh)


@pytest.mark.parametrize("person", ["lan", "admin"])
def test_the_clerk_of_the_zone_and_the_administrator_write_them(zone, request, person, subtests):
    user = request.getfixturevalue(person)
    for act, write in WRITES.items():
        with subtests.test(act), transaction.atomic():
            write(zone, user)
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("person", "allowed"),
    [("lan", False), ("quan", False), ("hoa", False), ("stranger", False), ("minh", True), ("admin", True)],
)
def test_only_board_and_administrator_assign_targets(kkt, request, person, allowed):
    user = request.getfixturevalue(person)
    if allowed:
        make.target(zone=kkt, by=user)
    else:
        with no_trace(), pytest.raises(PermissionDenied):
            make.target(zone=kkt, by=user)
    assert Target.objects.exists() == allowed


@pytest.mark.parametrize("person", ["lan", "quan", "hoa", "minh", "stranger"])
def test_only_the_administrator_draws_the_map(kkt, request, person):
    user = request.getfixturevalue(person)
    for act in (
        lambda: make.zone("HP-MOI", by=user),
        lambda: make.park("KCN Mới", by=user),
        lambda: actions.place_park(park=make.park("KCN Cũ"), zone=kkt, by=user),
        lambda: actions.name_park(park=make.park("KCN Cũ"), alias="DEEP C", by=user),
    ):
        make.park("KCN Cũ")
        with no_trace(), pytest.raises(PermissionDenied):
            act()


def test_a_clerk_writes_in_the_zones_below_and_not_in_the_one_above(city, cluster, lan):
    make.organization(zone=cluster, by=lan)
    with pytest.raises(PermissionDenied):
        make.organization(zone=city, by=lan)


def test_an_assignment_counts_only_in_its_days(kkt):
    today = timezone.localdate()
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)

    for period, in_force in {
        (None, yesterday): False,
        (tomorrow, None): False,
        (None, today): True,
        (today, today): True,
        (yesterday, None): True,
    }.items():
        user = make.user(role="clerk", zone=kkt, valid_from=period[0], valid_to=period[1])
        assert access.may(user, Act.ENTER, kkt) is in_force, period
        assert Zone.objects.visible_to(user).exists() is in_force


def test_somebody_with_two_roles_has_the_rights_of_each_only_where_they_hold_it(kkt, other_zone):
    user = make.user(role="clerk", zone=kkt)
    access.assign(user=user, role="leader", zone=other_zone)

    assert {zone.code for zone in Zone.objects.visible_to(user)} == {"HP-KKT", "HP-KHAC"}
    assert access.may(user, Act.ENTER, kkt)
    assert not access.may(user, Act.ENTER, other_zone)


def test_an_account_that_was_closed_may_nothing(kkt, lan):
    lan.is_active = False
    access.forget_scope(lan)

    assert not Zone.objects.visible_to(lan).exists()
    assert not access.may(lan, Act.ENTER, kkt)


@pytest.mark.parametrize("role", ["clerk", "leader"])
def test_a_clerk_or_leader_without_a_zone_is_refused(db, role):
    with no_trace(), pytest.raises(ValidationError):
        make.user(role=role)


def test_the_scope_of_a_request_is_worked_out_once(kkt, lan, django_assert_num_queries):
    access.forget_scope(lan)
    with django_assert_num_queries(2):  # the assignments, the tree of zones
        for _ in range(3):
            access.may(lan, Act.ENTER, kkt)
            access.may(lan, Act.ASSIGN_TARGETS, kkt)
