"""One upload on its way: old fonts, columns, rows to mend, confirming, waiting."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from imports import backfile, intake, matching, mending, reader, staging
from imports.forms import ColumnsForm, SayForm
from imports.grid import grid
from imports.job import NoTable
from imports.kinds import KINDS
from imports.models import StagedRow, Upload
from imports.offers import closed_lists
from imports.reader import legacy
from imports.reader.child import COLUMNS
from imports.reader.refusals import nothing_written
from imports.reader.table import Header, find_header, titles_of
from imports.summary import counts_day, summary
from imports.tasks import write_upload
from organizations.problems import Conflict
from vietnamese.numbers import format_count

from .front import XLSX

State = Upload.State
OPEN = (State.OPEN, State.STAGED)


def of_mine(*states: str) -> Callable:
    """Find the upload of the person who asks; in another state, lead to the page that shows it."""

    def decorate(view):
        @wraps(view)
        def found(request, key: UUID, **arguments):
            uploads = Upload.objects.of(request.user).on_pages().select_related("zone", "park", "owner", "batch")
            upload = get_object_or_404(uploads, key=key)
            if states and upload.state not in states:
                return redirect("imports:upload", key)
            try:
                return view(request, upload, **arguments)
            except Conflict as conflict:  # confirmed in another window meanwhile
                messages.error(request, str(conflict))
                return redirect("imports:upload", key)
            except Upload.DoesNotExist:
                raise Http404 from None
            except FileNotFoundError:
                raise Http404(_("No file was kept.")) from None

        return found

    return decorate


@require_safe
@of_mine()
def upload(request: HttpRequest, upload: Upload) -> HttpResponse:
    """The page of an upload is the step it has come to."""
    if upload.batch_id:
        return redirect("imports:batch", upload.batch_id)
    if upload.state == State.STAGED:
        return _rows(request, upload)
    if upload.state == State.OPEN:
        return _columns(request, upload)
    died = staging.has_died(upload, now=timezone.now())
    return TemplateResponse(request, "imports/running.html", {"upload": upload, "died": died})


@require_POST
@of_mine(State.QUEUED, State.RUNNING)
def again(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Take an upload back whose writing has died, to be confirmed again."""
    if staging.has_died(upload, now=timezone.now()):
        staging.send_back(upload, _("The import stopped unexpectedly."))
    return redirect("imports:upload", upload.key)


# ------------------------------------------------------------------------------------------ old fonts and columns


