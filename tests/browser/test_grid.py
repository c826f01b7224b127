"""Numbers typed as into a worksheet, a block pasted from Excel, two people in one cell, and a way back."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from organizations import actions, audit
from organizations.actions import MonthDraft
from organizations.models import Event, Kind
from tests import make

from .conftest import BOTH_WIDTHS, PHONE

FOUNDED = date(2022, 3, 10)
URL = "/entry/grid/?zone=HP-KKT&year=2024"


@pytest.fixture
def unions(kkt):
    make.target(zone=kkt, indicator="union_members", low=500)
    return [
        make.organization(f"Công đoàn Công ty {number}", zone=kkt, type="union_base", on=FOUNDED)
        for number in ("An Bình", "Bảo Long", "Cát Tường", "Đại Phát", "Gia Hưng", "Hải Sơn")
    ]


def cell(page, union, month):
    return page.locator(f'input[name="n-{union.pk}-{month}"]')


def state(page, union, month):
    return page.locator(f'td:has(> input[name="n-{union.pk}-{month}"])')


def record(union, month, number, seen=None, by=None):
    draft = MonthDraft(union, date(2024, month, 1), number, seen)
    return actions.record_months(kind=Kind.JOINED, drafts=[draft], by=by or make.system())[0].row


def live():
    events = Event.objects.live().filter(kind=Kind.JOINED).order_by("organization_id", "effective_on")
    return [(event.organization.name.split()[-1], event.effective_on.month, event.quantity) for event in events]


def paste(page, text):
    """What Ctrl+V of a block copied in Excel brings to the cell in hand."""
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


@BOTH_WIDTHS
def test_the_grid_is_read_and_typed_in_by_everybody(new_page, sign_in, accessible, lan, kkt, unions, viewport):
    make.joining(unions[0], 30, decision=make.decision(on=date(2024, 2, 5), zone=kkt))
    record(unions[1], 3, 12)
    make.lock(kkt, date(2024, 1, 1), date(2024, 1, 31))
    page = new_page(viewport=viewport, color_scheme="dark" if viewport is PHONE else "light")
    sign_in(page, lan)
    page.goto(URL)
    accessible(page)

    page.get_by_role("textbox", name="Công đoàn Công ty Bảo Long tháng 5", exact=True).fill("1 200")
    page.get_by_role("textbox", name="Công đoàn Công ty Cát Tường tháng 5", exact=True).fill("abc")
    page.get_by_role("textbox", name="Công đoàn Công ty Đại Phát tháng 5", exact=True).click()
    expect(state(page, unions[1], 5)).to_have_class(re.compile("saved"))
    expect(state(page, unions[2], 5)).to_have_class(re.compile("wrong"))
    expect(cell(page, unions[1], 5)).to_have_value("1.200")
    accessible(page)
    cell(page, unions[2], 5).focus()
    expect(page.locator("#grid-now")).to_contain_text("“abc” không phải là số")
    assert live()[-1] == ("Long", 5, 1200)
    page.goto(URL + "&sheet=workers")
    accessible(page)


def test_sixty_cells_of_excel_are_pasted_with_three_actions(new_page, sign_in, accessible, lan, unions):
    record(unions[0], 2, 1)
    page = new_page()
    sign_in(page, lan)
    page.goto(URL)
    block = [[f"{row + 1}.{month:03}" for month in range(1, 11)] for row in range(6)]
    block[3][3], block[4][4] = "38,555", "chưa rõ"

    cell(page, unions[0], 1).click()  # 1
    paste(page, "\r\n".join("\t".join(line) for line in block) + "\r\n")  # 2
    box = page.get_by_role("dialog", name="Khối vừa dán")
    expect(box.get_by_text("60 ô: 57 mới, 1 đổi, 2 không ghi được.")).to_be_visible()
    expect(box.get_by_text("Công đoàn Công ty Gia Hưng, tháng 5: “chưa rõ” không phải là số.")).to_be_visible()
    accessible(page)
    assert len(live()) == 1
    box.get_by_role("button", name="Ghi 58 ô").click()  # 3
    expect(box).to_be_hidden()
    expect(page.get_by_text("Đã lưu 58 ô: 57 mới, 1 đổi.")).to_be_visible()

    expect(cell(page, unions[3], 4)).to_have_value("38,555")
    expect(state(page, unions[3], 4)).to_have_class(re.compile("wrong"))
    assert len(live()) == 58
    assert len({event.recorded_at for event in Event.objects.live().filter(kind=Kind.JOINED)}) == 1
    expect(page.locator(".all-sums td").first).to_have_text("21.006")
    assert audit.differences() == []

    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_text("Đã hoàn tác 58 ô")).to_be_visible()
    assert live() == [("Bình", 2, 1)]
    assert audit.differences() == []


def test_a_block_that_begins_with_names_finds_its_rows(page, sign_in, lan, unions):
    sign_in(page, lan)
    page.goto(URL)
    cell(page, unions[0], 3).click()
    paste(page, "cong doan cong ty Hải Sơn\t7\t\t9\nCông đoàn Công ty An Bình\t5\nCông đoàn khác\t4\n")
    box = page.get_by_role("dialog", name="Khối vừa dán")
    expect(box.get_by_text("“Công đoàn khác”: trang này không có dòng nào mang tên đó.")).to_be_visible()
    box.get_by_role("button", name="Ghi 3 ô").click()
    expect(page.get_by_text("Đã lưu 3 ô: 3 mới.")).to_be_visible()

    assert live() == [("Bình", 3, 5), ("Sơn", 3, 7), ("Sơn", 5, 9)]


def test_keys_move_as_in_a_worksheet_and_a_row_is_saved_when_it_is_left(page, sign_in, lan, unions):
    one, two = unions[:2]
    sign_in(page, lan)
    page.goto(URL)

    def at(union, month):
        expect(cell(page, union, month)).to_be_focused()

    cell(page, one, 1).click()
    page.keyboard.type("12")
    page.keyboard.press("ArrowRight")
    at(one, 2)
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    at(one, 3)
    page.keyboard.press("End")
    at(one, 12)
    page.keyboard.press("Tab")
    at(two, 1)
    expect(state(page, one, 1)).to_have_class(re.compile("saved"))
    page.keyboard.press("Shift+Tab")
    at(one, 12)
    page.keyboard.press("Home")
    at(one, 1)
    page.keyboard.press("Enter")
    at(two, 1)
    page.keyboard.press("ArrowUp")
    at(one, 1)
    page.keyboard.press("F2")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("3")  # 132: the arrow stayed inside the cell
    expect(cell(page, one, 1)).to_have_value("132")
    page.keyboard.press("Escape")
    expect(cell(page, one, 1)).to_have_value("12")
    page.keyboard.press("Control+End")
    at(unions[-1], 12)
    page.keyboard.press("Control+Home")
    at(one, 1)
    assert live() == [("Bình", 1, 12), ("Bình", 2, 5)]


def test_what_was_typed_and_what_was_saved_are_taken_back_in_turn(page, sign_in, lan, unions):
    one, two = unions[:2]
    record(one, 1, 10)
    sign_in(page, lan)
    page.goto(URL)
    cell(page, one, 1).click()
    page.keyboard.type("15")
    page.keyboard.press("Enter")
    expect(state(page, one, 1)).to_have_class(re.compile("saved"))
    page.keyboard.type("7")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+z")
    expect(cell(page, two, 1)).to_have_value("")
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Đã hoàn tác 1 ô")).to_be_visible()
    expect(cell(page, one, 1)).to_have_value("10")
    assert live() == [("Bình", 1, 10)]
    assert Event.objects.live().get(kind=Kind.JOINED).reason == "sửa trong bảng tháng: hoàn tác"
    page.keyboard.press("Control+y")
    expect(cell(page, one, 1)).to_have_value("15")
    expect(state(page, one, 1)).to_have_class(re.compile("saved"))
    assert live() == [("Bình", 1, 15)]


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        pytest.param("Lấy số của tôi: 12", 12, marks=pytest.mark.full),
        pytest.param("Giữ số của người kia: 15", 15, marks=pytest.mark.full),
        ("Cộng cả hai: 15 + 12 = 27", 27),
    ],
)
def test_two_people_in_one_cell_choose_and_lose_nothing(page, sign_in, accessible, lan, admin, unions, choice, kept):
    sign_in(page, lan)
    page.goto(URL)
    record(unions[0], 1, 15, by=admin)
    cell(page, unions[0], 1).click()
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog")
    expect(box.get_by_text("Quản trị hệ thống đã lưu 15 lúc")).to_be_visible()
    accessible(page)
    box.get_by_role("button", name=choice).click()
    expect(cell(page, unions[0], 1)).to_have_value(str(kept))
    expect(state(page, unions[0], 1)).not_to_have_class(re.compile("waiting|saving|conflicted"))

    assert live() == [("Bình", 1, kept), ("Bình", 2, 4)]
    assert audit.differences() == []


def test_an_unusual_number_is_asked_about_and_a_note_is_kept(page, sign_in, lan, kkt):
    host = make.enterprise(zone=kkt, workers=20, workers_on=date(2024, 1, 1))
    union = make.organization(zone=kkt, type="union_base", on=FOUNDED, enterprises=[host])
    sign_in(page, lan)
    page.goto(URL)
    cell(page, union, 2).click()
    page.keyboard.type("25")
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog", name="Số này có đúng không?")
    box.get_by_label("Lý do").fill("Lao động thời vụ")
    box.get_by_role("button", name="Lưu kèm lý do").click()
    expect(state(page, union, 2)).to_have_class(re.compile("saved"))
    page.keyboard.press("Shift+F2")
    page.get_by_label("Ghi chú").fill("Theo danh sách quý I")
    page.get_by_role("dialog").get_by_role("button", name="Lưu").click()
    expect(state(page, union, 2)).to_have_class(re.compile("noted"))

    event = Event.objects.live().get(kind=Kind.JOINED)
    assert (event.quantity, event.note) == (25, "Theo danh sách quý I")


def test_what_could_not_be_sent_stays_and_is_sent_again(new_page, page, sign_in, lan, unions):
    sign_in(page, lan)
    page.goto(URL)
    page.context.set_offline(True)
    cell(page, unions[0], 1).click()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Chưa lưu được: không nối được máy chủ.")).to_be_visible()
    expect(cell(page, unions[0], 1)).to_have_value("12")
    page.context.set_offline(False)
    page.get_by_role("button", name="Thử lại").click()
    expect(state(page, unions[0], 1)).to_have_class(re.compile("saved"))
    assert live() == [("Bình", 1, 12)]
    new_page.complaints[:] = [one for one in new_page.complaints if "ERR_INTERNET_DISCONNECTED" not in one]


def test_without_javascript_the_page_is_a_form(new_page, sign_in, lan, unions):
    page = new_page(java_script_enabled=False)
    sign_in(page, lan)
    page.goto(URL)
    cell(page, unions[0], 1).fill("12")
    cell(page, unions[1], 2).fill("1.200")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_text("Đã lưu 2 ô: 2 mới.").wait_for()
    assert live() == [("Bình", 1, 12), ("Long", 2, 1200)]
