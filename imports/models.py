"""A file on its way in: kept as it was sent, its rows staged until they are written, and what columns meant before."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organizations import files

FOLDER = "imports"  # of the kept files, in the storage
KEPT = timedelta(days=14)  # how long rows wait to be confirmed


class UploadQuerySet(models.QuerySet):
    def of(self, user):
        """What ``user`` has brought: nobody else sees it before it is written."""
        return self.filter(owner=user)

    def on_pages(self):
        """What goes from page to page; not what a program sent, which asks for its answer by itself."""
        under_way = Q(state__in=[Upload.State.QUEUED, Upload.State.RUNNING])
        return self.exclude(state=Upload.State.SENT).exclude(under_way, answer__isnull=False)

    def unfinished(self, at):
        """What waits on its page for the person who brought it."""
        return self.on_pages().filter(batch=None, expires_at__gt=at).exclude(state=Upload.State.WRITTEN)


class Upload(models.Model):
    """One file somebody brought, from choosing it to the batch it became."""

    class State(models.TextChoices):
        OPEN = "open", _("to be matched")
        STAGED = "staged", _("to be confirmed")
        QUEUED = "queued", _("waiting to be written")
        RUNNING = "running", _("being written")
        WRITTEN = "written", _("written")
        SENT = "sent", _("refused")  # by a program, which got its answer: kept for the marked workbook

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    name = models.CharField(_("file name"), max_length=255)
    file = models.FileField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("size"))
    state = models.CharField(_("stage"), max_length=8, choices=State.choices, default=State.OPEN)
    kind = models.CharField(_("kind of table"), max_length=20, blank=True)
    zone = models.ForeignKey(
        "organizations.Zone", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    park = models.ForeignKey(
        "organizations.Park", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("industrial park")
    )
    sheet = models.CharField(_("sheet"), max_length=120, blank=True)
    counted_on = models.DateField(_("day of the counts"), null=True, blank=True)
    corrections = models.CharField(_("reason for corrections"), max_length=500, blank=True)
    converts_legacy = models.BooleanField(_("legacy text is converted"), null=True, blank=True)
    first_header = models.PositiveIntegerField(default=0)  # title rows, from 0
    last_header = models.PositiveIntegerField(default=0)
    titles = models.JSONField(default=list)  # of every column of the file, by place
    columns = models.JSONField(default=dict)  # field → place
    ignored = models.JSONField(default=list)  # [line, reason]
    asks_day = models.BooleanField(default=False)  # the day of the counts stands in the file and is no day
    trouble = models.TextField(blank=True)  # what stands in the way of the file as a whole
    answer = models.JSONField(null=True)  # what a program was told, or what a run without a batch came to
    batch = models.OneToOneField(
        "organizations.Batch", models.PROTECT, null=True, blank=True, related_name="upload", verbose_name=_("batch")
    )
    version = models.PositiveIntegerField(default=0)  # rises with each change of the staged rows
    created_at = models.DateTimeField(_("brought at"))
    claimed_at = models.DateTimeField(null=True)  # when the run that writes it began
    expires_at = models.DateTimeField(_("kept until"))

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "state"], name="upload_of_owner")]

    def __str__(self):
        return self.name

    def bytes(self) -> bytes:
        with self.file.open("rb") as stream:
            return stream.read()


def keep_file(data: bytes) -> tuple[str, str]:
    """Keep an uploaded file. Returns (name in the storage, SHA-256)."""
    return files.keep_file(data, FOLDER)


class StagedRow(models.Model):
    """One line of an upload, waiting: its cells as read and mended, what it would do, and what is wrong with it."""

    class State(models.TextChoices):
        ERROR = "error", _("to be mended")
        OUTSIDE = "outside", _("outside your zone")
        CREATED = "created", _("new")
        UPDATED = "updated", _("changed")
        UNCHANGED = "unchanged", _("the same")
        SKIPPED = "skipped", _("left out")

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    cells = models.JSONField()  # see ``staging.pack``
    typed = models.JSONField(default=dict)  # place → the cell as it was before a person mended it
    state = models.CharField(_("stage"), max_length=9, choices=State.choices, default=State.UNCHANGED)
    warned = models.BooleanField(_("has warnings"), default=False)
    findings = models.JSONField(default=list)  # see ``staging.finding_json``
    before = models.JSONField(default=dict)  # field → what is recorded, where the line says otherwise

    class Meta:
        verbose_name = _("staged line")
        verbose_name_plural = _("staged lines")
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["upload", "line"], name="staged_line_once")]
        indexes = [models.Index(fields=["upload", "state", "line"], name="staged_by_state")]

    def __str__(self):
        return f"{self.upload_id}:{self.line}"


class TitleMemory(models.Model):
    """What a person said a column of this title is, in files of a zone: taken up the next time."""

    zone_code = models.CharField(_("zone"), max_length=30, blank=True)  # "" for tables that name their zones
    kind = models.CharField(_("kind of table"), max_length=20)
    title = models.CharField(_("title"), max_length=200)  # as ``memory`` writes it
    field = models.CharField(_("column"), max_length=30, blank=True)  # "" when it is none that is read
    remembered_at = models.DateTimeField(_("remembered at"))

    class Meta:
        verbose_name = _("remembered column")
        verbose_name_plural = _("remembered columns")
        constraints = [models.UniqueConstraint(fields=["zone_code", "kind", "title"], name="title_remembered_once")]

    def __str__(self):
        return f"{self.kind}: {self.title}"
