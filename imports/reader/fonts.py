"""In which font each cell of a workbook is written: legacy Vietnamese text can only be read for sure knowing that.

Only cells with other than ASCII text are listed, and nothing at all when no font of interest is in the file. Whatever
cannot be read gives no fonts, never an error: the letters of the text then have to tell. Like ``child``, under whose
limits of memory and time this is meant to run, it imports nothing of ours.
"""

from __future__ import annotations

import contextlib
import io
import os
import posixpath
import re
import signal
import threading
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

Runs = str | list[tuple[int, str]]  # the font of a cell, or the first character and font of each of its runs
Place = tuple[int, int]  # row and column, from 0
Cells = Iterator[tuple[Place, Runs]]

SECONDS = 5.0
INFLATED = 100 * 2**20  # bytes of all parts that are read
CHUNK = 2**16
FONTS = 20_000  # fonts of a workbook, its formats, runs of a cell
CELLS = 200_000  # listed in all

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ESCAPED = re.compile("_x[0-9A-Fa-f]{4}_")


class _Enough(Exception):
    """A bound is reached: the fonts found so far are all there are."""


def read_fonts(data: bytes, prefixes: tuple[str, ...], seconds: float = SECONDS) -> dict[str, dict[Place, Runs]]:
    """Return, by the name of the sheet, the fonts of all cells of an .xls or .xlsx file with other than ASCII text.

    ``prefixes``: how the names of fonts of interest begin, in lower case; empty when there is none of them. The
    processor time is kept on the main thread only, which is where a reading process works.
    """
    found: dict[str, dict[Place, Runs]] = {}
    try:
        with _no_longer_than(seconds):
            left = CELLS
            for name, cells in _sheets(data, prefixes):
                listed = found[name] = {}
                for place, runs in cells:
                    listed[place] = runs
                    left -= 1
                    if left < 0:
                        raise _Enough
    except Exception:  # hostile files find every way to fail, and fonts are a help, never a condition
        pass
    return found


def _sheets(data: bytes, prefixes: tuple[str, ...]) -> Iterator[tuple[str, Cells]]:
    if data.startswith(b"PK"):
        return _Package(data).sheets(prefixes)
    if data.startswith(_OLE) and _mentions(data, prefixes):
        return _xls_sheets(data, prefixes)
    return iter(())


def _wanted(names: Iterable[str], prefixes: tuple[str, ...]) -> bool:
    return any(name.strip().casefold().startswith(prefixes) for name in names)


@contextlib.contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: object) -> None:
        raise _Enough

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.1)  # again and again: the parser swallows some exceptions
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


# ---------------------------------------------------------------------------------------------------- xls


def _mentions(data: bytes, prefixes: tuple[str, ...]) -> bool:
    """Whether a name that begins so may stand in the file, as bytes or as UTF-16: asked before it is parsed."""
    lower = data.lower()
    return any(prefix.encode(coding) in lower for prefix in prefixes for coding in ("ascii", "utf-16-le"))


def _xls_sheets(data: bytes, prefixes: tuple[str, ...]) -> Iterator[tuple[str, Cells]]:
    import xlrd

    with open(os.devnull, "w") as silence:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, on_demand=True, ragged_rows=True, logfile=silence
        )
        if len(book.font_list) > FONTS or not _wanted((font.name for font in book.font_list), prefixes):
            return
        for place, name in enumerate(book.sheet_names()):
            yield name, _xls_cells(book, book.sheet_by_index(place))
            book.unload_sheet(place)


def _xls_cells(book: Any, sheet: Any) -> Cells:
    fonts = dict(enumerate(font.name for font in book.font_list))
    of_format = [fonts.get(format.font_index, "") for format in book.xf_list]
    for row in range(sheet.nrows):
        for column, value in enumerate(sheet.row_values(row)):
            if isinstance(value, str) and not value.isascii():
                font = of_format[sheet.cell_xf_index(row, column)]
                runs = [(at, fonts.get(one, "")) for at, one in sheet.rich_text_runlist_map.get((row, column), ())]
                yield (row, column), runs if runs[:1] and runs[0][0] == 0 else [(0, font), *runs] if runs else font


