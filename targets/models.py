"""Promises: what is counted (indicators), and the range each zone was given for a year by which decision."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations.models import LedgerRow, Sector
from organizations.models.ledger import LedgerQuerySet
from organizations.selection import Selection

from . import measures
from .levels import Filters


class Resolution(models.Model):
    """The resolution whose targets are tracked; NQ28 is a row, for others will come."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    number = models.CharField(_("number-symbol"), max_length=80)
    title = models.CharField(_("title"), max_length=300)
    issuer = models.CharField(_("issuing body"), max_length=200)
    issued_on = models.DateField(_("date"))

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        ordering = ["issued_on"]

    def __str__(self):
        return self.number


class Term(models.Model):
    """A term of office and the years it reports; the congress year stays with the term that ends."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    first_year = models.PositiveSmallIntegerField(_("first year reported"), unique=True)
    last_year = models.PositiveSmallIntegerField(_("last year reported"))

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["first_year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_year__lte=F("last_year")),
                name="term_first_year_before_last",
                violation_error_message=_("The first year must not be after the last."),
            )
        ]

    def __str__(self):
        return self.name

    @classmethod
    def holding(cls, year):
        """The term that reports ``year``, or None."""
        return cls.objects.filter(first_year__lte=year, last_year__gte=year).first()


def known_measure(name):
    if name not in measures.registry:
        raise ValidationError(_("“%(name)s” is not a measure."), params={"name": name})


class Indicator(models.Model):
    """What is counted. It names a measure and its filters: a new indicator needs no programmer."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    hint = models.CharField(_("how it is counted"), max_length=200, blank=True)
    unit = models.CharField(_("unit"), max_length=30)
    sector = models.CharField(_("sector"), max_length=8, choices=Sector.choices)
    measure = models.CharField(_("measure"), max_length=40, validators=[known_measure])
    factor = models.DecimalField(
        _("factor"), max_digits=12, decimal_places=4, null=True, blank=True,
        help_text=_("Of a rate only: 100 for percent, 1000 for “per 1,000”."),
    )  # fmt: skip
    types = models.ManyToManyField("organizations.OrganizationType", blank=True, verbose_name=_("only of types"))
    ownerships = models.JSONField(_("only of ownership"), default=list, blank=True)
    parks = models.ManyToManyField("organizations.Park", blank=True, verbose_name=_("only in parks"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    resolution = models.ForeignKey(
        Resolution, models.PROTECT, null=True, blank=True, related_name="indicators", verbose_name=_("resolution")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(factor=None) | Q(factor__gt=0),
                name="indicator_factor_above_zero",
                violation_error_message=_("The factor of a rate must be greater than 0: 100 for percent."),
            )
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """A rate has a factor, a count has none."""
        named = measures.registry.get(self.measure)
        if named is None:
            return
        if named.is_rate and self.factor is None:
            raise ValidationError({"factor": _("Give the factor of the rate: 100 for percent, 1000 for “per 1,000”.")})
        if not named.is_rate and self.factor is not None:
            raise ValidationError({"factor": _("A count has no factor: leave it empty, or choose a rate.")})

    @property
    def counted(self) -> measures.Measure | measures.Rate:
        """The measure this indicator names."""
        return measures.registry[self.measure]

    @property
    def is_rate(self) -> bool:
        return self.counted.is_rate

    @property
    def counts_events(self) -> bool:
        """Whether it is silent without events. A share of what is there on a day is not: the registers give it."""
        return not (self.is_rate and self.counted.is_level)

    def filters(self) -> Filters:
        """What it narrows its measure to. Prefetch ``types`` and ``parks`` when asking for many."""
        return Filters(
            sector=self.sector,
            types=tuple(sorted(row.pk for row in self.types.all())),
            ownerships=tuple(self.ownerships),
            parks=tuple(sorted(row.pk for row in self.parks.all())),
        )

    def selection(self) -> Selection:
        """Which events this indicator counts, of a rate those of its numerator."""
        return self.counted.selection(**asdict(self.filters()))


class TargetQuerySet(models.QuerySet):
    def visible_to(self, user):
        from organizations.access import scope_of

        ids = scope_of(user).zone_ids
        return self if ids is None else self.filter(zone__in=ids)


class Target(models.Model):
    """That a zone was given a range for an indicator and year. What the range is, its versions say."""

    zone = models.ForeignKey("organizations.Zone", models.PROTECT, related_name="targets", verbose_name=_("zone"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets", verbose_name=_("indicator"))
    year = models.PositiveSmallIntegerField(_("year"))
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    voided_by = models.ForeignKey(
        "organizations.Batch",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["-year", "zone", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "indicator", "year"],
                condition=Q(voided_by=None),
                name="target_once",
                violation_error_message=_("This zone has a target for this indicator and year already."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1930) & Q(year__lte=2100),
                name="target_year_in_range",
                violation_error_message=_("Give a year from 1930 to 2100."),
            ),
        ]

    def __str__(self):
        return f"{self.zone} · {self.indicator} · {self.year}"


class TargetVersionQuerySet(LedgerQuerySet):
    def holding(self, day):
        """Versions whose decision had been taken by ``day``; all when it is None."""
        return self if day is None else self.filter(holds_from__lte=day)

    def live(self):
        """The version last recorded of each target that was not taken back."""
        return self.filter(number=F("target__version"), low__isnull=False)


class TargetVersion(LedgerRow):
    """What a zone was promised, by which decision, from when. A revision is a new version with its reason.

    In force on a day: the last version recorded among those whose ``holds_from`` (the decision's date, without
    one 1 January of the target's year) is not later. A version with no range takes the target back.
    """

    target = models.ForeignKey(Target, models.PROTECT, related_name="versions", verbose_name=_("target"))
    number = models.PositiveIntegerField(_("version"))
    low = models.DecimalField(_("low end"), max_digits=14, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(_("high end"), max_digits=14, decimal_places=4, null=True, blank=True)
    decision = models.ForeignKey(
        "organizations.Decision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="target_versions",
        verbose_name=_("assigning decision"),
    )
    holds_from = models.DateField(_("holds from"))
    published_percent = models.DecimalField(
        _("percent published (%)"), max_digits=9, decimal_places=3, null=True, blank=True
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = TargetVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a target")
        verbose_name_plural = _("versions of targets")
        ordering = ["target", "number"]
        constraints = [
            models.UniqueConstraint(fields=["target", "number"], name="target_version_once"),
            models.UniqueConstraint(fields=["zone", "seq"], name="target_version_seq_once"),
            models.CheckConstraint(
                condition=Q(low=None, high=None) | Q(low__lte=F("high")),
                name="target_low_not_above_high",
                violation_error_message=_("The low end must not exceed the high end."),
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(low__gte=0),
                name="target_low_not_negative",
                violation_error_message=_("A target cannot be negative."),
            ),
        ]

    def __str__(self):
        return f"{self.low}–{self.high}"


class Declaration(LedgerRow):
    """What silence means: that a zone's figures of an indicator are complete for a period, or that it has none."""

    class Value(models.TextChoices):
        COMPLETE = "complete", _("complete")
        NOTHING = "nothing_to_report", _("nothing to report")
        NOT_APPLICABLE = "not_applicable", _("not applicable")
        TAKEN_BACK = "taken_back", _("taken back: nothing is said")

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="declarations", verbose_name=_("indicator"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    value = models.CharField(_("declared"), max_length=20, choices=Value.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "seq"], name="declaration_seq_once"),
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")),
                name="declaration_first_day_before_last",
                violation_error_message=_("The first day must not be after the last day."),
            ),
        ]

    def __str__(self):
        return f"{self.get_value_display()} {self.first_day:%d/%m/%Y}–{self.last_day:%d/%m/%Y}"


def first_of_year(year) -> date:
    """From when a target without a decision's date holds."""
    return date(year, 1, 1)


def plain(value: Decimal | None):
    """A stored decimal without trailing zeros, as an int when it is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else value.normalize()
