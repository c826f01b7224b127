from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The person's own views, and those shared with a zone the person reads."""
        from organizations.access import scope_of

        ids = scope_of(user).zone_ids
        shared = Q(shared_with__isnull=False) if ids is None else Q(shared_with__in=ids)
        return self.filter(Q(owner=user) | shared)


class SavedView(models.Model):
    """A way of looking at a list: its filters, order and columns as they stand in the address, under a name."""

    class Screen(models.TextChoices):
        ENTERPRISES = "enterprises", _("enterprises")
        ORGANIZATIONS = "organizations", _("organisations")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("user")
    )
    screen = models.CharField(_("list"), max_length=20, choices=Screen.choices)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("question"), max_length=2000, blank=True)
    shared_with = models.ForeignKey(
        "organizations.Zone",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("shared with the zone"),
    )

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "screen", "name"], name="saved_view_once")]

    def __str__(self):
        return self.name
