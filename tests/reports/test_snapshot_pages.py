"""Frozen figures on screen: frozen by the clerk, submitted by the leader, decided by the board, each on a page."""

import re
from contextlib import nullcontext
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations import guards
from organizations.models import PeriodLock
from reports.models import Snapshot, SnapshotFigure, SnapshotRemark, State
from reports.snapshots.words import column_in_words
from tests import make
from tests.traces import no_trace

from .reading import links_of, row_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PAGE = "/snapshots/"
NEW = "/snapshots/new/"


@pytest.fixture(autouse=True)
def on_a_day_of_2024():
    with time_machine.travel("2024-07-10T08:00:00+07:00", tick=True):
        yield


@pytest.fixture
def half_year(kkt, lan):
    """What HP-KKT did in the first half of 2024."""
    make.target(zone=kkt, indicator="party_members", low=50, high=100)
    return make.admission(make.organization("Chi bộ Sao Mai", zone=kkt, by=lan), 31, by=lan)


def frozen(kkt, lan, **values):
    return make.snapshot(zone=kkt, period="2024-6M", by=lan, **values)


def send(client, user, url, *, untouched=False, **values):
    """Fill in and send the form of a page as ``user``; the answer. ``untouched``: nothing may have been written."""
    client.force_login(user)
    page = client.get(url)
    form = page.context["form"]
    typed = {name: form[name].value() for name in ("key", "version", "seen") if name in form.fields}
    with no_trace() if untouched else nullcontext():
        return client.post(url, typed | values)


def one(row):
    return f"{PAGE}{row.pk}/"


# ------------------------------------------------------------------------------------------ freezing


def test_a_clerk_looks_at_the_figures_and_freezes_them(client, lan, kkt, half_year):
    client.force_login(lan)

    page = client.get(NEW)

    assert page.context["shown"].period.code == "2024-6M" and page.context["shown"].as_of == date(2024, 6, 30)
    assert "50–100 31" in row_of(page, "Đảng viên mới kết nạp")
    assert "chưa có sự kiện và chưa khai báo" in words_of(page)
    assert links_of(page, "Khai báo kỳ im lặng") == ["/declarations/?zone=HP-KKT&year=2024"]
    saved = send(client, lan, f"{NEW}?zone=HP-KKT&period=2024-6M&as_of=2024-06-30", note="Sơ kết")
    row = Snapshot.objects.get()
    assert (saved.status_code, saved.url) == (302, one(row))
    assert (row.period, row.as_of, row.note, row.drafted_by) == ("2024-6M", date(2024, 6, 30), "Sơ kết", lan)
    page = client.get(one(row))
    assert "Đã chốt 7 số liệu của Khu kinh tế Hải Phòng, 6 tháng đầu năm 2024" in words_of(page)
    assert "50–100 31" in row_of(page, "Đảng viên mới kết nạp")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("period=2024-Q9", "“2024-Q9”"),
        ("period=0001", "“0001”"),
        ("period=2024-Q4", "“2024-Q4”"),  # it has not begun
        ("period=2024-6M&as_of=31/02/2024", "31/02/2024"),
        ("period=2024-6M&as_of=11/07/2024", "11/07/2024"),
        ("period=2024-6M&as_of=31/12/2023", "31/12/2023"),
    ],
)
def test_a_wrong_question_is_named_and_freezes_nothing(client, lan, kkt, asked, said):
    client.force_login(lan)
    page = client.get(f"{NEW}?zone=HP-KKT&{asked}")

    assert page.status_code == 400
    assert said in words_of(page)
    assert page.context["shown"] is None
    assert client.post(f"{NEW}?zone=HP-KKT&{asked}", {}).status_code == 400
    assert not Snapshot.objects.exists()


def test_a_second_snapshot_of_a_period_is_refused_and_the_note_stays_typed(client, lan, kkt, half_year):
    row = frozen(kkt, lan)

    refused = send(client, lan, f"{NEW}?zone=HP-KKT&period=2024-6M", untouched=True, note="Lần nữa")

    assert refused.status_code == 422
    assert "Lần nữa" in refused.content.decode()
    assert one(row) in links_of(refused, str(row))
    assert Snapshot.objects.count() == 1


def test_the_same_press_twice_freezes_once(client, lan, kkt, half_year):
    client.force_login(lan)
    url = f"{NEW}?zone=HP-KKT&period=2024-6M"
    sent = {"key": "the-same-press", "note": ""}

    assert client.post(url, sent).url == client.post(url, sent).url
    assert Snapshot.objects.count() == 1


