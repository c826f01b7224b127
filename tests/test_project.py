"""The rules of the house that no other test would notice being broken."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOWER = {  # room: what it may import of ours, itself aside
    "vietnamese": set(),
    "accounts": {"vietnamese"},
    "organizations": {"vietnamese", "accounts"},
    "targets": {"vietnamese", "accounts", "organizations"},
    "imports": {"vietnamese", "accounts", "organizations", "targets"},
    "reports": {"vietnamese", "accounts", "organizations", "targets"},
    "nq28": {"vietnamese", "accounts", "organizations", "targets", "imports", "reports"},
}


def imported_rooms(source: str, room: str) -> set[str]:
    """Return our rooms that ``source``, a module of ``room``, imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.split(".")[0])
    return (found & LOWER.keys()) - {room}


@pytest.mark.parametrize("room", LOWER)
def test_a_room_imports_only_rooms_below_it(room):
    upward = {
        str(path.relative_to(ROOT)): rooms
        for path in (ROOT / room).rglob("*.py")
        if (rooms := imported_rooms(path.read_text(), room) - LOWER[room])
    }

    assert upward == {}


def test_an_import_hidden_in_a_function_is_seen():
    assert imported_rooms("def act():\n    from reports.attainment import percent", "targets") == {"reports"}
    assert imported_rooms("from .models import User", "accounts") == set()


def test_vietnamese_knows_nothing_of_django():
    sources = [path.read_text() for path in (ROOT / "vietnamese").rglob("*.py")]

    assert sources
    assert not [source for source in sources if re.search(r"^\s*(from|import) django", source, re.M)]


def test_no_page_asks_anything_of_another_server():
    """No CDN: the offices' network may reach nothing but this server. Links that a reader clicks are another matter."""
    loads = re.compile(r"""(?:src|srcset|action)=["'](?:https?:)?//|url\(["']?(?:https?:)?//|@import""")
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static").rglob("*.css"), *(ROOT / "static").rglob("*.js")]

    assert files
    assert [str(path) for path in files if loads.search(path.read_text())] == []


def test_no_page_holds_script_or_style_that_the_security_policy_would_block():
    inline = re.compile(r"""<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=["']|javascript:""")
    pages = {path: inline.findall(path.read_text()) for path in (ROOT / "templates").rglob("*.html")}

    assert {str(path): found for path, found in pages.items() if found} == {}


@pytest.mark.parametrize("room", [room for room in LOWER if room != "nq28"])
def test_no_rule_asks_the_machine_what_day_it_is(room):
    """The day is an argument; at the edge ``timezone.localdate()`` gives Việt Nam's."""
    asks = re.compile(r"\b(?:date|datetime)\.(?:today|now|utcnow)\(")
    files = {path: path.read_text() for path in (ROOT / room).rglob("*.py")}

    assert {str(path.relative_to(ROOT)): found for path, text in files.items() if (found := asks.findall(text))} == {}


def test_no_file_has_grown_past_reading():
    """About 400 lines hold one subject. Word lists and migrations are no reading matter."""
    files = [path for room in LOWER for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
    long = {str(path.relative_to(ROOT)): lines for path in files if (lines := len(path.read_text().splitlines())) > 420}

    assert long == {}
