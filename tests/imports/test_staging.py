"""Rows wait in the database, are judged as if written, mended in place, and written in one go."""

from datetime import date

import pytest
from django.utils import timezone

from imports import matching, mending, staging
from imports.models import StagedRow, TitleMemory, Upload
from organizations.models import Batch, Change, Enterprise, Headcount
from organizations.problems import Conflict
from tests import make
from tests.imports.office import TODAY, workbook

HEADER = ["Mã số thuế", "Tên doanh nghiệp", "Khu công nghiệp", "Loại vốn", "Số lao động", "Ngày hoạt động"]


def brought(by, *rows, name="dn.xlsx", **options):
    data = workbook(*rows) if not isinstance(rows[0], bytes) else rows[0]
    return matching.bring(data, name, by=by, now=timezone.now(), today=TODAY, **options)


def states(upload):
    return dict(upload.rows.values_list("line", "state"))


def confirmed(upload):
    upload.refresh_from_db()
    assert staging.claim(upload, version=upload.version, now=timezone.now())
    staging.run(upload.pk, today=TODAY)
    upload.refresh_from_db()
    return upload


def messy():
    """A new line, one with two wrong cells, one with a park that is written nearly so."""
    return [
        HEADER,
        [make.tax_code(31), "Công ty TNHH Một", "Đình Vũ", "Tư nhân", "1.250", "05/02/2019"],
        [make.tax_code(33), "Công ty TNHH Hai", "Đình Vũ", "Tư nhân", 38.555, "31/02/2021"],
        [make.tax_code(35), "Công ty TNHH Ba", "Dinh Vux", "Tư nhân", 15, date(2020, 12, 31)],
    ]


def test_a_file_whose_columns_are_known_is_staged_at_once_and_nothing_is_recorded(lan, kkt, dinh_vu):
    upload = brought(lan, *messy())

    assert (upload.state, upload.kind, upload.zone, upload.trouble) == ("staged", "enterprises", kkt, "")
    assert states(upload) == {2: "created", 3: "error", 4: "error"}
    assert not Enterprise.objects.exists() and not Batch.objects.exists()
    third = upload.rows.get(line=3)
    assert [(one["field"], one["error"], one["offers"]) for one in third.findings] == [
        ("workers", True, ["38.555"]),
        ("started_on", True, []),
    ]
    fourth = upload.rows.get(line=4)
    assert fourth.findings[0]["field"] == "park" and fourth.findings[0]["offers"] == ["Khu công nghiệp Đình Vũ"]


def test_cells_are_mended_in_place_and_the_whole_is_written_once(lan, kkt, dinh_vu):
    upload = brought(lan, *messy())
    assert mending.accept(upload, field="workers", value="38.555", offer="38.555", today=TODAY) == 1
    assert mending.fix_cell(upload, line=3, field="started_on", text="28/02/2021", today=TODAY) == 1
    assert mending.accept_all(upload, today=TODAY) == 1
    assert states(upload) == {2: "created", 3: "created", 4: "created"}

    upload = confirmed(upload)

    assert upload.state == "written" and (upload.batch.created, upload.batch.recorded_by) == (3, lan)
    assert Enterprise.objects.get(name="Công ty TNHH Hai").started_on == date(2021, 2, 28)
    assert sorted(Headcount.objects.values_list("total", flat=True)) == [15, 1250, 38555]
    assert set(Change.objects.filter(batch_row__batch=upload.batch).values_list("batch_row__line", flat=True)) == {
        2, 3, 4
    }  # fmt: skip
    assert not staging.claim(upload, version=upload.version, now=timezone.now())
    assert staging.run(upload.pk, today=TODAY) is None and Enterprise.objects.count() == 3


