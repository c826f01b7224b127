"""Sums over the ledger kept in the transaction that appends to it: figures are read, not counted.

Each key says which events it sums; ``live`` counts those that stand (a reversal counts −1). The sums are checked
against the ledger, and rebuilt from it, by ``check_ledger``.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .enterprise import Ownership
from .organization import Sector


class Totals(models.Model):
    zone = models.ForeignKey("organizations.Zone", models.PROTECT, related_name="+")
    sector = models.CharField(max_length=8, choices=Sector.choices)
    type = models.ForeignKey("organizations.OrganizationType", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    counts_as_new = models.BooleanField()
    year = models.PositiveSmallIntegerField()
    quantity = models.BigIntegerField()
    female = models.BigIntegerField()
    workers = models.BigIntegerField()
    stock_delta = models.BigIntegerField()
    live = models.BigIntegerField()

    dimensions = ("zone_id", "sector", "type_id", "kind", "counts_as_new", "year")
    sums = ("quantity", "female", "workers", "stock_delta", "live")

    class Meta:
        abstract = True


class YearTotal(Totals):
    """Whole years: what the dashboard's matrix reads."""

    class Meta:
        verbose_name = _("total of a year")
        verbose_name_plural = _("totals of years")
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "sector", "kind", "year", "counts_as_new", "type"], name="year_total_key"
            )
        ]

    def __str__(self):
        return f"{self.zone_id} {self.kind} {self.year}: {self.quantity}"


class MonthTotal(Totals):
    """Months, by park and ownership: years cut by a day, coverage, filters."""

    month = models.PositiveSmallIntegerField()
    park = models.ForeignKey("organizations.Park", models.PROTECT, related_name="+")
    ownership = models.CharField(max_length=12, choices=Ownership.choices)

    dimensions = (*Totals.dimensions, "month", "park_id", "ownership")

    class Meta:
        verbose_name = _("total of a month")
        verbose_name_plural = _("totals of months")
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "zone",
                    "sector",
                    "kind",
                    "year",
                    "month",
                    "counts_as_new",
                    "type",
                    "park",
                    "ownership",
                ],
                name="month_total_key",
            )
        ]

    def __str__(self):
        return f"{self.zone_id} {self.kind} {self.month}/{self.year}: {self.quantity}"
