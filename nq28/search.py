"""The page of the one search box: rows of three registers and the screens a person may open."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from nq28 import navigation
from organizations.models import Decision, Enterprise, Organization
from organizations.search import search as rows_of
from organizations.search import words_of
from vietnamese.dates import format_date

SHOWN = 8  # of each group


@dataclass(frozen=True)
class Group:
    """What was found of one kind, and the address of the list that shows all of it."""

    key: str
    label: str | Promise
    icon: str
    hits: list[dict]
    more: str = ""


def _enterprise(row):
    return {"label": row.name, "detail": [row.tax_code, row.park.name if row.park.code != "none" else "", row.zone]}


def _organization(row):
    return {"label": row.name, "detail": [row.type, row.get_status_display(), row.zone]}


def _decision(row):
    return {"label": row.number, "detail": [format_date(row.issued_on), row.issuer, row.summary]}


REGISTERS = [
    ("organizations:enterprises", "search", Enterprise, _("Enterprises"), "outline/building-factory-2", _enterprise),
    ("organizations:organizations", "search", Organization, _("Organisations"), "outline/sitemap", _organization),
    ("organizations:decisions", "q", Decision, _("Decisions"), "outline/file-certificate", _decision),
]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything that fits the words, by kind; as a part of the page while somebody types."""
    text = request.GET.get("q", "")[:200]
    words = words_of(text)
    groups = []
    if words:
        for name, parameter, model, label, icon, told in REGISTERS:
            rows = rows_of(model, request.user, text, SHOWN + 1)
            hits = [{"url": row.get_absolute_url(), **told(row)} for row in rows[:SHOWN]]
            more = _list(name, parameter, text) if len(rows) > SHOWN else ""
            groups.append(Group(model._meta.model_name, label, icon, hits, more))
        screens = [screen | {"detail": []} for screen in navigation.found(request.user, words)]
        groups.append(Group("screen", _("Screens"), "outline/app-window", screens))
    found = [group for group in groups if group.hits]
    context = {"text": text, "words": words, "groups": found, "count": sum(len(group.hits) for group in found)}
    part = getattr(request, "htmx", False) and not request.htmx.boosted
    return TemplateResponse(request, "search/_found.html" if part else "search/search.html", context)


def _list(name, parameter, text) -> str:
    return f"{reverse(name)}?{urlencode({parameter: text})}"