def test_what_a_cell_was_read_as_takes_the_change_back(lan, kkt, dinh_vu):
    upload = brought(lan, *messy())
    mending.fix_cell(upload, line=2, field="workers", text="nhiều", today=TODAY)
    assert states(upload)[2] == "error" and upload.rows.get(line=2).typed == {"4": "1.250"}

    mending.fix_cell(upload, line=2, field="workers", text="1.250", today=TODAY)

    assert states(upload)[2] == "created" and upload.rows.get(line=2).typed == {}


def test_a_recorded_value_is_shown_beside_the_new_one(lan, kkt, dinh_vu):
    code = make.tax_code(31)
    make.enterprise("Công ty TNHH Một", zone=kkt, park=dinh_vu, tax_code=code, workers=2110, workers_on=make.DAY)
    upload = brought(lan, HEADER, [code, "Công ty TNHH Một", "Đình Vũ", "FDI", 2346, None])

    row = upload.rows.get(line=2)
    assert (row.state, row.before) == ("updated", {"ownership": "Tư nhân", "workers": "2.110"})
    assert row.warned  # foreign capital, and no country


def test_lines_can_be_left_out_and_taken_back_in(lan, kkt, dinh_vu):
    upload = brought(lan, *messy())
    assert mending.skip(upload, lines=None, today=TODAY) == 2
    assert states(upload) == {2: "created", 3: "skipped", 4: "skipped"}
    assert mending.skip(upload, lines=[4], back=True, today=TODAY) == 1
    assert states(upload)[4] == "error"
    mending.skip(upload, lines=[4], today=TODAY)

    assert confirmed(upload).batch.created == 1 and Enterprise.objects.count() == 1


def test_words_are_replaced_throughout_a_column(lan, kkt, dinh_vu):
    rows = [[make.tax_code(100 + 2 * n), f"Công ty {n}", "Khu Đình Vũ", "Tư nhân", 5, None] for n in range(4)]
    upload = brought(lan, HEADER, *rows)
    assert set(states(upload).values()) == {"error"}
    change = dict(field="park", find="Khu Đình Vũ", by="DEEP C 1", whole=True, today=TODAY)

    assert mending.replace_in_column(upload, **change) == 4
    assert set(states(upload).values()) == {"created"}
    assert mending.replace_in_column(upload, **change) == 0


def test_what_changed_since_the_person_looked_is_not_written_unseen(lan, kkt, dinh_vu):
    upload = brought(lan, *messy()[:2])
    seen = upload.version
    mending.fix_cell(upload, line=2, field="workers", text="7", today=TODAY)

    with pytest.raises(Conflict):
        staging.claim(upload, version=seen, now=timezone.now())
    assert not Batch.objects.exists()


def test_rows_that_went_wrong_meanwhile_come_back_to_be_mended(lan, kkt, dinh_vu):
    upload = brought(lan, *messy()[:2])
    make.lock(kkt, date(2026, 1, 1), date(2026, 12, 31))

    upload = confirmed(upload)

    assert (upload.state, upload.batch) == ("staged", None)
    assert "Chưa ghi gì vào hệ thống." in upload.trouble and states(upload) == {2: "error"}
    assert not Enterprise.objects.exists()


def test_a_line_that_would_write_other_than_was_confirmed_is_shown_first(client, lan, kkt, dinh_vu):
    one = make.enterprise("Công ty Một", zone=kkt, park=dinh_vu, tax_code=make.tax_code(31), ownership="private")
    header = ["Mã số thuế", "Tên doanh nghiệp", "Khu công nghiệp", "Quốc gia"]
    lines = [make.tax_code(31), "Công ty Một", "Đình Vũ", None], [make.tax_code(33), "Công ty Hai", "Đình Vũ", "Lào"]
    upload = brought(lan, header, *lines)
    assert states(upload) == {2: "unchanged", 3: "created"}
    make.actions.change_enterprise(enterprise=one, by=make.system(), name="Công ty Một Đổi Tên")
    make.enterprise("Công ty Hai, nhập tay", zone=kkt, park=dinh_vu, tax_code=make.tax_code(33), countries="Pháp")

    upload = confirmed(upload)

    assert (upload.state, upload.batch) == ("staged", None) and not Batch.objects.exists()
    assert "Dữ liệu đã thay đổi sau khi kiểm tra" in upload.trouble
    assert set(Enterprise.objects.values_list("name", "countries")) == {
        ("Công ty Một Đổi Tên", ""), ("Công ty Hai, nhập tay", "Pháp")
    }  # fmt: skip
    assert states(upload) == {2: "updated", 3: "updated"}
    assert upload.rows.get(line=2).before == {"name": "Công ty Một Đổi Tên"}

    client.force_login(lan)
    client.post(f"/imports/{upload.key}/confirm/", {"version": upload.version})
    upload.refresh_from_db()
    assert upload.batch.updated == 2


