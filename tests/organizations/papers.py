"""Scanned papers, whole and hostile, made here byte by byte."""

import struct
import zlib
from base64 import b64decode

JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQ"
    "Ew8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k="
)


def png(text=b"") -> bytes:
    """A picture of one pixel, with ``text`` as its comment."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    comment = chunk(b"tEXt", b"Comment\0" + text) if text else b""
    return b"\x89PNG\r\n\x1a\n" + header + comment + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def pdf(catalog=b"", *objects, trailer=b"", packed=()) -> bytes:
    """A paper of one page; ``catalog`` is said in its catalogue, ``packed`` objects stand in an object stream."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        *objects,
    ]
    if packed:
        text = b" ".join(packed)
        data = zlib.compress(b"9 0 " + text)
        about = b"<< /Type /ObjStm /N %d /First 4 /Filter /FlateDecode /Length %d >>" % (len(packed), len(data))
        parts.append(about + b"\nstream\n" + data + b"\nendstream")
    out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    ends = b"trailer\n<< /Size %d /Root 1 0 R " % (len(parts) + 1) + trailer + b" >>\n"
    return out + table + ends + b"startxref\n%d\n%%%%EOF\n" % len(out)


def picture_stream(data: bytes) -> bytes:
    return (
        b"<< /Type /XObject /Subtype /Image /Filter /DCTDecode /Length %d >>\nstream\n" % len(data)
        + data
        + (b"\nendstream")
    )
