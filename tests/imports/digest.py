"""What an office sees, apart from who recorded it and when: equal before an import and after it was undone."""

from datetime import date

from organizations.models import (
    Coverage,
    Decision,
    Enterprise,
    Event,
    Headcount,
    MonthTotal,
    Organization,
    ParkStay,
    YearTotal,
    Zone,
)
from reports.figures import attainment_table
from targets.models import Indicator, Target, TargetVersion

ENTERPRISE = ("zone__code", "tax_code", "name", "search_key", "sort_key", "park__name", "legal_form", "ownership",
              "countries", "status", "started_on")  # fmt: skip
ORGANIZATION = ("zone__code", "code", "name", "search_key", "sort_key", "type__code", "sector", "parent__name",
                "status", "founded_on", "dissolved_on")  # fmt: skip
COUNT = ("zone__code", "enterprise__name", "organization__name", "on", "total", "official", "female", "workers",
         "decision__number")  # fmt: skip
EVENT = ("zone__code", "kind", "organization__name", "effective_on", "quantity", "female", "workers", "stock_delta",
         "sector", "type__code", "from_type__code", "counts_as_new", "park__name", "enterprise__name", "ownership",
         "decision__number", "decision__issuer__name", "act", "old_name", "new_name", "note")  # fmt: skip
AMOUNTS = ("quantity", "female", "workers", "stock_delta", "live")


def _rows(queryset, *columns):
    return sorted(map(repr, queryset.order_by().values_list(*columns)))


def register():
    """The live rows of every register, by what they say."""
    live = Organization.objects.live()
    return {
        "enterprises": _rows(Enterprise.objects.live(), *ENTERPRISE),
        "organizations": _rows(live, *ORGANIZATION),
        "coverage": _rows(
            Coverage.objects.filter(organization__in=live), "organization__name", "enterprise__name", "valid_from",
            "valid_to", "is_lead",
        ),
        "stays": _rows(
            ParkStay.objects.filter(enterprise__in=Enterprise.objects.live()), "enterprise__name", "park__name",
            "valid_from", "valid_to",
        ),
        "decisions": _rows(Decision.objects.live(), "number", "issuer__name", "issued_on", "signer", "summary"),
        "targets": _rows(Target.objects.filter(voided_by=None), "zone__code", "indicator__code", "year"),
    }  # fmt: skip


def totals():
    """The totals that are not nothing."""
    found = {}
    for model in (YearTotal, MonthTotal):
        for *key, quantity, female, workers, stock, live in model.objects.values_list(*model.dimensions, *AMOUNTS):
            if (amounts := (quantity, female, workers, stock, live)) != (0, 0, 0, 0, 0):
                found[model.__name__, *key] = amounts
    return found


def promises():
    """What each target is on each day from which a version holds."""
    days = sorted(set(TargetVersion.objects.values_list("holds_from", flat=True)))
    found = {}
    rows = TargetVersion.objects.order_by("recorded_at", "seq").select_related("target", "decision")
    for day in days:
        in_force = {}
        for row in rows:
            if row.holds_from <= day:
                in_force[row.target.zone_id, row.target.indicator_id, row.target.year] = row
        for key, row in in_force.items():
            if row.low is not None:
                decision = row.decision and row.decision.number
                found[day, key] = (row.low, row.high, decision, row.holds_from, row.published_percent)
    return _steps(found)


def _steps(found):
    """Leave out days on which nothing changed, so that days of versions taken back do not matter."""
    last, kept = {}, {}
    days = sorted({day for day, _key in found})
    for day in days:
        now = {key: value for (on, key), value in found.items() if on == day}
        if now != last:
            kept[day] = last = now
    return kept


def days():
    """Every day on which anything happened or began to hold, whether it stands or not."""
    found = set(Event.objects.values_list("effective_on", flat=True))
    found |= set(TargetVersion.objects.values_list("holds_from", flat=True))
    return sorted(found)


def figures(on):
    """Every figure of every zone as of each of the days ``on``."""
    zones, indicators = list(Zone.objects.order_by("code")), list(Indicator.objects.prefetch_related("types", "parks"))
    found = {}
    for day in on:
        table = attainment_table(
            zones=zones, first_year=2024, last_year=2026, as_of=day, indicators=indicators
        )  # fmt: skip
        found[day] = {key: (figure.attainment, figure.missing) for key, figure in table.figures.items()}
    return found


def digest(on=()):
    """All of it; figures as of the days ``on`` and of the last day the tests know."""
    return {
        "register": register(),
        "totals": totals(),
        "counts": _rows(Headcount.objects.live(), *COUNT),
        "events": _rows(Event.objects.live(), *EVENT),
        "promises": promises(),
        "figures": figures([*on, date(2026, 11, 23)]),
    }


def differences(before, after):
    """What differs between two digests, small enough to read."""
    found = {}
    for name, ought in before.items():
        if isinstance(ought, dict):
            keys = ought.keys() | after[name].keys()
            wrong = {
                key: (ought.get(key), after[name].get(key)) for key in keys if ought.get(key) != after[name].get(key)
            }
            if wrong:
                found[name] = wrong
        elif ought != after[name]:
            found[name] = (sorted(set(ought) - set(after[name])), sorted(set(after[name]) - set(ought)))
    return found
