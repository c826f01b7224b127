from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from tree_queries.fields import TreeNodeForeignKey
from tree_queries.query import TreeQuerySet

from .base import LIVE, NamedRow, RegisterRow, where_given
from .enterprise import Dated, from_before_to


class Sector(models.TextChoices):
    PARTY = "party", _("Party")
    UNION = "union", _("trade union")
    YOUTH = "youth", _("youth")


class OrganizationType(NamedRow, Dated):
    """A type of organisation: reference data with a period of validity, for the rules change with the charters."""

    class Level(models.TextChoices):
        CELL = "cell", _("cell")
        COMMITTEE = "committee", _("committee")
        SUPERIOR = "superior", _("superior of grassroots")
        COMPONENT = "component", _("component unit")

    code = models.CharField(_("code"), max_length=40, unique=True)
    sector = models.CharField(_("sector"), max_length=8, choices=Sector.choices)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    counts_as_new = models.BooleanField(_("founding one counts as a new organisation"), default=True)
    founding_members = models.PositiveSmallIntegerField(_("members needed at founding"), default=0)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("type of organisation")
        verbose_name_plural = _("types of organisation")
        ordering = ["sector", "order"]
        constraints = [from_before_to("organization_type_valid_from_before_to")]


class OrganizationStatus(models.TextChoices):
    ABSENT = "absent", _("not founded")
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    AWAY = "away", _("handed over")
    ENDED = "ended", _("ended")


class OrganizationQuerySet(TreeQuerySet):
    def visible_to(self, user):
        """Organisations of the person's zones now, and those with an event there (read-only)."""
        from organizations.access import scope_of

        from .ledger import Event

        ids = scope_of(user).zone_ids
        if ids is None:
            return self
        return self.filter(Q(zone__in=ids) | Exists(Event.objects.filter(organization=OuterRef("pk"), zone__in=ids)))

    def live(self):
        return self.filter(LIVE)

    def of_sector(self, sector):
        return self.filter(sector=sector)

    def standing(self):
        """Organisations that have begun and not ended, at work or suspended."""
        return self.live().filter(status__in=(OrganizationStatus.ACTIVE, OrganizationStatus.SUSPENDED))

    def uncounted_in(self, year):
        """Standing organisations whose members nobody has counted in ``year``."""
        from .headcount import Headcount

        counted = Headcount.objects.live().filter(organization=OuterRef("pk"), on__year=year)
        return self.standing().exclude(Exists(counted))

    def active(self, on):
        """Organisations in existence on the day ``on``."""
        return self.live().filter(Q(founded_on__lte=on), Q(dissolved_on=None) | Q(dissolved_on__gt=on))


class Organization(RegisterRow):
    """A Party, union or youth organisation. Type, zone, status and dates are what its events replay to."""

    code = models.CharField(_("code"), max_length=40, blank=True)
    zone = models.ForeignKey(
        "organizations.Zone", models.PROTECT, related_name="organizations", db_index=False, verbose_name=_("zone")
    )
    type = models.ForeignKey(OrganizationType, models.PROTECT, related_name="organizations", verbose_name=_("type"))
    sector = models.CharField(_("sector"), max_length=8, choices=Sector.choices)
    parent = TreeNodeForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=OrganizationStatus.choices, default=OrganizationStatus.ABSENT
    )
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    dissolved_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = OrganizationQuerySet.as_manager(with_tree_fields=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["sort_key", "id"]
        indexes = [
            models.Index(fields=["zone", "sector", "sort_key"], name="organization_by_name"),
            models.Index(fields=["zone", "type", "search_key"], name="organization_by_key"),
            where_given("duplicate_of", name="organization_by_survivor"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "code"],
                condition=LIVE & ~Q(code=""),
                name="organization_code_once_a_zone",
                violation_error_message=_("An organisation of this zone has this code already."),
            ),
            models.UniqueConstraint(
                fields=["zone", "type", "search_key"],
                condition=LIVE & Q(code="") & Q(dissolved_on=None),
                name="organization_name_once_a_zone",
                violation_error_message=_("An organisation of this zone has this type and name already."),
            ),
        ]

    def get_absolute_url(self):
        return reverse("organizations:organization", args=[self.pk])


class CoverageQuerySet(models.QuerySet):
    def in_force(self, on):
        """Links that hold on the day, to organisations in existence then."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=on),
            Q(valid_to=None) | Q(valid_to__gte=on),
            Q(organization__dissolved_on=None) | Q(organization__dissolved_on__gt=on),
            organization__founded_on__lte=on,
            organization__voided_by=None,
            organization__duplicate_of=None,
        )


def covered_by(sector, on):
    """That an organisation of ``sector`` works on the day in the enterprise that the outer query stands at."""
    return Exists(Coverage.objects.in_force(on).filter(enterprise=OuterRef("pk"), organization__sector=sector))


class Coverage(Dated):
    """An enterprise an organisation works in, for a dated period; a joint cell has several and one leads."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="coverage", verbose_name=_("organisation")
    )
    enterprise = models.ForeignKey(
        "organizations.Enterprise", models.PROTECT, related_name="coverage", verbose_name=_("enterprise")
    )
    is_lead = models.BooleanField(_("gives park and ownership"), default=False)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("enterprise covered")
        verbose_name_plural = _("enterprises covered")
        ordering = ["organization", "-is_lead", "id"]
        constraints = [
            from_before_to("coverage_valid_from_before_to"),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(is_lead=True, valid_to=None),
                name="coverage_one_lead",
                violation_error_message=_("One enterprise leads a joint organisation."),
            ),
        ]

    def __str__(self):
        return f"{self.organization} · {self.enterprise}"


class Succession(models.Model):
    """Which organisation followed which, by merger or split."""

    predecessor = models.ForeignKey(
        Organization, models.PROTECT, related_name="successions", verbose_name=_("predecessor")
    )
    successor = models.ForeignKey(Organization, models.PROTECT, related_name="origins", verbose_name=_("successor"))
    on = models.DateField(_("date"))

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once")]

    def __str__(self):
        return f"{self.predecessor} → {self.successor}"
