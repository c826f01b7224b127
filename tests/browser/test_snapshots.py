"""A half year from the clerk's draft to the board's acceptance and back, as three people walk it."""

import pytest
from playwright.sync_api import expect

from organizations import audit
from reports.models import Snapshot, State
from tests import make

from .conftest import BOTH_WIDTHS, PHONE

NEW = "/snapshots/new/?zone=HP-KKT&period=2024-6M"


@pytest.fixture
def a_half_year(kkt, lan):
    make.target(zone=kkt, indicator="party_members", low=50, high=100)
    cell = make.organization("Chi bộ Công ty Sao Mai", zone=kkt, by=lan)
    make.admission(cell, 31, by=lan)
    return cell


@BOTH_WIDTHS
@pytest.mark.full
def test_a_half_year_is_frozen_submitted_returned_corrected_accepted_and_reopened(
    new_page, sign_in, accessible, lan, quan, minh, a_half_year, viewport
):
    page = new_page(viewport=viewport, color_scheme="dark" if viewport is PHONE else "light")

    def told(text):
        expect(page.locator(".message.success")).to_contain_text(text)
        accessible(page)

    def freeze():
        sign_in(page, lan)
        page.goto(NEW)
        accessible(page)
        page.get_by_role("button", name="Chốt số liệu này").click()
        told("Đã chốt 7 số liệu")

    def submit():
        sign_in(page, quan)
        page.goto("/")
        page.get_by_role("link", name="Số liệu chờ lãnh đạo trình").click()
        page.get_by_role("link", name="6 tháng đầu năm 2024").click()
        page.get_by_role("link", name="Trình Ban Tổ chức Thành ủy").click()
        accessible(page)
        page.get_by_role("button", name="Trình Ban Tổ chức Thành ủy").click()
        told("Đã trình Ban Tổ chức Thành ủy")

    def open_as_board():
        sign_in(page, minh)
        page.goto("/")
        page.get_by_role("link", name="Số liệu chờ Ban quyết định").click()
        page.get_by_role("link", name="6 tháng đầu năm 2024").click()

    freeze()
    submit()
    open_as_board()
    page.get_by_role("link", name="Trả lại đơn vị").click()
    page.get_by_role("button", name="Trả lại đơn vị").click()  # no reason is given
    expect(page.locator(".error-summary")).to_be_visible()
    new_page.complaints.clear()  # the browser tells of the 422
    accessible(page)
    page.get_by_label("Lý do chung").fill("Đề nghị kiểm tra")
    page.get_by_label("Đảng viên mới kết nạp: lý do trả lại").fill("Thiếu 2 đảng viên của tháng 5")
    page.get_by_role("button", name="Trả lại đơn vị").click()
    told("Đã trả lại đơn vị")

    sign_in(page, lan)
    page.goto("/")
    page.get_by_role("link", name="Số liệu cần chốt lại").click()
    expect(page.locator("main")).to_contain_text("Thiếu 2 đảng viên của tháng 5")
    accessible(page)
    make.admission(a_half_year, 2, by=lan)
    freeze()
    submit()
    open_as_board()
    page.get_by_role("link", name="Tiếp nhận").click()
    expect(page.locator("main")).to_contain_text("182 ngày bị khóa")
    accessible(page)
    page.get_by_role("button", name="Tiếp nhận").click()
    told("chỉ Ban Tổ chức Thành ủy mở lại được")

    sign_in(page, lan)
    page.goto(f"/organizations/{a_half_year.pk}/admitted/")
    page.get_by_label("Số, ký hiệu quyết định").fill("99-QĐ/ĐU")
    page.get_by_label("Ngày quyết định").fill("20/06/2024")
    page.get_by_label("Cơ quan ban hành").fill(make.ISSUER)
    page.get_by_label("Số người").fill("3")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("khóa")
    expect(page.locator(".error-summary")).to_contain_text("Ban Tổ chức Thành ủy")
    new_page.complaints.clear()

    sign_in(page, minh)
    page.goto("/snapshots/?zone=HP-KKT&year=2024")
    accessible(page)
    page.locator(".completeness a.state", has_text="đã tiếp nhận").click()
    page.get_by_role("link", name="Mở lại kỳ").click()
    page.get_by_label("Lý do").fill("Bổ sung một quyết định")
    accessible(page)
    page.get_by_role("button", name="Mở lại kỳ").click()
    told("Đã mở lại")
    for name in ("So với hiện nay", "Kiểm chứng"):
        page.get_by_role("link", name=name).click()
        accessible(page)
        page.go_back()

    assert [row.state for row in Snapshot.objects.order_by("pk")] == [State.RETURNED, State.REOPENED]
    assert audit.differences() == []


