"""What is said of an organisation for a year: said once, corrected with a reason, withdrawn with a reason."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations import bulk
from organizations.access import Act, require
from organizations.ledger import writing
from organizations.models import AdmissionSource, Decision, Organization, OrganizationRating, Sector
from organizations.models.rating import YearRow
from organizations.problems import Conflict, Problem, Refused

from .checks import FIRST_DAY, Locks, count_problem, refuse, require_reason, too_long, withdrawn

NUMBERS = AdmissionSource.said


def rate_organization(
    *, organization: Organization, year: int, grade: str, by: User, decision: Decision | None = None
) -> OrganizationRating:
    """Say how ``organization`` did its tasks in ``year``. Refused when the year has a grade: that one is corrected."""
    return rate_organizations(grades={organization: grade}, year=year, by=by, decision=decision)[0]


def rate_organizations(
    *, grades: Mapping[Organization, str], year: int, by: User, decision: Decision | None = None
) -> list[OrganizationRating]:
    """Say how each of these did its tasks in ``year``: all or none, in their order.

    Raises Refused with the problems of each by its place in ``grades``.
    """
    decided = decision and decision.pk
    said = {row: {"grade": grade, "decision_id": decided} for row, grade in grades.items()}
    return _say(OrganizationRating, said, year, by)


def record_admission_source(
    *,
    organization: Organization,
    year: int,
    by: User,
    introduced: int | None = None,
    trained: int | None = None,
    under_review: int | None = None,
) -> AdmissionSource:
    """Count, for ``year``, people introduced, people trained and files under review. Numbers only."""
    said = {"introduced": introduced, "trained": trained, "under_review": under_review}
    return _say(AdmissionSource, {organization: said}, year, by)[0]


def correct_year_row(*, row: YearRow, reason: str, by: User, **said: Any) -> YearRow:
    """Put another row of the same year in the place of ``row``; ``said`` are its columns (``decision`` as a row).

    Raises Conflict when it was replaced or withdrawn already.
    """
    if "decision" in said:
        decision = said.pop("decision")
        said["decision_id"] = decision and decision.pk
    if unknown := said.keys() - set(row.said):
        raise TypeError(f"not columns of {type(row).__name__}: {sorted(unknown)}")
    return _replace(row, {name: getattr(row, name) for name in row.said} | said, reason, by)


def withdraw_year_row(*, row: YearRow, reason: str, by: User) -> YearRow:
    """Say that what ``row`` said is not so and nothing is known instead; the row stays readable."""
    return _replace(row, {name: getattr(row, name) for name in row.said}, reason, by, withdrawn=True)


def _say(model, said, year, by):
    """A row for each organisation of ``said``, which maps it to what is said of it."""
    zones = {organization.zone_id for organization in said}
    for zone_id in zones:
        require(by, Act.ENTER, zone_id)
    with writing(zones=zones, by=by) as book:
        fresh = Organization.objects.in_bulk([organization.pk for organization in said])
        rows = [fresh[organization.pk] for organization in said]
        if any(row.zone_id not in book.heads for row in rows):
            raise Conflict  # handed over while this act waited for its turn
        problems = _problems(model, dict(zip(rows, said.values(), strict=True)), year, book)
        gone, there = withdrawn(rows), set()
        if not any(problems.values()):
            there = set(
                model.objects.live().filter(organization__in=rows, year=year).values_list("organization", flat=True)
            )
        for place, row in enumerate(rows):
            if row in gone:
                problems[place].append(gone[row])
            elif row.pk in there:
                message = _("%(organization)s has this for %(year)s already: correct that instead.")
                problems[place].append(Problem(message, {"organization": row, "year": year}, "year", "exists"))
        refuse(problems)
        return [
            book.append(bulk.new(model, zone_id=row.zone_id, organization_id=row.pk, year=year, **values))
            for row, values in zip(rows, said.values(), strict=True)
        ]


def _replace(row, said, reason, by, withdrawn=False):
    require(by, Act.ENTER, row.zone_id)
    require_reason(reason)
    with writing(zones=[row.zone_id], by=by) as book:
        refuse({0: too_long(type(row), reason=reason)})
        if row.withdrawn or type(row).objects.filter(replaces=row).exists():
            raise Conflict
        if not withdrawn and all(getattr(row, name) == value for name, value in said.items()):
            message = _("Nothing is different from what is recorded: change something, or cancel.")
            raise Refused.one(message, code="same")
        refuse(_problems(type(row), {row.organization: said}, row.year, book, zone_id=row.zone_id))
        new = book.append(
            bulk.new(
                type(row), zone_id=row.zone_id, organization_id=row.organization_id, year=row.year, replaces_id=row.pk,
                withdrawn=withdrawn, reason=reason, **said,
            )
        )  # fmt: skip
    return new


def _problems(model, said, year, book, zone_id=None):
    """What is wrong, by the place of each organisation; ``zone_id`` is the zone of a row said when it stood there."""
    if not isinstance(year, int) or not FIRST_DAY.year <= year <= book.today.year:
        message = _("“%(year)s”: give a year from %(first)s to %(last)s.")
        raise Refused.one(message, field="year", year=year, first=FIRST_DAY.year, last=book.today.year)
    locks = Locks({zone_id or organization.zone_id for organization in said})
    return {
        place: [*_problems_of_one(model, organization, year, values, locks, zone_id or organization.zone_id)]
        for place, (organization, values) in enumerate(said.items())
    }


def _problems_of_one(model, organization, year, said, locks, zone_id):
    # what is said of a year is known at its end: a lock of that day closes it
    if problem := locks.problem(zone_id, date(year, 12, 31), field="year"):
        yield problem
    founded, ended = organization.founded_on, organization.dissolved_on
    if (founded and year < founded.year) or (ended and year > ended.year):
        message = _("%(organization)s did not exist in %(year)s.")
        yield Problem(message, {"organization": organization, "year": year}, "year", "lifecycle")
    if model is OrganizationRating:
        if said["grade"] not in OrganizationRating.Grade.values:
            yield Problem(_("Choose the grade."), {}, "grade", "required")
        return
    if organization.sector != Sector.PARTY:
        message = _("Admission sources are counted for Party organisations.")
        yield Problem(message, {}, "", "sector")
    given = {name: value for name, value in said.items() if value is not None}
    yield from (problem for name, value in given.items() if (problem := count_problem(value, name)))
    if not given:
        yield Problem(_("Give at least one number."), {}, "introduced", "required")
