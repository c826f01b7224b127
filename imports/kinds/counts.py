"""Levels that are recorded already: the latest on or before a day decides whether a count says something new."""

from collections import defaultdict
from datetime import date

from organizations.actions.checks import chunks
from organizations.models import Headcount


def latest_counts(subject: str, ids) -> dict[int, dict[date, int]]:
    """The live totals of the enterprises or organisations ("enterprise", "organization"): id → day → total."""
    counts = defaultdict(dict)
    for part in chunks(list(ids), 5000):
        rows = Headcount.objects.live().filter(**{f"{subject}__in": part}).order_by()
        for pk, on, total in rows.values_list(f"{subject}_id", "on", "total"):
            counts[pk][on] = total
    return counts


def level(counts: dict[date, int], day: date) -> int | None:
    """The total of the latest count on or before ``day``."""
    latest = max((on for on in counts if on <= day), default=None)
    return None if latest is None else counts[latest]
