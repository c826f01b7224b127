"""The data administration at /admin/: who gets in, what may be written there, and that every writing is an act."""

import re
from contextlib import contextmanager
from datetime import date
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

import nq28.urls  # noqa: F401  each room registers its tables when addresses are read
from accounts.models import User
from organizations.admin import RowsAdmin, office
from organizations.audit import differences
from organizations.models import (
    Assignment,
    Batch,
    BatchRow,
    Change,
    Coverage,
    Decision,
    Enterprise,
    IdempotentAnswer,
    Organization,
    OrganizationType,
    Park,
    SavedView,
    Zone,
)
from reports.models import SnapshotRemark
from targets.actions import declare
from targets.models import Indicator, Target, Term
from tests import cast, make
from tests.traces import contents

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ROOMS = ("accounts", "organizations", "targets", "imports", "reports")

# What an administrator may do with the rows of each table: a(dd), c(hange). Nobody deletes anything.
TABLES = {
    "accounts.user": "ac",
    "admin.logentry": "",
    "imports.titlememory": "",
    "imports.stagedrow": "",
    "imports.upload": "",
    "organizations.admissionsource": "",
    "organizations.assignment": "ac",
    "organizations.attachment": "",
    "organizations.batch": "",
    "organizations.batchrow": "",
    "organizations.change": "",
    "organizations.coverage": "a",
    "organizations.decision": "a",
    "organizations.distinct": "",
    "organizations.enterprise": "ac",
    "organizations.event": "",
    "organizations.headcount": "",
    "organizations.idempotentanswer": "",
    "organizations.issuer": "",
    "organizations.ledgerhead": "",
    "organizations.monthtotal": "",
    "organizations.organization": "ac",
    "organizations.organizationrating": "",
    "organizations.organizationtype": "ac",
    "organizations.park": "a",
    "organizations.parkalias": "a",
    "organizations.parkstay": "",
    "organizations.parkzone": "a",
    "organizations.periodlock": "",
    "organizations.savedview": "",
    "organizations.succession": "",
    "organizations.yeartotal": "",
    "organizations.zone": "a",
    "reports.snapshot": "",
    "reports.snapshotfigure": "",
    "reports.snapshotremark": "",
    "targets.declaration": "",
    "targets.indicator": "ac",
    "targets.resolution": "ac",
    "targets.target": "ac",
    "targets.targetversion": "",
    "targets.term": "ac",
}
INLINE = re.compile(r"""<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=["']|javascript:""")


@contextmanager
def no_trace():
    """Nothing is recorded; that somebody is signed in is renewed by each request."""
    before = contents()
    yield
    changed = {table for table, rows in contents().items() if rows != before[table]}
    assert changed <= {"django_session"}


def page(table, name, *arguments):
    return reverse(f"admin:{table.replace('.', '_')}_{name}", args=arguments)


@pytest.fixture(scope="module", autouse=True)
def every_table(standing):
    """A row in every table, in two zones."""
    lan, kkt, other_zone = cast.lan(), cast.kkt(), cast.other_zone()
    for zone in (kkt, other_zone):
        park = make.park(f"KCN {zone.code}", zone=zone, aliases=[f"Khu {zone.code}"])
        host = make.enterprise(f"Công ty {zone.code}", zone=zone, park=park, workers=50)
        make.actions.change_enterprise(enterprise=host, by=make.system(), park=make.park(zone=zone))
        cell = make.organization(f"Chi bộ {zone.code}", zone=zone, enterprises=[host], members=5)
        make.organization(f"Công đoàn {zone.code}", zone=zone, type="union_base")
        make.admission(cell, 2)
        make.actions.rate_organization(organization=cell, year=2024, grade="well", by=make.system())
        make.actions.record_admission_source(organization=cell, year=2024, trained=2, by=make.system())
        make.target(zone=zone)
        days = {"first_day": date(2024, 1, 1), "last_day": date(2024, 12, 31)}
        declare(zone=zone, indicator=make.indicator("youth_orgs"), value="nothing_to_report", by=make.system(), **days)
        now = {"recorded_by": make.system(), "recorded_at": make.timezone.now()}
        batch = Batch.objects.create(kind="events", zone=zone, **now)
        BatchRow.objects.create(batch=batch, sheet="S", line=2, outcome="created")
        make.lock(zone, date(2019, 1, 1), date(2019, 12, 31))
        figure = make.snapshot(zone=zone).figures.first()
        SnapshotRemark.objects.create(figure=figure, reason="Thiếu", by=make.system(), at=make.timezone.now())
    SavedView.objects.create(owner=lan, screen="enterprises", name="FDI", shared_with=kkt)
    IdempotentAnswer.objects.create(user=lan, path="/x", key="k", request_hash="h", claimed_at=make.timezone.now())


