"""Who was founded when, and how many members came: drawn by chance, bound to the figures of figures.csv."""

from datetime import date, timedelta
from hashlib import sha256
from random import Random

from .data import LAST_DAY, OPENING, YEARS, cells, rows
from .hosts import plan_hosts
from .kinds import Act, Body, Paper, Plan
from .members import WOMEN, plan_members
from .stories import late_stories, stories_of

# What existed when the books were opened: unions, cells with their least and most members, committees, youth
OPEN = {
    "HP-KKT": (92, [(31, 44)] * 9 + [(26, 26)] + [(7, 22)] * 4, 5, 14),
    "HP-TN": (14, [(30, 36)] * 2 + [(6, 20)] * 4, 1, 4),
    "HP-KT": (9, [(30, 33)] + [(5, 16)] * 3, 1, 3),
    "HP-HD": (26, [(30, 38)] * 2 + [(6, 24)] * 9, 3, 8),
}
NAMES = {
    "party_cell": "Chi bộ", "party_plain_cell": "Chi bộ", "party_committee": "Đảng bộ", "union_base": "Công đoàn cơ sở",
    "party_subcell": "Chi bộ trực thuộc", "youth_base": "Đoàn cơ sở", "youth_base_cell": "Chi đoàn cơ sở",
}  # fmt: skip
TAKEN_OVER = "Số dư khi mở sổ"
SHORT = {"party": "CB", "union": "CD", "youth": "DTN"}
HOLIDAYS = {(1, 1), (4, 30), (5, 1), (9, 1), (9, 2)}
PLAIN_CELLS = date(2026, 7, 26)  # from this day a cell of the grassroots is called "chi bộ"


def plan() -> Plan:
    """The whole demonstration, the same every time."""
    made = Plan(hosts=plan_hosts(Random(28)))
    for root in OPEN:
        Group(made, root).fill()
    late_stories(made, Random(2028))
    _collect_papers(made)
    _number(made.papers, Random(282))
    _codes(made.bodies)
    return made


def digest(made: Plan) -> str:
    """One hash of everything planned, to tell two plans apart."""
    text = [
        *(f"{h.zone}|{h.park}|{h.name}|{h.tax_code}|{h.status}|{sorted(h.counts.items())}" for h in made.hosts),
        *(f"{b.code}|{b.name}|{b.day}|{b.kind}|{b.paper and b.paper.number}" for b in made.bodies),
        *(f"{f.body.code}|{f.day}|{f.kind}|{f.quantity}|{f.female}" for b in made.bodies for f in b.facts),
        *(f"{a.day}|{a.clerk_of}|{a.name}" for a in made.acts),
    ]
    return sha256("\n".join(text).encode()).hexdigest()


