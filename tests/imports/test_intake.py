"""The one door: who may come in, all or nothing, how many queries, and files made to hurt."""

import time
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imports.job import Job
from organizations import audit
from organizations.models import (
    Batch,
    BatchRow,
    Change,
    Decision,
    Enterprise,
    Event,
    Headcount,
    LedgerHead,
    Organization,
)
from targets.models import Target, TargetVersion
from tests import make
from tests.imports.office import said, take_in, workbook

DAY = date(2025, 1, 15)
WRITTEN = (Batch, BatchRow, Change, Decision, Enterprise, Event, Headcount, Organization, Target, TargetVersion)


def everything():
    heads = list(LedgerHead.objects.order_by("zone").values_list("zone", "seq", "chain_hash", "version"))
    return {model.__name__: model.objects.count() for model in WRITTEN} | {"heads": heads}


def enterprises(count, start=0):
    header = ["MST", "Tên DN", "KCN", "Loại vốn", "Quốc gia", "Số lao động"]
    return [header] + [
        [make.tax_code(1000 + 2 * number), f"Công ty {number}", "Đình Vũ", "FDI", "Nhật Bản", number + 1]
        for number in range(start, start + count)
    ]


def organizations(count):
    header = ["Tên tổ chức", "Loại", "Số QĐ", "Ngày QĐ", "Số thành viên", "Trực thuộc"]
    over = [["Đảng bộ lớn", "Đảng bộ cơ sở", "1-QĐ/ĐU", DAY, 40, None]]
    return (
        [header]
        + over
        + [
            [f"Chi bộ {number}", "Chi bộ trực thuộc", f"{number}-QĐ/ĐU", DAY, 5, "Đảng bộ lớn"]
            for number in range(2, count + 2)
        ]
    )


def events(count):
    header = ["Tổ chức", "Sự kiện", "Ngày QĐ", "Số QĐ", "Số lượng"]
    return [header] + [[f"Chi bộ {number}", "Kết nạp", DAY, f"{number}-QĐ/KN", 2] for number in range(2, count + 2)]


def headcounts(count):
    header = ["Tổ chức", "Ngày", "Tổng số"]
    return [header] + [[f"Chi bộ {number}", date(2025, 12, 31), 7] for number in range(2, count + 2)]


CODES = ("party_orgs", "union_orgs")


