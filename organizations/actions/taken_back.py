"""The rows that take an event back, and that record one anew after it was taken back."""

from organizations import bulk
from organizations.models import Event

SAME = (
    "zone_id", "kind", "organization_id", "effective_on", "sector", "type_id", "from_type_id", "counts_as_new",
    "park_id", "enterprise_id", "ownership", "decision_id", "act", "old_name", "new_name",
)  # fmt: skip
AMOUNTS = ("quantity", "female", "workers", "stock_delta")


def reversal_of(event: Event, reason: str, batch_row: int | None = None) -> Event:
    """The row that takes ``event`` back: same kind and date, opposite amounts."""
    values = {name: getattr(event, name) for name in SAME}
    values |= {name: None if (value := getattr(event, name)) is None else -value for name in AMOUNTS}
    row = bulk.new(Event, reverses_id=event.pk, reason=reason, batch_row_id=batch_row, **values)
    row._state.fields_cache["reverses"] = event
    return row


def again(event: Event, reason: str, batch_row: int | None = None) -> Event:
    """The row that records ``event`` anew, with all that was copied onto it, after it was taken back."""
    values = {name: getattr(event, name) for name in (*SAME, *AMOUNTS, "note")}
    return bulk.new(Event, reason=reason, batch_row_id=batch_row, **values)
