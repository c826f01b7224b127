"""The figures on screen: home by role, the dashboard, and the events behind any number."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.visits import last_visit
from organizations.access import Act, may, scope_of
from organizations.models import Role
from reports.board import events, page, tasks
from reports.board.question import ask, own, years_for
from reports.models import Snapshot
from targets.models import Indicator


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The city board and the administrator see the zones, a clerk or leader the own zone and its work."""
    question = own(request.user, today=timezone.localdate())
    if question.zone is None:
        return TemplateResponse(request, "reports/no_zone.html", {})
    scope = scope_of(request.user)
    above = scope.has(Role.BOARD) or scope.has(Role.ADMIN)
    shown = page.home(question, request.user, zones=above, since=last_visit(request))
    context = {"question": question, "shown": shown, "enters": may(request.user, Act.ENTER, question.zone)}
    return TemplateResponse(request, "reports/home.html", context)


@require_safe
def task(request: HttpRequest, slug: str) -> HttpResponse:
    """The list behind one count of the work that waits in a zone."""
    question = ask(request, today=timezone.localdate())
    if question.zone is None or slug not in tasks.BY_SLUG:
        raise Http404("task")
    chosen = tasks.BY_SLUG[slug]
    found = chosen.found(question.zone.subtree_ids(), question.today)
    shown = Paginator(found, tasks.PAGE).get_page(request.GET.get("page"))
    context = {
        "question": question,
        "task": chosen,
        "page": shown,
        "items": [
            (item, zip(chosen.columns, item.facts, strict=True))
            for item in (chosen.item(row, question.today) for row in shown.object_list)
        ],
        "paging": f"{urlencode({'zone': question.zone.code})}&",
        "enters": may(request.user, Act.ENTER, question.zone),
    }
    return TemplateResponse(request, "reports/task.html", context, status=question.status)


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Indicators of one zone and year, its years and its zones; all of the question is in the address."""
    question = ask(request, today=timezone.localdate(), parts=True)
    if question.zone is None:
        return TemplateResponse(request, "reports/no_zone.html", {})
    context = {
        "question": question,
        "form": question,
        "board": page.board(question),
        "accepted": Snapshot.objects.accepted(question.zone, question.period),
    }
    return TemplateResponse(request, "reports/dashboard.html", context, status=question.status)


@require_safe
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """The events that add up to one figure."""
    question = ask(request, today=timezone.localdate(), parts=True)
    if question.zone is None:
        raise Http404("zone")
    indicator = get_object_or_404(Indicator.objects.prefetch_related("types", "parks"), code=code)
    own_only = request.GET.get("own") == "1"
    years = years_for(question.year, question.as_of, question.today)
    page_number = request.GET.get("page", "1")
    things = request.GET.get("things", "1")
    drill = events.drill(question, years, indicator, request.user, own=own_only, page=page_number, things=things)
    context = {
        "question": question,
        "form": question,
        "drill": drill,
        "own": own_only,
        "years": years,
    }
    return TemplateResponse(request, "reports/figure.html", context, status=question.status)
