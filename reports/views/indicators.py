"""The catalogue of what is counted: read by everybody who signs in, kept by administrators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations.access import Act, may, require
from organizations.details.history import history
from organizations.views.once import saved_once, sent_once
from reports.indicators.form import IndicatorForm, InUseForm
from reports.indicators.page import counted_in_words, hanging, lines, measures, preview
from targets.actions import move_indicator, set_indicator_in_use
from targets.models import Indicator

CATALOGUE = "reports:indicators"


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The indicators in their order, in use and retired."""
    context = {"lines": lines(), "keeps": may(request.user, Act.CATALOGUE, None)}
    return TemplateResponse(request, "reports/indicators.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def new(request: HttpRequest) -> HttpResponse:
    """Add an indicator; the button beside “Save” shows what it would count, and writes nothing."""
    require(request.user, Act.CATALOGUE, None)
    return _form_page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an indicator; who, before, after and why stand under the form."""
    require(request.user, Act.CATALOGUE, None)
    return _form_page(request, get_object_or_404(Indicator.objects.prefetch_related("types", "parks"), pk=pk))


def _form_page(request, row):
    form = IndicatorForm(request.POST or None, user=request.user, row=row)
    today = timezone.localdate()
    asked_only = request.POST.get("then") == "preview"
    if asked_only and "reason" in form.fields:
        form.fields["reason"].required = False  # nothing is saved yet
    shown, moves = [], False
    if request.method == "POST" and form.is_valid():
        if not asked_only and (address := saved_once(request, form, lambda: _save(form))):
            return redirect(address)
    if request.method == "POST" and not (set(form.errors) - {"reason", "__all__"}):
        moves = form.changes_figures()
        shown = preview(form.typed(), row, today)
    context = {
        "form": form, "row": row, "preview": shown, "moves": moves, "measures": measures(),
        "hanging": hanging(row) if row else None,
        "history": history(row, request.user, request.GET.get("page", "1")) if row else None,
    }  # fmt: skip
    return TemplateResponse(request, "reports/indicator.html", context, status=422 if form.errors else 200)


def _save(form):
    changed = form.changed()
    stored = form.row
    if stored and not changed:
        return reverse(CATALOGUE), format_html("{}", _("Nothing was changed."))
    row = Indicator.objects.get(pk=form.save().pk)
    if stored is None:
        said = _("Added: %(name)s, counted as: %(measure)s.") % {"name": row.name, "measure": counted_in_words(row)}
        return reverse(CATALOGUE), format_html("{}", said)
    labels = ", ".join(str(form.fields[name].label) for name in changed)
    said = _("Saved: %(name)s. Changed: %(fields)s.") % {"name": row.name, "fields": labels}
    return reverse("reports:indicator_edit", args=[row.pk]), format_html("{}", said)


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def in_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Retire an indicator, or take it into use again; what hangs on it is said first."""
    require(request.user, Act.CATALOGUE, None)
    row = get_object_or_404(Indicator, pk=pk)
    form = InUseForm(request.POST or None, user=request.user, row=row)
    if request.method == "POST" and form.is_valid():
        if address := saved_once(request, form, lambda: _set_in_use(form, row)):
            return redirect(address)
    context = {"form": form, "row": Indicator.objects.get(pk=pk), "hanging": hanging(row)}
    return TemplateResponse(request, "reports/indicator_use.html", context, status=422 if form.errors else 200)


def _set_in_use(form, row):
    data = form.cleaned_data
    saved = set_indicator_in_use(
        indicator=row, in_use=not row.is_active, by=form.user, reason=data["reason"], version=data["version"]
    )
    said = _("“%(name)s” is in use again.") if saved.is_active else _("“%(name)s” was retired.")
    return reverse(CATALOGUE), format_html("{}", said % {"name": saved.name})


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an indicator change places with the one before or after it in the list."""
    require(request.user, Act.CATALOGUE, None)
    row = get_object_or_404(Indicator, pk=pk)
    if move_indicator(indicator=row, up=request.POST.get("to") != "down", by=request.user):
        messages.success(request, _("The order was saved: “%(name)s” was moved.") % {"name": row.name})
    return redirect(f"{reverse(CATALOGUE)}#i{row.pk}")
