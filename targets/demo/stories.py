"""What happens besides the numbers: mergers, transfers, corrections … one of each, so that every screen has a case."""

from datetime import date

from .data import LAST_DAY
from .kinds import MERGED_IN, Act, Body, Host, Paper
from .members import part, workers_counted

CHECK_DAYS = (date(2022, 12, 31), date(2025, 12, 31))  # Party members were counted


def stories_of(group, year: int) -> None:
    """The stories of ``group`` in ``year``, once its numbers are planned. Endings fall after the year's last facts."""
    if story := STORIES.get((group.root, year)):
        story(group)


def _unions(group, least=0, most=10**9, year=2023, zone=None):
    """Unions of one enterprise that nothing else happens to, the smallest first."""
    found = [
        body for body in group.bodies
        if body.type == "union_base" and body.until == date.max and body.pause is None and not body.busy
        and body.day.year < year and least <= body.host.size(year) <= most and zone in (None, body.zone)
        and body.host.sectors == {"union"}
    ]  # fmt: skip
    return sorted(found, key=lambda body: body.host.size(year))


def _pause(group):
    body = _unions(group, 30, 300, 2021)[0]
    first, last = date(2021, 8, 5), date(2022, 2, 15)
    body.pause = (first, last)
    group.act(
        first, "suspend", organization=body, decision=group.paper("union", first),
        note="Doanh nghiệp tạm dừng sản xuất vì dịch bệnh",
    )  # fmt: skip
    group.act(last, "resume", organization=body, decision=group.paper("union", last))


def _association(group):
    """A group of the youth federation: kept in the register, never counted as new."""
    parent = next(body for body in group.bodies if body.type == "youth_base")
    day = date(2022, 5, 19)
    body = group.body(
        "youth", "youth_association", [parent.host], day, group.paper("youth", day), parent=parent,
        name=f"Chi hội thanh niên {parent.host.name}",
    )  # fmt: skip
    body.share = 0


def _year_2023(group):
    for parent in [body for body in group.bodies if body.busy][:3]:  # sections of large unions: not counted as new
        day = date(2023, 4, 18)
        paper = group.paper("union", day)
        for shop in ("Xưởng 1", "Xưởng 2"):
            section = group.body(
                "union", "union_section", [parent.host], day, paper, parent=parent,
                name=f"Công đoàn bộ phận {shop} – {parent.host.name}",
            )  # fmt: skip
            section.share = 0
    body = _unions(group, 20, 200)[0]
    _dissolve(group, body, date(2023, 12, 28), "left", "Doanh nghiệp giải thể")
    why = "Doanh nghiệp giải thể"
    group.act(date(2023, 12, 28), "change_enterprise", enterprise=body.host, status="dissolved", reason=why)
    _stop(body.host, 2023)


def _dissolve(group, body: Body, day, kind, why):
    body.end(day)
    paper = group.paper(body.sector, day)
    if members := body.stock(day):
        body.add(day, kind, members, paper=paper, note=why)
    group.act(day, "dissolve", organization=body, decision=paper, note=why)


def _stop(host: Host, year):
    """No workers are counted after ``year``, and nothing is founded there."""
    host.open = False
    host.counts = {day: count for day, count in host.counts.items() if day.year < year}