def test_what_the_last_return_remarked_stands_beside_the_new_figures(client, lan, kkt, minh, half_year):
    row = frozen(kkt, lan, state="submitted")
    figure = row.figures.get(code="party_members")
    send(client, minh, f"{one(row)}return/", **{f"reason-{figure.pk}": "Thiếu quyết định số 12"}, reason="Xem lại")

    client.force_login(lan)
    page = client.get(f"{NEW}?zone=HP-KKT&period=2024-6M")

    assert "Đảng viên mới kết nạp: Thiếu quyết định số 12" in words_of(page)


def test_days_closed_for_a_zone_above_are_told_before_freezing(client, lan, kkt, half_year):
    make.lock(make.city(), date(2024, 2, 1), date(2024, 6, 30), reason="Thành phố chốt")
    make.lock(kkt, date(2023, 1, 1), date(2023, 12, 31), reason="Năm trước")
    client.force_login(lan)

    page = client.get(f"{NEW}?zone=HP-KKT&period=2024-6M")

    words = words_of(page)
    assert "01/02/2024 đến 30/06/2024" in words and "Thành phố chốt" in words and "Năm trước" not in words
    assert "khai báo là không phát sinh" in words and links_of(page, "Khai báo kỳ im lặng"), "January is open"


@pytest.mark.parametrize("of_kkt", [True, False])
def test_of_a_period_closed_throughout_nobody_is_told_to_record_or_declare(client, lan, kkt, half_year, of_kkt):
    make.lock(make.city(), date(2024, 4, 1), date(2024, 6, 30))
    make.lock(kkt if of_kkt else make.city(), date(2023, 12, 1), date(2024, 3, 31))
    client.force_login(lan)

    page = client.get(f"{NEW}?zone=HP-KKT&period=2024-6M")

    words = words_of(page)
    assert "chưa có sự kiện và chưa khai báo" in words and "khai báo là không phát sinh" not in words
    assert links_of(page, "Khai báo kỳ im lặng") == [] and words.count("không sửa được") == 2


def test_days_closed_below_leave_the_zones_own_days_open(client, lan, kkt, cluster, half_year):
    make.lock(cluster, date(2024, 1, 1), date(2024, 6, 30))
    client.force_login(lan)
    page = client.get(f"{NEW}?zone=HP-KKT&period=2024-6M")
    assert links_of(page, "Khai báo kỳ im lặng") and str(cluster) in words_of(page)


# ------------------------------------------------------------------------------------------ the steps


def test_from_draft_to_accepted_and_open_again(client, lan, quan, minh, kkt, half_year):
    row = frozen(kkt, lan)

    assert send(client, quan, f"{one(row)}submit/").status_code == 302
    said = words_of(client.get(one(row)))
    assert "Đã trình Ban Tổ chức Thành ủy" in said and "Chờ Ban Tổ chức Thành ủy" in said
    client.force_login(minh)
    assert "182 ngày" in words_of(client.get(f"{one(row)}accept/"))
    assert send(client, minh, f"{one(row)}accept/").status_code == 302
    lock = PeriodLock.objects.get()
    assert (lock.zone, lock.valid_from, lock.valid_to) == (kkt, date(2024, 1, 1), date(2024, 6, 30))
    assert send(client, minh, f"{one(row)}reopen/", reason="Bổ sung quyết định").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.REOPENED, "Bổ sung quyết định")
    client.force_login(lan)
    page = client.get(one(row))
    trail = re.sub(r"\s+", " ", words_of(page).split("Các bước đã qua")[1])
    assert [trail.index(word) for word in ("đã trình", "đã tiếp nhận", "đã mở lại")] == sorted(
        trail.index(word) for word in ("đã trình", "đã tiếp nhận", "đã mở lại")
    )
    assert links_of(page, "Chốt lại") == ["/snapshots/new/?zone=HP-KKT&period=2024-6M"]


def test_a_return_gives_a_reason_beside_each_figure(client, minh, lan, kkt, half_year):
    row = frozen(kkt, lan, state="submitted")
    figure = row.figures.get(code="party_members")

    refused = send(client, minh, f"{one(row)}return/", untouched=True, **{f"reason-{figure.pk}": " "})
    assert refused.status_code == 422 and "lý do chung hoặc của ít nhất một số liệu" in words_of(refused)
    assert send(client, minh, f"{one(row)}return/", **{f"reason-{figure.pk}": "Thiếu 2 quyết định"}).status_code == 302

    assert SnapshotRemark.objects.get().figure == figure
    page = client.get(one(row))
    assert "Thiếu 2 quyết định" in row_of(page, "← đã trả lại")
    assert row.figures.count() == 7


