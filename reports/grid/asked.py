"""What the address of the grid asks for: the sheet, whose organisations, which year, and which of them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from organizations.access import Act, may, scope_of
from organizations.actions.yearly import day_of
from organizations.models import Kind, Park, Role, Sector, Zone
from reports.board.question import Question, ask
from vietnamese.dates import format_date
from vietnamese.text import clean


class SheetName(StrEnum):
    JOINED = "joined"
    LEFT = "left"
    MEMBERS = "members"
    WORKERS = "workers"

    @property
    def monthly(self) -> bool:
        return self in (SheetName.JOINED, SheetName.LEFT)

    @property
    def kind(self) -> str:
        return {SheetName.JOINED: Kind.JOINED, SheetName.LEFT: Kind.LEFT}[self]

    @property
    def sectors(self) -> tuple[str, ...]:
        """The sectors whose organisations have a row there; enterprises have none."""
        mass = (Sector.UNION.value, Sector.YOUTH.value)
        return {SheetName.MEMBERS: (*mass, Sector.PARTY.value), SheetName.WORKERS: ()}.get(self, mass)


MOST_WORDS = 200
YEARS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """``question`` holds zone and year; ``park`` None means all of them, "none" those in no park."""

    question: Question
    sheet: SheetName
    sector: str
    park: Park | None
    words: str
    page: str
    may_write: bool

    @property
    def zone(self) -> Zone:
        return self.question.zone

    @property
    def year(self) -> int:
        return self.question.year

    @property
    def today(self) -> date:
        return self.question.today

    @property
    def columns(self) -> tuple[int, ...]:
        """Months of the year, or years."""
        return tuple(range(1, 13)) if self.sheet.monthly else tuple(range(self.year - YEARS_SHOWN + 1, self.year + 1))

    def columns_named(self) -> dict[int, str]:
        """What people call each column: "tháng 3", or the day of its count."""
        if self.sheet.monthly:
            return {month: _("month %(month)s") % {"month": month} for month in self.columns}
        return {year: format_date(day_of(year, self.today)) for year in self.columns}

    def query(self, **other) -> str:
        asked = {
            "sheet": self.sheet.value, "sector": self.sector, "zone": self.zone.code, "year": self.year,
            "park": self.park.code if self.park else "", "q": self.words, "page": self.page,
        } | other  # fmt: skip
        return urlencode({name: value for name, value in asked.items() if value not in ("", None)})

    def url(self, name: str = "reports:grid", **other) -> str:
        return f"{reverse(name)}?{self.query(**other)}"

    def tabs(self) -> list[dict]:
        """The sheets, each with where it is and whether it is the one shown."""
        words = {
            (SheetName.JOINED, "union"): _("Union members who joined"),
            (SheetName.LEFT, "union"): _("Union members who left"),
            (SheetName.JOINED, "youth"): _("Youth members who joined"),
            (SheetName.LEFT, "youth"): _("Youth members who left"),
            (SheetName.MEMBERS, self.sector or "union"): _("Members, by year"),
            (SheetName.WORKERS, ""): _("Workers, by year"),
        }
        return [
            {
                "label": label,
                "url": self.url(sheet=sheet.value, sector=sector, page=""),
                "current": sheet is self.sheet and (not sheet.monthly or sector == self.sector),
            }
            for (sheet, sector), label in words.items()
        ]

    def sectors(self) -> list[tuple[str, str, bool]]:
        """The sectors to choose from on a sheet that is not one sector's, with the one shown."""
        if self.sheet is not SheetName.MEMBERS:
            return []
        return [(code, str(Sector(code).label), code == self.sector) for code in self.sheet.sectors]


def ask_grid(request: HttpRequest, *, today: date) -> Asked | None:
    """Read the address; None for a person who may read no zone.

    Raises Http404 for a zone, park or sheet that is not there or not for this person, PermissionDenied for those
    who read the zone and neither enter its facts nor lead it.
    """
    question = ask(request, today=today)
    if question.zone is None:
        return None
    data = request.GET
    may_write = may(request.user, Act.ENTER, question.zone)
    if not (may_write or _leads(request.user, question.zone)):
        raise PermissionDenied(_("Facts are entered by the zone's own staff; the dashboard shows what they entered."))
    try:
        sheet = SheetName(data.get("sheet") or SheetName.JOINED)
    except ValueError:
        raise Http404("sheet") from None
    sector = data.get("sector") or next(iter(sheet.sectors), "")
    if sector not in (sheet.sectors or ("",)):
        raise Http404("sector")
    park = None
    if code := clean(data.get("park", "")):
        parks = Park.objects.in_zones(scope_of(request.user).zone_ids or [place.zone.pk for place in question.places])
        park = (parks | Park.objects.filter(code=Park.NONE)).filter(code=code).first()
        if park is None:
            raise Http404("park")
    words = clean(data.get("q", ""))[:MOST_WORDS]
    return Asked(question, sheet, sector, park, words, data.get("page", ""), may_write)


def _leads(user, zone):
    ids = scope_of(user).roles.get(Role.LEADER, frozenset())
    return ids is None or zone.pk in ids
