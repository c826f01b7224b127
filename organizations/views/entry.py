"""Quick entry: what happened, the decision once, then rows; all written, or none."""

import json
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from organizations import once
from organizations.access import Act, may_somewhere, require
from organizations.actions import DecisionKey
from organizations.entry import decisions, page
from organizations.entry.happenings import GROUPS, HAPPENINGS, MOST_ROWS
from organizations.entry.rows import read, typed_rows
from organizations.entry.write import keys_of, save, take_back
from organizations.forms.entry import EntryForm, UndoForm
from organizations.lifecycle import COUNTS_MEMBERS
from organizations.models import Decision, Event
from organizations.problems import Conflict, NeedsReason, Refused
from vietnamese.numbers import format_count
from vietnamese.text import clean

BLANK = 5  # empty rows of a new form, and how many "more" adds
PLACES = {  # where a problem that the acts name is told
    "name": "name", "code": "name", "members": "members", "total": "members", "type": "type", "note": "note",
    "new_name": "new_name", "quantity": "quantity", "female": "female", "workers": "workers",
}  # fmt: skip
OF_FORM = {"issuer": "issuer", "number": "number", "issued_on": "issued_on", "parent": "parent", "to_type": "to_type"}


def _require_entry(user):
    if not may_somewhere(user, Act.ENTER):
        raise PermissionDenied(_("Your role may read this but not write it."))


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest) -> HttpResponse:
    _require_entry(request.user)
    kept = _kept_decision(request)
    if "kind" not in request.GET:
        return TemplateResponse(request, "organizations/entry/choose.html", {"groups": GROUPS, "kept": kept})
    happening = HAPPENINGS.get(request.GET["kind"])
    if happening is None:
        raise Http404
    if request.method == "POST":
        return _answer(request, happening)
    initial = {}
    if kept:
        row = kept.row
        initial = {"number": row.number, "issued_on": row.issued_on, "issuer": decisions.issuer_of(row)}
    form = EntryForm(user=request.user, happening=happening, initial=initial)
    return _form(request, happening, form, [], key=uuid4(), blank=BLANK, kept=kept)


