"""An organisation handed over: what the zone before counted is neither told to the zone after nor replaced by it."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from organizations import actions, audit
from organizations.actions import MonthDraft, YearDraft
from organizations.models import Headcount, Kind
from organizations.problems import Refused, SeenOtherwise
from tests import make
from tests.traces import no_trace

pytestmark = pytest.mark.django_db
FOUNDED, HANDED_OVER = date(2022, 3, 10), date(2024, 5, 2)


@pytest.fixture(autouse=True)
def a_day_in_june():
    with time_machine.travel("2024-06-15T09:00:00+07:00", tick=False):
        yield


@pytest.fixture
def union(kkt, other_zone):
    """Of Lan's zone until May 2024, of Hoa's since; Lan counted it and entered January."""
    row = make.organization("Công đoàn Công ty Đi", zone=kkt, type="union_base", on=FOUNDED, members=7)
    make.joining(row, 37, on=date(2024, 1, 1))
    actions.record_headcount(subject=row, on=date(2023, 12, 31), total=4321, by=make.system())
    actions.record_headcount(subject=row, on=date(2024, 3, 31), total=4399, by=make.system())
    decision = make.decision(on=HANDED_OVER, zone=kkt)
    actions.transfer(organizations=[row], to_zone=other_zone, decision=decision, by=make.system())
    row.refresh_from_db()
    return row


def months(user, union, number, seen=None, month=1):
    draft = MonthDraft(union, date(2024, month, 1), number, seen)
    return actions.record_months(kind=Kind.JOINED, drafts=[draft], by=user)


@pytest.mark.parametrize("number", [None, 5, 37])
def test_a_month_of_the_zone_before_is_refused_without_its_number(union, hoa, number):
    with no_trace(), pytest.raises(Refused) as refused:
        months(hoa, union, number)
    assert not isinstance(refused.value, SeenOtherwise)
    assert "37" not in " ".join(refused.value.messages)


def test_the_zone_before_is_told_nothing_of_the_zone_after(union, lan, hoa):
    months(hoa, union, 12, month=6)
    with no_trace(), pytest.raises(PermissionDenied):
        months(lan, union, 5, month=6)
    with no_trace(), pytest.raises(PermissionDenied):
        actions.record_years(drafts=[YearDraft(union, 2024, 5)], by=lan)


def test_a_count_of_the_zone_before_is_not_replaced_by_the_zone_after(union, hoa, kkt):
    with no_trace(), pytest.raises(Refused) as refused:
        actions.record_years(drafts=[YearDraft(union, 2023, 5000)], by=hoa)
    assert "4321" not in " ".join(refused.value.messages).replace(".", "")
    with no_trace(), pytest.raises(Refused) as refused:
        actions.record_headcount(subject=union, on=date(2023, 12, 31), total=5000, by=hoa)
    assert "4321" not in " ".join(refused.value.messages).replace(".", "")
    assert Headcount.objects.live().get(on=date(2023, 12, 31)).zone == kkt


def test_the_year_is_counted_by_the_zone_after_beside_what_the_zone_before_counted(union, hoa):
    written = actions.record_years(drafts=[YearDraft(union, 2024, 4400)], by=hoa)
    assert [one.outcome for one in written] == ["new"]
    assert audit.differences() == []


def test_a_closed_period_of_the_zone_before_keeps_its_counts_after_the_hand_over(union, lan, kkt):
    count = Headcount.objects.live().get(on=date(2023, 12, 31))
    make.lock(kkt, date(2023, 1, 1), date(2023, 12, 31))
    with no_trace(), pytest.raises(Refused) as refused:
        actions.correct_headcount(headcount=count, total=1, reason="Nhầm", by=lan)
    assert [problem.code for problem in refused.value.by_row[0]] == ["locked"]


def test_the_form_of_a_count_shows_nothing_of_the_zone_before(client, union, hoa):
    client.force_login(hoa)
    page = client.get(f"/headcounts/new/?organization={union.pk}")
    assert page.context["latest"] is None and "4.399" not in page.content.decode()
