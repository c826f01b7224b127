"""Which letters make a Vietnamese syllable: onset + rime + tone, with the tone on its letter.

The grammar is closed (about 20 000 syllables), which tells Vietnamese from text read in a wrong encoding: the chance
that wrongly read letters make a possible syllable is small, and that two words do so is next to nothing.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain

GRAVE, HOOK, TILDE, ACUTE, DOT = TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền hỏi ngã sắc nặng

_ONSETS = frozenset(" b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x".split(" "))
_LONGEST = max(map(len, _ONSETS))

# nucleus -> codas; "" is the open syllable. The tone stands on the letter after ".", in open oa, oe, uy on either.
_NUCLEI = {
    ".a": "  c ch m n ng nh p t i o u y", ".ă": "c m n ng p t", ".â": "c m n ng p t u y",
    ".e": "  c m n ng p t o", ".ê": "  ch m n ng nh p t u", ".i": "  c ch m n ng nh p t u a",
    ".o": "  c m n ng p t i", ".ô": "  c m n ng p t i", ".ơ": "  m n ng p t i",
    ".u": "  c m n ng p t i a", ".ư": "  c m n ng t u a i", ".y": " ",
    "i.ê": "c m n ng p t u", "y.ê": "m n ng t u", "u.ô": "c m n ng t i p", "ư.ơ": "c m n ng p t i u",
    "o.a": "  c ch m n ng nh p t i o y", ".oa": " ", "o.ă": "c m n ng p t", "o.e": "  m n ng t o", ".oe": " ",
    "o.o": "c ng", "u.â": "c n ng t y", "u.ê": "  ch n nh u", "u.ơ": " ",
    "u.y": "  a ch n nh p t u", ".uy": " ", "uy.ê": "n t",
}  # fmt: skip
_STOPS = frozenset(("c", "ch", "p", "t"))  # closed by a stop: sắc or nặng, nothing else


def _rimes() -> frozenset[str]:
    found = set()
    for nucleus, codas in _NUCLEI.items():
        before, _point, after = nucleus.partition(".")
        for coda in {*codas.split(), *([""] if " " in codas[:1] else [])}:
            for tone in (ACUTE, DOT) if coda in _STOPS else ("", *TONES):
                found.add(unicodedata.normalize("NFC", before + after[0] + tone + after[1:] + coda))
    return frozenset(found)


_RIMES = _rimes()
_LETTERS = re.compile(r"[^\W\d_]+")


def is_syllable(word: str) -> bool:
    """Whether ``word`` (letters of one word, NFC) can be a Vietnamese syllable; case is ignored."""
    if not 0 < len(word) <= 7:
        return False
    word = word.lower()
    for length in range(min(_LONGEST, len(word)), -1, -1):
        onset, rime = word[:length], word[length:]
        if onset in _ONSETS and rime in _RIMES and _belong(onset, rime):
            return True
    return False


def _belong(onset: str, rime: str) -> bool:
    """Whether the spelling of the onset is the one used before this rime (ngh before e, ê, i; q only as qu)."""
    first = unicodedata.normalize("NFD", rime)[0]
    if onset in ("gh", "ngh", "k"):
        return first in "eiy"
    if onset in ("c", "ng"):
        return first not in "eiy"
    if onset == "qu":
        return first in "aeiyo" and rime[0] not in "oòỏõóọ"
    if onset == "q":
        return first == "u" and len(rime) > 2  # quỳnh, quýt
    return True


def has_syllables(text: str) -> bool:
    """Whether every word of ``text`` that is not plain ASCII is a possible syllable, and there is one."""
    words = [word for word in _LETTERS.findall(text) if not word.isascii()]
    return bool(words) and all(map(is_syllable, words))


def all_syllables() -> chain[str]:
    """Every syllable the grammar allows, in lower case: for tests."""
    return chain.from_iterable(
        (onset + rime for rime in sorted(_RIMES) if is_syllable(onset + rime)) for onset in sorted(_ONSETS)
    )
