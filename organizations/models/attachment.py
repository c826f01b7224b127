from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

FOLDER = "scans"  # of the kept files, in the storage


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Scans that the person's zones attached: another zone's scan of the same decision is not theirs."""
        from organizations.access import scope_of

        ids = scope_of(user).zone_ids
        return self if ids is None else self.filter(zone__in=ids)

    def standing(self):
        """Scans that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class Attachment(models.Model):
    """A scan of a decision that a zone has attached. Withdrawn when it is the wrong one, never deleted."""

    class Type(models.TextChoices):
        """What the bytes are, whatever the file was called."""

        PDF = "application/pdf", "PDF"
        JPEG = "image/jpeg", "JPEG"
        PNG = "image/png", "PNG"

    decision = models.ForeignKey(
        "organizations.Decision", models.PROTECT, related_name="attachments", verbose_name=_("decision")
    )
    zone = models.ForeignKey("organizations.Zone", models.PROTECT, related_name="+", verbose_name=_("zone"))
    file = models.FileField(_("file"), max_length=200)
    name = models.CharField(_("file name"), max_length=150)
    content_type = models.CharField(_("kind of file"), max_length=20, choices=Type.choices)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("attached by")
    )
    uploaded_at = models.DateTimeField(_("attached at"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "zone", "sha256"],
                condition=Q(withdrawn_at=None),
                name="attachment_once",
                violation_error_message=_("This file is attached to the decision already."),
            )
        ]

    def __str__(self):
        return self.name

    @property
    def is_picture(self):
        return self.content_type != self.Type.PDF
