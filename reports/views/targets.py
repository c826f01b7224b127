"""Targets on screen: what zones were given for a year, assigned and revised by those who may."""

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from organizations.access import Act, may, require
from organizations.actions import record_decision
from organizations.ledger import writing
from organizations.views.once import saved_once
from reports.board.allocation import WAYS, proposed
from reports.board.page import indicators
from reports.board.question import ask, years_for
from reports.board.targets import current_targets, ranges, sheet
from targets.actions import assign_targets
from targets.forms import TargetSheetForm
from targets.models import TargetVersion

LOOK = "look"


@require_http_methods(["GET", "HEAD", "POST"])
def targets(request: HttpRequest) -> HttpResponse:
    """The targets of one zone and year, and of the zones below; saved all at once under one decision."""
    question = ask(request, today=timezone.localdate())
    if question.zone is None:
        return TemplateResponse(request, "reports/no_zone.html", {})
    assigns = may(request.user, Act.ASSIGN_TARGETS, question.zone)
    if request.method == "POST":
        require(request.user, Act.ASSIGN_TARGETS, question.zone)
    zones = [question.zone, *question.children]
    current = current_targets(zones, question.year)
    form, status = None, question.status
    if assigns:
        form = TargetSheetForm(
            request.POST or None, user=request.user, zones=zones, indicators=indicators(), year=question.year,
            current=current, offered=_offered(request, zones, question, current),
        )  # fmt: skip
        looking = request.POST.get("then") == LOOK  # the differences worked out anew, and nothing written
        if request.method == "POST" and form.is_valid() and not looking:
            if address := saved_once(request, form, lambda: _save(request, question, form)):
                return redirect(address)
            current = current_targets(zones, question.year)
            form.show_again(current)
        status = 422 if form.errors else status
    context = {
        "question": question, "form": form, "years": years_for(question.year, question.as_of, question.today),
        "sheet": sheet(question, current, form), "copied": _year(request, question) if form else None,
        "ways": WAYS if question.children else {}, "way": WAYS.get(request.GET.get("share", "")),
    }  # fmt: skip
    return TemplateResponse(request, "reports/targets.html", context, status=status)


def _year(request, question):
    """The year whose targets are to be copied, when the address names one."""
    text = request.GET.get("copy", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
    return year if year != question.year else None


def _offered(request, zones, question, current):
    """Ranges to begin with where there are none: another year's, or shares of the zone's own. Nothing is written."""
    year, way = _year(request, question), request.GET.get("share", "")
    held = ranges(current)
    if year is not None:
        return {key: value for key, value in ranges(current_targets(zones, year)).items() if key not in held}
    if way in WAYS:
        return proposed(way, question.zone, zones[1:], indicators(), question.year, held, question.today)
    return None


def _save(request, question, form):
    """Write what the sheet says otherwise; returns where to go and what to say there."""
    with writing(zones=form.zones, by=request.user):
        decision = form.decision_values()
        drafts = form.drafts(None)
        if decision is not None and (drafts or form.cleaned_data["everywhere"]):
            drafts = form.drafts(record_decision(zone=question.zone, by=request.user, **decision))
        rows, outcomes = assign_targets(drafts=drafts, by=request.user, reason=form.cleaned_data["reason"])
    written = TargetVersion.objects.filter(
        target__in=[row for row, outcome in zip(rows, outcomes, strict=True) if outcome != "unchanged"],
        number=F("target__version"),
    ).count()
    address = f"{request.path}?{question.query()}"
    if not written:
        return address, format_html("{}", _("Nothing differs from what is assigned: nothing was written."))
    said = ngettext(
        "%(count)s target of %(year)s was written.", "%(count)s targets of %(year)s were written.", written
    ) % {"count": written, "year": question.year}
    return address, format_html("{}", said)
