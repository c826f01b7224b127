"""The looks a workbook has, and those we add: the same look on another ground."""

import copy

from lxml import etree

from .findings import FILLS, FORMULA_STARTS, REASON_COLOURS
from .package import Stop, name_of


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

    def on(self, style, colour, text=""):
        """``style`` on the ground ``colour`` ("error", "warning", "fixed"; None: on none), for typed ``text``."""
        quoted = text.startswith(FORMULA_STARTS)
        key = (style, colour, quoted)
        if key not in self.made:
            look = self._copy(style)
            look.set("fillId", str(self._fill(colour)) if colour else "0")
            look.set("applyFill", "1")
            if quoted:
                look.set("quotePrefix", "1")
            self.made[key] = self._add("cellXfs", look)
        return self.made[key]

    def reason(self, is_error):
        """The look of a cell with reasons."""
        key = ("reason", is_error)
        if key not in self.made:
            look = self._copy(0)
            for name in ("numFmtId", "fillId"):
                look.set(name, "0")
            look.set("fontId", str(self._font(REASON_COLOURS[is_error])))
            look.set("borderId", str(self._border()))
            for name in ("applyFont", "applyBorder", "applyAlignment", "quotePrefix"):
                look.set(name, "1")
            for child in list(look):
                look.remove(child)
            etree.SubElement(look, self._tag("alignment"), vertical="center", wrapText="1")
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

    def _font(self, colour):
        """The font of an ordinary cell in another colour."""
        font = copy.deepcopy(self.lists["fonts"][0])
        for child in [one for one in font if name_of(one) in ("color", "b", "i", "u", "strike")]:
            font.remove(child)
        element = etree.Element(self._tag("color"), rgb=f"FF{colour}")
        after = [
            place for place, one in enumerate(font) if name_of(one) in ("sz", "outline", "shadow", "condense", "extend")
        ]
        font.insert(max(after) + 1 if after else 0, element)
        return self._add("fonts", font)

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
