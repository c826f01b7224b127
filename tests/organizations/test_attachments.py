"""Scans: kept as what their bytes are, shown to the zone that attached them, never run; hostile ones leave nothing."""

import random
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import typst
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from organizations import audit, scans
from organizations.actions.attachments import attach_scans, plain_name
from organizations.models import Attachment, Change
from organizations.scans import LARGEST
from tests import make
from tests.organizations.papers import JPEG, pdf, picture_stream, png
from tests.traces import no_trace

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def archive(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def decision(kkt):
    return make.decision("12-QĐ/ĐU", on=make.DAY, zone=kkt)


def kept(archive):
    return sorted(path.name for path in archive.rglob("*") if path.is_file()) if archive.exists() else []


def send(client, decision, *files, zone="HP-KKT"):
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(reverse("organizations:decision_scans", args=[decision.pk]), {"files": sent, "zone": zone})


def attach(decision, zone, name="quyết định.pdf", data=None, by=None):
    file = SimpleUploadedFile(name, pdf() if data is None else data)
    return attach_scans(decision=decision, zone=zone, files=[file], by=by or make.system())[0]


def address(scan, name="decision_scan"):
    return reverse(f"organizations:{name}", args=[scan.decision_id, scan.pk])


# ------------------------------------------------------------------------------------------ attaching


def test_scans_are_attached_several_at_once_and_listed_with_the_decision(client, lan, kkt, decision, archive):
    client.force_login(lan)

    answer = send(client, decision, ("QĐ 12.pdf", pdf()), ("trang 1.jpeg", JPEG), ("trang 2.png", png()))
    assert answer.url == f"{decision.get_absolute_url()}#scans"
    rows = list(Attachment.objects.all())
    assert [(row.name, row.content_type, row.zone, row.uploaded_by) for row in rows] == [
        ("QĐ 12.pdf", "application/pdf", kkt, lan),
        ("trang 1.jpg", "image/jpeg", kkt, lan),
        ("trang 2.png", "image/png", kkt, lan),
    ]
    assert kept(archive) == sorted(row.sha256 for row in rows)
    page = client.get(answer.url)
    assert "Đã đính kèm 3 bản quét." in page.text and "QĐ 12.pdf" in page.text
    changes = Change.objects.filter(model="organizations.attachment", action="created")
    assert [change.after["name"] for change in changes.order_by("pk")] == [row.name for row in rows]
    assert audit.differences() == []
    assert [count for _row, _decided, count in client.get("/decisions/").context["rows"]] == [3]


def test_the_list_finds_decisions_whose_scan_is_missing(client, lan, kkt, decision):
    make.decision("13-QĐ/ĐU", on=make.DAY, zone=kkt)
    attach(decision, kkt)
    client.force_login(lan)

    def numbers(scan):
        return [row.number for row, *_rest in client.get("/decisions/", {"scan": scan}).context["rows"]]

    assert (numbers("missing"), numbers("there")) == (["13-QĐ/ĐU"], ["12-QĐ/ĐU"])


def test_a_scan_is_shown_as_what_it_is_and_can_run_nothing(client, lan, kkt, decision):
    client.force_login(lan)
    shown = {}
    for name, data in (("a.pdf", pdf()), ("b.jpg", JPEG), ("c.png", png())):
        answer = client.get(address(attach(decision, kkt, name, data)))
        assert answer.content == data
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        shown[answer["Content-Type"]] = answer["Content-Disposition"].split(";")[0]

    assert shown == {"application/pdf": "attachment", "image/jpeg": "inline", "image/png": "inline"}


def test_a_wrong_ending_is_put_right_by_the_bytes(client, lan, kkt, decision):
    client.force_login(lan)

    assert send(client, decision, ("bìa.jpg", pdf())).status_code == 302
    row = Attachment.objects.get()
    assert (row.name, row.content_type) == ("bìa.pdf", "application/pdf")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\Users\Lan\qđ 5.pdf", "qđ 5.pdf"),
        ("qđ\u202efdp.exe", "qđfdp.pdf"),
        ('=cmd|"calc"!A1.pdf', "cmd_calc_!A1.pdf"),
        ("<b>đậm</b>.pdf", "b_.pdf"),
        (".pdf", "pdf.pdf"),
        ("  ", "scan.pdf"),
        ("d" * 400 + ".pdf", "d" * 146 + ".pdf"),
        ("Cơ sở 12.05.2024", "Cơ sở 12.05.2024.pdf"),
    ],
)
def test_a_file_name_carries_no_path_no_trick_and_no_formula(given, name):
    assert plain_name(given, ".pdf") == name


