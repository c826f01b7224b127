"""Zones and parks: the map on which facts are placed. Only administrators draw it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from organizations.access import Act, require
from organizations.ledger import writing
from organizations.models import Change, LedgerHead, Park, ParkAlias, ParkZone, Zone
from vietnamese.text import clean, search_key


def root_zone() -> Zone:
    """The city: the one zone without a parent. What belongs to no zone in particular is recorded under it."""
    return Zone.objects.order_by("code").get(parent=None)


def create_zone(
    *,
    code: str,
    name: str,
    by: User,
    kind: str = Zone.Kind.COMMITTEE,
    parent: Zone | None = None,
    short_name: str = "",
    valid_from: date | None = None,
) -> Zone:
    """Create a zone and the head of its ledger; the city is the one without a parent."""
    require(by, Act.CATALOGUE, parent)
    with transaction.atomic():
        zone = Zone(
            code=clean(code),
            name=clean(name),
            short_name=clean(short_name),
            kind=kind,
            parent=parent,
            valid_from=valid_from,
        )
        zone.full_clean()
        zone.save()
        LedgerHead.objects.create(zone=zone)
        with writing(zones=[zone], by=by) as book:
            book.change(
                zone,
                zone_id=zone.pk,
                action=Change.Action.CREATED,
                after={"code": zone.code, "name": zone.name, "kind": zone.kind, "parent_id": zone.parent_id},
            )
    return zone


def create_park(
    *,
    name: str,
    by: User,
    zone: Zone | None = None,
    aliases: Iterable[str] = (),
    area_ha: Decimal | None = None,
    valid_from: date | None = None,
    code: str = "",
) -> Park:
    """Create a park with its other names and, when ``zone`` is given, place it there."""
    require(by, Act.CATALOGUE, None)
    city = root_zone()
    with writing(zones=[city], by=by) as book:
        park = Park(code=code or search_key(name).replace(" ", "-")[:40], name=name, area_ha=area_ha)
        park.refresh_keys()
        park.full_clean()
        park.save()
        ParkAlias.objects.bulk_create([ParkAlias(park=park, name=clean(alias)) for alias in aliases])
        if zone is not None:
            ParkZone.objects.create(park=park, zone=zone, valid_from=valid_from)
        book.change(
            park,
            zone_id=city.pk,
            action=Change.Action.CREATED,
            after={"name": park.name, "zone_id": zone and zone.pk, "aliases": list(aliases)},
        )
    return park


def name_park(*, park: Park, alias: str, by: User) -> ParkAlias:
    """Give ``park`` another whole name by which workbooks may call it."""
    require(by, Act.CATALOGUE, None)
    city = root_zone()
    with writing(zones=[city], by=by) as book:
        row = ParkAlias.objects.create(park=park, name=clean(alias))
        book.change(park, zone_id=city.pk, action=Change.Action.UPDATED, after={"alias": row.name})
    return row


def place_park(
    *, park: Park, zone: Zone, by: User, valid_from: date | None = None, valid_to: date | None = None
) -> ParkZone:
    """Say that ``park`` belongs to ``zone`` for a period."""
    require(by, Act.CATALOGUE, None)
    with writing(zones=[zone], by=by) as book:
        row = ParkZone(park=park, zone=zone, valid_from=valid_from, valid_to=valid_to)
        row.full_clean()
        row.save()
        book.change(
            park,
            zone_id=zone.pk,
            action=Change.Action.UPDATED,
            after={"zone_id": zone.pk, "valid_from": valid_from and valid_from.isoformat()},
        )
    return row
