"""The frame of every page: errors, navigation, forms, health."""

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.urls import path

from nq28 import health, navigation
from tests.strict_templates import MisspeltVariable

pytestmark = pytest.mark.django_db


def fail(request):
    raise RuntimeError("a mistake of ours")


def refuse(request):
    from django.core.exceptions import BadRequest, PermissionDenied

    raise {"bad": BadRequest, "not-allowed": PermissionDenied}[request.path.strip("/")]


@pytest.fixture
def failing_pages(settings):
    from nq28 import urls

    class Urls:
        urlpatterns = [
            *urls.urlpatterns,
            path("fail/", fail),
            path("bad/", refuse),
            path("not-allowed/", refuse),
        ]

    settings.ROOT_URLCONF = Urls


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/bad/", 400, "Không hiểu được yêu cầu"),
        ("/not-allowed/", 403, "Anh/chị không có quyền làm việc này"),
        ("/no-such-page/", 404, "Không có trang này"),
        ("/fail/", 500, "Phần mềm gặp lỗi"),
    ],
)
def test_an_error_is_told_in_vietnamese_in_our_look(client, lan, failing_pages, address, status, words):
    client.force_login(lan)
    client.raise_request_exception = False

    page = client.get(address)

    assert page.status_code == status
    assert words in page.text
    assert 'class="site-header"' in page.text


def test_the_failure_page_needs_no_database(client, lan, monkeypatch):
    client.force_login(lan)
    client.raise_request_exception = False

    def broken(*args, **kwargs):
        raise DatabaseError("the database is gone")

    with monkeypatch.context() as patch:
        patch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", broken)
        page = client.get("/account/security/")

    assert page.status_code == 500
    assert "Phần mềm gặp lỗi" in page.text


def test_a_form_sent_without_its_proof_is_told_so(lan):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(lan)

    page = client.post("/account/language/", {"language": "en"})

    assert page.status_code == 403
    assert "Biểu mẫu đã hết hạn" in page.text


def test_every_page_forbids_scripts_and_styles_from_elsewhere(client):
    policy = client.get("/sign-in/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy


def test_the_header_lists_the_screens_of_a_person_and_marks_where_we_are(monkeypatch, lan):
    monkeypatch.setattr(
        navigation,
        "SCREENS",
        [
            navigation.Screen("two_factor:profile", "Security", "outline/home"),
            navigation.Screen("password_change", "Password", "outline/key"),
            navigation.Screen("logout", "Never", "outline/home", allowed=lambda user: False),
        ],
    )

    entries = navigation.entries(lan, "/account/password/")

    assert [(entry["label"], entry["current"]) for entry in entries] == [("Security", False), ("Password", True)]


def test_a_stranger_sees_no_screens():
    assert navigation.entries(AnonymousUser(), "/") == []


def test_every_icon_of_the_navigation_can_be_drawn(lan):
    import tablericons

    for screen in navigation.SCREENS:
        assert tablericons._load_icon(screen.icon) is not None


class EntryForm(forms.Form):
    name = forms.CharField(label="Tên", help_text="Như trong quyết định.")
    kind = forms.ChoiceField(label="Loại", choices=[("a", "A")], widget=forms.RadioSelect)
    note = forms.CharField(label="Ghi chú", required=False)
    sure = forms.BooleanField(label="Tôi chắc chắn", required=False)

    def clean(self):
        raise forms.ValidationError("Thiếu quyết định.")


def test_a_form_shows_label_hint_and_what_must_be_filled():
    page = EntryForm().render()

    assert page.count("(bắt buộc)") == 2
    assert '<div class="hint" id="id_name_helptext">Như trong quyết định.</div>' in page
    assert 'aria-describedby="id_name_helptext"' in page
    assert "<legend>Loại" in page
    assert "error-summary" not in page


def test_a_wrong_form_lists_its_errors_with_links_and_says_them_again_at_the_field():
    page = EntryForm({"name": "", "kind": "a"}).render()

    assert "<li>Thiếu quyết định.</li>" in page
    assert '<a href="#id_name">Tên: ' in page
    assert 'id="id_name_error"' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'aria-invalid="true"' in page
    assert page.count("id_note_error") == 0


def test_typed_values_and_messages_are_escaped():
    page = EntryForm({"name": "<script>", "kind": "<b>"}).render()

    assert "<script>" not in page
    assert "<b>" not in page


def test_health_is_ok_when_everything_is_migrated(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_health_tells_a_missing_migration_and_a_silent_database(client, monkeypatch):
    monkeypatch.setattr(health, "migrations_on_disk", lambda: frozenset({("targets", "9999_future")}))
    assert client.get("/healthz").status_code == 503

    def silent(recorder):
        raise DatabaseError

    monkeypatch.setattr(health.MigrationRecorder, "applied_migrations", silent)
    assert client.get("/healthz").status_code == 503


def test_a_misspelt_variable_in_our_template_is_noticed(settings, tmp_path):
    from django.template import Context, Engine

    (tmp_path / "page.html").write_text("{{ known }}{% if unknown %}{% endif %}{{ unknwon }}")
    engine = Engine(dirs=[tmp_path], string_if_invalid=MisspeltVariable(tmp_path))
    with pytest.raises(AssertionError, match="unknwon"):
        engine.get_template("page.html").render(Context({"known": 1}))

    elsewhere = Engine(dirs=[tmp_path], string_if_invalid=MisspeltVariable(tmp_path / "other"))
    assert elsewhere.get_template("page.html").render(Context({"known": 1})) == "1"
