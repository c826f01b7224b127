"""The page of declarations: indicators × periods of a year, what was said of each, by whom, and what is silent."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from organizations.actions.checks import Locks
from organizations.models import Zone
from organizations.snapshot_read import one_snapshot
from reports.heard import meaning
from targets.models import Declaration, Indicator
from targets.periods import Part, Period, periods_of
from targets.saying import Saying
from targets.timeline import Timeline
from vietnamese.dates import format_date

from .question import Question
from .silence import Silence, last_ended
from .wording import names, number, zone_list

Value = Declaration.Value
SYMBOLS = {Value.COMPLETE: "✓", Value.NOTHING: "0", Value.NOT_APPLICABLE: "×"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One indicator in one period. ``said`` is symbol and word of what holds: declared, silent, or not begun."""

    period: Period
    key: str  # of its box; empty when nothing can be declared
    events: str  # how many stand, "" for none
    url: str
    said: str
    tone: str  # CSS class
    by: str = ""
    on: date | None = None
    note: str = ""  # in part declared, said early, or which zones below are silent


@dataclass(frozen=True, slots=True)
class Line:
    indicator: Indicator
    key: str  # of the box of the whole row
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Head:
    period: Period
    state: str  # "", or that it has not begun, or until when it runs
    number: str = ""  # of the indicators silent in it


@dataclass(frozen=True, slots=True)
class Said:
    """One declaration of the year, and whether it still holds."""

    row: Declaration
    period: str
    symbol: str
    holds: str
    tone: str


@dataclass(frozen=True, slots=True)
class Below:
    """One zone below: of each period, how many indicators are silent."""

    zone: Zone
    url: str
    cells: list[tuple[str, str, str]]  # (period, number, CSS class)


@dataclass(frozen=True, slots=True)
class Sheet:
    heads: list[Head]
    lines: list[Line]
    silent: list[Head]  # the periods whose silent indicators can be declared together
    whole: Period | None  # what a whole row declares: from 1 January to the period that ended last; None when closed
    below: list[Below]
    sentences: list[str]


def sheet(question: Question, indicators: list[Indicator], *, declares: bool) -> Sheet:
    """What the page shows; as many queries whatever the number of indicators, declarations and zones below."""
    zone, year, today = question.zone, question.year, question.today
    with one_snapshot():
        silence = Silence([zone.pk], indicators, year, today)
        said = timelines(zone, year)
        locks = Locks([zone.pk])
        whole = whole_row(year, today)
        if whole and locks.problem(zone.pk, whole.first_day, until=whole.last_day):
            whole = None
        heads, lines = [], []
        for indicator in indicators:
            told = said.get(indicator.pk, Timeline())
            cells = [_cell(question, silence, told, locks, indicator, period, declares) for period in periods_of(year)]
            lines.append(Line(indicator, str(indicator.pk), cells))
    for place, period in enumerate(periods_of(year)):
        silent = len(silence.silent(zone.pk, period)) if period in silence.periods else 0
        free = any(line.cells[place].key for line in lines)
        heads.append(Head(period, _state(period, today), number(silent) if silent and free else ""))
    return Sheet(
        heads=heads,
        lines=lines,
        silent=[head for head in heads if head.number],
        whole=whole,
        below=[_below(question, silence, child) for child in question.children],
        sentences=_sentences(question, silence),
    )


def timelines(zone: Zone, year: int) -> dict[int, Timeline]:
    """What the zone itself said of the days of ``year``, by indicator; one query."""
    said = defaultdict(list)
    for row in _of_year(zone, year).order_by("seq"):
        said[row.indicator_id].append((row.first_day, row.last_day, None if row.value == Value.TAKEN_BACK else row))
    return {pk: Timeline(rows) for pk, rows in said.items()}


def whole_row(year: int, today: date) -> Period | None:
    """The longest period from 1 January that has ended: to declare a whole row is to declare it."""
    ended = [
        Period(year, part) for part in (Part.Q1, Part.SIX_MONTHS, Part.NINE_MONTHS, Part.YEAR)
        if Period(year, part).last_day < today
    ]  # fmt: skip
    return ended[-1] if ended else None


def sayings(question: Question, indicators: list[Indicator], chosen: dict, value: str) -> list[Saying]:
    """What the boxes of the page declare: ``chosen`` has cells, rows and columns. Silence is looked up now."""
    zone, year, today = question.zone, question.year, question.today
    by_key = {str(indicator.pk): indicator for indicator in indicators}
    wanted: dict[tuple[int, Period], Saying] = {}

    whole = whole_row(year, today)

    def add(indicator, period):
        if str(indicator.pk) in chosen["rows"] and period.last_day < whole.last_day:
            return  # the whole row says it
        wanted.setdefault((indicator.pk, period), Saying.of(zone, indicator, period, value))

    for pk in chosen["rows"]:
        add(by_key[pk], whole)
    for key in chosen["cells"]:
        pk, _separator, part = key.partition("-")
        add(by_key[pk], Period(year, Part(part)))
    if chosen["columns"]:
        silence = Silence([zone.pk], indicators, year, today)
        for part in chosen["columns"]:
            period = Period(year, Part(part))
            for indicator in silence.silent(zone.pk, period) if period in silence.periods else ():
                add(indicator, period)
    return list(wanted.values())


MOST_NAMED = 6


def named(zone: Zone, sayings: list[Saying], before: dict[int, Timeline], today: date) -> str:
    """What was just said of what, in words: with what it takes the place of, and whether its period still runs."""
    found = [_named(saying, before.get(saying.indicator.pk, Timeline()), today) for saying in sayings]
    return _("%(zone)s: %(said)s.") % {"zone": zone.name, "said": names(found, most=MOST_NAMED, mark="; ")}


