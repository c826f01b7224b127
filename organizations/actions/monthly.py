"""The month table: how many members joined or left an organisation in a month, one number a month, without a decision.

The number is one event dated the first day of its month, alone of its kind there among the events that stand. 0 is
a declaration that there is nothing to report; taking the number away takes the event back.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.access import Act, require, sees
from organizations.ledger import writing
from organizations.models import Event, Kind, Organization
from organizations.problems import NeedsReason, Problem, Refused, SeenOtherwise
from vietnamese.text import clean

from .checks import Locks, chunks, count_problem, one_life, refuse, zones_touched
from .draft import PARTS, Draft
from .record import recorded

MONTHLY = (Kind.JOINED, Kind.LEFT)


@dataclass(slots=True, eq=False)
class MonthDraft:
    """The number of a month as somebody typed it, who had seen there the event ``seen``, or nothing.

    ``month`` is its first day; ``number`` None takes away what is there; ``note`` None leaves the note as it is.
    """

    organization: Organization
    month: date
    number: int | None
    seen: int | None = None
    note: str | None = None

    def key(self) -> tuple[int, date]:
        return (self.organization.pk, self.month)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one draft: ``row`` stands now (None: nothing does), ``was`` stood before."""

    row: Event | None
    was: Event | None

    @property
    def outcome(self) -> str:
        """new, changed, cleared or same."""
        if self.row is self.was:
            return "same"
        if self.row is None:
            return "cleared"
        return "new" if self.was is None else "changed"


class Checked(Exception):
    """Leave the ledger as it was: there is nothing to write, or who asked only wanted to know."""


def record_months(
    *, kind: str, drafts: Sequence[MonthDraft], by: User, reason: str = "", check_only: bool = False
) -> list[Written]:
    """Write the numbers of ``kind`` (joined or left), set-based; what is there already writes nothing.

    A number in the place of another is a correction, and says so in its reason. Raises Refused with the problems of
    each draft; SeenOtherwise when another number stands where it was typed than was seen there; NeedsReason when a
    number is possible and seldom true. ``check_only`` raises the same and leaves no trace.
    """
    if kind not in MONTHLY:
        raise ValueError(f"{kind} is not counted by the month")
    drafts, written = list(drafts), []
    for zone_id in {draft.organization.zone_id for draft in drafts}:
        require(by, Act.ENTER, zone_id)
    try:
        with writing(zones=zones_touched({draft.organization.pk for draft in drafts}), by=by) as book:
            held = standing(draft.key() for draft in drafts) if drafts else {}
            cells = _cells(kind, drafts, held.get(kind, {}), Locks(book.heads), by)
            written = _write(kind, cells, by, clean(reason))
            if check_only or all(one.outcome == "same" for one in written):
                raise Checked
    except Checked:
        pass
    return written


def standing(
    cells: Iterable[tuple[int, date]], *, seen_by: User | None = None
) -> dict[str, dict[tuple[int, date], list[Event]]]:
    """The events that stand in the given months of organisations: kind → (organisation id, first day) → events.

    Those of a duplicate stand with the survivor's. With ``seen_by`` only what that person may see; an act must know
    them all.
    """
    wanted = set(cells)
    found: dict[str, dict[tuple[int, date], list[Event]]] = defaultdict(lambda: defaultdict(list))
    first, last = min(month for _pk, month in wanted), max(month for _pk, month in wanted)
    events = Event.objects.live() if seen_by is None else Event.objects.visible_to(seen_by).live()
    events = events.filter(kind__in=MONTHLY, effective_on__gte=first, effective_on__lt=next_month(last))
    lives = one_life({pk for pk, _month in wanted})  # what a duplicate tells of a month, its survivor tells
    for part in chunks(sorted(lives), 5000):
        for event in events.filter(organization__in=part).select_related("recorded_by").order_by("effective_on", "pk"):
            found[event.kind][lives[event.organization_id], event.effective_on.replace(day=1)].append(event)
    return found


def number_of(events: Sequence[Event], organization: Organization) -> Event | None:
    """The event that is the number of its month, when the month has no other: it alone may be typed over."""
    if len(events) != 1 or events[0].organization_id != organization.pk:  # several, or a duplicate's
        return None
    event = events[0]
    return event if event.decision_id is None and event.effective_on.day == 1 and not event.act else None


def next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


@dataclass(slots=True)
class _Cell:
    """One draft, the event it would replace, and whether it says what was seen there or what is there already."""

    draft: MonthDraft
    own: Event | None
    silent: bool = False


