"""Enterprises: recorded and changed one or many at a time, each change kept with its before and after."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from organizations import bulk
from organizations.access import Act, require
from organizations.ledger import writing
from organizations.models import Change, Enterprise, EnterpriseStatus, LegalForm, Ownership, ParkStay
from organizations.problems import Conflict, Problem
from vietnamese.text import clean, search_key

from .checks import Locks, chunks, gone_problem, refuse, too_long
from .headcounts import HeadcountDraft, record_headcounts

FIELDS = ("name", "tax_code", "park", "legal_form", "ownership", "countries", "status", "started_on")
KNOWN = frozenset(FIELDS)


@dataclass(slots=True)
class EnterpriseDraft:
    """What to write of one enterprise: the fields given, in ``existing`` or in a new row, and its workers on a day."""

    values: dict
    existing: Enterprise | None = None
    workers: int | None = None
    workers_on: date | None = None
    batch_row: int | None = None


def record_enterprise(*, zone, by, workers=None, workers_on=None, is_demo=False, **values):
    """Record a new enterprise in ``zone``."""
    draft = EnterpriseDraft(values, workers=workers, workers_on=workers_on)
    return save_enterprises(zone=zone, drafts=[draft], by=by, is_demo=is_demo)[0]


def change_enterprise(*, enterprise, by, version=None, reason="", moved_on=None, **values):
    """Change fields of ``enterprise``; ``version`` is the one the person saw, to notice somebody else's change."""
    draft = EnterpriseDraft(values, existing=enterprise)
    return save_enterprises(
        zone=enterprise.zone, drafts=[draft], by=by, reason=reason, moved_on=moved_on, version=version
    )[0]


def change_enterprises(*, enterprises, by, reason="", moved_on=None, **values):
    """Give many enterprises, of whatever zones, the same values in one act. Returns how many it changed."""
    by_zone = {}
    for enterprise in enterprises:
        by_zone.setdefault(enterprise.zone, []).append(EnterpriseDraft(dict(values), existing=enterprise))
    changed = 0
    with writing(zones=by_zone, by=by):
        for zone, drafts in by_zone.items():
            _bring_up_to_date([draft.existing for draft in drafts])
            before = {draft.existing.pk: draft.existing.version for draft in drafts}
            rows = save_enterprises(zone=zone, drafts=drafts, by=by, reason=reason, moved_on=moved_on)
            changed += sum(row.version > before[row.pk] for row in rows)
    return changed


def differences(draft: EnterpriseDraft) -> dict:
    """The fields of ``draft.existing`` that the draft changes, with their new values."""
    return {name: value for name, value in draft.values.items() if _plain(draft.existing, name) != _image(value)}


def save_enterprises(*, zone, drafts, by, reason="", moved_on=None, version=None, is_demo=False):
    """Write the drafts in ``zone``, set-based: rows, their changes and their workers. Returns the enterprises.

    A new place counts from ``moved_on`` (default: today), which must not lie in a closed period. Raises Refused with
    the problems of each draft.
    """
    require(by, Act.ENTER, zone)
    with writing(zones=[zone], by=by) as book:
        _bring_up_to_date([draft.existing for draft in drafts if draft.existing])
        refuse({index: _problems(draft, zone) for index, draft in enumerate(drafts)})
        refuse(_taken(zone, drafts))
        if version is not None and drafts[0].existing.version != version:
            raise Conflict
        rows, new, changed, moves = [], [], [], {}
        for index, draft in enumerate(drafts):
            if draft.existing is None:
                row = _new(zone, is_demo, draft.values)
                row.refresh_keys()
                new.append((draft, row))
            else:
                row = draft.existing
                if different := differences(draft):
                    changed.append((draft, row, different))
                    if "park" in different:
                        moves[index] = row.pk
            rows.append(row)
        if moves:
            refuse(_closed(zone, moves, moved_on or book.today))
        bulk.insert([row for _draft, row in new])
        for draft, row in new:
            book.change(
                row,
                zone_id=zone.pk,
                action=Change.Action.CREATED,
                reason=reason,
                batch_row=draft.batch_row,
                after={name: _image(value) for name, value in draft.values.items()},
            )
        if changed:
            _write_changes(book, changed, zone, reason, moved_on or book.today)
        counts = [
            HeadcountDraft(
                subject=row,
                on=draft.workers_on or book.today,
                total=draft.workers,
                batch_row=draft.batch_row,
                is_first=draft.existing is None,
            )
            for draft, row in zip(drafts, rows, strict=True)
            if draft.workers is not None
        ]
        if counts:
            record_headcounts(drafts=counts, by=by, replace=True, reason=reason, skip_same_level=True)
    return rows


