"""How a report is asked for: registry, page, command. Who may not see a zone gets no report of it."""

import json
import os
from datetime import date

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from reports import registry
from reports.documents import RENDERERS
from reports.forms import ReportForm
from reports.registry import MOST_YEARS
from reports.tables import Column, Row, Table
from tests import make
from tests.reports.papers import AS_OF, drawn, office, report

pytestmark = pytest.mark.one_database

ASKED = {"zone": "HP-KKT", "year": "2023", "from": "2020", "as_of": "03/02/2026"}


@pytest.fixture
def new_report(monkeypatch):
    """A report that a programmer adds: one class, nothing else."""
    monkeypatch.setattr(registry, "_reports", dict(registry._known()))

    @registry.register
    class Headline(registry.Report):
        name = "headline"
        title = "Một dòng"
        description = "Chỉ một dòng"

        def heading(self):
            return "BẢNG", f"một dòng {self.period}"

        def say(self):
            return registry.Said(tables=[Table("one", "Một", [Column("a", "Nội dung")], [Row({"a": "duy nhất"})])])

    return Headline


# ------------------------------------------------------------------------------------------ registry


def test_a_report_that_is_added_needs_no_view_and_no_address(new_report, kkt, lan, client, tmp_path):
    client.force_login(lan)

    assert "headline" in registry.names()
    assert "Một dòng" in client.get(reverse("reports:index")).content.decode()
    assert "duy nhất" in client.get("/reports/headline/", ASKED).content.decode()
    for format in RENDERERS:
        answer = client.get("/reports/headline/", ASKED | {"format": format})
        assert answer.status_code == 200 and answer.content == drawn("headline", kkt, format)
    call_command("report", "headline", zone="HP-KKT", year="2023", format="csv", output=str(tmp_path / "x.csv"))
    assert "duy nhất" in (tmp_path / "x.csv").read_text("utf-8-sig")


def test_two_reports_of_one_name_are_refused(new_report):
    class Other(new_report):
        pass

    Other.__module__ = "elsewhere"
    with pytest.raises(ValueError, match="two reports of one name"):
        registry.register(Other)


def test_an_unknown_report_or_format_is_named(kkt):
    with pytest.raises(KeyError):
        registry.get("nonsense")
    with pytest.raises(registry.UnknownFormat, match="'odt'.*docx"):
        report("attainment", kkt).render("odt")


@pytest.mark.parametrize(("year", "first"), [(2023, 2020), (2025, 2020), (2026, 2026), (2028, 2026), (2019, 2019)])
def test_a_report_begins_with_the_term_that_holds_its_year(kkt, year, first):
    assert report("attainment", kkt, year=year, first_year=None).first_year == first


def test_a_period_that_ends_before_it_begins_is_refused(kkt):
    with pytest.raises(registry.WrongPeriod, match="2024 sau 2023"):
        report("attainment", kkt, first_year=2024)


def test_more_years_than_anybody_reads_are_refused_before_they_are_laid_out(kkt):
    assert report("attainment", kkt, first_year=2024 - MOST_YEARS).render("csv")
    with pytest.raises(registry.WrongPeriod, match=f"nhiều nhất {MOST_YEARS} năm"):
        report("attainment", kkt, first_year=2023 - MOST_YEARS)


def test_a_report_reads_the_database_once_however_often_it_is_drawn(kkt, django_assert_num_queries):
    office(kkt)
    asked = report("attainment", kkt)
    asked.render("csv")

    with django_assert_num_queries(0):
        asked.render("xlsx")
        asked.as_json()


def test_the_answer_for_programs_says_what_was_asked(kkt):
    answer = json.loads(drawn("inspection", kkt, "json"))

    assert {key: answer[key] for key in ("report", "zone", "from", "year", "as_of", "basis", "rounding")} == {
        "report": "inspection", "zone": "HP-KKT", "from": 2020, "year": 2023, "as_of": "2026-02-03", "basis": "low",
        "rounding": "half_up_1",
    }  # fmt: skip
    assert [table["name"] for table in answer["tables"]] == ["results", "foundings"]


