"""A period that was accepted takes nothing more, whichever way it comes, until the board reopens it."""

import pytest
from django.core.management import get_commands
from django.db import transaction
from django.urls import get_resolver

from nq28.api import router
from organizations.admin import office
from organizations.entry.happenings import HAPPENINGS
from organizations.forms.acts import ACTS
from organizations.models import LedgerHead
from reports.snapshots.actions import reopen
from tests import locked, make
from tests.locked import Desk
from tests.test_access import names_of
from tests.traces import contents

KINDS_OF_FILES = list(locked.FILES)
BEFOREHAND = "a target decided in December of the year before"
PROMISED = locked.PROMISED["youth_members"]
FREE_ACTS = {"renamed"}  # a name counts nothing

# Where something may be written: the ways by which a fact of the closed period is tried there, or why none is.
# A page, an answer or a form that is not told of here fails the build.
READ = "only read"
OWN = "what belongs to one person, or how they sign in"
REGISTER = "names, places and papers: no fact is dated by it"
CATALOGUE = "what is counted from now on"
STEPS = ("reports:snapshot", "snapshots")  # frozen reports close and open periods: each step is tried beside them
STAGED = "looked at before it is written; what writes is imports:confirm"
PAGES = {
    "organizations:act": {kind: locked.act(kind) for kind in ACTS if kind not in FREE_ACTS},
    "organizations:organization_new": {"": locked.found},
    "organizations:handover": {"": locked.hand_over},
    "organizations:entry": {code: locked.entry(code) for code in HAPPENINGS if code not in FREE_ACTS},
    "organizations:entry_undo": {"": locked.take_entry_back},
    "organizations:correct": {
        "": locked.correct_event, "out of it": locked.correct_out_of_it, "into it": locked.correct_into_it,
    },
    "organizations:reverse": {"": locked.reverse_event},
    "organizations:headcount": {"members": locked.count, "workers": locked.count_workers},
    "organizations:headcount_correct": {"": locked.correct_count, "into it": locked.move_count_into_it},
    "organizations:rate": {"": locked.rate},
    "organizations:ratings": {"": locked.rate_many},
    "organizations:source": {"": locked.count_sources},
    "organizations:rating_correct": {"": locked.correct_rating},
    "organizations:source_correct": {"withdrawn": locked.withdraw_source},
    "organizations:duplicate_pair": {"": locked.merge_duplicates},
    "organizations:duplicate_separate": {"": locked.separate_duplicates},
    "organizations:enterprise_new": {"with its workers": locked.enterprise_with_workers},
    "organizations:enterprise_edit": {"another park": locked.enterprise_moves},
    "organizations:enterprises_bulk": {"another park": locked.enterprises_move},
    "organizations:organization_edit": {
        "no longer covers": locked.coverage_ends, "covers": locked.coverage_begins, "is led by": locked.coverage_leads,
    },
    "reports:grid": {
        "joined": locked.grid(), "left": locked.grid(sheet="left"), "members": locked.grid(sheet="members"),
    },
    "reports:grid_save": {"": locked.grid_cell},
    "reports:targets": {
        "new": locked.target, "revised": locked.revise_target, "taken back": locked.take_target_back,
        "by a decision in it": locked.target_decided_in_it, BEFOREHAND: locked.target_decided(),
    },
    "reports:declarations": {part: locked.declaration(part) for part in ("Q1", "9M", "year")},
    "imports:confirm": {
        **{kind: locked.wizard(kind) for kind in KINDS_OF_FILES}, BEFOREHAND: locked.wizard("targets", PROMISED),
    },
    "imports:undo": {"": locked.undo_page, BEFOREHAND: locked.of_assigned(locked.undo_page)},
    **dict.fromkeys(
        ["organizations:organizations_bulk", "organizations:decision_new", "organizations:decision_edit",
         "organizations:decision_scans", "organizations:scan_withdraw", "organizations:duplicate_distinct"],
        REGISTER,
    ),
    **dict.fromkeys(["reports:indicator_edit", "reports:indicator_move", "reports:indicator_new",
                     "reports:indicator_use", "reports:indicators"], CATALOGUE),
    **dict.fromkeys(
        [f"imports:{name}" for name in ("index", "upload", "columns", "convert", "mend", "row", "fix_row", "again",
                                        "discard")],
        STAGED,
    ),
    **dict.fromkeys(
        ["two_factor:login", "two_factor:setup", "two_factor:qr", "two_factor:profile", "two_factor:disable",
         "two_factor:backup_tokens", "password_change", "session", "language", "theme", "logout",
         "organizations:view_save", "organizations:view_delete"],
        OWN,
    ),
    **dict.fromkeys(
        ["home", "search", "healthz", "reports:dashboard", "reports:figure", "reports:task", "reports:index",
         "reports:download", "imports:batch", "imports:batch_file", "imports:template", "imports:marked",
         "imports:targets",
         "organizations:event", "organizations:enterprise", "organizations:enterprises",
         "organizations:enterprises_export", "organizations:organization", "organizations:organizations",
         "organizations:organizations_export", "organizations:find_match", "organizations:find_decision",
         "organizations:find_enterprises", "organizations:find_organizations", "organizations:entry_done",
         "organizations:duplicates", "organizations:decision", "organizations:decisions",
         "organizations:decision_scan"],
        READ,
    ),
}  # fmt: skip
API = {
    ("events", "create"): {"": locked.api_event},
    ("events", "correct"): {"": locked.api_correct},
    ("headcounts", "create"): {"": locked.api_count},
    ("headcounts", "correct"): {"": locked.api_correct_count},
    ("declarations", "create"): {"": locked.api_declaration},
    ("enterprises", "create"): {"with its workers": locked.api_enterprise},
    ("organizations", "create"): {"": locked.api_founding},
    ("organizations", "update"): {
        "no longer covers": locked.api_coverage_ends("PUT"),
        "covers": locked.api_coverage_begins("PUT"),
    },
    ("organizations", "partial_update"): {
        "no longer covers": locked.api_coverage_ends("PATCH"),
        "is led by": locked.api_coverage_begins("PATCH", lead=True),
    },
    ("enterprises", "update"): {"another park": locked.api_move("PUT")},
    ("enterprises", "partial_update"): {"another park": locked.api_move("PATCH")},
    **dict.fromkeys([("zones", "create"), ("parks", "create")], REGISTER),
    **dict.fromkeys([("decisions", name) for name in ("create", "update", "partial_update")], REGISTER),
    ("targets", "create"): {BEFOREHAND: locked.api_target},
    ("targets", "update"): {
        "": locked.api_revision("PUT", range="8"),
        "taken back": locked.api_revision("PUT", range=None),
        BEFOREHAND: locked.api_revision("PUT", range="8", decided=True),
    },
    ("targets", "partial_update"): {"": locked.api_revision("PATCH", high=9)},
    ("imports", "create"): {
        **{kind: locked.api_file(kind) for kind in KINDS_OF_FILES},
        BEFOREHAND: locked.api_file("targets", PROMISED),
    },
    ("imports", "undo"): {"": locked.undo_api, BEFOREHAND: locked.of_assigned(locked.undo_api)},
    **dict.fromkeys(
        [("indicators", name) for name in ("create", "update", "partial_update", "destroy")],
        CATALOGUE,
    ),
}
ADMINISTRATION = {
    "organizations.organization": {"add": locked.admin_organization},
    "organizations.enterprise": {"add": locked.admin_enterprise, "another park": locked.admin_move},
    "organizations.coverage": {"add": locked.admin_coverage},
    "targets.target": {
        "add": locked.admin_target, "change": locked.admin_revision, BEFOREHAND: locked.admin_revision_decided,
    },
    **dict.fromkeys(
        ["organizations.zone", "organizations.park", "organizations.parkalias", "organizations.parkzone",
         "organizations.decision", "organizations.organizationtype", "accounts.user",
         "organizations.assignment", "targets.indicator", "targets.term", "targets.resolution"],
        REGISTER,
    ),
}  # fmt: skip
COMMANDS = {
    "import_workbook": {
        **{kind: locked.command_file(kind) for kind in KINDS_OF_FILES},
        BEFOREHAND: locked.command_file("targets", PROMISED),
    },
    "undo_import": {"": locked.undo_command, BEFOREHAND: locked.of_assigned(locked.undo_command)},
    "load_demo": "refuses a database that holds anything",
    **dict.fromkeys(["create_user", "clean_uploads", "make_report_templates"], OWN),
    **dict.fromkeys(["attainment", "report", "check_ledger", "verify_snapshot"], READ),
}
TABLES = {"page": PAGES, "api": API, "admin": ADMINISTRATION, "command": COMMANDS}
WAYS = {
    f"{table} {place} {name}".strip(): way
    for table, places in TABLES.items()
    for place, ways in places.items()
    if isinstance(ways, dict)
    for name, way in ways.items()
}


