"""The table of years: how many members an organisation, or workers an enterprise, has at the end of a year.

The number is a headcount of 31 December; of the running year, of today. The count shown of a year is its last one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.access import Act, require
from organizations.ledger import writing
from organizations.models import Enterprise, Headcount, Organization
from organizations.problems import Problem, Refused, SeenOtherwise
from vietnamese.text import clean

from .checks import chunks, count_problem, refuse
from .draft import PARTS
from .headcounts import HeadcountDraft, record_headcounts
from .monthly import Checked, Written


@dataclass(slots=True, eq=False)
class YearDraft:
    """The count of a year as somebody typed it, who had seen there the headcount ``seen``, or none."""

    subject: Enterprise | Organization
    year: int
    number: int | None
    seen: int | None = None

    def key(self) -> tuple[bool, int, int]:
        return (isinstance(self.subject, Enterprise), self.subject.pk, self.year)


def day_of(year: int, today: date) -> date:
    """The day a count of ``year`` is dated: its last, or today while it runs."""
    return min(date(year, 12, 31), today) if year <= today.year else date(year, 12, 31)


def record_years(*, drafts: Sequence[YearDraft], by: User, reason: str = "", check_only: bool = False) -> list[Written]:
    """Write the counts, set-based; one that is there already writes nothing. Raises as ``record_months`` does."""
    drafts, written = list(drafts), []
    for zone_id in {draft.subject.zone_id for draft in drafts}:
        require(by, Act.ENTER, zone_id)
    try:
        with writing(zones={draft.subject.zone_id for draft in drafts}, by=by) as book:
            held = last_counts((draft.key() for draft in drafts), book.today, by)
            silent = _check(drafts, held)
            speaking = [index for index in range(len(drafts)) if index not in silent]
            counts = [_count(drafts[index], held.get(drafts[index].key()), book.today) for index in speaking]
            rows = dict(zip(speaking, _record(counts, speaking, by, clean(reason)), strict=True))
            for index, draft in enumerate(drafts):
                was = held.get(draft.key())
                written.append(Written(rows.get(index) or was, was))
            if check_only or all(one.outcome == "same" for one in written):
                raise Checked
    except Checked:
        pass
    return written


def last_counts(
    cells: Iterable[tuple[bool, int, int]], today: date, user: User
) -> dict[tuple[bool, int, int], Headcount]:
    """The last count of each year that stands and ``user`` sees, by (of an enterprise, its id, year), to ``today``."""
    wanted = set(cells)
    found: dict[tuple[bool, int, int], Headcount] = {}
    for is_enterprise, column in ((True, "enterprise_id"), (False, "organization_id")):
        mine = [(pk, year) for kind, pk, year in wanted if kind is is_enterprise]
        if not mine:
            continue
        years = [year for _pk, year in mine]
        rows = Headcount.objects.visible_to(user).live()
        rows = rows.filter(on__gte=date(min(years), 1, 1), on__lte=date(max(years), 12, 31))
        for part in chunks(sorted({pk for pk, _year in mine}), 5000):
            of_part = rows.filter(**{f"{column}__in": part}).select_related("recorded_by")
            for row in of_part.order_by("on", "pk"):
                key = (is_enterprise, getattr(row, column), row.on.year)
                if key in wanted:
                    found[key] = row
    return found


def _check(drafts, held) -> set[int]:
    """The places of the drafts that say nothing new; the others have no problem and were typed over what stands."""
    before = _numbers_seen(drafts)
    silent, typed = set(), set()
    problems, otherwise = {}, {}
    for index, draft in enumerate(drafts):
        there = held.get(draft.key())
        if draft.key() in typed:
            problems[index] = [Problem(_("This year is given twice."), {}, "number", "twice")]
        typed.add(draft.key())
        if draft.number in (there.total if there else None, before.get(draft.seen)):
            silent.add(index)
        elif index in problems:
            continue
        elif draft.number is None:
            message = _("A count is corrected, never taken away here: type the right number, 0 for none.")
            problems[index] = [Problem(message, {}, "number", "required")]
        elif problem := count_problem(draft.number, "number"):
            problems[index] = [problem]
        elif draft.seen != (there.pk if there else None):
            otherwise[index] = there
    refuse(problems)
    if otherwise:
        raise SeenOtherwise(otherwise)
    return silent


def _numbers_seen(drafts) -> dict[int | None, int | None]:
    found: dict[int | None, int | None] = {None: None}
    subjects = {draft.key()[:2] for draft in drafts}
    for part in chunks(sorted({draft.seen for draft in drafts if draft.seen is not None}), 5000):
        for row in Headcount.objects.filter(pk__in=part):
            if (row.enterprise_id is not None, row.enterprise_id or row.organization_id) in subjects:
                found[row.pk] = row.total
    return found


def _count(draft, there, today):
    day = day_of(draft.year, today)
    same_day = there if there is not None and there.on == day else None
    kept = {name: getattr(same_day, name) for name in ("official", *PARTS, "decision")} if same_day else {}
    return HeadcountDraft(draft.subject, day, draft.number, **kept)


def _record(counts, speaking, by, typed_reason):
    corrected = gettext("corrected in the table of years")
    reason = f"{corrected}: {typed_reason}" if typed_reason else corrected
    if not counts:
        return []
    try:
        return record_headcounts(drafts=counts, by=by, replace=True, reason=reason)
    except Refused as refused:
        raise Refused({speaking[row]: problems for row, problems in refused.by_row.items()}) from refused