def _named(saying, before, today):
    notes = [
        _("before: %(value)s, %(who)s %(day)s")
        % {
            "value": row.get_value_display(),
            "who": row.recorded_by,
            "day": format_date(timezone.localdate(row.recorded_at)),
        }
        for row in dict.fromkeys(row for _first, _last, row in before.within(saying.first_day, saying.last_day))
        if row.value != saying.value
    ]
    if today <= saying.last_day:
        notes.append(_("the period runs until %(day)s") % {"day": format_date(saying.last_day)})
    what = f"{saying.indicator.short_name or saying.indicator.name}, {saying.days}"
    return f"{what} ({'; '.join(notes)})" if notes else what


def keys(question: Question, indicators: list[Indicator]) -> dict[str, list[str]]:
    """Every box there may be: cells, rows (once a period has ended) and columns."""
    rows = [str(indicator.pk) for indicator in indicators]
    cells = [f"{row}-{part}" for row in rows for part in Part]
    return {"cells": cells, "rows": rows if whole_row(question.year, question.today) else [], "columns": list(Part)}


def _of_year(zone, year):
    rows = Declaration.objects.filter(zone=zone, first_day__lte=date(year, 12, 31), last_day__gte=date(year, 1, 1))
    return rows.select_related("recorded_by")


def _cell(question, silence, told, locks, indicator, period, declares):
    today = question.today
    if period.first_day > today:
        return Cell(period, "", "", "", "·", "muted")
    reports = silence.reports(indicator, period)
    running = today <= period.last_day
    events = reports.total(question.zone.pk)[1]
    pieces = told.within(period.first_day, period.last_day)
    values = Timeline((first, last, row.value) for first, last, row in pieces)
    value = meaning(values, period, running=False)  # what is said of its first days is not yet said of the period
    locked = locks.problem(question.zone.pk, period.first_day, until=period.last_day)
    key = f"{indicator.pk}-{period.part}" if declares and not locked else ""
    until = format_date(min(period.last_day, today))
    url = question.events(indicator, as_of=until, part=period.part.value) if events else ""
    notes = [_("closed")] if locked else []
    last = max((row for _first, _last, row in pieces), key=lambda row: row.seq, default=None)
    by = {"by": str(last.recorded_by), "on": last.recorded_at} if last else {}
    count = number(events) if events else ""
    if value is None:
        if pieces:
            notes.insert(0, _("only part of the period is declared"))
            by = {}
        if events and not reports.missing(question.zone.pk):
            return Cell(period, key, count, url, "", "", note="; ".join(notes), **by)
        missing = [pk for pk in reports.missing(question.zone.pk) if pk != question.zone.pk]
        if missing:
            notes.insert(0, zone_list((silence.tree.name(pk) for pk in missing), most=2))
        word, tone = (_("No figures yet"), "muted") if running else (_("Not reported"), "bad")
        if events:
            word, tone = _("Not yet complete"), "muted" if running else "warn"
        return Cell(period, key, count, url, f"○ {word}", tone, note="; ".join(notes), **by)
    if not running and any(_said_before(row, last_day) for _first, last_day, row in pieces):
        notes.insert(0, _("said before the period had ended"))
    if value != Value.COMPLETE and events:
        notes.insert(0, _("beside events that stand"))
    word = f"{SYMBOLS[value]} {Value(value).label}"
    return Cell(
        period, key, count, url, word, "muted" if value == Value.NOT_APPLICABLE else "ok", note="; ".join(notes), **by
    )


def _said_before(row, last_day):
    return timezone.localdate(row.recorded_at) <= last_day


def _state(period, today):
    if period.first_day > today:
        return _("has not begun")
    return _("still running") if today <= period.last_day else ""


def _below(question, silence, child):
    cells = []
    for period in periods_of(question.year):
        if period not in silence.periods:
            cells.append((period.part.label, "·", "muted"))
            continue
        silent = len(silence.silent(child.pk, period))
        tone = "muted" if question.today <= period.last_day else "bad"
        cells.append((period.part.label, f"○ {silent}" if silent else "✓", tone if silent else "ok"))
    return Below(child, f"?{question.query(zone=child.code, as_of=None)}", cells)


def _sentences(question, silence):
    """Of the quarter that ended last, who has yet to say something of what."""
    period = last_ended(question.today)
    if period not in silence.periods or not question.children:
        return []
    by_zone = defaultdict(list)
    for indicator in silence.indicators:
        for pk in silence.missing(question.zone.pk, indicator, period):
            by_zone[pk].append(indicator.short_name or indicator.name)
    return [
        _("%(zone)s, %(period)s: %(indicators)s not reported.")
        % {"zone": silence.tree.name(pk), "period": period.label, "indicators": ", ".join(names)}
        for pk, names in sorted(by_zone.items(), key=lambda pair: silence.tree.code(pair[0]))
    ]


def history(zone: Zone, year: int) -> list[Said]:
    """Every declaration of the zone about days of the year, the newest first, and what of it still holds."""
    rows = list(_of_year(zone, year).select_related("zone", "indicator", "recorded_by").order_by("-seq"))
    holding = defaultdict(int)
    for timeline in timelines(zone, year).values():
        for first, last, row in timeline.within(date.min, date.max):
            holding[row.pk] += (last - first).days + 1
    return [_said(row, holding[row.pk]) for row in rows]


def _said(row, days):
    all_days = (row.last_day - row.first_day).days + 1
    holds, tone = {all_days: (_("holds"), "ok"), 0: (_("said otherwise since"), "muted")}.get(
        days, (_("holds in part"), "warn")
    )
    label = Saying(row.zone, row.indicator, row.first_day, row.last_day, row.value).days
    return Said(row, label, f"{SYMBOLS[row.value]} {row.get_value_display()}", holds, tone)
