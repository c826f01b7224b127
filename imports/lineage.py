"""Imports, their undoings, and the undoings of those, told apart in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from organizations.models import Batch

from .kinds import KINDS


@dataclass(slots=True)
class BatchShown:
    """A batch with the number of the import it is about, and how many undoings lie between (0: the import itself)."""

    batch: Batch
    root: int
    steps: int
    stands: bool

    @property
    def restores(self) -> bool:
        return self.steps > 0 and self.steps % 2 == 0

    @property
    def title(self) -> str:
        if not self.steps:
            return self.batch.file_name
        words = _("Import %(id)s brought back") if self.restores else _("Import %(id)s undone")
        return words % {"id": self.root}

    @property
    def kind(self) -> str | Promise:
        return KINDS[self.batch.kind].label if self.batch.kind in KINDS else self.batch.kind


def tell(batches: Iterable[Batch]) -> list[BatchShown]:
    """Each batch as it is shown; one query however many. What is undone and brought back again stands."""
    undone_by = dict(Batch.objects.exclude(undoes=None).order_by().values_list("undoes_id", "pk"))
    undoes = {later: earlier for earlier, later in undone_by.items()}
    shown = []
    for batch in batches:
        root, steps, after, current = batch.pk, 0, 0, batch.pk
        while root in undoes:
            root, steps = undoes[root], steps + 1
        while current in undone_by:
            current, after = undone_by[current], after + 1
        shown.append(BatchShown(batch, root, steps, after % 2 == 0))
    return shown
