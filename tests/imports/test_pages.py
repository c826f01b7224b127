"""The pages of the intake: short whatever a file holds, the same for one line and many, safe to press twice."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from imports import matching, programs
from imports.models import StagedRow, Upload
from organizations.models import Batch, Enterprise
from tests import make
from tests.imports.office import take_in, workbook
from tests.traces import no_trace

pytestmark = pytest.mark.one_database

HEADER = ["Mã số thuế", "Tên doanh nghiệp", "Khu công nghiệp", "Loại vốn", "Số lao động", "Ngày hoạt động"]
LONGEST_PAGE = 200_000  # bytes
END = "Chưa ghi gì vào hệ thống."


def lines(count, start=0):
    return [
        [make.tax_code(200 + 2 * number), f"Công ty {number}", "Đình Vũ", "Tư nhân", number + 1, None]
        for number in range(start, start + count)
    ]


def bring(lan, *rows, data=None):
    data = data or workbook(HEADER, *rows)
    return matching.bring(data, "dn.xlsx", by=lan, now=timezone.now(), today=timezone.localdate())


def url(upload, name="upload", **more):
    return reverse(f"imports:{name}", kwargs={"key": upload.key} | more)


def send(client, data, name="tep.xlsx", **more):
    return client.post(reverse("imports:index"), {"file": SimpleUploadedFile(name, data), **more})


@pytest.mark.full
def test_no_page_is_long_whatever_the_file_holds(client, lan, kkt, dinh_vu):
    client.force_login(lan)
    wide = ["Ngữ" * 80] * 6
    rows = [[f"{cell}{number}" for cell in wide] + ["ế" * 500] * 190 for number in range(200)]
    upload = bring(lan, data=workbook(HEADER + [f"Cột {'dài ' * 60}{n}" for n in range(190)], *rows))
    assert upload.state == "staged"

    for page in (url(upload), url(upload) + "?show=all", url(upload, "columns"), url(upload, "row", line=2)):
        answer = client.get(page)
        assert answer.status_code == 200 and len(answer.content) < LONGEST_PAGE, (page, len(answer.content))


@pytest.mark.full
def test_pages_ask_as_much_for_one_line_as_for_many(client, lan, kkt, dinh_vu):
    client.force_login(lan)

    def queries(address):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    one, many = bring(lan, *lines(1)), bring(lan, *lines(60))
    for name in ("upload", "confirm", "columns"):
        assert queries(url(one, name)) == queries(url(many, name)), name
    batches = [take_in([HEADER, *lines(1)], by=lan, zone=kkt), take_in([HEADER, *lines(60, 1)], by=lan, zone=kkt)]
    pages = [reverse("imports:batch", args=[result.batch]) for result in batches]
    assert queries(pages[0]) == queries(pages[1])
    before = queries(reverse("imports:index"))
    for number in range(3):
        take_in([HEADER, *lines(1, 70 + number)], by=lan, zone=kkt)
        bring(lan, *lines(1, 80 + number))
    assert queries(reverse("imports:index")) == before


def test_pressed_twice_it_is_written_once(client, lan, kkt, dinh_vu):
    client.force_login(lan)
    upload = bring(lan, *lines(2))
    said = {"version": upload.version}
    first = client.post(url(upload, "confirm"), said)
    again = client.post(url(upload, "confirm"), said)

    assert first.status_code == again.status_code == 302
    assert Batch.objects.count() == 1 and Enterprise.objects.count() == 2
    assert client.get(url(upload)).url == reverse("imports:batch", args=[Batch.objects.get().pk])


def test_wrong_lines_are_not_confirmed(client, lan, kkt, dinh_vu):
    client.force_login(lan)
    upload = bring(lan, [make.tax_code(1), "Công ty Một", "Đình Vũ", "Tư nhân", "nhiều", None])
    with no_trace():
        assert client.post(url(upload, "confirm"), {"version": upload.version}).status_code == 422


def test_the_marked_workbook_holds_the_reason_and_what_was_mended(client, lan, kkt, dinh_vu, tmp_path):
    client.force_login(lan)
    upload = bring(lan, [make.tax_code(1), "Công ty Một", "Đình Vũ", "Tư nhân", "nhiều", "31/02/2021"])
    client.post(url(upload, "mend"), {"act": "cell", "line": 2, "field": "workers", "text": "12"})
    answer = client.get(url(upload, "marked"))

    file = tmp_path / "x.xlsx"
    file.write_bytes(answer.content)
    sheet = load_workbook(file).active
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any("31/02/2021" in text and "không phải ngày có thật" in text for text in texts)
    assert "12" in texts and "nhiều" not in texts


def test_each_unusable_file_has_its_sentence_and_leaves_nothing(client, lan, kkt):
    client.force_login(lan)
    said = {}
    for name, data in {
        "nothing": None, "empty": b"", "picture": b"\x89PNG\r\n\x1a\n" + bytes(100), "blank": workbook([None]),
        "locked": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(600),
        "large": b"PK\x03\x04" + bytes(10 * 2**20 + 1), "broken": workbook(["MST"])[:200],
    }.items():  # fmt: skip
        with no_trace():
            answer = send(client, data) if data is not None else client.post(reverse("imports:index"), {})
        assert answer.status_code == 422, name
        (said[name],) = answer.context["form"].errors["file"]
        assert said[name].endswith(END), said[name]
    assert len(set(said.values())) == len(said)


def test_what_a_person_may_not_import_is_refused_at_the_form(client, lan, hoa, kkt, other_zone, dinh_vu):
    client.force_login(lan)
    targets = workbook(["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao"], ["HP-KKT", "union_orgs", 2024, "5-7"])
    answer = send(client, targets, kind="targets")
    assert answer.status_code == 422 and answer.context["form"].errors["file"][0].endswith(END)
    assert send(client, workbook(HEADER, *lines(1)), zone=other_zone.code).status_code == 422
    assert not Upload.objects.exists()


def test_a_discarded_upload_is_gone(client, lan, kkt, dinh_vu):
    client.force_login(lan)
    upload = bring(lan, *lines(2))
    assert client.post(url(upload, "discard")).status_code == 302
    assert not Upload.objects.exists() and not StagedRow.objects.exists()
    assert client.get(url(upload)).status_code == 404


def test_a_number_the_ledger_contradicts_is_written_with_a_reason(client, lan, kkt):
    client.force_login(lan)
    cell = make.organization("Chi bộ Sao Mai", zone=kkt, by=lan)
    decision = make.decision(on=date(2024, 6, 3), zone=kkt)
    make.admission(cell, 13, decision=decision, by=lan)
    row = [cell.name, "Kết nạp", date(2024, 6, 3), decision.number, decision.issuer.name, 10]
    header = ["Tổ chức", "Sự kiện", "Ngày quyết định", "Số quyết định", "Cơ quan ban hành", "Số lượng"]
    upload = bring(lan, data=workbook(header, row))
    assert list(upload.rows.values_list("state", flat=True)) == ["error"]

    client.post(url(upload, "mend"), {"act": "say", "corrections": "Đếm lại theo hồ sơ", "counted_on": ""})

    staged = upload.rows.get()
    assert (staged.state, staged.before) == ("updated", {"quantity": "13"})
    upload.refresh_from_db()
    client.post(url(upload, "confirm"), {"version": upload.version})
    assert sum(cell.events.filter(kind="admitted").values_list("quantity", flat=True)) == 10


@pytest.mark.parametrize("act", [{}, {"act": "cell"}, {"act": "cell", "line": "x", "field": "name"},
                                 {"act": "skip", "line": "x"}, {"act": "back", "line": "²"},
                                 {"act": "replace", "field": "zone"}, {"act": "nothing"}])  # fmt: skip
def test_a_change_nobody_can_mean_changes_nothing(client, lan, kkt, dinh_vu, act):
    client.force_login(lan)
    upload = bring(lan, *lines(1))
    with no_trace():
        assert client.post(url(upload, "mend"), act).status_code == 422


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "", "\0"])
def test_a_number_nobody_can_mean_is_no_fault_of_ours(client, lan, kkt, dinh_vu, number):
    client.force_login(lan)
    upload = bring(lan, *lines(1))
    with no_trace():
        assert client.post(url(upload, "confirm"), {"version": number}).status_code == 302
        table = {"sheet": "Sheet1", "kind": "enterprises", "zone": kkt.code, "header": "1",
                 "shown": "Sheet1|enterprises|0|0"}  # fmt: skip
        places = {f"column_{number[:900]}": "name", "column_987654321": "tax_code", "column_2": "park"}
        assert client.post(url(upload, "columns"), table | places).status_code == 422
        assert client.post(url(upload, "columns"), table | {"header": number}).status_code == 422


def test_what_a_program_sent_has_no_page(client, lan, kkt, dinh_vu):
    client.force_login(lan)
    asked = {"name": "dn.xlsx", "by": lan, "now": timezone.now(), "dry_run": False}
    upload = programs.queue(workbook(HEADER, *lines(1)), **asked)
    for state in ("queued", "running", "sent"):
        Upload.objects.filter(pk=upload.pk).update(state=state)
        assert client.get(url(upload)).status_code == client.post(url(upload, "again")).status_code == 404
    assert "dn.xlsx" not in client.get(reverse("imports:index")).text


def test_a_file_that_was_lost_is_told_as_not_found(client, lan, kkt, dinh_vu, settings, tmp_path):
    client.force_login(lan)
    written, waiting = bring(lan, *lines(1)), bring(lan, *lines(2))
    client.post(url(written, "confirm"), {"version": written.version})
    written.refresh_from_db()
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    for address in (url(waiting, "columns"), url(waiting, "marked"), f"/imports/batches/{written.batch.pk}/file/"):
        assert client.get(address).status_code == 404


def test_the_templates_come_back_without_matching(client, lan, kkt, dinh_vu):
    client.force_login(lan)
    make.enterprise("Công ty Đã Ghi", zone=kkt, park=dinh_vu, tax_code=make.tax_code(3))
    answer = client.get(reverse("imports:template", args=["enterprises"]), {"zone": "HP-KKT", "prefill": "1"})
    upload = bring(lan, data=answer.content)

    assert (upload.state, upload.kind) == ("staged", "enterprises")
    assert list(upload.rows.values_list("state", flat=True)) == ["unchanged"]


def test_every_event_leads_back_to_its_file_and_line(client, lan, kkt):
    client.force_login(lan)
    header = ["Tên tổ chức", "Loại tổ chức", "Số quyết định", "Ngày quyết định"]
    rows = [[f"Chi bộ Số {number}", "Chi bộ cơ sở", f"{number}-QĐ/ĐU", date(2024, 6, 3)] for number in range(60)]
    batch = take_in([header, *rows], by=lan, zone=kkt, name="thành lập.xlsx").batch

    page = client.get(reverse("reports:figure", args=["party_orgs"]), {"zone": "HP-KKT", "year": 2024})
    address = f"{reverse('imports:batch', args=[batch])}?line=61#l61"
    assert f'href="{address}">thành lập.xlsx, dòng 61<' in page.content.decode()
    found = client.get(address)
    assert 'id="l61"' in found.content.decode() and "Chi bộ Số 59" in found.content.decode()


def test_cells_of_closed_lists_offer_their_values(client, lan, kkt, other_zone, dinh_vu):
    make.park("KCN Nơi Khác", zone=other_zone)
    client.force_login(lan)
    upload = bring(lan, *lines(2))
    for page in (client.get(url(upload)), client.get(url(upload, "row", line=2))):
        words = page.content.decode()
        assert '<option value="Khu công nghiệp Đình Vũ"></option>' in words and '<option value="FDI"></option>' in words
        assert "Nơi Khác" not in words and 'id="list_name"' not in words
    assert 'name="cell_park" value="Đình Vũ" autocomplete="off" list="list_park"' in words


def test_a_cell_too_long_for_the_page_is_mended_on_the_page_of_its_line(client, lan, kkt, dinh_vu):
    client.force_login(lan)
    upload = bring(lan, [make.tax_code(), "Công ty " + "Dài " * 40, "Đình Vũ", "Tư nhân", 1, None])
    assert client.get(url(upload) + "?show=all").content.decode().count(" data-cut") == 1


def test_every_change_is_answered_in_words_without_a_script(client, lan, kkt, dinh_vu):
    client.force_login(lan)
    upload = bring(lan, *lines(2), [make.tax_code(), "Công ty Sai", "Không Đâu", None, 5, None])

    def told(**sent):
        return [str(one) for one in client.post(url(upload, "mend"), sent, follow=True).context["messages"]]

    assert told(act="skip") == ["Đã bỏ 1 dòng ra ngoài."]
    assert told(act="back") == ["Đã đưa 1 dòng trở lại."]
    assert told(act="replace", field="park", find="Không Đâu", by="Đình Vũ", whole="1") == ["Đã sửa 1 ô."]
    assert told(act="say", corrections="") == ["Đã lưu và kiểm tra lại mọi dòng."]
