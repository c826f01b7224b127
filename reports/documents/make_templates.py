"""The Word templates that reports are drawn with: `manage.py make_report_templates` writes them.

They are ordinary documents with docxtpl's marks in them, in the Party's format (``party_format``). An office replaces
one by putting its own under report-templates/ in the media folder; the marks it may use are those below. Run the
command again after a change here and commit both; the bytes are the same every time.
"""

from datetime import datetime
from io import BytesIO

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from .party_format import FONT, PAGE
from .word import steady

PARAGRAPHS = {"heading": "Party subheading", "closing": "Party closing"}
CENTRE, LEFT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY
WRITTEN = datetime(2026, 1, 1)  # noqa: DTZ001 a fixed moment, so that the bytes are too
TEXT_WIDTH = PAGE["width"] - PAGE["left"] - PAGE["right"]


def templates() -> dict[str, bytes]:
    """Every template by its name."""
    made = {}
    for name, write_paper in {"inspection": inspection, "tables": tables}.items():
        document = blank()
        write_paper(document)
        about = document.core_properties
        about.author, about.title, about.comments = "NQ28", name, ""
        about.created = about.modified = WRITTEN
        out = BytesIO()
        document.save(out)
        made[name] = steady(out.getvalue())
    return made


# ------------------------------------------------------------------------------------------ the two papers


def inspection(document):
    page(document.sections[0])
    head(document)
    title(document)
    control(document, "for section in sections")
    document.add_paragraph("{{ section.heading }}", style="Party heading")
    control(document, "for block in section.blocks")
    for style, text in {
        "heading": "{{ block.text }}",
        "point": "- {{ block.text }}",
        "text": "{{ block.text }}",
        "closing": "{{ block.text }}",
    }.items():
        control(document, f"if block.style == '{style}'")
        document.add_paragraph(text, style=PARAGRAPHS.get(style, "Normal"))
        control(document, "endif")
    control(document, "if block.style == 'todo'")
    document.add_paragraph("{{ block.text }} {{ author }}: \t", style="Party dots")
    document.add_paragraph("\t", style="Party dots")
    control(document, "endif")
    control(document, "endfor")
    control(document, "endfor")
    signatures(document)
    annex_section = document.add_section(WD_SECTION.NEW_PAGE)
    page(annex_section, landscape=True)
    annexes(document)


def tables(document):
    section = document.sections[0]
    page(section, landscape=True)
    line = document.add_paragraph(style="Party plain")
    line.add_run("{{ issuer }}").bold = True
    line = document.add_paragraph(style="Party title")
    line.add_run("{{ kind }}")
    about = document.add_paragraph(style="Party title")
    about.paragraph_format.space_before = Pt(0)
    about.add_run("{{ about }}").font.size = Pt(FONT["size"])
    document.add_paragraph("{{ basis }}", style="Party basis")
    annexes(document, number=False)


# ------------------------------------------------------------------------------------------ parts


def head(document):
    """Left: the body above, the body that writes, the number to be given. Right: the Party's name, place and day."""
    table = document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    left, right = table.rows[0].cells
    for cell, width in ((left, 80), (right, TEXT_WIDTH - 80)):
        cell.width = Mm(width)
    for at, width in enumerate((80, TEXT_WIDTH - 80)):
        table.columns[at].width = Mm(width)
    write(left, "{{ letterhead.superior }}", first=True)
    write(left, "{{ letterhead.issuer }}", bold=True)
    write(left, "*")
    write(left, "{{ letterhead.number }}")
    write(left, "{%p if is_draft %}")
    mark = write(left, "\N{NO-BREAK SPACE}{{ letterhead.draft }}\N{NO-BREAK SPACE}", bold=True)
    mark.paragraph_format.space_before = Pt(4)
    frame(mark.runs[0])
    write(left, "{%p endif %}")
    party = write(right, "{{ letterhead.party }}", bold=True, size=FONT["party"], first=True)
    party.runs[0].underline = True
    day = write(right, "{{ letterhead.place_and_date }}")
    day.runs[0].italic = True
    day.paragraph_format.space_before = Pt(6)


def title(document):
    document.add_paragraph("{{ kind }}", style="Party title")
    about = document.add_paragraph(style="Party title")
    about.paragraph_format.space_before = Pt(0)
    about.add_run("{{ about }}").font.size = Pt(FONT["size"])
    document.add_paragraph("-----", style="Party rule")
    document.add_paragraph("{{ basis }}", style="Party basis")
    control(document, "if opening")
    document.add_paragraph("{{ opening }}")
    control(document, "endif")


def signatures(document):
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    half = TEXT_WIDTH / 2
    for at, cell in enumerate((left, right)):
        cell.width = table.columns[at].width = Mm(half)
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    to = write(left, "{{ signature.recipients_title }}", first=True, align=LEFT)
    to.runs[0].underline = True
    write(left, "{%p for line in signature.recipients %}", align=LEFT)
    write(left, "{{ line }}", align=LEFT, size=12)
    write(left, "{%p endfor %}", align=LEFT)
    write(right, "{{ signature.for }}", bold=True, first=True)
    write(right, "{{ signature.office }}")
    for _line in range(4):
        write(right, "")
    write(right, "\N{NO-BREAK SPACE}", bold=True)  # the name of who signs


