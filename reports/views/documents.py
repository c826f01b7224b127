"""Reports on screen and as files: the list with its question, and one report drawn as asked."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from organizations.models import Zone
from reports import registry
from reports.documents import RENDERERS
from reports.documents.layout import lay_out
from reports.documents.paper import WIDE
from reports.forms import ReportForm


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The reports there are, and what to ask of them; what was asked before is kept in the boxes."""
    form = ReportForm(user=request.user, initial=_initial(request))
    return _index(request, form)


@require_safe
def download(request: HttpRequest, name: str) -> HttpResponse:
    """The report ``name``: on screen, or as the file that ``format`` names."""
    try:
        report_class = registry.get(name)
    except KeyError:
        raise Http404(name) from None
    form = ReportForm(request.GET, user=request.user)
    if not form.is_valid_for(report_class):
        if form.zone_unknown:
            raise Http404("zone")
        return _index(request, form, status=400)
    report = form.report(report_class)
    format = form.cleaned_data["format"] or "html"
    if format == "html":
        return TemplateResponse(request, "reports/report.html", _on_screen(request, report))
    content, content_type, filename = report.render(format)
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": content_disposition_header(True, filename)},
    )


def _initial(request):
    today = timezone.localdate()
    own = Zone.objects.visible_to(request.user).order_by("code").first()
    asked = {name: request.GET[name] for name in ("zone", "from", "year", "part", "as_of") if request.GET.get(name)}
    return {"zone": own.code if own else "", "year": today.year, "as_of": today} | asked


def _index(request, form, status=200):
    reports = [registry.get(name) for name in registry.names()]
    context = {
        "form": form,
        "reports": reports,
        "formats": [(name, renderer.label) for name, renderer in RENDERERS.items() if name != "json"],
        "any_zone": form.fields["zone"].queryset.exists(),
    }
    return TemplateResponse(request, "reports/index.html", context, status=status)


def _on_screen(request, report):
    said = report.said()
    kind, about = report.heading()
    asked = request.GET.copy()
    asked.pop("format", None)
    return {
        "report": report,
        "kind": kind,
        "about": about,
        "said": said,
        "tables": [(table, lay_out(table, WIDE) if table.rows else []) for table in said.tables],
        "asked": asked.urlencode(),
        "formats": [(name, renderer.label) for name, renderer in RENDERERS.items() if name != "json"],
    }
