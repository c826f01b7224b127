"""Imports over HTTP: a program sends an office's file, is told what came of it, and can take it back."""

import hashlib
import io
import json

import openpyxl
import pytest
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imports import limit, matching, programs, staging
from imports.models import KEPT, Upload
from organizations.models import Batch, Enterprise, Event, IdempotentAnswer
from targets.models import Target
from tests import make
from tests.api import Api
from tests.imports.office import workbook

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

IMPORTS = "/api/v1/imports/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADER = ["Mã số thuế", "Tên doanh nghiệp", "Khu công nghiệp", "Số lao động", "Ngày hoạt động"]
KEY = {"Idempotency-Key": "sổ-2026".encode().hex()}


def good(*names):
    return workbook(HEADER, *([make.tax_code(), name, "Đình Vũ", 120, None] for name in names or ["Công ty Cát Hải"]))


def bad():
    """A file of two good lines and one whose day is no day."""
    return workbook(
        HEADER,
        [make.tax_code(), "Công ty An Dương", "Đình Vũ", 40, None],
        [make.tax_code(), "Công ty Kiến Thụy", "Đình Vũ", 50, "31/02/2024"],
        [make.tax_code(), "Công ty Thủy Nguyên", "Đình Vũ", 60, None],
    )


@pytest.fixture
def api(lan, dinh_vu):
    return Api(lan)


@pytest.fixture
def worker(settings, monkeypatch):
    """Long work waits for ``manage.py db_worker``; call the fixture to let it work."""
    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.close_old_connections", lambda: None)  # our own
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    return lambda: call_command("db_worker", batch=True, verbosity=0, startup_delay=False)


def page_of(answer):
    """The first sheet of a workbook that was downloaded."""
    assert answer.status_code == 200, answer.content
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active


def texts(page):
    return [str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None] + [
        cell.comment.text for row in page.iter_rows() for cell in row if cell.comment
    ]


# ------------------------------------------------------------------------------------------ written


def test_a_file_is_written_and_told_of(api):
    answer = api.upload(IMPORTS, good("Công ty A", "Công ty B"), zone="HP-KKT", kind="enterprises", name="dn.xlsx")
    told = answer.json()

    assert answer.status_code == 201
    assert Enterprise.objects.count() == 2
    batch = Batch.objects.get()
    assert (told["id"], told["status"], told["batch"], told["created"]) == (batch.pk, "written", batch.pk, 2)
    assert (told["kind"], told["zone"], told["file_name"], told["errors"]) == ("enterprises", "HP-KKT", "dn.xlsx", [])
    assert told["file"] == f"{IMPORTS}{batch.pk}/file/" and told["errors_xlsx"] is None

    detail = api.get(f"{IMPORTS}{batch.pk}/").json()
    assert {name: detail[name] for name in ("status", "batch", "created", "updated", "unchanged", "rejected")} == {
        "status": "written", "batch": batch.pk, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0,
    }  # fmt: skip
    assert (detail["undone_by"], detail["undoes"], detail["recorded_by"]) == (None, None, "lan")


def test_the_same_file_again_is_written_already(api):
    data = good()
    api.upload(IMPORTS, data, zone="HP-KKT")
    again = api.upload(IMPORTS, data, zone="HP-KKT")

    assert again.status_code == 201
    assert [again.json()[name] for name in ("id", "status", "batch", "unchanged")] == [None, "written", None, 1]
    assert (Batch.objects.count(), Upload.objects.count()) == (1, 1)


def test_a_dry_run_writes_and_keeps_nothing(api):
    answer = api.upload(IMPORTS, good(), zone="HP-KKT", dry_run="true")

    assert (answer.status_code, answer.json()["status"], answer.json()["created"]) == (200, "checked", 1)
    assert not Enterprise.objects.exists() and not Upload.objects.exists()


