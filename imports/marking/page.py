"""One sheet of an .xlsx: the lines that have a finding are written anew, all others stay the bytes they are."""

import re

from lxml import etree

from .findings import column_of, letters, writable
from .package import PARSER, Stop, name_of

LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# The order in which the parts of a sheet stand, as far as we put some in
PARTS = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios "
    "autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting "
    "dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks "
    "customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing"
).split()


class Page:
    """The XML of a sheet, taken apart: what stands around the lines (``around``), and the lines as bytes."""

    def __init__(self, text):
        if b"<![CDATA[" in text or b"<!--" in text:
            raise Stop("cdata")
        root = re.search(rb"<((?:\w+:)?)worksheet\b[^>]*>", text)
        data = root and re.search(rb"<%ssheetData\s*>(.*)</%ssheetData\s*>" % (root[1], root[1]), text, re.DOTALL)
        coding = re.match(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*encoding=[\"']([^\"']+)", text)
        if not data or (coding and coding[1].lower() not in (b"utf-8", b"us-ascii")):
            raise Stop("sheet")
        self.prefix = root[1]
        self.opening = root[0]
        self.closing = b"</%sworksheet>" % root[1]
        mark = b"<%ssheetData/>" % root[1]
        self.around = etree.fromstring(text[: data.start()] + mark + text[data.end() :], PARSER)
        self.namespace = etree.QName(self.around).namespace
        self.parts = list(self._split(data[1]))
        self.rows = {number: place for place, (number, _text) in enumerate(self.parts) if number}
        empty = etree.tostring(self._element(b"<%srow/>" % root[1]), encoding="utf-8")
        self.declared = empty[len(root[1]) + 4 : -2]  # the namespaces, which every element written alone repeats

    def _split(self, data):
        """(line or None, bytes) of each row and of what stands between."""
        start, opening, closing = 0, b"<%srow" % self.prefix, b"</%srow>" % self.prefix
        while (found := data.find(opening, start)) >= 0:
            if found > start:
                yield None, data[start:found]
            end = data.index(b">", found) + 1
            number = re.search(rb"\sr=[\"'](\d+)[\"']", data[found:end])
            if not number:
                raise Stop("rows without numbers")
            if data[end - 2 : end - 1] != b"/":
                end = data.index(closing, end) + len(closing)
            yield int(number[1]), data[found:end]
            start = end
        yield None, data[start:]

    def _element(self, row):
        return etree.fromstring(self.opening + row + self.closing, PARSER)[0]

    def tag(self, name):
        return f"{{{self.namespace}}}{name}"

    def row(self, line):
        """The element of a line; an empty one when the sheet has none."""
        if line not in self.rows:
            place = next((at for at, (number, _text) in enumerate(self.parts) if number and number > line), None)
            self.parts.insert(len(self.parts) if place is None else place, (line, b""))
            self.rows = {number: at for at, (number, _text) in enumerate(self.parts) if number}
            self.parts[self.rows[line]] = (line, b'<%srow r="%d"/>' % (self.prefix, line))
        return self._element(self.parts[self.rows[line]][1])

    def put_row(self, line, row):
        row.attrib.pop("spans", None)
        text = etree.tostring(row, encoding="utf-8", with_tail=False)
        self.parts[self.rows[line]] = (line, text.replace(self.declared, b"", 1))

    def cells(self, row):
        """Column → cell."""
        found = {}
        for cell in row:
            if name_of(cell) == "c":
                if not cell.get("r"):
                    raise Stop("cells without names")
                found[column_of(cell.get("r"))] = cell
        return found

    def cell(self, row, line, column):
        """The cell of ``row`` in ``column``; a new one, in its place, when there is none."""
        cells = self.cells(row)
        if column in cells:
            return cells[column]
        new = etree.Element(self.tag("c"), r=f"{letters(column)}{line}")
        after = [one for place, one in cells.items() if place > column]
        if after:
            after[0].addprevious(new)
        else:
            row.append(new)
        if row.get("s") and row.get("customFormat") in ("1", "true"):
            new.set("s", row.get("s"))
        return new

    def write(self, cell, text):
        """Make ``text`` the cell's value: text and nothing else, whatever it begins with."""
        for child in list(cell):
            cell.remove(child)
        for name in ("cm", "vm", "ph"):
            cell.attrib.pop(name, None)
        cell.set("t", "inlineStr")
        words = etree.SubElement(etree.SubElement(cell, self.tag("is")), self.tag("t"))
        words.text = LOOKS_ESCAPED.sub("_x005F_", writable(text))
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def part(self, name):
        """The element of that name around the lines, or None."""
        return next((child for child in self.around if name_of(child) == name), None)

    def new_part(self, name, **attributes):
        """A new element around the lines, where the order of PARTS wants it."""
        element = etree.Element(self.tag(name), attributes)
        later = {*PARTS[PARTS.index(name) + 1 :]}
        place = next((at for at, child in enumerate(self.around)
                      if name_of(child) in later or name_of(child) not in PARTS and name_of(child)), None)  # fmt: skip
        if place is None:
            self.around.append(element)
        else:
            self.around.insert(place, element)
        return element

    def content(self, line):
        """The columns of the line that hold something."""
        if line not in self.rows:
            return set()
        cells = re.findall(
            rb"<%sc(?=\s)[^>]*?\sr=[\"']([A-Z]{1,3})\d+[\"'][^>]*(?<!/)>" % self.prefix, self.parts[self.rows[line]][1]
        )
        return {column_of(reference.decode()) for reference in cells}

    def save(self):
        text = etree.tostring(self.around, encoding="UTF-8", xml_declaration=True, standalone=True)
        before, after = re.split(rb"<%ssheetData\s*/>" % self.prefix, text, maxsplit=1)
        name = self.prefix + b"sheetData"
        return b"".join([before, b"<", name, b">", *(row for _line, row in self.parts), b"</", name, b">", after])
