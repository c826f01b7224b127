"""Undoing a batch: events are taken back, counts and rows become what they were. A line goes whole or stays whole."""

from .decisions import Decisions
from .enterprises import Enterprises
from .events import Events
from .headcounts import Headcounts
from .organizations import Organizations
from .plan import Line, Part, Plan, settle

__all__ = ["Decisions", "Enterprises", "Events", "Headcounts", "Line", "Organizations", "Part", "Plan", "settle"]
