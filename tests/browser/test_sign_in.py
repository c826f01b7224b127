"""Signing in as people do it: at a desk, on a phone, in the dark, with a mistake, and after a long lunch."""

import pytest
from django import forms
from django.http import HttpResponse
from django.template import engines
from django.urls import path
from django_otp.oath import TOTP
from playwright.sync_api import expect

from nq28 import urls

from .conftest import BOTH_COLOURS, BOTH_WIDTHS, PHONE


@BOTH_WIDTHS
@BOTH_COLOURS
def test_lan_signs_in_mistypes_and_gets_in(new_page, accessible, lan, make_user, viewport, color_scheme):
    page = new_page(viewport=viewport, color_scheme=color_scheme)
    page.goto("/account/security/")
    assert page.get_by_role("heading", name="Đăng nhập").is_visible()
    accessible(page)

    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill("nhầm")
    page.keyboard.press("Enter")
    page.locator(".error-summary:focus").wait_for()  # the script moves the focus once the page stands
    assert page.title().startswith("Lỗi: ")
    accessible(page)

    page.get_by_label("Mật khẩu").fill(make_user.PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Bảo mật tài khoản").wait_for()
    accessible(page)
    page.locator("summary[aria-label*='Lan']").click()
    assert page.get_by_role("button", name="Đăng xuất").is_visible()
    accessible(page)
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Đăng xuất").is_visible()


@BOTH_WIDTHS
def test_the_administrator_enrols_before_anything_else(new_page, sign_in, accessible, make_user, settings, viewport):
    settings.REQUIRE_ADMIN_TOTP = True
    page = new_page(viewport=viewport)
    sign_in(page, make_user("quan", is_staff=True))

    page.goto("/account/security/")
    accessible(page)
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    page.get_by_text("Điện thoại không có máy ảnh").click()
    key = page.locator(".code").inner_text()
    page.get_by_label("Mã sáu chữ số").fill(code_of(key))
    page.get_by_role("button", name="Bật xác thực hai bước").click()
    page.get_by_role("button", name="Tạo mười mã").click()

    assert page.locator(".codes li").count() == 10
    accessible(page)
    page.get_by_role("link", name="Tiếp tục").click()
    page.wait_for_url("**/account/security/")


def code_of(key):
    from base64 import b32decode

    return f"{TOTP(b32decode(key)).token():06d}"


class NoteForm(forms.Form):
    """A form of the kind every room has; this room's own hold nothing but secrets, which are never kept."""

    number = forms.CharField(label="Số quyết định", help_text="Như in trên văn bản.")
    kind = forms.ChoiceField(label="Loại", choices=[("a", "Công nhận"), ("b", "Giải thể")], widget=forms.RadioSelect)
    zone = forms.ChoiceField(label="Khu", choices=[("", "—"), ("hp", "Hải Phòng")])
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea)
    sure = forms.BooleanField(label="Tôi đã kiểm tra văn bản", help_text="Bản có dấu.")
    scan = forms.FileField(label="Bản quét", required=False)


def note(request):
    form = NoteForm(request.POST or None)
    page = engines["django"].from_string(
        '{% extends "base.html" %}{% block title %}Ghi{% endblock %}{% block content %}<h1>Ghi</h1>'
        '<form method="post" class="narrow" novalidate>{% csrf_token %}{{ form }}<button class="btn btn-primary">Lưu'
        "</button></form>{% endblock %}"
    )
    return HttpResponse(page.render({"form": form}, request))


@pytest.fixture
def note_page(settings):
    class Urls:
        urlpatterns = [path("note/", note), *urls.urlpatterns]

    settings.ROOT_URLCONF = Urls


@BOTH_WIDTHS
@BOTH_COLOURS
def test_a_form_can_be_filled_and_corrected_by_everyone(
    new_page, sign_in, accessible, lan, note_page, viewport, color_scheme
):
    page = new_page(viewport=viewport, color_scheme=color_scheme)
    sign_in(page, lan)
    page.goto("/note/")
    accessible(page)

    page.get_by_label("Ghi chú").fill("40 công đoàn cơ sở")
    page.get_by_role("button", name="Lưu").click()
    page.wait_for_selector(".error-summary")

    accessible(page)
    assert page.get_by_label("Ghi chú").input_value() == "40 công đoàn cơ sở"
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.name") == "number"


def test_the_end_of_the_session_is_announced_and_typing_survives_it(new_page, sign_in, lan, make_user, note_page):
    page = new_page()
    page.clock.install()
    sign_in(page, lan)
    page.goto("/note/")

    page.get_by_label("Ghi chú").fill("40 công đoàn cơ sở")
    with page.expect_response("**/account/session/"):  # who types is there: the session is renewed behind the page
        page.clock.run_for("06:00")
    page.clock.run_for("27:00")
    assert not page.locator("#session-end").is_visible()
    page.clock.run_for("01:30")
    assert page.locator("#session-end").is_visible()
    with page.expect_response("**/account/session/"):
        page.get_by_role("button", name="Tiếp tục làm việc").click()
    page.wait_for_selector("#session-end", state="hidden")

    page.context.clear_cookies()  # what the server does after half an hour without a request
    page.clock.run_for("31:00")
    page.wait_for_selector("text=Anh/chị đã được đăng xuất")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(make_user.PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_label("Ghi chú")).to_have_value("40 công đoàn cơ sở")


def test_everything_works_without_javascript(new_page, lan, make_user):
    page = new_page(java_script_enabled=False, viewport=PHONE)
    page.goto("/sign-in/?next=/account/security/")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(make_user.PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()

    page.locator("summary[aria-label*='Lan']").click()
    page.get_by_role("button", name="Tối").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.locator("summary[aria-label*='Lan']").click()
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("heading", name="Account security").is_visible()


def test_an_error_page_offers_a_way_on(new_page, accessible):
    page = new_page()
    page.goto("/no-such-page/")
    new_page.complaints.clear()  # the browser itself reports the 404 that this test asked for

    assert page.get_by_role("heading", name="Không có trang này").is_visible()
    accessible(page)
