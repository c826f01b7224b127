"""What is about to be frozen: the figures as they stand, and what a clerk should look at before freezing them."""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organizations.actions.checks import Locks
from organizations.models import Zone
from reports.models import OPEN, Snapshot, SnapshotRemark, State
from reports.snapshot_forms import AskFiguresForm
from reports.snapshots.freeze import figures_of, indicators_in_use
from targets.periods import Period, periods_of
from vietnamese.dates import format_date

from .completeness import ASKED
from .frozen import Row
from .question import years_for
from .silence import is_silent
from .snapshot_words import say_state
from .wording import Said, names, number, say, target_of, zone_list


@dataclass(frozen=True, slots=True)
class Preview:
    """``warnings`` are sentences; ``standing`` are snapshots of the same zone and period that stand in the way."""

    zone: Zone
    period: Period
    as_of: date
    rows: list[Row]
    warnings: list[str]
    is_lacking: bool  # some figure is silent, or not reported by all, and something can be done about it
    standing: list[tuple[Snapshot, Said]]
    waits: Snapshot | None  # of these the one nobody has decided on: until then no other is frozen
    remarks: list[SnapshotRemark]  # of the last return
    returned: Snapshot | None


def asked_for(data: QueryDict, *, zones, today: date) -> AskFiguresForm:
    """The question of the address; what it leaves out is the first zone, the last period that is over, its last day."""
    first = zones.first()
    values = {"zone": first.code if first else "", "period": last_asked(today).code} | {
        name: data[name] for name in ("zone", "period", "as_of") if data.get(name)
    }
    years = years_for(today.year, today, today).choices
    form = AskFiguresForm(values, zones=zones, years=years, today=today)
    if form.is_valid() and not values.get("as_of"):
        form.data["as_of"] = format_date(form.cleaned_data["as_of"])
    return form


def last_asked(today: date) -> Period:
    """The last period the office must report that is over."""
    periods = [one for year in (today.year - 1, today.year) for one in periods_of(year)]
    return [one for one in periods if one.part in ASKED and one.last_day < today][-1]


def preview(*, zone: Zone, period: Period, as_of: date, today: date) -> Preview:
    """The figures of ``zone`` for ``period`` as they would be frozen now."""
    table = figures_of(zone, period, as_of=as_of, known_at=None, indicators=indicators_in_use())
    figures = [table.figure(zone, indicator, period.year) for indicator in table.indicators]
    before = list(Snapshot.objects.of_period(period).filter(zone=zone).with_people().order_by("number"))
    last = before[-1] if before and before[-1].state == State.RETURNED else None
    locks, until = Locks(zone.subtree_ids()), min(as_of, period.last_day)
    is_closed = locks.is_closed(zone.pk, period.first_day, until)
    closing = {lock.pk: lock for found in locks.by_zone.values() for lock in found}.values()
    closing = [lock for lock in closing if lock.valid_from <= until and lock.valid_to >= period.first_day]
    remarks = SnapshotRemark.objects.filter(figure__snapshot=last).select_related("figure", "by")
    return Preview(
        zone=zone,
        period=period,
        as_of=as_of,
        rows=[_row(figure, as_of) for figure in figures],
        warnings=list(_warnings(period, as_of, figures, closing, is_closed=is_closed)),
        is_lacking=not is_closed and any(is_silent(one) or one.missing for one in figures),
        waits=next((row for row in before if row.state in OPEN), None),
        standing=[(row, say_state(row.state)) for row in before if row.state in (*OPEN, State.ACCEPTED)],
        remarks=list(remarks.defer("figure__event_ids").order_by("figure")) if last else [],
        returned=last,
    )


def _row(figure, as_of):
    has_number = figure.attainment.actual is not None
    return Row(
        figure=figure.indicator,
        target=target_of(figure.attainment),
        actual=number(figure.attainment.actual) if has_number else "",
        said=say(figure, as_of),
        missing=_("not yet reported by %(zones)s") % {"zones": zone_list(figure.missing_names)}
        if has_number and figure.missing
        else "",
        url="",
        remarks=[],
    )


def _warnings(period, as_of, figures, closing, *, is_closed):
    if as_of < period.last_day:
        words = _("The period runs until %(last)s: these are the figures as of %(day)s, not of the whole period.")
        yield words % {"last": format_date(period.last_day), "day": format_date(as_of)}
    silent = [one.indicator.name for one in figures if is_silent(one)]
    if silent:
        yield _silent_words(len(silent), is_closed) % {"count": len(silent), "names": names(silent, most=7)}
    for one in figures:
        if one.attainment.actual is not None and one.missing:
            words = _("%(indicator)s: not yet reported by %(zones)s.")
            yield words % {"indicator": one.indicator.name, "zones": zone_list(one.missing_names)}
    for lock in sorted(closing, key=lambda lock: (lock.valid_from, lock.pk)):
        words = _("%(first)s to %(last)s are closed for %(zone)s (%(reason)s): their records cannot be corrected.")
        yield words % {
            "first": format_date(lock.valid_from), "last": format_date(lock.valid_to), "zone": lock.zone,
            "reason": lock.reason,
        }  # fmt: skip


def _silent_words(count, is_closed):
    if is_closed:
        return ngettext(
            "%(count)s indicator has no event and no declaration: %(names)s.",
            "%(count)s indicators have no event and no declaration: %(names)s.",
            count,
        )
    return ngettext(
        "%(count)s indicator has no event and no declaration: %(names)s. Record what is missing, or declare that "
        "there is nothing to report.",
        "%(count)s indicators have no event and no declaration: %(names)s. Record what is missing, or declare "
        "that there is nothing to report.",
        count,
    )
