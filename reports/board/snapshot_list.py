"""The list of snapshots as it was asked for: zone, year and state stand in the address, each a chip that can go."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from organizations.api.filters import YearFormField
from organizations.models import Zone
from reports.models import Snapshot, State
from vietnamese.dates import format_date

from .question import Place, Problem, visible_places
from .snapshot_words import last_step, say_state
from .wording import Said

PAGE = 25


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the snapshots a person reads is shown; no zone, year or state is all of them."""

    places: tuple[Place, ...]
    zone: Zone | None
    year: int | None
    state: str
    today: date
    errors: tuple[Problem, ...] = ()

    @property
    def status(self) -> int:
        return 400 if self.errors else 200

    @property
    def shown_places(self) -> tuple[Place, ...]:
        """The zone asked for and those below it, the topmost at depth 0."""
        if self.zone is None:
            return self.places
        start = next(index for index, place in enumerate(self.places) if place.zone.pk == self.zone.pk)
        depth = self.places[start].depth
        found = [Place(self.zone, 0)]
        for place in self.places[start + 1 :]:
            if place.depth <= depth:
                break
            found.append(Place(place.zone, place.depth - depth))
        return tuple(found)

    def query(self, **other) -> str:
        """The question as part of an address, with ``other`` values; None leaves one out."""
        asked = {"zone": self.zone and self.zone.code, "year": self.year, "state": self.state or None} | other
        return urlencode({name: value for name, value in asked.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Row:
    snapshot: Snapshot
    said: Said
    person: str
    day: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A state with how many there are, and where a click leads: to only these, or back to all."""

    label: str
    count: int
    query: str
    on: bool


@dataclass(frozen=True, slots=True)
class Listing:
    page: Page
    rows: list[Row]
    states: list[Chip]
    in_force: list[tuple[str, str]]  # zone and year asked for, in words, each with the address without it


def ask_list(request: HttpRequest, *, today: date) -> Asked:
    """Read the address. Raises Http404 for a zone that is not there or not for this person."""
    places, problems = visible_places(request.user), []
    zone = None
    if code := request.GET.get("zone", ""):
        zone = next((place.zone for place in places if place.zone.code == code), None)
        if zone is None:
            raise Http404("zone")
    typed, year = request.GET.get("year", ""), None
    try:
        year = YearFormField(required=False).clean(typed)
    except ValidationError as error:
        message = error.messages[0]
        message = message if typed[:40] in message else _("“%(value)s”: %(message)s") % {
            "value": typed[:40], "message": message
        }  # fmt: skip
        problems.append(Problem("year", _("Year"), message, _("All years are listed.")))
    state = request.GET.get("state", "")
    if state and state not in State:
        message = _("“%(value)s” is no state of a snapshot.") % {"value": state[:40]}
        problems.append(Problem("state", _("State"), message, _("All states are listed.")))
        state = ""
    return Asked(places, zone, year, state, today, tuple(problems))


def listing(asked: Asked, user, page: str) -> Listing:
    """The snapshots asked for, the newest first; the number of queries does not depend on how many there are."""
    found = Snapshot.objects.visible_to(user)
    if asked.zone is not None:
        found = found.in_zones([place.zone.pk for place in asked.shown_places])
    if asked.year is not None:
        found = found.of_year(asked.year)
    counts = dict(found.order_by().values_list("state").annotate(Count("pk")))
    if asked.state:
        found = found.in_state(asked.state)
    shown = Paginator(found.with_people().order_by("-drafted_at", "-pk"), PAGE).get_page(page)
    return Listing(
        page=shown,
        rows=[_row(row) for row in shown.object_list],
        states=[
            Chip(
                say_state(state).text,
                counts[state],
                asked.query(state=None if asked.state == state else state),
                asked.state == state,
            )
            for state in State
            if state in counts
        ],
        in_force=_in_force(asked),
    )


def _row(snapshot):
    person, day = last_step(snapshot)
    return Row(snapshot, say_state(snapshot.state), str(person), format_date(day))


def _in_force(asked):
    found = []
    if asked.zone is not None:
        found.append((f"{_('Zone')}: {asked.zone}", asked.query(zone=None)))
    if asked.year is not None:
        found.append((f"{_('Year')}: {asked.year}", asked.query(year=None)))
    return found
