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
from organizations.problems import Problem
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
    if not may(by, Act.ASSIGN_TARGETS, zone):
        require(by, Act.ENTER, zone)
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


def _bring_back(book, withdrawn, zone, wanted, batch_row_of):
    """Decisions that an undone import had recorded, and ``zone`` quotes now, are recorded by it."""
    for normal, row in withdrawn.items():
        book.change(
            row, zone_id=zone.pk, action=Change.Action.RESTORED, before={"zone_id": row.zone_id},
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
