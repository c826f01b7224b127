"""Percents that offices printed themselves, recomputed: every row is either asserted or named with why not.

* published_percentages.csv: what newspapers and zone pages in Viet Nam printed of Party-building targets;
* recompute_guatape.csv: a town plan followed up in a workbook whose formula caps every ratio at 1;
* recompute_dhis2.csv: indicator values of a health information system, printed to 2 decimals.
"""

import csv
import re
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest

from reports.attainment import (
    Rule,
    Standing,
    attain,
    explain_published,
    half_up,
    published_flag,
    rate,
    truncated,
)
from reports.counting import percent_text


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def newspapers(shared_data):
    return rows_of(shared_data / "published_percentages.csv")


@pytest.fixture(scope="module")
def workbook(shared_data):
    return rows_of(shared_data / "recompute_guatape.csv")


# Viet Nam

# "vượt" (beyond) prints the part above 100; "hơn", "trên" (more than) announce that digits were dropped.
PRINTED = re.compile(r"(?P<beyond>vượt )?(?:hơn |trên )?(?P<number>\d+(?:,\d+)?)%")

WHY_NOT = {  # indicator → why its printed figure cannot be recomputed from the row
    "tổ chức Đảng thành lập (từ 2020)": "total of several years beside a yearly range",
    "tổ chức công đoàn thành lập (từ 2020)": "total of several years beside a yearly range",
    "CĐCS thành lập": "prints the difference, not a percent",
    "mục tiêu 2017": "a target alone",
    "CĐ Khu kinh tế Hải Phòng 2019: đoàn viên": "a percent alone",
    "CĐ Khu kinh tế Hải Phòng 2019: CĐCS": "a percent alone",
    "mục tiêu 2020 CĐ KKT Hải Phòng": "a target alone, open above",
    "đảng viên mới": "prints no percent",
    "chi bộ có cấp ủy": "prints no percent",
    "đảng viên mới / tổng số đảng viên đầu năm": "a percent of all members, not of a target",
    "đảng viên mới quý I": "a percent of all members, not of the target beside it",
    "mục tiêu đảng viên mới 2024, Đảng ủy KKT Hải Phòng": "a target alone",
    "tỷ lệ đảng viên trong doanh nghiệp": "both figures are approximate",
    "đảng viên mới Thanh Hà": "prints no percent",
    "mục tiêu 2020 LĐLĐ Định Quán": "a target alone",
    "NQ28, 10 năm, toàn TP": "a total of ten years alone",
}

RULES = {  # the file's word → rules that must explain the printed percent, all of them and no other
    "exact": {Rule.EXACT, Rule.HALF_UP, Rule.HALF_EVEN, Rule.TRUNCATED},
    "any (not discriminating)": {Rule.HALF_UP, Rule.HALF_EVEN, Rule.TRUNCATED},
    "half_up|half_even": {Rule.HALF_UP, Rule.HALF_EVEN},
    "trunc": {Rule.TRUNCATED},
    "none": set(),
}


def number(cell):
    return int(cell) if cell else None


def printed_percent(words):
    """Return a printed percent as one number of the target, with the decimals it was printed with."""
    match = PRINTED.fullmatch(words)
    if not match["beyond"]:
        return match["number"] + "%"
    return str(Decimal(match["number"].replace(",", ".")) + 100).replace(".", ",") + "%"


def test_vietnamese_published_percents_are_reproduced_row_by_row(newspapers):
    recomputed, named = Counter(), []
    for row in newspapers:
        low, high, actual = (number(row[column]) for column in ("target_low", "target_high", "actual"))
        if not row["exact_percent"]:
            assert row["indicator"] in WHY_NOT, row
            named.append(row)
            continue
        year = attain(actual=actual, low=low, high=high)
        assert half_up(year.percent, 4) == Decimal(row["exact_percent"]), row
        word = row["rounding_rules_that_reproduce_it"]
        printed = printed_percent(row["published_percent"])
        assert explain_published(actual, low, printed) == RULES[word], row
        assert published_flag(actual, low, printed) is (word == "none"), row
        recomputed[word] += 1
    assert recomputed == {"exact": 6, "half_up|half_even": 8, "any (not discriminating)": 7, "trunc": 2, "none": 1}
    assert len(named) == len({row["indicator"] for row in named}) == len(WHY_NOT)
    assert recomputed.total() + len(named) == len(newspapers)