def test_on_paper_frozen_figures_stand_with_their_day_seal_and_place_to_sign(new_page, sign_in, lan, a_half_year, kkt):
    row = make.snapshot(zone=kkt, period="2024-6M", by=lan)
    page = new_page()
    sign_in(page, lan)
    page.goto(f"/snapshots/{row.pk}/")
    page.emulate_media(media="print")

    assert page.get_by_text("Số liệu tính đến ngày 30/06/2024").is_visible()
    assert page.locator("code.only-print", has_text=row.hash).is_visible()
    assert page.locator(".signatures", has_text="NGƯỜI LẬP BIỂU").get_by_text("T/M ĐẢNG ỦY").is_visible()
    assert not page.get_by_role("link", name="Kiểm chứng").is_visible()
    assert not page.locator(".site-header").is_visible()
    page.emulate_media(media="screen")
    assert not page.locator(".signatures").is_visible()


def test_nothing_is_frozen_but_what_was_looked_at(page, sign_in, accessible, lan, a_half_year):
    sign_in(page, lan)
    page.goto(NEW)
    freeze = page.get_by_role("button", name="Chốt số liệu này")
    expect(freeze).to_be_enabled()
    page.get_by_label("Kỳ báo cáo").select_option("2024-Q1")
    expect(freeze).to_be_disabled()
    expect(page.get_by_text("hãy xem số liệu đó trước")).to_be_visible()
    accessible(page)
    page.get_by_label("Kỳ báo cáo").select_option("2024-6M")
    expect(freeze).to_be_enabled()
    page.get_by_label("Kỳ báo cáo").select_option("2024-Q1")
    page.get_by_role("button", name="Xem số liệu").click()
    expect(page.get_by_role("heading", name="quý I năm 2024")).to_be_visible()
    freeze.click()
    expect(page.locator(".message.success")).to_contain_text("quý I năm 2024")
    assert Snapshot.objects.get().period == "2024-Q1"


def test_what_moved_while_the_page_stood_open_is_shown_and_asked_about_anew(
    new_page, sign_in, accessible, minh, a_half_year, kkt
):
    row = make.snapshot(zone=kkt, period="2024-6M", state="submitted")
    make.admission(a_half_year, 5)
    page = new_page()
    sign_in(page, minh)
    page.goto(f"/snapshots/{row.pk}/accept/")
    box = page.get_by_label("Tôi đã xem: sổ nay cho số khác")
    box.check()
    make.admission(a_half_year, 5000)

    page.get_by_role("button", name="Tiếp nhận").click()

    expect(page.locator(".error-summary")).to_contain_text("Sổ lại vừa thay đổi")
    expect(page.locator(".moved-since")).to_contain_text("5.036")
    expect(box).not_to_be_checked()
    new_page.complaints.clear()  # the browser tells of the 422
    accessible(page)
    box.check()
    page.get_by_role("button", name="Tiếp nhận").click()
    expect(page.locator(".message.success")).to_contain_text("Đã tiếp nhận")
    expect(page.locator(".trail")).to_contain_text("Vẫn ký dù sổ đã khác")
    accessible(page)
