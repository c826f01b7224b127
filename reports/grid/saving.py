"""What was typed into cells, written through the acts; each cell is answered with what became of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from organizations.actions import MonthDraft, YearDraft, record_months, record_years
from organizations.fields import CountFormField
from organizations.models import Event
from organizations.problems import Conflict, NeedsReason, Refused, SeenOtherwise
from vietnamese.numbers import format_count

from .asked import Asked
from .table import subjects_of

WRITTEN = ("new", "changed", "cleared")
WRONG = ("invalid", "conflict", "ask")
MOST_CELLS = 3000
LONGEST_ID = 15  # digits; a longer one is no id of ours


@dataclass(frozen=True, slots=True)
class Typed:
    """A cell as it was typed: of which row and column, over which ledger row; ``note`` None leaves the note."""

    pk: int
    key: int
    text: str
    seen: int | None = None
    note: str | None = None


@dataclass(slots=True)
class Answer:
    """``state``: new, changed, cleared, same; invalid, ask (a reason), conflict; waiting, when others held it up."""

    typed: Typed
    state: str = "waiting"
    text: str = ""
    seen: int | None = None
    why: str = ""
    note: str = ""
    theirs: str = ""  # of a conflict: what stands there, who recorded it and when, what both make together
    who: str = ""
    when: str = ""
    both: str = ""
    name: str = ""

    def as_json(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__slots__ if name != "typed"}
        return {"pk": self.typed.pk, "key": self.typed.key, "typed": self.typed.text, **values}


@dataclass(slots=True)
class Saved:
    answers: list[Answer]
    wrote: bool
    counts: Counter = field(default_factory=Counter)

    @property
    def written(self) -> int:
        return sum(self.counts[state] for state in WRITTEN)

    @property
    def wrong(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.state in WRONG]

    @property
    def errors(self) -> list[Answer]:
        """As a form has them: the page's title says so."""
        return self.wrong

    def words(self) -> str:
        """ "Đã ghi 54 ô: 50 mới, 4 đổi." """
        if not self.written:
            return _("No cell has changed: nothing was written.")
        parts = ", ".join(self._parts())
        said = ngettext("%(count)s cell was saved: %(parts)s.", "%(count)s cells were saved: %(parts)s.", self.written)
        return said % {"count": format_count(self.written), "parts": parts}

    def preview(self) -> str:
        """ "60 ô: 54 mới, 4 đổi, 2 không đọc được." """
        parts = self._parts() + [
            words % {"count": format_count(self.counts[state])}
            for state, words in (
                ("same", _("%(count)s as they are")),
                ("ask", _("%(count)s unusual")),
                ("conflict", _("%(count)s changed by somebody else")),
                ("invalid", _("%(count)s refused")),
            )
            if self.counts[state]
        ]
        total = ngettext("%(count)s cell: %(parts)s.", "%(count)s cells: %(parts)s.", len(self.answers))
        return total % {"count": format_count(len(self.answers)), "parts": ", ".join(parts)}

    def _parts(self):
        words = {"new": _("%(count)s new"), "changed": _("%(count)s changed"), "cleared": _("%(count)s emptied")}
        return [words[state] % {"count": format_count(self.counts[state])} for state in WRITTEN if self.counts[state]]


def save(
    asked: Asked,
    typed: Sequence[Typed],
    by: User,
    *,
    reason: str = "",
    whole: bool = False,
    check_only: bool = False,
) -> Saved:
    """Write what was typed. ``whole``: everything or, when one cell cannot be written, nothing.

    Otherwise what cannot be written is answered with the reason and the rest is written; ``check_only`` writes
    nothing and answers as if. Raises Http404 for a row that is not there or not for this person.
    """
    found = {subject.pk: subject for subject in subjects_of(asked, by).filter(pk__in={one.pk for one in typed})}
    if not {one.pk for one in typed} <= found.keys():
        raise Http404("row")
    answers = [_read(one, found[one.pk], asked) for one in typed]
    left = [place for place, (answer, _draft) in enumerate(answers) if answer.state == "waiting"]
    wrote = False
    while left:
        refused = len(left) < len(answers)
        only_look = check_only or (whole and refused)
        part = [answers[place] for place in left]
        try:
            written = _act(asked, [draft for _answer, draft in part], by, reason, only_look)
        except NeedsReason as problems:
            wrong = {place: ("ask", words) for place, words in _words(problems).items()}
        except Refused as problems:
            wrong = {place: ("invalid", words) for place, words in _words(problems).items()}
        except SeenOtherwise as others:
            wrong = {place: ("conflict", "") for place in others.by_row}
            for place, row in others.by_row.items():
                _tell_conflict(*part[place], row)
        except Conflict:  # handed over to another zone this very moment
            wrong = {
                place: ("invalid", _("The organisation has just changed: load the page anew."))
                for place in range(len(part))
            }
        else:
            wrote = not only_look
            for (answer, _draft), done in zip(part, written, strict=True):
                if wrote or check_only:
                    _tell_written(answer, done)
            break
        for place, (state, words) in wrong.items():
            part[place][0].state, part[place][0].why = state, words
        left = [place for number, place in enumerate(left) if number not in wrong]
    told = [answer for answer, _draft in answers]
    return Saved(told, wrote, Counter(answer.state for answer in told))


