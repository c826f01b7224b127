"""Puts the findings into an .xlsx: grounds, comments, the column of reasons, and the view opened at the first one."""

import copy
import re
from bisect import bisect_left, bisect_right

from lxml import etree

from .comments import add_comments
from .findings import LINE, REASON_WIDTH, Findings, corners, letters, lines_of
from .package import OFFICE, Package, Stop, name_of
from .page import Page
from .styles import Styles

FREEZABLE = 15  # title lines that leave room to work in


def edit(data: bytes, order: dict) -> bytes:
    """The workbook ``data`` marked as ``order`` says. Raises Stop when it is built in a way that is not known here."""
    package = Package(data)
    book = package.linked("", "officeDocument") or ""
    root = package.xml(book)
    sheets = next((child for child in root if name_of(child) == "sheets"), [])
    place = next((at for at, one in enumerate(sheets) if one.get("name") == order["sheet"]), None)
    if place is None:
        raise Stop("no such sheet")
    links = package.links(book)
    parts = [links.get(_relation(one), (None, ""))[1] for one in sheets]
    styles = package.linked(book, "styles")
    if not styles or not package.holds(parts[place]):
        raise Stop("parts")
    editing = _Editing(package, parts[place], order, Styles(package, styles), package.linked(book, "sharedStrings"))
    editing.run()
    if editing.formulas_gone:
        package.drop(book, "calcChain")
    _show(package, book, parts, place, editing.filtered)
    return package.save()


def _relation(element):
    return next((value for name, value in element.attrib.items() if name.endswith("}id")), "")