def _kept_decision(request):
    pk = request.GET.get("decision", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    rows = Decision.objects.live().visible_to(request.user).select_related("issuer")
    return decisions.known_as(request.user, get_object_or_404(rows, pk=pk))


def _form(request, happening, form, rows, *, key, blank=1, status=200, kept=None, written=None):
    if kept is None and form.is_bound:
        kept = _known(form, request.user)
    types = list(happening.types()) if happening.founds else []
    shown = page.lines(rows, happening, types, max(0, min(blank, MOST_ROWS - len(rows))))
    context = {
        "happening": happening,
        "form": form,
        "key": key,
        "lines": shown,
        "pattern": page.pattern(happening, types),
        "types": types,
        "beginnings": json.dumps(page.beginnings(types), ensure_ascii=False),
        "summary": page.summary(shown),
        "filled": len(rows),
        "totals": page.totals(rows, happening),
        "kept": kept,
        "written": written,
        "most": MOST_ROWS,
    }
    return TemplateResponse(request, "organizations/entry/form.html", context, status=status)


def _answer(request, happening):
    said = request.POST
    try:
        key = UUID(said.get("key", ""))
    except ValueError:
        key = uuid4()
    rows = typed_rows(said, happening)
    if "more" in said:
        form = EntryForm(initial=said.dict(), user=request.user, happening=happening)
        return _form(request, happening, form, rows, key=key, blank=_blank_rows(said, rows) + BLANK)
    form = EntryForm(said, user=request.user, happening=happening)
    words = said.copy()
    for name in ("csrfmiddlewaretoken", "save", "again"):
        words.pop(name, None)
    try:
        claim = once.claim(user=request.user, path=request.path, key=key.hex, digest=once.digest(words))
    except once.OtherWords as other:
        form.is_valid()
        form.add_error(None, _("This form was saved already. Nothing was written now."))
        return _form(request, happening, form, rows, key=uuid4(), status=409, written=_written(other.claim))
    except once.StillRunning as running:
        form.is_valid()
        form.add_error(None, str(running))
        return _form(request, happening, form, rows, key=key, status=409)
    if claim.status is not None:
        messages.info(request, _("This was written before; pressing again wrote nothing."))
        return redirect("organizations:entry_done", key)
    try:
        if _is_right(form, rows, happening, request.user):
            with transaction.atomic():
                events = _save(form, rows, happening, request.user, key)
                once.keep(claim, status=302, body=json.dumps({"key": str(key)}))
            return _saved(request, happening, key, events)
    except Refused as refused:
        _tell(refused, form, rows)
    except Conflict:
        form.add_error(None, _("Somebody changed the same rows meanwhile. Please save again."))
    finally:
        once.free(claim)  # nothing to free once an answer is kept
    return _form(request, happening, form, rows, key=key, status=422)


def _known(form, user):
    """The decision that a form names, when it is recorded already."""
    data = getattr(form, "cleaned_data", {})
    number, day = data.get("number", ""), data.get("issued_on")
    return decisions.known(user, number=number, issued_on=day, issuer=data.get("issuer", ""))


def _blank_rows(said, rows):
    sent = {name.split("-")[0] for name in said if name.endswith(("-organization", "-enterprise"))}
    return max(0, len(sent) - len(rows))


def _written(claim):
    """The address of what was written under a key; None when nothing is kept yet."""
    return reverse("organizations:entry_done", args=[json.loads(claim.body)["key"]]) if claim.body else None


def _is_right(form, rows, happening, user):
    """Whether decision and rows can be read; what is wrong is told in them."""
    right = form.is_valid()
    if not rows:
        form.add_error(None, _("Fill in at least one row."))
        return False
    if len(rows) > MOST_ROWS:
        told = {"most": MOST_ROWS, "count": format_count(len(rows))}
        form.add_error(None, _("At most %(most)s rows at once; these are %(count)s. Save the rest after them.") % told)
        return False
    own = form.place.pk if happening.founds else None
    if not read(rows, happening, user, own=own):
        form.add_error(None, _("Some boxes are not right yet. Nothing was written."))
        return False
    return right


def _save(form, rows, happening, user, key):
    data = form.cleaned_data
    decision = None
    if data["number"]:
        issuer = data["issuer"]
        if not issuer and (
            one := decisions.known(user, **{name: data[name] for name in ("number", "issued_on", "issuer")})
        ):
            issuer = decisions.issuer_of(one.row)
        decision = DecisionKey(issuer, data["number"], data["issued_on"])
    return save(
        happening=happening, rows=rows, decision=decision, effective_on=data["issued_on"], by=user, key=key,
        zone=form.place if happening.founds else None, parent=data.get("parent"), to_type=data.get("to_type"),
        reason=clean(data["reason"]),
    )  # fmt: skip


def _tell(refused, form, rows):
    """Put each problem where it was typed; what concerns all rows alike is told once."""
    if isinstance(refused, NeedsReason):
        for place, problems in refused.by_row.items():
            rows[place].warnings = [str(problem) for problem in problems]
        text = ngettext(
            "%(count)s row is unusual: check it, or give the reason. Nothing was written.",
            "%(count)s rows are unusual: check them, or give the reason. Nothing was written.",
            len(refused.by_row),
        )
        form.add_error(None, text % {"count": format_count(len(refused.by_row))})
        return
    told = set()
    for place, problems in refused.by_row.items():
        for problem in problems:
            of_form = "issued_on" if problem.code == "locked" else OF_FORM.get(problem.field)
            if place < 0 or of_form in form.fields:
                if (of_form, str(problem)) not in told:
                    form.add_error(of_form if of_form in form.fields else None, problem.error())
                told.add((of_form, str(problem)))
            else:
                row = rows[place]
                first = next(iter(row.values))
                column = PLACES.get(problem.field, first)
                row.fault(column if column in row.values else first, problem)
    if not form.non_field_errors():
        form.add_error(None, ValidationError(_("The rows do not fit what is recorded. Nothing was written.")))


def _saved(request, happening, key, events):
    count = Event.objects.filter(pk__in=[event.pk for event in events]).count()
    text = ngettext("%(count)s row was written: %(what)s.", "%(count)s rows were written: %(what)s.", count)
    messages.success(request, text % {"count": format_count(count), "what": str(happening.label)})
    if "again" not in request.POST:
        return redirect("organizations:entry_done", key)
    query = f"?kind={happening.code}"
    if events[0].decision_id:
        query += f"&decision={events[0].decision_id}"
    return redirect(reverse("organizations:entry") + query)


# ------------------------------------------------------------------------------------------ what was written


@require_safe
def done(request: HttpRequest, key: UUID) -> HttpResponse:
    """What one saved form wrote, as the ledger has it now."""
    events = _lines_of(request.user, key)
    standing = [event for event in events if event.reversed_by is None]
    context = {
        "key": key,
        "events": events,
        "standing": len(standing),
        "people": sum(abs(event.quantity) for event in standing),
        "counted": any(event.kind in COUNTS_MEMBERS for event in events),
        "decision": events[0].decision,
        "first": events[0],
        "happening": _happening_of(events[0]),
        "may_undo": bool(standing) and may_somewhere(request.user, Act.ENTER),
    }
    return TemplateResponse(request, "organizations/entry/done.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take back all lines of one saved form that still stand, as one act."""
    events = [event for event in _lines_of(request.user, key) if event.reversed_by is None]
    for zone_id in {event.zone_id for event in events}:
        require(request.user, Act.ENTER, zone_id)
    if not events:
        return redirect("organizations:entry_done", key)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_back(events, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refused:
            for message in dict.fromkeys(refused.messages):
                form.add_error(None, message)
        except Conflict:
            messages.error(
                request, _("Some of these lines were corrected or taken back meanwhile. Nothing was written.")
            )
            return redirect("organizations:entry_done", key)
        else:
            text = ngettext("%(count)s line was taken back.", "%(count)s lines were taken back.", len(events))
            gone = sum(event.reversed_by is not None for event in _lines_of(request.user, key))
            messages.success(request, text % {"count": format_count(gone)})
            return redirect("organizations:entry_done", key)
    status = 422 if form.errors else 200
    context = {"form": form, "key": key, "events": events, "first": events[0], "happening": _happening_of(events[0])}
    return TemplateResponse(request, "organizations/entry/undo.html", context, status=status)


def _lines_of(user, key):
    """The lines that the form of this key wrote and ``user`` may see, in its order; none is 404."""
    keys = keys_of(key)
    reversal = Event.objects.filter(reverses=OuterRef("pk")).order_by().values("pk")
    rows = Event.objects.visible_to(user).filter(idempotency_key__in=keys).annotate(reversed_by=Subquery(reversal))
    rows = list(rows.select_related("organization", "zone", "type", "enterprise", "decision__issuer", "recorded_by"))
    if not rows:
        raise Http404
    for row in rows:  # as people say the numbers: never negative
        row.size, row.size_female, row.size_workers = (
            None if amount is None else abs(amount) for amount in (row.quantity, row.female, row.workers)
        )
    place = {text: number for number, text in enumerate(keys)}
    return sorted(rows, key=lambda row: place[row.idempotency_key])


def _happening_of(event):
    return next(one for one in HAPPENINGS.values() if one.kind == event.kind and one.sector in ("", event.sector))
