"""What rows share. Of the ledger and of what is frozen: they stay. Of the register: a name, a version, a withdrawal."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vietnamese.text import name_keys


class WrittenOnce(models.Model):
    """A row that the database itself refuses to change or delete once it is written: ``guards`` says how.

    ``written_once`` names the fields that stay, None all of them; ``replace_key`` the unique key beside the id, so
    that no row is replaced by another of its key.
    """

    written_once: tuple[str, ...] | None = None
    replace_key: tuple[str, ...] = ()

    class Meta:
        abstract = True


class NamedRow(models.Model):
    """A row with a Vietnamese name: found without accents (``search_key``), listed by the alphabet (``sort_key``)."""

    name = models.CharField(_("name"), max_length=250)
    search_key = models.CharField(max_length=400, editable=False)
    sort_key = models.CharField(max_length=600, editable=False)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.refresh_keys()
        super().save(*args, **kwargs)

    def refresh_keys(self):
        """Recompute what is derived from the name; the set-based writers call this, ``save`` does too."""
        self.name, search_key, sort_key = name_keys(self.name)
        self.search_key, self.sort_key = search_key[:400], sort_key[:600]


class RegisterRow(NamedRow):
    """A row of the register: its state now. What changed it is told by ``Change``, what it did by ``Event``."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    duplicate_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
        db_index=False,
        verbose_name=_("duplicate of"),
    )
    voided_by = models.ForeignKey(
        "organizations.Batch",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("withdrawn by"),
    )

    class Meta:
        abstract = True

    @property
    def duplicates_table(self):
        """How the pages about duplicates call the table: "enterprises", "organizations"."""
        return f"{self._meta.model_name}s"

    def with_duplicates(self):
        """The ids of the row and of those merged into it, as a subquery: whose history is read as this row's."""
        return type(self)._base_manager.filter(Q(pk=self.pk) | Q(duplicate_of=self.pk)).order_by().values("pk")


LIVE = Q(voided_by=None, duplicate_of=None)


def where_given(field, *more, name):
    """An index for what names ``field``; rows that leave it empty, most of some tables, cost nothing."""
    return models.Index(fields=[field, *more], condition=Q((f"{field}__isnull", False)), name=name)
