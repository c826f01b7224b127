"""The board assigns targets on one page: a range a box, one decision, nothing written but what differs."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets.models import TargetVersion
from tests import make

from .reading import links_of, row_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PAGE = "/targets/"
PAPER = {"number": "12-QĐ/TU", "issued_on": "15/01/2024", "issuer": "Thành ủy Hải Phòng"}


@pytest.fixture(autouse=True)
def on_a_day_of_2024():
    with time_machine.travel("2024-09-30T08:00:00+07:00", tick=True):
        yield


def ask(zone, year=2024, **more):
    return {"zone": zone.code, "year": year, **more}


def typed(page, **changes):
    """What a browser would send: every box as the page shows it, with the changes; ``range_KKT_party_orgs`` names."""
    form = page.context["form"]
    values = {field.html_name: field.value() for field in form}
    values = {name: "" if value is None else form.fields[name].prepare_value(value) for name, value in values.items()}
    values.pop("everywhere", None)
    return values | changes


def box(kind, zone, code):
    return f"{kind}_{zone.pk}_{make.indicator(code).pk}"


def save(client, zone, changes, year=2024, page=None):
    url = f"{PAGE}?zone={zone.code}&year={year}"
    return client.post(url, typed(page or client.get(url), **changes))


def promised(zone, code, year=2024):
    row = TargetVersion.objects.filter(target__zone=zone, target__indicator__code=code, target__year=year).last()
    return row and (row.low and int(row.low), row.high and int(row.high), row.number)


def test_the_board_assigns_ranges_to_a_zone_and_those_below_it_under_one_decision(client, minh, kkt, cluster):
    client.force_login(minh)

    answer = save(
        client, kkt,
        PAPER | {
            box("range", kkt, "party_orgs"): "5-7",
            box("range", kkt, "party_members"): "từ 50 đến 100",
            box("range", cluster, "party_orgs"): "3",
        },
    )  # fmt: skip

    assert answer.status_code == 302
    page = client.get(answer.url)
    assert "Đã ghi 3 chỉ tiêu của năm 2024." in words_of(page)
    assert promised(kkt, "party_orgs") == (5, 7, 1)
    assert promised(kkt, "party_members") == (50, 100, 1)
    assert promised(cluster, "party_orgs") == (3, 3, 1)
    assert {row.decision.number for row in TargetVersion.objects.all()} == {"12-QĐ/TU"}
    assert {row.holds_from for row in TargetVersion.objects.all()} == {date(2024, 1, 15)}
    assert [(sum.total, sum.difference) for sum in page.context["sheet"].sums][0] == ("3", "▼ −2 … −4")


def test_what_stays_as_it_is_is_not_written_again(client, minh, kkt):
    make.target(zone=kkt, indicator="party_orgs", low=5, high=7)
    client.force_login(minh)

    answer = save(client, kkt, {})

    assert "chưa ghi gì" in words_of(client.get(answer.url))
    assert TargetVersion.objects.count() == 1


def test_a_revision_needs_a_reason_and_keeps_every_box_until_it_is_given(client, minh, kkt):
    make.target(zone=kkt, indicator="party_orgs", low=5, high=7)
    client.force_login(minh)
    changes = {box("range", kkt, "party_orgs"): "6-8", box("range", kkt, "union_orgs"): "5-10"}

    refused = save(client, kkt, changes)

    assert refused.status_code == 422
    assert "Hãy ghi lý do điều chỉnh chỉ tiêu." in words_of(refused)
    assert 'value="6-8"' in refused.content.decode()
    assert promised(kkt, "union_orgs") is None, "all of it or none"

    assert save(client, kkt, changes | {"reason": "Theo kế hoạch bổ sung"}).status_code == 302
    assert promised(kkt, "party_orgs") == (6, 8, 2)
    assert promised(kkt, "union_orgs") == (5, 10, 1)


def test_an_empty_box_takes_the_target_back_and_it_may_be_assigned_again(client, minh, kkt):
    make.target(zone=kkt, indicator="party_orgs", low=5, high=7)
    client.force_login(minh)

    save(client, kkt, {box("range", kkt, "party_orgs"): "", "reason": "Giao nhầm khu"})

    assert promised(kkt, "party_orgs") == (None, None, 2)
    assert client.get(PAGE, ask(kkt)).context["sheet"].given[0].target == "—"

    save(client, kkt, {box("range", kkt, "party_orgs"): "4", "reason": "Giao lại"})
    assert promised(kkt, "party_orgs") == (4, 4, 3)


@pytest.mark.parametrize(
    ("typed_in", "says"),
    [("7-5", "5-7"), ("5-Jul", "5-7"), ("abc", "abc"), ("-3", "-3"), ("5,5", "5,5")],
)
def test_a_box_that_cannot_be_read_says_why_and_nothing_is_written(client, minh, kkt, typed_in, says):
    client.force_login(minh)

    refused = save(client, kkt, {box("range", kkt, "party_orgs"): typed_in, box("range", kkt, "union_orgs"): "5"})

    assert refused.status_code == 422
    assert says in words_of(refused)
    assert not TargetVersion.objects.exists()


def test_two_people_who_revise_the_same_target_do_not_overwrite_each_other_unseen(client, minh, admin, kkt):
    make.target(zone=kkt, indicator="party_orgs", low=5, high=7)
    client.force_login(minh)
    seen = client.get(PAGE, ask(kkt))
    make.target(zone=kkt, indicator="party_orgs", low=9, high=9, reason="Khác", by=admin)
    changes = {box("range", kkt, "party_orgs"): "6", "reason": "Bổ sung"}

    refused = save(client, kkt, changes, page=seen)

    assert refused.status_code == 422
    assert "9" in words_of(refused) and promised(kkt, "party_orgs") == (9, 9, 2)
    assert save(client, kkt, typed(refused) | changes, page=refused).status_code == 302
    assert promised(kkt, "party_orgs") == (6, 6, 3)


def test_a_closed_year_is_not_assigned_anew(client, minh, kkt):
    make.lock(kkt, date(2024, 1, 1), date(2024, 12, 31))
    client.force_login(minh)

    refused = save(client, kkt, {box("range", kkt, "party_orgs"): "5-7"})

    assert refused.status_code == 422
    assert not TargetVersion.objects.exists()


def test_another_year_is_copied_into_empty_boxes_and_written_only_when_saved(client, minh, kkt):
    make.target(zone=kkt, indicator="party_orgs", year=2023, low=5, high=7)
    make.target(zone=kkt, indicator="union_orgs", year=2023, low=9)
    make.target(zone=kkt, indicator="union_orgs", year=2024, low=4)
    client.force_login(minh)

    page = client.get(PAGE, ask(kkt, copy=2023))

    form = page.context["form"]
    assert form[box("range", kkt, "party_orgs")].value() == "5–7"
    assert form[box("range", kkt, "union_orgs")].value() == "4"
    assert promised(kkt, "party_orgs") is None
    assert "1 ô trống được điền sẵn chỉ tiêu năm 2023. Bấm Lưu mới ghi" in words_of(page)
    saved = save(client, kkt, {}, page=page)
    assert "Đã ghi 1 chỉ tiêu của năm 2024. Trong đó 1 chỉ tiêu chưa nêu quyết định." in words_of(client.get(saved.url))
    again = words_of(client.get(PAGE, ask(kkt, copy=2023)))
    assert "Không có ô trống nào để điền sẵn" in again and "được điền sẵn" not in again
    assert promised(kkt, "party_orgs") == (5, 7, 1)
    assert promised(kkt, "union_orgs") == (4, 4, 1)


def test_copying_a_year_says_where_further_down_it_has_to_be_copied_too(client, minh, city, kkt, cluster):
    make.target(zone=kkt, indicator="party_orgs", year=2023, low=5, high=7)
    client.force_login(minh)
    assert "còn ở cấp dưới" not in words_of(client.get(PAGE, ask(city, copy=2023)))

    make.target(zone=cluster, indicator="party_orgs", year=2023, low=1)

    said = words_of(client.get(PAGE, ask(city, copy=2023)))
    assert "Chỉ tiêu năm 2023 còn ở cấp dưới nữa; hãy sao chép tại trang của: Khu kinh tế Hải Phòng." in said
    assert "còn ở cấp dưới" not in words_of(client.get(PAGE, ask(kkt, copy=2023)))
    make.target(zone=cluster, indicator="party_orgs", year=2024, low=1)
    assert "còn ở cấp dưới" not in words_of(client.get(PAGE, ask(city, copy=2023)))


def test_a_published_percent_stands_beside_ours_and_is_flagged_when_no_rounding_gives_it(client, minh, kkt):
    make.admission(make.organization(zone=kkt), 57)
    make.target(zone=kkt, indicator="party_members", low=50, high=100)
    client.force_login(minh)

    save(client, kkt, {box("published", kkt, "party_members"): "114"} | {"reason": "Công bố"})
    assert "tính từ sổ" not in row_of(client.get(PAGE, ask(kkt)), make.indicator("party_members").name)

    save(client, kkt, {box("published", kkt, "party_members"): "120%"} | {"reason": "Công bố"})
    row = next(row for row in client.get(PAGE, ask(kkt)).context["sheet"].given if row.published)
    assert (row.published, row.differs, row.said.percent) == ("120%", True, "114%")


def test_a_decision_may_be_put_behind_targets_that_stay(client, minh, kkt):
    make.target(zone=kkt, indicator="party_orgs", low=5, high=7)
    client.force_login(minh)

    save(client, kkt, PAPER | {"everywhere": "on", "reason": "Bổ sung văn bản"})

    last = TargetVersion.objects.last()
    assert (last.number, last.decision.number, int(last.low)) == (2, "12-QĐ/TU", 5)


@pytest.mark.parametrize("who", ["lan", "quan"])
def test_those_who_do_not_assign_read_and_are_refused(client, request, who, kkt):
    make.target(zone=kkt, indicator="party_orgs", low=5, high=7)
    client.force_login(request.getfixturevalue(who))

    page = client.get(PAGE, ask(kkt))

    assert page.context["form"] is None
    assert "5–7" in row_of(page, make.indicator("party_orgs").name)
    assert client.post(f"{PAGE}?zone=HP-KKT&year=2024", {}).status_code == 403


def test_the_zones_below_lead_to_their_own_page(client, minh, kkt, cluster):
    client.force_login(minh)

    (url,) = links_of(client.get(PAGE, ask(kkt)), str(cluster))

    assert client.get(PAGE + url).context["question"].zone == cluster


def test_as_many_queries_for_thirty_zones_as_for_one(client, minh, kkt, cluster):
    client.force_login(minh)

    def asked():
        client.get(PAGE, ask(kkt))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE, ask(kkt)).status_code == 200
        return len(queries)

    make.target(zone=cluster, indicator="party_orgs", low=5)
    few = asked()
    for _number in range(29):
        make.target(zone=make.zone(parent=kkt), indicator="party_orgs", low=5)
    assert asked() == few


# ------------------------------------------------------------------------------------------ sharing out, and history


@pytest.fixture
def three(kkt, cluster):
    """Three zones under HP-KKT: one worked for last year, one with workers, one with neither."""
    zones = [cluster, make.zone("HP-KKT-2", parent=kkt), make.zone("HP-KKT-3", parent=kkt)]
    make.admission(make.organization(zone=zones[0], on=date(2023, 1, 5)), 30, on=date(2023, 6, 1))
    make.admission(make.organization(zone=zones[1], on=date(2023, 1, 5)), 10, on=date(2023, 6, 1))
    make.enterprise(zone=zones[1], workers=300)
    make.enterprise(zone=zones[2], workers=900)
    return zones


@pytest.mark.parametrize(
    ("way", "boxes"),
    [
        ("equally", ["17–34", "17–33", "16–33"]),
        ("results", ["38–75", "12–25", "0"]),
        ("workers", ["0", "13–25", "37–75"]),
    ],
)
def test_shares_are_proposed_that_add_up_and_are_written_only_when_saved(client, minh, kkt, three, way, boxes):
    make.target(zone=kkt, indicator="party_members", low=50, high=100)
    client.force_login(minh)

    page = client.get(PAGE, ask(kkt, share=way))

    form = page.context["form"]
    assert [form[box("range", zone, "party_members")].value() for zone in three] == boxes
    assert form[box("range", three[0], "union_orgs")].value() is None, "the whole has no target of it"
    assert page.context["sheet"].sums[1].difference == "✓ không chênh lệch"
    assert TargetVersion.objects.count() == 1
    save(client, kkt, {}, page=page)
    assert sum(promised(zone, "party_members")[0] for zone in three) == 50
    assert sum(promised(zone, "party_members")[1] for zone in three) == 100


def test_what_zones_have_already_is_left_and_the_rest_is_shared(client, minh, kkt, three):
    make.target(zone=kkt, indicator="party_orgs", low=5, high=7)
    make.target(zone=three[0], indicator="party_orgs", low=4)
    client.force_login(minh)

    form = client.get(PAGE, ask(kkt, share="equally")).context["form"]

    assert [form[box("range", zone, "party_orgs")].value() for zone in three] == ["4", "1–2", "0–1"]
    assert client.get(PAGE, ask(kkt, share="<x>")).status_code == 200


def test_differences_are_worked_out_from_what_is_typed_and_nothing_is_written(client, minh, kkt, cluster):
    make.target(zone=kkt, indicator="party_orgs", low=5, high=7)
    client.force_login(minh)
    url = f"{PAGE}?zone=HP-KKT&year=2024"

    page = client.get(url)
    looked = client.post(url, typed(page, **{box("range", cluster, "party_orgs"): "5-6", "then": "look"}))

    assert looked.status_code == 200
    assert [(sum.total, sum.difference) for sum in looked.context["sheet"].sums][0] == ("5–6", "▼ 0 … −1")
    assert 'value="5-6"' in looked.content.decode()
    assert promised(cluster, "party_orgs") is None
    wrong = client.post(url, typed(page, **{box("range", cluster, "party_orgs"): "năm", "then": "look"}))
    assert wrong.status_code == 422
    boxes = {box("range", kkt, "party_orgs"): "7-5", box("range", cluster, "party_orgs"): "5-6"}
    unread = client.post(url, typed(page, **boxes))
    assert unread.context["sheet"].sums[0].difference == "—"
    mixed = client.post(url, typed(page, **{box("range", cluster, "party_orgs"): "4-8", "then": "look"}))
    assert mixed.context["sheet"].sums[0].difference == "▲▼ −1 … +1"


def test_every_version_is_told_with_who_when_before_after_and_why(client, minh, lan, kkt, cluster):
    decision = make.decision("9-KH/ĐU", on=date(2024, 1, 5), zone=kkt)
    make.target(zone=kkt, indicator="party_orgs", low=5, high=7, decision=decision, by=minh)
    make.target(zone=kkt, indicator="party_orgs", low=6, high=8, decision=decision, by=minh, reason="Bổ sung")
    make.target(zone=cluster, indicator="union_orgs", low=3, by=minh)
    client.force_login(lan)

    page = client.get(PAGE, ask(kkt))

    assert [(str(step.version.target.zone), step.before, step.after) for step in page.context["sheet"].history] == [
        ("Cụm Đình Vũ", "—", "3"),
        ("Khu kinh tế Hải Phòng", "5–7", "6–8"),
        ("Khu kinh tế Hải Phòng", "—", "5–7"),
    ]
    words = words_of(page)
    assert "5–7 → 6–8 9-KH/ĐU, 05/01/2024 Bổ sung Phạm Văn Minh, " in words


def test_a_report_of_before_a_revision_keeps_its_target(client, minh, kkt):
    make.admission(make.organization(zone=kkt, on=date(2024, 1, 5)), 6, on=date(2024, 2, 1))
    make.target(zone=kkt, indicator="party_members", low=5, high=7, decision=make.decision(on=date(2024, 1, 15)))
    client.force_login(minh)
    question = {"zone": "HP-KKT", "from": 2024, "to": 2024}

    def row(**asked):
        answer = client.get("/api/v1/attainment/", question | asked).json()
        return next(row for row in answer["rows"] if row["indicator"] == "party_members")

    before = row(as_of="2024-07-31")
    moment = TargetVersion.objects.get().recorded_at.isoformat()
    later = PAPER | {"issued_on": "01/08/2024", "reason": "Điều chỉnh"}
    save(client, kkt, later | {box("range", kkt, "party_members"): "10"})

    assert (before["low"], before["high"], before["standing"]) == (5, 7, "met")
    assert row(as_of="2024-07-31") == before
    assert row(as_of="2024-08-01")["low"] == 10
    assert row(as_of="2024-08-01", known_at=moment)["low"] == 5


@pytest.mark.parametrize(
    ("typed_range", "kept"), [("8", (8, 8, 1)), (" 5–7 ", (5, 7, 1)), ("từ 50 đến 100", (50, 100, 1))]
)
def test_a_range_is_typed_as_offices_write_it(client, minh, kkt, typed_range, kept):
    client.force_login(minh)

    save(client, kkt, {box("range", kkt, "party_members"): typed_range})

    assert promised(kkt, "party_members") == kept


def test_the_page_leads_to_its_files_and_to_the_intake(client, minh, lan, kkt):
    client.force_login(minh)
    page = client.get(PAGE, ask(kkt)).content.decode()
    assert "/imports/?kind=targets&amp;zone=HP-KKT" in page and "/imports/templates/targets.xlsx?zone=HP-KKT" in page
    client.force_login(lan)
    page = client.get(PAGE, ask(kkt)).content.decode()
    assert "/imports/lists/targets-2024.xlsx?zone=HP-KKT" in page and "kind=targets" not in page
