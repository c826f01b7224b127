"""A list as a file that can be corrected and sent in again: the workbook of its kind, or CSV in the same columns."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import ngettext

from organizations.models import Zone
from vietnamese.dates import format_date
from vietnamese.numbers import format_decimal
from vietnamese.spreadsheets import BYTE_ORDER_MARK, DELIMITER, FORMULA_STARTS

from .kinds import KINDS
from .kinds.guidance import ABOUT
from .prefill import RECORDED
from .templates import ORDER_TITLE, template

BELOW = {"events", "headcounts"}  # a workbook of a zone speaks of the zones below it, too


class Lines:
    """The rows of ``among`` that stand, as lines; ``left_out`` counts, when all are given, those no line can say."""

    def __init__(self, kind: str, among: QuerySet, *, zone: Zone | None, user, today: date):
        standing = among.live() if hasattr(among, "live") else among
        if zone is not None:
            standing = standing.filter(zone__in=zone.subtree_ids() if kind in BELOW else [zone.pk])
        self.standing = standing
        self.recorded = RECORDED[kind](zone, user, today, among=standing)
        self.helper = self.recorded.helper
        self.left_out = 0

    def lines(self) -> Iterator[dict]:
        given = 0
        for line in self.recorded.lines():
            given += 1
            yield line
        self.left_out = self.standing.order_by().count() - given


def as_workbook(kind: str, among: QuerySet, *, zone: Zone | None, user, today: date) -> bytes:
    """An .xlsx, written a line at a time."""
    rows = Lines(kind, among, zone=zone, user=user, today=today)
    return template(kind, zone=zone, user=user, today=today, prefill=rows)


def as_csv(kind: str, among: QuerySet, *, zone: Zone | None, user, today: date) -> Iterator[str]:
    """The lines of a CSV file, as they are read."""
    about, columns = ABOUT[kind], KINDS[kind].columns
    rows = Lines(kind, among, zone=zone, user=user, today=today)
    writer = csv.writer(_Echo(), delimiter=DELIMITER, lineterminator="\r\n")
    yield BYTE_ORDER_MARK + writer.writerow([str(about.title)])
    if about.counts:
        yield writer.writerow([f"Số liệu đến ngày {format_date(today)}"])  # the reader knows this line by its words
    yield writer.writerow([ORDER_TITLE, *(column.title for column in columns)])
    for number, line in enumerate(rows.lines(), start=1):
        yield writer.writerow([number, *(_text(line.get(column.field)) for column in columns)])
    if rows.left_out > 0:
        text = ngettext(
            "%(count)s entry that a line cannot tell whole is not in this list.",
            "%(count)s entries that a line cannot tell whole are not in this list.",
            rows.left_out,
        )
        yield writer.writerow([text % {"count": rows.left_out}])


class _Echo:
    def write(self, text):
        return text


def _text(value) -> str:
    match value:
        case None:
            return ""
        case date():
            return format_date(value)
        case Decimal():
            return format_decimal(value).replace(".", "")
        case int():
            return str(value)
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value