@require_POST
@of_mine(*OPEN)
def convert(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Say whether text in fonts older than Unicode is converted."""
    matching.convert(upload, agreed=request.POST.get("convert") == "yes", today=timezone.localdate())
    return redirect("imports:upload", upload.key)


@require_http_methods(["GET", "HEAD", "POST"])
@of_mine(*OPEN)
def columns(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Say what each column is: when it is not clear, or to change it."""
    return _columns(request, upload)


def _columns(request, upload):
    try:
        sheets = intake.read_sheets(upload.bytes(), upload.name, upload.converts_legacy)
    except reader.Unusable as refusal:
        messages.error(request, str(refusal))
        return redirect("imports:index")
    if upload.converts_legacy is None and (doubt := legacy.doubt(sheets)):
        return TemplateResponse(request, "imports/legacy.html", {"upload": upload, "doubt": doubt})
    readable = {sheet.name: sheet for sheet in sheets if not sheet.problem and not sheet.is_empty}
    form = ColumnsForm(
        request.POST if request.method == "POST" else None, user=request.user, sheets=list(readable),
        initial={
            "sheet": upload.sheet, "kind": upload.kind, "zone": upload.zone and upload.zone.code,
            "header": _lines(upload.first_header, upload.last_header), "park": upload.park_id,
        },
    )  # fmt: skip
    trouble, status = upload.trouble, 422 if form.is_bound and not form.is_valid() else 200
    sheet, kind, header, fields = _chosen(upload, form, readable)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        upload.zone, upload.park = data["zone"], data["park"]
        try:
            if "show" not in request.POST:
                matching.choose(
                    upload, sheet=sheet.name, kind=kind.name, zone=data["zone"], park=data["park"],
                    header=(header.first, header.last), columns=fields, now=timezone.now(), today=timezone.localdate(),
                )  # fmt: skip
                return redirect("imports:upload", upload.key)
            trouble = ""
        except NoTable as refusal:
            trouble, status = refusal.args[0], 422
        except PermissionDenied as refusal:
            trouble, status = f"{refusal} {nothing_written()}", 422
    context = {
        "upload": upload,
        "form": form,
        "trouble": trouble,
        "shown": f"{sheet.name}|{kind.name}|{header.first}|{header.last}",
        "columns": matching.columns_shown(upload, sheet, kind, header, fields, today=timezone.localdate()),
        "fields": [(name, column.title, column.required) for name, column in kind.layout.columns.items()],
    }
    return TemplateResponse(request, "imports/columns.html", context, status=status)


def _chosen(upload, form, readable):
    """Sheet, kind, header and columns as the person says, as the upload has them where nothing was said."""
    data = form.cleaned_data if form.is_bound and form.is_valid() else {}
    sheet = readable.get(data.get("sheet") or upload.sheet) or next(iter(readable.values()))
    kind = KINDS[data.get("kind") or upload.kind or "enterprises"]
    known = (upload.first_header, upload.last_header)
    lines = data.get("header") or known
    if sheet.name[:120] != upload.sheet and lines == known and (found := find_header(sheet, kind.layout)):
        lines = (found.first, found.last)  # another sheet, whose titles stand elsewhere
    header = Header(*lines, titles_of(sheet, *lines))
    if form.is_bound and form.data.get("shown") == f"{sheet.name}|{kind.name}|{lines[0]}|{lines[1]}":
        fields: dict[str, int] = {}
        for name, value in form.data.items():
            place = name.removeprefix("column_")
            if name != place and value in kind.layout.columns and 0 <= (at := _number(place)) < COLUMNS:
                fields.setdefault(value, at)
    elif (sheet.name[:120], kind.name, lines) == (upload.sheet, upload.kind, known):
        fields = {name: place for name, place in upload.columns.items() if name in kind.layout.columns}
    else:
        fields = kind.layout.known(header.titles)
    return sheet, kind, header, fields


def _number(text):
    """The number that a form sends; -1 for what is none, or longer than any of ours."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _lines(first, last):
    return str(first + 1) if first == last else f"{first + 1}-{last + 1}"


# ------------------------------------------------------------------------------------------ rows


def _rows(request, upload, *, status=200, form=None):
    show, page = request.GET.get("show", ""), request.GET.get("page", "1")
    context = {
        "upload": upload,
        "kind": KINDS[upload.kind],
        "grid": grid(upload, show=show, page=page, today=timezone.localdate()),
        "say": form or SayForm(initial={"counted_on": upload.counted_on, "corrections": upload.corrections}),
        "header": _lines(upload.first_header, upload.last_header),
        "day": counts_day(upload, today=timezone.localdate()),
        "unused": staging.unused(upload),
        "lists": {} if request.htmx else closed_lists(upload, timezone.localdate()),
    }
    name = "imports/_staged.html" if request.htmx else "imports/rows.html"
    return TemplateResponse(request, name, context, status=status)


def _back(request, upload, changed: int) -> HttpResponse:
    """After mending: the same page of rows, drawn again, or gone to."""
    if request.htmx:
        upload.refresh_from_db()
        request.GET = request.GET.copy()
        for name in ("show", "page"):
            request.GET[name] = request.POST.get(name, "")
        return _rows(request, upload)
    match request.POST.get("act"):
        case "say":
            messages.success(request, _("Saved, and all lines were checked again."))
        case _ if not changed:
            messages.warning(request, _("No cell holds that: nothing changed."))
        case "skip":
            words = ngettext("%(count)s line was left out.", "%(count)s lines were left out.", changed)
            messages.success(request, words % {"count": format_count(changed)})
        case "back":
            words = ngettext("%(count)s line was taken back in.", "%(count)s lines were taken back in.", changed)
            messages.success(request, words % {"count": format_count(changed)})
        case _:
            words = ngettext("%(count)s cell was changed.", "%(count)s cells were changed.", changed)
            messages.success(request, words % {"count": format_count(changed)})
    query = {name: request.POST[name] for name in ("show", "page") if request.POST.get(name)}
    return redirect(f"{reverse('imports:upload', args=[upload.key])}?{urlencode(query)}")


@require_POST
@of_mine(State.STAGED)
def mend(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Change staged rows: ``act`` is cell, accept, accept_all, replace, skip, back or say."""
    today, said = timezone.localdate(), request.POST
    field = said.get("field", "")
    if field and field not in upload.columns:
        return _rows(request, upload, status=422)
    line = said.get("line", "")
    lines = [_number(line)] if _number(line) >= 0 else None
    match said.get("act"):
        case "cell" if lines and field:
            changed = mending.fix_cell(upload, line=lines[0], field=field, text=said.get("text", ""), today=today)
        case "accept" if field:
            changed = mending.accept(
                upload, field=field, value=said.get("value", ""), offer=said.get("offer", ""), today=today
            )
        case "accept_all":
            changed = mending.accept_all(upload, today=today)
        case "replace" if field:
            changed = mending.replace_in_column(
                upload, field=field, find=said.get("find", ""), by=said.get("by", ""),
                whole=said.get("whole") == "1", today=today,
            )  # fmt: skip
        case "skip" | "back" as act if lines or not line:
            changed = mending.skip(upload, lines=lines, back=act == "back", today=today)
        case "say":
            form = SayForm(said)
            if not form.is_valid():
                return _rows(request, upload, status=422, form=form)
            mending.say(upload, today=today, **form.cleaned_data)
            changed = 0
        case _:
            return _rows(request, upload, status=422)
    return _back(request, upload, changed)


@require_safe
@of_mine(State.STAGED)
def row(request: HttpRequest, upload: Upload, line: int) -> HttpResponse:
    """One line with all its cells whole, to be mended without a mouse or a script."""
    staged = get_object_or_404(StagedRow, upload=upload, line=line)
    layout = KINDS[upload.kind].layout
    cells = [
        {
            "field": name,
            "title": layout.columns[name].title,
            "text": staging.shown(staged.cells[place]) if place < len(staged.cells) else "",
            "notes": [one for one in staged.findings if one["field"] == name],
        }
        for name, place in sorted(upload.columns.items(), key=lambda pair: pair[1])
    ]
    rest = [one for one in staged.findings if one["field"] not in upload.columns]
    lists = closed_lists(upload, timezone.localdate())
    context = {"upload": upload, "row": staged, "cells": cells, "rest": rest, "lists": lists}
    return TemplateResponse(request, "imports/row.html", context)


@require_POST
@of_mine(State.STAGED)
def fix_row(request: HttpRequest, upload: Upload, line: int) -> HttpResponse:
    """Write all cells of one line."""
    get_object_or_404(StagedRow, upload=upload, line=line)
    texts = {name: request.POST[f"cell_{name}"] for name in upload.columns if f"cell_{name}" in request.POST}
    changed = mending.fix_row(upload, line=line, texts=texts, today=timezone.localdate())
    return _back(request, upload, changed)


@require_safe
@of_mine(State.STAGED)
def marked(request: HttpRequest, upload: Upload) -> HttpResponse:
    """The person's own workbook, wrong cells red, a reason in each line."""
    sent = upload.bytes()
    data = backfile.marked(
        sent, upload.name, sheet=upload.sheet, header_line=upload.last_header + 1, marks=staging.marks(upload),
        fixed=staging.typed(upload),
        sheets=intake.read_sheets(sent, upload.name, True) if upload.converts_legacy else None,
    )  # fmt: skip
    return as_download(data, backfile.marked_name(upload.name))


def as_download(data: bytes, name: str, content_type: str = XLSX) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


# ------------------------------------------------------------------------------------------ confirming


@require_http_methods(["GET", "HEAD", "POST"])
@of_mine(State.STAGED)
def confirm(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Say in words what will be written; on POST write it, once, whatever is pressed twice."""
    said = summary(upload, today=timezone.localdate())
    if request.method == "POST" and said.may_go_on:
        version = request.POST.get("version", "")
        try:
            if staging.claim(upload, version=_number(version), now=timezone.now()):
                write_upload.enqueue(upload.pk)
            return redirect("imports:upload", upload.key)
        except Conflict as conflict:
            messages.error(request, str(conflict))
            return redirect("imports:confirm", upload.key)
    status = 200 if request.method != "POST" else 422
    context = {"upload": upload, "said": said, "kind": KINDS[upload.kind]}
    return TemplateResponse(request, "imports/confirm.html", context, status=status)


@require_POST
@of_mine(*OPEN)
def discard(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Forget an upload; nothing of it was written."""
    matching.discard(upload)
    messages.success(request, _("“%(name)s” was put away. %(nothing)s") % {
        "name": upload.name, "nothing": nothing_written()
    })  # fmt: skip
    return redirect("imports:index")
