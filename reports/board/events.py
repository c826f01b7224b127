"""The events that add up to a figure, page by page, with what was carried over, as an account book does."""

from dataclasses import dataclass
from functools import partial

from django.core.paginator import Page, Paginator
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from organizations.models import Event, Park
from organizations.models.enterprise import Ownership
from organizations.snapshot_read import one_snapshot
from reports.figures import Figure, Table, attainment_table
from reports.tables import Kind, Span, cell_text
from targets.measures import Measure, Rate, registry
from targets.models import Indicator, TargetVersion, plain

from .matrix import Matrix, by_year, recorded_by_itself
from .parts import Parts, parts
from .question import Question, Years
from .wording import Said, number, say, signed, target_of

PAGE = 100


@dataclass(frozen=True, slots=True)
class EventLine:
    """``pair`` is the line it cancels, or that cancels it, and ``pair_url`` leads there; both empty when it stands."""

    event: Event
    quantity: str
    female: str
    running: str
    place: str
    cancels: bool = False
    cancelled: bool = False
    pair: int | None = None
    pair_url: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    version: TargetVersion
    target: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class Drill:
    """A figure opened. ``sums`` says in words whether the lines add up to it; ``agrees`` whether they do."""

    indicator: Indicator
    measure: Measure | Rate
    filters: list[str]
    total: str
    target: str
    said: Said | None
    versions: list[Version]
    by_year: Matrix | None
    page: Page
    lines: list[EventLine]
    carried: str
    carried_female: str
    so_far: str
    total_female: str
    has_female: bool
    has_zones: bool
    live: int
    pairs: int
    sums: str
    agrees: bool
    previous: str
    next: str
    parts: Parts | None = None  # of a rate and one year
    lists_events: bool = True  # a rate of one day counts none


def drill(
    question: Question, years: Years, indicator: Indicator, user, *, own: bool, page: str, things: str = "1"
) -> Drill:
    """Open the figure of ``indicator`` that ``question`` asks for; ``own`` leaves out the zones below.

    Of a rate the events are those of its numerator; ``things`` is the page of what it is divided by.
    """
    zone = question.zone
    own = own and not indicator.is_rate
    address = partial(_address, question, indicator, own)
    with one_snapshot():
        table = _table(question, indicator, own, question.known_at)
        now = _table(question, indicator, own, None) if question.known_at else table
        zone_ids = [zone.pk] if own else zone.subtree_ids()
        events = (
            Event.objects.visible_to(user)
            .of_indicator(indicator)
            .in_zones(zone_ids)
            .in_years(question.first_year, question.year)
            .in_months(*question.part.months)
            .as_of(question.as_of)
            .known_at(question.known_at)
        )
        totals = events.totals()
        in_order = events.order_by("effective_on", Coalesce("reverses", "pk"), "pk")
        shown = Paginator(_with_words(in_order), PAGE).get_page(page)
        carried = {"quantity": 0, "female": 0}
        if shown.number > 1:
            before = in_order[: shown.start_index() - 1]
            carried = before.aggregate(quantity=Coalesce(Sum("quantity"), 0), female=Coalesce(Sum("female"), 0))
        lines = _lines(list(shown.object_list), carried["quantity"], question, shown, address)
        versions = _versions(question, indicator) if question.first_year == question.year else []
        figure = table.figure(zone, indicator, question.year)
        one_year = question.first_year == question.year
        behind = parts(question, figure, things) if indicator.is_rate and one_year else None
    expected, current = (_expected(each, question, indicator, own) for each in (table, now))
    return Drill(
        indicator=indicator,
        measure=registry[indicator.measure],
        filters=filters_in_words(indicator),
        total=number(totals["quantity"]),
        target=target_of(figure.attainment),
        said=say(figure, question.as_of) if question.first_year == question.year and not own else None,
        versions=_marked(versions, figure),
        by_year=by_year(table, zone, question, years) if question.first_year < question.year and not own else None,
        page=shown,
        lines=lines,
        carried=number(carried["quantity"]),
        carried_female=number(carried["female"]),
        so_far=lines[-1].running if lines else "",
        total_female=number(totals["female"]),
        has_female=any(line.event.female is not None for line in lines),
        has_zones=len(zone_ids) > 1,
        live=totals["live"],
        pairs=(shown.paginator.count - totals["live"]) // 2,
        sums=_sums(totals["quantity"], expected, current, question, indicator),
        agrees=totals["quantity"] == (expected or 0),
        previous=address(shown.previous_page_number()) if shown.has_previous() else "",
        next=address(shown.next_page_number()) if shown.has_next() else "",
        parts=behind,
        lists_events=not (indicator.is_rate and indicator.counted.is_level),
    )


