import sys
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

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
                codes = ", ".join(Zone.objects.values_list("code", flat=True)) or "none yet"
                raise CommandError(f"--zone {zone!r}: there is no zone of this code (there are: {codes})")
        if password_stdin:
            password = sys.stdin.readline().rstrip("\r\n")
        else:
            password = getpass("Password: ")
            if password != getpass("Password again: "):
                raise CommandError("The two passwords differ; no account was made.")
        if not password:
            raise CommandError("The password is empty; no account was made.")
        try:
            validate_password(password)
        except ValidationError as error:
            # Whoever runs commands here may decide; pages, where people choose for themselves, refuse.
            self.stderr.write(f"Warning, a weak password: {' '.join(error.messages)}")
        try:
            user = create_user(username=name, role=role, zone=place, password=password, full_name=full_name)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages) + " No account was made.") from None
        where = place or "the whole city"
        self.stdout.write(f"{user.username}: {user.assignments.get().get_role_display()}, {where}")
