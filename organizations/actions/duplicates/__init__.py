"""Two rows that are one: one stays and reads both histories, the other keeps its lines and leaves every list."""

from .distinct import forget_distinct, say_distinct
from .merge import merge_duplicates
from .plan import Merging, plan_merge
from .separate import Merge, merge_of, unmerge

__all__ = [
    "Merge",
    "Merging",
    "forget_distinct",
    "merge_duplicates",
    "merge_of",
    "plan_merge",
    "say_distinct",
    "unmerge",
]
