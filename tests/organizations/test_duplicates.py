"""Two rows that are one: merged, read together, and separated again as if nothing had been."""

from datetime import date

import pytest

from organizations import actions, audit
from organizations.models import Coverage, Enterprise, Event, Headcount, Organization, YearTotal
from organizations.probation import batches_due
from organizations.problems import Conflict, Refused
from tests import make
from tests.traces import no_trace

pytestmark = pytest.mark.django_db
DAY, LATER, LAST = date(2022, 3, 1), date(2023, 5, 2), date(2024, 6, 3)
WHY = "Một doanh nghiệp nhập hai lần"


def figures(**where):
    """The sums of every kind, year and zone."""
    rows = YearTotal.objects.filter(**where).values_list("zone", "kind", "type", "year", "quantity", "stock_delta")
    return sorted(row for row in rows if row[-2] or row[-1])


def register(*rows):
    """What the register says of the rows, without how often they were written."""
    found = {}
    for row in rows:
        values = type(row).objects.filter(pk=row.pk).values().get()
        values.pop("version")
        found[row._meta.label, row.pk] = values
    return found


def coverage():
    return sorted(Coverage.objects.values_list("organization", "enterprise", "is_lead", "valid_from", "valid_to"))


def counts():
    return sorted(Headcount.objects.live().values_list("enterprise", "organization", "on", "total"), key=str)


def merge(survivor, duplicate, by=None, **values):
    return actions.merge_duplicates(
        survivor=survivor, duplicate=duplicate, by=by or make.system(), reason=WHY, **values
    )


def separate(duplicate, by=None):
    return actions.unmerge(duplicate=duplicate, by=by or make.system(), reason="Là hai đơn vị khác nhau")


@pytest.fixture
def two(kkt):
    """The same cell recorded twice: each row with its founding and its own admissions."""
    one = make.organization("Chi bộ Công ty ABC", zone=kkt, on=DAY, members=5)
    two = make.organization("Chi bộ Cty TNHH ABC", zone=kkt, on=DAY, members=6)
    make.admission(one, 2, on=LATER)
    make.admission(two, 3, on=LAST)
    return one, two


def test_the_second_founding_counts_no_more_and_the_members_of_both_do(two, kkt, lan):
    one, other = two
    done = merge(one, other, by=lan)

    other.refresh_from_db()
    assert other.duplicate_of == one
    assert [event.kind for event in done.taken_back] == ["established"]
    live = Event.objects.live().of_organization(one)
    assert sorted(live.values_list("kind", "quantity")) == [("admitted", 2), ("admitted", 3), ("established", 1)]
    assert Event.objects.of_sector("party").filter(kind="established").totals()["quantity"] == 1
    assert audit.differences() == []


def test_what_is_undone_is_as_before(two, kkt, lan):
    one, other = two
    before = register(one, other), figures(), coverage(), counts()
    merge(one, other, by=lan)
    assert before != (register(one, other), figures(), coverage(), counts())
    separate(other, by=lan)

    assert (register(one, other), figures(), coverage(), counts()) == before
    assert audit.differences() == []


def test_it_can_be_merged_and_separated_again_and_the_other_way_round(two, lan):
    one, other = two
    before = register(one, other), figures()
    for survivor, duplicate in ((one, other), (one, other), (other, one)):
        for row in (one, other):
            row.refresh_from_db()
        merge(survivor, duplicate, by=lan)
        separate(duplicate, by=lan)

    assert (register(one, other), figures()) == before
    assert audit.differences() == []


def test_a_line_both_rows_have_counts_once(kkt, lan):
    decision = make.decision(on=LATER, zone=kkt)
    one, other = (make.organization(f"Chi bộ ABC {mark}", zone=kkt, on=DAY) for mark in ("một", "hai"))
    make.admission(one, 4, decision=decision)
    make.admission(other, 4, decision=decision)
    merge(one, other, by=lan)

    assert Event.objects.filter(kind="admitted").totals()["quantity"] == 4
    assert audit.differences() == []


def test_lines_that_differ_in_number_both_count(kkt, lan):
    decision = make.decision(on=LATER, zone=kkt)
    one, other = (make.organization(f"Chi bộ ABC {mark}", zone=kkt, on=DAY) for mark in ("một", "hai"))
    make.admission(one, 4, decision=decision)
    make.admission(other, 5, decision=decision)
    done = merge(one, other, by=lan)

    assert [event.quantity for event in done.kept] == [5]
    assert Event.objects.filter(kind="admitted").totals()["quantity"] == 9


