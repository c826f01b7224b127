from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from targets.demo import write
from targets.demo.data import LAST_DAY


class Command(BaseCommand):
    help = "Fill an empty database with an invented city to try the software on; prints the demo accounts."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="leave a database that holds anything as it is, without an error"
        )

    def handle(self, *, if_empty, **options):
        if not settings.DEBUG:
            raise CommandError(
                _("The demonstration has known passwords: it is loaded only while DEBUG is on. Nothing was written.")
            )
        if write.is_loaded():
            if not if_empty:
                self.stdout.write(_("The demonstration is loaded already; nothing was changed."))
        elif not write.is_empty():
            if if_empty:
                return
            raise CommandError(
                _(
                    "This database holds data that are not the demonstration's. Load it into an empty database "
                    "(DATABASE_URL=sqlite:///demo.sqlite3). Nothing was written."
                )
            )
        else:
            names = [row[0] for row in write.ACCOUNTS]
            if taken := list(User.objects.filter(username__in=names).values_list("username", flat=True)):
                raise CommandError(
                    _("The accounts %(names)s exist already and the demonstration needs them. Nothing was written.")
                    % {"names": ", ".join(taken)}
                )
            if (today := timezone.localdate()) < LAST_DAY:
                raise CommandError(
                    _("The clock of this machine says %(today)s, the demonstration goes to %(last)s: set the clock.")
                    % {"today": f"{today:%d/%m/%Y}", "last": f"{LAST_DAY:%d/%m/%Y}"}
                )
            write.load()
            self.stdout.write(_("The demonstration was loaded: invented data, except the names of parks."))
        self._accounts()

    def _accounts(self):
        self.stdout.write(_("Demo accounts, all with the password %(password)s:") % {"password": write.PASSWORD})
        names = [row[0] for row in write.ACCOUNTS]
        for user in User.objects.filter(username__in=names).prefetch_related("assignments__zone"):
            for assignment in user.assignments.all():
                place = assignment.zone or _("whole city")
                self.stdout.write(f"  {user.username:6} {assignment.get_role_display()}, {place}")