# --------------------------------------------------------------------------------------------------- xlsx


class _Package:
    """The parts of an .xlsx file that say what is written in which font."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.names = {name.lower(): name for name in self.archive.namelist()}
        self.left = INFLATED

    def read(self, name: str, target: _Part) -> Iterator[None]:
        """Feed a part to its reader; come up for air after each piece."""
        from defusedxml.ElementTree import DefusedXMLParser

        if name.lower() not in self.names:
            return
        guard = DefusedXMLParser(target=None, forbid_dtd=True)  # refuses declarations; the elements come straight to us
        parser = target.parser = guard.parser
        parser.ordered_attributes, parser.DefaultHandlerExpand = False, None
        parser.StartElementHandler, parser.EndElementHandler = target.start, target.end
        parser.CharacterDataHandler = target.data
        with self.archive.open(self.names[name.lower()]) as part:
            while piece := part.read(CHUNK):
                self.left -= len(piece)
                if self.left < 0:
                    raise _Enough
                parser.Parse(piece, False)
                yield
        parser.Parse(b"", True)

    def sheets(self, prefixes: tuple[str, ...]) -> Iterator[tuple[str, Cells]]:
        book, links, styles, texts = _Book(), _Links(), _Styles(), _Texts()
        for name, target in (
            ("xl/workbook.xml", book),
            ("xl/_rels/workbook.xml.rels", links),
            ("xl/styles.xml", styles),
            ("xl/sharedStrings.xml", texts),
        ):
            for _ in self.read(name, target):
                pass
        if not _wanted([*styles.fonts, *texts.fonts], prefixes):
            return
        for sheet, link in book.sheets:
            path = posixpath.normpath(posixpath.join("/xl", links.targets.get(link, ""))).lstrip("/")
            yield sheet, self.cells(path, _Sheet(styles, texts))

    def cells(self, path: str, sheet: _Sheet) -> Cells:
        for _ in self.read(path, sheet):
            yield from sheet.found
            sheet.found.clear()
        yield from sheet.found


class _Part:
    """Hears the elements of one part by their local names: prefixes and strict namespaces do not matter."""

    parser: Any

    def __init__(self) -> None:
        self.text: list[str] | None = None  # of the element that is listened to
        self.inside: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        self.inside.append(name)
        if len(self.inside) > 50:
            raise _Enough
        self.opened(name, attributes)

    def end(self, tag: str) -> None:
        self.inside.pop()
        self.closed(tag.rpartition("}")[2])

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def take(self) -> str:
        text, self.text = "".join(self.text or ()), None
        return text

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        pass

    def closed(self, name: str) -> None:
        pass


class _Book(_Part):
    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str]] = []  # name, link

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            link = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            self.sheets.append((attributes.get("name", ""), link))


class _Links(_Part):
    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")


class _Styles(_Part):
    def __init__(self) -> None:
        super().__init__()
        self.fonts: list[str] = []
        self.formats: list[int] = []  # the font of each cell format

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        above = self.inside[-2:-1]
        if name == "font" and above == ["fonts"]:
            self.fonts.append("")
        elif name == "name" and self.inside[-3:-1] == ["fonts", "font"]:
            self.fonts[-1] = attributes.get("val", "")
        elif name == "xf" and above == ["cellXfs"]:
            self.formats.append(int(attributes.get("fontId") or 0))
        if len(self.fonts) > FONTS or len(self.formats) > FONTS * 4:
            raise _Enough

    def font(self, format: str | None) -> str:
        place = int(format or 0)
        font = self.formats[place] if 0 <= place < len(self.formats) else 0
        return self.fonts[font] if 0 <= font < len(self.fonts) else ""


class _RichText(_Part):
    """Text that may be in runs: <t> alone, or <r> with the font in <rPr>; how it is pronounced (<rPh>) is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.fonts: set[str] = set()
        self.begin()

    def begin(self) -> None:
        self.length, self.ascii = 0, True
        self.runs: list[tuple[int, str | None]] = []  # None: the cell's own font

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "r":
            self.runs.append((self.length, None))
        elif name == "rFont" and self.runs:
            font = attributes.get("val", "")
            self.fonts.add(font)
            self.runs[-1] = self.runs[-1][0], font
            if len(self.runs) > FONTS or len(self.fonts) > FONTS:
                raise _Enough
        elif name == "t" and "rPh" not in self.inside:
            self.text = []

    def closed(self, name: str) -> None:
        if name == "t" and self.text is not None:
            text = self.take()
            self.ascii = self.ascii and text.isascii() and "_x" not in text
            self.length += len(_ESCAPED.sub(" ", text) if "_x" in text else text)

    def written(self) -> list[tuple[int, str | None]] | None:
        """The runs of the text that ended, none when it is ASCII."""
        return None if self.ascii else self.runs if any(font for _start, font in self.runs) else []