def test_figures_that_moved_are_submitted_only_by_saying_so(client, quan, lan, kkt, half_year):
    row = frozen(kkt, lan)
    make.admission(half_year.organization, 5, by=lan)

    refused = send(client, quan, f"{one(row)}submit/", untouched=True)
    assert refused.status_code == 422
    assert "31" in words_of(refused) and "36" in words_of(refused)
    assert send(client, quan, f"{one(row)}submit/", anyway="on").status_code == 302
    row.refresh_from_db()
    assert row.state == State.SUBMITTED


def test_figures_that_moved_after_they_were_submitted_are_accepted_only_by_saying_so(
    client, quan, lan, minh, kkt, half_year
):
    row = frozen(kkt, lan)
    send(client, quan, f"{one(row)}submit/")
    make.admission(half_year.organization, 5, by=lan)

    client.force_login(minh)
    assert "khi chốt là 31 (50–100), nay là 36" in words_of(client.get(one(row)))
    asked = client.get(f"{one(row)}accept/")
    assert "31" in words_of(asked) and "36" in words_of(asked) and 'name="anyway"' in asked.content.decode()
    assert send(client, minh, f"{one(row)}accept/", untouched=True).status_code == 422
    assert send(client, minh, f"{one(row)}accept/", anyway="on").status_code == 302
    row.refresh_from_db()
    assert row.state == State.ACCEPTED
    assert "nay là 36" not in words_of(client.get(one(row)))


def test_what_was_recorded_after_the_page_was_shown_is_asked_about_anew(client, quan, lan, minh, kkt, half_year):
    row = frozen(kkt, lan)
    send(client, quan, f"{one(row)}submit/")
    make.admission(half_year.organization, 5, by=lan)
    client.force_login(minh)
    form = client.get(f"{one(row)}accept/").context["form"]
    shown = {name: form[name].value() for name in ("key", "version", "seen")} | {"anyway": "on"}
    make.admission(half_year.organization, 5000, by=lan)

    with no_trace():
        asked = client.post(f"{one(row)}accept/", shown)

    assert asked.status_code == 422
    words, form = words_of(asked), asked.context["form"]
    assert "5.036" in words and "Sổ lại vừa thay đổi" in words
    assert not form["anyway"].value() and " checked" not in asked.content.decode()
    assert form["seen"].value() != shown["seen"] and f'value="{form["seen"].value()}"' in asked.content.decode()
    again = {name: form[name].value() for name in shown} | {"anyway": "on"}
    assert client.post(f"{one(row)}accept/", again).status_code == 302
    row.refresh_from_db()
    assert row.state == State.ACCEPTED
    trail = words_of(client.get(one(row))).split("Các bước đã qua")[1]
    assert trail.count("dù sổ đã khác") == 1 and "31 (50–100), khi đó 5.036 (50–100)" in trail


def test_a_box_that_was_ticked_beside_nothing_confirms_nothing(client, quan, lan, kkt, half_year):
    row = frozen(kkt, lan)
    make.admission(half_year.organization, 5, by=lan)
    client.force_login(quan)
    with no_trace():
        asked = client.post(f"{one(row)}submit/", {"version": row.version, "anyway": "on"})
    assert asked.status_code == 422 and not asked.context["form"]["anyway"].value()


def test_figures_that_stand_are_asked_for_no_confirmation(client, quan, lan, kkt, half_year):
    row = frozen(kkt, lan)
    client.force_login(quan)
    assert 'name="anyway"' not in client.get(f"{one(row)}submit/").content.decode()


@pytest.mark.parametrize("step", ["reopen", "withdraw"])
def test_a_step_that_needs_a_reason_is_refused_without_one(client, lan, minh, kkt, half_year, step):
    row = frozen(kkt, lan, state="accepted" if step == "reopen" else "draft")

    refused = send(client, minh if step == "reopen" else lan, f"{one(row)}{step}/", untouched=True, reason="  ")

    assert refused.status_code == 422
    assert "Lỗi: " in refused.content.decode()


