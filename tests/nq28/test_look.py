"""Everybody can read it: contrast in both modes, every Vietnamese letter, every theme said once."""

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
CSS = (STATIC / "css" / "nq28.css").read_text()


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))


LIGHT = tokens(re.search(r"^:root \{(.*?)\}", CSS, re.S | re.M)[1])
DARK_BY_DEVICE = tokens(re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\}', CSS, re.S)[1])
DARK_BY_CHOICE = tokens(re.search(r'^:root\[data-theme="dark"\] \{(.*?)\}', CSS, re.S | re.M)[1])


def luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance of #rgb or #rrggbb."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_the_standard_does():
    assert contrast("#fff", "#000000") == pytest.approx(21)
    assert contrast("#ffffff", "#9e1b1e") == pytest.approx(7.99, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, LIGHT | DARK_BY_CHOICE], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        ("ink", "paper card head track ok-bg ok-bg-strong warn-bg bad-bg info-bg"),
        ("mute", "paper card head track"),
        ("ok", "paper card ok-bg"),
        ("warn", "paper card warn-bg"),
        ("bad", "paper card bad-bg"),
        ("link", "paper card head info-bg"),
        ("red-ink", "card paper"),
        ("on-red", "red red-deep"),
    ],
)
def test_text_stands_out_from_its_ground(theme, text, grounds):
    weak = {ground: contrast(theme[text], theme[ground]) for ground in grounds.split()}

    assert {ground: ratio for ground, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", [LIGHT, LIGHT | DARK_BY_CHOICE], ids=["light", "dark"])
def test_boxes_and_focus_can_be_seen(theme):
    for ground in ("card", "paper"):
        assert contrast(theme["line-strong"], theme[ground]) >= 3
        assert contrast(theme["focus"], theme[ground]) >= 3


def test_darkness_is_the_same_by_device_and_by_choice():
    assert DARK_BY_DEVICE == DARK_BY_CHOICE
    assert len(DARK_BY_CHOICE) > 15


def test_the_font_has_every_vietnamese_letter_and_stays_small():
    file = STATIC / "fonts" / "inter.woff2"
    letters = set(TTFont(file).getBestCmap())
    alphabet = "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY₫–—“”…✓▲▼○"

    assert (set(map(ord, alphabet)) | set(range(0x1EA0, 0x1EFA))) - letters == set()
    assert file.stat().st_size < 180_000
