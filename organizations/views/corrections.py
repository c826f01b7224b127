"""A line of the ledger: what became of it, how it is corrected, how it is taken back. Nothing is ever deleted."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse as address
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organizations import actions
from organizations.access import Act, may, require, sees
from organizations.actions.checks import zones_touched
from organizations.actions.events import sides_of
from organizations.forms.corrections import CorrectForm, ReverseForm
from organizations.ledger import writing
from organizations.models import Event, Kind
from organizations.problems import Conflict

from .once import saved_once, sent_once

RELATED = (
    "organization__type", "organization__zone", "decision__issuer", "recorded_by", "zone", "type", "from_type",
    "enterprise",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line as a history shows it: what it is to the others, and whether it stands."""

    event: Event
    role: str  # original, reversal, new
    stands: bool


def _visible(request, pk) -> Event:
    return get_object_or_404(Event.objects.visible_to(request.user).select_related(*RELATED), pk=pk)


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One line with its whole story: original, reversals and what was written instead."""
    found = _visible(request, pk)
    lines = story(found, request.user)
    current = next((line.event for line in lines if line.stands), None)
    context = {
        "event": found, "organization": found.organization, "lines": lines, "current": current,
        "sides": _others(current, request.user) if current else [],
        "may_change": bool(current) and _may_change(request.user, found),
    }  # fmt: skip
    return TemplateResponse(request, "organizations/event.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a line anew: the original is shown beside; a reversal and a new line are appended, with the reason."""
    found = _changeable(request, pk)
    if isinstance(found, HttpResponse):
        return _typed_again(request, pk) or found
    form = CorrectForm(request.POST or None, user=request.user, event=found)
    if request.method == "POST" and form.is_valid():
        if where := saved_once(request, form, lambda: _save_correction(request, found, form)):
            return redirect(where)
    context = {"event": found, "organization": found.organization, "form": form, "sides": _others(found, request.user)}
    return TemplateResponse(request, "organizations/correct.html", context, status=422 if form.errors else 200)


def _typed_again(request, pk):
    """What was typed about a line that somebody corrected meanwhile, to be saved about the line that stands now."""
    lines = story(_visible(request, pk), request.user) if request.method == "POST" else ()
    stands = next((line.event for line in lines if line.stands), None)
    if stands is None or not _may_change(request.user, stands):
        return None
    form = CorrectForm(request.POST, user=request.user, event=stands)
    form.is_valid()
    form.errors.pop("__all__", None)
    words = _(
        "%(who)s corrected this line at %(moment)s; beside it is what stands now. What you typed is kept: check it, "
        "then save it over that, or cancel."
    )
    told = {"who": stands.recorded_by, "moment": f"{localtime(stands.recorded_at):%H:%M %d/%m/%Y}"}
    link = address("organizations:event", args=[stands.pk])
    form.add_error(None, format_html('{} <a href="{}">{}</a>', words % told, link, _("See what became of the line")))
    form.new_key()
    context = {
        "event": stands, "organization": stands.organization, "form": form, "sides": _others(stands, request.user)
    }  # fmt: skip
    return TemplateResponse(request, "organizations/correct.html", context, status=409)


