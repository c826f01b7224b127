"""What came of an import: counted from the database, each line with what it wrote, its file, and the way back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from imports import undo
from imports.forms import ReasonForm
from imports.history import lines_written
from imports.kinds import KINDS
from imports.lineage import tell
from imports.reader.refusals import nothing_written
from organizations.access import reads_all_of
from organizations.models import Batch, BatchRow
from organizations.problems import Conflict, Refused
from vietnamese.numbers import format_count

from .upload import as_download

LINES = 50  # a page


def _visible(request, pk) -> Batch:
    batches = Batch.objects.visible_to(request.user)
    related = ("zone", "recorded_by", "upload__owner", "undone_by", "undoes")
    return get_object_or_404(batches.select_related(*related), pk=pk)


@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One import that was written."""
    found = _visible(request, pk)
    stored = dict(found.rows.order_by().values_list("outcome").annotate(Count("pk")))
    pages = Paginator(found.rows.order_by("line"), LINES)
    line = request.GET.get("line", "")  # the page that holds this line
    before = found.rows.filter(line__lt=int(line)).count() if line.isascii() and line.isdigit() and len(line) < 9 else 0
    page = pages.get_page(request.GET.get("page") or before // LINES + 1)
    upload = getattr(found, "upload", None)
    context = {
        "batch": found,
        "shown": tell([found])[0],
        "undone_by": getattr(found, "undone_by", None),
        "kind": KINDS.get(found.kind),
        "stored": [(BatchRow.Outcome(code).label, stored[code]) for code in BatchRow.Outcome.values if code in stored],
        "page": page,
        "lines": lines_written(list(page.object_list)),
        "may_undo": not hasattr(found, "undone_by") and undo.may_undo(request.user, found),
        "upload": upload,
        "may_have_file": upload is not None and reads_all_of(request.user, upload.owner),
    }
    return TemplateResponse(request, "imports/batch.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def undo_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back: what would be undone and what stays, then with a reason, in one act."""
    found = _visible(request, pk)
    if not undo.may_undo(request.user, found):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    shown = tell([found])[0]
    if request.method == "POST" and form.is_valid():
        try:
            done = undo.undo_batch(found, by=request.user, reason=form.cleaned_data["reason"])
            if done.batch is not None:
                messages.success(request, _sentence(done, back=shown.steps % 2 == 1))
                return redirect("imports:batch", done.batch.pk)
            form.add_error(None, f"{_('No line can be taken back.')} {nothing_written()}")
        except (Refused, Conflict) as refusal:
            form.add_error(None, "; ".join(refusal.messages) if isinstance(refusal, Refused) else str(refusal))
        found = _visible(request, pk)  # as it is after what was refused
    undone_by = getattr(found, "undone_by", None)
    plan = None if undone_by else undo.undo_batch(found, by=request.user, dry_run=True)
    context = {"batch": found, "shown": shown, "form": form, "plan": plan, "undone_by": undone_by}
    return TemplateResponse(request, "imports/undo.html", context, status=422 if form.errors else 200)


def _sentence(done, back: bool) -> str:
    if back:
        words = ngettext("%(count)s line was brought back.", "%(count)s lines were brought back.", len(done.reversed))
    else:
        words = ngettext(
            "%(count)s imported line was undone.", "%(count)s imported lines were undone.", len(done.reversed)
        )
    said = [words % {"count": format_count(len(done.reversed))}]
    if stays := len(done.kept) + len(done.blocked):
        words = ngettext("%(count)s line stays, with its reason.", "%(count)s lines stay, each with its reason.", stays)
        said.append(words % {"count": format_count(stays)})
    return " ".join(said)


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was sent, always as a download; it may hold more than was written into this zone."""
    found = _visible(request, pk)
    upload = getattr(found, "upload", None)
    if upload is None or not reads_all_of(request.user, upload.owner):
        raise Http404(_("No file was kept."))
    try:
        return as_download(upload.bytes(), upload.name, "application/octet-stream")
    except FileNotFoundError:
        raise Http404(_("No file was kept.")) from None
