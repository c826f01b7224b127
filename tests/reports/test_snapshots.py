"""Freezing figures, and what becomes of them: drafted, submitted, accepted or returned, reopened, withdrawn."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from organizations.actions.checks import Locks
from organizations.audit import differences
from organizations.models import Change
from organizations.problems import Conflict, Refused
from reports.models import Snapshot, State
from reports.snapshots import actions
from reports.snapshots.difference import moved
from reports.snapshots.freeze import KEPT
from reports.snapshots.knowingly import LeftBehind
from reports.snapshots.verify import verify
from reports.snapshots.words import told_apart
from targets.models import Indicator, TargetVersion
from targets.periods import Period
from tests import make
from tests.traces import no_trace

pytestmark = pytest.mark.django_db

YEAR = Period(2024)
END = YEAR.last_day


def codes(refusal):
    return [problem.code for problems in refusal.value.by_row.values() for problem in problems]


@pytest.fixture
def facts(kkt, cluster):
    """Two unions of 2024 in HP-KKT (one of them below it), 30 joined less a reversal of 5, and a target of 5–7."""
    union = make.organization(zone=kkt, type="union_base")
    make.organization(zone=cluster, type="union_base")
    make.joining(union, 30)
    make.actions.reverse(event=make.joining(union, 5, on=date(2024, 6, 3)), reason="Nhập nhầm", by=make.system())
    make.target(zone=kkt, indicator="union_orgs", low=5, high=7)
    return union


@pytest.fixture
def frozen(facts, kkt, lan):
    return actions.draft(zone=kkt, period=YEAR, as_of=END, by=lan)


def test_a_draft_keeps_the_figures_their_target_and_every_event(frozen, kkt, cluster):
    unions, members = (frozen.figures.get(code=code) for code in ("union_orgs", "union_members"))
    assert (unions.actual, unions.low, unions.high, unions.percent, unions.standing) == (2, 5, 7, "40.0", "below")
    assert unions.target_version.target.zone == kkt
    assert (members.actual, members.standing) == (30, "no_target")
    assert len(members.event_ids) == 3, "the reversed one and its reversal stand beside the one that counts"
    assert frozen.figures.get(code="party_orgs").actual is None, "nothing was reported: that is no zero"
    assert frozen.zone_ids == [kkt.pk, cluster.pk]
    assert differences() == []


def test_nothing_is_known_to_a_draft_that_was_recorded_after_it(frozen, facts):
    make.joining(facts, 4, on=date(2024, 7, 1))
    assert facts.events.filter(recorded_at__lte=frozen.known_at).count() == 4
    assert frozen.figures.get(code="union_members").actual == 30


def test_a_period_that_has_not_begun_and_a_day_to_come_are_refused(kkt, lan):
    tomorrow = timezone.localdate() + timedelta(days=1)
    for period, as_of, code in ((YEAR, date(2023, 12, 31), "not_begun"), (Period(tomorrow.year), tomorrow, "future")):
        with pytest.raises(Refused) as refusal, no_trace():
            actions.draft(zone=kkt, period=period, as_of=as_of, by=lan)
        assert codes(refusal) == [code]


def test_one_snapshot_of_a_period_is_open_at_a_time_and_the_next_has_the_next_number(frozen, kkt, lan):
    with pytest.raises(Refused) as refusal, no_trace():
        actions.draft(zone=kkt, period=YEAR, as_of=END, by=lan)
    assert codes(refusal) == ["open"]
    actions.withdraw(snapshot=frozen, by=lan, reason="Nhập thiếu")
    assert actions.draft(zone=kkt, period=YEAR, as_of=END, by=lan).number == 2


def test_who_is_not_of_the_zone_drafts_nothing(facts, kkt, hoa, quan, minh):
    for person in (hoa, quan, minh):
        with pytest.raises(PermissionDenied), no_trace():
            actions.draft(zone=kkt, period=YEAR, as_of=END, by=person)


def test_acceptance_closes_the_days_of_the_zone_and_of_those_below(frozen, kkt, cluster, quan, minh, other_zone):
    row = actions.submit(snapshot=frozen, by=quan)
    row = actions.accept(snapshot=row, by=minh)
    assert (row.state, row.submitted_by, row.decided_by) == (State.ACCEPTED, quan, minh)
    assert (row.lock.valid_from, row.lock.valid_to) == (YEAR.first_day, END)
    locks = Locks([kkt.pk, cluster.pk, other_zone.pk])
    told = str(locks.problem(cluster.pk, make.DAY))
    assert "năm 2024, lần 1" in told, told
    assert locks.problem(other_zone.pk, make.DAY) is None and locks.problem(kkt.pk, date(2025, 1, 1)) is None
    assert differences() == []


def test_a_return_keeps_the_reason_of_each_figure_and_the_next_draft_counts_on(frozen, kkt, lan, quan, minh):
    row = actions.submit(snapshot=frozen, by=quan)
    figure = row.figures.get(code="union_orgs")
    with pytest.raises(Refused), no_trace():
        actions.send_back(snapshot=row, by=minh)
    with pytest.raises(Refused), no_trace():
        actions.send_back(snapshot=row, by=minh, reasons={0: "không có"})
    row = actions.send_back(snapshot=row, by=minh, reasons={figure.pk: "Thiếu một công đoàn"})
    assert row.state == State.RETURNED and [remark.reason for remark in figure.remarks.all()] == ["Thiếu một công đoàn"]
    change = Change.objects.filter(model="reports.snapshot").first()
    assert change.after == {"state": "returned", "remarks": {"union_orgs": "Thiếu một công đoàn"}}
    assert actions.draft(zone=kkt, period=YEAR, as_of=END, by=lan).number == 2


def test_reopening_lifts_its_own_lock_and_names_what_else_closes_the_days(facts, kkt, minh):
    make.snapshot(zone=kkt, period="2023", state="accepted")
    half = make.snapshot(zone=kkt, period="2024-6M", state="accepted")
    year = make.snapshot(zone=kkt, period="2024", state="accepted")
    with pytest.raises(Refused), no_trace():
        actions.reopen(snapshot=year, by=minh, reason=" ")
    row = actions.reopen(snapshot=year, by=minh, reason="Bổ sung quyết định")
    assert (row.state, row.reason, row.ended_by) == (State.REOPENED, "Bổ sung quyết định", minh)
    assert row.lock.lifted_by == minh and row.lock.lift_reason == "Bổ sung quyết định"
    assert [lock.snapshot for lock in actions.still_closing(row)] == [half]
    locks = Locks([kkt.pk])
    assert locks.problem(kkt.pk, date(2024, 7, 1)) is None and locks.problem(kkt.pk, date(2024, 6, 30))


def test_a_draft_that_the_ledger_has_left_behind_is_not_signed_unknowingly(frozen, facts, quan):
    make.joining(facts, 4, on=date(2024, 7, 1))
    with pytest.raises(Refused) as refusal, no_trace():
        actions.submit(snapshot=frozen, by=quan)
    assert codes(refusal) == ["moved"] and "30" in str(refusal.value) and "34" in str(refusal.value)
    assert actions.submit(snapshot=frozen, by=quan, anyway=True).state == State.SUBMITTED


def test_a_submission_that_the_ledger_has_left_behind_is_not_accepted_unknowingly(frozen, facts, quan, minh):
    actions.submit(snapshot=frozen, by=quan)
    make.joining(facts, 4, on=date(2024, 7, 1))
    frozen.refresh_from_db()
    with pytest.raises(Refused) as refusal, no_trace():
        actions.accept(snapshot=frozen, by=minh)
    assert codes(refusal) == ["moved"] and "30" in str(refusal.value) and "34" in str(refusal.value)
    row = actions.accept(snapshot=frozen, by=minh, anyway=True)
    assert row.state == State.ACCEPTED and row.lock is not None


def test_what_was_seen_is_confirmed_and_nothing_that_came_after(frozen, facts, quan):
    make.joining(facts, 4, on=date(2024, 7, 1))
    with pytest.raises(LeftBehind) as first, no_trace():
        actions.submit(snapshot=frozen, by=quan)
    make.joining(facts, 5000, on=date(2024, 7, 2))
    with pytest.raises(LeftBehind) as second, no_trace():
        actions.submit(snapshot=frozen, by=quan, anyway=True, seen=first.value.seen)
    assert "5.034" in str(second.value) and first.value.seen != second.value.seen
    for unseen in ("", "x"):
        with pytest.raises(LeftBehind), no_trace():
            actions.submit(snapshot=frozen, by=quan, anyway=True, seen=unseen)
    assert actions.submit(snapshot=frozen, by=quan, anyway=True, seen=second.value.seen).state == State.SUBMITTED


def test_a_movement_that_reads_the_same_in_numbers_is_another_one(frozen, facts, cluster, quan):
    make.joining(facts, 4, on=date(2024, 7, 1))
    with pytest.raises(LeftBehind) as seen:
        actions.submit(snapshot=frozen, by=quan)
    make.declaration("nothing_to_report", zone=cluster, indicator="union_members")
    with pytest.raises(LeftBehind), no_trace():
        actions.submit(snapshot=frozen, by=quan, anyway=True, seen=seen.value.seen)


def test_what_moved_and_moved_back_needs_no_confirmation_and_is_not_told(frozen, facts, quan):
    late = make.joining(facts, 4, on=date(2024, 7, 1))
    with pytest.raises(LeftBehind) as seen:
        actions.submit(snapshot=frozen, by=quan)
    make.actions.reverse(event=late, reason="Nhập nhầm", by=make.system())
    actions.submit(snapshot=frozen, by=quan, anyway=True, seen=seen.value.seen)
    assert Change.objects.filter(model="reports.snapshot").first().after == {"state": "submitted"}


def test_what_was_signed_knowingly_stays_in_the_ledger_and_proves_itself(frozen, facts, quan, minh):
    make.joining(facts, 4, on=date(2024, 7, 1))
    row = actions.submit(snapshot=frozen, by=quan, anyway=True)
    make.joining(facts, 3, on=date(2024, 7, 1))
    with translation.override("en"):
        row = actions.accept(snapshot=row, by=minh, anyway=True)
    accepted, submitted, drafted = Change.objects.filter(model="reports.snapshot")
    name = frozen.figures.get(code="union_members").name
    kept = {"code": "union_members", "name": name, "frozen": "30"}
    assert submitted.after == {"state": "submitted", "moved": [kept | {"now": "34"}]}
    assert accepted.after["moved"] == [kept | {"now": "37"}] and accepted.after["lock"]["id"] == row.lock_id
    assert "moved" not in drafted.after
    assert verify(row) == [] and differences() == []


def both_words(row):
    return [(one.told()["frozen"], one.told()["now"]) for one in moved(row)]


def test_a_target_assigned_again_with_the_same_range_holds_nobody_up(frozen, kkt, quan):
    make.target(zone=kkt, indicator="union_orgs", low=5, high=7, published_percent="60", reason="Ghi tỷ lệ công bố")
    assert TargetVersion.objects.filter(recorded_at__gt=frozen.known_at).count() == 1
    assert actions.submit(snapshot=frozen, by=quan).state == State.SUBMITTED


def test_figures_that_moved_without_another_result_say_what_is_other(frozen, cluster, kkt):
    make.declaration("nothing_to_report", zone=cluster, indicator="union_members")
    ((then, now),) = both_words(frozen)
    assert then != now and cluster.name in then and cluster.name not in now, (then, now)


def test_an_indicator_retired_since_is_told_apart_from_one_without_figures(frozen):
    Indicator.objects.filter(code="party_orgs").update(is_active=False)
    assert both_words(frozen) == [("—", "không tính")]


def test_whatever_a_signer_reads_is_never_told_in_equal_words(frozen):
    was = {name: getattr(frozen.figures.get(code="union_members"), name) for name in KEPT}
    other = {
        "numerator": 3, "denominator": 4, "unknown": 1, "read_on": END, "no_figure": "unknown", "percent": "40.0",
        "percent_of_high": "20.0", "standing": "not_reported", "reported": not was["reported"], "missing": ["KHÁC"],
        "pace": "behind", "expected": "3.0",
    }  # fmt: skip
    assert other.keys() | {"actual", "low", "high", "target_version_id"} == set(KEPT)
    for name, value in other.items():
        then, now = told_apart(was, was | {name: value}, {})
        assert then != now, name


def test_of_two_who_press_at_once_one_wins(frozen, quan, lan):
    seen = Snapshot.objects.get(pk=frozen.pk)
    actions.submit(snapshot=frozen, by=quan)
    with pytest.raises(Conflict), no_trace():
        actions.withdraw(snapshot=seen, by=lan, reason="Rút lại")
    with pytest.raises(Conflict), no_trace():
        actions.withdraw(snapshot=frozen, by=lan, reason="Rút lại", version=1)


@pytest.mark.parametrize(("period", "actual"), [("2024-Q1", None), ("2024-Q2", 30), ("2024-6M", 30), ("2024-9M", 37)])
def test_a_part_of_the_year_counts_its_days_and_keeps_their_events(facts, kkt, lan, period, actual):
    make.joining(facts, 7, on=date(2024, 9, 30))
    period = Period.parse(period)
    row = actions.draft(zone=kkt, period=period, as_of=END, by=lan)
    figure = row.figures.get(code="union_members")
    assert figure.actual == actual
    quantities = facts.events.filter(pk__in=figure.event_ids).values_list("quantity", flat=True)
    assert sum(quantities) == (actual or 0)
    assert row.until == period.last_day


def test_the_latest_of_a_period_is_the_last_that_was_not_withdrawn(facts, kkt):
    first = make.snapshot(zone=kkt, state="returned")
    make.snapshot(zone=kkt, state="withdrawn")
    assert list(Snapshot.objects.latest()) == [first]
    assert list(Snapshot.objects.of_period(YEAR).in_state(State.WITHDRAWN).values_list("number", flat=True)) == [2]
