"""What a page of figures was asked: zone, years, day. A wrong value is named and replaced, never an error page."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.forms import Field
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from organizations.api.filters import DayFormField, MomentFormField, YearFormField
from organizations.models import Zone
from targets.fields import PartFormField
from targets.models import Term
from targets.periods import Part, Period, periods_of
from vietnamese.dates import format_date

INDENT = "\u2003"
MOST_YEARS = 30


@dataclass(frozen=True, slots=True)
class Problem:
    """A value of the address that could not be used: whose box, what is wrong, and what is shown instead."""

    field: str
    label: str
    message: str
    instead: str


@dataclass(frozen=True, slots=True)
class Place:
    """A zone in the tree of those a person may read; ``depth`` 0 is a zone whose parent is not among them."""

    zone: Zone
    depth: int

    @property
    def indented(self) -> str:
        return INDENT * self.depth + str(self.zone)


@dataclass(frozen=True, slots=True)
class Question:
    """``zone`` is None for a person who may read none. ``first_year`` equals ``year`` unless a span was asked."""

    zone: Zone | None
    places: tuple[Place, ...]
    year: int
    first_year: int
    as_of: date
    today: date
    known_at: datetime | None = None
    errors: tuple[Problem, ...] = ()
    typed_day: str = ""
    part: Part = Part.YEAR  # of each year
    parts: tuple[tuple[str, str], ...] = ()  # what the box of parts offers; without any there is no box

    @property
    def period(self) -> Period:
        """The year asked about, or the part of it."""
        return Period(self.year, self.part)

    @property
    def day(self) -> date:
        """The last day that figures of the period count, as of the day asked about."""
        return min(self.as_of, self.period.last_day)

    @property
    def status(self) -> int:
        return 400 if self.errors else 200

    @property
    def children(self) -> list[Zone]:
        return [place.zone for place in self.places if place.zone.parent_id == self.zone.pk]

    @property
    def roots(self) -> list[Zone]:
        return [place.zone for place in self.places if place.depth == 0]

    def query(self, **other) -> str:
        """The question as part of an address, with ``other`` values; None leaves one out."""
        asked = {"zone": self.zone.code if self.zone else None, "year": self.year, "as_of": format_date(self.as_of)}
        if not self.period.is_year:
            asked["part"] = self.part.value
        if self.known_at:
            asked["known_at"] = self.known_at.isoformat()
        asked |= {name.rstrip("_"): value for name, value in other.items()}
        return urlencode({name: value for name, value in asked.items() if value is not None}, safe="/")

    def dashboard(self, **other) -> str:
        return f"{reverse('reports:dashboard')}?{self.query(**({'known_at': None} | other))}"

    @property
    def part_pages(self) -> list[tuple[str, str]]:
        """The dashboard of each part of the year that has begun: what it is called, and where it is."""
        begun = (period.part for period in periods_of(self.year) if period.first_day <= self.as_of)
        return [(part.label, self.dashboard(part=part.value)) for part in begun if part is not Part.YEAR]

    def events(self, indicator, **other) -> str:
        """Where the events of a figure are listed."""
        return f"{reverse('reports:figure', args=[indicator.code])}?{self.query(**other)}"


def ask(request: HttpRequest, *, today: date, parts: bool = False) -> Question:
    """Read the address of a page. Raises Http404 for a zone that is not there or not for this person.

    ``parts``: the page can show parts of years.
    """
    data: QueryDict = request.GET
    places = visible_places(request.user)
    problems: list[Problem] = []

    def read(name, label, field: Field, default, instead):
        try:
            value = field.clean(data.get(name, ""))
            if isinstance(field, DayFormField) and value and value > today:
                raise ValidationError(
                    _("%(value)s is in the future: today is %(limit)s.")
                    % {"value": format_date(value), "limit": format_date(today)}
                )
        except ValidationError as error:
            problems.append(Problem(name, label, _naming(data[name], error.messages[0]), instead))
            return default
        return default if value is None else value

    year = read("year", _("Year"), YearFormField(required=False), today.year,
                _("The year %(year)s is shown.") % {"year": today.year})  # fmt: skip
    first = read("from", _("From year"), YearFormField(required=False), year,
                 _("The year %(year)s is shown.") % {"year": year})  # fmt: skip
    if first > year:
        problems.append(
            Problem(
                "from",
                _("From year"),
                _("%(first)s is after %(last)s.") % {"first": first, "last": year},
                _("The year %(year)s is shown.") % {"year": year},
            )
        )
        first = year
    elif year - first >= MOST_YEARS:
        problems.append(
            Problem(
                "from",
                _("From year"),
                _("Ask for at most %(years)s years at a time.") % {"years": MOST_YEARS},
                _("The year %(year)s is shown.") % {"year": year},
            )
        )
        first = year
    as_of = read("as_of", _("Figures as of"), DayFormField(required=False), today,
                 _("Figures as of %(day)s are shown.") % {"day": format_date(today)})  # fmt: skip
    known_at = read("known_at", _("As known at"), MomentFormField(required=False), None,
                    _("What is known now is shown."))  # fmt: skip
    part = Part.YEAR
    if parts:
        part = read("part", _("Period"), PartFormField(), Part.YEAR, _("The whole year is shown."))
    wrong_day = any(problem.field == "as_of" for problem in problems)
    return Question(
        zone=_zone(data.get("zone", ""), places, today),
        places=places,
        year=year,
        first_year=first,
        as_of=as_of,
        today=today,
        known_at=known_at,
        errors=tuple(problems),
        typed_day=data["as_of"][:40] if wrong_day else format_date(as_of),
        part=part,
        parts=tuple(PartFormField.words()) if parts else (),
    )


def _naming(typed, message):
    """A message that says which value is wrong."""
    typed = typed[:40]
    return message if typed in message else _("“%(value)s”: %(message)s") % {"value": typed, "message": message}


def own(user: User, *, today: date) -> Question:
    """The question that a person's home page answers: the own zone, this year, today."""
    places = visible_places(user)
    return Question(_zone("", places, today), places, today.year, today.year, today, today)


