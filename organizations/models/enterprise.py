from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .base import LIVE, NamedRow, RegisterRow, where_given


class ParkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Parks of the person's zones, whatever the period; the placeholder "none" is never listed."""
        from organizations.access import scope_of

        ids = scope_of(user).zone_ids
        real = self.exclude(code=Park.NONE)
        return real if ids is None else real.in_zones(ids)

    def near(self, zone):
        """Parks in which the zone may have enterprises: its own, those of zones above or below, those of no zone."""
        near = {*zone.lineage_ids(), *zone.subtree_ids()}
        placed = ParkZone.objects.values("park")
        return self.filter(Q(pk__in=placed.filter(zone__in=near)) | ~Q(pk__in=placed))

    def in_zones(self, ids):
        """Parks that belong, or once belonged, to the zones."""
        return self.filter(pk__in=ParkZone.objects.filter(zone__in=ids).values("park"))


class Park(NamedRow):
    """An industrial park: a place. It belongs to a zone for a dated period and has other names."""

    NONE = "none"

    code = models.CharField(_("code"), max_length=40, unique=True)
    area_ha = models.DecimalField(_("area (ha)"), max_digits=9, decimal_places=2, null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ParkQuerySet.as_manager()

    class Meta:
        verbose_name = _("industrial park")
        verbose_name_plural = _("industrial parks")
        ordering = ["sort_key"]

    @classmethod
    def none_id(cls):
        """The id of the row that stands for "in no park", so that totals have no empty dimension."""
        return cls.objects.values_list("pk", flat=True).get(code=cls.NONE)


class ParkAlias(models.Model):
    """Another whole name of a park, as offices write it (Đình Vũ = DEEP C 1)."""

    park = models.ForeignKey(Park, models.CASCADE, related_name="aliases", verbose_name=_("industrial park"))
    name = models.CharField(_("name"), max_length=250)

    class Meta:
        verbose_name = _("other name of a park")
        verbose_name_plural = _("other names of parks")
        ordering = ["name"]

    def __str__(self):
        return self.name


class Dated(models.Model):
    """A link that holds from a first to a last day; an empty end is open."""

    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        abstract = True

    def holds(self, on):
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or self.valid_to >= on)


def from_before_to(name):
    return models.CheckConstraint(
        condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_from__lte=F("valid_to")),
        name=name,
        violation_error_message=_("The first day must not be after the last day."),
    )


class ParkZone(Dated):
    park = models.ForeignKey(Park, models.PROTECT, related_name="zones", verbose_name=_("industrial park"))
    zone = models.ForeignKey("organizations.Zone", models.PROTECT, related_name="parks", verbose_name=_("zone"))

    class Meta:
        verbose_name = _("zone of a park")
        verbose_name_plural = _("zones of parks")
        constraints = [from_before_to("park_zone_valid_from_before_to")]

    def __str__(self):
        return f"{self.park} · {self.zone}"


class Ownership(models.TextChoices):
    """Whose capital; the countries of foreign investors are a second fact."""

    STATE = "state", _("state")
    PRIVATE = "private", _("private")
    FDI = "fdi", _("foreign direct investment")
    FDI_WHOLLY = "fdi_wholly", _("wholly foreign-owned")
    FDI_JOINT = "fdi_joint", _("joint venture")
    UNKNOWN = "unknown", _("not known")
    NONE = "none", _("no enterprise")


FOREIGN = (Ownership.FDI, Ownership.FDI_WHOLLY, Ownership.FDI_JOINT)


class LegalForm(models.TextChoices):
    LIMITED = "limited", _("limited company")
    JOINT_STOCK = "joint_stock", _("joint-stock company")
    PARTNERSHIP = "partnership", _("partnership")
    SOLE = "sole", _("private enterprise")
    COOPERATIVE = "cooperative", _("cooperative")
    NONPUBLIC_UNIT = "nonpublic_unit", _("non-public service unit")
    BRANCH = "branch", _("branch or dependent unit")
    HOUSEHOLD = "household", _("household business")
    OTHER = "other", _("other")
    UNKNOWN = "unknown", _("not known")


class EnterpriseStatus(models.TextChoices):
    OPERATING = "operating", _("operating")
    SUSPENDED = "suspended", _("suspended")
    DISSOLVED = "dissolved", _("dissolved")
    MOVED = "moved", _("moved away")
    NOT_STARTED = "not_started", _("not started yet")


class EnterpriseQuerySet(models.QuerySet):
    def visible_to(self, user):
        from organizations.access import scope_of

        ids = scope_of(user).zone_ids
        return self if ids is None else self.filter(zone__in=ids)

    def live(self):
        return self.filter(LIVE)

    def operating(self):
        return self.live().filter(status=EnterpriseStatus.OPERATING)

    def uncounted_in(self, year):
        """Operating enterprises whose workers nobody has counted in ``year``."""
        from .headcount import Headcount

        counted = Headcount.objects.live().filter(enterprise=OuterRef("pk"), on__year=year)
        return self.operating().exclude(Exists(counted))


class Enterprise(RegisterRow):
    """A host of organisations: company, cooperative or non-public service unit. ``park`` is where it is now."""

    zone = models.ForeignKey(
        "organizations.Zone", models.PROTECT, related_name="enterprises", db_index=False, verbose_name=_("zone")
    )
    park = models.ForeignKey(Park, models.PROTECT, related_name="enterprises", verbose_name=_("industrial park"))
    tax_code = models.CharField(_("tax code"), max_length=14, blank=True)
    legal_form = models.CharField(_("legal form"), max_length=20, choices=LegalForm.choices, default=LegalForm.UNKNOWN)
    ownership = models.CharField(_("ownership"), max_length=12, choices=Ownership.choices, default=Ownership.UNKNOWN)
    countries = models.CharField(_("investors' countries"), max_length=250, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=EnterpriseStatus.choices, default=EnterpriseStatus.OPERATING
    )
    started_on = models.DateField(_("operating since"), null=True, blank=True)
    is_demo = models.BooleanField(_("invented for demonstration"), default=False, editable=False)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ["sort_key", "id"]
        indexes = [
            models.Index(fields=["zone", "sort_key"], name="enterprise_by_name"),
            models.Index(fields=["zone", "search_key"], name="enterprise_by_key"),
            where_given("duplicate_of", name="enterprise_by_survivor"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "tax_code"],
                condition=LIVE & ~Q(tax_code=""),
                name="enterprise_tax_code_once_a_zone",
                violation_error_message=_("An enterprise of this zone has this tax code already."),
            ),
            models.UniqueConstraint(
                fields=["zone", "search_key"],
                condition=LIVE & Q(tax_code=""),
                name="enterprise_name_once_a_zone",
                violation_error_message=_("An enterprise of this zone has this name and no tax code already."),
            ),
            models.CheckConstraint(
                condition=~Q(ownership=Ownership.NONE),
                name="enterprise_ownership_is_someone",
                violation_error_message=_("Choose whose capital the enterprise has."),
            ),
        ]

    def get_absolute_url(self):
        return reverse("organizations:enterprise", args=[self.pk])


class ParkStay(Dated):
    """Where an enterprise sits, for a dated period."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="stays", verbose_name=_("enterprise"))
    park = models.ForeignKey(Park, models.PROTECT, related_name="stays", verbose_name=_("industrial park"))

    class Meta:
        verbose_name = _("stay in a park")
        verbose_name_plural = _("stays in parks")
        ordering = ["enterprise", F("valid_from").asc(nulls_first=True)]
        constraints = [from_before_to("park_stay_valid_from_before_to")]

    def __str__(self):
        return f"{self.enterprise} · {self.park}"
