"""How an act is refused: each reason names the thing, the value and the cure, and where it was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason. ``message`` is a translatable template filled with ``params``; ``field`` is the input's name."""

    message: Any
    params: Mapping[str, Any] = field(default_factory=dict)
    field: str = ""
    code: str = "refused"

    def __str__(self):
        return str(self.message) % self.params if self.params else str(self.message)

    def error(self) -> ValidationError:
        return ValidationError(str(self), code=self.code)


class Refused(ValidationError):
    """An act that was refused, with every reason; nothing was written.

    ``by_row`` maps the place of each refused row in the act (0 for a single one) to its problems.
    """

    def __init__(self, by_row: Mapping[int, Sequence[Problem]]):
        self.by_row = {row: list(problems) for row, problems in by_row.items()}
        everything = [problem for problems in self.by_row.values() for problem in problems]
        named: dict[str, list] = {}
        for problem in everything:
            named.setdefault(problem.field or "__all__", []).append(problem.error())
        super().__init__(named)

    @classmethod
    def one(cls, message, *, field="", code="refused", **params):
        return cls({0: [Problem(message, params, field, code)]})


class NeedsReason(Refused):
    """The act is unusual: it may be done when a reason is given, which is kept with it."""


class Conflict(Exception):
    """Somebody else has changed the row meanwhile; nothing was written."""


class SeenOtherwise(Conflict):
    """Some rows of an act were typed by who had seen other values than stand there now.

    ``by_row`` maps the place of each in the act to the ledger row that stands there, None where nothing does.
    """

    def __init__(self, by_row: Mapping[int, Any]):
        self.by_row = dict(by_row)
        super().__init__(sorted(self.by_row))
