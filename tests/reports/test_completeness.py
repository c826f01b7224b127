"""Who has reported which period, how late, and what is missing; and the work that frozen figures leave to whom."""

from datetime import date

import pytest
import time_machine

from reports.board.completeness import completeness, overdue, year_to_report
from reports.board.question import Place
from reports.board.reported import Status, judge
from reports.snapshots import actions
from targets.periods import Period
from tests import make

from .reading import links_of, row_of, words_of
from .test_rate_figures import rate_of

pytestmark = pytest.mark.django_db
HALF = Period.parse("2024-6M")


@pytest.fixture(autouse=True)
def on_a_day_of_2024():
    with time_machine.travel("2024-07-20T08:00:00+07:00", tick=True):
        yield


def of(places, user, today=date(2024, 7, 20), year=2024):
    shown = completeness(places=[Place(zone, depth) for depth, zone in places], year=year, today=today, user=user)
    return shown, {
        (line.place.zone.code, column.period.code): cell for line in shown.lines for column, cell in line.cells
    }


@pytest.mark.parametrize(
    ("today", "status", "late"),
    [
        (date(2023, 12, 31), Status.NOT_BEGUN, 0),
        (date(2024, 1, 1), Status.RUNNING, 0),
        (date(2024, 6, 30), Status.RUNNING, 0),
        (date(2024, 7, 1), Status.DUE, 0),
        (date(2024, 7, 15), Status.DUE, 0),  # its due day: still in time
        (date(2024, 7, 16), Status.OVERDUE, 1),
        (date(2025, 7, 15), Status.OVERDUE, 365),
    ],
)
def test_a_report_that_nobody_sent_is_overdue_from_the_day_after_its_due_day(kkt, today, status, late):
    report = judge(kkt, HALF, None, expected=True, above=None, today=today)

    assert (report.status, report.late, report.overdue) == (status, late, late > 0)


def test_the_due_day_is_a_setting(kkt, settings):
    settings.REPORT_DUE_DAYS = 0

    assert judge(kkt, HALF, None, expected=True, above=None, today=date(2024, 7, 1)).late == 1


@pytest.mark.parametrize(
    ("state", "overdue_days", "late"),
    [("draft", 10, 10), ("returned", 10, 10), ("reopened", 10, 10), ("submitted", 0, 7), ("accepted", 0, 7)],
)
def test_only_what_is_submitted_or_accepted_is_in_and_keeps_how_late_it_came(kkt, lan, state, overdue_days, late):
    with time_machine.travel("2024-07-22T08:00:00+07:00", tick=True):
        row = make.snapshot(zone=kkt, period="2024-6M", by=lan, state=state)

    report = judge(kkt, HALF, row, expected=True, above=None, today=date(2024, 7, 25))

    assert (report.status.value, report.late if report.overdue else 0, report.late) == (state, overdue_days, late)


def test_zones_below_the_city_report_and_clusters_within_them(city, kkt, cluster, minh, lan):
    places = [(0, city), (1, kkt), (2, cluster)]
    _shown, cells = of(places, minh)
    assert {key: cells[key, "2024-6M"].status for key in ("HP", "HP-KKT", "HP-KKT-1")} == {
        "HP": Status.NOT_EXPECTED, "HP-KKT": Status.OVERDUE, "HP-KKT-1": Status.NOT_EXPECTED,
    }  # fmt: skip
    assert "Khu kinh tế" in cells["HP", "2024-6M"].below

    make.snapshot(zone=cluster, period="2024-Q1", by=lan)
    make.snapshot(zone=kkt, period="2024-6M", by=lan, state="submitted")

    shown, cells = of(places, minh)
    assert cells["HP-KKT-1", "2024-6M"].status is Status.COVERED
    assert cells["HP-KKT-1", "2024-Q1"].status is Status.DRAFT
    assert "Cụm Đình Vũ" in cells["HP-KKT", "2024-Q1"].below
    assert cells["HP-KKT", "2024"].status is Status.RUNNING
    assert (shown.counts.expected, shown.counts.accepted, shown.counts.submitted, shown.counts.overdue) == (2, 0, 1, 1)


