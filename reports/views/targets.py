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
from reports.board.targets import current_targets, further_down, ranges, sheet
from targets.actions import assign_targets
from targets.forms import TargetSheetForm
from targets.models import TargetVersion
from vietnamese.numbers import format_count

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
        offered = _offered(request, zones, question, current)
        form = TargetSheetForm(
            request.POST or None, user=request.user, zones=zones, indicators=indicators(), year=question.year,
            current=current, offered=offered,
        )  # fmt: skip
        looking = request.POST.get("then") == LOOK  # the differences worked out anew, and nothing written
        if request.method == "POST" and form.is_valid() and not looking:
            if address := saved_once(request, form, lambda: _save(request, question, form)):
                return redirect(address)
            current = current_targets(zones, question.year)
            form.show_again(current)
        status = 422 if form.errors else status
    way = WAYS.get(request.GET.get("share", ""))
    copied = _year(request, question) if form else None
    context = {
        "begins": _begins(len(offered or ()), copied, way, zones, question.year) if form and (copied or way) else "",
        "question": question, "form": form, "years": years_for(question.year, question.as_of, question.today),
        "sheet": sheet(question, current, form), "ways": WAYS if question.children else {},
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


def _begins(count, copied, way, zones, year):
    """With what the empty boxes begin, and how many they are."""
    below = further_down(zones, copied, year) if copied else []
    further = _("Targets of %(year)s stand further down too; copy them on the page of: %(zones)s.") if below else ""
    further %= {"year": copied, "zones": ", ".join(map(str, below))} if further else {}
    if not count:
        nothing = _("No box was empty that could be filled in: nothing stands here but what is assigned.")
        return f"{nothing} {further}".strip()
    if copied:
        filled = ngettext(
            "%(count)s empty box begins with the target of %(year)s.",
            "%(count)s empty boxes begin with the targets of %(year)s.",
            count,
        ) % {"count": format_count(count), "year": copied}
    else:
        filled = ngettext(
            "%(count)s empty box of the zones below begins with a share: %(way)s.",
            "%(count)s empty boxes of the zones below begin with shares: %(way)s.",
            count,
        ) % {"count": format_count(count), "way": way}
    rest = _("Nothing is written before it is saved; name the decision at the foot of the page, if there is one.")
    return f"{filled} {rest} {further}".strip()


def _save(request, question, form):
    """Write what the sheet says otherwise; returns where to go and what to say there."""
    with writing(zones=form.zones, by=request.user):
        decision = form.decision_values()
        drafts = form.drafts(None)
        if decision is not None and (drafts or form.cleaned_data["everywhere"]):
            drafts = form.drafts(record_decision(zone=question.zone, by=request.user, **decision))
        rows, outcomes = assign_targets(drafts=drafts, by=request.user, reason=form.cleaned_data["reason"])
    changed = [row for row, outcome in zip(rows, outcomes, strict=True) if outcome != "unchanged"]
    versions = TargetVersion.objects.filter(target__in=changed, number=F("target__version"))
    written = versions.count()
    address = f"{request.path}?{question.query()}"
    if not written:
        return address, format_html("{}", _("Nothing differs from what is assigned: nothing was written."))
    said = ngettext(
        "%(count)s target of %(year)s was written.", "%(count)s targets of %(year)s were written.", written
    ) % {"count": written, "year": question.year}
    if bare := versions.filter(decision=None, low__isnull=False).count():
        more = ngettext("%(count)s of them names no decision.", "%(count)s of them name no decision.", bare)
        said = f"{said} {more % {'count': format_count(bare)}}"
    return address, format_html("{}", said)
