"""What a figure says, in words; and two of them so that nobody reads the same twice."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from organizations.models import Zone
from reports.annexes.results import STANDING_TEXT
from reports.attainment import PaceStanding, Standing
from reports.models import NoFigure, SnapshotFigure
from vietnamese.dates import format_date
from vietnamese.numbers import format_count, format_decimal

from .freeze import KEPT

SIGNED = [name for name in KEPT if name != "target_version_id"]  # what is read of a figure by who signs it


def says_otherwise(was: dict[str, Any] | None, now: dict[str, Any] | None) -> bool:
    """Whether a signer reads something else; a new version of a target with the same range is nothing else."""
    if was is None or now is None:
        return was is not now
    return any(was[name] != now[name] for name in SIGNED)


def in_words(values: dict[str, Any] | None) -> str:
    """A result with its target, as people read it: "30", "4 (5–7)", "—"."""
    if values is None or values["actual"] is None:
        text = "—"
    else:
        text = format_decimal(values["actual"])
    if values is None or values["low"] is None:
        return text
    ends = dict.fromkeys(format_decimal(values[name]) for name in ("low", "high"))
    return f"{text} ({'–'.join(ends)})"


def zones_called(*figures: dict[str, Any] | None) -> dict[str, str]:
    """The names of the zones that ``figures`` miss, by code; one query for them all."""
    codes = {code for values in figures if values for code in values["missing"]}
    return dict(Zone.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}


def told_apart(was: dict[str, Any] | None, now: dict[str, Any] | None, called: Mapping[str, str]) -> tuple[str, str]:
    """Both in words that differ: where result and target are the same, with each column that is not.

    ``called`` are the names of zones by code, as ``zones_called`` gives them.
    """
    if was is None or now is None:
        frozen, today = (_("not counted") if values is None else in_words(values) for values in (was, now))
        return frozen, today
    frozen, today = in_words(was), in_words(now)
    if frozen != today:
        return frozen, today
    names = [name for name in SIGNED if was[name] != now[name]]
    frozen, today = (
        "; ".join([frozen, *(_column(name, values[name], called) for name in names)]) for values in (was, now)
    )
    return frozen, today


def _column(name, value, called):
    return f"{SnapshotFigure._meta.get_field(name).verbose_name}: {column_in_words(name, value, called)}"


def column_in_words(name: str, value: Any, called: Mapping[str, str] | None = None) -> str:
    """What a column of a figure keeps, as people read it; a value the column never holds as it stands."""
    if name == "reported":
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return "—"
    match name:
        case "standing" if value in list(Standing):
            return _(STANDING_TEXT[Standing(value)])
        case "pace" if value in list(PaceStanding):
            return _("on pace") if value == PaceStanding.ON_TRACK else _("Behind pace").lower()
        case "no_figure" if value in NoFigure.values:
            return NoFigure(value).label
        case "missing":
            called = zones_called({"missing": value}) if called is None else called
            return ", ".join(called.get(code, code) for code in value)
        case "read_on":
            return format_date(value)
        case "numerator" | "denominator" | "unknown":
            return format_count(value)
        case "percent" | "percent_of_high":
            return f"{_number_as_written(value)}%"
        case "expected":
            return _number_as_written(value)
    return format_decimal(value) if isinstance(value, Decimal) else str(value)


def _number_as_written(text: str) -> str:
    """A number that is kept as text, with all the decimals it was written with."""
    try:
        value = Decimal(text)
        return format_decimal(value, max(0, -int(value.as_tuple().exponent)))
    except (InvalidOperation, ValueError):
        return text
