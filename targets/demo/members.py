"""Members who come and go, each year bound to the zone's figures."""

from datetime import date, timedelta

from .data import LAST_DAY
from .kinds import Body, Fact

WOMEN = {"union": 0.58, "party": 0.42, "youth": 0.55}
QUARTERS, HALVES = (3, 6, 9, 12), (6, 10)
SMALL = 400  # workers: smaller unions report twice a year
MONTHLY_FROM = 2025  # since then the largest unions report every month


def apportion(total: int, weights: list[float]) -> list[int]:
    """``total`` in whole parts proportional to ``weights``: largest remainders, the first of equals first."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts


def plan_members(group, year: int) -> None:
    if (total := group.actual("union_members", year)) is not None:
        _join(group, "union", year, total)
    if (total := group.actual("youth_members", year)) is not None:
        _join(group, "youth", year, total)
    _leave(group, year)
    if total := group.actual("party_members", year):
        _admit(group, year, total)
    _come_and_go(group, year)


def _months(body: Body, year: int) -> list[date]:
    """The months a body reports: their first days, on which counts without a decision are dated."""
    if body.sector == "youth" or body.host.size(year) < SMALL:
        months = HALVES
    else:
        months = range(1, 13) if body.busy and year >= MONTHLY_FROM else QUARTERS
    days = [date(year, month, 1) for month in months]
    return [day for day in days if day > body.day and day <= LAST_DAY and body.stands(day)]


def _join(group, sector, year, total):
    rng = group.rng
    women = WOMEN[sector]
    bodies = [
        body for body in group.bodies
        if body.sector == sector and body.day.year <= year and body.until > date(year, 12, 31) and body.share
    ]  # fmt: skip
    new = [body for body in bodies if body.day.year == year and body.kind == "established"]
    founding = sum(body.members for body in new)
    if founding > total * 0.6:
        for body, members in zip(new, apportion(int(total * 0.6), [body.members for body in new]), strict=True):
            body.members = members
        founding = sum(body.members for body in new)
    for body in new:
        body.add(
            body.day, "joined", body.members, paper=body.paper, female=part(rng, body.members, women),
            workers=part(rng, body.members, 0.85),
        )  # fmt: skip
    reporting = [(body, months) for body in bodies if (months := _months(body, year))]
    weights = [max(1, body.host.size(year)) * rng.uniform(0.3, 1.7) for body, _ in reporting]
    shares = apportion(total - founding, weights)
    for (body, months), share in zip(reporting, shares, strict=True):
        if sector == "youth":
            months = months[: 1 + (share > 4)]
        for day, quantity in zip(months, apportion(share, [rng.uniform(0.4, 1.6) for _ in months]), strict=True):
            if quantity:
                body.add(day, "joined", quantity, female=part(rng, quantity, women), workers=part(rng, quantity, 0.85))


def _leave(group, year):
    """Members never outnumber the workers counted: who left is reported once a year, before the first who joins."""
    for body in group.bodies:
        joins = [fact for fact in body.facts if fact.kind == "joined" and fact.day.year == year and fact.paper is None]
        if not joins:
            continue
        room = min(_most(body, fact.day) for fact in joins)
        first = joins[0]
        coming = sum(fact.quantity for fact in joins)
        before = body.stock(first.day) - first.quantity
        gone = min(before, before + coming - room)
        if gone > 0:
            women = part(group.rng, gone, WOMEN[body.sector])
            body.facts.insert(body.facts.index(first), Fact(first.day, body, "left", gone, female=women))


def workers_counted(body: Body, day: date) -> int:
    counted = max((when for when in body.host.counts if when <= day), default=None)
    return body.host.counts[counted]["total"] if counted else body.host.size(day.year)


def _most(body: Body, day: date) -> int:
    """How many members the body may have: a share of the workers counted last, for the young a fifth."""
    workers = min(workers_counted(body, day), body.host.size(day.year) or 10**9)  # also those counted at year's end
    return round(workers * body.share) if body.sector == "union" else max(9, round(workers * 0.2))


def _admit(group, year, total):
    rng = group.rng
    first, last = group.span(year)
    bodies = []
    for body in group.bodies:
        begins = max(first, body.day + timedelta(days=45))
        ends = min(last, body.until - timedelta(days=1)) if body.until < date.max else last
        if body.sector == "party" and not body.quiet and body.type != "party_subcell" and (ends - begins).days > 20:
            bodies.append((body, begins, ends))
    weights = [max(3, body.stock(first)) ** 0.7 * rng.uniform(0.2, 1.8) for body, _, _ in bodies]
    for (body, begins, ends), share in zip(bodies, apportion(total, weights), strict=True):
        days: dict[date, int] = {}
        while share:
            quantity = min(share, rng.randint(1, 4 if body.type == "party_cell" else 6))
            day = group.workday(begins, ends)
            days[day] = days.get(day, 0) + quantity
            share -= quantity
        for day, quantity in sorted(days.items()):
            body.add(
                day, "admitted", quantity, paper=group.paper("party", day), female=part(rng, quantity, 0.45),
                workers=part(rng, quantity, 0.6),
            )  # fmt: skip
            official = group.workday(day + timedelta(days=366), day + timedelta(days=410))
            if official <= LAST_DAY and official < body.until and not (body.slow and official.year >= 2025):
                body.add(official, "recognised", quantity, paper=group.paper("party", official))


def _come_and_go(group, year):
    """Party members who move with their work, and the few who are taken off the list."""
    rng = group.rng
    first, last = group.span(year)
    for body in group.bodies:
        if body.sector != "party" or body.type == "party_subcell" or not (body.day < first and body.until > last):
            continue
        for kind, chance, most, least_stock in (
            ("member_transferred_in", 0.3, 3, 0), ("member_transferred_out", 0.24, 2, 12), ("removed", 0.03, 1, 14),
        ):  # fmt: skip
            if rng.random() < chance and body.stock(first) > least_stock:
                day = group.workday(first, last)
                paper = group.paper("party", day) if kind == "removed" or rng.random() < 0.96 else None
                body.add(day, kind, rng.randint(1, most), paper=paper)


def part(rng, total, share):
    return min(total, max(0, round(total * share + rng.uniform(-0.08, 0.08) * total)))