def test_truncated_percents_of_newspapers_are_not_what_half_up_prints():
    assert (half_up(Fraction(3579, 40), 2), truncated(Fraction(3579, 40), 2)) == (Decimal("89.48"), Decimal("89.47"))
    assert published_flag(3579, 4000, "89,47%") is False
    assert published_flag(18, 14, "130%") is True  # "vượt 30%" of a plan of 14: it was 128,6%


@pytest.mark.parametrize(
    ("indicator", "percent", "percent_of_high", "standing"),
    [
        ("tổ chức Đảng thành lập (từ 2020)", "300.0", "214.3", Standing.EXCEEDED),
        ("tổ chức công đoàn thành lập (từ 2020)", "1900.0", "950.0", Standing.EXCEEDED),
        ("CĐCS thành lập", "133.3", "133.3", Standing.EXCEEDED),
        ("mục tiêu 2017", None, None, Standing.NOT_REPORTED),
        ("CĐ Khu kinh tế Hải Phòng 2019: đoàn viên", None, None, Standing.NOT_REPORTED),
        ("CĐ Khu kinh tế Hải Phòng 2019: CĐCS", None, None, Standing.NOT_REPORTED),
        ("mục tiêu 2020 CĐ KKT Hải Phòng", None, None, Standing.NOT_REPORTED),
        ("đảng viên mới", "74.2", "74.2", Standing.BELOW),
        ("chi bộ có cấp ủy", "96.1", "96.1", Standing.BELOW),
        ("đảng viên mới / tổng số đảng viên đầu năm", None, None, Standing.NO_TARGET),
        ("đảng viên mới quý I", "42.9", "42.9", Standing.BELOW),
        ("mục tiêu đảng viên mới 2024, Đảng ủy KKT Hải Phòng", None, None, Standing.NOT_REPORTED),
        ("tỷ lệ đảng viên trong doanh nghiệp", "90.9", "90.9", Standing.BELOW),
        ("đảng viên mới Thanh Hà", "162.2", "146.0", Standing.EXCEEDED),
        ("mục tiêu 2020 LĐLĐ Định Quán", None, None, Standing.NOT_REPORTED),
        ("NQ28, 10 năm, toàn TP", None, None, Standing.NO_TARGET),
    ],
)
def test_rows_that_print_no_percent_to_check_still_have_a_standing(
    newspapers, indicator, percent, percent_of_high, standing
):
    """The two rows of the article are totals of several years: set against one year's range they only show the size."""
    (row,) = [row for row in newspapers if row["indicator"] == indicator and not row["exact_percent"]]
    low, high, actual = (number(row[column]) for column in ("target_low", "target_high", "actual"))
    year = attain(actual=actual, low=low, high=high if high is not None else low, reported=actual is not None)
    assert (percent_text(year.percent), percent_text(year.percent_of_high)) == (percent, percent_of_high)
    assert year.standing is standing


@pytest.mark.parametrize(("actual", "low", "published"), [(150, 350, "3,02%"), (1000, 1100, "92%")])
def test_a_percent_published_beside_figures_that_do_not_give_it_is_flagged(actual, low, published):
    assert published_flag(actual, low, published) is True


# A workbook that caps

BINARY = ("SEC. BIENESTAR Y DLLO SOCIAL", "31", "2025")  # the one row whose last digit is the spreadsheet's own error


def ratio_as_percent(row):
    """Return the published ratio as a percent with the digits it was published with."""
    return format(Decimal(row["published_ratio"]).scaleb(2), "f").replace(".", ",")


def place(row):
    return row["sheet"], row["row"], row["year"]


