"""What the lines of an import wrote: read from the ledger, which names the line in each of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from organizations.models import BatchRow, Change, Enterprise, Event, Headcount, Organization
from targets.models import TargetVersion, plain
from vietnamese.dates import format_date
from vietnamese.numbers import format_count
from vietnamese.ranges import format_range


@dataclass(slots=True)
class LineWritten:
    """One line of the file and the acts it became, in words, with links to the rows they are about."""

    row: BatchRow
    acts: list[str | SafeString] = field(default_factory=list)


def lines_written(rows: Sequence[BatchRow]) -> list[LineWritten]:
    """What each of ``rows`` (of one batch) wrote; the number of queries does not depend on how many there are."""
    found = {row.pk: LineWritten(row) for row in rows}
    for event in _of(Event, found, "organization", "decision"):
        quantity = f" {format_count(abs(event.quantity))}" if abs(event.quantity) != 1 else ""
        words = say("%(kind)s: %(name)s, %(day)s", kind=f"{event.get_kind_display()}{quantity}",
                    name=link(event.organization), day=format_date(event.effective_on))  # fmt: skip
        if event.decision:
            words = say("%(act)s, %(number)s", act=words, number=event.decision.number)
        found[event.batch_row_id].acts.append(say(_("reversed: %(act)s"), act=words) if event.reverses_id else words)
    for count in _of(Headcount, found, "enterprise", "organization"):
        words = say(_("%(total)s on %(day)s: %(subject)s"), total=format_count(count.total), day=format_date(count.on),
                    subject=link(count.enterprise or count.organization))  # fmt: skip
        found[count.batch_row_id].acts.append(say(_("withdrawn: %(act)s"), act=words) if count.withdrawn else words)
    for version in _of(TargetVersion, found, "target__zone", "target__indicator"):
        target = version.target
        said = _("taken back") if version.low is None else format_range(plain(version.low), plain(version.high))
        found[version.batch_row_id].acts.append(f"{target.indicator}, {target.year}, {target.zone}: {said}")
    changes = list(_of(Change, found))
    rows_of: dict[tuple[str, int], Enterprise | Organization] = {}
    for model in (Enterprise, Organization):
        label = model._meta.label_lower
        ids = [change.object_id for change in changes if change.model == label]
        rows_of |= {(label, pk): row for pk, row in model.objects.only("name").in_bulk(ids).items()}
    for change in changes:
        if row := rows_of.get((change.model, change.object_id)):
            words = say("%(name)s: %(action)s", name=link(row), action=change.get_action_display())
            found[change.batch_row_id].acts.insert(0, words)
    return list(found.values())


def link(row: Enterprise | Organization) -> SafeString:
    return format_html('<a href="{}">{}</a>', row.get_absolute_url(), row.name)


def say(sentence: str, **parts: str) -> SafeString:
    """``sentence`` with its parts, of which links stay links and the rest is text."""
    return mark_safe(conditional_escape(sentence) % {name: conditional_escape(part) for name, part in parts.items()})


def _of(model, found, *related):
    rows = model.objects.filter(batch_row__in=list(found)).order_by("pk")
    return rows.select_related(*related) if related else rows
