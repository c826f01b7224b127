"""Views of the lists that people keep for themselves or for their zone. No fact: nothing of it is in the ledger."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from organizations.access import Act, may, scope_of
from organizations.models import SavedView
from organizations.problems import Refused
from vietnamese.text import clean

MOST = 50  # of one person and one list


@transaction.atomic
def save_view(*, owner, screen, name, query, shared_with=None):
    """Keep ``query`` under ``name``; a view of that name is replaced. ``shared_with`` is a zone of the person's."""
    name = clean(name)
    if not name:
        raise Refused.one(_("Give the view a name."), field="name", code="required")
    if len(query) > SavedView._meta.get_field("query").max_length:
        raise Refused.one(_("This view asks for too much to be kept: remove some filters."), code="too_long")
    ids = scope_of(owner).zone_ids
    if shared_with is not None and ids is not None and shared_with.pk not in ids:
        raise PermissionDenied(_("A view is shared with a zone of your own."))
    own = SavedView.objects.filter(owner=owner, screen=screen)
    if own.exclude(name=name).count() >= MOST:
        raise Refused.one(_("You keep %(most)s views of this list: delete one first."), field="name", most=MOST)
    values = {"query": query, "shared_with": shared_with}
    SavedView(owner=owner, screen=screen, name=name, **values).full_clean(
        validate_unique=False, validate_constraints=False
    )
    # two presses at one moment are one view
    return SavedView.objects.update_or_create(owner=owner, screen=screen, name=name, defaults=values)[0]


@transaction.atomic
def delete_view(*, view, by):
    """Delete a view: its owner may, and the administrator of the zone it is shared with."""
    if not may_delete(by, view):
        raise PermissionDenied(_("This view belongs to %(owner)s.") % {"owner": view.owner})
    view.delete()


def may_delete(user, view) -> bool:
    return view.owner_id == user.pk or (
        view.shared_with_id is not None and may(user, Act.CATALOGUE, view.shared_with_id)
    )
