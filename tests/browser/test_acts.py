"""A clerk records an act, corrects it and sees all three lines; hands over after a look; on desk and phone."""

from datetime import date

import pytest
from playwright.sync_api import expect

from organizations import actions, audit
from organizations.models import Event, Organization
from tests import make

from .conftest import BOTH_WIDTHS, PHONE

FOUNDED = date(2023, 3, 1)
BOTH = BOTH_WIDTHS


@pytest.fixture
def cell(kkt):
    host = make.enterprise("Công ty TNHH Thép Sao Mai", zone=kkt, workers=900)
    return make.organization("Chi bộ Thép Sao Mai", zone=kkt, on=FOUNDED, enterprises=[host], members=5)


def paper(page, number="12-QĐ/ĐU", day="20/05/2024"):
    page.get_by_label("Số, ký hiệu quyết định").fill(number)
    page.get_by_label("Ngày quyết định").fill(day)
    page.get_by_label("Cơ quan ban hành").fill("Đảng ủy Khu kinh tế Hải Phòng")


@BOTH
@pytest.mark.full
def test_a_corrected_admission_shows_original_reversal_and_new_line(new_page, sign_in, accessible, lan, cell, viewport):
    page = new_page(viewport=viewport, color_scheme="dark" if viewport is PHONE else "light")
    sign_in(page, lan)
    page.goto(cell.get_absolute_url())
    page.get_by_role("link", name="Kết nạp đảng viên").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kết nạp đảng viên")
    accessible(page)

    page.get_by_role("button", name="Lưu", exact=True).click()  # nothing filled in
    expect(page.locator(".error-summary")).to_be_focused()
    accessible(page)
    new_page.complaints.clear()  # of the answer 422
    paper(page)
    page.get_by_label("Số người").fill("12")
    page.get_by_label("trong đó nữ").fill("5")
    page.get_by_role("button", name="Lưu", exact=True).click()
    said = page.get_by_role("status").filter(has_text="Đã ghi")
    expect(said).to_contain_text("kết nạp đảng viên: 12")
    expect(said).to_contain_text("12 đảng viên")
    event = Event.objects.get(kind="admitted")

    page.locator(f"a[href='/events/{event.pk}/correct/']").first.click()
    expect(page.get_by_label("Số người")).to_have_value("12")
    accessible(page)
    page.get_by_label("Số người").fill("11")
    page.get_by_label("Lý do").fill("Gõ nhầm")
    page.get_by_role("button", name="Lưu", exact=True).click()

    lines = page.locator(".story > li")
    expect(lines).to_have_count(3)
    expect(lines.nth(0)).to_contain_text("Dòng gốc")
    expect(lines.nth(1)).to_contain_text("Dòng đảo")
    expect(lines.nth(1)).to_contain_text("-12")
    expect(lines.nth(2)).to_contain_text("Dòng mới")
    expect(lines.nth(2)).to_contain_text("11")
    expect(lines.nth(2)).to_contain_text("Gõ nhầm")
    accessible(page)
    assert audit.differences() == []


@BOTH
@pytest.mark.full
def test_every_form_is_accessible(new_page, sign_in, accessible, lan, kkt, cell, viewport):
    page = new_page(viewport=viewport, color_scheme="light" if viewport is PHONE else "dark")
    sign_in(page, lan)
    founding = cell.events.get()
    actions.rate_organization(organization=cell, year=2024, grade="excellent", by=lan)
    actions.record_admission_source(organization=cell, year=2024, introduced=12, by=lan)
    count = cell.headcounts.get()
    for address in (
        *(
            f"/organizations/{cell.pk}/{act}/"
            for act in ("upgraded", "merged_away", "split_from", "dissolved", "resumed")
        ),
        f"/events/{founding.pk}/",
        f"/events/{founding.pk}/reverse/",
        "/organizations/new/",
        "/organizations/transfer/",
        f"/headcounts/new/?organization={cell.pk}",
        f"/headcounts/{count.pk}/correct/",
        f"/organizations/{cell.pk}/rate/",
        f"/organizations/{cell.pk}/sources/",
        cell.get_absolute_url(),
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        accessible(page)
    new_page.complaints.clear()  # of the act that cannot be done now


def test_a_second_press_writes_nothing_more(new_page, sign_in, lan, cell):
    page = new_page()
    sign_in(page, lan)
    page.goto(f"/organizations/{cell.pk}/admitted/")
    paper(page)
    page.get_by_label("Số người").fill("3")
    page.get_by_role("button", name="Lưu", exact=True).dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Chi bộ Thép Sao Mai")
    page.go_back()
    page.get_by_role("button", name="Lưu", exact=True).click()
    # the browser shows the page it kept, which leads to what was recorded, or an empty one, which is refused
    expect(page.locator(".error-summary").or_(page.get_by_role("status").filter(has_text="Đã ghi"))).to_be_visible()

    assert Event.objects.filter(kind="admitted").count() == 1
    new_page.complaints.clear()  # of the empty form that was refused


@BOTH
def test_organisations_are_handed_over_after_a_look(new_page, sign_in, accessible, lan, cell, other_zone, viewport):
    page = new_page(viewport=viewport)
    sign_in(page, lan)
    page.goto("/organizations/transfer/")
    page.get_by_label("Chi bộ Thép Sao Mai").check()
    page.get_by_label("Chuyển giao cho").select_option(other_zone.code)
    paper(page)
    page.get_by_role("button", name="Xem trước").click()
    expect(page.locator(".lede")).to_contain_text("1 tổ chức")
    accessible(page)
    page.get_by_role("button", name="Chuyển giao 1 tổ chức").click()
    expect(page.get_by_role("status").filter(has_text="Đã chuyển giao")).to_be_visible()

    assert Organization.objects.get(pk=cell.pk).zone == other_zone
