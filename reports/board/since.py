"""A snapshot against now as a page tells it: frozen, now, change, and each line of the ledger that caused it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from organizations.details.history import Entry
from organizations.details.history import told as in_history
from organizations.models import Enterprise, Event, Headcount, Organization
from reports.models import Snapshot
from reports.snapshots.difference import FigureDifference, difference
from reports.snapshots.words import told_apart, zones_called
from targets.models import plain
from vietnamese.dates import format_date
from vietnamese.numbers import format_decimal

from .frozen import is_level
from .wording import number, signed


@dataclass(frozen=True, slots=True)
class Since:
    """One figure. ``tone`` marks a change; ``more`` says how many events are counted beside those listed."""

    found: FigureDifference
    was: str
    now: str
    change: str
    events: list[tuple[Event, str]]
    more: str
    targets: list[tuple[object, str]]  # each version with its range
    url: str  # the events that were frozen
    headcounts: list[tuple[Headcount, Organization | None]]  # the organisation only where the reader may open it
    steps: list[tuple[Event, Organization | None]]
    register: list[tuple[str, Entry]]  # each change of the register with the name of its row
    elsewhere: list[str]  # of each day on which another zone recorded something, a sentence
    register_more: str


def since(snapshot: Snapshot, user: User) -> tuple[list[Since], list[str]]:
    """Figures that differ or of which something was recorded since, and the names of those left as they were."""
    told, same = [], []
    figures = difference(snapshot, user)
    called = zones_called(*(values for found in figures for values in (found.was, found.now)))
    for found in figures:
        if found.differs or found.caused:
            told.append(_told(snapshot, found, user, called))
        else:
            same.append(found.name)
    return told, same


def _told(snapshot, found, user, called):
    was, now = told_apart(found.was, found.now, called)
    rest = found.event_count - len(found.events)
    return Since(
        found=found,
        was=was,
        now=now,
        change=_signed(found.change),
        events=[(event, signed(event.quantity)) for event in found.events],
        more=_("and %(count)s more; all of them add up to %(sum)s")
        % {"count": number(rest), "sum": signed(found.event_sum)}
        if rest > 0
        else "",
        targets=[(version, _range(version)) for version in found.targets],
        url=reverse("reports:snapshot_figure", args=[snapshot.pk, found.figure.code])
        if found.figure is not None and found.was["actual"] is not None and not is_level(found.figure)
        else "",
        headcounts=_with_organizations(found.register.headcounts, user),
        steps=_with_organizations(found.register.steps, user),
        register=_register(found.register.changes, user),
        elsewhere=[_elsewhere(day, count) for day, count in found.register.elsewhere.items()],
        register_more=_("and %(count)s more") % {"count": number(found.register.rest)} if found.register.rest else "",
    )


def _with_organizations(rows, user):
    ids = {row.organization_id for row in rows}
    seen = Organization.objects.visible_to(user).in_bulk(ids) if ids else {}
    return [(row, seen.get(row.organization_id)) for row in rows]


def _register(changes, user):
    """The changes in words; the name of a row only where ``user`` may open it."""
    told = []
    for model in (Enterprise, Organization):
        of_it = [change for change in changes if change.model == model._meta.label_lower]
        if of_it:
            rows = model.objects.visible_to(user).in_bulk({change.object_id for change in of_it})
            for entry in in_history(model, of_it, user):
                told.append((str(rows.get(entry.change.object_id, "")), entry))
    return told


def _elsewhere(day, count):
    words = ngettext(
        "another zone recorded %(count)s line on %(day)s, which is not shown to you",
        "other zones recorded %(count)s lines on %(day)s, which are not shown to you",
        count,
    )
    return words % {"count": number(count), "day": format_date(day)}


def _signed(value):
    value = plain(value)
    if not value:
        return "0"
    return f"+{format_decimal(value)}" if value > 0 else f"−{format_decimal(-value)}"


def _range(version):
    if version.low is None:
        return _("the target was taken back")
    return "–".join(dict.fromkeys(format_decimal(plain(end)) for end in (version.low, version.high)))