def test_what_holds_for_the_whole_file_is_said_in_fields(api, kkt):
    data = workbook(["Tên doanh nghiệp", "Số lao động"], ["Công ty Cát Hải", 90])
    answer = api.upload(IMPORTS, data, zone="HP-KKT", park="DEEP C 1", date="30/06/2025", sheet="Sheet1", kind="auto")
    factory = Enterprise.objects.get()

    assert answer.status_code == 201
    assert factory.park.name == "Khu công nghiệp Đình Vũ"
    assert str(factory.headcounts.get().on) == "2025-06-30"


def test_a_changed_quantity_is_corrected_when_a_reason_is_sent(api, kkt):
    make.organization("Chi bộ Công ty A", zone=kkt, code="CB01", members=5)

    def send(quantity, **fields):
        header = ["Tổ chức", "Sự kiện", "Ngày quyết định", "Số quyết định", "Số lượng"]
        return api.upload(IMPORTS, workbook(header, ["CB01", "Kết nạp", "01/06/2024", "45-QĐ/ĐU", quantity]), **fields)

    send(13)
    refused = send(10)
    assert refused.status_code == 422
    assert "corrections" in refused.json()["cure"] and "--" not in refused.content.decode()
    assert send(10, corrections="Đếm lại theo hồ sơ").status_code == 201
    assert sum(Event.objects.filter(kind="admitted").values_list("quantity", flat=True)) == 10


# ------------------------------------------------------------------------------------------ refused


def test_a_refused_file_leaves_no_trace_but_itself_for_the_marked_workbook(api, lan):
    answer = api.upload(IMPORTS, bad(), zone="HP-KKT", name="doanh nghiệp.xlsx")
    told = answer.json()

    assert answer.status_code == 422
    assert (told["status"], told["batch"], told["created"], told["rejected"]) == ("refused", None, 0, 1)
    assert [(error["row"], error["column"], error["value"]) for error in told["errors"]] == [
        (3, "Ngày hoạt động", "31/02/2024")
    ]
    assert not Enterprise.objects.exists() and not Batch.objects.exists()
    upload = Upload.objects.get()
    assert (str(upload.key), upload.owner, upload.state, upload.batch) == (told["id"], lan, Upload.State.SENT, None)
    assert upload.expires_at == upload.created_at + KEPT
    assert not Upload.objects.unfinished(timezone.now()).exists()

    again = api.get(f"{IMPORTS}{told['id']}/").json()
    assert {name: told[name] for name in again if name in told} == again | {}


def test_the_marked_workbook_has_the_reason_in_the_line(api):
    told = api.upload(IMPORTS, bad(), zone="HP-KKT", name="doanh nghiệp.xlsx").json()
    answer = api.get(told["errors_xlsx"])
    page = page_of(answer)

    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == (XLSX, "nosniff")
    assert "filename*=utf-8''doanh%20nghi%E1%BB%87p-danh-dau-loi.xlsx" in answer.headers["Content-Disposition"]
    reasons = [str(cell.value) for cell in page[3] if cell.value and "không phải" in str(cell.value)]
    assert reasons and told["errors"][0]["message"] in reasons[0]
    assert page["E3"].fill.fgColor.rgb not in (page["E2"].fill.fgColor.rgb, "00000000")
    assert [page[f"B{line}"].value for line in (2, 3, 4)] == [
        "Công ty An Dương",
        "Công ty Kiến Thụy",
        "Công ty Thủy Nguyên",
    ]


def test_a_missing_column_is_marked_at_the_titles(api):
    data = workbook(["Mã số thuế", "Khu công nghiệp"], [make.tax_code(), "Đình Vũ"])
    told = api.upload(IMPORTS, data, zone="HP-KKT", kind="enterprises").json()

    assert told["status"] == "refused" and told["errors"][0]["row"] == 1
    assert any("Tên doanh nghiệp" in text for text in texts(page_of(api.get(told["errors_xlsx"]))))


