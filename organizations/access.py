"""Who may see and do what: said here once, and asked by every QuerySet, action, page, API and command.

An assignment gives a person a role in a zone and in all zones below it. Reading follows the zones of all
assignments in force; each act follows the zones of the roles that allow it.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import SYSTEM_USERNAME

from .models import Assignment, Role, Zone


class Act(StrEnum):
    ENTER = "enter"  # facts: events, headcounts, registers, decisions, declarations
    IMPORT = "import"  # the same, from a workbook
    ASSIGN_TARGETS = "assign_targets"
    CATALOGUE = "catalogue"  # zones, parks, types, indicators, users


ACTS_OF_ROLE = {
    Role.CLERK: {Act.ENTER, Act.IMPORT},
    Role.LEADER: set(),
    Role.BOARD: {Act.ASSIGN_TARGETS},
    Role.ADMIN: {Act.ENTER, Act.IMPORT, Act.ASSIGN_TARGETS, Act.CATALOGUE},
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person's assignments amount to today.

    ``zone_ids`` are the zones the person reads, None for the whole city; ``roles`` maps each role held to the
    zones it is held in, None for the whole city.
    """

    zone_ids: frozenset[int] | None
    roles: dict[str, frozenset[int] | None]

    def allows(self, act, zone_id):
        """Whether some role held in the zone allows ``act``; a zone of None asks for the whole city."""
        return any(act in ACTS_OF_ROLE[role] and (ids is None or zone_id in ids) for role, ids in self.roles.items())

    def has(self, role):
        return role in self.roles


EVERYTHING = Scope(zone_ids=None, roles={Role.ADMIN: None})
NOTHING = Scope(zone_ids=frozenset(), roles={})


def scope_of(user) -> Scope:
    """The scope of ``user``, worked out once per loaded user object (so once a request)."""
    scope = user.__dict__.get("_scope")
    if scope is None:
        scope = user.__dict__["_scope"] = _scope_of(user)
    return scope


def _scope_of(user):
    if not user.is_authenticated:
        return NOTHING
    if user.username == SYSTEM_USERNAME:
        return EVERYTHING
    if not user.is_active:
        return NOTHING
    if user.is_superuser:
        return EVERYTHING
    held: dict[str, set | None] = {}
    children = None
    for assignment in Assignment.objects.in_force(timezone.localdate()).filter(user=user):
        if assignment.zone_id is None:
            held[assignment.role] = None
            continue
        if held.get(assignment.role, set()) is None:
            continue
        children = children or _children()
        held.setdefault(assignment.role, set()).update(_below(assignment.zone_id, children))
    roles = {role: ids if ids is None else frozenset(ids) for role, ids in held.items()}
    if any(ids is None for ids in roles.values()):
        return Scope(zone_ids=None, roles=roles)
    return Scope(zone_ids=frozenset().union(*roles.values()), roles=roles)


def _children():
    children: dict[int | None, list[int]] = {}
    for pk, parent_id in Zone.objects.order_by().values_list("pk", "parent_id"):
        children.setdefault(parent_id, []).append(pk)
    return children


def _below(zone_id, children):
    found, waiting = set(), [zone_id]
    while waiting:
        current = waiting.pop()
        found.add(current)
        waiting.extend(children.get(current, ()))
    return found


def forget_scope(user):
    """Drop what was worked out for ``user``, after its assignments changed."""
    user.__dict__.pop("_scope", None)


def holds_admin(user) -> bool:
    """Whether ``user`` is an administrator anywhere: then a second factor is demanded at sign-in."""
    return scope_of(user).has(Role.ADMIN)


def may(user, act, zone) -> bool:
    """Whether ``user`` may do ``act`` in ``zone`` (a Zone, an id, or None for the whole city)."""
    return scope_of(user).allows(act, getattr(zone, "pk", zone))


def may_somewhere(user, act) -> bool:
    """Whether some role of ``user`` allows ``act`` in some zone."""
    return any(act in ACTS_OF_ROLE[role] for role in scope_of(user).roles)


def require(user, act, zone):
    """Raise PermissionDenied unless ``user`` may do ``act`` in ``zone``."""
    if not may(user, act, zone):
        name = zone if isinstance(zone, Zone) else Zone.objects.filter(pk=zone).first() or _("the whole city")
        raise PermissionDenied(
            _("%(user)s may not do this in %(zone)s: ask an administrator for the role.") % {"user": user, "zone": name}
        )


@transaction.atomic
def create_user(*, username, role, zone=None, password=None, full_name="", language="vi"):
    """Create a person with one role in ``zone`` (None: the whole city, board and admin only).

    Raises ValidationError when the name is taken or the role needs a zone. An admin also gets the Django admin.
    """
    from accounts.models import User

    user = User(username=username, full_name=full_name, language=language, is_staff=role == Role.ADMIN)
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    assign(user=user, role=role, zone=zone)
    return user


def assign(*, user, role, zone=None, valid_from=None, valid_to=None):
    """Give ``user`` the ``role`` in ``zone``, or in the whole city, for a period."""
    assignment = Assignment(user=user, role=role, zone=zone, valid_from=valid_from, valid_to=valid_to)
    assignment.full_clean()
    assignment.save()
    forget_scope(user)
    return assignment
