"""Imports whose rows were merged with others meanwhile: what was merged stays, and is undone whole once separated."""

from datetime import date

import pytest

from imports.undo import undo_batch
from organizations import actions, audit
from organizations.models import Enterprise, Organization
from tests import make
from tests.imports.digest import differences, digest
from tests.imports.files import FILES, before, written


@pytest.fixture
def office(kkt, admin, dinh_vu, trang_due):
    def take(*kinds):
        return [written(FILES[kind](), by=admin, zone=kkt, kind=kind, corrections="Đếm lại") for kind in kinds]

    return take


def recorded_by_hand(model, zone):
    if model is Enterprise:
        return make.enterprise("Công ty ghi tay", zone=zone, workers=9, workers_on=date(2020, 2, 2))
    return make.organization("Chi bộ ghi tay", zone=zone, on=date(2020, 1, 1), members=9)


@pytest.mark.parametrize("stays", ["by hand", pytest.param("imported", marks=pytest.mark.full)])
@pytest.mark.parametrize(
    ("kind", "model"),
    [("enterprises", Enterprise), *((kind, Organization) for kind in ("organizations", "headcounts", "events")),
     ("headcounts", Enterprise), ("organizations", Enterprise)],
)  # fmt: skip
def test_lines_about_a_row_merged_since_stay_until_it_is_separated(office, kkt, admin, kind, model, stays):
    office(*before(kind))
    by_hand = recorded_by_hand(model, kkt)
    was = digest()
    (batch,) = office(kind)
    did = digest()
    own = model.objects.live().exclude(pk=by_hand.pk)
    imported = own.filter(sector="party").first() if model is Organization else own.get(name="Công ty Một")
    survivor, duplicate = (by_hand, imported) if stays == "by hand" else (imported, by_hand)
    actions.merge_duplicates(survivor=survivor, duplicate=duplicate, by=admin, reason="Là một")
    assert audit.differences() == []
    merged = digest()
    rehearsed = undo_batch(batch, by=admin, dry_run=True)
    assert differences(merged, digest()) == {}
    assert rehearsed.kept or stays == "imported"

    actions.unmerge(duplicate=duplicate, by=admin, reason="Là hai")
    assert differences(did, digest()) == {}
    undone = undo_batch(batch, by=admin)
    assert (undone.kept, undone.blocked) == ([], [])
    assert differences(was, digest()) == {}
    assert audit.differences() == []


def test_an_import_about_the_survivor_is_undone_though_another_row_is_merged_into_it(office, kkt, admin):
    office(*before("events"))
    by_hand = recorded_by_hand(Organization, kkt)
    survivor = Organization.objects.live().exclude(pk=by_hand.pk).filter(sector="party").first()
    make.admission(by_hand, 3, on=date(2025, 3, 3))
    actions.merge_duplicates(survivor=survivor, duplicate=by_hand, by=admin, reason="Là một")
    was = digest()
    (batch,) = office("events")
    undone = undo_batch(batch, by=admin)

    assert (undone.kept, undone.blocked) == ([], [])
    assert differences(was, digest()) == {}
    assert audit.differences() == []