def annexes(document, number=True):
    control(document, "for annex in annexes")
    if number:
        document.add_paragraph("{{ annex.number }}", style="Party annex")
    document.add_paragraph("{{ annex.title }}", style="Party annex title" if number else "Party table title")
    if number:
        document.add_paragraph("({{ annex.of }})", style="Party basis")
        document.add_paragraph("{{ basis }}", style="Party basis")
    document.add_paragraph("{{p annex.table }}", style="Party plain")
    control(document, "for note in annex.notes")
    document.add_paragraph("{{ note }}", style="Party note")
    control(document, "endfor")
    control(document, "endfor")


def control(document, mark):
    document.add_paragraph(f"{{%p {mark} %}}", style="Party plain")


def write(cell, text, *, bold=False, size=None, first=False, align=CENTRE):
    """A line of a cell; the first one takes the paragraph that every cell has."""
    paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
    paragraph.style = "Party plain"
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.bold = bold
    if size:
        run.font.size = Pt(size)
    return paragraph


def frame(run):
    border = OxmlElement("w:bdr")
    for name, value in {"val": "single", "sz": "6", "space": "0", "color": "000000"}.items():
        border.set(qn(f"w:{name}"), value)
    run._r.get_or_add_rPr().append(border)


# ------------------------------------------------------------------------------------------ page and type


def blank():
    document = Document()
    styles = document.styles
    normal = styles["Normal"]
    typeface(normal)
    normal.paragraph_format.first_line_indent = Mm(FONT["first_line"])
    normal.paragraph_format.alignment = BOTH
    spacing(normal, after=6)
    add = {
        "Party plain": {"align": LEFT, "indent": 0},
        "Party title": {"align": CENTRE, "indent": 0, "bold": True, "size": FONT["title"], "before": 12, "keep": True},
        "Party rule": {"align": CENTRE, "indent": 0, "after": 6},
        "Party basis": {"align": CENTRE, "indent": 0, "italic": True, "size": 12, "after": 8},
        "Party heading": {"align": BOTH, "bold": True, "before": 6, "after": 6, "keep": True},
        "Party subheading": {"align": BOTH, "bold": True, "italic": True, "after": 4, "keep": True},
        "Party closing": {"align": BOTH, "after": 12, "keep": True},
        "Party dots": {"align": LEFT, "after": 2, "dots": True},
        "Party annex": {"align": CENTRE, "indent": 0, "bold": True, "keep": True, "page": True},
        "Party annex title": {"align": CENTRE, "indent": 0, "bold": True, "size": FONT["title"], "keep": True},
        "Party table title": {"align": LEFT, "indent": 0, "bold": True, "before": 10, "after": 4, "keep": True},
        "Party note": {"align": LEFT, "indent": 0, "italic": True, "size": 12},
    }
    for name, look in add.items():
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        form = style.paragraph_format
        form.alignment = look["align"]
        if "indent" in look:
            form.first_line_indent = Mm(look["indent"])
        spacing(style, before=look.get("before", 0), after=look.get("after", 0))
        form.keep_with_next = look.get("keep", False)
        form.page_break_before = look.get("page", False)
        style.font.bold = look.get("bold")
        style.font.italic = look.get("italic")
        if "size" in look:
            style.font.size = Pt(look["size"])
        if look.get("size", 0) > FONT["size"]:
            form.line_spacing = Pt(FONT["line"] + 2)
        if look.get("dots"):
            form.tab_stops.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    language = styles.element.find(f".//{qn('w:lang')}")
    if language is not None:
        language.set(qn("w:val"), "vi-VN")
    return document


def typeface(style):
    style.font.name = FONT["name"]
    style.font.size = Pt(FONT["size"])
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT["name"])


def spacing(style, before=0, after=0):
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(FONT["line"])
    form.widow_control = True


def page(section, landscape=False):
    """A4 with the Party's margins; the page's number at the top, in the middle, from the second page on."""
    width, height = Mm(PAGE["width"]), Mm(PAGE["height"])
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (height, width) if landscape else (width, height)
    section.top_margin, section.bottom_margin = Mm(PAGE["top"]), Mm(PAGE["bottom"])
    section.left_margin, section.right_margin = Mm(PAGE["left"]), Mm(PAGE["right"])
    section.header_distance = section.footer_distance = Mm(10)
    first_of_document = section._sectPr.getprevious() is None or not section._sectPr.xpath("preceding::w:sectPr")
    section.different_first_page_header_footer = bool(first_of_document)
    if not first_of_document:
        section.header.is_linked_to_previous = True
        return
    header = section.header.paragraphs[0]
    header.style = "Party plain"
    header.alignment = CENTRE
    number(header)


def number(paragraph):
    for kind, text in (("begin", None), (None, "PAGE"), ("separate", None), ("text", "2"), ("end", None)):
        run = paragraph.add_run()
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        elif kind == "text":
            mark = OxmlElement("w:t")
            mark.text = text
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = f" {text} "
        run._r.append(mark)
