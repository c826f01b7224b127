"""Reading a page as people do: its words in order, without the marks of HTML."""

import html
import re


def words_of(response) -> str:
    """The text of a page, blanks collapsed."""
    text = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", response.content.decode())
    text = re.sub(r"</?(b|i|s|u|em|strong)\b[^>]*>", "", text)
    text = html.unescape(re.sub(r"<[^>]+>", " ", text))
    return re.sub(r" (?=[.,;:*])", "", re.sub(r"\s+", " ", text))


def row_of(response, name: str) -> str:
    """The words of the table row that begins with ``name``."""
    for row in re.findall(r"(?s)<tr\b.*?</tr>", response.content.decode()):
        text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", row))).strip()
        if text.startswith(name):
            return text
    raise AssertionError(f"no row begins with {name!r}")


def links_of(response, text: str) -> list[str]:
    """Where the links that say ``text`` lead."""
    found = re.findall(r'(?s)<a\b[^>]*href="([^"]+)"[^>]*>(.*?)</a>', response.content.decode())
    return [html.unescape(url) for url, inner in found if re.sub(r"\s*<span.*", "", inner).strip() == text]


def filled(response) -> dict:
    """What a browser would send of the page's form, as it stands."""
    page = response.content.decode()
    page = page[page.index("<main") :]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", page):
        given = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        chosen = given.get("type") not in ("radio", "checkbox") or re.search(r"\schecked\b", tag)
        if chosen and "name" in given:
            sent[given["name"]] = given.get("value", "")
    for name, choices in re.findall(r'(?s)<select name="([^"]+)".*?>(.*?)</select>', page):
        found = re.search(r'value="([^"]*)" selected', choices)
        sent[name] = found[1] if found else ""
    for name, text in re.findall(r'(?s)<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', page):
        sent[name] = html.unescape(text).removeprefix("\n")
    return sent
