"""What each page and paper says of a figure, read from what it shows: parsed as a stranger would, none of it ours.

A figure is told as a dict of what the surface shows of it: ``actual``, ``low``, ``high`` (numbers or None),
``percent`` ("105.3" or None) and ``standing`` (a word of ``STANDINGS``); a surface that does not show one of them
leaves it out.
"""

import csv
import re
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO, StringIO

from docx import Document
from lxml import html
from openpyxl import load_workbook

SILENT = {"chưa báo cáo": "not_reported", "chưa có số liệu": "no_data", "không áp dụng": "not_applicable"}
STANDINGS = {
    "vượt": "exceeded", "đạt": "met", "chưa đạt": "below", "chưa giao chỉ tiêu": "no_target", **SILENT,
    "đang thực hiện": "on_track", "đang thực hiện, đúng tiến độ": "on_track",
    "chậm tiến độ": "behind", "đang thực hiện, chậm tiến độ": "behind",
}  # fmt: skip
COUNT = re.compile(r"\d{1,3}(?:\.\d{3})*|\d+")
PERCENT = re.compile(r"(\d{1,3}(?:\.\d{3})*|\d+)(?:,(\d))?%")
DATE = re.compile(r"\d\d/\d\d/(\d{4})")


# ------------------------------------------------------------------------------------------ cells


def count(cell):
    """38555 of "38.555" or of the number of a sheet; None of "—" and of a silence."""
    if isinstance(cell, int | float):
        assert cell == int(cell)
        return int(cell)
    if cell == "—" or cell in SILENT:
        return None
    assert COUNT.fullmatch(cell), cell
    return int(cell.replace(".", ""))


def ends(cell):
    """(5, 7) of "5–7", (8, 8) of "8", (None, None) of "—" and of "không áp dụng"."""
    low, _dash, high = (cell, "", "") if isinstance(cell, int | float) else cell.partition("–")
    return (count(low), count(high) if high else count(low))


def percent(cell):
    """ "105.3" of "105,3%" or of the number 1.053 of a sheet; None when there is none."""
    if isinstance(cell, int | float):
        return str((Decimal(str(cell)) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP))
    if cell in ("—", "") or cell in SILENT:
        return None
    found = PERCENT.fullmatch(cell)
    assert found, cell
    return f"{found[1].replace('.', '')}.{found[2] or 0}"


def said(text):
    """Standing and percent of "▲ Vượt 275%", "275% ▲ Vượt" and "○ Chưa báo cáo"."""
    found = PERCENT.search(text)
    words = " ".join(PERCENT.sub("", text).strip("▲✓▼→—×○ ").split()).strip("▲✓▼→—×○ ").lower()
    return {"standing": STANDINGS[words], "percent": percent(found[0]) if found else None}


# ------------------------------------------------------------------------------------------ tables of any paper


def annexes(tables):
    """(indicator, year) → what the annexes say; ``tables`` are (heads, rows), a head being (group, title)."""
    found = {}
    for heads, rows in tables:
        titles = [title for _group, title in heads]
        if titles[:2] == ["Nội dung", "ĐVT"] and "Mức đạt" in titles:
            at = {title: place for place, title in enumerate(titles)}
            for row in rows:
                found.setdefault((row[0], int(row[at["Năm"]])), {})["details"] = {
                    "low": count(row[at["Mức thấp"]]), "high": count(row[at["Mức cao"]]),
                    "actual": count(row[at["Kết quả"]]), "percent": percent(row[at["Tỷ lệ trên mức thấp (%)"]]),
                    "standing": STANDINGS[row[at["Mức đạt"]]],
                }  # fmt: skip
        elif titles[:2] == ["STT", "Nội dung"] and "Tỷ lệ (%)" in titles:
            for row in rows:
                for place, (group, title) in enumerate(heads):
                    if title == "Chỉ tiêu" and (year := re.fullmatch(r"Năm (\d{4})", group)):
                        low, high = ends(row[place])
                        found.setdefault((row[1], int(year[1])), {})["by year"] = {
                            "low": low, "high": high, "actual": count(row[place + 1]),
                            "percent": percent(row[place + 2]),
                        }  # fmt: skip
    return found


def csv_tables(content):
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    for at, row in enumerate(rows):
        if row[:1] in (["STT"], ["Nội dung"]):
            heads = [tuple(text.split(": ", 1)) if ": " in text else ("", text) for text in row]
            body = []
            for line in rows[at + 1 :]:
                if len(line) != len(row):
                    break
                body.append(line)
            yield heads, body


