"""The screens in the header, in one place. A screen that is not for this person is left out."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.access import Act, holds_admin, may_somewhere
from vietnamese.text import search_key


def everyone(user: User | AnonymousUser) -> bool:
    return user.is_authenticated


def administrators(user: User | AnonymousUser) -> bool:
    return user.is_staff and holds_admin(user)


def clerks(user: User | AnonymousUser) -> bool:
    return may_somewhere(user, Act.ENTER)


def freezers(user: User | AnonymousUser) -> bool:
    return may_somewhere(user, Act.DRAFT)


def recorders(user: User | AnonymousUser) -> bool:
    return clerks(user) or may_somewhere(user, Act.ASSIGN_TARGETS)


@dataclass(frozen=True)
class Screen:
    """One entry of the header: the URL name, its words, a Tabler icon and who may see it."""

    url_name: str
    label: str | Promise
    icon: str
    allowed: Callable[[User | AnonymousUser], bool] = everyone


SCREENS = [
    Screen("home", _("Home"), "outline/home"),
    Screen("reports:dashboard", _("Dashboard"), "outline/chart-bar"),
    Screen("organizations:enterprises", _("Enterprises"), "outline/building-factory-2"),
    Screen("organizations:organizations", _("Organisations"), "outline/sitemap"),
    Screen("organizations:entry", _("Entry"), "outline/pencil-plus", clerks),
    Screen("reports:targets", _("Targets"), "outline/target-arrow"),
    Screen("reports:snapshots", _("Frozen figures"), "outline/snowflake"),
    Screen("imports:index", _("Imports"), "outline/file-import"),
    Screen("reports:index", _("Reports"), "outline/file-text"),
    Screen("admin:index", _("Data administration"), "outline/database-cog", administrators),
]

TASKS = [  # not in the header, and found by what a person wants to do
    Screen("organizations:decisions", _("Decisions and scans"), "outline/file-certificate"),
    Screen("organizations:decision_new", _("Record a decision"), "outline/file-certificate", recorders),
    Screen("organizations:enterprise_new", _("Add an enterprise"), "outline/building-factory-2", clerks),
    Screen(
        "organizations:organization_new", _("Found an organisation (chi bộ, union, youth)"), "outline/sitemap", clerks
    ),
    Screen("organizations:handover", _("Hand over organisations to another zone"), "outline/sitemap", clerks),
    Screen("organizations:ratings", _("Rate organisations for a year"), "outline/rosette", clerks),
    Screen("organizations:duplicates", _("Duplicates: two rows that are one"), "outline/copy"),
    Screen("reports:grid", _("Members month by month (grid)"), "outline/table", clerks),
    Screen("reports:declarations", _("Declarations: complete, or nothing to report"), "outline/checklist"),
    Screen("reports:indicators", _("Indicators: what is counted"), "outline/target-arrow"),
    Screen("reports:snapshot_new", _("Freeze the figures of a period"), "outline/snowflake", freezers),
    Screen("two_factor:profile", _("Account security"), "outline/shield-lock"),
    Screen("password_change", _("Change password"), "outline/key"),
]


def found(user: User | AnonymousUser, words: list[str]) -> list[dict]:
    """Return url, label and icon of the screens whose words begin with every one of ``words``."""
    shown = []
    for screen in (*SCREENS, *TASKS):
        if not screen.allowed(user):
            continue
        has = search_key(str(screen.label)).split()
        if all(any(one.startswith(word) for one in has) for word in words):
            shown.append({"url": reverse(screen.url_name), "label": screen.label, "icon": screen.icon})
    return shown


def entries(user: User | AnonymousUser, path: str) -> list[dict]:
    """Return url, label, icon and current of each screen that ``user`` may open; ``path`` is the page being shown."""
    shown = []
    for screen in SCREENS:
        if not screen.allowed(user):
            continue
        shown.append({"url": reverse(screen.url_name), "label": screen.label, "icon": screen.icon})
    # "/" begins every path: the longest address that begins this one is where we are
    here = max((entry["url"] for entry in shown if is_under(path, entry["url"])), key=len, default=None)
    return [entry | {"current": entry["url"] == here} for entry in shown]


def is_under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