def test_a_zone_that_was_not_open_owes_nothing(city, minh):
    zone = make.zone(valid_from=date(2024, 7, 1))

    _shown, cells = of([(0, zone)], minh)

    assert cells[zone.code, "2024-6M"].status is Status.NOT_EXPECTED
    assert cells[zone.code, "2024-9M"].status is Status.RUNNING


def test_what_is_missing_is_told_as_it_stands_and_once_frozen_as_it_was(kkt, cluster, lan, minh):
    make.admission(make.organization("Chi bộ Sao Mai", zone=kkt, on=date(2024, 2, 1)), 3, on=date(2024, 3, 1))
    make.declaration(zone=kkt, indicator="union_orgs", period="2024-6M", value="nothing_to_report")

    def missing():
        return of([(0, kkt), (1, cluster)], minh)[1]["HP-KKT", "2024-6M"].missing

    before = missing()
    assert "Đoàn viên công đoàn phát triển mới" in before  # the whole zone is silent
    assert "Đảng viên mới kết nạp: Cụm Đình Vũ" in before
    assert not [text for text in before if text.startswith("Công đoàn cơ sở")]
    report = of([(0, kkt), (1, cluster)], minh)[1]["HP-KKT", "2024-6M"]
    in_part = [text for text in before if ":" in text]
    assert report.missing_words == (
        f"{len(before) - len(in_part)} chỉ tiêu chưa báo cáo, {len(in_part)} chỉ tiêu chưa đủ đơn vị"
    )
    make.snapshot(zone=kkt, period="2024-6M", by=lan, state="submitted")
    make.joining(make.organization(zone=cluster, type="union_base", on=date(2024, 2, 1)), 5, on=date(2024, 4, 2))
    assert missing() == before


def test_what_was_accepted_speaks_although_another_draft_was_made_and_a_withdrawn_one_never(kkt, lan, minh):
    make.snapshot(zone=kkt, period="2024", as_of=date(2024, 3, 31), by=lan, state="accepted")
    make.snapshot(zone=kkt, period="2024", as_of=date(2024, 6, 30), by=lan)
    make.snapshot(zone=kkt, period="2024-6M", by=lan, state="withdrawn")

    _shown, cells = of([(0, kkt)], minh)

    assert cells["HP-KKT", "2024"].status is Status.ACCEPTED
    assert cells["HP-KKT", "2024-6M"].status is Status.OVERDUE


def test_who_may_freeze_finds_the_way_in_the_cell(client, kkt, lan, quan):
    where = "/snapshots/new/?zone=HP-KKT&period=2024-6M"
    for person, there in ((lan, True), (quan, False)):
        client.force_login(person)
        page = client.get("/snapshots/")
        assert (where in links_of(page, "Chốt")) is there
        assert "⚠ chưa trình ⚠ quá hạn 5 ngày" in row_of(page, "Khu kinh tế Hải Phòng")
        assert "hạn 15/07/2024" in words_of(page) and "Hạn trình là 15 ngày" in words_of(page)


@pytest.mark.parametrize(
    ("day", "year"), [(date(2025, 1, 10), 2024), (date(2025, 3, 31), 2024), (date(2025, 4, 1), 2025)]
)
def test_until_its_first_quarter_is_over_a_year_has_nothing_to_report(day, year):
    assert year_to_report(day) == year


def test_the_board_reads_at_home_what_waits_for_it_and_who_is_late(client, kkt, other_zone, lan, minh):
    make.snapshot(zone=kkt, period="2024-6M", by=lan, state="submitted")
    client.force_login(minh)

    home = client.get("/")

    counts = {each.task.slug: each.count for each in home.context["shown"].waiting}
    assert counts == {"to-decide": 1, "overdue": 3 + 2 * 8}  # of two zones the two years before besides
    assert "6 tháng đầu năm 2024, lần 1" in words_of(client.get("/tasks/to-decide/?zone=HP"))
    late = client.get("/tasks/overdue/?zone=HP")
    assert "▼ quá hạn 5 ngày" in row_of(late, "Khu khác")  # what was due last stands first
    of_2024 = [each for each in overdue([kkt.pk, other_zone.pk], date(2024, 7, 20)) if each.period.year == 2024]
    assert [each.late for each in of_2024] == [5, 96, 96]


