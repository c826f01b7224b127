"""What is said of an organisation for a year: said once, corrected with a reason, withdrawn with a reason."""

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
    return _say(OrganizationRating, organization, year, {"grade": grade, "decision_id": decision and decision.pk}, by)


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
    return _say(AdmissionSource, organization, year, said, by)


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


def _say(model, organization, year, said, by):
    require(by, Act.ENTER, organization.zone_id)
    with writing(zones=[organization.zone_id], by=by) as book:
        organization.refresh_from_db()
        if organization.zone_id not in book.heads:
            raise Conflict  # handed over while this act waited for its turn
        _check(model, organization, year, said, book, organization.zone_id)
        refuse({0: list(withdrawn([organization]).values())})
        if there := model.objects.live().filter(organization=organization, year=year).first():
            message = _("%(organization)s has this for %(year)s already: correct that instead.")
            raise Refused.one(message, field="year", code="exists", organization=organization, year=there.year)
        row = book.append(
            bulk.new(model, zone_id=organization.zone_id, organization_id=organization.pk, year=year, **said)
        )
    return row


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
        _check(type(row), row.organization, row.year, said, book, row.zone_id)
        new = book.append(
            bulk.new(
                type(row), zone_id=row.zone_id, organization_id=row.organization_id, year=row.year, replaces_id=row.pk,
                withdrawn=withdrawn, reason=reason, **said,
            )
        )  # fmt: skip
    return new


def _check(model, organization, year, said, book, zone_id):
    if not isinstance(year, int) or not FIRST_DAY.year <= year <= book.today.year:
        message = _("“%(year)s”: give a year from %(first)s to %(last)s.")
        raise Refused.one(message, field="year", year=year, first=FIRST_DAY.year, last=book.today.year)
    problems = []
    # what is said of a year is known at its end: a lock of that day closes it
    if problem := Locks([zone_id]).problem(zone_id, date(year, 12, 31), field="year"):
        problems.append(problem)
    founded, ended = organization.founded_on, organization.dissolved_on
    if (founded and year < founded.year) or (ended and year > ended.year):
        message = _("%(organization)s did not exist in %(year)s.")
        problems.append(Problem(message, {"organization": organization, "year": year}, "year", "lifecycle"))
    if model is OrganizationRating:
        if said["grade"] not in OrganizationRating.Grade.values:
            problems.append(Problem(_("Choose the grade."), {}, "grade", "required"))
    else:
        if organization.sector != Sector.PARTY:
            message = _("Admission sources are counted for Party organisations.")
            problems.append(Problem(message, {}, "", "sector"))
        given = {name: value for name, value in said.items() if value is not None}
        problems += [problem for name, value in given.items() if (problem := count_problem(value, name))]
        if not given:
            problems.append(Problem(_("Give at least one number."), {}, "introduced", "required"))
    refuse({0: problems})
