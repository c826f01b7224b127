"""Headcounts: levels on a day. A second count of the same day replaces the first, which stays readable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from organizations import bulk
from organizations.access import Act, require
from organizations.ledger import writing
from organizations.models import Decision, Enterprise, Headcount, Organization
from organizations.problems import Conflict, Problem

from .checks import Locks, chunks, count_problem, date_problem, refuse, require_reason, too_long, withdrawn
from .draft import part_above_total

MEASURES = ("total", "official", "female", "workers")
UNCHANGED = object()  # of a decision: None takes it away


@dataclass(slots=True)
class HeadcountDraft:
    """A count of ``subject`` (an enterprise's workers, an organisation's members) on a day; parts may be unknown."""

    subject: Enterprise | Organization
    on: date
    total: int
    official: int | None = None
    female: int | None = None
    workers: int | None = None
    decision: Decision | None = None
    batch_row: int | None = None
    is_first: bool = False  # the subject is recorded in the same act: it has no count yet

    def key(self):
        return (type(self.subject) is Enterprise, self.subject.pk, self.on)

    def measures(self):
        return tuple(getattr(self, name) for name in MEASURES)


def record_headcount(*, subject, on, total, by, official=None, female=None, workers=None, decision=None):
    """Record one count. Raises Refused when the day has one already: it is corrected, not recorded twice."""
    draft = HeadcountDraft(subject, on, total, official, female, workers, decision)
    return record_headcounts(drafts=[draft], by=by)[0]


def record_headcounts(*, drafts: Sequence[HeadcountDraft], by, replace=False, reason="", skip_same_level=False):
    """Record the drafts, set-based; returns the Headcount of each, or None where nothing was to write.

    ``replace`` lets a draft take the place of the live count of its day. A draft equal to that count writes
    nothing; with ``skip_same_level``, neither does one equal to the latest count on or before its day.
    """
    zones = {draft.subject.zone_id for draft in drafts}
    for zone_id in zones:
        require(by, Act.ENTER, zone_id)
    with writing(zones=zones, by=by) as book:
        locks = Locks(zones)
        refuse({index: _problems(draft, book.today, locks) for index, draft in enumerate(drafts)})
        refuse({0: too_long(Headcount, reason=reason)})
        gone = withdrawn(draft.subject for draft in drafts)
        refuse({index: [gone[draft.subject]] for index, draft in enumerate(drafts) if draft.subject in gone})
        live = _live_counts(drafts)
        rows: list[Headcount | None] = []
        problems = {}
        for index, draft in enumerate(drafts):
            counts = live.setdefault(draft.key()[:2], {})
            same_day = counts.get(draft.on)
            if same_day is not None and _measures(same_day) == draft.measures():
                rows.append(None)
                continue
            if skip_same_level and draft.measures()[1:] == (None, None, None):
                level = max((day for day in counts if day <= draft.on), default=None)
                if level is not None and counts[level].total == draft.total:
                    rows.append(None)
                    continue
            if same_day is not None and same_day.zone_id != draft.subject.zone_id:
                problems[index] = [_elsewhere(draft, same_day)]
                continue
            if same_day is not None and not replace:
                problems[index] = [_already(draft, same_day)]
                continue
            if same_day is not None and same_day.pk is None:
                book.flush()  # a draft before this one counted the same day: its row is stored before it is replaced
            row = book.append(_row(draft, replaces=same_day, reason=reason))
            counts[draft.on] = row
            rows.append(row)
        refuse(problems)
        book.flush()
    return rows


def correct_headcount(*, headcount, reason, by, on=None, decision=UNCHANGED, **changes):
    """Replace ``headcount`` by one with other measures, day or decision, and give the reason.

    Raises Conflict when it was replaced or withdrawn, Refused when the new day has another count already.
    """
    if unknown := changes.keys() - set(MEASURES):
        raise TypeError(f"not measures of a headcount: {sorted(unknown)}")
    require(by, Act.ENTER, headcount.zone_id)
    require_reason(reason)
    with writing(zones=[headcount.zone_id], by=by) as book:
        if headcount.withdrawn or Headcount.objects.filter(replaces=headcount).exists():
            raise Conflict
        subject = headcount.enterprise or headcount.organization
        values = {name: getattr(headcount, name) for name in MEASURES} | changes
        decision = headcount.decision if decision is UNCHANGED else decision
        draft = HeadcountDraft(subject, on or headcount.on, **values, decision=decision)
        locks = Locks([headcount.zone_id])
        problems = _problems(draft, book.today, locks, headcount.zone_id)
        if draft.on != headcount.on:
            if problem := locks.problem(headcount.zone_id, headcount.on, field="on"):
                problems.append(problem)
            elif there := _live_counts([draft]).get(draft.key()[:2], {}).get(draft.on):
                says = _already if there.zone_id == headcount.zone_id else _elsewhere
                problems.append(says(draft, there))
        refuse({0: problems})
        row = book.append(_row(draft, replaces=headcount, reason=reason, zone_id=headcount.zone_id))
        book.flush()
    return row


def _row(draft, *, replaces, reason, zone_id=None):
    subject = draft.subject
    named = {
        "enterprise" if isinstance(subject, Enterprise) else "organization": subject,
        "decision": draft.decision,
        "replaces": replaces,
    }
    row = bulk.new(
        Headcount,
        **{f"{name}_id": other.pk for name, other in named.items() if other is not None},
        zone_id=zone_id or subject.zone_id,
        on=draft.on,
        total=draft.total,
        official=draft.official,
        female=draft.female,
        workers=draft.workers,
        reason=reason if replaces else "",
        batch_row_id=draft.batch_row,
    )
    row._state.fields_cache |= {name: other for name, other in named.items() if other is not None}
    return row


def _measures(row):
    return tuple(getattr(row, name) for name in MEASURES)


def _live_counts(drafts):
    """The counts in force of the drafts' subjects: (is enterprise, id) → day → Headcount."""
    live: dict[tuple, dict[date, Headcount]] = {}
    for is_enterprise, column in ((True, "enterprise_id"), (False, "organization_id")):
        known = (draft.subject for draft in drafts if not draft.is_first)
        ids = list({subject.pk for subject in known if isinstance(subject, Enterprise) is is_enterprise})
        for part in chunks(ids, 5000):
            for row in Headcount.objects.live().filter(**{f"{column}__in": part}).select_related("zone"):
                live.setdefault((is_enterprise, getattr(row, column)), {})[row.on] = row
    return live


