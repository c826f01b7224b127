"""The tables of this room, and the accounts, as administrators see them at /admin/."""

from . import ledger, people, registers
from .base import EVERYBODY, ActForm, RowsAdmin, SeenFilter
from .site import office

__all__ = ["EVERYBODY", "ActForm", "RowsAdmin", "SeenFilter", "ledger", "office", "people", "registers"]
