"""Many organisations handed over by one decision: chosen, rehearsed and said in words, then written in one act."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organizations import actions
from organizations.access import Act, may_somewhere, zone_ids_for
from organizations.actions.checks import zones_touched
from organizations.forms.handover import ChooseForm, HandOverManyForm
from organizations.ledger import writing
from organizations.lifecycle import STANDING
from organizations.models import Event, Kind, Organization
from organizations.problems import Refused
from vietnamese.numbers import format_count

from .acts import decision_quoted
from .once import saved_once, sent_once

OFFERED = 200  # organisations on one page
AT_ONCE = 200  # organisations in one act: who confirms has read their names, and each may be tried alone


@dataclass
class Plan:
    """What a hand-over would do, found by doing it and undoing it."""

    going: list[tuple[Organization, int]] = field(default_factory=list)  # with how many members
    staying: list[tuple[Organization, str]] = field(default_factory=list)  # and why

    @property
    def members(self) -> int:
        return sum(members for _organization, members in self.going)

    @property
    def seen(self) -> str:
        """What the person confirms: nothing else may be written."""
        return ",".join(f"{row.pk}:{members}" for row, members in self.going)


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def handover(request: HttpRequest) -> HttpResponse:
    """``?organization=`` names the chosen ones; without any, they are chosen here."""
    if not may_somewhere(request.user, Act.ENTER):
        raise PermissionDenied
    mine = Organization.objects.live().visible_to(request.user).select_related("type", "zone")
    ids = zone_ids_for(request.user, Act.ENTER)
    mine = mine if ids is None else mine.filter(zone__in=ids)
    form = HandOverManyForm(
        request.POST or None, user=request.user, organizations=mine, decision=decision_quoted(request)
    )
    if request.method == "POST" and form.is_valid() and request.POST.get("step") != "back":
        plan = _plan(request, form)
        writes = request.POST.get("step") == "write"
        if plan and plan.going and writes:
            if request.POST.get("seen") != plan.seen:
                form.refuse("", _("Something has changed since you looked: read again what will happen."))
            elif address := saved_once(request, form, lambda: _save(request, form, plan)):
                return redirect(address)
            if form.errors and "organizations" not in form.errors and "__all__" in form.errors:
                return _preview(request, form, plan, status=422)
        elif plan:  # to look at; or nothing of what was looked at may go any more, and the page says why
            return _preview(request, form, plan, status=422 if writes else 200)
    choose = ChooseForm(request.GET, user=request.user)
    chosen = _asked(request)
    rows = mine.filter(pk__in=chosen) if chosen else choose.narrow(mine.filter(status__in=STANDING))
    offered = list(rows[: OFFERED + 1]) if not chosen else list(rows[:AT_ONCE])
    context = {
        "form": form,
        "choose": choose,
        "rows": offered if chosen else offered[:OFFERED],
        "more": not chosen and len(offered) > OFFERED,
        "chosen": chosen,
        "hidden": len(chosen) - len(offered) if chosen else 0,
        "offered": OFFERED,
    }
    return TemplateResponse(request, "organizations/handover.html", context, status=422 if form.errors else 200)


def _asked(request) -> set[int]:
    """The organisations the address, or the form sent, names."""
    named = request.POST.getlist("organizations") if request.method == "POST" else request.GET.getlist("organization")
    return {int(pk) for pk in named[: AT_ONCE * 5] if pk.isascii() and pk.isdigit() and len(pk) < 18}


def _preview(request, form, plan, status=200):
    if not form.data.get("key"):
        form.new_key()
    context = {"form": form, "plan": plan, "to_zone": form.cleaned_data["to_zone"], "data": form.cleaned_data}
    return TemplateResponse(request, "organizations/handover_preview.html", context, status=status)


def _plan(request, form) -> Plan | None:
    """What would happen; None when the whole of it is refused: then the form says why."""
    to_zone, plan = form.cleaned_data["to_zone"], Plan()
    able = []
    for row in form.cleaned_data["organizations"]:
        if row.zone_id == to_zone.pk:
            plan.staying.append((row, _("It is in %(zone)s already.") % {"zone": to_zone}))
        elif row.status not in STANDING:
            plan.staying.append((row, _("The organisation is %(status)s.") % {"status": row.get_status_display()}))
        else:
            able.append(row)
    if len(able) > AT_ONCE:
        form.refuse("organizations", _("At most %(most)s at once.") % {"most": format_count(AT_ONCE)})
        return None
    try:
        events = _rehearsed(request, form, able)
    except Refused:  # not all together: ask each one
        able = [row for row in able if _goes_alone(request, form, row, plan)]
        try:
            events = _rehearsed(request, form, able)
        except Refused as refused:
            form.take(refused)
            return None
    members = {event.organization_id: -event.quantity for event in events if event.kind == Kind.MEMBER_TRANSFERRED_OUT}
    plan.going = [(row, members.get(row.pk, 0)) for row in able]
    return plan


def _goes_alone(request, form, row, plan) -> bool:
    try:
        _rehearsed(request, form, [row])
    except Refused as refused:
        plan.staying.append((row, " ".join(dict.fromkeys(refused.messages))))
        return False
    return True


def _rehearsed(request, form, rows):
    """The events of the hand-over, which is undone again."""
    if not rows:
        return []
    with transaction.atomic():
        events, _decision = _written(request, form, rows)
        transaction.set_rollback(True)
    return events


def _written(request, form, rows):
    to_zone = form.cleaned_data["to_zone"]
    # read anew: an act gives its objects the values it wrote, and a rehearsal's are undone
    rows = list(Organization.objects.filter(pk__in=[row.pk for row in rows]).select_related("type", "zone"))
    with writing(zones=zones_touched(row.pk for row in rows) | {to_zone.pk}, by=request.user):
        decision = actions.record_decision(zone=rows[0].zone, by=request.user, **form.decision_values())
        events = actions.transfer(
            organizations=rows, to_zone=to_zone, decision=decision, by=request.user, note=form.cleaned_data["note"]
        )
    return events, decision


def _save(request, form, plan):
    written, decision = _written(request, form, [row for row, _members in plan.going])
    stored = Event.objects.live().filter(act__in={event.act for event in written})
    came = stored.filter(kind=Kind.TRANSFERRED_IN).count()
    members = stored.filter(kind=Kind.MEMBER_TRANSFERRED_IN).totals()["quantity"]
    said = _("Handed over to %(zone)s: %(count)s organisations with %(members)s members.") % {
        "zone": form.cleaned_data["to_zone"], "count": format_count(came), "members": format_count(members),
    }  # fmt: skip
    return reverse("organizations:decision", args=[decision.pk]), format_html("{}", said)
