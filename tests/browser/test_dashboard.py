"""From signing in to the events behind a number, at a desk and on a phone."""

import pytest

from organizations import actions
from tests import make

from .conftest import BOTH_COLOURS, BOTH_WIDTHS, PHONE


@pytest.fixture
def a_year_of_work(kkt, cluster, lan):
    """2024 of HP-KKT: every standing, a correction, a cluster, more than twice a target."""
    cell = make.organization("Chi bộ Công ty Sao Mai", zone=kkt, by=lan)
    wrong = make.admission(cell, 13, by=lan)
    actions.correct(event=wrong, quantity=31, reason="Ghi nhầm của chi bộ khác", by=lan)
    make.target(zone=kkt, indicator="party_members", low=50, high=100)
    make.target(zone=kkt, indicator="party_orgs", low=1)
    make.target(zone=kkt, indicator="youth_members", low=60)
    make.target(zone=kkt, indicator="union_orgs", low=1)
    for _number in range(3):
        make.joining(make.organization(zone=cluster, type="union_base"), 40)
    make.organization(zone=cluster, type="youth_base_cell")


@BOTH_WIDTHS
@BOTH_COLOURS
def test_lan_signs_in_and_opens_a_number(new_page, accessible, lan, make_user, a_year_of_work, viewport, color_scheme):
    page = new_page(viewport=viewport, color_scheme=color_scheme)
    page.goto("/")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(make_user.PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Khu kinh tế Hải Phòng").wait_for()
    accessible(page)

    page.get_by_role("link", name="Mở bảng điều khiển").click()
    page.get_by_label("Năm", exact=True).select_option("2024")
    page.get_by_label("Số liệu tính đến ngày").fill("30/09/2024")
    page.get_by_role("button", name="Xem").click()
    page.get_by_role("heading", name="Kết quả thực hiện chỉ tiêu năm 2024").wait_for()
    accessible(page)
    picture = page.get_by_role("img", name="Đảng viên mới kết nạp: 31 trên mức giao 50–100")
    assert picture.bounding_box()["width"] > 200

    page.get_by_text("Bảng số liệu của biểu đồ").click()
    accessible(page)
    page.get_by_role("link", name="31 đảng viên").first.click()
    page.get_by_text("Cộng 31 đảng viên — bằng số trên bảng điều khiển.").wait_for()
    accessible(page)
    assert page.locator("tr.void").count() == 2
    page.locator("tr.void .tag a").first.click()
    assert page.url.split("#")[1].startswith("e")


def test_the_first_column_of_a_wide_table_stays_while_the_rest_scrolls(new_page, sign_in, lan, a_year_of_work):
    page = new_page(viewport=PHONE)
    sign_in(page, lan)
    page.goto("/dashboard/?zone=HP-KKT&year=2024")
    region = page.get_by_role("region", name="Chỉ tiêu theo năm")
    head = region.locator("tbody th").first
    before = head.bounding_box()["x"]

    region.evaluate("box => box.scrollLeft = 300")

    assert region.evaluate("box => box.scrollLeft") == 300
    assert abs(head.bounding_box()["x"] - before) < 1


def test_without_javascript_the_dashboard_is_asked_and_opened(new_page, lan, make_user, a_year_of_work):
    page = new_page(java_script_enabled=False)
    page.goto("/sign-in/?next=/dashboard/")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(make_user.PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_label("Đơn vị", exact=True).select_option("HP-KKT-1")
    page.get_by_label("Năm", exact=True).select_option("2024")
    page.get_by_role("button", name="Xem").click()
    page.get_by_role("link", name="120 đoàn viên").first.click()

    assert page.get_by_text("Cộng 120 đoàn viên công đoàn — bằng số trên bảng điều khiển.").is_visible()


def test_on_paper_the_figures_stand_without_menus_on_wide_pages(new_page, sign_in, lan, a_year_of_work):
    page = new_page()
    sign_in(page, lan)
    page.goto("/dashboard/?zone=HP-KKT&year=2024&as_of=31/12/2024")
    page.emulate_media(media="print")

    assert not page.locator(".site-header").is_visible()
    assert not page.get_by_label("Đơn vị", exact=True).is_visible()
    assert page.get_by_text("số liệu tính đến ngày 31/12/2024").is_visible()
    assert page.evaluate("getComputedStyle(document.body).page") == "wide"
