from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotentAnswer(models.Model):
    """What one POST under an Idempotency-Key answered, so that the same request again does not act again.

    ``status`` is empty while the act runs. The answer is stored in the transaction of the act itself: either both
    are there or neither.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    path = models.CharField(_("path"), max_length=200)
    key = models.CharField(_("key"), max_length=200)
    request_hash = models.CharField(max_length=64)
    claimed_at = models.DateTimeField(_("claimed at"))
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    body = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [models.UniqueConstraint(fields=["user", "path", "key"], name="idempotent_answer_once")]
        indexes = [models.Index(fields=["user", "claimed_at"], name="idempotent_answer_by_age")]

    def __str__(self):
        return f"{self.path} {self.key}"