def _year_2024(group):
    small = _unions(group, 20, 400, 2024, zone="HP-KKT-AD")
    gone, into = small[0], next(body for body in small[1:] if body.host.park == small[0].host.park)
    day = date(2024, 12, 26)
    gone.end(day)
    into.add(day, MERGED_IN, gone.stock(day))
    group.act(
        day, "merge", organizations=[gone], into=into, decision=group.paper("union", day),
        note="Hai doanh nghiệp cùng chủ đầu tư, hợp nhất bộ máy",
    )  # fmt: skip
    group.act(day, "cover", organization=into, enterprise=gone.host, valid_from=day)
    moved = _unions(group, 60, 500, 2024, zone="HP-KKT-BS")[0]
    _hand_over(group, moved.host, "HP-TN", "Nam Cầu Kiền", date(2024, 12, 27))
    renamed = _unions(group, 200, 900, 2024, zone="HP-KKT-DV")[0]
    new_name = f"{renamed.host.short} Hải Phòng (mẫu)"
    day = date(2024, 6, 12)
    why = "Đổi tên theo đăng ký kinh doanh"
    group.act(day, "change_enterprise", enterprise=renamed.host, name=new_name, reason=why)
    group.act(
        day, "rename", organization=renamed, new_name=f"Công đoàn cơ sở {new_name}", decision=group.paper("union", day)
    )
    day = date(2024, 10, 15)
    committees = [body for body in group.bodies if body.born == "party_committee"]
    committee = min(committees, key=lambda body: body.stock(day))
    committee.type = "party_cell"
    committee.quiet = True
    group.act(
        day, "downgrade", organization=committee, to_type="type:party_cell", decision=group.paper("party", day),
        note="Doanh nghiệp thu hẹp sản xuất, đảng viên chuyển sinh hoạt",
    )  # fmt: skip


def _hand_over(group, host: Host, zone, park, day):
    """All organisations of ``host`` go to another zone, where it is registered anew; here it stays as "moved"."""
    copy = Host(
        zone, park, host.name, host.tax_code, host.legal_form, host.ownership, host.countries, "operating",
        host.started_on, sizes=dict(host.sizes), sectors=set(host.sectors), open=False,
    )  # fmt: skip
    copy.counts = {when: count for when, count in host.counts.items() if when >= day}
    _stop(host, day.year + 1)
    group.made.hosts.append(copy)
    for body in group.bodies:
        if body.host is host and body.until == date.max:
            body.end(day)
            group.act(
                day, "transfer", organizations=[body], to_zone=f"zone:{zone}", decision=group.paper(body.sector, day)
            )
            group.made.acts.append(
                Act(day, zone, "cover", {"organization": body, "enterprise": copy, "valid_from": day, "lead": True})
            )
    group.act(day, "change_enterprise", enterprise=host, status="moved", reason=f"Chuyển sang KCN {park}")


def _transfer_in(group):
    body = min((body for body in group.bodies if body.type == "party_cell"), key=lambda body: body.host.size(2023))
    _hand_over(group, body.host, "HP-KKT-BS", "VSIP Hải Phòng", date(2023, 12, 27))


def _year_2025(group):
    joint = next(body for body in group.bodies if len(body.hosts) == 3)
    day = date(2025, 5, 14)
    group.act(
        day, "split", organization=joint, name=f"Chi bộ {joint.hosts[1].name}", type="type:party_cell", founding=True,
        members=4, enterprises=[joint.hosts[1]], decision=group.paper("party", day),
        note="Đủ 3 đảng viên chính thức, tách khỏi chi bộ ghép",
    )  # fmt: skip
    day = date(2025, 12, 26)
    ended = min((body for body in _cells(group, day) if len(body.hosts) == 1), key=lambda body: body.stock(day))
    _dissolve(group, ended, day, "member_transferred_out", "Không còn đủ 3 đảng viên chính thức")


def _cells(group, day):
    """Cells that have never been anything else."""
    return [body for body in group.bodies if body.type == body.born == "party_cell" and body.stands(day)]


def _year_2026(group):
    """The charter's new names: a few cells have been changed already."""
    day = date(2026, 8, 12)
    paper = group.paper("party", day)
    for body in _cells(group, day)[:3]:
        body.type = "party_plain_cell"
        group.act(day, "retype", organization=body, to_type="type:party_plain_cell", decision=paper)


