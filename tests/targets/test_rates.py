"""What a rate is made of, enterprise by enterprise and organisation by organisation, on a day and as known then."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from organizations import actions
from organizations.actions.amend import OrganizationAmendment, amend_organizations, uncover
from organizations.actions.organizations import cover
from organizations.models import Event
from organizations.then import Register
from targets import levels
from targets.levels import Filters
from targets.models import Indicator
from tests import make

pytestmark = pytest.mark.django_db
DAY, LATER = date(2024, 5, 20), date(2024, 9, 1)
NEW_YEARS_EVE = date(2024, 12, 31)


def indicator(measure="enterprise_coverage", factor=100, **values):
    return Indicator(code="x", name="Tỷ lệ", unit="%", sector="party", measure=measure, factor=factor, **values)


def things(code, zones, on, known_at=None, **filters):
    """What a level lists: enterprise or organisation → amount."""
    register = Register([zone.pk for zone in zones], known_at)
    found = levels.registry[code].things(register, Filters(**({"sector": "party"} | filters)), on)
    return {thing.row: thing.amount for thing in found}


def with_organization(*zones, on=NEW_YEARS_EVE, known_at=None, **filters):
    return set(things("enterprises_with_organization", zones, on, known_at, **filters))


def operating(*zones, on=NEW_YEARS_EVE, known_at=None, **filters):
    return set(things("operating_enterprises", zones, on, known_at, **filters))


def test_a_rate_has_a_factor_and_a_count_has_none(db):
    with pytest.raises(ValidationError, match="Hãy ghi hệ số"):
        indicator(factor=None).full_clean()
    with pytest.raises(ValidationError, match="lớn hơn 0"):
        indicator(factor=0).full_clean()
    with pytest.raises(ValidationError, match="không có hệ số"):
        indicator(measure="new_organizations").full_clean()
    indicator(factor=Decimal("0.5")).full_clean()
    indicator(measure="new_organizations", factor=None).full_clean()


def test_a_rate_selects_the_events_of_its_numerator_and_a_level_none(kkt):
    make.admission(make.organization(zone=kkt), 5)
    admitted, level = (
        Indicator(pk=7, sector="party", measure=one) for one in ("admission_rate", "enterprise_coverage")
    )

    assert Event.objects.of_indicator(admitted).totals()["quantity"] == 5
    assert not Event.objects.of_indicator(level).exists()


def test_a_joint_cell_covers_all_its_enterprises_and_one_that_ended_none(kkt):
    hosts = [make.enterprise(zone=kkt) for _ in range(4)]
    make.organization(zone=kkt, enterprises=hosts[:2])
    ended = make.organization(zone=kkt, enterprises=hosts[2:3])
    actions.dissolve(reason="Sắp xếp lại", organization=ended, decision=make.decision(on=LATER), by=make.system())
    make.organization(zone=kkt, type="union_base", enterprises=hosts[3:])

    assert with_organization(kkt) == {hosts[0].pk, hosts[1].pk}
    assert with_organization(kkt, on=DAY) == {hosts[0].pk, hosts[1].pk, hosts[2].pk}, "it stood until September"
    assert with_organization(kkt, sector="union") == {hosts[3].pk}
    assert operating(kkt) == {host.pk for host in hosts}


def test_only_what_operates_is_counted_and_only_from_its_first_day(kkt):
    begun = make.enterprise(zone=kkt, started_on=LATER)
    make.enterprise(zone=kkt, status="suspended")

    assert operating(kkt) == {begun.pk}
    assert operating(kkt, on=DAY) == set()


def test_an_indicator_may_count_only_some_owners_parks_and_types(kkt):
    foreign, local = make.enterprise(zone=kkt, ownership="fdi"), make.enterprise(zone=kkt)
    elsewhere = make.park("KCN Khác", zone=kkt)
    actions.change_enterprise(enterprise=local, park=elsewhere, moved_on=LATER, by=make.system(), reason="Chuyển")
    make.organization(zone=kkt, enterprises=[foreign, local], type="party_cell")

    assert operating(kkt, ownerships=("fdi",)) == with_organization(kkt, ownerships=("fdi",)) == {foreign.pk}
    assert operating(kkt, parks=(elsewhere.pk,)) == {local.pk}
    assert operating(kkt, parks=(elsewhere.pk,), on=DAY) == set(), "it moved in September"
    assert with_organization(kkt, types=(make.type_("party_committee").pk,)) == set()
    assert with_organization(kkt, types=(make.type_("party_cell").pk,)) == {foreign.pk, local.pk}


def test_members_at_the_start_of_a_year_are_those_counted_by_its_eve(kkt):
    counted, uncounted = make.organization(zone=kkt, members=9), make.organization(zone=kkt)
    actions.record_headcount(subject=counted, on=LATER, total=12, by=make.system())
    actions.record_headcount(subject=counted, on=date(2025, 3, 1), total=40, by=make.system())
    make.organization(zone=kkt, on=date(2025, 2, 1), members=7)
    make.organization(zone=kkt, type="union_base", members=70)

    assert things("members_at_start", [kkt], NEW_YEARS_EVE) == {counted.pk: 12, uncounted.pk: None}
    assert levels.registry["members_at_start"].day(date(2025, 4, 1), date(2025, 6, 30)) == NEW_YEARS_EVE


def test_an_organisation_handed_over_later_had_its_members_where_it_was(kkt, other_zone):
    cell = make.organization(zone=kkt, members=9)
    transfer = {"to_zone": other_zone, "decision": make.decision(on=date(2025, 6, 1)), "by": make.system()}
    actions.transfer(organizations=[cell], **transfer)

    assert things("members_at_start", [kkt], NEW_YEARS_EVE) == {cell.pk: 9}
    assert things("members_at_start", [other_zone], NEW_YEARS_EVE) == {}
    assert things("members_at_start", [other_zone], date(2025, 12, 31)) == {cell.pk: 9}


class Past:
    """What the levels gave at moments, asked again once more was recorded."""

    def __init__(self, *zones):
        self.zones, self.seen = zones, []

    def now(self, known_at=None):
        ask = {"on": NEW_YEARS_EVE, "known_at": known_at}
        return {
            "operating": operating(*self.zones, **ask),
            "fdi": operating(*self.zones, ownerships=("fdi",), **ask),
            "party": with_organization(*self.zones, **ask),
            "party fdi": with_organization(*self.zones, ownerships=("fdi",), **ask),
            "members": things("members_at_start", self.zones, NEW_YEARS_EVE, known_at),
            "members fdi": things("members_at_start", self.zones, NEW_YEARS_EVE, known_at, ownerships=("fdi",)),
            "keys": {
                thing.key
                for thing in levels.registry["operating_enterprises"].things(
                    Register([zone.pk for zone in self.zones], known_at), Filters("party"), NEW_YEARS_EVE
                )
            },
        }

    def look(self):
        self.seen.append((timezone.now(), self.now()))

    def check(self):
        for moment, then in self.seen:
            assert self.now(moment) == then
        assert len({str(then) for _moment, then in self.seen}) > len(self.seen) // 2, "something must have changed"


def test_a_register_of_a_past_moment_is_what_was_read_then(kkt, other_zone):
    """Every act that rewrites an enterprise or what an organisation covers, and the register read before each."""
    past, by = Past(kkt, other_zone), {"by": make.system()}
    hosts = [make.enterprise(zone=kkt) for _ in range(5)]
    cell = make.organization(zone=kkt, enterprises=hosts[:1], members=9)
    past.look()
    cover(organization=cell, enterprise=hosts[1], **by)
    past.look()
    cover(organization=cell, enterprise=hosts[2], lead=True, valid_from=LATER, **by)
    past.look()
    actions.change_enterprise(enterprise=hosts[2], ownership="fdi", reason="Sai", **by)
    past.look()
    cover(organization=cell, enterprise=hosts[2], lead=True, valid_from=date(2024, 10, 1), **by)
    past.look()
    uncover(coverage=cell.coverage.filter(enterprise=hosts[1]).latest("pk"), last_day=LATER, **by)
    past.look()
    amend_organizations(zone=kkt, drafts=[OrganizationAmendment(cell, enterprises=[hosts[3]])], **by)
    past.look()
    actions.change_enterprise(enterprise=hosts[3], status="dissolved", reason="Giải thể", **by)
    past.look()
    park = make.park("KCN Khác", zone=kkt)
    actions.change_enterprise(enterprise=hosts[4], park=park, tax_code=make.tax_code(), reason="Chuyển", **by)
    past.look()
    twin = make.enterprise(zone=kkt, ownership="fdi")
    other_cell = make.organization("Chi bộ khác", zone=kkt, enterprises=[twin, hosts[0]], members=4)
    past.look()
    actions.merge_duplicates(survivor=hosts[0], duplicate=twin, reason="Trùng", **by)
    past.look()
    actions.merge_duplicates(survivor=cell, duplicate=other_cell, reason="Trùng", **by)
    past.look()
    other_cell.refresh_from_db()
    actions.unmerge(duplicate=other_cell, reason="Nhầm", **by)
    past.look()
    twin.refresh_from_db()
    actions.unmerge(duplicate=twin, reason="Nhầm", **by)
    past.look()
    actions.dissolve(reason="Sắp xếp lại", organization=cell, decision=make.decision(on=date(2024, 12, 1)), **by)
    past.look()
    actions.transfer(organizations=[other_cell], to_zone=other_zone, decision=make.decision(on=date(2024, 12, 5)), **by)
    past.look()
    past.check()
