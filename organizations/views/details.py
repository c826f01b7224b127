"""One enterprise and one organisation, as they are now or as of a day."""

from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from organizations.details.enterprise import enterprise_page
from organizations.details.history import history
from organizations.details.organization import may_write, organization_page
from organizations.fields import DateFormField
from organizations.models import Enterprise, Organization
from vietnamese.dates import format_date

RELATED = {
    Enterprise: ("zone", "park", "duplicate_of", "voided_by"),
    Organization: ("zone", "type", "parent__type", "parent__zone", "duplicate_of", "voided_by"),
}


class DayForm(forms.Form):
    """The day a page is asked about; empty for today."""

    as_of = DateFormField(label=gettext_lazy("As of day"), required=False, event=True)


@require_safe
def enterprise(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, Enterprise, pk, enterprise_page, "organizations/enterprise.html")


@require_safe
def organization(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, Organization, pk, organization_page, "organizations/organization.html")


def _detail(request, model, pk, page_of, template):
    """A duplicate leads to its survivor, unless it is asked for itself (``own``)."""
    rows = model.objects.visible_to(request.user)
    found = get_object_or_404(rows.select_related(*RELATED[model]), pk=pk)
    survivor = rows.filter(pk=found.duplicate_of_id).first() if found.duplicate_of_id else None
    if survivor is not None and "own" not in request.GET:
        return redirect(survivor)
    form = DayForm(request.GET)
    asked = form.cleaned_data["as_of"] if form.is_valid() else None
    today = timezone.localdate()
    if asked == today:
        asked = None
    kept = {name: "1" for name in ("own",) if name in request.GET}
    if asked:
        kept["as_of"] = format_date(asked)
    context = {"form": form, "survivor": survivor, "row": found, "tab": "summary", "shown": None, "history": None}
    context["may_edit"] = may_write(found, request.user)
    if request.GET.get("tab") == "history":
        context |= {"tab": "history", "history": history(found, request.user, request.GET.get("page", "1"))}
        return TemplateResponse(request, template, context)
    query = urlencode(kept) + "&" if kept else ""
    shown = page_of(
        found, user=request.user, today=today, asked=asked, page=request.GET.get("page", "1"), query=query
    )  # fmt: skip
    context["shown"] = shown
    return TemplateResponse(request, template, context, status=422 if form.errors else 200)
