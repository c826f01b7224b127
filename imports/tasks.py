"""Long work of the intake: done at once, or by a worker, with its state in the database."""

from django.utils import timezone
from django_tasks import task

from . import programs, staging


@task()
def write_upload(upload_id: int) -> None:
    """Write an upload that was confirmed. What goes wrong is told on its page."""
    staging.run(upload_id, today=timezone.localdate())


@task()
def take_in(upload_id: int) -> None:
    """Import a file that a program sent. What comes of it is asked for by its key."""
    programs.take_in(upload_id, now=timezone.now(), today=timezone.localdate())
