"""A clerk types one decision and its rows with the keyboard alone."""

import pytest
from playwright.sync_api import expect

from organizations import actions
from organizations.models import Event, Organization
from tests import make

from .conftest import BOTH_WIDTHS, PHONE


@pytest.fixture
def hosts(kkt):
    park = make.park("KCN Đình Vũ", zone=kkt)
    drafts = [
        actions.EnterpriseDraft(
            {"name": f"Công ty TNHH {name} {n}", "tax_code": make.tax_code(100 + 2 * n), "park": park},
            workers=500, workers_on=make.DAY,
        )
        for n, name in enumerate(["Thép Sao Mai", "Dệt Bình Minh", "Bao bì Hoa Sen", "Điện tử Ánh Dương"] * 11, 1)
    ]  # fmt: skip
    return actions.save_enterprises(zone=kkt, drafts=drafts, by=make.system())


def paste(page, text):
    """What Ctrl+V brings: the clipboard's plain text, to the box that has the focus."""
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            if (document.activeElement.dispatchEvent(event)) document.execCommand("insertText", false, text);
        }""",
        text,
    )


def type_decision(page):
    page.keyboard.type("12-QĐ/CĐ")
    page.keyboard.press("Enter")
    page.keyboard.type("20/05/2024")
    page.keyboard.press("Enter")
    page.keyboard.type("Công đoàn Khu kinh tế")


@pytest.mark.full
def test_unions_are_founded_in_forty_enterprises_from_one_decision_by_keyboard(
    page, sign_in, accessible, lan, kkt, hosts
):
    sign_in(page, lan)
    page.goto("/entry/")
    accessible(page)
    page.get_by_role("link", name="Thành lập công đoàn").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#number")).to_be_focused()
    accessible(page)
    type_decision(page)
    for _box in ("superior", "first row"):
        page.keyboard.press("Enter")
    first = page.locator("[name=r1-enterprise]")
    expect(first).to_be_focused()

    # two by their words, without accents
    page.keyboard.type("thep sao mai 1")
    expect(page.locator("#find-list [role=option]").first).to_be_visible()
    expect(first).to_have_attribute("aria-expanded", "true")
    accessible(page)
    page.keyboard.press("Enter")
    expect(first).to_have_value(f"{hosts[0].name} ({hosts[0].tax_code})")
    expect(page.locator("[name=r1-name]")).to_have_value(f"Công đoàn cơ sở {hosts[0].name}")
    for _box in ("type", "name", "members"):
        page.keyboard.press("Enter")
    page.keyboard.type("120")
    for _box in ("note", "next row"):
        page.keyboard.press("Enter")
    page.keyboard.type("binh minh")
    expect(page.locator("#find-list [role=option]").nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("[name=r2-name]")).to_have_value(f"Công đoàn cơ sở {hosts[1].name}")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("80")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("[name=r3-enterprise]")).to_be_focused()

    # the rest as a column from Excel, one of them spoilt
    codes = [host.tax_code for host in hosts[2:40]]
    paste(page, "\r\n".join([*codes[:-1], "Công ty TNHH Bao bi Hoa Xen 39"]) + "\r\n")
    expect(page.locator("[data-told]")).to_have_text("Đã dán 38 dòng; 1 dòng cần xem lại.")
    expect(page.locator("tr[data-row]")).to_have_count(40)
    expect(page.locator("[data-filled]")).to_have_text("40")
    expect(page.locator("[data-sum=members]")).to_have_text("200")
    expect(page.locator("[name=r39-enterprise]")).to_have_value(f"{hosts[38].name} ({hosts[38].tax_code})")
    wrong = page.locator("tr[data-row]").nth(39)
    expect(wrong.locator("small")).to_contain_text("Có phải:")
    accessible(page)
    wrong.locator("input").first.fill("")
    wrong.locator("input").first.focus()
    page.keyboard.type(hosts[39].tax_code)
    expect(page.locator("#find-list [role=option]")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(wrong.locator("input").first).to_have_value(f"{hosts[39].name} ({hosts[39].tax_code})")

    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Đã ghi 40 dòng: Thành lập công đoàn.")).to_be_visible()
    accessible(page)
    assert Organization.objects.filter(sector="union").count() == 40
    assert Event.objects.values("decision").distinct().count() == 1
    assert {row.name for row in Organization.objects.all()} == {f"Công đoàn cơ sở {host.name}" for host in hosts[:40]}


@BOTH_WIDTHS
def test_rows_are_copied_deleted_refused_explained_and_kept(new_page, sign_in, accessible, lan, kkt, hosts, viewport):
    cells = [make.organization(f"Chi bộ {n}", zone=kkt, enterprises=[hosts[n]], code=f"CB-{n}") for n in (1, 2)]
    page = new_page(viewport=viewport, color_scheme="dark" if viewport is PHONE else "light")
    sign_in(page, lan)
    page.goto("/entry/?kind=admitted")
    type_decision(page)
    page.keyboard.press("Enter")
    expect(page.locator("[name=r1-organization]")).to_be_focused()
    page.keyboard.type("cb-1")
    expect(page.locator("#find-list [role=option]")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.type("3")
    page.keyboard.press("Alt+c")
    expect(page.locator("[data-filled]")).to_have_text("2")
    expect(page.locator("[data-sum=quantity]")).to_have_text("6")
    page.keyboard.press("Alt+c")
    page.keyboard.press("Alt+x")
    expect(page.locator("[data-filled]")).to_have_text("2")
    accessible(page)

    page.keyboard.press("Control+Enter")
    page.get_by_role("alert").wait_for()
    assert page.title().startswith("Lỗi: ")
    accessible(page)
    new_page.complaints[:] = [one for one in new_page.complaints if "422" not in one]  # the refusal, which is meant
    expect(page.locator("[name=r1-organization]")).to_have_value("Chi bộ 1 (CB-1)")
    page.get_by_label("Lý do của dòng 2").fill("Hai đợt trong một quyết định")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Đã ghi 2 dòng: Kết nạp đảng viên.")).to_be_visible()
    accessible(page)
    assert [row.quantity for row in Event.objects.filter(kind="admitted", organization=cells[0])] == [3, 3]

    page.get_by_role("link", name="Hoàn tác tất cả").click()
    page.get_by_label("Lý do").fill("Gõ nhầm")
    accessible(page)
    page.get_by_role("button", name="Rút 2 dòng").click()
    expect(page.get_by_text("Đã rút 2 dòng.")).to_be_visible()
    assert not Event.objects.live().filter(kind="admitted").exists()


def test_rows_survive_the_end_of_the_session(new_page, sign_in, lan, kkt, hosts, make_user):
    page = new_page()
    page.clock.install()
    sign_in(page, lan)
    page.goto("/entry/?kind=founded-union")
    type_decision(page)
    page.locator("[name=r1-enterprise]").focus()
    paste(page, "\n".join(host.tax_code for host in hosts[:9]))
    expect(page.locator("[data-told]")).to_have_text("Đã dán 9 dòng; 0 dòng cần xem lại.")
    page.context.clear_cookies()  # what the server does after half an hour without a request
    page.clock.run_for("31:00")
    page.wait_for_selector("text=Anh/chị đã được đăng xuất")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(make_user.PASSWORD)
    page.keyboard.press("Enter")

    new_page.complaints[:] = [one for one in new_page.complaints if "ERR_FAILED" not in one]  # asked without a session
    expect(page.locator("#number")).to_have_value("12-QĐ/CĐ")
    expect(page.locator("[name=r9-enterprise]")).to_have_value(f"{hosts[8].name} ({hosts[8].tax_code})")
    expect(page.locator("[data-filled]")).to_have_text("9")


def test_a_table_copied_with_its_titles_finds_the_columns_it_belongs_to(page, sign_in, lan, hosts):
    sign_in(page, lan)
    page.goto("/entry/?kind=founded-union")
    page.locator("[name=r1-enterprise]").focus()
    rows = [f"{number}\t{10 + number}\t{host.tax_code}" for number, host in enumerate(hosts[:3], start=1)]
    paste(page, "\r\n".join(["STT\tSố đoàn viên\tMã số thuế", *rows, "Tổng cộng\t36\t", "\t\t"]))

    expect(page.locator("[data-told]")).to_have_text("Đã dán 3 dòng; 0 dòng cần xem lại.")
    expect(page.locator("[name=r3-enterprise]")).to_have_value(f"{hosts[2].name} ({hosts[2].tax_code})")
    expect(page.locator("[name=r3-members]")).to_have_value("13")
    expect(page.locator("[data-filled]")).to_have_text("3")
    expect(page.locator("[data-sum=members]")).to_have_text("36")


def test_titles_that_are_not_known_stay_and_numbers_without_a_title_are_kept(page, sign_in, lan, hosts):
    sign_in(page, lan)
    page.goto("/entry/?kind=founded-union")
    page.locator("[name=r1-enterprise]").focus()
    paste(page, f"STT\tTên DN\tNgành nghề\n1\t{hosts[0].tax_code}\tMay")
    expect(page.locator("[data-told]")).to_have_text("Đã dán 2 dòng; 2 dòng cần xem lại.")
    expect(page.locator("[name=r1-enterprise]")).to_have_value("STT")
    page.locator("[name=r3-enterprise]").focus()
    paste(page, "1\n2")
    expect(page.locator("[name=r3-enterprise]")).to_have_value("1")
    expect(page.locator("[name=r4-enterprise]")).to_have_value("2")


def test_rows_sent_after_the_session_ended_or_left_by_a_wrong_click_are_there_again(page, sign_in, lan, kkt, hosts):
    sign_in(page, lan)
    page.goto("/entry/?kind=founded-union")
    type_decision(page)
    page.locator("[name=r1-enterprise]").fill(hosts[0].tax_code)
    page.get_by_role("link", name="Trang chủ").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Thành lập")
    page.goto("/entry/?kind=founded-union")
    expect(page.get_by_text("Nội dung đã gõ ở đây được hiện lại")).to_be_visible()
    expect(page.locator("#number")).to_have_value("12-QĐ/CĐ")

    expect(page.locator("[name=r1-enterprise]")).to_have_value(f"{hosts[0].name} ({hosts[0].tax_code})")
    page.wait_for_load_state("networkidle")  # what it looks up ends before its session does
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_label("Tên đăng nhập").wait_for()
    sign_in(page, lan)
    page.goto("/entry/?kind=founded-union")
    expect(page.get_by_text("Nội dung đã gõ ở đây được hiện lại")).to_be_visible()
    expect(page.locator("[name=r1-enterprise]")).to_have_value(f"{hosts[0].name} ({hosts[0].tax_code})")
    assert not Organization.objects.exists()

    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("Đã ghi 1 dòng").wait_for()
    page.goto("/entry/?kind=founded-union")
    expect(page.locator("#number")).to_have_value("")


def test_a_clerk_without_a_script_adds_rows_and_saves(new_page, sign_in, lan, kkt, hosts):
    page = new_page(java_script_enabled=False)
    sign_in(page, lan)
    page.goto("/entry/?kind=founded-union")
    page.get_by_label("Số, ký hiệu").fill("12-QĐ/CĐ")
    page.get_by_label("Ngày").fill("20/05/2024")
    page.get_by_role("button", name="Thêm 5 dòng").click()
    page.locator("[name=r10-enterprise]").fill(hosts[0].tax_code)
    page.locator("[name=r3-enterprise]").fill("cong ty tnhh det binh minh 2")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("Đã ghi 2 dòng: Thành lập công đoàn.").wait_for()
    assert Organization.objects.count() == 2


def test_a_suggestion_is_taken_with_a_finger_and_the_list_leaves_with_escape(new_page, sign_in, lan, kkt, hosts):
    page = new_page(viewport=PHONE, has_touch=True)
    sign_in(page, lan)
    page.goto("/entry/?kind=founded-union")
    page.locator("[name=r1-enterprise]").tap()
    page.keyboard.type("hoa sen")
    options = page.locator("#find-list [role=option]")
    expect(options).to_have_count(10)
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(options).to_have_count(10)
    options.nth(1).tap()
    expect(page.locator("[name=r1-enterprise]")).to_have_value(f"{hosts[6].name} ({hosts[6].tax_code})")
    expect(page.locator("[name=r1-name]")).to_have_value(f"Công đoàn cơ sở {hosts[6].name}")


def test_the_issuing_body_is_found_without_accents_and_another_one_may_be_typed(page, sign_in, accessible, lan, kkt):
    for name in ("Đảng ủy Khu kinh tế", "Công đoàn Khu kinh tế"):
        make.decision(zone=kkt, issuer=name)
    sign_in(page, lan)
    page.goto("/entry/?kind=founded-union")
    box = page.locator("#issuer")
    box.focus()
    page.keyboard.type("dang uy")
    expect(page.locator("#find-list [role=option]")).to_have_text(["Đảng ủy Khu kinh tế"])
    accessible(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Đảng ủy Khu kinh tế")
    expect(box).to_be_focused()

    box.fill("")
    page.keyboard.type("cong doan")
    expect(page.locator("#find-list [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")  # nothing was pointed at: what was typed stands
    expect(box).to_have_value("cong doan")
    expect(box).not_to_be_focused()

    box.fill("")
    box.click()
    expect(page.locator("#find-list [role=option]")).to_have_text(["Công đoàn Khu kinh tế", "Đảng ủy Khu kinh tế"])


def test_what_does_not_fit_is_said_and_seen(page, sign_in, lan):
    sign_in(page, lan)
    page.goto("/entry/?kind=founded-union")
    page.locator("[name=r1-enterprise]").focus()
    paste(page, "\n".join(["không có"] * 203))

    expect(page.locator("[data-told]")).to_have_text(
        "Đã dán 200 dòng; còn 3 dòng không đủ chỗ: lưu các dòng này trước rồi dán tiếp."
    )
    box = page.locator("[data-told]").bounding_box()
    assert box["height"] > 10
