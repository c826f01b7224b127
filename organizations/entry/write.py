"""All rows of a form as one act: written all or none, under one decision."""

from collections import defaultdict
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations import actions
from organizations.actions.checks import require_reason, zones_touched
from organizations.actions.record import recorded
from organizations.ledger import writing
from organizations.lifecycle import RULES
from organizations.models import Coverage, Decision, Event, Organization, OrganizationType, Zone
from organizations.problems import NeedsReason, Problem, Refused

from .happenings import MOST_ROWS, Happening
from .rows import Row


def keys_of(key: UUID) -> list[str]:
    """The keys that the lines of one saved form carry in the ledger."""
    return [f"entry-{key.hex}-{place}" for place in range(MOST_ROWS)]


def save(
    *,
    happening: Happening,
    rows: list[Row],
    decision: actions.DecisionKey | None,
    effective_on,
    zone: Zone | None,
    by: User,
    key: UUID,
    parent: Organization | None = None,
    to_type: OrganizationType | None = None,
    reason: str = "",
) -> list[Event]:
    """Record the decision and every row. ``reason`` explains the unusual rows that give none of their own.

    ``zone`` is that of organisations founded in no enterprise. Raises Refused or NeedsReason with the problems of
    each row by its place; those of the decision stand under the place −1.
    """
    explained: set[int] = set()
    while True:
        try:
            return _save(happening, rows, decision, effective_on, zone, by, key, parent, to_type, reason, explained)
        except NeedsReason as needed:
            silent = {place for place in needed.by_row if not rows[place].reason}
            if not reason or silent <= explained:
                raise
            explained |= silent


def _save(happening, rows, decision, effective_on, zone, by, key, parent, to_type, reason, explained):
    keys = keys_of(key)
    zones = _zones(happening, rows, zone)
    with writing(zones=zones | zones_touched(_organizations(rows)), by=by):
        own = min(zones)
        stored = None
        if decision is not None:
            try:
                stored = actions.record_decision(
                    number=decision.number, issuer=decision.issuer, issued_on=decision.issued_on,
                    zone=Zone.objects.get(pk=own), by=by,
                )  # fmt: skip
            except Refused as refused:
                raise Refused({-1: refused.by_row[0]}) from refused
        warnings = unusual(happening, rows, stored, by)
        said = {place: row.reason or (reason if place in explained else "") for place, row in enumerate(rows)}
        given = {"decision": stored, "effective_on": None if stored else effective_on}
        if happening.founds:
            events, told = _found(rows, zone, by, keys, parent, said, given)
        else:
            drafts = [
                actions.Draft(
                    happening.kind, row.values["organization"], quantity=row.values.get("quantity") or 1,
                    female=row.values.get("female"), workers=row.values.get("workers"), note=row.values["note"],
                    new_name=row.values.get("new_name", ""), to_type=to_type, reason=said[place],
                    idempotency_key=keys[place], **given,
                )
                for place, row in enumerate(rows)
            ]  # fmt: skip
            events, told = recorded(drafts=drafts, by=by, unusual="allow")
        for place, problems in told.items():
            warnings[place] += problems
        if silent := {place: problems for place, problems in warnings.items() if problems and not said[place]}:
            raise NeedsReason(silent)
    return events


def _found(rows, zone, by, keys, parent, said, given):
    """The organisations of the rows, each in the zone of its enterprise; one act for each zone."""
    places = defaultdict(list)
    for place, row in enumerate(rows):
        host = row.values["enterprise"]
        places[host.zone if host else zone].append(place)
    events: list = [None] * len(rows)
    warnings: dict[int, list[Problem]] = {}
    for each, here in sorted(places.items(), key=lambda pair: pair[0].pk):
        drafts = []
        for place in here:
            values = rows[place].values
            drafts.append(
                actions.OrganizationDraft(
                    values["name"], values["type"], parent=parent, members=values["members"], note=values["note"],
                    enterprises=[values["enterprise"]] if values["enterprise"] else [],
                    reason=said[place], idempotency_key=keys[place], **given,
                )
            )  # fmt: skip
        try:
            _rows, written, told = actions.establish_many(zone=each, drafts=drafts, by=by, unusual="allow")
        except Refused as refused:
            raise type(refused)({here[index]: problems for index, problems in refused.by_row.items()}) from refused
        for place, event in zip(here, written, strict=True):
            events[place] = event
        warnings |= {here[index]: problems for index, problems in told.items()}
    return events, warnings


def _organizations(rows):
    return [row.values["organization"].pk for row in rows if row.values.get("organization")]


def _zones(happening, rows, zone):
    """The zones whose facts the rows are; the first of them records the decision."""
    if not happening.founds:
        return {row.values["organization"].zone_id for row in rows}
    return {row.values["enterprise"].zone_id if row.values["enterprise"] else zone.pk for row in rows}


# ------------------------------------------------------------------------------------------ what is unusual


def unusual(happening: Happening, rows: list[Row], decision: Decision | None, by: User) -> dict[int, list[Problem]]:
    """What may have been entered twice: in this form, or under this decision, or beside what stands there already."""
    found: dict[int, list[Problem]] = defaultdict(list)
    if happening.founds:
        _standing_already(happening, rows, by, found)
        return found
    first: dict[int, int] = {}
    for place, row in enumerate(rows):
        pk = row.values["organization"].pk
        if pk in first:
            message = _("Row %(row)s is of the same organisation: is this another fact?")
            found[place].append(Problem(message, {"row": first[pk] + 1}, "organization", "twice"))
        first.setdefault(pk, place)
    if decision is not None:
        for event in Event.objects.live().filter(decision=decision, kind=happening.kind, organization__in=first):
            counted = RULES[happening.kind].counted
            message = (
                _("The ledger has this already under the same decision, with %(quantity)s people.")
                if counted
                else _("The ledger has this already under the same decision.")
            )
            told = {"quantity": abs(event.quantity)} if counted else {}
            found[first[event.organization_id]].append(Problem(message, told, "organization", "recorded"))
    return found


def _standing_already(happening, rows, by, found):
    """Another organisation of the sector stands in the enterprise; units within another one are none."""
    hosts = {row.values["enterprise"].pk for row in rows if row.values["enterprise"]}
    component = OrganizationType.Level.COMPONENT
    standing = Organization.objects.live().visible_to(by).filter(sector=happening.sector, dissolved_on=None)
    links = Coverage.objects.filter(
        enterprise__in=hosts, valid_to=None, organization__in=standing.exclude(type__level=component)
    ).exclude(organization__status="absent").order_by("organization")  # fmt: skip
    there = {}
    for host, name, type_ in links.values_list("enterprise", "organization__name", "organization__type__name"):
        there.setdefault(host, (name, type_))
    first: dict[int, int] = {}
    for place, row in enumerate(rows):
        host = row.values["enterprise"]
        if host is None or row.values["type"].level == component:
            continue
        if host.pk in there:
            message = _("“%(name)s” (%(type)s) works in this enterprise already: is it the same organisation?")
            name, type_ = there[host.pk]
            found[place].append(Problem(message, {"name": name, "type": type_}, "enterprise", "standing"))
        elif host.pk in first:
            message = _("Row %(row)s is in the same enterprise: is this another organisation?")
            found[place].append(Problem(message, {"row": first[host.pk] + 1}, "enterprise", "twice"))
        first.setdefault(host.pk, place)


def take_back(events: list[Event], *, by: User, reason: str) -> None:
    """Reverse ``events``, the lines of one saved form, as one act; organisations founded by them stand no more."""
    require_reason(reason)
    recorded(drafts=[], reversing=events, by=by, reason=reason)