@pytest.fixture
def inside(client, admin):
    client.force_login(admin)
    return client


def said(answer):
    """The errors a page shows, in one text."""
    return " ".join(re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', answer.text, re.S))


# ------------------------------------------------------------------------------------------ the doors


def test_every_table_of_the_rooms_is_listed():
    ours = {model._meta.label_lower for model in apps.get_models() if model._meta.app_label in ROOMS}

    assert {model._meta.label_lower for model in office._registry} == set(TABLES)
    assert ours | {"admin.logentry"} == set(TABLES)


@pytest.mark.parametrize("person", ["lan", "quan", "hoa", "minh", "stranger"])
def test_only_administrators_get_in(client, request, person):
    client.force_login(request.getfixturevalue(person))
    row = Enterprise.objects.first().pk

    for url in (reverse("admin:index"), page("organizations.enterprise", "changelist"),
                page("organizations.enterprise", "change", row), page("accounts.user", "add")):  # fmt: skip
        assert (client.get(url).status_code, client.post(url).status_code) == (403, 403), url
    assert "/admin/" not in client.get("/").text


def test_somebody_who_has_not_signed_in_signs_in_on_our_page_and_comes_back(client, admin):
    answer = client.get("/admin/organizations/enterprise/")
    assert (answer.status_code, answer.url) == (302, "/sign-in/?next=/admin/organizations/enterprise/")
    for door in ("/admin/", "/admin/login/", "/admin/password_change/", "/admin/logout/"):
        reached = client.post(door, follow=True).redirect_chain[-1][0]
        assert unquote(reached).startswith("/sign-in/?next=/admin/")
    client.force_login(admin)
    assert client.get("/admin/login/").url == "/admin/"
    assert client.get("/admin/password_change/").url == "/account/password/"
    assert 'href="/admin/"' in client.get("/").text


def test_the_administration_is_no_way_around_the_second_factor(client, admin, settings):
    settings.REQUIRE_ADMIN_TOTP = True
    client.force_login(admin)

    assert client.get("/admin/").url.startswith("/account/authenticator/")
    TOTPDevice.objects.create(user=admin, name="default")
    assert client.get("/admin/accounts/user/add/").url.startswith("/sign-in/")
    assert not office.has_permission(client.get("/admin/").wsgi_request)


def test_a_role_that_has_ended_opens_nothing(client, city):
    former = make.user("cuu", role="admin", valid_to=date(2020, 1, 1))
    client.force_login(former)

    assert client.get("/admin/").status_code == 403


def test_keys_of_authenticators_and_tokens_are_nowhere(inside):
    listed = re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", inside.get("/admin/").text)  # any letters
    assert "otp" not in listed and "knox" not in listed and "authtoken" not in listed
    assert inside.get("/admin/otp_totp/totpdevice/").status_code == 404


# ------------------------------------------------------------------------------------------ table by table


@pytest.mark.parametrize("table", sorted(TABLES))
def test_each_table_may_be_read_and_written_as_the_table_says(inside, table):
    rows = apps.get_model(table)._base_manager.order_by("pk")
    if table == "organizations.park":
        rows = rows.exclude(code=Park.NONE)
    listed = inside.get(page(table, "changelist"), {"q": "cong ty hp-kkt 5"})
    assert listed.status_code == 200
    assert INLINE.findall(inside.get(page(table, "changelist")).text) == []
    add = inside.get(page(table, "add"))
    assert add.status_code == (200 if "a" in TABLES[table] else 403)
    assert INLINE.findall(add.text) == []
    assert inside.post(page(table, "add")).status_code == (200 if "a" in TABLES[table] else 403)
    if row := rows.last():
        change = inside.get(page(table, "change", row.pk))
        assert (change.status_code, INLINE.findall(change.text)) == (200, [])
        assert ('name="_save"' in change.text) == ("c" in TABLES[table])
        with no_trace():
            assert inside.post(page(table, "delete", row.pk), {"post": "yes"}).status_code == 403
            if "c" not in TABLES[table]:
                assert inside.post(page(table, "change", row.pk), {"quantity": 999}).status_code == 403
        assert inside.get(page(table, "history", row.pk)).status_code in (200, 302)
    with no_trace():
        sent = {"action": "delete_selected", "_selected_action": [row.pk if row else 1]}
        assert inside.post(page(table, "changelist"), sent).status_code in (200, 302)


def test_every_table_that_holds_facts_has_a_row_to_be_tried_on(db):
    empty = {table for table in TABLES if not apps.get_model(table)._base_manager.exists()}
    files = {"imports.titlememory", "imports.stagedrow", "imports.upload"}
    assert empty == files | {
        "admin.logentry",
        "organizations.distinct",
        "organizations.succession",
        "organizations.attachment",
    }


def test_pages_keep_the_strict_security_policy(inside):
    for url in ("/admin/", page("organizations.enterprise", "add")):
        policy = inside.get(url).headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy + ";" and "unsafe" not in policy


@pytest.mark.parametrize("table", sorted(set(TABLES) - {"admin.logentry"}))
def test_an_administrator_of_one_zone_sees_no_row_of_another(client, other_zone, table):
    keeper = make.user("khu", role="admin", zone=other_zone)
    client.force_login(keeper)
    shown = office._registry[apps.get_model(table)].get_queryset(client.get("/admin/").wsgi_request)
    everywhere = {"organizations.organizationtype", "targets.indicator", "targets.term", "targets.resolution"}
    assert client.get(page(table, "changelist")).status_code == 200
    if table in everywhere:
        return
    for row in apps.get_model(table)._base_manager.exclude(pk__in=shown.values("pk")):
        assert client.get(page(table, "change", row.pk)).status_code == 302  # there is no such row for them
    for row in shown:
        zone = row if isinstance(row, Zone) else getattr(row, "zone", other_zone)
        assert zone == other_zone


def test_catalogues_of_the_city_are_written_by_its_administrator_only(client, other_zone):
    client.force_login(make.user("khu", role="admin", zone=other_zone))
    for table in ("organizations.organizationtype", "targets.indicator", "organizations.park", "targets.term"):
        assert client.get(page(table, "add")).status_code == 403
    assert client.post(page("targets.indicator", "change", make.indicator("party_orgs").pk), {}).status_code == 403


# ------------------------------------------------------------------------------------------ costs


def more_rows(zone):
    host = make.enterprise(zone=zone, workers=12)
    cell = make.organization(zone=zone, enterprises=[host], parent=Organization.objects.filter(sector="party").first())
    make.admission(cell, 1)
    make.user(role="clerk", zone=zone)
    return host


@pytest.mark.full
def test_a_list_costs_the_same_for_few_rows_and_for_many(inside, kkt):
    urls = [page(table, "changelist") for table in sorted(TABLES)]
    urls += [page(table, "change", apps.get_model(table)._base_manager.first().pk)
             for table in ("organizations.enterprise", "organizations.organization", "targets.target")]  # fmt: skip

    def costs():
        found = {}
        for url in urls:
            inside.get(url)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert inside.get(url).status_code == 200
            found[url] = len(queries)
        return found

    more_rows(kkt)
    few = costs()
    for number in range(12):
        more_rows(kkt)
        make.target(zone=kkt, year=2025 + number)
    assert costs() == few


# ------------------------------------------------------------------------------------------ writing


def entered(form, **changes):
    """What a browser would send of the form as shown, with ``changes``."""
    data = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if value is True:
            data[name] = "on"
        elif value is not None and value is not False:
            data[name] = field.prepare_value(value) if not isinstance(value, list) else value
    return data | changes


def form_of(answer):
    return answer.context["adminform"].form


def test_an_enterprise_saved_here_is_an_act_with_its_change(inside, kkt, admin):
    row = Enterprise.objects.get(name="Công ty HP-KKT")
    url = page("organizations.enterprise", "change", row.pk)
    data = entered(form_of(inside.get(url)), name="Công ty Đổi Tên", started_on="01/02/2020", reason="Theo giấy phép")
    assert inside.post(url, data).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.started_on, row.search_key) == ("Công ty Đổi Tên", date(2020, 2, 1), "cong ty doi ten")
    change = Change.objects.filter(model="organizations.enterprise", object_id=row.pk).latest("seq")
    assert (change.recorded_by, change.reason) == (admin, "Theo giấy phép")
    assert (change.before["name"], change.after["name"]) == ("Công ty HP-KKT", "Công ty Đổi Tên")
    assert differences() == []
    history = inside.get(page("organizations.enterprise", "history", row.pk), follow=True)
    assert "Theo giấy phép" in history.text


