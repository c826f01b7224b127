from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from imports.cleaning import delete_expired, delete_orphans


class Command(BaseCommand):
    help = (
        "Delete uploads that were kept until now and became no batch, with their rows, and kept files that nothing "
        "leads to. Files of batches stay. Run it every night."
    )

    def handle(self, **options):
        now = timezone.now()
        uploads, rows = delete_expired(now)
        files = delete_orphans(now)
        self.stdout.write(
            _("Deleted: %(uploads)s uploads, %(rows)s staged rows, %(files)s files.")
            % {"uploads": uploads, "rows": rows, "files": files}
        )