def sheet_tables(content):
    for sheet in load_workbook(BytesIO(content)):
        rows = [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]
        top = next((at for at, row in enumerate(rows) if row[0] in ("STT", "Nội dung")), None)
        if top is None:
            continue
        groups = []
        for place, text in enumerate(rows[top]):
            groups.append(text or (groups[place - 1] if rows[top + 1][place] else ""))
        heads = [
            (group, lower) if lower else ("", group)
            for group, lower in zip(groups, rows[top + 1], strict=True)
        ]  # fmt: skip
        yield heads, [row for row in rows[top + 2 :] if row[0] != ""]


def word_tables(content):
    for table in Document(BytesIO(content)).tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        if rows[0][0] in ("STT", "Nội dung"):
            heads = [("", upper) if upper == lower else (upper, lower) for upper, lower in zip(*rows[:2], strict=True)]
            yield heads, rows[2:]


def text_of(element):
    return " ".join(element.text_content().split())


def html_tables(page):
    for table in page.iterfind(".//table"):
        heads = {}
        lines = table.findall("./thead/tr")
        for down, line in enumerate(lines):
            place = 0
            for cell in line:
                while (down, place) in heads:
                    place += 1
                for row in range(int(cell.get("rowspan", 1))):
                    for column in range(int(cell.get("colspan", 1))):
                        heads[down + row, place + column] = text_of(cell)
        width = 1 + max(place for _down, place in heads)
        last = len(lines) - 1
        named = [
            ("" if heads[0, place] == heads[last, place] else heads[0, place], heads[last, place])
            for place in range(width)
        ]
        yield named, [[text_of(cell) for cell in line] for line in table.findall("./tbody/tr")]


# ------------------------------------------------------------------------------------------ pages


def read_page(response):
    assert response.status_code == 200, response.content[:500]
    return html.document_fromstring(response.content.decode())


def report_page(response):
    return annexes(html_tables(read_page(response)))


def dashboard(page, year):
    """(indicator, year) → what the rows, the numbers behind the chart and the matrix of years say of ``year``."""
    found = {}
    rows = page.find(".//table[@class='table-figures board with-term']")
    names = []
    for line in rows.findall("./tbody/tr"):
        name = line.find("th").text.strip()
        names.append(name)
        result = line.find("td[@class='result']")
        shown = result.find("a")
        low, high = ends(text_of(line.find("td[@class='target']")))
        standing = line.find(".//span[@class]/small/..")
        standing.remove(standing.find("small"))
        found[name, year] = {
            "rows": {
                "actual": None if shown is None else count(shown.text.strip()), "low": low, "high": high,
                **said(text_of(standing)),
            }
        }  # fmt: skip
    for line in page.iterfind(".//details[@class='behind']//tbody/tr"):
        cells = [text_of(cell) for cell in line]
        found[cells[0], year]["numbers"] = {
            "actual": count(cells[2]), "low": count(cells[3]), "high": count(cells[4]), "percent": percent(cells[5]),
        }  # fmt: skip
    matrix = page.findall(".//div[@role='region']/table")[-1]
    here = next(
        at for at, head in enumerate(matrix.findall("./thead/tr[last()]/th")) if head.get("aria-current") == "true"
    )
    for name, line in zip(names, matrix.findall("./tbody/tr"), strict=True):
        cell = line[here]
        shown = cell.find("a")
        found[name, year]["years"] = {
            "actual": None if shown is None else count(text_of(shown)), **said(text_of(cell.find("small"))),
        }  # fmt: skip
    return found


def links_of_rows(page):
    """indicator → where its number on the dashboard leads; those without a number lead nowhere."""
    return {
        line.find("th").text.strip(): line.find("td[@class='result']/a").get("href")
        for line in page.find(".//table[@class='table-figures board with-term']").findall("./tbody/tr")
        if line.find("td[@class='result']/a") is not None
    }


def targets_page(page, year):
    found = {}
    for line in page.find(".//table[@class='table-figures stack targets']").findall("./tbody/tr"):
        _name, given, _paper, result, standing, _published = line
        low, high = ends(text_of(given))
        shown = result.find("a")
        found[line.find("th").text.strip(), year] = {
            "sheet": {
                "actual": None if shown is None else count(text_of(shown)), "low": low, "high": high,
                **said(text_of(standing)),
            }
        }  # fmt: skip
    return found


def events_by_year(client, url):
    """year → the sum of the quantities of the events listed there, all pages read."""
    sums = {}
    while url:
        page = read_page(client.get(url))
        assert page.find_class("lede")[0].get("role") is None, text_of(page.find_class("lede")[0])
        for line in page.iterfind(".//table[@class='table-figures events']/tbody/tr[@id]"):
            year = int(DATE.fullmatch(text_of(line[0]))[1])
            quantity = text_of(line.find("td[@class='quantity']"))
            sign = -1 if quantity.startswith("−") else 1
            sums[year] = sums.get(year, 0) + sign * count(quantity.lstrip("−"))
        further = page.find(".//nav[@class='pages no-print']/a[@rel='next']")
        url = None if further is None else further.get("href")
    return sums
