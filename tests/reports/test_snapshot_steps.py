"""Every state × act × person × author: a step is taken exactly where the table says, and refused without a trace.

The table here is written by hand, not read from the code.
"""

from contextlib import contextmanager
from itertools import product
from random import Random
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from organizations import access
from organizations.access import Scope
from organizations.models import Role
from organizations.problems import Conflict, Refused
from reports.models import Snapshot
from reports.snapshots import actions
from reports.snapshots.steps import steps_for
from targets.models import Indicator
from targets.periods import Period
from tests import make
from tests.api import Api
from tests.traces import contents

pytestmark = pytest.mark.django_db

YEAR = Period(2024)
STATES = ("draft", "submitted", "returned", "withdrawn", "accepted", "reopened")
ACTS = ("draft", "submit", "accept", "return", "reopen", "withdraw")
AUTHORS = ("neither", "drafter", "submitter", "both")

# state → act: the roles that may take it, of which one must be held in the zone. What is not here nobody may.
CLERKS, LEADERS, BOARD = {"clerk", "admin"}, {"leader"}, {"board"}
MAY = {
    ("draft", "submit"): LEADERS,
    ("draft", "withdraw"): CLERKS | LEADERS,
    ("submitted", "accept"): BOARD,
    ("submitted", "return"): BOARD,
    ("submitted", "withdraw"): CLERKS | LEADERS,
    ("returned", "draft"): CLERKS,
    ("withdrawn", "draft"): CLERKS,
    ("accepted", "reopen"): BOARD,
    ("reopened", "draft"): CLERKS,
}
NEVER_BY_AUTHORS = {"accept", "return"}
LEADS_TO = {
    "draft": "draft", "submit": "submitted", "accept": "accepted", "return": "returned", "reopen": "reopened",
    "withdraw": "withdrawn",
}  # fmt: skip

# person → the roles given, with the zone of each ("" the whole city); then those that count in HP-KKT
PEOPLE = {
    "clerk": ([("clerk", "HP-KKT")], {"clerk"}),
    "clerk of the city": ([("clerk", "HP")], {"clerk"}),
    "clerk below": ([("clerk", "HP-KKT-1")], set()),
    "clerk elsewhere": ([("clerk", "HP-KHAC")], set()),
    "leader": ([("leader", "HP-KKT")], {"leader"}),
    "leader elsewhere": ([("leader", "HP-KHAC")], set()),
    "board": ([("board", "")], {"board"}),
    "board elsewhere": ([("board", "HP-KHAC")], set()),
    "admin": ([("admin", "")], {"admin"}),
    "clerk and leader": ([("clerk", "HP-KKT"), ("leader", "HP-KKT")], {"clerk", "leader"}),
    "clerk and board": ([("clerk", "HP-KKT"), ("board", "")], {"clerk", "board"}),
    "leader and board": ([("leader", "HP-KKT"), ("board", "")], {"leader", "board"}),
    "admin and board": ([("admin", ""), ("board", "HP-KKT")], {"admin", "board"}),
    "all at once": (
        [("clerk", "HP-KKT"), ("leader", "HP-KKT"), ("board", ""), ("admin", "")],
        {"clerk", "leader", "board", "admin"},
    ),
    "superuser": ([("board", "")], {"admin"}),  # of whom only the administrator counts, whatever is assigned
    "system": ([], {"admin"}),
    "stranger": ([], set()),
}
EVERYBODY = list(product(PEOPLE, AUTHORS))
SAMPLE = [
    ("clerk and board", "drafter"), ("leader and board", "submitter"), ("all at once", "both"), ("board", "neither"),
    *Random(28).sample(EVERYBODY, 3),
]  # fmt: skip


def may(state, act, roles, author):
    if author != "neither" and act in NEVER_BY_AUTHORS:
        return False
    return bool(MAY.get((state, act), set()) & roles)


@pytest.fixture
def office(kkt, cluster, other_zone):
    """The zones, with one union; and who takes the steps that are not under test."""
    make.organization(zone=cluster, type="union_base")
    Indicator.objects.exclude(code="union_orgs").update(is_active=False)  # one figure is enough, and quick
    zones = {zone.code: zone for zone in (kkt, cluster, other_zone, make.city())}
    others = {
        role: make.user(role=role, zone=None if role == "board" else kkt) for role in ("clerk", "leader", "board")
    }
    return zones, others


def person(name, zones):
    if name == "system":
        return make.system()
    user = make.user()
    for role, code in PEOPLE[name][0]:
        access.assign(user=user, role=role, zone=zones.get(code))
    user.is_superuser = name == "superuser"
    user.save()
    access.forget_scope(user)
    return user


@contextmanager
def having_been(user, role):
    """As if ``user`` held the role: who drafted as a clerk may be of the board today."""
    user.__dict__["_scope"] = Scope(zone_ids=None, roles={Role(role): None})
    yield user
    access.forget_scope(user)


