"""Rows that may be one: listed, compared side by side, merged, separated again, or said to be two."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse as address
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations import actions
from organizations.access import Act, may, require, sees
from organizations.actions.duplicates import merge_of, plan_merge
from organizations.actions.duplicates.plan import zones_told
from organizations.comparison import facts, figures, likelier
from organizations.duplicates import pairs, with_rows
from organizations.forms.duplicates import MergeForm, SeparateForm
from organizations.models import Decision, Distinct, Enterprise, Organization
from organizations.problems import Conflict
from vietnamese.numbers import format_count

from .once import saved_once, sent_once

A_PAGE = 50
TABLES = {"enterprises": Enterprise, "organizations": Organization, "decisions": Decision}


@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """What may be recorded twice, counted and paged; what was said to be two is a list of its own."""
    found = pairs(request.user)
    asked = request.GET.get("show", "")
    shown = asked if asked in found else next((of for of, rows in found.items() if rows), "enterprises")
    page = Paginator(found[shown], A_PAGE).get_page(request.GET.get("page"))
    context = {
        "shown": shown,
        "counts": [(of, _title(of), len(rows)) for of, rows in found.items()],
        "page": page,
        "pairs": [(pair, _enters_both(request.user, *pair.rows)) for pair in with_rows(page.object_list)],
    }
    return TemplateResponse(request, "organizations/duplicates.html", context)


def _enters_both(user, one, other) -> bool:
    return all(may(user, Act.ENTER, row.zone_id) for row in (one, other))


def _title(of):
    return _("Said to be two") if of == "distinct" else str(Distinct.Of(of).label).capitalize()


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def pair(request: HttpRequest, of: str, first: int, second: int) -> HttpResponse:
    """Two rows side by side, what merging them changes, and the button; once merged, the way back."""
    one, other = _two(request, of, first, second)
    if merged := next((row for row in (one, other) if row.duplicate_of_id in (one.pk, other.pk)), None):
        return _merged(request, of, one, other, merged)
    is_told = _is_told(request.user, one, other)
    may_merge = is_told and _enters_both(request.user, one, other)
    keep = _kept(request, one, other)
    plan = plan_merge(keep, other if keep.pk == one.pk else one)
    seen = f"{plan.survivor.version}-{plan.duplicate.version}"
    form = MergeForm(request.POST or None, user=request.user, initial={"keep": keep.pk, "seen": seen})
    if request.method == "POST":
        for row in (one, other):
            require(request.user, Act.ENTER, row.zone_id)
        if not is_told:
            raise PermissionDenied(_("These two are merged by an administrator of all their zones."))
        if form.is_valid() and (where := saved_once(request, form, lambda: _save_merger(request, of, plan, form))):
            return redirect(where)
    context = {
        "of": of, "one": one, "other": other, "plan": plan, "form": form, "may_merge": may_merge,
        "is_told": is_told, "facts": facts(one, other, request.user), "figures": figures(plan) if is_told else [],
        "taken": _lines(request, plan.taken_back, "taken"), "kept": _lines(request, plan.kept, "kept"),
        "lines_query": f"keep={keep.pk}&",
        "distinct": Distinct.objects.filter(of=of, first=one.pk, second=other.pk).select_related("said_by").first(),
    }  # fmt: skip
    return TemplateResponse(request, "organizations/duplicate.html", context, status=422 if form.errors else 200)


def _two(request, of, first, second):
    """The two rows, both of which the person sees; the lower id comes first in the address."""
    if of not in ("enterprises", "organizations") or first >= second:
        raise Http404
    related = ("zone", "park", "duplicate_of") if of == "enterprises" else ("zone", "type", "parent", "duplicate_of")
    rows = TABLES[of].objects.visible_to(request.user).filter(voided_by=None).select_related(*related)
    return get_object_or_404(rows, pk=first), get_object_or_404(rows, pk=second)


def _is_told(user, one, other) -> bool:
    """Whether ``user`` reads every zone of which merging the two, or separating them, tells something."""
    return all(sees(user, zone_id) for zone_id in zones_told((one, other)))


def _lines(request, lines, name):
    """The page of ``lines`` that the address asks for; each list of a page is turned by itself."""
    return Paginator(lines, A_PAGE).get_page(request.GET.get(name))


def _kept(request, one, other):
    asked = (request.POST if request.method == "POST" else request.GET).get("keep", "")
    return next((row for row in (one, other) if str(row.pk) == asked), None) or likelier(one, other)


def _save_merger(request, of, plan, form):
    done = actions.merge_duplicates(
        survivor=plan.survivor, duplicate=plan.duplicate, by=request.user, reason=form.cleaned_data["reason"],
        versions=form.versions(),
    )  # fmt: skip
    said = _("“%(duplicate)s” was merged into “%(survivor)s”: lines taken back: %(lines)s, counts moved: %(counts)s.")
    values = {
        "duplicate": done.duplicate, "survivor": done.survivor, "lines": format_count(len(done.taken_back)),
        "counts": format_count(len(done.moved)),
    }  # fmt: skip
    back = address("organizations:duplicate_separate", args=[of, done.duplicate.pk])
    first, second = sorted((done.survivor.pk, done.duplicate.pk))
    where = address("organizations:duplicate_pair", args=[of, first, second])
    return where, format_html('{} <a href="{}">{}</a>', said % values, back, _("Undo: separate the two again"))


def _merged(request, of, one, other, duplicate):
    """The pair is merged already: what was done, by whom, and the way back."""
    merge, is_told = merge_of(duplicate), _is_told(request.user, one, other)
    if not is_told:
        merge.events = [event for event in merge.events if sees(request.user, event.zone_id)]
    context = {
        "of": of, "one": one, "other": other, "merge": merge, "facts": facts(one, other, request.user),
        "may_separate": is_told and _enters_both(request.user, one, other),
        "taken": _lines(request, merge.events, "taken"),
    }  # fmt: skip
    status = 409 if request.method == "POST" else 200
    return TemplateResponse(request, "organizations/duplicate_merged.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def separate(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """Undo a merger: what comes back, or why it cannot, then with a reason."""
    if of not in ("enterprises", "organizations"):
        raise Http404
    rows = TABLES[of].objects.visible_to(request.user).filter(duplicate_of__isnull=False)
    row = get_object_or_404(rows.select_related("zone", "duplicate_of__zone"), pk=pk)
    if not TABLES[of].objects.visible_to(request.user).filter(pk=row.duplicate_of_id).exists():
        raise Http404
    for one in (row, row.duplicate_of):
        require(request.user, Act.ENTER, one.zone_id)
    if not _is_told(request.user, row, row.duplicate_of):
        raise PermissionDenied(_("These two are separated by an administrator of all their zones."))
    form = SeparateForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if where := saved_once(request, form, lambda: _save_separation(request, of, row, form)):
            return redirect(where)
    first, second = sorted((row.pk, row.duplicate_of_id))
    merge = merge_of(row)
    context = {
        "of": of, "merge": merge, "form": form, "first": first, "second": second,
        "taken": _lines(request, merge.events, "taken"),
    }  # fmt: skip
    return TemplateResponse(
        request, "organizations/duplicate_separate.html", context, status=422 if form.errors else 200
    )


def _save_separation(request, of, row, form):
    merge = actions.unmerge(duplicate=row, by=request.user, reason=form.cleaned_data["reason"])
    first, second = sorted((merge.survivor.pk, merge.duplicate.pk))
    said = _("“%(duplicate)s” and “%(survivor)s” are two rows again, as before; lines recorded anew: %(lines)s.")
    values = {
        "duplicate": merge.duplicate, "survivor": merge.survivor, "lines": format_count(len(merge.events)),
    }  # fmt: skip
    return address("organizations:duplicate_pair", args=[of, first, second]), format_html("{}", said % values)


@require_POST
def distinct(request: HttpRequest, of: str, first: int, second: int) -> HttpResponse:
    """Say that the two rows are two, so that they are not listed; or ask about them again."""
    if of not in TABLES or first >= second:
        raise Http404
    rows = TABLES[of].objects.visible_to(request.user).select_related("zone")
    one, other = get_object_or_404(rows, pk=first), get_object_or_404(rows, pk=second)
    if not _enters_both(request.user, one, other):  # in words that do not name the zone of a decision that is quoted
        raise PermissionDenied
    if request.POST.get("act") == "ask":
        try:
            for said in Distinct.objects.filter(of=of, first=first, second=second):
                actions.forget_distinct(distinct=said, by=request.user)
        except Conflict:
            pass  # somebody else has asked again this moment: it comes to the same
        messages.success(request, _("These two are listed again as probable duplicates."))
    else:
        actions.say_distinct(of=of, rows=(one, other), by=request.user)
        messages.success(request, _("Remembered: “%(one)s” and “%(other)s” are two.") % {"one": one, "other": other})
    return redirect(f"{address('organizations:duplicates')}?show={of}")
