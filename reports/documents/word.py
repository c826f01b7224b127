"""Word: a template that an office can replace (its words, its look), filled with the report's texts and tables."""

import zipfile
from datetime import datetime, time
from importlib.resources import files
from io import BytesIO

from django.core.files.storage import default_storage
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from vietnamese.text import clean

from .layout import PADDING
from .paper import paper

OWN_TEMPLATES = "report-templates"  # in the media storage: what an office put in the place of ours
TWIPS = 1440 / 25.4  # in a millimetre
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def template(name: str) -> BytesIO:
    """The Word template of this name: the office's own when there is one, else ours."""
    own = f"{OWN_TEMPLATES}/{name}.docx"
    if default_storage.exists(own):
        with default_storage.open(own) as file:
            return BytesIO(file.read())
    return BytesIO(files(__package__).joinpath("templates", f"{name}.docx").read_bytes())


def draw_docx(report) -> bytes:
    context = _printable(paper(report))
    for annex in context["annexes"]:
        annex["table"] = Markup("".join(map(_table_xml, annex["chunks"])))
    document = DocxTemplate(template(report.template))
    # A template is an office's file: it may show what it is given, and call nothing.
    document.render(context, jinja_env=SandboxedEnvironment(autoescape=True), autoescape=True)
    about = document.docx.core_properties
    moment = datetime.combine(report.as_of, time())
    about.title, about.author = f"{context['kind']} {context['about']}", context["issuer"]
    about.created = about.modified = moment
    about.last_modified_by, about.revision = context["issuer"], 1
    out = BytesIO()
    document.save(out)
    return steady(out.getvalue())


def _printable(value):
    """Everything as XML can hold it: no control characters, one form of Unicode."""
    match value:
        case str():
            return "\n".join(clean(line) if _is_odd(line) else line for line in value.split("\n"))
        case dict():
            return {key: _printable(item) for key, item in value.items()}
        case list() | tuple():
            return [_printable(item) for item in value]
    return value


def _is_odd(line):
    return any(not char.isprintable() and char != "\N{NO-BREAK SPACE}" for char in line)


def steady(content: bytes) -> bytes:
    """The same archive without the minute it was written, so that the same figures make the same file."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            steady = zipfile.ZipInfo(item.filename, ZIP_DATE)
            steady.compress_type = zipfile.ZIP_DEFLATED
            steady.external_attr = item.external_attr
            target.writestr(steady, source.read(item))
    return out.getvalue()


# ------------------------------------------------------------------------------------------ tables


def _table_xml(chunk) -> str:
    """A Word table: fixed widths, borders, header rows repeated on every page, no row split over pages."""
    table = OxmlElement("w:tbl")
    properties = _add(table, "w:tblPr")
    _add(properties, "w:tblW", w=_twips(sum(chunk["widths"])), type="dxa")
    _add(properties, "w:jc", val="center")
    borders = _add(properties, "w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        _add(borders, f"w:{side}", val="single", sz=4, space=0, color="000000")
    _add(properties, "w:tblLayout", type="fixed")
    margins = _add(properties, "w:tblCellMar")
    for side in ("left", "right"):
        _add(margins, f"w:{side}", w=_twips(PADDING), type="dxa")
    grid = _add(table, "w:tblGrid")
    for width in chunk["widths"]:
        _add(grid, "w:gridCol", w=_twips(width))
    for number in range(len(chunk["heads"])):
        row = _row(table, header=True)
        for at in range(len(chunk["widths"])):
            _head_cell(row, chunk, number, at)
    for line in chunk["lines"]:
        row = _row(table)
        for width, cell in zip(chunk["widths"], line["cells"], strict=True):
            _cell(row, width, cell["text"], chunk["size"], align=cell["align"], bold=line["bold"])
    # Two tables that touch would become one
    spacer = OxmlElement("w:p")
    _add(_add(spacer, "w:pPr"), "w:spacing", before=0, after=0, line=160, lineRule="exact")
    return etree.tostring(table, encoding="unicode") + etree.tostring(spacer, encoding="unicode")


def _head_cell(row, chunk, number, at):
    """The header cell that begins at column ``at`` of header row ``number``, or its continuation from above."""
    for cell in chunk["heads"][number]:
        if cell["at"] == at:
            width = sum(chunk["widths"][at : at + cell["across"]])
            merge = "restart" if cell["down"] > 1 else None
            _cell(row, width, cell["text"], chunk["size"], bold=True, across=cell["across"], merge=merge)
            return
    if any(cell["at"] == at and cell["down"] > 1 for cell in chunk["heads"][0]) and number:
        _cell(row, chunk["widths"][at], "", chunk["size"], merge="continue")


def _row(table, header=False):
    row = _add(table, "w:tr")
    properties = _add(row, "w:trPr")
    _add(properties, "w:cantSplit")
    if header:
        _add(properties, "w:tblHeader")
    return row


def _cell(row, width, text, size, *, align="center", bold=False, across=1, merge=None):
    cell = _add(row, "w:tc")
    properties = _add(cell, "w:tcPr")
    _add(properties, "w:tcW", w=_twips(width), type="dxa")
    if across > 1:
        _add(properties, "w:gridSpan", val=across)
    if merge:
        _add(properties, "w:vMerge", val=merge)
    _add(properties, "w:vAlign", val="center")
    paragraph = _add(cell, "w:p")
    about = _add(paragraph, "w:pPr")
    _add(about, "w:spacing", before=30, after=30, line=240, lineRule="auto")
    _add(about, "w:ind", firstLine=0)
    _add(about, "w:jc", val=align)
    run = _add(paragraph, "w:r")
    look = _add(run, "w:rPr")
    if bold:
        _add(look, "w:b")
    for name in ("w:sz", "w:szCs"):
        _add(look, name, val=2 * size)
    words = _add(run, "w:t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _add(parent, tag, **attributes):
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    parent.append(element)
    return element


def _twips(millimetres):
    return round(millimetres * TWIPS)
