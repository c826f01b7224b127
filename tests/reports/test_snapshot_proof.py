"""A snapshot proves itself: sealed, computed anew from the ledger, and compared with now."""

import json
import re
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from organizations import guards
from organizations.audit import differences
from organizations.models import Change, Event, PeriodLock
from organizations.problems import Refused
from reports.models import Snapshot, SnapshotFigure, SnapshotRemark
from reports.snapshots import actions, freeze
from reports.snapshots.difference import difference
from reports.snapshots.verify import verify
from targets import measures
from targets.actions import save_indicator
from targets.models import Indicator
from targets.periods import Period
from tests import make

pytestmark = pytest.mark.django_db

YEAR = Period(2024)


@pytest.fixture
def union(kkt, cluster):
    """A union of HP-KKT with 30 joined, and one below it."""
    make.organization(zone=cluster, type="union_base")
    union = make.organization(zone=kkt, type="union_base")
    make.joining(union, 30)
    make.target(zone=kkt, indicator="union_orgs", low=5, high=7)
    return union


@pytest.fixture
def frozen(union, kkt, lan):
    return actions.draft(zone=kkt, period=YEAR, as_of=YEAR.last_day, by=lan)


@pytest.fixture
def behind_the_guards():
    """Lets a test forge rows as somebody with the keys to the database could."""
    guards.uninstall()
    yield
    guards.install()


def of(snapshot, code):
    return next(row for row in difference(snapshot, make.system()) if row.indicator.code == code)


# ------------------------------------------------------------------------------------------ it stays


@pytest.mark.parametrize("model", [Snapshot, SnapshotFigure, SnapshotRemark])
def test_the_database_refuses_to_change_what_was_frozen(kkt, model, minh):
    row = make.snapshot(zone=kkt, state="submitted")
    actions.send_back(snapshot=row, by=minh, reasons={row.figures.first().pk: "Thiếu"})
    table = model._meta.db_table
    names = model.written_once or [field.name for field in model._meta.concrete_fields]
    columns = [model._meta.get_field(name).column for name in names]
    statements = [f'UPDATE {table} SET "{column}" = "{column}"' for column in columns] + [f"DELETE FROM {table}"]
    if connection.vendor == "postgresql":
        statements.append(f"TRUNCATE {table} CASCADE")
    else:
        statements.append(f"REPLACE INTO {table} SELECT * FROM {table}")
    connection.check_constraints()  # PostgreSQL truncates no table with checks put off to the end of the transaction
    for statement in statements:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)


def test_the_database_lets_nobody_decide_on_their_own(kkt, lan):
    row = make.snapshot(zone=kkt, by=lan, state="submitted")
    for author in (lan, row.submitted_by):
        with pytest.raises(IntegrityError), transaction.atomic():
            Snapshot.objects.filter(pk=row.pk).update(decided_by=author)


def test_the_database_takes_no_period_of_a_year_nobody_reports(frozen, behind_the_guards):
    for year in (1, 1929, 2101):
        days = {"first_day": date(year, 1, 1), "last_day": date(year, 12, 31), "as_of": date(year, 12, 31)}
        with pytest.raises(IntegrityError, match="snapshot_year_in_range"), transaction.atomic():
            Snapshot.objects.filter(pk=frozen.pk).update(**days)


# ------------------------------------------------------------------------------------------ verified


def test_it_is_verified_whatever_was_recorded_and_redefined_since(frozen, union, cluster, kkt):
    make.joining(union, 4, on=date(2024, 7, 1))
    make.organization(zone=make.zone("HP-KKT-2", parent=kkt), type="union_base")
    make.target(zone=kkt, indicator="union_orgs", low=8, high=9, reason="Giao lại")
    cluster.valid_to = date(2023, 12, 31)
    cluster.save()
    Indicator.objects.filter(code="union_members").update(measure="members_net", is_active=False)
    assert verify(frozen) == []
    assert differences(thorough=True) == []