def visible_places(user: User) -> tuple[Place, ...]:
    """The zones a person may read, parents before children, siblings by code; one query."""
    zones = {zone.pk: zone for zone in Zone.objects.visible_to(user).order_by("code")}
    below: dict[int | None, list[Zone]] = {}
    for zone in zones.values():
        below.setdefault(zone.parent_id if zone.parent_id in zones else None, []).append(zone)
    found: list[Place] = []

    def add(parent_id, depth):
        for zone in below.get(parent_id, ()):
            found.append(Place(zone, depth))
            add(zone.pk, depth + 1)

    add(None, 0)
    return tuple(found)


def _zone(code, places, today):
    """The zone of this code among ``places``; without one the first root that is open today."""
    if code:
        zone = next((place.zone for place in places if place.zone.code == code), None)
        if zone is None:
            raise Http404("zone")
        return zone
    roots = [place.zone for place in places if place.depth == 0]
    is_open = [zone for zone in roots if zone.valid_to is None or zone.valid_to >= today]
    return next(iter(is_open or roots), None)


@dataclass(frozen=True, slots=True)
class Years:
    """The years of a page: the term that holds ``year`` and, when that has just begun, the one before it."""

    first: int
    last: int
    term_first: int  # of the term that holds the year
    term_last: int  # its last year so far
    terms: tuple[Term, ...]
    choices: tuple[int, ...]  # what the box of years offers

    def term_of(self, year: int) -> str:
        """The name of the term that reports ``year``; the year itself when there is none."""
        return next((term.name for term in self.terms if term.first_year <= year <= term.last_year), str(year))


FEW = 3  # a term with fewer years is read beside the one before it


def years_for(year: int, as_of: date, today: date) -> Years:
    """Which years to show beside ``year``; one query."""
    terms = tuple(Term.objects.order_by("first_year"))
    choices = sorted({year, *range(min([term.first_year for term in terms], default=year), today.year + 2)})
    held = next((term for term in terms if term.first_year <= year <= term.last_year), None)
    if held is None:
        return Years(year, year, year, year, terms, tuple(choices))
    last = min(held.last_year, max(year, as_of.year))
    first = held.first_year
    if last - first + 1 < FEW:
        first = min([term.first_year for term in terms if term.last_year == first - 1], default=first)
    return Years(first, last, held.first_year, last, terms, tuple(choices))
