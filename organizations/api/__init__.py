"""The facts over HTTP. Higher rooms build their own resources from ``Rows`` and the filters here."""

from .base import Code, Rows
from .events import EventFilters, EventRow, Events
from .headcounts import Headcounts
from .registers import Decisions, Enterprises, Organizations, Parks, Zones

__all__ = [
    "Code",
    "Decisions",
    "Enterprises",
    "EventFilters",
    "EventRow",
    "Events",
    "Headcounts",
    "Organizations",
    "Parks",
    "Rows",
    "Zones",
]
