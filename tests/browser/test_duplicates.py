"""Two rows of one enterprise are found, merged, read together and separated again; on desk and phone."""

from datetime import date

import pytest
from playwright.sync_api import expect

from organizations import audit
from organizations.models import Enterprise
from tests import make

from .conftest import BOTH_WIDTHS, PHONE


@pytest.fixture
def twins(kkt):
    one = make.enterprise("Công ty TNHH Thép Sao Mai", zone=kkt, workers=900, workers_on=date(2024, 5, 1))
    other = make.enterprise("Cty CP Thép Sao Mai", zone=kkt, tax_code="", workers=950, workers_on=date(2025, 5, 1))
    for host, name in ((one, "Chi bộ Thép Sao Mai"), (other, "Công đoàn Thép Sao Mai")):
        type_ = "party_cell" if name.startswith("Chi bộ") else "union_base"
        make.organization(name, zone=kkt, type=type_, enterprises=[host], on=date(2023, 2, 1))
    return one, other


@BOTH_WIDTHS
def test_two_rows_of_one_enterprise_are_merged_and_separated(new_page, sign_in, accessible, lan, twins, viewport):
    one, other = twins
    page = new_page(viewport=viewport, color_scheme="dark" if viewport is PHONE else "light")
    sign_in(page, lan)
    page.goto("/duplicates/")
    accessible(page)
    page.get_by_role("link", name="So sánh").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hai dòng này có phải là một?")
    accessible(page)
    page.get_by_role("button", name="Gộp vào “Công ty TNHH Thép Sao Mai”").click()  # nothing filled in
    expect(page.locator(".error-summary")).to_be_visible()
    new_page.complaints.clear()  # the browser tells of the 422
    accessible(page)
    page.get_by_label("Lý do").fill("Nhập hai lần, cùng một nhà máy")
    page.get_by_role("button", name="Gộp vào “Công ty TNHH Thép Sao Mai”").click()
    expect(page.locator(".message.success")).to_contain_text("Đã gộp “Cty CP Thép Sao Mai”")
    accessible(page)
    assert [row.pk for row in Enterprise.objects.live()] == [one.pk]
    assert audit.differences() == []

    page.get_by_role("link", name="Xem cả hai lịch sử").click()
    expect(page.locator("main")).to_contain_text("Chi bộ Thép Sao Mai")
    expect(page.locator("main")).to_contain_text("Công đoàn Thép Sao Mai")

    page.goto(f"/enterprises/{other.pk}/?own")
    page.get_by_role("link", name="Hoàn tác: tách lại thành hai dòng").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tách “")
    accessible(page)
    page.get_by_label("Lý do").fill("Là hai nhà máy")
    page.get_by_role("button", name="Tách lại thành hai dòng").click()
    expect(page.locator(".message.success")).to_contain_text("lại là hai dòng như trước")
    assert Enterprise.objects.live().count() == 2
    page.get_by_role("button", name="Không trùng").click()
    expect(page.locator(".message.success")).to_contain_text("Đã ghi nhớ")
    expect(page.get_by_role("heading", name="Không thấy dòng nào nghi trùng")).to_be_visible()
    accessible(page)
    assert audit.differences() == []
