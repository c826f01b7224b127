"""A rate that was frozen: what of it nobody knew, and what has moved it since."""

from datetime import date

import pytest
import time_machine

from organizations import actions as organizations
from reports.snapshots import actions
from reports.snapshots.verify import verify
from targets.models import Indicator
from targets.periods import Period
from tests import make

from .test_rate_figures import rate_of

pytestmark = pytest.mark.django_db
YEAR, END, EVE = Period(2024), date(2024, 12, 31), date(2023, 12, 31)


@pytest.fixture(autouse=True)
def later():
    with time_machine.travel("2026-03-01T08:00:00+07:00", tick=True):
        Indicator.objects.all().delete()
        yield


@pytest.fixture
def coverage(db):
    return rate_of("enterprise_coverage")


@pytest.fixture
def admissions(db):
    return rate_of("admission_rate")


def draft(zone):
    return actions.draft(zone=zone, period=YEAR, as_of=END, by=make.system())


def frozen(zone):
    row = draft(zone).figures.get()
    return row.no_figure, row.unknown, row.read_on


def test_what_of_a_rate_nobody_had_counted_is_frozen_with_the_day_it_was_read(kkt, admissions):
    cell = make.organization(zone=kkt, on=date(2023, 5, 1))
    make.organization(zone=kkt, on=date(2023, 5, 1))
    assert frozen(kkt) == ("unknown", 2, EVE)
    organizations.record_headcount(subject=cell, total=20, on=EVE, by=make.system())
    actions.withdraw(snapshot=kkt.snapshots.get(), by=make.system(), reason="Nhập thêm")
    assert frozen(kkt) == ("", 1, EVE)


def test_a_rate_of_nothing_is_frozen_as_such_and_not_as_unreported(kkt, coverage):
    assert frozen(kkt) == ("nothing", 0, END)
    assert verify(kkt.snapshots.get()) == []


def test_a_count_has_nothing_unknown(kkt):
    Indicator.objects.create(code="x", name="Kết nạp", unit="người", sector="party", measure="members_admitted")
    assert frozen(kkt) == ("", None, None)