class _Editing:
    def __init__(self, package, part, order, styles, shared):
        self.package, self.part, self.order, self.styles = package, part, order, styles
        self.page = Page(package.read(part))
        self.header = order["header"]
        self.shared = package.xml(shared) if shared and package.holds(shared) else []
        merged = self.page.part("mergeCells")
        self.merges = {} if merged is None else {corners(one.get("ref")): one for one in merged}
        self.merged_lines = None
        titles = self._titles()
        own = [column for column, title in titles.items() if title.endswith(order["heading"])]
        self.again = bool(own)  # the workbook was marked before, and comes a second time
        self.reason_at = own[0] if own else self._free_column(titles)
        titles = {column: title for column, title in titles.items() if column != self.reason_at}
        self.findings = Findings(order, titles, min(titles, default=0), max(titles, default=0))
        self.title_style = self._style_of_last_title()
        self.formulas_gone = set()  # "*" and the numbers of shared formulas whose first cell was overwritten
        self.filtered = ""

    def run(self):
        if not self.page.rows:
            raise Stop("no rows")
        self._lay_merges_open()
        colours = {self._seen_at(place): self.findings.colour(*place) for place in self.findings.places()}
        fixed = {(line, column): text for line, column, text in self.order["fixed"]}
        places: dict = {}
        for line, column in [*colours, *fixed]:
            places.setdefault(line, set()).add(column)
        lines = {self.header, *places, *self.findings.lines}
        for line in sorted(lines | set(self.page.rows) if self.again else lines):
            row = self.page.row(line)
            if self.again:
                self._clear(row)
            for column in sorted(places.get(line, ())):
                self._ground(row, line, column, colours.get((line, column)), fixed.get((line, column)))
            self._reasons(row, line)
            self.page.put_row(line, row)
        self._forget_shared_formulas()
        self._columns()
        self._view()
        self._comments()
        self.styles.save()
        self.package.changed[self.part] = self.page.save()

    # ------------------------------------------------------------------ where things are

    def _titles(self):
        """The titles by column: of the header line, else of the line above, where a cell is merged over both."""
        found = {}
        for line in (self.header - 1, self.header):
            if line in self.page.rows:
                for column, cell in self.page.cells(self.page.row(line)).items():
                    if (text := self._text(cell)) and (line == self.header or self._covers_header(line, column)):
                        found[column] = text
        return found

    def _covers_header(self, line, column):
        return any(top == line and left <= column <= right and bottom >= self.header
                   for top, left, bottom, right in self.merges)  # fmt: skip

    def _text(self, cell):
        texts = [one for one in cell.iter() if name_of(one) == "t"]
        if cell.get("t") == "s":
            value = next((child.text for child in cell if name_of(child) == "v"), None) or ""
            if not value.isdigit() or int(value) >= len(self.shared):
                return ""
            texts = [one for one in self.shared[int(value)].iter() if name_of(one) == "t"]
        elif not texts:
            texts = [child for child in cell if name_of(child) == "v"]
        return " ".join("".join(one.text or "" for one in texts).split())

    def _free_column(self, titles):
        """The first column right of the table in which nothing stands from the header down."""
        below = [line for line in self.page.rows if line >= self.header]
        used = set().union(*map(self.page.content, below))
        for _top, left, bottom, right in self.merges:
            if bottom >= self.header and right - left < 200:
                used |= set(range(left, right + 1))
        marked = [column for _line, column, *_rest in self.order["marks"] if column is not None]
        column = max([*titles, *marked], default=0) + 1
        while column in used:
            column += 1
        return column

    def _merges_at(self, line):
        """The merges over a line that has a finding or a mended cell."""
        if self.merged_lines is None:
            lines = sorted({mark[0] for mark in self.order["marks"]} | {one[0] for one in self.order["fixed"]})
            self.merged_lines = {number: [] for number in [*lines, self.header]}
            for merge in self.merges:
                for number in lines[bisect_left(lines, merge[0]) : bisect_right(lines, merge[2])]:
                    self.merged_lines[number].append(merge)
                if merge[0] <= self.header <= merge[2] and self.header not in lines:
                    self.merged_lines[self.header].append(merge)
        return self.merged_lines.get(line, ())

    def _seen_at(self, place):
        """The cell that shows at ``place``: of merged cells the first."""
        line, column = place
        for top, left, _bottom, right in self._merges_at(line):
            if left <= column <= right:
                return top, left
        return place

    def _lay_merges_open(self):
        """Part the cells merged downwards of which one line was mended: each line gets the value for its own."""
        mended = [(line, column) for line, column, _text in self.order["fixed"]]
        opened = {
            merge for line, column in mended for merge in self._merges_at(line)
            if merge[1] <= column <= merge[3] and merge[2] > merge[0]
        }  # fmt: skip
        for top, left, bottom, right in opened:
            first = self.page.cells(self.page.row(top)).get(left)
            for other in range(top + 1, bottom + 1):
                if first is not None and other in self.page.rows:
                    row = self.page.row(other)
                    cell = self.page.cell(row, other, left)
                    new = copy.deepcopy(first)
                    for formula in [child for child in new if name_of(child) == "f"]:
                        new.remove(formula)
                    new.set("r", f"{letters(left)}{other}")
                    row.replace(cell, new)
                    self.page.put_row(other, row)
            element = self.merges.pop((top, left, bottom, right))
            element.getparent().remove(element)
        self.merged_lines = None
        self._count_merges()

    def _count_merges(self):
        merged = self.page.part("mergeCells")
        if merged is not None and len(merged):
            merged.set("count", str(len(merged)))
        elif merged is not None:
            self.page.around.remove(merged)

    # ------------------------------------------------------------------ lines

    def _clear(self, row):
        """Take away what an earlier round put into the line."""
        for column, cell in self.page.cells(row).items():
            if column == self.reason_at and row.get("r") != str(self.header):
                row.remove(cell)
            elif int(cell.get("s", 0)) in self.styles.ours:
                cell.set("s", str(self.styles.on(int(cell.get("s")), None)))

    def _ground(self, row, line, column, colour, text):
        cell = self.page.cell(row, line, column)
        if text is not None:
            for formula in [child for child in cell if name_of(child) == "f"]:
                self.formulas_gone |= {"*", formula.get("si") if formula.get("ref") else "*"}
            self.page.write(cell, text)
        style = self.styles.on(int(cell.get("s", 0)), colour or "fixed", text)
        cell.set("s", str(style))
        row.attrib.pop("hidden", None)

    def _reasons(self, row, line):
        if line == self.header:
            heading, style = self._heading_place(), self.title_style
            target = row if heading == line else self.page.row(heading)
            for other in {heading, line}:
                cell = self.page.cell(target if other == heading else row, other, self.reason_at)
                cell.set("s", str(self.styles.heading(style)))
            self.page.write(self.page.cell(target, heading, self.reason_at), self.order["heading"])
            if heading != line:
                self.page.put_row(heading, target)
        elif line in self.findings.lines:
            text, is_error = self.findings.reason(line)
            cell = self.page.cell(row, line, self.reason_at)
            self.page.write(cell, text)
            cell.set("s", str(self.styles.reason(is_error, self.title_style)))
            row.attrib.pop("hidden", None)
            needed = LINE * lines_of(text) + 1
            if needed > max(float(row.get("ht") or LINE), LINE + 1):
                row.set("ht", f"{needed:g}")
                row.set("customHeight", "1")

    def _heading_place(self):
        """The line of the heading: above the header line where the titles beside are merged over two lines."""
        if self.again:
            return self._seen_at((self.header, self.reason_at))[0]
        tops = [top for top, _left, bottom, _right in self.merges if bottom == self.header and top == self.header - 1]
        if not tops:
            return self.header
        merged = self.page.part("mergeCells")
        name = letters(self.reason_at)
        etree.SubElement(merged, self.page.tag("mergeCell"), ref=f"{name}{tops[0]}:{name}{self.header}")
        self._count_merges()
        return tops[0]

    def _style_of_last_title(self):
        cells = self.page.cells(self.page.row(self.header))
        styles = [int(cell.get("s", 0)) for column, cell in sorted(cells.items()) if column < self.reason_at]
        return styles[-1] if styles else 0

    def _forget_shared_formulas(self):
        """Where the first cell of a shared formula was overwritten, the others keep their values."""
        gone = {one for one in self.formulas_gone if one and one != "*"}
        if not gone:
            return
        for line in list(self.page.rows):
            row = self.page.row(line)
            formulas = [
                one for one in row.iter(self.page.tag("f")) if one.get("t") == "shared" and one.get("si") in gone
            ]
            for formula in formulas:
                formula.getparent().remove(formula)
            if formulas:
                self.page.put_row(line, row)

    # ------------------------------------------------------------------ around the lines

    def _columns(self):
        """The width of the reasons; and no marked column stays hidden."""
        columns = self.page.part("cols")
        if columns is None:
            columns = self.page.new_part("cols")
        marked = {column for _line, column in self.findings.cells}
        hidden = [one for one in columns if one.get("hidden") in ("1", "true")]
        for column in marked:
            if any(int(one.get("min")) <= column + 1 <= int(one.get("max")) for one in hidden):
                self._column(columns, column).attrib.pop("hidden", None)
        reasons = self._column(columns, self.reason_at)
        for name in ("hidden", "style", "bestFit", "collapsed", "outlineLevel"):
            reasons.attrib.pop(name, None)
        reasons.set("width", str(REASON_WIDTH))
        reasons.set("customWidth", "1")

    def _column(self, columns, column):
        """The element of one column alone, cut out of the span it belongs to."""
        number = column + 1
        for one in columns:
            first, last = int(one.get("min")), int(one.get("max"))
            if first <= number <= last:
                if first < number:
                    before = copy.deepcopy(one)
                    before.set("max", str(number - 1))
                    one.addprevious(before)
                if last > number:
                    after = copy.deepcopy(one)
                    after.set("min", str(number + 1))
                    one.addnext(after)
                one.set("min", str(number))
                one.set("max", str(number))
                return one
        new = etree.Element(self.page.tag("col"), min=str(number), max=str(number), width="9.140625")
        later = next((one for one in columns if int(one.get("min")) > number), None)
        if later is None:
            columns.append(new)
        else:
            later.addprevious(new)
        return new

    def _view(self):
        """Open at the first finding, the titles standing still, and the lines to be filtered by reason."""
        line, column = self._seen_at(self.findings.first_place)
        seen = f"{letters(column)}{line}"
        top = max(self.header + 1, line - 2)
        views = self.page.part("sheetViews")
        if views is None:
            views = self.page.new_part("sheetViews")
        if not len(views):
            etree.SubElement(views, self.page.tag("sheetView"), workbookViewId="0")
        view = views[0]
        view.set("tabSelected", "1")
        pane = next((child for child in view if name_of(child) == "pane"), None)
        if pane is None and self.header <= FREEZABLE and view.get("view", "normal") != "pageLayout":
            view.attrib.pop("topLeftCell", None)
            for child in [one for one in view if name_of(one) == "selection"]:
                view.remove(child)
            pane = etree.Element(
                self.page.tag("pane"), ySplit=str(self.header), topLeftCell=f"A{top}", activePane="bottomLeft",
                state="frozen",
            )  # fmt: skip
            view.insert(0, pane)
            etree.SubElement(view, self.page.tag("selection"), pane="bottomLeft", activeCell=seen, sqref=seen)
            selection = view[1:]
            view.insert(1, selection[-1])
        elif pane is not None:
            if pane.get("state", "").startswith("frozen") and pane.get("topLeftCell") and pane.get("ySplit"):
                start = re.sub(r"\d+", "", pane.get("topLeftCell"))
                pane.set("topLeftCell", f"{start}{max(top, int(float(pane.get('ySplit'))) + 1)}")
            self._select(view, pane.get("activePane", "topLeft"), seen)
        else:
            view.set("topLeftCell", f"A{max(1, line - 3)}")
            self._select(view, "topLeft", seen)
        self._filter()

    def _select(self, view, pane, seen):
        for selection in view:
            if name_of(selection) == "selection" and selection.get("pane", "topLeft") == pane:
                selection.set("activeCell", seen)
                selection.set("sqref", seen)
                selection.attrib.pop("activeCellId", None)

    def _filter(self):
        if any(self.page.part(name) is not None for name in ("autoFilter", "tableParts", "sheetProtection")):
            return
        last = self.header
        while self.page.content(last + 1):
            last += 1
        last = max([last, *self.findings.lines])
        first = self.findings.table.start
        name = f"{letters(first)}{self.header}:{letters(self.reason_at)}{last}"
        self.page.new_part("autoFilter", ref=name)
        self.filtered = re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", name)

    def _comments(self):
        texts = {}
        for place in self.findings.cells:
            if text := self.findings.comment(*place):
                seen = self._seen_at(place)
                texts[seen] = f"{texts[seen]}\n{text}" if seen in texts else text
        new = add_comments(self.package, self.part, self.page.namespace, texts)
        if new:
            drawing = self.page.new_part("legacyDrawing")
            drawing.set(f"{{{OFFICE}}}id", new)


