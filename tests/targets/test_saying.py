"""Saying what silence means: last said holds, contradictions are asked about, closed and future days are refused."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations import actions, audit
from organizations.actions.monthly import MonthDraft
from organizations.problems import NeedsReason, Refused
from reports.attainment import Standing
from reports.figures import attainment_table
from targets.actions import Saying, declare, declare_all
from targets.models import Declaration, Indicator
from targets.periods import Part, Period
from tests import make
from tests.traces import no_trace

JUNE, OCTOBER = date(2024, 6, 1), date(2024, 10, 1)


def words(refusal):
    return [str(problem) for problems in refusal.value.by_row.values() for problem in problems]


def saying(zone, value="complete", period="2024-Q2", indicator="youth_orgs"):
    return Saying.of(zone, make.indicator(indicator), Period.parse(period), value)


@pytest.mark.parametrize("value", ["complete", "nothing_to_report", "not_applicable"])
def test_silence_is_given_a_meaning(kkt, lan, value):
    row = declare(
        zone=kkt, indicator=make.indicator("youth_orgs"), first_day=JUNE, last_day=OCTOBER, value=value, by=lan,
        reason="Không có đối tượng",
    )  # fmt: skip

    assert (row.value, row.first_day, row.last_day, row.recorded_by) == (value, JUNE, OCTOBER, lan)
    assert Declaration.objects.get() == row
    assert audit.differences() == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"value": "perhaps"}, "invalid"),
        ({"first_day": OCTOBER, "last_day": JUNE}, "refused"),
        ({"reason": "x" * 501}, "too_long"),
        ({"first_day": date(1930, 2, 2)}, "too_early"),
        ({"first_day": date(2024, 11, 24), "last_day": date(2024, 12, 31)}, "future"),
    ],
)
@time_machine.travel("2024-11-23T08:00:00+07:00")
def test_a_declaration_that_cannot_be_is_refused(kkt, values, code):
    said = {"first_day": JUNE, "last_day": OCTOBER, "value": "complete"} | values

    with no_trace(), pytest.raises(Refused) as refusal:
        declare(zone=kkt, indicator=make.indicator("youth_orgs"), by=make.system(), **said)
    assert [problem.code for problem in refusal.value.by_row[0]] == [code]


@time_machine.travel("2024-11-23T08:00:00+07:00")
def test_a_period_that_has_not_begun_is_named_and_a_running_one_may_be_declared(kkt):
    with pytest.raises(Refused) as refusal:
        make.declaration(zone=kkt, period="2025-Q1")
    assert words(refusal) == ["Chưa khai báo được cho quý I năm 2025: kỳ này bắt đầu ngày 01/01/2025."]
    assert make.declaration(zone=kkt, period="2024-Q4").last_day == date(2024, 12, 31)


def test_what_does_not_apply_says_why(kkt):
    with no_trace(), pytest.raises(NeedsReason) as refusal:
        make.declaration("not_applicable", zone=kkt, reason=" ")
    assert words(refusal) == ["Hãy ghi vì sao chỉ tiêu không áp dụng cho đơn vị."]


@pytest.mark.parametrize("value", ["nothing_to_report", "not_applicable"])
def test_saying_nothing_beside_events_is_asked_about_with_their_numbers(kkt, cluster, lan, value):
    union = make.organization(zone=cluster, type="union_base", on=date(2024, 4, 2))
    make.joining(union, 30, on=date(2024, 4, 3))
    wrong = make.joining(union, 9, on=date(2024, 5, 3))
    make.joining(union, 1200, on=date(2024, 6, 30))
    make.joining(union, 5, on=date(2024, 7, 1))
    actions.reverse(event=wrong, reason="Ghi nhầm", by=make.system())
    said = [saying(kkt, value, indicator="union_members")]

    with no_trace(), pytest.raises(NeedsReason) as refusal:
        declare_all(sayings=said, by=lan)

    assert words(refusal)[-1] == (
        "Đoàn viên công đoàn, quý II năm 2024: sổ đang có 2 sự kiện còn hiệu lực, cộng 1.230. "
        "Hãy khai “đã đủ số liệu”, sửa các sự kiện đó, hoặc ghi lý do."
    )
    assert (
        declare_all(sayings=said, by=lan, reason="Số của quý trước ghi muộn")[0].reason == "Số của quý trước ghi muộn"
    )


def test_neither_events_of_other_days_zones_and_kinds_nor_a_month_of_0_contradict(kkt, other_zone, lan):
    union = make.organization(zone=kkt, type="union_base", on=date(2024, 1, 2))
    make.joining(union, 30, on=date(2024, 3, 31))
    actions.record_months(kind="joined", drafts=[MonthDraft(union, date(2024, 5, 1), 0)], by=lan)
    make.joining(make.organization(zone=other_zone, type="union_base", on=date(2024, 4, 2)), 7, on=date(2024, 5, 2))

    assert declare_all(sayings=[saying(kkt, "nothing_to_report", indicator="union_members")], by=lan)


def test_complete_is_never_asked_about(kkt, lan):
    make.organization(zone=kkt, type="youth_base_cell", on=date(2024, 5, 2))

    assert declare_all(sayings=[saying(kkt)], by=lan)


def test_many_are_said_in_one_act_or_none_of_them(kkt, lan):
    indicators = list(Indicator.objects.all())
    good = [Saying.of(kkt, row, Period.parse("2024-Q1"), "complete") for row in indicators]

    with no_trace(), pytest.raises(Refused) as refusal:
        declare_all(sayings=[*good, saying(kkt, period="2099")], by=lan)
    assert list(refusal.value.by_row) == [len(good)]

    rows = declare_all(sayings=good, by=lan)
    assert [row.indicator for row in rows] == indicators
    assert {row.recorded_at for row in Declaration.objects.all()} == {rows[0].recorded_at}


def test_a_closed_period_takes_no_declaration_that_reaches_into_it(city, kkt, lan):
    make.lock(city, date(2024, 1, 1), date(2024, 3, 31))

    for period in ("2024-Q1", "2024-6M", "2024"):
        with no_trace(), pytest.raises(Refused) as refusal:
            declare_all(sayings=[saying(kkt, period="2024-Q3"), saying(kkt, period=period)], by=lan)
        assert "kỳ đã khóa" in words(refusal)[0]
    assert declare_all(sayings=[saying(kkt, period="2024-Q2")], by=lan)


def test_many_cost_as_many_questions_as_few(kkt, lan):
    def asked(sayings):
        with CaptureQueriesContext(connection) as queries:
            declare_all(sayings=sayings, by=lan)
        return len(queries)

    def said(count, *parts):
        rows = Indicator.objects.all()[:count]
        periods = [Period.parse(f"2023-{part}") for part in parts]
        return [Saying.of(kkt, row, period, "nothing_to_report") for row in rows for period in periods]

    asked(said(1, "Q1"))  # the zone's first act opens its ledger
    few = asked(said(1, "Q1"))
    assert asked(said(7, "Q1", "Q2", "Q3", "Q4", "6M", "9M")) == few


@pytest.mark.parametrize(
    ("who", "may"), [("lan", True), ("minh", False), ("admin", True), ("quan", False), ("hoa", False)]
)
def test_who_may_say_it(request, kkt, who, may):

    person = request.getfixturevalue(who)
    if may:
        assert declare_all(sayings=[saying(kkt)], by=person)[0].recorded_by == person
    else:
        with no_trace(), pytest.raises(PermissionDenied):
            declare_all(sayings=[saying(kkt)], by=person)


def test_a_declaration_is_taken_back_with_a_reason_and_the_zone_is_silent_again(kkt):
    make.declaration("nothing_to_report", zone=kkt, indicator="party_orgs", period="2024-Q1")
    make.declaration("complete", zone=kkt, indicator="party_orgs", period="2024-Q2")
    with no_trace(), pytest.raises(NeedsReason, match="vì sao rút"):
        make.declaration("taken_back", zone=kkt, indicator="party_orgs", period="2024-Q1", reason=" ")

    make.declaration("taken_back", zone=kkt, indicator="party_orgs", period="2024-Q1", reason="Khai nhầm quý")

    figures = {
        part: attainment_table(
            zones=[kkt], first_year=2024, last_year=2024, as_of=date(2024, 12, 31),
            indicators=[make.indicator("party_orgs")], part=Part.parse(part),
        ).figure(kkt, make.indicator("party_orgs"), 2024)
        for part in ("Q1", "Q2")
    }  # fmt: skip
    assert figures["Q1"].attainment.standing == Standing.NOT_REPORTED and figures["Q1"].attainment.actual is None
    assert figures["Q2"].attainment.actual == 0
    assert Declaration.objects.count() == 3


def test_what_was_never_declared_cannot_be_taken_back(kkt):
    make.declaration("complete", zone=kkt, indicator="party_orgs", period="2024-Q2")
    with no_trace(), pytest.raises(Refused, match="quý I năm 2024: chưa khai báo gì"):
        make.declaration("taken_back", zone=kkt, indicator="party_orgs", period="2024-Q1", reason="Nhầm")
    make.declaration("taken_back", zone=kkt, indicator="party_orgs", period="2024-Q2", reason="Nhầm")
    with no_trace(), pytest.raises(Refused, match="chưa khai báo gì"):
        make.declaration("taken_back", zone=kkt, indicator="party_orgs", period="2024-Q2", reason="Nhầm nữa")
