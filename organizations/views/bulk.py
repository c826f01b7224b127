"""One change of many rows: what would happen is said in words, with its numbers, before it happens."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from organizations import actions
from organizations.access import Act, may, may_somewhere
from organizations.actions.enterprises import EnterpriseDraft, differences
from organizations.forms.registers import WideForm
from organizations.lists import EnterpriseList, OrganizationList
from organizations.models import Coverage, Enterprise, EnterpriseStatus, Organization, Ownership
from organizations.problems import Conflict, Refused
from vietnamese.numbers import format_count

MOST = 5000  # rows of one change
MOST_NAMED = 150  # ids that an address can hold: web servers refuse longer ones
SHOWN = 30  # of them named in the preview
CLOSED = (EnterpriseStatus.DISSOLVED, EnterpriseStatus.MOVED)
HANDOVER = "handover"


def acts_of(screen):
    """The acts a list offers for many rows, as groups of (value, words)."""
    if screen == OrganizationList.screen:
        hand_over = (HANDOVER, gettext_lazy("Hand over to another zone …"))
        return [(None, [hand_over])]
    return [
        (
            gettext_lazy("Change the status to"),
            [(f"status:{value}", label) for value, label in EnterpriseStatus.choices],
        ),
        (
            gettext_lazy("Set the ownership to"),
            [(f"ownership:{value}", label) for value, label in Ownership.choices if value != Ownership.NONE],
        ),
        (None, [("park", gettext_lazy("Move to an industrial park …"))]),
    ]


@dataclass
class Chosen:
    """The rows a person chose on a list: those ticked, or every row of its question."""

    listing: Any
    pks: list[int]
    everything: bool

    @classmethod
    def of(cls, request, list_class):
        if not may_somewhere(request.user, Act.ENTER):
            raise PermissionDenied
        listing = list_class(QueryDict(request.POST.get("query", "")), user=request.user, today=timezone.localdate())
        everything = request.POST.get("everything") == "1"
        if everything:
            # a question that is not understood chooses nothing: it must not widen to all
            pks = [] if listing.problems else list(listing.ids()[: MOST + 1])
        else:
            pks = [int(pk) for pk in request.POST.getlist("pk") if pk.isascii() and pk.isdigit() and len(pk) < 19]
        return cls(listing, list(dict.fromkeys(pks)), everything)

    @property
    def back(self):
        url = reverse(f"organizations:{self.listing.screen}")
        return f"{url}?{self.listing.address}" if self.listing.address else url

    def refusal(self):
        """Why these cannot be changed together, "" when they can."""
        if not self.pks:
            return _("No row is chosen: tick some, or choose all rows of the list.")
        if len(self.pks) > MOST:
            return _("More than %(most)s rows are chosen: narrow the list with a filter first.") % {
                "most": format_count(MOST)
            }
        return ""


@require_POST
def organizations_bulk(request: HttpRequest) -> HttpResponse:
    """The organisations chosen go to the page where they are handed over together."""
    chosen = Chosen.of(request, OrganizationList)
    if request.POST.get("act") != HANDOVER:
        raise Http404("act")
    pks = []
    if not (refusal := chosen.refusal()):
        rows = Organization.objects.live().visible_to(request.user).filter(pk__in=chosen.pks)
        zones = dict(rows.values_list("pk", "zone_id"))
        pks = [pk for pk in chosen.pks if pk in zones and may(request.user, Act.ENTER, zones[pk])]
        if len(pks) > MOST_NAMED:
            refusal = _("At most %(most)s organisations are handed over from a list at once; %(count)s are chosen.") % {
                "most": MOST_NAMED,
                "count": format_count(len(pks)),
            }
        elif not pks:
            refusal = _("None of these organisations is yours to hand over.")
    if refusal:
        messages.error(request, refusal)
        return redirect(chosen.back)
    url = reverse("organizations:handover")
    return redirect(f"{url}?{urlencode([('organization', pk) for pk in pks])}")


@dataclass
class Plan:
    """What one change would do to the enterprises chosen."""

    rows: list
    changed: list  # pairs of an enterprise and what it is now, in words
    same: int
    foreign: int  # of zones the person only reads
    standing: int  # organisations of those that would close
    token: str


@require_POST
def enterprises_bulk(request: HttpRequest) -> HttpResponse:
    """Preview, then the change: only what the person has seen in the preview is written."""
    chosen = Chosen.of(request, EnterpriseList)
    field, _colon, value = request.POST.get("act", "").partition(":")
    allowed = {act for _group, acts in acts_of("enterprises") for act, _label in acts}
    if request.POST.get("act") not in allowed:
        messages.error(request, _("Choose what is to be done with the rows."))
        return redirect(chosen.back)
    if refusal := chosen.refusal():
        messages.error(request, refusal)
        return redirect(chosen.back)
    moving = field == "park"
    sent = "reason" in request.POST  # the preview has been there
    form = WideForm(
        request.POST if sent else None, user=request.user, moving=moving, initial={"moved_on": chosen.listing.today}
    )
    values = {} if moving else {field: value}
    said = form.cleaned_data if sent and form.is_valid() else {}
    if moving and said:
        values = {"park": said["park"]}
    plan = _plan(request.user, chosen.pks, values, said.get("moved_on"))
    if not plan.rows:
        raise Http404("enterprises")
    changed_since = False
    if said and plan.changed and request.POST.get("confirm") == "1":
        if constant_time_compare(request.POST.get("seen", ""), plan.token):
            try:
                count = actions.change_enterprises(
                    enterprises=[row for row, _before in plan.changed], by=request.user, reason=said["reason"],
                    moved_on=said.get("moved_on"), **values,
                )  # fmt: skip
            except Refused as refusal:
                for name, words in refusal.message_dict.items():
                    form.add_error(name if name in form.fields else None, list(dict.fromkeys(words)))
            except Conflict:
                changed_since = True
            else:
                words = ngettext("%(count)s enterprise was changed.", "%(count)s enterprises were changed.", count)
                messages.success(request, words % {"count": format_count(count)})
                return redirect(chosen.back)
        else:
            changed_since = True
    context = {
        "chosen": chosen,
        "act": request.POST["act"],
        "moving": moving,
        "form": form,
        "plan": plan,
        "goal": _goal(field, values),
        "known": bool(values),
        "shown": plan.changed[:SHOWN],
        "more": max(0, len(plan.changed) - SHOWN),
        "changed_since": changed_since,
    }
    status = 422 if form.errors else 409 if changed_since else 200
    return TemplateResponse(request, "organizations/bulk.html", context, status=status)


def _goal(field, values):
    """What the rows become, in words."""
    if not values:
        return ""
    if field == "park":
        return str(values["park"])
    return str(dict(Enterprise._meta.get_field(field).choices)[values[field]])


def _plan(user, pks, values, moved_on):
    rows = list(
        Enterprise.objects.live()
        .visible_to(user)
        .filter(pk__in=pks)
        .select_related("park", "zone")
        .order_by("sort_key", "pk")
    )
    own = [row for row in rows if may(user, Act.ENTER, row.zone_id)]
    changed = [(row, _now(row, *values)) for row in own if differences(EnterpriseDraft(values, existing=row))]
    standing = 0
    if values.get("status") in CLOSED:
        covers = Coverage.objects.in_force(timezone.localdate()).filter(
            enterprise__in=[row.pk for row, _now in changed]
        )
        standing = covers.values("organization").distinct().count()
    said = [sorted(values), str([getattr(one, "pk", one) for one in values.values()]), str(moved_on)]
    said += [f"{row.pk}.{row.version}" for row, _now in changed]
    token = salted_hmac("organizations.bulk", repr(said)).hexdigest() if values else ""
    return Plan(rows, changed, len(own) - len(changed), len(rows) - len(own), standing, token)


def _now(row, field):
    return capfirst(str(row.park if field == "park" else getattr(row, f"get_{field}_display")()))
