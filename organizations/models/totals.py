"""Sums over the ledger kept in the transaction that appends to it: figures are read, not counted.

Each key says which events it sums; ``live`` counts those that stand (a reversal counts −1). The sums are checked
against the ledger, and rebuilt from it, by ``check_ledger``.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .enterprise import Ownership
from .organization import Sector


class Totals(models.Model):
    zone = models.ForeignKey("organizations.Zone", models.PROTECT, verbose_name=_("zone"), related_name="+")
    sector = models.CharField(_("sector"), max_length=8, choices=Sector.choices)
    type = models.ForeignKey("organizations.OrganizationType", models.PROTECT, verbose_name=_("type"), related_name="+")
    kind = models.CharField(_("kind"), max_length=24)
    counts_as_new = models.BooleanField(_("counts as new"))
    year = models.PositiveSmallIntegerField(_("year"))
    quantity = models.BigIntegerField(_("quantity"))
    female = models.BigIntegerField(_("of whom women"))
    workers = models.BigIntegerField(_("of whom direct workers"))
    stock_delta = models.BigIntegerField(_("change of stock"))
    live = models.BigIntegerField(_("events that stand"))

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

    month = models.PositiveSmallIntegerField(_("month"))
    park = models.ForeignKey("organizations.Park", models.PROTECT, verbose_name=_("industrial park"), related_name="+")
    ownership = models.CharField(_("ownership"), max_length=12, choices=Ownership.choices)

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
