"""Records the plan: the same actions as people's pages, in the order of days, each by the clerk of its zone."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import contextmanager
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from organizations import actions
from organizations.access import create_user
from organizations.models import Enterprise, Event, OrganizationType, Park, Role, Zone
from targets.actions import Saying, TargetDraft, assign_targets, declare_all
from targets.models import Declaration, Indicator
from targets.periods import Period

from .data import LAST_DAY, YEARS, cells, optional_date, rows
from .kinds import MERGED_IN, Act, Body, Fact, Host, Paper, Plan
from .plan import plan

PASSWORD = "du-lieu-mau-28"
ACCOUNTS = [  # username, role, zone, full name
    ("lan", Role.CLERK, "HP-KKT", "Nguyễn Thị Lan (mẫu)"),
    ("quan", Role.LEADER, "HP-KKT", "Trần Anh Quân (mẫu)"),
    ("minh", Role.BOARD, None, "Lê Văn Minh (mẫu)"),
    ("hoa", Role.CLERK, "HP-TN", "Phạm Thị Hoa (mẫu)"),
    ("admin", Role.ADMIN, None, "Quản trị hệ thống (mẫu)"),
]
SUMMARY = "Văn bản mẫu, không có thật"
REVISED = "Doanh nghiệp giảm đơn hàng, điều chỉnh theo đề nghị của Đảng ủy (dữ liệu mẫu)"


def is_empty() -> bool:
    """Whether nothing has been recorded yet: accounts alone do not count."""
    return not (Zone.objects.exists() or Enterprise.objects.exists())


def is_loaded() -> bool:
    return Enterprise.objects.filter(is_demo=True).exists()


def load() -> None:
    """Write the whole demonstration into an empty database, or nothing."""
    with _without_query_log(), transaction.atomic():
        Writer(plan()).write()


@contextmanager
def _without_query_log():
    """While DEBUG is on Django keeps the text of every statement: a fifth of the time of so many rows."""
    connection.make_debug_cursor = connection.make_cursor
    try:
        yield
    finally:
        del connection.make_debug_cursor


class Writer:
    def __init__(self, made: Plan):
        self.made = made

    def write(self):
        self.people_and_places()
        self.papers()
        self.enterprises()
        self.organizations()
        self.facts()
        self.targets()
        self.declarations()

    # ------------------------------------------------------------------ the map

    def people_and_places(self):
        """The administrator draws the map; then the others get their roles on it."""
        self.users, self.password = {}, make_password(PASSWORD)
        self._account("admin")
        admin = self.users["admin"]
        self.zones = {}
        for row in rows("zones.csv"):
            self.zones[row["code"]] = actions.create_zone(
                code=row["code"], name=row["name"], short_name=row["short_name"], kind=row["kind"], by=admin,
                parent=self.zones.get(row["parent"]), valid_from=optional_date(row["valid_from"]),
            )  # fmt: skip
        for username, *_rest in ACCOUNTS:
            if username != "admin":
                self._account(username)
        self.clerks = {row["code"]: self.users[row["clerk"]] for row in rows("zones.csv") if row["clerk"]}
        self.parks = {"": Park.objects.get(code=Park.NONE)}
        for row in rows("parks.csv"):
            if row["name"]:
                self.parks[row["name"]] = actions.create_park(
                    name=row["name"], zone=self.zones[row["zone"]], area_ha=row["area_ha"] or None, by=admin,
                    aliases=[alias for alias in row["aliases"].split(";") if alias],
                    valid_from=optional_date(row["since"]),
                )  # fmt: skip
        self.types = {row.code: row for row in OrganizationType.objects.all()}

    def _account(self, username):
        role, zone, full_name = next(row[1:] for row in ACCOUNTS if row[0] == username)
        user = create_user(username=username, role=role, zone=zone and self.zones[zone], full_name=full_name)
        user.password = self.password  # hashed once for all: it is no secret
        user.save(update_fields=["password"])
        self.users[username] = user

    # ------------------------------------------------------------------ the register

    def papers(self):
        for root, papers in _grouped(self.made.papers, lambda paper: paper.root).items():
            keys = {paper: actions.DecisionKey(paper.issuer, paper.number, paper.day) for paper in papers}
            found = actions.record_decisions(
                keys=keys.values(), zone=self.zones[root], by=self.clerks[root], summary=SUMMARY
            )
            for paper, key in keys.items():
                paper.row = found[key]

    def enterprises(self):
        for zone, hosts in _grouped(self.made.hosts, lambda host: host.zone).items():
            drafts = [
                actions.EnterpriseDraft({
                    "name": host.name, "tax_code": host.tax_code, "park": self.parks[host.park],
                    "legal_form": host.legal_form, "ownership": host.ownership, "countries": host.countries,
                    "status": host.status, "started_on": host.started_on,
                })
                for host in hosts
            ]  # fmt: skip
            written = actions.save_enterprises(zone=self.zones[zone], drafts=drafts, by=self.clerks[zone], is_demo=True)
            for host, row in zip(hosts, written, strict=True):
                host.row = row
        self._counts(self.made.hosts)

    def organizations(self):
        for zone, bodies in _grouped(self.made.bodies, lambda body: body.zone).items():
            drafts = {}
            for body in sorted(bodies, key=lambda body: body.day):
                drafts[body] = actions.OrganizationDraft(
                    body.name, self.types[body.born], body.paper and body.paper.row, body.code,
                    parent=drafts.get(body.parent), enterprises=[host.row for host in body.hosts],
                    members=body.members, note=body.note, kind=body.kind,
                    effective_on=None if body.paper else body.day,
                )  # fmt: skip
            actions.establish_many(zone=self.zones[zone], drafts=list(drafts.values()), by=self.clerks[zone])
            for body, draft in drafts.items():
                body.row = draft.row
        self._counts(self.made.bodies)

    def _counts(self, subjects):
        for clerk, owned in _grouped(subjects, lambda subject: self.clerks[subject.zone]).items():
            drafts = [
                actions.HeadcountDraft(subject.row, day, **count)
                for subject in owned
                for day, count in subject.counts.items()
            ]
            actions.record_headcounts(drafts=drafts, by=clerk)

    # ------------------------------------------------------------------ what happened

    def facts(self):
        """In bulk what comes before any act; then the acts, day by day, with what lies between; then the rest."""
        first_act: dict[Body, date] = {}
        for act in self.made.acts:
            for body in act.bodies():
                first_act[body] = min(act.day, first_act.get(body, date.max))
        recorded = [fact for body in self.made.bodies for fact in body.facts if fact.kind != MERGED_IN]
        self._record(fact for fact in recorded if fact.day <= first_act.get(fact.body, date.max))
        waiting: dict[Body, list[Fact]] = defaultdict(list)
        line = [(fact.day, 0, fact) for fact in recorded if fact.day > first_act.get(fact.body, date.max)]
        line += [(act.day, 1, act) for act in self.made.acts]
        for _day, _rank, item in sorted(line, key=lambda entry: entry[:2]):
            if isinstance(item, Fact):
                waiting[item.body].append(item)
            else:
                self._record(fact for body in item.bodies() for fact in waiting.pop(body, []))
                values = {name: self.resolve(value) for name, value in item.values.items()}
                item.row = getattr(actions, item.name)(by=self.clerks[item.clerk_of], **values)
        self._record(fact for facts in waiting.values() for fact in facts)

    def _record(self, facts: Iterable[Fact]):
        for root, some in _grouped(facts, lambda fact: fact.body.root).items():
            some.sort(key=lambda fact: fact.day)
            events = actions.record(drafts=[self._draft(fact) for fact in some], by=self.clerks[root])
            for fact, event in zip(some, events, strict=True):
                fact.row = event

    def _draft(self, fact: Fact):
        return actions.Draft(
            fact.kind, fact.body.row, effective_on=None if fact.paper else fact.day,
            decision=fact.paper and fact.paper.row, quantity=fact.mistyped or fact.quantity, female=fact.female,
            workers=fact.workers, note=fact.note,
        )  # fmt: skip

    def resolve(self, value):
        """The row that a planned thing stands for."""
        match value:
            case Body() | Host() | Paper() | Fact() | Act():
                return value.row
            case list():
                return [self.resolve(part) for part in value]
            case str() if value.startswith("type:"):
                return self.types[value.removeprefix("type:")]
            case str() if value.startswith("zone:"):
                return self.zones[value.removeprefix("zone:")]
        return value

    # ------------------------------------------------------------------ promises

    def targets(self):
        """The City Organization Board assigns each January; a revision follows in September with its reason."""
        board, city = self.users["minh"], self.zones["HP"]
        self.indicators = {row.code: row for row in Indicator.objects.all()}
        office = next(row for row in rows("issuers.csv") if row["sector"] == "targets")
        days = {(year, turn): day for year in YEARS for turn, day in enumerate((date(year, 1, 8), date(year, 9, 15)))}
        keys = {
            (year, turn): actions.DecisionKey(office["issuer"], office["number"].format(3 + 20 * turn), day)
            for (year, turn), day in days.items()
            if turn == 0 or any(cell.year == year and len(cell.targets) > 1 for cell in cells())
        }
        papers = actions.record_decisions(keys=keys.values(), zone=city, by=board, summary=SUMMARY)
        for turn in (0, 1):
            drafts = [
                TargetDraft(
                    self.zones[cell.zone], self.indicators[cell.indicator], cell.year, *cell.targets[turn],
                    decision=papers[keys[cell.year, turn]], published_percent=cell.published,
                )
                for cell in cells()
                if len(cell.targets) > turn
            ]  # fmt: skip
            assign_targets(drafts=drafts, by=board, reason=REVISED if turn else "")

    def declarations(self):
        """Silence is explained: a zone without an event of an indicator in a finished year says that it had none."""
        planned = {(cell.zone, cell.indicator, cell.year): cell for cell in cells()}
        parents = {row["code"]: row["parent"] for row in rows("zones.csv")}
        for code, indicator in self.indicators.items():
            live = Event.objects.live().of_indicator(indicator).order_by()
            heard = set(live.values_list("zone__code", "effective_on__year").distinct())
            for zone in self.clerks:
                for year in YEARS:
                    cell = planned.get((zone, code, year))
                    if parents[zone] != "HP":  # a cluster answers for itself wherever its committee reports
                        cell = planned[parents[zone], code, year]
                    if cell is None or (zone, year) in heard:
                        continue
                    if not cell.applicable:
                        value, reason = Declaration.Value.NOT_APPLICABLE, "Không có đối tượng theo dõi ở đơn vị"
                    elif cell.actual is not None and year < LAST_DAY.year:
                        value, reason = Declaration.Value.NOTHING, ""
                    else:
                        continue
                    saying = Saying.of(self.zones[zone], indicator, Period(year), value)
                    declare_all(sayings=[saying], by=self.clerks[zone], reason=reason, unusual="allow")


def _grouped(items, key) -> dict:
    groups = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups
