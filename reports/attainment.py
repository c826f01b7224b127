"""What was done against what was promised (DOMAIN §6). Pure arithmetic: no Django, no clock, no float, no rounding.

Every ratio is kept as a `Fraction`, that is as numerator and denominator: 166 of 190 has no last decimal, and half-up
at a tie (100.25 → "100.3") is only right when nothing was rounded before. Rounding happens once, in `shorten`, when a
figure is printed. Figures go in and come out as `int`, `Decimal` or (rates) `Fraction`; a float is refused.
"""

import calendar
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, Inexact
from enum import StrEnum
from fractions import Fraction

Number = int | Decimal | Fraction


class Standing(StrEnum):
    """How a zone stands on one indicator in one year. Zero is a figure; the last three are not figures."""

    BELOW = "below"
    MET = "met"
    EXCEEDED = "exceeded"
    NO_TARGET = "no_target"
    NOT_REPORTED = "not_reported"
    NOT_APPLICABLE = "not_applicable"


REACHED = frozenset({Standing.MET, Standing.EXCEEDED})


class PaceStanding(StrEnum):
    ON_TRACK = "on_track"
    BEHIND = "behind"


class Basis(StrEnum):
    """Which end of a target's range percents are of."""

    LOW = "low"
    HIGH = "high"


class Rule(StrEnum):
    """A way an office may have turned an exact percent into the one it published."""

    EXACT = "exact"
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    TRUNCATED = "truncated"
    CAPPED = "capped"  # more than 100% printed as 100%


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a year a period has run, in days, its first day and the day asked about both included.

    ``since_new_year`` is False of a quarter after the first: its days are its own, not all the year has run.
    """

    elapsed_days: int
    days: int
    since_new_year: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.elapsed_days <= self.days:
            raise ValueError(f"elapsed_days={self.elapsed_days}: between 1 and {self.days}")

    @property
    def share(self) -> Fraction:
        return Fraction(self.elapsed_days, self.days)


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a running year stands against the low end of its target; `expected` and `projected` are unrounded.

    `needed` is None of a later quarter: what the year still needs, a quarter alone does not say.
    """

    expected: Fraction
    standing: PaceStanding
    projected: Fraction
    needed: Number | None


@dataclass(frozen=True, slots=True)
class Attainment:
    """One indicator, one zone, one year. `percent` is of the low end, unrounded and never capped."""

    actual: Number | None
    low: Number | None
    high: Number | None
    reported: bool
    standing: Standing
    percent: Fraction | None
    percent_of_high: Fraction | None
    pace: Pace | None

    def percent_on(self, basis: Basis) -> Fraction | None:
        """The percent of that end of the target."""
        return self.percent_of_high if basis is Basis.HIGH else self.percent


@dataclass(frozen=True, slots=True)
class TermAttainment:
    """One indicator over consecutive years: a total, a count of years and a range; there is no percent of the sums.

    Each year has a target, or is named in `years_without_target` or `years_not_applicable`. `years_not_reported` and
    `years_in_progress` are named besides: the first add nothing to `actual`, the second pull `percent_min` down.
    """

    first_year: int
    last_year: int
    actual: Number | None
    years_with_target: int
    years_met: int
    percent_min: Fraction | None
    percent_max: Fraction | None
    years_without_target: tuple[int, ...]
    years_not_reported: tuple[int, ...]
    years_not_applicable: tuple[int, ...]
    years_in_progress: tuple[int, ...]
    years_judged: int  # of those with a target, the ones that are over or met already: a running year is never missed


def progress(year: int, as_of: date) -> Progress | None:
    """Return how far `year` has run on `as_of`; None before it begins and once its last day is reached."""
    return period_progress(date(year, 1, 1), date(year, 12, 31), as_of)


def period_progress(first_day: date, last_day: date, as_of: date) -> Progress | None:
    """Return how many of its year's days a period within one year has run by `as_of`; None before it begins.

    Only a whole year has none once its last day is reached. A part of one keeps what it has run: it is judged by its
    share of the year's target.
    """
    days = 366 if calendar.isleap(first_day.year) else 365
    elapsed = (min(as_of, last_day) - first_day).days + 1
    since_new_year = (first_day.month, first_day.day) == (1, 1)
    return Progress(elapsed, days, since_new_year) if 1 <= elapsed < days else None