def _save_correction(request, found, form):
    changes = form.changes()
    with writing(zones=_zones_of(found), by=request.user):
        if changes.get("decision"):
            changes["decision"] = actions.record_decision(zone=found.zone, by=request.user, **form.decision_values())
        new = actions.correct(event=found, by=request.user, reason=form.cleaned_data["reason"], **changes)
    said = _("Corrected: the original, its reversal and the new line are all kept.")
    back = format_html(
        '{} <a href="{}">{}</a>', said, address("organizations:reverse", args=[new.pk]), _("Take the new line back")
    )
    return address("organizations:event", args=[new.pk]), back


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a line back, and the other sides of its act with it, after saying which."""
    found = _changeable(request, pk)
    if isinstance(found, HttpResponse):
        return found
    form = ReverseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if where := saved_once(request, form, lambda: _save_reversal(request, found, form)):
            return redirect(where)
    context = {"event": found, "organization": found.organization, "form": form, "sides": _others(found, request.user)}
    return TemplateResponse(request, "organizations/reverse.html", context, status=422 if form.errors else 200)


def _save_reversal(request, found, form):
    sides, formed = sides_of(found), _formed_from(found)
    with writing(zones=_zones_of(found), by=request.user):
        actions.reverse(event=found, by=request.user, reason=form.cleaned_data["reason"])
    count = Event.objects.filter(reverses__in=[side.pk for side in sides]).count()
    said = _("Taken back: %(count)s line(s) of the ledger, each by a reversal; nothing is deleted.") % {"count": count}
    if formed is None:
        return address("organizations:event", args=[found.pk]), format_html("{}", said)
    words = _("“%(organization)s”, formed by the merger, is still there: take its line back as well.")
    link = address("organizations:reverse", args=[formed.pk])
    back = format_html('{} <a href="{}">{}</a>', said, link, words % {"organization": formed.organization})
    return address("organizations:event", args=[found.pk]), back


def _formed_from(found) -> Event | None:
    """The line that formed the organisation into which this one merged away, when a new one was formed."""
    if found.kind != Kind.MERGED_AWAY:
        return None
    origins = {"organization__origins__predecessor": found.organization_id}
    formed = Event.objects.live().filter(kind=Kind.FORMED_BY_MERGER, effective_on=found.effective_on, **origins)
    return formed.select_related("organization").first()


def _changeable(request, pk):
    """The line, when the person may change it and it stands; else the page that says what became of it (409)."""
    found = _visible(request, pk)
    require(request.user, Act.ENTER, found.zone_id)
    require(request.user, Act.ENTER, found.organization.zone_id)
    if found.reverses_id is None and not Event.objects.filter(reverses=found).exists():
        return found
    lines = story(found, request.user)
    context = {
        "event": found, "organization": found.organization, "lines": lines,
        "current": next((line.event for line in lines if line.stands), None),
        "sides": [], "may_change": True, "gone": True,
    }  # fmt: skip
    return TemplateResponse(request, "organizations/event.html", context, status=409)


def _may_change(user, found) -> bool:
    return may(user, Act.ENTER, found.zone_id) and may(user, Act.ENTER, found.organization.zone_id)


def _others(found, user) -> list[Event]:
    """The other sides of the act that ``user`` sees, which go wherever this line goes."""
    try:
        return [side for side in sides_of(found) if side.pk != found.pk and sees(user, side.zone_id)]
    except Conflict:  # taken back by somebody else this moment: the act itself will say so
        return []


def _zones_of(found) -> set[int]:
    return zones_touched(side.organization_id for side in sides_of(found))


def story(found: Event, user) -> list[Line]:
    """The line, what took it back and what was written instead, and so on, as far back and forth as it goes.

    A correction writes its reversal and its new line at one moment; by that they know each other.
    """
    rows = Event.objects.visible_to(user).select_related(*RELATED)
    rows = rows.filter(organization=found.organization_id, kind=found.kind).order_by("pk")
    if found.act:
        rows = rows.filter(act=found.act)
    rows = list(rows)
    by_pk = {row.pk: row for row in rows}
    reversal_of = {row.reverses_id: row for row in rows if row.reverses_id}
    new_at: dict = {}
    for row in rows:
        if row.reverses_id is None:
            new_at.setdefault((row.recorded_at, row.recorded_by_id), []).append(row)

    def pairs():
        """(original, the line that replaced it), where the two were written by one correction."""
        taken = {}
        for original_pk, reversal in sorted(reversal_of.items(), key=lambda pair: pair[1].pk):
            waiting = new_at.get((reversal.recorded_at, reversal.recorded_by_id), [])
            place = taken.get((reversal.recorded_at, reversal.recorded_by_id), 0)
            if place < len(waiting):
                taken[(reversal.recorded_at, reversal.recorded_by_id)] = place + 1
                yield original_pk, waiting[place].pk

    after = dict(pairs())
    before = {new: old for old, new in after.items()}
    start = found.reverses_id or found.pk
    while start in before:
        start = before[start]
    lines, role, current = [], "original", start
    while current in by_pk:
        reversal = reversal_of.get(current)
        lines.append(Line(by_pk[current], role, reversal is None))
        if reversal is not None:
            lines.append(Line(reversal, "reversal", False))
        role, current = "new", after.get(current)
    return lines
