"""One organisation and one enterprise on the screen, and two clerks who change the same enterprise at once."""

from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import expect

from organizations import actions
from organizations.models import Enterprise
from tests import make

from .conftest import BOTH_COLOURS, BOTH_WIDTHS, PHONE


def only_refused(complaints):
    """The browser tells of each answer 422, which is how a question is asked; of nothing else."""
    assert [said for said in complaints if "422" not in said] == []
    complaints.clear()


@pytest.fixture
def factory(kkt, lan):
    factory = make.enterprise("Công ty TNHH Sao Mai", zone=kkt, workers=1200, by=lan)
    actions.record_headcount(subject=factory, on=date(2024, 8, 1), total=1350, by=lan)
    return factory


@pytest.fixture
def cell(kkt, lan, factory):
    base = make.organization("Đảng bộ Khu", zone=kkt, type="party_committee")
    cell = make.organization("Chi bộ Sao Mai", zone=kkt, enterprises=[factory], parent=base, members=9, by=lan)
    make.admission(cell, 12, on=date(2024, 6, 10), female=5, by=lan)  # another day: one point is no course
    wrong = make.admission(cell, 13, by=lan)
    actions.correct(event=wrong, quantity=10, reason="Ghi nhầm của chi bộ khác", by=lan)
    return cell


@BOTH_WIDTHS
@BOTH_COLOURS
def test_everything_about_an_organisation_and_its_enterprise_is_read(
    new_page, sign_in, accessible, lan, cell, factory, viewport, color_scheme
):
    page = new_page(viewport=viewport, color_scheme=color_scheme)
    sign_in(page, lan)
    page.goto(cell.get_absolute_url())
    expect(page.get_by_role("heading", name="Chi bộ Sao Mai", level=1)).to_be_visible()
    assert page.get_by_role("img", name="các dòng sổ cộng lại còn 22 người").bounding_box()["width"] > 150
    page.get_by_text("Số liệu của biểu đồ").first.click()
    accessible(page)
    assert page.locator("tr.void").count() == 2

    page.get_by_label("Tính đến ngày").fill("01/01/2024")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.get_by_text("Tính đến ngày 01/01/2024.")).to_be_visible()
    accessible(page)

    page.get_by_role("link", name="Lịch sử sửa đổi").click()
    expect(page.get_by_role("heading", name="Lịch sử sửa đổi")).to_be_visible()
    accessible(page)

    page.goto(factory.get_absolute_url())
    expect(page.get_by_text("Chưa có công đoàn.")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="Sửa thông tin").click()
    expect(page.get_by_label("Tên doanh nghiệp")).to_have_value("Công ty TNHH Sao Mai")
    accessible(page)
    page.goto(f"{cell.get_absolute_url()}edit/")
    expect(page.get_by_label("Trực thuộc")).to_have_value("Đảng bộ Khu")
    accessible(page)


def test_two_clerks_edit_the_same_enterprise_and_neither_loses_work(
    new_page, sign_in, accessible, live_server, lan, kkt, factory
):
    thu = make.user("thu", role="clerk", zone=kkt, full_name="Vũ Thị Thu")
    hers, his = new_page(viewport=PHONE), new_page()
    sign_in(hers, lan)
    desk = Client()  # his own: a second person on one client ends the session of the first
    desk.force_login(thu)
    his.context.add_cookies([{"name": "sessionid", "value": desk.cookies["sessionid"].value, "url": live_server.url}])
    for page in (hers, his):
        page.goto(f"{factory.get_absolute_url()}edit/")
    hers.get_by_label("Tên doanh nghiệp").fill("Công ty TNHH Sao Mai Việt")
    hers.get_by_label("Trạng thái").select_option(label="Tạm ngừng")

    his.get_by_label("Tên doanh nghiệp").fill("Công ty TNHH Sao Mai Nhật")
    his.get_by_label("Quốc gia").fill("Nhật Bản")
    his.get_by_role("button", name="Lưu").click()
    expect(his.get_by_role("heading", name="Công ty TNHH Sao Mai Nhật", level=1)).to_be_visible()
    hers.get_by_role("button", name="Lưu").click()

    expect(hers.get_by_role("heading", name="Người khác vừa sửa dòng này")).to_be_visible()
    expect(hers.get_by_text("Vũ Thị Thu đã lưu lúc")).to_be_visible()
    expect(hers.get_by_label("Tên doanh nghiệp")).to_have_value("Công ty TNHH Sao Mai Việt")
    expect(hers.get_by_label("Quốc gia")).to_have_value("Nhật Bản")
    accessible(hers)
    hers.get_by_role("radio", name="Công ty TNHH Sao Mai Nhật").check()
    hers.get_by_role("button", name="Lưu").click()

    expect(hers.get_by_role("heading", name="Công ty TNHH Sao Mai Nhật", level=1)).to_be_visible()
    row = Enterprise.objects.get()
    only_refused(new_page.complaints)
    assert (row.name, row.countries, row.status) == ("Công ty TNHH Sao Mai Nhật", "Nhật Bản", "suspended")


def test_without_javascript_a_likely_duplicate_is_asked_about_and_recorded(new_page, lan, make_user, factory):
    page = new_page(java_script_enabled=False)
    page.goto("/sign-in/?next=/enterprises/new/")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(make_user.PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_label("Tên doanh nghiệp").fill("Công ty cổ phần Sao Mai")
    page.get_by_label("Khu công nghiệp").select_option(label="KCN HP-KKT")
    page.get_by_role("button", name="Lưu", exact=True).click()

    expect(page.get_by_role("heading", name="Có thể đã ghi rồi")).to_be_visible()
    page.get_by_role("button", name="Đây là doanh nghiệp khác: lưu").click()

    expect(page.get_by_role("heading", name="Công ty cổ phần Sao Mai", level=1)).to_be_visible()
    only_refused(new_page.complaints)
    assert Enterprise.objects.count() == 2
