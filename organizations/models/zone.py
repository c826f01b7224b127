from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from tree_queries.fields import TreeNodeForeignKey
from tree_queries.query import TreeQuerySet


class ZoneQuerySet(TreeQuerySet):
    def visible_to(self, user):
        """The zones a person may read: those of the assignments in force and all below them."""
        from organizations.access import scope_of

        ids = scope_of(user).zone_ids
        return self if ids is None else self.filter(pk__in=ids)

    def open(self, on):
        """Zones that exist on the day ``on``."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on))

    def open_in(self, year):
        """Zones that exist on any day of ``year``."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__year__lte=year), Q(valid_to=None) | Q(valid_to__year__gte=year)
        )

    def below(self, zone):
        """``zone`` and every zone under it."""
        return self.filter(pk__in=zone.subtree_ids())


class Zone(models.Model):
    """A unit that is given targets and whose staff enter data: city, zone committee, cluster.

    Its parent never changes: a reorganisation closes it and opens a successor, so old years keep their totals.
    """

    class Kind(models.TextChoices):
        CITY = "city", _("city")
        COMMITTEE = "committee", _("zone committee")
        CLUSTER = "cluster", _("cluster")

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.COMMITTEE)
    parent = TreeNodeForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("successor")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ZoneQuerySet.as_manager(with_tree_fields=False)

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_from__lte=F("valid_to")),
                name="zone_valid_from_before_to",
                violation_error_message=_("The first day must not be after the last day."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="zone_not_its_own_parent",
                violation_error_message=_("A zone cannot be its own parent."),
            ),
        ]

    def __str__(self):
        return self.short_name or self.name

    def clean(self):
        if Zone.objects.filter(pk=self.pk).exclude(parent=self.parent_id).exists():
            raise ValidationError(
                {"parent": _("A zone's parent never changes: close this zone and open its successor.")}
            )

    def subtree_ids(self):
        """The ids of this zone and every zone below it (one query)."""
        return list(Zone.objects.descendants(self, include_self=True).values_list("pk", flat=True))

    def lineage_ids(self):
        """The ids of this zone and every zone above it (one query)."""
        return list(Zone.objects.ancestors(self, include_self=True).values_list("pk", flat=True))


class Role(models.TextChoices):
    CLERK = "clerk", _("clerk")
    LEADER = "leader", _("leader")
    BOARD = "board", _("City Organization Board")
    ADMIN = "admin", _("administrator")


class AssignmentQuerySet(models.QuerySet):
    def in_force(self, on):
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on))


class Assignment(models.Model):
    """One person's role in one zone for a time; without a zone, in the whole city (board and admin only)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    zone = models.ForeignKey(
        Zone, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name=_("zone")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["user", "role", "zone"]
        constraints = [
            models.CheckConstraint(
                condition=Q(zone__isnull=False) | Q(role__in=[Role.BOARD, Role.ADMIN]),
                name="assignment_clerk_and_leader_have_a_zone",
                violation_error_message=_("A clerk or leader is assigned to a zone."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_from__lte=F("valid_to")),
                name="assignment_valid_from_before_to",
                violation_error_message=_("The first day must not be after the last day."),
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()} · {self.zone or _('whole city')}"