def _cells(kind, drafts, held, locks, by) -> list[_Cell]:
    """The drafts as cells, once none has a problem and each was typed over what stands there."""
    before = _numbers_seen(kind, drafts)
    problems: dict[int, list[Problem]] = {}
    otherwise: dict[int, Event | None] = {}
    cells, typed = [], set()
    for index, draft in enumerate(drafts):
        if draft.month.day != 1:
            raise ValueError("a month is named by its first day")
        there = held.get(draft.key(), [])
        own = number_of(there, draft.organization)
        silent = _says_nothing(draft, own, before)
        cells.append(_Cell(draft, own, silent))
        if draft.key() in typed:
            problems[index] = [Problem(_("This month is given twice."), {}, "number", "twice")]
        typed.add(draft.key())
        if any(not sees(by, event.zone_id) for event in there):
            problems[index] = [_elsewhere(draft)]
        if index in problems or silent:
            continue
        if problem := _problem(draft, there, own, locks):
            problems[index] = [problem]
        elif draft.seen != (own.pk if own else None):
            otherwise[index] = own
    refuse(problems)
    if otherwise:
        raise SeenOtherwise(otherwise)
    return cells


def _elsewhere(draft):
    """Before a hand-over the month is the other zone's: its number is not told."""
    message = _("Another zone recorded this month of %(organization)s, before it was handed over.")
    return Problem(message, {"organization": draft.organization}, "number", "elsewhere")


def _problem(draft, there, own, locks):
    if draft.number is not None and (problem := count_problem(draft.number, "number")):
        return problem
    if there and own is None:
        message = _("The month has %(number)s by decisions or on other days: it is changed in their list, not here.")
        return Problem(message, {"number": sum(abs(event.quantity) for event in there)}, "number", "held")
    return locks.problem(own.zone_id, draft.month) if own else None


def _says_nothing(draft, own, before):
    there = abs(own.quantity) if own else None
    if draft.note is not None and draft.number is not None and clean(draft.note) != (own.note if own else ""):
        return False
    return draft.number in (there, before.get(draft.seen))


def _numbers_seen(kind, drafts) -> dict[int | None, int | None]:
    """The number of each event that somebody saw, whether it stands or was taken back since; of no event, none."""
    organizations = {draft.organization.pk for draft in drafts}
    found: dict[int | None, int | None] = {None: None}
    for part in chunks(sorted({draft.seen for draft in drafts if draft.seen is not None}), 5000):
        rows = Event.objects.filter(pk__in=part, kind=kind, reverses=None).order_by()
        for pk, organization_id, quantity in rows.values_list("pk", "organization_id", "quantity"):
            if organization_id in organizations:
                found[pk] = abs(quantity)
    return found


def _write(kind, cells: Sequence[_Cell], by, typed_reason) -> list[Written]:
    corrected = gettext("corrected in the month table")
    automatic = f"{corrected}: {typed_reason}" if typed_reason else corrected
    speaking = [index for index, cell in enumerate(cells) if not cell.silent]
    places = [index for index in speaking if cells[index].draft.number is not None]
    reversing = [cells[index].own for index in speaking if cells[index].own is not None]
    events = [_event(kind, cells[index], automatic, typed_reason) for index in places]
    made: list[Event] = []
    if speaking:
        try:
            made, warnings = recorded(drafts=events, reversing=reversing, by=by, reason=automatic, unusual="allow")
        except Refused as refused:
            raise Refused(_at_their_places(refused, cells, places, speaking)) from refused
        unusual = {places[row]: problems for row, problems in warnings.items() if _is_new_number(cells[places[row]])}
        if unusual and not typed_reason:
            raise NeedsReason(unusual)
    rows = dict(zip(places, made, strict=True))
    return [
        Written(cell.own if cell.silent else rows.get(index), cell.own) for index, cell in enumerate(cells)
    ]  # fmt: skip


def _is_new_number(cell):
    """A note that changes asks nothing again about the number it belongs to."""
    return cell.own is None or abs(cell.own.quantity) != cell.draft.number


def _event(kind, cell, automatic, typed_reason):
    draft, own = cell.draft, cell.own
    kept = {name: abs(value) for name in PARTS if own and (value := getattr(own, name)) is not None}
    return Draft(
        kind,
        draft.organization,
        effective_on=draft.month,
        quantity=draft.number,
        note=draft.note if draft.note is not None else own.note if own else "",
        like=own,
        declares=True,
        reason=automatic if own else typed_reason,
        **kept,
    )


def _at_their_places(refused, cells, places, speaking) -> dict[int, list[Problem]]:
    """The problems by the cell they are about; that of a cell which only takes back names its organisation."""
    found: dict[int, list[Problem]] = {}
    for row, problems in refused.by_row.items():
        place = places[row] if row < len(places) else speaking[0]
        for problem in problems:
            about = problem.params.get("organization", cells[place].draft.organization)
            same = [index for index in speaking if cells[index].draft.organization.pk == about.pk]
            found.setdefault(place if place in same or not same else same[0], []).append(problem)
    return found