def test_the_same_file_is_attached_once(client, lan, kkt, decision, archive):
    attach(decision, kkt)
    client.force_login(lan)

    with no_trace():
        answer = send(client, decision, ("mới.png", png()), ("lại.pdf", pdf()))
    assert answer.status_code == 422 and "đã đính kèm vào quyết định này" in answer.text
    assert len(kept(archive)) == 1
    assert send(client, decision, ("a.png", png()), ("b.png", png())).status_code == 422


def test_our_own_papers_and_those_of_usual_programs_are_taken(kkt, decision, tmp_path):
    paper = tmp_path / "bao-cao.typ"
    paper.write_text('= Quyết định\nĐiều 1. #link("https://example.vn")[Nơi nhận]')
    dots = random.Random(28).randbytes(400_000)  # holds /JS and << by chance, as pixels do
    for name, data in {
        "typst.pdf": typst.compile(str(paper)),
        "libreoffice.pdf": pdf(b"/OpenAction [3 0 R /XYZ null null 0]"),
        "scanner.pdf": pdf(b"", picture_stream(dots + b"/JS (pixels) << /AA 5 0 R")),
        "packed.pdf": pdf(b"", packed=[b"<< /Type /Metadata >>"]),
        "padded.pdf": pdf() + b"\r\n\0\0",
        "phone.jpg": JPEG + JPEG,
    }.items():
        attach(decision, kkt, name, data)

    assert Attachment.objects.count() == 6


# ------------------------------------------------------------------------------------------ refused


def zipped():
    data = BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr("a.txt", "x")
    return data.getvalue()


