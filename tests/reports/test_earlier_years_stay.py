"""Whatever happens today, the figures of earlier years stay as they are, to the digit and to the line."""

from datetime import date

import pytest
import time_machine
from django.db import transaction

from organizations import actions
from organizations.actions.catalogue import save_catalogue_row
from organizations.models import Enterprise, Event, Kind, Organization, OrganizationType, Zone
from reports.attainment import Standing
from reports.figures import attainment_table
from targets.models import Indicator
from targets.saying import declare
from tests import make

NOW, TODAY = "2026-08-15T02:00:00+00:00", date(2026, 8, 15)
FIRST_YEAR, LAST_YEAR = 2023, 2025  # the earlier years
WHY = "Theo thực tế"
HERE, THERE = "KCN Đình Vũ", "KCN Tràng Duệ"


class Office:
    """Organisations of every sort with years behind them, by what they are called here."""

    def __init__(self):
        city = make.city()
        self.kkt = make.zone("HP-KKT", parent=city)
        self.cluster = make.zone("HP-KKT-1", parent=self.kkt)
        self.other = make.zone("HP-KHAC", parent=city)
        self.zones = [city, self.kkt, self.cluster, self.other]
        for name in (HERE, THERE):
            make.park(name, zone=self.kkt)
        self.host = make.enterprise("Công ty Sao Mai", zone=self.cluster, park=make.park(HERE), ownership="private")
        self.twin_host = make.enterprise("Công ty Sao Mai 2", zone=self.cluster, park=make.park(HERE))
        self.cell = self.founded("Chi bộ A", "party_cell", 2023, hosts=[self.host])
        self.cell_beside = self.founded("Chi bộ B", "party_cell", 2024, hosts=[self.twin_host])
        self.committee = self.founded("Đảng bộ C", "party_committee", 2024)
        self.union = self.founded("Công đoàn D", "union_base", 2024, hosts=[self.host])
        self.union_beside = self.founded("Công đoàn E", "union_base", 2025, zone=self.kkt)
        self.asleep = self.founded("Công đoàn F", "union_base", 2025)
        self.youth = self.founded("Chi đoàn G", "youth_cell", 2025)
        self.away = self.founded("Công đoàn H", "union_base", 2023, zone=self.other)
        upgraded = self.founded("Chi bộ I", "party_cell", 2023)
        actions.upgrade(organization=upgraded, to_type=make.type_("party_committee"), **told(date(2025, 2, 3)))
        actions.suspend(organization=self.asleep, **told(date(2025, 9, 1)))
        for year in (2023, 2024, 2025):
            make.admission(self.cell, 40, on=date(year, 10, 1), reason=WHY)
        for row in (self.union, self.union_beside, self.asleep, self.youth, self.away):
            make.joining(row, 30, on=date(2025, 7, 1), reason=WHY)
        self.indicators = [*Indicator.objects.all(), *narrow_indicators()]
        for indicator in self.indicators[:5]:
            make.target(zone=self.kkt, indicator=indicator, year=2025, low=1, high=40)
            make.target(zone=self.cluster, indicator=indicator, year=2024, low=2)
        for value, code, year in (("nothing_to_report", "youth_orgs", 2024), ("not_applicable", "youth_members", 2023)):
            declare(
                zone=self.other, indicator=make.indicator(code), first_day=date(year, 1, 1),
                last_day=date(year, 12, 31), value=value, by=make.system(), reason=WHY,
            )  # fmt: skip

    def founded(self, name, type_, year, *, zone=None, hosts=()):
        return make.organization(
            name, zone=zone or self.cluster, type=type_, on=date(year, 3, 2), enterprises=hosts, reason=WHY
        )  # fmt: skip

    def figures(self):
        """(zone, indicator, year) → all that is answered of an earlier year, and the lines it is made of."""
        found = {}
        table = attainment_table(
            zones=self.zones, first_year=FIRST_YEAR, last_year=LAST_YEAR, as_of=TODAY, indicators=self.indicators
        )
        for key, figure in table.figures.items():
            told = figure.attainment
            found[key] = (
                told.actual, told.low, told.high, told.percent, told.standing, told.pace,
                figure.reported, figure.missing,
            )  # fmt: skip
        mine = Event.objects.in_years(FIRST_YEAR, LAST_YEAR).order_by("pk")
        for indicator in self.indicators:
            lines = mine.of_indicator(indicator).values_list("pk", "zone", "effective_on", "quantity")
            found["every zone", indicator.pk, "lines"] = list(lines)
        return found

    def refresh(self):
        """Read the rows anew: what was done to them before was undone."""
        for row in vars(self).values():
            if isinstance(row, Enterprise | Organization):
                row.refresh_from_db()


