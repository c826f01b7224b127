from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the zones ``user`` reads, and what the person wrote into several of them at once."""
        from organizations.access import scope_of, zones_above

        ids = scope_of(user).zone_ids
        if ids is None:
            return self
        return self.filter(Q(zone__in=ids) | Q(recorded_by=user.pk, zone__in=zones_above(ids)))


class Batch(models.Model):
    """One act of intake: the rows written together from one file, and undone together."""

    kind = models.CharField(_("kind"), max_length=20)
    zone = models.ForeignKey("organizations.Zone", models.PROTECT, related_name="batches", verbose_name=_("zone"))
    file_name = models.CharField(_("file name"), max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    sheet = models.CharField(_("sheet"), max_length=120, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by", verbose_name=_("undoes")
    )

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import batch")
        verbose_name_plural = _("import batches")
        ordering = ["-id"]

    def __str__(self):
        return f"#{self.pk} {self.file_name}"


class BatchRow(models.Model):
    """One line of an imported workbook: where it stood, what it did, what was warned."""

    class Outcome(models.TextChoices):
        CREATED = "created", _("created")
        UPDATED = "updated", _("updated")
        UNCHANGED = "unchanged", _("unchanged")
        UNDONE = "undone", _("undone")

    batch = models.ForeignKey(
        Batch, models.PROTECT, related_name="rows", db_index=False, verbose_name=_("import batch")
    )
    sheet = models.CharField(_("sheet"), max_length=120)
    line = models.PositiveIntegerField(_("line"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    warnings = models.JSONField(_("warnings"), default=list, blank=True)

    class Meta:
        verbose_name = _("imported line")
        verbose_name_plural = _("imported lines")
        ordering = ["batch", "line"]
        constraints = [models.UniqueConstraint(fields=["batch", "sheet", "line"], name="batch_row_once")]

    def __str__(self):
        return f"{self.sheet}:{self.line}"
