"""Everything that writes promises: targets, what silence means, and the catalogue of what is counted."""

from ..saying import Saying, declare, declare_all
from .assign import TargetDraft, assign_target, assign_targets, current_versions, days_told
from .indicators import move_indicator, save_indicator, set_indicator_in_use

__all__ = [
    "Saying",
    "TargetDraft",
    "assign_target",
    "assign_targets",
    "current_versions",
    "days_told",
    "declare",
    "declare_all",
    "move_indicator",
    "save_indicator",
    "set_indicator_in_use",
]
