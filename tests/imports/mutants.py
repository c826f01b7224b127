"""Spoilt copies of valid workbooks, the same ones for the same number: ``mutant(17)`` is (name, bytes, what was done).

Some are still valid. Each is spoilt in one to three ways, of its bytes, its package, its XML or its cells.
"""

import csv
import io
import random
import re
import struct
import warnings
import zipfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

from tests import make
from tests.imports.office import workbook

FILES = Path(__file__).parent / "files"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"

ABSURD = (
    None, "", 0, -1, 1e308, -1e-300, 38.555, 10**15, 2**53 + 1, float(2**70), True, False, "NaN", "1e999", "٣", "½",
    "Ⅻ", "31/02/2024", "00/00/0000", "9999-99-99", 2958466.0, -693594.0, 45000.75, date(1900, 1, 1), date(9999, 12, 31),
    "=1+1", "=HYPERLINK(\"http://a.b\",\"x\")", "+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "-2+3", "==1+1",
    "#N/A", "#REF!", "Err:502", "\u202eabc", "\u200b", "\ufeff", "\u0301" * 400, "Z\u0323\u0301" * 300,
    "\U0001f600" * 50, "\u00a0", "\u3000", "'", '"', "''", "„", "--", "…", "x" * 32_767, "Đ" * 8_000, "a\nb\r\nc\td",
    "';DROP TABLE x;--", "<script>alert(1)</script>", "{{7*7}}", "{% now %}", "%s%n%x", "\\", "../../etc/passwd",
    "§¶ng bé", "Coâng ty", "ÿ", "Tổng cộng", "Người lập biểu", "(1)", "STT", "Mã số thuế",
)  # fmt: skip


def tables():
    """Rows of one small valid workbook of each kind."""
    enterprises = [
        ["STT", "Mã số thuế", "Tên doanh nghiệp", "KCN", "Loại vốn", "Quốc gia", "Số lao động", "Ngày hoạt động"],
        *(
            [n, make.tax_code(n), f"Công ty TNHH Bến Cảng {n}", "Đình Vũ", "FDI", "Nhật Bản", 10 * n, date(2020, 1, n)]
            for n in range(1, 13)
        ),
    ]  # fmt: skip
    organizations = [
        ["Mã", "Tên tổ chức", "Loại tổ chức", "Số quyết định", "Ngày quyết định", "Số thành viên"],
        *(
            [f"CB{n}", f"Chi bộ Bến Cảng {n}", "Chi bộ cơ sở", f"{n}-QĐ/ĐU", date(2024, 5, n), 3 + n]
            for n in range(1, 9)
        ),
    ]
    targets = [
        ["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao", "Văn bản giao", "Ngày văn bản"],
        *(["HP-KKT", "party_members", 2020 + n, "5-7", f"{n}-KH/ĐU", f"0{n}/01/202{n}"] for n in range(1, 6)),
    ]
    headcounts = [
        ["Mã số thuế", "Ngày", "Tổng số", "Nữ"],
        *([make.tax_code(n), "31/12/2024", 10 * n, n] for n in range(1, 9)),
    ]
    events = [
        ["Tổ chức", "Sự kiện", "Ngày quyết định", "Số quyết định", "Số lượng", "Trong đó nữ"],
        *(["Chi bộ có thật", "Kết nạp", date(2024, 6, n), f"{n}-QĐ/ĐU", n, 1] for n in range(1, 6)),
    ]
    return [enterprises, organizations, targets, headcounts, events]


def as_xlsx(rows):
    title = [["DANH SÁCH"], [], ["Số liệu đến 31/12/2024"]]
    parts = unpacked(workbook(*rows, title=title, merges=[(0, 0, 0, 4, "DANH SÁCH")]))
    made = re.compile(rb"\d{4}-\d\d-\d\dT[\d:]+Z")  # the moment it is made: the only thing that differs each time
    return packed([(name, made.sub(b"2026-01-01T00:00:00Z", content)) for name, content in parts])


