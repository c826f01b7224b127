"""What the lines of an import wrote: read from the ledger, which names the line in each of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from organizations.models import BatchRow, Change, Enterprise, Event, Headcount, Organization
from targets.models import TargetVersion, plain
from vietnamese.dates import format_date
from vietnamese.numbers import format_count
from vietnamese.ranges import format_range


@dataclass(slots=True)
class LineWritten:
    """One line of the file and the acts it became, in words."""

    row: BatchRow
    acts: list[str] = field(default_factory=list)


def lines_written(rows: Sequence[BatchRow]) -> list[LineWritten]:
    """What each of ``rows`` (of one batch) wrote; the number of queries does not depend on how many there are."""
    found = {row.pk: LineWritten(row) for row in rows}
    for event in _of(Event, found, "organization", "decision"):
        quantity = f" {format_count(abs(event.quantity))}" if abs(event.quantity) != 1 else ""
        words = f"{event.get_kind_display()}{quantity}: {event.organization.name}, {format_date(event.effective_on)}"
        if event.decision:
            words += f", {event.decision.number}"
        found[event.batch_row_id].acts.append(_("reversed: %(act)s") % {"act": words} if event.reverses_id else words)
    for count in _of(Headcount, found, "enterprise", "organization"):
        subject = (count.enterprise or count.organization).name
        words = _("%(total)s on %(day)s: %(subject)s") % {
            "total": format_count(count.total), "day": format_date(count.on), "subject": subject
        }  # fmt: skip
        found[count.batch_row_id].acts.append(_("withdrawn: %(act)s") % {"act": words} if count.withdrawn else words)
    for version in _of(TargetVersion, found, "target__zone", "target__indicator"):
        target = version.target
        said = _("taken back") if version.low is None else format_range(plain(version.low), plain(version.high))
        found[version.batch_row_id].acts.append(f"{target.indicator}, {target.year}, {target.zone}: {said}")
    changes = list(_of(Change, found))
    names: dict[tuple[str, int], str] = {}
    for model in (Enterprise, Organization):
        label = model._meta.label_lower
        ids = [change.object_id for change in changes if change.model == label]
        names |= {(label, pk): name for pk, name in model.objects.filter(pk__in=ids).values_list("pk", "name")}
    for change in changes:
        if name := names.get((change.model, change.object_id)):
            found[change.batch_row_id].acts.insert(0, f"{name}: {change.get_action_display()}")
    return list(found.values())


def _of(model, found, *related):
    rows = model.objects.filter(batch_row__in=list(found)).order_by("pk")
    return rows.select_related(*related) if related else rows