def test_what_an_act_refuses_is_said_at_the_field_and_leaves_no_trace(inside, kkt):
    taken = Enterprise.objects.get(name="Công ty HP-KKT").tax_code
    other = make.enterprise("Công ty Khác", zone=kkt)
    url = page("organizations.enterprise", "change", other.pk)
    data = entered(form_of(inside.get(url)), tax_code=taken)
    with no_trace():
        answer = inside.post(url, data)
    assert answer.status_code == 200
    assert taken in said(answer) and "tax_code" in answer.context["adminform"].form.errors
    for wrong in ({"tax_code": "12"}, {"started_on": "31/02/2024"}, {"name": ""}, {"park": 10**6}):
        with no_trace():
            assert inside.post(url, entered(form_of(inside.get(url)), **wrong)).status_code == 200


def test_an_enterprise_in_no_park_is_saved_and_moves_in_and_out(client, kkt):
    client.force_login(make.user("khu", role="admin", zone=kkt))
    none, park = Park.objects.get(code=Park.NONE), Park.objects.get(name="KCN HP-KKT")
    row = make.enterprise("Công ty Ngoài Khu", zone=kkt, park=none)
    url = page("organizations.enterprise", "change", row.pk)
    for chosen, name in ((none, "Công ty Đổi Tên"), (park, "Công ty Vào Khu"), (none, "Công ty Ra Khu")):
        data = entered(form_of(client.get(url)), name=name, park=chosen.pk)
        assert client.post(url, data).status_code == 302
        row.refresh_from_db()
        assert (row.name, row.park) == (name, chosen)
    elsewhere = make.park("KCN Nơi khác", zone=make.zone("HP-XA"))
    offered = client.get(url).context["adminform"].form.fields["park"].queryset
    assert none in offered and park in offered and elsewhere not in offered
    with no_trace():
        answer = client.post(url, entered(form_of(client.get(url)), name=""))
    assert "Hãy sửa lỗi nêu dưới đây." in answer.text and "Please correct" not in answer.text


