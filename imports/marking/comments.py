"""Comments on cells: the list of texts, and the boxes they stand in (VML, which spreadsheets still ask for)."""

import re

from lxml import etree

from .findings import AUTHOR, COMMENT_WIDTH, letters, lines_of
from .package import PARSER, Stop, name_of

COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
V = "urn:schemas-microsoft-com:vml"
OFFICE = "urn:schemas-microsoft-com:office:office"
EXCEL = "urn:schemas-microsoft-com:office:excel"
BOXES = f"""<xml xmlns:v="{V}" xmlns:o="{OFFICE}" xmlns:x="{EXCEL}">
<o:shapelayout v:ext="edit"><o:idmap v:ext="edit"/></o:shapelayout>
<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">
<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>"""
BOX = f"""<v:shape xmlns:v="{V}" xmlns:o="{OFFICE}" xmlns:x="{EXCEL}" id="_x0000_s%(id)d" type="#_x0000_t202"
 style="position:absolute;margin-left:60pt;margin-top:2pt;width:%(width)dpt;height:%(height)dpt;z-index:1;visibility:hidden"
 fillcolor="#fff6f5" o:insetmode="auto"><v:fill color2="#fff6f5"/><v:shadow on="t" color="black" obscured="t"/>
<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>
<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>
<x:Anchor>%(left)d, 12, %(top)d, 4, %(right)d, 20, %(bottom)d, 4</x:Anchor><x:AutoFill>False</x:AutoFill>
<x:Row>%(row)d</x:Row><x:Column>%(column)d</x:Column></x:ClientData></v:shape>"""


def add_comments(package, part, namespace, texts):
    """Put a comment at each place of ``texts`` ((line, column) → words) that has none; ours of before are taken away.

    Returns the id of the drawing's relationship when the sheet had none and must name it.
    """
    listed = package.linked(part, "comments")
    drawn = package.linked(part, "vmlDrawing")
    if not texts and not listed:
        return None
    new_drawing = None
    if drawn is None:
        drawn = package.new_part("xl/drawings/vmlDrawingNq%d.vml")
        package.changed[drawn] = BOXES.encode()
        package.declare(DRAWING, extension="vml")
        new_drawing = package.link(part, "vmlDrawing", drawn)
    if listed is None:
        listed = package.new_part("xl/commentsNq%d.xml")
        root = etree.Element(f"{{{namespace}}}comments", nsmap={None: namespace})
        for name in ("authors", "commentList"):
            etree.SubElement(root, f"{{{namespace}}}{name}")
        package.put(listed, root)
        package.declare(COMMENTS, part=listed)
        package.link(part, "comments", listed)
    added, removed = _list(package, listed, texts)
    _draw(package, drawn, added, removed)
    return new_drawing


def _list(package, name, texts):
    """Write the texts; returns the places (line, column) → text that are new, and those taken away."""
    root = package.xml(name)
    authors, comments = root[0], root[1]
    if (name_of(authors), name_of(comments)) != ("authors", "commentList"):
        raise Stop("comments")
    names = [author.text for author in authors]
    if AUTHOR in names:
        ours = names.index(AUTHOR)
    else:
        ours = len(names)
        etree.SubElement(authors, _like(root, "author")).text = AUTHOR
    old = [one for one in comments if one.get("authorId") == str(ours)]
    for comment in old:
        comments.remove(comment)
    taken = {one.get("ref") for one in comments}
    added = {}
    for (line, column), text in sorted(texts.items()):
        reference = f"{letters(column)}{line}"
        if reference not in taken:
            comment = etree.SubElement(comments, _like(root, "comment"), ref=reference, authorId=str(ours))
            run = etree.SubElement(etree.SubElement(comment, _like(root, "text")), _like(root, "r"))
            look = etree.SubElement(run, _like(root, "rPr"))
            etree.SubElement(look, _like(root, "sz"), val="9")
            etree.SubElement(look, _like(root, "rFont"), val="Tahoma")
            words = etree.SubElement(run, _like(root, "t"))
            words.text = text
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            added[(line, column)] = text
    package.put(name, root)
    return added, {one.get("ref") for one in old}


def _draw(package, name, added, removed):
    try:
        root = package.xml(name)
    except etree.XMLSyntaxError:
        raise Stop("vml") from None
    for shape in list(root.iter(f"{{{V}}}shape")):
        row, column = (shape.find(f".//{{{EXCEL}}}{part}") for part in ("Row", "Column"))
        if row is not None and column is not None and f"{letters(int(column.text))}{int(row.text) + 1}" in removed:
            shape.getparent().remove(shape)
    numbers = _free_numbers(package, root, len(added))
    for (line, column), text in added.items():
        lines = lines_of(text, COMMENT_WIDTH)
        box = BOX % {
            "id": next(numbers), "width": 230, "height": 14 * lines + 10, "left": column + 1, "top": max(0, line - 2),
            "right": column + 4, "bottom": max(0, line - 2) + lines + 1, "row": line - 1, "column": column,
        }  # fmt: skip
        root.append(etree.fromstring(box, PARSER))
    package.put(name, root)


def _free_numbers(package, root, wanted):
    """Numbers for the shapes, of blocks of 1,024 that no drawing of the workbook uses; they are noted in ``root``."""
    used = {0}
    for name in [*package.names, *package.changed]:
        if name.endswith(".vml"):
            for blocks in re.findall(rb"<o:idmap[^>]*?data=[\"']([0-9,]+)", package.read(name)):
                used |= {int(block) for block in blocks.split(b",") if block}
    blocks = list(range(max(used) + 1, max(used) + 2 + wanted // 1023))
    layout = root.find(f".//{{{OFFICE}}}idmap")
    if layout is not None:
        layout.set("data", ",".join([*filter(None, [layout.get("data")]), *map(str, blocks)]))
    return (block * 1024 + number for block in blocks for number in range(1, 1024))


def _like(root, name):
    return f"{{{etree.QName(root).namespace}}}{name}"
