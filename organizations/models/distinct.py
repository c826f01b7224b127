from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DistinctQuerySet(models.QuerySet):
    def visible_to(self, user):
        from organizations.access import scope_of

        ids = scope_of(user).zone_ids
        return self if ids is None else self.filter(zone__in=ids)


class Distinct(models.Model):
    """Two rows that look like one and are not: somebody said so, and they are not asked about again."""

    class Of(models.TextChoices):
        ENTERPRISES = "enterprises", _("enterprises")
        ORGANIZATIONS = "organizations", _("organisations")
        DECISIONS = "decisions", _("decisions")

    of = models.CharField(_("table"), max_length=16, choices=Of.choices)
    first = models.BigIntegerField(_("one row"))
    second = models.BigIntegerField(_("the other row"))
    zone = models.ForeignKey(
        "organizations.Zone", models.PROTECT, related_name="+", db_index=False, verbose_name=_("zone")
    )
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("said by")
    )
    said_at = models.DateTimeField(_("said at"))

    objects = DistinctQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair that is no duplicate")
        verbose_name_plural = _("pairs that are no duplicates")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["of", "first", "second"], name="distinct_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="distinct_lower_first"),
        ]

    def __str__(self):
        return f"{self.get_of_display()} {self.first}, {self.second}"
