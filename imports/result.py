"""What came of an intake, for people and for programs."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vietnamese.numbers import format_count

from .job import Finding
from .reader import nothing_written

WRITTEN, CHECKED, REFUSED, UNREADABLE = "written", "checked", "refused", "unreadable"
FORBIDDEN = "forbidden"  # the code of a refusal for want of the right
ALIKE = 4  # findings in equal words are said once
SHOWN = 50  # findings that are listed for people; programs get all
OPTIONS = (
    "sheet",
    "kind",
    "zone",
    "park",
    "legacy",
    "corrections",
)  # a finding's code may be "needs_" and one of these


@dataclass(slots=True)
class Result:
    """``status`` is written, checked (a rehearsal that would succeed), refused or unreadable.

    The counts are of workbook rows; when nothing was written, created and updated are 0 (in a rehearsal: what they
    would be). ``cure`` is how the channel that asked names the options that would settle the errors: see ``options``.
    """

    status: str
    batch: int | None = None
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    kind: str | None = None
    sheet: str | None = None
    zone: str | None = None
    ignored: list[tuple[int, str]] = field(default_factory=list)
    unused_columns: list[str] = field(default_factory=list)
    code: str = ""
    too_large: bool = False
    cure: str = ""

    def as_json(self) -> dict:
        return {
            "status": self.status,
            "batch": self.batch,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "errors": [finding.as_json() for finding in self.errors],
            "warnings": [finding.as_json() for finding in self.warnings],
            "kind": self.kind,
            "sheet": self.sheet,
            "zone": self.zone,
            "ignored": [{"row": line, "reason": str(reason)} for line, reason in self.ignored],
            "unused_columns": self.unused_columns,
            "cure": self.cure,
        }

    @property
    def options(self) -> list[str]:
        """The options of the intake (OPTIONS) that would settle some of the errors."""
        codes = {finding.code for finding in self.errors}
        return [option for option in OPTIONS if f"needs_{option}" in codes]

    @property
    def exit_code(self) -> int:
        return {WRITTEN: 0, CHECKED: 0, REFUSED: 1, UNREADABLE: 2}[self.status]

    def as_text(self) -> str:
        """The report a person reads: what the database now holds, then what is to be mended or looked at."""
        lines = []
        if self.sheet and not self.kind:
            lines.append(_("Sheet “%(sheet)s”.") % {"sheet": self.sheet})
        elif self.sheet:
            lines.append(
                _("Sheet “%(sheet)s”, kind: %(kind)s, zone: %(zone)s.")
                % {"sheet": self.sheet, "kind": self.kind, "zone": self.zone or "—"}
            )
        if self.status == WRITTEN and self.batch:
            lines.append(
                _("Written (batch %(batch)s): %(created)s new, %(updated)s changed, %(unchanged)s unchanged.")
                % self._counts()
            )
        elif self.status == WRITTEN:
            lines.append(_("Nothing new: the %(unchanged)s lines are all recorded already.") % self._counts())
        elif self.status == CHECKED:
            lines.append(
                _("Rehearsal: %(created)s would be new, %(updated)s changed, %(unchanged)s unchanged.") % self._counts()
            )
        lines += self._list(self.errors, _("Errors:"))
        if self.cure:
            lines.append(self.cure)
        lines += self._list(self.warnings, _("Please look at:"))
        if self.ignored:
            lines.append(
                _("Lines left out: %(lines)s.")
                % {"lines": ", ".join(f"{line} ({reason})" for line, reason in self.ignored[:SHOWN])}
            )
        if self.unused_columns:
            lines.append(_("Columns not used: %(columns)s.") % {"columns": ", ".join(self.unused_columns)})
        if self.status in (REFUSED, UNREADABLE, CHECKED):
            lines = [line.removesuffix(nothing_written()).rstrip() for line in lines] + [nothing_written()]
        return "\n".join(lines)

    def _counts(self):
        return {
            "batch": self.batch, "created": self.created, "updated": self.updated, "unchanged": self.unchanged
        }  # fmt: skip

    def _list(self, findings, title):
        if not findings:
            return []
        if len(findings) == 1 and findings[0].row is None:
            return [findings[0].message]
        findings = list(_together(findings))
        more = len(findings) - SHOWN
        return [
            title,
            *(f"- {finding}" for finding in findings[:SHOWN]),
            *([ngettext("- and %(more)s more", "- and %(more)s more", more) % {"more": more}] if more > 0 else []),
        ]


def _together(findings):
    """The findings in order, equal ones of several lines said once, where the first stands."""
    groups: dict[tuple, list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.column, finding.message), []).append(finding)
    for group in groups.values():
        if len(group) < ALIKE:
            yield from map(str, group)
        else:
            lines = ", ".join(str(finding.row) for finding in group[:ALIKE])
            more = ngettext("%(count)s line", "%(count)s lines", len(group)) % {"count": format_count(len(group))}
            yield _("%(finding)s (%(more)s: %(lines)s …)") % {
                "finding": group[0].said(), "more": more, "lines": lines
            }  # fmt: skip
