"""The five kinds of workbook, one file each."""

from .base import RowsRefused, WorkbookKind
from .enterprises import Enterprises
from .events import Events
from .headcounts import Headcounts
from .organizations import OrganizationsKind
from .targets import Targets

KINDS: dict[str, WorkbookKind] = {
    kind.name: kind for kind in (Enterprises(), OrganizationsKind(), Events(), Headcounts(), Targets())
}

__all__ = ["KINDS", "RowsRefused", "WorkbookKind"]
