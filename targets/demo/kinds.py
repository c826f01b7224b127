"""What the plan is made of: hosts (enterprises), bodies (organisations), papers (decisions), facts and acts."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(eq=False, repr=False, slots=True)
class Paper:
    """A decision. Its number is given when the whole plan is known, in the order of days."""

    root: str  # the zone whose office keeps it
    sector: str
    day: date
    number: str = ""
    issuer: str = ""
    row: Any = None


@dataclass(eq=False, repr=False, slots=True)
class Host:
    zone: str
    park: str
    name: str
    tax_code: str
    legal_form: str
    ownership: str
    countries: str
    status: str
    started_on: date
    counts: dict[date, dict] = field(default_factory=dict)  # workers on a day: total, female, workers, official
    sizes: dict[int, int] = field(default_factory=dict)  # workers of a year; empty when unknown
    sectors: set = field(default_factory=set)  # in which it has an organisation
    open: bool = True  # for new organisations
    row: Any = None

    @property
    def short(self) -> str:
        return self.name.removesuffix(" (mẫu)")

    def size(self, year: int) -> int:
        return self.sizes.get(year, 0)


@dataclass(eq=False, repr=False, slots=True)
class Fact:
    """One event. ``mistyped`` is what was entered first, where the demonstration corrects it."""

    day: date
    body: "Body"
    kind: str
    quantity: int = 1
    female: int | None = None
    workers: int | None = None
    paper: Paper | None = None
    note: str = ""
    mistyped: int | None = None
    row: Any = None


@dataclass(eq=False, repr=False, slots=True)
class Body:
    root: str
    zone: str
    sector: str
    type: str
    name: str
    hosts: list[Host]
    day: date
    paper: Paper | None
    kind: str  # established, or transferred_in when the books were opened
    members: int | None = None  # at founding
    parent: "Body | None" = None
    code: str = ""
    note: str = ""
    facts: list[Fact] = field(default_factory=list)
    until: date = date.max  # nothing is planned from this day on
    pause: tuple[date, date] | None = None
    share: float = 1.0  # of the workers who are members
    busy: bool = False  # reports its members every month
    quiet: bool = False  # admits nobody
    slow: bool = False  # is late with recognising probationary members
    counts: dict[date, dict] = field(default_factory=dict)  # members on a day: total, official, female
    born: str = ""  # the type it was founded as; ``type`` is what it has become
    row: Any = None

    def __post_init__(self):
        self.born = self.type

    @property
    def host(self) -> Host:
        return self.hosts[0]

    def add(self, day, kind, quantity, **values) -> Fact:
        fact = Fact(day, self, kind, quantity, **values)
        self.facts.append(fact)
        return fact

    def stock(self, day: date) -> int:
        """Members at the end of ``day``."""
        return sum(SIGN.get(fact.kind, 0) * fact.quantity for fact in self.facts if fact.day <= day)

    def end(self, day: date) -> None:
        """Nothing more happens to it from ``day`` on, but the act that ends it."""
        self.until = day
        self.facts = [fact for fact in self.facts if fact.day < day]

    def stands(self, day: date) -> bool:
        return self.day <= day < self.until and not (self.pause and self.pause[0] <= day <= self.pause[1])


MERGED_IN = "merged_in"  # members whom an act brings: planned with, not recorded as a fact of their own
SIGN = {
    MERGED_IN: 1,
    "admitted": 1, "joined": 1, "member_transferred_in": 1, "left": -1, "removed": -1, "member_transferred_out": -1,
}  # fmt: skip


@dataclass(eq=False, repr=False, slots=True)
class Act:
    """One call of ``organizations.actions`` by name. Planned things among the arguments stand for their rows.

    ``clerk_of`` is the zone whose clerk does it.
    """

    day: date
    clerk_of: str
    name: str
    values: dict[str, Any]
    row: Any = None  # what the call returned

    def bodies(self) -> list[Body]:
        """The organisations it is about."""
        found = []
        for value in self.values.values():
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, Body):
                    found.append(part)
                elif isinstance(part, Fact):
                    found.append(part.body)
        return found


@dataclass(repr=False, slots=True)
class Plan:
    hosts: list[Host] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