@contextmanager
def taken_back():
    """What happens within is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Attempts:
    """Takes every act with one person in one state after the other, and keeps what was not as the table says."""

    def __init__(self, zones, others, user, name, author, compare):
        self.zone, self.others, self.user = zones["HP-KKT"], others, user
        self.roles, self.author, self.compare = PEOPLE[name][1], author, compare
        self.wrong, self.count, self.name, self.said = [], 0, name, f"{name} as {author}"

    def drafted(self):
        with having_been(self.user, "clerk") if self.author in ("drafter", "both") else other(self, "clerk") as by:
            return actions.draft(zone=self.zone, period=YEAR, as_of=YEAR.last_day, by=by)

    def submitted(self, row):
        with having_been(self.user, "leader") if self.author in ("submitter", "both") else other(self, "leader") as by:
            return actions.submit(snapshot=row, by=by)

    def through_all_states(self):
        board, clerk = self.others["board"], self.others["clerk"]
        with taken_back():
            row = self.drafted()
            self.try_all("draft", row)
            with taken_back():
                self.try_all("withdrawn", actions.withdraw(snapshot=row, by=clerk, reason="Thiếu"))
            row = self.submitted(row)
            self.try_all("submitted", row)
            with taken_back():
                self.try_all("returned", actions.send_back(snapshot=row, by=board, reason="Thiếu"))
            row = actions.accept(snapshot=row, by=board)
            self.try_all("accepted", row)
            self.try_all("reopened", actions.reopen(snapshot=row, by=board, reason="Thiếu"))
        return self

    def try_all(self, state, row):
        assert row.state == state
        buttons = {step.value for step in steps_for(row, self.user)}
        before = contents() if self.compare else None
        for act in ACTS:
            self.count += 1
            wanted = may(state, act, self.roles, self.author)
            if act != "draft" and (act in buttons) != wanted:
                self.wrong.append(f"{self.said}: button {act} in {state}")
            done, written = self.take(act, row, wanted)
            if done != (LEADS_TO[act] if wanted else None):
                self.wrong.append(f"{self.said}: {act} in {state} gave {done}")
            if written and not wanted:
                self.wrong.append(f"{self.said}: {act} in {state} wrote {written[0]}")
        if self.compare and contents() != before:
            self.wrong.append(f"{self.said}: {state} left a trace")

    def take(self, act, row, wanted):
        """The state it led to, None when it was refused; and the statements that wrote."""
        written = []

        def listening(execute, sql, params, many, context):
            if sql.split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE"):
                written.append(sql)
            return execute(sql, params, many, context)

        stale = Snapshot.objects.get(pk=row.pk)
        with connection.execute_wrapper(listening):
            try:
                if not wanted:  # refused: nothing is taken back but by the act itself
                    return self.act(act, stale).state, written
                with taken_back():
                    return str(self.act(act, stale).state), written
            except (PermissionDenied, Conflict, Refused):
                return None, written

    def act(self, act, row):
        if act == "draft":
            return actions.draft(zone=self.zone, period=YEAR, as_of=YEAR.last_day, by=self.user)
        if act in ("submit", "accept"):
            return getattr(actions, act)(snapshot=row, by=self.user)
        name = "send_back" if act == "return" else act
        return getattr(actions, name)(snapshot=row, by=self.user, reason="Vì sao")


class OverHttp(Attempts):
    """The same through the API, where each refusal has its own status."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.api, self.state = Api(self.user), ""

    def try_all(self, state, row):
        self.state = state
        super().try_all(state, row)

    def act(self, act, row):
        if act == "draft":
            answer = self.api.post("/api/v1/snapshots/", {"zone": "HP-KKT", "period": "2024", "as_of": "2024-12-31"})
        else:
            body = {"reason": "Vì sao"} if act in ("return", "reopen", "withdraw") else {}
            path = f"/api/v1/snapshots/{row.pk}/{act}/"
            answer = self.api.post(path, body, **{"If-Match": f'"{row.version}"'})
        if answer.status_code != (wanted := self.status(act)):
            self.wrong.append(f"{self.said}: {act} in {self.state} is {answer.status_code}, not {wanted}")
        if answer.status_code >= 400:
            raise Conflict
        return SimpleNamespace(state=answer.json()["state"])

    def status(self, act):
        """What the API says: who may not see it, who may not do it, where it stands, whose it is."""
        if act == "draft":
            if not self.roles & CLERKS:
                return 404 if self.name in ("clerk below", "clerk elsewhere") else 403
            return 201 if (self.state, act) in MAY else 400
        if not self.roles:
            return 404
        if not self.roles & set().union(*(roles for (_state, each), roles in MAY.items() if each == act)):
            return 403
        if (self.state, act) not in MAY:
            return 409
        return 200 if may(self.state, act, self.roles, self.author) else 403


@contextmanager
def other(attempts, role):
    yield attempts.others[role]


def attempted(office, pairs, *, compare=False, way=Attempts):
    zones, others = office
    count, wrong = 0, []
    for name, author in pairs:
        found = way(zones, others, person(name, zones), name, author, compare).through_all_states()
        count, wrong = count + found.count, wrong + found.wrong
    return count, wrong


def test_a_step_is_taken_exactly_where_the_table_says(office):
    count, wrong = attempted(office, SAMPLE)
    assert wrong == []
    assert count == len(STATES) * len(ACTS) * len(SAMPLE)


@pytest.mark.full
def test_a_step_is_taken_exactly_where_the_table_says_by_everybody(office):
    count, wrong = attempted(office, EVERYBODY, compare=True)
    assert wrong == []
    assert count == len(STATES) * len(ACTS) * len(PEOPLE) * len(AUTHORS) == 2448


def test_it_is_the_same_over_http(office):
    count, wrong = attempted(office, SAMPLE[:2], way=OverHttp)
    assert wrong == [] and count == len(STATES) * len(ACTS) * 2


@pytest.mark.full
def test_it_is_the_same_over_http_for_everybody(office):
    signed_in = [(name, author) for name, author in EVERYBODY if name != "system"]
    count, wrong = attempted(office, signed_in, compare=True, way=OverHttp)
    assert wrong == []
    assert count == len(STATES) * len(ACTS) * (len(PEOPLE) - 1) * len(AUTHORS) == 2304