def _new(zone, is_demo, values):
    named = {"zone": zone, "park": values["park"]}
    columns = {name: value for name, value in values.items() if name != "park"}
    row = bulk.new(Enterprise, zone_id=zone.pk, park_id=named["park"].pk, is_demo=is_demo, **columns)
    row._state.fields_cache |= named
    return row


def _write_changes(book, changed, zone, reason, moved_on):
    moves = {row.pk: (row.park_id, values["park"].pk) for _draft, row, values in changed if "park" in values}
    stays = _move(moves, moved_on)
    for draft, row, different in changed:
        before = {name: _plain(row, name) for name in different}
        for name, value in different.items():
            setattr(row, name, value)
        after = {name: _plain(row, name) for name in different}
        if row.pk in stays:
            before, after = ({**image, **said} for image, said in zip((before, after), stays[row.pk], strict=True))
        row.refresh_keys()
        row.version += 1
        book.change(
            row,
            zone_id=zone.pk,
            action=Change.Action.UPDATED,
            before=before,
            reason=reason,
            after=after,
            batch_row=draft.batch_row,
        )
    names = [Enterprise._meta.get_field(name).attname for name in (*FIELDS, "search_key", "sort_key", "version")]
    bulk.update(Enterprise, [row for _draft, row, _different in changed], names)


def _move(moves, moved_on):
    """Enterprises sit in another park from ``moved_on``; whatever was said of later days is taken back.

    ``moves``: enterprise id → (park id before, park id after). Returns the stays of each before and after.
    """
    before = stays_of(moves)
    after = {}
    eve = moved_on - timedelta(days=1)
    for pk, (old_park_id, park_id) in moves.items():
        kept = [(park, first, last) for park, first, last in before[pk] if first is None or first < moved_on]
        kept = [(park, first, eve if last is None or last > eve else last) for park, first, last in kept]
        after[pk] = [*(kept or [(old_park_id, None, eve)]), (park_id, moved_on, None)]
    write_stays(after)
    return {pk: (stays_image(before[pk]), stays_image(after[pk])) for pk in moves}


def _closed(zone, moves, moved_on):
    """The problems of drafts that move an enterprise in a closed period, or take back a later move across one.

    ``moves``: index of the draft → enterprise id.
    """
    locks = Locks([zone.pk])
    if not locks.by_zone.get(zone.pk):
        return {}
    stays = stays_of(moves.values())
    problems = {}
    for index, pk in moves.items():
        later = max((first for _park, first, _last in stays[pk] if first and first > moved_on), default=None)
        if problem := locks.problem(zone.pk, moved_on, "moved_on", until=later):
            problems[index] = [problem]
    return problems


def stays_of(enterprise_ids):
    """Where the enterprises sat: id → (park id, first day, last day), in order of days."""
    found = {pk: [] for pk in enterprise_ids}
    for part in chunks(list(found), 5000):
        for stay in ParkStay.objects.filter(enterprise__in=part):
            found[stay.enterprise_id].append((stay.park_id, stay.valid_from, stay.valid_to))
    return found