def told(day=TODAY):
    """What an act by a decision of the day is told."""
    return {"decision": make.decision(on=day), "by": make.system(), "reason": WHY}


def narrow_indicators():
    """Indicators that ask for a park, an ownership or a type: those that a move could pull a fact out of."""
    shared = {"unit": "tổ chức", "measure": "new_organizations"}
    owned = Indicator.objects.create(code="owned", name="Tư nhân", sector="union", ownerships=["private"], **shared)
    placed = Indicator.objects.create(code="placed", name="Ở Đình Vũ", sector="party", **shared)
    placed.parks.add(make.park(HERE))
    typed = Indicator.objects.create(code="typed", name="Chi bộ", sector="party", **shared)
    typed.types.add(make.type_("party_cell"))
    return [owned, placed, typed]


def members(kind, row, quantity=3):
    return lambda office: actions.record(
        drafts=[actions.Draft(kind, getattr(office, row), effective_on=TODAY, quantity=quantity)],
        by=make.system(), reason=WHY,
    )  # fmt: skip


def hand_over(office):
    actions.transfer(organizations=[office.cell, office.union], to_zone=office.other, **told())


KINDS = {
    "established": lambda office: make.organization(zone=office.cluster, on=TODAY, reason=WHY),
    "upgraded": lambda office: actions.upgrade(
        organization=office.cell, to_type=make.type_("party_committee"), **told()
    ),
    "downgraded": lambda office: actions.downgrade(
        organization=office.committee, to_type=make.type_("party_cell"), **told()
    ),
    "transferred_in": lambda office: actions.transfer(organizations=[office.away], to_zone=office.kkt, **told()),
    "transferred_out": hand_over,
    "merged_away": lambda office: actions.merge(organizations=[office.union], into=office.away, **told()),
    "split_from": lambda office: actions.split(
        organization=office.cell, name="Chi bộ A2", type=office.cell.type, founding=True, members=9, **told()
    ),
    "dissolved": lambda office: actions.dissolve(organization=office.union, **told()),
    "formed_by_merger": lambda office: actions.merge(
        organizations=[office.cell, office.cell_beside], name="Chi bộ AB", type=office.cell.type, zone=office.other,
        **told(),
    ),
    "suspended": lambda office: actions.suspend(organization=office.union, **told()),
    "resumed": lambda office: actions.resume(organization=office.asleep, **told()),
    "renamed": lambda office: actions.rename(organization=office.cell, new_name="Chi bộ Mới", **told()),
    "retyped": lambda office: actions.retype(
        organization=office.union, to_type=make.type_("union_section"), **told()
    ),
    "admitted": members("admitted", "cell"),
    "recognised": members("recognised", "cell"),
    "joined": members("joined", "union"),
    "left": members("left", "union"),
    "member_transferred_in": members("member_transferred_in", "youth"),
    "member_transferred_out": members("member_transferred_out", "cell"),
    "removed": members("removed", "cell"),
}  # fmt: skip


def move(**values):
    """The enterprise that leads organisations is said to be otherwise from today, or to have been all along."""

    def act(office):
        given = {name: make.park(value) if name == "park" else value for name, value in values.items()}
        actions.change_enterprise(enterprise=office.host, by=make.system(), reason=WHY, **given)

    return act


def edit_type(code, **values):
    def act(office):
        row = OrganizationType.objects.get(code=code)
        for name, value in values.items():
            assert getattr(row, name) != value
            setattr(row, name, value)
        save_catalogue_row(row=row, by=make.system(), reason=WHY)

    return act


def merge_hosts(office):
    actions.merge_duplicates(survivor=office.twin_host, duplicate=office.host, by=make.system(), reason=WHY)


