"""An import taken back: everything is as it was, the ledger only grew, and the file may come again."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imports.undo import undo_batch
from organizations import actions, audit
from organizations.models import (
    Batch,
    BatchRow,
    Change,
    Decision,
    Enterprise,
    Event,
    Organization,
    ParkStay,
    PeriodLock,
)
from organizations.problems import Refused
from reports.figures import attainment_table
from targets.actions import assign_target
from tests import make
from tests.imports.digest import differences, digest
from tests.imports.files import DAY, FILES, ISSUER, ON, OTHERS, before, written
from tests.imports.test_intake import FILES as MANY
from tests.imports.test_intake import ready_for
from tests.traces import no_trace


def undo(batch, by, **options):
    undone = undo_batch(batch, by=by, **options)
    assert audit.differences() == []
    return undone


def whole(undone, lines=None):
    """Everything was undone; returns the new batch."""
    assert (undone.kept, undone.blocked) == ([], [])
    assert lines is None or len(undone.reversed) == lines
    return undone.batch


@pytest.fixture
def office(kkt, admin, dinh_vu, trang_due):
    """Takes in the files of these kinds; returns their batches."""

    def take(*kinds, of=FILES):
        return [
            written(of[kind](), by=admin, zone=None if kind == "targets" else kkt, kind=kind, corrections="Đếm lại")
            for kind in kinds
        ]

    return take


# ------------------------------------------------------------------------------------------ there and back


@pytest.mark.parametrize("kind", FILES)
def test_an_import_undone_leaves_everything_as_it_was_and_may_come_again(office, admin, kind):
    office(*before(kind))
    was = digest()
    (batch,) = office(kind)
    did = digest()
    assert differences(was, did)
    new = whole(undo(batch, admin), lines=len(FILES[kind]()) - 1)
    assert (new.undoes, new.kind, new.zone) == (batch, kind, batch.zone)
    assert differences(was, digest()) == {}
    (again,) = office(kind)
    assert (again.created, again.updated) == (batch.created, batch.updated)
    assert differences(did, digest()) == {}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_corrected_and_changed_is_undone_to_what_was_said_before(office, admin, kind):
    office(*FILES)
    was = digest()
    (batch,) = office(kind, of=OTHERS)
    assert batch.updated
    did = digest()
    whole(undo(batch, admin), lines=3)
    assert differences(was, digest()) == {}
    office(kind, of=OTHERS)
    assert differences(did, digest()) == {}


@pytest.mark.full
@pytest.mark.parametrize("files", [FILES, OTHERS], ids=["new", "changed"])
@pytest.mark.parametrize("kind", FILES)
def test_undoing_can_be_undone_as_often_as_one_likes(office, admin, kind, files):
    office(*(before(kind) if files is FILES else FILES))
    was = digest()
    (batch,) = office(kind, of=files)
    did = digest()
    for ought in (was, did, was, did, was):
        batch = whole(undo(batch, admin), lines=len(files[kind]()) - 1)
        assert differences(ought, digest()) == {}


@pytest.mark.full
def test_files_are_undone_one_after_the_other_back_to_nothing(office, admin):
    states, batches = [digest()], []
    for files in (FILES, OTHERS):
        for kind in files:
            batches += office(kind, of=files)
            states.append(digest())
    for batch, state in zip(reversed(batches), reversed(states[:-1]), strict=True):
        whole(undo(batch, admin))
        assert differences(state, digest()) == {}
    assert not Event.objects.live().exists() and not Organization.objects.live().exists()


def test_what_the_ledger_gained_adds_up_to_nothing(office, admin):
    office(*FILES)
    last = Event.objects.latest("pk").pk
    (batch,) = office("events", of=OTHERS)
    undo(batch, admin)
    grown = Event.objects.filter(pk__gt=last).order_by().values("organization", "kind", "effective_on")
    sums = grown.annotate(people=Sum("quantity"), women=Sum("female"), stock=Sum("stock_delta"))
    assert len(sums) == 3 and {(row["people"], row["stock"]) for row in sums} == {(0, 0)}


def test_what_was_known_before_the_undoing_stays_known(office, admin, kkt):
    office("enterprises")
    organizations, promised = office("organizations", "targets")
    moment = promised.recorded_at
    for batch in (promised, organizations):
        undo(batch, admin)
    indicator = make.indicator("union_orgs")

    def figure(**options):
        table = attainment_table(
            zones=[kkt], first_year=2025, last_year=2025, as_of=date(2025, 12, 31), indicators=[indicator], **options
        )
        return table.figure(kkt, indicator, 2025).attainment

    assert (figure().actual, figure().low) == (None, None)
    assert (figure(known_at=moment).actual, figure(known_at=moment).low) == (1, 5)


def test_the_changes_and_lines_of_an_undoing_name_the_lines_of_the_file(office, admin):
    (batch,) = office("enterprises")
    new = undo(batch, admin, reason="Nhầm tệp").batch
    assert list(new.rows.order_by("line").values_list("sheet", "line", "outcome")) == [
        ("Sheet1", line, "undone") for line in (2, 3, 4)
    ]
    changes = Change.objects.filter(batch_row__batch=new).order_by("batch_row__line")
    assert [(one.action, one.batch_row.line, one.reason) for one in changes] == [
        ("voided", line, "Nhầm tệp") for line in (2, 3, 4)
    ]
    assert (new.updated, new.unchanged, new.reason) == (3, 0, "Nhầm tệp")


def test_an_undone_file_leaves_lists_and_searches(office, admin, client, kkt):
    batches = office("enterprises", "organizations", "targets")
    client.force_login(admin)
    paths = ["enterprises/", "organizations/", "decisions/", "targets/", "headcounts/?live=true", "events/?live=true"]
    assert all(client.get(f"/api/v1/{path}").json()["count"] for path in paths)
    for batch in reversed(batches):
        undo(batch, admin)
    assert [client.get(f"/api/v1/{path}").json()["count"] for path in paths] == [0] * len(paths)
    row = Enterprise.objects.first()
    assert client.get(f"/api/v1/enterprises/{row.pk}/").status_code == 404
    assert client.get("/api/v1/enterprises/?search=cong ty").json()["count"] == 0


# ------------------------------------------------------------------------------------------ what stays, and why


def later_event(office, admin):
    one = Organization.objects.get(name="Công đoàn Ba")
    make.joining(one, 3, on=date(2025, 7, 7))


def reversed_event(office, admin):
    event = Event.objects.live().get(kind="established", organization__name="Công đoàn Ba")
    actions.correct(event=event, reason="Sai ngày", by=admin, date=date(2025, 1, 16))


def later_child(office, admin):
    over = Organization.objects.get(name="Đảng bộ Một")
    make.organization("Chi bộ Chín", zone=over.zone, type="party_subcell", parent=over)


def later_count(office, admin):
    make.actions.record_headcount(
        subject=Organization.objects.get(name="Công đoàn Ba"), on=date(2025, 8, 8), total=33, by=admin
    )


def rated(office, admin):
    row = Organization.objects.get(name="Công đoàn Ba")
    make.actions.rate_organization(organization=row, year=2025, grade="well", by=admin)


def replaced_count(office, admin):
    one = Organization.objects.get(name="Công đoàn Ba")
    actions.correct_headcount(headcount=one.headcounts.get(), total=31, reason="Đếm lại", by=admin)


def another_cover(office, admin):
    one = Organization.objects.get(name="Công đoàn Ba")
    actions.cover(organization=one, enterprise=make.enterprise(zone=one.zone), by=admin)


def hand_over(office, admin):
    one = Organization.objects.get(name="Công đoàn Ba")
    to = make.zone("HP-KHAC")
    actions.transfer(organizations=[one], to_zone=to, decision=make.decision(on=date(2025, 9, 9)), by=admin)


@pytest.mark.parametrize(
    ("touch", "line"),
    [
        (later_event, 4),
        (reversed_event, 4),
        (later_child, 2),
        (later_count, 4),
        (rated, 4),
        (replaced_count, 4),
        (another_cover, 4),
        (hand_over, 4),
    ],
)
def test_an_organisation_touched_since_stays_and_the_others_go(office, admin, touch, line):
    office("enterprises")
    (batch,) = office("organizations")
    touch(office, admin)
    undone = undo(batch, admin)
    assert [item.line for item in undone.kept] == [line] and undone.kept[0].why
    assert [item.line for item in undone.reversed] == [one for one in (2, 3, 4) if one != line]
    name = {2: "Đảng bộ Một", 4: "Công đoàn Ba"}[line]
    assert undone.kept[0].what == name
    assert list(Organization.objects.live().filter(name__in=["Đảng bộ Một", "Chi bộ Hai", "Công đoàn Ba"])) == [
        Organization.objects.get(name=name)
    ]
    stored = BatchRow.objects.get(batch=undone.batch, line=line)
    assert (stored.outcome, stored.warnings[0]["message"]) == ("unchanged", undone.kept[0].why)


def changed(row, admin):
    actions.change_enterprise(enterprise=row, by=admin, countries="Hàn Quốc")


def founded_in(row, admin):
    make.organization("Công đoàn Bảy", zone=row.zone, type="union_base", enterprises=[row])


def counted(row, admin):
    actions.record_headcount(subject=row, on=date(2025, 12, 31), total=77, by=admin)


@pytest.mark.parametrize("touch", [changed, founded_in, counted])
def test_an_enterprise_touched_since_stays_and_the_others_go(office, admin, touch):
    (batch,) = office("enterprises")
    touch(Enterprise.objects.get(name="Công ty Hai"), admin)
    undone = undo(batch, admin)
    assert [(item.line, item.what) for item in undone.kept] == [(3, "Công ty Hai")] and undone.kept[0].why
    assert [row.name for row in Enterprise.objects.live()] == ["Công ty Hai"]


def test_an_enterprise_changed_again_since_stays_as_it_is(office, admin):
    office("enterprises")
    (batch,) = office("enterprises", of=OTHERS)
    changed(Enterprise.objects.get(name="Công ty Hai"), admin)
    undone = undo(batch, admin)
    assert [item.line for item in undone.kept] == [3]
    row = Enterprise.objects.get(name="Công ty Hai")
    assert (row.status, row.countries) == ("suspended", "Hàn Quốc")
    assert Enterprise.objects.filter(name="Công ty Một").exists()


def test_a_name_that_another_has_taken_does_not_come_back(office, admin, kkt):
    (batch,) = office("enterprises")
    gone = undo(batch, admin).batch
    make.enterprise("Công ty Ba", zone=kkt, tax_code="")
    make.enterprise("Công ty Khác", zone=kkt, tax_code=make.tax_code(1000))
    undone = undo(gone, admin)
    assert [item.line for item in undone.kept] == [2, 4]
    assert [item.what for item in undone.reversed] == ["Công ty Hai"]


def test_an_organisation_whose_name_or_host_is_not_free_does_not_come_back(office, admin, kkt):
    hosts, batch = office("enterprises", "organizations")
    gone = undo(batch, admin).batch
    make.organization("Chi bộ Hai", zone=kkt, type="party_subcell")
    undo(hosts, admin)
    undone = undo(gone, admin)
    assert (undone.batch, [item.line for item in undone.kept]) == (None, [2, 3, 4])


def test_events_that_others_rest_on_stay_and_those_after_them_go(office, admin, kkt):
    office("enterprises", "organizations")
    (batch,) = office("events")
    union = Organization.objects.get(name="Công đoàn Ba")
    actions.leave(organization=union, quantity=7, effective_on=date(2025, 5, 5), by=admin)
    party = Organization.objects.get(code="DB1")
    actions.resume(organization=party, decision=make.decision(on=date(2025, 6, 6)), by=admin)
    undone = undo(batch, admin)
    assert [item.line for item in undone.kept] == [4, 6]
    assert "7" in undone.kept[0].why or "thành viên" in undone.kept[0].why
    assert [item.line for item in undone.reversed] == [2, 3, 5, 7]
    assert Event.objects.live().get(organization=union, kind="joined").quantity == 12


def test_a_fact_recorded_again_since_is_not_brought_back_beside_it(office, admin, kkt):
    office("enterprises", "organizations")
    (batch,) = office("events")
    gone = undo(batch, admin).batch
    union = Organization.objects.get(name="Công đoàn Ba")
    make.joining(union, 12, on=ON)
    undone = undo(gone, admin)
    assert [item.line for item in undone.kept] == [4]
    assert Event.objects.live().filter(organization=union, kind="joined").count() == 1


def test_a_count_made_again_since_is_not_brought_back_beside_it(office, admin):
    office("enterprises", "organizations")
    (batch,) = office("headcounts")
    gone = undo(batch, admin).batch
    one = Organization.objects.get(name="Chi bộ Hai")
    actions.record_headcount(subject=one, on=date(2025, 12, 31), total=9, by=admin)
    assert [item.line for item in undo(gone, admin).kept] == [3]


def test_a_target_revised_since_stays_and_one_assigned_anew_does_not_come_back(office, admin, kkt):
    (batch,) = office("targets")
    make.target(zone=kkt, indicator="union_orgs", year=2025, low=9, reason="Điều chỉnh")
    undone = undo(batch, admin)
    assert ([item.line for item in undone.kept], [item.line for item in undone.reversed]) == ([2], [3])
    make.target(zone=kkt, indicator="party_orgs", year=2025, low=8)
    again = undo(undone.batch, admin)
    assert (again.batch, [item.line for item in again.kept]) == (None, [3])


def test_members_handed_over_since_stay_recorded(office, admin, kkt):
    office("enterprises", "organizations", "events")
    batch = Batch.objects.get(kind="events")
    hand_over(office, admin)
    undone = undo(batch, admin)
    assert [item.line for item in undone.kept] == [4, 5]


def test_an_event_of_the_same_day_keeps_its_place_after_a_corrected_one(office, admin, kkt):
    one = make.organization("Chi bộ Năm", zone=kkt)
    header = ["Tổ chức", "Sự kiện", "Ngày QĐ", "Số QĐ", "Cơ quan ban hành", "Tên mới"]
    written([header, ["Chi bộ Năm", "Đổi tên", ON, "5-QĐ", ISSUER, "Tên A"]], by=admin, zone=kkt)
    actions.rename(organization=one, new_name="Tên B", decision=make.decision("6-QĐ", on=ON), by=admin)
    batch = written(
        [header, ["Tên B", "Đổi tên", ON, "5-QĐ", ISSUER, "Tên C"]], by=admin, zone=kkt, corrections="Sai tên"
    )
    undone = undo(batch, admin)
    assert (undone.batch, [item.line for item in undone.kept]) == (None, [2])


# ------------------------------------------------------------------------------------------ decisions


def test_a_decision_that_another_zone_cites_stays_in_its_list_alone(office, admin, hoa, other_zone, client):
    office("enterprises")
    (batch,) = office("organizations")
    paper = make.decision("3-QĐ/LĐLĐ", on=DAY, issuer="Liên đoàn Lao động", zone=other_zone)
    make.organization("Công đoàn Bên", zone=other_zone, type="union_base", by=hoa, decision=paper)
    undo(batch, admin)
    assert [row.number for row in Decision.objects.live()] == ["3-QĐ/LĐLĐ"]
    assert [row.number for row in Decision.objects.live().visible_to(hoa)] == ["3-QĐ/LĐLĐ"]


def test_a_fact_brought_back_brings_back_the_decision_it_cites(office, admin, kkt):
    one = make.organization("Chi bộ Sáu", zone=kkt)
    header = ["Tổ chức", "Sự kiện", "Ngày QĐ", "Số QĐ", "Cơ quan ban hành", "Số lượng"]
    admitted = written([header, [one.name, "Kết nạp", date(2024, 6, 15), "66-QĐ/ĐU", ISSUER, 2]],
                       by=admin, zone=kkt)  # fmt: skip
    same = [header, [one.name, "Công nhận chính thức", date(2024, 6, 15), "66-QĐ/ĐU", ISSUER, 1]]
    recognised = written(same, by=admin, zone=kkt)
    gone = undo(recognised, admin).batch
    undo(admitted, admin)
    assert "66-QĐ/ĐU" not in {row.number for row in Decision.objects.live()}
    whole(undo(gone, admin))
    assert Decision.objects.get(number="66-QĐ/ĐU").voided_by is None


def test_a_withdrawn_decision_is_recorded_anew_by_who_quotes_it(office, admin, hoa, other_zone):
    office("enterprises")
    (batch,) = office("organizations")
    undo(batch, admin)
    assert not Decision.objects.live().exists()
    row = make.decision("1-QĐ/ĐU", on=DAY, issuer=ISSUER, zone=other_zone, by=hoa)
    assert (row.voided_by, row.zone, Decision.objects.filter(number="1-QĐ/ĐU").count()) == (None, other_zone, 1)
    assert list(Decision.objects.live()) == [row]
    assert Change.objects.latest("pk").action == "restored"
    assert audit.differences() == []


# ------------------------------------------------------------------------------------------ closed periods


@pytest.mark.parametrize("above", [False, True], ids=["own zone", "zone above"])
def test_lines_in_a_closed_period_are_blocked_and_the_others_go(office, admin, kkt, city, above):
    office("enterprises", "organizations")
    (batch,) = office("events")
    make.lock(city if above else kkt, date(2025, 4, 1), date(2025, 6, 30), reason="Đã tiếp nhận quý II")
    undone = undo(batch, admin)
    assert [item.line for item in undone.blocked] == [5] and "quý II" in undone.blocked[0].why
    assert [item.line for item in undone.kept] == [4]  # the members of line 4 left by line 5
    assert [item.line for item in undone.reversed] == [2, 3, 6, 7]  # a change of name is free


@pytest.mark.parametrize(
    ("kind", "first", "last", "blocked"),
    [
        ("organizations", DAY, DAY, [2, 3, 4]),
        ("headcounts", date(2025, 12, 31), date(2025, 12, 31), [2, 3]),
        ("targets", date(2025, 12, 1), date(2025, 12, 31), [2, 3]),
        ("targets", DAY, DAY, [2, 3]),  # that of line 3 was in force from new year
        ("targets", date(2025, 1, 1), date(2025, 1, 14), [3]),  # the decision of line 2 came after
        ("enterprises", date(2026, 11, 23), date(2026, 11, 23), [2, 3]),
    ],
)
def test_each_kind_of_fact_is_blocked_by_its_day(office, admin, kkt, kind, first, last, blocked):
    office(*before(kind))
    (batch,) = office(kind)
    make.lock(kkt, first, last)
    assert [item.line for item in undo(batch, admin).blocked] == blocked


def test_a_correction_is_blocked_by_the_day_of_the_original(office, admin, kkt):
    office(*FILES)
    (batch,) = office("organizations", of=OTHERS)
    make.lock(kkt, DAY, DAY)  # the founding of line 3 was corrected from this day to the 20th
    assert 3 in [item.line for item in undo(batch, admin).blocked]


def moved(*parks):
    """A file that says of enterprises 1, 2 … only where they sit."""
    return [["MST", "Tên DN", "KCN"], *(
        [make.tax_code(1000 * place), name, park]
        for place, (name, park) in enumerate(zip(("Công ty Một", "Công ty Hai"), parks, strict=True), 1)
    )]  # fmt: skip


def test_a_move_to_another_park_is_blocked_by_its_day(office, admin, kkt):
    office("enterprises")
    batch = written(moved("Tràng Duệ", "Đình Vũ"), by=admin, zone=kkt, kind="enterprises")
    day = ParkStay.objects.get(park__name__contains="Tràng Duệ").valid_from
    lock = make.lock(kkt, day, day, reason="Đã tiếp nhận tháng này")

    with no_trace():
        undone = undo(batch, admin)
    assert [item.line for item in undone.blocked] == [2] and "tháng này" in undone.blocked[0].why

    PeriodLock.objects.filter(pk=lock.pk).update(lifted_at=timezone.now(), lifted_by=admin)
    back = whole(undo(batch, admin), 1)
    make.lock(kkt, day, day, reason="Đã tiếp nhận lần hai")
    assert len(undo(back, admin).blocked) == 1  # and the undoing of the undoing moves it again


def test_a_move_before_a_closed_period_is_undone(office, admin, kkt):
    office("enterprises")
    batch = written(moved("Tràng Duệ", "Đình Vũ"), by=admin, zone=kkt, kind="enterprises")
    day = ParkStay.objects.get(park__name__contains="Tràng Duệ").valid_from
    make.lock(kkt, day - timedelta(days=9), day - timedelta(days=1))

    whole(undo(batch, admin), 1)


def test_when_nothing_can_be_undone_nothing_is_written(office, admin, kkt):
    (batch,) = office("targets")
    make.lock(kkt, date(2025, 1, 1), date(2025, 12, 31))
    with no_trace():
        undone = undo(batch, admin)
    assert (undone.batch, undone.reversed, len(undone.blocked)) == (None, [], 2)


# ------------------------------------------------------------------------------------------ who, and how often


PEOPLE = {"lan": (True, False), "admin": (True, True), "minh": (False, True), "quan": (False, False),
          "hoa": (False, False), "stranger": (False, False)}  # fmt: skip


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("kind", ["enterprises", "targets"])
def test_who_may_import_a_kind_in_the_zone_may_undo_it(office, request, kind, person):
    (batch,) = office(kind)
    user = request.getfixturevalue(person)
    if PEOPLE[person][kind == "targets"]:
        assert undo(batch, user).batch.recorded_by == user
    else:
        with no_trace(), pytest.raises(PermissionDenied):
            undo_batch(batch, by=user)


def test_an_organisation_handed_over_since_is_left_alone_by_a_clerk_of_one_zone(office, lan, admin):
    office("enterprises")
    (batch,) = office("organizations")
    hand_over(office, admin)
    undone = undo(batch, lan)
    assert [item.line for item in undone.kept] == [4] and "Khu HP-KHAC" in undone.kept[0].why


def test_an_import_is_undone_once_and_the_refusal_names_the_batch(office, admin):
    (batch,) = office("enterprises")
    first = undo(batch, admin).batch
    with no_trace(), pytest.raises(Refused, match=f"#{first.pk}"):
        undo_batch(batch, by=admin)
    again = undo(first, admin).batch
    with no_trace(), pytest.raises(Refused, match=f"#{again.pk}"):
        undo_batch(batch, by=admin)


def test_a_rehearsal_says_the_same_and_leaves_no_trace(office, admin):
    office("enterprises")
    (batch,) = office("organizations")
    later_event(office, admin)
    with no_trace():
        told = undo_batch(batch, by=admin, dry_run=True)
    undone = undo(batch, admin)
    assert (told.batch, told.reversed, told.kept) == (None, undone.reversed, undone.kept)


def test_a_reason_too_long_is_refused(office, admin):
    (batch,) = office("enterprises")
    with no_trace(), pytest.raises(Refused):
        undo_batch(batch, by=admin, reason="x" * 501)


def test_the_answer_for_programs_names_every_line(office, admin):
    office("enterprises")
    (batch,) = office("organizations")
    later_event(office, admin)
    undone = undo(batch, admin)
    answer = undone.as_json()
    assert (answer["batch"], answer["undoes"]) == (undone.batch.pk, batch.pk)
    assert [set(row) for row in answer["kept"]] == [{"sheet", "row", "what", "why"}]
    assert (answer["reversed_count"], answer["kept_count"], answer["blocked_count"]) == (2, 1, 0)


def test_revised_targets_of_earlier_and_later_papers_come_back_for_every_day(kkt, admin, office):
    make.target(
        zone=kkt, indicator="union_orgs", year=2025, low=3, decision=make.decision("1-CT", on=date(2024, 11, 1))
    )
    assign_target(zone=kkt, indicator=make.indicator("union_orgs"), year=2025, low=4, high=4, by=admin, reason="Tăng",
                  decision=make.decision("2-CT", on=date(2025, 7, 1)))  # fmt: skip
    was = digest([date(2024, 11, 1), date(2025, 1, 1), date(2025, 7, 1)])
    (batch,) = office("targets", of=OTHERS)  # its paper is of 01/12/2024
    whole(undo(batch, admin))
    assert differences(was, digest([date(2024, 11, 1), date(2025, 1, 1), date(2025, 7, 1)])) == {}


def counted_again(enterprise, organization, admin):
    actions.record_headcount(subject=enterprise, on=date(2025, 12, 31), total=1, by=admin)


def changed_again(enterprise, organization, admin):
    actions.change_enterprise(enterprise=enterprise, by=admin, countries="Lào")


def founded_again(enterprise, organization, admin):
    make.organization(zone=enterprise.zone, type="union_base", enterprises=[enterprise])


def founded_below(enterprise, organization, admin):
    make.organization(zone=enterprise.zone, type="union_section", parent=organization)


def covered_again(enterprise, organization, admin):
    other = make.organization(zone=enterprise.zone, type="union_base")
    actions.cover(organization=other, enterprise=enterprise, by=admin)


def joined_again(enterprise, organization, admin):
    make.joining(organization, 2)


@pytest.mark.parametrize(
    "act", [counted_again, changed_again, founded_again, founded_below, covered_again, joined_again]
)
def test_what_was_withdrawn_takes_nothing_more(office, admin, act):
    batches = office("enterprises", "organizations")
    enterprise = Enterprise.objects.get(name="Công ty Hai")
    organization = Organization.objects.get(name="Công đoàn Ba")  # as a page read them before
    for batch in reversed(batches):
        undo(batch, admin)
    with pytest.raises(Refused, match="rút|chưa được thành lập"):
        act(enterprise, organization, admin)
    assert audit.differences() == []


def test_programs_do_not_find_a_withdrawn_row(office, admin, client):
    batches = office("enterprises", "organizations")
    row = Enterprise.objects.get(name="Công ty Hai")
    for batch in reversed(batches):
        undo(batch, admin)
    client.force_login(admin)
    given = {"enterprise": row.pk, "on": "2025-12-31", "total": 3}
    answer = client.post("/api/v1/headcounts/", given, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, ["enterprise"])


# ------------------------------------------------------------------------------------------ cost


@pytest.mark.parametrize("kind", MANY)
@pytest.mark.one_database
def test_the_number_of_queries_does_not_grow_with_the_lines(kkt, admin, dinh_vu, kind):
    ready_for(kind, kkt, admin, 60)

    def cost(count):
        batch = written(MANY[kind](count), by=admin, zone=kkt, kind=kind)
        asked = []
        for _time in ("undone", "brought back", "undone again"):
            admin.__dict__.pop("_scope", None)
            with CaptureQueriesContext(connection) as queries:
                undone = undo_batch(batch, by=admin)
            batch = whole(undone)
            asked.append(len(queries))
        return asked

    few, many = cost(5), cost(60)
    assert all(more <= less + 2 for less, more in zip(few, many, strict=True)), (few, many)
    assert max(many) < 100
