import json
import sys
import traceback
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import SYSTEM_USERNAME, User
from imports.intake import import_file
from imports.job import Finding
from imports.kinds import KINDS
from imports.reader import nothing_written
from imports.result import REFUSED, Result
from organizations.fields import explain
from organizations.models import Zone
from vietnamese.dates import parse_date
from vietnamese.errors import Unreadable

OPTIONS = {  # an option of the intake, as this command writes it
    "sheet": "--sheet", "kind": "--kind", "zone": "--zone", "park": "--park", "legacy": "--legacy convert|keep",
    "corrections": "--corrections",
}  # fmt: skip


class _WrongOption(Exception):
    pass


class Command(BaseCommand):
    help = (
        "Import a workbook (xlsx, xls, ods, csv): all of it or nothing. "
        "Exit 0: written; 1: refused, nothing written; 2: the file cannot be read."
    )
    requires_system_checks = ()  # they load every page: a third of a second, and none of them is about a file

    def add_arguments(self, parser):
        parser.add_argument("file", help="the workbook")
        parser.add_argument("--sheet", metavar="NAME", help="the sheet; without it the one that holds the table")
        parser.add_argument("--kind", metavar="KIND", help=f"{', '.join(KINDS)}; without it found by the columns")
        parser.add_argument("--zone", metavar="CODE", help="for which zone; not needed when the user has only one")
        parser.add_argument("--user", metavar="NAME", help="who records it; without it the built-in account")
        parser.add_argument("--park", metavar="NAME", help="the industrial park of every enterprise in the file")
        parser.add_argument("--date", metavar="DATE", help="the day of the counts in the file, dd/mm/yyyy")
        parser.add_argument(
            "--corrections", nargs="?", const="", metavar="REASON",
            help="correct what is recorded with another quantity; the reason is kept with each correction",
        )  # fmt: skip
        parser.add_argument("--legacy", metavar="HOW", help="text in fonts older than Unicode: convert or keep")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, **options):
        try:
            result = self.take_in(**options)
        except _WrongOption as wrong:
            result = Result(REFUSED, errors=[Finding("", None, "", "", f"{wrong} {nothing_written()}")])
        except Exception as error:  # a fault of ours: the caller still gets its answer, the log the whole story
            traceback.print_exc()
            message = _("The import failed (%(error)s).") % {"error": type(error).__name__}
            result = Result(REFUSED, errors=[Finding("", None, "", "", f"{message} {nothing_written()}")])
        if result.options:
            told = ", ".join(OPTIONS[name] for name in result.options)
            result.cure = _("Say it with the option %(options)s.") % {"options": told}
        if options["json"]:
            self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False, default=str))
        else:
            self.stdout.write(result.as_text())
        if result.exit_code:
            sys.exit(result.exit_code)

    def take_in(self, *, file, sheet, kind, zone, user, park, date, corrections, legacy, dry_run, **options) -> Result:
        path = Path(file)
        if corrections == "":
            corrections = _("Corrected by the file %(file)s") % {"file": path.name}
        return import_file(
            path,
            name=path.name,
            by=self.user(user),
            today=timezone.localdate(),
            kind=None if kind in (None, "auto") else kind,
            zone=self.zone(zone),
            sheet=sheet,
            park=park,
            counted=self.day(date),
            corrections=corrections,
            converts_legacy=self.converts(legacy),
            dry_run=dry_run,
        )

    def user(self, name):
        found = User.objects.filter(username=name or SYSTEM_USERNAME).first()
        if found is None:
            raise _WrongOption(_("There is no user “%(name)s” (--user).") % {"name": name})
        return found

    def zone(self, code):
        if not code:
            return None
        found = Zone.objects.filter(code=code).first()
        if found is None:
            codes = ", ".join(Zone.objects.values_list("code", flat=True)) or "—"
            raise _WrongOption(
                _("There is no zone “%(code)s” (--zone); there are: %(codes)s.") % {"code": code, "codes": codes}
            )
        return found

    def converts(self, how):
        if how not in (None, "convert", "keep"):
            raise _WrongOption(_("There is no choice “%(how)s” (--legacy): convert, or keep.") % {"how": how})
        return None if how is None else how == "convert"

    def day(self, text):
        if not text:
            return None
        try:
            return parse_date(text)
        except Unreadable as error:
            raise _WrongOption(f"--date: {explain(error)}") from None
