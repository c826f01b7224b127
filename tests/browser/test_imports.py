"""A messy workbook is brought, mended in place, confirmed and taken back, as a clerk does it."""

from datetime import date

import pytest

from organizations import audit
from organizations.models import Batch, Enterprise
from tests import make
from tests.imports.office import workbook

from .conftest import BOTH_WIDTHS, PHONE

DAY = date(2021, 12, 31)
NAME = "Danh sách 6 tháng 2022.xlsx"


@pytest.fixture
def dinh_vu(kkt):
    return make.park("Khu công nghiệp Đình Vũ", zone=kkt, aliases=["DEEP C 1"])


@pytest.fixture
def messy(kkt, dinh_vu):
    """Titles under other lines, a number Excel spoilt, a day that is none, a park written nearly right, a total."""
    code = make.tax_code(40)
    make.enterprise("Công ty TNHH Đã Có", zone=kkt, park=dinh_vu, tax_code=code, workers=100, workers_on=DAY)
    rows = [
        ["STT", "MST", "Tên DN", "KCN", "Loại vốn", "Số lao động", "Ngày hoạt động", "Địa chỉ"],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"],
        [1, make.tax_code(42), "Công ty TNHH Thép Sao Mai", "Đình Vũ", "Tư nhân", 38.555, "05/02/2019", "Lô 1"],
        [2, make.tax_code(44), "Công ty CP Bao bì Hoa Sen", '"', "Tư nhân", "1.234", "31/02/2021", "Lô 2"],
        [3, make.tax_code(46), "Công ty TNHH Điện tử Bình Minh", "Dinh Vux", "Tư nhân", 15, "01/04/2018", "Lô 3"],
        [4, code, "Công ty TNHH Đã Có", "DEEP C 1", "Tư nhân", 120, None, "Lô 4"],
        [None, None, "Tổng cộng", None, None, 41424, None, None],
    ]
    return workbook(*rows, sheet="Biểu 4", title=[["BAN QUẢN LÝ KHU KINH TẾ"], ["Số liệu đến 30/06/2022"]])


def bring(page, data):
    page.goto("/imports/")
    sheet = {"name": NAME, "mimeType": "application/octet-stream", "buffer": data}
    page.locator("input[type=file]").set_input_files(sheet)
    page.get_by_role("button", name="Đọc bảng").click()
    page.get_by_role("heading", name=f"Nhập tệp: {NAME}").wait_for()
    page.wait_for_load_state("load")  # a key pressed before the script came would be lost


@BOTH_WIDTHS
def test_a_messy_file_is_mended_in_place_confirmed_and_taken_back(
    new_page, sign_in, accessible, lan, kkt, messy, viewport
):
    page = new_page(viewport=viewport, color_scheme="dark" if viewport is PHONE else "light")
    sign_in(page, lan)
    page.goto("/imports/")
    accessible(page)
    bring(page, messy)
    accessible(page)
    assert "tiêu đề tìm thấy ở dòng 3" in page.locator(".page-head .sub").inner_text()
    assert page.get_by_role("link", name="Cần sửa 3").get_attribute("aria-current") == "true"

    # the offered number, with one press
    page.locator("#l5 td[data-f=workers]").get_by_role("button", name="38.555").click()
    page.locator("#l5").wait_for(state="detached")
    # a day that is none, typed over; Enter leads on to the next red cell
    page.locator("#l6 td[data-f=started_on]").click()
    page.keyboard.type("28/02/2021")
    page.keyboard.press("Enter")
    page.locator("#l6").wait_for(state="detached")
    page.locator("#l7 td[data-f=park]:focus").wait_for()
    # the park, by keyboard alone
    page.keyboard.press("Enter")
    page.keyboard.type("Đình Vũ")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Tiếp tục với 4 dòng").wait_for()
    page.get_by_role("link", name="Thay đổi 1").click()
    assert page.locator("#l8 td[data-f=workers] del").inner_text() == "100"
    assert not Batch.objects.exists()

    page.get_by_role("link", name="Tiếp tục với 4 dòng").click()
    page.get_by_text("Sẽ ghi 3 dòng mới và 1 dòng thay đổi").wait_for()
    accessible(page)
    page.get_by_role("button", name="Ghi 4 dòng").click()
    page.get_by_role("heading", name="Đã ghi, đếm từ cơ sở dữ liệu").wait_for()
    accessible(page)
    batch = Batch.objects.get()
    assert (batch.created, batch.updated) == (3, 1)
    assert Enterprise.objects.live().count() == 4
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải tệp gốc").click()
    assert download.value.path().read_bytes() == messy

    page.get_by_role("link", name="Hoàn tác lần nhập này").click()
    page.get_by_text("Hoàn tác 4 dòng.").wait_for()
    accessible(page)
    page.get_by_label("Lý do").fill("Nhập nhầm tệp")
    page.get_by_role("button", name="Hoàn tác 4 dòng").click()
    page.get_by_text("Đã hoàn tác 4 dòng.").wait_for()
    accessible(page)
    assert Enterprise.objects.live().count() == 1
    assert audit.differences() == []


