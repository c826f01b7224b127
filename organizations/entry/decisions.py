"""Whether the decision somebody types is known already, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from organizations.models import Decision, Event
from organizations.seeds import UNKNOWN_ISSUER, issuer_key
from vietnamese.numbers import format_count


@dataclass(frozen=True, slots=True)
class Known:
    """A recorded decision that ``user`` may see, and how many lines of the ledger stand under it."""

    row: Decision
    lines: int

    @property
    def words(self) -> str:
        if not self.lines:
            return _("Recorded already; no line stands under it.")
        text = ngettext("Recorded already, with %(count)s line.", "Recorded already, with %(count)s lines.", self.lines)
        return text % {"count": format_count(self.lines)}


def known(user: User, *, number: str, issued_on, issuer: str) -> Known | None:
    """The decision of this number and date; without ``issuer``, when it can be only one."""
    if not Decision.key_of(number) or issued_on is None:
        return None
    rows = Decision.objects.live().visible_to(user).filter(number_key=Decision.key_of(number), issued_on=issued_on)
    if issuer:
        rows = rows.filter(issuer__search_key=issuer_key(issuer))
    found = list(rows.select_related("issuer")[:2])
    return known_as(user, found[0]) if len(found) == 1 else None


def known_as(user: User, row: Decision) -> Known:
    return Known(row, Event.objects.live().visible_to(user).filter(decision=row).count())


def issuer_of(row: Decision) -> str:
    """The name to type for the issuer of ``row``; nothing when it is not known."""
    return "" if row.issuer.search_key == issuer_key(UNKNOWN_ISSUER) else row.issuer.name
