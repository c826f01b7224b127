"""An organisation comes into the register with the decision that founds it."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from organizations import actions
from organizations.access import Act, may_somewhere
from organizations.forms.founding import FoundingForm
from organizations.ledger import writing
from organizations.models import Enterprise, Event, Kind, Organization, OrganizationType, Zone
from vietnamese.text import clean

from .acts import AGAIN, decision_quoted, told
from .once import saved_once, sent_once


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def organization_new(request: HttpRequest) -> HttpResponse:
    """Found an organisation. ``?type=&enterprise=&parent=&decision=&zone=`` fill the form in."""
    if not may_somewhere(request.user, Act.ENTER):
        raise PermissionDenied
    form = FoundingForm(
        request.POST or None, user=request.user, decision=decision_quoted(request), initial=_named(request)
    )
    if request.method == "POST" and form.is_valid():
        then = request.POST.get("then")
        if address := saved_once(request, form, lambda: _save(request, form, then)):
            return redirect(address)
    return TemplateResponse(
        request, "organizations/organization_new.html", {"form": form}, status=422 if form.errors else 200
    )


def _save(request, form, then):
    values = form.values()
    with writing(zones=[values["zone"]], by=request.user):
        decision = actions.record_decision(zone=values["zone"], by=request.user, **form.decision_values())
        organization = actions.establish(decision=decision, by=request.user, **values)
    event = Event.objects.filter(organization=organization, kind=Kind.ESTABLISHED).latest("pk")
    address = organization.get_absolute_url()
    if then == AGAIN:
        again = {"decision": decision.pk, "type": organization.type.code, "zone": values["zone"].code}
        address = f"{reverse('organizations:organization_new')}?{urlencode(again)}"
    return address, told(event, request.user)


def _named(request) -> dict:
    """What the address names and the person may see, as the form's first values."""
    asked = request.GET
    zone = clean(asked.get("zone", ""))
    found = {
        "zone": Zone.objects.visible_to(request.user).filter(code=zone).values_list("code", flat=True),
        "type": OrganizationType.objects.filter(code=clean(asked.get("type", ""))).values_list("pk", flat=True),
    }
    for name, model in {"enterprise": Enterprise, "parent": Organization}.items():
        pk = asked.get(name, "")
        if pk.isascii() and pk.isdigit() and len(pk) < 18:
            found[name] = model.objects.live().visible_to(request.user).filter(pk=pk)
    return {name: row for name, rows in found.items() if (row := rows.first()) is not None}
