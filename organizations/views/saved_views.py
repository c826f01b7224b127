"""Keeping and deleting views of the lists."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organizations import actions
from organizations.forms.registers import ViewForm
from organizations.lists import LISTS
from organizations.models import SavedView
from organizations.problems import Refused


@require_POST
def save(request: HttpRequest, screen: str) -> HttpResponse:
    """Keep the question of a list under a name; without one, say so on the list."""
    if screen not in LISTS:
        raise Http404(screen)
    form = ViewForm(request.POST, user=request.user)
    asked = QueryDict(request.POST.get("query", ""))
    query = LISTS[screen](asked, user=request.user, today=timezone.localdate()).address
    if form.is_valid():
        try:
            view = actions.save_view(
                owner=request.user, screen=screen, query=query, name=form.cleaned_data["name"],
                shared_with=form.cleaned_data["shared_with"],
            )  # fmt: skip
            messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
        except Refused as refusal:
            messages.error(request, " ".join(refusal.messages))
    else:
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
    return _to(screen, query)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    screen, name = view.screen, view.name
    actions.delete_view(view=view, by=request.user)
    messages.success(request, _("The view “%(name)s” is deleted; no row was.") % {"name": name})
    return _to(screen, "")


def _to(screen, query):
    url = reverse(f"organizations:{screen}")
    return redirect(f"{url}?{query}" if query else url)
