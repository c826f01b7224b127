"""What silence means, on screen: declared by cell, by row or by column, each in one act."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from organizations.access import Act, may, require
from organizations.ledger import writing
from organizations.problems import Refused
from organizations.views.once import saved_once, sent_once
from reports.board import declarations as board
from reports.board.page import indicators
from reports.board.question import ask, years_for
from targets.forms import DeclareForm
from targets.models import Declaration
from targets.saying import declare_all

HISTORY = 20  # a page


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def declarations(request: HttpRequest) -> HttpResponse:
    """Indicators × periods of one zone and year: live events, what was declared, what is silent."""
    question = ask(request, today=timezone.localdate())
    if question.zone is None:
        return TemplateResponse(request, "reports/no_zone.html", {})
    counted, form = [indicator for indicator in indicators() if indicator.counts_events], None
    declares = may(request.user, Act.ENTER, question.zone)
    if request.method == "POST":
        require(request.user, Act.ENTER, question.zone)
    if declares:
        form = DeclareForm(request.POST or None, user=request.user, offered=board.keys(question, counted))
        if request.method == "POST" and form.is_valid():
            if address := saved_once(request, form, lambda: _save(request, question, counted, form)):
                return redirect(address)
    history = Paginator(board.history(question.zone, question.year), HISTORY).get_page(request.GET.get("page"))
    context = {
        "question": question, "form": form, "sheet": board.sheet(question, counted, declares=declares),
        "years": years_for(question.year, question.as_of, question.today), "page": history,
        "chosen": form.chosen() if form else None,
    }  # fmt: skip
    status = 422 if form is not None and form.errors else question.status
    return TemplateResponse(request, "reports/declarations.html", context, status=status)


def _save(request, question, counted, form):
    """Declare what was chosen; returns where to go and what to say there, counted by the database."""
    data = form.cleaned_data
    with writing(zones=[question.zone], by=request.user):  # what is silent is looked up while nobody else declares
        sayings = board.sayings(question, counted, data, data["value"])
        if not sayings:
            raise Refused.one(_("Nothing is silent in the chosen period any more: look at the table."))
        before = board.timelines(question.zone, question.year)
        rows = declare_all(sayings=sayings, by=request.user, reason=data["reason"])
    written = Declaration.objects.filter(pk__in=[row.pk for row in rows]).count()
    said = ngettext(
        "%(count)s declaration was written: %(value)s.", "%(count)s declarations were written: %(value)s.", written
    ) % {"count": written, "value": Declaration.Value(data["value"]).label}
    named = board.named(question.zone, sayings, before, question.today)
    return f"{request.path}?{question.query(as_of=None)}", format_html("{} {}", said, named)
