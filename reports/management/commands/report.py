import os
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from organizations.models import Zone
from reports import registry
from reports.documents import RENDERERS
from reports.forms import ReportForm
from targets.periods import Part

OPTIONS = {
    "zone": "--zone",
    "year": "--year",
    "from": "--from",
    "part": "--part",
    "as_of": "--as-of",
    "format": "--format",
}


class Command(BaseCommand):
    help = "Write a report of a zone and period to a file."

    def add_arguments(self, parser):
        parser.add_argument("name", help="which report, such as attainment or inspection")
        parser.add_argument("--zone", required=True, metavar="CODE")
        parser.add_argument("--year", required=True, metavar="YEAR", help="the last year reported")
        parser.add_argument("--from", metavar="YEAR", help="the first year (default: the first of the term)")
        parser.add_argument("--part", metavar="PART", help=f"of each year: {', '.join(Part)}")
        parser.add_argument("--as-of", metavar="DATE", help="count what had taken effect by this day (default: today)")
        parser.add_argument("--format", required=True, choices=list(RENDERERS))
        parser.add_argument("-o", "--output", required=True, metavar="FILE")

    def handle(self, *, name, output, **options):
        try:
            report_class = registry.get(name)
        except KeyError:
            raise CommandError(
                f"{name!r}: there is no such report; choose one of {', '.join(registry.names())}"
            ) from None
        form = ReportForm({field: options[field] for field in OPTIONS})
        if not form.is_valid_for(report_class):
            if form.zone_unknown and not Zone.objects.exists():
                raise CommandError("--zone: this database holds no zone yet")
            raise CommandError(
                "\n".join(f"{OPTIONS[field]}: {' '.join(errors)}" for field, errors in form.errors.items())
            )
        content, _content_type, _filename = form.report(report_class).render(options["format"])
        write_whole(Path(output), content)
        self.stdout.write(f"{output}: {len(content)} bytes")


def write_whole(path: Path, content: bytes) -> None:
    """Write the file whole or not at all: what stood at ``path`` stays until the new one is complete."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise CommandError(f"-o {path}: {error.strerror}; choose a folder that exists and can be written") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise CommandError(f"-o {path}: {error.strerror}; nothing was written") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
