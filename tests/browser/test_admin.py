"""The data administration in a real browser: nothing that the security policy blocks, and its look-up windows work."""

import pytest
from playwright.sync_api import expect

from organizations.models import Change, Enterprise, Organization
from tests import make

from .conftest import BOTH_COLOURS


@BOTH_COLOURS
@pytest.mark.full
def test_an_administrator_looks_up_a_row_and_changes_one(new_page, sign_in, kkt, admin, color_scheme):
    host = make.enterprise("Công ty Sao Mai", zone=kkt)
    above = make.organization("Đảng bộ Khu", zone=kkt, type="party_committee")
    cell = make.organization("Chi bộ Sao Mai", zone=kkt)
    page = new_page(color_scheme=color_scheme)
    sign_in(page, admin)

    page.goto("/")
    page.get_by_role("link", name="Quản trị dữ liệu").click()
    page.get_by_role("link", name="Doanh nghiệp", exact=True).click()
    page.locator("#searchbar").fill("sao mai")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Công ty Sao Mai").click()
    page.get_by_label("Quốc gia đầu tư").fill("Nhật Bản")
    page.locator("[name=_save]").click()
    page.locator(".messagelist .success").wait_for()
    assert Enterprise.objects.get(pk=host.pk).countries == "Nhật Bản"
    assert Change.objects.filter(model="organizations.enterprise", object_id=host.pk).latest("seq").recorded_by == admin

    page.goto(f"/admin/organizations/organization/{cell.pk}/change/")
    with page.context.expect_page() as opened:
        page.locator("#lookup_id_parent").click()
    opened.value.get_by_role("link", name="Đảng bộ Khu").click()
    expect(page.locator("#id_parent")).not_to_have_value("")
    page.locator("[name=_save]").click()
    page.locator(".messagelist .success").wait_for()
    assert Organization.objects.get(pk=cell.pk).parent == above

    for address in ("enterprise/import/", "enterprise/export/", "event/"):
        page.goto(f"/admin/organizations/{address}")