def test_somebody_elses_change_is_not_overwritten(inside, kkt):
    row = Enterprise.objects.get(name="Công ty HP-KKT")
    url = page("organizations.enterprise", "change", row.pk)
    data = entered(form_of(inside.get(url)), name="Tên của tôi")
    make.actions.change_enterprise(enterprise=row, by=make.system(), name="Tên của người khác")
    with no_trace():
        answer = inside.post(url, data)
    assert answer.status_code == 200 and said(answer)
    assert Enterprise.objects.get(pk=row.pk).name == "Tên của người khác"


def test_a_new_enterprise_comes_with_its_workers(inside, kkt):
    park = Park.objects.get(name="KCN HP-KKT")
    url = page("organizations.enterprise", "add")
    data = entered(form_of(inside.get(url)), zone=kkt.pk, park=park.pk, name="Công ty Mới", tax_code=make.tax_code(),
                   workers="1.250", workers_on="31/12/2023")  # fmt: skip
    assert inside.post(url, data).status_code == 302
    row = Enterprise.objects.get(name="Công ty Mới")
    assert row.headcounts.get().total == 1250
    assert differences() == []
    with no_trace():
        refused = inside.post(url, data | {"tax_code": make.tax_code(), "name": "Nữa", "workers_on": "01/02/2019"})
        assert refused.status_code == 200 and "workers_on" in form_of(refused).errors  # 2019 is closed


def test_an_organisation_is_founded_with_its_event(inside, kkt):
    decision = make.decision(zone=kkt)
    host = Enterprise.objects.get(name="Công ty HP-KKT")
    url = page("organizations.organization", "add")
    data = entered(form_of(inside.get(url)), zone=kkt.pk, name="Chi bộ Mới", code="CB-M",
                   type=make.type_("party_cell").pk,
                   decision=decision.pk, enterprise=host.pk, members=2)  # fmt: skip
    refused = inside.post(url, data)
    assert "members" in form_of(refused).errors  # two members found no cell without a reason
    assert inside.post(url, data | {"reason": "Cấp trên đồng ý"}).status_code == 302
    row = Organization.objects.get(code="CB-M")
    assert (row.founded_on, row.events.get().kind, row.coverage.get().is_lead) == (make.DAY, "established", True)
    assert differences() == []


