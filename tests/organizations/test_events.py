"""Each kind of event of the ledger: what it counts, and when it is refused."""

from datetime import date, timedelta
from unittest import mock

import pytest
from django.utils import timezone

from organizations import actions, audit
from organizations.actions.record import recorded
from organizations.lifecycle import RULES
from organizations.models import Event, Kind, YearTotal
from organizations.problems import NeedsReason, Refused
from tests import make
from tests.traces import no_trace

FOUNDED, LATER, LAST = date(2022, 3, 1), date(2023, 4, 2), date(2024, 5, 3)


@pytest.fixture
def cell(kkt):
    """A Party cell with forty members."""
    cell = make.organization(zone=kkt, on=FOUNDED)
    actions.record_member_transfer(organization=cell, quantity=40, inward=True, effective_on=FOUNDED, by=make.system())
    return cell


@pytest.fixture
def union(kkt):
    """A union with forty members."""
    union = make.organization(zone=kkt, type="union_base", on=FOUNDED)
    make.joining(union, 40, on=FOUNDED)
    return union


def stock(organization):
    """How many organisations and how many members the ledger counts of ``organization``."""
    events = Event.objects.filter(organization=organization)
    members = [kind for kind, rule in RULES.items() if rule.counted]
    return (
        events.exclude(kind__in=members).totals()["stock_delta"],
        events.filter(kind__in=members).totals()["stock_delta"],
    )


def life(name, **fixed):
    """The act ``name`` on an organisation, by a decision of LATER; types are told by their codes."""

    def act(organization, **values):
        values = fixed | values
        if values.get("to_type"):
            values["to_type"] = make.type_(values["to_type"])
        decision = make.decision(on=LATER, zone=organization.zone)
        return getattr(actions, name)(organization=organization, decision=decision, by=make.system(), **values)

    return act


def members(name, **fixed):
    """The act ``name`` on seven members of an organisation, on LATER, unless ``fixed`` says otherwise."""

    def act(organization, **values):
        values = {"quantity": 7, "effective_on": LATER} | fixed | values
        return getattr(actions, name)(organization=organization, by=make.system(), **values)

    return act


def tomorrow(organization):
    """An admission of tomorrow, whichever day the suite begins on and runs into."""
    return members("admit", effective_on=timezone.localdate() + timedelta(days=1))(organization)


def upgraded(organization):
    return life("upgrade")(organization, to_type="party_committee")


def downgraded(organization):
    upgraded(organization)
    decision = make.decision(on=LAST)
    type_ = make.type_("party_subcell")
    return actions.downgrade(organization=organization, to_type=type_, decision=decision, by=make.system())


def resumed(organization):
    life("suspend")(organization)
    return actions.resume(organization=organization, decision=make.decision(on=LAST), by=make.system())


KINDS = [  # kind, whose, act, quantity stored, organisations and members in stock after it, status after it
    (Kind.UPGRADED, "cell", upgraded, 1, (1, 40), "active"),
    (Kind.DOWNGRADED, "cell", downgraded, 1, (1, 40), "active"),
    (Kind.RETYPED, "cell", life("retype", to_type="party_subcell"), 0, (1, 40), "active"),
    (Kind.RENAMED, "cell", life("rename", new_name="Chi bộ mới"), 0, (1, 40), "active"),
    (Kind.SUSPENDED, "union", life("suspend"), 0, (1, 40), "suspended"),
    (Kind.RESUMED, "union", resumed, 0, (1, 40), "active"),
    (Kind.DISSOLVED, "union", life("dissolve", reason="Sắp xếp lại"), -1, (0, 40), "ended"),
    (Kind.ADMITTED, "cell", members("admit"), 7, (1, 47), "active"),
    (Kind.RECOGNISED, "cell", members("recognise"), 7, (1, 40), "active"),
    (Kind.JOINED, "union", members("join"), 7, (1, 47), "active"),
    (Kind.LEFT, "union", members("leave"), -7, (1, 33), "active"),
    (Kind.REMOVED, "cell", members("remove_members"), -7, (1, 33), "active"),
    (Kind.MEMBER_TRANSFERRED_IN, "cell", members("record_member_transfer", inward=True), 7, (1, 47), "active"),
    (Kind.MEMBER_TRANSFERRED_OUT, "cell", members("record_member_transfer", inward=False), -7, (1, 33), "active"),
]