def test_files_are_vietnamese_whatever_language_the_reader_chose(kkt, lan, client):
    lan.language = "en"
    lan.save()
    client.force_login(lan)

    screen = client.get("/reports/attainment/", ASKED).content.decode()
    file = client.get("/reports/attainment/", ASKED | {"format": "csv"}).content.decode("utf-8-sig")

    assert "not reported" in screen and "chưa báo cáo" not in screen
    assert "chưa báo cáo" in file and "not reported" not in file


# ------------------------------------------------------------------------------------------ who may ask


@pytest.mark.parametrize("format", ["html", *RENDERERS])
@pytest.mark.parametrize("name", ["attainment", "inspection"])
def test_a_clerk_of_another_zone_gets_404(name, format, kkt, hoa, client):
    client.force_login(hoa)

    assert client.get(f"/reports/{name}/", ASKED | {"format": format}).status_code == 404


def test_the_zone_s_staff_and_the_board_read_it_and_strangers_sign_in_first(kkt, lan, quan, minh, stranger, client):
    statuses = {}
    for person in (lan, quan, minh, stranger):
        client.force_login(person)
        statuses[person.username] = client.get("/reports/attainment/", ASKED).status_code
    client.logout()

    assert statuses == {"lan": 200, "quan": 200, "minh": 200, "stranger": 404}
    assert client.get("/reports/attainment/", ASKED).status_code == 302


def test_the_list_of_zones_to_ask_of_is_one_s_own(kkt, cluster, other_zone, lan, stranger, client):
    client.force_login(lan)
    page = client.get(reverse("reports:index")).content.decode()
    client.force_login(stranger)
    nobody = client.get(reverse("reports:index")).content.decode()

    assert 'value="HP-KKT"' in page and 'value="HP-KKT-1"' in page and "HP-KHAC" not in page
    assert "Chưa có đơn vị nào để báo cáo" in nobody and "formaction" not in nobody


def test_a_person_s_scope_narrows_the_organisations_that_are_named(kkt, cluster, hoa):
    make.organization("Công đoàn kín", zone=cluster, type="union_base", on=date(2022, 1, 1))

    assert "Công đoàn kín" in str(report("inspection", kkt).tables()[1].texts())
    assert "Công đoàn kín" not in str(report("inspection", kkt, user=hoa).tables()[1].texts())


# ------------------------------------------------------------------------------------------ page


def test_a_file_is_sent_with_its_kind_and_a_name_that_says_what_it_is(kkt, lan, client):
    client.force_login(lan)

    answer = client.get("/reports/inspection/", ASKED | {"format": "docx"})

    assert answer["Content-Type"] == RENDERERS["docx"].content_type
    assert answer["Content-Disposition"] == ('attachment; filename="inspection_HP-KKT_2020-2023_2026-02-03.docx"')


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"year": "abc"}, "Năm báo cáo"),
        ({"year": ""}, "Năm báo cáo"),
        ({"year": "1500"}, "1500"),
        ({"as_of": "31/02/2025"}, "“31/02/2025” không phải ngày có thật."),
        ({"from": "2024"}, "2024 sau 2023"),
        ({"from": "1950", "year": "1990"}, f"nhiều nhất {MOST_YEARS} năm"),
        ({"format": "odt"}, "odt"),
    ],
)
def test_a_wrong_question_is_refused_with_its_value_and_keeps_what_was_typed(wrong, words, kkt, lan, client):
    client.force_login(lan)

    answer = client.get("/reports/attainment/", ASKED | wrong)

    html = answer.content.decode()
    assert answer.status_code == 400
    assert "error-summary" in html and words in html
    for name, typed in (ASKED | wrong).items():
        assert not typed or name == "format" or f'value="{typed}"' in html


