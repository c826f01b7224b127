"""Periods that are closed to facts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .enterprise import Dated, from_before_to


class PeriodLockQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(lifted_at=None)


class PeriodLock(Dated):
    """Dates of a zone (and of the zones below it) that are closed to facts: their figures were accepted."""

    zone = models.ForeignKey("organizations.Zone", models.PROTECT, related_name="locks", verbose_name=_("zone"))
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=500)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set at"))
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lift_reason = models.CharField(_("reason for lifting"), max_length=500, blank=True)

    objects = PeriodLockQuerySet.as_manager()

    class Meta:
        verbose_name = _("period lock")
        verbose_name_plural = _("period locks")
        constraints = [from_before_to("period_lock_first_before_last")]

    def __str__(self):
        return f"{self.zone} {self.valid_from:%d/%m/%Y}–{self.valid_to:%d/%m/%Y}"
