"""The catalogue of what is counted. Only administrators keep it, and every save says what it changed and why."""

from collections.abc import Iterable
from decimal import Decimal

from accounts.models import User
from organizations.access import Act, require
from organizations.actions.catalogue import root_zone, save_catalogue_row
from organizations.ledger import writing
from organizations.models import OrganizationType, Park

from ..models import Indicator


def save_indicator(
    *, indicator: Indicator, types: Iterable[OrganizationType] = (), parks: Iterable[Park] = (), by: User,
    reason: str = "", version: int | None = None,
) -> Indicator:  # fmt: skip
    """Write ``indicator``, new or changed (then with a reason). A new one without a place is put last.

    ``version`` is the one the person saw: Conflict when somebody has changed it since. Raises ValidationError for
    what does not hold together.
    """
    require(by, Act.CATALOGUE, None)
    if indicator.factor is not None:
        indicator.factor = Decimal(indicator.factor)  # as the database gives it back, so that equal is equal
    with writing(zones=[root_zone()], by=by):
        if indicator.pk is None and not indicator.order:
            last = Indicator.objects.order_by("-order").first()
            indicator.order = last.order + 1 if last else 0
        several = {"types": types, "parks": parks}
        return save_catalogue_row(row=indicator, by=by, several=several, reason=reason, version=version)


def set_indicator_in_use(
    *, indicator: Indicator, in_use: bool, by: User, reason: str, version: int | None = None
) -> Indicator:
    """Retire ``indicator``, or take it into use again. Its targets and old reports stay as they are."""
    indicator.is_active = in_use
    return save_catalogue_row(row=indicator, by=by, reason=reason, version=version)


def move_indicator(*, indicator: Indicator, up: bool, by: User) -> bool:
    """Let ``indicator`` and the one before it (after it, when not ``up``) change places. False at the end of the list.

    The places are told anew, 0, 1, 2 …, so that two of one place come apart. No figure changes: no reason is asked.
    """
    require(by, Act.CATALOGUE, None)
    with writing(zones=[root_zone()], by=by):
        rows = list(Indicator.objects.all())
        place = next(place for place, row in enumerate(rows) if row.pk == indicator.pk)
        other = place + (-1 if up else 1)
        if not 0 <= other < len(rows):
            return False
        rows[place], rows[other] = rows[other], rows[place]
        for order, row in enumerate(rows):
            if row.order != order:
                row.order = order
                save_catalogue_row(row=row, by=by, moves_figures=False)
    return True