def test_an_organisation_is_moved_under_another_and_never_under_itself(inside, kkt):
    above = make.organization("Đảng bộ", zone=kkt, type="party_committee")
    row = Organization.objects.get(name="Chi bộ HP-KKT")
    url = page("organizations.organization", "change", row.pk)
    assert inside.post(url, entered(form_of(inside.get(url)), parent=above.pk)).status_code == 302
    row.refresh_from_db()
    assert row.parent == above
    url = page("organizations.organization", "change", above.pk)
    with no_trace():
        answer = inside.post(url, entered(form_of(inside.get(url)), parent=row.pk, name="Tên khác"))
        assert "parent" in form_of(answer).errors
    assert differences() == []


def test_places_papers_and_coverage_are_recorded_by_their_acts(inside, kkt, city):
    zone = {"code": "HP-MOI", "name": "Khu mới", "kind": "committee", "parent": city.pk}
    assert inside.post(page("organizations.zone", "add"), zone).status_code == 302
    assert (
        "parent" in form_of(inside.post(page("organizations.zone", "add"), zone | {"code": "X", "parent": ""})).errors
    )
    assert inside.post(page("organizations.park", "add"), {
        "name": "KCN Mới", "zone": kkt.pk, "aliases": "Khu A\nKhu B\n",
    }).status_code == 302  # fmt: skip
    park = Park.objects.get(name="KCN Mới")
    assert [alias.name for alias in park.aliases.all()] == ["Khu A", "Khu B"]
    with no_trace():
        long = {"name": "KCN Khác", "zone": kkt.pk, "aliases": f"Khu D\n{'x' * 251}"}
        assert "aliases" in form_of(inside.post(page("organizations.park", "add"), long)).errors
    assert inside.post(page("organizations.parkalias", "add"), {"park": park.pk, "name": "Khu C"}).status_code == 302
    paper = {"number": "12-QĐ/ĐU", "issued_on": "05/06/2023", "issuer_name": "Đảng ủy Mới", "zone": kkt.pk}
    assert inside.post(page("organizations.decision", "add"), paper).status_code == 302
    assert Decision.objects.get(number="12-QĐ/ĐU").issuer.name == "Đảng ủy Mới"
    with no_trace():
        again = inside.post(page("organizations.decision", "add"), paper | {"signer": "Ai đó"})
        assert "number" in form_of(again).errors
    host = make.enterprise(zone=kkt)
    one = Organization.objects.get(name="Chi bộ HP-KKT")
    sent = {"organization": one.pk, "enterprise": host.pk}
    assert inside.post(page("organizations.coverage", "add"), sent).status_code == 302
    assert Coverage.objects.filter(enterprise=host, organization=one, is_lead=False).exists()
    assert differences() == []


def test_a_target_is_revised_with_a_reason_as_a_new_version(inside, kkt):
    row = Target.objects.get(zone=kkt)
    url = page("targets.target", "change", row.pk)
    shown = entered(form_of(inside.get(url)))
    assert shown["range"] == "5"
    with no_trace():
        assert "reason" in form_of(inside.post(url, shown | {"range": "5-7"})).errors
        assert "range" in form_of(inside.post(url, shown | {"range": "7-5", "reason": "x"})).errors
    assert inside.post(url, shown | {"range": "5-7", "reason": "Giao lại"}).status_code == 302
    last = row.versions.latest("number")
    assert (last.low, last.high, last.reason, last.number) == (5, 7, "Giao lại", 2)
    new = {"zone": kkt.pk, "indicator": make.indicator("party_orgs").pk, "year": 2026, "range": "8"}
    assert inside.post(page("targets.target", "add"), new).status_code == 302
    assert "5–7" in inside.get(page("targets.target", "changelist")).text
    assert differences() == []


def test_an_indicator_needs_no_programmer_and_its_change_tells_why(inside):
    url = page("targets.indicator", "add")
    data = entered(form_of(inside.get(url)), code="fdi_unions", name="Công đoàn trong doanh nghiệp FDI", unit="tổ chức",
                   sector="union", measure="new_organizations", ownerships=["fdi"],
                   types=[make.type_("union_base").pk])  # fmt: skip
    assert inside.post(url, data).status_code == 302
    row = Indicator.objects.get(code="fdi_unions")
    assert row.selection().ownerships == ("fdi",) and len(row.selection().types) == 1
    url = page("targets.indicator", "change", row.pk)
    shown = entered(form_of(inside.get(url)), name="Công đoàn FDI")
    with no_trace():
        assert "reason" in form_of(inside.post(url, shown)).errors
    assert inside.post(url, shown | {"reason": "Tên gọn"}).status_code == 302
    change = Change.objects.filter(model="targets.indicator", object_id=row.pk).latest("seq")
    assert (change.before, change.after) == ({"name": "Công đoàn trong doanh nghiệp FDI"}, {"name": "Công đoàn FDI"})
    assert differences() == []


