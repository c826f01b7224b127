"""What a scanned paper is, read from its bytes: a PDF, JPEG or PNG that shows pages and does nothing else.

The file is never shown by what it calls itself, and never run; what could be is refused here besides. Reading is
strict where a program would have to guess: a file that is two things at once is neither.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from vietnamese.numbers import format_decimal

from .models import Attachment
from .problems import Problem

LARGEST = 10 * 1024 * 1024
MOST_PIXELS = 250_000_000
UNPACKED = 100 * 1024 * 1024  # of all packed objects of a PDF together
PIECE = 1 << 16

Type = Attachment.Type


class Unfit(Exception):
    """The file cannot be kept; ``problem`` says why and what to do."""

    def __init__(self, code: str, message, **params):
        super().__init__(code)
        self.problem = Problem(message, params, "files", code)


EMPTY = _("“%(name)s” is empty: scan the paper again, or choose another file.")
TOO_LARGE = _(
    "“%(name)s” has %(megabytes)s MB; at most %(limit)s MB can be kept: scan it in grey at 200 dpi, or split it."
)
OTHER = {
    "web_page": _(
        "“%(name)s” is a web page or a drawing (SVG, XML), not a scan: print it to PDF and choose that file."
    ),
    "office": _(
        "“%(name)s” is an Office or ZIP file, not a scan: save it as PDF in Word or Excel and choose that file."
    ),
    "heic": _(
        "“%(name)s” is a picture in the form of newer phones (HEIC): send it as JPEG, or choose “Most compatible” in "
        "the settings of the camera."
    ),
    "tiff": _("“%(name)s” is a TIFF picture: set the scanner to PDF, or save the picture as JPEG."),
    "other": _("“%(name)s” is not a PDF, JPEG or PNG file: scan the paper to one of these and choose that file."),
}
DAMAGED = _("“%(name)s” is damaged or incomplete: scan the paper again, or save the file anew as %(type)s.")
TWO_THINGS = _(
    "“%(name)s” holds another file behind the paper: open it, print it to PDF (Microsoft Print to PDF), and choose "
    "that file."
)
LOCKED = _("“%(name)s” is protected by a password: remove it, or print the file to PDF, and choose that file.")
SCRIPTED = _(
    "“%(name)s” holds a script or an action that starts by itself (%(what)s): print it to PDF (Microsoft Print to "
    "PDF), which leaves only the pages, and choose that file."
)
UNPACKS = _("“%(name)s” unpacks to too much: scan the paper again at 200 dpi.")


def check_size(size: int, name: str) -> None:
    """Raise Unfit for a file that is empty or too large; nothing of it need be read."""
    if not size:
        raise Unfit("empty", EMPTY, name=name)
    if size > LARGEST:
        megabytes = format_decimal(Decimal(size) / 1024 / 1024, 1)
        raise Unfit("too_large", TOO_LARGE, name=name, megabytes=megabytes, limit=LARGEST // 1024 // 1024)


def recognise(data: bytes, name: str) -> Type:
    """The type of the scan ``data``. Raises Unfit, with a sentence that names the cure."""
    check_size(len(data), name)
    if data.startswith(b"%PDF-1.") or data.startswith(b"%PDF-2."):
        kind, check = Type.PDF, _check_pdf
    elif data.startswith(b"\xff\xd8\xff"):
        kind, check = Type.JPEG, _check_jpeg
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        kind, check = Type.PNG, _check_png
    else:
        code = _what_else(data)
        raise Unfit(code, OTHER[code], name=name)
    try:
        check(data, name)
    except (struct.error, IndexError, ValueError, zlib.error):
        raise Unfit("damaged", DAMAGED, name=name, type=kind.label) from None
    return kind


def _what_else(data) -> str:
    head = data[:1024].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").lower()
    if head.startswith(b"<") or b"<html" in head or b"<svg" in head or b"<script" in head:
        return "web_page"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        return "office"
    if data[4:8] == b"ftyp":
        return "heic"
    if data.startswith((b"II*\0", b"MM\0*")):
        return "tiff"
    return "other"


MARKUP = re.compile(rb"<(?:script|html|iframe|!doctype\s+html)", re.I)
ARCHIVE = re.compile(rb"PK\x05\x06.{18}", re.S)  # the end of a ZIP's list: without it a ZIP cannot be opened


def _refuse_a_second_file(data, name):
    if MARKUP.search(data) or ARCHIVE.search(data, max(0, len(data) - 66_000)):
        raise Unfit("two_things", TWO_THINGS, name=name)


# ------------------------------------------------------------------------------------------ pictures


def _check_png(data, name):
    """Every chunk whole, header first, pixels there, and nothing behind the end."""
    place, kinds = 8, []
    while True:
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        (checksum,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(data[place + 4 : end - 4]) != checksum:
            raise ValueError("checksum")
        if not kinds:
            width, height = struct.unpack_from(">II", data, place + 8)
            _check_size(kind == b"IHDR" and length == 13, width, height)
        kinds.append(kind)
        place = end
        if kind == b"IEND":
            break
    if b"IDAT" not in kinds:
        raise ValueError("no pixels")
    if place != len(data):
        raise Unfit("two_things", TWO_THINGS, name=name)
    _refuse_a_second_file(data, name)


FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # markers that give the size of the picture


def _check_jpeg(data, name):
    """Segments in order, a size, pixels, and an end. Phones put previews behind it: pictures, which may stay."""
    place, sized, scanned = 2, False, False
    while True:
        if data[place] != 0xFF:
            raise ValueError("no marker")
        marker = data[place + 1]
        if marker == 0xFF:  # filling
            place += 1
            continue
        if marker == 0xD9:
            break
        (length,) = struct.unpack_from(">H", data, place + 2)
        if length < 2 or place + 2 + length > len(data):
            raise ValueError("length")
        if marker in FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            _check_size(True, width, height or 1)
            sized = True
        place += 2 + length
        if marker == 0xDA:
            scanned = True
            place = _end_of_pixels(data, place)
    if not sized or not scanned:
        raise ValueError("no picture")
    _refuse_a_second_file(data, name)
    if b"%PDF-" in data[place:]:
        raise Unfit("two_things", TWO_THINGS, name=name)


def _end_of_pixels(data, place):
    """The next marker behind coded pixels: in them FF stands before 00 or a restart only."""
    while True:
        place = data.index(b"\xff", place)
        if data[place + 1] != 0 and not 0xD0 <= data[place + 1] <= 0xD7:
            return place
        place += 2


def _check_size(is_header, width, height):
    if not is_header or not 0 < width * height <= MOST_PIXELS:
        raise ValueError("size")


# ------------------------------------------------------------------------------------------ PDF

ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")  # a letter of a name, written as its number
END = rb"(?![^\s()<>\[\]{}/%])"
# Long enough not to occur by chance in pixels, so that they are looked for everywhere.
ACTIVE = re.compile(
    rb"/(JavaScript|Launch|SubmitForm|ImportData|EmbeddedFiles?|RichMedia|RichMediaContent|GoToE|XFA(?=\s*[\[\d]))"
    + END
)
# That a page is shown first is no action: LibreOffice says so in each file it writes.
OPENS = re.compile(rb"/(OpenAction)" + END + rb"(?!\s*\[)")
STARTS = re.compile(rb"/(AA|JS)" + END + rb"\s*(?:<<|\(|<|\d+\s+\d+\s+R)")
OBJECTS = re.compile(rb"/ObjStm" + END + rb"|/Type\s+\d+\s+\d+\s+R")
STREAM = re.compile(rb"(?<!end)stream\r?\n")


def _check_pdf(data, name):
    """One paper, open to all, whose names, those inside packed objects too, start nothing."""
    if not re.search(rb"startxref\s+\d+\s+%%EOF", data[-2048:]):
        raise ValueError("no end")
    if data[data.rindex(b"%%EOF") + 5 :].strip(b"\0 \r\n\t\x1a"):
        raise Unfit("two_things", TWO_THINGS, name=name)
    _refuse_a_second_file(data, name)
    plain = _plain(data)
    if re.search(rb"/Encrypt" + END, plain):
        raise Unfit("locked", LOCKED, name=name)
    _refuse_actions(plain, name)
    unpacker, has_catalog, last = _Unpacker(name), bool(re.search(rb"/Catalog" + END, plain)), 0
    for match in STREAM.finditer(data):
        if match.start() < last:  # inside the stream before
            continue
        _refuse_actions(_plain(data[last : match.start()]), name, everything=True)
        about = data[max(last, match.start() - 4096) : match.start()]
        last = data.find(b"endstream", match.end())
        last = len(data) if last < 0 else last
        has_catalog |= unpacker.check(about[about.rfind(b"obj") + 3 :], data[match.end() : last])
    _refuse_actions(_plain(data[last:]), name, everything=True)
    if not has_catalog:
        raise ValueError("no catalogue")


def _plain(data: bytes) -> bytes:
    return ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), data) if b"#" in data else data


def _refuse_actions(data, name, everything=False):
    found = ACTIVE.search(data) or OPENS.search(data) or (everything and STARTS.search(data))
    if found:
        raise Unfit("scripted", SCRIPTED, name=name, what=found[1].decode("ascii"))


class _Unpacker:
    """Looks into the packed objects of one PDF, a piece at a time, up to a limit for all together."""

    def __init__(self, name):
        self.name = name
        self.left = UNPACKED

    def check(self, about, packed) -> bool:
        """Whether the stream holds the catalogue. Objects packed in a way that cannot be looked into are refused."""
        about = _plain(about)
        if not OBJECTS.search(about):  # pixels, letters, drawing: no program looks for objects there
            return False
        filters = re.search(rb"/Filter\s*(\[[^\]]*\]|/\w+)", about)
        names = re.findall(rb"/(\w+)", filters[1]) if filters else []
        if names not in ([], [b"FlateDecode"], [b"Fl"]) or re.search(rb"/Predictor\s*(?!1\b)\d", about):
            raise ValueError("objects packed in an unusual way")
        has_catalog, before = False, b""
        for piece in self._pieces(packed) if names else [packed]:
            text = _plain(before + piece)
            _refuse_actions(text, self.name, everything=True)
            has_catalog |= b"/Catalog" in text
            before = piece[-64:]
        return has_catalog

    def _pieces(self, packed) -> Iterator[bytes]:
        unpacker = zlib.decompressobj()
        for start in range(0, len(packed), PIECE):
            rest = packed[start : start + PIECE]
            while rest and not unpacker.eof:
                piece = unpacker.decompress(rest, 16 * PIECE)
                rest = unpacker.unconsumed_tail
                self.left -= len(piece)
                if self.left < 0:
                    raise Unfit("unpacks", UNPACKS, name=self.name)
                yield piece
