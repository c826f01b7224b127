"""The lines of the ledger about one organisation or enterprise, the newest first, a page at a time."""

from collections import defaultdict
from dataclasses import dataclass
from functools import partial

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.text import capfirst

from accounts.models import User
from organizations.access import Act, may
from organizations.lifecycle import RULES
from organizations.models import Attachment, Enterprise, Event, Kind, Organization, Park
from vietnamese.numbers import format_signed

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """``pair`` is the line it cancels, or that cancels it, and ``pair_url`` leads there; both empty when it stands."""

    event: Event
    words: str
    quantity: str  # empty for what is one fact and no number of people
    female: str
    workers: str
    place: str
    about: Organization | None  # named when the page is not about this organisation itself
    is_merged: bool  # a line of a row that was merged into the one the page is about
    cancels: bool
    cancelled: bool
    pair: int | None
    pair_url: str
    may_correct: bool
    scans: list[Attachment]  # of its decision, as far as the person sees them


@dataclass(frozen=True, slots=True)
class Timeline:
    lines: list[Line]
    page: Page
    query: str  # what the links between pages keep of the question
    hidden: bool  # whether other zones recorded lines that this person does not see


def timeline(
    about: QuerySet[Event],
    *,
    user: User,
    day,
    page: str,
    own: Organization | None = None,
    named: Enterprise | None = None,
    query: str = "",
) -> Timeline:
    """The events among ``about`` that ``user`` sees, up to ``day``; those of ``own`` do not repeat its name.

    Nor is ``named``, the enterprise the page is about or that leads, repeated in every line.
    """
    chosen = about.as_of(day)
    events = chosen.visible_to(user).order_by("-effective_on", Coalesce("reverses", "pk").desc(), "-pk")
    shown = Paginator(_with_words(events), PAGE).get_page(page)
    rows = list(shown.object_list)
    here = {event.pk for event in rows}
    address = partial(_address, shown, here, query)
    scans = _scans({event.decision_id for event in rows} - {None}, user)
    lines = [_line(event, user, own, named, address, scans) for event in rows]
    return Timeline(lines, shown, query, chosen.count() > shown.paginator.count)


def _with_words(events):
    return events.select_related(
        "organization", "type", "from_type", "park", "enterprise", "zone", "decision__issuer", "recorded_by",
        "reversal", "batch_row__batch",
    )  # fmt: skip


def _scans(decision_ids, user):
    found = defaultdict(list)
    for scan in Attachment.objects.visible_to(user).standing().filter(decision__in=decision_ids):
        found[scan.decision_id].append(scan)
    return found


def _line(event, user, own, named, address, scans):
    reversal = getattr(event, "reversal", None)
    pair = event.reverses_id or (reversal.pk if reversal else None)
    stands = pair is None
    return Line(
        event=event,
        words=said(event),
        quantity=format_signed(event.quantity) if RULES[event.kind].counted else "",
        female="" if event.female is None else format_signed(event.female),
        workers="" if event.workers is None else format_signed(event.workers),
        place=_place(event, named),
        about=None if own is not None and own.pk == event.organization_id else event.organization,
        is_merged=own is not None and own.pk != event.organization_id,
        cancels=event.reverses_id is not None,
        cancelled=reversal is not None,
        pair=pair,
        pair_url=address(pair, event.reverses_id is not None) if pair else "",
        may_correct=stands and may_correct(user, event),
        scans=scans.get(event.decision_id, []),
    )


def may_correct(user, event) -> bool:
    """Whether ``user`` writes in the zone of the line and in the one its organisation is in now."""
    return all(may(user, Act.ENTER, zone_id) for zone_id in {event.zone_id, event.organization.zone_id})


def said(event: Event) -> str:
    """What happened, in words: "Nâng cấp: chi bộ cơ sở → đảng bộ cơ sở"."""
    words = capfirst(event.get_kind_display())
    if event.kind == Kind.RENAMED:
        return f"{words}: “{event.old_name}” → “{event.new_name}”"
    if event.from_type_id:
        return f"{words}: {event.from_type} → {event.type}"
    if RULES[event.kind].rank == 0:
        return f"{words}: {event.type}"
    return words


def _place(event, named):
    parts = [event.enterprise.name] if event.enterprise and event.enterprise != named else []
    if event.park.code != Park.NONE:
        parts.append(event.park.name)
    return " · ".join(parts)


def _address(page, here, query, pair, cancels):
    """A reversal stands right before the line it cancels: when not on this page, on the one before or after."""
    if pair in here:
        return f"#e{pair}"
    other = page.number + (1 if cancels else -1)
    return f"?{query}page={other}#e{pair}" if 1 <= other <= page.paginator.num_pages else ""