@pytest.mark.parametrize("path", ["/reports/nonsense/", "/reports/attainment/?zone=HP-NO&year=2023"])
def test_an_unknown_report_or_zone_is_404(path, kkt, lan, client):
    client.force_login(lan)

    assert client.get(path).status_code == 404


def test_the_question_comes_back_to_be_changed(kkt, lan, client):
    client.force_login(lan)

    report_page = client.get("/reports/attainment/", ASKED).content.decode()
    index = client.get(reverse("reports:index"), ASKED).content.decode()

    assert "/reports/?zone=HP-KKT&amp;year=2023&amp;from=2020" in report_page
    assert 'value="2020"' in index and 'value="2023"' in index


def test_names_on_the_screen_are_text(kkt, lan, client):
    make.organization("<script>alert(1)</script>", zone=kkt, type="union_base", on=date(2022, 1, 1))
    client.force_login(lan)

    html = client.get("/reports/inspection/", ASKED).content.decode()

    assert "&lt;script&gt;alert(1)" in html and "<script>alert" not in html


# ------------------------------------------------------------------------------------------ command


def run(tmp_path, name="attainment", **changed):
    path = tmp_path / "report.csv"
    options = {"zone": "HP-KKT", "year": "2023", "as_of": "2026-02-03", "format": "csv", "output": str(path)} | changed
    call_command("report", name, **options)
    return path


@pytest.mark.parametrize("format", ["docx", "xlsx", "pdf", "csv", "json"])
def test_the_command_writes_the_file_that_the_page_sends(kkt, lan, client, tmp_path, format):
    office(kkt)
    client.force_login(lan)

    path = run(tmp_path, "inspection", format=format)

    assert path.read_bytes() == client.get("/reports/inspection/", ASKED | {"format": format}).content


@pytest.mark.parametrize(
    ("name", "changed", "words"),
    [
        ("nonsense", {}, "'nonsense': there is no such report; choose one of attainment"),
        ("attainment", {"zone": "HP-NO"}, "--zone: .*HP-NO"),
        ("attainment", {"year": "25"}, "--year: .*25"),
        ("attainment", {"from": "2024"}, "--from: .*2024"),
        ("attainment", {"as_of": "2026-02-30"}, "--as-of: .*2026-02-30"),
    ],
)
def test_the_command_names_what_is_wrong_and_leaves_no_file(kkt, tmp_path, name, changed, words):
    with pytest.raises(CommandError, match=words):
        run(tmp_path, name, **changed)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_named(kkt, tmp_path):
    with pytest.raises(CommandError, match="no-such.*choose a folder that exists"):
        run(tmp_path, output=str(tmp_path / "no-such" / "x.csv"))


def test_a_write_that_fails_leaves_the_former_file_and_no_half_one(kkt, tmp_path, monkeypatch):
    former = tmp_path / "report.csv"
    former.write_text("cũ")

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(CommandError, match="No space left on device; nothing was written"):
        run(tmp_path)

    assert former.read_text() == "cũ" and list(tmp_path.iterdir()) == [former]


def test_without_a_day_a_report_is_of_today(kkt, tmp_path):
    with time_machine.travel("2026-11-23 20:00 +0000", tick=False):  # already the 24th in Viet Nam
        path = run(tmp_path, as_of=None)

    assert "Số liệu tính đến ngày 24/11/2026" in path.read_text("utf-8-sig")


def test_the_form_without_a_person_is_the_command_s_and_sees_every_zone(kkt, other_zone):
    form = ReportForm({"zone": "HP-KHAC", "year": "2023", "as_of": "03/02/2026"})

    assert form.is_valid(), form.errors
    asked = form.report(registry.get("attainment"))
    assert (asked.zone, asked.first_year, asked.year, asked.as_of, asked.user) == (other_zone, 2020, 2023, AS_OF, None)
