"""The registers as lists, and the same lists as files."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from organizations.access import Act, may_somewhere
from organizations.actions.saved_views import may_delete
from organizations.forms.registers import ViewForm
from organizations.lists import EnterpriseList, OrganizationList
from organizations.lists.files import Sheet, as_csv, as_workbook
from organizations.models import Sector
from vietnamese.numbers import format_count

from .bulk import acts_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def enterprises(request: HttpRequest) -> HttpResponse:
    words = {
        "title": _("Enterprises"),
        "empty": _("No enterprise is recorded yet"),
        "add": _("Add an enterprise"),
        "add_url": reverse("organizations:enterprise_new"),
    }
    return _list(request, EnterpriseList, words)


@require_safe
def organizations(request: HttpRequest) -> HttpResponse:
    words = {
        "title": _("Organisations"),
        "empty": _("No organisation is recorded yet"),
        "add": _("Found an organisation"),
        "add_url": reverse("organizations:organization_new"),
    }
    return _list(request, OrganizationList, words)


def _list(request, list_class, words):
    listing = list_class(request.GET, user=request.user, today=timezone.localdate())
    if not listing.problems and any(not value for values in request.GET.lists() for value in values[1]):
        return redirect(f"{request.path}?{listing.address}" if listing.address else request.path)
    writes = may_somewhere(request.user, Act.ENTER)
    words["found"] = _counted(listing)
    views = [
        {"view": view, "current": view.query == listing.address, "own": view.owner_id == request.user.pk}
        for view in listing.views
    ]
    current = next((each["view"] for each in views if each["current"] and may_delete(request.user, each["view"])), None)
    context = {
        "listing": listing,
        "words": words,
        "writes": writes,
        "acts": acts_of(listing.screen) if writes else [],
        "views": views,
        "deletable": current,
        "view_form": ViewForm(user=request.user),
        "url": request.path,
        "twice_url": f"{reverse('organizations:duplicates')}?show={listing.screen}",
        "files": {
            ending: reverse(f"organizations:{listing.screen}_export", args=[ending]) for ending in ("xlsx", "csv")
        },
        "bulk_url": reverse(f"organizations:{listing.screen}_bulk"),
    }
    return TemplateResponse(request, "organizations/register.html", context, status=400 if listing.problems else 200)


def _counted(listing):
    """How many rows there are, and how many people in them."""
    people = listing.people_sums
    if listing.screen == EnterpriseList.screen:
        said = [(ngettext("%(count)s enterprise", "%(count)s enterprises", listing.total), listing.total)]
        said += [(ngettext("%(count)s worker", "%(count)s workers", count), count) for count in people.values()]
    else:
        said = [(ngettext("%(count)s organisation", "%(count)s organisations", listing.total), listing.total)]
        said += [(_members(sector, people[sector,]), people[sector,]) for sector in Sector if (sector,) in people]
    return " · ".join(words % {"count": format_count(count)} for words, count in said)


def _members(sector, count):
    match sector:
        case Sector.PARTY:
            return ngettext("%(count)s Party member", "%(count)s Party members", count)
        case Sector.UNION:
            return ngettext("%(count)s union member", "%(count)s union members", count)
    return ngettext("%(count)s youth member", "%(count)s youth members", count)


@require_safe
def enterprises_export(request: HttpRequest, ending: str) -> HttpResponse:
    return _export(request, EnterpriseList, _("List of enterprises"), "doanh-nghiep", ending)


@require_safe
def organizations_export(request: HttpRequest, ending: str) -> HttpResponse:
    return _export(request, OrganizationList, _("List of organisations"), "to-chuc", ending)


def _export(request, list_class, title, name, ending):
    """What the list shows, all pages of it. A question that is not understood makes no file: see it on the list."""
    listing = list_class(request.GET, user=request.user, today=timezone.localdate())
    if ending not in ("xlsx", "csv"):
        raise Http404(ending)
    if listing.problems:
        return redirect(f"{reverse(f'organizations:{listing.screen}')}?{request.GET.urlencode()}")
    sheet = Sheet(listing, title)
    name = f"{name}-{listing.today:%Y%m%d}.{ending}"
    if ending == "xlsx":
        response = StreamingHttpResponse(as_workbook(sheet), content_type=XLSX)
    else:
        response = StreamingHttpResponse(as_csv(sheet), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
