"""The lists in a browser: a filter is set and taken away, a view kept, many rows changed after a preview."""

import pytest
from playwright.sync_api import expect

from organizations.models import Change, Enterprise, SavedView
from tests import make

from .conftest import BOTH_WIDTHS, PHONE, WIDE


@pytest.fixture
def factories(kkt):
    park = make.park("Đình Vũ", zone=kkt)
    rows = [
        make.enterprise(f"Công ty May Số {number}", zone=kkt, park=park, workers=100 * number) for number in (1, 2, 3)
    ]
    rows.append(make.enterprise("Công ty Thép Ánh Sao", zone=kkt, tax_code="", status="suspended"))
    make.organization("Công đoàn cơ sở May Số 1", zone=kkt, type="union_base", enterprises=rows[:1], members=40)
    return rows


@BOTH_WIDTHS
def test_a_list_is_filtered_kept_as_a_view_and_changed_after_a_preview(
    new_page, sign_in, accessible, lan, kkt, factories, viewport
):
    colours = "dark" if viewport is PHONE else "light"
    page = new_page(viewport=viewport, color_scheme=colours, reduced_motion="reduce")
    sign_in(page, lan)
    page.goto("/enterprises/")
    accessible(page)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(4)

    # words without accents, then a filter; both are chips and stand in the address
    page.get_by_label("Tên hoặc mã số thuế").fill("cong ty may")
    page.get_by_role("button", name="Tìm").click()
    expect(rows).to_have_count(3)
    page.locator("summary", has_text="Bộ lọc").click()
    accessible(page)
    page.get_by_label("Từ 1.000 lao động").check()
    page.get_by_label("200–999 lao động").check()
    page.get_by_role("button", name="Lọc", exact=True).click()
    expect(rows).to_have_count(2)
    assert "size=200" in page.url and "search=cong+ty+may" in page.url
    page.get_by_role("link", name="Quy mô: từ 1.000 lao động").click()
    expect(rows).to_have_count(2)
    accessible(page)

    # a view is kept and found again
    page.get_by_text("Lưu cách xem này").click()
    page.get_by_label("Tên cách xem").fill("May lớn")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Đã lưu cách xem “May lớn”.")).to_be_visible()
    view = SavedView.objects.get()
    page.goto("/enterprises/")
    page.get_by_role("link", name="May lớn").click()
    expect(page.get_by_role("link", name="May lớn")).to_have_attribute("aria-current", "true")
    assert view.query in page.url

    # two rows are changed: first in words, then in the register
    page.get_by_label("Chọn Công ty May Số 2").check()
    expect(page.locator("[data-chosen]")).to_have_text("số dòng đã chọn: 1")
    page.get_by_label("tất cả 2 dòng của danh sách").check()
    page.get_by_label("Việc cần làm với các dòng đã chọn").select_option("status:suspended")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_text("2 doanh nghiệp sẽ đổi thành “tạm ngừng”.")).to_be_visible()
    accessible(page)
    assert not Change.objects.filter(action="updated").exists()
    page.get_by_label("Lý do").fill("Dừng sản xuất theo mùa")
    page.get_by_role("button", name="Sửa 2 doanh nghiệp").click()
    expect(page.get_by_text("Đã sửa 2 doanh nghiệp.")).to_be_visible()
    assert view.query in page.url
    assert Enterprise.objects.filter(status="suspended").count() == 3


@BOTH_WIDTHS
def test_organisations_are_listed_sorted_and_exported(new_page, sign_in, accessible, lan, kkt, factories, viewport):
    make.organization("Chi bộ Ánh Dương", zone=kkt, members=5)
    page = new_page(viewport=viewport, reduced_motion="reduce")
    sign_in(page, lan)
    page.goto("/organizations/")
    accessible(page)
    expect(page.locator("tbody th").first).to_have_text("Chi bộ Ánh Dương")
    if viewport is WIDE:
        page.get_by_role("link", name="Số thành viên").click()
        expect(page.locator("tbody th").first).to_have_text("Công đoàn cơ sở May Số 1")
        expect(page.get_by_role("columnheader", name="Số thành viên")).to_have_attribute("aria-sort", "descending")
    page.get_by_text("Xuất tệp").click()
    accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel (.xlsx)").click()
    assert download.value.suggested_filename.startswith("to-chuc-")
    page.keyboard.press("Escape")

    page.goto("/organizations/?search=khong+co+gi")
    expect(page.get_by_role("heading", name="Không dòng nào có các từ")).to_be_visible()
    accessible(page)