def test_a_count_of_a_day_is_the_survivors_and_others_come_along(two, lan):
    one, other = two
    actions.record_headcount(subject=other, on=LATER, total=8, official=7, by=lan)
    merge(one, other, by=lan)

    live = Headcount.objects.live().of_organization(one).values_list("organization", "on", "total", "official")
    assert sorted(live) == [(one.pk, DAY, 5, None), (one.pk, LATER, 8, 7)]


def test_members_are_handed_over_with_the_survivor(two, kkt, other_zone, admin):
    one, other = two
    merge(one, other, by=admin)
    decision = make.decision(on=date(2025, 1, 2), zone=kkt)
    actions.transfer(organizations=[one], to_zone=other_zone, decision=decision, by=admin)

    moved = Event.objects.filter(kind="member_transferred_in", zone=other_zone).totals()["quantity"]
    assert moved == 5
    assert audit.differences() == []


def test_two_rows_handed_over_by_one_decision_are_one_hand_over(two, kkt, other_zone, admin):
    one, other = two
    decision = make.decision(on=date(2025, 1, 2), zone=kkt)
    actions.transfer(organizations=[one, other], to_zone=other_zone, decision=decision, by=admin)
    before = figures()
    for row in two:
        row.refresh_from_db()
    merge(one, other, by=admin)

    assert audit.differences() == []
    stock = {zone: sum(row[-1] for row in figures() if row[0] == zone) for zone in (kkt.pk, other_zone.pk)}
    assert stock == {kkt.pk: 0, other_zone.pk: 6}  # one organisation and five members
    separate(other, by=admin)
    assert figures() == before
    assert audit.differences() == []


def test_a_line_of_the_duplicate_is_corrected_where_its_history_is_read(two, lan):
    one, other = two
    merge(one, other, by=lan)
    line = Event.objects.live().of_organization(one).get(quantity=3)
    actions.correct(event=line, quantity=4, reason="Đếm lại", by=lan)

    assert Event.objects.live().get(quantity=4).organization == one
    assert Event.objects.filter(kind="admitted").totals()["quantity"] == 6
    assert audit.differences() == []
    with no_trace(), pytest.raises(Refused, match="corrected|đính chính|sửa"):
        separate(other, by=lan)


def test_a_line_of_the_duplicate_can_be_taken_back(two, lan):
    one, other = two
    merge(one, other, by=lan)
    actions.reverse(event=Event.objects.live().get(quantity=3), reason="Nhập nhầm", by=lan)

    assert Event.objects.filter(kind="admitted").totals()["quantity"] == 2
    assert audit.differences() == []


def test_what_the_duplicate_covered_and_led_is_the_survivors(kkt, lan):
    host, second = make.enterprise(zone=kkt), make.enterprise(zone=kkt)
    one = make.organization("Đảng bộ ABC", zone=kkt, type="party_committee", on=DAY, enterprises=[host])
    other = make.organization(
        "Đảng bộ Cty ABC", zone=kkt, type="party_committee", on=DAY, enterprises=[host, second], code="ABC"
    )
    child = make.organization("Chi bộ 1", zone=kkt, type="party_subcell", on=DAY, parent=other)
    before = register(one, other, child), coverage()
    merge(one, other, by=lan)

    for row in (one, child):
        row.refresh_from_db()
    assert child.parent == one
    assert one.code == "ABC"
    leads = dict(Coverage.objects.filter(organization=one).values_list("enterprise", "is_lead"))
    assert leads == {host.pk: True, second.pk: False}
    separate(other, by=lan)
    assert (register(one, other, child), coverage()) == before
    assert audit.differences() == []


@pytest.mark.parametrize("case", ["reason", "same", "chain", "circle", "sector", "voided"])
def test_what_cannot_be_one_is_refused_without_a_trace(two, kkt, lan, case):
    one, other = two
    if case == "same":
        other = one
    elif case == "chain":
        merge(other, make.organization("Chi bộ thứ ba", zone=kkt, on=DAY))
    elif case == "circle":
        other = make.organization("Chi bộ dưới", zone=kkt, type="party_subcell", on=DAY, parent=one)
    elif case == "sector":
        other = make.organization("Công đoàn ABC", zone=kkt, type="union_base", on=DAY)
    elif case == "voided":
        merge(make.organization("Chi bộ thứ ba", zone=kkt, on=DAY), other)
        other.refresh_from_db()

    with no_trace(), pytest.raises(Refused):
        actions.merge_duplicates(survivor=one, duplicate=other, by=lan, reason="" if case == "reason" else WHY)


