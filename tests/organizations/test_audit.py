"""What is derived agrees with the ledger; what does not is named, and rebuilt."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from organizations import actions, audit, guards
from organizations.models import Event, LedgerHead, MonthTotal, Organization, YearTotal
from tests import make


@pytest.fixture
def cell(kkt):
    cell = make.organization(zone=kkt, enterprises=[make.enterprise(zone=kkt, ownership="fdi_wholly")])
    make.admission(cell, 3, female=1)
    return cell


def check(*options):
    """What ``check_ledger --json`` prints, and its exit status."""
    out, status = StringIO(), 0
    try:
        call_command("check_ledger", "--json", *options, stdout=out)
    except SystemExit as stop:
        status = stop.code
    return json.loads(out.getvalue()), status


def differing():
    return [(row["check"], row["row"]) for row in audit.differences()]


def test_a_ledger_that_agrees_says_so_and_nothing_else(cell):
    assert check() == ({"differences": 0}, 0)


def test_a_total_that_drifted_is_named_and_rebuilt(cell, kkt):
    YearTotal.objects.filter(kind="admitted").update(quantity=33)
    MonthTotal.objects.filter(kind="established").delete()

    answer, status = check()
    assert status == 1
    assert answer["differences"] == 2
    assert [row["check"] for row in answer["rows"]] == ["totals", "totals"]
    assert "admitted" in answer["rows"][0]["row"] and answer["rows"][0]["found"][0] == 33
    assert answer["rows"][1]["found"] is None

    assert check("--rebuild") == ({"differences": 0}, 0)
    assert YearTotal.objects.get(zone=kkt, kind="admitted").quantity == 3


def test_a_register_row_that_drifted_is_named_and_rebuilt(cell, other_zone):
    was = {name: getattr(cell, name) for name in ("status", "founded_on", "dissolved_on", "type_id", "zone_id")}
    Organization.objects.update(status="ended", founded_on=None, zone=other_zone, type=make.type_("party_committee"))

    rows = {row["row"].split()[-1] for row in audit.differences()}
    assert rows == {"status", "founded_on", "zone_id", "type_id"}

    assert check("--rebuild")[1] == 0
    cell.refresh_from_db()
    assert {name: getattr(cell, name) for name in was} == was


@pytest.mark.parametrize("column", ["quantity", "recorded_at", "note", "effective_on", "recorded_by"])
def test_a_row_changed_behind_the_guards_breaks_its_seal(cell, lan, column):
    event = Event.objects.get(kind="admitted")
    forged = {
        "quantity": 4,
        "recorded_at": event.recorded_at.replace(year=2020),
        "note": "khác",
        "effective_on": "2024-05-21",
        "recorded_by": lan,
    }
    guards.uninstall()
    Event.objects.filter(pk=event.pk).update(**{column: forged[column]})
    guards.install()

    assert ("chain", f"organizations.event {event.pk}") in differing()


def test_a_row_taken_out_behind_the_guards_leaves_a_gap(cell):
    victim = Event.objects.get(kind="established")
    guards.uninstall()
    victim.delete()
    guards.install()

    follower = [row for check, row in differing() if check == "chain"]
    assert follower


def test_the_last_row_cannot_be_taken_out_unseen(cell, kkt):
    make.admission(cell, 5, decision=None, effective_on=make.DAY)
    guards.uninstall()
    Event.objects.order_by("-seq").first().delete()
    guards.install()

    assert ("chain", "head HP-KKT") in differing()


def test_a_zone_whose_head_was_removed_is_verified_all_the_same(cell):
    LedgerHead.objects.all().delete()

    assert ("chain", "head HP-KKT") in differing()


def test_a_history_that_could_not_have_happened_is_named(cell):
    """Not even a forger who seals anew can let an organisation admit people before it was founded."""
    guards.uninstall()
    Event.objects.filter(kind="admitted").update(effective_on="2020-01-01")
    guards.install()

    event = Event.objects.get(kind="admitted")
    assert ("register", f"organizations.organization {cell.pk} event {event.pk}") in differing()


def test_totals_follow_corrections_and_reversals_to_the_last_figure(cell, kkt):
    event = Event.objects.get(kind="admitted")
    corrected = actions.correct(event=event, quantity=5, female=2, reason="Gõ nhầm", by=make.system())
    actions.reverse(event=corrected, reason="Không có", by=make.system())

    total = YearTotal.objects.get(zone=kkt, kind="admitted")
    assert (total.quantity, total.female, total.stock_delta, total.live) == (0, 0, 0, 0)
    assert Event.objects.filter(kind="admitted").count() == 4
    assert audit.differences() == []


def test_rebuilding_never_touches_the_ledger(cell):
    before = list(Event.objects.values())
    heads = list(LedgerHead.objects.values())
    YearTotal.objects.all().delete()

    audit.rebuild()

    assert list(Event.objects.values()) == before
    assert list(LedgerHead.objects.values()) == heads
