"""Scans of decisions: attached on the page of the decision, shown as what their bytes are and never run."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations.actions import attachments
from organizations.forms.scans import ScansForm, WithdrawForm, zones_to_attach_for
from organizations.models import Attachment
from organizations.problems import Refused
from vietnamese.numbers import format_count

from .decisions import page_of, visible, writes

NEVER_RUN = "sandbox; default-src 'none'"


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach scans to the decision ``pk``; refused ones are told on its page."""
    found = visible(request, pk)
    zones = zones_to_attach_for(request.user, found)
    if not zones:
        raise PermissionDenied
    form = ScansForm(request.POST, request.FILES, zones=zones)
    if form.is_valid():
        data = form.cleaned_data
        try:
            rows = attachments.attach_scans(decision=found, zone=data["zone"], files=data["files"], by=request.user)
        except Refused as refusal:
            for problem in (problem for problems in refusal.by_row.values() for problem in problems):
                form.add_error("files", problem.error())
        else:
            words = ngettext("%(count)s scan is attached.", "%(count)s scans are attached.", len(rows))
            messages.success(request, words % {"count": format_count(len(rows))})
            return redirect(f"{found.get_absolute_url()}#scans")
    return page_of(request, found, scans_form=form, status=422)


def _seen(request, pk, scan) -> Attachment:
    rows = Attachment.objects.visible_to(request.user).standing().select_related("zone", "decision")
    return get_object_or_404(rows, pk=scan, decision=visible(request, pk))


@require_safe
def scan(request: HttpRequest, pk: int, scan: int) -> HttpResponse:
    """One file: pictures are shown, papers are downloaded; nothing in it can run or reach this site."""
    row = _seen(request, pk, scan)
    try:
        with row.file.open("rb") as stream:
            data = stream.read()
    except FileNotFoundError:
        raise Http404(_("The file is not in the archive.")) from None
    response = HttpResponse(data, content_type=row.content_type)
    response["Content-Disposition"] = content_disposition_header(not row.is_picture, row.name)
    response["Content-Security-Policy"] = NEVER_RUN
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int, scan: int) -> HttpResponse:
    """Take a wrong scan out of sight, with a reason."""
    row = _seen(request, pk, scan)
    if not writes(request.user, row.zone_id):
        raise PermissionDenied
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            attachments.withdraw_scan(attachment=row, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("“%(name)s” is withdrawn.") % {"name": row.name})
            return redirect(f"{row.decision.get_absolute_url()}#scans")
    context = {"form": form, "scan": row, "decision": row.decision}
    return TemplateResponse(request, "organizations/scan_withdraw.html", context, status=422 if form.errors else 200)