def test_figures_are_returned_as_a_whole_with_one_reason(client, minh, lan, kkt, half_year):
    row = frozen(kkt, lan, state="submitted")
    assert send(client, minh, f"{one(row)}return/", reason="Chưa hết kỳ").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.RETURNED, "Chưa hết kỳ")
    assert not SnapshotRemark.objects.exists()


def test_the_board_reads_before_it_accepts_what_the_figures_leave_out_and_what_is_closed_with_them(
    client, minh, lan, kkt, half_year
):
    with time_machine.travel("2024-07-20T08:00:00+07:00"):
        make.snapshot(zone=kkt, period="2024-Q1", by=lan, state="accepted")
        whole = make.snapshot(zone=kkt, period="2024", as_of=date(2024, 7, 15), by=lan, state="submitted")
        client.force_login(minh)
        page = words_of(client.get(f"{one(whole)}accept/"))
    assert "số liệu tính đến ngày 15/07/2024, chưa phải của cả kỳ: kỳ kéo dài đến 31/12/2024" in page
    assert "Chưa tiếp nhận mà cũng bị khóa theo: 6 tháng đầu năm 2024." in page

    half = frozen(kkt, lan, state="submitted")
    page = words_of(client.get(f"{one(half)}accept/"))
    assert "chưa phải của cả kỳ" not in page and "bị khóa theo" not in page


def test_who_may_not_is_told_why(client, quan, lan, minh, kkt, half_year):
    row = frozen(kkt, lan, state="submitted")
    make.access.assign(user=lan, role="board")
    client.force_login(lan)
    refused = client.get(f"{one(row)}accept/")
    assert refused.status_code == 403 and "không ai được tiếp nhận hoặc trả lại số liệu của chính mình" in words_of(
        refused
    )


def test_who_decides_is_not_who_submitted_and_reads_why(client, kkt, lan, half_year):
    from organizations.access import assign

    both = make.user("thu", role="leader", zone=kkt)
    assign(user=both, role="board")
    row = frozen(kkt, lan, state="submitted", submitted_by=both)
    client.force_login(both)

    page = client.get(one(row))

    assert "Chính anh/chị đã trình số liệu này nên không tự quyết định được" in words_of(page)
    assert [button.label for button in page.context["buttons"] if not button.why] == ["Rút lại số liệu"]
    assert client.get(f"{one(row)}accept/").status_code == 403
    with no_trace():
        assert client.post(f"{one(row)}accept/", {"version": row.version}).status_code == 403


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ("draft", {"lan": ["Rút lại số liệu"], "quan": ["Trình Ban Tổ chức Thành ủy", "Rút lại số liệu"], "minh": []}),
        (
            "submitted",
            {"lan": ["Rút lại số liệu"], "quan": ["Rút lại số liệu"], "minh": ["Tiếp nhận", "Trả lại đơn vị"]},
        ),
        ("returned", {"lan": ["Chốt lại"], "quan": [], "minh": []}),
        ("accepted", {"lan": [], "quan": [], "minh": ["Mở lại kỳ"]}),
        ("reopened", {"lan": ["Chốt lại"], "quan": [], "minh": []}),
        ("withdrawn", {"lan": ["Chốt lại"], "quan": [], "minh": []}),
    ],
)
def test_the_buttons_are_those_of_the_table(client, lan, quan, minh, kkt, half_year, state, buttons):
    row = frozen(kkt, lan, state=state)

    found = {}
    for person in (lan, quan, minh):
        client.force_login(person)
        found[person.username] = [one.label for one in client.get(one(row)).context["buttons"]]

    assert found == buttons


def test_a_step_out_of_turn_is_explained_and_leaves_no_trace(client, minh, lan, kkt, half_year):
    row = frozen(kkt, lan)
    client.force_login(minh)

    page = client.get(f"{one(row)}accept/")

    assert page.status_code == 409
    assert "Chờ lãnh đạo đơn vị trình" in words_of(page)
    with no_trace():
        assert client.post(f"{one(row)}accept/", {"version": row.version}).status_code == 409
    assert client.get(f"{one(row)}burn/").status_code == 404


def test_who_was_second_is_told_and_writes_nothing(client, minh, lan, kkt, half_year):
    row = frozen(kkt, lan, state="submitted")

    refused = send(client, minh, f"{one(row)}accept/", version=row.version - 1)

    assert refused.status_code == 422
    assert not PeriodLock.objects.exists()


# ------------------------------------------------------------------------------------------ reading