@pytest.mark.parametrize(("kind", "whose", "act", "quantity", "after", "status"), KINDS, ids=[row[0] for row in KINDS])
def test_what_each_kind_counts(kkt, request, kind, whose, act, quantity, after, status):
    organization = request.getfixturevalue(whose)

    event = act(organization)

    assert (event.kind, event.quantity, event.counts_as_new) == (kind, quantity, False)
    assert event.zone_id == kkt.pk
    assert stock(organization) == after
    organization.refresh_from_db()
    assert organization.status == status
    assert audit.differences() == []


def test_the_table_above_and_the_acts_between_organisations_cover_every_kind():
    between = {"established", "formed_by_merger", "split_from", "merged_away", "transferred_in", "transferred_out"}

    assert {row[0] for row in KINDS} | between == set(Kind.values) == set(RULES)


@pytest.mark.parametrize(
    ("type_", "new"),
    [
        ("party_cell", True),
        ("union_base", True),
        ("youth_cell", True),
        ("union_section", False),
        ("youth_association", False),
    ],
)
def test_founding_counts_as_new_only_where_the_type_says_so(kkt, type_, new):
    organization = make.organization(zone=kkt, type=type_, on=FOUNDED)

    event = organization.events.get()
    assert (event.kind, event.quantity, event.stock_delta, event.counts_as_new) == ("established", 1, 1, new)
    assert (organization.status, organization.founded_on) == ("active", FOUNDED)


def test_an_upgrade_moves_one_from_cells_to_committees_and_is_no_new_organisation(cell, kkt):
    event = upgraded(cell)

    assert (event.from_type.code, event.type.code, event.stock_delta) == ("party_cell", "party_committee", 0)
    by_type = YearTotal.objects.filter(zone=kkt, kind="upgraded")
    assert dict(by_type.values_list("type__code", "stock_delta")) == {"party_cell": -1, "party_committee": 1}
    assert dict(by_type.values_list("type__code", "quantity")) == {"party_cell": 0, "party_committee": 1}
    assert cell.type.code == "party_committee"


def test_women_and_workers_are_kept_with_the_sign_of_the_count(union):
    event = members("leave")(union, female=3, workers=7)

    assert (event.quantity, event.female, event.workers) == (-7, -3, -7)
    total = YearTotal.objects.get(kind="left")
    assert (total.quantity, total.female, total.workers) == (-7, -3, -7)


def test_a_whole_citys_union_members_fit_on_one_line(union):
    members("join")(union, quantity=38_555)

    assert stock(union) == (1, 38_595)
    assert audit.differences() == []


def test_the_date_of_a_fact_is_the_date_of_its_decision(cell):
    decision = make.decision(on=LATER)
    assert actions.admit(organization=cell, quantity=1, decision=decision, by=make.system()).effective_on == LATER

    with no_trace(), pytest.raises(Refused, match="02/04/2023"):
        actions.admit(organization=cell, quantity=1, decision=decision, effective_on=LAST, by=make.system())


# ------------------------------------------------------------------------------------------ refused


def codes(refusal):
    return [problem.code for problems in refusal.value.by_row.values() for problem in problems]


REFUSED = [
    ("before the founding", "cell", members("admit", effective_on=FOUNDED - timedelta(days=1)), "lifecycle"),
    ("in the future", "cell", tomorrow, "future"),
    ("before the Party was founded", "cell", members("admit", effective_on=date(1930, 2, 2)), "too_early"),
    ("without a date", "cell", members("admit", effective_on=None), "required"),
    ("admission to a union", "union", members("admit"), "sector"),
    ("joining the Party", "cell", members("join"), "sector"),
    ("upgrade of a union", "union", upgraded, "sector"),
    ("nobody", "cell", members("admit", quantity=0), "invalid"),
    ("fewer than nobody", "cell", members("admit", quantity=-3), "invalid"),
    ("half a person", "cell", members("admit", quantity=2.5), "invalid"),
    ("more than the city has", "cell", members("admit", quantity=10_000_000), "invalid"),
    ("more women than people", "cell", members("admit", female=8), "part_above_total"),
    ("more workers than people", "cell", members("admit", workers=8), "part_above_total"),
    ("women fewer than none", "cell", members("admit", female=-1), "invalid"),
    ("more leaving than there are", "union", members("leave", quantity=41), "lifecycle"),
    ("upgrade to a cell", "cell", life("upgrade", to_type="party_subcell"), "type"),
    ("upgrade to a union", "cell", life("upgrade", to_type="union_base"), "type"),
    ("downgrade of a cell", "cell", life("downgrade", to_type="party_subcell"), "type"),
    ("the type it has", "cell", life("retype", to_type="party_cell"), "type"),
    ("no new type", "cell", life("retype", to_type=None), "required"),
    ("no new name", "cell", life("rename", new_name="  "), "required"),
    ("resuming what never stopped", "cell", life("resume"), "lifecycle"),
    ("too long a note", "cell", members("admit", note="x" * 501), "too_long"),
]  # fmt: skip


