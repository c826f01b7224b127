"""What is said of an organisation for a year, said and corrected in the browser."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from organizations import actions
from organizations.access import Act, require
from organizations.forms.ratings import RateForm, SourceForm, YearForm
from organizations.ledger import writing
from organizations.models import AdmissionSource, Organization, OrganizationRating, Sector
from organizations.models.rating import YearRow

from .once import saved_once, sent_once


@dataclass(frozen=True)
class Said:
    """One of the two things said for a year."""

    model: type[YearRow]
    form: type[YearForm]
    title: str | Promise
    correct: str  # URL name


SAID = {
    "rate": Said(OrganizationRating, RateForm, gettext_lazy("Rate for a year"), "organizations:rating_correct"),
    "source": Said(
        AdmissionSource, SourceForm, gettext_lazy("Count admission sources"), "organizations:source_correct"
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def say(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Say it of an organisation for a year that has none yet."""
    organization = get_object_or_404(
        Organization.objects.live().visible_to(request.user).select_related("type", "zone"), pk=pk
    )
    require(request.user, Act.ENTER, organization.zone_id)
    said = SAID[what]
    if said.model is AdmissionSource and organization.sector != Sector.PARTY:
        raise Http404(_("Admission sources are counted for Party organisations."))
    form = said.form(request.POST or None, user=request.user)
    there = None
    if request.method == "POST" and form.is_valid():
        year = form.cleaned_data["year"]
        if address := saved_once(request, form, lambda: _save(request, said, organization, form)):
            return redirect(address)
        rows = said.model.objects.live().filter(organization=organization, year=year)
        there = rows.first() if "year" in form.errors else None
    context = {
        "organization": organization, "form": form, "title": said.title, "row": None, "there": there,
        "correct": there and reverse(said.correct, args=[there.pk]),
    }  # fmt: skip
    return TemplateResponse(request, "organizations/say_of_year.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def correct(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Put another row in the place of one that stands, or withdraw it; the former stays readable."""
    said = SAID[what]
    rows = said.model.objects.visible_to(request.user).select_related("organization__type", "organization__zone")
    row = get_object_or_404(rows, pk=pk)
    require(request.user, Act.ENTER, row.zone_id)
    organization = row.organization
    if row.withdrawn or hasattr(row, "replaced_by"):
        live = said.model.objects.live().filter(organization=organization, year=row.year).first()
        context = {
            "organization": organization, "title": said.title, "row": row, "form": None, "there": live,
            "correct": live and reverse(said.correct, args=[live.pk]),
        }  # fmt: skip
        return TemplateResponse(request, "organizations/say_of_year.html", context, status=409)
    form = said.form(request.POST or None, user=request.user, row=row)
    if request.method == "POST" and form.is_valid():
        if address := saved_once(request, form, lambda: _save_correction(request, row, form)):
            return redirect(address)
    context = {
        "organization": organization, "form": form, "title": said.title, "row": row, "there": None, "correct": None
    }  # fmt: skip
    return TemplateResponse(request, "organizations/say_of_year.html", context, status=422 if form.errors else 200)


def _decided(request, form, zone) -> dict:
    """The decision of a rating, recorded when it is new; sources have none."""
    if not isinstance(form, RateForm):
        return {}
    values = form.decision_values()
    return {"decision": values and actions.record_decision(zone=zone, by=request.user, **values)}


def _save(request, said, organization, form):
    year = form.cleaned_data["year"]
    with writing(zones=[organization.zone_id], by=request.user):
        named = {"organization": organization, "year": year, "by": request.user} | form.said()
        if said.model is OrganizationRating:
            row = actions.rate_organization(**named, **_decided(request, form, organization.zone))
        else:
            row = actions.record_admission_source(**named)
    return _told(said, row)


def _save_correction(request, row, form):
    said = next(one for one in SAID.values() if one.model is type(row))
    reason = form.cleaned_data["reason"]
    with writing(zones=[row.zone_id], by=request.user):
        if form.cleaned_data["withdraw"]:
            new = actions.withdraw_year_row(row=row, reason=reason, by=request.user)
        else:
            changes = form.said() | _decided(request, form, row.zone)
            new = actions.correct_year_row(row=row, reason=reason, by=request.user, **changes)
    return _told(said, new)


def _told(said, row):
    row = said.model.objects.select_related("organization").get(pk=row.pk)
    back = row.organization.get_absolute_url() + "#years"
    if row.withdrawn:
        words = _("Withdrawn for %(year)s; what was said stays readable.") % {"year": row.year}
        return back, format_html("{}", words)
    words = _("Recorded for %(year)s: %(said)s.") % {"year": row.year, "said": in_words(row)}
    return back, format_html('{} <a href="{}">{}</a>', words, reverse(said.correct, args=[row.pk]), _("Correct"))


def in_words(row: YearRow) -> str:
    if isinstance(row, OrganizationRating):
        return row.get_grade_display()
    given = {name: getattr(row, name) for name in row.said}
    labels = {name: row._meta.get_field(name).verbose_name for name in given}
    return ", ".join(f"{labels[name]} {value}" for name, value in given.items() if value is not None)
