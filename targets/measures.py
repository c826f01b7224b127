"""The measures an indicator may name: each a documented function over the ledger, or two of them as a rate.

Adding an indicator needs none of this; adding a count is one short function below, adding a rate one call of ``rate``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from organizations.models import Kind
from organizations.selection import Selection

from . import levels
from .levels import Level


@dataclass(frozen=True, slots=True)
class Measure:
    """A count: the sum over the events it selects."""

    is_rate: ClassVar[bool] = False

    code: str
    label: str
    help: str  # the rule in the words of the people who read the figure
    select: Callable[..., Selection]

    def selection(self, *, sector, types=(), ownerships=(), parks=()) -> Selection:
        return self.select(sector=sector, types=types, ownerships=ownerships, parks=parks)


NO_KIND = ("",)  # no event has it; an empty list of kinds is a question that sums refuse to ask


@dataclass(frozen=True, slots=True)
class Rate:
    """So many for each so many: numerator ÷ denominator × the factor kept on the indicator.

    The numerator is a count of events or a level of a day, the denominator a level. ``factor`` is what an indicator
    begins with: 100 for percent, 1000 for "per 1,000".
    """

    is_rate: ClassVar[bool] = True

    code: str
    label: str
    help: str
    numerator: Measure | Level
    denominator: Level
    factor: Decimal

    @property
    def is_level(self) -> bool:
        """Whether all of it is read on one day: then it does not grow with the days of a year."""
        return isinstance(self.numerator, Level)

    def selection(self, **filters) -> Selection:
        """The events of the numerator; none when it is a level."""
        if isinstance(self.numerator, Level):
            return Selection(sector=filters["sector"], kinds=NO_KIND)
        return self.numerator.selection(**filters)


registry: dict[str, Measure | Rate] = {}


def measure(code, label, help):
    """Register the function below it as the measure ``code``."""

    def register(function):
        registry[code] = Measure(code, label, help, function)
        return function

    return register


@measure(
    "new_organizations",
    _("organisations newly founded"),
    _("Organisations founded, by the date of the decision; component units that do not count are left out."),
)
def new_organizations(**filters):
    """Organisations founded, by the decision's date: established, or split off by a decision that founds them.

    Types whose founding does not count (component units) are left out by the ``counts_as_new`` kept on the event.
    """
    return Selection(kinds=(Kind.ESTABLISHED, Kind.SPLIT_FROM), counts_as_new=True, **filters)


@measure(
    "new_committees",
    _("cells upgraded to committees"),
    _("Party cells upgraded to grassroots committees, by the date of the decision; they are not new organisations."),
)
def new_committees(**filters):
    """Party cells upgraded to grassroots committees. They are not new organisations."""
    return Selection(kinds=(Kind.UPGRADED,), **filters)


@measure(
    "members_admitted",
    _("people admitted to the Party"),
    _("People admitted to the Party, by the date of the decision to admit."),
)
def members_admitted(**filters):
    """People admitted to the Party, by the date of the decision to admit."""
    return Selection(kinds=(Kind.ADMITTED,), **filters)


@measure(
    "members_joined",
    _("members joined (gross)"),
    _("Members who joined; those who left are not taken off."),
)
def members_joined(**filters):
    """Members who joined, those who left not taken off."""
    return Selection(kinds=(Kind.JOINED,), **filters)


@measure(
    "members_net",
    _("members joined less those who left (net)"),
    _("Members who joined, less those who left."),
)
def members_net(**filters):
    """Members who joined less those who left."""
    return Selection(kinds=(Kind.JOINED, Kind.LEFT), **filters)


def rate(code, label, help, *, numerator, denominator, factor=Decimal(100)):
    """Register a rate of two registered functions."""
    registry[code] = Rate(code, label, help, numerator, denominator, factor)


rate(
    "admission_rate",
    _("people admitted ÷ members at the start of the year"),
    _(
        "People admitted to the Party in the year, for the members of the Party organisations on 31/12 of the year "
        "before (by headcounts; organisations without one are named)."
    ),
    numerator=registry["members_admitted"],
    denominator=levels.registry["members_at_start"],
)

rate(
    "enterprise_coverage",
    _("enterprises with an organisation ÷ operating enterprises"),
    _(
        "Operating enterprises in which an organisation of the sector works on the day, for all operating enterprises; "
        "one tax code counts once."
    ),
    numerator=levels.registry["enterprises_with_organization"],
    denominator=levels.registry["operating_enterprises"],
)
