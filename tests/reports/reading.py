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
