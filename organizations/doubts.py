"""What is possible and yet looks wrong, told to whoever types or imports it: it warns and stops nothing."""

from datetime import date

from django.utils.translation import gettext as _

from vietnamese.text import search_key

from .models import EnterpriseStatus, Ownership
from .models.enterprise import FOREIGN

AT_HOME = frozenset({"viet nam", "vn", "vietnam"})


def doubt_of_capital(ownership: str | None, countries: str) -> str:
    """Why capital and countries do not go together, or ""."""
    if ownership in FOREIGN and not countries:
        return _("Foreign capital, and no country is given.")
    if ownership in (Ownership.STATE, Ownership.PRIVATE) and countries and search_key(countries) not in AT_HOME:
        return _("The capital is domestic, yet the country is “%(country)s”.") % {"country": countries}
    if ownership in (Ownership.UNKNOWN, None) and countries and search_key(countries) not in AT_HOME:
        return _("The country “%(country)s” is given, and not whose capital it is: say FDI or joint venture.") % {
            "country": countries
        }
    return ""


def ahead_of_its_start(started: date | None, status: str | None, today: date) -> str:
    """Why an enterprise cannot have started on a day to come, or ""; one that has not started may plan it."""
    if started is None or started <= today or status == EnterpriseStatus.NOT_STARTED:
        return ""
    return _("%(day)s lies in the future: check it, or write “Chưa hoạt động” as the status.") % {
        "day": f"{started:%d/%m/%Y}"
    }
