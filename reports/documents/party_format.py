"""How a paper of the Party looks: Quy định 399-QĐ/TW and Hướng dẫn 05-HD/VPTW 2026.

Kept in one place because offices differ and the guidance changes: *verify* each value with the zone's own office
before a paper is signed. Lengths are millimetres, sizes and spacing points.
"""

from datetime import date

from organizations.models import Zone
from vietnamese.dates import format_date_long

PAGE = {"width": 210, "height": 297, "top": 20, "bottom": 20, "left": 30, "right": 15}
FONT = {"name": "Times New Roman", "size": 14, "first_line": 10, "line": 18, "title": 16, "party": 15}

PARTY_FORMAT = {
    "uy": "ủy",  # or "uỷ": how this office writes the word in what the application words itself; names stay as stored
    "place": "Hải Phòng",
    "party": "ĐẢNG CỘNG SẢN VIỆT NAM",
    "draft": "DỰ THẢO",
    "report_symbol": "BC",
    "archive": "Lưu Văn phòng.",
    "author": "(đơn vị bổ sung)",
    "prepared": "NGƯỜI LẬP BIỂU",
}

# What the zone's own body is called, and who signs for it. A city's is a Thành ủy, every other's a Đảng ủy.
BODIES = {
    Zone.Kind.CITY: {"title": "Thành ủy", "symbol": "TU", "signs": "T/M BAN THƯỜNG VỤ", "office": "BÍ THƯ"},
    None: {"title": "Đảng ủy", "symbol": "ĐU", "signs": "T/M ĐẢNG ỦY", "office": "BÍ THƯ"},
}
LINE = 24  # capitals on one line of the letterhead's left half
NO_BREAK = "\N{NO-BREAK SPACE}"
CITY_PREFIX = "Thành phố "
TITLES = [f"{title} {uy}" for title in ("Đảng", "Thành", "Quận", "Huyện") for uy in ("ủy", "uỷ")]
ABOVE_THE_CITY = "Ban Chấp hành Trung ương"


def spell(text: str) -> str:
    """Write "ủy" or "uỷ" as the office does; only for words of the application, never for stored names."""
    if PARTY_FORMAT["uy"] == "uỷ":
        return text.replace("ủy", "uỷ").replace("Ủy", "Uỷ").replace("ỦY", "UỶ")
    return text


def body(zone: Zone) -> str:
    """The Party body of a zone: "Đảng ủy Khu kinh tế Hải Phòng", "Thành ủy Hải Phòng"."""
    return " ".join(_title_and_name(zone))


def place(zone: Zone) -> str:
    """The zone as a place, in a sentence: "Khu kinh tế Hải Phòng", "thành phố Hải Phòng"."""
    name = _title_and_name(zone)[1]
    return f"{CITY_PREFIX.lower()}{name}" if zone.kind == Zone.Kind.CITY else name


def _title_and_name(zone):
    """The title of the zone's body, and the rest: some offices name a zone by its body, some by its place."""
    for title in TITLES:
        if zone.name.startswith(f"{title} "):
            return title, zone.name.removeprefix(f"{title} ")
    return spell(_body(zone)["title"]), zone.name.removeprefix(CITY_PREFIX)


def _body(zone):
    return BODIES.get(zone.kind, BODIES[None])


def letterhead(zone: Zone, day: date) -> dict[str, str]:
    """What stands above the title: who is above, who writes, the number to be given, the place and the day."""
    # A name too long for one line is broken before the place, not within it
    title, name = (part.upper() for part in _title_and_name(zone))
    symbol = f"{PARTY_FORMAT['report_symbol']}/{_body(zone)['symbol']}"
    return {
        "superior": (body(zone.parent) if zone.parent else ABOVE_THE_CITY).upper(),
        "issuer": f"{title}\n{name}" if len(f"{title} {name}") > LINE else f"{title} {name}",
        "number": f"Số{NO_BREAK * 6}-{symbol}",
        "party": PARTY_FORMAT["party"],
        "place_and_date": f"{PARTY_FORMAT['place']}, {format_date_long(day)}",
        "draft": PARTY_FORMAT["draft"],
    }


def signature(zone: Zone) -> dict:
    """What stands below the text. The name stays blank: the application names no one and signs for no one."""
    above = body(zone.parent) if zone.parent else ABOVE_THE_CITY
    recipients = [f"{above} (để báo cáo),"]
    if zone.parent and zone.kind != Zone.Kind.CITY:
        recipients.append(spell("Ban Tổ chức Thành ủy (để báo cáo),"))
    return {
        "recipients_title": "Nơi nhận:",
        "recipients": [f"- {line}" for line in recipients] + [f"- {PARTY_FORMAT['archive']}"],
        "for": spell(_body(zone)["signs"]),
        "office": _body(zone)["office"],
    }


def table_signatures(zone: Zone) -> dict[str, str]:
    """What stands below a table that is signed by hand: a day left blank, who made it, who signs for the body."""
    blank = "…" * 3
    return {
        "place_and_date": f"{PARTY_FORMAT['place']}, ngày {blank} tháng {blank} năm {blank}",
        "prepared": PARTY_FORMAT["prepared"],
        "for": spell(_body(zone)["signs"]),
        "office": _body(zone)["office"],
    }
