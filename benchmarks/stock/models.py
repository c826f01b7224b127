from django.db import models
from django.db.models import Q

from vietnamese.text import search_key, sort_key

LIVE = Q(duplicate_of=None)


class Zone(models.Model):
    code = models.CharField(max_length=30, unique=True)

    def __str__(self):
        return self.code


class Park(models.Model):
    name = models.CharField(max_length=250, unique=True)

    def __str__(self):
        return self.name


class Enterprise(models.Model):
    """The row of the register with its constraints, and its count of workers beside it."""

    name = models.CharField(max_length=250)
    search_key = models.CharField(max_length=400, editable=False)
    sort_key = models.CharField(max_length=600, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    zone = models.ForeignKey(Zone, models.PROTECT, db_index=False)
    park = models.ForeignKey(Park, models.PROTECT)
    tax_code = models.CharField(max_length=14, blank=True)
    legal_form = models.CharField(max_length=20, choices={"TNHH": "TNHH", "Cổ phần": "Cổ phần"})
    ownership = models.CharField(max_length=12, choices={"FDI": "FDI", "Tư nhân": "Tư nhân"})
    countries = models.CharField(max_length=250, blank=True)
    workers = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=12, default="operating")
    started_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["zone", "sort_key"]), models.Index(fields=["zone", "search_key"])]
        constraints = [
            models.UniqueConstraint("zone", "tax_code", condition=LIVE & ~Q(tax_code=""), name="stock_tax_code_once"),
            models.UniqueConstraint("zone", "search_key", condition=LIVE & Q(tax_code=""), name="stock_name_once"),
            models.CheckConstraint(condition=~Q(ownership="none"), name="stock_ownership_is_someone"),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.search_key, self.sort_key = search_key(self.name), sort_key(self.name)
        super().save(*args, **kwargs)
