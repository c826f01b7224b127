"""Which events a figure counts, said once and read by events and by totals alike."""

from dataclasses import dataclass

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Selection:
    """A filter over the ledger. Empty tuples and None mean "any".

    ``types`` and ``parks`` hold ids. The sum of ``quantity`` over the selected events is the figure: kinds that
    take away are stored negative, so listing ``left`` beside ``joined`` makes it net.
    """

    sector: str
    kinds: tuple[str, ...]
    counts_as_new: bool | None = None
    types: tuple[int, ...] = ()
    ownerships: tuple[str, ...] = ()
    parks: tuple[int, ...] = ()

    @property
    def needs_months(self) -> bool:
        """Whether the year totals, which know neither park nor ownership, are too coarse."""
        return bool(self.ownerships or self.parks)

    def q(self) -> Q:
        """The filter, in columns that events and totals share."""
        q = Q(sector=self.sector, kind__in=self.kinds)
        if self.counts_as_new is not None:
            q &= Q(counts_as_new=self.counts_as_new)
        if self.types:
            q &= Q(type__in=self.types)
        if self.ownerships:
            q &= Q(ownership__in=self.ownerships)
        if self.parks:
            q &= Q(park__in=self.parks)
        return q