@pytest.mark.parametrize(
    ("forged", "column"),
    [({"actual": Decimal(31)}, "actual"), ({"event_ids": []}, "event_ids"), ({"standing": "met"}, "standing")],
)
def test_a_forged_figure_is_named(frozen, behind_the_guards, forged, column):
    SnapshotFigure.objects.filter(snapshot=frozen, code="union_members").update(**forged)
    found = verify(frozen)
    assert {finding.column for finding in found} == {"hash", column}
    texts = [finding.text for finding in found]
    assert any("Đoàn viên công đoàn" in text for text in texts), texts
    assert not [text for text in texts if re.search(r"\b(met|below|no_target|not_reported)\b", text)], texts
    with pytest.raises(Exception, match="niêm phong"):
        actions.submit(snapshot=frozen, by=make.user(role="leader", zone=frozen.zone))


def test_a_forger_who_seals_anew_is_given_away_by_the_ledger(frozen, behind_the_guards, monkeypatch):
    SnapshotFigure.objects.filter(snapshot=frozen, code="union_orgs").update(low=1, high=1)
    from reports.snapshots.freeze import seal_of_snapshot

    stored = Snapshot.objects.get(pk=frozen.pk)
    Snapshot.objects.filter(pk=frozen.pk).update(hash=seal_of_snapshot(stored, stored.figures.all()))
    assert {(finding.code, finding.column) for finding in verify(frozen)} == {
        ("", "ledger"), ("union_orgs", "low"), ("union_orgs", "high"),
    }  # fmt: skip


def test_a_state_that_no_step_led_to_is_told_by_check_ledger(frozen):
    Snapshot.objects.filter(pk=frozen.pk).update(state="withdrawn")
    assert [row["check"] for row in differences()] == ["snapshots"]
    (found,) = verify(frozen)
    assert "“đã rút”, sổ ghi “đã lập”" in found.text


FORGED = {
    "submitted_by": lambda row: Snapshot.objects.filter(pk=row.pk).update(submitted_by=make.user()),
    "decided_at": lambda row: Snapshot.objects.filter(pk=row.pk).update(decided_at=row.drafted_at),
    "lifted_at": lambda row: PeriodLock.objects.filter(pk=row.lock_id).update(lifted_at=row.decided_at),
    "lock": lambda row: PeriodLock.objects.filter(pk=row.lock_id).update(valid_to=date(2024, 6, 30)),
}


@pytest.mark.parametrize("column", FORGED)
def test_who_took_a_step_and_what_it_closed_are_compared_with_the_ledger(kkt, union, column):
    row = make.snapshot(zone=kkt, state="accepted")
    assert verify(row) == [] and differences() == []
    FORGED[column](row)
    (found,) = verify(row)
    assert found.column.removesuffix("_id") == column and str(row) in found.text
    assert [one["check"] for one in differences()] == ["snapshots"]


def test_a_reopened_snapshot_says_who_lifted_its_lock(kkt, union):
    row = make.snapshot(zone=kkt, state="reopened")
    assert verify(row) == []
    PeriodLock.objects.update(lifted_by=None, lifted_at=None)
    assert {found.column for found in verify(row)} == {"lifted_by_id", "lifted_at"}


def test_a_measure_that_is_gone_is_told_and_stops_nothing(frozen, kkt, lan, monkeypatch):
    monkeypatch.delitem(measures.registry, "members_joined")
    members = frozen.figures.get(code="union_members")
    told = [finding for finding in verify(frozen) if finding.code == "union_members"]
    assert [(finding.column, "không còn cách tính" in finding.text) for finding in told] == [("definition", True)]
    assert {row["check"] for row in differences(thorough=True)} == {"frozen_figures"}
    row = of(frozen, members.code)
    assert row.lost and row.now is None and of(frozen, "union_orgs").now["actual"] == 2
    actions.withdraw(snapshot=frozen, by=lan, reason="Lập lại")
    with pytest.raises(Refused, match="không còn cách tính"):
        actions.draft(zone=kkt, period=YEAR, as_of=YEAR.last_day, by=lan)