@pytest.mark.parametrize(
    ("rows", "fields", "named"),
    [
        ([HEADER, ["", "Công ty A", "Đình Vũ", 1, None]], {}, "zone"),
        ([["Tên doanh nghiệp", "Số lao động"], ["Công ty A", 5]], {"zone": "HP-KKT"}, "park"),
        ([["Họ tên"], ["§¶ng bé Khu kinh tÕ"], ["C«ng ty §×nh Vò"]], {"zone": "HP-KKT"}, "legacy"),
    ],
)
def test_the_cure_names_the_field_that_would_settle_it(admin, lan, dinh_vu, other_zone, rows, fields, named):
    answer = Api(admin).upload(IMPORTS, workbook(*rows), **fields)

    assert answer.status_code == 422
    assert f"“{named}”" in answer.json()["cure"]
    assert "--" not in answer.content.decode()


def test_another_sees_nothing_of_a_refused_file(api, minh, admin, hoa):
    told = api.upload(IMPORTS, bad(), zone="HP-KKT").json()

    for other in (minh, admin, hoa):
        for path in (f"{IMPORTS}{told['id']}/", told["file"], told["errors_xlsx"]):
            assert Api(other).get(path).status_code == 404
        assert Api(other).post(f"{IMPORTS}{told['id']}/undo/").status_code == 404
    assert api.post(f"{IMPORTS}{told['id']}/undo/").status_code == 409


def test_what_waits_on_its_page_is_no_answer_to_a_program(api, lan, dinh_vu):
    told = api.upload(IMPORTS, bad(), zone="HP-KKT").json()
    Upload.objects.update(state=Upload.State.STAGED)

    assert api.get(f"{IMPORTS}{told['id']}/").status_code == 404


def test_a_file_brought_on_a_page_in_which_nothing_was_new_is_told_of_alike(api, lan, dinh_vu):
    data, now = good(), timezone.now()
    api.upload(IMPORTS, data, zone="HP-KKT")
    upload = matching.bring(data, "dn.xlsx", by=lan, now=now, today=timezone.localdate())
    assert staging.claim(upload, version=upload.version, now=now)
    staging.run(upload.pk, today=timezone.localdate())

    told = api.get(f"{IMPORTS}{upload.key}/").json()
    assert (told["status"], told["batch"], told["unchanged"], told["file_name"]) == ("written", None, 1, "dn.xlsx")


# ------------------------------------------------------------------------------------------ who may


def test_the_board_may_import_targets_but_no_facts(minh, kkt, dinh_vu):
    targets = workbook(["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao"], ["HP-KKT", "union_orgs", 2026, "5-10"])
    board = Api(minh)

    assert board.upload(IMPORTS, targets).status_code == 201
    assert Target.objects.count() == 1
    facts = board.upload(IMPORTS, good(), zone="HP-KKT")
    assert (facts.status_code, facts.json()["status"], facts.json()["batch"]) == (403, "refused", None)
    assert facts.json()["detail"]
    assert not Enterprise.objects.exists() and Upload.objects.count() == 1


def test_a_clerk_of_another_zone_is_told_that_there_is_no_such_zone(hoa, kkt, dinh_vu):
    answer = Api(hoa).upload(IMPORTS, good(), zone="HP-KKT")

    assert (answer.status_code, answer.json()) == (404, {"detail": "Không có đơn vị “HP-KKT”."})
    assert not Upload.objects.exists()


def test_who_may_import_nothing_is_refused_before_the_file_is_read(quan, stranger, monkeypatch):
    monkeypatch.setattr("imports.api.read_file", None)

    assert {Api(who).upload(IMPORTS, good()).status_code for who in (quan, stranger)} == {403}
    assert Api().upload(IMPORTS, good()).status_code == 401


def test_a_browser_needs_its_csrf_token_to_send_a_file(lan, dinh_vu):
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(lan)
    form = {"file": SimpleUploadedFile("a.xlsx", good())}
    assert browser.post(IMPORTS, form).status_code == 403

    trusted = Client()
    trusted.force_login(lan)
    assert trusted.post(IMPORTS, {"file": SimpleUploadedFile("a.xlsx", good())}).status_code == 201