COMMENT = b"\xff\xfe\x00\x1f<script>alert(1)</script>\0\0\0\0"
SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
HOSTILE = {
    "html renamed": ("qđ.pdf", b"<!doctype html><script>alert(1)</script>", "trang web"),
    "svg": ("dấu.svg", SVG, "trang web"),
    "svg as png": ("dấu.png", b"\xef\xbb\xbf  " + SVG, "trang web"),
    "zero bytes": ("qđ.pdf", b"", "rỗng"),
    "word": ("qđ.docx", zipped(), "Office"),
    "old word": ("qđ.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Office"),
    "phone": ("anh.heic", b"\0\0\0\x18ftypheic" + bytes(40), "HEIC"),
    "tiff": ("qđ.tif", b"II*\0" + bytes(40), "TIFF"),
    "program": ("qđ.pdf", b"MZ" + bytes(200), "không phải tệp PDF"),
    "html before": ("qđ.pdf", b"<html>" + pdf(), "trang web"),
    "text before": ("qđ.pdf", b"xin chao\n" + pdf(), "không phải tệp PDF"),
    "html inside": ("qđ.pdf", pdf(b"", b"(<script>alert(1)</script>)"), "tệp khác"),
    "zip behind": ("qđ.pdf", pdf() + zipped(), "tệp khác"),
    "zip behind, ended": ("qđ.pdf", pdf() + zipped() + b"\nstartxref\n9\n%%EOF\n", "tệp khác"),
    "jpeg with html": ("qđ.jpg", JPEG[:2] + COMMENT + JPEG[2:], "tệp khác"),
    "jpeg with pdf": ("qđ.jpg", JPEG + pdf(), "tệp khác"),
    "jpeg with zip": ("qđ.jpg", JPEG + zipped(), "tệp khác"),
    "png with zip": ("qđ.png", png() + zipped(), "tệp khác"),
    "png with html": ("qđ.png", png(b"<html><body>"), "tệp khác"),
    "png cut": ("qđ.png", png()[:-6], "hỏng"),
    "png spoilt": ("qđ.png", png().replace(b"IDAT", b"IDAS"), "hỏng"),
    "jpeg cut": ("qđ.jpg", JPEG[:-2], "hỏng"),
    "jpeg head": ("qđ.jpg", JPEG[:40], "hỏng"),
    "jpeg empty": ("qđ.jpg", b"\xff\xd8\xff\xd9", "hỏng"),
    "pdf cut": ("qđ.pdf", pdf()[:-30], "hỏng"),
    "pdf head": ("qđ.pdf", b"%PDF-1.7\n", "hỏng"),
    "pdf without pages": ("qđ.pdf", b"%PDF-1.7\nstartxref\n9\n%%EOF", "hỏng"),
    "script": ("qđ.pdf", pdf(b"/OpenAction 4 0 R", SCRIPT), "JavaScript"),
    "script in names": ("qđ.pdf", pdf(b"/Names << /JavaScript 4 0 R >>"), "JavaScript"),
    "script in disguise": ("qđ.pdf", pdf(b"", SCRIPT.replace(b"/JavaScript", b"/J#61va#53cript")), "JavaScript"),
    "script packed": ("qđ.pdf", pdf(b"", packed=[SCRIPT]), "JavaScript"),
    "script packed in disguise": ("qđ.pdf", pdf(b"", packed=[b"<< /S/#4AavaScript/JS(x) >>"]), "JavaScript"),
    "script beside pixels": ("qđ.pdf", pdf(b"", picture_stream(b"x 9 0 obj " + SCRIPT + b" endobj")), "JavaScript"),
    "launch": ("qđ.pdf", pdf(b"", b"<< /S /Launch /F (calc.exe) >>"), "Launch"),
    "opens": ("qđ.pdf", pdf(b"/OpenAction << /S /URI /URI (http://example.vn) >>"), "OpenAction"),
    "opens elsewhere": ("qđ.pdf", pdf(b"/OpenAction 4 0 R", b"[3 0 R /Fit]"), "OpenAction"),
    "on every page": ("qđ.pdf", pdf(b"/AA << /WC 4 0 R >>"), "AA"),
    "file inside": ("qđ.pdf", pdf(b"/Names << /EmbeddedFiles 4 0 R >>"), "EmbeddedFiles"),
    "form": ("qđ.pdf", pdf(b"/AcroForm << /XFA [ (a) 4 0 R ] >>"), "XFA"),
    "locked": ("qđ.pdf", pdf(trailer=b"/Encrypt 9 0 R"), "mật khẩu"),
    "packed oddly": (
        "qđ.pdf",
        pdf(b"", b"<< /Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode] /Length 4 >>\nstream\n00>\nendstream"),
        "hỏng",
    ),
    "packed under another's name": (
        "qđ.pdf", pdf(b"", packed=[SCRIPT]).replace(b"/Type /ObjStm", b"/Type 7 0 R  "), "JavaScript",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.one_database
def test_what_is_no_scan_is_refused_in_words_and_leaves_nothing(client, lan, kkt, decision, archive, kind):
    name, data, words = HOSTILE[kind]
    client.force_login(lan)

    with no_trace():
        answer = send(client, decision, ("tốt.png", png()), (name, data))
    assert answer.status_code == 422
    [error] = answer.context["scans_form"].errors["files"]
    assert words in error and name in error and error.endswith(".")
    assert error.replace('"', "&quot;") in answer.text
    assert kept(archive) == []


def test_a_small_file_that_unpacks_to_a_huge_one_is_not_unpacked(client, lan, kkt, decision, archive, monkeypatch):
    monkeypatch.setattr(scans, "UNPACKED", 1 << 20)
    client.force_login(lan)

    answer = send(client, decision, ("qđ.pdf", pdf(packed=[b" " * (2 << 20)])))
    assert answer.status_code == 422 and "bung ra quá lớn" in answer.text and kept(archive) == []


def test_a_file_above_ten_megabytes_is_refused_unread(client, lan, kkt, decision, archive):
    client.force_login(lan)

    with no_trace():
        answer = send(client, decision, ("to.pdf", pdf() + bytes(LARGEST + 1024 * 1024)))
    assert answer.status_code == 422 and "nặng 11,0 MB; mỗi tệp tối đa 10 MB" in answer.text
    assert kept(archive) == []


def test_no_file_too_many_files_and_a_field_that_is_no_file_are_told(client, lan, kkt, decision):
    client.force_login(lan)
    url = reverse("organizations:decision_scans", args=[decision.pk])

    assert "Hãy chọn tệp trước." in client.post(url, {"zone": "HP-KKT"}).text
    assert client.post(url, {"zone": "HP-KKT", "files": "chữ"}).status_code == 422
    assert "tối đa 10 tệp" in send(client, decision, *[(f"{n}.png", png(b"%d" % n)) for n in range(11)]).text
    assert Attachment.objects.count() == 0


# ------------------------------------------------------------------------------------------ who may


def test_a_scan_belongs_to_the_zone_that_attached_it(client, lan, quan, hoa, minh, stranger, kkt, other_zone, decision):
    make.organization(zone=other_zone, decision=decision)  # the zone of Hoa cites the same decision
    scan = attach(decision, kkt, "của Lan.pdf")
    theirs = attach(decision, other_zone, "của Hoa.pdf")
    seen = {}
    for person in (lan, quan, hoa, minh, stranger):
        client.force_login(person)
        seen[person.username] = (client.get(address(scan)).status_code, client.get(address(theirs)).status_code)
    client.force_login(hoa)
    page = client.get(decision.get_absolute_url())

    assert seen == {
        "lan": (200, 404), "quan": (200, 404), "hoa": (404, 200), "minh": (200, 200), "stranger": (404, 404),
    }  # fmt: skip
    assert "của Hoa.pdf" in page.text and "của Lan.pdf" not in page.text
    client.logout()
    assert client.get(address(scan)).status_code == 302


def test_nobody_attaches_for_a_zone_that_is_not_theirs(client, lan, quan, hoa, stranger, kkt, other_zone, decision):
    answers = {}
    for person in (quan, hoa, stranger):
        client.force_login(person)
        answers[person.username] = send(client, decision, ("a.pdf", pdf())).status_code
    client.force_login(lan)
    answers["lan for Hoa"] = send(client, decision, ("a.pdf", pdf()), zone="HP-KHAC").status_code

    assert Attachment.objects.count() == 0
    assert answers == {"quan": 403, "hoa": 404, "stranger": 404, "lan for Hoa": 422}


def test_one_who_writes_for_several_zones_says_for_which(client, admin, kkt, other_zone, decision):
    make.organization(zone=other_zone, decision=decision)
    client.force_login(admin)

    page = client.get(decision.get_absolute_url())
    assert [zone for zone, _name in page.context["scans_form"].fields["zone"].choices] == ["HP-KHAC", "HP-KKT"]
    assert send(client, decision, ("a.pdf", pdf()), zone="HP-KHAC").status_code == 302
    assert Attachment.objects.get().zone == other_zone


# ------------------------------------------------------------------------------------------ withdrawing, keeping


def test_a_wrong_scan_is_withdrawn_with_a_reason_and_its_file_stays(client, lan, kkt, decision, archive):
    scan = attach(decision, kkt)
    client.force_login(lan)
    url = address(scan, "scan_withdraw")

    with no_trace():
        assert client.get(url).status_code == 200
        assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "Nhầm văn bản"}).status_code == 302
    scan.refresh_from_db()
    assert (scan.withdrawn_by, Change.objects.latest("pk").reason) == (lan, "Nhầm văn bản")
    assert client.get(address(scan)).status_code == 404
    assert client.post(url, {"reason": "Nhầm văn bản"}).status_code == 404
    assert kept(archive) == [scan.sha256]
    assert "Chưa đính kèm bản quét nào." in client.get(decision.get_absolute_url()).text
    assert attach(decision, kkt).pk != scan.pk  # the same file may be attached anew
    assert audit.differences() == []


def test_a_file_that_is_gone_is_told_and_breaks_nothing(client, lan, kkt, decision):
    scan = attach(decision, kkt)
    default_storage.delete(scan.file.name)
    client.force_login(lan)

    assert client.get(address(scan)).status_code == 404
    assert client.get(decision.get_absolute_url()).status_code == 200


def test_the_nightly_cleaning_takes_only_files_that_no_scan_leads_to(kkt, decision, archive, time_machine):
    scan = attach(decision, kkt)
    orphan = Path(archive) / "scans" / "ab" / ("ab" * 32)
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"left by a transaction that was undone")
    time_machine.move_to(timezone.now() + timedelta(days=2))
    said = StringIO()
    call_command("clean_uploads", stdout=said)

    assert said.getvalue().strip().endswith("1 tệp.")
    assert kept(archive) == [scan.sha256]
