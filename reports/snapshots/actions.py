"""Everything that may be done to a snapshot. Page, API and tests call these; nothing else writes.

Each act is a keyword-only function and one transaction; every step leaves a line in the ledger of the zone. Raises
PermissionDenied for who may not, Conflict when somebody else was first or the snapshot stands elsewhere, Refused with
every reason otherwise: then nothing was written.
"""

from collections.abc import Mapping
from contextlib import contextmanager
from datetime import date

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.access import Act, require
from organizations.actions.catalogue import root_zone
from organizations.actions.checks import date_problem, refuse, too_long
from organizations.ledger import writing
from organizations.models import Change, PeriodLock, Zone
from organizations.problems import Conflict, Problem, Refused
from reports.counting import counting
from reports.models import OPEN, Snapshot, SnapshotFigure, SnapshotRemark, State
from reports.registry import DOCUMENT_LANGUAGE
from targets.periods import Period
from vietnamese.text import clean

from . import freeze
from .difference import moved
from .knowingly import confirmed
from .steps import ACT, Step, check
from .verify import lock_told, seal_holds


def draft(*, zone: Zone, period: Period, as_of: date, by: User, note: str = "") -> Snapshot:
    """Freeze the figures of ``zone`` and all below it for ``period`` as of a day, from all that is known now.

    Nothing is recorded in these zones while they are counted (nor anywhere while a rate is, which may ask for
    organisations of other zones). Raises Refused when the period has not begun, the day
    lies in the future, or a snapshot of the zone and period is open or has been accepted as of that day.
    """
    require(by, Act.DRAFT, zone)
    note = clean(note)
    zone_ids = zone.subtree_ids()
    all_zones = _counts_rates(freeze.indicators_in_use())
    # The city's head as well: whoever keeps the catalogue waits, so the definitions frozen are those of ``known_at``.
    with writing(zones=Zone.objects.all() if all_zones else {*zone_ids, root_zone().pk}, by=by) as book:
        indicators = freeze.indicators_in_use()
        refuse(
            {0: [*_day_problems(period, as_of, book.today), *too_long(Snapshot, note=note), *_uncounted(indicators)]}
        )
        if _counts_rates(indicators) and not all_zones:
            raise Conflict(gettext("A rate was taken into use meanwhile. Nothing was written: try again."))
        before = list(Snapshot.objects.of_period(period).filter(zone=zone).order_by("number"))
        refuse({0: _standing_in_the_way(before, period, as_of)})
        counted = counting()
        snapshot = Snapshot(
            zone=zone, period=period.code, first_day=period.first_day, last_day=period.last_day,
            number=before[-1].number + 1 if before else 1, as_of=as_of, known_at=book.recorded_at,
            basis=counted.basis.value, rounding=counted.code, zones=freeze.tree_of(zone), note=note, drafted_by=by,
            drafted_at=book.recorded_at,
        )  # fmt: skip
        table = freeze.figures_of(
            zone, period, as_of=as_of, known_at=book.recorded_at, indicators=indicators,
            tree=freeze.kept_tree(snapshot),
        )  # fmt: skip
        figures = freeze.frozen_rows(table, snapshot)
        if set(zone.subtree_ids()) != set(zone_ids) or set(snapshot.zone_ids) != set(zone_ids):
            raise Conflict(_zone_opened())
        snapshot.hash = freeze.seal_of_snapshot(snapshot, figures)
        snapshot.save(force_insert=True)
        for figure in figures:
            figure.snapshot = snapshot
        SnapshotFigure.objects.bulk_create(figures)
        after = {
            "state": State.DRAFT.value, "period": period.code, "number": snapshot.number,
            "as_of": as_of.isoformat(), "hash": snapshot.hash,
        }  # fmt: skip
        book.change(snapshot, zone_id=zone.pk, action=Change.Action.CREATED, after=after, reason=note)
    return snapshot