def test_every_place_where_something_is_written_is_in_the_tables():
    routed = {
        name for name in names_of(get_resolver().url_patterns) if not name.startswith(("api:", "admin:", "djdt:"))
    }
    answers = {
        (prefix, action)
        for prefix, viewset, _base in router.registry
        for route in router.get_routes(viewset)
        for method, action in router.get_method_map(viewset, route.mapping).items()
        if method != "get"
    }
    written = {
        model._meta.label_lower
        for model, page in office._registry.items()
        if getattr(page, "on_add", ()) or getattr(page, "on_change", ())
    }
    rooms = ("accounts", "organizations", "targets", "imports", "reports")
    commands = {name for name, room in get_commands().items() if room in rooms}

    routed = {name for name in routed if not name.startswith(STEPS)}
    answers = {(prefix, action) for prefix, action in answers if prefix not in STEPS}
    assert routed ^ PAGES.keys() == set(), "say of each page how something of a closed period is tried there"
    assert answers - API.keys() == set()
    assert written ^ ADMINISTRATION.keys() == set()
    assert commands ^ COMMANDS.keys() == set()


def lines():
    """How many lines all ledgers hold."""
    return sum(LedgerHead.objects.values_list("seq", flat=True))


# What a refused file leaves: the file itself and what was found in it, for the person who sent it.
KEPT_OF_FILES = {"imports_upload", "imports_stagedrow", "organizations_batch", "organizations_batchrow"}


