import sys
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from organizations.access import create_user
from organizations.models import Role, Zone


class Command(BaseCommand):
    help = "Create a person with a role: clerk and leader in a zone, board and admin in a zone or the whole city."

    def add_arguments(self, parser):
        parser.add_argument("name", help="sign-in name")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--zone", metavar="CODE", help="code of the zone; without it the whole city")
        parser.add_argument("--full-name", default="")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def handle(self, *, name, role, zone, full_name, password_stdin, **options):
        place = None
        if zone:
            place = Zone.objects.filter(code=zone).first()
            if place is None:
                codes = ", ".join(Zone.objects.values_list("code", flat=True)) or "—"
                raise CommandError(
                    _("--zone “%(code)s”: there is no zone of this code (there are: %(codes)s).")
                    % {"code": zone, "codes": codes}
                )
        if password_stdin:
            password = sys.stdin.readline().rstrip("\r\n")
        else:
            password = getpass("Password: ")
            if password != getpass("Password again: "):
                raise CommandError(_("The two passwords differ. No account was made."))
        if not password:
            raise CommandError(_("The password is empty. No account was made."))
        try:
            validate_password(password)
        except ValidationError as error:
            # Whoever runs commands here may decide; pages, where people choose for themselves, refuse.
            self.stderr.write(_("Warning, a weak password: %(why)s") % {"why": " ".join(error.messages)})
        try:
            user = create_user(username=name, role=role, zone=place, password=password, full_name=full_name)
        except ValidationError as error:
            raise CommandError(_("No account was made: %(why)s") % {"why": " ".join(error.messages)}) from None
        role = user.assignments.get().get_role_display()
        self.stdout.write(f"{user.username}: {role}, {place or _('the whole city')}")
