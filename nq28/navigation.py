"""The screens in the header, in one place. A screen that is not routed yet, or not for this person, is left out."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.access import holds_admin


def everyone(user: User | AnonymousUser) -> bool:
    return user.is_authenticated


def administrators(user: User | AnonymousUser) -> bool:
    return user.is_staff and holds_admin(user)


@dataclass(frozen=True)
class Screen:
    """One entry of the header: the URL name, its words, a Tabler icon and who may see it."""

    url_name: str
    label: str | Promise
    icon: str
    allowed: Callable[[User | AnonymousUser], bool] = everyone


SCREENS = [
    Screen("home", _("Home"), "outline/home"),
    Screen("reports:dashboard", _("Dashboard"), "outline/target"),
    Screen("imports:index", _("Imports"), "outline/file-import"),
    Screen("reports:index", _("Reports"), "outline/file-text"),
    Screen("admin:index", _("Data administration"), "outline/database-cog", administrators),
]


def entries(user: User | AnonymousUser, path: str) -> list[dict]:
    """Return url, label, icon and current of each screen that ``user`` may open; ``path`` is the page being shown."""
    shown = []
    for screen in SCREENS:
        if not screen.allowed(user):
            continue
        try:
            url = reverse(screen.url_name)
        except NoReverseMatch:
            continue
        shown.append({"url": url, "label": screen.label, "icon": screen.icon})
    # "/" begins every path: the longest address that begins this one is where we are
    here = max((entry["url"] for entry in shown if is_under(path, entry["url"])), key=len, default=None)
    return [entry | {"current": entry["url"] == here} for entry in shown]


def is_under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
