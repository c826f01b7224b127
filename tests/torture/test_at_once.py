"""Several people at the same moment: nothing is lost, nothing is there twice, nobody is turned away."""

from collections import Counter

import pytest

from organizations import audit
from organizations.models import Batch, Event, Organization, YearTotal
from targets.models import TargetVersion
from tests.torture import office
from tests.torture.office import BELOW, BESIDE, DAY, KINDS, WITHOUT_HEAD, ZONE

ACTS = 30  # of a clerk while an import runs
FEW, MANY = 60, 1500
COUNTS = ("enterprises", "headcounts")
# Eight processes start for these: the default suite has tests/organizations/test_together.py.
few_or_many = pytest.mark.parametrize(
    "lines", [pytest.param(FEW, marks=pytest.mark.full), pytest.param(MANY, id="many", marks=pytest.mark.full)]
)


@pytest.fixture(autouse=True)
def counted(request, record_property):
    """What `make verify` says it has counted."""
    if "lines" in request.fixturenames:
        record_property("at once", 8)
        record_property("lines a file", request.getfixturevalue("lines"))


def importing(file, zone=ZONE):
    options = ["--zone", zone] if zone else []
    return ("command", "import_workbook", str(file), "--json", *options)


def undoing(batch):
    return ("command", "undo_import", str(batch), "--json")


def all_written(answers):
    """Every import was taken in; the sums of what they did."""
    assert [answer.get("failed", answer.get("errors")) for answer in answers if answer.get("code") != 0] == []
    return Counter(
        {name: sum(answer[name] for answer in answers) for name in ("created", "updated", "unchanged", "rejected")}
    )


def once(lines, times):
    """What ``times`` imports of the same lines add up to when the lines are there once."""
    return Counter(created=lines, updated=0, unchanged=lines * (times - 1), rejected=0)


def whole_batches():
    """Every batch has the lines it says it has; nothing differs from the ledger."""
    for batch in Batch.objects.filter(undoes=None):
        lines = Counter(batch.rows.values_list("outcome", flat=True))
        assert (lines["created"], lines["updated"]) == (batch.created, batch.updated)
    assert audit.differences() == []
    return True


# ------------------------------------------------------------------------------------------ the same file


@few_or_many
@pytest.mark.parametrize(
    "kind", ["organizations", "events", "targets", *(pytest.param(kind, marks=pytest.mark.full) for kind in COUNTS)]
)
def test_the_same_file_eight_times_at_once_is_there_once(database, eight, tmp_path, kind, lines):
    file = office.written(tmp_path, kind, getattr(office, kind)(ZONE, lines))
    before = Batch.objects.count()
    answers = eight.at_once(*[importing(file, None if kind == "targets" else ZONE)] * 8)

    assert all_written(answers) == once(lines, 8)
    assert Batch.objects.count() == before + 1
    assert whole_batches()


@pytest.mark.full
def test_the_same_file_eight_times_at_once_into_a_zone_that_has_recorded_nothing(database, eight, tmp_path):
    file = office.written(tmp_path, "moi", office.organizations(WITHOUT_HEAD, 50))
    answers = eight.at_once(*[importing(file, WITHOUT_HEAD)] * 8)

    assert all_written(answers) == once(50, 8)
    assert Organization.objects.filter(zone__code=WITHOUT_HEAD).count() == 50
    assert whole_batches()


@few_or_many
@pytest.mark.parametrize("kind", ["events", "headcounts"])
def test_the_same_file_from_a_zone_and_from_the_zone_above_is_there_once(database, eight, tmp_path, kind, lines):
    """The rows belong to the lower zone, whichever is named."""
    file = office.written(tmp_path, kind, getattr(office, kind)(BELOW, lines, unions_of_zone=15))
    answers = eight.at_once(*[importing(file, ZONE), importing(file, BELOW)] * 4)

    assert all_written(answers) == once(lines, 8)
    assert whole_batches()


# ------------------------------------------------------------------------------------------ different files


@few_or_many
def test_eight_files_of_eight_zones_at_once_are_all_there(database, eight, tmp_path, lines):
    """They quote the same new issuers and decisions."""
    files = [office.written(tmp_path, zone, office.events(zone, lines, unions_of_zone=15)) for zone in BESIDE]
    answers = eight.at_once(*map(importing, files, BESIDE))

    assert all_written(answers)["created"] == 8 * lines
    for zone in BESIDE:
        assert Event.objects.filter(zone__code=zone, kind="joined").count() == lines
    assert whole_batches()


