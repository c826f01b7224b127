"""Does everything derived agree with the ledger? Each difference is named; 0 is the only acceptable answer."""

from collections import defaultdict
from collections.abc import Iterator
from heapq import merge

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from . import guards, lifecycle
from .ledger import seal, totals_of, upsert_totals
from .lifecycle import Step
from .models import Event, LedgerHead, LedgerRow, MonthTotal, Organization, YearTotal


def differences() -> list[dict]:
    """What disagrees, as ``{"check", "row", "found", "expected"}``; empty when all is well."""
    found = []
    for check in (_totals, _register, _chain, _guards):
        found += [
            {"check": check.__name__.strip("_"), "row": row, "found": is_, "expected": ought}
            for row, is_, ought in check()
        ]
    return found


@transaction.atomic
def rebuild():
    """Write totals and register anew from the ledger. The ledger itself is never touched."""
    for model in (YearTotal, MonthTotal):
        model.objects.all().delete()
        upsert_totals(model, totals_of(Event.objects.order_by().iterator(chunk_size=5000), model))
    wrong = []
    for organization, values in _replayed():
        if any(getattr(organization, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(organization, name, value)
            wrong.append(organization)
    Organization.objects.bulk_update(wrong, ["status", "founded_on", "dissolved_on", "type", "zone"], batch_size=500)


def _totals() -> Iterator[tuple]:
    for model in (YearTotal, MonthTotal):
        ought = totals_of(Event.objects.order_by().iterator(chunk_size=5000), model)
        stored = {
            row[: len(model.dimensions)]: list(row[len(model.dimensions) :])
            for row in model.objects.order_by().values_list(*model.dimensions, *model.sums).iterator(chunk_size=5000)
        }
        for key in ought.keys() | stored.keys():
            nothing = [0] * len(model.sums)
            if ought.get(key, nothing) != stored.get(key, nothing):
                yield f"{model.__name__}{key}", stored.get(key), ought.get(key)


def _replayed():
    """Each organisation with the column values its live events lead to."""
    steps = defaultdict(list)
    reversed_ids = set(Event.objects.exclude(reverses=None).order_by().values_list("reverses_id", flat=True))
    rows = (
        Event.objects.filter(reverses=None)
        .order_by()
        .values_list("pk", "organization_id", "kind", "effective_on", "type_id", "zone_id", "stock_delta")
    )
    for pk, organization_id, kind, day, type_id, zone_id, stock in rows.iterator(chunk_size=5000):
        if pk not in reversed_ids:
            members = stock if kind in lifecycle.COUNTS_MEMBERS else 0
            steps[organization_id].append(Step(kind, day, type_id, zone_id, members, order=pk))
    for organization in Organization.objects.order_by("pk").iterator(chunk_size=2000):
        yield organization, lifecycle.replay(steps[organization.pk]).state.register_values()


def _register():
    for organization, values in _replayed():
        for name, ought in values.items():
            if (is_ := getattr(organization, name)) != ought:
                yield f"organizations.organization {organization.pk} {name}", str(is_), str(ought)


def _chain():
    """Every ledger row of a zone, in the order recorded, sealed by the one before it, up to the head."""
    models = [model for model in apps.get_models() if issubclass(model, LedgerRow)]
    for head in LedgerHead.objects.select_related("zone").order_by("zone__code"):
        streams = [model._base_manager.filter(zone=head.zone_id).order_by("seq") for model in models]
        last_hash, seq = "", 0
        for row in _merged(streams):
            seq += 1
            name = f"{row._meta.label_lower} {row.pk}"
            if row.seq != seq:
                yield name, f"seq {row.seq}", f"seq {seq}"
                seq = row.seq
            if row.prev_hash != last_hash or seal(row) != row.hash:
                yield name, _("seal broken"), _("seal intact")
            last_hash = row.hash
        if (seq, last_hash) != (head.seq, head.chain_hash):
            yield f"head {head.zone.code}", f"seq {seq}", f"seq {head.seq}"


def _merged(querysets):
    return merge(*(queryset.iterator(chunk_size=2000) for queryset in querysets), key=lambda row: row.seq)


def _guards():
    for name in guards.missing():
        yield name, _("absent"), _("present")
