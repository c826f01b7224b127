"""A decision is looked for, scanned and found again by search, at the desk and on the phone, by keyboard."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.organizations.papers import pdf

from .conftest import BOTH_WIDTHS, PHONE


@pytest.fixture
def facts(kkt):
    decision = make.decision("12-QĐ/ĐU", on=make.DAY, zone=kkt, signer="Người Ký Mẫu", summary="Thành lập hai chi bộ")
    for name in ("Chi bộ Công ty Đình Vũ", "Chi bộ Công ty Sao Mai"):
        make.organization(name, zone=kkt, decision=decision)
    make.enterprise("Công ty Đình Vũ", zone=kkt)
    return decision


@BOTH_WIDTHS
def test_a_clerk_finds_a_decision_and_attaches_its_scan(
    new_page, sign_in, accessible, lan, facts, viewport, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path
    page = new_page(viewport=viewport, color_scheme="dark" if viewport is PHONE else "light")
    sign_in(page, lan)
    page.goto("/decisions/")
    accessible(page)
    page.get_by_label("Số, người ký, trích yếu").fill("12 qd")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thành lập 2 tổ chức")).to_be_visible()
    page.get_by_role("link", name="12-QĐ/ĐU").click()
    expect(page.get_by_role("heading", name="12-QĐ/ĐU", level=1)).to_be_visible()
    accessible(page)

    page.locator("input[type=file]").set_input_files(
        {"name": "qđ.pdf", "mimeType": "application/pdf", "buffer": b"<html>"}
    )
    page.get_by_role("button", name="Đính kèm").click()
    expect(page.locator(".error-summary")).to_contain_text("là trang web hoặc hình vẽ")
    assert new_page.complaints.pop().endswith("422 (Unprocessable Entity)")
    accessible(page)
    page.locator("input[type=file]").set_input_files({"name": "qđ.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    page.get_by_role("button", name="Đính kèm").click()
    expect(page.get_by_text("Đã đính kèm 1 bản quét.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="qđ.pdf", exact=True).click()
    assert download.value.suggested_filename == "qđ.pdf"


def test_the_search_is_worked_by_keyboard_alone(new_page, sign_in, accessible, lan, facts):
    page = new_page()
    sign_in(page, lan)
    page.goto("/decisions/")
    page.keyboard.press("/")
    page.keyboard.type("dinh vu")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tìm kiếm")).to_be_visible()
    accessible(page)

    page.locator("#q").fill("")
    page.keyboard.type("cong ty din")
    expect(page.locator("#found a")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#found a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Công ty Đình Vũ", level=1)).to_be_visible()


def test_a_phone_shows_what_is_found_and_what_is_not(new_page, sign_in, accessible, lan, facts):
    page = new_page(viewport=PHONE)
    sign_in(page, lan)
    page.goto("/search/?q=dinh")
    accessible(page)
    page.goto("/search/?q=khongco")
    expect(page.get_by_role("heading", name="Không tìm thấy “khongco”")).to_be_visible()
    accessible(page)


@pytest.mark.parametrize("width", [1366, *(pytest.param(width, marks=pytest.mark.full) for width in (1320, 1540))])
def test_the_header_holds_every_screen_and_the_search_of_an_administrator(new_page, sign_in, accessible, admin, width):
    page = new_page(viewport={"width": width, "height": 800})
    sign_in(page, admin)
    page.goto("/decisions/")
    expect(page.locator(".site-nav").get_by_role("link", name="Quản trị dữ liệu")).to_be_visible()
    accessible(page)
