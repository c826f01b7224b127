"""What each indicator counts, event by event: new organisations, committees, members gross and net."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from organizations import actions
from organizations.models import Event, MonthTotal, YearTotal
from targets import measures
from targets.models import Indicator
from tests import make

FOUNDED, LATER = date(2023, 4, 2), date(2024, 5, 3)


def figure(indicator, year=2024):
    """The figure by the ledger and by both totals; they must agree."""
    selection = indicator.selection()
    events = Event.objects.of_indicator(indicator).in_year(year).totals()["quantity"]
    tables = [MonthTotal] if selection.needs_months else [YearTotal, MonthTotal]
    totals = [
        sum(table.objects.filter(selection.q(), year=year).values_list("quantity", flat=True)) for table in tables
    ]
    assert set(totals) == {events}
    return events


@pytest.fixture
def year(kkt, other_zone):
    """A year in which everything happened once or twice."""
    cell, second = (make.organization(zone=kkt, on=LATER) for _ in range(2))
    actions.reverse(event=second.events.get(), reason="Nhầm", by=make.system())
    make.organization(zone=kkt, on=FOUNDED)
    union = make.organization(
        zone=kkt, type="union_base", on=LATER, enterprises=[make.enterprise(zone=kkt, ownership="fdi_joint")]
    )
    make.organization(zone=kkt, type="union_section", on=LATER)
    make.organization(zone=kkt, type="youth_cell", on=LATER)
    make.organization(zone=kkt, type="youth_association", on=LATER)
    make.joining(union, 30, on=LATER)
    actions.leave(organization=union, quantity=4, effective_on=LATER, by=make.system())
    make.admission(cell, 35, on=LATER)
    actions.remove_members(organization=cell, quantity=1, effective_on=LATER, by=make.system())
    split = {"type": make.type_("union_base"), "decision": make.decision(on=LATER), "by": make.system()}
    actions.split(organization=union, name="Tách, thành lập", founding=True, **split)
    actions.split(organization=union, name="Tách", **split)
    actions.merge(organizations=[union], name="Hợp nhất", **split)
    type_ = make.type_("party_committee")
    actions.upgrade(organization=cell, to_type=type_, decision=make.decision(on=LATER), by=make.system())
    actions.transfer(
        organizations=[cell], to_zone=other_zone, decision=make.decision(on=date(2024, 6, 1)), by=make.system()
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("party_orgs", 1),  # the reversed one, the upgrade and the transfer are not new
        ("party_members", 35),  # the one removed is not taken off
        ("union_orgs", 2),  # founded, and split off by a decision that founds; not the section, not the merger
        ("union_members", 30),  # gross
        ("youth_orgs", 1),  # the association does not count
        ("youth_members", 0),
        ("party_committees", 1),
    ],
)
def test_what_each_indicator_of_nq28_counts(year, code, expected):
    assert figure(make.indicator(code)) == expected


def test_net_growth_takes_off_those_who_left(year):
    net = Indicator.objects.create(code="net", name="Tăng thực", unit="người", sector="union", measure="members_net")

    assert figure(net) == 26


def test_an_indicator_may_count_only_some_owners_types_or_parks(year, kkt):
    foreign = Indicator.objects.create(
        code="fdi", name="Công đoàn FDI", unit="tổ chức", sector="union", measure="new_organizations",
        ownerships=["fdi_joint"],
    )  # fmt: skip
    assert figure(foreign) == 1
    foreign.parks.add(make.park("Nơi khác"))
    assert figure(foreign) == 0

    cells = Indicator.objects.create(
        code="cells", name="Chi bộ", unit="tổ chức", sector="party", measure="new_organizations"
    )
    cells.types.add(make.type_("party_committee"))
    assert figure(cells) == 0


def test_a_measure_that_is_not_registered_is_refused(db):
    indicator = Indicator(code="x", name="x", unit="x", sector="party", measure="people_counted_twice")
    with pytest.raises(ValidationError, match="people_counted_twice"):
        indicator.full_clean()


def test_every_measure_explains_itself():
    assert measures.registry
    for measure in measures.registry.values():
        assert measure.help and str(measure.label), measure.code
