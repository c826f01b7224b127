"""What a page says of frozen figures is what was frozen: its percents, its pace, and what a rate is made of."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from organizations.actions import record_headcount
from reports.models import SnapshotFigure
from tests import make

from .reading import row_of, words_of
from .test_rate_figures import hosts, rate_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NAME = "Đảng viên mới kết nạp"


@pytest.fixture(autouse=True)
def on_a_day_of_2024():
    with time_machine.travel("2024-07-10T08:00:00+07:00", tick=True):
        yield


@pytest.mark.parametrize(("basis", "decimals", "rounding"), [("high", 1, "half_up"), ("low", 0, "truncated")])
def test_frozen_percents_stay_as_they_were_printed_and_the_page_says_how(
    client, lan, kkt, settings, basis, decimals, rounding
):
    make.target(zone=kkt, indicator="party_members", low=19, high=38)
    make.admission(make.organization(zone=kkt, on=date(2024, 1, 2)), 17, on=date(2024, 3, 1))
    row = make.snapshot(zone=kkt, period="2024-6M", by=lan)
    settings.PERCENT_BASIS, settings.PERCENT_DECIMALS, settings.PERCENT_ROUNDING = basis, decimals, rounding
    client.force_login(lan)

    page = client.get(f"/snapshots/{row.pk}/")

    assert row.figures.get(code="party_members").percent == "89.5"
    assert "89,5%" in row_of(page, NAME)
    said = "Tính như khi chốt: tỷ lệ tính trên mức giao thấp. Tỷ lệ làm tròn nửa lên, 1 chữ số thập phân"
    assert said in words_of(page)
    opened = client.get(f"/snapshots/{row.pk}/figures/party_members/")
    assert "89,5%" in words_of(opened) and said in words_of(opened)
    live = client.get("/snapshots/new/?zone=HP-KKT&period=2024-6M")
    assert "89,5%" not in row_of(live, NAME)  # what is frozen now follows today's choice


def test_a_later_quarter_says_what_its_quarter_needs_not_what_the_year_lacks(client, lan, kkt):
    make.target(zone=kkt, indicator="party_members", low=12)
    cell = make.organization(zone=kkt, on=date(2024, 1, 2))
    make.admission(cell, 6, on=date(2024, 2, 1))
    make.admission(cell, 2, on=date(2024, 5, 1))
    client.force_login(lan)
    before = row_of(client.get("/snapshots/new/?zone=HP-KKT&period=2024-Q2"), NAME)
    row = make.snapshot(zone=kkt, period="2024-Q2", by=lan)

    page = row_of(client.get(f"/snapshots/{row.pk}/"), NAME)

    assert page.split("▼")[1] == before.split("▼")[1]
    assert "quý này cần có" in page and "cần thêm" not in page and "dự báo" not in page


def test_a_target_with_decimals_and_a_rate_keep_their_pace_on_the_frozen_page(client, lan, kkt):
    rate_of("enterprise_coverage", name="Tỷ lệ phủ")
    make.target(zone=kkt, indicator="enterprise_coverage", low=Decimal("66.5"))
    make.target(zone=kkt, indicator="party_members", low=Decimal("40.5"))
    hosts(kkt, 3, 1)
    make.admission(make.organization(zone=kkt, on=date(2024, 1, 2)), 17, on=date(2024, 3, 1))
    client.force_login(lan)
    live = client.get("/snapshots/new/?zone=HP-KKT&period=2024-6M&as_of=2024-05-10")
    row = make.snapshot(zone=kkt, period="2024-6M", as_of=date(2024, 5, 10), by=lan)

    page = client.get(f"/snapshots/{row.pk}/")

    for name in ("Tỷ lệ phủ", NAME):
        assert row_of(page, name).split()[-9:] == row_of(live, name).split()[-9:]
    assert "cần thêm 23,5" in row_of(page, NAME)


@pytest.fixture
def covered(kkt, lan):
    """One enterprise of two has a cell; frozen."""
    rate_of("enterprise_coverage")
    hosts(kkt, 2, 1)
    return make.snapshot(zone=kkt, period="2024-6M", by=lan)


def test_a_rate_of_one_day_opens_to_what_was_divided_and_raises_no_alarm(client, lan, covered):
    client.force_login(lan)

    words = words_of(client.get(f"/snapshots/{covered.pk}/figures/enterprise_coverage/"))

    assert "1 trên 2: tỷ lệ đọc tại một ngày, không cộng từ sự kiện." in words
    assert "khác số liệu đã chốt" not in words and "Các sự kiện đã cộng" not in words


def test_the_difference_leads_from_no_rate_of_one_day_to_events(client, lan, kkt, covered):
    hosts(kkt, 2, 0)
    client.force_login(lan)

    page = client.get(f"/snapshots/{covered.pk}/difference/")

    (told,) = [one for one in page.context["told"] if one.found.figure.code == "enterprise_coverage"]
    assert (told.was, told.url) == ("50", "")


def test_an_indicator_of_nothing_to_divide_by_waits_for_no_event(client, lan, kkt):
    rate_of("enterprise_coverage", name="Tỷ lệ phủ")
    rate_of("admission_rate", name="Tỷ lệ kết nạp")
    client.force_login(lan)

    page = client.get("/snapshots/new/?zone=HP-KKT&period=2024-6M")

    (warning,) = [text for text in page.context["shown"].warnings if "chưa có sự kiện" in text]
    assert "Tỷ lệ kết nạp" in warning and "Tỷ lệ phủ" not in warning
    assert SnapshotFigure.objects.count() == 0


def test_what_of_a_rate_nobody_knew_stays_on_its_frozen_page(client, lan, kkt):
    rate_of("admission_rate", name="Tỷ lệ kết nạp")
    known = make.organization("Chi bộ Sao Mai", zone=kkt, on=date(2023, 1, 2))
    make.organization("Chi bộ Hải An", zone=kkt, on=date(2023, 1, 2))
    record_headcount(subject=known, total=20, on=date(2023, 12, 1), by=lan)
    make.admission(known, 4, on=date(2024, 3, 1))
    row = make.snapshot(zone=kkt, period="2024-6M", by=lan)
    client.force_login(lan)

    page = row_of(client.get(f"/snapshots/{row.pk}/"), "Tỷ lệ kết nạp")

    assert "20" in page and "1 tổ chức chưa có số hiện có tính đến ngày 31/12/2023" in page


def test_a_rate_of_nothing_to_divide_by_is_not_called_unreported_once_frozen(client, lan, kkt):
    rate_of("enterprise_coverage", name="Tỷ lệ phủ")
    row = make.snapshot(zone=kkt, period="2024-6M", by=lan)
    client.force_login(lan)

    page = row_of(client.get(f"/snapshots/{row.pk}/"), "Tỷ lệ phủ")

    assert "Không có số liệu" in page and "30/06/2024: 0" in page and "Chưa báo cáo" not in page


def test_a_frozen_rate_is_printed_as_the_live_one(client, lan, kkt):
    rate_of("enterprise_coverage", name="Tỷ lệ phủ")
    hosts(kkt, 3, 1)
    client.force_login(lan)
    live = row_of(client.get("/snapshots/new/?zone=HP-KKT&period=2024-6M"), "Tỷ lệ phủ")
    row = make.snapshot(zone=kkt, period="2024-6M", by=lan)

    assert row_of(client.get(f"/snapshots/{row.pk}/"), "Tỷ lệ phủ") == live
    assert " 33,3 " in live