def test_a_survivor_founded_after_the_duplicates_admissions_is_refused_with_the_cure(kkt, lan):
    late = make.organization("Chi bộ ABC", zone=kkt, on=LAST)
    early = make.organization("Chi bộ Cty ABC", zone=kkt, on=DAY)
    make.admission(early, 3, on=LATER)

    with no_trace(), pytest.raises(Refused, match="Chi bộ Cty ABC"):
        merge(late, early, by=lan)
    merge(early, late, by=lan)
    assert audit.differences() == []


def test_an_organisation_merged_away_by_decision_is_no_duplicate(two, kkt, lan):
    one, other = two
    third = make.organization("Chi bộ thứ ba", zone=kkt, on=DAY)
    actions.merge(organizations=[other], into=third, decision=make.decision(on=date(2025, 2, 3)), by=make.system())

    other.refresh_from_db()
    with no_trace(), pytest.raises(Refused):
        merge(one, other, by=lan)


@pytest.mark.parametrize("locked", [DAY, LAST])
def test_a_closed_period_keeps_its_figures(two, kkt, lan, locked):
    one, other = two
    actions.record_headcount(subject=other, on=LAST, total=9, by=lan)
    make.lock(kkt, locked, locked)

    with no_trace(), pytest.raises(Refused, match=f"{locked:%d/%m/%Y}"):
        merge(one, other, by=lan)


def test_a_period_closed_since_keeps_the_merger(two, kkt, lan):
    one, other = two
    merge(one, other, by=lan)
    make.lock(kkt, DAY, DAY)

    with no_trace(), pytest.raises(Refused, match=f"{DAY:%d/%m/%Y}"):
        separate(other, by=lan)


def test_both_zones_are_needed_for_rows_of_two_zones(two, other_zone, lan, hoa, admin):
    from django.core.exceptions import PermissionDenied

    one, _other = two
    elsewhere = make.organization("Chi bộ ABC", zone=other_zone, on=DAY)
    for person in (lan, hoa):
        with no_trace(), pytest.raises(PermissionDenied):
            merge(one, elsewhere, by=person)
    merge(one, elsewhere, by=admin)
    assert audit.differences() == []


def test_nothing_more_is_recorded_of_the_duplicate(two, lan):
    one, other = two
    merge(one, other, by=lan)
    other.refresh_from_db()
    decision = make.decision(on=LAST)

    with no_trace(), pytest.raises(Refused, match="ABC"):
        make.admission(other, 1, by=lan, decision=decision)
    with no_trace(), pytest.raises(Refused, match="ABC"):
        actions.record_headcount(subject=other, on=LAST, total=9, by=lan)


def test_a_merger_on_which_later_lines_rest_stays(two, lan):
    one, other = two
    merge(one, other, by=lan)
    actions.remove_members(organization=one, quantity=4, effective_on=date(2025, 1, 1), by=lan)

    with no_trace(), pytest.raises(Refused):
        separate(other, by=lan)
    assert audit.differences() == []


def test_a_name_taken_since_keeps_the_merger(two, kkt, lan):
    one, other = two
    merge(one, other, by=lan)
    make.organization(other.name, zone=kkt, on=LATER)

    with no_trace(), pytest.raises(Refused):
        separate(other, by=lan)


def test_what_others_changed_since_it_was_seen_is_not_merged(two, kkt, lan):
    one, other = two
    versions = (one.version, other.version)
    actions.rename(organization=one, new_name="Chi bộ mới", decision=make.decision(on=LAST), by=lan)

    with no_trace(), pytest.raises(Conflict):
        merge(one, other, by=lan, versions=versions)


# ------------------------------------------------------------------------------------------ enterprises


@pytest.fixture
def hosts(kkt):
    """One enterprise recorded twice, the second time without tax code and with most of its life."""
    one = make.enterprise("Công ty TNHH ABC", zone=kkt, tax_code="", ownership="unknown", workers=90, workers_on=DAY)
    other = make.enterprise("Cty ABC", zone=kkt, countries="Nhật Bản", workers=120, workers_on=LATER)
    make.organization("Chi bộ ABC", zone=kkt, on=DAY, enterprises=[other])
    return one, other