def submit(
    *, snapshot: Snapshot, by: User, version: int | None = None, anyway: bool = False, seen: str | None = None
) -> Snapshot:
    """Send the draft to the City Organization Board: the leader signs the figures as they were frozen.

    When the ledger gives other figures by now, LeftBehind says which (code "moved"), unless ``anyway``; with ``seen``
    (what LeftBehind gave) only when they are still those that were seen. What was signed knowingly stays in the ledger.
    """
    with _step(Step.SUBMIT, snapshot, by, version) as (book, row, told):
        _sign(row, told, anyway, seen)
        row.submitted_by, row.submitted_at = by, book.recorded_at
    return row


def accept(
    *, snapshot: Snapshot, by: User, version: int | None = None, anyway: bool = False, seen: str | None = None
) -> Snapshot:
    """Accept the figures and close their days to facts, for the zone and all below it.

    ``anyway`` and ``seen`` as of ``submit``.
    """
    with _step(Step.ACCEPT, snapshot, by, version) as (book, row, told):
        _sign(row, told, anyway, seen)
        with translation.override(DOCUMENT_LANGUAGE):
            reason = gettext("accepted figures of %(period)s, time %(number)s")
            reason %= {"period": row.covers.label, "number": row.number}
        row.lock = PeriodLock.objects.create(
            zone_id=row.zone_id, valid_from=row.first_day, valid_to=row.until, reason=reason, set_by=by,
            set_at=book.recorded_at,
        )  # fmt: skip
        row.decided_by, row.decided_at = by, book.recorded_at
        told["lock"] = lock_told(row.lock)
    return row


def send_back(
    *, snapshot: Snapshot, by: User, reasons: Mapping[int, str] | None = None, reason: str = "",
    version: int | None = None,
) -> Snapshot:  # fmt: skip
    """Return the snapshot to its zone: ``reasons`` by the id of each figure to look at, ``reason`` of the whole."""
    reason = clean(reason)
    remarks = {pk: text for pk, said in (reasons or {}).items() if (text := clean(said))}
    with _step(Step.RETURN, snapshot, by, version, reason) as (book, row, told):
        figures = {figure.pk: figure for figure in row.figures.defer("event_ids")}
        problems = [*too_long(Snapshot, reason=reason)]
        for pk, text in remarks.items():
            if pk not in figures:
                message = _("There is no figure %(figure)s in this snapshot.")
                problems.append(Problem(message, {"figure": pk}, "reasons", "invalid"))
            elif long := too_long(SnapshotRemark, reason=text):
                problems.append(Problem(long[0].message, long[0].params, f"reason-{pk}", "too_long"))
        if not remarks and not reason:
            message = _("Say what is to be mended: of the whole, or of the figures it concerns.")
            problems.append(Problem(message, field="reason", code="required"))
        refuse({0: problems})
        SnapshotRemark.objects.bulk_create(
            SnapshotRemark(figure=figures[pk], reason=text, by=by, at=book.recorded_at) for pk, text in remarks.items()
        )
        row.decided_by, row.decided_at, row.reason = by, book.recorded_at, reason
        if remarks:
            told["remarks"] = {figures[pk].code: text for pk, text in remarks.items()}
    return row


def reopen(*, snapshot: Snapshot, by: User, reason: str, version: int | None = None) -> Snapshot:
    """Take the acceptance back and open its days again; ``still_closing`` names what else closes some of them."""
    reason = clean(reason)
    with _step(Step.REOPEN, snapshot, by, version, reason) as (book, row, told):
        refuse({0: _reason_problems(reason)})
        PeriodLock.objects.in_force().filter(pk=row.lock_id).update(
            lifted_by=by, lifted_at=book.recorded_at, lift_reason=reason
        )
        row.ended_by, row.ended_at, row.reason = by, book.recorded_at, reason
        told["lock"] = lock_told(row.lock)
    return row


def withdraw(*, snapshot: Snapshot, by: User, reason: str, version: int | None = None) -> Snapshot:
    """Take back a snapshot that nobody has decided on."""
    reason = clean(reason)
    with _step(Step.WITHDRAW, snapshot, by, version, reason) as (book, row, _told):
        refuse({0: _reason_problems(reason)})
        row.ended_by, row.ended_at, row.reason = by, book.recorded_at, reason
    return row