def try_all(ways, whose, subtests, period="2024"):
    """Each way is refused while the period is closed, and leads on once it is open again."""
    desk = Desk()
    zone = desk.zone if whose == "own" else desk.zone.parent
    board = make.user("minh", role="board")
    snapshot = make.snapshot(zone=zone, period=period, state="accepted", decided_by=board)
    days = f"{snapshot.first_day:%d/%m/%Y}–{snapshot.last_day:%d/%m/%Y}"
    told = (days, str(zone), snapshot.lock.reason, "Ban Tổ chức Thành ủy có thể mở lại")
    closed = contents()

    for name, way in ways.items():
        with subtests.test(name), transaction.atomic():
            words = way(desk)()
            assert [word for word in told if word not in words] == [], words[-1200:]
            touched = {table for table, rows in contents().items() if rows != closed[table]}
            assert touched - (KEPT_OF_FILES if "imports" in name else set()) == set()
            transaction.set_rollback(True)

    reopen(snapshot=snapshot, by=board, reason="Bổ sung số liệu")
    for name, way in ways.items():
        with subtests.test(f"{name}, reopened"), transaction.atomic():
            deed, before = way(desk), lines()
            words = deed()
            assert lines() > before, words[-1200:]
            transaction.set_rollback(True)


def test_a_sample_of_all_ways_writes_nothing_in_an_accepted_period(db, subtests):
    try_all(dict(list(WAYS.items())[::9]), "own", subtests)


@pytest.mark.full
@pytest.mark.parametrize("whose", ["own", "above"])
def test_nothing_is_written_in_an_accepted_period_until_it_is_reopened(db, whose, subtests, record_property):
    record_property("ways", len(WAYS))

    try_all(WAYS, whose, subtests)


@pytest.mark.parametrize(
    ("period", "names"),
    [
        ("2024-Q1", ["page reports:targets", "command undo_import"]),
        pytest.param("2024-6M", ["page", "api", "admin", "command"], marks=pytest.mark.full),
        pytest.param("2024-Q3", ["page", "api", "admin", "command"], marks=pytest.mark.full),
    ],
)
def test_an_accepted_part_of_a_year_keeps_its_targets_whenever_they_were_decided(db, period, names, subtests):
    ways = {name: way for name, way in WAYS.items() if BEFOREHAND in name and name.startswith(tuple(names))}

    try_all(ways, "own", subtests, period)


def test_a_decision_taken_after_an_accepted_part_assigns_the_rest_of_the_year(db):
    desk = Desk()
    make.snapshot(zone=desk.zone, period="2024-6M", state="accepted")
    for day, written in (("30/06/2024", 0), ("01/07/2024", 1)):
        deed, before = locked.target_decided(number=f"92-QĐ/{day[:2]}", issued_on=day)(desk), lines()
        words = deed()
        assert (lines() > before) == bool(written), words[-1200:]


def test_names_papers_and_earlier_facts_stay_free(db, subtests):
    """What counts nothing in the closed period, or is dated before it: the stock in it changes, and that is shown."""
    desk = Desk()
    make.snapshot(zone=desk.zone, period="2024", state="accepted")
    earlier = {"number": "3-QĐ/ĐU", "issued_on": "01/12/2023", "issuer": locked.PAPER["issuer"]}
    ways = {
        "a name": locked.act("renamed")(desk),
        "an earlier admission": desk.post(f"/organizations/{desk.spare.pk}/admitted/", earlier | locked.COUNTED),
        "what a decision says of itself": desk.page(
            "organizations:decision_edit", desk.admission.decision_id, signer="Trần Thị Ký", reason="Bổ sung"
        ),
        "an enterprise": desk.page("organizations:enterprise_edit", desk.host.pk, countries="Lào", reason="Bổ sung"),
        "an organisation's code": desk.page("organizations:organization_edit", desk.spare.pk, code="CB-9"),
        "coverage without a day": locked.coverage_begins(desk, covered_from=""),
        "coverage that ended before": locked.coverage_ends(desk, day="31/12/2023"),
    }
    for name, deed in ways.items():
        with subtests.test(name):
            before = lines()
            words = deed()
            assert lines() > before, words[-1200:]

    neighbour = make.organization(zone=desk.other, on=locked.IN_IT)
    assert neighbour.founded_on == locked.IN_IT
