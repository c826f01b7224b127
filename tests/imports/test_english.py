"""Workbooks in English, as foreign enterprises and the English pages have them, are read as the Vietnamese ones are."""

import pytest

from imports.kinds import KINDS
from imports.vocabulary import ENGLISH_TITLES
from organizations.models import Enterprise, Event, Headcount, Organization
from targets.models import Target
from tests import make
from tests.imports.office import take_in


@pytest.mark.django_db
def test_an_english_list_of_enterprises_is_taken_in(lan, kkt, dinh_vu):
    header = ["No.", "Tax code", "Enterprise", "Park", "Ownership", "Country", "Employees", "Status"]
    row = [1, make.tax_code(), "ABC Co., Ltd", "DEEP C 1", "fdi wholly", "Japan", 120, "operating"]
    result = take_in([header, row], by=lan, zone=kkt)
    assert (result.status, result.kind, result.unused_columns) == ("written", "enterprises", ["No."])
    one = Enterprise.objects.get()
    assert (one.ownership, one.park, one.status) == ("fdi_wholly", dinh_vu, "operating")
    assert Headcount.objects.get().total == 120


@pytest.mark.django_db
def test_english_workbooks_of_every_other_kind_are_known(lan, minh, kkt, city):
    take_in(
        [["Organisation", "Type", "Decision no.", "Decision date"], ["Chi bộ A", "party_cell", "1-QĐ", "01/02/2024"]],
        by=lan, zone=kkt,
    )  # fmt: skip
    assert Organization.objects.get().name == "Chi bộ A"
    take_in(
        [["Organization", "Event", "Effective date", "Number", "Women"], ["Chi bộ A", "admitted", "01/03/2024", 3, 1]],
        by=lan, zone=kkt,
    )  # fmt: skip
    assert Event.objects.get(kind="admitted").female == 1
    take_in([["Organisation", "As of", "Members"], ["Chi bộ A", "01/04/2024", 12]], by=lan, zone=kkt)
    assert Headcount.objects.get().total == 12
    take_in([["Zone", "Indicator", "Year", "Target"], ["HP-KKT", "party_orgs", 2024, "5-7"]], by=minh)
    assert Target.objects.get().year == 2024


@pytest.mark.django_db
def test_a_title_in_two_languages_is_one_title(lan, kkt, dinh_vu):
    header = ["Mã số thuế / Tax code", "Tên doanh nghiệp/Company", "KCN (Industrial park)", "Quốc gia/Workers"]
    result = take_in([header, [make.tax_code(), "Công ty A", "Đình Vũ", 3]], by=lan, zone=kkt)
    assert (result.status, result.created, result.unused_columns) == ("written", 1, ["Quốc gia/Workers"])


def test_every_column_has_an_english_title():
    for name, kind in KINDS.items():
        assert ENGLISH_TITLES[name].keys() == kind.layout.columns.keys()
