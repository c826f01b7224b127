"""Changing what only the register says of an organisation; name, type and zone are changed by acts."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organizations import actions
from organizations.details.organization import may_write
from organizations.forms.meeting import Met
from organizations.forms.organization import ChangeOrganizationForm
from organizations.ledger import writing
from organizations.models import Organization

from .once import saved_once


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change code, superior and coverage. When somebody else did meanwhile, both works are shown and kept."""
    rows = Organization.objects.live().visible_to(request.user).select_related("zone", "type", "parent")
    organization = get_object_or_404(rows, pk=pk)
    if not may_write(organization, request.user):
        raise PermissionDenied
    form = ChangeOrganizationForm(request.POST or None, user=request.user, organization=organization)
    meeting = None
    if request.method == "POST" and form.is_valid():
        changed = form.changed()
        meeting = form.still_clashing(organization)
        if meeting is None:
            try:
                if address := saved_once(request, form, lambda: _change(request, form, organization, changed)):
                    return redirect(address)
            except Met as met:
                meeting, fresh = met.meeting, rows.get(pk=pk)
                form = ChangeOrganizationForm(form.data, user=request.user, organization=fresh)
                form.is_valid()
    refused = request.method == "POST" and (form.errors or meeting)
    context = {"form": form, "organization": organization, "meeting": meeting}
    return TemplateResponse(request, "organizations/organization_edit.html", context, status=422 if refused else 200)


def _change(request, form, organization, changed):
    data, by = form.cleaned_data, request.user
    done = [str(form.fields[name].label) for name in changed]
    with writing(zones=[organization.zone_id], by=by):
        if changed:
            fresh = Organization.objects.select_related("zone", "parent").get(pk=organization.pk)
            if fresh.version != data["version"] and (meeting := form.meet(fresh)):
                raise Met(meeting)
            actions.change_organization(
                organization=organization, by=by, version=fresh.version, reason=data["reason"], **changed
            )
        for row, day in form.ends():
            form.called = form.called | {"last_day": f"until_{row.pk}"}  # a refusal stands beside its box
            actions.uncover(coverage=row, last_day=day, by=by, reason=data["reason"])
            done.append(_("no longer covers “%(name)s”") % {"name": row.enterprise.name})
        if data["enterprise"]:
            actions.cover(
                organization=organization, enterprise=data["enterprise"], by=by, valid_from=data["covered_from"],
                lead=data["lead"],
            )  # fmt: skip
            done.append(_("covers “%(name)s”") % {"name": data["enterprise"].name})
    if not done:
        return organization.get_absolute_url(), format_html("{}", _("Nothing was changed."))
    said = _("Saved: %(name)s. Changed: %(fields)s.") % {"name": organization.name, "fields": ", ".join(done)}
    return organization.get_absolute_url(), format_html("{}", said)
