"""Bring the Vietnamese catalogues up to date with the sources: `make messages`, or `ROOM=targets make messages`.

Each room has its own catalogue, locale/<room>/vi/LC_MESSAGES/django.po. A message that has left the sources is kept as
obsolete (`#~`) with its translation and comes back by itself; nothing is dropped. `--check` writes nothing and fails
when a catalogue is not complete. Needs no gettext binaries: sources are read with `ast` and Django's own template
lexer, catalogues with polib.
"""

import argparse
import ast
import importlib.util
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("nq28", "vietnamese", "accounts", "organizations", "targets", "imports", "reports")
TEMPLATE_FOLDERS = {"accounts": ("accounts", "two_factor", "registration")}  # every other folder not a room's is nq28's

# Installed packages whose messages our pages can show: what they have not translated themselves is translated in
# locale/packages. None: the whole package; else the files, relative to the package.
PACKAGES: dict[str, tuple[str, ...] | None] = {
    "two_factor": ("forms.py", "models.py", "utils.py", "views/*.py", "plugins/registry.py"),
    "django_otp": ("forms.py", "models.py", "plugins/otp_totp/models.py", "plugins/otp_static/models.py", "admin.py"),
    "axes": ("apps.py", "models.py", "admin.py"),
    "import_export": ("admin.py", "forms.py", "formats/*.py", "widgets.py", "templates/**/*.html"),
    "knox": None,
    "django_filters": None,
    "rest_framework": ("*.py", "utils/*.py", "authtoken/*.py"),
    "django": (
        "core/validators.py", "core/exceptions.py", "core/paginator.py", "db/models/**/*.py", "forms/*.py",
        "utils/*.py", "views/*.py", "views/generic/*.py", "contrib/auth/*.py", "contrib/contenttypes/*.py",
        "contrib/sessions/*.py", "contrib/messages/*.py", "contrib/admin/**/*.py", "contrib/admin/templates/**/*.html",
    ),
}  # fmt: skip

# What packages do say in Vietnamese, but not as this office would.
REPLACED = ("This field is required.", "log entry", "log entries", "History", " By %(filter_title)s ", "Administration")

# function name → what its leading arguments are
SHAPES = {
    "gettext": ("msgid",),
    "ngettext": ("msgid", "plural"),
    "pgettext": ("context", "msgid"),
    "npgettext": ("context", "msgid", "plural"),
}
ALIASES = {"_": "gettext", "N_": "gettext", "gettext_noop": "gettext"} | {
    f"{name}{ending}": name for name in SHAPES for ending in ("", "_lazy")
}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(rf"(?<!\w)(_|n?p?gettext)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sdif]|\{\w*\}")


class Message(NamedTuple):
    """One text of the sources; ``plural`` is empty when it has none, ``context`` None when it has none."""

    msgid: str
    plural: str = ""
    context: str | None = None

    @classmethod
    def called(cls, function: str, arguments: list[str]) -> "Message":
        return cls(**dict(zip(SHAPES[ALIASES[function]], arguments, strict=False)))


def in_python(path: Path) -> Iterator[Message]:
    """Yield the messages of a Python file; a message put together at run time is an error, for no catalogue has it."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if not isinstance(node, ast.Call):
            continue
        function = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if function not in ALIASES:
            continue
        wanted = node.args[: len(SHAPES[ALIASES[function]])]
        if ROOT / ".venv" not in path.parents and any(isinstance(word, ast.JoinedStr | ast.BinOp) for word in wanted):
            raise SystemExit(f"{path}:{node.lineno}: {function}() takes a plain text, not one put together")
        if len(wanted) == len(SHAPES[ALIASES[function]]) and all(
            isinstance(argument, ast.Constant) and isinstance(argument.value, str) for argument in wanted
        ):
            yield Message.called(function, [argument.value for argument in wanted])


def in_template(path: Path) -> Iterator[Message]:
    """Yield the messages of a Django template."""
    from django.utils.translation.template import templatize

    for function, arguments in TEMPLATE_CALL.findall(templatize(path.read_text(), origin=str(path))):
        yield Message.called(function, [ast.literal_eval(text) for text in re.findall(LITERAL, arguments)])


def messages_of(path: Path) -> Iterator[Message]:
    return in_python(path) if path.suffix == ".py" else in_template(path)


def is_source(path: Path) -> bool:
    return path.suffix in {".py", ".html", ".txt", ".xml", ".svg"} and "migrations" not in path.parts


def files_of(room: str) -> list[Path]:
    """Return the source files whose messages belong in the catalogue of ``room``."""
    files = [path for path in (ROOT / room).rglob("*.py")]
    owners = {folder: owner for owner in ROOMS for folder in TEMPLATE_FOLDERS.get(owner, (owner,))}
    for path in (ROOT / "templates").rglob("*"):
        if path.is_file() and owners.get(path.relative_to(ROOT / "templates").parts[0], "nq28") == room:
            files.append(path)
    return sorted(path for path in files if is_source(path))


def sources_of(room: str) -> dict[Message, list[str]]:
    """Return every message of ``room`` with the files it stands in."""
    if room == "packages":
        return sources_of_packages()
    found: dict[Message, list[str]] = {}
    for path in files_of(room):
        for message in messages_of(path):
            if message.msgid:
                places = found.setdefault(message, [])
                if (place := str(path.relative_to(ROOT))) not in places:
                    places.append(place)
    return found


def sources_of_packages() -> dict[Message, list[str]]:
    """Return the messages of installed packages that have no Vietnamese there, with the package's name."""
    found: dict[Message, list[str]] = {}
    translated: set[str] = set()
    plurals: set[str] = set()
    for package, patterns in PACKAGES.items():
        folder = Path(importlib.util.find_spec(package).origin).parent
        for catalogue in folder.rglob("locale/vi/LC_MESSAGES/django.mo"):
            entries = polib.mofile(str(catalogue)).translated_entries()
            translated |= {entry.msgid for entry in entries}
            plurals |= {entry.msgid for entry in entries if entry.msgid_plural}
        for path in sorted({path for pattern in patterns or ("**/*.py", "**/*.html") for path in folder.glob(pattern)}):
            for message in messages_of(path) if is_source(path) else ():
                if message.msgid and package not in found.setdefault(message, []):
                    found[message].append(package)
    return {
        message: places
        for message, places in found.items()
        if message.msgid not in (plurals if message.plural else translated) or message.msgid in REPLACED
    }


