"""A column of a list: its words, how it sorts, what a cell of it shows and what it is in a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Tag:
    """One word about a row; the look only repeats what the word says."""

    text: Any
    look: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows: the value, a line under it, marks."""

    value: Any = None
    note: Any = ""
    url: str = ""
    tags: Sequence[Tag] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """``sort`` is the database's column; ``files`` are title and value of each column it is in a file."""

    name: str
    label: Any
    cell: Callable[[Any], Cell]
    files: Sequence[tuple[Any, Callable[[Any], Any]]]
    kind: str = "text"  # or "count"
    sort: str = ""
    shown: bool = True  # unless the person chooses otherwise
