"""The Import and Export buttons at /admin/: our reader, writer and messages, and lists that can be sent in again."""

import io
import re
from datetime import date

import import_export.resources
import import_export.tmp_storages
import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from imports.intake import import_file
from imports.kinds import KINDS
from imports.models import Upload
from imports.resources import RESOURCES, NotTheWay
from organizations.models import Enterprise, Event, Headcount, Organization
from targets.models import Target
from tests import cast, make
from tests.imports.office import TODAY, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
TABLES = {
    "enterprises": "organizations.enterprise",
    "organizations": "organizations.organization",
    "events": "organizations.event",
    "headcounts": "organizations.headcount",
    "targets": "targets.target",
}
INLINE = re.compile(r"""<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=["']|javascript:""")


def url(kind, name):
    return reverse(f"admin:{TABLES[kind].replace('.', '_')}_{name}")


def today():
    """Today is 23/11/2026."""
    return time_machine.travel(f"{TODAY:%Y-%m-%d}T08:00:00+07:00", tick=False)


@pytest.fixture(autouse=True)
def the_day():
    with today():
        yield


@pytest.fixture
def inside(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture(scope="module", autouse=True)
def an_office(standing):
    """What an office has: covered and joint organisations, reversed and uncounted events, targets with papers."""
    with today():
        _fill(cast.kkt(), cast.cluster())


def _fill(kkt, cluster):
    park = make.park("Khu công nghiệp Đình Vũ", zone=kkt, aliases=["DEEP C 1"])
    one = make.enterprise(
        "=1+1 Công ty", zone=kkt, park=park, workers=1250, ownership="fdi_wholly", countries="Nhật Bản"
    )
    two = make.enterprise("Công ty Hai", zone=kkt, park=park, legal_form="joint_stock", started_on=date(2019, 3, 1))
    committee = make.organization("Đảng bộ", zone=kkt, type="party_committee", code="DB-01", members=40)
    cell = make.organization("Chi bộ Một", zone=kkt, parent=committee, enterprises=[one, two], members=5)
    union = make.organization("Công đoàn Hai", zone=kkt, type="union_base", enterprises=[two])
    ended = make.organization("Chi bộ đã giải thể", zone=kkt)
    make.actions.dissolve(
        reason="Sắp xếp lại",
        organization=ended,
        decision=make.decision(on=date(2025, 1, 2), zone=kkt),
        by=make.system(),
    )
    make.actions.rename(organization=cell, new_name="Chi bộ Mới", by=make.system(),
                        decision=make.decision(on=date(2025, 2, 3), zone=kkt))  # fmt: skip
    make.admission(cell, 3, female=1, workers=2)
    make.actions.reverse(event=make.admission(cell, 9, on=date(2024, 7, 1)), by=make.system(), reason="Nhầm")
    make.joining(union, 120)
    make.actions.leave(organization=union, quantity=4, effective_on=date(2024, 9, 1), by=make.system())
    make.admission(make.organization("Chi bộ Cụm", zone=cluster), 2)
    make.actions.record_headcount(subject=two, on=date(2025, 6, 30), total=380, female=190, by=make.system())
    make.target(zone=kkt, low=5, high=7, decision=make.decision("1-KH/ĐU", on=date(2024, 1, 15), zone=kkt))
    make.target(zone=kkt, indicator="party_members", low=100, published_percent="105.3")


@pytest.fixture
def facts(kkt):
    """The zone of ``an_office``."""
    return kkt


# ------------------------------------------------------------------------------------------ declared once


@pytest.mark.parametrize("kind", KINDS)
def test_a_resource_has_the_columns_and_natural_key_of_its_kind(kind):
    resource, declared = RESOURCES[kind](), KINDS[kind]
    titles = [(name, field.column_name) for name, field in resource.fields.items()]

    assert titles == [(column.field, column.title) for column in declared.columns]
    assert tuple(resource.get_import_id_fields()) == declared.keys[0]
    for key in declared.keys:
        assert set(key) <= set(declared.layout.columns)


CELLS = {  # kind: a cell beside the natural key, and one of it, as they may be written otherwise
    "enterprises": ("Tên doanh nghiệp", "Công ty Đổi Tên", "Mã số thuế", "0299000999"),
    "organizations": ("Số thành viên", 41, "Mã", "DB-99"),
    "events": ("Số lượng", 3, "Ngày quyết định", date(2024, 9, 2)),
    "headcounts": ("Nữ", 1, "Ngày", date(2025, 7, 1)),
    "targets": ("Mức giao", 9, "Năm", 2025),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_natural_key_declared_is_the_one_rows_are_met_by(inside, facts, admin, kind):
    other, value, key, another = CELLS[kind]
    header, *lines = table(sent_back(inside, kind))
    line = next(line for line in lines if kind != "events" or line[header.index("Sự kiện")] == "Giảm đoàn viên")

    def meet(title, cell):
        changed = list(line)
        changed[header.index(title)] = cell
        return import_file(workbook(header, changed), name="a.xlsx", by=admin, zone=facts, today=TODAY, kind=kind,
                           corrections="Thử", dry_run=True)  # fmt: skip

    assert (meet(other, value).updated, meet(other, value).created) == (1, 0)
    again = meet(key, another)
    assert (again.updated, again.created) == (0, 1), again.errors


# ------------------------------------------------------------------------------------------ out


def sent_back(client, kind, ending="xlsx", zone="HP-KKT", **filters):
    """The file that the Export button gives."""
    pk = make.zone(zone).pk if zone else ""
    answer = client.post(url(kind, "export"), {"zone": pk, "format": ending}, query_params=filters)
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"], answer.text
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def table(data):
    """Title row and lines of an exported workbook, its order number aside."""
    rows = list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))
    first = next(index for index, row in enumerate(rows) if row[0] == "STT")
    header = [title.replace("(*)", "").strip(" *") for title in rows[first][1:]]
    return [header, *([cell for cell in row[1:]] for row in rows[first + 1 :] if isinstance(row[0], int))]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_list_sent_in_as_it_was_fetched_changes_nothing(inside, facts, admin, kind, ending):
    data = sent_back(inside, kind, ending)
    result = import_file(data, name=f"a.{ending}", by=admin, zone=facts, today=TODAY, kind=kind)

    lines = {"enterprises": 2, "organizations": 3, "events": 11, "headcounts": 4, "targets": 2}[kind]
    assert (result.errors, result.created, result.updated, result.unchanged) == ([], 0, 0, lines)


