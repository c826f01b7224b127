"""The looks a workbook has, and those we add: the same look on another ground."""

import copy

from lxml import etree

from vietnamese.spreadsheets import FORMULA_STARTS

from .findings import FILLS, REASON_COLOURS
from .package import Stop, name_of

BEFORE_UNICODE = (".vn", "vni")  # how the names of fonts begin that draw TCVN3 or VNI


class Styles:
    """The looks of cells in the part ``name``; a style is a place in its list, as cells name it."""

    def __init__(self, package, name):
        self.package, self.name = package, name
        self.root = package.xml(name)
        self.lists = {name_of(child): child for child in self.root}
        if not all(one in self.lists for one in ("fonts", "fills", "borders", "cellXfs")):
            raise Stop("styles")
        self.looks = self.lists["cellXfs"]
        self.made = {}
        self.ours = self._ours()

    def save(self):
        for name in ("fonts", "fills", "borders", "cellXfs"):
            self.lists[name].set("count", str(len(self.lists[name])))
        self.package.put(self.name, self.root)

    def on(self, style, colour, text=None):
        """``style`` on the ground ``colour`` ("error", "warning", "fixed"; None: on none), for a typed ``text``."""
        quoted = (text or "").startswith(FORMULA_STARTS)
        key = (style, colour, text is not None, quoted)
        if key not in self.made:
            look = self._copy(style)
            look.set("fillId", str(self._fill(colour)) if colour else "0")
            look.set("applyFill", "1")
            if text is not None:
                self._use_font(look, self._font(look))
            if quoted:
                look.set("quotePrefix", "1")
            self.made[key] = self._add("cellXfs", look)
        return self.made[key]

    def reason(self, is_error, style):
        """The look of a cell with reasons, in the letters of the titles (``style``)."""
        key = ("reason", is_error, style)
        if key not in self.made:
            look = self._copy(style)
            for child in list(look):
                look.remove(child)
            self._use_font(look, self._font(look, REASON_COLOURS[is_error]))
            look.set("numFmtId", "0")
            look.set("fillId", "0")
            look.set("borderId", str(self._border()))
            for name in ("applyBorder", "applyAlignment", "quotePrefix"):
                look.set(name, "1")
            etree.SubElement(
                look, self._tag("alignment"), horizontal="left", vertical="center", wrapText="1", indent="1"
            )
            self.made[key] = self._add("cellXfs", look)
        return self.made[key]

    def heading(self, style):
        """The look of a title, its text wrapped."""
        key = ("heading", style)
        if key not in self.made:
            look = self._copy(style)
            alignment = next((child for child in look if name_of(child) == "alignment"), None)
            if alignment is None:
                alignment = etree.Element(self._tag("alignment"), horizontal="center", vertical="center")
                look.insert(0, alignment)
            alignment.set("wrapText", "1")
            look.set("applyAlignment", "1")
            self._use_font(look, self._font(look))
            self.made[key] = self._add("cellXfs", look)
        return self.made[key]

    def _ours(self):
        """The styles whose ground is one of our colours: marks of an earlier round."""
        colours = {f"FF{colour}" for colour in FILLS.values()}
        fills = {
            str(place)
            for place, fill in enumerate(self.lists["fills"])
            for one in fill.iter()
            if name_of(one) == "fgColor" and one.get("rgb", "").upper() in colours
        }
        return {place for place, look in enumerate(self.looks) if look.get("fillId") in fills}

    def _copy(self, style):
        if not 0 <= style < len(self.looks):
            raise Stop("style")
        return copy.deepcopy(self.looks[style])

    def _add(self, name, element):
        self.lists[name].append(element)
        return len(self.lists[name]) - 1

    def _fill(self, colour):
        if colour not in self.made:
            fill = etree.Element(self._tag("fill"))
            pattern = etree.SubElement(fill, self._tag("patternFill"), patternType="solid")
            etree.SubElement(pattern, self._tag("fgColor"), rgb=f"FF{FILLS[colour]}")
            etree.SubElement(pattern, self._tag("bgColor"), indexed="64")
            self.made[colour] = self._add("fills", fill)
        return self.made[colour]

    def _font(self, look, colour=None):
        """The font of ``look`` for Vietnamese as we write it, which fonts of before Unicode do not draw.

        In ``colour`` it is plain: neither bold nor struck through.
        """
        place = int(look.get("fontId", 0))
        key = ("font", place, colour)
        if key not in self.made:
            font = copy.deepcopy(self.lists["fonts"][place])
            name = next((child for child in font if name_of(child) == "name"), None)
            old = name is not None and name.get("val", "").lower().startswith(BEFORE_UNICODE)
            if old:
                name.set("val", "Times New Roman")
            dropped = ("charset", "scheme") if old else ()
            if colour:
                dropped += ("color", "b", "i", "u", "strike")
            for child in [one for one in font if name_of(one) in dropped]:
                font.remove(child)
            if colour:
                element = etree.Element(self._tag("color"), rgb=f"FF{colour}")
                before = ("sz", "outline", "shadow", "condense", "extend")
                after = [at for at, one in enumerate(font) if name_of(one) in before]
                font.insert(max(after) + 1 if after else 0, element)
            self.made[key] = self._add("fonts", font) if old or colour else place
        return self.made[key]

    def _use_font(self, look, font):
        look.set("fontId", str(font))
        look.set("applyFont", "1")

    def _border(self):
        if "border" not in self.made:
            border = etree.Element(self._tag("border"))
            for side in ("left", "right", "top", "bottom"):
                line = etree.SubElement(border, self._tag(side), style="thin")
                etree.SubElement(line, self._tag("color"), rgb="FFBFBFBF")
            etree.SubElement(border, self._tag("diagonal"))
            self.made["border"] = self._add("borders", border)
        return self.made["border"]

    def _tag(self, name):
        return f"{{{etree.QName(self.root).namespace}}}{name}"
