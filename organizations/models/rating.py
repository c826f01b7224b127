"""What is said of an organisation for a year: how good it was, and where its admissions may come from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .base import where_given
from .ledger import LedgerQuerySet, LedgerRow


class YearQuerySet(LedgerQuerySet):
    def live(self):
        """Rows that still stand: not replaced by a later row, not withdrawn."""
        return self.filter(withdrawn=False, replaced_by=None)

    def of_organization(self, organization):
        """Those of the organisation and of the rows merged into it."""
        return self.filter(Q(organization=organization) | Q(organization__duplicate_of=organization))

    def in_years(self, first, last):
        return self.filter(year__gte=first, year__lte=last)


class YearRow(LedgerRow):
    """One organisation, one year. Replaced, never overwritten; ``withdrawn`` says that nothing is said any more."""

    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organisation")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = YearQuerySet.as_manager()
    said: tuple[str, ...] = ()  # the columns that say it

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.organization_id}: {self.year}"


class OrganizationRating(YearRow):
    """How an organisation did its tasks in a year, by decision."""

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", _("tasks done excellently")
        WELL = "well", _("tasks done well")
        DONE = "done", _("tasks done")
        FAILED = "failed", _("tasks not done")

    grade = models.CharField(_("grade"), max_length=10, choices=Grade.choices)
    decision = models.ForeignKey(
        "organizations.Decision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ratings",
        db_index=False,
        verbose_name=_("decision"),
    )

    said = ("grade", "decision_id")

    class Meta:
        verbose_name = _("rating of an organisation")
        verbose_name_plural = _("ratings of organisations")
        ordering = ["-year", "-id"]
        indexes = [
            models.Index(fields=["organization", "year"], name="rating_by_organization"),
            models.Index(fields=["zone", "year"], name="rating_by_year"),
            where_given("decision", name="rating_by_decision"),
        ]
        constraints = [models.UniqueConstraint(fields=["zone", "seq"], name="rating_seq_once")]


class AdmissionSource(YearRow):
    """From where a Party organisation may admit in a year. Numbers only: nobody is named."""

    introduced = models.PositiveIntegerField(_("outstanding people introduced"), null=True, blank=True)
    trained = models.PositiveIntegerField(_("trained in a class on the Party"), null=True, blank=True)
    under_review = models.PositiveIntegerField(_("files under review"), null=True, blank=True)

    said = ("introduced", "trained", "under_review")

    class Meta:
        verbose_name = _("admission source")
        verbose_name_plural = _("admission sources")
        ordering = ["-year", "-id"]
        indexes = [
            models.Index(fields=["organization", "year"], name="source_by_organization"),
            models.Index(fields=["zone", "year"], name="source_by_year"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["zone", "seq"], name="source_seq_once"),
            models.CheckConstraint(
                condition=Q(withdrawn=True)
                | Q(introduced__isnull=False)
                | Q(trained__isnull=False)
                | Q(under_review__isnull=False),
                name="source_says_something",
                violation_error_message=_("Give at least one number."),
            ),
        ]
