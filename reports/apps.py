from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self):
        from organizations import audit

        from .snapshots import checks

        audit.MORE.append(checks.snapshots)
        audit.THOROUGH.append(checks.frozen_figures)