@few_or_many
def test_eight_files_of_one_zone_at_once_are_all_there(database, eight, tmp_path, lines):
    starts = range(10_000, 26_000, 2000)
    files = [office.written(tmp_path, f"{start}", office.organizations(ZONE, lines, start)) for start in starts]
    answers = eight.at_once(*map(importing, files))

    assert all_written(answers)["created"] == 8 * lines
    assert Organization.objects.filter(zone__code=ZONE).count() == office.UNIONS + 8 * lines
    assert whole_batches()


@few_or_many
def test_files_of_all_kinds_in_one_zone_at_once_are_all_there(database, eight, tmp_path, lines):
    rows = {kind: getattr(office, kind)(ZONE, lines) for kind in KINDS}
    rows |= {
        "later": office.events(ZONE, lines, day=DAY.replace(year=2026)),
        "more": office.organizations(ZONE, lines, 5000),
        "others": office.enterprises(ZONE, lines, 5000),
    }
    acts = [importing(office.written(tmp_path, name, rows[name]), None if name == "targets" else ZONE) for name in rows]
    answers = eight.at_once(*acts)

    assert all_written(answers)["created"] == 8 * lines
    assert whole_batches()


@pytest.mark.full
def test_targets_that_quote_the_same_new_papers_crosswise_are_all_there(database, eight, tmp_path):
    """Each file is of two zones; one quotes in the first what the other quotes in the second."""
    header, *rows = office.targets(ZONE, 8 * 60)
    files = []
    for place in range(0, 8, 2):
        lines = [header]
        for half, zone in enumerate(BESIDE[place : place + 2]):
            papers = range(25) if (half + place // 2) % 2 else range(25, 50)
            own = [row for row in rows if row[0] == zone]
            lines += [[*row[:4], f"{papers[line % 25]}-CT/BTC", DAY] for line, row in enumerate(own)]
        files.append(office.written(tmp_path, f"{place}", lines))
    answers = eight.at_once(*[importing(file, zone) for file, zone in zip(files, [None, "HP"] * 2, strict=True)])

    assert all_written(answers)["created"] == 8 * 48
    assert TargetVersion.objects.count() == 8 * 48
    assert whole_batches()


# ------------------------------------------------------------------------------------------ beside other acts


@few_or_many
def test_an_import_beside_clerks_who_record_single_acts_loses_nothing(database, eight, tmp_path, lines):
    rows = office.events(ZONE, lines)
    file = office.written(tmp_path, "events", rows)
    clerks = [("join", ZONE, ACTS, size, 100 + size) for size in (1, 2, 3)]
    imported, *acts = eight.at_once(importing(file), *clerks)

    assert all_written([imported]) == once(lines, 1)
    assert acts == [ACTS] * 3
    in_file = sum(row[-1] for row in rows[1:])
    sums = YearTotal.objects.filter(zone__code=ZONE, kind="joined").values_list("quantity", flat=True)
    assert sum(sums) == in_file + ACTS * (1 + 2 + 3)
    assert whole_batches()


@pytest.mark.full
def test_one_of_two_who_undo_an_import_at_once_undoes_it_and_the_other_is_told(database, eight, tmp_path):
    file = office.written(tmp_path, "events", office.events(ZONE, 60))
    (imported,) = eight.at_once(importing(file))
    answers = eight.at_once(*[undoing(imported["batch"])] * 4)

    assert sorted(answer["code"] for answer in answers) == [0, 1, 1, 1]
    assert sum(answer["reversed_count"] for answer in answers if answer["code"] == 0) == 60
    assert Batch.objects.filter(undoes=imported["batch"]).count() == 1
    for answer in answers:
        assert answer["code"] == 0 or f"#{imported['batch']}" in answer["message"]
    assert whole_batches()


@pytest.mark.full
def test_an_import_beside_its_own_undoing_is_there_whole_or_not_at_all(database, eight, tmp_path):
    file = office.written(tmp_path, "events", office.events(ZONE, 60))
    (first,) = eight.at_once(importing(file))
    undone, *again = eight.at_once(undoing(first["batch"]), *[importing(file)] * 3)

    assert undone["code"] == 0
    created = all_written(again)["created"]
    assert created in (0, 60)
    assert Event.objects.live().filter(kind="joined").count() == created
    assert whole_batches()