def _already(draft, row):
    return Problem(
        _("%(subject)s has %(total)s on %(day)s already: correct that count instead."),
        {"subject": draft.subject, "total": row.total, "day": f"{row.on:%d/%m/%Y}"},
        "on",
        "exists",
    )


def _elsewhere(draft, row):
    """Before a hand-over the count is the other zone's: its number is not told, nor replaced from here."""
    return Problem(
        _("%(subject)s was counted on %(day)s by %(zone)s, before it was handed over: it is corrected there."),
        {"subject": draft.subject, "day": f"{row.on:%d/%m/%Y}", "zone": row.zone},
        "on",
        "elsewhere",
    )


def _problems(draft, today, locks, zone_id=None):
    """``zone_id`` is the zone in whose ledger the count stands: the subject's now, unless it is said."""
    problems = []
    if problem := date_problem(draft.on, today, field="on"):
        return [problem]
    if problem := locks.problem(zone_id or draft.subject.zone_id, draft.on, field="on"):
        problems.append(problem)
    for name in MEASURES:
        value = getattr(draft, name)
        if value is None and name != "total":
            continue
        if problem := count_problem(value, name):
            problems.append(problem)
        elif name != "total" and isinstance(draft.total, int) and value > draft.total:
            problems.append(part_above_total(value, draft.total, name))
    return problems