def test_cells_are_undone_by_typing_what_the_file_says_and_escape_changes_nothing(page, sign_in, lan, messy):
    sign_in(page, lan)
    bring(page, messy)
    cell = page.locator("#l6 td[data-f=workers]")
    cell.click()
    page.keyboard.type("bốn mươi")
    page.keyboard.press("Escape")
    assert cell.inner_text() == "1.234"
    cell.click()
    page.keyboard.type("4.321")
    page.keyboard.press("Enter")
    page.locator("#l6 td[data-f=workers] i").wait_for()
    assert page.locator("#l6 td[data-f=workers] i").get_attribute("title") == "đã sửa; trong tệp là: 1.234"
    page.locator("#l6 td[data-f=workers]").click()
    page.keyboard.type("1.234")
    page.keyboard.press("Enter")
    page.locator("#l6 td[data-f=workers] i").wait_for(state="detached")


def test_a_cell_of_a_closed_list_offers_it_and_the_last_fix_is_undone_by_the_keyboard(page, sign_in, lan, messy):
    sign_in(page, lan)
    bring(page, messy)
    page.locator("#l7 td[data-f=park]").click()
    box = page.locator("#l7 td[data-f=park] input")
    assert page.locator(f"datalist#{box.get_attribute('list')} option").count() >= 1
    page.keyboard.type("Đình Vũ")
    page.keyboard.press("Enter")
    page.locator("#l7").wait_for(state="detached")

    page.keyboard.press("Control+z")
    page.locator("#l7 td.bad[data-f=park]").wait_for()
    assert page.locator("#l7 td[data-f=park] .v").inner_text() == "Dinh Vux"
    page.locator("#working", has_text="Đã hoàn tác lần sửa cuối.").wait_for()
    page.keyboard.press("Control+z")
    page.locator("#working", has_text="Không có lần sửa ô nào để hoàn tác.").wait_for()


def test_who_clicks_on_while_a_cell_is_saved_types_where_he_sees(page, sign_in, lan, messy):
    sign_in(page, lan)
    bring(page, messy)
    page.goto(f"{page.url}?show=all")
    answered = []
    page.on("response", lambda answer: answered.append(answer.url) if answer.url.endswith("/mend/") else None)
    page.locator("#l5 td[data-f=name]").click()
    page.keyboard.type("Công ty TNHH Thép Sao Mai 2")
    page.locator("#l7 td[data-f=workers]").click()  # no Enter: the first cell is saved while the second is typed
    page.keyboard.type("24")
    page.locator("#staged input.editing").wait_for()
    page.keyboard.type("68")
    page.keyboard.press("Enter")
    page.locator("#l7 td[data-f=workers] i").wait_for()
    page.locator("#l5 td[data-f=name] i").wait_for()

    assert page.locator("#l7 td[data-f=workers] .v").inner_text() == "2468"
    assert page.locator("#l5 td[data-f=name] .v").inner_text() == "Công ty TNHH Thép Sao Mai 2"
    assert len(answered) == 2