def test_the_workbook_is_reproduced_and_its_cap_is_not(workbook):
    seen = Counter()
    for row in workbook:
        rule = row["rule_observed"]
        if not row["target"]:
            seen["total line"] += 1
            continue
        actual, target = Decimal(row["actual"]), Decimal(row["target"])
        year = attain(actual=actual, low=target, high=target)
        if rule == "target-empty-or-zero:pct=None":
            assert target == 0 and row["published_ratio"] == "", row
            assert (year.percent, year.percent_of_high) == (None, None), row
            assert year.standing is (Standing.EXCEEDED if actual else Standing.MET), row
        elif rule == "capped-at-100":
            assert row["published_ratio"] == "1" and year.percent > 100, row
            assert year.standing is Standing.EXCEEDED, row
            assert explain_published(actual, target, "100") == {Rule.CAPPED}, row
            assert published_flag(actual, target, "100") is True, row
        elif place(row) == BINARY:
            rule = "binary"
        else:
            assert rule == "exact", row
            assert published_flag(actual, target, ratio_as_percent(row)) is False, row
            assert Rule.HALF_UP in explain_published(actual, target, ratio_as_percent(row)), row
            assert year.standing is (Standing.MET if row["published_ratio"] == "1" else Standing.BELOW), row
        seen[rule] += 1
    assert seen == {
        "exact": 299,
        "binary": 1,
        "capped-at-100": 27,
        "target-empty-or-zero:pct=None": 45,
        "total line": 20,
    }
    assert seen.total() == len(workbook)


def test_one_ratio_of_the_workbook_shows_why_floats_are_refused(workbook):
    (row,) = [row for row in workbook if place(row) == BINARY]
    assert (row["actual"], row["target"], row["published_ratio"]) == ("0.1", "0.3", "0.33333333333333337")
    assert 0.1 / 0.3 == float(row["published_ratio"])
    assert attain(actual=Decimal("0.1"), low=Decimal("0.3"), high=1).percent == Fraction(100, 3)
    assert published_flag(Decimal("0.1"), Decimal("0.3"), ratio_as_percent(row)) is True


def test_total_lines_of_the_workbook_are_means_of_capped_ratios_and_no_attainment(workbook):
    """Why the 20 rows without target are left out above: each is the mean of its sheet's column, 100 at most a line."""
    totals = [row for row in workbook if not row["target"]]
    for total in totals:
        assert total["actual"].startswith("TOTAL ") and total["excel_formula"].startswith("=AVERAGE("), total
        column = [
            Fraction(row["published_ratio"])
            for row in workbook
            if (row["sheet"], row["year"]) == (total["sheet"], total["year"])
            and row["target"]
            and row["published_ratio"]
        ]
        assert abs(sum(column) / len(column) - Fraction(total["published_ratio"])) < Fraction(1, 10**12), total
    assert len(totals) == 20


# An independent system's rounding


SHORTENED = {  # line of the file → its value by the factor as printed; only the factor in full gives the published one
    96: "91.99", 264: "133.95", 266: "105.71", 285: "83.90", 287: "169.82", 424: "133.95", 455: "108.67", 457: "55.67",
    476: "89.16", 518: "67.86",
}  # fmt: skip


def test_every_rate_of_a_health_information_system_is_given(shared_data):
    rows = rows_of(shared_data / "recompute_dhis2.csv")
    discriminating = 0
    for row in rows:
        factor = Fraction(int(row["multiplier"]), int(row["divisor"]))
        exact = rate(Decimal(row["numerator"]), Decimal(row["denominator"]), factor)
        assert half_up(exact, 2) == Decimal(row["value_published"]), row
        discriminating += half_up(exact, 2) != truncated(exact, 2)
    assert len(rows) == 546
    assert discriminating > 200  # truncation would fail this often


def test_ten_rates_cannot_be_given_by_a_factor_that_was_rounded_before(shared_data):
    """36500 / 90 is printed as 405.56: half a hundredth too much, and ten values turn over."""
    given = {}
    for line, row in enumerate(rows_of(shared_data / "recompute_dhis2.csv"), 2):
        exact = rate(Decimal(row["numerator"]), Decimal(row["denominator"]), Decimal(row["factor"]))
        if half_up(exact, 2) != Decimal(row["value_published"]):
            given[line] = str(half_up(exact, 2))

    assert given == SHORTENED