# ------------------------------------------------------------------------------------------ unreadable


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 400),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 100, 415),
        (b"%PDF-1.7 ...", 415),
        (b"PK\x03\x04 broken", 400),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", 400),
        ("Tên;Số\nHải Phòng;5\n".encode("cp1258", "replace"), 400),
    ],
)
def test_a_file_that_is_no_workbook_is_unreadable(api, data, status):
    answer = api.upload(IMPORTS, data, zone="HP-KKT")
    told = answer.json()

    assert (answer.status_code, told["status"], told["batch"], told["id"]) == (status, "unreadable", None, None)
    assert told["detail"].endswith("Chưa ghi gì vào hệ thống.")
    assert not Upload.objects.exists()


def test_a_body_that_is_no_form_is_unreadable(api):
    answer = api.post(IMPORTS, {"kind": "events"})

    assert (answer.status_code, answer.json()["status"], answer.json()["batch"]) == (415, "unreadable", None)


@pytest.mark.parametrize("by", ["token", "session"])
def test_a_file_above_the_limit_is_read_past_and_never_kept(lan, dinh_vu, by, monkeypatch):
    kept = []

    def counted(self, data, start):
        kept.append(len(data))
        return keep(self, data, start)

    keep = TemporaryFileUploadHandler.receive_data_chunk
    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", counted)
    monkeypatch.setattr(limit, "LARGEST_FILE", 500_000)
    api = Api(lan)
    if by == "session":
        api.headers = {}
        api.client.force_login(lan)
    answer = api.upload(IMPORTS, b"PK\x03\x04" + b"0" * 5_000_000, zone="HP-KKT")
    told = answer.json()

    assert (answer.status_code, told["status"], told["batch"]) == (413, "unreadable", None)
    assert "4,8 MB" in told["detail"] and "10 MB" in told["detail"]
    assert 0 < sum(kept) <= 500_000


def test_a_file_just_below_the_limit_is_looked_at(api, monkeypatch):
    data = good()
    monkeypatch.setattr(limit, "LARGEST_FILE", len(data))
    assert api.upload(IMPORTS, data, zone="HP-KKT").status_code == 201
    monkeypatch.setattr(limit, "LARGEST_FILE", len(data) - 1)
    assert api.upload(IMPORTS, data, zone="HP-KKT").status_code == 413


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"kind": "cars"}, "kind"),
        ({"date": "31/02/2024"}, "date"),
        ({"legacy": "perhaps"}, "legacy"),
        ({"dry_run": "maybe"}, "dry_run"),
        ({"dryrun": "true"}, "dryrun"),
        ({"zone": ["HP", "HP-KKT"]}, "zone"),
        ({"corrections": "x" * 501}, "corrections"),
    ],
)
def test_a_field_that_is_wrong_is_named_and_nothing_is_written(api, fields, named):
    answer = api.upload(IMPORTS, good(), **fields)
    told = answer.json()

    assert answer.status_code == 400 and isinstance(told[named], list)
    assert (told["status"], told["batch"]) == ("unreadable", None)
    assert not Batch.objects.exists()


def test_a_form_without_a_file_or_with_far_too_many_is_refused(api):
    from django.core.files.uploadedfile import SimpleUploadedFile

    assert list(api.client.post(IMPORTS, {"kind": "auto"}, headers=api.headers).json()) == ["file", "status", "batch"]
    many = {f"file{number}": SimpleUploadedFile("a.xlsx", b"0") for number in range(150)}
    answer = api.client.post(IMPORTS, many, headers=api.headers)
    assert (answer.status_code, answer.json()["status"]) == (400, "unreadable")
    assert api.client.post(f"{IMPORTS}?dry_run=true", {}, headers=api.headers).status_code == 400


# ------------------------------------------------------------------------------------------ once