def still_closing(snapshot: Snapshot) -> list[PeriodLock]:
    """The closed periods in force, other than its own, that close some day of ``snapshot`` for some of its zones."""
    above = snapshot.zone.lineage_ids()
    locks = PeriodLock.objects.in_force().filter(zone__in={*above, *snapshot.zone_ids})
    locks = locks.filter(valid_from__lte=snapshot.until, valid_to__gte=snapshot.first_day)
    return list(locks.exclude(pk=snapshot.lock_id).select_related("zone", "snapshot").order_by("valid_from", "pk"))


# ---------------------------------------------------------------------------------------------- what they share

WRITTEN = (
    "state", "submitted_by", "submitted_at", "decided_by", "decided_at", "ended_by", "ended_at", "reason", "lock",
    "version",
)  # fmt: skip
SIGNING = (Step.SUBMIT, Step.ACCEPT)  # what is compared with the ledger of the zone and all below it


def _zone_opened():
    return gettext("A zone was opened meanwhile. Nothing was written: try again.")


def _sign(row, told, anyway, seen):
    """Compare with now, after the zones were locked: what holds here is what is signed."""
    if despite := confirmed(moved(row), anyway=anyway, seen=seen):
        told["moved"] = despite


@contextmanager
def _step(step, snapshot, by, version, reason=""):
    """Lock the zones and the row, check that ``by`` may take the step now, and write what the block makes of the row.

    ``version`` is the one the person saw; without it that of the object given.
    """
    require(by, ACT[step], snapshot.zone)
    with writing(zones={*snapshot.zone_ids, *snapshot.zone.subtree_ids()}, by=by) as book:
        row = Snapshot.objects.select_for_update().get(pk=snapshot.pk)
        if row.version != (snapshot.version if version is None else version):
            raise Conflict
        rule = check(row, step, by)
        if step in SIGNING:
            if not book.heads.keys() >= set(row.zone.subtree_ids()):
                raise Conflict(_zone_opened())  # what was recorded of it is not held off: it could be missed
            if not seal_holds(row):
                raise Refused.one(
                    _("The frozen figures of %(snapshot)s are not what was sealed: tell the administrator."),
                    code="seal", snapshot=row,
                )  # fmt: skip
        before, told = row.state, {}
        yield book, row, told
        row.state = rule.to
        row.version += 1
        row.save(update_fields=WRITTEN)
        action = Change.Action.VOIDED if rule.to == State.WITHDRAWN else Change.Action.UPDATED
        after = {"state": str(row.state), **told}
        book.change(row, zone_id=row.zone_id, action=action, before={"state": before}, after=after, reason=reason)


def _day_problems(period, as_of, today):
    if problem := date_problem(as_of, today, "as_of"):
        return [problem]
    if as_of < period.first_day:
        message = _("%(day)s is before %(first)s, when %(period)s begins: there is nothing to report yet.")
        params = {"day": f"{as_of:%d/%m/%Y}", "first": f"{period.first_day:%d/%m/%Y}", "period": period.label}
        return [Problem(message, params, "as_of", "not_begun")]
    return []


def _counts_rates(indicators):
    return any(one.is_rate for one in indicators if freeze.can_be_counted(one))


def _uncounted(indicators):
    """The indicators in use that nobody can count: what is frozen without them would look whole."""
    return [
        Problem(freeze.CANNOT_BE_COUNTED, {"name": one.name, "measure": one.measure}, code="measure")
        for one in indicators
        if not freeze.can_be_counted(one)
    ]


def _standing_in_the_way(before, period, as_of):
    """Why no other snapshot is drafted beside those there are."""
    until = min(as_of, period.last_day)
    for row in before:
        if row.state in OPEN:
            message = _("%(snapshot)s is open (%(state)s): have it decided, or withdraw it first.")
            return [Problem(message, {"snapshot": row, "state": row.get_state_display()}, "period", "open")]
        if row.state == State.ACCEPTED and row.until >= until:
            message = _(
                "%(snapshot)s was accepted with figures as of %(day)s: the City Organization Board can reopen it."
            )
            return [Problem(message, {"snapshot": row, "day": f"{row.as_of:%d/%m/%Y}"}, "period", "accepted")]
    return []


def _reason_problems(reason):
    if not reason:
        return [Problem(_("Give the reason."), field="reason", code="required")]
    return too_long(Snapshot, reason=reason)
