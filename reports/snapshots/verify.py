"""Is a snapshot still what was frozen, and does the ledger still give it? Each difference is told in words."""

from reports.models import Snapshot

from .freeze import seal_of_snapshot


def seal_holds(snapshot: Snapshot) -> bool:
    """Whether the rows are those that were sealed: read from the database, whatever the caller's object says."""
    stored = Snapshot.objects.get(pk=snapshot.pk)
    return seal_of_snapshot(stored, stored.figures.all()) == stored.hash
