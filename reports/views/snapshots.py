"""Frozen figures on screen: the list with who has reported, one snapshot, and each step it takes."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from organizations.access import Act, may_somewhere, require, zones_for
from organizations.problems import Conflict
from organizations.views.once import saved_once, sent_once
from reports.board import frozen, preview
from reports.board.completeness import completeness, year_to_report
from reports.board.question import visible_places, years_for
from reports.board.since import since
from reports.board.snapshot_list import ask_list, listing
from reports.board.snapshot_steps import PAGES, buttons, told, what_next
from reports.board.snapshot_words import say_state
from reports.documents.party_format import table_signatures
from reports.models import OPEN, Snapshot, State
from reports.snapshot_forms import FreezeForm
from reports.snapshots import actions
from reports.snapshots import verify as verification
from reports.snapshots.difference import moved
from reports.snapshots.freeze import counted_by
from reports.snapshots.steps import check
from vietnamese.dates import format_date


@require_safe
def snapshots(request: HttpRequest) -> HttpResponse:
    """Who has reported a year, zone by zone, and every snapshot of the zones this person reads."""
    today = timezone.localdate()
    asked = ask_list(request, today=today)
    if not asked.places:
        return TemplateResponse(request, "reports/no_zone.html", {})
    year = asked.year or year_to_report(today)
    context = {
        "asked": asked,
        "listing": listing(asked, request.user, request.GET.get("page", "1")),
        "shown": completeness(places=asked.shown_places, year=year, today=today, user=request.user),
        "choices": years_for(year, today, today).choices,
        "freezes": may_somewhere(request.user, Act.DRAFT),
        "waiting": asked.query(year=year, state=State.SUBMITTED.value),
        "returned": asked.query(year=year, state=State.RETURNED.value),
    }
    return TemplateResponse(request, "reports/snapshots.html", context, status=asked.status)


def visible(request, pk) -> Snapshot:
    """The snapshot ``pk`` when the person may read its zone, else 404."""
    return get_object_or_404(Snapshot.objects.visible_to(request.user).with_people(), pk=pk)


@require_safe
def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """One snapshot: its figures as they were frozen, where it stands, and what this person may do to it."""
    found = visible(request, pk)
    others = list(Snapshot.objects.filter(zone=found.zone, period=found.period).order_by("number"))
    context = {
        "snapshot": found,
        "counted": counted_by(found),
        "said": say_state(found.state),
        "next": what_next(found),
        "moved": moved(found) if found.state in OPEN else [],  # while it waits, whoever looks may still act on it
        "rows": frozen.rows(found),
        "buttons": buttons(found, request.user, is_last=others[-1].pk == found.pk),
        "steps": frozen.steps(found, request.user),
        "others": [(row, say_state(row.state)) for row in others if row.pk != found.pk],
        "signs": table_signatures(found.zone) if found.state in {*OPEN, State.ACCEPTED} else None,
    }
    return TemplateResponse(request, "reports/snapshot.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def new(request: HttpRequest) -> HttpResponse:
    """Choose zone, period and day, look at the figures, freeze them."""
    today = timezone.localdate()
    if not may_somewhere(request.user, Act.DRAFT):
        raise PermissionDenied
    places = visible_places(request.user)
    if (code := request.GET.get("zone")) and code not in {place.zone.code for place in places}:
        raise Http404("zone")
    zones = zones_for(request.user, Act.DRAFT)
    asked = preview.asked_for(request.GET, zones=zones, today=today)
    shown = form = None
    if asked.is_valid():
        require(request.user, Act.DRAFT, asked.cleaned_data["zone"])
        form = FreezeForm(request.POST or None, user=request.user)
        if request.method == "POST" and form.is_valid():
            if address := saved_once(request, form, lambda: _freeze(request, asked, form)):
                return redirect(address)
        shown = preview.preview(today=today, **asked.cleaned_data)
    elif code and code not in {zone.code for zone in zones}:
        require(request.user, Act.DRAFT, next(place.zone for place in places if place.zone.code == code))
    context = {"asked": asked, "form": form, "shown": shown}
    status = 400 if asked.errors else 422 if form is not None and form.errors else 200
    return TemplateResponse(request, "reports/snapshot_new.html", context, status=status)


def _freeze(request, asked, form):
    row = actions.draft(by=request.user, note=form.cleaned_data["note"], **asked.cleaned_data)
    row = Snapshot.objects.with_people().get(pk=row.pk)
    said = ngettext(
        "%(count)s figure of %(zone)s, %(period)s, was frozen as of %(day)s.",
        "%(count)s figures of %(zone)s, %(period)s, were frozen as of %(day)s.",
        row.figures.count(),
    ) % {
        "count": row.figures.count(), "zone": row.zone, "period": row.covers.label, "day": format_date(row.as_of)
    }  # fmt: skip
    return reverse("reports:snapshot", args=[row.pk]), format_html("{} {}", said, what_next(row))


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One step of a snapshot: what it will do and what is asked, or why it cannot be taken."""
    if step not in PAGES:
        raise Http404(step)
    found, page = visible(request, pk), PAGES[step]
    context = {"snapshot": found, "counted": counted_by(found), "said": say_state(found.state), "page": page}
    try:
        check(found, page.step, request.user)
    except Conflict as refusal:
        context |= {"why": str(refusal), "next": what_next(found)}
        return TemplateResponse(request, "reports/snapshot_step_not.html", context, status=409)
    form = page.form(request.POST or None, user=request.user, snapshot=found)
    if request.method == "POST" and form.is_valid():
        if address := saved_once(request, form, lambda: _take(request, found, page, form)):
            return redirect(address)
    rows = [(row, form.box_of(row.figure)) for row in frozen.rows(found)]
    context |= {"form": form, "rows": rows} | told(page, found, form)
    return TemplateResponse(request, "reports/snapshot_step.html", context, status=422 if form.errors else 200)


def _take(request, found, page, form):
    row = page.act(snapshot=found, by=request.user, version=form.cleaned_data["version"], **form.values())
    row = Snapshot.objects.with_people().get(pk=row.pk)
    return reverse("reports:snapshot", args=[row.pk]), format_html("{} {}", page.said, what_next(row))


@require_safe
def figure(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The events that one frozen figure summed, exactly those."""
    found = visible(request, pk)
    chosen = get_object_or_404(found.figures.without_events().prefetch_related("remarks__by"), code=code)
    context = {"snapshot": found, "counted": counted_by(found), "said": say_state(found.state)}
    context["opened"] = frozen.opened(found, chosen, request.GET.get("page", "1"))
    return TemplateResponse(request, "reports/snapshot_figure.html", context)


@require_safe
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """Each figure as it was frozen and as it is now, with what was recorded since that made it so."""
    found = visible(request, pk)
    differs, same = since(found, request.user)
    context = {"snapshot": found, "said": say_state(found.state), "told": differs, "same": same, "now": timezone.now()}
    return TemplateResponse(request, "reports/snapshot_difference.html", context)


@require_safe
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the figures are still those that were sealed, and whether the ledger still gives them."""
    found = visible(request, pk)
    context = {
        "snapshot": found, "said": say_state(found.state), "findings": verification.verify(found),
        "figures": found.figures.count(), "checked_at": timezone.now(),
    }  # fmt: skip
    return TemplateResponse(request, "reports/snapshot_verify.html", context)
