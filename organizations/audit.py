"""Does everything derived agree with the ledger? Each difference is named; 0 is the only acceptable answer."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from heapq import merge
from itertools import groupby

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from . import guards, lifecycle
from .ledger import seal, totals_of, upsert_totals
from .models import Event, Kind, LedgerHead, LedgerRow, MonthTotal, Organization, YearTotal, Zone
from .snapshot_read import one_snapshot

MORE: list[Callable[[], Iterator[tuple]]] = []  # checks of the rooms above: (row, found, expected) of each difference
THOROUGH: list[Callable[[], Iterator[tuple]]] = []  # those that compute all anew, made only when asked for


def differences(*, thorough: bool = False) -> list[dict]:
    """What disagrees, as ``{"check", "row", "found", "expected"}``; empty when all is well.

    All is read at one moment, so that an act recorded meanwhile is no difference. ``thorough`` also computes anew
    what was frozen.
    """
    with one_snapshot():
        return [
            {"check": check.__name__.strip("_"), "row": row, "found": is_, "expected": ought}
            for check in (_totals, _register, _chain, _guards, *MORE, *(THOROUGH if thorough else ()))
            for row, is_, ought in check()
        ]


@transaction.atomic
def rebuild():
    """Write totals and register anew from the ledger, while no act can. The ledger itself is never touched."""
    list(LedgerHead.objects.select_for_update().order_by("zone_id"))
    for model in (YearTotal, MonthTotal):
        model.objects.all().delete()
        upsert_totals(model, totals_of(Event.objects.order_by().iterator(chunk_size=5000), model))
    wrong = []
    for organization, replay in _replayed():
        values = replay.state.register_values()
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
    """Each organisation with the replay of its live events and of its duplicates'; a duplicate has no life."""
    reversed_ids = set(Event.objects.exclude(reverses=None).order_by().values_list("reverses_id", flat=True))
    rows = Event.objects.filter(reverses=None).order_by("organization_id").values_list(*lifecycle.STEP_COLUMNS)
    told = defaultdict(list)
    merged = dict(Organization.objects.exclude(duplicate_of=None).order_by().values_list("pk", "duplicate_of_id"))
    of_duplicates = Organization.objects.exclude(duplicate_of=None).order_by().values("pk")
    for row in rows.filter(organization__in=of_duplicates).exclude(kind=Kind.RENAMED) if merged else ():
        if row[0] not in reversed_ids:
            told[merged[row[1]]].append(lifecycle.stored_step(row))
    lives = groupby(rows.iterator(chunk_size=5000), key=lambda row: row[1])
    life = next(lives, None)
    for organization in Organization.objects.order_by("pk").iterator(chunk_size=2000):
        steps = []
        if life and life[0] == organization.pk:
            steps = [lifecycle.stored_step(row) for row in life[1] if row[0] not in reversed_ids]
            life = next(lives, None)
        steps = [] if organization.duplicate_of_id else steps + told[organization.pk]
        yield organization, lifecycle.replay(steps)


def _register():
    for organization, replay in _replayed():
        name = f"organizations.organization {organization.pk}"
        for column, ought in replay.state.register_values().items():
            if (is_ := getattr(organization, column)) != ought:
                yield f"{name} {column}", str(is_), str(ought)
        for step, message, params in replay.problems:
            yield f"{name} event {step.order}", str(message) % params, _("a life without contradiction")


def _chain():
    """Every ledger row of a zone, in the order recorded, sealed by the one before it, up to the head."""
    models = [model for model in apps.get_models() if issubclass(model, LedgerRow)]
    heads = {head.zone_id: head for head in LedgerHead.objects.all()}
    for zone in Zone.objects.order_by("code"):
        head = heads.get(zone.pk) or LedgerHead(zone=zone)
        streams = [model._base_manager.filter(zone=zone).order_by("seq") for model in models]
        last_hash, seq = "", 0
        for row in _merged(streams):
            name = f"{row._meta.label_lower} {row.pk}"
            if row.seq != seq + 1:
                yield name, f"seq {row.seq}", f"seq {seq + 1}"
            if row.prev_hash != last_hash or seal(row) != row.hash:
                yield name, _("seal broken"), _("seal intact")
            last_hash, seq = row.hash, row.seq
        if (seq, last_hash) != (head.seq, head.chain_hash):
            yield f"head {zone.code}", f"seq {seq} {last_hash[:8]}", f"seq {head.seq} {head.chain_hash[:8]}"


def _merged(querysets):
    return merge(*(queryset.iterator(chunk_size=2000) for queryset in querysets), key=lambda row: row.seq)


def _guards():
    for name in guards.missing():
        yield name, _("absent"), _("present")
