"""Make static/fonts/inter.woff2: Inter with Latin and Vietnamese letters, upright, weights 400 to 700.

Run by hand when the font package changes: `.venv/bin/python tools/subset_fonts.py`. The output is committed.
"""

import shutil
import sys
from importlib.metadata import files
from importlib.util import find_spec
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

OUT = Path(__file__).resolve().parent.parent / "static" / "fonts"
LIMIT = 180_000  # bytes: a first visit over a slow office line
LETTERS = [
    *range(0x20, 0x7F), *range(0xA0, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0,  # Latin, ơ, ư
    *range(0x300, 0x304), 0x306, 0x309, 0x31B, 0x323,  # combining tones, for text typed decomposed
    *range(0x1EA0, 0x1EFA), 0x20AB,  # Vietnamese, đồng
    *range(0x2010, 0x2027), 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x202F, 0x2212, 0x00D7,  # punctuation
    *range(0x2190, 0x2196), 0x2264, 0x2265, 0x2248, 0x2260, 0x221E,  # arrows, comparisons
    0x25B2, 0x25BC, 0x25B4, 0x25BE, 0x25CB, 0x25CF, 0x2713, 0x2717, 0x26A0,  # the symbols of standings
]  # fmt: skip


def main() -> None:
    package = Path(find_spec("fontpkg_inter").origin).parent
    font = TTFont(package / "files" / "Inter[opsz,wght].ttf")
    options = Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "calt", "tnum", "case"]
    options.name_IDs = ["*"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    font = instantiateVariableFont(font, {"opsz": 14, "wght": (400, 700)})
    missing = {letter for letter in LETTERS if letter >= 0x1EA0 and letter < 0x1EFA} - set(font.getBestCmap())
    if missing:
        sys.exit(f"the font lacks Vietnamese letters: {''.join(map(chr, sorted(missing)))}")
    font.flavor = "woff2"
    OUT.mkdir(parents=True, exist_ok=True)
    font.save(OUT / "inter.woff2")
    licence = next(path for path in files("fontpkg-inter") if Path(path).name.upper().startswith(("OFL", "LICENSE")))
    shutil.copy(licence.locate(), OUT / "inter-OFL.txt")
    size = (OUT / "inter.woff2").stat().st_size
    print(f"inter.woff2: {size} bytes, {len(font.getBestCmap())} letters")
    if size > LIMIT:
        sys.exit(f"more than {LIMIT} bytes")


if __name__ == "__main__":
    main()
