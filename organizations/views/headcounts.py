"""Counts of people on a day: recorded, and corrected with a reason."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organizations import actions
from organizations.access import Act, require
from organizations.forms.headcounts import CorrectHeadcountForm, HeadcountForm
from organizations.models import Enterprise, Headcount, Organization
from vietnamese.dates import format_date
from vietnamese.numbers import format_count

from .once import saved_once, sent_once

SUBJECTS = {"organization": Organization, "enterprise": Enterprise}
RELATED = ("organization__type", "enterprise", "zone", "recorded_by", "decision__issuer")


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def headcount(request: HttpRequest) -> HttpResponse:
    """Count the members of ``?organization=``, or the workers of ``?enterprise=``, on a day."""
    subject = _subject(request)
    require(request.user, Act.ENTER, subject.zone_id)
    form = HeadcountForm(request.POST or None, user=request.user, subject=subject)
    there = None
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["on"]
        if address := saved_once(request, form, lambda: _save(request, subject, form)):
            return redirect(address)
        if "on" in form.errors:  # refused, perhaps because the day has a count
            there = _counts_of(subject, request.user).filter(on=day).first()
    context = {
        "subject": subject,
        "form": form,
        "there": there,
        "latest": _counts_of(subject, request.user).order_by("-on", "-pk").first(),
    }
    return TemplateResponse(request, "organizations/headcount.html", context, status=422 if form.errors else 200)


def _save(request, subject, form):
    day = form.cleaned_data["on"]
    row = actions.record_headcount(subject=subject, on=day, by=request.user, **form.measures())
    if row is None:
        said = _("The same count of %(day)s was recorded already; nothing was written.") % {"day": format_date(day)}
        return subject.get_absolute_url(), format_html("{}", said)
    return subject.get_absolute_url(), _told(row)


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def correct_headcount(request: HttpRequest, pk: int) -> HttpResponse:
    """Put another count in the place of one that stands; the former stays readable."""
    found = get_object_or_404(Headcount.objects.visible_to(request.user).select_related(*RELATED), pk=pk)
    require(request.user, Act.ENTER, found.zone_id)
    subject = found.enterprise or found.organization
    later = Headcount.objects.filter(replaces=found).first()
    if found.withdrawn or later:
        while later and (next_one := Headcount.objects.filter(replaces=later).first()):
            later = next_one
        context = {"headcount": found, "subject": subject, "later": None if later and later.withdrawn else later}
        return TemplateResponse(request, "organizations/headcount_gone.html", context, status=409)
    form = CorrectHeadcountForm(request.POST or None, user=request.user, subject=subject, headcount=found)
    if request.method == "POST" and form.is_valid():
        if address := saved_once(request, form, lambda: _save_correction(request, found, subject, form)):
            return redirect(address)
    context = {"headcount": found, "subject": subject, "form": form}
    return TemplateResponse(
        request, "organizations/headcount_correct.html", context, status=422 if form.errors else 200
    )


def _save_correction(request, found, subject, form):
    row = actions.correct_headcount(
        headcount=found, by=request.user, reason=form.cleaned_data["reason"], **form.changes()
    )
    return subject.get_absolute_url(), _told(row, before=found)


def _subject(request):
    """The one row the address names, among those the person may see."""
    named = [(name, request.GET[name]) for name in SUBJECTS if name in request.GET]
    if len(named) != 1 or not (named[0][1].isascii() and named[0][1].isdigit() and len(named[0][1]) < 18):
        raise Http404(_("Say of which organisation or enterprise."))
    name, pk = named[0]
    return get_object_or_404(SUBJECTS[name].objects.live().visible_to(request.user).select_related("zone"), pk=pk)


def _counts_of(subject, user):
    name = "enterprise" if isinstance(subject, Enterprise) else "organization"
    return Headcount.objects.visible_to(user).live().filter(**{name: subject})


def _told(row, before=None) -> str:
    row = Headcount.objects.get(pk=row.pk)
    words = {"total": format_count(row.total), "day": format_date(row.on)}
    if before is None:
        said = _("Recorded: %(total)s on %(day)s.") % words
    else:
        words |= {"before": format_count(before.total), "former": format_date(before.on)}
        said = _("Corrected: %(before)s on %(former)s is now %(total)s on %(day)s; the former stays readable.") % words
    return format_html(
        '{} <a href="{}">{}</a>', said, reverse("organizations:headcount_correct", args=[row.pk]), _("Correct")
    )
