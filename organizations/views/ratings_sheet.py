"""Many organisations rated for a year by one decision: those without a grade are offered, page after page."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from organizations import actions
from organizations.access import Act, may_somewhere, zone_ids_for
from organizations.forms.ratings_sheet import ChooseYearForm, RatingsForm, grade_name
from organizations.ledger import writing
from organizations.lifecycle import BEGINNINGS
from organizations.models import Event, Organization, OrganizationRating, Zone
from vietnamese.numbers import format_count

from .once import saved_once, sent_once

OFFERED = 100  # organisations on one page, and in one act


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def ratings(request: HttpRequest) -> HttpResponse:
    """The year, sector and zone stand in the address; saved, the page offers those that are left."""
    if not may_somewhere(request.user, Act.ENTER):
        raise PermissionDenied
    choose = ChooseYearForm(request.GET, user=request.user)
    year = choose.asked_year
    rated = OrganizationRating.objects.live().filter(year=year).order_by()
    there = choose.narrow(_of_year(request.user, year)).order_by("sort_key", "pk")
    without = there.exclude(pk__in=rated.values("organization"))
    if request.method == "POST":  # the boxes that were seen, whatever was rated meanwhile
        rows = list(there.filter(pk__in=_boxes(request.POST)))
    else:
        rows = list(without[:OFFERED])
    form = RatingsForm(request.POST or None, user=request.user, rows=rows)
    if request.method == "POST" and form.is_valid():
        if address := saved_once(request, form, lambda: _save(request, form, year)):
            return redirect(address)
    of_these = rated.filter(organization__in=there.order_by())
    grades = dict(of_these.values_list("grade").annotate(Count("pk")))
    left = without.count()
    context = {
        "choose": choose,
        "year": year,
        "form": form,
        "rows": [(row, form[grade_name(row)]) for row in rows],
        "tally": [(label, format_count(grades.get(grade, 0))) for grade, label in OrganizationRating.Grade.choices],
        "rated": sum(grades.values()),
        "left": left,
        "more": max(0, left - len(rows)),
    }
    status = 422 if form.errors else 400 if choose.errors else 200
    return TemplateResponse(request, "organizations/ratings.html", context, status=status)


def _of_year(user, year):
    """The organisations that ``user`` may rate for ``year``: begun by its end, and not ended before it."""
    rows = Organization.objects.live().visible_to(user).select_related("type", "zone")
    ids = zone_ids_for(user, Act.ENTER)
    rows = rows if ids is None else rows.filter(zone__in=ids)
    rows = rows.filter(Q(founded_on=None) | Q(founded_on__year__lte=year))
    rows = rows.filter(Q(dissolved_on=None) | Q(dissolved_on__year__gte=year))
    begun = Event.objects.live().filter(kind__in=BEGINNINGS, effective_on__year__lte=year)
    return rows.filter(pk__in=begun.order_by().values("organization"))


def _boxes(sent):
    """The organisations whose boxes were sent, at most a page of them."""
    ids = [name.removeprefix("grade-") for name in sent if name.startswith("grade-")]
    return [int(pk) for pk in ids if pk.isascii() and pk.isdigit() and len(pk) < 19][:OFFERED]


def _save(request, form, year):
    grades = form.grades()
    zones = {row.zone_id for row in grades}
    with writing(zones=zones, by=request.user):
        values = form.decision_values()
        zone = Zone.objects.get(pk=min(zones))
        decision = values and actions.record_decision(zone=zone, by=request.user, **values)
        rows = actions.rate_organizations(grades=grades, year=year, by=request.user, decision=decision)
    count = OrganizationRating.objects.filter(pk__in=[row.pk for row in rows]).count()
    said = ngettext(
        "%(count)s organisation was rated for %(year)s.", "%(count)s organisations were rated for %(year)s.", count
    )
    return request.get_full_path(), format_html("{}", said % {"count": format_count(count), "year": year})
