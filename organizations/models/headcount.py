"""How many there are on a day: workers of an enterprise, members of an organisation."""

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from .base import where_given
from .ledger import HistoryQuerySet, LedgerRow


class HeadcountQuerySet(HistoryQuerySet):
    def live(self):
        """Counts that still stand: not replaced by a later row, not withdrawn."""
        return self.filter(withdrawn=False, replaced_by=None)

    def as_of(self, day):
        return self if day is None else self.filter(on__lte=day)


def latest_of(subject, on, *, among=None, column="total"):
    """The last count by the day ``on`` of the "enterprise" or "organization" that the outer query stands at.

    ``column`` "on" is the day it was counted.
    """
    counts = Headcount.objects.live() if among is None else among
    counts = counts.filter(**{subject: OuterRef("pk")}).as_of(on).order_by("-on", "-pk")
    return Subquery(counts.values(column)[:1], output_field=Headcount._meta.get_field(column).__class__())


class Headcount(LedgerRow):
    """A level on a day: workers of an enterprise, or members of an organisation. Replaced, never overwritten."""

    enterprise = models.ForeignKey(
        "organizations.Enterprise",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="headcounts",
        db_index=False,
        verbose_name=_("enterprise"),
    )
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="headcounts",
        db_index=False,
        verbose_name=_("organisation"),
    )
    on = models.DateField(_("date"))
    total = models.PositiveIntegerField(_("total"))
    official = models.PositiveIntegerField(_("official members"), null=True, blank=True)
    female = models.PositiveIntegerField(_("women"), null=True, blank=True)
    workers = models.PositiveIntegerField(_("direct workers"), null=True, blank=True)
    decision = models.ForeignKey(
        "organizations.Decision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="headcounts",
        db_index=False,
        verbose_name=_("decision"),
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = HeadcountQuerySet.as_manager()

    class Meta:
        verbose_name = _("headcount")
        verbose_name_plural = _("headcounts")
        ordering = ["-on", "-id"]
        indexes = [
            where_given("enterprise", "on", name="headcount_by_enterprise"),
            where_given("organization", "on", name="headcount_by_organization"),
            where_given("decision", name="headcount_by_decision"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["zone", "seq"], name="headcount_seq_once"),
            models.CheckConstraint(
                condition=Q(enterprise=None, organization__isnull=False)
                | Q(enterprise__isnull=False, organization=None),
                name="headcount_has_one_subject",
                violation_error_message=_("A headcount is of one enterprise or one organisation."),
            ),
            models.CheckConstraint(
                condition=(Q(female=None) | Q(female__lte=F("total")))
                & (Q(official=None) | Q(official__lte=F("total")))
                & (Q(workers=None) | Q(workers__lte=F("total"))),
                name="headcount_parts_within_total",
                violation_error_message=_("A part of a count cannot exceed the total."),
            ),
        ]

    def __str__(self):
        return f"{self.total} ({self.on:%d/%m/%Y})"
