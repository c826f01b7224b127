"""What is behind a rate: its numerator and denominator in words, and the list of what the denominator counts.

Of enterprises the list says which of them have an organisation, of organisations how many members were counted and
when; what nobody has counted comes first and is never taken for 0.
"""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organizations.models import Enterprise, Headcount, Organization
from reports.figures import Figure
from reports.heard import Tree
from reports.shares import Shares
from targets.levels import Thing
from vietnamese.dates import format_date

from .question import Question
from .wording import nothing_to_divide_by, number

PAGE = 100


@dataclass(frozen=True, slots=True)
class PartLine:
    """One thing of the denominator. ``counts`` says whether the numerator has it, too (None: it counts events)."""

    name: str
    url: str
    zone: str
    said: str
    counts: bool | None = None
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """``formula`` is the division in numbers; ``unknown`` says how much of it is not known, "" for nothing."""

    formula: str
    numerator: str
    numerator_help: str
    denominator: str
    denominator_help: str
    numerator_total: str
    denominator_total: str
    on: date
    unknown: str
    title: str
    page: Page
    lines: list[PartLine]
    previous: str
    next: str


def parts(question: Question, figure: Figure, page: str) -> Parts | None:
    """The parts of the rate of one year; None before the year has begun."""
    share, indicator = figure.share, figure.indicator
    if share is None:
        return None
    tree = Tree()
    shares = Shares(tree, tree.below(figure.zone.pk), question.as_of, question.known_at)
    measure = indicator.counted
    whole = shares.amount(measure.denominator, indicator, figure.zone.pk, figure.period)
    having: set[str] | None = None
    if measure.is_level:
        numerator = shares.amount(measure.numerator, indicator, figure.zone.pk, figure.period)
        having = {thing.key for thing in numerator.things}
    listed = Enterprise if measure.denominator.of == "enterprise" else Organization
    names = dict(listed.objects.filter(pk__in=[thing.row for thing in whole.things]).values_list("pk", "sort_key"))

    def place(thing: Thing):
        return thing.amount is not None, having is not None and thing.key in having, names.get(thing.row, "")

    shown = Paginator(sorted(whole.things, key=place), PAGE).get_page(page)
    rows = listed.objects.in_bulk([thing.row for thing in shown.object_list])
    days = _counted_on(shown.object_list, share.on, question.known_at) if listed is Organization else {}
    lines = [_line(thing, rows[thing.row], tree, having, days) for thing in shown.object_list]

    def address(number):
        return question.events(indicator, zone=figure.zone.code, things=number if number > 1 else None)

    return Parts(
        formula=_formula(figure),
        numerator=str(measure.numerator.label),
        numerator_help=str(measure.numerator.help),
        denominator=str(measure.denominator.label),
        denominator_help=str(measure.denominator.help),
        numerator_total=number(share.numerator),
        denominator_total=number(share.denominator),
        on=share.on,
        unknown=_unknown(share),
        title=_("What it is divided by: %(what)s, %(day)s")
        % {"what": measure.denominator.label, "day": format_date(share.on)},
        page=shown,
        lines=lines,
        previous=address(shown.previous_page_number()) if shown.has_previous() else "",
        next=address(shown.next_page_number()) if shown.has_next() else "",
    )


def _line(thing, row, tree, having, days):
    if having is not None:
        counts = thing.key in having
        said = _("has an organisation") if counts else _("has none")
        return PartLine(row.name, row.get_absolute_url(), tree.name(thing.zone_id), said, counts)
    if thing.amount is None:
        said = _("no headcount by then")
        return PartLine(row.name, row.get_absolute_url(), tree.name(thing.zone_id), said, unknown=True)
    said = _("%(count)s, counted on %(day)s") % {"count": number(thing.amount), "day": format_date(days[thing.row])}
    return PartLine(row.name, row.get_absolute_url(), tree.name(thing.zone_id), said)


def _counted_on(things, on, known_at):
    """When each organisation was counted last by the day."""
    rows = Headcount.objects.known_at(known_at).filter(organization__in=[thing.row for thing in things]).as_of(on)
    rows = list(rows.order_by("on", "pk").values_list("pk", "organization", "on", "withdrawn", "replaces"))
    replaced = {row[-1] for row in Headcount.objects.known_at(known_at).filter(replaces__in=[row[0] for row in rows])
                .values_list("pk", "replaces")}  # fmt: skip
    return {row[1]: row[2] for row in rows if not row[3] and row[0] not in replaced}


def _formula(figure):
    share, unit = figure.share, figure.indicator.unit
    values = {
        "numerator": number(share.numerator), "denominator": number(share.denominator),
        "factor": number(share.factor.normalize() if share.factor % 1 else int(share.factor)),
        "value": number(share.value), "unit": unit,
    }  # fmt: skip
    if share.value is None:
        return nothing_to_divide_by(figure) if not share.denominator else _("Nothing was reported of the numerator.")
    return _("%(numerator)s ÷ %(denominator)s × %(factor)s = %(value)s (%(unit)s)") % values


def _unknown(share):
    if not share.unknown:
        return ""
    count = len(share.unknown)
    words = ngettext(
        "%(count)s organisation that nobody had counted by %(day)s is left out; it stands first in the list.",
        "%(count)s organisations that nobody had counted by %(day)s are left out; they stand first in the list.",
        count,
    )
    return words % {"count": number(count), "day": format_date(share.on)}