def test_the_difference_tells_each_figure_that_moved_with_what_moved_it(client, lan, kkt, half_year):
    row = frozen(kkt, lan)
    client.force_login(lan)
    url = f"{one(row)}difference/"
    assert "Từ đó không có gì khác" in words_of(client.get(url))

    later = make.admission(half_year.organization, 5, by=lan)
    make.target(zone=kkt, indicator="party_members", low=40, reason="Điều chỉnh giữa năm")
    make.declaration(zone=kkt, indicator="union_orgs", period="2024-6M", value="nothing_to_report")

    page = client.get(url)
    assert "31 (50–100) 36 (40) +5" in row_of(page, "Đảng viên mới kết nạp")
    assert f"/events/{later.pk}/" in page.content.decode()
    words = words_of(page)
    assert "Mức giao 40" in words and "Điều chỉnh giữa năm" in words
    assert "Nội dung khai: không phát sinh" in words
    assert "Giữ nguyên: Tổ chức đảng" in words


def test_a_figure_that_moved_is_never_told_in_equal_words(client, lan, kkt, cluster, half_year):
    row = frozen(kkt, lan)
    make.declaration(zone=cluster, indicator="party_members", period="2024-6M", value="nothing_to_report")
    client.force_login(lan)

    (told,) = client.get(f"{one(row)}difference/").context["told"]

    assert told.found.differs and told.was != told.now
    assert cluster.name in told.was and cluster.name not in told.now


def test_a_number_of_a_figure_is_grouped_wherever_it_is_told():
    for column, value, words in (
        ("numerator", 38555, "38.555"), ("denominator", 0, "0"), ("unknown", 1200, "1.200"),
        ("expected", "1234.5", "1.234,5"), ("expected", "12.0", "12,0"), ("expected", "", "—"),
        ("percent", "1234.50", "1.234,50%"), ("percent_of_high", "100", "100%"), ("percent", "nhiều", "nhiều%"),
        ("actual", Decimal("38555.5000"), "38.555,5"), ("target_version_id", 38555, "38555"),
    ):  # fmt: skip
        assert column_in_words(column, value) == words, column


def test_verifying_says_plainly_whether_the_figures_are_those_that_were_frozen(client, lan, kkt, half_year):
    row = frozen(kkt, lan)
    make.admission(half_year.organization, 5, by=lan)  # recorded since: nothing to a verification
    client.force_login(lan)
    assert "Khớp: 7 số liệu" in words_of(client.get(f"{one(row)}verify/"))

    guards.uninstall("default")
    SnapshotFigure.objects.filter(snapshot=row, code="party_members").update(actual=99)
    page = words_of(client.get(f"{one(row)}verify/"))
    assert "Không tiếp nhận, không in; hãy báo ngay quản trị viên." in page and "99" in page
    assert "khác số liệu đã chốt" in words_of(client.get(f"{one(row)}figures/party_members/"))


def test_a_figure_opens_exactly_the_events_that_were_frozen(client, lan, kkt, half_year):
    row = frozen(kkt, lan)
    make.admission(half_year.organization, 5, by=lan)
    client.force_login(lan)

    (url,) = links_of(client.get(one(row)), "31")
    page = client.get(url)

    assert [event.pk for event, _quantity in page.context["opened"].events] == [half_year.pk]
    assert "Cộng 31 đảng viên — bằng số liệu đã chốt." in words_of(page)
    assert client.get(f"{one(row)}figures/nothing/").status_code == 404


def test_a_figure_of_more_events_than_a_question_may_name_opens_too(client, lan, kkt, half_year):
    row = frozen(kkt, lan)
    guards.uninstall("default")
    many = [half_year.pk, *range(10**9, 10**9 + 300_000)]
    row.figures.filter(code="party_members").update(event_ids=many)
    client.force_login(lan)

    page = client.get(f"{one(row)}figures/party_members/")

    assert [event.pk for event, _quantity in page.context["opened"].events] == [half_year.pk]