def targets(count):
    header = ["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao", "Văn bản giao", "Ngày văn bản"]
    return [header] + [
        ["HP-KKT", CODES[number % 2], 1931 + number // 2, "5-7", f"{number}-CT", DAY] for number in range(count)
    ]


FILES = {
    "enterprises": enterprises, "organizations": organizations, "events": events, "headcounts": headcounts,
    "targets": targets,
}  # fmt: skip


def ready_for(kind, kkt, admin, count=200):
    if kind in ("events", "headcounts"):
        assert take_in(organizations(count), by=admin, zone=kkt).status == "written"


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.full
def test_the_number_of_queries_does_not_grow_with_the_lines(kkt, admin, dinh_vu, kind):
    ready_for(kind, kkt, admin)

    def cost(count, status="written"):
        admin.__dict__.pop("_scope", None)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            result = take_in(FILES[kind](count), by=admin, zone=kkt, kind=kind)
        assert (result.status, result.errors) == (status, [])
        return len(queries), result

    few, first = cost(10)
    many, second = cost(200)
    assert first.created and second.created and second.unchanged == first.created
    # SQLite takes 999 values a statement: a larger file is a few statements more, never one a line
    assert many - few <= 24, (few, many)
    again_few, _result = cost(10)
    again_many, again = cost(200)
    assert again.batch is None and again_many == again_few
    assert audit.differences() == []


@pytest.mark.parametrize("kind", FILES)
def test_a_rehearsal_says_what_would_happen_and_leaves_no_trace(kkt, admin, dinh_vu, kind):
    ready_for(kind, kkt, admin, 5)
    before = everything()
    result = take_in(FILES[kind](5), by=admin, zone=kkt, dry_run=True)
    assert (result.status, result.batch, result.errors) == ("checked", None, []) and result.created >= 5
    assert everything() == before
    real = take_in(FILES[kind](5), by=admin, zone=kkt)
    assert (real.created, real.updated) == (result.created, result.updated)
    repeat = take_in(FILES[kind](5), by=admin, zone=kkt, dry_run=True)
    assert (repeat.created, repeat.updated) == (0, 0)


@pytest.mark.parametrize("kind", FILES)
def test_one_wrong_line_among_many_refuses_the_whole_file_without_a_trace(kkt, admin, dinh_vu, kind):
    ready_for(kind, kkt, admin, 5)
    before = everything()
    rows = FILES[kind](5)
    rows[-1] = ["?" if isinstance(cell, str) and place != 0 else cell for place, cell in enumerate(rows[-1])]
    rows[-1][2] = "31/02/2024"
    result = take_in(rows, by=admin, zone=kkt, kind=kind)
    assert (result.status, result.batch, result.created, result.rejected) == ("refused", None, 0, 1)
    assert everything() == before


def test_a_fault_in_the_middle_of_writing_leaves_no_trace(kkt, lan, dinh_vu, monkeypatch):
    before = everything()
    from imports.kinds import enterprises as kind

    def fail(**values):
        original(**values)
        raise RuntimeError("power cut")

    original = kind.save_enterprises
    monkeypatch.setattr(kind, "save_enterprises", fail)
    with pytest.raises(RuntimeError):
        take_in(enterprises(3), by=lan, zone=kkt)
    assert everything() == before


def test_somebody_else_writing_between_comparison_and_lock_makes_it_compare_again(kkt, lan, dinh_vu, monkeypatch):
    from imports.kinds.enterprises import Enterprises

    original, calls = Enterprises.resolve, []

    def resolve(self, job: Job):
        original(self, job)
        calls.append(len(job.rows))
        if len(calls) == 1:
            make.enterprise("Công ty 0", zone=kkt, park=dinh_vu, tax_code=enterprises(1)[1][0], ownership="fdi",
                            countries="Nhật Bản", workers=1, workers_on=DAY)  # fmt: skip

    monkeypatch.setattr(Enterprises, "resolve", resolve)
    result = take_in(enterprises(2), by=lan, zone=kkt)
    assert (len(calls), result.created, result.unchanged) == (2, 1, 1)
    assert Enterprise.objects.count() == 2


def test_what_was_written_adds_up(kkt, admin, dinh_vu):
    for kind, rows in FILES.items():
        result = take_in(rows(8), by=admin, zone=kkt)
        assert (result.kind, result.status) == (kind, "written")
    assert audit.differences() == []
    assert Event.objects.of_sector("party").filter(kind="admitted").totals()["quantity"] == 16
    assert set(Batch.objects.values_list("kind", "created")) == {
        ("enterprises", 8), ("organizations", 9), ("events", 8), ("headcounts", 8), ("targets", 8)
    }  # fmt: skip


# ------------------------------------------------------------------------------------------ who may


@pytest.mark.parametrize(
    ("who", "status"), [("lan", "written"), ("admin", "written"), ("quan", "refused"), ("minh", "refused"),
                        ("hoa", "refused"), ("stranger", "refused")]
)  # fmt: skip
def test_only_clerks_of_the_zone_and_administrators_import_facts(request, kkt, dinh_vu, who, status):
    result = take_in(enterprises(2), by=request.getfixturevalue(who), zone=kkt)
    assert result.status == status
    assert Enterprise.objects.exists() == (status == "written")
    if status == "refused":
        assert result.errors[0].message.endswith("Chưa ghi gì vào hệ thống.")


def test_the_zone_need_not_be_said_by_who_has_one(kkt, other_zone, lan, admin, minh, dinh_vu):
    assert take_in(enterprises(1), by=lan).zone == "HP-KKT"
    unclear = take_in(enterprises(2), by=admin)
    assert unclear.status == "refused" and "đơn vị nào" in unclear.errors[0].message
    from organizations.access import assign

    assign(user=lan, role="clerk", zone=other_zone)
    assert take_in(enterprises(2), by=lan).status == "refused"


def test_an_organisation_of_another_zone_is_not_found(kkt, other_zone, lan):
    make.organization("Chi bộ Khu khác", zone=other_zone)
    result = take_in([["Tổ chức", "Ngày", "Tổng số"], ["Chi bộ Khu khác", DAY, 5]], by=lan, zone=kkt)
    assert said(result.errors)[0][:2] == (2, "Tổ chức") and not Headcount.objects.exists()


# ------------------------------------------------------------------------------------------ hostile files


def naughty(shared_data):
    lines = (shared_data / "hostile_text" / "blns.txt").read_text("utf-8", "surrogateescape").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def test_naughty_text_is_stored_inert_or_refused_by_line(shared_data, kkt, lan, dinh_vu):
    texts = naughty(shared_data)
    rows = [["Tên DN", "KCN"], *([text, "Đình Vũ"] for text in texts)]
    cells = "\n".join(";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    result = take_in(cells.encode("utf-8", "replace"), by=lan, zone=kkt, name="ten.csv")
    assert result.status == "refused" and result.errors
    wrong = {finding.row for finding in result.errors}
    good = [row for number, row in enumerate(rows, start=1) if number not in wrong]
    cells = "\n".join(";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in good)
    written = take_in(cells.encode("utf-8", "replace"), by=lan, zone=kkt, name="ten.csv")
    assert (written.status, written.errors) == ("written", [])
    assert Enterprise.objects.count() == written.created > 200
    assert audit.differences() == []


def hostile(shared_data):
    return sorted(path for path in (shared_data / "hostile_workbooks").rglob("*") if path.is_file())


def survive(paths, by, zone):
    before = everything()
    for path in paths:
        for kind in (None, "enterprises"):
            started = time.perf_counter()
            result = take_in(path.read_bytes(), by=by, zone=zone, name=path.name, kind=kind, park="Đình Vũ")
            assert time.perf_counter() - started < 5, path
            assert result.status in {"refused", "unreadable"}, path
            assert result.errors and all(finding.message for finding in result.errors), path
    assert everything() == before


def test_some_hostile_workbooks_are_answered_calmly(shared_data, kkt, lan, dinh_vu):
    survive(hostile(shared_data)[::14], lan, kkt)


@pytest.mark.full
def test_every_hostile_workbook_is_answered_calmly(shared_data, kkt, lan, dinh_vu):
    paths = hostile(shared_data)
    assert len(paths) > 300
    survive(paths, lan, kkt)


# ------------------------------------------------------------------------------------------ the command


def command(capsys, *arguments):
    """Run ``import_workbook``; returns (exit code, what it printed)."""
    try:
        call_command("import_workbook", *map(str, arguments))
        code = 0
    except SystemExit as end:
        code = end.code
    return code, capsys.readouterr().out


@pytest.fixture
def file(tmp_path):
    def save(*rows, name="so-lieu.xlsx"):
        path = tmp_path / name
        path.write_bytes(workbook(*rows))
        return path

    return save


def test_the_command_prints_one_object_and_ends_0_1_or_2(capsys, kkt, lan, dinh_vu, file, tmp_path):
    import json

    good = file(*enterprises(3))
    code, output = command(capsys, good, "--zone", "HP-KKT", "--user", "lan", "--json")
    answer = json.loads(output)
    assert code == 0 and output.count("\n") == 1
    assert {key: answer[key] for key in ("created", "updated", "unchanged", "rejected", "errors", "warnings")} == {
        "created": 3, "updated": 0, "unchanged": 0, "rejected": 0, "errors": [], "warnings": []
    }  # fmt: skip
    assert answer["batch"] == Batch.objects.get().pk
    rows = enterprises(1, start=9)
    rows[1][5] = "38,555"
    code, output = command(capsys, file(*rows, name="b.xlsx"), "--zone=HP-KKT", "--json", "--kind", "auto")
    (error,) = json.loads(output)["errors"]
    assert code == 1 and set(error) == {"sheet", "row", "column", "value", "message"}
    assert (error["row"], error["column"], error["value"]) == (2, "Số lao động", "38,555")
    broken = tmp_path / "hong.xlsx"
    broken.write_bytes(good.read_bytes()[:300])
    code, output = command(capsys, broken, "--zone", "HP-KKT", "--json")
    assert code == 2 and json.loads(output)["status"] == "unreadable"
    code, output = command(capsys, tmp_path / "khong-co.xlsx", "--json")
    assert code == 2 and "khong-co.xlsx" in json.loads(output)["errors"][0]["message"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--zone", "HP-LA"], "HP-KKT"),
        (["--user", "ai-do", "--zone", "HP-KKT"], "ai-do"),
        (["--kind", "cars", "--zone", "HP-KKT"], "headcounts"),
        (["--date", "31/02/2024", "--zone", "HP-KKT"], "31/02/2024"),
        (["--sheet", "Khác", "--zone", "HP-KKT"], "Sheet1"),
    ],
)
def test_a_wrong_option_is_answered_in_the_same_form(capsys, kkt, dinh_vu, file, arguments, words):
    import json

    code, output = command(capsys, file(*enterprises(1)), *arguments, "--json")
    answer = json.loads(output)
    assert (code, answer["status"], answer["batch"]) == (1, "refused", None)
    assert words in answer["errors"][0]["message"] and not Enterprise.objects.exists()


def test_people_read_vietnamese_sentences_with_line_column_and_value(capsys, kkt, dinh_vu, file):
    rows = [["MST", "Tên DN", "KCN", "Ngày hoạt động"], [make.tax_code(5), "A", "Đình Vũ", "31/02/2024"]]
    code, output = command(capsys, file(*rows), "--zone", "HP-KKT")
    assert code == 1
    assert "Dòng 2, cột “Ngày hoạt động”: “31/02/2024” không phải ngày có thật." in output
    assert output.strip().endswith("Chưa ghi gì vào hệ thống.")
    rows[1][3] = "28/02/2024"
    code, output = command(capsys, file(*rows), "--zone", "HP-KKT")
    assert code == 0 and "thêm mới 1" in output


def test_a_correction_keeps_a_reason_even_when_none_is_written(capsys, kkt, file):
    make.organization("Chi bộ A", zone=kkt, on=date(2024, 1, 1))
    rows = [["Tổ chức", "Sự kiện", "Ngày QĐ", "Số QĐ", "Số lượng"], ["Chi bộ A", "Kết nạp", DAY, "4-QĐ", 13]]
    assert command(capsys, file(*rows), "--zone=HP-KKT")[0] == 0
    rows[1][4] = 10
    assert command(capsys, file(*rows), "--zone=HP-KKT")[0] == 1
    assert command(capsys, file(*rows, name="dinh-chinh.xlsx"), "--zone=HP-KKT", "--corrections")[0] == 0
    assert "dinh-chinh.xlsx" in Event.objects.get(reverses__isnull=False).reason


def test_the_day_given_dates_the_counts_and_without_a_user_the_system_records(capsys, kkt, dinh_vu, file):
    assert command(capsys, file(*enterprises(1)), "--zone=HP-KKT", "--date=30/06/2025")[0] == 0
    assert Headcount.objects.get().on == date(2025, 6, 30)
    assert Batch.objects.get().recorded_by == make.system()


def test_of_too_many_errors_the_first_are_told_and_the_others_counted(kkt, lan, monkeypatch):
    monkeypatch.setattr("imports.job.MOST_ERRORS", 5)
    rows = [
        ["Tên DN", "KCN", "Số lao động"],
        *([f"Công ty {number}", "Không có khu này", "nhiều"] for number in range(10)),
    ]
    result = take_in(rows, by=lan, zone=kkt)

    assert (result.status, result.rejected, len(result.errors)) == ("refused", 10, 6)
    assert "Lỗi của 8 dòng nữa không liệt kê ở đây." in [finding.message for finding in result.errors]
