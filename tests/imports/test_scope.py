"""Nobody learns of another zone through an import: neither by what was warned, nor by the file, nor by undoing."""

import pytest
from django.urls import reverse

from organizations.models import Batch, BatchRow
from targets.models import Target
from tests import make
from tests.api import Api
from tests.imports.office import take_in, workbook

pytestmark = pytest.mark.django_db

HEADER = ["Mã số thuế", "Tên doanh nghiệp", "Khu công nghiệp"]
IMPORTS = "/api/v1/imports/"


def test_what_the_city_is_warned_of_another_zone_is_not_left_for_the_clerk_to_read(
    client, admin, lan, kkt, other_zone, dinh_vu
):
    code = make.tax_code()
    make.enterprise("Công ty Khác", zone=other_zone, tax_code=code)

    result = take_in([HEADER, [code, "Công ty Cát Hải", "Đình Vũ"]], by=admin, zone=kkt)

    assert any("HP-KHAC" in one.message for one in result.warnings), "who sees both zones is told"
    assert not [row for row in BatchRow.objects.all() if "HP-KHAC" in str(row.warnings)]
    client.force_login(lan)
    page = client.get(reverse("imports:batch", args=[result.batch])).content.decode()
    assert "HP-KHAC" not in page and "Khu khác" not in page
    assert "HP-KHAC" not in Api(lan).get(f"{IMPORTS}{result.batch}/").content.decode()


@pytest.fixture
def of_two_zones(admin, kkt, other_zone, dinh_vu):
    """A batch of HP-KKT from a workbook of the city that has a sheet of another zone, too."""
    mine, theirs = [make.tax_code(), "Công ty Cát Hải", "Đình Vũ"], [make.tax_code(), "Công ty Khác", "Nơi khác"]
    data = workbook(HEADER, mine, sheet="KKT", sheets=[("KHAC", [HEADER, theirs])])
    result = take_in(data, by=admin, zone=kkt, sheet="KKT")
    return Batch.objects.get(pk=result.batch)


def test_the_file_of_the_city_is_not_handed_to_a_clerk_of_one_zone(client, of_two_zones, lan, quan, admin, minh):
    page, file = (reverse(f"imports:{name}", args=[of_two_zones.pk]) for name in ("batch", "batch_file"))
    for person, status in ((lan, 404), (quan, 404), (admin, 200), (minh, 200)):
        client.force_login(person)
        assert client.get(file).status_code == status, person
        assert (file in client.get(page).content.decode()) == (status == 200), person
        answer = Api(person).get(f"{IMPORTS}{of_two_zones.pk}/")
        assert (answer.json()["file"] is not None) == (status == 200), person
        assert Api(person).get(f"{IMPORTS}{of_two_zones.pk}/file/").status_code == status, person
        assert Api(person).get(f"{IMPORTS}{of_two_zones.pk}/errors.xlsx").status_code in (404, status), person


def test_the_file_of_a_colleague_is_there_for_all_of_the_zone(client, lan, quan, minh, kkt, dinh_vu):
    result = take_in([HEADER, [make.tax_code(), "Công ty Cát Hải", "Đình Vũ"]], by=lan, zone=kkt)
    for person in (lan, quan, minh):
        client.force_login(person)
        assert client.get(reverse("imports:batch_file", args=[result.batch])).status_code == 200, person


def test_who_imports_for_two_zones_at_once_sees_the_import_and_can_undo_it(client, city, kkt, other_zone, lan, hoa):
    both = make.user("both", role="admin", zone=kkt)
    from organizations.access import assign

    assign(user=both, role="admin", zone=other_zone)
    rows = [["HP-KKT", "party_orgs", 2024, "5-7"], ["HP-KHAC", "party_orgs", 2024, "5-7"]]
    result = take_in([["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao"], *rows], by=both)
    assert result.batch, result.errors

    for person in (lan, hoa):
        client.force_login(person)
        assert client.get(reverse("imports:batch", args=[result.batch])).status_code == 404
    client.force_login(both)
    assert client.get(reverse("imports:batch", args=[result.batch])).status_code == 200
    done = client.post(reverse("imports:undo", args=[result.batch]), {"reason": "Nhầm năm"})
    assert done.status_code == 302, done.content.decode()
    assert client.get(done.url).status_code == 200
    assert not Target.objects.filter(voided_by=None).exists()


def test_who_undoes_what_another_has_just_undone_is_told_so(client, monkeypatch, lan, kkt, dinh_vu):
    from imports import undo

    result = take_in([HEADER, [make.tax_code(), "Công ty Cát Hải", "Đình Vũ"]], by=lan, zone=kkt)
    act = undo.undo_batch

    def beaten(batch, *, by, reason="", dry_run=False):
        if not dry_run:
            act(Batch.objects.get(pk=batch.pk), by=by, reason="Trước một bước")
        return act(batch, by=by, reason=reason, dry_run=dry_run)

    monkeypatch.setattr(undo, "undo_batch", beaten)
    client.force_login(lan)
    answer = client.post(reverse("imports:undo", args=[result.batch]), {"reason": "Nhầm tệp"})
    assert answer.status_code == 422 and "đã được hoàn tác" in answer.content.decode()


def test_what_is_not_there_is_said_in_the_words_of_the_person(lan, kkt):
    said = "Không có dòng nào như vậy trong những gì anh/chị được xem."
    assert Api(lan).get(f"{IMPORTS}999/").json() == {"detail": said}
    lan.language = "en"
    lan.save()
    assert Api(lan).get(f"{IMPORTS}999/").json() == {"detail": "There is no such row among those you may see."}


def test_administrators_read_findings_as_a_list_in_words(client, admin, kkt, dinh_vu):
    from django.utils import timezone

    from imports import matching

    client.force_login(admin)
    data = workbook(HEADER, [make.tax_code(), "Công ty <A>", "Không Đâu"], [make.tax_code(), "Công ty B", "Đình Vũ"])
    matching.bring(data, "a.xlsx", by=admin, zone=kkt, now=timezone.now(), today=timezone.localdate())
    page = client.get(reverse("admin:imports_stagedrow_changelist")).content.decode()
    assert "<li>Khu công nghiệp: Không có khu công nghiệp “Không Đâu”" in page and "&quot;message&quot;" not in page

    take_in([HEADER, [None, "Công ty <B>", "Đình Vũ"]], by=admin, zone=kkt)
    page = client.get(reverse("admin:organizations_batchrow_changelist")).content.decode()
    assert "<li>Mã số thuế: " in page and "&#x27;message&#x27;" not in page