def attain(
    *,
    actual: Number | None,
    low: Number | None,
    high: Number | None,
    reported: bool = True,
    applicable: bool = True,
    progress: Progress | None = None,
) -> Attainment:
    """Compare one figure with its target.

    `reported` says whether there is a live event or a declaration; without it `actual` does not count and comes back
    as None. `applicable=False` only speaks when nothing was reported: any live event makes an indicator apply.
    `low` and `high` are both given (equal for a single number) or both None. `progress` is that of a running year or
    of a part of a year.

    Raises TypeError for a float (or anything else that is not exact) and ValueError for half a target, a negative
    one, low above high, and a reported figure that is None.
    """
    if (low is None) != (high is None):
        raise ValueError(f"low={low!r}, high={high!r}: give both ends of a target or neither")
    target = None
    if low is not None and high is not None:
        target = _exact("low", low), _exact("high", high)
        if not 0 <= target[0] <= target[1]:
            raise ValueError(f"low={low}, high={high}: a target runs from a low end of at least 0 up to a high end")
    done = None if actual is None else _exact("actual", actual)

    if not reported:
        standing = Standing.NOT_REPORTED if applicable else Standing.NOT_APPLICABLE
        return Attainment(None, low, high, False, standing, None, None, None)
    if done is None:
        raise ValueError("actual=None: a reported figure is a number; say reported=False when there is none")
    if target is None:
        return Attainment(actual, None, None, True, Standing.NO_TARGET, None, None, None)
    # The figures themselves are compared, not the percent: 2,499 of 2,500 prints 100.0 and is below.
    standing = Standing.BELOW if done < target[0] else Standing.EXCEEDED if done > target[1] else Standing.MET
    pace = None if progress is None else pace_at(done, target[0], progress)
    percent = _percent(done, target[0])
    percent_of_high = percent if target[0] == target[1] else _percent(done, target[1])
    return Attainment(actual, low, high, True, standing, percent, percent_of_high, pace)


def attain_term(
    yearly: Mapping[int, Attainment],
    basis: Basis = Basis.LOW,
    *,
    adds_up: bool = True,
    running: Collection[int] = (),
) -> TermAttainment:
    """Sum up the years of a term; raises ValueError when a year between the first and the last is missing.

    The range is that of the yearly percents on `basis` over years with a target ("100–275%"). A year whose target is 0
    has a target and can be met, but no percent. `adds_up=False` of rates: their years have no total, `actual` is None.
    `running` are years that are not over, of which nothing need be reported yet.
    """
    years = sorted(yearly)
    if not years or years != list(range(years[0], years[-1] + 1)):
        raise ValueError(f"years={years}: a term needs every year from its first to its last")
    applying = [year for year in years if yearly[year].standing is not Standing.NOT_APPLICABLE]
    percents = [percent for year in years if (percent := yearly[year].percent_on(basis)) is not None]
    actuals = [_exact("actual", actual) for year in years if (actual := yearly[year].actual) is not None]
    return TermAttainment(
        first_year=years[0],
        last_year=years[-1],
        actual=_plain(sum(actuals)) if actuals and adds_up else None,
        years_with_target=sum(yearly[year].low is not None for year in applying),
        years_met=sum(yearly[year].standing in REACHED for year in years),
        percent_min=min(percents, default=None),
        percent_max=max(percents, default=None),
        years_without_target=tuple(year for year in applying if yearly[year].low is None),
        years_not_reported=tuple(year for year in years if yearly[year].standing is Standing.NOT_REPORTED),
        years_not_applicable=tuple(year for year in years if yearly[year].standing is Standing.NOT_APPLICABLE),
        years_in_progress=tuple(year for year in years if yearly[year].pace is not None),
        years_judged=sum(
            yearly[year].low is not None
            and (yearly[year].standing in REACHED or (yearly[year].pace is None and year not in running))
            for year in applying
        ),
    )


def pace_at(done: Number, low: Number, progress: Progress) -> Pace:
    """Where a running period stands against ``low``: its share by now, its end if it goes on so, what is needed."""
    done, low = _exact("done", done), _exact("low", low)
    expected = low * progress.share
    standing = PaceStanding.ON_TRACK if done >= expected else PaceStanding.BEHIND
    needed = _plain(max(low - done, 0)) if progress.since_new_year else None
    return Pace(expected, standing, done / progress.share, needed)


def rate(numerator: Number, denominator: Number, factor: Number) -> Fraction | None:
    """Return `numerator` for each `denominator`, times `factor` (100 for percent, 1000 for "per 1,000"), unrounded.

    None when the denominator is 0: of nothing there is no share. Raises TypeError for what is not exact, ValueError
    for a factor or a denominator below 0.
    """
    parts, whole, scale = _exact("numerator", numerator), _exact("denominator", denominator), _exact("factor", factor)
    if whole < 0 or scale <= 0:
        raise ValueError(f"denominator={denominator}, factor={factor}: the first is 0 or more, the second above 0")
    return Fraction(parts * scale, whole) if whole else None


def difference(more: Number, less: Number) -> Number:
    """Return `more` − `less`, whatever exact numbers the two are."""
    return _plain(_exact("more", more) - _exact("less", less))


