from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TargetsConfig(AppConfig):
    name = "targets"
    verbose_name = _("Targets")

    def ready(self):
        from organizations.citations import PANELS

        from . import seeds
        from .citations import AssignedTargets

        PANELS.append(AssignedTargets())

        post_migrate.connect(seeds.after_migrate, sender=self, dispatch_uid="targets.seeds")