def test_a_type_and_a_term_are_kept_like_every_catalogue(inside):
    type_ = make.type_("union_section")
    url = page("organizations.organizationtype", "change", type_.pk)
    assert inside.post(url, entered(form_of(inside.get(url)), founding_members=5, reason="Điều lệ")).status_code == 302
    assert OrganizationType.objects.get(pk=type_.pk).founding_members == 5
    url = page("targets.term", "add")
    assert "__all__" in form_of(inside.post(url, {"name": "X", "first_year": 2036, "last_year": 2031})).errors
    assert inside.post(url, {"name": "2030–2035", "first_year": 2031, "last_year": 2035}).status_code == 302
    assert Term.holding(2033).name == "2030–2035"
    assert differences() == []


# ------------------------------------------------------------------------------------------ people


def test_a_person_is_given_an_account_a_role_and_an_end(inside, kkt):
    url = page("accounts.user", "add")
    data = entered(form_of(inside.get(url)), username="thu", full_name="Phạm Thị Thu", role="clerk", zone=kkt.pk,
                   new_password="mật khẩu dài 2026", again="mật khẩu dài 2026")  # fmt: skip
    with no_trace():
        assert "again" in form_of(inside.post(url, data | {"again": "khác"})).errors
        assert (
            "new_password" in form_of(inside.post(url, data | {"new_password": "12345678", "again": "12345678"})).errors
        )
        assert form_of(inside.post(url, data | {"zone": ""})).errors  # a clerk has a zone
    assert inside.post(url, data).status_code == 302
    person = authenticate(username="thu", password="mật khẩu dài 2026")
    role = Assignment.objects.get(user=person)
    assert (role.role, role.zone) == ("clerk", kkt)
    url = page("organizations.assignment", "change", role.pk)
    assert inside.post(url, entered(form_of(inside.get(url)), valid_to="31/12/2025")).status_code == 302
    assert Assignment.objects.get(pk=role.pk).valid_to == date(2025, 12, 31)
    url = page("accounts.user", "change", person.pk)
    shown = entered(form_of(inside.get(url)))
    assert "password" not in "".join(shown) or not shown.get("new_password")
    assert (
        inside.post(url, shown | {"new_password": "mật khẩu khác 27", "again": "mật khẩu khác 27"}).status_code == 302
    )
    assert authenticate(username="thu", password="mật khẩu khác 27")
    shown.pop("is_active")
    assert inside.post(url, shown).status_code == 302
    assert not User.objects.get(username="thu").is_active


def test_a_password_is_not_found_out_by_filtering(inside):
    assert inside.get(page("accounts.user", "changelist"), {"password__startswith": "md5"}).status_code == 400
    assert "md5$" not in inside.get(page("accounts.user", "change", User.objects.get(username="admin").pk)).text


def test_nobody_ends_the_own_account_or_rises_by_the_own_hand(client, inside, admin, kkt, other_zone):
    url = page("accounts.user", "change", admin.pk)
    shown = entered(form_of(inside.get(url)))
    shown.pop("is_active")
    with no_trace():
        assert "is_active" in form_of(inside.post(url, shown)).errors
        own = page("organizations.assignment", "change", Assignment.objects.get(user=admin).pk)
        assert form_of(inside.post(own, entered(form_of(inside.get(own)), valid_to="01/01/2024"))).errors
        given = {"user": admin.pk, "role": "board", "zone": kkt.pk}
        assert form_of(inside.post(page("organizations.assignment", "add"), given)).errors
        system = page("accounts.user", "change", make.system().pk)
        assert inside.post(system, {"is_active": "on"}).status_code == 403

    client.force_login(make.user("khu", role="admin", zone=kkt))
    with no_trace():
        assert client.post(url, shown | {"new_password": "x" * 12, "again": "x" * 12}).status_code in (302, 403)
        added = {"username": "z", "language": "vi", "role": "admin", "new_password": "mật khẩu dài 2026",
                 "again": "mật khẩu dài 2026"}  # fmt: skip
        assert form_of(client.post(page("accounts.user", "add"), added)).errors  # not for the whole city
        assert form_of(client.post(page("accounts.user", "add"), added | {"zone": other_zone.pk})).errors
    assert client.post(page("accounts.user", "add"), added | {"zone": kkt.pk}).status_code == 302


def test_every_table_says_who_sees_it():
    for model in office._registry:
        assert isinstance(office._registry[model], RowsAdmin)
