"""Recording an enterprise and changing one; what may be recorded twice is asked, and no work of another is lost."""

from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organizations import actions
from organizations.access import Act, may_somewhere
from organizations.details.organization import may_write
from organizations.forms.enterprise import ChangeEnterpriseForm, NewEnterpriseForm
from organizations.forms.meeting import Met
from organizations.models import Enterprise
from organizations.problems import Conflict

from .once import saved_once


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Record an enterprise; one that may be recorded already is shown first."""
    if not may_somewhere(request.user, Act.ENTER):
        raise PermissionDenied
    asked = {name: request.GET[name] for name in ("name", "tax_code", "park") if name in request.GET}
    if "zone" in request.GET:
        asked["zone_of"] = request.GET["zone"]
    form = NewEnterpriseForm(request.POST or None, user=request.user, initial=asked)
    if request.method == "POST" and form.is_valid():
        with suppress(MayBeRecorded):
            if address := saved_once(request, form, lambda: _record(request, form)):
                return _with_doubts(request, form, address)
    return _page(request, "organizations/enterprise_new.html", {"form": form})


class MayBeRecorded(Exception):
    """The page asks first whether it is another enterprise; ``form.alike`` are those it may be."""


def _record(request, form):
    if not form.is_another():
        raise MayBeRecorded
    row = actions.record_enterprise(zone=form.zone(), by=request.user, **form.values())
    said = _("Recorded: %(name)s%(code)s, %(park)s.") % {
        "name": row.name, "code": f" ({row.tax_code})" if row.tax_code else "",
        "park": form.fields["park"].label_from_instance(row.park),
    }  # fmt: skip
    if request.POST.get("then") != "again":
        return row.get_absolute_url(), format_html("{}", said)
    kept = {"zone": row.zone.code, "park": row.park_id}
    return (
        f"{reverse('organizations:enterprise_new')}?{urlencode(kept)}",
        format_html('{} <a href="{}">{}</a>', said, row.get_absolute_url(), _("Open it")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an enterprise. When somebody else did meanwhile, both works are shown and kept."""
    rows = Enterprise.objects.live().visible_to(request.user).select_related("zone", "park")
    enterprise = get_object_or_404(rows, pk=pk)
    if not may_write(enterprise, request.user):
        raise PermissionDenied
    form = ChangeEnterpriseForm(request.POST or None, user=request.user, enterprise=enterprise)
    meeting = None
    if request.method == "POST" and form.is_valid():
        changed = form.changed()
        meeting = form.still_clashing(enterprise)
        if meeting is None:
            try:
                if address := saved_once(request, form, lambda: _change(request, form, enterprise, changed)):
                    return _with_doubts(request, form, address)
            except MayBeRecorded:
                pass
            except Met as met:
                meeting, fresh = met.meeting, rows.get(pk=pk)
                form = ChangeEnterpriseForm(form.data, user=request.user, enterprise=fresh)
                form.is_valid()
    context = {"form": form, "enterprise": enterprise, "meeting": meeting}
    return _page(request, "organizations/enterprise_edit.html", context)


def _change(request, form, enterprise, changed):
    address = enterprise.get_absolute_url()
    if not changed:
        return address, format_html("{}", _("Nothing was changed."))
    if {"name", "tax_code"} & changed.keys() and not form.is_another(but=enterprise):
        raise MayBeRecorded
    data = form.cleaned_data
    try:
        row = _written(request, enterprise, changed, data)
    except Conflict:
        fresh = Enterprise.objects.select_related("zone", "park").get(pk=enterprise.pk)
        if meeting := form.meet(fresh):
            raise Met(meeting) from None
        row = _written(request, fresh, changed, data)
    labels = ", ".join(str(form.fields[name].label) for name in changed)
    return address, format_html("{}", _("Saved: %(name)s. Changed: %(fields)s.") % {"name": row.name, "fields": labels})


def _written(request, enterprise, changed, data):
    return actions.change_enterprise(
        enterprise=enterprise, by=request.user, version=data["version"], reason=data["reason"],
        moved_on=data["moved_on"] if "park" in changed else None, **changed,
    )  # fmt: skip


def _with_doubts(request, form, address):
    for doubt in form.told:
        messages.warning(request, doubt)
    return redirect(address)


def _page(request, template, context):
    form = context["form"]
    refused = form.errors or form.alike or context.get("meeting")
    return TemplateResponse(request, template, context, status=422 if request.method == "POST" and refused else 200)
