"""Makers of invented rows, for every room's tests: ``make.organization(zone=kkt, type="union_base")``.

Each goes through the acts of ``organizations.actions`` and ``targets.actions``, so what it makes is in the ledger
and in the totals. Who records is the built-in account ``system`` unless ``by`` says otherwise. What is not given is
invented: names and numbers count up, tax codes come from the reserved block 0299…, nothing names a real person.
"""

from datetime import date
from itertools import count

from django.utils import timezone

from accounts.models import SYSTEM_USERNAME, User
from organizations import access, actions
from organizations.models import Assignment, Decision, Enterprise, Event, OrganizationType, Park, PeriodLock, Zone
from targets.actions import Saying, assign_target, declare_all
from targets.models import Declaration, Indicator, Target
from targets.periods import Period
from vietnamese.tax_codes import check_digit

DAY = date(2024, 5, 20)  # when something happens, unless the test says otherwise
CITY = "HP"
ISSUER = "Đảng ủy Khu kinh tế Hải Phòng"
PASSWORD = "correct horse battery"

_next = count(1)


def system() -> User:
    """The built-in account that records what commands write; it may do everything."""
    return User.objects.get(username=SYSTEM_USERNAME)


def user(username="", *, role=None, zone=None, password=PASSWORD, full_name="", valid_from=None, valid_to=None) -> User:
    """A person with ``role`` ("clerk", "leader", "board", "admin") in ``zone``; without a role, a stranger."""
    username = username or f"user{next(_next)}"
    if role is None:
        return User.objects.create_user(username, password=password, full_name=full_name)
    person = access.create_user(username=username, role=role, zone=zone, password=password, full_name=full_name)
    if valid_from or valid_to:
        Assignment.objects.filter(user=person).update(valid_from=valid_from, valid_to=valid_to)
        access.forget_scope(person)
    return person


# ------------------------------------------------------------------------------------------ the map


def city() -> Zone:
    """The one zone without a parent, made when first asked for."""
    return Zone.objects.filter(parent=None).first() or actions.create_zone(
        code=CITY, name="Thành phố Hải Phòng", short_name="Hải Phòng", kind=Zone.Kind.CITY, by=system()
    )


def zone(code="", *, parent=None, name="", by=None, **values) -> Zone:
    """A zone of this code: the one there is, or a new one under ``parent`` (the city)."""
    code = code or f"HP-Z{next(_next)}"
    if found := Zone.objects.filter(code=code).first():
        return found
    return actions.create_zone(
        code=code, name=name or f"Khu {code}", parent=parent or city(), by=by or system(), **values
    )


def park(name="", *, zone=None, by=None, **values) -> Park:
    """A park of this name: the one there is, or a new one, placed in ``zone`` when it is given."""
    name = name or f"KCN Số {next(_next)}"
    return Park.objects.filter(name=name).first() or actions.create_park(
        name=name, zone=zone, by=by or system(), **values
    )


_park = park  # for the makers that have a parameter of this name


def tax_code(number=None) -> str:
    """A tax code of the reserved block 0299… whose check digit holds; the next one, or the one of ``number``."""
    numbers = count(number) if number is not None else _next
    for candidate in numbers:
        nine = f"0299{candidate:05d}"
        if (digit := check_digit(nine)) is not None:
            return f"{nine}{digit}"


def enterprise(name="", *, zone=None, park=None, workers=None, workers_on=DAY, by=None, **values) -> Enterprise:
    """An enterprise of ``zone`` (the city), private unless ``ownership`` says otherwise, with ``workers`` on a day."""
    zone = zone or city()
    values.setdefault("tax_code", tax_code())
    values.setdefault("ownership", "private")
    return actions.record_enterprise(
        zone=zone,
        by=by or system(),
        name=name or f"Công ty TNHH Số {next(_next)}",
        park=park or _park(f"KCN {zone.code}", zone=zone),
        workers=workers,
        workers_on=workers_on if workers is not None else None,
        **values,
    )


# ------------------------------------------------------------------------------------------ facts


def decision(number="", *, on=DAY, zone=None, issuer=ISSUER, by=None, **values) -> Decision:
    """A decision of that date, recorded by ``zone`` (the city)."""
    return actions.record_decision(
        number=number or f"{next(_next)}-QĐ/ĐU",
        issued_on=on,
        zone=zone or city(),
        issuer=issuer,
        by=by or system(),
        **values,
    )


