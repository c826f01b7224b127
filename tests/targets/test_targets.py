"""Promises: what a zone was given, by which decision, from when; a revision is a new version with its reason."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from organizations import audit
from organizations.problems import Conflict, Refused
from targets.actions import TargetDraft, assign_targets
from targets.models import Indicator, Target, TargetVersion, Term
from tests import make
from tests.traces import no_trace

JUNE, OCTOBER = date(2024, 6, 1), date(2024, 10, 1)


def codes(refusal):
    return [problem.code for problems in refusal.value.by_row.values() for problem in problems]


def held(target, day=None, known_at=None):
    """The range in force on ``day``: the last version recorded whose decision had been taken by then."""
    version = TargetVersion.objects.filter(target=target).known_at(known_at).holding(day).order_by("number").last()
    return version and (version.low, version.high)


def test_a_target_is_a_range_with_its_decision(kkt, minh):
    decision = make.decision(on=JUNE)
    target = make.target(zone=kkt, low=5, high=7, decision=decision, by=minh)

    version = target.versions.get()
    assert (version.low, version.high, version.decision, version.holds_from) == (5, 7, decision, JUNE)
    assert (version.number, version.recorded_by, target.version) == (1, minh, 1)


def test_a_revision_is_a_new_version_and_needs_a_reason(kkt):
    target = make.target(zone=kkt, low=5, high=7)

    with no_trace(), pytest.raises(Refused) as refusal:
        make.target(zone=kkt, low=8)
    assert codes(refusal) == ["required"]

    assert make.target(zone=kkt, low=8, reason="Điều chỉnh theo Công văn 12").pk == target.pk
    assert list(target.versions.values_list("number", "low", "reason")) == [
        (1, 5, ""),
        (2, 8, "Điều chỉnh theo Công văn 12"),
    ]


def test_the_same_range_again_writes_nothing(kkt):
    draft = TargetDraft(kkt, make.indicator("union_orgs"), 2024, Decimal("5.0"), Decimal(7))
    assert assign_targets(drafts=[draft], by=make.system())[1] == ["created"]

    outcomes = assign_targets(drafts=[draft], by=make.system())[1]
    assert outcomes == ["unchanged"]
    assert TargetVersion.objects.count() == 1


def test_which_range_was_in_force_on_a_day_and_as_known_at_a_moment(kkt):
    target = make.target(zone=kkt, low=5, decision=make.decision(on=JUNE))
    first = target.versions.get().recorded_at
    make.target(zone=kkt, low=9, decision=make.decision(on=OCTOBER), reason="Bổ sung")

    assert held(target, date(2024, 5, 31)) is None
    assert held(target, JUNE) == held(target, date(2024, 9, 30)) == (5, 5)
    assert held(target, OCTOBER) == held(target) == (9, 9)
    assert held(target, OCTOBER, known_at=first) == (5, 5)


def test_without_a_decision_a_target_holds_from_new_year(kkt):
    target = make.target(zone=kkt, low=5, year=2024)

    assert held(target, date(2023, 12, 31)) is None
    assert held(target, date(2024, 1, 1)) == (5, 5)


def test_two_who_revise_at_once_the_second_is_told(kkt):
    target = make.target(zone=kkt, low=5)
    make.target(zone=kkt, low=6, reason="Bổ sung", version=1)

    with no_trace(), pytest.raises(Conflict):
        make.target(zone=kkt, low=7, reason="Bổ sung", version=1)
    assert held(target) == (6, 6)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"low": 7, "high": 5}, "range"),
        ({"low": -1}, "range"),
        ({"year": 1929}, "range"),
        ({"year": 2101}, "range"),
        ({"low": Decimal("5.12345")}, "invalid"),
        ({"low": Decimal(10) ** 11}, "invalid"),
        ({"published_percent": Decimal("100.1234")}, "invalid"),
        ({"reason": "x" * 501}, "too_long"),
    ],
)
def test_a_target_that_cannot_be_is_refused(kkt, values, code):
    with no_trace(), pytest.raises(Refused) as refusal:
        make.target(**({"zone": kkt} | values))
    assert code in codes(refusal)


def test_a_rate_is_kept_exactly_and_its_seal_holds(kkt):
    target = make.target(zone=kkt, low=Decimal("12.50"), high=Decimal("12.5"), published_percent=Decimal("105.3"))

    assert held(target) == (Decimal("12.5"), Decimal("12.5"))
    assert audit.differences() == []


def test_the_database_itself_refuses_a_range_upside_down(kkt):
    row = make.target(zone=kkt, low=5).versions.get()
    row.pk, row.seq, row.number, row.low = None, 999, 2, 6
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_zone_has_one_target_for_an_indicator_and_year(kkt):
    target = make.target(zone=kkt)
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.create(zone=kkt, indicator=target.indicator, year=target.year)


def test_many_targets_are_given_in_one_act_or_none_of_them(kkt, other_zone):
    indicators = list(Indicator.objects.all())
    drafts = [TargetDraft(zone, row, 2024, 5, 7) for zone in (kkt, other_zone) for row in indicators]
    bad = TargetDraft(kkt, indicators[0], 2025, 7, 5)

    with no_trace(), pytest.raises(Refused) as refusal:
        assign_targets(drafts=[*drafts, bad], by=make.system())
    assert list(refusal.value.by_row) == [len(drafts)]

    targets, outcomes = assign_targets(drafts=drafts, by=make.system())
    assert outcomes == ["created"] * 14
    assert len({row.recorded_at for row in TargetVersion.objects.all()}) == 1
    assert [(row.zone, row.indicator) for row in targets] == [(draft.zone, draft.indicator) for draft in drafts]


def test_many_targets_cost_as_many_questions_as_one(city, django_assert_max_num_queries):
    indicators, by = list(Indicator.objects.all()), make.system()
    zones = [make.zone() for _ in range(6)]
    drafts = [TargetDraft(zone, row, 2024, 5, 7) for zone in zones for row in indicators]

    with django_assert_max_num_queries(14):
        assign_targets(drafts=drafts, by=by)


def test_a_term_reports_its_years(db):
    assert str(Term.holding(2025)) == "2020–2025"
    assert str(Term.holding(2026)) == "2025–2030"
    assert Term.holding(2019) is None
