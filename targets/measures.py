"""The measures an indicator may name: each a documented function over the ledger.

Adding an indicator needs none of this; adding a measure is one short function below.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from organizations.models import Kind
from organizations.selection import Selection


@dataclass(frozen=True, slots=True)
class Measure:
    code: str
    label: str
    help: str  # the rule in the words of the people who read the figure
    select: Callable[..., Selection]

    def selection(self, *, sector, types=(), ownerships=(), parks=()) -> Selection:
        return self.select(sector=sector, types=types, ownerships=ownerships, parks=parks)


registry: dict[str, Measure] = {}


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