def test_an_enterprise_takes_what_it_lacks_and_reads_both_histories(hosts, lan):
    one, other = hosts
    code, before = other.tax_code, (register(one, other), figures(), coverage(), counts())
    merge(one, other, by=lan)

    one.refresh_from_db()
    assert (one.tax_code, one.countries, one.ownership) == (code, "Nhật Bản", "private")
    assert not Enterprise.objects.live().filter(pk=other.pk).exists()
    assert Coverage.objects.get().enterprise == one
    assert Event.objects.of_enterprise(one).get().enterprise == other
    live = Headcount.objects.live().of_enterprise(one)
    assert sorted(live.values_list("enterprise", "total")) == [(one.pk, 90), (one.pk, 120)]
    assert figures() == before[1]
    separate(other, by=lan)
    assert (register(one, other), figures(), coverage(), counts()) == before
    assert audit.differences() == []


def test_a_row_merged_frees_its_tax_code(hosts, kkt, lan):
    one, other = hosts
    merge(other, one, by=lan)
    make.enterprise(one.name, zone=kkt, tax_code="")

    with no_trace(), pytest.raises(Refused, match=one.name):
        separate(one, by=lan)


def test_one_organisation_in_both_rows_works_once_in_the_one_that_stays(kkt, lan):
    one, other = make.enterprise(zone=kkt), make.enterprise(zone=kkt)
    make.organization(zone=kkt, enterprises=[other, one])
    before = coverage()
    merge(one, other, by=lan)

    assert [row[1:3] for row in coverage()] == [(one.pk, True)]
    separate(other, by=lan)
    assert coverage() == before


def test_facts_recorded_in_the_survivor_since_keep_the_merger(hosts, lan):
    one, other = hosts
    merge(one, other, by=lan)
    make.admission(Organization.objects.get(), 2, on=LAST)

    with no_trace(), pytest.raises(Refused):
        separate(other, by=lan)


def test_enterprises_of_two_zones_are_merged_when_nothing_works_in_the_duplicate(hosts, other_zone, lan, admin):
    one, other = hosts
    there = make.enterprise("ABC", zone=other_zone, tax_code=other.tax_code)

    with no_trace(), pytest.raises(Refused, match="Chi bộ ABC"):
        merge(there, other, by=admin)
    merge(other, there, by=admin)
    assert audit.differences() == []


def test_two_rows_that_are_two_are_remembered_until_asked_again(hosts, lan, hoa):
    from django.core.exceptions import PermissionDenied

    from organizations.models import Distinct

    one, other = hosts
    with no_trace(), pytest.raises(PermissionDenied):
        actions.say_distinct(of="enterprises", rows=(other, one), by=hoa)
    said = actions.say_distinct(of="enterprises", rows=(other, one), by=lan)
    actions.say_distinct(of="enterprises", rows=(one, other), by=lan)
    assert list(Distinct.objects.values_list("first", "second")) == [(one.pk, other.pk)]
    actions.forget_distinct(distinct=said, by=lan)
    assert not Distinct.objects.exists()
    assert audit.differences() == []


def test_a_month_the_duplicate_tells_stands_in_the_survivors_row(kkt, lan):
    one, other = (make.organization(f"Công đoàn ABC {mark}", zone=kkt, type="union_base", on=DAY) for mark in "AB")
    make.joining(other, 40, on=date(2024, 3, 1))
    merge(one, other, by=lan)
    month = date(2024, 3, 1)
    assert [event.quantity for event in actions.monthly.standing([(one.pk, month)])["joined"][one.pk, month]] == [40]
    assert audit.differences() == []


def test_the_pages_count_the_members_of_both_rows(client, two, lan):
    one, other = two
    merge(one, other, by=lan)
    client.force_login(lan)
    page = client.get(one.get_absolute_url()).context["shown"]
    assert page.life.members == page.stock.last == 5
    assert client.get(f"{one.get_absolute_url()}admitted/").context["members"] == 5


def test_those_admitted_in_the_duplicate_are_due_in_the_survivor(kkt, two, lan):
    one, other = two
    merge(one, other, by=lan)
    assert [(batch.organization, batch.left) for batch in batches_due([kkt.pk], LAST.replace(year=2025))] == [
        (one, 2), (one, 3)
    ]  # fmt: skip
    actions.recognise(organization=one, quantity=3, decision=make.decision(on=LAST, zone=kkt), by=lan)
    assert [(batch.organization, batch.left) for batch in batches_due([kkt.pk], LAST.replace(year=2025))] == [(one, 2)]
