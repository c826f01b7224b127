"""Whatever happens to organisations, in whatever order it is entered: ledger, totals and register stay one."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import accumulate

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from organizations import actions, audit
from organizations.lifecycle import COUNTS_MEMBERS
from organizations.models import Event, MonthTotal, Organization, YearTotal
from organizations.problems import Conflict, Refused
from tests import make
from tests.traces import contents

START = date(2022, 1, 1)
TYPES = ["party_cell", "party_subcell", "party_committee", "union_base", "union_section", "youth_cell"]
REFUSALS = (Refused, Conflict, PermissionDenied)
WHY = "Theo thực tế"


class Office:
    """Two zones and a clerk who tries whatever the drawn numbers say; each try is done whole or refused whole."""

    def __init__(self, zones):
        self.zones, self.done, self.refused = zones, Counter(), Counter()
        self.held = contents()

    def organization(self, pick):
        rows = list(Organization.objects.order_by("pk"))
        return rows[pick % len(rows)] if rows else None

    def attempt(self, verb, pick, other, day, size):
        try:
            with transaction.atomic():
                getattr(self, verb)(self.organization(pick), pick, other, START + timedelta(days=day), size)
        except REFUSALS:
            self.refused[verb] += 1
            assert contents() == self.held
        except Nothing:
            pass
        else:
            self.done[verb] += 1
            self.held = contents()

    def found(self, row, pick, other, day, size):
        zone = self.zones[pick % len(self.zones)]
        make.organization(zone=zone, type=TYPES[other % len(TYPES)], on=day, reason=WHY)

    def members(self, row, pick, other, day, size):
        kinds = [
            "admitted",
            "recognised",
            "joined",
            "left",
            "removed",
            "member_transferred_in",
            "member_transferred_out",
        ]
        draft = actions.Draft(
            kinds[other % len(kinds)], some(row), effective_on=day, quantity=size, female=size // 2, workers=size // 3
        )
        actions.record(drafts=[draft], by=make.system(), reason=WHY)

    def life(self, row, pick, other, day, size):
        kinds = ["suspended", "resumed", "dissolved", "renamed"]
        kind = kinds[other % len(kinds)]
        name = f"Tên {size}" if kind == "renamed" else ""
        draft = actions.Draft(kind, some(row), effective_on=day, new_name=name)
        actions.record(drafts=[draft], by=make.system(), reason=WHY)

    def retype(self, row, pick, other, day, size):
        act = [actions.upgrade, actions.downgrade, actions.retype][size % 3]
        type_ = make.type_(TYPES[other % len(TYPES)])
        act(organization=some(row), to_type=type_, decision=make.decision(on=day), by=make.system(), reason=WHY)

    def hand_over(self, row, pick, other, day, size):
        zone = self.zones[other % len(self.zones)]
        actions.transfer(
            organizations=[some(row)], to_zone=zone, decision=make.decision(on=day), by=make.system(), reason=WHY
        )

    def merge(self, row, pick, other, day, size):
        into = self.organization(other)
        actions.merge(
            organizations=[some(row)], into=into, decision=make.decision(on=day), by=make.system(), reason=WHY
        )

    def split(self, row, pick, other, day, size):
        some(row)
        actions.split(
            organization=row, name=f"Tách {size}", type=row.type, members=size, founding=bool(other % 2),
            decision=make.decision(on=day), by=make.system(), reason=WHY,
        )  # fmt: skip

    def correct(self, row, pick, other, day, size):
        changes = [
            {"quantity": size},
            {"date": day},
            {"quantity": size, "female": None, "workers": None},
            {"note": "x"},
        ]
        actions.correct(event=self.event(pick), reason=WHY, by=make.system(), **changes[other % len(changes)])

    def reverse(self, row, pick, other, day, size):
        actions.reverse(event=self.event(pick), reason=WHY, by=make.system())

    def event(self, pick):
        events = list(Event.objects.order_by("pk"))
        return events[-1 - pick % len(events)] if events else some(None)


class Nothing(Exception):
    """There is nothing yet that the verb could act on."""


def some(row):
    if row is None:
        raise Nothing
    return row


def stocks_by_day():
    """The stock of organisations by zone and type, and of members by organisation, after each day."""
    changes = defaultdict(Counter)
    for event in Event.objects.order_by("effective_on"):
        if event.kind in COUNTS_MEMBERS:
            changes["members", event.organization_id][event.effective_on] += event.stock_delta
            continue
        step = (-1 if event.reverses_id else 1) if event.from_type_id else 0
        changes["organizations", event.zone_id, event.type_id][event.effective_on] += event.stock_delta + step
        if step:
            changes["organizations", event.zone_id, event.from_type_id][event.effective_on] -= step
    return {key: list(accumulate(days.values())) for key, days in changes.items()}


VERBS = ["found", "members", "life", "retype", "hand_over", "merge", "split", "correct", "reverse"]
small = st.integers(0, 11)
TRY = st.tuples(
    st.sampled_from(["found", "members", "correct", *VERBS]), small, small, st.integers(0, 900), st.integers(0, 9)
)


def live_through(tries, zones):
    """One history: found two organisations, then whatever was drawn."""
    office = Office(zones)
    with transaction.atomic():
        for beginning in [
            ("found", 0, 0, 10, 1),
            ("members", 0, 5, 20, 9),
            ("found", 0, 3, 30, 1),
            ("members", 1, 2, 40, 9),
        ]:
            office.attempt(*beginning)
        for one in tries:
            office.attempt(*one)

        assert audit.differences() == []
        assert {key: stock for key, stock in stocks_by_day().items() if min(stock) < 0} == {}
        standing = Counter(
            Organization.objects.filter(status__in=["active", "suspended"]).values_list("zone_id", "type_id")
        )
        counted = {key[1:]: stock[-1] for key, stock in stocks_by_day().items() if key[0] == "organizations"}
        assert {key: stock for key, stock in counted.items() if stock} == standing
        for table in (YearTotal, MonthTotal):
            rows = table.objects.exclude(kind__in=COUNTS_MEMBERS).values_list("zone_id", "type_id")
            stored = {(zone, type_): stock for zone, type_, stock in rows.annotate(Sum("stock_delta")) if stock}
            assert stored == standing
        transaction.set_rollback(True)
    return office


def property_test(examples, unseen=0):
    """``live_through`` on that many histories, always the same; at most ``unseen`` verbs may never have succeeded."""
    seen = Counter()

    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.lists(TRY, min_size=6, max_size=20))
    def run(tries):
        seen.update(live_through(tries, zones).done)

    zones = [make.zone("HP-KKT"), make.zone("HP-KHAC")]
    run()
    missing = set(VERBS) - seen.keys()
    assert len(missing) <= unseen, f"{missing} never succeeded: the sample proves little"


def test_a_sample_of_histories_keeps_ledger_totals_and_register_one(db):
    property_test(25, unseen=2)


@pytest.mark.full
def test_a_thousand_histories_keep_ledger_totals_and_register_one(db):
    property_test(1000)
