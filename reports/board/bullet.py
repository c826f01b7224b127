"""The bullet chart of one figure: where its marks stand on a scale that all rows of a page share.

The middle of the scale is the low end of the target (100%), its end twice that (200%). What lies beyond is cut there
and marked. Positions are texts in percent of the width, so the picture needs no size and its words never shrink.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.attainment import Attainment, Number, Standing, half_up

from .wording import Said, number, target_of

MIDDLE = 50
APART = 13  # percent of the width: nearer labels are written as one


@dataclass(frozen=True, slots=True)
class Label:
    x: str
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Bullet:
    """``sentence`` says the picture in words. ``scale`` False: without a target there is nothing to measure by."""

    sentence: str
    scale: bool = False
    tone: str = ""
    actual: str = ""  # width of the bar; empty when nothing was reported
    zero: bool = False
    cut: bool = False
    low: str = ""
    band: str = ""  # width of the range from its low end; empty for a single number
    pace: str = ""
    labels: tuple[Label, ...] = ()


def bullet(attainment: Attainment, said: Said, name: str) -> Bullet:
    """Draw ``attainment``; ``name`` begins the sentence."""
    sentence = _sentence(attainment, said, name)
    base = attainment.low or attainment.high
    if not base or attainment.standing is Standing.NOT_APPLICABLE:
        return Bullet(sentence)
    low, high, actual = attainment.low, attainment.high, attainment.actual
    return Bullet(
        sentence,
        scale=True,
        tone=said.tone,
        actual="" if actual is None else _at(actual, base),
        zero=actual == 0,
        cut=actual is not None and actual > 2 * base,
        low=_at(low, base),
        band=_text(_place(high, base) - _place(low, base)) if low < high else "",
        pace=_at(attainment.pace.expected, base) if attainment.pace and attainment.standing is Standing.BELOW else "",
        labels=_labels(low, high, base),
    )


def _labels(low, high, base):
    if low == high:
        return (Label(_text(MIDDLE), "middle", number(low)),)
    first, last = _place(low, base), _place(high, base)
    if last - first < APART:
        return (Label(_text((first + last) / 2), "middle", f"{number(low)}–{number(high)}"),)
    end = Label(_text(last), "end" if last > 100 - APART / 2 else "middle", number(high))
    return (Label(_text(first), "middle", number(low)), end)


def _place(value: Number, base: Number) -> float:
    """Only for drawing: the figures themselves are never floats."""
    return min(float(value) / float(base) * MIDDLE, 100)


def _at(value, base):
    return _text(_place(value, base))


def _text(place: float) -> str:
    return f"{place:.1f}%"


def _sentence(attainment, said, name):
    words = f"{said.word} {said.percent}".strip().lower()
    if attainment.actual is None:
        if attainment.low is None:
            return f"{name}: {words}."
        return _("%(name)s: %(standing)s; the target is %(target)s.") % {
            "name": name,
            "standing": words,
            "target": target_of(attainment),
        }
    values = {
        "name": name,
        "actual": number(attainment.actual),
        "target": target_of(attainment),
        "standing": words,
    }
    if attainment.low is None:
        return _("%(name)s: %(actual)s; %(standing)s.") % values
    if attainment.pace and attainment.standing is Standing.BELOW:
        values["expected"] = number(half_up(attainment.pace.expected, 1))
        return _("%(name)s: %(actual)s of a target of %(target)s, %(expected)s expected by now; %(standing)s.") % values
    return _("%(name)s: %(actual)s of a target of %(target)s; %(standing)s.") % values
