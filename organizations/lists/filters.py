"""What the lists may be asked beyond what the API asks: the same filters, and those a clerk works by."""

import django_filters as filters
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.api.filters import AnyOfFilter, YearFilter
from organizations.api.registers import EnterpriseFilters, OrganizationFilters
from organizations.lifecycle import FOUNDING
from organizations.models import (
    Coverage,
    Event,
    OrganizationType,
    Park,
    Sector,
    covered_by,
    latest_of,
)

YES, NO = "yes", "no"
LONGEST_ID = 19  # digits: as many no id of ours has
SIZES = {  # by workers: from, up to
    "1": (0, 49),
    "50": (50, 199),
    "200": (200, 999),
    "1000": (1000, None),
    "unknown": None,
}
SIZE_LABELS = [
    ("1", _("under 50 workers")),
    ("50", _("50–199 workers")),
    ("200", _("200–999 workers")),
    ("1000", _("1,000 workers and more")),
    ("unknown", _("number of workers not known")),
]


def parks_of(request):
    """The parks a person may ask for, and the one that stands for none."""
    return (Park.objects.visible_to(request.user) | Park.objects.filter(code=Park.NONE)).order_by("sort_key")


class RowsField(filters.fields.ModelMultipleChoiceField):
    """Rows by id; what is too long for an id of ours is none of them."""

    def _check_values(self, value):
        for one in value:
            if not (one.isascii() and one.isdigit() and len(one) < LONGEST_ID):
                raise ValidationError(self.error_messages["invalid_choice"], code="invalid", params={"value": one})
        return super()._check_values(value)


class ParksFilter(filters.ModelMultipleChoiceFilter):
    """Any of several parks, by id."""

    field_class = RowsField

    def __init__(self, **options):
        super().__init__(queryset=parks_of, distinct=False, **options)


class YesNoFilter(filters.ChoiceFilter):
    """Has it, or has it not: ``condition`` of the request's day says what."""

    def __init__(self, condition, *, yes, no, **options):
        self.condition = condition
        super().__init__(choices=[(YES, yes), (NO, no)], **options)

    def filter(self, queryset, value):
        if not value:
            return queryset
        return queryset.filter(self.condition() if value == YES else ~self.condition())


def covered_today(sector):
    return lambda: covered_by(sector, timezone.localdate())


class EnterpriseListFilters(EnterpriseFilters):
    """What the list of enterprises may be asked."""

    ordering = tax_code = started_on__gte = started_on__lte = None  # words and columns say these
    park = ParksFilter(label=_("Industrial park"))
    size = AnyOfFilter(method="of_size", choices=SIZE_LABELS, label=_("Size"))
    party = YesNoFilter(
        covered_today(Sector.PARTY),
        label=_("Party organisation"),
        yes=_("with a Party organisation"),
        no=_("without a Party organisation"),
    )
    union = YesNoFilter(
        covered_today(Sector.UNION), label=_("Trade union"), yes=_("with a trade union"), no=_("without a trade union")
    )
    youth = YesNoFilter(
        covered_today(Sector.YOUTH),
        label=_("Youth organisation"),
        yes=_("with a youth organisation"),
        no=_("without a youth organisation"),
    )
    coded = YesNoFilter(
        lambda: ~Q(tax_code=""), label=_("Tax code"), yes=_("with a tax code"), no=_("tax code missing")
    )

    def of_size(self, queryset, name, value):
        if not value:
            return queryset
        workers, found = latest_of("enterprise", timezone.localdate()), Q()
        for size in value:
            if (span := SIZES[size]) is None:
                found |= Q(size_in_workers=None)
            else:
                low, high = span
                found |= Q(size_in_workers__gte=low) & (Q() if high is None else Q(size_in_workers__lte=high))
        return queryset.alias(size_in_workers=workers).filter(found)


def founding_decided():
    """That a standing founding event names its decision.

    Asked as a set: by organisation, SQLite would go through every event that has a decision, again for each.
    """
    decided = Event.objects.live().filter(kind__in=FOUNDING, decision__isnull=False)
    return Q(pk__in=decided.order_by().values("organization"))


class OrganizationListFilters(OrganizationFilters):
    """What the list of organisations may be asked."""

    ordering = code = active_on = founded_on__gte = founded_on__lte = None
    type = filters.ModelMultipleChoiceFilter(
        queryset=OrganizationType.objects.order_by("sector", "order"),
        field_name="type__code",
        to_field_name="code",
        distinct=False,
        label=_("Type"),
    )
    park = ParksFilter(method="in_parks", label=_("Industrial park"))
    founded = YearFilter(field_name="founded_on", lookup_expr="year", label=_("Founded in the year"))
    decision = YesNoFilter(
        founding_decided,
        label=_("Founding decision"),
        yes=_("founding decision recorded"),
        no=_("founding decision missing"),
    )

    def in_parks(self, queryset, name, value):
        if not value:
            return queryset
        leads = Coverage.objects.filter(is_lead=True, valid_to=None, enterprise__park__in=value)
        return queryset.filter(pk__in=leads.values("organization"))
