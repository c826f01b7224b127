"""Enterprises, decisions, headcounts, parks and who belongs to whom: the register beside the ledger."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from organizations import actions, audit
from organizations.actions import EnterpriseDraft, HeadcountDraft, OrganizationDraft
from organizations.actions.amend import OrganizationAmendment, amend_organizations
from organizations.models import Change, Decision, Enterprise, Headcount, Issuer, Organization, ParkStay
from organizations.problems import Conflict, Refused
from tests import make
from tests.traces import no_trace

ON, LATER = date(2023, 4, 2), date(2024, 5, 3)


def codes(refusal):
    return [problem.code for problems in refusal.value.by_row.values() for problem in problems]


# ------------------------------------------------------------------------------------------ enterprises


def test_a_change_of_an_enterprise_keeps_before_after_who_and_why(kkt, lan):
    host = make.enterprise("Công ty A", zone=kkt, by=lan)

    actions.change_enterprise(enterprise=host, name="Công ty B", ownership="private", by=lan, reason="Đổi tên")

    change = Change.objects.get(model="organizations.enterprise", object_id=host.pk, action="updated")
    assert (change.before, change.after) == ({"name": "Công ty A"}, {"name": "Công ty B"})
    assert (change.recorded_by, change.reason) == (lan, "Đổi tên")
    host.refresh_from_db()
    assert (host.version, host.search_key) == (2, "cong ty b")


def test_a_change_that_changes_nothing_writes_nothing(kkt):
    host = make.enterprise(zone=kkt, ownership="private")
    changes = Change.objects.count()

    actions.change_enterprise(enterprise=host, ownership="private", by=make.system())

    assert Change.objects.count() == changes
    host.refresh_from_db()
    assert host.version == 1


def test_two_people_who_change_different_things_keep_both(kkt):
    host = make.enterprise(zone=kkt, ownership="private")
    on_lans_screen = Enterprise.objects.get(pk=host.pk)
    actions.change_enterprise(enterprise=host, ownership="fdi_joint", by=make.system())

    actions.change_enterprise(enterprise=on_lans_screen, countries="Nhật Bản", by=make.system())

    host.refresh_from_db()
    assert (host.ownership, host.countries, host.version) == ("fdi_joint", "Nhật Bản", 3)


def test_somebody_elses_change_is_noticed_by_the_version(kkt):
    host = make.enterprise(zone=kkt)
    actions.change_enterprise(enterprise=host, version=1, countries="Nhật Bản", by=make.system())
    seen = Enterprise.objects.get(pk=host.pk)

    with no_trace(), pytest.raises(Conflict):
        actions.change_enterprise(enterprise=seen, version=1, countries="Hàn Quốc", by=make.system())


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": " "}, "required"),
        ({"park": None}, "required"),
        ({"ownership": "none"}, "invalid"),
        ({"status": "asleep"}, "invalid"),
        ({"name": "x" * 251}, "too_long"),
    ],
)
def test_an_enterprise_that_cannot_be_is_refused(kkt, values, code):
    host, park = make.enterprise(zone=kkt), make.park("KCN A", zone=kkt)

    with no_trace(), pytest.raises(Refused) as refusal:
        actions.record_enterprise(zone=kkt, by=make.system(), **({"name": "A", "park": park} | values))
    assert codes(refusal) == [code]
    with no_trace(), pytest.raises(Refused) as refusal:
        actions.change_enterprise(enterprise=host, by=make.system(), **values)
    assert codes(refusal) == [code]


def test_a_tax_code_is_held_once_a_zone_and_without_one_the_name_is(kkt, other_zone):
    code = make.tax_code()
    make.enterprise("A", zone=kkt, tax_code=code)
    make.enterprise("B", zone=kkt, tax_code="")
    make.enterprise("A", zone=other_zone, tax_code=code)
    make.enterprise("B", zone=kkt)

    for name, tax_code in (("C", code), ("b", "")):
        with no_trace(), pytest.raises(Refused) as refusal:
            make.enterprise(name, zone=kkt, park=make.park("KCN HP-KKT"), tax_code=tax_code)
        assert codes(refusal) == ["unique"]
    with no_trace(), pytest.raises(Refused):  # two of one file
        park = make.park("KCN HP-KKT")
        drafts = [EnterpriseDraft({"name": name, "park": park, "tax_code": "0299000000"}) for name in "DE"]
        actions.save_enterprises(zone=kkt, drafts=drafts, by=make.system())


def stays(host):
    rows = ParkStay.objects.filter(enterprise=host).order_by("valid_from")
    return [
        (row.park.name, row.valid_from, row.valid_to)
        for row in sorted(rows, key=lambda row: row.valid_from or date.min)
    ]


def test_where_an_enterprise_sat_on_a_day_is_remembered(kkt):
    first, second, third = (make.park(name, zone=kkt) for name in ("Một", "Hai", "Ba"))
    host = make.enterprise(zone=kkt, park=first)

    actions.change_enterprise(enterprise=host, park=second, moved_on=ON, by=make.system())
    actions.change_enterprise(enterprise=host, park=third, moved_on=LATER, by=make.system())

    eve = timedelta(days=1)
    assert stays(host) == [("Một", None, ON - eve), ("Hai", ON, LATER - eve), ("Ba", LATER, None)]
    cell = make.organization(zone=kkt, on=ON - eve, enterprises=[host])
    parks = {day: make.admission(cell, 1, on=day).park.name for day in (ON - eve, ON, LATER - eve, LATER)}
    assert list(parks.values()) == ["Một", "Hai", "Hai", "Ba"]


def test_a_move_corrected_the_same_day_or_dated_earlier_takes_the_place_of_the_first(kkt):
    first, second, third = (make.park(name, zone=kkt) for name in ("Một", "Hai", "Ba"))
    host = make.enterprise(zone=kkt, park=first)

    for park, day in ((second, LATER), (third, LATER), (second, ON)):
        actions.change_enterprise(enterprise=host, park=park, moved_on=day, by=make.system())

    assert stays(host) == [("Một", None, ON - timedelta(days=1)), ("Hai", ON, None)]


# ------------------------------------------------------------------------------------------ decisions


def test_quoting_a_decision_reuses_it_however_it_is_written(kkt, other_zone):
    first = actions.record_decision(
        number="21-QĐ/ĐU", issued_on=ON, issuer="Đảng ủy Khu kinh tế", zone=kkt, by=make.system()
    )

    second = actions.record_decision(
        number=" 21 -qđ/ĐU", issued_on=ON, issuer="đảng uỷ  khu kinh tế", zone=other_zone, by=make.system()
    )

    assert second == first
    assert (first.zone, first.number) == (kkt, "21-QĐ/ĐU")
    assert Change.objects.filter(model="organizations.decision").count() == 1


def test_a_number_starts_again_with_each_issuer_and_date(kkt):
    for issuer, day in (("A", ON), ("B", ON), ("A", LATER)):
        make.decision("21-NQ/TW", issuer=issuer, on=day, zone=kkt)

    assert Decision.objects.filter(number="21-NQ/TW").count() == 3
    assert Issuer.objects.filter(name__in="AB").count() == 2


@pytest.mark.parametrize(
    ("number", "on", "code"),
    [("", ON, "required"), ("1-QĐ", date(1930, 2, 2), "too_early"), ("1-QĐ", date(2027, 1, 1), "future"),
     ("1" * 81, ON, "too_long"), ("1-QĐ", None, "required")],
)  # fmt: skip
def test_a_decision_that_cannot_be_is_refused(kkt, time_machine, number, on, code):
    make.system()
    time_machine.move_to("2026-11-23 08:00:00+07:00")
    with no_trace(), pytest.raises(Refused) as refusal:
        actions.record_decision(number=number, issued_on=on, zone=kkt, by=make.system())
    assert codes(refusal) == [code]


# ------------------------------------------------------------------------------------------ headcounts


def test_a_level_is_counted_once_a_day_and_then_corrected(kkt):
    host = make.enterprise(zone=kkt)
    first = actions.record_headcount(subject=host, on=ON, total=100, female=40, by=make.system())

    with no_trace(), pytest.raises(Refused, match="100"):
        actions.record_headcount(subject=host, on=ON, total=90, by=make.system())
    second = actions.correct_headcount(headcount=first, total=90, reason="Gõ nhầm", by=make.system())

    assert list(Headcount.objects.live()) == [second]
    assert (second.total, second.female, second.replaces) == (90, 40, first)
    for headcount in (first,):
        with no_trace(), pytest.raises(Conflict):
            actions.correct_headcount(headcount=headcount, total=80, reason="Gõ nhầm", by=make.system())
    assert audit.differences() == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"total": -1}, "invalid"),
        ({"total": 10, "female": 11}, "part_above_total"),
        ({"total": 10, "official": 11}, "part_above_total"),
        ({"total": 1.5}, "invalid"),
        ({"total": 10**9}, "invalid"),
        ({"total": 5, "on": date(1930, 1, 1)}, "too_early"),
        ({"total": 5, "on": timezone.localdate() + timedelta(days=2)}, "future"),
    ],
)
def test_a_count_that_cannot_be_is_refused(kkt, values, code):
    host = make.enterprise(zone=kkt)
    with no_trace(), pytest.raises(Refused) as refusal:
        actions.record_headcount(**({"subject": host, "on": ON, "by": make.system()} | values))
    assert code in codes(refusal)


def test_the_same_level_again_writes_nothing(kkt):
    host = make.enterprise(zone=kkt, workers=100, workers_on=ON)
    drafts = [HeadcountDraft(host, ON, 100), HeadcountDraft(host, LATER, 100)]

    assert actions.record_headcounts(drafts=drafts, by=make.system(), skip_same_level=True) == [None, None]
    assert Headcount.objects.count() == 1


def test_the_database_itself_refuses_parts_above_the_total(kkt):
    host = make.enterprise(zone=kkt, workers=100)
    row = Headcount.objects.get(enterprise=host)
    row.pk, row.seq, row.female = None, 999, 101
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


# ------------------------------------------------------------------------------------------ organisations


def test_organisations_of_one_act_may_belong_to_each_other(kkt):
    committee = OrganizationDraft("Đảng bộ", make.type_("party_committee"), make.decision(on=ON))
    cells = [
        OrganizationDraft(f"Chi bộ {n}", make.type_("party_subcell"), make.decision(on=ON), parent=committee)
        for n in (1, 2)
    ]

    rows, events, _warnings = actions.establish_many(zone=kkt, drafts=[*cells, committee], by=make.system())

    assert [row.parent for row in rows] == [rows[2], rows[2], None]
    assert [event.kind for event in events] == ["established"] * 3


def test_an_organisation_handed_over_meanwhile_is_not_changed_by_who_had_read_it_before(kkt, other_zone, lan):
    host = make.enterprise(zone=kkt)
    cell = make.organization(zone=kkt, on=ON, enterprises=[host])
    another, read_before = make.enterprise(zone=kkt), Organization.objects.get(pk=cell.pk)
    coverage = cell.coverage.select_related("organization").get()
    paper = make.decision(on=LATER)
    actions.transfer(organizations=[cell], to_zone=other_zone, decision=paper, by=make.system())

    for act in (
        lambda: actions.change_organization(organization=read_before, code="B1", by=lan),
        lambda: actions.cover(organization=read_before, enterprise=another, by=lan),
        lambda: actions.uncover(coverage=coverage, last_day=LATER, by=lan),
    ):
        with no_trace(), pytest.raises(Conflict):
            act()


def test_a_refused_number_of_members_is_told_at_the_organisation_it_is_about(kkt):
    paper = make.decision(on=ON, zone=kkt)
    drafts = [
        OrganizationDraft("Công đoàn A", make.type_("union_base"), paper),
        OrganizationDraft("Công đoàn B", make.type_("union_base"), paper, members=10**8),
    ]

    with no_trace(), pytest.raises(Refused) as refusal:
        actions.establish_many(zone=kkt, drafts=drafts, by=make.system(), unusual="allow")

    assert list(refusal.value.by_row) == [1]


def test_a_code_or_name_in_use_is_refused_and_free_again_after_the_end(kkt):
    first = make.organization("Chi bộ A", zone=kkt)
    make.organization("Chi bộ B", zone=kkt, code="B1")

    for values in ({"name": "chi bo A".replace("bo", "bộ")}, {"name": "Khác", "code": "B1"}):
        decision = make.decision(zone=kkt)
        with no_trace(), pytest.raises(Refused) as refusal:
            make.organization(zone=kkt, decision=decision, **values)
        assert codes(refusal) == ["unique"]

    actions.dissolve(
        reason="Sắp xếp lại", organization=first, decision=make.decision(on=date(2025, 1, 1)), by=make.system()
    )
    assert make.organization("Chi bộ A", zone=kkt).status == "active"
    founded = first.events.get(kind="dissolved")
    with no_trace(), pytest.raises(Refused) as refusal:  # two of the same name would stand
        actions.reverse(event=founded, reason="Nhầm", by=make.system())
    assert codes(refusal) == ["unique"]


def test_a_superior_of_another_sector_is_refused(kkt):
    union = make.organization(zone=kkt, type="union_base")
    decision = make.decision(zone=kkt)
    with no_trace(), pytest.raises(Refused):
        make.organization(zone=kkt, parent=union, decision=decision)


def test_an_organisation_never_belongs_to_itself_not_even_through_others(kkt):
    top, middle, low = (make.organization(zone=kkt) for _ in range(3))
    chain = [OrganizationAmendment(middle, parent=top), OrganizationAmendment(low, parent=middle)]
    amend_organizations(zone=kkt, drafts=chain, by=make.system())

    for parent in (top, low):
        with no_trace(), pytest.raises(Refused) as refusal:
            amend_organizations(zone=kkt, drafts=[OrganizationAmendment(top, parent=parent)], by=make.system())
        assert codes(refusal) == ["circle"]
    assert Organization.objects.get(pk=low.pk).parent == middle


def test_a_zones_parent_never_changes(kkt, other_zone):
    kkt.refresh_from_db()
    kkt.parent = other_zone
    with pytest.raises(ValidationError):
        kkt.full_clean()
