"""A small line that shows how a level went: drawn on the server, coloured by the style sheet, no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT, EDGE = 320, 56, 5
MOST = 160  # points: more than the picture has room for


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Paths in the units of the view box; ``dots`` are drawn while there are few."""

    path: str
    area: str
    dots: tuple[tuple[str, str], ...]
    last: tuple[str, str]
    box: str = f"0 0 {WIDTH} {HEIGHT}"


def sparkline(points: Sequence[tuple[date, int]], until: date) -> Sparkline | None:
    """Draw ``points`` (by day) as steps: a level holds until the next is known, at last until ``until``.

    One point is no course: it has no picture.
    """
    if len(points) < 2:
        return None
    first, end = points[0][0], max(until, points[-1][0])
    days = max((end - first).days, 1)
    top = max(max(value for _day, value in points), 1)

    def x(day):
        return EDGE + (WIDTH - 2 * EDGE) * (day - first).days / days

    def y(value):
        return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * max(value, 0) / top

    kept = _thinned(points)
    places = [(x(day), y(value)) for day, value in kept]
    steps = [f"M{_n(places[0][0])} {_n(places[0][1])}"]
    for across, up in places[1:]:
        steps.append(f"H{_n(across)}V{_n(up)}")
    steps.append(f"H{_n(x(end))}")
    path = "".join(steps)
    floor = HEIGHT - EDGE
    return Sparkline(
        path=path,
        area=f"{path}V{floor}H{_n(places[0][0])}Z",
        dots=tuple((_n(across), _n(up)) for across, up in places) if len(places) <= 24 else (),
        last=(_n(x(end)), _n(places[-1][1])),
    )


def _thinned(points):
    """At most ``MOST`` of the points, evenly, the first and the last among them."""
    if len(points) <= MOST:
        return list(points)
    step = (len(points) - 1) / (MOST - 1)
    return [points[round(place * step)] for place in range(MOST)]


def _n(number):
    return f"{number:.1f}".removesuffix(".0")
