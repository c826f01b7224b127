"""Who may see and do what: said here once, and asked by every QuerySet, action, page, API and command.

An assignment gives a person a role in a zone and in all zones below it. Reading follows the zones of all
assignments in force; each act follows the zones of the roles that allow it.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import get_token_model

from accounts.models import SYSTEM_USERNAME

from .models import Assignment, Role, Zone


class Act(StrEnum):
    ENTER = "enter"  # facts: events, headcounts, registers, decisions, declarations
    IMPORT = "import"  # the same, from a workbook
    ASSIGN_TARGETS = "assign_targets"
    CATALOGUE = "catalogue"  # zones, parks, types, indicators, users
    DRAFT = "draft"  # freeze a zone's figures
    WITHDRAW = "withdraw"  # take back frozen figures that nobody has decided on
    SUBMIT = "submit"  # send a draft to the City Organization Board
    DECIDE = "decide"  # accept, return, reopen


ACTS_OF_ROLE = {
    Role.CLERK: {Act.ENTER, Act.IMPORT, Act.DRAFT, Act.WITHDRAW},
    Role.LEADER: {Act.SUBMIT, Act.WITHDRAW},
    Role.BOARD: {Act.ASSIGN_TARGETS, Act.DECIDE},
    Role.ADMIN: {Act.ENTER, Act.IMPORT, Act.ASSIGN_TARGETS, Act.CATALOGUE, Act.DRAFT, Act.WITHDRAW},
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


def reads_all_of(user, other) -> bool:
    """Whether ``user`` reads every zone that ``other`` reads or ever read, so that nothing ``other`` sent is hidden."""
    mine = scope_of(user).zone_ids
    if mine is None or user.pk == other.pk:
        return True
    if other.is_superuser or other.username == SYSTEM_USERNAME:
        return False
    held = set(Assignment.objects.filter(user=other).values_list("zone_id", flat=True))
    if not held or None in held:
        return False
    children = _children()
    return all(_below(zone_id, children) <= mine for zone_id in held)


def zones_above(zone_ids) -> set[int]:
    """The zones above those of ``zone_ids``, without these."""
    parents = dict(Zone.objects.order_by().values_list("pk", "parent_id"))
    above = {parents.get(zone_id) for zone_id in zone_ids}
    waiting = list(above)
    while waiting:
        parent = parents.get(waiting.pop())
        if parent is not None and parent not in above:
            above.add(parent)
            waiting.append(parent)
    return above - {None, *zone_ids}


def forget_scope(user):
    """Drop what was worked out for ``user``, after its assignments changed."""
    user.__dict__.pop("_scope", None)


def holds_admin(user) -> bool:
    """Whether ``user`` is an administrator anywhere: then a second factor is demanded at sign-in."""
    return scope_of(user).has(Role.ADMIN)


def may(user, act, zone) -> bool:
    """Whether ``user`` may do ``act`` in ``zone`` (a Zone, an id, or None for the whole city)."""
    return scope_of(user).allows(act, getattr(zone, "pk", zone))


def sees(user, zone_id) -> bool:
    """Whether ``user`` reads the zone of this id."""
    ids = scope_of(user).zone_ids
    return ids is None or zone_id in ids


def may_somewhere(user, act) -> bool:
    """Whether some role of ``user`` allows ``act`` in some zone."""
    return any(act in ACTS_OF_ROLE[role] for role in scope_of(user).roles)


def zone_ids_for(user, *acts) -> frozenset[int] | None:
    """The zones in which ``user`` may do one of ``acts``; None for the whole city."""
    ids: set[int] = set()
    for role, zone_ids in scope_of(user).roles.items():
        if ACTS_OF_ROLE[role] & set(acts):
            if zone_ids is None:
                return None
            ids |= zone_ids
    return frozenset(ids)


def zones_for(user, *acts):
    """The same as rows, by code."""
    ids, zones = zone_ids_for(user, *acts), Zone.objects.order_by("code")
    return zones if ids is None else zones.filter(pk__in=ids)


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
    """Give ``user`` the ``role`` in ``zone``, or in the whole city, for a period. An admin gets the Django admin."""
    assignment = Assignment(user=user, role=role, zone=zone, valid_from=valid_from, valid_to=valid_to)
    assignment.full_clean()
    assignment.save()
    if role == Role.ADMIN and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    forget_scope(user)
    return assignment


def may_administer(by, person) -> bool:
    """Whether ``by`` may change the account of ``person``: an administrator wherever that person has a role."""
    if person.username == SYSTEM_USERNAME:
        return False
    if may(by, Act.CATALOGUE, None):
        return True
    zones = Assignment.objects.filter(user=person).values_list("zone_id", flat=True)
    return not person.is_superuser and bool(zones) and all(may(by, Act.CATALOGUE, zone_id) for zone_id in zones)


def require_administration(by, person):
    """Raise PermissionDenied unless ``by`` may change the account of ``person``."""
    if not may_administer(by, person):
        raise PermissionDenied(
            _("%(user)s has a role outside your zones: ask the city's administrator.") % {"user": person}
        )


@transaction.atomic
def change_user(*, user, by, password="", **values):
    """Change ``full_name``, ``language`` or ``is_active`` of an account, or give it another password.

    A new password, or the end of the account, ends its sessions and withdraws its API tokens.
    """
    require_administration(by, user)
    row = type(user)._base_manager.select_for_update().get(pk=user.pk)
    if row.pk == by.pk and values.get("is_active") is False:
        raise ValidationError({"is_active": _("Nobody ends the own account: ask another administrator.")})
    for name, value in values.items():
        setattr(row, name, value)
    if password:
        row.set_password(password)
    row.full_clean()
    row.save()
    if password or not row.is_active:
        get_token_model().objects.filter(user=row).delete()
    return row


@transaction.atomic
def change_assignment(*, assignment, by, **days):
    """Change ``valid_from`` or ``valid_to`` of a role: by its last day it ends."""
    row = Assignment.objects.select_for_update().get(pk=assignment.pk)
    require(by, Act.CATALOGUE, row.zone_id)
    if row.user_id == by.pk:
        raise ValidationError(_("Nobody changes the own roles: ask another administrator."))
    for name, day in days.items():
        setattr(row, name, day)
    row.full_clean()
    row.save()
    forget_scope(row.user)
    return row
