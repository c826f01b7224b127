import json
import sys
import traceback
from itertools import islice

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand
from django.db import OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import SYSTEM_USERNAME, User
from imports.reader import nothing_written
from imports.result import SHOWN
from imports.undo import Item, Undone, undo_batch
from organizations.models import Batch, BatchRow
from organizations.problems import Conflict, Refused


class _Absent(Exception):
    """There is no such batch."""


class _Not(Exception):
    """Nothing was undone."""


class Command(BaseCommand):
    help = (
        "Undo an import: what it wrote is taken back, line by line; lines that others have touched since stay. "
        "Exit 0: undone (the lists say what stays); 1: refused or nothing undone; 2: there is no such import."
    )

    def add_arguments(self, parser):
        parser.add_argument("batch", metavar="ID", help="number of the import")
        parser.add_argument("--user", metavar="NAME", help="who undoes it; without it the built-in account")
        parser.add_argument("--reason", metavar="TEXT", default="", help="kept with everything that is taken back")
        parser.add_argument("--dry-run", action="store_true", help="say what would be undone, write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, **options):
        code, answer, text = self.answer(**options)
        self.stdout.write(json.dumps(answer, ensure_ascii=False) if options["json"] else text)
        if code:
            sys.exit(code)

    def answer(self, *, batch, user, reason, dry_run, **options) -> tuple[int, dict, str]:
        """The exit code, the object for programs and the text for people."""
        nothing = {"batch": None, "undoes": int(batch) if batch.isascii() and batch.isdigit() else None}
        nothing |= {"reversed": [], "kept": [], "blocked": []}
        try:
            undone = undo_batch(self.batch(batch), by=self.user(user), reason=reason, dry_run=dry_run)
        except _Absent as absent:
            return 2, nothing | {"message": str(absent)}, str(absent)
        except (_Not, Refused, PermissionDenied, Conflict, OperationalError) as refusal:
            message = f"{_reason(refusal)} {nothing_written()}"
            return 1, nothing | {"message": message}, message
        except Exception as error:  # a fault of ours: the caller still gets its answer, the log the whole story
            traceback.print_exc()
            message = _("The undoing failed (%(error)s).") % {"error": type(error).__name__}
            message = f"{message} {nothing_written()}"
            return 1, nothing | {"message": message}, message
        code = 0 if undone.batch or (dry_run and undone.reversed) else 1
        text = as_text(undone, dry_run)
        return code, undone.as_json() | {"message": text.splitlines()[0]}, text

    def batch(self, text):
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
        found = Batch.objects.filter(pk=number).first() if number is not None else None
        if found is None:
            raise _Absent(_("There is no import “%(number)s”.") % {"number": text})
        return found

    def user(self, name):
        found = User.objects.filter(username=name or SYSTEM_USERNAME).first()
        if found is None:
            raise _Not(_("There is no user “%(name)s” (--user).") % {"name": name})
        return found


def _reason(error) -> str:
    if isinstance(error, Refused):
        return " ".join(error.messages)
    if isinstance(error, Conflict):
        return _("Somebody else has changed these rows meanwhile: try again.")
    if isinstance(error, OperationalError):
        return _("The database is busy: try again in a moment.")
    return str(error)


def as_text(undone: Undone, dry_run: bool = False) -> str:
    """What people read: what the database now holds, then each line that stays with its reason."""
    lines = []
    if undone.batch is not None:
        stored = BatchRow.objects.filter(batch=undone.batch, outcome=BatchRow.Outcome.UNDONE).count()
        lines.append(
            ngettext(
                "Undone (#%(batch)s undoes #%(undoes)s): %(lines)s line.",
                "Undone (#%(batch)s undoes #%(undoes)s): %(lines)s lines.",
                stored,
            )
            % {"batch": undone.batch.pk, "undoes": undone.undoes.pk, "lines": stored}
        )
    elif dry_run:
        lines.append(
            ngettext(
                "Rehearsal: %(lines)s line would be undone.",
                "Rehearsal: %(lines)s lines would be undone.",
                len(undone.reversed),
            )
            % {"lines": len(undone.reversed)}
        )
    else:
        lines.append(_("Nothing of #%(undoes)s can be undone.") % {"undoes": undone.undoes.pk})
    lines += _listed(undone.kept, _("Stay, for others have touched them since: %(count)s"))
    lines += _listed(undone.blocked, _("Stay, for they lie in a closed period: %(count)s"))
    if undone.batch is None:
        lines.append(nothing_written())
    return "\n".join(lines)


def _listed(items: list[Item], title: str) -> list[str]:
    if not items:
        return []
    more = len(items) - SHOWN
    return [
        title % {"count": len(items)},
        *(
            _("- Line %(row)s, %(what)s: %(why)s") % {"row": item.line, "what": item.what, "why": item.why}
            for item in islice(items, SHOWN)
        ),
        *([ngettext("- and %(more)s more", "- and %(more)s more", more) % {"more": more}] if more > 0 else []),
    ]
