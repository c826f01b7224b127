"""Words change with the language, figures do not: 03/02/2026 is 3 February and 38.555 is a count everywhere."""

import datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import formats, translation
from django.utils.formats import FORMAT_SETTINGS, get_format


@pytest.fixture(params=["vi", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


def render(template, **values):
    return Template("{% load vi %}" + template).render(Context(values))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("03/02/2026", datetime.date(2026, 2, 3)),
        ("31/12/2025", datetime.date(2025, 12, 31)),
        ("3-2-2026", datetime.date(2026, 2, 3)),
        ("2026-02-03", datetime.date(2026, 2, 3)),
    ],
)
def test_djangos_own_date_box_has_the_day_first(language, typed, day):
    assert forms.DateField().clean(typed) == day
    assert forms.DateTimeField().clean(f"{typed} 08:30").date() == day


@pytest.mark.parametrize("typed", ["12/31/2025", "03/02/26", "31/02/2024"])
def test_no_date_is_read_month_first_or_with_half_a_year(language, typed):
    with pytest.raises(forms.ValidationError):
        forms.DateField().clean(typed)


def test_dates_are_shown_day_first(language):
    moment = datetime.datetime(2026, 2, 3, 8, 5)  # noqa: DTZ001 how it is shown does not depend on a zone
    assert formats.date_format(moment.date()) == "03/02/2026"
    assert formats.date_format(moment, "DATETIME_FORMAT") == "03/02/2026 08:05"
    assert Template("{{ day }}").render(Context({"day": moment.date()})) == "03/02/2026"
    assert 'value="03/02/2026"' in forms.DateInput().render("day", moment.date())


def test_no_format_comes_from_django(language):
    own = __import__(f"nq28.formats.{language}.formats", fromlist=["formats"])
    assert [name for name in FORMAT_SETTINGS if not hasattr(own, name)] == []
    assert get_format("DECIMAL_SEPARATOR") == ","


def test_years_and_ids_are_never_grouped(language):
    assert Template("{{ year }} {{ id }}").render(Context({"year": 2026, "id": 12345})) == "2026 12345"


def test_counts_percents_and_days_look_the_same_in_both_languages(language):
    assert render("{{ n|count }} {{ zero|count }} {{ none|count }}", n=38555, zero=0, none=None) == "38.555 0 —"
    assert render(
        "{{ p|percent }} {{ none|percent }} {{ text|percent }}", p=Decimal("105.25"), none=None, text="275.0"
    ) == ("105,3% — 275%")
    assert render("{{ d|day }} {{ none|day }}", d=datetime.date(2026, 2, 3), none=None) == "03/02/2026 —"


def test_a_moment_shows_its_day_in_viet_nam(language):
    late = datetime.datetime(2026, 2, 2, 20, tzinfo=datetime.UTC)
    assert render("{{ d|day }}", d=late) == "03/02/2026"