def _read(one: Typed, subject, asked: Asked):
    month = asked.columns_named()[one.key]
    answer = Answer(one, text=one.text, seen=one.seen, name=f"{subject}, {month}")
    try:
        number = CountFormField(required=False).clean(one.text)
    except ValidationError as error:
        answer.state, answer.why = "invalid", error.messages[0]
        return answer, None
    if asked.sheet.monthly:
        return answer, MonthDraft(subject, date(asked.year, one.key, 1), number, one.seen, one.note)
    return answer, YearDraft(subject, one.key, number, one.seen)


def _act(asked, drafts, by, reason, only_look):
    if asked.sheet.monthly:
        return record_months(kind=asked.sheet.kind, drafts=drafts, by=by, reason=reason, check_only=only_look)
    return record_years(drafts=drafts, by=by, reason=reason, check_only=only_look)


def _words(problems: Refused) -> dict[int, str]:
    return {place: " ".join(map(str, each)) for place, each in problems.by_row.items()}


def _tell_written(answer, done):
    answer.state = done.outcome
    answer.seen = done.row.pk if done.row else None
    answer.text = "" if done.row is None else format_count(number_in(done.row))
    answer.note = getattr(done.row, "note", "") if done.row else ""


def _tell_conflict(answer, draft, row):
    answer.seen = row.pk if row else None
    answer.theirs = format_count(number_in(row)) if row else ""
    if row:
        answer.who = str(row.recorded_by)
        answer.when = timezone.localtime(row.recorded_at).strftime("%H:%M %d/%m/%Y")
        if draft.number is not None:
            answer.both = format_count(draft.number + number_in(row))


def number_in(row) -> int:
    """What a ledger row says in the grid: a number of people, never negative."""
    return abs(row.quantity) if isinstance(row, Event) else row.total


def posted(data: Mapping[str, str], columns: Sequence[int]) -> Iterable[Typed]:
    """The cells of a plain form: ``n-<row>-<column>``, the ledger rows seen as ``s-<row>``, choices ``x-…``/``t-…``."""
    seen: dict[tuple[int, int], int | None] = {}
    for name, value in data.items():
        head, _dash, rest = name.partition("-")
        if head == "s" and _id(rest):
            ids = value.split(",")
            if len(ids) != len(columns):
                raise Http404("cells")
            for key, one in zip(columns, ids, strict=True):
                seen[int(rest), key] = _id(one)
    for name, value in data.items():
        head, _dash, rest = name.partition("-")
        pk, _dash, key = rest.partition("-")
        if head != "n" or not (_id(pk) and _id(key)):
            continue
        if int(key) not in columns:
            raise Http404("column")
        place = (int(pk), int(key))
        if (chosen := data.get(f"x-{rest}")) is not None:
            now = data.get(f"t-{rest}", "")
            yield Typed(*place, chosen, _id(now))
        else:
            yield Typed(*place, value, seen.get(place))


def _id(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= LONGEST_ID else None


def too_many(count: int) -> str:
    return _("%(count)s cells at once: at most %(most)s. Paste the block in parts. Nothing was written.") % {
        "count": format_count(count),
        "most": format_count(MOST_CELLS),
    }


def from_json(one: Mapping[str, Any], columns: Sequence[int]) -> Typed:
    """A cell of the grid's own requests; ValueError when it is none."""
    pk, key, seen, note = int(one["pk"]), int(one["key"]), one.get("seen"), one.get("note")
    if key not in columns or not 0 < pk < 10**LONGEST_ID:
        raise ValueError("cell")
    if seen is not None and not 0 < int(seen) < 10**LONGEST_ID:
        raise ValueError("seen")
    return Typed(
        pk, key, str(one.get("text") or "")[:100], None if seen is None else int(seen),
        None if note is None else str(note),
    )  # fmt: skip


def put_back(saved: Saved, shown) -> None:
    """Put what was typed and not written back into the cells, with what was wrong."""
    answers = {(answer.typed.pk, answer.typed.key): answer for answer in saved.answers}
    for row in shown.rows:
        for cell in row.cells:
            answer = answers.get((row.subject.pk, cell.key))
            if answer is None or cell.state:
                continue
            cell.text, cell.seen = answer.typed.text, answer.typed.seen
            cell.problem = answer.why
            cell.conflict = answer if answer.state == "conflict" else None
