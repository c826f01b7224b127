"""The first page of the intake: bring a file, go on with one, or look at what came in before."""

from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from imports import matching, reader, templates
from imports.exports import as_csv, as_workbook
from imports.forms import PASTED, BringForm
from imports.kinds import KINDS
from imports.lineage import tell
from imports.models import Upload
from imports.reader.clipboard import from_clipboard
from imports.reader.refusals import nothing_written
from organizations.access import Act, may, may_somewhere, zones_for
from organizations.models import Batch, Zone
from targets.models import Target
from vietnamese.text import clean

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BATCHES = 25  # a page
LISTS = {"xlsx": as_workbook, "csv": as_csv}


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Step 1 for those who may import; for everybody what was imported into the zones they see."""
    allowed = may_somewhere(request.user, Act.IMPORT) or may_somewhere(request.user, Act.ASSIGN_TARGETS)
    if request.method == "POST" and not allowed:
        raise PermissionDenied
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = BringForm(*sent, user=request.user, initial=_asked(request)) if allowed else None
    if form is not None and form.is_bound and form.is_valid():
        try:
            return redirect("imports:upload", bring_sent(form, request.user).key)
        except (reader.Unusable, PermissionDenied) as refusal:
            message = str(refusal)
            if not message.endswith(nothing_written()):
                message = f"{message} {nothing_written()}"
            form.add_error("text" if not form.cleaned_data.get("file") else "file", message)
    now = timezone.now()
    batches = Batch.objects.visible_to(request.user).select_related("zone", "recorded_by")
    page = Paginator(batches, BATCHES).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "unfinished": Upload.objects.of(request.user).unfinished(now).select_related("zone")[:5],
        "page": page,
        "imports": tell(page.object_list),
        "kinds": _templates(request.user) if allowed else [],
    }
    status = 422 if form is not None and form.errors else 200
    return TemplateResponse(request, "imports/front.html", context, status=status)


def _asked(request):
    """What an address begins with: ``?kind=targets&zone=HP-KKT``, from a page that sends a person here."""
    asked = {name: request.GET[name] for name in ("kind", "zone") if request.GET.get(name)}
    if asked.get("kind") not in KINDS:
        asked.pop("kind", None)
    return asked


def bring_sent(form, user) -> Upload:
    """Bring what a ``BringForm`` holds. Raises Unusable or PermissionDenied."""
    data, sent = form.cleaned_data, form.cleaned_data.get("file")
    if sent:
        # a large file lies on the disk already, and is looked at only when it is not too large
        source = Path(sent.temporary_file_path()) if hasattr(sent, "temporary_file_path") else sent.read()
        name = sent.name
    else:
        source, name = from_clipboard(data["text"]), str(PASTED)
    return matching.bring(
        source, name, by=user, now=timezone.now(), today=timezone.localdate(), kind=data["kind"], zone=data["zone"],
        park=data["park"], counted_on=data["counted_on"],
    )  # fmt: skip


def _templates(user):
    """The kinds for which ``user`` may have a template, each with the zones it can be made for."""
    return [kind for kind in KINDS.values() if may_somewhere(user, kind.act)]


@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """A workbook to fill in: ``?zone=CODE``, with ``prefill=1`` what is recorded already."""
    prefill = request.GET.get("prefill") == "1"
    if kind not in KINDS or (prefill and not templates.can_prefill(kind)):
        raise Http404(kind)
    act = KINDS[kind].act
    zones = zones_for(request.user, act)
    code = clean(request.GET.get("zone", ""))
    zone = get_object_or_404(Zone.objects.visible_to(request.user), code=code) if code else zones.first()
    if zone is None or not may(request.user, act, zone):
        raise PermissionDenied
    data = templates.template(kind, zone=zone, user=request.user, today=timezone.localdate(), prefill=prefill)
    response = HttpResponse(data, content_type=XLSX)
    name = f"{'danh-sach' if prefill else 'mau'}-{kind}-{zone.code}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def targets(request: HttpRequest, year: int, ending: str) -> HttpResponse:
    """The targets of a year of ``?zone=CODE`` and the zones directly below it, as they would be brought back."""
    zone = get_object_or_404(Zone.objects.visible_to(request.user), code=clean(request.GET.get("zone", "")))
    if ending not in LISTS:
        raise Http404(ending)
    among = Target.objects.visible_to(request.user).filter(Q(zone=zone) | Q(zone__parent=zone), year=year)
    content = LISTS[ending]("targets", among, zone=None, user=request.user, today=timezone.localdate())
    response = HttpResponse(content, content_type=XLSX if ending == "xlsx" else "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="chi-tieu-{zone.code}-{year}.{ending}"'
    return response
