"""What ``check_ledger`` asks of snapshots: always their seals, and on request every figure computed anew."""

from collections.abc import Iterator

from reports.models import Snapshot

from .verify import Finding, recomputed, sealed


def snapshots() -> Iterator[tuple]:
    """The seal of each, where it stands, who led it there and what it closed, against the ledger."""
    return _told(sealed)


def frozen_figures() -> Iterator[tuple]:
    """Every frozen figure against the ledger as it was known."""
    return _told(recomputed)


def _told(check):
    for row in Snapshot.objects.select_related("zone", "lock").order_by("pk").iterator(chunk_size=100):
        found: Finding
        for found in check(row, list(row.figures.all())):
            yield f"reports.snapshot {row.pk}{f' {found.code}' if found.code else ''}", found.text, found.expected
