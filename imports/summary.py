"""What confirming an upload would do, in words, before it is done."""

from collections import Counter
from dataclasses import dataclass

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

    @property
    def to_write(self) -> int:
        return self.counts["created"] + self.counts["updated"]

    @property
    def may_go_on(self) -> bool:
        return not self.counts["error"] and not self.counts["outside"] and not self.trouble


def summary(upload: Upload) -> Summary:
    counts = dict(staging.counts(upload))
    return Summary(
        counts, _sentences(upload, counts), _changes(upload), max(0, counts["updated"] - SHOWN), _warnings(upload),
        upload.trouble,
    )  # fmt: skip


def _sentences(upload, counts):
    zone = upload.zone
    said = [
        _("%(created)s new and %(updated)s changed lines will be written to %(zone)s.")
        % {
            "created": format_count(counts["created"]),
            "updated": format_count(counts["updated"]),
            "zone": f"{zone.name} ({zone.code})" if zone else _("the zones that the file names"),
        }
    ]
    if same := counts["unchanged"]:
        words = ngettext(
            "%(count)s line is recorded already and stays.", "%(count)s lines are recorded already and stay.", same
        )
        said.append(words % {"count": format_count(same)})
    if out := counts["skipped"]:
        said.append(ngettext("%(count)s line is left out.", "%(count)s lines are left out.", out) % {
            "count": format_count(out)
        })  # fmt: skip
    if upload.counted_on and {"workers", "members"} & upload.columns.keys():
        said.append(_("Counts are dated %(day)s.") % {"day": format_date(upload.counted_on)})
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
                count[one["message"]] += 1
                lines.setdefault(one["message"], []).append(line)
    return [
        (message, times, ", ".join(map(str, lines[message][:8])) + (" …" if times > 8 else ""))
        for message, times in count.most_common(SHOWN)
    ]