@pytest.mark.parametrize("whose", ["cell", "union"])
def test_what_cannot_be_is_refused_and_leaves_no_trace(request, whose, subtests):
    organization = request.getfixturevalue(whose)
    decision = make.decision(on=LATER, zone=organization.zone)

    for name, subject, act, code in REFUSED:
        if subject == whose:
            with subtests.test(name), no_trace():
                with pytest.raises(Refused) as refusal, mock.patch.object(make, "decision", return_value=decision):
                    act(organization)
                assert codes(refusal) == [code]


def test_nothing_happens_after_the_end(union):
    life("dissolve", reason="Sắp xếp lại")(union)

    for act in (actions.dissolve, actions.suspend, actions.resume):
        with pytest.raises(Refused, match="02/04/2023"):
            act(organization=union, decision=make.decision(on=LAST), by=make.system())
    with pytest.raises(Refused, match="02/04/2023"):
        make.joining(union, on=LAST)
    assert stock(union) == (0, 40)


def test_an_organisation_is_founded_once(cell):
    draft = actions.Draft(Kind.ESTABLISHED, cell, decision=make.decision(on=LATER))

    with no_trace(), pytest.raises(Refused, match="01/03/2022"):
        actions.record(drafts=[draft], by=make.system())


def test_a_fact_dated_before_the_end_is_still_taken_after_it(union):
    life("dissolve", reason="Sắp xếp lại")(union)

    members("join")(union, effective_on=FOUNDED)

    assert stock(union) == (0, 47)


def test_ending_an_organisation_before_what_it_did_is_refused(cell):
    make.admission(cell, 2, on=LAST)

    decision = make.decision(on=LATER)

    with no_trace(), pytest.raises(Refused, match="03/05/2024"):
        actions.dissolve(reason="Sắp xếp lại", organization=cell, decision=decision, by=make.system())


def test_all_rows_of_an_act_are_refused_together_each_with_its_reason(cell, union):
    drafts = [
        actions.Draft(Kind.ADMITTED, cell, effective_on=LATER, quantity=2),
        actions.Draft(Kind.ADMITTED, union, effective_on=LATER, quantity=2),
        actions.Draft(Kind.ADMITTED, cell, effective_on=None, quantity=2),
    ]

    with no_trace(), pytest.raises(Refused) as refusal:
        actions.record(drafts=drafts, by=make.system())

    assert {row: [problem.code for problem in problems] for row, problems in refusal.value.by_row.items()} == {
        1: ["sector"],
        2: ["required"],
    }


# ------------------------------------------------------------------------------------------ unusual


def small_cell(kkt, reason):
    cell = make.organization(zone=kkt, on=FOUNDED)
    return life("upgrade")(cell, to_type=make.type_("party_committee"), reason=reason)


def few_founders(kkt, reason):
    return make.organization(zone=kkt, members=2, reason=reason).events.get()


def type_out_of_use(kkt, reason):
    return make.organization(zone=kkt, type="party_plain_cell", on=FOUNDED, reason=reason).events.get()


def joins_a_closed_enterprise(kkt, reason):
    host = make.enterprise(zone=kkt, status="dissolved")
    union = make.organization(zone=kkt, type="union_base", on=FOUNDED, enterprises=[host])
    return make.joining(union, 5, reason=reason)


def more_members_than_workers(kkt, reason):
    host = make.enterprise(zone=kkt, workers=100, workers_on=FOUNDED)
    union = make.organization(zone=kkt, type="union_base", on=FOUNDED, enterprises=[host])
    make.joining(union, 60, on=LATER)
    return make.joining(union, 60, reason=reason)


def more_admitted_than_workers(kkt, reason):
    host = make.enterprise(zone=kkt, workers=10, workers_on=FOUNDED)
    cell = make.organization(zone=kkt, on=FOUNDED, enterprises=[host])
    return make.admission(cell, 11, reason=reason)