def test_what_is_owed_of_a_year_stays_on_the_list_when_the_next_begins(kkt, django_assert_num_queries):
    def owed(today):
        return [each.period.code for each in overdue([kkt.pk], today) if each.period.year == 2025]

    assert owed(date(2026, 3, 31)) == owed(date(2026, 4, 1)) == ["2025", "2025-9M", "2025-6M", "2025-Q1"]
    zones = [kkt.pk, *(make.zone().pk for _number in range(5))]
    with django_assert_num_queries(5):
        assert len(overdue(zones, date(2026, 4, 1))) == 6 * 8


# ------------------------------------------------------------------------------------------ more than one speaks


def test_an_acceptance_of_the_first_days_is_not_the_report_once_the_period_is_over(client, kkt, lan, minh):
    part = make.snapshot(zone=kkt, period="2024", as_of=date(2024, 2, 29), by=lan, state="accepted")
    while_it_runs = of([(0, kkt)], minh)[1]["HP-KKT", "2024"]
    assert (while_it_runs.said.text, while_it_runs.overdue) == ("✓ đã tiếp nhận đến ngày 29/02/2024", False)

    with time_machine.travel("2025-02-20T08:00:00+07:00", tick=True):
        shown, cells = of([(0, kkt)], minh, today=date(2025, 2, 20))
        report = cells["HP-KKT", "2024"]
        assert (report.status, report.late, report.beside, report.beside_said.word) == (
            Status.OVERDUE, 36, part, "đã tiếp nhận đến ngày 29/02/2024",
        )  # fmt: skip
        assert "Đoàn viên công đoàn phát triển mới" in report.missing
        assert (shown.counts.accepted, shown.counts.overdue) == (0, 4)
        assert "2024" in [each.period.code for each in overdue([kkt.pk], date(2025, 2, 20))]

        whole = make.snapshot(zone=kkt, period="2024", by=lan, state="submitted")
        shown, cells = of([(0, kkt)], minh, today=date(2025, 2, 20))
        report = cells["HP-KKT", "2024"]
        assert (report.status, report.snapshot, report.beside) == (Status.SUBMITTED, whole, part)
        assert (shown.counts.accepted, shown.counts.submitted, shown.counts.overdue) == (0, 1, 3)
        client.force_login(minh)
        row = row_of(client.get("/snapshots/?year=2024"), "Khu kinh tế Hải Phòng")
        assert "→ đã trình" in row and "✓ đã tiếp nhận đến ngày 29/02/2024" in row


def test_what_was_sent_of_the_first_days_leaves_the_rest_overdue(kkt, lan, minh):
    make.snapshot(zone=kkt, period="2024-6M", as_of=date(2024, 5, 31), by=lan, state="submitted")

    report = of([(0, kkt)], minh)[1]["HP-KKT", "2024-6M"]

    assert (report.status, report.overdue, report.late) == (Status.SUBMITTED, True, 5)
    assert report.said.text == "→ đã trình đến ngày 31/05/2024"


def test_what_waits_for_the_board_is_shown_beside_what_was_accepted(kkt, lan, minh):
    accepted = make.snapshot(zone=kkt, period="2024", as_of=date(2024, 3, 31), by=lan, state="accepted")
    anew = make.snapshot(zone=kkt, period="2024", as_of=date(2024, 6, 30), by=lan, state="submitted")

    shown, cells = of([(0, kkt)], minh)

    report = cells["HP-KKT", "2024"]
    assert (report.status, report.snapshot, report.beside) == (Status.ACCEPTED, accepted, anew)
    assert (shown.counts.accepted, shown.counts.submitted) == (1, 1)


def test_a_part_sent_by_the_zone_above_covers_nothing_once_the_period_is_over(kkt, cluster, lan, minh):
    make.snapshot(zone=kkt, period="2024-6M", as_of=date(2024, 5, 31), by=lan, state="submitted")

    assert of([(0, kkt), (1, cluster)], minh)[1]["HP-KKT-1", "2024-6M"].status is Status.NOT_EXPECTED


