"""Column titles as offices write them, brought to one form so that they can be compared."""

import re
from functools import lru_cache

from vietnamese.text import clean, search_key

ABBREVIATIONS = {
    "dn": "doanh nghiep", "kcn": "khu cong nghiep", "mst": "ma so thue", "msdn": "ma so doanh nghiep",
    "qd": "quyet dinh", "sl": "so luong", "cq": "co quan", "cqbh": "co quan ban hanh", "bh": "ban hanh",
    "cty": "cong ty", "tc": "to chuc", "tcd": "to chuc dang", "cd": "cong doan", "cdcs": "cong doan co so",
    "ld": "lao dong", "nld": "nguoi lao dong", "cnld": "cong nhan lao dong", "cn": "cong nhan", "dv": "don vi",
    "ct": "chi tieu", "vb": "van ban", "sk": "su kien", "htx": "hop tac xa", "kq": "ket qua", "tt": "stt",
    "ngaythang": "ngay", "qg": "quoc gia", "ts": "tong so", "gc": "ghi chu",
}  # fmt: skip

LONGEST = 500  # characters of a title; real ones explain themselves in some 200

# Words that say how, not what: a title means the same without them.
NOISE = re.compile(
    r"\b(?:tong cong|tong|bat dau|binh quan|hien co|hien nay|hien tai|thuc te|cu the|chi tiet|neu co|ghi ro|bat buoc|"
    r"trong do|trong nam|tinh den|den ngay|thang nam|toan bo|duoc|cac|cua|theo|la|chinh xac|day du)\b"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_DAY = re.compile(r"\b\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}\b")
NUMBERING = re.compile(r"\(?\s*(?:\d{1,3}|[A-Za-z])\s*\)?(?:\s*=.*)?")


def words(text: str) -> str:
    """The words of a title without accents, case and short forms: "TenDN", "Tên DN" → "ten doanh nghiep"."""
    plain = search_key(_CAMEL.sub(" ", clean(text)))
    return " ".join(ABBREVIATIONS.get(word, word) for word in plain.split())


def forms(text: str) -> tuple[str, ...]:
    """The forms under which a title may be known, the most literal first; none for what is too long for a title."""
    return _forms(text) if len(text) <= LONGEST else ()


@lru_cache(maxsize=4096)
def _forms(text):
    found: dict[str, None] = {}
    bare = _ASIDE.sub(" ", text)
    for variant in dict.fromkeys((text, bare, _DAY.sub(" ", bare))):
        whole = words(variant)
        for form in (whole, " ".join(NOISE.sub(" ", whole).split())):
            if form:
                found.setdefault(_bag(form))
    if len(bare := search_key(text)) > 5 and " " not in bare:
        found.setdefault(bare)  # "tendoanhnghiep", which no capital letter takes apart
    return tuple(found)


def _bag(form):
    """The words once each, in alphabetical order: "doanh nghiệp, tên" is "tên doanh nghiệp"."""
    return " ".join(sorted(set(form.split())))


def known(titles) -> set[str]:
    """All forms that stand for one column, given its title and synonyms."""
    found = set()
    for title in titles:
        found |= set(forms(title))
        found.add(search_key(title).replace(" ", ""))
    return found