def path_of(room: str) -> Path:
    return ROOT / "locale" / room / "vi" / "LC_MESSAGES" / "django.po"


def key_of(entry: polib.POEntry) -> Message:
    return Message(entry.msgid, entry.msgid_plural or "", entry.msgctxt)


def texts_of(entry: polib.POEntry) -> list[str]:
    """Return the Vietnamese of ``entry``: one text, for Vietnamese has one plural form."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def catalogue_of(room: str) -> polib.POFile:
    path = path_of(room)
    catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
    catalogue.wrapwidth = 100
    catalogue.metadata = {
        "Project-Id-Version": "nq28",
        "Language": "vi",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue


def updated(room: str) -> tuple[polib.POFile, list[str]]:
    """Return the catalogue of ``room`` as the sources want it and what changed, in words."""
    old = {key_of(entry): entry for entry in sorted(catalogue_of(room), key=lambda entry: not entry.obsolete)}
    sources, said = sources_of(room), []
    new = catalogue_of(room)
    new.clear()
    for message, places in sorted(sources.items(), key=lambda item: (item[1][0], item[0].msgid, item[0].context or "")):
        entry = old.pop(message, None)
        if entry is None:
            said.append(f"new: {message.msgid!r}")
            entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context)
            if message.plural:
                entry.msgid_plural, entry.msgstr_plural = message.plural, {0: ""}
        elif entry.obsolete:
            said.append(f"back: {message.msgid!r}")
            entry.obsolete = False
        entry.occurrences = [(place, "") for place in places]
        new.append(entry)
    for message, entry in sorted(old.items(), key=lambda item: item[0].msgid):
        if not entry.obsolete:
            said.append(f"no longer used, kept as obsolete: {message.msgid!r}")
        entry.obsolete, entry.occurrences = True, []
        if any(texts_of(entry)):
            new.append(entry)
    return new, said


def faults_of(catalogue: polib.POFile) -> list[str]:
    """Return what is wrong with the live entries of ``catalogue``, in words."""
    faults = []
    for entry in catalogue:
        if entry.obsolete:
            continue
        if entry.fuzzy:
            faults.append(f"fuzzy: {entry.msgid!r}")
        for text in texts_of(entry):
            if not text.strip():
                faults.append(f"no Vietnamese: {entry.msgid!r}")
            # "a party" / "%d parties": the one Vietnamese form has the placeholders of the plural
            elif set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)):
                faults.append(f"other placeholders: {entry.msgid!r} / {text!r}")
    return faults


def bring_up_to_date(room: str, *, check: bool) -> list[str]:
    """Update and compile the catalogue of ``room``, or with ``check`` only compare; return its faults in words."""
    path = path_of(room)
    catalogue, said = updated(room)
    text, binary = str(catalogue) + "\n", catalogue.to_binary()
    if check:
        if path.exists() and not said and path.with_suffix(".mo").exists():
            stale = [] if path.with_suffix(".mo").read_bytes() == binary else ["django.mo is not what django.po says"]
        else:
            stale = [] if path.exists() or not len(catalogue) else ["there is no catalogue"]
        return said + stale + faults_of(catalogue)
    path.parent.mkdir(parents=True, exist_ok=True)
    for file, content in ((path, text.encode()), (path.with_suffix(".mo"), binary)):
        if len(catalogue) and (not file.exists() or file.read_bytes() != content):
            file.write_bytes(content)
    for line in said:
        print(f"{room}: {line}")
    return faults_of(catalogue)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("rooms", nargs="*", default=os.environ.get("ROOM", "").split() or [*ROOMS, "packages"])
    arguments = parser.parse_args()
    faults = [f"{room}: {fault}" for room in arguments.rooms for fault in bring_up_to_date(room, check=arguments.check)]
    print("\n".join(faults) or "The catalogues are complete.")
    if arguments.check and faults:
        print("Run `make messages`, then write the missing Vietnamese.")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