def test_an_export_holds_what_the_list_shows_and_no_more(inside, facts):
    found = table(sent_back(inside, "enterprises", q="nhat ban cong ty hai"))
    assert found[1:] == []
    found = table(sent_back(inside, "enterprises", q="cong ty hai"))
    assert [line[1] for line in found[1:]] == ["Công ty Hai"]
    found = table(sent_back(inside, "events", kind__exact="admitted"))
    assert [line[1] for line in found[1:]] == ["Kết nạp đảng viên", "Kết nạp đảng viên"]


def test_a_filter_that_means_nothing_leads_back_to_the_list_as_it_does_there(inside, facts):
    asked = {"zone": make.zone("HP-KKT").pk, "format": "csv"}
    for wrong in ({"zone__id__exact": "abc"}, {"id__in": "1,x"}, {"unknown": "1"}):
        answer = inside.post(url("enterprises", "export"), asked, query_params=wrong)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{url('enterprises', 'changelist')}?e=1")


def test_numbers_are_numbers_days_are_days_and_no_text_is_a_formula(inside, facts):
    sheet = openpyxl.load_workbook(io.BytesIO(sent_back(inside, "enterprises"))).worksheets[0]
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}

    assert (cells["=1+1 Công ty"].data_type, cells["=1+1 Công ty"].quotePrefix) == ("s", True)
    assert cells[1250].data_type == "n"
    assert any(getattr(value, "year", None) == 2019 for value in cells)
    assert "'=1+1 Công ty" in sent_back(inside, "enterprises", "csv").decode("utf-8-sig")


def test_an_administrator_of_one_zone_fetches_only_that_zone(client, facts, other_zone):
    client.force_login(make.user("khu", role="admin", zone=other_zone))

    answer = client.post(url("enterprises", "export"), {"zone": facts.pk, "format": "csv"})
    assert "Content-Disposition" not in answer.headers
    assert b"0299" not in sent_back(client, "enterprises", "csv", zone="HP-KHAC")
    assert "HP-KKT" not in sent_back(client, "targets", "csv", zone="").decode()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.one_database
