"""Suggestions for the boxes of ``organizations.widgets``: at most ten rows, best first, of zones one may enter for."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from organizations.access import Act, may_somewhere, zone_ids_for
from organizations.entry.decisions import issuer_of, known
from organizations.entry.happenings import HAPPENINGS, MOST_ROWS
from organizations.entry.rows import Row, read
from organizations.fields import DateFormField
from organizations.lifecycle import RULES
from organizations.lookups import label, labels
from organizations.models import Coverage, Enterprise, Organization, Park, Sector
from organizations.search import every_word
from vietnamese.text import clean, search_key

MOST = 10
LONGEST = 250  # letters of a question


@require_safe
def enterprises(request: HttpRequest) -> JsonResponse:
    """``q``: a tax code or its beginning, or words of the name, without accents."""
    rows = _enterable(Enterprise.objects.live().visible_to(request.user), request.user)
    text, words, digits = _asked(request)
    found = []
    if words:
        matches = every_word(words, "search_key")
        if digits:
            matches |= Q(tax_code__startswith=digits)
        found = rows.filter(matches).select_related("zone", "park")
        found = _best(found, words, Q(tax_code__in={digits, text} - {""}), Q(tax_code__startswith=digits or "-"))
    names = labels(found, rows)
    return _answer(
        {
            "id": row.pk,
            "value": names[row],
            "name": row.name,
            "code": row.tax_code,
            "detail": _joined(row.tax_code, "" if row.park.code == Park.NONE else row.park.name, str(row.zone)),
            "tag": "" if row.status == "operating" else row.get_status_display(),
        }
        for row in found
    )


@require_safe
def organizations(request: HttpRequest) -> JsonResponse:
    """``q``: a code, or words of the name or of an enterprise it works in, or that one's tax code."""
    rows = _enterable(Organization.objects.live().visible_to(request.user), request.user)
    rule = RULES.get(request.GET.get("kind", ""))
    if rule:
        rows = rows.filter(sector__in=rule.sectors)
    if (sector := request.GET.get("sector")) in Sector.values:
        rows = rows.filter(sector=sector)
    if request.GET.get("ended") != "1":
        rows = rows.filter(dissolved_on=None)
    text, words, digits = _asked(request)
    found = []
    if words:
        host = every_word(words, "enterprise__search_key")
        if digits:
            host |= Q(enterprise__tax_code__startswith=digits)
        there = Exists(Coverage.objects.filter(host, organization=OuterRef("pk"), valid_to=None))
        matches = every_word(words, "search_key") | Q(code__istartswith=text) | Q(there)
        found = rows.filter(matches).select_related("zone", "type")
        found = _best(found, words, Q(code__iexact=text), Q(code__istartswith=text))
    names = labels(found, rows)
    return _answer(
        {
            "id": row.pk,
            "value": names[row],
            "name": row.name,
            "code": row.code,
            "detail": _joined(row.code, row.type.name, str(row.zone)),
            "tag": "" if row.status == "active" else row.get_status_display(),
        }
        for row in found
    )


@require_POST
def match(request: HttpRequest) -> JsonResponse:
    """What each of the texts ``text`` means in a row of the happening ``kind``; reads only."""
    if not may_somewhere(request.user, Act.ENTER):
        raise PermissionDenied
    happening = HAPPENINGS.get(request.POST.get("kind", ""))
    if happening is None:
        raise Http404
    first = happening.columns[0]
    rows = [Row({first.name: text[:LONGEST]}) for text in request.POST.getlist("text")[:MOST_ROWS]]
    read(rows, happening, request.user)
    return _answer(_matched(row, first.name) for row in rows)


def _matched(row, name):
    found = row.values.get(name)
    if found is None:
        faults = row.faults.get(name, [])
        return {
            "faults": [fault.message for fault in faults],
            "offers": [one for fault in faults for one in fault.offers],
        }
    return {"value": label(found), "name": found.name}


@require_safe
def decision(request: HttpRequest) -> JsonResponse:
    """Whether the decision of ``number``, ``issued_on`` and ``issuer`` is recorded, in words."""
    if not may_somewhere(request.user, Act.ENTER):
        raise PermissionDenied
    asked = request.GET
    try:
        day = DateFormField(required=False).clean(asked.get("issued_on", "")[:40])
    except ValidationError:
        day = None
    number, issuer = clean(asked.get("number", "")[:80]), clean(asked.get("issuer", "")[:250])
    found = known(request.user, number=number, issued_on=day, issuer=issuer)
    return JsonResponse({"words": found.words if found else "", "issuer": issuer_of(found.row) if found else ""})


def _enterable(rows, user):
    if not may_somewhere(user, Act.ENTER):
        raise PermissionDenied
    ids = zone_ids_for(user, Act.ENTER)
    return rows if ids is None else rows.filter(zone__in=ids)


def _asked(request):
    text = clean(request.GET.get("q", "")[:LONGEST])
    digits = text.replace(".", "").replace(" ", "")
    return text, search_key(text).split()[:12], digits if digits.replace("-", "").isdecimal() else ""


def _best(rows, words, exact, begins):
    """The first ten: of that code, whose code or name begins so, who have these words in a row, who have them all."""
    key = " ".join(words)
    ranks = [exact, Q(search_key=key), begins, Q(search_key__startswith=key), Q(search_key__contains=f" {key}")]
    rank = Case(
        *(When(matches, then=Value(place)) for place, matches in enumerate(ranks)),
        When(every_word(words, "search_key"), then=Value(len(ranks))),
        default=Value(len(ranks) + 1),
        output_field=IntegerField(),
    )
    return list(rows.order_by(rank, "sort_key", "pk")[:MOST])


def _joined(*parts):
    return " · ".join(part for part in parts if part)


def _answer(results):
    answer = JsonResponse({"results": list(results)}, json_dumps_params={"ensure_ascii": False})
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
