"""The facts over HTTP. Higher rooms build their own resources from ``Rows`` and the filters here."""

from .base import Code, Rows
from .decisions import Decisions
from .enterprises import Enterprises
from .events import EventFilters, EventRow, Events
from .headcounts import Headcounts
from .map import Parks, Zones
from .organizations import Organizations

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