def test_a_long_list_costs_no_more_queries_than_a_short_one(inside, facts, kind):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            sent_back(inside, kind)
        return len(queries)

    before = cost()
    for number in range(10):
        host = make.enterprise(zone=facts, workers=10)
        make.admission(make.organization(zone=facts, enterprises=[host], members=4), 1)
        make.target(zone=facts, year=2015 + number, indicator="youth_orgs")
    assert cost() == before


# ------------------------------------------------------------------------------------------ in


@pytest.fixture
def no_stock_loop(monkeypatch):
    """Whoever touches the package's own way of writing, or its temporary files, fails."""

    def reached(*args, **options):
        raise AssertionError("the package's own import was reached")

    for name in ("import_data", "import_data_inner", "import_row", "save_instance", "bulk_create", "import_field"):
        monkeypatch.setattr(import_export.resources.Resource, name, reached)
    monkeypatch.setattr(import_export.tmp_storages.BaseStorage, "__init__", reached)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_brought_here_goes_the_way_of_every_file(inside, facts, admin, no_stock_loop, kind):
    data = sent_back(inside, kind)
    page = inside.get(url(kind, "import"))
    assert (page.status_code, INLINE.findall(page.text)) == (200, [])
    assert KINDS[kind].columns[0].title in page.text
    before = [model.objects.count() for model in (Enterprise, Organization, Event, Headcount, Target)]

    answer = inside.post(url(kind, "import"), {"file": SimpleUploadedFile("a.xlsx", data), "zone": "HP-KKT"})

    upload = Upload.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("imports:upload", args=[upload.key]))
    assert (upload.kind, upload.owner, upload.state, upload.zone.code) == (kind, admin, "staged", "HP-KKT")
    assert inside.get(answer.url).status_code == 200
    assert before == [model.objects.count() for model in (Enterprise, Organization, Event, Headcount, Target)]


def test_what_cannot_be_read_is_told_in_the_words_of_the_intake(inside, facts):
    answer = inside.post(
        url("enterprises", "import"), {"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04"), "zone": "HP-KKT"}
    )
    assert (answer.status_code, Upload.objects.count()) == (200, 0)
    assert "Chưa ghi gì vào hệ thống." in answer.text
    assert "Chưa ghi gì vào hệ thống." in inside.post(url("enterprises", "import"), {"zone": "HP-KKT"}).text


@pytest.mark.parametrize("kind", KINDS)
def test_the_package_s_own_way_of_writing_leads_nowhere(inside, facts, kind):
    resource = RESOURCES[kind]()
    for name in ("import_data", "import_data_inner", "import_row", "save_instance", "bulk_create"):
        with pytest.raises(NotTheWay):
            getattr(resource, name)(None)
    with pytest.raises(NoReverseMatch):
        url(kind, "process_import")
    assert inside.post(url(kind, "changelist") + "process_import/", {"import_file_name": "x"}).status_code in (302, 404)
    dataset = resource.export(
        Enterprise.objects.none() if kind == "enterprises" else TABLES_OF[kind].objects.none(),
        zone=facts, user=make.system(), today=TODAY,
    )  # fmt: skip
    assert dataset.headers == [column.title for column in KINDS[kind].columns]


TABLES_OF = {"organizations": Organization, "events": Event, "headcounts": Headcount, "targets": Target}


@pytest.mark.parametrize("person", ["lan", "quan", "minh", "stranger"])
def test_the_buttons_are_the_administrators(client, request, facts, person):
    client.force_login(request.getfixturevalue(person))

    for name in ("import", "export"):
        for kind in KINDS:
            assert (client.get(url(kind, name)).status_code, client.post(url(kind, name)).status_code) == (403, 403)


def test_the_pages_hold_nothing_the_security_policy_would_block(inside, facts):
    for kind in KINDS:
        for name in ("export", "changelist"):
            page = inside.get(url(kind, name))
            assert (page.status_code, INLINE.findall(page.text)) == (200, [])
        assert f'href="{url(kind, "export")}?q=chi"' in inside.get(url(kind, "changelist"), {"q": "chi"}).text
