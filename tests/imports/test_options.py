"""The command's own words: which option settles what was refused, each channel in its own language of options."""

import json

import pytest

from imports.models import Upload
from organizations.models import Enterprise, Event
from tests import make
from tests.imports.office import take_in, workbook
from tests.imports.test_intake import command

pytestmark = pytest.mark.one_database

HEADER = ["Tên doanh nghiệp", "Khu công nghiệp"]
EVENTS = ["Tổ chức", "Sự kiện", "Ngày quyết định", "Số quyết định", "Số lượng"]
LEGACY = [["Tªn doanh nghiÖp", "Khu c«ng nghiÖp"], ["C«ng ty May §×nh Vò", "§×nh Vò"], ["C«ng ty Trµng C¸t", "§×nh Vò"]]


@pytest.fixture
def run(capsys, tmp_path):
    """Run the command on rows; returns (exit code, what it printed)."""

    def run(rows, *arguments, **book):
        path = tmp_path / "so-lieu.xlsx"
        path.write_bytes(workbook(*rows, **book))
        return command(capsys, path, *arguments)

    return run


@pytest.fixture
def recorded(kkt, lan):
    make.organization("Chi bộ Công ty A", zone=kkt, code="CB01", members=5)
    take_in([EVENTS, ["CB01", "Kết nạp", "01/06/2024", "45-QĐ/ĐU", 13]], by=lan, zone=kkt)


CASES = [
    ([HEADER, ["Công ty A", "Đình Vũ"]], [], {}, "--zone"),
    ([HEADER, ["Công ty A", "Đình Vũ"]], ["--zone=HP-KKT"],
     {"sheets": [("Trang 2", [HEADER, ["Công ty B", "Đình Vũ"]])]}, "--sheet"),
    ([["Tên doanh nghiệp", "Số lao động"], ["Công ty A", 5]], ["--zone=HP-KKT"], {}, "--park"),
    ([EVENTS, *(["CB01", "Kết nạp", "01/06/2024", "45-QĐ/ĐU", 10] for _time in range(2))], ["--zone=HP-KKT"], {},
     "--corrections"),
    (LEGACY, ["--zone=HP-KKT"], {}, "--legacy convert|keep"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "arguments", "book", "option"), CASES)
def test_the_command_names_the_option_that_settles_it(run, kkt, dinh_vu, recorded, rows, arguments, book, option):
    code, output = run(rows, *arguments, **book)

    assert code == 1
    assert f"\nHãy chỉ định bằng tùy chọn {option}.\n" in output
    assert output.endswith("\nChưa ghi gì vào hệ thống.\n") and output.count("Chưa ghi gì") == 1
    assert output.count("--") == 1
    assert "None" not in output


@pytest.mark.parametrize(("rows", "arguments", "book", "option"), CASES)
def test_the_shared_sentences_name_no_option(run, kkt, dinh_vu, recorded, rows, arguments, book, option):
    _code, output = run(rows, *arguments, "--json", **book)
    told = json.loads(output)

    assert option in told["cure"]
    assert not [error["message"] for error in told["errors"] if "--" in error["message"]]
    assert all(error["message"] for error in told["errors"])


def test_a_missing_park_beside_another_missing_column_is_not_settled_by_an_option(run, kkt):
    code, output = run([["Mã số thuế", "Số lao động"], [make.tax_code(), 5]], "--zone=HP-KKT", "--kind=enterprises")

    assert code == 1 and "Khu công nghiệp" in output and "--" not in output


def test_what_the_options_say_is_done(run, kkt, dinh_vu, recorded):
    assert run([["Tên doanh nghiệp", "Số lao động"], ["Công ty A", 5]], "--zone=HP-KKT", "--park=Đình Vũ")[0] == 0
    rows = [EVENTS, ["CB01", "Kết nạp", "01/06/2024", "45-QĐ/ĐU", 10]]
    assert run(rows, "--zone=HP-KKT", "--corrections", "Đếm lại")[0] == 0
    assert sum(Event.objects.filter(kind="admitted").values_list("quantity", flat=True)) == 10


def test_text_of_an_old_font_is_converted_or_kept_as_said(run, kkt, dinh_vu):
    assert run(LEGACY, "--zone=HP-KKT", "--legacy=convert")[0] == 0
    assert set(Enterprise.objects.values_list("name", flat=True)) == {"Công ty May Đình Vũ", "Công ty Tràng Cát"}
    assert Upload.objects.get().converts_legacy is True

    code, output = run(LEGACY, "--zone=HP-KKT", "--legacy=keep")
    assert code == 1 and "Tªn doanh nghiÖp" in output  # its titles are none that anybody knows
    code, output = run(LEGACY, "--zone=HP-KKT", "--legacy=có")
    assert (code, "“có” (--legacy)" in output) == (1, True)


def test_a_refusal_says_the_sheet_and_nothing_of_a_kind_that_is_not_known(run, kkt, dinh_vu):
    code, output = run([HEADER], "--zone=HP-KKT")

    assert code == 1
    assert output.startswith("Trang tính “Sheet1”.\n")
    assert output.endswith("Chưa ghi gì vào hệ thống.\n") and output.count("Chưa ghi gì") == 1
    assert "None" not in output