def test_the_same_file_under_its_key_is_written_once(api):
    data = good()
    first, again = (api.upload(IMPORTS, data, zone="HP-KKT", headers=KEY) for _time in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() and again.headers["Idempotency-Replayed"] == "true"
    assert (Batch.objects.count(), Upload.objects.count()) == (1, 1)


@pytest.mark.parametrize("other", ["file", "field", "name"])
def test_another_file_or_field_under_the_same_key_is_422(api, other):
    data = good("Công ty A")
    api.upload(IMPORTS, data, zone="HP-KKT", headers=KEY)
    answer = api.upload(
        IMPORTS, good("Công ty B") if other == "file" else data, headers=KEY,
        name="khac.xlsx" if other == "name" else "so-lieu.xlsx", **({} if other == "field" else {"zone": "HP-KKT"}),
    )  # fmt: skip

    assert (answer.status_code, answer.json()["status"], answer.json()["batch"]) == (422, "refused", None)
    assert Batch.objects.count() == 1


def test_a_refusal_frees_its_key(api):
    first = api.upload(IMPORTS, bad(), zone="HP-KKT", headers=KEY)
    assert (first.status_code, IdempotentAnswer.objects.count()) == (422, 0)
    assert Upload.objects.get().state == Upload.State.SENT
    assert api.upload(IMPORTS, good(), zone="HP-KKT", headers=KEY).status_code == 201


def test_no_transaction_is_open_while_a_file_is_read_under_a_key(api, monkeypatch):
    import imports.api

    depth = []

    def watched(*args, **kwargs):
        depth.append(len(connection.savepoint_ids))
        return read(*args, **kwargs)

    read = imports.api.read_file
    monkeypatch.setattr(imports.api, "read_file", watched)
    before = len(connection.savepoint_ids)
    assert api.upload(IMPORTS, good(), zone="HP-KKT", headers=KEY).status_code == 201
    assert depth == [before]


# ------------------------------------------------------------------------------------------ by a worker


def test_a_file_for_the_worker_is_queued_run_and_told_of(api, worker):
    answer = api.upload(IMPORTS, good(), zone="HP-KKT", background="true", headers=KEY)
    told = answer.json()

    assert (answer.status_code, told["status"], told["batch"]) == (202, "queued", None)
    assert api.get(f"{IMPORTS}{told['id']}/").json()["status"] == "queued"
    assert not Upload.objects.unfinished(timezone.now()).exists()  # it waits on no page
    assert not Batch.objects.exists()
    worker()
    done = api.get(f"{IMPORTS}{told['id']}/").json()
    batch = Batch.objects.get()
    assert (done["status"], done["batch"], done["created"]) == ("written", batch.pk, 1)
    assert batch.upload.key.hex == told["id"].replace("-", "") and batch.recorded_by.username == "lan"


def test_a_large_file_goes_to_the_worker_by_itself(api, worker, monkeypatch):
    monkeypatch.setattr(programs, "BACKGROUND_FROM", 100)
    assert api.upload(IMPORTS, good(), zone="HP-KKT").status_code == 202


def test_without_a_worker_everything_is_answered_at_once(api, monkeypatch):
    monkeypatch.setattr(programs, "BACKGROUND_FROM", 100)
    assert api.upload(IMPORTS, good(), zone="HP-KKT", background="true").status_code == 201


@pytest.mark.parametrize(
    ("data", "fields", "status"),
    [
        (bad, {}, "refused"),
        (lambda: b"%PDF-1.7", {}, "unreadable"),
        (good, {"dry_run": "true"}, "checked"),
    ],
)
def test_what_the_worker_could_not_write_is_told_like_an_answer_at_once(api, worker, data, fields, status):
    sent = data()
    now = api.upload(IMPORTS, sent, zone="HP-KKT", background="true", date="30/06/2025", **fields).json()
    worker()
    later = api.get(f"{IMPORTS}{now['id']}/").json()

    assert (later["status"], later["batch"]) == (status, None)
    assert not Batch.objects.exists()
    marked = api.get(f"{IMPORTS}{now['id']}/errors.xlsx")
    assert marked.status_code == (200 if status == "refused" else 404)
    if status == "refused":
        assert any(later["errors"][0]["message"] in text for text in texts(page_of(marked)))


def test_a_worker_speaks_its_owners_language_and_heeds_what_they_may_do(kkt, dinh_vu, worker, lan):
    lan.language = "en"
    lan.save()
    api = Api(lan)
    told = api.upload(IMPORTS, good(), zone="HP-KKT", background="true").json()
    lan.assignments.all().delete()
    worker()

    later = api.get(f"{IMPORTS}{told['id']}/").json()
    assert later["status"] == "refused" and "ask an administrator" in later["errors"][0]["message"]
    assert not Batch.objects.exists()


def test_a_worker_that_was_stopped_is_told_of_and_one_that_works_is_waited_for(api, worker):
    told = api.upload(IMPORTS, good(), zone="HP-KKT", background="true").json()

    def status(**before):
        Upload.objects.update(state=Upload.State.RUNNING, **before)
        return api.get(f"{IMPORTS}{told['id']}/").json()

    assert status(claimed_at=timezone.now())["status"] == "running"
    lost = status(claimed_at=timezone.now() - programs.GIVEN_UP * 2)
    assert lost["status"] == "refused" and lost["errors"][0]["message"].endswith("Chưa ghi gì vào hệ thống.")


def test_a_fault_of_ours_in_the_worker_is_told_as_a_refusal(api, lan, monkeypatch):
    upload = programs.queue(
        good(), name="a.xlsx", by=lan, now=timezone.now(), dry_run=False, kind=None, zone=None, sheet=None, park=None,
        counted=None, corrections=None, converts_legacy=None,
    )  # fmt: skip
    monkeypatch.setattr(programs, "read_file", None)
    with pytest.raises(TypeError):
        programs.take_in(upload.pk, now=timezone.now(), today=make.DAY)

    told = api.get(f"{IMPORTS}{upload.key}/").json()
    assert (told["status"], told["batch"]) == ("refused", None)
    programs.take_in(upload.pk, now=timezone.now(), today=make.DAY)  # taken up once only
    assert api.get(f"{IMPORTS}{upload.key}/").json() == told


# ------------------------------------------------------------------------------------------ the file back


def test_the_file_comes_back_as_it_was_sent(api, minh, hoa):
    data = good()
    told = api.upload(IMPORTS, data, zone="HP-KKT", name='sổ "đỏ".xlsx').json()
    answer = api.get(told["file"])

    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == hashlib.sha256(data).hexdigest()
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert Api(minh).get(told["file"]).status_code == 200
    assert Api(hoa).get(told["file"]).status_code == 404


def test_what_a_batch_was_warned_of_is_marked_in_its_file(api):
    told = api.upload(IMPORTS, workbook(HEADER, [None, "Công ty Cát Hải", "Đình Vũ", 5, None]), zone="HP-KKT").json()
    detail = api.get(f"{IMPORTS}{told['id']}/").json()

    assert told["warnings"] == detail["warnings"] and [one["row"] for one in detail["warnings"]] == [2]
    page = page_of(api.get(detail["errors_xlsx"], **{}))
    assert any(detail["warnings"][0]["message"] in text for text in texts(page))


def test_an_import_whose_file_was_not_kept_has_none(api, kkt):
    batch = Batch.objects.create(kind="events", zone=kkt, recorded_by=make.system(), recorded_at=timezone.now())
    detail = api.get(f"{IMPORTS}{batch.pk}/").json()

    assert (detail["file"], detail["errors_xlsx"]) == (None, None)
    assert {api.get(f"{IMPORTS}{batch.pk}/{name}").status_code for name in ("file/", "errors.xlsx")} == {404}


@pytest.mark.parametrize("pk", ["0", "9" * 30, "x", "0" * 36, "00000000-0000-0000-0000-000000000000"])
@pytest.mark.parametrize("rest", ["", "file/", "errors.xlsx"])
def test_an_import_that_is_none_is_404(api, pk, rest):
    answer = api.get(f"{IMPORTS}{pk}/{rest}")

    assert answer.status_code == 404
    assert list(answer.json()) == ["detail"]


# ------------------------------------------------------------------------------------------ undone


def test_an_import_is_taken_back_over_http_once(api):
    told = api.upload(IMPORTS, good("Công ty A", "Công ty B"), zone="HP-KKT").json()
    answer = api.post(f"{IMPORTS}{told['id']}/undo/", {"reason": "Nhầm tệp"})
    undone = answer.json()

    assert answer.status_code == 201
    assert (undone["undoes"], undone["reversed_count"], undone["kept"], undone["blocked"]) == (told["batch"], 2, [], [])
    assert not Enterprise.objects.live().exists()
    undo = Batch.objects.get(pk=undone["batch"])
    assert (undo.reason, undo.undoes_id) == ("Nhầm tệp", told["batch"])
    assert api.get(f"{IMPORTS}{told['id']}/").json()["undone_by"] == undo.pk
    assert api.get(f"{IMPORTS}{undo.pk}/").json()["undoes"] == told["batch"]

    again = api.post(f"{IMPORTS}{told['id']}/undo/")
    assert (again.status_code, list(again.json())) == (409, ["detail"])


def test_undoing_under_a_key_happens_once(api):
    told = api.upload(IMPORTS, good(), zone="HP-KKT").json()
    first, again = (api.post(f"{IMPORTS}{told['id']}/undo/", **KEY) for _time in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


def test_an_import_of_which_nothing_can_be_undone_is_a_conflict_with_the_reasons(api, kkt):
    union = make.organization("Công đoàn A", zone=kkt, type="union_base", code="CD01")
    header = ["Tổ chức", "Sự kiện", "Ngày quyết định", "Số lượng"]
    told = api.upload(IMPORTS, workbook(header, [union.code, "Phát triển mới", "01/06/2024", 9]), zone="HP-KKT").json()
    make.lock(kkt, make.date(2024, 1, 1), make.date(2024, 12, 31))
    answer = api.post(f"{IMPORTS}{told['id']}/undo/")

    assert (answer.status_code, answer.json()["batch"], answer.json()["blocked_count"]) == (409, None, 1)
    assert answer.json()["blocked"][0]["why"]
    assert Batch.objects.count() == 1


def test_who_may_undo_an_import(api, lan, quan, minh, hoa, admin):
    told = api.upload(IMPORTS, good(), zone="HP-KKT").json()
    path = f"{IMPORTS}{told['id']}/undo/"

    assert [Api(who).post(path).status_code for who in (quan, minh, hoa, None)] == [403, 403, 404, 401]
    assert api.post(path, {"reason": "x" * 501}).status_code == 400
    assert Api(admin).post(path).status_code == 201


# ------------------------------------------------------------------------------------------ how much is asked


@pytest.mark.full
def test_a_list_and_a_detail_ask_as_much_for_one_as_for_fifty(api, lan):
    def queries(path):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert api.get(path).status_code == 200
        return len(asked)

    first = api.upload(IMPORTS, workbook(HEADER, [None, "Công ty 0", "Đình Vũ", 1, None])).json()["id"]
    few = queries(IMPORTS), queries(f"{IMPORTS}{first}/")
    names = [[None, f"Công ty {number}", "Đình Vũ", 1, None] for number in range(1, 50)]
    many = api.upload(IMPORTS, workbook(HEADER, *names)).json()["id"]
    for number in range(50, 98):
        api.upload(IMPORTS, workbook(HEADER, [None, f"Công ty {number}", "Đình Vũ", 1, None]))

    assert len(api.rows(IMPORTS)) == 50
    assert (queries(IMPORTS), queries(f"{IMPORTS}{many}/")) == few


def test_the_schema_tells_of_the_form_and_of_every_answer(client):
    schema = json.loads(client.get("/api/schema/").content)
    post = schema["paths"][IMPORTS]["post"]

    assert list(post["requestBody"]["content"]) == ["multipart/form-data"]
    assert {"200", "201", "202", "400", "403", "413", "415", "422"} <= post["responses"].keys()
    assert "post" in schema["paths"][f"{IMPORTS}{{id}}/undo/"]
    assert XLSX in schema["paths"][f"{IMPORTS}{{id}}/errors.xlsx"]["get"]["responses"]["200"]["content"]
