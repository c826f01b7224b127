"""What is done to an organisation, one page an act: find, ask whether it can be now, check, act, tell."""

from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organizations import actions
from organizations.access import Act, may, require
from organizations.actions.checks import zones_touched
from organizations.forms.acts import ACTS, acts_allowed, event_of
from organizations.ledger import writing
from organizations.lifecycle import COUNTS_MEMBERS, RULES, TYPE_STEPS
from organizations.models import Decision, Event, Kind, Organization, OrganizationStatus, Sector
from vietnamese.dates import format_date
from vietnamese.numbers import format_count

from .once import saved_once, sent_once

AGAIN = "again"  # "save and add another"


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act on an organisation that stands, or why it cannot be done now."""
    if act not in ACTS:
        raise Http404
    found = Organization.objects.live().visible_to(request.user).select_related("type", "zone")
    organization = get_object_or_404(found, pk=pk)
    require(request.user, Act.ENTER, organization.zone_id)
    page = ACTS[act]
    if act not in acts_allowed(organization):
        context = {"organization": organization, "page": page, **why_not(organization, act)}
        return TemplateResponse(request, "organizations/act_impossible.html", context, status=409)
    form = page.form(
        request.POST or None, user=request.user, organization=organization, kind=act, decision=decision_quoted(request)
    )
    if request.method == "POST" and form.is_valid():
        then = request.POST.get("then") if page.again else ""
        if address := saved_once(request, form, lambda: _save(request, organization, act, form, then)):
            return redirect(address)
    context = {
        "organization": organization, "kind": act, "page": page, "form": form,
        "members": members_of(organization), "member_word": member_word(organization.sector),
    }  # fmt: skip
    return TemplateResponse(request, "organizations/act.html", context, status=422 if form.errors else 200)


def _save(request, organization, kind, form, then):
    values = form.values()
    rows = {organization.pk, *(row.pk for row in values.get("organizations", ()))}
    into = values.get("into")
    zones = zones_touched(rows | ({into.pk} if into else set()))
    zones |= {values["to_zone"].pk} if "to_zone" in values else set()
    with writing(zones=zones, by=request.user):
        decision = form.decision_values()
        if decision is not None:
            decision = actions.record_decision(zone=organization.zone, by=request.user, **decision)
        done = ACTS[kind].function(organization=organization, decision=decision, by=request.user, **values)
    event = event_of(kind, done, organization)
    address = address_of(event)
    if then == AGAIN:
        address = reverse("organizations:act", args=[organization.pk, kind])
        address += f"?decision={decision.pk}" if decision else ""
    return address, told(event, request.user)


def decision_quoted(request) -> Decision | None:
    """The decision of the address, whose number, date and issuer the form then holds."""
    pk = request.GET.get("decision", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return None
    return Decision.objects.visible_to(request.user).select_related("issuer").filter(pk=pk).first()


# ------------------------------------------------------------------------------------------ what is told


def address_of(event: Event) -> str:
    """Where an act leads: the organisation it was done to."""
    return reverse("organizations:organization", args=[event.organization_id])


def told(event: Event, user) -> str:
    """What the database holds of the act just done, with the way for ``user`` to take it back."""
    event = Event.objects.select_related("organization__type", "decision").get(pk=event.pk)
    organization = event.organization
    what = Kind(event.kind).label
    if event.kind in COUNTS_MEMBERS:
        what = f"{what}: {format_count(abs(event.quantity))}"
    said = _("Recorded: %(what)s, %(organization)s, %(day)s%(decision)s.") % {
        "what": what, "organization": organization, "day": format_date(event.effective_on),
        "decision": f", {event.decision.number}" if event.decision else "",
    }  # fmt: skip
    if event.kind in COUNTS_MEMBERS:
        now = _("The ledger now counts %(members)s %(words)s there.") % {
            "members": format_count(members_of(organization)), "words": member_word(organization.sector),
        }  # fmt: skip
    else:
        now = _("It is now: %(type)s, %(status)s.") % {
            "type": organization.type, "status": organization.get_status_display(),
        }  # fmt: skip
    if not (may(user, Act.ENTER, event.zone_id) and may(user, Act.ENTER, organization.zone_id)):
        back = _("Only an administrator of both zones can take it back.")
        return format_html("{} {} {}", said, now, back)
    link = reverse("organizations:reverse", args=[event.pk])
    return format_html('{} {} <a href="{}">{}</a>', said, now, link, _("Undo"))


def members_of(organization: Organization) -> int:
    """How many members the ledger counts in the organisation now."""
    rows = Event.objects.of_organization(organization).filter(kind__in=COUNTS_MEMBERS)
    return rows.aggregate(members=Sum("stock_delta"))["members"] or 0


def member_word(sector: str) -> str:
    return {
        Sector.PARTY: _("Party members"), Sector.UNION: _("union members"), Sector.YOUTH: _("youth union members"),
    }[Sector(sector)]  # fmt: skip


def why_not(organization: Organization, kind: str) -> dict:
    """Why the act cannot be done now (``why``), and what can (``cures``: words and address)."""
    rule, label = RULES[kind], ACTS[kind].title
    cures = []

    def cure(words, name, *arguments):
        cures.append((words, reverse(f"organizations:{name}", args=arguments)))

    if kind != Kind.SPLIT_FROM and organization.sector not in rule.sectors:
        why = _("This act is not for an organisation of this sector (%(sector)s).") % {
            "sector": organization.get_sector_display()
        }
    elif organization.status == OrganizationStatus.ENDED:
        why = _("The organisation ended on %(day)s; nothing can happen to it afterwards.") % {
            "day": format_date(organization.dissolved_on)
        }
        ending = Event.objects.live().filter(
            organization=organization, kind__in=[Kind.DISSOLVED, Kind.MERGED_AWAY]
        ).order_by("-pk").first()  # fmt: skip
        if ending:
            cure(_("It has not ended: take its end back"), "reverse", ending.pk)
        cure(_("The fact is of an earlier day: record it by quick entry"), "entry")
    elif organization.status == OrganizationStatus.SUSPENDED:
        why = _("The organisation is suspended.")
        cure(_("It works again: record that it resumed"), "act", organization.pk, Kind.RESUMED.value)
    elif kind == Kind.RESUMED:
        why = _("The organisation is active: there is nothing to resume.")
        cure(_("It is to be suspended"), "act", organization.pk, Kind.SUSPENDED.value)
    elif kind in TYPE_STEPS:
        why = _("“%(act)s” does not start from the type “%(type)s”.") % {"act": label, "type": organization.type}
        cure(_("Change the type within the sector"), "act", organization.pk, Kind.RETYPED.value)
    else:
        why = _("The organisation is %(status)s.") % {"status": organization.get_status_display()}
    return {"why": why, "cures": cures}