_decision = decision


def type_(code) -> OrganizationType:
    """The seeded type of organisation of this code: "party_cell", "union_base", "youth_base_cell" …"""
    return code if isinstance(code, OrganizationType) else OrganizationType.objects.get(code=code)


def organization(
    name="",
    *,
    zone=None,
    type="party_cell",
    on=DAY,
    decision=None,
    enterprises=(),
    members=None,
    by=None,
    reason="",
    **values,
):
    """An organisation of ``zone`` (the city), founded on a day by a decision, with its event in the ledger."""
    zone = zone or city()
    return actions.establish(
        zone=zone,
        name=name or f"Tổ chức Số {next(_next)}",
        type=type_(type),
        by=by or system(),
        decision=decision or _decision(on=on, zone=zone),
        enterprises=enterprises,
        members=members,
        reason=reason,
        **values,
    )


def admission(organization, quantity=1, *, on=DAY, by=None, **values) -> Event:
    """``quantity`` people admitted to the Party by a decision of that date."""
    if "decision" not in values:
        values["decision"] = decision(on=on, zone=organization.zone)
    return actions.admit(organization=organization, quantity=quantity, by=by or system(), **values)


def joining(organization, quantity=1, *, on=DAY, by=None, **values) -> Event:
    """``quantity`` people who joined a union or youth organisation, on a day, without a decision."""
    if "decision" not in values:
        values.setdefault("effective_on", on)
    return actions.join(organization=organization, quantity=quantity, by=by or system(), **values)


def lock(zone, first, last, *, reason="Số liệu đã được tiếp nhận", by=None) -> PeriodLock:
    """A closed period of ``zone`` and the zones below it."""
    return PeriodLock.objects.create(
        zone=zone, valid_from=first, valid_to=last, reason=reason, set_by=by or system(), set_at=timezone.now()
    )


# ------------------------------------------------------------------------------------------ promises


def indicator(code) -> Indicator:
    """The seeded indicator of this code: "party_orgs", "union_members" …"""
    return code if isinstance(code, Indicator) else Indicator.objects.get(code=code)


_indicator = indicator


def target(
    *, zone=None, indicator="union_orgs", year=2024, low=5, high=None, decision=None, by=None, **values
) -> Target:
    """What ``zone`` (the city) was given for an indicator and a year; without ``high`` a single number."""
    return assign_target(
        zone=zone or city(),
        indicator=_indicator(indicator),
        year=year,
        low=low,
        high=low if high is None else high,
        decision=decision,
        by=by or system(),
        **values,
    )


def declaration(
    value="complete", *, zone=None, indicator="union_orgs", period="2024", by=None, reason="Không có đối tượng"
) -> Declaration:
    """What ``zone`` (the city) says of its silence in a period: "2024", "2024-Q1"."""
    saying = Saying.of(zone or city(), _indicator(indicator), Period.parse(period), value)
    return declare_all(sayings=[saying], by=by or system(), reason=reason)[0]


# ------------------------------------------------------------------------------------------ frozen figures


def snapshot(
    *, zone=None, period="2024", as_of=None, by=None, state="draft", submitted_by=None, decided_by=None, reason="Vì sao"
):
    """A snapshot of ``zone`` (the city) in the wanted ``state``, each step taken by somebody who may take it.

    ``by`` drafts, ``submitted_by`` submits, ``decided_by`` accepts, returns and reopens: new people of the right
    roles unless they are given. Without ``as_of`` the figures are those of the period's last day.
    """
    from reports.snapshots import actions as snapshots

    zone = zone or city()
    period = period if isinstance(period, Period) else Period.parse(period)
    row = snapshots.draft(zone=zone, period=period, as_of=as_of or period.last_day, by=by or system())
    if state == "withdrawn":
        return snapshots.withdraw(snapshot=row, by=by or system(), reason=reason)
    if state == "draft":
        return row
    row = snapshots.submit(snapshot=row, by=submitted_by or user(role="leader", zone=zone))
    if state == "submitted":
        return row
    board = decided_by or user(role="board")
    if state == "returned":
        return snapshots.send_back(snapshot=row, by=board, reason=reason)
    row = snapshots.accept(snapshot=row, by=board)
    return snapshots.reopen(snapshot=row, by=board, reason=reason) if state == "reopened" else row
