"""Silence is declared by keyboard, at the desk and on a phone; a contradiction keeps every box."""

from datetime import date

from playwright.sync_api import expect

from targets.models import Declaration
from tests import make

from .conftest import BOTH_WIDTHS, PHONE


@BOTH_WIDTHS
def test_a_cell_and_a_period_are_declared_by_keyboard(new_page, sign_in, accessible, lan, kkt, cluster, viewport):
    make.organization("Chi bộ Sao Mai", zone=kkt, on=date(2023, 2, 1))
    page = new_page(viewport=viewport, color_scheme="dark" if viewport is PHONE else "light")
    sign_in(page, lan)
    page.goto("/declarations/?zone=HP-KKT&year=2023")
    accessible(page)

    cell = page.get_by_role("checkbox", name="Tổ chức đảng thành lập mới, quý I năm 2023")
    cell.press("Space")
    page.get_by_role("radio", name="không phát sinh").press("Space")
    page.get_by_role("button", name="Khai báo").press("Enter")

    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("sổ đang có 1 sự kiện còn hiệu lực, cộng 1")
    expect(summary).to_be_focused()
    expect(cell).to_be_checked()
    accessible(page)
    new_page.complaints.clear()  # the browser reports the 422 itself
    summary.get_by_role("link").first.press("Enter")
    page.keyboard.type("Ghi muộn")
    page.get_by_role("checkbox", name="Quý IV (7)").press("Space")
    page.get_by_role("button", name="Khai báo").press("Enter")

    expect(page.locator(".message").first).to_contain_text("Đã ghi 8 khai báo: không phát sinh.")
    expect(page.get_by_text("Ghi muộn").first).to_be_visible()
    accessible(page)
    assert Declaration.objects.count() == 8