def as_csv(rows, delimiter=";", coding="utf-8"):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(
        [f"{cell:%d/%m/%Y}" if isinstance(cell, date) and cell.year > 999 else cell for cell in row] for row in rows
    )
    return stream.getvalue().encode(coding, "replace")


def as_ods(rows):
    lines = []
    for row in rows:
        cells = []
        for cell in row:
            if isinstance(cell, (int, float)) and not isinstance(cell, bool):
                about = f'office:value-type="float" office:value="{cell}"'
            elif isinstance(cell, date):
                about = f'office:value-type="date" office:date-value="{cell:%Y-%m-%d}"'
            else:
                about = 'office:value-type="string"'
            text = re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff]", "", "" if cell is None else str(cell))
            cells.append(f"<table:table-cell {about}><text:p>{escape(text)}</text:p></table:table-cell>")
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet1">{"".join(lines)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return packed(  # which says no moment: a package that tells when it was made differs each time
        [
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", b"<manifest/>"),
            ("content.xml", content.encode()),
        ]
    )


@cache
def old_workbooks():
    """Workbooks of before 2007, which nothing here can write."""
    paths = [*sorted(FILES.glob("*.xls")), *sorted((SHARED / "legacy_xls").glob("*.xls"))]
    return [path.read_bytes() for path in paths]


# ------------------------------------------------------------------------------------------ bytes


def flipped(data, chance):
    data = bytearray(data)
    for _change in range(chance.choice([1, 3, 20, 200])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def truncated(data, chance):
    return data[: chance.randrange(len(data))]


def repeated(data, chance):
    start = chance.randrange(len(data))
    piece = data[start : start + chance.choice([1, 100, 5000])]
    return data[:start] + piece * chance.choice([2, 50]) + data[start:]


def removed(data, chance):
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.choice([1, 7, 512, 4096]) :]


def zeroed(data, chance):
    start, size = chance.randrange(len(data)), chance.choice([1, 4, 64, 512])
    return data[:start] + bytes(min(size, len(data) - start)) + data[start + size :]


