"""How percents are counted and printed: of which end of the range, to how many decimals, rounded or cut.

An office's choice, made once in the environment and read only here: page, document, workbook, CSV, API and command
print by it and say so. Standings come from the figures themselves and never depend on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vietnamese.numbers import format_percent

from .attainment import Attainment, Basis, Number, Rule, shorten

_ON = {Basis.LOW: "tỷ lệ tính trên mức giao thấp", Basis.HIGH: "tỷ lệ tính trên mức giao cao"}
_SHORTENED = {
    Rule.HALF_UP: ("làm tròn nửa lên, đến số nguyên", "làm tròn nửa lên, {} chữ số"),
    Rule.TRUNCATED: ("bỏ phần thập phân, không làm tròn", "lấy {} chữ số, không làm tròn"),
}


@dataclass(frozen=True, slots=True)
class Counting:
    """The choice; without arguments what is chosen when nothing is set."""

    basis: Basis = Basis.LOW
    decimals: int = 1
    rounding: Rule = Rule.HALF_UP

    @classmethod
    def of(cls, basis: str, code: str) -> Counting:
        """The choice that ``basis`` and ``code`` tell of, as they are kept beside what was frozen."""
        rounding, _mark, decimals = code.rpartition("_")
        return cls(Basis(basis), int(decimals), Rule(rounding))

    @property
    def code(self) -> str:
        """How percents are shortened, for programs: "half_up_1"."""
        return f"{self.rounding}_{self.decimals}"

    @property
    def paper(self) -> str:
        """What every document prints of it, in Vietnamese."""
        whole, decimals = _SHORTENED[self.rounding]
        return f"{_ON[self.basis]}; {decimals.format(self.decimals) if self.decimals else whole}"

    @property
    def on(self) -> str:
        """What rates are of, for the reader of a page."""
        if self.basis is Basis.HIGH:
            return _("rates on the high end of the target")
        return _("rates on the low end of the target")

    @property
    def shortened(self) -> str:
        """How rates are shortened, a sentence for the reader of a page."""
        if self.rounding is Rule.TRUNCATED:
            if not self.decimals:
                return _("Rates are printed without decimals, not rounded; standings come from the figures themselves.")
            return ngettext(
                "Rates are cut after %(count)s decimal, not rounded; standings come from the figures themselves.",
                "Rates are cut after %(count)s decimals, not rounded; standings come from the figures themselves.",
                self.decimals,
            ) % {"count": self.decimals}
        if not self.decimals:
            return _("Rates are rounded half-up to whole numbers; standings come from the figures themselves.")
        return ngettext(
            "Rates are rounded half-up to %(count)s decimal; standings come from the figures themselves.",
            "Rates are rounded half-up to %(count)s decimals; standings come from the figures themselves.",
            self.decimals,
        ) % {"count": self.decimals}

    def percent(self, attainment: Attainment) -> Fraction | None:
        """The percent of the end chosen, unrounded."""
        return attainment.percent_on(self.basis)

    def end(self, attainment: Attainment) -> Number | None:
        """The end of the target that percents are of."""
        return attainment.high if self.basis is Basis.HIGH else attainment.low

    def shorten(self, exact: Number) -> Decimal:
        return shorten(exact, self.rounding, self.decimals)

    def written(self, exact: Number) -> str:
        """A percent as programs read it: "275.0"."""
        return format(self.shorten(exact), "f")

    def text(self, exact: Number) -> str:
        """A percent as people read it: "105,3%", whole numbers without decimals."""
        return format_percent(self.shorten(exact), self.decimals)


def counting() -> Counting:
    """What this office chose."""
    return Counting(Basis(settings.PERCENT_BASIS), settings.PERCENT_DECIMALS, Rule(settings.PERCENT_ROUNDING))


def percent_text(exact: Number | None) -> str | None:
    """Return a percent as programs read it: "275.0", shortened as the office chose, never capped; None stays None."""
    return None if exact is None else counting().written(exact)