def test_what_cannot_be_saved_is_said_kept_and_tried_again(new_page, page, sign_in, lan, messy):
    sign_in(page, lan)
    bring(page, messy)
    page.context.set_offline(True)
    page.locator("#l6 td[data-f=started_on]").click()
    page.keyboard.type("28/02/2021")
    page.keyboard.press("Enter")
    page.get_by_role("alert").filter(has_text="Chưa lưu được thay đổi vừa rồi").wait_for()
    page.context.set_offline(False)
    page.get_by_role("button", name="Thử lại").click()
    page.locator("#l6").wait_for(state="detached")
    new_page.complaints[:] = [one for one in new_page.complaints if "ERR_INTERNET_DISCONNECTED" not in one]


def test_a_cancelled_import_asks_first(page, sign_in, lan, messy):
    sign_in(page, lan)
    bring(page, messy)
    page.get_by_text("Hủy lần nhập này").click()
    page.get_by_text("Bỏ 4 dòng đang chờ").wait_for()
    page.get_by_role("button", name="Bỏ lần nhập").click()
    page.get_by_text(f"Đã bỏ “{NAME}”.").wait_for()


def test_without_javascript_a_table_is_pasted_mended_and_written(new_page, lan, make_user, kkt, dinh_vu):
    page = new_page(java_script_enabled=False)
    page.goto("/sign-in/?next=/imports/")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(make_user.PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    table = f"MST\tTên DN\tKCN\tSố lao động\r\n{make.tax_code(52)}\tCông ty TNHH Dán\tĐình Vũ\t1,5\r\n"
    page.get_by_label("Hoặc dán bảng").fill(table)
    page.get_by_role("button", name="Đọc bảng").click()
    page.get_by_role("link", name="sửa dòng 2").click()
    page.get_by_label("Số lao động").fill("15")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_text("Đã sửa 1 ô.").wait_for()
    page.get_by_role("link", name="Tiếp tục với 1 dòng").click()
    page.get_by_role("button", name="Ghi 1 dòng").click()
    page.get_by_role("heading", name="Từng dòng").wait_for()
    assert Enterprise.objects.get().name == "Công ty TNHH Dán"


def test_columns_of_strange_titles_are_matched_by_hand(new_page, page, sign_in, accessible, lan, kkt, dinh_vu):
    sign_in(page, lan)
    bring(page, workbook(["Cột A", "Cột B", "Cột C"], [make.tax_code(54), "Công ty TNHH Lạ", "Đình Vũ"]))
    accessible(page)
    page.get_by_label("Cột “Cột A” là gì").select_option("tax_code")
    page.get_by_label("Cột “Cột B” là gì").select_option("name")
    page.get_by_role("button", name="Kiểm tra các dòng").click()
    page.get_by_text("Hãy chọn cột nào là: Khu công nghiệp.").wait_for()
    new_page.complaints[:] = [one for one in new_page.complaints if "422" not in one]  # the refusal, which is meant
    assert page.get_by_label("Cột “Cột B” là gì").input_value() == "name"
    page.get_by_label("Cột “Cột C” là gì").select_option("park")
    page.get_by_role("button", name="Kiểm tra các dòng").click()
    page.get_by_role("link", name="Tiếp tục với 1 dòng").wait_for()


def test_a_file_that_is_no_workbook_is_refused_in_words_where_it_was_chosen(new_page, page, sign_in, accessible, lan):
    sign_in(page, lan)
    page.goto("/imports/")
    sheet = {"name": "anh.xlsx", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(200)}
    page.locator("input[type=file]").set_input_files(sheet)
    page.get_by_role("button", name="Đọc bảng").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("alert").inner_text().strip().endswith("Chưa ghi gì vào hệ thống.")
    assert page.title().startswith("Lỗi: ")
    accessible(page)
    new_page.complaints[:] = [one for one in new_page.complaints if "422" not in one]  # the refusal, which is meant