def _show(package, book, parts, place, filtered):
    """Let the workbook open at the marked sheet, and no other be selected with it; name its filter."""
    root = package.xml(book)
    for child in root:
        if name_of(child) == "bookViews":
            for view in child:
                view.set("activeTab", str(place))
                view.attrib.pop("firstSheet", None)
    for at, part in enumerate(parts):
        if at != place and package.holds(part):
            text = package.read(part)
            views = re.search(rb"<(?:\w+:)?sheetViews>.*?</(?:\w+:)?sheetViews>", text, re.DOTALL)
            if views and b"tabSelected" in views[0]:
                plain = re.sub(rb"\stabSelected=[\"'][^\"']*[\"']", b"", views[0])
                package.changed[part] = text[: views.start()] + plain + text[views.end() :]
    if filtered:
        _name_filter(root, place, filtered)
    package.put(book, root)


def _name_filter(root, place, reference):
    namespace = etree.QName(root).namespace
    names = next((child for child in root if name_of(child) == "definedNames"), None)
    sheets = next(child for child in root if name_of(child) == "sheets")
    if names is None:
        names = etree.Element(f"{{{namespace}}}definedNames")
        before = [child for child in root if name_of(child) in ("sheets", "functionGroups", "externalReferences")]
        before[-1].addnext(names)
    known = [
        one for one in names if one.get("name") == "_xlnm._FilterDatabase" and one.get("localSheetId") == str(place)
    ]
    for one in known:
        names.remove(one)
    sheet = sheets[place].get("name").replace("'", "''")
    name = etree.SubElement(
        names, f"{{{namespace}}}definedName", name="_xlnm._FilterDatabase", localSheetId=str(place), hidden="1"
    )
    name.text = f"'{sheet}'!{reference}"
