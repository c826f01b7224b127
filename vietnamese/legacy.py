"""Vietnamese written before Unicode, as it stands in old workbooks: TCVN3 (.VnTime …) and VNI (VNI-Times …).

Both put Vietnamese letters on the places of Western ones and rely on a font to draw them: a workbook says "§¶ng bé" or
"Ñaûng boä" and shows "Đảng bộ". The font of a cell tells which encoding was meant; where it is not known (CSV, font
changed since) the letters tell: what is no Vietnamese as it stands and makes Vietnamese syllables when converted.

``detect`` looks at one cell, ``suspects`` at the columns of a sheet. Neither changes anything: a person is shown the
samples and agrees first. Look at cells as they were read: ``vietnamese.text.clean`` makes Đ of Ð, which is é in TCVN3.

Tables: TCVN 5712:1993 VN3, the part that fonts draw, and VNI for Windows. Other encodings of that time (VPS, VISCII,
BK HCM) are not guessed at: there is no workbook to prove it with.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from vietnamese.syllables import ACUTE, DOT, GRAVE, HOOK, TILDE, has_syllables

FONT_PREFIXES = (".vn", "vni")  # fonts that draw these encodings have names that begin so, in any case

Font = str | Sequence[tuple[int, str]] | None  # of a cell: its name; or first character and font of each run, in order
Place = tuple[int, int]  # row and column, from 0


class Encoding(StrEnum):
    TCVN3 = "tcvn3"
    VNI = "vni"


class Because(StrEnum):
    """How the encoding was recognised, the surest first."""

    FONT = "font"
    LETTERS = "letters"  # the words of the cell itself
    NEIGHBOURS = "neighbours"  # too little to tell by itself, but what stands around it is written so


# ------------------------------------------------------------------------------------------------ tables

_TCVN3 = {
    ord(code) + place: letter
    for code, letters in (
        ("\u00a1", "ĂÂÊÔƠƯĐăâêôơưđ"),  # U+00AD, the invisible soft hyphen, is ư
        ("\u00b5", "àảãáạ"),
        ("\u00bb", "ằẳẵắ"),
        ("\u00c6", "ặầẩẫấậè"),
        ("\u00ce", "ẻẽéẹềểễếệìỉ"),
        ("\u00dc", "ĩíịò"),
        ("\u00e1", "ỏõóọồổỗốộờởỡớợù"),
        ("\u00f1", "ủũúụừửữứựỳỷỹýỵ"),
    )
    for place, letter in enumerate(letters)
}

_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VNI_LETTERS = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_MARKS = {  # what stands after a vowel: its shape and its tone
    **{mark: ("", tone) for mark, tone in zip("ùøûõï", (ACUTE, GRAVE, HOOK, TILDE, DOT), strict=True)},
    **{mark: (_CIRCUMFLEX, tone) for mark, tone in zip("âáàåãä", ("", ACUTE, GRAVE, HOOK, TILDE, DOT), strict=True)},
    **{mark: (_BREVE, tone) for mark, tone in zip("êéèúüë", ("", ACUTE, GRAVE, HOOK, TILDE, DOT), strict=True)},
}
_VNI_SHAPED = {_CIRCUMFLEX: "aeo", _BREVE: "a"}
_VNI = re.compile(f"([aeouyôö])([{''.join(_VNI_MARKS)}]+)|[{''.join(_VNI_LETTERS)}]", re.IGNORECASE)


def convert(text: str, encoding: Encoding, capitals: bool = False) -> str:
    """Return ``text`` in Unicode, NFC. What the encoding has no letter for stays as it is.

    ``capitals``: it was written in a font of capitals (.VnTimeH), which shows lower-case codes as capitals.
    """
    text = unicodedata.normalize("NFC", text)
    text = text.translate(_TCVN3) if encoding is Encoding.TCVN3 else _VNI.sub(_from_vni, text)
    return text.upper() if capitals else text


def _from_vni(match: re.Match[str]) -> str:
    vowel, marks = match[1], match[2]
    if vowel is None:
        letter = _VNI_LETTERS[match[0].lower()]
        return letter if match[0].islower() else letter.upper()
    shape, tone, used = "", "", 0
    for mark in marks.lower():  # one mark as a rule; "EÂØ" was typed for "EÀ"
        new_shape, new_tone = _VNI_MARKS[mark]
        if new_shape and (shape not in ("", new_shape) or vowel.lower() not in _VNI_SHAPED[new_shape]):
            break
        if new_tone and tone:
            break
        shape, tone, used = shape or new_shape, tone or new_tone, used + 1
    bare = _VNI_LETTERS.get(vowel.lower())
    base = vowel if bare is None else bare if vowel.islower() else bare.upper()
    return unicodedata.normalize("NFC", base + shape + tone) + marks[used:]


@lru_cache(maxsize=1_000)
def encoding_of_font(name: str) -> tuple[Encoding, bool] | None:
    """Return what a font draws: the encoding, and whether it has capitals only (.VnTimeH, .VnArial NarrowH)."""
    name = re.sub(r"(\s+(bold|italic|regular))+$", "", name.strip().casefold())
    if name.startswith(".vn"):
        return Encoding.TCVN3, name.endswith("h")
    return (Encoding.VNI, False) if name.startswith("vni") else None


# ------------------------------------------------------------------------------------------- what words tell


class _Word(NamedTuple):
    """What one word, as it stands and converted, can be."""

    plain: bool  # Vietnamese as it stands
    never: frozenset[Encoding]  # has a letter that is never met in these
    makes: frozenset[Encoding]  # Vietnamese when converted from these
    strong: frozenset[Encoding]  # and hardly by chance
    foreign: bool  # neither, and no abbreviation such as §TNN (ĐTNN)


_WORD = re.compile("[A-Za-z\u00a1-\u036f\u1e00-\u1eff]+")
_SIGN_BEFORE = re.compile("[\u00a2-\u00aa\u00ac-\u00b6\u00b8-\u00ba\u00bc-\u00be][^\\W\\d_]")  # no Unicode: "®ã"
_SIGN_INSIDE = re.compile("[A-Za-z][\u00a1-\u00b6\u00b8-\u00bf]+[A-Za-z]")  # no tongue writes "v¨n"
_OWN = {Encoding.TCVN3: "ý", Encoding.VNI: "íìÍÌ"}  # letters that stand where Unicode has them
_LONGEST_WORD = 40


@lru_cache(maxsize=20_000)
def _word(word: str) -> _Word:
    makes, strong, never, short = set(), set(), set(), False
    letters = [char for char in word if not char.isascii() and char.isalpha()]
    for encoding in Encoding:
        after = convert(word, encoding)
        if after == word:
            if any(char not in _OWN[encoding] for char in letters):
                never.add(encoding)
            continue
        short = short or (after.isupper() and len(after) <= 10)
        if has_syllables(after):
            makes.add(encoding)
            if _count(word, encoding) > 1 or (encoding is Encoding.TCVN3 and _SIGN_INSIDE.search(word)):
                strong.add(encoding)
        else:
            never.add(encoding)
    plain = has_syllables(word) and not _SIGN_BEFORE.search(word)
    if plain:
        strong.clear()
    return _Word(plain, frozenset(never), frozenset(makes), frozenset(strong), bool(letters) and not short)


def _count(word: str, encoding: Encoding) -> int:
    """How many letters of ``word`` would be converted."""
    return sum(ord(char) in _TCVN3 for char in word) if encoding is Encoding.TCVN3 else len(_VNI.findall(word))


def _words(text: str) -> Iterator[str]:
    """The words that tell something: other than ASCII, and more than a letter or sign."""
    return (word for word in _WORD.findall(text) if 1 < len(word) <= _LONGEST_WORD and not word.isascii())


def _tells(text: str) -> bool:
    """Whether a word of the text is Vietnamese only when converted: asked first, as most text has none."""
    return any(about.makes and not about.plain for about in map(_word, _words(unicodedata.normalize("NFC", text))))


def may_hold(texts: Iterable[str]) -> bool:
    """Whether legacy text may be among ``texts``, font aside: quick, for the many workbooks that have none.

    Where this is False, ``suspects`` finds nothing in cells without fonts.
    """
    return any(_tells(part) for part in set(" ".join(texts).split()) if not part.isascii())


@dataclass(slots=True)
class _Votes:
    """How many different words of a text speak for what."""

    words: int = 0
    foreign: int = 0
    plain: Counter[Encoding] = field(default_factory=Counter)  # Vietnamese as it stands, and not from this encoding
    either: Counter[Encoding] = field(default_factory=Counter)  # Vietnamese both ways
    only: Counter[Encoding] = field(default_factory=Counter)  # Vietnamese only when converted
    strong: Counter[Encoding] = field(default_factory=Counter)

    proven: Encoding | None = None  # what ``by_letters`` says

    @staticmethod
    def of(text: str) -> _Votes:
        words = frozenset(_words(unicodedata.normalize("NFC", text)))
        return _known_votes(words) if len(words) <= _FEW_WORDS else _votes(words)

    def by_letters(self) -> Encoding | None:
        """The encoding that the words alone prove: a strong one, or three of which two, and most of the text."""
        best = max(Encoding, key=lambda encoding: (self.only[encoding], self.strong[encoding]))
        only, all_told = self.only[best], self.only[best] + self.either[best]
        proven = self.strong[best] or (only > 1 and all_told > 2)
        return best if proven and only > 2 * self.plain[best] and 5 * all_told >= 3 * self.words else None

    def by_font(self, meant: Encoding) -> Encoding | None:
        """The encoding in a font that draws ``meant``: that one, unless the words prove another or Unicode."""
        other = next(encoding for encoding in Encoding if encoding is not meant)
        if self.only[other] > self.only[meant] + self.either[meant] and self.proven is other:
            return other
        return None if self.plain[meant] > self.only[meant] else meant

    def may_be(self, encoding: Encoding) -> bool:
        """Whether nothing here speaks against being written as the neighbours are."""
        if self.only[encoding] < max(self.only.values(), default=0) or self.only[encoding] < self.foreign:
            return False
        return not self.plain[encoding] or self.only[encoding] > self.plain[encoding]


def _votes(words: frozenset[str]) -> _Votes:
    votes = _Votes()
    for word in words:
        about = _word(word)
        votes.words += about.plain or about.foreign or bool(about.makes)
        votes.foreign += about.foreign and not about.plain and not about.makes
        if about.plain:
            votes.plain.update(about.never)
        (votes.either if about.plain else votes.only).update(about.makes)
        votes.strong.update(about.strong)
    votes.proven = votes.by_letters()
    return votes


_FEW_WORDS = 30
_known_votes = lru_cache(maxsize=5_000)(_votes)  # names of a column are much alike


# ------------------------------------------------------------------------------------------------ one cell


@dataclass(frozen=True, slots=True)
class Finding:
    """A cell of legacy text: what it says (``after``), and what its font showed when that had capitals only."""

    before: str
    after: str
    shown: str
    encoding: Encoding
    because: Because


class _Span(NamedTuple):
    text: str
    meant: Encoding | None  # by its font
    capitals: bool
    known: bool  # whether it has a font at all


def _spans(text: str, font: Font) -> list[_Span]:
    """The parts of ``text`` whose fonts draw different things; characters before the first run have no font."""
    if not font:
        return [_Span(text, None, False, False)]
    runs = [(0, font)] if isinstance(font, str) else sorted(font or (), key=itemgetter(0))
    spans: list[_Span] = []
    for place, (start, name) in enumerate(runs := [(0, ""), *runs]):
        end = runs[place + 1][0] if place + 1 < len(runs) else len(text)
        part = text[max(start, 0) : max(end, 0)]
        meant, capitals = encoding_of_font(name) or (None, False)
        about = meant, capitals, bool(name.strip())
        if part and spans and spans[-1][1:] == about:
            spans[-1] = spans[-1]._replace(text=spans[-1].text + part)
        elif part:
            spans.append(_Span(part, *about))
    return spans


def detect(text: str, font: Font = None, near: Encoding | None = None) -> Finding | None:
    """Return what the cell says when it is legacy text, else None.

    ``near`` is the encoding of the cells around it, for cells too short to tell: "Sè", "BØ".
    """
    if text.isascii() or (not font and not near and not _tells(text)):
        return None
    found: Counter[tuple[Encoding, Because]] = Counter()
    after, shown = [], []
    for span in _spans(text, font):
        encoding, because = _encoding(span, near)
        said = span.text if encoding is None else _convert_words(span.text, encoding)
        if encoding is not None and said != span.text:
            found[encoding, because] += len(span.text)
        else:
            said = span.text
        after.append(said)
        shown.append(said.upper() if span.capitals and encoding is Encoding.TCVN3 else said)
    if not found:
        return None
    encoding, because = found.most_common(1)[0][0]
    said = "".join(after)
    return Finding(text, said, said if shown == after else "".join(shown), encoding, because)


def _encoding(span: _Span, near: Encoding | None) -> tuple[Encoding | None, Because]:
    if span.text.isascii():
        return None, Because.FONT
    votes = _Votes.of(span.text)
    if span.meant is not None:
        encoding = votes.by_font(span.meant)
        return encoding, Because.FONT if encoding is span.meant else Because.LETTERS
    if votes.proven:
        return votes.proven, Because.LETTERS
    if near and votes.may_be(near) and (votes.only[near] or not span.known):
        return near, Because.NEIGHBOURS
    return None, Because.NEIGHBOURS  # in a font of today it says what it shows, if that is Vietnamese


def _convert_words(text: str, encoding: Encoding) -> str:
    """Convert all but the words that are Vietnamese as they stand and would not be: typed in Unicode beside."""
    text = unicodedata.normalize("NFC", text)

    def one(match: re.Match[str]) -> str:
        word = match[0]
        if len(word) <= _LONGEST_WORD and not word.isascii():
            about = _word(word)
            if about.plain and encoding not in about.makes:
                return word
        return convert(word, encoding)

    return _WORD.sub(one, text)


# ------------------------------------------------------------------------------------------------- a sheet

SAMPLES = 3


@dataclass(slots=True)
class Column:
    """The cells of one column that are written in one encoding: offered for conversion together."""

    column: int
    encoding: Encoding
    cells: dict[Place, Finding] = field(default_factory=dict)

    @property
    def because(self) -> Counter[Because]:
        return Counter(finding.because for finding in self.cells.values())

    @property
    def samples(self) -> list[tuple[str, str]]:
        """Before and after of the first cells that differ from each other, as their fonts showed them."""
        return list(dict.fromkeys((finding.before, finding.shown) for finding in self.cells.values()))[:SAMPLES]


def suspects(rows: Sequence[Sequence[object]], fonts: Mapping[Place, Font] | None = None) -> list[Column]:
    """Return the columns of a sheet that hold legacy text, by column and encoding, with every cell found.

    First each cell by its font and its own words; then the cells that are too short to tell, by their column, or by
    the whole sheet when their column tells nothing.
    """
    fonts = fonts or {}
    found: dict[Place, Finding] = {}
    silent: dict[Place, str] = {}
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            if not isinstance(text, str) or text.isascii():
                continue
            place = row, column
            finding = detect(text, fonts.get(place))
            if finding:
                found[place] = finding
            else:
                silent[place] = text
    for place, near in _near(found, silent):
        if finding := detect(silent[place], fonts.get(place), near):
            found[place] = finding
    columns: dict[tuple[int, Encoding], Column] = {}
    for place in sorted(found):
        key = place[1], found[place].encoding
        columns.setdefault(key, Column(*key)).cells[place] = found[place]
    return [columns[key] for key in sorted(columns)]


_FEW = 3  # cells that prove what their column is written in


def _near(found: Mapping[Place, Finding], silent: Mapping[Place, str]) -> Iterator[tuple[Place, Encoding]]:
    """The encoding around each cell that told nothing, where the column is written so, or else the sheet.

    A cell with a word of its own in that encoding needs a few others like it. One that could be read either way
    needs most of the cells it stands among.
    """
    columns: dict[int, list[Place]] = {}
    for place in silent:
        columns.setdefault(place[1], []).append(place)
    proven: dict[int, Counter[Encoding]] = {column: Counter() for column in columns}
    for (_row, column), finding in found.items():
        proven.setdefault(column, Counter())[finding.encoding] += 1
    sheet = sum(proven.values(), Counter[Encoding]())
    for column, places in columns.items():
        around = proven[column] or sheet
        if not around:  # many short cells may tell together what none tells by itself
            together = _Votes.of(" ".join(silent[place] for place in places)).proven
            yield from ((place, together) for place in places if together)
            continue
        near, cells = around.most_common(1)[0]
        votes = {place: _Votes.of(silent[place]) for place in places}
        against = sum(not about.may_be(near) for about in votes.values())
        for place, about in votes.items():
            if cells > against or (cells >= _FEW and about.only[near] > about.foreign):
                yield place, near
