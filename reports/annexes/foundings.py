"""Phụ lục 2: the organisations newly founded, each with the decision that founds it."""

from datetime import timedelta
from functools import reduce
from operator import or_

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from organizations.models import Event, Headcount, Park, Sector
from reports.tables import Column, Kind, Row, State, Table
from targets.measures import new_organizations

FOUNDING_DAYS = 90  # a count of members taken later is no count of founding members
SECTORS = {
    Sector.PARTY: ("I", gettext_noop("Party organisations")),
    Sector.UNION: ("II", gettext_noop("Trade unions")),
    Sector.YOUTH: ("III", gettext_noop("Youth organisations")),
}


def foundings(*, zone_ids, first_year, last_year, as_of, user=None) -> Table:
    """One row for each founding that counts as new and still stands, by sector and date, with subtotals.

    Members at founding are those counted with the founding decision, else the first count within ``FOUNDING_DAYS`` of
    it. ``user`` leaves out what that person may not see.
    """
    events = Event.objects.all() if user is None else Event.objects.visible_to(user)
    events = list(
        events.in_zones(zone_ids)
        .filter(reduce(or_, (new_organizations(sector=sector).q() for sector in SECTORS)))
        .in_years(first_year, last_year)
        .as_of(as_of)
        .live()
        .select_related("organization", "type", "enterprise", "park", "decision")
        .order_by("effective_on", "organization__sort_key", "pk")
    )
    members = _members_at_founding(events, as_of)
    rows = []
    for sector, (numeral, words) in SECTORS.items():
        found = [event for event in events if event.sector == sector]
        if not found:
            continue
        rows.append(_sum(numeral, f"{_(words)}: {len(found)}", found, members, heading=True))
        rows += [_row(number, event, members) for number, event in enumerate(found, start=1)]
    total = _sum("", _("Total: %(count)s organisations") % {"count": len(events)}, events, members) if events else None
    return Table(
        name="foundings",
        number=_("Annex %(number)s") % {"number": 2},
        title=_("Organisations newly founded"),
        columns=[
            Column("number", _("No."), centred=True),
            Column("name", _("Name of the organisation")),
            Column("type", _("Type")),
            Column("place", _("Enterprise, industrial park")),
            Column("decision", _("Decision number")),
            Column("decided_on", _("Date of decision"), Kind.DATE),
            Column("members", _("Members at founding"), Kind.COUNT),
        ],
        rows=rows,
        total=total,
        notes=[
            _("Members at founding: counted with the decision or within %(days)s days; known of %(known)s of %(all)s.")
            % {"days": FOUNDING_DAYS, "known": len(members), "all": len(events)}
        ]
        if events
        else [],
        empty=_("No organisation was newly founded in this period."),
    )


def _row(number, event, members):
    place = [event.enterprise.name] if event.enterprise else []
    if event.park.code != Park.NONE:
        place.append(event.park.name)
    return Row(
        {
            "number": number,
            "name": event.organization.name,
            "type": event.type.name,
            "place": ", ".join(place),
            "decision": event.decision.number if event.decision else _("not recorded"),
            "decided_on": event.effective_on,
            "members": members.get(event.pk, State.NO_DATA),
        }
    )


def _sum(number, words, events, members, heading=False):
    counts = [members[event.pk] for event in events if event.pk in members]
    values = {"number": number, "name": words, "members": sum(counts) if counts else State.NO_DATA}
    return Row(values, heading=heading)


def _members_at_founding(events, as_of) -> dict[int, int]:
    """Event id → members, for the events that have a count (one query)."""
    foundings = {event.organization_id: event for event in events}
    rows = (
        Headcount.objects.live()
        .as_of(as_of)
        .filter(organization__in=list(foundings))
        .order_by("on", "pk")
        .values_list("organization_id", "on", "decision_id", "total")
    )
    found: dict[int, tuple[bool, int]] = {}
    for organization_id, day, decision_id, total in rows:
        event = foundings[organization_id]
        of_decision = decision_id is not None and decision_id == event.decision_id
        in_time = timedelta(0) <= day - event.effective_on <= timedelta(days=FOUNDING_DAYS)
        if (of_decision or in_time) and (event.pk not in found or (of_decision and not found[event.pk][0])):
            found[event.pk] = (of_decision, total)
    return {pk: total for pk, (_of_decision, total) in found.items()}
