"""The tables of this room, and the accounts, as administrators see them at /admin/."""

from . import ledger, map, papers, people, registers
from .base import EVERYBODY, ZONE, ActForm, RowsAdmin, SeenFilter, listed
from .site import office

__all__ = [
    "EVERYBODY",
    "ZONE",
    "ActForm",
    "RowsAdmin",
    "SeenFilter",
    "ledger",
    "listed",
    "map",
    "office",
    "papers",
    "people",
    "registers",
]
