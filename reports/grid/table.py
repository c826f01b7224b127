"""The rows of the grid and what each cell may take: typed over, or shut with the reason."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import ExtractMonth
from django.utils.translation import gettext as _

from accounts.models import User
from organizations.access import Act, may
from organizations.actions.checks import Locks
from organizations.actions.monthly import number_of, standing
from organizations.actions.yearly import day_of, last_counts
from organizations.lifecycle import BEGINNINGS
from organizations.models import Coverage, Enterprise, Event, Kind, Organization, OrganizationStatus, Park
from organizations.search import with_words, words_of
from vietnamese.dates import format_date
from vietnamese.numbers import format_count

from .asked import Asked, SheetName

PER_PAGE = 50


@dataclass(slots=True)
class Cell:
    """``state`` is "" for one to type in; else locked, decided or shut, and ``why`` names its reason in the legend."""

    key: int
    text: str = ""
    seen: int | None = None
    hint: str = ""
    state: str = ""
    why: str = ""
    url: str = ""
    note: str = ""
    counted_on: str = ""
    number: int | None = None
    problem: str = ""  # of what was typed and refused
    conflict: object = None


@dataclass(slots=True)
class Row:
    subject: Organization | Enterprise
    place: str
    cells: list[Cell]
    total: int | None = None
    before: int | None = None  # the year before, in all

    @property
    def seen(self) -> str:
        """The ledger rows its cells were seen with, in the order of the columns."""
        return ",".join(str(cell.seen or "") for cell in self.cells)


@dataclass(slots=True)
class Table:
    rows: list[Row]
    page: Page
    columns: dict[int, str]
    of_page: list[int | None]  # sums by column
    of_all: list[int | None]
    total: int | None
    total_of_all: int | None
    reasons: dict[str, str] = field(default_factory=dict)  # text → its name in the legend


def subjects(asked: Asked, user: User) -> QuerySet:
    """The organisations or enterprises with a row, by name; those that were there at any time in the years shown."""
    words = words_of(asked.words)
    zones = Q(zone__in=asked.zone.subtree_ids())
    if asked.sheet is SheetName.WORKERS:
        rows = Enterprise.objects.visible_to(user).live().filter(zones)
        if asked.park:
            rows = rows.filter(park=asked.park)
        return with_words(rows, words).select_related("park").order_by("sort_key", "pk")
    first = date(asked.year if asked.sheet.monthly else asked.columns[0], 1, 1)
    rows = Organization.objects.visible_to(user).live().filter(zones).of_sector(asked.sector)
    rows = rows.filter(founded_on__lte=date(asked.year, 12, 31)).exclude(dissolved_on__lt=first)
    if asked.park:
        leads = Coverage.objects.filter(organization=OuterRef("pk"), valid_to=None)
        in_park = leads.filter(enterprise__park=asked.park)
        rows = rows.filter(~Exists(leads) if asked.park.code == Park.NONE else Exists(in_park))
    return with_words(rows, words).select_related("zone", "type").order_by("sort_key", "pk")


def read(asked: Asked, user: User, *, only: Iterable[int] | None = None) -> Table:
    """The page that was asked for, or the rows of the subjects with the ids ``only``."""
    everything = subjects(asked, user)
    shown = everything if only is None else subjects_of(asked, user).filter(pk__in=only)
    page = Paginator(shown, PER_PAGE if only is None else max(len(list(only)), 1)).get_page(asked.page or 1)
    listed = list(page.object_list)
    work = _Months(asked, user, listed) if asked.sheet.monthly else _Years(asked, user, listed)
    rows = [work.row(subject) for subject in listed]
    of_page = [_sum(row.cells[place].number for row in rows) for place in range(len(asked.columns))]
    of_all = of_page if page.paginator.num_pages == 1 and only is None else work.sums(everything)
    return Table(
        rows, page, asked.columns_named(), of_page, of_all, _sum(of_page), _sum(of_all), work.reasons
    )  # fmt: skip


def subjects_of(asked: Asked, user: User) -> QuerySet:
    """Every subject of the sheet that ``user`` may see, whatever the filters say."""
    if asked.sheet is SheetName.WORKERS:
        return Enterprise.objects.visible_to(user).live().select_related("park").order_by("sort_key", "pk")
    rows = Organization.objects.visible_to(user).live().of_sector(asked.sector)
    return rows.select_related("zone", "type").order_by("sort_key", "pk")


def _sum(numbers):
    given = [number for number in numbers if number is not None]
    return sum(given) if given else None


class _Work:
    """What both kinds of sheet share; made for one page, in as many queries for one row as for fifty."""

    def __init__(self, asked: Asked, user: User, listed: list):
        self.asked, self.user = asked, user
        self.ids = [subject.pk for subject in listed]
        self.reasons: dict[str, str] = {}
        self.may_enter: dict[int, bool] = {}

    def why(self, words: str) -> str:
        return self.reasons.setdefault(words, f"k{len(self.reasons) + 1}")

    def enters(self, zone_id: int) -> bool:
        if zone_id not in self.may_enter:
            self.may_enter[zone_id] = may(self.user, Act.ENTER, zone_id)
        return self.may_enter[zone_id]

    def shut(self, cell: Cell, words: str, state: str = "shut") -> Cell:
        cell.state, cell.why = state, self.why(words)
        return cell

    def locked(self, cell: Cell, lock) -> Cell:
        words = _("Closed: %(first)s–%(last)s of %(zone)s (%(reason)s). The City Organization Board can reopen it.") % {
            "first": format_date(lock.valid_from),
            "last": format_date(lock.valid_to),
            "zone": lock.zone,
            "reason": lock.reason,
        }
        return self.shut(cell, words, "locked")

    def hosts(self) -> dict[int, str]:
        """organisation id → the name of the park its leading enterprise is in."""
        rows = Coverage.objects.filter(organization__in=self.ids, valid_to=None).order_by("is_lead", "-pk")
        rows = rows.exclude(enterprise__park__code=Park.NONE)
        return dict(rows.values_list("organization_id", "enterprise__park__name"))

    def life(self, cell: Cell, organization: Organization, day: date) -> Cell | None:
        """The cell, shut, when the organisation was not there on the day."""
        if organization.founded_on is None or day < organization.founded_on:
            founded = format_date(organization.founded_on) if organization.founded_on else "—"
            words = _(
                "Not founded yet on the first of the month (founded on %(day)s): what happened later in that month "
                "is recorded on the organisation's page."
            )
            if not self.asked.sheet.monthly:
                words = _("Not founded yet (founded on %(day)s).")
            return self.shut(cell, words % {"day": founded})
        if organization.dissolved_on and day > organization.dissolved_on:
            away = organization.status == OrganizationStatus.AWAY
            words = _("Handed over on %(day)s.") if away else _("Ended on %(day)s.")
            return self.shut(cell, words % {"day": format_date(organization.dissolved_on)})
        return None


class _Months(_Work):
    def __init__(self, asked, user, listed):
        super().__init__(asked, user, listed)
        self.kind, self.days = asked.sheet.kind, [date(asked.year, month, 1) for month in asked.columns]
        days = [date(asked.year - 1, 1, 1), *self.days]
        cells = [(pk, day) for pk in self.ids for day in days]
        self.held = standing(cells, seen_by=user).get(self.kind, {}) if cells else {}
        self.zones = self._zones()
        self.locks = Locks({zone_id for days in self.zones.values() for _day, zone_id in days})
        self.parks = self.hosts()

    def _zones(self):
        """organisation id → when it came to which zone, by day."""
        found = defaultdict(list)
        rows = Event.objects.live().filter(organization__in=self.ids, kind__in=[*BEGINNINGS, Kind.TRANSFERRED_IN])
        for pk, day, zone_id in rows.order_by("effective_on", "pk").values_list(
            "organization_id", "effective_on", "zone_id"
        ):
            found[pk].append((day, zone_id))
        return found

    def row(self, organization):
        cells = [self.cell(organization, day) for day in self.days]
        before = [
            abs(event.quantity)
            for month in self.asked.columns
            for event in self.held.get((organization.pk, date(self.asked.year - 1, month, 1)), ())
        ]
        place = " · ".join(filter(None, [self.parks.get(organization.pk, ""), organization.code]))
        return Row(organization, place, cells, _sum(cell.number for cell in cells), _sum(before))

    def cell(self, organization, day):
        events = self.held.get((organization.pk, day), [])
        last_year = self.held.get((organization.pk, day.replace(year=day.year - 1)), [])
        hint = format_count(sum(abs(event.quantity) for event in last_year)) if last_year else ""
        cell = Cell(day.month, hint=hint)
        if events:
            cell.number = sum(abs(event.quantity) for event in events)
            cell.text = format_count(cell.number)
        own = number_of(events, organization)
        if own:
            cell.seen, cell.note = own.pk, own.note
        if events and own is None:
            cell.url = organization.get_absolute_url()
            if all(event.decision_id for event in events):
                return self.shut(cell, _("By decisions: a press opens their list."), "decided")
            words = _("By decisions or on other days, added up: a press opens their list, where each is changed.")
            return self.shut(cell, words, "decided")
        if day > self.asked.today:
            return self.shut(cell, _("This month has not begun."))
        if shut := self.life(cell, organization, day):
            return shut
        zone_id = own.zone_id if own else self._zone_on(organization, day)
        if lock := self._lock(zone_id, day):
            return self.locked(cell, lock)
        if not self.enters(organization.zone_id):
            return self.shut(cell, _("You may read this and not enter it."), "read")
        if not self.enters(zone_id):
            return self.shut(cell, _("The organisation was in another zone then."))
        return cell

    def _zone_on(self, organization, day):
        return next(
            (zone_id for came, zone_id in reversed(self.zones.get(organization.pk, ())) if came <= day),
            organization.zone_id,
        )

    def _lock(self, zone_id, day):
        locks = self.locks.by_zone.get(zone_id, ())
        return next((lock for lock in locks if lock.valid_from <= day <= lock.valid_to), None)

    def sums(self, everything):
        events = Event.objects.visible_to(self.user).in_year(self.asked.year).filter(kind=self.kind)
        shown = everything.order_by().values("pk")
        rows = events.filter(Q(organization__in=shown) | Q(organization__duplicate_of__in=shown)).live().order_by()
        found = dict(rows.annotate(month=ExtractMonth("effective_on")).values_list("month").annotate(Sum("quantity")))
        return [abs(found[month]) if month in found else None for month in self.asked.columns]


class _Years(_Work):
    def __init__(self, asked, user, listed):
        super().__init__(asked, user, listed)
        self.of_enterprises = asked.sheet is SheetName.WORKERS
        self.counts = last_counts(
            [(self.of_enterprises, pk, year) for pk in self.ids for year in asked.columns], asked.today, user
        )
        self.locks = Locks({subject.zone_id for subject in listed})
        self.parks = {} if self.of_enterprises else self.hosts()

    def row(self, subject):
        cells = [self.cell(subject, year) for year in self.asked.columns]
        if self.of_enterprises:
            place = " · ".join(filter(None, [_park_name(subject.park), subject.tax_code]))
        else:
            place = " · ".join(filter(None, [self.parks.get(subject.pk, ""), subject.code]))
        return Row(subject, place, cells)

    def cell(self, subject, year):
        cell = Cell(year)
        day = day_of(year, self.asked.today)
        if count := self.counts.get((self.of_enterprises, subject.pk, year)):
            cell.seen, cell.number, cell.text = count.pk, count.total, format_count(count.total)
            if count.on != day:
                cell.counted_on = format_date(count.on)
        if day > self.asked.today:
            return self.shut(cell, _("This year has not begun."))
        if not self.of_enterprises and (shut := self.life(cell, subject, day)):
            return shut
        locks = self.locks.by_zone.get(subject.zone_id, ())
        if lock := next((lock for lock in locks if lock.valid_from <= day <= lock.valid_to), None):
            return self.locked(cell, lock)
        if not self.enters(subject.zone_id):
            return self.shut(cell, _("You may read this and not enter it."), "read")
        return cell

    def sums(self, everything):
        keys = [
            (self.of_enterprises, pk, year)
            for pk in everything.order_by().values_list("pk", flat=True)
            for year in self.asked.columns
        ]
        counts = last_counts(keys, self.asked.today, self.user)
        return [
            _sum(row.total for (_kind, _pk, on), row in counts.items() if on == year) for year in self.asked.columns
        ]


def _park_name(park):
    return "" if park.code == Park.NONE else park.name