def filled(data, chance):
    """Lengths and counts become enormous: four bytes of 0xFF here and there."""
    data = bytearray(data)
    for _change in range(chance.choice([1, 4, 16])):
        start = chance.randrange(len(data))
        data[start : start + 4] = chance.choice([b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80"])
    return bytes(data)


def mixed(data, chance):
    """The beginning of this file and the end of another."""
    other = chance.choice(old_workbooks())
    return data[: chance.randrange(len(data))] + other[chance.randrange(len(other)) :]


BYTES = [flipped, truncated, repeated, removed, zeroed, filled, mixed]

# ------------------------------------------------------------------------------------------ the package


def unpacked(data):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [(name, archive.read(name)) for name in archive.namelist()]
    except Exception:  # spoilt already, in one of many ways
        return []


def packed(parts, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in parts:
            info = zipfile.ZipInfo(name)
            info.compress_type = compression
            archive.writestr(info, content)
    return stream.getvalue()


def without_a_member(parts, chance):
    parts.pop(chance.randrange(len(parts)))
    return packed(parts)


def renamed_member(parts, chance):
    place = chance.randrange(len(parts))
    name, content = parts[place]
    new = chance.choice(
        [name.upper(), "/" + name, "../" + name, name + "x", name.replace("/", "\\"), "x" * 5000, "é", ""]
    )
    parts[place] = (new or "_", content)
    return packed(parts)


def swapped_members(parts, chance):
    one, other = chance.randrange(len(parts)), chance.randrange(len(parts))
    (name, content), (other_name, other_content) = parts[one], parts[other]
    parts[one], parts[other] = (name, other_content), (other_name, content)
    return packed(parts)


def stored(parts, chance):
    return packed(parts, zipfile.ZIP_STORED)


def other_compression(parts, chance):
    return packed(parts, chance.choice([zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))


def many_members(parts, chance):
    return packed(parts + [(f"xl/more{number}.xml", b"<a/>") for number in range(chance.choice([50, 300, 5000]))])


def inflating(parts, chance):
    return packed(parts + [("xl/media/image1.png", bytes(chance.choice([4, 30, 101]) * 2**20))])


def lies_about_sizes(parts, chance):
    """Sizes, check sums, methods, flags or places in the directory and the headers are not true."""
    data = bytearray(packed(parts))
    marks = [match.start() for match in re.finditer(rb"PK\x01\x02|PK\x03\x04|PK\x05\x06", bytes(data))]
    for _change in range(chance.choice([1, 3])):
        start = chance.choice(marks) + chance.choice([6, 8, 10, 14, 16, 18, 20, 22, 24, 26, 28, 30, 42])
        lie = chance.choice([0, 1, 8, 9, 99, 0xFFFF, 0xFFFFFFFF, 0x7FFFFFFF, chance.getrandbits(32)])
        data[start : start + 4] = struct.pack("<I", lie)
    return bytes(data)


def doubled_members(parts, chance):
    """The same name twice: what one reader checks need not be what another reads."""
    name, content = chance.choice(parts)
    stream = io.BytesIO(packed(parts))
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name + "\0" if chance.random() < 0.2 else name[:-1] + chr(ord(name[-1]) ^ 1))
        archive.writestr(info, content[: chance.randrange(len(content) + 1)])
    data = stream.getvalue()
    return data.replace(info.filename.encode(), name.encode()) if len(info.filename) == len(name) else data


PACKAGE = [
    without_a_member, renamed_member, swapped_members, stored, other_compression, many_members, inflating,
    lies_about_sizes, lies_about_sizes, doubled_members,
]  # fmt: skip

# ------------------------------------------------------------------------------------------ its XML

TAG = re.compile(rb"<[^?!][^>]*>")
VALUE = re.compile(rb'="[^"]*"')
HUGE = (
    b"1048577",
    b"4294967295",
    b"-1",
    b"99999999999999999999",
    b"A0",
    b"XFE1",
    b"ZZZZZ99999999",
    b"",
    b"1e999",
    b"\x00",
)


def tag_dropped(text, chance):
    tag = _one(TAG, text, chance)
    return text[: tag.start()] + text[tag.end() :] if tag else text


def tag_repeated(text, chance):
    tag = _one(TAG, text, chance)
    return text[: tag.end()] + tag[0] * chance.choice([1, 100, 100_000]) + text[tag.end() :] if tag else text


def node_repeated(text, chance):
    node = _one(
        re.compile(rb"<(row|c|si|sheet|xf|font|mergeCell)\b[^>]*>.*?</\1>|<mergeCell [^>]*/>", re.S), text, chance
    )
    return text[: node.end()] + node[0] * chance.choice([1, 1000, 20_000]) + text[node.end() :] if node else text


def value_changed(text, chance):
    value = _one(VALUE, text, chance)
    new = chance.choice([*HUGE, b"x" * 2_000_000, b"&#x1F4A9;" * 1000, b"&unknown;", b"&#0;"])
    return text[: value.start() + 2] + new + text[value.end() - 1 :] if value else text


def places_huge(text, chance):
    """Cells and rows far outside, or the dimension a lie."""
    kind = chance.choice(
        [rb'<dimension ref="[^"]*"', rb'<c r="[^"]*"', rb'<row r="[^"]*"', rb' s="\d+"', rb' spans="[^"]*"']
    )
    new = chance.choice([b"A1:XFD1048576", b"XFD1048576", b"A1048576", b"GR70000", b"4294967296", b"ZZZZ1", b"A100001"])
    place = _one(re.compile(kind), text, chance)
    return text[: place.start()] + VALUE.sub(b'="' + new + b'"', place[0]) + text[place.end() :] if place else text


def merged_whole(text, chance):
    merges = [b'<mergeCell ref="A1:XFD1048576"/>', b'<mergeCell ref="A4:A1048576"/>', b'<mergeCell ref="B2:A1"/>']
    new = chance.choice([*merges, b'<mergeCell ref="A1:GR100000"/>' * 5000, b'<mergeCell ref="A5:H60"/>' * 60_000])
    return re.sub(rb"<mergeCells[^>]*>", lambda match: match[0] + new, text)


def string_index(text, chance):
    index = chance.choice([b"-1", b"999999999", b"4294967296", b"1.5", b"", b"x", b" 1"])
    value = _one(re.compile(rb't="s"><v>\d+</v>'), text, chance)
    return text[: value.start()] + b't="s"><v>' + index + b"</v>" + text[value.end() :] if value else text


def cell_kind(text, chance):
    kind = chance.choice([b"s", b"b", b"e", b"d", b"n", b"str", b"inlineStr", b"zzz", b""])
    cell = _one(re.compile(rb't="s"'), text, chance)
    return text[: cell.start()] + b't="' + kind + b'"' + text[cell.end() :] if cell else text


def other_encoding(text, chance):
    coding = chance.choice(["utf-16", "utf-32", "latin-1", "utf-7"])
    return text.decode("utf-8", "replace").replace("UTF-8", coding).encode(coding, "replace")


def declared(text, chance):
    lol = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return text.replace(
        b"?>", b"?>" + chance.choice([lol, b"<!DOCTYPE x>", b'<!ENTITY a SYSTEM "file:///etc/passwd">']), 1
    )


def nested(text, chance):
    tag = _one(TAG, text, chance)
    deep = chance.choice([100, 5000, 200_000])
    return text[: tag.start()] + b"<a>" * deep + b"</a>" * deep + text[tag.start() :] if tag else text


def nul(text, chance):
    place = chance.randrange(len(text) + 1)
    return text[:place] + b"\0" * chance.choice([1, 1000]) + text[place:]


def formula(text, chance):
    value = _one(re.compile(rb"<v>"), text, chance)
    new = (
        b"<f>" + chance.choice([b"A1", b"1/0", b"(" * 10_000, b"HYPERLINK(&quot;x&quot;)", b'INDIRECT("A1")']) + b"</f>"
    )
    return text[: value.start()] + new + text[value.start() :] if value else text


def _one(pattern, text, chance):
    found = list(pattern.finditer(text))
    return chance.choice(found) if found else None


XML = [
    tag_dropped, tag_repeated, node_repeated, value_changed, places_huge, places_huge, merged_whole, string_index,
    cell_kind, other_encoding, declared, nested, nul, formula,
]  # fmt: skip


def spoilt_xml(data, chance):
    parts = unpacked(data)
    places = [place for place, (name, _content) in enumerate(parts) if name.endswith((".xml", ".rels"))]
    if not places:
        return flipped(data, chance), "flipped"
    telling = [place for place in places if re.search("sheet|sharedStrings|styles|workbook|content", parts[place][0])]
    change = chance.choice(XML)
    place = chance.choice(telling or places)
    parts[place] = parts[place][0], change(parts[place][1], chance)
    return packed(parts), f"{change.__name__} in {parts[place][0]}"


# ------------------------------------------------------------------------------------------ cells


def cells_swapped(rows, chance):
    for row in rows[1:]:
        one, other = chance.randrange(len(row)), chance.randrange(len(row))
        row[one], row[other] = row[other], row[one]


def header_shuffled(rows, chance):
    chance.shuffle(rows[0])


def header_doubled(rows, chance):
    rows[0][chance.randrange(len(rows[0]))] = rows[0][chance.randrange(len(rows[0]))]


def absurd_cells(rows, chance):
    for _cell in range(chance.choice([1, 5, 40])):
        row = chance.choice(rows)
        row[chance.randrange(len(row))] = chance.choice(ABSURD)


def absurd_column(rows, chance):
    place, value = chance.randrange(len(rows[0])), chance.choice(ABSURD)
    for row in rows[1:]:
        row[place : place + 1] = [value]


def ragged(rows, chance):
    for row in rows:
        del row[chance.randrange(len(row) + 1) :]
        row.extend([None] * chance.choice([0, 1, 150, 250]) + ["x"])


def rows_multiplied(rows, chance):
    rows += [list(row) for row in rows[1:]] * chance.choice([2, 40, 200])


def turned(rows, chance):
    rows[:] = [list(column) for column in zip(*rows, strict=False)]


CELLS = [
    cells_swapped, header_shuffled, header_doubled, absurd_cells, absurd_cells, absurd_cells, absurd_column, ragged,
    rows_multiplied, turned,
]  # fmt: skip


def quotes(text, chance):
    place = chance.randrange(len(text) + 1)
    return text[:place] + chance.choice([b'"', b'""', b'"""', b'";"', b'"' * 999, b'"\n']) + text[place:]


def other_coding(text, chance):
    coding = chance.choice(["utf-16", "utf-16-be", "utf-32", "cp1258", "cp1252", "utf-8-sig", "utf-7", "mac-roman"])
    return text.decode("utf-8", "replace").encode(coding, "replace")


def odd_lines(text, chance):
    return text.replace(b"\r\n", chance.choice([b"\r", b"\n\r", b"\x0b", b"\xc2\x85", b"\xe2\x80\xa8", b"\n\n", b""]))


def separators(text, chance):
    return text.replace(b";", chance.choice([b";;", b"|", b"\t", b",", b" ", b"\0", b";" * 300]))


TEXT = [quotes, other_coding, odd_lines, separators, nul]


def thousands_of_sheets(rows, chance):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})
        for number in range(chance.choice([40, 190, 2000])):
            book.add_worksheet(f"Trang {number}").write_row(0, 0, [str(cell) for cell in chance.choice(rows)])
    return stream.getvalue()


# ------------------------------------------------------------------------------------------ together


def mutant(number):
    """The name, the bytes and the history of the spoilt workbook of this number."""
    chance = random.Random(number)
    rows = [list(row) for row in chance.choice(tables())]
    way = chance.choice(["xlsx"] * 5 + ["xls"] * 2 + ["csv"] * 2 + ["ods"])
    history = []
    if way != "xls" and chance.random() < 0.5:
        for change in chance.sample(CELLS, chance.choice([1, 1, 2])):
            change(rows, chance)
            history.append(change.__name__)
            rows = [row or [None] for row in rows] or [[None]]
    if way == "xls":
        data = chance.choice(old_workbooks())
    elif way == "csv":
        data = as_csv(rows, chance.choice(";,\t"))
    elif way == "ods":
        data = as_ods(rows)
    elif chance.random() < 0.02:
        data = thousands_of_sheets(rows, chance)
        history.append("thousands_of_sheets")
    else:
        data = as_xlsx(rows)
    for _time in range(chance.choice([0, 1, 1, 2]) if history else chance.choice([1, 1, 2, 3])):
        data, change = spoilt(data, way, chance)
        history.append(change)
        data = data or b"\0"
    return f"tệp {number}.{way}", data, ", ".join(history)


def spoilt(data, way, chance):
    if way == "csv" and chance.random() < 0.7:
        change = chance.choice(TEXT)
        return change(data, chance), change.__name__
    if way in ("xlsx", "ods") and chance.random() < 0.8:
        if chance.random() < 0.7:
            return spoilt_xml(data, chance)
        parts = unpacked(data)
        if parts:
            change = chance.choice(PACKAGE)
            return change(parts, chance), change.__name__
    change = chance.choice(BYTES)
    return change(data, chance), change.__name__
