"""Signed papers: found by number, each with what it decided and its scans."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organizations import actions, citations
from organizations.access import Act, may, may_somewhere
from organizations.details.history import history
from organizations.forms.decisions import SORTS, ChangeDecisionForm, DecisionsForm, NewDecisionForm
from organizations.forms.scans import ScansForm, zones_to_attach_for
from organizations.models import Attachment, Decision, Issuer, Zone
from organizations.problems import Conflict, Refused
from organizations.search import with_words, words_of

ROWS = 25  # a page of the list
LINES = 50  # a page of the lines of one kind
FIRST_LINES = 12  # of each kind, before all of them are asked for
YEARS = 8  # chips, the latest


def writes_somewhere(user) -> bool:
    return may_somewhere(user, Act.ENTER) or may_somewhere(user, Act.ASSIGN_TARGETS)


def writes(user, zone_id) -> bool:
    return may(user, Act.ENTER, zone_id) or may(user, Act.ASSIGN_TARGETS, zone_id)


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """The list: searched by number, filtered by issuer, year and missing scan; each with what it decided."""
    seen = Decision.objects.visible_to(request.user).live()
    issuers = Issuer.objects.filter(pk__in=seen.order_by().values("issuer"))
    form = DecisionsForm(request.GET, issuers=issuers)
    form.is_valid()  # what is not understood is told; the rest of the question holds
    asked = form.cleaned_data
    found = with_words(seen, words_of(asked.get("q", "")))
    if asked.get("issuer"):
        found = found.filter(issuer=asked["issuer"])
    if asked.get("scan"):
        found = found.with_scan(request.user, there=asked["scan"] == "there")
    years = dict(found.order_by().annotate(year=ExtractYear("issued_on")).values_list("year").annotate(Count("pk")))
    if asked.get("year"):
        found = found.filter(issued_on__year=asked["year"])
    _words, order = SORTS[asked.get("sort", "")]
    page = Paginator(found.order_by(*order).select_related("issuer"), ROWS).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    seen_scans = Attachment.objects.visible_to(request.user).standing().filter(decision__in=rows).order_by()
    scans = dict(seen_scans.values_list("decision").annotate(Count("pk")))
    decided = citations.decided_by([row.pk for row in rows], request.user)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, decided[row.pk], scans.get(row.pk, 0)) for row in rows],
        "years": sorted(years.items(), reverse=True)[:YEARS],
        "all_years": sum(years.values()),
        "year": asked.get("year"),
        "without_year": _query(request, "year"),
        "query": _query(request),
        "narrowed": any(asked.get(name) for name in ("q", "issuer", "year", "scan")),
        "may_record": writes_somewhere(request.user),
    }
    return TemplateResponse(request, "organizations/decisions.html", context, status=400 if form.errors else 200)


def _query(request, *without) -> str:
    """The question as it stands in the address, ready for one more parameter."""
    asked = request.GET.copy()
    for name in ("page", *without):
        asked.pop(name, None)
    text = asked.urlencode()
    return f"{text}&" if text else ""


def visible(request, pk) -> Decision:
    """The decision ``pk`` when the person may see it, else 404."""
    found = Decision.objects.visible_to(request.user).live().select_related("issuer", "zone")
    return get_object_or_404(found, pk=pk)


@require_safe
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision: what it says, what it decided, its scans, who recorded it."""
    return page_of(request, visible(request, pk))


def page_of(request, found: Decision, *, scans_form=None, status=200) -> HttpResponse:
    """The page of a decision, with the form of scans as it was refused, if it was."""
    decided = citations.decided_by([found.pk], request.user)[found.pk]
    kind = request.GET.get("kind", "")
    if kind and kind not in {each.key for each in decided}:
        raise Http404(kind)
    page, lines = None, {}
    if kind:
        panel = citations.panel_of(kind)
        cited = panel.of_kind(panel.rows(request.user).filter(decision=found), kind)
        page = Paginator(cited, LINES).get_page(request.GET.get("page"))
        lines[kind] = [panel.line(row) for row in page.object_list]
    else:
        lines = citations.first_lines(found, request.user, FIRST_LINES)
    scans = found.attachments.visible_to(request.user).standing().select_related("zone", "uploaded_by")
    zones = zones_to_attach_for(request.user, found)
    context = {
        "decision": found,
        "groups": [(each, lines[each.key]) for each in decided if not kind or each.key == kind],
        "kind": kind,
        "page": page,
        "page_query": f"kind={kind}&",
        "zone_seen": Zone.objects.visible_to(request.user).filter(pk=found.zone_id).exists(),
        "history": history(found, request.user, "1"),
        "may_change": writes(request.user, found.zone_id),
        "scans": [(scan, writes(request.user, scan.zone_id)) for scan in scans],
        "scans_form": scans_form or (ScansForm(zones=zones) if zones else None),
        "form": scans_form,
    }
    return TemplateResponse(request, "organizations/decision.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def decision_new(request: HttpRequest) -> HttpResponse:
    """Record a decision; one that is recorded already is said so and opened."""
    if not writes_somewhere(request.user):
        raise PermissionDenied
    form = NewDecisionForm(request.POST or None, user=request.user)
    if form.is_valid():
        try:
            row, known = actions.register_decision(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show(form, refusal)
        else:
            if known:
                messages.info(request, _("%(number)s was recorded before: this is it.") % {"number": row.number})
            else:
                messages.success(request, _("%(number)s is recorded.") % {"number": row.number})
            return redirect(row)
    status = 422 if form.errors else 200
    return TemplateResponse(request, "organizations/decision_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def decision_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change signer and summary."""
    found = visible(request, pk)
    if not writes(request.user, found.zone_id):
        raise PermissionDenied
    now = {"signer": found.signer, "summary": found.summary, "version": found.version}
    form = ChangeDecisionForm(request.POST or None, initial=now)
    if form.is_valid():
        try:
            actions.change_decision(decision=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show(form, refusal)
        except Conflict:
            found.refresh_from_db()
            form.data = form.data.copy() | {"version": str(found.version)}
            form.add_error(None, conflict(found))
        else:
            messages.success(request, _("%(number)s is changed.") % {"number": found.number})
            return redirect(found)
    context = {"form": form, "decision": found}
    return TemplateResponse(request, "organizations/decision_edit.html", context, status=422 if form.errors else 200)


def conflict(found) -> str:
    return _(
        "Somebody else has changed this decision meanwhile: the signer is now “%(signer)s”, the summary “%(summary)s”. "
        "What you typed is below; save again to put it in their place."
    ) % {"signer": found.signer or "—", "summary": found.summary or "—"}


def show(form, refusal: Refused):
    """Say why the act was refused, at the fields that have a place in the form."""
    for problem in (problem for problems in refusal.by_row.values() for problem in problems):
        form.add_error(problem.field if problem.field in form.fields else None, problem.error())
