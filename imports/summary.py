"""What confirming an upload would do, in words, before it is done."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vietnamese.dates import format_date
from vietnamese.numbers import format_count

from . import staging
from .kinds import KINDS
from .models import StagedRow, Upload

SHOWN = 20  # changes and kinds of warning that are listed
State = StagedRow.State


@dataclass(slots=True)
class Summary:
    """``sentences`` say what will be written, ``changes`` what it replaces, ``warnings`` what to look at."""

    counts: dict
    sentences: list[str]
    changes: list[tuple[int, str, list[tuple[str, str, str]]]]
    more_changes: int
    warnings: list[tuple[str, int, str]]
    trouble: str
    asks_day: bool  # the day of the counts must be said first

    @property
    def to_write(self) -> int:
        return self.counts["created"] + self.counts["updated"]

    @property
    def may_go_on(self) -> bool:
        return not self.counts["error"] and not self.counts["outside"] and not self.asks_day


def summary(upload: Upload, *, today: date) -> Summary:
    counts = dict(staging.counts(upload))
    return Summary(
        counts, _sentences(upload, counts, today), _changes(upload), max(0, counts["updated"] - SHOWN),
        _warnings(upload), upload.trouble, upload.asks_day and upload.counted_on is None,
    )  # fmt: skip


def counts_day(upload: Upload, *, today: date) -> date | None:
    """The day of the counts in the file; None when it holds none, or each is dated by its decision."""
    if "workers" in upload.columns:
        return upload.counted_on or today
    return upload.counted_on if "members" in upload.columns else None


def _sentences(upload, counts, today):
    zone = upload.zone
    where = f"{zone.name} ({zone.code})" if zone else _("the zones that the file names")
    what = [
        words % {"count": format_count(counts[name])}
        for name, words in (
            ("created", ngettext("%(count)s new line", "%(count)s new lines", counts["created"])),
            ("updated", ngettext("%(count)s changed line", "%(count)s changed lines", counts["updated"])),
        )
        if counts[name]
    ]
    if what:
        said = [_("%(lines)s will be written to %(zone)s.") % {"lines": _(" and ").join(what), "zone": where}]
    else:
        said = [_("Nothing will be written: no line is new or changed.")]
    if same := counts["unchanged"]:
        words = ngettext(
            "%(count)s line is recorded already and stays.", "%(count)s lines are recorded already and stay.", same
        )
        said.append(words % {"count": format_count(same)})
    if out := counts["skipped"]:
        said.append(ngettext("%(count)s line is left out.", "%(count)s lines are left out.", out) % {
            "count": format_count(out)
        })  # fmt: skip
    if day := counts_day(upload, today=today):
        words = (
            _("Counts are dated %(day)s.")
            if upload.counted_on
            else _("Counts are dated today, %(day)s: the file says no day.")
        )
        said.append(words % {"day": format_date(day)})
    if upload.corrections:
        said.append(_("Recorded facts are corrected with the reason “%(reason)s”.") % {"reason": upload.corrections})
    said.append(_("Nothing that is absent from the file is deleted. The whole import can be undone."))
    return said


def _changes(upload):
    """The first changed lines: number, what it is about, and (column, before, after)."""
    layout, name = KINDS[upload.kind].layout, next(iter(upload.columns.values()), 0)
    for field in ("name", "organization", "indicator", "tax_code"):
        if field in upload.columns:
            name = upload.columns[field]
            break
    found = []
    for row in upload.rows.filter(state=State.UPDATED).order_by("line")[:SHOWN]:
        cells = [staging.shown(cell) for cell in row.cells]
        what = cells[name] if name < len(cells) else ""
        changed = [
            (layout.columns[field].title, before, cells[upload.columns[field]])
            for field, before in row.before.items()
            if field in upload.columns and upload.columns[field] < len(cells)
        ]
        found.append((row.line, what, changed))
    return found


def _warnings(upload):
    """What the warnings say, the most frequent first: (words, lines, the first line numbers)."""
    count: Counter = Counter()
    lines: dict[str, list[int]] = {}
    rows = upload.rows.filter(warned=True).exclude(state=State.SKIPPED).order_by("line")
    for line, findings in rows.values_list("line", "findings")[:5000]:
        for one in findings:
            if not one["error"]:
                message = one["message"].replace(f"“{one['value']}”", "“…”") if one["value"] else one["message"]
                count[message] += 1
                lines.setdefault(message, []).append(line)
    return [
        (message, times, ", ".join(map(str, lines[message][:8])) + (" …" if times > 8 else ""))
        for message, times in count.most_common(SHOWN)
    ]
