from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    name = "organizations"
    verbose_name = _("Organisations")

    def ready(self):
        from accounts.policy import second_factor_rules

        from . import guards, search, seeds
        from .access import holds_admin

        post_migrate.connect(seeds.after_migrate, sender=self, dispatch_uid="organizations.seeds")
        # Any room may add ledger tables, so the guards are looked at after each room's migrations.
        post_migrate.connect(guards.after_migrate, dispatch_uid="organizations.guards")
        post_migrate.connect(search.after_migrate, sender=self, dispatch_uid="organizations.search")
        checks.register(guards.check_triggers, checks.Tags.database)
        second_factor_rules.append(holds_admin)
