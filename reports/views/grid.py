"""The entry grid: read and saved as a plain form, or cell by cell while somebody types."""

import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from organizations.models import Park
from organizations.snapshot_read import one_snapshot
from reports.board.question import years_for
from reports.grid import progress, saving, table
from reports.grid.asked import Asked, ask_grid
from reports.grid.words import words

REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest) -> HttpResponse:
    """Show the sheet that was asked for; take its plain form, whole or not at all."""
    asked = ask_grid(request, today=timezone.localdate())
    if asked is None:
        return TemplateResponse(request, "reports/no_zone.html", {})
    saved = None
    if request.method == "POST":
        if not asked.may_write:
            raise PermissionDenied
        typed = list(saving.posted(request.POST, asked.columns))
        saved = saving.save(asked, typed, request.user, reason=request.POST.get("reason", ""), whole=True)
        if not saved.wrong:
            (messages.success if saved.written else messages.info)(request, saved.words())
            return redirect(asked.url(page=asked.page))
    return TemplateResponse(request, "reports/grid.html", _shown(asked, request, saved), status=_status(asked, saved))


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Write the cells of a JSON body as they are left, or with ``check`` say what would be written.

    Body: ``cells`` (``pk``, ``key``, ``text``, ``seen``, ``note``), ``reason``, ``check``, ``whole``. What became of
    each cell is in the answer, whose status is 200 when it was understood; a refused cell is no failed request.
    """
    asked = ask_grid(request, today=timezone.localdate())
    if asked is None:
        raise Http404("zone")
    if not asked.may_write:
        raise PermissionDenied
    try:
        body = json.loads(request.body)
        typed = [saving.from_json(one, asked.columns) for one in body["cells"]]
        reason, check, whole = str(body.get("reason") or ""), bool(body.get("check")), bool(body.get("whole"))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return HttpResponseBadRequest("cells")
    if len(typed) > saving.MOST_CELLS:
        return JsonResponse({"problem": saving.too_many(len(typed))})
    saved = saving.save(asked, typed, request.user, reason=reason, check_only=check, whole=whole)
    answer = {
        "cells": [one.as_json() for one in saved.answers],
        "wrote": saved.wrote,
        "words": saved.preview() if check else saved.words(),
        "counts": saved.counts,
    }
    if saved.wrote and (bar := progress.of(asked)):
        answer["progress"] = bar.words
    return JsonResponse(answer)


def _status(asked, saved):
    return REFUSED if saved else asked.question.status


def _shown(asked: Asked, request: HttpRequest, saved: saving.Saved | None) -> dict:
    with one_snapshot():
        shown = table.read(asked, request.user, only={one.typed.pk for one in saved.answers} if saved else None)
        bar = progress.of(asked)
        years = years_for(asked.year, asked.today, asked.today)
        parks = list(Park.objects.in_zones([place.zone.pk for place in asked.question.places]).order_by("sort_key"))
    if saved:
        saving.put_back(saved, shown)
    return {
        "asked": asked,
        "question": asked.question,
        "form": saved or asked.question,
        "table": shown,
        "progress": bar,
        "years": years.choices,
        "parks": parks,
        "saved": saved,
        "reason": request.POST.get("reason", ""),
        "words": words(),
        "pages": _pages(asked, shown.page),
    }


def _pages(asked, page):
    return {
        "previous": asked.url(page=page.previous_page_number()) if page.has_previous() else "",
        "next": asked.url(page=page.next_page_number()) if page.has_next() else "",
        "number": page.number,
        "of": page.paginator.num_pages,
        "rows": page.paginator.count,
        "first": page.start_index(),
        "last": page.end_index(),
    }