def test_columns_remembered_without_what_was_said_beside_them_are_asked_for(lan, kkt, dinh_vu):
    columns, say = {"tax_code": 0, "name": 1}, {"now": timezone.now(), "today": TODAY}
    upload = brought(lan, ["Cột A", "Cột B"], [make.tax_code(51), "Công ty Sáu"])
    matching.choose(
        upload, sheet="Sheet1", kind="enterprises", zone=kkt, header=(0, 0), columns=columns, park=dinh_vu, **say
    )
    assert states(upload) == {2: "created"}

    again = brought(lan, ["Cột A", "Cột B"], [make.tax_code(53), "Công ty Bảy"])
    assert (again.state, again.columns) == ("open", columns) and "Khu công nghiệp" in again.trouble
    with_park = brought(lan, ["Cột A", "Cột B"], [make.tax_code(53), "Công ty Bảy"], park=dinh_vu)
    assert (with_park.state, with_park.trouble) == ("staged", "")


def test_another_answer_about_old_fonts_begins_anew(client, lan, kkt, dinh_vu):
    client.force_login(lan)
    data = "M· sè thuÕ;Tªn doanh nghiÖp;Khu c«ng nghiÖp\n0200000107;C«ng ty §Çu t\u00ad Mét;§×nh Vò\n".encode()
    upload = brought(lan, data, name="cu.csv")
    page = f"/imports/{upload.key}/"
    client.post(f"{page}convert/", {"convert": "yes"})
    upload.refresh_from_db()
    assert (upload.state, states(upload)) == ("staged", {2: "created"})

    client.post(f"{page}convert/", {"convert": "no"})
    upload.refresh_from_db()
    assert (upload.state, upload.converts_legacy, states(upload)) == ("open", False, {})
    assert client.post(f"{page}mend/", {"act": "say"}).status_code == 302

    client.post(f"{page}convert/", {"convert": "yes"})
    upload.refresh_from_db()
    assert staging.claim(upload, version=upload.version, now=timezone.now())
    with pytest.raises(Conflict):
        matching.convert(upload, agreed=False, today=TODAY)
    upload.refresh_from_db()
    assert (upload.state, states(upload)) == ("queued", {2: "created"})


def test_columns_a_person_matched_are_remembered_for_files_of_that_shape(lan, kkt, dinh_vu):
    rows = [["Cột A", "Cột B", "Cột C"], [make.tax_code(51), "Công ty Sáu", "Đình Vũ"]]
    upload = brought(lan, *rows)
    assert upload.state == "open" and upload.trouble

    columns = {"tax_code": 0, "name": 1, "park": 2}
    matching.choose(
        upload, sheet="Sheet1", kind="enterprises", zone=kkt, header=(0, 0), columns=columns,
        now=timezone.now(), today=TODAY,
    )  # fmt: skip
    assert upload.state == "staged" and states(upload) == {2: "created"}

    again = brought(lan, rows[0], [make.tax_code(53), "Công ty Bảy", "Đình Vũ"])
    assert again.state == "staged" and again.columns == columns
    assert TitleMemory.objects.count() == 3