def write_stays(stays):
    """Make these the stays of the enterprises, in place of all recorded: id → (park id, first day, last day)."""
    for part in chunks(list(stays), 5000):
        ParkStay.objects.filter(enterprise__in=part).delete()
    bulk.insert(
        [
            ParkStay(enterprise_id=pk, park_id=park_id, valid_from=first, valid_to=last)
            for pk, rows in stays.items()
            for park_id, first, last in rows
        ]
    )


def stays_image(rows):
    """Stays as a change keeps them; nothing is said of an enterprise that has none."""
    stays = [[park_id, first and first.isoformat(), last and last.isoformat()] for park_id, first, last in rows]
    return {"stays": stays} if stays else {}


def _bring_up_to_date(rows):
    """Give the caller's objects what the database holds: others may have written since they were read."""
    fresh = {}
    for part in chunks([row.pk for row in rows], 5000):
        fresh |= Enterprise.objects.in_bulk(part)
    for row in rows:
        if row.pk not in fresh:
            raise Conflict
        for field in Enterprise._meta.concrete_fields:
            if getattr(row, field.attname) != (value := getattr(fresh[row.pk], field.attname)):
                setattr(row, field.attname, value)


def _plain(row, name):
    return _image(row.park_id if name == "park" else getattr(row, name))


def _image(value):
    """How a value is kept in a change: a row by its id, a day in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "pk", value)


CHOICES = {
    "legal_form": set(LegalForm.values),
    "ownership": set(Ownership.values) - {Ownership.NONE},
    "status": set(EnterpriseStatus.values),
}


def _problems(draft, zone):
    problems = []
    if unknown := draft.values.keys() - KNOWN:
        raise TypeError(f"not fields of an enterprise: {sorted(unknown)}")
    if draft.existing is not None and draft.existing.zone_id != zone.pk:
        raise ValueError("one call writes one zone")
    if draft.existing is not None and (draft.existing.voided_by_id or draft.existing.duplicate_of_id):
        problems.append(gone_problem(draft.existing))
    for name in ("name", "countries", "tax_code"):
        if draft.values.get(name):
            draft.values[name] = clean(draft.values[name])
            problems += too_long(Enterprise, **{name: draft.values[name]})
    for name in ("name", "park"):
        if (draft.existing is None or name in draft.values) and not draft.values.get(name):
            problems.append(Problem(_("This field is required."), field=name, code="required"))
    for name, allowed in CHOICES.items():
        if name in draft.values and draft.values[name] not in allowed:
            problems.append(
                Problem(_("“%(value)s” is not one of the choices."), {"value": draft.values[name]}, name, "invalid")
            )
    return problems


def _taken(zone, drafts):
    """The problems of drafts whose key another live enterprise of the zone has, or another draft before it."""
    keys = {}
    for index, draft in enumerate(drafts):
        if draft.existing is None or {"tax_code", "name"} & draft.values.keys():
            value = draft.values.get("tax_code", draft.existing.tax_code if draft.existing else "")
            name = draft.values.get("name", draft.existing.name if draft.existing else "")
            keys[index] = ("tax_code", value) if value else ("search_key", search_key(name)[:400])
    owners = {}
    for column in ("tax_code", "search_key"):
        wanted = [value for name, value in keys.values() if name == column]
        without_code = {"tax_code": ""} if column == "search_key" else {}
        for part in chunks(wanted, 5000):
            found = Enterprise.objects.live().filter(zone=zone, **{f"{column}__in": part}, **without_code)
            owners |= {(column, value): pk for value, pk in found.values_list(column, "pk")}
    problems = {}
    for index, key in keys.items():
        own = drafts[index].existing.pk if drafts[index].existing else ("draft", index)
        if owners.setdefault(key, own) != own:
            field, message = (
                ("tax_code", _("An enterprise of this zone has the tax code %(value)s already."))
                if key[0] == "tax_code"
                else ("name", _("An enterprise of this zone has this name and no tax code already."))
            )
            problems[index] = [Problem(message, {"value": key[1]}, field, "unique")]
    return problems