def merge_and_separate_hosts(office):
    merge_hosts(office)
    actions.unmerge(duplicate=Enterprise.objects.get(pk=office.host.pk), by=make.system(), reason=WHY)


def merge_twice_recorded(office):
    """The second row was founded today, by mistake; its founding is taken back."""
    again = make.organization("Công đoàn D lần nữa", zone=office.cluster, type="union_base", on=TODAY, reason=WHY)
    actions.merge_duplicates(survivor=office.union, duplicate=again, by=make.system(), reason=WHY)
    return again


def separate_twice_recorded(office):
    again = merge_twice_recorded(office)
    actions.unmerge(duplicate=Organization.objects.get(pk=again.pk), by=make.system(), reason=WHY)


def close_zone(office):
    """A reorganisation: the cluster ends today, its successor under another committee takes its organisations."""
    new = make.zone("HP-KHAC-1", parent=office.other, valid_from=TODAY)
    rows = Organization.objects.live().filter(zone=office.cluster, dissolved_on=None)
    actions.transfer(organizations=rows, to_zone=new, **told())
    Zone.objects.filter(pk=office.cluster.pk).update(valid_to=TODAY, successor=new)


def lead_by_another(office):
    actions.cover(organization=office.cell, enterprise=office.twin_host, lead=True, valid_from=TODAY, by=make.system())


OTHER_ACTS = {
    "an enterprise moves to another park": move(park=THERE),
    "an enterprise is said to have moved years ago": move(park=THERE, moved_on=date(2023, 1, 1)),
    "an enterprise changes hands": move(ownership="fdi_wholly"),
    "an enterprise closes": move(status="dissolved"),
    "two rows of an enterprise become one": merge_hosts,
    "and two again": merge_and_separate_hosts,
    "an organisation recorded once more today": merge_twice_recorded,
    "and separated again": separate_twice_recorded,
    "another enterprise leads a joint cell": lead_by_another,
    "a type counts as new no longer": edit_type("party_cell", counts_as_new=False),
    "a type counts as new from now on": edit_type("union_section", counts_as_new=True),
    "a type is called otherwise": edit_type("union_base", name="Công đoàn cơ sở doanh nghiệp"),
    "a zone is closed and its successor opened": close_zone,
    "a zone is opened": lambda office: make.zone("HP-MOI", valid_from=TODAY),
    "a park goes to another zone": lambda office: actions.place_park(
        park=make.park(HERE), zone=office.other, valid_from=TODAY, by=make.system()
    ),
    "a target of this year": lambda office: make.target(zone=office.kkt, year=2026, low=9),
    "a superior": lambda office: actions.change_organization(
        organization=office.cell, parent=office.committee, by=make.system(), reason=WHY
    ),
}


def test_every_kind_of_event_has_its_act():
    assert KINDS.keys() == {kind.value for kind in Kind}


@pytest.mark.parametrize(
    "acts",
    [pytest.param(KINDS, id="kinds of events"), pytest.param(OTHER_ACTS, id="other acts", marks=pytest.mark.full)],
)
def test_earlier_years_stay_whatever_happens_today(db, acts, subtests):
    with time_machine.travel(NOW, tick=True):
        office = Office()
        before = office.figures()
        last = Event.objects.latest("pk").pk
        for name, act in acts.items():
            with subtests.test(name), transaction.atomic():
                office.refresh()
                act(office)
                recorded = set(Event.objects.filter(pk__gt=last).values_list("kind", flat=True))
                assert name in recorded or name not in KINDS
                after = office.figures()
                assert {key: (before[key], figure) for key, figure in after.items() if figure != before[key]} == {}
                transaction.set_rollback(True)

    assert {figure[4] for key, figure in before.items() if key[2] != "lines"} == set(Standing)


def test_only_what_says_that_an_earlier_year_was_otherwise_changes_it(db):
    """The comparison sees what it should: a correction, a founding of last year that is found to be the same one."""
    with time_machine.travel(NOW, tick=True):
        office = Office()
        before = office.figures()
        admission = Event.objects.filter(kind="admitted", effective_on__year=2024).get()

        actions.correct(event=admission, quantity=41, reason="Ghi thiếu", by=make.system())

        changed = {key[2] for key, figure in office.figures().items() if figure != before[key]}
        assert changed == {2024, "lines"}
