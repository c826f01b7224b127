"""Zones and parks: the map on which facts are placed. Only administrators draw it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.access import Act, require
from organizations.ledger import writing
from organizations.models import Change, LedgerHead, Park, ParkAlias, ParkZone, Zone
from organizations.models.base import NamedRow
from organizations.problems import Conflict, Problem
from vietnamese.text import clean, search_key

from .checks import refuse, require_reason, too_long

FIXED = ("code", "sector")  # what a row of a catalogue is known by


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
        above = [parent] if parent else []  # after all that was answered of the zone above, which waits for this one
        with writing(zones=[zone, *above], by=by) as book:
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
    names = [clean(alias) for alias in aliases]
    refuse({0: [replace(one, field="aliases") for name in names for one in too_long(ParkAlias, name=name)]})
    city = root_zone()
    with writing(zones=[city], by=by) as book:
        park = Park(code=code or search_key(name).replace(" ", "-")[:40], name=name, area_ha=area_ha)
        park.refresh_keys()
        park.full_clean()
        park.save()
        ParkAlias.objects.bulk_create([ParkAlias(park=park, name=name) for name in names])
        if zone is not None:
            ParkZone.objects.create(park=park, zone=zone, valid_from=valid_from)
        book.change(
            park,
            zone_id=city.pk,
            action=Change.Action.CREATED,
            after={"name": park.name, "zone_id": zone and zone.pk, "aliases": names},
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


def save_catalogue_row(
    *, row: Model, by: User, several: Mapping[str, Iterable[Model]] | None = None, reason: str = "",
    version: int | None = None, moves_figures: bool = True,
) -> Model:  # fmt: skip
    """Write a row that holds in every zone (type of organisation, indicator, term, resolution), with what changed.

    ``several`` are its rows of other tables by field. A change needs a reason, for figures may read otherwise from
    then on, unless it ``moves_figures`` nowhere; code and sector stay, for recorded facts and workbooks quote them.
    """
    require(by, Act.CATALOGUE, None)
    several = {name: list(rows) for name, rows in (several or {}).items()}
    city = root_zone()
    with writing(zones=[city], by=by) as book:
        stored = type(row)._base_manager.filter(pk=row.pk).first() if row.pk else None
        if row.pk and (stored is None or (version is not None and stored.version != version)):
            raise Conflict
        if isinstance(row, NamedRow):
            row.refresh_keys()
        before = _image(stored, {name: getattr(stored, name).all() for name in several}) if stored else {}
        after = _image(row, several)
        different = [name for name in after if before.get(name) != after[name]]
        if stored is not None:
            if not different:
                return row
            message = _("The code and the sector of a row stay: facts and workbooks quote them.")
            refuse({0: [Problem(message, field=name, code="fixed") for name in FIXED if name in different]})
            if moves_figures:
                require_reason(reason)
            if hasattr(row, "version"):
                row.version = stored.version + 1
        row.full_clean()
        row.save()
        for name, rows in several.items():
            getattr(row, name).set(rows)
        book.change(
            row, zone_id=city.pk, action=Change.Action.UPDATED if stored else Change.Action.CREATED, reason=reason,
            before={name: before[name] for name in different} if stored else None,
            after={name: after[name] for name in different},
        )  # fmt: skip
    return row


def _image(row, several):
    """What a person may write of a row, as a change keeps it."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.editable}
    values.pop(row._meta.pk.attname, None)
    plain = {name: _plain(value) for name, value in values.items()}
    return plain | {name: sorted(one.pk for one in rows) for name, rows in several.items()}


def _plain(value):
    if isinstance(value, date):
        return value.isoformat()
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value
