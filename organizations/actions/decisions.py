"""Decisions and who issued them. Quoting an existing key reuses the decision silently."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.access import Act, may, require
from organizations.ledger import writing
from organizations.models import Change, Decision, Issuer, Zone
from organizations.problems import Conflict, Problem
from organizations.seeds import UNKNOWN_ISSUER, issuer_key
from vietnamese.text import clean

from .checks import chunks, date_problem, refuse, too_long


@dataclass(frozen=True, slots=True)
class DecisionKey:
    """What identifies a decision: who issued it (empty: not known), its number-symbol and its date."""

    issuer: str
    number: str
    issued_on: date

    def normal(self):
        return (issuer_key(self.issuer or UNKNOWN_ISSUER), Decision.key_of(self.number), self.issued_on)


def record_decision(
    *, number: str, issued_on: date, zone: Zone, by: User, issuer: str = "", signer: str = "", summary: str = ""
) -> Decision:
    """The decision of this key, recorded under ``zone`` when it is new."""
    key = DecisionKey(issuer, number, issued_on)
    return record_decisions(keys=[key], zone=zone, by=by, signer=signer, summary=summary)[key]


def record_decisions(
    *,
    keys: Iterable[DecisionKey],
    zone: Zone,
    by: User,
    signer: str = "",
    summary: str = "",
    batch_row_of: Mapping[DecisionKey, int] | None = None,
) -> dict[DecisionKey, Decision]:
    """The decisions of ``keys``, as a dict; new ones and new issuers are recorded under ``zone``."""
    keys = list(dict.fromkeys(keys))
    _require(by, zone)
    batch_row_of = batch_row_of or {}
    with writing(zones=[zone], by=by) as book:
        refuse({index: _problems(key, book.today) for index, key in enumerate(keys)})
        refuse({0: too_long(Decision, signer=clean(signer), summary=clean(summary))})
        issuers = _issuers({clean(key.issuer) or UNKNOWN_ISSUER for key in keys})
        wanted = {key.normal(): key for key in sorted(keys, key=DecisionKey.normal)}  # writers never wait in a circle
        found = _found(wanted)
        new = [
            Decision(
                issuer=issuers[normal[0]],
                number=key.number,
                issued_on=key.issued_on,
                signer=clean(signer),
                summary=clean(summary),
                zone=zone,
            )
            for normal, key in wanted.items()
            if normal not in found
        ]
        for row in new:
            row.refresh_keys()
        if new:
            # Another zone may be recording the same decision now; then this waits for it and quotes its row.
            Decision.objects.bulk_create(new, batch_size=1000, ignore_conflicts=True)
            stored = _found(row_key for row_key in wanted if row_key not in found)
            for normal, row in stored.items():
                if row.zone_id == zone.pk:
                    book.change(
                        row,
                        zone_id=zone.pk,
                        action=Change.Action.CREATED,
                        after={"issuer": row.issuer.name, "number": row.number, "issued_on": row.issued_on.isoformat()},
                        batch_row=batch_row_of.get(wanted[normal]),
                    )
            found |= stored
        _bring_back(book, {key: row for key, row in found.items() if row.voided_by_id}, zone, wanted, batch_row_of)
    return {key: found[key.normal()] for key in keys}


def register_decision(
    *, number: str, issued_on: date, zone: Zone, by: User, issuer: str = "", signer: str = "", summary: str = ""
) -> tuple[Decision, bool]:
    """The decision of this key, and whether ``zone`` knew it before. One that another zone recorded is quoted silently.

    Signer and summary are taken when the decision is new; ``change_decision`` changes them.
    """
    _require(by, zone)
    issued_by, number_key, day = DecisionKey(issuer, number, issued_on).normal()
    known = Decision.objects.live().in_zones([zone.pk])
    if row := known.filter(issuer__search_key=issued_by, number_key=number_key, issued_on=day).first():
        return row, True
    with writing(zones=[zone], by=by) as book:
        row = record_decision(
            number=number, issued_on=issued_on, zone=zone, by=by, issuer=issuer, signer=signer, summary=summary
        )
        if row.zone_id != zone.pk:
            book.change(row, zone_id=zone.pk, action=Change.Action.UPDATED, after={"number": row.number})
    return row, False


def change_decision(
    *, decision: Decision, by: User, version: int | None = None, reason: str = "", **values
) -> Decision:
    """Change ``signer`` or ``summary``; the key of a decision never changes: what cites a wrong one is corrected.

    ``version`` is the one the person saw, to notice somebody else's change.
    """
    if unknown := values.keys() - {"signer", "summary"}:
        raise TypeError(f"a decision keeps its {sorted(unknown)}")
    _require(by, decision.zone)
    values = {name: clean(value) for name, value in values.items()}
    with writing(zones=[decision.zone_id], by=by) as book:
        row = Decision.objects.select_related("issuer", "zone").get(pk=decision.pk)
        refuse({0: too_long(Decision, **values)})
        if row.zone_id != decision.zone_id or (version is not None and row.version != version):
            raise Conflict
        different = {name: value for name, value in values.items() if getattr(row, name) != value}
        if different:
            before = {name: getattr(row, name) for name in different}
            for name, value in different.items():
                setattr(row, name, value)
            row.version += 1
            row.save()
            book.change(
                row, zone_id=row.zone_id, action=Change.Action.UPDATED, before=before, after=different, reason=reason
            )
    return row


def _require(by, zone):
    """Decisions are recorded by those who enter facts, and by those who assign targets."""
    if not may(by, Act.ASSIGN_TARGETS, zone):
        require(by, Act.ENTER, zone)


def _bring_back(book, withdrawn, zone, wanted, batch_row_of):
    """Decisions that an undone import had recorded, and ``zone`` quotes now, are recorded by it."""
    for normal, row in withdrawn.items():
        book.change(
            row, zone_id=zone.pk, action=Change.Action.RESTORED,  # whose it was is not this zone's to know
            after={"zone_id": zone.pk}, batch_row=batch_row_of.get(wanted[normal]),
        )  # fmt: skip
        row.voided_by, row.zone = None, zone
    rows = Decision.objects.filter(pk__in=[row.pk for row in withdrawn.values()])
    if withdrawn:
        rows.update(voided_by=None, zone=zone, version=F("version") + 1)


def _found(normals):
    """The stored decisions of these normal keys."""
    normals = set(normals)
    found = {}
    for part in chunks(list({number for _issuer, number, _day in normals}), 5000):
        for row in Decision.objects.filter(number_key__in=part).select_related("issuer"):
            normal = (row.issuer.search_key, row.number_key, row.issued_on)
            if normal in normals:
                found[normal] = row
    return found


def _problems(key, today):
    problems = too_long(Decision, number=clean(key.number))
    problems += [replace(problem, field="issuer") for problem in too_long(Issuer, name=clean(key.issuer))]
    if not clean(key.number):
        problems.append(Problem(_("Give the decision's number-symbol."), field="number", code="required"))
    if problem := date_problem(key.issued_on, today, field="issued_on"):
        problems.append(problem)
    return problems


def _issuers(names):
    keys = {issuer_key(name): name for name in names}
    found = {row.search_key: row for row in Issuer.objects.filter(search_key__in=list(keys))}
    new = [Issuer(name=name) for key, name in sorted(keys.items()) if key not in found]
    for row in new:
        row.refresh_keys()
    if new:
        Issuer.objects.bulk_create(new, ignore_conflicts=True)
        found |= {row.search_key: row for row in Issuer.objects.filter(search_key__in=[row.search_key for row in new])}
    return found
