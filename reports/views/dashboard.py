"""The figures on screen: home by role, the dashboard, and the events behind any number."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from organizations.access import scope_of
from organizations.models import Role
from reports.board import events, page
from reports.board.question import ask, own, years_for
from targets.models import Indicator


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The city board and the administrator see the zones, a clerk or leader the own zone."""
    question = own(request.user, today=timezone.localdate())
    if question.zone is None:
        return TemplateResponse(request, "reports/no_zone.html", {})
    scope = scope_of(request.user)
    shown = page.home(question, request.user, zones=scope.has(Role.BOARD) or scope.has(Role.ADMIN))
    return TemplateResponse(request, "reports/home.html", {"question": question, "shown": shown})


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Indicators of one zone and year, its years and its zones; all of the question is in the address."""
    question = ask(request, today=timezone.localdate())
    if question.zone is None:
        return TemplateResponse(request, "reports/no_zone.html", {})
    context = {"question": question, "form": question, "board": page.board(question)}
    return TemplateResponse(request, "reports/dashboard.html", context, status=question.status)


@require_safe
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """The events that add up to one figure."""
    question = ask(request, today=timezone.localdate())
    if question.zone is None:
        raise Http404("zone")
    indicator = get_object_or_404(Indicator.objects.prefetch_related("types", "parks"), code=code)
    own_only = request.GET.get("own") == "1"
    years = years_for(question.year, question.as_of, question.today)
    page_number = request.GET.get("page", "1")
    drill = events.drill(question, years, indicator, request.user, own=own_only, page=page_number)
    context = {
        "question": question,
        "form": question,
        "drill": drill,
        "own": own_only,
        "years": years,
    }
    return TemplateResponse(request, "reports/figure.html", context, status=question.status)