def test_a_period_that_stays_closed_by_another_says_so_on_its_page_and_where_it_is_owed(client, kkt, lan, minh):
    row = make.snapshot(zone=kkt, period="2024-Q1", by=lan, state="reopened")
    client.force_login(minh)
    assert "đơn vị sửa sổ rồi chốt lại" in words_of(client.get(f"/snapshots/{row.pk}/"))
    assert of([(0, kkt)], minh)[1]["HP-KKT", "2024-Q1"].closed == ""

    make.snapshot(zone=kkt, period="2024-6M", by=lan, state="accepted")

    page = words_of(client.get(f"/snapshots/{row.pk}/"))
    assert "đơn vị sửa sổ rồi chốt lại" not in page
    assert "vẫn còn khóa" in page and "01/01/2024–30/06/2024, Khu kinh tế Hải Phòng" in page
    assert of([(0, kkt)], minh)[1]["HP-KKT", "2024-Q1"].closed == "01/01/2024–31/03/2024"
    said = "không sửa sổ được: 01/01/2024–31/03/2024"
    assert said in row_of(client.get("/snapshots/?year=2024"), "Khu kinh tế Hải Phòng")
    assert said in words_of(client.get("/tasks/overdue/?zone=HP&page=1"))


def test_a_rate_of_nothing_to_divide_by_is_not_missed(kkt, lan, minh):
    rate_of("enterprise_coverage", name="Tỷ lệ phủ")
    assert "Tỷ lệ phủ" not in of([(0, kkt)], minh)[1]["HP-KKT", "2024-6M"].missing

    make.snapshot(zone=kkt, period="2024-6M", by=lan, state="submitted")

    assert "Tỷ lệ phủ" not in of([(0, kkt)], minh)[1]["HP-KKT", "2024-6M"].missing


def test_the_leader_finds_what_to_submit_and_the_clerk_what_was_returned_and_why(client, kkt, lan, quan, minh):
    row = make.snapshot(zone=kkt, period="2024-6M", by=lan)

    def waiting(person, slug):
        client.force_login(person)
        return next(each.count for each in client.get("/").context["shown"].waiting if each.task.slug == slug)

    assert waiting(quan, "to-submit") == 1
    row = actions.submit(snapshot=row, by=quan)
    first, second = list(row.figures.all())[:2]
    reasons = {first.pk: "Thiếu quyết định số 12", second.pk: "Xem lại tháng 5"}
    actions.send_back(snapshot=row, by=minh, reasons=reasons)
    assert (waiting(quan, "to-submit"), waiting(lan, "returned")) == (0, 2)
    page = client.get("/tasks/returned/?zone=HP-KKT")
    assert "Thiếu quyết định số 12" in words_of(page)
    assert "/snapshots/new/?zone=HP-KKT&period=2024-6M" in page.content.decode().replace("&amp;", "&")
    row = make.snapshot(zone=kkt, period="2024-6M", by=lan)  # frozen again: answered
    assert waiting(lan, "returned") == 0

    row = actions.accept(snapshot=actions.submit(snapshot=row, by=quan), by=minh)
    actions.reopen(snapshot=row, by=minh, reason="Sót một quyết định")
    assert waiting(lan, "returned") == 1
    page = words_of(client.get("/tasks/returned/?zone=HP-KKT"))
    assert "Sót một quyết định" in page and "đã mở lại" in page

    row = make.snapshot(zone=kkt, period="2024-6M", by=lan)
    assert waiting(lan, "returned") == 0
    actions.withdraw(snapshot=row, by=make.user(role="clerk", zone=kkt), reason="Chờ thêm số liệu")
    assert "Chờ thêm số liệu" in words_of(client.get("/tasks/returned/?zone=HP-KKT"))
    actions.withdraw(snapshot=make.snapshot(zone=kkt, period="2024-6M", by=lan), by=lan, reason="Tự rút")
    assert "Tự rút" not in words_of(client.get("/tasks/returned/?zone=HP-KKT"))
