"""The one way to append to the ledger.

``with writing(zones=…, by=…) as book`` opens a transaction, locks the heads of the zones in one order, and fixes
one moment for the whole act; ``book.append`` numbers and seals rows, ``book.flush`` writes them with their totals.
An act inside an act shares its book, so that what belongs together is recorded at one moment. The outermost act
names every zone that is touched: locking more of them later, out of order, could stop two writers for ever.
"""

import hmac
import json
from collections import defaultdict
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from threading import local

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from . import bulk
from .models import Change, Event, LedgerHead, LedgerRow, MonthTotal, YearTotal

_open = local()


@cache
def _sealer() -> hmac.HMAC:
    """What seals the chain with the key of the file ``LEDGER_KEY_FILE``; copied for each row."""
    return hmac.new(settings.LEDGER_KEY.encode(), digestmod="sha256")


@lru_cache(maxsize=256)  # the moment of an act and its days stand in every row
def _plain(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    raise TypeError(f"{value!r} cannot be sealed")


_text_of = json.JSONEncoder(
    default=_plain, sort_keys=True, ensure_ascii=False, check_circular=False, separators=(",", ":")
).encode


def seal(row: LedgerRow) -> str:
    """The hash of ``row``: HMAC-SHA256 over its table and values, which include the hash before it."""
    return seal_of([row._meta.label_lower, row.sealed_values()])


def seal_of(content) -> str:
    """HMAC-SHA256 with the ledger's key over ``content`` (lists, dicts, texts, numbers, days, moments) as JSON."""
    sealer = _sealer().copy()
    sealer.update(_text_of(content).encode())
    return sealer.hexdigest()


class Book:
    """An open ledger: the locked heads, the moment of the act, and the rows waiting to be written."""

    def __init__(self, by):
        self.by = by
        self.heads: dict[int, LedgerHead] = {}
        now = timezone.now()
        self.recorded_at = now  # never before what the zones have recorded: see ``lock``
        self.today = timezone.localdate(now)  # the day of the act in Việt Nam: facts may not lie after it
        self.waiting: list[LedgerRow] = []
        self.spoilt = False

    def lock(self, zone_ids):
        """Lock the heads of the zones, by id, those locked already aside."""
        wanted = set(zone_ids) - self.heads.keys()
        if not wanted:
            return
        if self.heads and min(wanted) < max(self.heads):
            raise RuntimeError(
                f"zones {sorted(wanted)} are touched inside an act that locked {sorted(self.heads)}: "
                "name all of them in the outermost writing(zones=…)"
            )
        found = self._heads(wanted)
        if len(found) < len(wanted):
            LedgerHead.objects.bulk_create(
                [LedgerHead(zone_id=pk) for pk in sorted(wanted - found.keys())], ignore_conflicts=True
            )
            found = self._heads(wanted)
        self.heads |= found
        last = [head.last_recorded_at for head in self.heads.values() if head.last_recorded_at]
        floor = max(last) + timedelta(microseconds=1) if last else None
        if floor and self.recorded_at < floor:
            self.recorded_at = floor

    def _heads(self, zone_ids):
        heads = LedgerHead.objects.select_for_update().filter(zone__in=zone_ids).order_by("zone_id")
        return {head.zone_id: head for head in heads}

    def append(self, row: LedgerRow):
        """Number, date and seal ``row``; it is written at the next ``flush``."""
        head = self.heads[row.zone_id]
        head.seq += 1
        row.seq = head.seq
        row.prev_hash = head.chain_hash
        row.recorded_by_id = self.by.pk
        row._state.fields_cache["recorded_by"] = self.by
        row.recorded_at = self.recorded_at
        row.hash = head.chain_hash = seal(row)
        self.waiting.append(row)
        return row

    def change(self, row, *, zone_id, action, before=None, after=None, reason="", batch_row=None):
        """Append what changed of the register row ``row``."""
        return self.append(
            bulk.new(
                Change,
                zone_id=zone_id,
                model=row._meta.label_lower,
                object_id=row.pk,
                action=action,
                before=before,
                after=after,
                reason=reason,
                batch_row_id=batch_row,
            )
        )

    def flush(self):
        """Write the waiting rows, a statement a table, and add the events to the totals."""
        tables = defaultdict(list)
        for row in self.waiting:
            tables[type(row)].append(row)
        self.waiting = []
        for rows in tables.values():
            bulk.insert(rows)
        if events := tables.get(Event):
            add_to_totals(events)

    def close(self):
        if self.spoilt:
            raise RuntimeError("an act inside this one was refused: the whole of it must be undone, not written")
        self.flush()
        for head in self.heads.values():
            head.version += 1
            head.last_recorded_at = self.recorded_at
        bulk.update(LedgerHead, list(self.heads.values()), ["seq", "last_recorded_at", "chain_hash", "version"])


@contextmanager
def writing(*, zones, by):
    """Open the ledger of ``zones`` (Zone objects or ids) for one act of the user ``by``."""
    zone_ids = {getattr(zone, "pk", zone) for zone in zones}
    book = getattr(_open, "book", None)
    if book is not None:
        try:
            book.lock(zone_ids)
            yield book
            book.flush()
        except BaseException:
            book.spoilt = True
            raise
        return
    with transaction.atomic():
        book = _open.book = Book(by)
        try:
            book.lock(zone_ids)
            yield book
            book.close()
        finally:
            _open.book = None


# ---------------------------------------------------------------------------------------------- totals


def totals_of(events, model) -> dict[tuple, list[int]]:
    """What ``events`` add to the rows of ``model`` (YearTotal or MonthTotal), by key.

    A change of type also takes one from the stock of the former type, under the same kind.
    """
    months = model is MonthTotal
    sums: dict[tuple, list[int]] = {}

    def add(event, type_id, *amounts):
        day = event.effective_on
        key = (event.zone_id, event.sector, type_id, event.kind, event.counts_as_new, day.year)
        if months:
            key += (day.month, event.park_id, event.ownership)
        row = sums.setdefault(key, [0] * 5)
        for index, amount in enumerate(amounts):
            row[index] += amount

    for event in events:
        weight = -1 if event.reverses_id else 1
        step = weight if event.from_type_id else 0
        add(
            event,
            event.type_id,
            event.quantity,
            event.female or 0,
            event.workers or 0,
            event.stock_delta + step,
            weight,
        )
        if step:
            add(event, event.from_type_id, 0, 0, 0, -step, 0)
    return sums


def add_to_totals(events):
    for model in (YearTotal, MonthTotal):
        upsert_totals(model, totals_of(events, model))


def upsert_totals(model, sums):
    """Add ``sums`` to the stored rows: one statement for many keys, in key order so that writers never deadlock."""
    if not sums:
        return
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    keys = ", ".join(quote(name) for name in model.dimensions)
    columns = f"{keys}, {', '.join(quote(name) for name in model.sums)}"
    adds = ", ".join(f"{quote(name)} = {table}.{quote(name)} + excluded.{quote(name)}" for name in model.sums)
    rows = [(*key, *amounts) for key, amounts in sorted(sums.items())]
    one = f"({', '.join(['%s'] * len(rows[0]))})"
    size = 30_000 // len(rows[0])
    with connection.cursor() as cursor:
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            cursor.execute(
                f"INSERT INTO {table} ({columns}) VALUES {', '.join([one] * len(part))} "
                f"ON CONFLICT ({keys}) DO UPDATE SET {adds}",
                [value for row in part for value in row],
            )