class Group:
    """One zone committee with its clusters: founds, admits and upgrades as many as its row of figures.csv says."""

    def __init__(self, made: Plan, root: str):
        self.made, self.root = made, root
        self.rng = Random(f"28 {root}")
        zones = {row["code"]: row for row in rows("zones.csv")}
        self.opening = date.fromisoformat(zones[root]["valid_from"] or OPENING.isoformat())
        if self.opening > OPENING:
            self.opening += timedelta(days=1)
        below = {code for code, row in zones.items() if code == root or row["parent"] == root}
        self.hosts = [host for host in made.hosts if host.zone in below]
        self.bodies: list[Body] = []
        self.cells = {(cell.indicator, cell.year): cell for cell in cells() if cell.zone == root}

    def actual(self, indicator, year) -> int | None:
        cell = self.cells.get((indicator, year))
        return cell.actual if cell else None

    def fill(self):
        self.open_books()
        for year in YEARS:
            if year < self.opening.year:
                continue
            for sector in ("union", "party", "youth"):
                self.found(sector, year, self.actual(f"{sector}_orgs", year) or 0)
            plan_members(self, year)
            for _upgrade in range(self.actual("party_committees", year) or 0):
                self.upgrade(year)
            stories_of(self, year)
        self.made.bodies += self.bodies

    # ------------------------------------------------------------------ days

    def workday(self, first: date, last: date) -> date:
        """A day on which an office signs: no week-end, no public holiday."""
        while True:
            day = first + timedelta(days=self.rng.randrange((last - first).days + 1))
            if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS:
                return day

    def span(self, year: int) -> tuple[date, date]:
        """The days of ``year`` on which this office signs."""
        return max(date(year, 1, 11), self.opening + timedelta(days=14)), min(date(year, 12, 24), LAST_DAY)

    def paper(self, sector, day) -> Paper:
        return Paper(self.root, sector, day)

    # ------------------------------------------------------------------ founding

    def pick(self, sector, count, year, weight):
        """``count`` open enterprises without an organisation of the sector, the heavier the likelier."""
        able = [
            (self.rng.random() ** (1 / weight(host)), host)
            for host in self.hosts
            if host.open and sector not in host.sectors and host.started_on.year < year and weight(host) > 0
        ]
        chosen = [host for _key, host in sorted(able, key=lambda pair: pair[0], reverse=True)[:count]]
        if len(chosen) < count:
            raise ValueError(f"{self.root} {year} {sector}: {count} wanted, {len(chosen)} enterprises able")
        return chosen

    def body(self, sector, type, hosts, day, paper, kind="established", name="", **values) -> Body:
        body = Body(
            self.root, hosts[0].zone, sector, type, name or f"{NAMES[type]} {hosts[0].name}", hosts, day, paper, kind,
            share=self.rng.uniform(0.72, 0.96), quiet=self.rng.random() < 0.2, slow=self.rng.random() < 0.06, **values,
        )  # fmt: skip
        for host in hosts:
            host.sectors.add(sector)
        self.bodies.append(body)
        return body

    def open_books(self):
        """Take over what existed: stock, not new."""
        year = self.opening.year
        unions, cells_, committees, youth = OPEN[self.root]
        for sector, count, least in (
            ("union", unions, 20),
            ("party", committees + len(cells_), 40),
            ("youth", youth, 60),
        ):
            paper = self.paper(sector, self.opening)
            hosts = self.pick(sector, count, year, self._weight(sector, year, least, power=1.6))
            if sector != "union":
                hosts.sort(key=lambda host: host.size(year), reverse=True)
            for place, host in enumerate(hosts):
                size = host.size(year)
                if sector == "union":
                    type, members = "union_base", max(6, round(self.rng.uniform(0.64, 0.86) * size))
                elif sector == "party" and place < committees:
                    type, members = "party_committee", self.rng.randint(45, 95)
                elif sector == "party":
                    type, members = "party_cell", self.rng.randint(*cells_[place - committees])
                else:
                    type = "youth_base" if size >= 600 else "youth_base_cell"
                    members = self.rng.randint(34, 60) if type == "youth_base" else self.rng.randint(9, 24)
                body = self.take_over(sector, type, host, paper)
                body.add(
                    self.opening, "member_transferred_in", members, paper=paper, note=TAKEN_OVER,
                    female=round(members * WOMEN[sector]),
                )  # fmt: skip
                if type == "party_committee":  # its cells; the members are counted at the committee
                    for number in range(1, self.rng.randint(3, 4)):
                        cell = self.take_over("party", "party_subcell", host, paper, f"số {number} ", parent=body)
                        cell.until = self.opening
        busiest = sorted((b for b in self.bodies if b.sector == "union"), key=lambda b: b.host.size(year), reverse=True)
        for body in busiest[: 12 if self.root == "HP-KKT" else 3]:
            body.busy = True

    def take_over(self, sector, type, host, paper, number="", **values) -> Body:
        name = f"{NAMES[type]} {number}{host.name}"
        return self.body(
            sector, type, [host], self.opening, paper, "transferred_in", name=name, note=TAKEN_OVER, **values
        )

    def _weight(self, sector, year, least, power):
        def weight(host):
            size = host.size(year)
            if size < least:
                return 0
            own = 2.5 if sector == "party" and not host.ownership.startswith("fdi") else 1
            helped = 1 if sector == "union" or "union" in host.sectors else 0.15
            return own * helped * size ** (power / 2)

        return weight

    def found(self, sector, year, count):
        first, last = self.span(year)
        if sector == "party" and self.root == "HP-KKT" and year in (2021, 2024):
            self.found_joint(year)
            count -= 1
        if sector == "party" and self.root == "HP-KKT" and year == 2025:
            count -= 1  # the eighth is founded by a split: see stories
        least, power = {"union": (12, 1.1), "party": (20, 1.1), "youth": (40, 1.2)}[sector]
        hosts = self.pick(sector, count, year, self._weight(sector, year, least, power))
        signed = -(-count // 4) if sector == "union" else count  # one decision recognises up to four unions
        papers = [self.paper(sector, self.workday(first, last)) for _ in range(signed)]
        for place, host in enumerate(hosts):
            paper = papers[place % len(papers)]
            if sector == "union":
                members = max(5, round(host.size(year) * self.rng.uniform(0.3, 0.6)))
                type = "union_base"
            elif sector == "youth":
                type, members = "youth_base_cell", self.rng.randint(5, 9)
            else:
                type = "party_plain_cell" if paper.day >= PLAIN_CELLS else "party_cell"
                members = self.rng.randint(3, 6)
            body = self.body(sector, type, [host], paper.day, paper, members=members)
            if sector == "party":  # official members come from the cells where they were
                body.add(paper.day, "member_transferred_in", members, paper=paper, female=round(members * 0.4))

    def found_joint(self, year):
        """One cell for three small enterprises of a park: chi bộ ghép."""
        first, last = self.span(year)
        park = {2021: "Tràng Duệ", 2024: "VSIP Hải Phòng"}[year]
        small = [
            host for host in self.hosts
            if host.open and host.park == park and "party" not in host.sectors and 20 <= host.size(year) < 120
            and host.started_on.year < year
        ]  # fmt: skip
        hosts = self.rng.sample(small, 3)
        paper = self.paper("party", self.workday(first, last - timedelta(days=60)))
        name = f"Chi bộ ghép KCN {park} (mẫu)"
        body = self.body("party", "party_cell", hosts, paper.day, paper, members=11, name=name)
        body.add(paper.day, "member_transferred_in", 11, paper=paper, female=4)

    def upgrade(self, year):
        """The largest cell becomes a committee; one of fewer than thirty members has its superior's agreement."""
        first, last = self.span(year)
        day = self.workday(max(first, date(year, 3, 1)), min(last, date(year, 11, 20)))
        able = [b for b in self.bodies if b.type == b.born == "party_cell" and b.stands(day) and len(b.hosts) == 1]
        ranked = sorted(able, key=lambda b: b.stock(day), reverse=True)
        body = ranked[0]
        reason = ""
        if (self.root, year) == ("HP-KKT", 2022) and self.made.acts[-1].day.year < year:
            body = next(b for b in ranked if b.stock(day) < 30)
            reason = "Cấp trên trực tiếp đồng ý bằng văn bản: đơn vị ở xa, có 3 ca sản xuất (dữ liệu mẫu)"
        elif body.stock(day) < 30:
            reason = "Cấp trên trực tiếp đồng ý bằng văn bản (dữ liệu mẫu)"
        paper = self.paper("party", day)
        body.type = "party_committee"
        new_name = f"Đảng bộ {body.host.name}"
        self.act(day, "upgrade", organization=body, to_type="type:party_committee", decision=paper, reason=reason)
        self.act(day, "rename", organization=body, new_name=new_name, decision=paper)

    def act(self, day, name, /, **values):
        self.made.acts.append(Act(day, self.root, name, values))


# ---------------------------------------------------------------------------------------------------- papers


def _collect_papers(made):
    seen: dict[int, Paper] = {}
    for body in made.bodies:
        for paper in (body.paper, *(fact.paper for fact in body.facts)):
            if paper:
                seen[id(paper)] = paper
    for act in made.acts:
        for value in act.values.values():
            if isinstance(value, Paper):
                seen[id(value)] = value
    made.papers = list(seen.values())


def _number(papers, rng):
    """Number each issuer's papers of a year in the order of their days, with gaps: it signs other papers too."""
    patterns = {(row["zone"], row["sector"], int(row["first_year"])): row for row in rows("issuers.csv")}
    last: dict[tuple, int] = {}
    for paper in sorted(papers, key=lambda paper: paper.day):
        office = (paper.root, paper.sector)
        since = max(year for *key, year in patterns if tuple(key) == office and year <= paper.day.year)
        row = patterns[*office, since]
        key = (row["issuer"], row["number"], paper.day.year)
        last[key] = last.get(key, 0) + rng.choice((1, 1, 1, 2, 3))
        paper.issuer, paper.number = row["issuer"], row["number"].format(last[key])


def _codes(bodies):
    counts: dict[tuple, int] = {}
    for body in sorted(bodies, key=lambda body: body.day):
        key = (body.zone, body.sector)
        counts[key] = counts.get(key, 0) + 1
        body.code = f"{body.zone.split('-')[-1]}-{SHORT[body.sector]}-{counts[key]:03d}"
