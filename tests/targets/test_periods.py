"""The periods an office reports: what they are called, and which days they hold."""

from datetime import date

import pytest
from django.utils import translation

from targets.periods import Part, Period, periods_of


@pytest.mark.parametrize(
    ("code", "first", "last", "label"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31), "năm 2025"),
        ("2025-Q1", date(2025, 1, 1), date(2025, 3, 31), "quý I năm 2025"),
        ("2025-Q2", date(2025, 4, 1), date(2025, 6, 30), "quý II năm 2025"),
        ("2025-q4", date(2025, 10, 1), date(2025, 12, 31), "quý IV năm 2025"),
        ("2024-6M", date(2024, 1, 1), date(2024, 6, 30), "6 tháng đầu năm 2024"),
        (" 2024-9m ", date(2024, 1, 1), date(2024, 9, 30), "9 tháng đầu năm 2024"),
    ],
)
def test_a_period_is_read_from_its_code(code, first, last, label):
    period = Period.parse(code)
    assert (period.first_day, period.last_day) == (first, last)
    assert Period.parse(period.code) == period
    with translation.override("vi"):
        assert period.label == label


@pytest.mark.parametrize("code", ["", "25", "2025-Q5", "2025-Q0", "2025-H1", "2025-12", "quý I", "2025-6M-Q1", "٢٠٢٥"])
def test_what_is_no_period_is_refused_with_what_may_be_written(code):
    with pytest.raises(ValueError, match="2025-Q1, 2025-6M"):
        Period.parse(code)


@pytest.mark.parametrize("code", ["0000", "0001", "0999-Q4", "1929", "2101-6M", "9999"])
def test_a_period_of_a_year_nobody_reports_is_refused_naming_the_year(code):
    with pytest.raises(ValueError, match=f"“{code[:4]}”.*1930.*2100"):
        Period.parse(code)
    with pytest.raises(ValueError, match="1930"):
        Period(int(code[:4]), Part.Q1)


def test_every_period_there_is_can_be_read_back_from_its_code():
    assert [one for year in (1930, 2100) for one in periods_of(year) if Period.parse(one.code) != one] == []
    assert Period.between(date(1929, 1, 1), date(1929, 12, 31)) is None


def test_the_periods_of_a_year_come_in_the_order_in_which_they_end():
    codes = [period.code for period in periods_of(2025)]
    assert codes == ["2025-Q1", "2025-Q2", "2025-6M", "2025-Q3", "2025-9M", "2025-Q4", "2025"]
    assert periods_of(2025)[-1].is_year
    assert len(set(Part)) == len(codes)