@pytest.mark.parametrize(
    "act",
    [
        small_cell,
        few_founders,
        type_out_of_use,
        joins_a_closed_enterprise,
        more_members_than_workers,
        more_admitted_than_workers,
    ],
    ids=lambda act: act.__name__,
)
def test_what_is_unusual_needs_a_reason_which_is_kept(kkt, act):
    with pytest.raises(NeedsReason):
        act(kkt, "")
    assert audit.differences() == []

    assert act(make.zone("HP-KHAC"), "Đã có văn bản đồng ý").reason == "Đã có văn bản đồng ý"


def test_an_import_keeps_its_warning_with_the_line_instead_of_asking(kkt):
    cell = make.organization(zone=kkt, on=FOUNDED)
    draft = actions.Draft(Kind.UPGRADED, cell, to_type=make.type_("party_committee"), decision=make.decision(on=LATER))

    events, warnings = recorded(drafts=[draft], by=make.system(), unusual="allow")

    assert [event.kind for event in events] == ["upgraded"]
    assert [problem.code for problem in warnings[0]] == ["small_cell"]


# ------------------------------------------------------------------------------------------ somebody else meanwhile


def test_an_act_judges_by_what_the_ledger_holds_now_not_by_what_the_page_showed(union):
    as_seen = type(union).objects.get(pk=union.pk)  # still active on Lan's screen
    life("suspend")(union)

    actions.resume(organization=as_seen, decision=make.decision(on=LAST), by=make.system())

    union.refresh_from_db()
    assert union.status == as_seen.status == "active"
    assert as_seen.version == union.version
    assert audit.differences() == []


def test_the_former_name_is_the_one_the_register_held_not_the_one_the_page_showed(cell):
    as_seen = type(cell).objects.get(pk=cell.pk)
    life("rename")(cell, new_name="Tên Hai")

    event = actions.rename(organization=as_seen, new_name="Tên Ba", decision=make.decision(on=LAST), by=make.system())

    assert (event.old_name, event.new_name) == ("Tên Hai", "Tên Ba")


def test_a_name_in_use_is_refused_when_renaming(cell, kkt):
    make.organization("Chi bộ Một", zone=kkt)

    with pytest.raises(Refused) as refusal:
        life("rename")(cell, new_name="CHI BỘ  một")

    assert codes(refusal) == ["unique"]
    cell.refresh_from_db()
    assert cell.name != "Chi bộ Một"


def test_the_last_renaming_that_stands_gives_the_name(cell):
    first = cell.name
    to_two = life("rename")(cell, new_name="Tên Hai")
    decision = make.decision(on=FOUNDED)
    actions.rename(organization=cell, new_name="Tên Một", decision=decision, by=make.system())  # entered later, earlier
    cell.refresh_from_db()
    assert cell.name == "Tên Hai"

    actions.reverse(event=to_two, reason="Nhầm đơn vị", by=make.system())
    cell.refresh_from_db()
    assert (cell.name, cell.search_key) == ("Tên Một", "ten mot")

    actions.reverse(event=Event.objects.live().get(kind="renamed"), reason="Nhầm đơn vị", by=make.system())
    cell.refresh_from_db()
    assert cell.name == first


def test_what_is_seldom_true_of_an_ending_a_recognition_or_a_founding_needs_a_reason(kkt):
    cell = make.organization(zone=kkt, on=FOUNDED)
    make.admission(cell, 5, on=FOUNDED)
    counted = make.organization(zone=kkt, on=FOUNDED, members=12)
    small = make.enterprise(zone=kkt, workers=6, workers_on=FOUNDED)
    paper = {"decision": make.decision(on=LATER, zone=kkt), "by": make.system()}
    with no_trace():
        with pytest.raises(NeedsReason):
            actions.dissolve(organization=cell, **paper)
        for row in (cell, counted):
            with pytest.raises(NeedsReason):
                actions.recognise(organization=row, quantity=500, **paper)
        with pytest.raises(NeedsReason):
            make.organization(zone=kkt, type="union_base", enterprises=[small], members=27, decision=paper["decision"])
    actions.recognise(organization=counted, quantity=12, **paper)
    actions.dissolve(organization=cell, reason="Đảng viên về chi bộ phường", **paper)


def test_more_members_than_there_are_are_not_split_off(kkt):
    cell = make.organization(zone=kkt, on=FOUNDED)
    make.admission(cell, 5, on=FOUNDED)
    paper = {"decision": make.decision(on=LATER, zone=kkt), "by": make.system()}
    with no_trace(), pytest.raises(Refused) as refused:
        actions.split(organization=cell, name="Chi bộ Hai", type=cell.type, members=100, **paper)
    assert [problem.field for problem in refused.value.by_row[0]] == ["members"]
