"""What is signed although the ledger says otherwise by now: what moved, whether it was seen, what is kept of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from organizations.ledger import seal_of
from organizations.problems import Problem, Refused
from reports.registry import DOCUMENT_LANGUAGE

from .words import SIGNED, told_apart


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that says something else now to whoever signs it; None is what was not, or is no more, counted."""

    code: str
    name: str
    was: dict[str, Any] | None
    now: dict[str, Any] | None
    called: Mapping[str, str] = field(repr=False, compare=False)  # zones by code, as the words name them

    def problem(self) -> Problem:
        message = _("%(name)s: frozen %(frozen)s, now %(now)s. Freeze anew, or confirm that the frozen figures stand.")
        return Problem(message, self.told(), "anyway", "moved")

    def told(self) -> dict[str, str]:
        """In words, as whoever signs reads it."""
        frozen, now = told_apart(self.was, self.now, self.called)
        return {"code": self.code, "name": self.name, "frozen": frozen, "now": now}

    def __str__(self):
        return str(self.problem())


class LeftBehind(Refused):
    """The ledger gives other figures by now and nobody confirmed these: ``seen`` is what confirms exactly them."""

    def __init__(self, rows: list[Moved]):
        self.seen = seen_of(rows)
        super().__init__({0: [row.problem() for row in rows]})


def seen_of(rows: Iterable[Moved]) -> str:
    """A digest of what moved, frozen and now: whoever confirms gives it back, and it says what was looked at."""
    return seal_of(["moved", [[row.code, _signed(row.was), _signed(row.now)] for row in rows]])


def _signed(values):
    return values and {name: values[name] for name in SIGNED}


def confirmed(rows: list[Moved], *, anyway: bool, seen: str | None) -> list[dict[str, str]]:
    """What the ledger keeps of a signature given although ``rows`` moved, in the language of documents.

    Raises LeftBehind unless ``anyway``, and also then when ``seen`` is given and is not of these rows.
    """
    if rows and (not anyway or seen not in (None, seen_of(rows))):
        raise LeftBehind(rows)
    with translation.override(DOCUMENT_LANGUAGE):
        return [row.told() for row in rows]