def half_up(exact: Number, places: int) -> Decimal:
    """Round to `places` decimals, a tie away from zero, as Excel and the offices do; 12.25 → 12.3, −12.25 → −12.3."""
    value = _exact("exact", exact)
    units, divisor = abs(value.numerator) * 10**places, value.denominator
    return _decimal(value < 0, (2 * units + divisor) // (2 * divisor), places)


def half_even(exact: Number, places: int) -> Decimal:
    """Round to `places` decimals, a tie to the even digit, as Python and most databases do."""
    return _decimal(exact < 0, round(abs(_exact("exact", exact)) * 10**places), places)


def truncated(exact: Number, places: int) -> Decimal:
    """Drop what follows `places` decimals: half of the percents in the newspapers are made this way."""
    return _decimal(exact < 0, int(abs(_exact("exact", exact)) * 10**places), places)


def shorten(exact: Number, rule: Rule, places: int) -> Decimal:
    """Return `exact` with `places` decimals by one of the rules that shorten; ValueError for another."""
    ways = {Rule.HALF_UP: half_up, Rule.HALF_EVEN: half_even, Rule.TRUNCATED: truncated}
    if rule not in ways:
        raise ValueError(f"rule={rule}: {', '.join(ways)}")
    return ways[rule](exact, places)


def explain_published(actual: Number | None, low: Number | None, published: str | Decimal) -> frozenset[Rule]:
    """Return every rule that turns our exact percent into the published one, at the published number of decimals.

    A text keeps the decimals it was printed with ("69%", "69,0%", "89.47"). Of a Decimal trailing zeros do not count:
    a database column pads them. Empty when no rule gives it, or when there is no percent of ours (no figure, no
    target, a target of 0). Raises ValueError for a text that is not one number.
    """
    value, places = _published(published)
    if actual is None or low is None or low == 0:
        return frozenset()
    percent = Fraction(100 * _exact("actual", actual), _exact("low", low))
    gives = {
        Rule.EXACT: percent == value,
        Rule.HALF_UP: half_up(percent, places) == value,
        Rule.HALF_EVEN: half_even(percent, places) == value,
        Rule.TRUNCATED: truncated(percent, places) == value,
        Rule.CAPPED: value == 100 and percent > 100,
    }
    return frozenset(rule for rule, given in gives.items() if given)


def published_flag(actual: Number | None, low: Number | None, published: str | Decimal | None) -> bool:
    """Is the published percent one that neither half-up nor truncation of our figures gives?

    False while there is nothing to compare: none published, no figure, no target. A percent published of a target
    of 0 is flagged, for nothing gives one.
    """
    if published is None or actual is None or low is None:
        return False
    return explain_published(actual, low, published).isdisjoint({Rule.HALF_UP, Rule.TRUNCATED})


def _percent(done: int | Fraction, target: int | Fraction) -> Fraction | None:
    return Fraction(100 * done, target) if target else None


def _exact(name: str, value: Number) -> int | Fraction:
    """Return `value` as an int or a fraction, loudly refusing what is not an exact number.

    Counts stay ints, which compare ten times faster; never divide two of these with `/`, which makes floats of ints.
    """
    if type(value) is int:
        return value
    if isinstance(value, bool) or not isinstance(value, Number):
        raise TypeError(f"{name}={value!r}: an int, a Decimal or a Fraction, never a {type(value).__name__}")
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"{name}={value}: not a number")
    return Fraction(value)


_LOSSLESS = Context(prec=50, traps=[Inexact])


def _plain(value: int | Fraction) -> Number:
    """Return a fraction as the int or Decimal it equals, or as it is when it equals neither."""
    if value.denominator == 1:
        return value.numerator
    try:
        return _LOSSLESS.divide(Decimal(value.numerator), Decimal(value.denominator))
    except Inexact:
        return value


def _decimal(negative: bool, digits: int, places: int) -> Decimal:
    return Decimal(f"{'-' if negative and digits else ''}{digits}E-{places}")


def _published(published: str | Decimal) -> tuple[Decimal, int]:
    """Return a published percent and the number of decimals it was given with."""
    if isinstance(published, Decimal):
        _exact("published", published)  # refuses NaN
        return published, len(format(published, "f").partition(".")[2].rstrip("0"))
    if not isinstance(published, str):
        raise TypeError(f"published={published!r}: a text or a Decimal, never a {type(published).__name__}")
    match = re.fullmatch(r"\s*([+-]?\d+)(?:([.,])(\d+))?\s*%?\s*", published, re.ASCII)
    if match is None:
        raise ValueError(f"published={published!r}: write one number such as 105,3%")
    whole, mark, fraction = match.groups(default="")
    if mark == "." and len(fraction) == 3:
        raise ValueError(f"published={published!r}: either {whole}{fraction}% or {whole},{fraction}%, write which")
    return Decimal(f"{whole}.{fraction}" if fraction else whole), len(fraction)