class _Texts(_RichText):
    """The shared texts, by their number, that are not ASCII."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.of: dict[int, list[tuple[int, str | None]]] = {}

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self.begin()
        super().opened(name, attributes)

    def closed(self, name: str) -> None:
        super().closed(name)
        if name == "si":
            runs = self.written()
            if runs is not None:
                self.of[self.count] = runs
            self.count += 1


class _Sheet(_RichText):
    """The cells of text. Those of numbers, mostly the many, cost two calls and no more."""

    def __init__(self, styles: _Styles, texts: _Texts) -> None:
        super().__init__()
        self.styles, self.texts = styles, texts
        self.found: list[tuple[Place, Runs]] = []
        self.row = self.column = -1
        self.reference: str | None = None  # "B12", read when it is needed
        self.kind, self.format = "", ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag[tag.rfind("}") + 1 :]
        if name == "c":
            self.kind = attributes.get("t", "")
            reference = attributes.get("r")
            if reference is None:  # beside the one before
                self.column = self.place()[1] + 1
            self.reference = reference
            if self.kind in {"s", "str", "inlineStr"}:
                self.format = attributes.get("s", "")
                self.inside.clear()
                self.begin()
                self.parser.EndElementHandler, self.parser.CharacterDataHandler = self.end, self.data
            else:
                self.parser.EndElementHandler = self.parser.CharacterDataHandler = None
        elif name == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column, self.reference, self.kind = -1, None, ""
        elif self.kind in {"s", "str", "inlineStr"}:
            super().start(tag, attributes)

    def end(self, tag: str) -> None:
        name = tag[tag.rfind("}") + 1 :]
        if name == "c":
            self.kind = ""
            self.parser.EndElementHandler = self.parser.CharacterDataHandler = None
        elif self.inside:
            super().end(tag)

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "v":
            self.text = []
        else:
            super().opened(name, attributes)

    def closed(self, name: str) -> None:
        if name == "v":
            text = self.take()
            if self.kind == "s":
                runs = self.texts.of.get(int(text))
                if runs is not None:
                    self.add(runs)
            elif self.kind == "str" and not text.isascii():
                self.add([])
        elif name == "is":
            runs = self.written()
            if runs is not None:
                self.add(runs)
        else:
            super().closed(name)

    def place(self) -> Place:
        return self.row, self.column if self.reference is None else _column(self.reference)

    def add(self, runs: list[tuple[int, str | None]]) -> None:
        font = self.styles.font(self.format)
        self.found.append((self.place(), [(at, one or font) for at, one in runs] if runs else font))


def _column(reference: str) -> int:
    number = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number - 1
