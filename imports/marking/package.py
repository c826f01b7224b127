"""The parts of an .xlsx: read when asked for, changed in memory, all others copied as they are."""

import io
import posixpath
import zipfile
from itertools import count

from lxml import etree

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CONTENT_TYPES = "[Content_Types].xml"
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


class Stop(Exception):
    """The workbook is built in a way that is not known here; nothing is lost, it is built anew."""


def name_of(element) -> str:
    """The name of an element without its namespace; "" for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


class Package:
    def __init__(self, data):
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.names = dict.fromkeys(self.archive.namelist())
        self.changed = {}
        self.dropped = set()

    def holds(self, name):
        return name in self.changed or name in self.names

    def read(self, name):
        if not self.holds(name):
            raise Stop(name)
        return self.changed[name] if name in self.changed else self.archive.read(name)

    def xml(self, name):
        return etree.fromstring(self.read(name), PARSER)

    def put(self, name, root):
        if name.endswith(".vml"):  # which programs write without a declaration
            self.changed[name] = etree.tostring(root, encoding="utf-8")
        else:
            self.changed[name] = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)

    def save(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name in self.names | self.changed:
                if name not in self.dropped and not name.endswith("/"):
                    target.writestr(name, self.read(name))
        return out.getvalue()

    # ------------------------------------------------------------------ what leads where

    def links(self, part):
        """Relationship id → (its kind, the part it leads to)."""
        rels = rels_of(part)
        if not self.holds(rels):
            return {}
        folder = posixpath.dirname(part)
        return {
            link.get("Id"): (
                link.get("Type").rsplit("/", 1)[-1],
                posixpath.normpath(posixpath.join("/", folder, link.get("Target"))).lstrip("/"),
            )
            for link in self.xml(rels).iter(f"{{{PACKAGE}}}Relationship")
            if link.get("TargetMode") != "External"
        }

    def linked(self, part, kind):
        """The part of that kind that ``part`` leads to, or None."""
        return next((target for found, target in self.links(part).values() if found == kind), None)

    def link(self, part, kind, target):
        """Let ``part`` lead to ``target``; returns the relationship's id."""
        rels = rels_of(part)
        root = (
            self.xml(rels) if self.holds(rels) else etree.Element(f"{{{PACKAGE}}}Relationships", nsmap={None: PACKAGE})
        )
        taken = {link.get("Id") for link in root}
        new = next(name for number in count(1) if (name := f"rIdNq{number}") not in taken)
        etree.SubElement(root, f"{{{PACKAGE}}}Relationship", Id=new, Type=f"{OFFICE}/{kind}", Target=f"/{target}")
        self.put(rels, root)
        return new

    def drop(self, part, kind):
        """Take away what ``part`` leads to by a relationship of that kind."""
        rels = rels_of(part)
        for identity, (found, target) in self.links(part).items():
            if found == kind:
                self._without(rels, "Id", identity)
                self._without(CONTENT_TYPES, "PartName", f"/{target}")
                self.dropped.add(target)

    def _without(self, name, attribute, value):
        root = self.xml(name)
        for element in [one for one in root if one.get(attribute) == value]:
            root.remove(element)
        self.put(name, root)

    def new_part(self, pattern):
        """A name for a new part, ``pattern`` with the first free number."""
        return next(name for number in count(1) if not self.holds(name := pattern % number))

    def declare(self, content_type, *, part=None, extension=None):
        """Say of what type a new part is, or all parts of that extension."""
        types = self.xml(CONTENT_TYPES)
        if part:
            etree.SubElement(types, f"{{{TYPES}}}Override", PartName=f"/{part}", ContentType=content_type)
        elif extension not in {one.get("Extension", "").lower() for one in types}:
            types.insert(0, etree.Element(f"{{{TYPES}}}Default", Extension=extension, ContentType=content_type))
        self.put(CONTENT_TYPES, types)


def rels_of(part):
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