def _table(question, indicator, own, known_at) -> Table:
    return attainment_table(
        zones=[question.zone, *(question.children if own else ())],
        first_year=question.first_year,
        last_year=question.year,
        as_of=question.as_of,
        known_at=known_at,
        indicators=[indicator],
        part=question.part,
    )


def _with_words(events):
    return events.select_related(
        "organization",
        "type",
        "park",
        "enterprise",
        "zone",
        "decision__issuer",
        "recorded_by",
        "reversal",
        "batch_row__batch",
    )


def _expected(table: Table, question: Question, indicator: Indicator, own: bool):
    """What the dashboard shows for the same question; None when nothing was reported."""
    years = range(question.first_year, question.year + 1)
    if indicator.is_rate:
        shares = [table.figure(question.zone, indicator, year).share for year in years]
        known = [share.numerator for share in shares if share is not None and share.numerator is not None]
        return sum(known) if known and not indicator.counted.is_level else None
    if own:
        return sum(recorded_by_itself(table, question.zone, question.children, indicator, year) for year in years)
    return table.over(question.zone, indicator, question.first_year, question.year).actual


def _sums(total, expected, current, question, indicator):
    values = {"total": number(total), "unit": indicator.unit, "shown": number(expected)}
    if indicator.is_rate:
        values["unit"] = indicator.counted.numerator.label
    if total != (expected or 0):
        return _("Total %(total)s, but the dashboard shows %(shown)s: tell the administrator.") % values
    if indicator.is_rate and question.first_year < question.year:
        return _("The years of a rate are not added up: see them one by one.")
    if question.known_at:
        values["now"] = number(current)
        return _("Total %(total)s %(unit)s as known then; now it is %(now)s.") % values
    if expected is None:
        return _("Nothing counts here: the dashboard shows that nothing has been reported.")
    return _("Total %(total)s %(unit)s — equal to the figure on the dashboard.") % values


def _lines(events: list[Event], carried: int, question: Question, page: Page, address) -> list[EventLine]:
    here = {event.pk for event in events}
    lines = []
    for event in events:
        carried += event.quantity
        reversal = getattr(event, "reversal", None)
        if reversal is not None and question.known_at and reversal.recorded_at > question.known_at:
            reversal = None  # not known then
        pair = event.reverses_id or (reversal.pk if reversal else None)
        lines.append(
            EventLine(
                event=event,
                quantity=signed(event.quantity),
                female="—" if event.female is None else signed(event.female),
                running=number(carried),
                place=_place(event),
                cancels=event.reverses_id is not None,
                cancelled=reversal is not None,
                pair=pair,
                pair_url=_pair_url(pair, here, event.reverses_id is not None, page, address) if pair else "",
            )
        )
    return lines


def _address(question, indicator, own, page):
    """This list of events at another page."""
    span = question.first_year if question.first_year < question.year else None
    return question.events(indicator, from_=span, own="1" if own else None, page=page if page > 1 else None)


def _pair_url(pair, here, cancels, page, address):
    """A reversal stands right after the line it cancels: when not on this page, on the one before or after."""
    if pair in here:
        return f"#e{pair}"
    other = page.number - 1 if cancels else page.number + 1
    return f"{address(other)}#e{pair}" if 1 <= other <= page.paginator.num_pages else ""


def _place(event: Event) -> str:
    """Enterprise and park; the enterprise is left out when the organisation bears its name."""
    named = event.enterprise and event.enterprise.name not in event.organization.name
    parts = [event.enterprise.name] if named else []
    if event.park.code != Park.NONE:
        parts.append(event.park.name)
    return " · ".join(parts)


def filters_in_words(indicator: Indicator) -> list[str]:
    """What the indicator leaves out, in words."""
    said = []
    if types := [str(row) for row in indicator.types.all()]:
        said.append(_("only of the types %(names)s") % {"names": ", ".join(types)})
    if indicator.ownerships:
        labels = [str(Ownership(value).label) for value in indicator.ownerships]
        said.append(_("only of the ownership %(names)s") % {"names": ", ".join(labels)})
    if parks := [str(row) for row in indicator.parks.all()]:
        said.append(_("only in the parks %(names)s") % {"names": ", ".join(parks)})
    return said


def _versions(question: Question, indicator: Indicator) -> list[TargetVersion]:
    return list(
        TargetVersion.objects.filter(
            target__zone=question.zone, target__indicator=indicator, target__year=question.year
        )
        .known_at(question.known_at)
        .select_related("decision__issuer", "recorded_by")
        .order_by("recorded_at", "seq")
    )


def _marked(versions: list[TargetVersion], figure: Figure) -> list[Version]:
    found = []
    for version in versions:
        target = "—" if version.low is None else _range(version)
        found.append(Version(version, target, figure.target is not None and figure.target.pk == version.pk))
    return found


def _range(version: TargetVersion) -> str:
    return cell_text(Span(plain(version.low), plain(version.high)), Kind.COUNT)
