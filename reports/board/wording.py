"""What a figure means, in a word, a symbol and a number; the six standings never look alike (DOMAIN §6)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from reports.attainment import Attainment, Number, PaceStanding, Standing, difference, half_up
from reports.counting import Counting, counting
from reports.figures import Figure
from reports.shares import unknown_in_words
from reports.tables import Kind, Span, cell_text
from targets.periods import Period
from vietnamese.dates import format_date
from vietnamese.numbers import format_decimal, format_signed

MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Said:
    """``tone`` is the CSS class ok, warn, bad or muted; ``percent`` is empty when there is none."""

    symbol: str
    word: str
    tone: str
    percent: str = ""
    detail: str = ""

    @property
    def text(self) -> str:
        """ "▲ Vượt 275%"."""
        return f"{self.symbol} {self.word} {self.percent}".strip()

    @property
    def mark(self) -> str:
        """Number and symbol, for a narrow cell."""
        return f"{self.percent} {self.symbol}".strip()


def say(figure: Figure, as_of: date, counted: Counting | None = None) -> Said:
    """The standing of a figure, and of a rate how much of it nobody knows.

    Percents are printed as ``counted``: of what was frozen as it was then, else as the office counts now.
    """
    said = _standing(figure, as_of, counted or counting())
    unknown = unknown_in_words(figure.share) if figure.attainment.actual is not None else ""
    return replace(said, detail=" · ".join(filter(None, (said.detail, unknown)))) if unknown else said


def _standing(figure, as_of, counted):
    """A year that still runs is never called failed: it is on pace, or behind it."""
    attainment = figure.attainment
    exact = counted.percent(attainment)
    percent = "" if exact is None else counted.text(exact)
    match attainment.standing:
        case Standing.EXCEEDED:
            more = number(difference(attainment.actual, attainment.high))
            if attainment.low == attainment.high:
                detail = _("%(count)s more than the target") % {"count": more}
            else:
                detail = _("%(count)s more than the high end") % {"count": more}
            return Said("▲", _("Above target"), "ok", percent, detail)
        case Standing.MET:
            single = attainment.low == attainment.high
            return Said("✓", _("Met"), "ok", percent, _("exactly the target") if single else _("within the range"))
        case Standing.BELOW if attainment.pace:
            if attainment.pace.needed is None:  # a later quarter is judged by its own share of the year's target
                expected = number(half_up(attainment.pace.expected, 1))
                detail = _("%(count)s expected of the quarter") % {"count": expected}
                if attainment.pace.standing is PaceStanding.ON_TRACK:
                    return Said("→", _("In progress"), "", percent, f"{_('on pace')} · {detail}")
                return Said("▼", _("Behind pace"), "warn", percent, detail)
            needed = _("%(count)s still needed") % {"count": number(attainment.pace.needed)}
            if attainment.pace.standing is PaceStanding.ON_TRACK:
                return Said("→", _("In progress"), "", percent, f"{_('on pace')} · {needed}")
            places = 1 if figure.indicator.is_rate else 0
            projected = _("projected %(count)s") % {"count": number(half_up(attainment.pace.projected, places))}
            return Said("▼", _("Behind pace"), "warn", percent, f"{needed} · {projected}")
        case Standing.BELOW if figure.indicator.is_rate and not is_final(figure.period, as_of):  # no pace, nor late
            needed = number(difference(attainment.low, attainment.actual))
            return Said("→", _("In progress"), "", percent, _("%(count)s still needed") % {"count": needed})
        case Standing.BELOW:
            short = _("%(count)s short of the target") % {
                "count": number(difference(attainment.low, attainment.actual))
            }
            return Said("▼", _("Below target"), "bad", percent, short)
        case Standing.NO_TARGET:
            return Said("—", _("No target assigned"), "muted", detail=_("no rate is worked out"))
        case Standing.NOT_APPLICABLE:
            return Said("×", _("Not applicable"), "muted", detail=_("declared by the zone"))
    if figure.share is not None and not figure.share.denominator:
        return Said("○", _("No figures"), "muted", detail=nothing_to_divide_by(figure))
    if has_ended(figure.period, as_of):
        return Said("○", _("Not reported"), "muted", detail=_("no event and no declaration"))
    if figure.period.is_year:
        when = _("the year has not begun") if as_of < figure.period.first_day else _("the year is running")
    else:
        when = _("the period has not begun") if as_of < figure.period.first_day else _("the period is running")
    return Said("○", _("No figures yet"), "muted", detail=when)


def nothing_to_divide_by(figure: Figure) -> str:
    """Why a rate has no figure though its numerator may have one."""
    if unknown := unknown_in_words(figure.share):
        return unknown
    measure = figure.indicator.counted
    return _("%(denominator)s on %(day)s: 0") % {
        "denominator": measure.denominator.label, "day": format_date(figure.share.on)
    }  # fmt: skip


def has_ended(period: Period, as_of: date) -> bool:
    return as_of >= period.last_day


def is_final(period: Period, as_of: date) -> bool:
    """Whether what is below its target has missed it: only a year can, and once it is over."""
    return period.is_year and has_ended(period, as_of)


def number(value: Number | None) -> str:
    return "—" if value is None else cell_text(value, Kind.COUNT)


def signed(value: int) -> str:
    return format_signed(value)


def gap(low: Number, high: Number) -> str:
    """By how much two ranges differ at their ends: "−30 … −45", or once when it is the same at both."""
    words = (
        f"+{format_decimal(value)}" if value > 0 else f"−{format_decimal(-value)}" if value < 0 else "0"
        for value in (low, high)
    )
    return " … ".join(dict.fromkeys(words))


def percent_of(value: Number | None) -> str:
    return "" if value is None else cell_text(value, Kind.PERCENT)


def target_of(attainment: Attainment) -> str:
    """ "5–7", "12.000", or "—" when none was assigned."""
    return "—" if attainment.low is None else cell_text(Span(attainment.low, attainment.high), Kind.COUNT)


def names(values: Iterable[str], most: int = MOST_NAMES, mark: str = ", ") -> str:
    """ "A, B, C", and of a long list the first with how many more there are."""
    shown, more = _cut(list(values), most, mark)
    return _("%(names)s and %(count)s more") % {"names": shown, "count": more} if more else shown


def zone_list(values: Iterable[str], most: int = MOST_NAMES) -> str:
    """The same of zones."""
    shown, more = _cut(list(values), most)
    return _("%(names)s and %(count)s other zones") % {"names": shown, "count": more} if more else shown


def _cut(values, most, mark=", "):
    """One more than ``most`` is shown too: its name is no longer than saying that there is one more."""
    if len(values) <= most + 1:
        return mark.join(values), 0
    return mark.join(values[:most]), len(values) - most