def remembering(lan, kkt, *titles, columns, kind="enterprises"):
    """Bring a file of these titles and say what each column is, by its title."""
    upload = brought(lan, titles, [make.tax_code(71), "Công ty Chín", "Đình Vũ", 5, *[None] * (len(titles) - 4)])
    matching.choose(
        upload, sheet="Sheet1", kind=kind, zone=kkt, header=(0, 0), now=timezone.now(), today=TODAY,
        columns={name: titles.index(title) for name, title in columns.items()},
    )  # fmt: skip


STRANGE = {"tax_code": "Mã nộp", "name": "Cột B", "park": "Nơi đóng", "workers": "Quân số"}


def test_a_file_with_one_more_column_in_another_order_is_matched_by_its_titles(lan, kkt, dinh_vu):
    remembering(lan, kkt, "Mã nộp", "Cột B", "Nơi đóng", "Quân số", columns=STRANGE)

    again = brought(
        lan, ["Cột B", "Điện thoại", "Mã nộp", "Quân số", "Nơi đóng"],
        ["Công ty Bảy", "0225", make.tax_code(53), 7, "Đình Vũ"],
    )  # fmt: skip
    assert (again.state, again.trouble) == ("staged", "")
    assert again.columns == {"name": 0, "tax_code": 2, "workers": 3, "park": 4}


def test_a_remembered_column_helps_a_file_whose_other_titles_are_known(lan, kkt, dinh_vu):
    remembering(lan, kkt, "Mã nộp", "Cột B", "Nơi đóng", "Quân số", columns=STRANGE)

    again = brought(
        lan, ["MST", "Tên DN", "Nơi đóng", "Loại vốn", "Quân số", "Quốc gia"],
        [make.tax_code(53), "Công ty Bảy", "Đình Vũ", "Tư nhân", 7, None],
    )  # fmt: skip
    assert (again.state, again.trouble) == ("staged", "")
    assert (again.columns["park"], again.columns["workers"], again.columns["tax_code"]) == (2, 4, 0)


def test_what_a_person_said_is_no_column_of_ours_stays_so(lan, kkt, dinh_vu):
    columns = {"tax_code": "MST", "name": "Tên DN", "park": "KCN"}
    remembering(lan, kkt, "MST", "Tên DN", "KCN", "Số lao động", "Mã", columns=columns)
    again = brought(lan, ["MST", "Tên DN", "KCN", "Số lao động"], [make.tax_code(53), "Công ty Bảy", "Đình Vũ", 7])
    assert again.state == "staged" and "workers" not in again.columns


def test_another_zone_has_a_memory_of_its_own(lan, kkt, other_zone, dinh_vu):
    remembering(lan, kkt, "Mã nộp", "Cột B", "Nơi đóng", "Quân số", columns=STRANGE)
    hoa = make.user("hoa", role="clerk", zone=other_zone)
    again = brought(hoa, ["Mã nộp", "Cột B", "Nơi đóng", "Quân số"], [make.tax_code(53), "Công ty Bảy", "Đình Vũ", 7])
    assert again.state == "open"


def test_of_several_sheets_that_are_remembered_one_is_asked_for(lan, kkt, dinh_vu):
    remembering(lan, kkt, "Mã nộp", "Cột B", "Nơi đóng", "Quân số", columns=STRANGE)
    titles, line = ["Mã nộp", "Cột B", "Nơi đóng", "Quân số"], [make.tax_code(53), "Công ty Bảy", "Đình Vũ", 7]
    again = brought(lan, workbook(titles, line, sheet="Tháng 1", sheets=[("Tháng 2", [titles, line])]))
    assert (again.state, again.trouble) == ("open", "Nhiều trang tính có bảng như vậy: hãy chọn một.")