STORIES = {
    ("HP-KKT", 2020): _pause,
    ("HP-KKT", 2022): _association,
    ("HP-KKT", 2023): _year_2023,
    ("HP-KKT", 2024): _year_2024,
    ("HP-KKT", 2025): _year_2025,
    ("HP-KKT", 2026): _year_2026,
    ("HP-TN", 2023): _transfer_in,
}


# ---------------------------------------------------------------------------------------------------- at the end


def late_stories(made, rng) -> None:
    zone = [body for body in made.bodies if body.root == "HP-KKT"]
    _undecided(zone)
    _correct_joined(made, zone, rng)
    _reverse_admitted(made, zone)
    _correct_workers(made)
    for body in made.bodies:
        if body.sector == "party" and body.type != "party_subcell":
            _count_members(body, rng)
    for host in made.hosts:
        if "party" not in host.sectors and host.counts and host.status == "operating":
            _count_party_members(host, rng)


def _undecided(bodies):
    """Two foundings whose decision the office has not found yet."""
    for body in [body for body in bodies if body.born == "union_base" and body.day.year == 2024 and body.paper][:2]:
        body.paper = None
        for fact in body.facts:
            if fact.day == body.day:
                fact.paper = None


def _correct_joined(made, bodies, rng):
    facts = [
        fact for body in bodies for fact in body.facts
        if fact.kind == "joined" and fact.day.year == 2022 and fact.paper is None and 60 <= fact.quantity < 200
        and body.stock(fact.day) + 300 < workers_counted(body, fact.day)
    ]  # fmt: skip
    fact = rng.choice(facts)
    fact.mistyped = fact.quantity + 300
    made.acts.append(
        Act(fact.day, "HP-KKT", "correct", {
            "event": fact, "quantity": fact.quantity, "female": fact.female, "workers": fact.workers,
            "reason": f"Gõ nhầm {fact.mistyped} thành viên, danh sách kèm theo có {fact.quantity}",
        })
    )  # fmt: skip


def _reverse_admitted(made, bodies):
    """A decision entered twice, noticed, taken back."""
    body = next(body for body in bodies if body.type == "party_committee" and body.until == date.max)
    day = date(2023, 9, 6)
    paper = Paper("HP-KKT", "party", day)
    entry = Act(day, "HP-KKT", "admit", {"organization": body, "quantity": 3, "decision": paper})
    made.acts += [
        entry,
        Act(day, "HP-KKT", "reverse", {"event": entry, "reason": "Ghi trùng, quyết định này của đơn vị khác"}),
    ]


def _correct_workers(made):
    """A zero too many in a count of workers."""
    day = date(2024, 12, 31)
    zone = [host for host in made.hosts if host.zone == "HP-KKT-AD"]
    host = next(host for host in zone if day in host.counts and host.size(2024) > 300)
    count = host.counts.pop(day)
    entry = Act(day, "HP-KKT", "record_headcount", {"subject": host, "on": day, "total": count["total"] * 10})
    made.acts += [
        entry,
        Act(day, "HP-KKT", "correct_headcount", {
            "headcount": entry, "total": count["total"], "female": count["female"], "reason": "Gõ thừa một chữ số 0",
        }),
    ]  # fmt: skip


def _count_members(body: Body, rng):
    for day in CHECK_DAYS:
        if body.day < day < body.until and (total := body.stock(day)):
            probation = sum(
                fact.quantity * {"admitted": 1, "recognised": -1}.get(fact.kind, 0)
                for fact in body.facts
                if fact.day <= day
            )
            body.counts[day] = {
                "total": total, "official": max(0, total - max(0, probation)), "female": part(rng, total, 0.42),
            }  # fmt: skip


def _count_party_members(host: Host, rng):
    """Official Party members who work there while their Party life is elsewhere: where a cell could be founded."""
    day = max(host.counts)
    if day <= LAST_DAY and host.counts[day]["total"] >= 25 and rng.random() < 0.6:
        host.counts[day]["official"] = rng.choices(range(7), [20, 24, 18, 14, 12, 7, 5])[0]
