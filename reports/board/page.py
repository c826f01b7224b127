"""The parts of the dashboard and of the home pages, read in one consistent moment."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from organizations.models import Event, Zone
from organizations.snapshot_read import one_snapshot
from reports.figures import attainment_table
from targets.models import Indicator

from .changes import Changes, changes
from .lede import lede
from .matrix import Matrix, by_year, by_zone
from .question import Question, Years, years_for
from .rows import Detail, Row, all_of, details, rows
from .tasks import Waiting, waiting
from .wording import is_final, signed

RECENT = 10


@dataclass(frozen=True, slots=True)
class Board:
    """What is shown of one zone; ``by_zone`` is None when nothing lies below it."""

    lede: SafeString
    rows: list[Row]
    years: Years
    term: str  # heading of what the term has come to
    details: list[Detail]
    by_year: Matrix
    by_zone: Matrix | None
    running: bool  # judged by pace


def indicators() -> list[Indicator]:
    return list(Indicator.objects.filter(is_active=True).prefetch_related("types", "parks"))


def board(question: Question) -> Board:
    """Everything the dashboard shows; as many queries for one zone as for thirty."""
    zone, year, as_of = question.zone, question.year, question.as_of
    whole = question.period.is_year
    years = years_for(year, as_of, question.today)
    zone_names = _zone_names(question)
    with one_snapshot():
        counted = indicators()
        table = attainment_table(
            zones=[zone],
            first_year=years.first,
            last_year=years.last,
            as_of=as_of,
            indicators=counted,
            part=question.part,
        )
        zones = _by_zone(question, counted)
    return Board(
        lede=lede(all_of(table, zone, year), as_of, zone_names),
        rows=rows(table, zone, question, years if whole else None, zone_names),
        years=years,
        term=_("Term %(years)s") % {"years": years.term_of(year)} if whole else "",
        details=details(table, zone, year),
        by_year=by_year(table, zone, question, years),
        by_zone=zones,
        running=question.period.first_day <= as_of and not is_final(question.period, as_of),
    )


@dataclass(frozen=True, slots=True)
class Home:
    """This year of the own zone: drawn as rows with work that waits and the last lines, or as the matrix of zones."""

    lede: SafeString
    rows: list[Row]
    by_zone: Matrix | None
    waiting: list[Waiting]  # work of the zone; beside the matrix that of the board
    changes: Changes | None  # since the person was last here
    events: list[tuple[Event, str, bool]]  # with the quantity as it is printed, and whether it is new to the person
    others: list[Zone]  # further zones of the person, each with a dashboard of its own


def home(question: Question, user, *, zones: bool, since: datetime | None = None) -> Home:
    """The home page of ``user``, last here at ``since``; ``zones`` asks for the matrix of the zones below."""
    zone, year, as_of = question.zone, question.year, question.as_of
    zone_names = _zone_names(question)
    with one_snapshot():
        counted = indicators()
        table = attainment_table(zones=[zone], first_year=year, last_year=year, as_of=as_of, indicators=counted)
        matrix = _by_zone(question, counted) if zones else None
        events = [] if matrix else recent_events(user, zone, since)
        work = waiting(zone.subtree_ids(), question.today, board=matrix is not None)
        news = changes(question, table, user, since, counted) if since else None
    return Home(
        lede=lede(all_of(table, zone, year), as_of, zone_names),
        rows=[] if matrix else rows(table, zone, question, None, zone_names),
        by_zone=matrix,
        waiting=work,
        changes=news,
        events=events,
        others=[root for root in question.roots if root.pk != zone.pk],
    )


def recent_events(user, zone: Zone, since: datetime | None = None) -> list[tuple[Event, str, bool]]:
    """The lines last written to the ledger of ``zone`` and the zones below it, the newest first."""
    events = Event.objects.visible_to(user).in_zones(zone.subtree_ids())
    rows = events.select_related("organization", "decision", "recorded_by").order_by("-pk")[:RECENT]
    return [
        (
            event,
            signed(event.quantity),
            since is not None and event.recorded_at > since and event.recorded_by_id != user.pk,
        )
        for event in rows
    ]


def _by_zone(question, counted):
    children = question.children
    if not children:
        return None
    table = attainment_table(
        zones=[question.zone, *children],
        first_year=question.year,
        last_year=question.year,
        as_of=question.as_of,
        indicators=counted,
        part=question.part,
    )
    return by_zone(table, question.zone, children, question)


def _zone_names(question):
    return {place.zone.code: str(place.zone) for place in question.places}
