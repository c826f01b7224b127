"""The five kinds of workbook, one file each."""

from .base import RowsRefused, WorkbookKind
from .enterprises import Enterprises

KINDS: dict[str, WorkbookKind] = {kind.name: kind for kind in (Enterprises(),)}

__all__ = ["KINDS", "RowsRefused", "WorkbookKind"]