def test_no_page_reads_the_events_of_figures_it_does_not_list(client, lan, quan, minh, kkt, half_year):
    """They may be hundreds of thousands; the page of a figure reads them page by page."""
    row = frozen(kkt, lan, state="submitted")
    waiting = make.snapshot(zone=kkt, period="2024-Q1", by=lan)
    returned = make.snapshot(zone=kkt, period="2024-Q2", by=lan, state="returned")
    for user, url in (
        (lan, PAGE), (lan, one(row)), (minh, f"{one(row)}accept/"), (minh, f"{one(row)}return/"),
        (quan, f"{one(waiting)}submit/"), (lan, f"{one(waiting)}withdraw/"), (lan, f"{one(row)}difference/"),
        (lan, f"{one(row)}figures/party_members/"), (lan, f"{one(row)}figures/union_orgs/"), (lan, "/"),
        (lan, f"{NEW}?zone=HP-KKT&period={returned.period}"),
    ):  # fmt: skip
        client.force_login(user)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200, url
        read = [one["sql"] for one in queries if re.search(r'"event_ids"(,| FROM| AS)', one["sql"])]
        assert read == [], url
    page = client.get(one(row))
    assert [bool(shown.url) for shown in page.context["rows"] if shown.figure.event_ids] == [True] * 2
    assert not any(shown.url for shown in page.context["rows"] if not shown.figure.event_ids)


def test_the_list_is_filtered_by_chips_in_the_address(client, lan, minh, kkt, cluster, other_zone, half_year):
    own = frozen(kkt, lan, state="submitted")
    below = make.snapshot(zone=cluster, period="2024-Q1", by=lan)
    make.snapshot(zone=other_zone, period="2023")
    client.force_login(minh)

    def shown(query=""):
        page = client.get(f"{PAGE}{query}")
        return [(row.snapshot.zone.code, row.snapshot.period) for row in page.context["listing"].rows]

    assert len(shown()) == 3
    assert shown("?zone=HP-KKT") == [("HP-KKT-1", "2024-Q1"), ("HP-KKT", "2024-6M")]
    assert shown("?year=2023") == [("HP-KHAC", "2023")]
    assert shown("?state=submitted") == [("HP-KKT", "2024-6M")]
    assert shown("?zone=HP-KKT&year=2024&state=draft") == [(below.zone.code, below.period)]
    empty = client.get(f"{PAGE}?state=accepted")
    assert "Bỏ tất cả bộ lọc" in words_of(empty)
    wrong = client.get(f"{PAGE}?year=hai&state=tốt")
    assert wrong.status_code == 400 and len(wrong.context["listing"].rows) == 3
    assert "hai" in words_of(wrong) and "tốt" in words_of(wrong)
    client.force_login(lan)
    assert own.zone.code in {code for code, _period in shown()} and len(shown()) == 2
    assert client.get(f"{PAGE}?zone=HP-KHAC").status_code == 404


def test_an_empty_list_says_what_to_do_next(client, lan, quan, kkt):
    client.force_login(lan)
    assert NEW in links_of(client.get(PAGE), "Chốt số liệu")
    client.force_login(quan)
    page = client.get(PAGE)
    assert "Chưa chốt số liệu nào" in words_of(page)
    assert links_of(page, "Chốt số liệu") == []


@pytest.mark.one_database
def test_as_many_queries_for_one_zone_and_snapshot_as_for_many(client, minh, lan, kkt, half_year):
    client.force_login(minh)

    def asked(url):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    row = frozen(kkt, lan, state="submitted")
    make.zone()
    make.admission(half_year.organization, 1, by=lan)
    urls = [
        PAGE,
        *(f"{one(row)}{page}" for page in ("", "accept/", "difference/", "verify/", "figures/party_members/")),
    ]
    few = [asked(url) for url in urls]
    for _number in range(6):
        zone = make.zone()
        make.snapshot(zone=zone, period="2024-Q1", state="submitted")
        make.zone(parent=zone)
    for _number in range(3):
        make.admission(half_year.organization, 1, by=lan)
    assert [asked(url) for url in urls] == few


def test_while_one_waits_the_page_leads_to_it_and_offers_no_other(client, lan, kkt, half_year):
    row = frozen(kkt, lan)
    client.force_login(lan)
    page = client.get(f"{NEW}?zone=HP-KKT&period=2024-6M")
    assert links_of(page, "Rút lại bản này") == [f"{one(row)}withdraw/"]
    assert "Chốt số liệu này" not in words_of(page)

    refused = send(client, lan, f"{NEW}?zone=HP-KKT&period=2024-6M", untouched=True)  # from a tab opened before
    assert refused.status_code == 422 and "cần được quyết định hoặc rút lại trước" in words_of(refused)
    other = client.get(f"{NEW}?zone=HP-KKT&period=2024-Q1")
    assert "Chốt số liệu này" in words_of(other) and not links_of(other, "Rút lại bản này")
