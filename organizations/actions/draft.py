"""One event about to be recorded, and what can be said of it before its organisation's life is known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from organizations.lifecycle import RULES
from organizations.models import Decision, Event, Kind, Organization, OrganizationType, Zone
from organizations.problems import Problem
from vietnamese.text import clean

from .checks import count_problem, date_problem, too_long

PARTS = ("female", "workers")


@dataclass(slots=True, eq=False)
class Draft:
    """One event about to be recorded. ``quantity`` is the number people say: never negative.

    The date is the decision's; ``effective_on`` is for facts that came without one.
    """

    kind: str
    organization: Organization
    effective_on: date | None = None
    quantity: int = 1
    female: int | None = None
    workers: int | None = None
    decision: Decision | None = None
    note: str = ""
    to_type: OrganizationType | None = None
    to_zone: Zone | None = None
    new_name: str = ""
    founding: bool = False  # a split that the decision founds counts as new
    given: bool = False  # the other side of an act, recorded by whoever may record this side
    members: int | None = None  # how many members at founding, for the check only
    like: Event | None = None  # the event this one corrects: what was copied onto it then is copied again
    idempotency_key: str | None = None
    batch_row: int | None = None
    act: str = ""
    declares: bool = False  # a month's number: 0 says that there is nothing to report
    reason: str | None = None  # of this line alone; None: the act's

    def __post_init__(self) -> None:
        self.note, self.new_name = clean(self.note), clean(self.new_name)

    def day(self) -> date | None:
        return self.decision.issued_on if self.decision else self.effective_on

    def problems(self, today: date) -> list[Problem]:
        """Why this draft is refused whatever else has happened."""
        rule = RULES[self.kind]
        if problem := date_problem(self.day(), today):
            return [problem]
        problems = too_long(Event, note=self.note, new_name=self.new_name, reason=self.reason or "")
        if self.decision and self.effective_on and self.effective_on != self.decision.issued_on:
            problems.append(not_decision_date(self.decision))
        if self.organization.sector not in rule.sectors:
            problems.append(
                Problem(
                    _("“%(kind)s” is not for an organisation of this sector (%(sector)s)."),
                    {"kind": Kind(self.kind).label, "sector": self.organization.get_sector_display()},
                    "kind",
                    "sector",
                )
            )
        if rule.counted:
            problems += self._count_problems()
        elif self.quantity != 1 or self.female is not None or self.workers is not None:
            problems.append(
                Problem(
                    _("“%(kind)s” is one fact of one organisation: it takes no number."),
                    {"kind": Kind(self.kind).label},
                    "quantity",
                    "invalid",
                )
            )
        if rule.needs_type and self.to_type is None:
            problems.append(Problem(_("Choose the new type."), {}, "to_type", "required"))
        if self.kind == Kind.RENAMED and not self.new_name:
            problems.append(Problem(_("Give the new name."), {}, "new_name", "required"))
        return problems

    def _count_problems(self) -> Iterator[Problem]:
        if problem := count_problem(self.quantity, "quantity", least=0 if self.declares else 1):
            yield problem
            return
        for name in PARTS:
            value = getattr(self, name)
            if value is None:
                continue
            if problem := count_problem(value, name):
                yield problem
            elif value > self.quantity:
                yield part_above_total(value, self.quantity, name)


def not_decision_date(decision: Decision, field: str = "effective_on") -> Problem:
    return Problem(
        _("The date of the fact is the date of its decision: %(day)s."),
        {"day": f"{decision.issued_on:%d/%m/%Y}"},
        field,
        "not_decision_date",
    )


def part_above_total(part: int, total: int, field: str) -> Problem:
    return Problem(
        _("%(part)s exceeds the total of %(total)s."), {"part": part, "total": total}, field, "part_above_total"
    )
