"""The sentence at the top is right for every state a zone can be in, in both languages."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from django.utils import translation

from reports.attainment import attain, progress
from reports.board.lede import lede
from reports.figures import Figure

NAMES = {"a": "Tổ chức đảng mới", "b": "Kết nạp đảng viên", "c": "Công đoàn mới", "d": "Đoàn viên thanh niên"}


def figure(name, actual, low, high=None, *, year=2022, as_of=date(2022, 12, 31), applicable=True, missing=()):
    indicator = SimpleNamespace(
        name=NAMES[name], short_name=NAMES[name], unit="đảng viên" if name == "b" else "tổ chức"
    )
    attainment = attain(
        actual=actual, low=low, high=low if high is None else high, reported=actual is not None,
        applicable=applicable, progress=progress(year, as_of),
    )  # fmt: skip
    return Figure(None, indicator, year, attainment, None, tuple(missing))


def said(rows, as_of=date(2022, 12, 31), language="vi", **options):
    figures = [figure(*row[:4], as_of=as_of, **(row[4] if len(row) > 4 else {})) for row in rows]
    with translation.override(language):
        return re.sub("</?b>", "", lede(figures, as_of, **options))


RUNNING = date(2022, 9, 30)
CASES = {
    "all met": (
        [("a", 5, 5, 7), ("c", 56, 40, 40)],
        date(2022, 12, 31),
        "Năm 2022 đạt cả 2 chỉ tiêu được giao. Công đoàn mới vượt mức giao (140%).",
    ),
    "one target, met": ([("a", 5, 5, 7)], date(2022, 12, 31), "Năm 2022 đạt chỉ tiêu duy nhất được giao."),
    "some met, some silent, some never assigned": (
        [("a", 6, 5, 5), ("b", 31, 50, 100), ("c", None, 8, 8), ("d", 3, None, None)],
        date(2022, 12, 31),
        "Năm 2022 đạt 1 trên 3 chỉ tiêu được giao. Tổ chức đảng mới vượt mức giao (120%). Kết nạp đảng viên đạt 62%, "
        "thiếu 19 đảng viên so với mức giao. Chưa báo cáo: Công đoàn mới. Chưa giao chỉ tiêu: Đoàn viên thanh niên.",
    ),
    "none met": (
        [("a", 4, 5, 7), ("b", 31, 50, 100)],
        date(2022, 12, 31),
        "Năm 2022 không đạt chỉ tiêu nào trong 2 chỉ tiêu được giao. Kết nạp đảng viên đạt 62%, thiếu 19 đảng viên so "
        "với mức giao. Cũng chưa đạt: Tổ chức đảng mới.",
    ),
    "none assigned": ([("a", 4, None, None)], date(2022, 12, 31), "Năm 2022 chưa được giao chỉ tiêu nào."),
    "nothing reported": (
        [("a", None, 5, 7), ("b", None, 50, 100)],
        date(2022, 12, 31),
        "Năm 2022 được giao 2 chỉ tiêu, chưa chỉ tiêu nào được báo cáo.",
    ),
    "not applicable is not missing": (
        [("a", 5, 5, 5), ("c", None, 8, 8, {"applicable": False})],
        date(2022, 12, 31),
        "Năm 2022 đạt chỉ tiêu duy nhất được giao.",
    ),
    "running: met and behind": (
        [("a", 5, 5, 7), ("b", 31, 50, 100), ("c", 56, 40, 40), ("d", None, 60, 60)],
        RUNNING,
        "Đến ngày 30/09/2022 đã đạt 2 trên 4 chỉ tiêu được giao. Công đoàn mới vượt mức giao (140%). Kết nạp đảng viên "
        "đạt 62%, chậm so với tiến độ; cần thêm 19 đảng viên đến hết ngày 31/12/2022. Chưa có số liệu: Đoàn viên "
        "thanh niên.",
    ),
    "running: on pace": (
        [("a", 4, 5, 7), ("c", 56, 40, 40), ("b", 300, 50, 100)],
        RUNNING,
        "Đến ngày 30/09/2022 đã đạt 2 trên 3 chỉ tiêu được giao. Kết nạp đảng viên vượt cao nhất (600%). "
        "Chỉ tiêu còn lại đang kịp tiến độ.",
    ),
    "running: all met": (
        [("a", 5, 5, 7), ("b", 50, 50, 100)],
        RUNNING,
        "Đến ngày 30/09/2022 đã đạt cả 2 chỉ tiêu được giao.",
    ),
    "running: none yet": (
        [("a", 1, 5, 7), ("b", 1, 50, 100)],
        RUNNING,
        "Đến ngày 30/09/2022 chưa hoàn thành chỉ tiêu nào trong 2 chỉ tiêu được giao. Kết nạp đảng viên đạt 2%, chậm "
        "so với tiến độ; cần thêm 49 đảng viên đến hết ngày 31/12/2022. Cũng chậm tiến độ: Tổ chức đảng mới.",
    ),
    "running: silent": (
        [("a", None, 5, 7)],
        RUNNING,
        "Đến ngày 30/09/2022 chưa có số liệu của 1 chỉ tiêu được giao.",
    ),
    "not begun": (
        [("a", None, 5, 7), ("b", None, None, None)],
        date(2021, 12, 31),
        "Đến ngày 31/12/2021 chưa sang năm 2022; đã giao 1 chỉ tiêu. Chưa giao chỉ tiêu: Kết nạp đảng viên.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_sentence_fits_the_state(case):
    rows, as_of, expected = CASES[case]

    assert said(rows, as_of) == expected


@pytest.mark.parametrize("case", CASES)
def test_the_english_sentence_has_no_gap_and_no_vietnamese_but_the_names(case):
    rows, as_of, _expected = CASES[case]

    text = said(rows, as_of, "en")

    assert text.endswith(".") and "{" not in text and "  " not in text
    for name in (*NAMES.values(), "đảng viên", "tổ chức"):
        text = text.replace(name, "")
    assert text.isascii()


def test_one_and_many_are_told_apart_in_english():
    assert said([("a", 4, 5, 5)], RUNNING, "en").endswith("The one not yet reached is on pace.")
    assert "all 2 targets assigned were met" in said([("a", 5, 5, 5), ("b", 5, 5, 5)], language="en")
    assert "the one target assigned was met" in said([("a", 5, 5, 5)], language="en")


def test_the_zones_that_are_missing_are_named_and_many_are_counted():
    names = {"X": "Khu X", "Y": "Khu Y", "Z": "Khu Z", "W": "Khu W"}

    few = said([("a", 5, 5, 5, {"missing": ["X", "Y"]})], zone_names=names)
    many = said([("a", 5, 5, 5, {"missing": ["X", "Y"]}), ("b", 5, 5, 5, {"missing": ["Z", "W"]})], zone_names=names)

    assert few.endswith("Số liệu chưa đủ: còn Khu X, Khu Y chưa báo cáo hết.")
    assert many.endswith("Số liệu chưa đủ: còn Khu W, Khu X và 2 đơn vị khác chưa báo cáo hết.")


def test_what_comes_from_the_data_is_escaped():
    row = figure("a", 1, 5)
    row.indicator.short_name = "<script>"

    assert "&lt;script&gt;" in lede([row], date(2022, 12, 31))


def test_a_target_of_nothing_has_no_percent_and_breaks_nothing():
    assert said([("a", 3, 0, 0), ("b", 0, 0, 5)]) == "Năm 2022 đạt cả 2 chỉ tiêu được giao."
