from importlib.resources import files
from pathlib import Path

from django.core.management.base import BaseCommand

from reports import documents
from reports.documents.make_templates import templates


class Command(BaseCommand):
    help = "Write the Word templates of the reports into the project, after their look was changed."

    def handle(self, **options):
        for name, content in templates().items():
            path = Path(str(files(documents).joinpath("templates", f"{name}.docx")))
            path.write_bytes(content)
            self.stdout.write(f"{path}: {len(content)} bytes")