def test_an_unreadable_file_leaves_nothing_behind(lan):
    with pytest.raises(Exception, match="Chưa ghi gì"):
        brought(lan, b"%PDF-1.7 not a workbook", name="x.xlsx")
    assert not Upload.objects.exists() and not StagedRow.objects.exists()


def test_a_day_of_counts_that_is_no_day_is_asked_for(lan, kkt, dinh_vu):
    data = workbook(HEADER, messy()[1], title=[["Số liệu đến 31/02/2024"]])
    upload = matching.bring(data, "a.xlsx", by=lan, now=timezone.now(), today=TODAY)
    assert "31/02/2024" in upload.trouble
    mending.say(upload, counted_on=date(2024, 2, 29), today=TODAY)
    upload.refresh_from_db()
    assert upload.trouble == ""
    assert confirmed(upload).batch
    assert Headcount.objects.get().on == date(2024, 2, 29)


def test_an_upload_whose_writing_died_can_be_confirmed_again(client, lan, kkt, dinh_vu):
    upload = brought(lan, *messy()[:2])
    now = timezone.now()
    assert staging.claim(upload, version=upload.version, now=now)
    upload.refresh_from_db()
    assert not staging.has_died(upload, now=now + staging.LEASE)
    client.force_login(lan)
    page = f"/imports/{upload.key}/"
    assert "Đang chờ lượt" in client.get(page).content.decode()
    client.post(f"{page}again/")
    upload.refresh_from_db()
    assert upload.state == "queued"

    Upload.objects.filter(pk=upload.pk).update(claimed_at=now - 2 * staging.LEASE)
    assert "dừng bất thường" in client.get(page).content.decode()
    client.post(f"{page}again/")

    upload.refresh_from_db()
    assert upload.state == "staged" and upload.trouble.endswith("Chưa ghi gì vào hệ thống.")
    confirming = client.get(f"{page}confirm/")
    assert "dừng bất thường" in confirming.content.decode() and confirming.context["said"].may_go_on
    client.post(f"{page}confirm/", {"version": upload.version})
    upload.refresh_from_db()
    assert upload.batch.created == 1


def test_a_column_without_a_title_may_be_chosen_and_is_named_as_what_it_is(lan, kkt, dinh_vu):
    rows = [make.tax_code(31), "Đình Vũ", "Công ty Một"], [make.tax_code(33), "Đình Vũ", None]
    upload = brought(lan, ["Mã số thuế", "Khu công nghiệp", None], *rows)
    matching.choose(
        upload, sheet="Sheet1", kind="enterprises", zone=kkt, header=(0, 0),
        columns={"tax_code": 0, "park": 1, "name": 2}, now=timezone.now(), today=TODAY,
    )  # fmt: skip
    assert states(upload) == {2: "created", 3: "error"}
    job, _kind = staging.job_of(upload, today=TODAY, rows=list(upload.rows.all()))
    assert [finding.column for finding in job.errors] == ["Tên doanh nghiệp"]


def test_a_number_no_zone_has_people_for_is_wrong_when_it_is_read(lan, kkt, dinh_vu):
    upload = brought(
        lan, ["MST", "Tên DN", "KCN", "Số lao động"], [make.tax_code(61), "Công ty A", "Đình Vũ", 20000000]
    )
    assert states(upload) == {2: "error"}
    assert "9999999" in upload.rows.get().findings[0]["message"]


def test_what_only_writing_finds_wrong_is_marked_and_not_confirmed_for_ever(lan, kkt, dinh_vu, monkeypatch):
    from organizations.problems import Problem, Refused

    upload = brought(lan, *messy()[:2])

    def refuse(**act):
        raise Refused({0: [Problem("Tên này không dùng được.", {}, "name")]})

    monkeypatch.setattr("imports.kinds.enterprises.save_enterprises", refuse)
    upload = confirmed(upload)
    assert upload.state == "staged" and states(upload) == {2: "error"}
    assert upload.rows.get().findings[-1]["message"] == "Tên này không dùng được."