def test_events_that_do_not_add_up_are_refused_in_words(union, kkt, lan, monkeypatch):
    monkeypatch.setattr(freeze, "counted_events", lambda *given, **more: Event.objects.none())
    with pytest.raises(Refused, match="không cộng đúng"):
        actions.draft(zone=kkt, period=YEAR, as_of=YEAR.last_day, by=lan)


def test_an_indicator_edited_while_a_draft_waits_is_frozen_as_it_was_edited(union, kkt, lan, monkeypatch):
    read, waiting = freeze.indicators_in_use, [True]

    def reading():
        found = read()
        if waiting:
            waiting.clear()
            indicator = Indicator.objects.get(code="union_members")
            indicator.measure = "members_net"
            save_indicator(indicator=indicator, types=indicator.types.all(), by=make.system(), reason="Đổi")
        return found

    monkeypatch.setattr(freeze, "indicators_in_use", reading)
    frozen = actions.draft(zone=kkt, period=YEAR, as_of=YEAR.last_day, by=lan)
    assert not waiting and frozen.figures.get(code="union_members").definition["measure"] == "members_net"
    assert not of(frozen, "union_members").redefined
    assert Change.objects.filter(model="targets.indicator").latest("pk").recorded_at < frozen.known_at


def test_the_command_says_whether_anything_differs(frozen, behind_the_guards):
    out = StringIO()
    call_command("verify_snapshot", frozen.pk, "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"snapshot": frozen.pk, "hash": frozen.hash, "differences": 0, "rows": []}
    SnapshotFigure.objects.filter(snapshot=frozen, code="union_members").update(actual=31)
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_snapshot", frozen.pk, "--json", stdout=out)
    assert ended.value.code == 1 and json.loads(out.getvalue())["differences"] == 2


# ------------------------------------------------------------------------------------------ against now


def test_nothing_differs_while_nothing_is_recorded(frozen):
    assert not any(row.differs or row.caused for row in difference(frozen, make.system()))


def test_what_was_recorded_since_is_named_and_adds_up(frozen, union, cluster):
    make.actions.correct(event=union.events.get(kind="joined"), quantity=28, reason="Gõ nhầm", by=make.system())
    make.joining(make.organization(zone=cluster, type="union_base"), 6)
    members, unions = of(frozen, "union_members"), of(frozen, "union_orgs")
    assert [event.quantity for event in members.events] == [-30, 28, 6]
    assert (members.was["actual"], members.event_sum, members.now["actual"], members.change) == (30, 4, 34, 4)
    assert (unions.was["actual"], unions.event_sum, unions.now["actual"]) == (2, 1, 3)


def test_what_lies_outside_its_days_and_zones_is_no_cause(frozen, union, other_zone):
    make.joining(union, 4, on=date(2025, 1, 1))
    make.joining(make.organization(zone=other_zone, type="union_base"), 6)
    assert not of(frozen, "union_members").caused


def test_a_correction_that_cancels_out_is_told_though_the_figure_is_the_same(frozen, union):
    make.actions.reverse(event=make.joining(union, 4), reason="Nhầm", by=make.system())
    row = of(frozen, "union_members")
    assert row.caused and not row.differs and [event.quantity for event in row.events] == [4, -4]


def test_a_new_target_and_a_declaration_are_causes(frozen, kkt, cluster):
    make.target(zone=kkt, indicator="union_orgs", low=8, high=9, reason="Giao lại")
    make.declaration("nothing_to_report", zone=cluster, indicator="party_orgs")
    unions, cells = of(frozen, "union_orgs"), of(frozen, "party_orgs")
    assert (unions.was["low"], unions.now["low"]) == (5, 8) and [row.number for row in unions.targets] == [2]
    assert cells.now["standing"] == "no_target" and [row.zone for row in cells.declarations] == [cluster]


def test_a_target_assigned_again_with_the_same_range_is_told_and_moves_nothing(frozen, kkt):
    make.target(zone=kkt, indicator="union_orgs", low=5, high=7, published_percent="60", reason="Ghi tỷ lệ công bố")
    row = of(frozen, "union_orgs")
    assert row.was["target_version_id"] != row.now["target_version_id"]
    assert row.caused and not row.differs and [version.number for version in row.targets] == [2]


@pytest.mark.parametrize(
    ("period", "as_of", "decided_on", "is_cause"),
    [
        ("2024-Q1", date(2024, 12, 31), date(2024, 3, 31), True),
        ("2024-Q1", date(2024, 12, 31), date(2024, 4, 1), False),
        ("2024", date(2024, 6, 30), date(2024, 6, 30), True),
        ("2024", date(2024, 6, 30), date(2024, 7, 1), False),
        ("2024", date(2025, 2, 28), date(2025, 1, 15), True),  # the year as it is told afterwards
    ],
)
def test_a_target_that_holds_only_from_a_later_day_is_no_cause(union, kkt, lan, period, as_of, decided_on, is_cause):
    row = actions.draft(zone=kkt, period=Period.parse(period), as_of=as_of, by=lan)
    decision = make.decision(on=decided_on)
    make.target(zone=kkt, indicator="union_orgs", low=8, high=9, decision=decision, reason="Giao lại")
    found = of(row, "union_orgs")
    assert (bool(found.targets), found.caused, found.now["low"] == 8) == (is_cause,) * 3


def test_an_indicator_counted_otherwise_now_says_what_that_changes(frozen, union):
    make.actions.leave(organization=union, quantity=3, effective_on=make.DAY, by=make.system())
    Indicator.objects.filter(code="union_members").update(measure="members_net")
    row = of(frozen, "union_members")
    assert row.redefined and (row.event_sum, row.definition_change, row.change) == (0, -3, -3)


# ------------------------------------------------------------------------------------------ rates


@pytest.fixture
def rates(kkt):
    """People admitted for each 100 members at the start of the year, and the share of enterprises with a union."""
    for code, measure, sector in (
        ("admission_share", "admission_rate", "party"), ("union_coverage", "enterprise_coverage", "union"),
    ):  # fmt: skip
        Indicator.objects.create(
            code=code, name=code, unit="%", sector=sector, measure=measure, factor=Decimal(100), order=90
        )
    host = make.enterprise(zone=kkt, workers=900)
    make.enterprise(zone=kkt, workers=90)
    make.organization(zone=kkt, type="union_base", enterprises=[host], on=date(2023, 5, 20))
    cell = make.organization(zone=kkt, members=40, on=date(2023, 5, 20))
    make.admission(cell, 3)
    return cell, host


def test_a_rate_keeps_what_was_divided_by_what_and_is_verified_though_the_register_changed(rates, kkt, lan):
    cell, host = rates
    row = actions.draft(zone=kkt, period=YEAR, as_of=YEAR.last_day, by=lan)
    share, coverage = (row.figures.get(code=code) for code in ("admission_share", "union_coverage"))
    assert (share.numerator, share.denominator, share.actual, len(share.event_ids)) == (3, 40, Decimal("7.5"), 1)
    assert (coverage.numerator, coverage.denominator, coverage.actual, coverage.event_ids) == (1, 2, 50, [])
    make.admission(cell, 1)
    make.actions.record_headcount(subject=cell, on=date(2023, 12, 31), total=50, by=make.system())
    make.actions.change_enterprise(enterprise=host, status="dissolved", by=make.system())
    Indicator.objects.filter(code="admission_share").update(factor=1000)
    assert verify(row) == []
    then = of(row, "admission_share")
    assert (then.event_sum, then.now["numerator"], then.now["denominator"], then.now["actual"]) == (1, 4, 50, 80)
    assert then.redefined and of(row, "union_coverage").now["numerator"] == 0
